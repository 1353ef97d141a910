//! Location quotients and their variants.

use std::collections::BTreeMap;

use growthpole_contracts::v1::{self, KrugmanReference};
use growthpole_methods::Amounts;
use growthpole_methods::division::{locational_gini, standardized_log_quotient};
use growthpole_methods::stats::Spread;

use super::structures::against;
use super::{Case, industry, region, selection};
use crate::golden::figures::Figures;
use crate::golden::service::Service;

/// The cells of a case in its only period, by region and industry.
fn cells(service: &Service, case: &Case) -> Vec<v1::SpecializationCell> {
    measure(service, selection(case, &[case.period()]))
}

/// The cells of a selection.
pub(super) fn measure(service: &Service, selection: v1::Selection) -> Vec<v1::SpecializationCell> {
    let request = v1::MeasureSpecializationRequest { selection: Some(selection), presence_threshold: None };
    service.measure_specialization(request).cells
}

pub(super) fn quotients(service: &Service, case: &Case) -> Figures {
    let cells = cells(service, case);
    let mut by_industry: BTreeMap<&str, Vec<&v1::SpecializationCell>> = BTreeMap::new();
    for cell in &cells {
        by_industry.entry(industry(&cell.industry)).or_default().push(cell);
    }
    let logarithmic = !case.expected.names_below("textbook_result/log10_standardised_T").is_empty();
    let mut figures = Figures::default();
    for (industry, cells) in by_industry {
        let total: f64 = cells.iter().filter_map(|cell| cell.amount).sum();
        for cell in &cells {
            let labels = [industry, region(&cell.region)];
            figures.put("result/locq", &labels, cell.location_quotient);
            figures.put("result/additive", &labels, cell.excess.map(|excess| excess / total));
            figures.put("textbook_result/standardised_OG", &labels, cell.standardized);
        }
        if logarithmic {
            // Another base of the logarithm cancels.
            let quotients: Vec<Option<f64>> = cells.iter().map(|cell| cell.location_quotient).collect();
            let regions = cells.iter().map(|cell| region(&cell.region));
            let scores = standardized_log_quotient(&quotients, Spread::Sample);
            figures.put_all(&format!("textbook_result/log10_standardised_T/{industry}"), regions.zip(scores));
        }
    }
    figures
}

pub(super) fn revealed_advantage(service: &Service, case: &Case) -> Figures {
    let mut figures = Figures::default();
    for cell in cells(service, case) {
        let labels = [region(&cell.region), industry(&cell.industry)];
        figures.put("result/rca", &labels, cell.location_quotient);
        figures.put("result/m", &labels, cell.present.map(|present| if present { 1.0 } else { 0.0 }));
    }
    figures
}

pub(super) fn indices(service: &Service, case: &Case) -> Figures {
    let cells = cells(service, case);
    let mut figures = Figures::default();
    let mut diversity: BTreeMap<&str, f64> = BTreeMap::new();
    let mut ubiquity: BTreeMap<&str, f64> = BTreeMap::new();
    for cell in &cells {
        let present = if cell.present == Some(true) { 1.0 } else { 0.0 };
        *diversity.entry(region(&cell.region)).or_default() += present;
        *ubiquity.entry(industry(&cell.industry)).or_default() += present;
    }
    // Cells come by region and then by industry. The coefficient itself is in no answer: it decides what is tradable.
    let amounts = cells.iter().map(|cell| cell.amount.expect("absent cells count as zero")).collect();
    let amounts = Amounts::try_new(amounts, ubiquity.len()).unwrap();
    let gini = locational_gini(&amounts, amounts.region_totals()).unwrap();
    figures.put_all("result/locational.Gini", ubiquity.keys().copied().zip(gini));
    figures.put_all("result/diversity_RCA", diversity);
    figures.put_all("result/ubiquity_RCA", ubiquity);
    figures.put_all(
        "result/Krugman.index",
        against(service, case, KrugmanReference::Whole).iter().map(|(code, k)| (code.as_str(), *k)),
    );
    figures
}
