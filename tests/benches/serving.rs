//! What serving costs: start, memory, latency and throughput of RankGrowth on a warm panel, beside a bare tonic echo of the
//! same message sizes in the same run.
//!
//! `cargo build --release && cargo bench --package growthpole-tests --bench serving`. Each side is a process of its own; the
//! load comes from this one, alike for both.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)] // a benchmark fails by panicking

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use bytes::Bytes;
use growthpole_contracts::v1;
use growthpole_contracts::v1::analyze_growth_response::Part;
use growthpole_tests::analysis::{ONE_THREAD, begin, short_request};
use growthpole_tests::call::{Client, RawCodec};
use growthpole_tests::golden::service::Service;
use growthpole_tests::process::{Growthpole, Shape};
use serde_json::json;
use tonic::codegen::{Context, Poll, http};
use tonic::{Request, Response, Status};

const RANK: &str = "/growthpole.v1.GrowthRankingService/RankGrowth";
/// The echo is told by this variable how many bytes to answer.
const ECHO_BYTES: &str = "GROWTHPOLE_BENCH_ECHO_BYTES";
const ROUND: Duration = Duration::from_secs(4);
const ROUNDS: usize = 3;

fn main() {
    if let Ok(size) = std::env::var(ECHO_BYTES) {
        return echo::serve(size.parse().unwrap());
    }
    without_sockets();
    tokio::runtime::Runtime::new().unwrap().block_on(measure());
}

/// The same ranking in this process: routes, worker, panel, mathematics, and encoding and decoding on both sides.
fn without_sockets() {
    const CALLS: u32 = 20_000;
    let service = Service::start();
    let year = v1::PeriodList { periods: vec!["2015".into()] };
    let request = v1::RankGrowthRequest {
        selection: Some(v1::Selection {
            dataset: "china-provinces".into(),
            indicator: "gdp_real_growth".into(),
            periods: Some(v1::PeriodSelection { by: Some(v1::period_selection::By::List(year)) }),
            vintage: Some(v1::VintageSelector { by: Some(v1::vintage_selector::By::AsOf("2016-03-03".into())) }),
            ..Default::default()
        }),
        ..Default::default()
    };
    assert_eq!(service.rank_growth(request.clone()).ranked.len(), 31);
    let begin = Instant::now();
    for _ in 0..CALLS {
        service.rank_growth(request.clone());
    }
    println!("RankGrowth without sockets, both ends: {:.1?} a call", begin.elapsed() / CALLS);
}

async fn measure() {
    let first = Instant::now();
    drop(Growthpole::start(Shape::OneProcess));
    println!("start over an empty directory, importing the bundled data: {:.2?}", first.elapsed());
    let mut starts: Vec<Duration> = (0..7)
        .map(|_| {
            let begin = Instant::now();
            let running = Growthpole::start(Shape::OneProcess);
            let took = begin.elapsed();
            drop(running);
            took
        })
        .collect();
    starts.sort();
    println!("start to serving, data imported: median {:.1?}, slowest {:.1?}", starts[3], starts[6]);

    let growthpole = Growthpole::start(Shape::OneProcess);
    tokio::time::sleep(Duration::from_millis(500)).await;
    println!("memory idle: {:.1} MB resident", resident_megabytes(growthpole.id()));
    let client = Client::connect(&growthpole.endpoint).await;
    let request = client.encode(
        "GrowthRankingService/RankGrowth",
        &json!({"selection": {
            "dataset": "china-provinces", "indicator": "gdp_real_growth",
            "periods": {"list": {"periods": ["2015"]}}, "vintage": {"asOf": "2016-03-03"}
        }}),
    );
    let answer = client.unary_bytes(RANK, request.clone()).await.unwrap();
    println!("RankGrowth of 31 regions: request {} bytes, answer {} bytes", request.len(), answer.len());

    let (echo_process, echo_endpoint) = start_echo(answer.len());
    let mut sides = Vec::new();
    for (name, endpoint) in [("RankGrowth", &growthpole.endpoint), ("bare echo", &echo_endpoint)] {
        sides.push((name, [Client::connect(endpoint).await, Client::connect(endpoint).await]));
    }
    for concurrency in [1, 16] {
        let mut rates = [Vec::new(), Vec::new()];
        for _ in 0..ROUNDS {
            for (side, (name, clients)) in sides.iter().enumerate() {
                let load = run_load(clients, &request, concurrency, ROUND).await;
                println!("{name}, {concurrency} at a time: {load}");
                rates[side].push(load.per_second);
            }
        }
        let median = |values: &mut Vec<f64>| {
            values.sort_by(f64::total_cmp);
            values[values.len() / 2]
        };
        let [ours, bare] = &mut rates;
        println!(
            "{concurrency} at a time: {:.0} % of the bare echo's calls per second",
            100.0 * median(ours) / median(bare)
        );
    }
    println!("memory after the load: {:.1} MB resident", resident_megabytes(growthpole.id()));
    drop(echo_process);
    beside_an_analysis(&sides[0].1, &request).await;
    until_stopped().await;
}

/// What a long analysis, which keeps all cores busy, does to the calls beside it.
async fn beside_an_analysis(clients: &[Client; 2], request: &Bytes) {
    // Shorter than the analysis takes.
    const BESIDE: Duration = Duration::from_secs(1);
    let idle = run_load(clients, request, 1, BESIDE).await;
    let mut analysis = begin(&clients[0]).await;
    let beside = run_load(clients, request, 1, BESIDE).await;
    let goes_on = matches!(analysis.message().await, Ok(Some(part)) if matches!(part.part, Some(Part::Progress(_))));
    assert!(goes_on, "the analysis outlasts the load");
    let ratio = |of: fn(&Load) -> Duration| of(&beside).as_secs_f64() / of(&idle).as_secs_f64();
    println!("RankGrowth alone: {idle}");
    println!(
        "RankGrowth beside an analysis: {beside}; p50 {:.1} times, p99 {:.1} times that alone",
        ratio(|load| load.median),
        ratio(|load| load.slow)
    );
}

/// Time from the end of a call to the beginning of the next computation, in the only place there is.
async fn until_stopped() {
    let growthpole = Growthpole::start_with(Shape::OneProcess, &[ONE_THREAD, ("GROWTHPOLE__COMPUTE__AT_ONCE", "1")]);
    let client = Client::connect(&growthpole.endpoint).await;
    let mut times = Vec::new();
    for _ in 0..7 {
        let analysis = begin(&client).await;
        let other = client.clone();
        let next =
            tokio::spawn(async move { other.raw("GrowthRankingService/MeasureInequality", &short_request()).await });
        tokio::time::sleep(Duration::from_millis(300)).await;
        let ended = Instant::now();
        drop(analysis);
        next.await.unwrap().unwrap();
        times.push(ended.elapsed());
    }
    times.sort();
    println!("an analysis whose caller goes away stops within: median {:.1?}, slowest {:.1?}", times[3], times[6]);
}

/// Calls per second and latencies of one round.
struct Load {
    per_second: f64,
    median: Duration,
    slow: Duration,
}

impl std::fmt::Display for Load {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { per_second, median, slow } = self;
        write!(f, "{per_second:.0} calls/s, p50 {median:.0?}, p99 {slow:.0?}")
    }
}

async fn run_load(clients: &[Client; 2], request: &Bytes, concurrency: usize, round: Duration) -> Load {
    let begin = Instant::now();
    let tasks: Vec<_> = (0..concurrency)
        .map(|task| {
            let (client, request) = (clients[task % clients.len()].clone(), request.clone());
            tokio::spawn(async move {
                let mut latencies = Vec::new();
                while begin.elapsed() < round {
                    let sent = Instant::now();
                    client.unary_bytes(RANK, request.clone()).await.unwrap();
                    latencies.push(sent.elapsed());
                }
                latencies
            })
        })
        .collect();
    let mut latencies = Vec::new();
    for task in tasks {
        latencies.extend(task.await.unwrap());
    }
    let took = begin.elapsed();
    latencies.sort();
    Load {
        per_second: latencies.len() as f64 / took.as_secs_f64(),
        median: latencies[latencies.len() / 2],
        slow: latencies[latencies.len() * 99 / 100],
    }
}

fn resident_megabytes(process: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    let kilobytes: f64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kilobytes * 1024.0 / 1e6
}

/// The other process; killed when dropped.
struct Echo(Child);

impl Drop for Echo {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start_echo(answer: usize) -> (Echo, String) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .env(ECHO_BYTES, answer.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    (Echo(child), line.trim().to_owned())
}

/// A bare tonic server with its own defaults: reads a request as bytes, answers as many as it was told.
mod echo {
    use super::*;

    #[derive(Clone)]
    struct EchoService(Bytes);

    impl tonic::server::NamedService for EchoService {
        const NAME: &'static str = "growthpole.v1.GrowthRankingService";
    }

    impl tonic::server::UnaryService<Bytes> for EchoService {
        type Response = Bytes;
        type Future = std::future::Ready<Result<Response<Bytes>, Status>>;

        fn call(&mut self, _request: Request<Bytes>) -> Self::Future {
            std::future::ready(Ok(Response::new(self.0.clone())))
        }
    }

    impl tonic::codegen::Service<http::Request<tonic::body::Body>> for EchoService {
        type Response = http::Response<tonic::body::Body>;
        type Error = std::convert::Infallible;
        type Future = std::pin::Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

        fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, request: http::Request<tonic::body::Body>) -> Self::Future {
            let service = self.clone();
            Box::pin(async move { Ok(tonic::server::Grpc::new(RawCodec).unary(service, request).await) })
        }
    }

    pub(super) fn serve(size: usize) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            // Without TCP_NODELAY every small answer would wait 40 ms for an acknowledgement.
            let incoming = tonic::transport::server::TcpIncoming::bind("127.0.0.1:0".parse().unwrap()).unwrap();
            let incoming = incoming.with_nodelay(Some(true));
            println!("http://{}", incoming.local_addr().unwrap());
            tonic::transport::Server::builder()
                .add_service(EchoService(vec![0_u8; size].into()))
                .serve_with_incoming(incoming)
                .await
                .unwrap();
        });
    }
}
