use std::sync::Arc;

use growthpole_contracts::v1;
use growthpole_domain::{ObservationStatus, Selection};
use growthpole_worker_kit::Job;
use growthpole_worker_kit::testing::{NAN, Table, Tables, codes, industries, invalid, refusal, selection};

use super::*;
use crate::adapters::{compare_structures, measure_specialization, propose_division};

/// Panels as the datastore gives them: C is a section, C13, C14 and C15 are divisions of it, and all industries are those
/// that have a value somewhere. Cells of C13 are estimated.
struct Levels(Tables);

#[tonic::async_trait]
impl PanelSource for Levels {
    async fn panel(&self, selection: &Selection) -> Result<SourcedPanel, Status> {
        let mut panel = Panel::clone(&*self.0.panel(selection).await?.panel);
        for industry in &mut panel.axes.industries {
            industry.level = if industry.code.len() == 1 { "SECTION".into() } else { "DIVISION".into() };
        }
        if selection.industries == IndustryChoice::All {
            let rows: Vec<usize> = (0..panel.axes.regions.len()).collect();
            let occurs = |&column: &usize| rows.iter().any(|&row| panel.value(0, row, column).is_some());
            let columns: Vec<usize> = (0..panel.axes.n_columns()).filter(occurs).collect();
            panel = panel.subset(&rows, &columns);
        }
        let columns = panel.axes.n_columns();
        for (at, status) in panel.statuses.iter_mut().enumerate() {
            if panel.axes.industries[at % columns].code == "C13" {
                *status = ObservationStatus::from_code(b'E').unwrap();
            }
        }
        let digest = panel.digest().into();
        Ok(SourcedPanel { panel: Arc::new(panel), digest })
    }
}

fn panels() -> Levels {
    let rows: [(&str, &[f64]); 2] = [("r1", &[40.0, 30.0, 10.0, NAN]), ("r2", &[60.0, 30.0, 30.0, NAN])];
    Levels(Tables(vec![Table::new("jobs", &["2015"], &rows).with_industries(&["C", "C13", "C14", "C15"])]))
}

fn chosen(codes: &[&str], missing: v1::MissingPolicy) -> Option<v1::Selection> {
    Some(v1::Selection { industries: industries(codes), missing: missing.into(), ..selection("jobs", "2015") })
}

async fn measured(codes: &[&str], missing: v1::MissingPolicy) -> Result<v1::MeasureSpecializationResponse, Status> {
    let selection = chosen(codes, missing);
    let request = v1::MeasureSpecializationRequest { selection, ..Default::default() };
    measure_specialization::answer(&panels(), request, &Job::new()).await
}

#[tokio::test]
async fn industries_of_several_levels_are_refused() {
    let field = invalid("selection.industries.codes.codes[1]");
    let codes = ["C", "C13", "C14"];
    let usual = v1::MissingPolicy::Unspecified;
    let refused = measured(&codes, usual).await;
    assert!(refused.as_ref().unwrap_err().message().contains("totals would count others twice"));
    assert_eq!(refusal(refused), field);
    let selection = chosen(&codes, usual);
    let request = v1::ProposeDivisionRequest { selection: selection.clone(), ..Default::default() };
    assert_eq!(refusal(propose_division::answer(&panels(), request, &Job::new()).await), field);
    let request = v1::CompareStructuresRequest { selection, ..Default::default() };
    assert_eq!(refusal(compare_structures::answer(&panels(), request, &Job::new()).await), field);
}

#[tokio::test]
async fn totals_are_over_the_industries_of_the_level_that_occur() {
    let usual = v1::MissingPolicy::Unspecified;
    let response = measured(&["C13"], usual).await.unwrap();
    assert_eq!(response.cells.len(), 2);
    assert_eq!(response.cells[0].share, Some(0.75), "of C13 and C14, neither of C nor of C15");
    assert_eq!(codes(&response.warnings), ["ESTIMATED"]);
    assert_eq!(
        (response.warnings[0].regions.len(), response.warnings[0].industries.as_slice()),
        (2, ["C13".into()].as_slice())
    );
    assert_eq!(measured(&["C"], usual).await.unwrap().cells[0].share, Some(1.0));
}

#[tokio::test]
async fn what_does_not_occur_is_left_to_the_policy() {
    let asked = ["C13", "C15"];
    let refused = measured(&asked, v1::MissingPolicy::Unspecified).await;
    assert!(refused.as_ref().unwrap_err().message().contains("r1 C15 2015"));
    assert_eq!(refusal(refused).0, "MISSING_CELLS");
    let response = measured(&asked, v1::MissingPolicy::DropIndustry).await.unwrap();
    assert_eq!(codes(&response.warnings), ["INDUSTRIES_DROPPED", "ESTIMATED"]);
    assert_eq!((response.warnings[0].industries.as_slice(), response.cells.len()), (["C15".into()].as_slice(), 2));
}

#[tokio::test]
async fn all_methods_warn_of_statuses() {
    let usual = v1::MissingPolicy::Unspecified;
    let selection = chosen(&["C13", "C14"], usual);
    let request = v1::ProposeDivisionRequest { selection: selection.clone(), ..Default::default() };
    assert_eq!(
        codes(&propose_division::answer(&panels(), request, &Job::new()).await.unwrap().warnings),
        ["ESTIMATED"]
    );
    let request = v1::CompareStructuresRequest { selection, ..Default::default() };
    let response = compare_structures::answer(&panels(), request, &Job::new()).await.unwrap();
    assert_eq!(codes(&response.warnings), ["ESTIMATED", "NO_PAIR_WEIGHTS"]);
}
