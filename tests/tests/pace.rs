//! What long analyses of growth cost others: calls beside them take little longer, and their places are free at once when
//! nobody waits any more.

use std::time::{Duration, Instant};

use growthpole_contracts::v1::analyze_growth_response::Part;
use growthpole_tests::analysis::{ONE_THREAD, begin_with, freed_within, long_request, rank_request, short_request};
use growthpole_tests::call::Client;
use growthpole_tests::process::{Growthpole, SHAPES, Shape};
use serde_json::{Value, json};

const RANK: &str = "GrowthRankingService/RankGrowth";

/// Income per head of the provinces in twenty years.
fn income() -> Value {
    json!({
        "dataset": "china-provinces", "indicator": "gdp_per_capita", "vintage": {"number": 3},
        "periods": {"range": {"start": "2000", "end": "2019"}}
    })
}

/// Projections with parameters that are estimated anew ten thousand times, and two thousand times at each origin: minutes of
/// work for a core, whatever the build.
fn projections() -> Value {
    json!({"projectGrowth": {
        "selection": income(), "horizon": 5,
        "method": "PROJECTION_METHOD_DAMPED", "parameterUncertainty": {"draws": 10_000, "backtestDraws": 2_000}
    }})
}

/// One of every method of this worker whose work a caller can make long with the bundled figures. (RankGrowth and
/// DetectTurningPoints draw too, but as often as they may is done within a second for 31 regions.)
fn long_requests() -> Vec<Value> {
    vec![
        json!({"trackRanks": {
            "selection": income(), "permutations": 99_999,
            "spatialMarkov": {}, "lisaMarkov": {}, "neighbourConcordance": {}, "directionalLisa": {}
        }}),
        long_request(),
        projections(),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_analysis_stops_within_a_tenth_of_a_second() {
    // With one place, the next computation begins when the one before has ended.
    let growthpole = Growthpole::start_with(Shape::OneProcess, &[ONE_THREAD, ("GROWTHPOLE__COMPUTE__AT_ONCE", "1")]);
    let client = Client::connect(&growthpole.endpoint).await;
    for long in long_requests() {
        let begin = async || begin_with(&client, &long).await;
        let path = "GrowthRankingService/MeasureInequality";
        let freed = freed_within(&client, begin, path, &short_request()).await;
        let method = long.as_object().and_then(|long| long.keys().next());
        println!("{method:?} stopped within {freed:?}");
        assert!(freed < Duration::from_millis(100), "{method:?} went on for {freed:?}");
    }
}

/// Calls that are measured in a row.
const CALLS: usize = 200;

/// The time that 99 in 100 calls take at most.
async fn slow_call(client: &Client) -> Duration {
    let mut times = Vec::with_capacity(CALLS);
    for _ in 0..CALLS {
        let start = Instant::now();
        client.raw(RANK, &rank_request()).await.unwrap();
        times.push(start.elapsed());
    }
    times.sort();
    times[CALLS * 99 / 100 - 1]
}

/// Of several rounds one has to show it: other tests and other programs take turns with either side of a comparison.
#[tokio::test(flavor = "multi_thread")]
async fn calls_beside_an_analysis_take_no_more_than_five_times_as_long() {
    for shape in SHAPES {
        let growthpole = Growthpole::start(shape);
        let client = Client::connect(&growthpole.endpoint).await;
        slow_call(&client).await;
        let mut ratios = Vec::new();
        while ratios.len() < 6 && !ratios.iter().any(|ratio| *ratio <= 5.0) {
            let idle = slow_call(&client).await;
            let mut parts = begin_with(&client, &projections()).await;
            let beside = slow_call(&client).await;
            let part = parts.message().await.unwrap().expect("it goes on").part;
            assert!(matches!(part, Some(Part::Progress(_))), "the analysis outlasts the calls: {part:?}");
            println!("{shape:?}: 99 in 100 calls take {idle:?} at most, and {beside:?} beside an analysis");
            ratios.push(beside.as_secs_f64() / idle.as_secs_f64());
        }
        assert!(ratios.iter().any(|ratio| *ratio <= 5.0), "{shape:?}: {ratios:?} times as long");
    }
}
