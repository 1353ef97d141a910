//! Panels over a real socket: the same panel arrives, and nothing is sent twice that has not changed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // tests fail by panicking

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::stream::{self, BoxStream, StreamExt};
use growthpole_contracts::v1;
use growthpole_contracts::v1::panel_service_server::{PanelService, PanelServiceServer};
use growthpole_domain::{
    Aggregation, Benchmark, BenchmarkChoice, BenchmarkSource, DatedPrecision, Indicator, IndicatorKind, Industry,
    IndustryChoice, Names, ObservationStatus, Panel, PanelAxes, Period, PeriodChoice, PriceBasis, Region, RegionChoice,
    Selection, VintageChoice, Warning,
};
use growthpole_worker_kit::convert::panel;
use growthpole_worker_kit::{PanelSource, RemotePanels};
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{Request, Response, Status};

/// A panel large enough for several blocks, with a missing cell, borders, a benchmark and a warning.
fn large_panel() -> Panel {
    let names = |text: &str| Names(BTreeMap::from([("en".to_owned(), text.to_owned())]));
    let region = |number: usize| Region {
        scheme: "S 2015".into(),
        code: format!("{number:06}"),
        level: "CITY".into(),
        parent: "1".into(),
        names: names("City"),
        aliases: vec![],
        coordinates: Some((45.5, 126.25 + number as f64)),
        other_codes: BTreeMap::from([("ISO".to_owned(), format!("X{number}"))]),
        valid_from: "1949-10".into(),
        valid_to: "2020".into(),
        note: String::new(),
    };
    let industry = |number: usize| Industry {
        classification: "K".into(),
        code: format!("I{number:03}"),
        level: "DIVISION".into(),
        parent: String::new(),
        names: names("Industry"),
        tags: vec!["traditional".into()],
        note: String::new(),
    };
    let axes = PanelAxes {
        periods: vec![Period::year(2014), Period::year(2015)],
        regions: (0..300).map(region).collect(),
        industries: (0..100).map(industry).collect(),
    };
    let mut values: Vec<f64> = (0..axes.n_cells()).map(|cell| cell as f64 / 7.0).collect();
    let mut statuses = vec![ObservationStatus::NORMAL; values.len()];
    values[31_415] = f64::NAN;
    statuses[31_415] = ObservationStatus::MISSING;
    Panel {
        dataset: "d".into(),
        vintage: 2,
        published: jiff::civil::date(2018, 10, 1),
        precision: DatedPrecision::Month,
        indicator: Indicator {
            code: "jobs".into(),
            names: names("Jobs"),
            unit: "persons".into(),
            unit_multiplier: 4,
            kind: IndicatorKind::Level,
            price_basis: PriceBasis::None,
            aggregation: Aggregation::Sum,
            decimals: 2,
            classification: "K".into(),
            growth_indicator: String::new(),
            aggregation_weight: String::new(),
            description: "Jobs.".into(),
        },
        boundary_version: "b".into(),
        filled: vec![],
        benchmark: Some(Benchmark {
            source: BenchmarkSource::SumOfLevel("CITY".into()),
            values: vec![1.5; 200],
            absent: vec![3; 200],
        }),
        borders: Some(vec![(0, 1), (1, 2)]),
        warnings: vec![Warning::new("CODE", "text").with_regions(["000001".to_owned()])],
        axes,
        values,
        statuses,
    }
    .checked()
    .unwrap()
}

/// Serves one panel, and counts how often it was sent and how often it was said to be unchanged.
struct OnePanel {
    panel: Panel,
    sent: Arc<AtomicUsize>,
    unchanged: Arc<AtomicUsize>,
}

#[tonic::async_trait]
impl PanelService for OnePanel {
    type GetPanelStream = BoxStream<'static, Result<v1::GetPanelResponse, Status>>;

    async fn get_panel(&self, request: Request<v1::GetPanelRequest>) -> Result<Response<Self::GetPanelStream>, Status> {
        let digest = self.panel.digest();
        let parts: Vec<v1::GetPanelResponse> = if request.into_inner().if_digest_differs == digest {
            self.unchanged.fetch_add(1, Ordering::Relaxed);
            let part =
                v1::get_panel_response::Part::Unchanged(v1::PanelUnchanged { digest, warnings: newer_vintage() });
            vec![v1::GetPanelResponse { part: Some(part) }]
        } else {
            self.sent.fetch_add(1, Ordering::Relaxed);
            panel::parts(&self.panel, &digest).collect()
        };
        Ok(Response::new(stream::iter(parts.into_iter().map(Ok)).boxed()))
    }
}

/// What a vintage that came since adds to the same panel.
fn newer_vintage() -> Vec<v1::Warning> {
    vec![v1::Warning { code: "NEWER_VINTAGE_LACKS_INDICATOR".into(), text: "vintage 3".into(), ..Default::default() }]
}

fn selection(vintage: VintageChoice) -> Selection {
    Selection {
        dataset: "d".into(),
        vintage,
        indicator: "jobs".into(),
        companions: vec![],
        regions: RegionChoice::Default,
        industries: IndustryChoice::All,
        periods: PeriodChoice::All,
        benchmark: BenchmarkChoice::SumOfMainLevel,
        zero_for_missing: false,
    }
}

#[tokio::test]
async fn panels_travel_once_and_arrive_whole() {
    let (sent, unchanged) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let service = OnePanel { panel: large_panel(), sent: sent.clone(), unchanged: unchanged.clone() };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(
        tonic::transport::Server::builder()
            .add_service(PanelServiceServer::new(service))
            .serve_with_incoming(TcpListenerStream::new(listener)),
    );

    let source = RemotePanels::new(&endpoint, 64 << 20).unwrap();
    let counts = || (sent.load(Ordering::Relaxed), unchanged.load(Ordering::Relaxed));
    let latest = source.panel(&selection(VintageChoice::Latest)).await.unwrap();
    let expected = large_panel();
    assert_eq!(latest.digest.as_ref(), expected.digest());
    assert_eq!(latest.panel.axes, expected.axes);
    assert_eq!((&latest.panel.borders, &latest.panel.benchmark), (&expected.borders, &expected.benchmark));
    assert_eq!((&latest.panel.statuses, &latest.panel.warnings), (&expected.statuses, &expected.warnings));
    assert!(latest.panel.values[31_415].is_nan());
    assert_eq!(counts(), (1, 0));

    // «Latest» may have changed, so it is asked for again; a numbered vintage cannot.
    let again = source.panel(&selection(VintageChoice::Latest)).await.unwrap();
    assert_eq!(counts(), (1, 1));
    assert_eq!(again.panel.warnings[0].code, "NEWER_VINTAGE_LACKS_INDICATOR");
    source.panel(&selection(VintageChoice::Number(2))).await.unwrap();
    source.panel(&selection(VintageChoice::Number(2))).await.unwrap();
    assert_eq!(counts(), (2, 1));
}

#[test]
fn messages_stay_below_a_quarter_of_a_mebibyte() {
    use prost::Message;
    let panel = large_panel();
    let sizes: Vec<usize> = panel::parts(&panel, &panel.digest()).map(|part| part.encoded_len()).collect();
    assert!(sizes.len() > 3, "{sizes:?}");
    assert!(sizes.iter().all(|&size| size <= 256 * 1024), "{sizes:?}");
}

#[tokio::test]
async fn an_api_that_cannot_be_reached_is_unavailable_with_a_reason() {
    use tonic_types::StatusExt;
    let source = RemotePanels::new("http://127.0.0.1:1", 1 << 20).unwrap();
    let status = source.panel(&selection(VintageChoice::Latest)).await.unwrap_err();
    assert_eq!(status.code(), tonic::Code::Unavailable);
    assert_eq!(status.get_details_error_info().unwrap().reason, "STORAGE_UNAVAILABLE");
}

#[tokio::test]
async fn an_address_that_cannot_work_is_refused_at_once() {
    for endpoint in ["127.0.0.1:50051", "foo", "https://api:50051", "http://", "unix:api", ""] {
        assert!(RemotePanels::new(endpoint, 1 << 20).is_err(), "{endpoint}");
    }
}

#[test]
fn a_panel_with_a_wrong_digest_is_refused() {
    let panel = large_panel();
    let mut assembly = panel::Assembly::new(panel::header(&panel, "0123"));
    let mut offset = 0;
    while let Some(block) = panel::block(&panel, offset) {
        offset += block.values.len();
        assembly.push(block).unwrap();
    }
    assert!(assembly.finish().is_err());
}
