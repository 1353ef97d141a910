//! Inequality between provinces.

use growthpole_contracts::v1;
use v1::InequalityMeasure as Measure;

use super::{Case, selection};
use crate::golden::figures::Figures;
use crate::golden::service::Service;

/// The four regions of the statistics, by the data set's groups.
const GROUPS: [&str; 4] = ["east", "central", "west", "northeast-three-provinces"];

/// The same by their members.
const MEMBERS: [&[&str]; 4] = [
    &["110000", "120000", "130000", "310000", "320000", "330000", "350000", "370000", "440000", "460000"],
    &["140000", "340000", "360000", "410000", "420000", "430000"],
    &[
        "150000", "450000", "500000", "510000", "520000", "530000", "540000", "610000", "620000", "630000", "640000",
        "650000",
    ],
    &["210000", "220000", "230000"],
];

/// The province without a land border.
const ISLAND: &str = "460000";

fn request(case: &Case, measures: &[Measure], weight: &str) -> v1::MeasureInequalityRequest {
    let periods: Vec<&str> = match case.input.periods.as_slice() {
        [period] => vec![period],
        _ => vec![case.ends().0, case.ends().1],
    };
    v1::MeasureInequalityRequest {
        selection: Some(selection(case, &periods)),
        measures: measures.iter().map(|&measure| measure.into()).collect(),
        weight_indicator: weight.to_owned(),
        ..Default::default()
    }
}

/// The value of a measure that was asked for with these parameters.
fn value(period: &v1::PeriodInequality, measure: Measure, parameters: &[f64]) -> f64 {
    let own = period.measures.iter().find(|own| own.measure() == measure && own.parameters == parameters);
    own.and_then(|own| own.value).unwrap_or_else(|| panic!("{} has a value", measure.as_str_name()))
}

pub(super) fn welfare(service: &Service, case: &Case) -> Figures {
    let measures = [
        Measure::Atkinson,
        Measure::EquallyDistributedEquivalent,
        Measure::Hoover,
        Measure::Wolfson,
        Measure::WolfsonHalf,
    ];
    let mut request = request(case, &measures, "");
    request.lorenz_curves = true;
    let answer = service.measure_inequality(request);
    let period = &answer.periods[0];
    let mut figures = Figures::default();
    for (name, aversion) in [("0.5", 0.5), ("1", 1.0), ("2", 2.0)] {
        figures.put("result/atkinson", &[name], value(period, Measure::Atkinson, &[aversion]));
        figures.put("result/EDE", &[name], value(period, Measure::EquallyDistributedEquivalent, &[aversion]));
    }
    figures.put("result/wolfson", &[], value(period, Measure::WolfsonHalf, &[]));
    figures.put("result/schutz_distance", &[], value(period, Measure::Hoover, &[]));
    figures.put("textbook_result/hoover", &[], value(period, Measure::Hoover, &[]));
    figures.put("textbook_result/wolfson_1994", &[], value(period, Measure::Wolfson, &[]));
    let curve = period.lorenz_curve.as_ref().expect("the curve was asked for");
    for (name, shares) in [("lorenz_pop", &curve.population), ("lorenz_income", &curve.total)] {
        shares.iter().enumerate().for_each(|(at, share)| figures.put("result", &[name, &at.to_string()], *share));
    }
    figures
}

pub(super) fn gini_and_theil(service: &Service, case: &Case) -> Figures {
    let mut figures = Figures::default();
    for period in service.measure_inequality(request(case, &[Measure::Gini, Measure::TheilT], "")).periods {
        figures.put("result/gini", &[&period.period], value(&period, Measure::Gini, &[]));
        figures.put("result/theil_T", &[&period.period], value(&period, Measure::TheilT, &[]));
    }
    figures
}

pub(super) fn battery(service: &Service, case: &Case) -> Figures {
    let measures = [
        Measure::Gini,
        Measure::GiniOfSample,
        Measure::TheilT,
        Measure::MeanLogDeviation,
        Measure::Atkinson,
        Measure::Hoover,
        Measure::CoefficientOfVariation,
        Measure::CoefficientOfVariationOfSample,
        Measure::NormalizedCoefficientOfVariationOfSample,
        Measure::StandardDeviation,
        Measure::StandardDeviationOfSample,
        Measure::Herfindahl,
        Measure::Coulter,
        Measure::Dalton,
        Measure::Mean,
        Measure::GeometricMean,
        Measure::Williamson,
    ];
    // Williamson's index is undefined without weights, and measures of samples are with them.
    let alike = service.measure_inequality(request(case, &measures[..16], "")).periods.remove(0);
    let weighted = service.measure_inequality(request(case, &measures, "population")).periods.remove(0);
    let (own, by_heads) = (|measure| value(&alike, measure, &[]), |measure| value(&weighted, measure, &[]));
    let sample = own(Measure::StandardDeviationOfSample);
    let mut figures = Figures::default();
    let results = [
        ("gini", own(Measure::Gini)),
        ("gini2", own(Measure::Gini)),
        ("gini_norm", own(Measure::GiniOfSample)),
        ("herf", own(Measure::Herfindahl)),
        ("hoover", own(Measure::Hoover)),
        ("theil_REAT", own(Measure::MeanLogDeviation)),
        ("atkinson_0.5", value(&alike, Measure::Atkinson, &[0.5])),
        ("atkinson_1", value(&alike, Measure::Atkinson, &[1.0])),
        ("atkinson_2", value(&alike, Measure::Atkinson, &[2.0])),
        ("dalton", own(Measure::Dalton)),
        ("coulter", own(Measure::Coulter)),
        ("var", sample * sample),
        ("sd", sample),
        ("sd_pop", own(Measure::StandardDeviation)),
        ("cv", own(Measure::CoefficientOfVariationOfSample)),
        ("cv_norm", own(Measure::NormalizedCoefficientOfVariationOfSample)),
        ("cv_pop", own(Measure::CoefficientOfVariation)),
        ("mean", own(Measure::Mean)),
        ("mean_geom", own(Measure::GeometricMean)),
        ("gini2_w", by_heads(Measure::Gini)),
        ("hoover_ref", by_heads(Measure::Hoover)),
        ("sd_w_wmean", by_heads(Measure::StandardDeviation)),
        ("williamson_wmean", by_heads(Measure::Williamson)),
        ("mean_w", by_heads(Measure::Mean)),
    ];
    figures.put_all("result", results);
    let textbook = [
        ("theil_T", own(Measure::TheilT)),
        ("mld", own(Measure::MeanLogDeviation)),
        ("theil_T_weighted", by_heads(Measure::TheilT)),
        ("mld_weighted", by_heads(Measure::MeanLogDeviation)),
        ("gini_weighted", by_heads(Measure::Gini)),
        ("williamson", by_heads(Measure::Williamson)),
        ("cv_weighted", by_heads(Measure::CoefficientOfVariation)),
    ];
    figures.put_all("textbook_result", textbook);
    figures
}

pub(super) fn variation(service: &Service, case: &Case) -> Figures {
    let mut figures = Figures::default();
    for period in service.measure_inequality(request(case, &[Measure::Williamson], "population")).periods {
        figures.put("result/williamson_wmean", &[&period.period], value(&period, Measure::Williamson, &[]));
    }
    let sample = Measure::CoefficientOfVariationOfSample;
    for period in service.measure_inequality(request(case, &[sample], "")).periods {
        figures.put("result/cv_sample", &[&period.period], value(&period, sample, &[]));
    }
    figures
}

/// The parts of a measure by the four regions, in each period.
fn by_four_regions(service: &Service, case: &Case, weight: &str) -> Vec<v1::PeriodInequality> {
    let group = |group: &&str| v1::NamedRegions {
        name: (*group).to_owned(),
        by: Some(v1::named_regions::By::Group((*group).to_owned())),
    };
    let mut request = request(case, &[Measure::TheilT], weight);
    request.groups = GROUPS.iter().map(group).collect();
    service.measure_inequality(request).periods
}

pub(super) fn theil_by_groups(service: &Service, case: &Case) -> Figures {
    let mut figures = Figures::default();
    for period in by_four_regions(service, case, "") {
        let parts = period.theil_by_groups.expect("parts by groups");
        figures.put("result/T", &[&period.period], parts.total);
        figures.put("result/between", &[&period.period], parts.between);
        figures.put("result/within", &[&period.period], parts.within);
    }
    figures
}

pub(super) fn entropies_by_groups(service: &Service, case: &Case) -> Figures {
    let mut figures = Figures::default();
    for period in by_four_regions(service, case, "population") {
        let parts = [("theil_T", period.theil_by_groups), ("mld", period.mean_log_deviation_by_groups)];
        for (name, parts) in parts {
            let parts = parts.expect("parts by groups");
            figures.put(&format!("result/{name}"), &[&period.period], parts.total);
            figures.put(&format!("result/{name}_between"), &[&period.period], parts.between);
            figures.put(&format!("result/{name}_within"), &[&period.period], parts.within);
        }
    }
    figures
}

pub(super) fn by_neighbourhood(service: &Service, case: &Case) -> Figures {
    let link = |from: &str, to: &str| v1::SpatialLink { from: from.to_owned(), to: to.to_owned(), weight: None };
    let others = |members: &'static [&'static str], own: &'static str| members.iter().filter(move |to| **to != own);
    let of_group = |members: &'static [&'static str]| {
        members.iter().flat_map(move |from| others(members, from).map(move |to| link(from, to)))
    };
    let links = MEMBERS.iter().flat_map(|members| of_group(members)).collect();
    let blocks = v1::SpatialWeights {
        by: Some(v1::spatial_weights::By::Links(v1::ExplicitLinks { links })),
        ..Default::default()
    };
    let mut figures = Figures::default();
    let provinces = MEMBERS.concat();
    let of = |neighbours: v1::SpatialWeights, left_out: &str| {
        let mut request = request(case, &[Measure::Mean], "");
        let codes = provinces.iter().filter(|code| **code != left_out).map(|code| (*code).to_owned()).collect();
        if let Some(selection) = &mut request.selection {
            let codes = v1::RegionCodes { codes };
            selection.regions = Some(v1::RegionSelection { by: Some(v1::region_selection::By::Codes(codes)) });
        }
        request.neighbours = Some(neighbours);
        service.measure_inequality(request)
    };
    let cases = [("contiguity_30", v1::SpatialWeights::default(), ISLAND), ("four_regions_31", blocks, "")];
    for (name, neighbours, left_out) in cases {
        let answer = of(neighbours, left_out);
        let period = &answer.periods[0];
        let own = period.gini_by_neighbourhood.as_ref().expect("parts by neighbourhood");
        let whole = 2.0 * value(period, Measure::Mean, &[]) * f64::from(own.n_regions * own.n_regions);
        let parts = [
            ("g", Some(own.gini)),
            ("wg", Some(own.near * whole)),
            ("wcg", Some(own.far * whole)),
            ("dtotal", Some(own.gini * whole)),
            ("den", Some(whole)),
            ("wcg_share", own.far_share),
            ("polarization", own.polarization),
        ];
        figures.put_all(&format!("result/{name}"), parts);
    }
    // All provinces: the one without a border is left out.
    let all = of(v1::SpatialWeights::default(), "");
    let own = all.periods[0].gini_by_neighbourhood.as_ref().expect("parts by neighbourhood");
    assert_eq!((own.n_regions, all.periods[0].n_regions), (30, 31));
    assert_eq!(own.gini, figures.number("result/contiguity_30", &["g"]));
    figures
}
