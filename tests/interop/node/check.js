// A Node client made from proto/ with @grpc/grpc-js: calls both workers, reads an error's details, lists services.
//
// Usage: node check.js HOST:PORT, after `npm ci` in this folder.
'use strict';

const assert = require('node:assert');
const path = require('node:path');
const grpc = require('@grpc/grpc-js');
const protoLoader = require('@grpc/proto-loader');
const protobuf = require('protobufjs');

const PROTO = path.join(__dirname, '..', '..', '..', 'proto');
const GOOGLE = path.dirname(require.resolve('google-proto-files/package.json'));
const REFLECTION = path.join(path.dirname(require.resolve('@grpc/reflection/package.json')), 'build', 'proto');
const OPTIONS = {
  keepCase: true,
  longs: Number,
  enums: String,
  defaults: true,
  oneofs: true,
  includeDirs: [PROTO, REFLECTION],
};

const load = (file) => grpc.loadPackageDefinition(protoLoader.loadSync(file, OPTIONS));
const v1 = {
  ...load('growthpole/v1/growth_ranking.proto').growthpole.v1,
  ...load('growthpole/v1/industry_division.proto').growthpole.v1,
};

const call = (client, method, request) =>
  new Promise((resolve, reject) => {
    client[method](request, { deadline: Date.now() + 10_000 }, (error, answer) => (error ? reject(error) : resolve(answer)));
  });

async function checkRanking(address, credentials) {
  const client = new v1.GrowthRankingService(address, credentials);
  const answer = await call(client, 'RankGrowth', {
    selection: {
      dataset: 'china-provinces',
      indicator: 'gdp_real_growth',
      vintage: { as_of: '2016-03-03' },
      periods: { list: { periods: ['2015'] } },
    },
  });
  const ranks = Object.fromEntries(answer.ranked.map((row) => [row.region.code, row.rank]));
  assert.deepStrictEqual([ranks['220000'], ranks['230000'], ranks['210000']], [28, 29, 31]);
  assert.strictEqual(answer.provenance.vintage, 1);
  client.close();
}

const divisionRequest = (industries) => ({
  selection: {
    dataset: 'china-provinces',
    indicator: 'employment_by_division',
    periods: { list: { periods: ['2015'] } },
    regions: { codes: { codes: ['230000', '220000'] } },
    industries: { codes: { codes: industries } },
  },
  focuses: { min: 3, max: 3 },
});

async function checkDivision(client) {
  const answer = await call(client, 'ProposeDivision', divisionRequest(['C13', 'C14', 'C34', 'C35', 'C36', 'C37']));
  const focuses = Object.fromEntries(answer.regions.map((row) => [row.region.code, row.focuses.map((i) => i.code)]));
  assert.deepStrictEqual(focuses, { 220000: ['C13', 'C36', 'C37'], 230000: ['C14', 'C34', 'C35'] });
}

// google.rpc.Status and its details, read with their own definitions.
function googleRpc() {
  const root = new protobuf.Root();
  root.resolvePath = (_origin, target) => (path.isAbsolute(target) ? target : path.join(GOOGLE, target));
  return root.loadSync(['google/rpc/status.proto', 'google/rpc/error_details.proto'], { keepCase: true });
}

async function checkError(client) {
  const root = googleRpc();
  const read = (name, bytes) => root.lookupType(name).decode(bytes);
  const error = await call(client, 'ProposeDivision', divisionRequest(['C13', 'C366'])).then(
    () => assert.fail('an unknown industry was accepted'),
    (refused) => refused,
  );
  assert.strictEqual(error.code, grpc.status.NOT_FOUND);
  const status = read('google.rpc.Status', error.metadata.get('grpc-status-details-bin')[0]);
  const detail = (name) => read(name, status.details.find((any) => any.type_url.endsWith(`/${name}`)).value);
  const info = detail('google.rpc.ErrorInfo');
  assert.strictEqual(info.reason, 'UNKNOWN_INDUSTRY');
  assert.strictEqual(info.domain, 'growthpole');
  assert.strictEqual(detail('google.rpc.BadRequest').field_violations[0].field, 'selection.industries.codes.codes[1]');
}

async function checkReflection(address, credentials) {
  const { v1: reflection } = load('grpc/reflection/v1/reflection.proto').grpc.reflection;
  const client = new reflection.ServerReflection(address, credentials);
  const stream = client.ServerReflectionInfo();
  const answer = await new Promise((resolve, reject) => {
    stream.on('data', resolve);
    stream.on('error', reject);
    stream.write({ list_services: '' });
  });
  stream.end();
  const names = answer.list_services_response.service.map((service) => service.name);
  for (const name of ['GrowthRankingService', 'IndustryDivisionService', 'CatalogService', 'PanelService']) {
    assert.ok(names.includes(`growthpole.v1.${name}`), names.join(' '));
  }
  client.close();
}

async function main() {
  const [address] = process.argv.slice(2);
  const credentials = grpc.credentials.createInsecure();
  const division = new v1.IndustryDivisionService(address, credentials);
  await checkRanking(address, credentials);
  await checkDivision(division);
  await checkError(division);
  await checkReflection(address, credentials);
  division.close();
  console.log('all checks passed');
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
