//! Location quotients and their variants.

use std::collections::{BTreeMap, BTreeSet};
use std::f64::consts::LN_2;

use growthpole_contracts::v1::{self, KrugmanReference};

use super::concentration;
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
    let request = v1::MeasureSpecializationRequest { selection: Some(selection), ..Default::default() };
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
            let scores = cells.iter().map(|cell| (region(&cell.region), cell.standardized_logarithmic));
            figures.put_all(&format!("textbook_result/log10_standardised_T/{industry}"), scores);
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
    let request =
        v1::MeasureSpecializationRequest { selection: Some(selection(case, &[case.period()])), ..Default::default() };
    let v1::MeasureSpecializationResponse { cells, regions, .. } = service.measure_specialization(request);
    let mut figures = Figures::default();
    for own in &regions {
        let bits = own.entropy.map(|nats| nats / LN_2);
        let values = [
            ("result/location.quotient.avg", own.average_quotient),
            ("result/Hachman", own.hachman),
            ("result/Herfindahl", own.herfindahl),
            ("result/spec.coeff", own.hoover),
            ("result/entropy_3digits", bits),
            ("textbook_result/entropy_bits", bits),
        ];
        values.into_iter().for_each(|(name, value)| figures.put(name, &[region(&own.region)], value));
    }
    let mut diversity: BTreeMap<&str, f64> = BTreeMap::new();
    let mut ubiquity: BTreeMap<&str, f64> = BTreeMap::new();
    for cell in &cells {
        let present = if cell.present == Some(true) { 1.0 } else { 0.0 };
        *diversity.entry(region(&cell.region)).or_default() += present;
        *ubiquity.entry(industry(&cell.industry)).or_default() += present;
    }
    concentration::put_indices(&mut figures, service, case);
    figures.put_all("result/diversity_RCA", diversity);
    figures.put_all("result/ubiquity_RCA", ubiquity);
    figures.put_all(
        "result/Krugman.index",
        against(service, case, KrugmanReference::Whole).iter().map(|(code, k)| (code.as_str(), *k)),
    );
    figures
}

/// The measures by region of a case in its only period.
fn by_region(service: &Service, case: &Case, groups: Vec<v1::NamedIndustries>) -> v1::MeasureSpecializationResponse {
    service.measure_specialization(v1::MeasureSpecializationRequest {
        selection: Some(selection(case, &[case.period()])),
        industry_groups: groups,
        ..Default::default()
    })
}

pub(super) fn single_regions(service: &Service, case: &Case) -> Figures {
    let mut figures = Figures::default();
    for own in by_region(service, case, Vec::new()).regions {
        let values = [
            ("krugman", own.krugman),
            ("hoover", own.hoover),
            ("durpug", own.relative_diversity),
            ("gini.spec", own.gini),
            ("herf", own.herfindahl),
            ("herf_norm", own.normalized_herfindahl),
            ("equivalent", own.equivalent_number),
        ];
        values.into_iter().for_each(|(name, value)| figures.put("result", &[region(&own.region), name], value));
    }
    figures
}

pub(super) fn tables(service: &Service, case: &Case) -> Figures {
    let mut figures = Figures::default();
    for own in by_region(service, case, Vec::new()).regions {
        let values = [("H j", own.hoover), ("G j", own.gini), ("K j", own.krugman_mean_of_others)];
        values.into_iter().for_each(|(name, value)| figures.put("result/spec", &[region(&own.region), name], value));
    }
    figures
}

/// The groups of the cases of related variety: their names, and the first two-digit number of each but the first.
const GROUPS: [(&str, u32); 6] =
    [("mining", 0), ("light", 13), ("chemical", 25), ("metal_minerals", 30), ("machinery", 34), ("utilities", 44)];

/// The group of an industry, "C36" say.
fn group_of(code: &str) -> usize {
    let number: u32 = code[1..].parse().expect("a letter and two digits");
    GROUPS.iter().rposition(|(_, first)| *first <= number).expect("a group starts at zero")
}

pub(super) fn related_variety(service: &Service, case: &Case) -> Figures {
    let everything = cells(service, case);
    let mut groups: Vec<v1::NamedIndustries> =
        GROUPS.map(|(name, _)| v1::NamedIndustries { name: name.to_owned(), industries: Vec::new() }).to_vec();
    let codes: BTreeSet<&str> = everything.iter().map(|cell| industry(&cell.industry)).collect();
    codes.into_iter().for_each(|code| groups[group_of(code)].industries.push(code.to_owned()));
    let mut figures = Figures::default();
    for own in by_region(service, case, groups).regions {
        let values = [
            ("result/total_entropy_bits", own.entropy),
            ("result/unrelated_variety_bits", own.unrelated_variety),
            ("result/related_variety_bits", own.related_variety),
        ];
        let bits = |nats: Option<f64>| nats.map(|nats| nats / LN_2);
        values.into_iter().for_each(|(name, nats)| figures.put(name, &[region(&own.region)], bits(nats)));
    }
    let mut shares: BTreeMap<(usize, &str), f64> = BTreeMap::new();
    for cell in &everything {
        *shares.entry((group_of(industry(&cell.industry)), region(&cell.region))).or_default() +=
            cell.share.unwrap_or(f64::NAN);
    }
    for ((group, code), share) in shares {
        figures.put("result/group_shares", &[GROUPS[group].0, code], share);
    }
    figures
}
