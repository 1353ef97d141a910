//! What was computed, with labels, trends and warnings.

use std::collections::BTreeSet;

use growthpole_contracts::v1;
use growthpole_domain::Warning;
use growthpole_methods::stats::inequality::{EntropyParts, GiniParts, GiniPermutations};
use growthpole_methods::stats::{Alternative, PermutationTest};
use growthpole_worker_kit::SourcedPanel;
use growthpole_worker_kit::convert::message;

use super::METHOD;
use super::options::{Options, Wanted};
use super::task::{ByGroups, ByNeighbourhood, Entropy, ParadeStep, Period, Stated, Undefined};
use super::weights::Weights;
use crate::adapters::named_regions::RegionSet;
use crate::adapters::series::Series;

/// The answer.
pub(super) fn response(
    series: &Series,
    weights: Option<&Weights>,
    groups: &[RegionSet],
    options: &Options,
    periods: Vec<Period>,
) -> v1::MeasureInequalityResponse {
    let labels = Labels { series, groups };
    let mut warnings = series.warnings.clone();
    warnings.extend(regions_change(series, &periods));
    warnings.extend(groups_without_values(series, groups, &periods));
    warnings.extend(measures_undefined(&periods));
    let trends = options.wanted.iter().enumerate().filter_map(|(at, wanted)| trend(series, wanted, at, &periods));
    let trends = trends.collect();
    let seed = (options.permutations > 0).then_some(options.seed);
    let further: Vec<(&str, &SourcedPanel)> = weights.iter().map(|weights| ("weight", &weights.panel)).collect();
    let shown = periods.into_iter().enumerate().map(|(at, period)| labels.period(at, period, &options.wanted));
    v1::MeasureInequalityResponse {
        periods: shown.collect(),
        trends,
        values: Some(series.description.clone()),
        warnings: message::warnings(&warnings),
        provenance: Some(series.provenance(METHOD, &further, seed)),
    }
}

/// How a measure changed between the first and the last period in which it is defined.
fn trend(series: &Series, wanted: &Wanted, at: usize, periods: &[Period]) -> Option<v1::InequalityTrend> {
    let defined =
        || periods.iter().enumerate().filter_map(|(row, period)| Some((row, *period.measures[at].as_ref().ok()?)));
    let ((first_row, first), (last_row, last)) = (defined().next()?, defined().next_back()?);
    (last_row > first_row).then(|| v1::InequalityTrend {
        measure: wanted.measure.into(),
        parameters: wanted.parameters.clone(),
        first_period: series.periods[first_row].to_string(),
        last_period: series.periods[last_row].to_string(),
        first,
        last,
        change: last - first,
        relative_change: Some((last - first) / first).filter(|change| change.is_finite()),
    })
}

/// Codes of regions that are measured in some periods only.
fn regions_change(series: &Series, periods: &[Period]) -> Option<Warning> {
    let counts = periods.iter().flat_map(|period| &period.present);
    let mut measured = vec![0; series.regions.len()];
    counts.for_each(|&region| measured[region] += 1);
    let sometimes = |count: &usize| *count > 0 && *count < periods.len();
    let codes: Vec<String> = (measured.iter().zip(&series.regions))
        .filter(|(count, _)| sometimes(count))
        .map(|(_, region)| region.code.clone())
        .collect();
    let text =
        format!("{} regions are measured in some periods only: changes contain their coming and going", codes.len());
    (!codes.is_empty()).then(|| Warning::new("REGIONS_CHANGE", text).with_regions(codes))
}

fn groups_without_values(series: &Series, groups: &[RegionSet], periods: &[Period]) -> Option<Warning> {
    let mut lacking = BTreeSet::new();
    for (period, own) in series.periods.iter().zip(periods) {
        let Some(by_groups) = &own.by_groups else { continue };
        let present = |at: &usize| by_groups.groups.iter().any(|(group, _)| group == at);
        let absent = (0..groups.len()).filter(|at| !present(at));
        lacking.extend(absent.map(|at| format!("\"{}\" in {period}", groups[at].name)));
    }
    let text = format!("no region has a value in: {}", lacking.iter().cloned().collect::<Vec<_>>().join(", "));
    (!lacking.is_empty()).then(|| Warning::new("GROUPS_WITHOUT_VALUES", text))
}

fn measures_undefined(periods: &[Period]) -> Option<Warning> {
    let undefined = periods.iter().flat_map(|period| &period.measures).filter(|own| own.is_err()).count();
    let text = format!("{undefined} measures are undefined; their reasons stand in their place");
    (undefined > 0).then(|| Warning::new("MEASURES_UNDEFINED", text))
}

/// Names of what is known by position.
struct Labels<'a> {
    series: &'a Series,
    groups: &'a [RegionSet],
}

impl Labels<'_> {
    fn period(&self, at: usize, period: Period, wanted: &[Wanted]) -> v1::PeriodInequality {
        let Period { present, measures, lorenz, parade, by_groups, by_neighbourhood } = period;
        let left_out = (0..self.series.regions.len()).filter(|region| present.binary_search(region).is_err());
        let measures = wanted.iter().zip(measures).map(|(wanted, value)| self.measure(wanted, value));
        let curve = |curve: growthpole_methods::stats::inequality::Lorenz| v1::LorenzCurve {
            population: curve.population,
            total: curve.total,
        };
        let mut shown = v1::PeriodInequality {
            period: self.series.periods[at].to_string(),
            n_regions: message::count(present.len()),
            left_out: left_out.map(|region| self.code(region)).collect(),
            measures: measures.collect(),
            lorenz_curve: lorenz.map(curve),
            pen_parade: parade.into_iter().map(|step| self.parade(&step)).collect(),
            gini_by_neighbourhood: by_neighbourhood.map(|own| self.by_neighbourhood(own)),
            ..Default::default()
        };
        if let Some(ByGroups { groups, theil, mean_log_deviation, gini }) = by_groups {
            shown.theil_by_groups = Some(self.entropy(&groups, theil));
            shown.mean_log_deviation_by_groups = Some(self.entropy(&groups, mean_log_deviation));
            shown.gini_by_groups = Some(self.gini(&groups, gini));
        }
        shown
    }

    fn parade(&self, step: &ParadeStep) -> v1::PenStep {
        let ParadeStep { region, value, relative, passed } = *step;
        v1::PenStep { region: self.code(region), value, relative, passed }
    }

    fn code(&self, region: usize) -> String {
        self.series.regions.get(region).map(|region| region.code.clone()).unwrap_or_default()
    }

    fn undefined(&self, undefined: Undefined) -> v1::InequalityUndefined {
        let Undefined { reason, text, region } = undefined;
        let region = region.map(|region| self.code(region)).unwrap_or_default();
        let text = if region.is_empty() { text } else { format!("{region}: {text}") };
        v1::InequalityUndefined { reason: reason.to_owned(), text, region }
    }

    fn measure(&self, wanted: &Wanted, value: Stated<f64>) -> v1::MeasuredInequality {
        let (value, undefined) = match value {
            Ok(value) => (Some(value), None),
            Err(undefined) => (None, Some(self.undefined(undefined))),
        };
        let parameters = wanted.parameters.clone();
        v1::MeasuredInequality { measure: wanted.measure.into(), parameters, value, undefined }
    }

    fn entropy(&self, groups: &[(usize, usize)], parts: Stated<Entropy>) -> v1::EntropyByGroups {
        let (parts, between_test) = match parts {
            Ok(parts) => parts,
            Err(undefined) => {
                return v1::EntropyByGroups { undefined: Some(self.undefined(undefined)), ..Default::default() };
            }
        };
        let EntropyParts { total, between, within, groups: own } = parts;
        let group = |(&(position, n_regions), own): (&(usize, usize), _)| {
            let growthpole_methods::stats::inequality::EntropyOfGroup { population_share, total_share, .. } = own;
            v1::EntropyOfGroup {
                name: self.groups[position].name.clone(),
                n_regions: message::count(n_regions),
                population_share,
                total_share,
                mean: own.mean,
                own: own.own,
                within: own.within,
                between: own.between,
            }
        };
        v1::EntropyByGroups {
            total,
            between,
            within,
            between_share: (total > 0.0).then(|| between / total),
            groups: groups.iter().zip(own).map(group).collect(),
            between_test: between_test.map(|own| test(own, Alternative::Greater)),
            undefined: None,
        }
    }

    fn gini(
        &self,
        groups: &[(usize, usize)],
        parts: Stated<(GiniParts, Option<GiniPermutations>)>,
    ) -> v1::GiniByGroups {
        let (parts, tests) = match parts {
            Ok(parts) => parts,
            Err(undefined) => {
                return v1::GiniByGroups { undefined: Some(self.undefined(undefined)), ..Default::default() };
            }
        };
        let name =
            |at: usize| groups.get(at).map(|(position, _)| self.groups[*position].name.clone()).unwrap_or_default();
        let own = parts.groups.iter().zip(groups).enumerate().map(|(at, (own, (_, n_regions)))| v1::GiniOfGroup {
            name: name(at),
            n_regions: message::count(*n_regions),
            population_share: own.population_share,
            total_share: own.total_share,
            mean: own.mean,
            own: own.own,
            within: own.within,
        });
        let pairs = parts.pairs.iter().map(|pair| v1::GiniOfGroupPair {
            first: name(pair.first),
            second: name(pair.second),
            gini: pair.gini,
            affluence: pair.affluence,
        });
        v1::GiniByGroups {
            gini: parts.gini,
            between: parts.between,
            within: parts.within,
            overlap: parts.overlap,
            groups: own.collect(),
            pairs: pairs.collect(),
            between_test: tests.map(|tests| test(tests.between, Alternative::Greater)),
            overlap_test: tests.map(|tests| test(tests.overlap, Alternative::Less)),
            undefined: None,
        }
    }

    fn by_neighbourhood(&self, own: Stated<ByNeighbourhood>) -> v1::GiniByNeighbourhood {
        match own {
            Err(undefined) => {
                v1::GiniByNeighbourhood { undefined: Some(self.undefined(undefined)), ..Default::default() }
            }
            Ok(ByNeighbourhood { n_regions, parts, test: far }) => v1::GiniByNeighbourhood {
                n_regions: message::count(n_regions),
                gini: parts.gini,
                near: parts.near,
                far: parts.far,
                far_share: parts.far_share,
                near_pairs: parts.near_pairs,
                polarization: parts.polarization,
                far_test: far.map(|far| test(far, Alternative::Greater)),
                undefined: None,
            },
        }
    }
}

fn test(test: PermutationTest, side: Alternative) -> v1::InequalityTest {
    v1::InequalityTest {
        permutations: message::count(test.permutations),
        p_value: test.p_value(side),
        p_value_two_sided: test.p_value(Alternative::TwoSided),
        mean: test.mean,
        deviation: Some(test.deviation).filter(|deviation| deviation.is_finite()),
    }
}
