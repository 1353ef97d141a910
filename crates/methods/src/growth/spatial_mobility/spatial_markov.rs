//! Spatial Markov chains: whether a region's moves through classes depend on its neighbours.

use std::borrow::Cow;

use rayon::prelude::*;

use super::categorical_lag::commonest_classes;
use super::class_rules::{ClassRule, LagRule};
use crate::growth::mobility::{
    ChiSquaredTest, ClassPaths, Classes, ClassesError, CountsError, Homogeneity, HomogeneityError, TransitionCounts,
    chi_squared_against, given_classes, homogeneity,
};
use crate::stats::random::{generator, shuffle};
use crate::stats::{PermutationTest, SpatialWeights};
use crate::{Matrix, Progress, Stopped};

/// Links and values of all permutations above which permutations are spread over threads.
const WORTH_A_THREAD: usize = 100_000;

/// Why there is no spatial Markov chain.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum SpatialMarkovError {
    /// Values and weights are not of the same regions.
    #[error("values of {values} regions and weights of {regions} do not go together")]
    RegionsDiffer {
        /// Regions of the values.
        values: usize,
        /// Regions of the weights.
        regions: usize,
    },
    /// The values of regions have no classes.
    #[error("{0}")]
    Classes(ClassesError),
    /// The values of neighbours have no classes.
    #[error("neighbours: {0}")]
    LagClasses(ClassesError),
    /// No step from one period to the next is known with the class of the neighbours.
    #[error("no transition is known with the class of the neighbours")]
    NoTransitions,
    /// Transitions do not compare.
    #[error(transparent)]
    Homogeneity(#[from] HomogeneityError),
    /// Counts are not those of transitions.
    #[error(transparent)]
    Counts(#[from] CountsError),
    /// A permutation would move what is missing to other neighbours.
    #[error("period {period}, region {region}: a permutation test needs all values and classes")]
    Missing {
        /// Row of the period.
        period: usize,
        /// Column of the region.
        region: usize,
    },
    /// A permutation test without permutations.
    #[error("a permutation test needs at least one permutation")]
    NoPermutations,
    /// The caller does not want the result any more.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// How the commonest classes of neighbours were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LagDraws {
    /// Regions and periods whose neighbours have a known class.
    pub known: u64,
    /// Of these, how many had several commonest classes among the neighbours themselves.
    pub tied: u64,
    /// Of these, how many were drawn in the end.
    pub drawn: u64,
}

/// Transitions of regions by the class of their neighbours.
#[derive(Debug, Clone, PartialEq)]
pub struct SpatialMarkov {
    /// Classes of regions.
    pub own: Classes,
    /// Classes of the neighbours.
    pub lag: Classes,
    /// How they were found, where they are the commonest ones.
    pub lag_draws: Option<LagDraws>,
    /// Transitions whatever the neighbours, over all steps that are known with them.
    pub all: TransitionCounts,
    /// Transitions of regions whose neighbours are in a class where the step starts, by that class.
    pub by_lag: Vec<TransitionCounts>,
    /// Whether transitions are the same for all classes of neighbours.
    pub homogeneity: Homogeneity,
    /// Transitions for each class of neighbours against those of all; none without transitions.
    pub against_all: Vec<Option<ChiSquaredTest>>,
}

/// Counts the transitions of regions between classes by the class of their neighbours, and tests whether it matters.
///
/// ```text
/// N[m, i, j] = steps from class i to class j of regions whose neighbours are in class m where the step starts
/// H0: p[m, i, j] = p[i, j] for all m
/// ```
///
/// # Shapes and units
///
/// - `values`: periods x regions, as a rule relative to the mean of the period; NaN where missing. A step counts when the
///   region's class is known at both ends and all its neighbours' values at the start.
/// - `weights`: of the same regions, row-standardised as a rule. An island's lag is 0, which is a low one: leave it out.
/// - `own`, `lag`: how values become classes, and how neighbours do, which need not be equally many. Where neither looks at
///   values, these may be anything.
/// - returns: counts. The chain of each class of neighbours is that of its counts.
///
/// # Errors
///
/// Weights of other regions, classes that cannot be made, no transitions, or the caller's wish to stop.
///
/// # Source
///
/// Rey (2001), Geographical Analysis 33(3), 195-214; tests after Bickenbach and Bode (2003), International Regional Science
/// Review 26(3), 363-392. The sum of giddy's `chi2` is the statistic Q here; its degrees of freedom `x2_dof` are k(k - 1)^2,
/// with the number of classes in the place of that of classes of neighbours, and would be too many with that as well.
pub fn spatial_markov(
    values: &Matrix,
    weights: &SpatialWeights,
    own: &ClassRule,
    lag: &LagRule,
    progress: &Progress,
) -> Result<SpatialMarkov, SpatialMarkovError> {
    check_regions(values, weights)?;
    let own = own.classify(values).map_err(SpatialMarkovError::Classes)?;
    let (lag, lag_draws) = lag_classes(values, (&own.paths, None), weights, lag, u64::MAX, progress)?;
    let by_lag = split(count(&own.paths, &lag.paths, None), own.paths.n_classes())?;
    let classes = own.paths.n_classes();
    let all = (0..classes * classes)
        .map(|cell| by_lag.iter().map(|counts| counts.row(cell / classes)[cell % classes]).sum())
        .collect();
    let all = TransitionCounts::try_new(all, classes)?;
    if all.total() == 0 {
        return Err(SpatialMarkovError::NoTransitions);
    }
    let homogeneity = homogeneity(&by_lag)?;
    let against_all = by_lag.iter().map(|counts| chi_squared_against(counts, &all).ok()).collect();
    Ok(SpatialMarkov { own, lag, lag_draws, all, by_lag, homogeneity, against_all })
}

/// Compares the statistic Q of homogeneity with its values when whole paths of regions are shuffled over regions.
///
/// Each permutation keeps every path as it is, and gives it other neighbours. Quantiles of the neighbours' values are taken
/// anew, as the statistic of the data took its own, and so are the commonest classes; given cut-offs stay, and given classes of
/// neighbours stay with the place.
///
/// # Shapes and units
///
/// - `values`, `weights`, `own`, `lag`: as for [`spatial_markov`].
/// - `permutations`: how many; `seed`: of their draws. The same seed gives the same permutations on any number of threads.
/// - returns: counts above and below. Dependence on neighbours makes Q large: its p-value is that of
///   [`crate::stats::Alternative::Greater`].
///
/// # Errors
///
/// As [`spatial_markov`]; the first class, or value where values matter, that is missing; no permutations; or the caller's
/// wish to stop.
///
/// # Source
///
/// Rey, Kang and Wolf (2016), Journal of Geographical Systems 18(4), 377-402. giddy keeps the quantiles of the neighbours'
/// values that were observed, which shuffled ones seldom reach, and loops over as many classes of neighbours as there are
/// classes: it stops with an IndexError where those are more, and leaves some out where they are fewer. With given classes
/// (`discrete`) it shuffles values that it then does not look at, so that all its permutations are the data.
pub fn spatial_markov_permutations(
    values: &Matrix,
    weights: &SpatialWeights,
    own: &ClassRule,
    lag: &LagRule,
    permutations: usize,
    seed: u64,
    progress: &Progress,
) -> Result<PermutationTest, SpatialMarkovError> {
    if permutations == 0 {
        return Err(SpatialMarkovError::NoPermutations);
    }
    check_complete(lag.sorts_values().then(|| values.cells().iter().map(|value| !value.is_nan())), values.n_columns())?;
    let observed = spatial_markov(values, weights, own, lag, progress)?;
    let classes = observed.own.paths.periods().flatten().map(Option::is_some);
    check_complete(Some(classes), values.n_columns())?;
    progress.expect(permutations);
    let (regions, classes) = (values.n_columns(), observed.own.paths.n_classes());
    let statistic = |task: usize| -> Result<f64, SpatialMarkovError> {
        let mut order: Vec<usize> = (0..regions).collect();
        shuffle(&mut order, &mut generator(seed, task as u64));
        let shuffled = shuffled(values, lag.sorts_values(), &order);
        progress.check()?;
        let paths = (&observed.own.paths, Some(order.as_slice()));
        let (lag, _) = lag_classes(&shuffled, paths, weights, lag, task as u64, progress)?;
        progress.check()?;
        let by_lag = split(count(&observed.own.paths, &lag.paths, Some(&order)), classes)?;
        progress.advance(1)?;
        Ok(homogeneity(&by_lag)?.q.statistic)
    };
    let work = permutations * values.n_rows() * (weights.n_links() + regions);
    let permuted: Vec<f64> = if work < WORTH_A_THREAD {
        (0..permutations).map(statistic).collect::<Result<_, _>>()?
    } else {
        (0..permutations).into_par_iter().map(statistic).collect::<Result<_, _>>()?
    };
    Ok(PermutationTest::of(observed.homogeneity.q.statistic, &permuted))
}

/// Refuses weights of other regions.
fn check_regions(values: &Matrix, weights: &SpatialWeights) -> Result<(), SpatialMarkovError> {
    let (values, regions) = (values.n_columns(), weights.n_regions());
    if values == regions { Ok(()) } else { Err(SpatialMarkovError::RegionsDiffer { values, regions }) }
}

/// Refuses the first of some cells that is not there, since a permutation would move it.
fn check_complete(there: Option<impl Iterator<Item = bool>>, regions: usize) -> Result<(), SpatialMarkovError> {
    match there.and_then(|mut there| there.position(|there| !there)) {
        None => Ok(()),
        Some(at) => Err(SpatialMarkovError::Missing { period: at / regions, region: at % regions }),
    }
}

/// Values in the places of others; as they are where nobody looks at them.
fn shuffled<'a>(values: &'a Matrix, matter: bool, order: &[usize]) -> Cow<'a, Matrix> {
    if !matter {
        return Cow::Borrowed(values);
    }
    Cow::Owned(Matrix::from_fn(values.n_rows(), order.len(), |period, region| values.get(period, order[region])))
}

/// The classes of neighbours; of paths in an order that is not their own, where there is one. Draws of different streams have
/// nothing to do with each other, nor with the shuffles of a seed.
fn lag_classes(
    values: &Matrix,
    (own, order): (&ClassPaths, Option<&[usize]>),
    weights: &SpatialWeights,
    lag: &LagRule,
    stream: u64,
    progress: &Progress,
) -> Result<(Classes, Option<LagDraws>), SpatialMarkovError> {
    let (classes, draws) = match lag {
        LagRule::Mean(rule) if rule.sorts_values() => (rule.classify(&lags(values, weights, progress)?), None),
        LagRule::Mean(rule) => (rule.classify(values), None),
        LagRule::Commonest { ties, seed } => {
            let own = order.map_or(Cow::Borrowed(own), |order| Cow::Owned(own.subset(order)));
            let found = commonest_classes(&own, weights, *ties, &mut generator(!seed, stream), progress)?;
            let draws = LagDraws { known: found.known, tied: found.tied, drawn: found.drawn };
            (given_classes(values, &found.paths), Some(draws))
        }
    };
    Ok((classes.map_err(SpatialMarkovError::LagClasses)?, draws))
}

/// The lags of all periods. A missing neighbour makes a missing lag.
fn lags(values: &Matrix, weights: &SpatialWeights, progress: &Progress) -> Result<Matrix, Stopped> {
    let of_period = |row: &[f64]| {
        progress.check()?;
        Ok(weights.lag(row))
    };
    let rows: Vec<Vec<f64>> = values.rows().map(of_period).collect::<Result<_, Stopped>>()?;
    Ok(Matrix::from_fn(values.n_rows(), values.n_columns(), |period, region| rows[period][region]))
}

/// Counts by class of neighbours, class at the start and class at the end, in one list. `order` says whose path a region
/// has, where it is not its own.
fn count(own: &ClassPaths, lag: &ClassPaths, order: Option<&[usize]>) -> Vec<u64> {
    let k = own.n_classes();
    let mut counts = vec![0; lag.n_classes() * k * k];
    for period in 1..own.n_periods() {
        let (from, to) = (own.period(period - 1), own.period(period));
        for (region, &neighbours) in lag.period(period - 1).iter().enumerate() {
            let path = order.map_or(region, |order| order[region]);
            if let (Some(neighbours), Some(from), Some(to)) = (neighbours, from[path], to[path]) {
                counts[(usize::from(neighbours) * k + usize::from(from)) * k + usize::from(to)] += 1;
            }
        }
    }
    counts
}

/// Cuts counts into those of each class of neighbours.
fn split(counts: Vec<u64>, classes: usize) -> Result<Vec<TransitionCounts>, CountsError> {
    counts.chunks(classes * classes).map(|counts| TransitionCounts::try_new(counts.to_vec(), classes)).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use rand::RngExt as _;
    use rand_distr::StandardNormal;

    use super::*;
    use crate::growth::mobility::QuantileScope;
    use crate::samples;
    use crate::stats::Alternative;

    fn path(regions: usize) -> SpatialWeights {
        samples::path(regions).row_standardized()
    }

    fn quantiles(classes: usize) -> ClassRule {
        ClassRule::Quantiles { classes, scope: QuantileScope::Pooled }
    }

    /// Regions that are pulled towards their neighbours.
    fn pulled(periods: usize, regions: usize) -> Matrix {
        let weights = path(regions);
        let mut draws = generator(7, 0).sample_iter::<f64, _>(StandardNormal);
        let mut rows: Vec<Vec<f64>> = vec![draws.by_ref().take(regions).collect()];
        for period in 1..periods {
            let before = &rows[period - 1];
            let lag = weights.lag(before);
            let row = (0..regions).map(|r| 0.3 * before[r] + 0.6 * lag[r] + 0.5 * draws.next().unwrap());
            rows.push(row.collect());
        }
        Matrix::try_new(rows.concat(), regions).unwrap()
    }

    #[test]
    fn counts_by_the_class_of_neighbours_at_the_start() {
        let values = Matrix::try_new(vec![1.0, 3.0, 1.0, 3.0, 3.0, 1.0], 3).unwrap();
        let (own, lag) = (ClassRule::CutOffs(vec![2.0]), ClassRule::CutOffs(vec![1.5, 2.5]));
        let chain = spatial_markov(&values, &path(3), &own, &lag.into(), &Progress::new()).unwrap();
        let rows = |at: usize| chain.by_lag[at].rows().map(<[u64]>::to_vec).collect::<Vec<_>>();
        assert_eq!((rows(0), rows(1)), (vec![vec![0, 0], vec![0, 1]], vec![vec![0; 2]; 2]));
        assert_eq!(rows(2), [[1, 1], [0, 0]]);
        assert_eq!(chain.all.rows().collect::<Vec<_>>(), [[1, 1], [0, 1]]);
        assert_eq!(chain.against_all[1], None);
    }

    /// giddy 2.3.8: `x2_dof` is k(k - 1)^2 = 36 for 4 classes whatever the neighbours', here 3. With all cells filled the
    /// hypothesis of one chain in the place of three leaves k(k - 1)(m - 1) = 24 shares free.
    #[test]
    fn degrees_of_freedom_count_classes_of_neighbours() {
        let values = pulled(400, 60);
        let chain = spatial_markov(&values, &path(60), &quantiles(4), &quantiles(3).into(), &Progress::new()).unwrap();
        assert!(chain.by_lag.iter().all(|counts| counts.rows().flatten().all(|&count| count > 0)));
        assert_eq!(chain.homogeneity.q.degrees, 24);
        let sum: f64 = chain.against_all.iter().map(|test| test.unwrap().statistic).sum();
        assert!((sum - chain.homogeneity.q.statistic).abs() <= 1e-9 * sum);
    }

    /// giddy stops with an IndexError for fewer classes of neighbours than classes, and leaves some out for more.
    #[test]
    fn permutations_take_any_number_of_classes_of_neighbours() {
        let (values, weights) = (pulled(12, 40), path(40));
        for classes in [2, 3, 5] {
            let test = |seed| {
                let (own, lag) = (quantiles(3), quantiles(classes).into());
                spatial_markov_permutations(&values, &weights, &own, &lag, 99, seed, &Progress::new()).unwrap()
            };
            assert_eq!(test(2), test(2));
            assert!(test(2).p_value(Alternative::Greater) <= 0.05, "{:?}", test(2));
        }
    }

    #[test]
    fn shuffled_paths_show_no_dependence() {
        let (values, weights) = (pulled(12, 40), path(40));
        let order: Vec<usize> = (0..40).map(|region| (region * 17) % 40).collect();
        let shuffled = Matrix::from_fn(12, 40, |period, region| values.get(period, order[region]));
        let test = spatial_markov_permutations(
            &shuffled,
            &weights,
            &quantiles(3),
            &quantiles(3).into(),
            199,
            5,
            &Progress::new(),
        );
        assert!(test.unwrap().p_value(Alternative::Greater) > 0.05);
    }

    #[test]
    fn missing_neighbours_are_no_low_ones() {
        let values = Matrix::try_new(vec![1.0, f64::NAN, 1.0, 3.0, 3.0, 1.0], 3).unwrap();
        let rule = ClassRule::CutOffs(vec![2.0]);
        let lag = rule.clone().into();
        let none = spatial_markov(&values, &path(3), &rule, &lag, &Progress::new());
        assert_eq!(none, Err(SpatialMarkovError::NoTransitions));
        let (weights, progress) = (path(3), Progress::new());
        let drawn = spatial_markov_permutations(&values, &weights, &rule, &lag, 9, 1, &progress);
        assert_eq!(drawn, Err(SpatialMarkovError::Missing { period: 0, region: 1 }));
    }

    #[test]
    fn refuses_what_does_not_go_together() {
        let (values, rule, lag) = (pulled(3, 5), quantiles(2), quantiles(2).into());
        let error = spatial_markov(&values, &path(4), &rule, &lag, &Progress::new()).unwrap_err();
        assert_eq!(error, SpatialMarkovError::RegionsDiffer { values: 5, regions: 4 });
        let error = spatial_markov(&values, &path(5), &rule, &quantiles(1).into(), &Progress::new()).unwrap_err();
        assert!(matches!(error, SpatialMarkovError::LagClasses(ClassesError::InvalidClasses { classes: 1 })));
        let one = pulled(1, 5);
        assert_eq!(
            spatial_markov(&one, &path(5), &rule, &lag, &Progress::new()),
            Err(SpatialMarkovError::NoTransitions)
        );
        let progress = Progress::new();
        let none = spatial_markov_permutations(&values, &path(5), &rule, &lag, 0, 1, &progress);
        assert_eq!(none, Err(SpatialMarkovError::NoPermutations));
        progress.stop();
        let stopped = spatial_markov_permutations(&values, &path(5), &rule, &lag, 9, 1, &progress);
        assert_eq!(stopped, Err(SpatialMarkovError::Stopped(Stopped)));
    }
}
