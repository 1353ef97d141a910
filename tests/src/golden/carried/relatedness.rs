//! Relatedness and complexity, through the API.

use std::collections::{BTreeMap, BTreeSet};

use growthpole_contracts::v1::{self, ComplexityScale, RelatednessMeasure};

use super::{Case, industry, region, selection};
use crate::golden::figures::Figures;
use crate::golden::service::Service;

fn map(
    service: &Service,
    case: &Case,
    change: impl FnOnce(&mut v1::MapRelatednessRequest),
) -> v1::MapRelatednessResponse {
    let (first, last) = case.ends();
    let periods = if first == last { vec![first] } else { vec![first, last] };
    let mut request = v1::MapRelatednessRequest {
        selection: Some(selection(case, &periods)),
        with_matrix: true,
        with_densities: true,
        ..Default::default()
    };
    change(&mut request);
    service.map_relatedness(request)
}

fn measure(
    service: &Service,
    case: &Case,
    change: impl FnOnce(&mut v1::MeasureComplexityRequest),
) -> v1::MeasureComplexityResponse {
    let mut request =
        v1::MeasureComplexityRequest { selection: Some(selection(case, &[case.period()])), ..Default::default() };
    change(&mut request);
    service.measure_complexity(request)
}

fn put_rows<'a>(
    figures: &mut Figures,
    parts: &str,
    industries: &[v1::IndustryLabel],
    rows: impl Iterator<Item = (&'a str, &'a Vec<f64>)>,
    scale: f64,
) {
    for (code, values) in rows {
        for (label, value) in industries.iter().zip(values) {
            figures.put(parts, &[code, &label.code], value * scale);
        }
    }
}

fn put_relatedness(figures: &mut Figures, parts: &str, answer: &v1::MapRelatednessResponse) {
    let rows = answer.relatedness.iter().map(|row| (industry(&row.industry), &row.values));
    put_rows(figures, parts, &answer.industries, rows, 1.0);
}

fn put_densities(figures: &mut Figures, parts: &str, answer: &v1::MapRelatednessResponse, scale: f64) {
    let rows = answer.densities.iter().map(|row| (region(&row.region), &row.values));
    put_rows(figures, parts, &answer.industries, rows, scale);
}

pub(super) fn proximity_and_density(service: &Service, case: &Case) -> Figures {
    let mut figures = Figures::default();
    let with = map(service, case, |request| request.include_self = true);
    put_relatedness(&mut figures, "result/proximity_product", &with);
    let sum: f64 = with.relatedness.iter().flat_map(|row| &row.values).sum();
    figures.put("result/sum_proximity_product", &[], sum);
    put_densities(&mut figures, "result/density_with_self", &with, 1.0);
    let without = map(service, case, |_| {});
    put_densities(&mut figures, "textbook_result/density_without_self", &without, 1.0);
    // Every link between regions and, with themselves, 1.
    let of_regions = map(service, case, |request| {
        request.side = v1::RelatednessSide::Regions.into();
        request.links = Some(v1::LinkRule { by: Some(v1::link_rule::By::AtLeast(f64::MIN_POSITIVE)) });
    });
    for node in &of_regions.nodes {
        figures.put("result/region_proximity_row_sums", &[&node.code], node.strength + 1.0);
    }
    figures
}

pub(super) fn normalizations(service: &Service, case: &Case) -> Figures {
    let mut figures = Figures::default();
    for (name, measure) in [
        ("prob", RelatednessMeasure::Probability),
        ("association", RelatednessMeasure::Association),
        ("cosine", RelatednessMeasure::Cosine),
        ("jaccard", RelatednessMeasure::Jaccard),
    ] {
        let answer = map(service, case, |request| request.measure = measure.into());
        put_relatedness(&mut figures, &format!("result/{name}"), &answer);
    }
    let mut counted = map(service, case, |request| request.measure = RelatednessMeasure::CoOccurrence.into());
    // The reference removes the diagonal, which is the ubiquity here.
    counted.relatedness.iter_mut().enumerate().for_each(|(at, row)| row.values[at] = 0.0);
    put_relatedness(&mut figures, "result/cooccurrence", &counted);
    figures
}

/// In per cent, by relatedness of 1 or more, which counts as 1.
pub(super) fn density_by_zero_or_one(service: &Service, case: &Case) -> Figures {
    let answer = map(service, case, |request| {
        request.measure = RelatednessMeasure::Probability.into();
        request.related_from = Some(1.0);
    });
    let mut figures = Figures::default();
    put_densities(&mut figures, "result/density", &answer, 100.0);
    put_densities(&mut figures, "textbook_result/density_percent", &answer, 100.0);
    for own in &answer.regions {
        let percent = |density: Option<f64>| density.map(|density| density * 100.0);
        figures.put("result/int_avg", &[region(&own.region)], percent(own.internal_density));
        figures.put("result/ext_avg", &[region(&own.region)], percent(own.external_density));
    }
    figures
}

pub(super) fn entries_and_exits(service: &Service, case: &Case) -> Figures {
    let answer = map(service, case, |_| {});
    let mut changed: BTreeMap<(&str, &str), bool> = BTreeMap::new();
    for change in &answer.changes {
        changed.insert((region(&change.region), industry(&change.industry)), change.entered);
    }
    let mut figures = Figures::default();
    for own in &answer.regions {
        let code = region(&own.region);
        let present: BTreeSet<&str> = own.present.iter().map(String::as_str).collect();
        for label in &answer.industries {
            let there = present.contains(label.code.as_str());
            let change = f64::from(u8::from(changed.contains_key(&(code, label.code.as_str()))));
            figures.put("result/entry", &[code, &label.code], (!there).then_some(change));
            figures.put("result/exit", &[code, &label.code], there.then_some(change));
        }
        figures.put("result/entries_by_region", &[code], own.entries.map(f64::from));
        figures.put("result/exits_by_region", &[code], own.exits.map(f64::from));
    }
    figures
}

fn put_index(figures: &mut Figures, answer: &v1::MeasureComplexityResponse, names: [&str; 2]) {
    for own in &answer.regions {
        figures.put(names[0], &[region(&own.region)], own.index);
    }
    for own in &answer.industries {
        figures.put(names[1], &[industry(&own.industry)], own.index);
    }
}

pub(super) fn eigenvectors(service: &Service, case: &Case) -> Figures {
    let answer = measure(service, case, |request| request.scale = ComplexityScale::OwnSample.into());
    let mut figures = Figures::default();
    put_index(&mut figures, &answer, ["result/complexity_index_country", "result/complexity_index_product"]);
    put_index(&mut figures, &answer, ["textbook_result/eci_sample_sd", "textbook_result/pci_own_sample_sd"]);
    let spectrum = answer.spectrum.expect("a spectrum");
    figures.put("textbook_result/corr_eci_diversity", &[], spectrum.diversity_correlation);
    figures.put("textbook_result/eigenvalues_1_to_4", &["1"], spectrum.second_eigenvalue);
    figures.put("textbook_result/eigenvalues_1_to_4", &["2"], spectrum.third_eigenvalue);
    figures
}

pub(super) fn fitness(service: &Service, case: &Case) -> Figures {
    let mut figures = Figures::default();
    // The reference counts the start among its iterations.
    for (name, iterations, extremality) in [("it20", 19, 1.0), ("it100", 99, 1.0), ("it20_extremality_0.5", 19, 0.5)] {
        let rule =
            v1::FitnessRule { iterations: Some(iterations), tolerance: Some(0.0), extremality: Some(extremality) };
        let answer = measure(service, case, |request| request.fitness = Some(rule));
        for own in &answer.regions {
            figures.put(&format!("result/{name}/complexity_index_country"), &[region(&own.region)], own.fitness);
        }
        for own in &answer.industries {
            let path = format!("result/{name}/complexity_index_product");
            figures.put(&path, &[industry(&own.industry)], own.fitness_complexity);
        }
    }
    figures
}

fn put_gains(figures: &mut Figures, parts: &str, answer: &v1::MeasureComplexityResponse) {
    for row in &answer.gains {
        for (code, gain) in answer.gain_industries.iter().zip(&row.values) {
            figures.put(parts, &[region(&row.region), code], *gain);
        }
    }
}

pub(super) fn outlook(service: &Service, case: &Case) -> Figures {
    let answer = measure(service, case, |request| {
        request.scale = ComplexityScale::OwnSample.into();
        let outlook = v1::OutlookRule { include_self: true, keep_lost: true, with_gains: true, ..Default::default() };
        request.outlook = Some(outlook);
    });
    let mut figures = Figures::default();
    for own in &answer.regions {
        figures.put("result/complexity_outlook_index", &[region(&own.region)], own.outlook);
    }
    put_gains(&mut figures, "result/complexity_outlook_gain", &answer);
    figures
}

pub(super) fn harvard(service: &Service, case: &Case) -> Figures {
    let answer = measure(service, case, |request| {
        request.outlook = Some(v1::OutlookRule {
            include_self: true,
            keep_lost: true,
            standardize: true,
            with_gains: true,
            best: Some(0),
            ..v1::OutlookRule::default()
        });
    });
    let mut figures = Figures::default();
    put_index(&mut figures, &answer, ["result/eci", "result/pci"]);
    for own in &answer.regions {
        figures.put("result/diversity", &[region(&own.region)], f64::from(own.diversity));
        figures.put("result/coi", &[region(&own.region)], own.outlook);
    }
    for own in &answer.industries {
        figures.put("result/ubiquity", &[industry(&own.industry)], f64::from(own.ubiquity));
    }
    put_gains(&mut figures, "result/cog", &answer);
    put_densities(&mut figures, "result/density", &map(service, case, |request| request.include_self = true), 1.0);
    figures
}

/// Values by code.
type ByCode = Vec<(String, f64)>;

/// Reflections after some steps, by region and by industry.
fn reflections(service: &Service, case: &Case, steps: i32) -> (ByCode, ByCode) {
    let answer = measure(service, case, |request| request.reflection_steps = Some(steps));
    let value = |reflection: Option<f64>| reflection.expect("reflections were asked for");
    let regions = answer.regions.iter().map(|own| (region(&own.region).to_owned(), value(own.reflection)));
    let industries = answer.industries.iter().map(|own| (industry(&own.industry).to_owned(), value(own.reflection)));
    (regions.collect(), industries.collect())
}

fn put_values(figures: &mut Figures, parts: &str, values: &[(String, f64)], scaled: impl Fn(f64) -> f64) {
    figures.put_all(parts, values.iter().map(|(code, value)| (code.as_str(), scaled(*value))));
}

pub(super) fn reflected(service: &Service, case: &Case) -> Figures {
    let standardized = |figures: &mut Figures, parts: &str, values: &[(String, f64)]| {
        let n = values.len() as f64;
        let mean = values.iter().map(|(_, value)| value).sum::<f64>() / n;
        let squares: f64 = values.iter().map(|(_, value)| (value - mean) * (value - mean)).sum();
        put_values(figures, parts, values, |value| (value - mean) / (squares / (n - 1.0)).sqrt());
    };
    let mut figures = Figures::default();
    standardized(&mut figures, "result/complexity_index_country", &reflections(service, case, 18).0);
    standardized(&mut figures, "result/complexity_index_product", &reflections(service, case, 19).1);
    figures
}

pub(super) fn knowledge(service: &Service, case: &Case) -> Figures {
    let mut figures = Figures::default();
    for steps in [1, 2] {
        let (regions, industries) = reflections(service, case, steps);
        put_values(&mut figures, &format!("result/MORc{steps}"), &regions, |value| value);
        put_values(&mut figures, &format!("result/MORt{steps}"), &industries, |value| value);
    }
    let answer = measure(service, case, |_| {});
    for own in &answer.regions {
        figures.put("result/MORc0", &[region(&own.region)], f64::from(own.diversity));
    }
    for own in &answer.industries {
        figures.put("result/MORt0", &[industry(&own.industry)], f64::from(own.ubiquity));
    }
    figures
}

fn with_income(service: &Service, case: &Case) -> v1::MeasureComplexityResponse {
    measure(service, case, |request| request.income_indicator = "gdp_per_capita".into())
}

pub(super) fn levels(service: &Service, case: &Case) -> Figures {
    let mut figures = Figures::default();
    put_levels(&mut figures, &with_income(service, case), "result/productivity_level");
    figures
}

fn put_levels(figures: &mut Figures, answer: &v1::MeasureComplexityResponse, parts: &str) {
    for own in &answer.regions {
        figures.put(&format!("{parts}_country"), &[region(&own.region)], own.income_level);
    }
    for own in &answer.industries {
        figures.put(&format!("{parts}_product"), &[industry(&own.industry)], own.income_level);
    }
}

pub(super) fn levels_and_ubiquity(service: &Service, case: &Case) -> Figures {
    let answer = with_income(service, case);
    let mut figures = Figures::default();
    for own in &answer.regions {
        figures.put("textbook_result/expy", &[region(&own.region)], own.income_level);
    }
    for own in &answer.industries {
        let code = industry(&own.industry);
        figures.put("textbook_result/prody", &[code], own.income_level);
        figures.put("result/norm.ubiquity", &[code], own.normalized_ubiquity);
        figures.put("result/inv.norm.ubiquity", &[code], own.inverse_ubiquity);
    }
    figures
}
