//! Shift-share in the form of Dunn.

use growthpole_contracts::v1;
use growthpole_methods::growth::{Chain, dunn};
use growthpole_methods::{Amounts, Progress};

use super::{Case, industry, region, selection};
use crate::golden::figures::Figures;
use crate::golden::service::Service;

/// The growth of a case's regions between two periods, in parts.
fn decompose(service: &Service, case: &Case, first: &str, last: &str) -> Vec<v1::RegionShift> {
    let selection = Some(selection(case, &[first, last]));
    service.decompose_growth(v1::DecomposeGrowthRequest { selection, ..Default::default() }).regions
}

/// The parts by the names that REAT gives them.
fn named_parts(shift: &v1::RegionShift) -> [(&'static str, f64); 5] {
    [
        ("Growth (t1-t)", shift.change),
        ("National share", shift.national_share),
        ("Industrial mix", shift.industry_mix),
        ("Regional share", shift.regional_share),
        ("Net total shift", shift.net_total_shift),
    ]
}

pub(super) fn some_regions(service: &Service, case: &Case) -> Figures {
    let (first, last) = case.ends();
    let mut figures = Figures::default();
    for shift in decompose(service, case, first, last) {
        figures.put_all(&format!("result/{}/Dunn", region(&shift.region)), named_parts(&shift));
    }
    figures
}

pub(super) fn all_regions(service: &Service, case: &Case) -> Figures {
    let (first, last) = case.ends();
    let mut figures = Figures::default();
    for shift in decompose(service, case, first, last) {
        let code = region(&shift.region);
        figures.put_all(&format!("result/Dunn/{code}"), named_parts(&shift));
        let textbook = [
            ("growth", shift.change),
            ("national", shift.national_share),
            ("mix", shift.industry_mix),
            ("competitive", shift.regional_share),
        ];
        figures.put_all(&format!("textbook_result/{code}"), textbook);
    }
    figures
}

pub(super) fn by_industry(service: &Service, case: &Case) -> Figures {
    let (first, last) = case.ends();
    let regions = decompose(service, case, first, last);
    assert_eq!(regions.len(), 1, "the case is of one region");
    let mut figures = Figures::default();
    for part in &regions[0].industries {
        let code = industry(&part.industry);
        figures.put("result/Dunn/Growth (t1-t)", &[code], part.change);
        figures.put("result/Dunn/Regional share", &[code], part.regional_share);
        let textbook =
            [("national", part.national_share), ("mix", part.industry_mix), ("competitive", part.regional_share)];
        textbook.into_iter().for_each(|(name, value)| figures.put("textbook_result", &[name, code], value));
    }
    figures
}

/// The regions without a missing cell against their own sum, which no benchmark of a request is: the amounts come from the
/// API, the parts from the method.
pub(super) fn complete_regions(service: &Service, case: &Case) -> Figures {
    let (first, last) = case.ends();
    let regions = decompose(service, case, first, last);
    let amounts = |amount: fn(&v1::IndustryShift) -> f64| {
        let cells = regions.iter().flat_map(|region| region.industries.iter().map(amount)).collect();
        Amounts::try_new(cells, regions[0].industries.len()).unwrap()
    };
    let (start, end) = (amounts(|part| part.start), amounts(|part| part.end));
    let chain = Chain::try_new(&[&start, &end], &[start.industry_totals(), end.industry_totals()]).unwrap();
    let shift = dunn(&chain, &Progress::new()).unwrap();
    let mut figures = Figures::default();
    for (label, shift) in regions.iter().zip(shift.regions()) {
        let code = region(&label.region);
        figures.put_all(&format!("result/Dunn/{code}"), crate::golden::packages::named_parts(shift));
    }
    figures
}

/// Every year by a call of its own, and the sums over the years.
pub(super) fn year_by_year(service: &Service, case: &Case) -> Figures {
    let mut figures = Figures::default();
    for years in case.input.periods.windows(2) {
        for shift in decompose(service, case, &years[0], &years[1]) {
            let parts = format!("result/{}/Dunn/per_year", region(&shift.region));
            for (part, value) in named_parts(&shift) {
                figures.put(&parts, &[part, &format!("{}-{}", years[0], years[1])], value);
            }
        }
    }
    let mut sums = Figures::default();
    for code in figures.names_below("result") {
        for part in figures.names_below(&format!("result/{code}/Dunn/per_year")) {
            let years = figures.below(&format!("result/{code}/Dunn/per_year"), &[part]);
            sums.put(&format!("result/{code}/Dunn/components"), &[part], years.iter().sum::<f64>());
        }
    }
    figures.extend(sums);
    figures
}
