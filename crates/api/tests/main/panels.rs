//! PanelService, read directly and by the worker kit.

use growthpole_contracts::v1;
use growthpole_datastore::Datastore;
use growthpole_domain::{BenchmarkChoice, IndustryChoice, PeriodChoice, RegionChoice, Selection, VintageChoice};
use growthpole_worker_kit::convert::panel::Assembly;
use v1::get_panel_response::Part;

use crate::support::{Running, demo};

async fn parts(running: &Running, known: &str) -> Vec<Part> {
    let selection = v1::Selection { dataset: "demo".into(), indicator: "jobs".into(), ..Default::default() };
    let request =
        v1::GetPanelRequest { selection: Some(selection), if_digest_differs: known.into(), companions: vec![] };
    let mut stream = running.panels().get_panel(request).await.unwrap().into_inner();
    let mut parts = Vec::new();
    while let Some(message) = stream.message().await.unwrap() {
        parts.push(message.part.unwrap());
    }
    parts
}

async fn stored(store: &Datastore) -> String {
    let selection = Selection {
        dataset: "demo".into(),
        vintage: VintageChoice::Latest,
        indicator: "jobs".into(),
        companions: vec![],
        regions: RegionChoice::Default,
        industries: IndustryChoice::All,
        periods: PeriodChoice::All,
        benchmark: BenchmarkChoice::None,
        zero_for_missing: false,
    };
    store.panel(&selection).await.unwrap().digest.clone()
}

#[tokio::test]
async fn parts_make_the_panel_and_its_digest_spares_them() {
    let running = demo(2).await;
    let mut parts_of_panel = parts(&running, "").await.into_iter();
    let Some(Part::Header(header)) = parts_of_panel.next() else { panic!("no header") };
    assert_eq!((header.cell_count, header.regions.len(), header.industries.len()), (6, 3, 2));
    let mut assembly = Assembly::new(header);
    for part in parts_of_panel {
        let Part::Block(block) = part else { panic!("no block") };
        assembly.push(block).unwrap();
    }
    let (panel, digest) = assembly.finish().unwrap();
    assert_eq!(panel.value(0, 0, 1), Some(21.0));
    assert_eq!(digest, stored(&running.store).await);
    let unchanged = v1::PanelUnchanged { digest: digest.clone(), warnings: vec![] };
    assert_eq!(parts(&running, &digest).await, [Part::Unchanged(unchanged)]);
}
