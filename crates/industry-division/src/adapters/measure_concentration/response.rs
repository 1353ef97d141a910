//! The answer: results with labels.

use growthpole_contracts::v1;
use growthpole_domain::Warning;
use growthpole_methods::division::concentration as methods;
use growthpole_methods::division::concentration::{EllisonGlaeser, PlantSizes};
use growthpole_methods::stats::Alternative;
use growthpole_worker_kit::convert::message;

use super::input::{Input, PeriodInput};
use super::task::{PeriodResults, Results, Task};

pub(super) fn response(task: Task, results: Results) -> v1::MeasureConcentrationResponse {
    let Task { input, options, .. } = &task;
    let mut answer = v1::MeasureConcentrationResponse { base: input.base.to_owned(), ..Default::default() };
    for (period, own) in input.periods.iter().zip(&results.periods) {
        let shown = input.shown.iter().enumerate();
        answer.industries.extend(shown.map(|(at, &industry)| Labelled { input, period, own }.industry(at, industry)));
        answer.cluster_indices.extend(Labelled { input, period, own }.cluster());
        answer.coagglomerations.extend(coagglomerations(&task, period, own));
    }
    answer.colocations = results.colocations.iter().map(|own| colocation(input, own)).collect();
    answer.distance_densities =
        results.distances.industries.iter().map(|(at, own)| distances(input, *at, own)).collect();
    let mut warnings = input.warnings.clone();
    if results.distances.without_size > 0 {
        let text = format!("{} plants of size 0 have no place among distances by size", results.distances.without_size);
        warnings.push(Warning::new("SITES_WITHOUT_SIZE", text));
    }
    answer.warnings = message::warnings(&warnings);
    answer.provenance = Some(v1::Provenance { seed: options.seed(), ..input.provenance.clone() });
    answer
}

/// Results of a period with what labels them.
struct Labelled<'a> {
    input: &'a Input,
    period: &'a PeriodInput,
    own: &'a PeriodResults,
}

impl Labelled<'_> {
    fn industry(&self, at: usize, industry: usize) -> v1::IndustryConcentration {
        let (amount, present) = self.own.totals[industry];
        let known = v1::IndustryConcentration {
            period: self.period.period.clone(),
            industry: Some(self.input.industries[industry].clone()),
            amount,
            regions: message::count(present),
            ..Default::default()
        };
        let Some(own) = &self.own.table[industry] else {
            return v1::IndustryConcentration { reason: "EMPTY_INDUSTRY".to_owned(), ..known };
        };
        let curves = self.own.curves[at].as_ref();
        v1::IndustryConcentration {
            locational_gini: Some(own.locational_gini),
            hoover_gini: Some(2.0 * own.locational_gini),
            quotient_gini: Some(own.quotient_gini),
            hoover: Some(own.hoover),
            krugman_whole: Some(own.krugman_whole),
            krugman_rest: own.krugman_rest,
            krugman_mean_of_others: own.krugman_mean_of_others,
            herfindahl: Some(own.herfindahl.index),
            herfindahl_normalized: own.herfindahl.normalized,
            equivalent_regions: Some(own.herfindahl.equivalent_number),
            geographic_concentration: own.without_plants.map(|own| own.concentration),
            gamma_without_plants: own.without_plants.and_then(|own| own.gamma),
            maurel_sedillot_without_plants: own.maurel_sedillot_without_plants,
            plants: by_plants(
                self.own.plants[industry].as_ref(),
                own.with_plants,
                own.maurel_sedillot.filter(|_| !self.input.cells_as_plants),
            ),
            lorenz_curve: curves.map(|(lorenz, _)| self.curve(lorenz)),
            hoover_curve: curves.map(|(_, hoover)| self.curve(hoover)),
            ..known
        }
    }

    fn curve(&self, curve: &methods::ConcentrationCurve) -> v1::ConcentrationCurve {
        let code = |region: &usize| self.input.regions[self.period.regions[*region]].code.clone();
        v1::ConcentrationCurve {
            base: curve.base.clone(),
            industry: curve.own.clone(),
            regions: curve.regions.iter().map(code).collect(),
        }
    }

    fn cluster(&self) -> Vec<v1::ClusterIndexCell> {
        let n = self.input.industries.len();
        let cell = |region: usize, industry: usize, index: Option<f64>| {
            let is_empty = self.own.table[industry].is_none()
                || self.own.counted.as_ref().is_some_and(|counts| counts[industry] == 0.0);
            let why = if is_empty { "EMPTY_INDUSTRY" } else { "AMOUNT_WITHOUT_PLANT" };
            v1::ClusterIndexCell {
                period: self.period.period.clone(),
                region: Some(self.input.regions[self.period.regions[region]].clone()),
                industry: Some(self.input.industries[industry].clone()),
                index,
                reason: if index.is_some() { String::new() } else { why.to_owned() },
            }
        };
        let Some(cells) = &self.own.cluster else { return Vec::new() };
        let rows = cells.chunks(n).enumerate();
        let shown = |(region, row): (usize, &[Option<f64>])| {
            self.input.shown.iter().map(|&industry| cell(region, industry, row[industry])).collect::<Vec<_>>()
        };
        rows.flat_map(shown).collect()
    }
}

fn by_plants(
    plants: Option<&PlantSizes>,
    index: Option<EllisonGlaeser>,
    maurel_sedillot: Option<f64>,
) -> Option<v1::PlantConcentration> {
    let (plants, index) = plants.zip(index)?;
    Some(v1::PlantConcentration {
        plants: plants.plants(),
        plant_herfindahl: plants.herfindahl(),
        gamma: index.gamma,
        expected_concentration: index.expected,
        deviation: index.deviation,
        z: index.z,
        maurel_sedillot,
    })
}

fn coagglomerations(task: &Task, period: &PeriodInput, own: &PeriodResults) -> Vec<v1::Coagglomeration> {
    let labels = &task.input.industries;
    let of = |code: &String| labels.iter().find(|label| label.code == *code).cloned();
    let groups = task.options.groups.iter().zip(&own.groups).map(|(group, &gamma)| v1::Coagglomeration {
        period: period.period.clone(),
        name: group.name.clone(),
        industries: group.industries.iter().filter_map(of).collect(),
        gamma,
    });
    let pairs = own.pairs.iter().map(|&(first, second, gamma)| v1::Coagglomeration {
        period: period.period.clone(),
        name: String::new(),
        industries: vec![labels[first].clone(), labels[second].clone()],
        gamma: Some(gamma),
    });
    groups.chain(pairs).collect()
}

fn colocation(input: &Input, own: &methods::Colocation) -> v1::Colocation {
    v1::Colocation {
        first: Some(input.industries[own.first].clone()),
        second: Some(input.industries[own.second].clone()),
        colocation: own.observed,
        expected: own.expected,
        excess: own.excess(),
        drawn_mean: own.test.map(|test| test.mean),
        drawn_deviation: own.test.map(|test| test.deviation).filter(|deviation| deviation.is_finite()),
        p_greater: own.test.map(|test| test.p_value(Alternative::Greater)),
        p_less: own.test.map(|test| test.p_value(Alternative::Less)),
    }
}

fn distances(
    input: &Input,
    industry: usize,
    own: &Result<methods::DistanceDensity, &'static str>,
) -> v1::DistanceDensity {
    let industry = Some(input.industries[industry].clone());
    let own = match own {
        Ok(own) => own,
        Err(reason) => return v1::DistanceDensity { industry, reason: (*reason).to_owned(), ..Default::default() },
    };
    let step = |at: usize| v1::DistanceStep {
        distance_km: own.distances_km[at],
        density: own.density[at],
        local_lower: own.bands.local.lower[at],
        local_upper: own.bands.local.upper[at],
        global_lower: own.bands.global.lower[at],
        global_upper: own.bands.global.upper[at],
        localization: own.bands.localization[at],
        dispersion: own.bands.dispersion[at],
    };
    let width = own.distances_km.get(1).copied().unwrap_or_default();
    v1::DistanceDensity {
        industry,
        plants: message::count(own.plants),
        bandwidth_km: own.bandwidth_km,
        steps: (0..own.density.len()).map(step).collect(),
        localization: own.bands.localization.iter().sum::<f64>() * width,
        dispersion: own.bands.dispersion.iter().sum::<f64>() * width,
        reason: String::new(),
    }
}
