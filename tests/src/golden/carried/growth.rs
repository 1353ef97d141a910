//! Growth rates and ranks.

use std::collections::BTreeMap;

use growthpole_contracts::v1::{self, GrowthMeasure, RankMethod, region_selection};
use growthpole_methods::stats::{self, rank_descending};

use super::{Case, industry, region, selection};
use crate::golden::figures::Figures;
use crate::golden::service::Service;

/// A request to rank the growth of a case, against nothing.
fn request(case: &Case, periods: &[&str], measure: GrowthMeasure) -> v1::RankGrowthRequest {
    let mut selection = selection(case, periods);
    selection.benchmark = Some(v1::Benchmark { by: Some(v1::benchmark::By::None(true)) });
    v1::RankGrowthRequest { selection: Some(selection), measure: measure.into(), ..Default::default() }
}

pub(super) fn rank_growth(service: &Service, case: &Case) -> Figures {
    let methods = [
        ("min", RankMethod::Competition),
        ("max", RankMethod::Worst),
        ("average", RankMethod::Average),
        ("dense", RankMethod::Dense),
        ("first", RankMethod::Ordinal),
    ];
    let mut figures = Figures::default();
    for (name, method) in methods {
        let mut request = request(case, &[case.period()], GrowthMeasure::YearOnYear);
        request.rank_method = method.into();
        let answer = service.rank_growth(request);
        for ranked in &answer.ranked {
            figures.put("result", &[name, region(&ranked.region)], ranked.rank);
            if method == RankMethod::Competition {
                figures.put("result/value", &[region(&ranked.region)], ranked.growth * 100.0);
            }
        }
    }
    figures
}

/// Levels are not ranked by any rpc: values come from the API, ranks from the method.
pub(super) fn rank_levels(service: &Service, case: &Case) -> Figures {
    let methods = [
        ("min", stats::RankMethod::Competition),
        ("max", stats::RankMethod::Worst),
        ("average", stats::RankMethod::Average),
        ("dense", stats::RankMethod::Dense),
        ("first", stats::RankMethod::Ordinal),
    ];
    let mut figures = Figures::default();
    for period in &case.input.periods {
        let provinces = region_selection::By::Level("PROVINCE".to_owned());
        let levels = levels(service, case, provinces, &case.input.indicator, period);
        figures.put_all(&format!("result/{period}/value"), levels.iter().map(|(code, &level)| (code.as_str(), level)));
        let values: Vec<Option<f64>> = levels.values().copied().map(Some).collect();
        for (name, method) in methods {
            let ranks = rank_descending(&values, method);
            figures.put_all(&format!("result/{period}/{name}"), levels.keys().map(String::as_str).zip(ranks));
        }
    }
    figures
}

/// The published levels of regions in a period, by code.
fn levels(
    service: &Service,
    case: &Case,
    regions: region_selection::By,
    indicator: &str,
    period: &str,
) -> BTreeMap<String, f64> {
    let selection = selection(case, &[period]);
    let filter = v1::ObservationFilter {
        dataset: selection.dataset,
        vintage: selection.vintage,
        indicators: vec![indicator.to_owned()],
        regions: Some(v1::RegionSelection { by: Some(regions) }),
        industries: None,
        periods: selection.periods,
    };
    let observations = service.observations(filter).into_iter();
    observations.map(|own| (own.region, own.value.expect("the cell has a value"))).collect()
}

pub(super) fn real_gdp(service: &Service, case: &Case) -> Figures {
    let (first, last) = case.ends();
    let years = case.input.periods.len() as f64;
    let ranked = |measure: GrowthMeasure| service.rank_growth(request(case, &[first, last], measure)).ranked;
    let mut figures = Figures::default();
    for own in ranked(GrowthMeasure::CompoundAnnual) {
        let code = [region(&own.region)];
        figures.put("result/cagr", &code, own.growth);
        figures.put("result/geometric_annual_factor", &code, 1.0 + own.growth);
        figures.put("result/rate", &code, (1.0 + own.growth).powf(years) - 1.0);
    }
    for own in ranked(GrowthMeasure::Mean) {
        figures.put("result/mean_annual_rate", &[region(&own.region)], own.growth);
        figures.put("result/mean_annual_factor", &[region(&own.region)], 1.0 + own.growth);
    }
    for own in ranked(GrowthMeasure::LogDifference) {
        figures.put("result/factor", &[region(&own.region)], (own.growth * years).exp());
    }
    // GDP is at prices of 2008, so that amounts are contributions times the nation's level of that year.
    if first == "2009" {
        put_amounts(&mut figures, service, case);
    }
    figures
}

fn put_amounts(figures: &mut Figures, service: &Service, case: &Case) {
    let (first, last) = case.ends();
    let mut request = request(case, &[first, last], GrowthMeasure::CompoundAnnual);
    if let Some(selection) = &mut request.selection {
        selection.indicator = "gdp".to_owned();
        selection.benchmark = Some(v1::Benchmark { by: Some(v1::benchmark::By::DatasetRegion(true)) });
    }
    request.growth_indicator = case.input.indicator.clone();
    let nation = region_selection::By::Codes(v1::RegionCodes { codes: vec!["100000".to_owned()] });
    let whole = levels(service, case, nation, "gdp", "2008")["100000"];
    for own in service.rank_growth(request).ranked {
        figures.put("result/abs", &[region(&own.region)], own.contribution.map(|share| share * whole));
    }
}

/// Growth by cell, region and industry, from the amounts of a decomposition.
pub(super) fn employment(service: &Service, case: &Case) -> Figures {
    let (first, last) = case.ends();
    let request = v1::DecomposeGrowthRequest { selection: Some(selection(case, &[first, last])), ..Default::default() };
    let rate = |start: f64, end: f64| (start > 0.0).then(|| (end - start) / start);
    let percent = |start: f64, end: f64| rate(start, end).map(|rate| rate * 100.0);
    let mut figures = Figures::default();
    let mut industries: BTreeMap<String, (f64, f64)> = BTreeMap::new();
    for own in service.decompose_growth(request).regions {
        let code = region(&own.region);
        figures.put("result/growth.reg", &[code], percent(own.start, own.end));
        figures.put("textbook_result/growth_reg", &[code], rate(own.start, own.end));
        for part in &own.industries {
            figures.put("result/growth.mat", &[code, industry(&part.industry)], percent(part.start, part.end));
            let whole = industries.entry(industry(&part.industry).to_owned()).or_default();
            *whole = (whole.0 + part.start, whole.1 + part.end);
        }
    }
    for (industry, (start, end)) in &industries {
        figures.put("result/growth.ind", &[industry], percent(*start, *end));
        figures.put("textbook_result/growth_ind", &[industry], rate(*start, *end));
    }
    figures
}
