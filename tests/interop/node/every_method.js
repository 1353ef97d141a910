// Calls every method of both workers and of the observations once, as ../calls.json says, from a Node client made from proto/ with @grpc/grpc-js.
//
// Usage: node every_method.js HOST:PORT, after `npm ci` in this folder.
'use strict';

const assert = require('node:assert');
const path = require('node:path');
const grpc = require('@grpc/grpc-js');
const protoLoader = require('@grpc/proto-loader');
const calls = require('../calls.json');

const PROTO = path.join(__dirname, '..', '..', '..', 'proto');
// Fields have the names of JSON here, so that the calls are the same in every language.
const OPTIONS = { keepCase: false, longs: Number, enums: String, defaults: true, oneofs: true, includeDirs: [PROTO] };
const FILES = ['growth_ranking', 'industry_division', 'observation'].map((name) => `growthpole/v1/${name}.proto`);
const v1 = grpc.loadPackageDefinition(protoLoader.loadSync(FILES, OPTIONS)).growthpole.v1;
const SERVICES = ['GrowthRankingService', 'IndustryDivisionService', 'ObservationService'];

const deadline = () => ({ deadline: Date.now() + 60_000 });

const unary = (client, method, request) =>
  new Promise((resolve, reject) => {
    client[method](request, deadline(), (error, answer) => (error ? reject(error) : resolve(answer)));
  });

// The part that says where the answer comes from: the last of a watched analysis, the first of a long answer.
const streamed = (client, method, request) =>
  new Promise((resolve, reject) => {
    let answer;
    const parts = client[method](request, deadline());
    parts.on('data', (next) => {
      const part = next.part ? next[next.part] : next;
      if (part.provenance) answer ??= part;
    });
    parts.on('error', reject);
    parts.on('end', () => (answer ? resolve(answer) : reject(new Error(`${method}: no provenance`))));
  });

async function main() {
  const [address] = process.argv.slice(2);
  const credentials = grpc.credentials.createInsecure();
  const known = SERVICES.flatMap((service) => Object.keys(v1[service].service).map((method) => `${service}/${method}`));
  assert.deepStrictEqual(calls.map((call) => call.method).sort(), known.sort(), 'each method is called once');
  for (const { method: name, request, readsNoPanel } of calls) {
    const [service, method] = name.split('/');
    const client = new v1[service](address, credentials);
    const ask = v1[service].service[method].responseStream ? streamed : unary;
    const { provenance } = await ask(client, method, request);
    assert.strictEqual(provenance.dataset, 'china-provinces', name);
    assert.strictEqual(provenance.panelDigest.length, readsNoPanel ? 0 : 64, name);
    assert.ok(provenance.method.startsWith(`growthpole.v1.${service}/`), provenance.method);
    client.close();
  }
  console.log('all checks passed');
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
