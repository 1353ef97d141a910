//! How the answer shows what is measured.

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::Warning;
use growthpole_methods::division::complexity::{Fitness, SignBy, Supermodularity, sized_ubiquity};
use growthpole_methods::stats::{RankMethod, rank_descending};
use growthpole_worker_kit::convert::message;
use growthpole_worker_kit::reading::{industry_code, region_code};
use v1::ComplexitySignRule;

use super::measured::Measured;
use super::options::Options;
use super::outlook::Gain;

/// A correlation with diversity below this, in size, leaves the direction of the scale doubtful.
const DOUBTFUL: f64 = 0.3;

impl Measured {
    /// All of the answer but what the panel says of itself.
    pub(super) fn response(mut self, options: &Options) -> Result<v1::MeasureComplexityResponse, Refusal> {
        let gains = std::mem::take(&mut self.outlooks.gains);
        let panel = &self.structure.panel;
        let columns = self.structure.kept.columns.iter();
        let warnings = self.structure.warning().into_iter().chain(self.doubt()).chain(self.of_fitness());
        let row = |(at, values): (usize, Vec<f64>)| v1::RegionRow { region: self.structure.region(at), values };
        let mut response = v1::MeasureComplexityResponse {
            regions: self.regions(),
            industries: self.industries(),
            spectrum: Some(self.spectrum()),
            fitness: self.beside.fitness.as_ref().map(|fitness| self.report(fitness)),
            supermodularity: self.beside.supermodularity.map(supermodularity_message),
            measure: options.related.measure.into(),
            left_out: self.structure.left_out.clone(),
            base: Some(self.structure.base_message(&options.rule)?),
            warnings: message::warnings(&warnings.collect::<Vec<_>>()),
            ..v1::MeasureComplexityResponse::default()
        };
        if options.with_gains {
            response.gain_industries = columns.map(|&column| industry_code(panel, column).to_owned()).collect();
            response.gains = gains.into_iter().enumerate().map(row).collect();
        }
        Ok(response)
    }

    fn regions(&self) -> Vec<v1::RegionComplexity> {
        let diversity = self.structure.kept.presence.diversity();
        let beside = &self.beside;
        let reflected = beside.reflections.as_ref().map(|reflected| reflected.regions.values());
        let of = |(at, rank): (usize, i32)| {
            let external = beside.external.as_ref().map(|external| external[at]);
            let coverage = external.map(|external| f64::from(external.valued) / f64::from(external.diversity));
            v1::RegionComplexity {
                rank,
                region: self.structure.region(at),
                diversity: message::count(diversity[at]),
                index: self.index.regions[at],
                outlook: self.outlooks.index[at],
                best_gains: self.best_gains(at),
                fitness: beside.fitness.as_ref().map(|fitness| fitness.regions[at]),
                reflection: reflected.as_ref().map(|values| values[at]),
                income_level: beside.levels.as_ref().map(|levels| levels.0[at]),
                external: external.and_then(|external| external.complexity),
                external_coverage: coverage,
                modular: beside.combined.regions[at],
                external_by_amount: beside.external_by_amount.as_ref().and_then(|of| of[at]),
            }
        };
        ranked(&self.index.regions).into_iter().map(of).collect()
    }

    /// The industries a region lacks whose gain is greatest.
    fn best_gains(&self, region: usize) -> Vec<v1::ComplexityGain> {
        let gain = |own: &Gain| v1::ComplexityGain {
            industry: self.structure.industry(own.industry),
            gain: own.gain,
            density: own.density,
        };
        self.outlooks.best[region].iter().map(gain).collect()
    }

    fn industries(&self) -> Vec<v1::IndustryComplexity> {
        let (structure, beside) = (&self.structure, &self.beside);
        let presence = &structure.kept.presence;
        let ubiquity = presence.ubiquity();
        let total = |&column: &usize| {
            let amounts = structure.kept.regions.iter();
            amounts.filter_map(|&region| structure.panel.value(structure.period, region, column)).sum()
        };
        let sized = sized_ubiquity(presence, &structure.kept.columns.iter().map(total).collect::<Vec<_>>());
        let reflected = beside.reflections.as_ref().map(|reflected| reflected.industries.values());
        let of = |(at, rank): (usize, i32)| v1::IndustryComplexity {
            rank,
            industry: structure.industry(at),
            ubiquity: message::count(ubiquity[at]),
            index: self.index.industries[at],
            fitness_complexity: beside.fitness.as_ref().map(|fitness| fitness.industries[at]),
            reflection: reflected.as_ref().map(|values| values[at]),
            income_level: beside.levels.as_ref().map(|levels| levels.1[at]),
            normalized_ubiquity: sized[at].map(|sized| sized.normalized),
            inverse_ubiquity: sized[at].map(|sized| sized.inverse),
            ease: beside.combined.ease[at],
            modular: beside.combined.industries[at],
            income_by_amount: beside.income_by_amount.as_ref().and_then(|of| of[at]),
        };
        ranked(&self.index.industries).into_iter().map(of).collect()
    }

    fn spectrum(&self) -> v1::ComplexitySpectrum {
        let sign_rule = match self.index.sign.by {
            SignBy::Diversity => ComplexitySignRule::Diversity,
            SignBy::Reflections => ComplexitySignRule::Reflections,
            SignBy::Ubiquity => ComplexitySignRule::Ubiquity,
        };
        v1::ComplexitySpectrum {
            second_eigenvalue: self.index.second_eigenvalue,
            third_eigenvalue: self.index.third_eigenvalue,
            residual: self.index.residual,
            sign_rule: sign_rule.into(),
            diversity_correlation: self.index.sign.with_diversity,
        }
    }

    fn report(&self, fitness: &Fitness) -> v1::FitnessReport {
        v1::FitnessReport {
            iterations: message::count(fitness.iterations),
            last_change: fitness.last_change,
            converged: fitness.converged,
            order_settled: message::count(fitness.order_settled),
            vanishing: self.codes(&fitness.vanishing),
        }
    }

    fn codes(&self, regions: &[usize]) -> Vec<String> {
        let kept = &self.structure.kept.regions;
        regions.iter().map(|&at| region_code(&self.structure.panel, kept[at]).to_owned()).collect()
    }

    fn doubt(&self) -> Option<Warning> {
        let correlation = self.index.sign.with_diversity.unwrap_or(0.0);
        let text = format!(
            "which end of the scale is complex is doubtful: the index correlates with diversity at {correlation:.2}"
        );
        (correlation.abs() < DOUBTFUL).then(|| Warning::new("SIGN_DOUBTFUL", text))
    }

    fn of_fitness(&self) -> Vec<Warning> {
        let Some(fitness) = &self.beside.fitness else { return Vec::new() };
        let mut warnings = Vec::new();
        if !fitness.converged {
            let (iterations, change) = (fitness.iterations, fitness.last_change);
            let text = format!("fitness still changed by {change:.1e} of itself after {iterations} updates");
            warnings.push(Warning::new("FITNESS_NOT_CONVERGED", text));
        }
        if !fitness.vanishing.is_empty() {
            let codes = self.codes(&fitness.vanishing);
            let text = format!("fitness of {} regions falls towards 0 and never settles", codes.len());
            warnings.push(Warning::new("FITNESS_VANISHES", text).with_regions(codes));
        }
        warnings
    }
}

fn supermodularity_message(found: Supermodularity) -> v1::Supermodularity {
    v1::Supermodularity {
        compared: i64::try_from(found.compared).unwrap_or(i64::MAX),
        holds: found.share(),
        equal: found.equal_share(),
        standard_error: found.standard_error(),
    }
}

/// Positions from the largest value on, with their ranks; equal values share one.
fn ranked(values: &[f64]) -> Vec<(usize, i32)> {
    let known: Vec<Option<f64>> = values.iter().copied().map(Some).collect();
    let ranks = rank_descending(&known, RankMethod::Competition);
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[b].total_cmp(&values[a]));
    // Ranks of competition are whole numbers, and every value has one.
    order.into_iter().map(|at| (at, ranks[at].map_or(0, |rank| rank as i32))).collect()
}
