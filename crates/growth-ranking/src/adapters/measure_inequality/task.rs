//! The computation, by positions of periods, regions and groups.

use growthpole_contracts::Refusal;
use growthpole_methods::stats::inequality::{
    Distribution, EntropyKind, EntropyParts, GiniParts, GiniPermutations, Groups, InequalityError, Lorenz, SpatialGini,
    entropy_by_groups, entropy_permutations, gini_by_groups, gini_permutations, lorenz, spatial_gini,
    spatial_gini_permutations,
};
use growthpole_methods::stats::{PermutationTest, SpatialWeights};
use growthpole_methods::{Matrix, Progress};
use growthpole_worker_kit::refuse;

use super::measures;
use super::options::Options;

/// What is to be computed.
pub(super) struct Task {
    /// Periods x regions; NaN where there is no value.
    pub(super) values: Matrix,
    /// The same of weights, positive; none where regions count alike.
    pub(super) weights: Option<Matrix>,
    /// Group of each region.
    pub(super) groups: Option<Vec<usize>>,
    pub(super) neighbours: Option<Neighbours>,
    pub(super) options: Options,
}

/// Neighbours among some of the regions.
pub(super) struct Neighbours {
    /// Positions of these regions.
    pub(super) regions: Vec<usize>,
    pub(super) weights: SpatialWeights,
    /// Whether a region that has no neighbour left in a period is measured all the same.
    pub(super) keep_islands: bool,
}

/// Why something has no value, with the position of the region that is to blame.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Undefined {
    pub(super) reason: &'static str,
    pub(super) text: String,
    pub(super) region: Option<usize>,
}

/// A result, or why there is none.
pub(super) type Stated<T> = Result<T, Undefined>;

/// One period.
pub(super) struct Period {
    /// Positions of the regions that are measured.
    pub(super) present: Vec<usize>,
    /// As many as are wanted.
    pub(super) measures: Vec<Stated<f64>>,
    pub(super) lorenz: Option<Lorenz>,
    /// Pen's parade; empty where it is not wanted.
    pub(super) parade: Vec<ParadeStep>,
    pub(super) by_groups: Option<ByGroups>,
    pub(super) by_neighbourhood: Option<Stated<ByNeighbourhood>>,
}

/// A region in Pen's parade.
pub(super) struct ParadeStep {
    /// Position of the region.
    pub(super) region: usize,
    pub(super) value: f64,
    /// The value over the mean, by weights; none where that is zero.
    pub(super) relative: Option<f64>,
    /// Share of the weights up to it.
    pub(super) passed: f64,
}

/// Parts by groups.
pub(super) struct ByGroups {
    /// Positions of the groups that have values, with their numbers of regions.
    pub(super) groups: Vec<(usize, usize)>,
    pub(super) theil: Stated<Entropy>,
    pub(super) mean_log_deviation: Stated<Entropy>,
    pub(super) gini: Stated<(GiniParts, Option<GiniPermutations>)>,
}

/// Parts of an entropy, with the test of the part between groups.
pub(super) type Entropy = (EntropyParts, Option<PermutationTest>);

/// Parts by neighbourhood.
pub(super) struct ByNeighbourhood {
    pub(super) n_regions: usize,
    pub(super) parts: SpatialGini,
    pub(super) test: Option<PermutationTest>,
}

impl Task {
    /// Measures every period.
    ///
    /// # Errors
    ///
    /// The refusal of a computation that was stopped.
    pub(super) fn run(&self, progress: &Progress) -> Result<Vec<Period>, Refusal> {
        // Of each period: one, and Theil's measures and the Gini coefficient by groups, and the latter by neighbourhood.
        let tests = 3 * usize::from(self.groups.is_some()) + usize::from(self.neighbours.is_some());
        let units = 1_usize.saturating_add(tests.saturating_mul(self.options.permutations));
        progress.announce(self.values.n_rows().saturating_mul(units));
        let measured = |period: usize| {
            let measured = self.period(period, progress)?;
            progress.expect(1);
            progress.advance(1).map_err(refuse::stopped)?;
            Ok(measured)
        };
        let periods = (0..self.values.n_rows()).map(measured).collect();
        // What has no value is not tested.
        progress.settle();
        periods
    }

    fn period(&self, period: usize, progress: &Progress) -> Result<Period, Refusal> {
        let all: Vec<usize> = (0..self.values.n_columns()).collect();
        let present = self.present(period, &all);
        let sample = Sample::of(self, period, &present);
        let distribution = sample.distribution();
        let on = Stating { positions: &present };
        let measures = self.options.wanted.iter().map(|wanted| {
            progress.check().map_err(refuse::stopped)?;
            on.state(distribution.as_ref().map_err(Clone::clone).and_then(|values| measures::value(values, wanted)))
        });
        let measures = measures.collect::<Result<_, Refusal>>()?;
        progress.check().map_err(refuse::stopped)?;
        let drawn = distribution.as_ref().ok().filter(|_| self.options.lorenz_curves);
        let curve = drawn.and_then(|values| lorenz(values).ok());
        let by_groups = match &self.groups {
            None => None,
            Some(of) => Some(self.by_groups(&distribution, of, on, progress)?),
        };
        let by_neighbourhood = match &self.neighbours {
            None => None,
            Some(neighbours) => Some(self.by_neighbourhood(period, neighbours, progress)?),
        };
        let parade = if self.options.pen_parades { sample.parade(&present) } else { Vec::new() };
        Ok(Period { measures, lorenz: curve, parade, by_groups, by_neighbourhood, present })
    }

    /// Those of some regions that have a value, and a weight where there are weights.
    fn present(&self, period: usize, regions: &[usize]) -> Vec<usize> {
        let values = self.values.row(period);
        let weights = self.weights.as_ref().map(|weights| weights.row(period));
        let is_present =
            |&&region: &&usize| !values[region].is_nan() && !weights.is_some_and(|all| all[region].is_nan());
        regions.iter().filter(is_present).copied().collect()
    }

    fn by_groups(
        &self,
        distribution: &Result<Distribution<'_>, InequalityError>,
        of: &[usize],
        on: Stating<'_>,
        progress: &Progress,
    ) -> Result<ByGroups, Refusal> {
        let (present, groups) = present_groups(of, on.positions);
        let values = distribution.as_ref().map_err(Clone::clone).and_then(|values| Ok((values, groups?)));
        let Options { permutations, seed, .. } = self.options;
        let entropy = |kind: EntropyKind| {
            let parts = values.as_ref().map_err(Clone::clone).and_then(|(values, groups)| {
                let test = (permutations > 0)
                    .then(|| entropy_permutations(values, groups, kind, permutations, seed, progress));
                Ok((entropy_by_groups(values, groups, kind)?, test.transpose()?))
            });
            on.state(parts)
        };
        let gini = values.as_ref().map_err(Clone::clone).and_then(|(values, groups)| {
            let test = (permutations > 0).then(|| gini_permutations(values, groups, permutations, seed, progress));
            Ok((gini_by_groups(values, groups)?, test.transpose()?))
        });
        Ok(ByGroups {
            theil: entropy(EntropyKind::TheilT)?,
            mean_log_deviation: entropy(EntropyKind::MeanLogDeviation)?,
            gini: on.state(gini)?,
            groups: present,
        })
    }

    fn by_neighbourhood(
        &self,
        period: usize,
        neighbours: &Neighbours,
        progress: &Progress,
    ) -> Result<Stated<ByNeighbourhood>, Refusal> {
        // Positions among the regions that have neighbours, then of all regions.
        let with_value = |&at: &usize| !self.present(period, &neighbours.regions[at..=at]).is_empty();
        let mut kept: Vec<usize> = (0..neighbours.regions.len()).filter(with_value).collect();
        let mut weights = neighbours.weights.subset(&kept);
        if !neighbours.keep_islands {
            let linked: Vec<usize> = (0..kept.len()).filter(|&region| weights.n_neighbours(region) > 0).collect();
            weights = weights.subset(&linked);
            kept = linked.into_iter().map(|region| kept[region]).collect();
        }
        let positions: Vec<usize> = kept.into_iter().map(|at| neighbours.regions[at]).collect();
        let sample = Sample::of(self, period, &positions);
        let Options { permutations, seed, .. } = self.options;
        let parts = sample.distribution().and_then(|values| {
            let parts = spatial_gini(&values, &weights)?;
            // Equal values leave nothing to permute.
            let is_tested = permutations > 0 && parts.gini > 0.0;
            let test = is_tested.then(|| spatial_gini_permutations(&values, &weights, permutations, seed, progress));
            Ok(ByNeighbourhood { n_regions: positions.len(), parts, test: test.transpose()? })
        });
        Stating { positions: &positions }.state(parts)
    }
}

/// Values and weights of some regions in a period.
struct Sample {
    values: Vec<f64>,
    weights: Option<Vec<f64>>,
}

impl Sample {
    fn of(task: &Task, period: usize, regions: &[usize]) -> Self {
        let of = |matrix: &Matrix| regions.iter().map(|&region| matrix.get(period, region)).collect();
        Self { values: of(&task.values), weights: task.weights.as_ref().map(of) }
    }

    /// Pen's parade (Pen 1971): regions from the lowest value on, equal ones by position.
    fn parade(&self, regions: &[usize]) -> Vec<ParadeStep> {
        let weight = |at: usize| self.weights.as_ref().and_then(|all| all.get(at).copied()).unwrap_or(1.0);
        let mut order: Vec<(usize, f64)> = self.values.iter().copied().enumerate().collect();
        order.sort_by(|a, b| a.1.total_cmp(&b.1));
        let all: f64 = order.iter().map(|&(at, _)| weight(at)).sum();
        let mean = order.iter().map(|&(at, value)| weight(at) * value).sum::<f64>() / all;
        let mut passed = 0.0;
        let step = |(at, value): (usize, f64)| {
            passed += weight(at);
            let relative = Some(value / mean).filter(|relative| relative.is_finite());
            ParadeStep { region: regions[at], value, relative, passed: passed / all }
        };
        order.into_iter().map(step).collect()
    }

    fn distribution(&self) -> Result<Distribution<'_>, InequalityError> {
        match &self.weights {
            None => Distribution::new(&self.values),
            Some(weights) => Distribution::weighted(&self.values, weights),
        }
    }
}

/// The groups that some regions are in, in order, with their numbers of regions; and these regions in those groups.
fn present_groups(of: &[usize], regions: &[usize]) -> (Vec<(usize, usize)>, Result<Groups, InequalityError>) {
    let mut sizes = std::collections::BTreeMap::new();
    regions.iter().for_each(|&region| *sizes.entry(of[region]).or_insert(0) += 1);
    let present: Vec<(usize, usize)> = sizes.into_iter().collect();
    let position = |region: &usize| present.partition_point(|(group, _)| *group < of[*region]);
    let groups = Groups::new(&regions.iter().map(position).collect::<Vec<_>>(), present.len());
    // Every group that is present has a region, so that only having no region is left.
    (present, groups.map_err(|_| InequalityError::Empty))
}

/// States errors by the positions of regions in the series.
#[derive(Clone, Copy)]
struct Stating<'a> {
    positions: &'a [usize],
}

impl Stating<'_> {
    fn state<T>(self, result: Result<T, InequalityError>) -> Result<Stated<T>, Refusal> {
        let error = match result {
            Ok(value) => return Ok(Ok(value)),
            Err(error) => error,
        };
        let (reason, region) = match error {
            InequalityError::Empty => ("NO_VALUES", None),
            InequalityError::Negative { region, .. } => ("NEGATIVE_VALUE", Some(region)),
            InequalityError::NotPositive { region, .. } => ("VALUE_NOT_POSITIVE", Some(region)),
            InequalityError::MeanNotPositive { .. } => ("MEAN_NOT_POSITIVE", None),
            InequalityError::NothingBelow => ("NOTHING_BELOW", None),
            InequalityError::TooFew { .. } => ("TOO_FEW_REGIONS", None),
            InequalityError::WeightedSample => ("NO_SAMPLE_BY_WEIGHTS", None),
            InequalityError::Unweighted => ("NO_WEIGHTS", None),
            InequalityError::OutOfRange => ("OUT_OF_RANGE", None),
            InequalityError::NotFinite { region, .. } | InequalityError::InvalidWeight { region, .. } => {
                ("OUT_OF_RANGE", Some(region))
            }
            InequalityError::Stopped(stopped) => return Err(refuse::stopped(stopped)),
            InequalityError::LengthsDiffer { .. }
            | InequalityError::RegionsDiffer { .. }
            | InequalityError::InvalidParameter { .. }
            | InequalityError::AllEqual
            | InequalityError::NoPermutations => return Err(Refusal::internal(error)),
        };
        let region = region.and_then(|region| self.positions.get(region).copied());
        Ok(Err(Undefined { reason, text: sentence(&error), region }))
    }
}

/// What an error says, without the position of the region, which people do not know.
fn sentence(error: &InequalityError) -> String {
    match error {
        InequalityError::Negative { value, .. } => format!("the value {value} is negative"),
        InequalityError::NotPositive { value, .. } => format!("the value {value} is not positive"),
        InequalityError::NotFinite { value, .. } => format!("{value} is not a finite number"),
        InequalityError::InvalidWeight { value, .. } => format!("{value} is too small beside the other weights"),
        other => other.to_string(),
    }
}
