//! Spatial Markov chains of given classes, against another library.

#![allow(clippy::unwrap_used)]

use super::{ClassRule, CommonestTies, LagRule, SpatialMarkov, spatial_markov, spatial_markov_permutations};
use crate::growth::mobility::{Chain, ClassPaths, ergodic_distributions};
use crate::stats::{Alternative, SpatialWeights};
use crate::{Matrix, Progress};

const REGIONS: usize = 36;
const PERIODS: usize = 12;

/// Classes by a plain recurrence, s = (5 s + 3 r + 2 k + 1) mod 17 from s = r on: 0 below 6, 1 below 12, else 2.
fn classes() -> ClassPaths {
    let mut states: Vec<usize> = (0..REGIONS).collect();
    let mut cells = Vec::new();
    for period in 0..PERIODS {
        for (region, state) in states.iter_mut().enumerate() {
            *state = (5 * *state + 3 * region + 2 * period + 1) % 17;
            cells.push(Some(match *state {
                0..6 => 0,
                6..12 => 1,
                _ => 2,
            }));
        }
    }
    ClassPaths::try_new(cells, REGIONS, 3).unwrap()
}

/// Region r has the neighbours r + 1, r + 2 and r + 5 in a circle, whose classes the own one tells apart if they all differ.
fn circle() -> SpatialWeights {
    let links: Vec<_> =
        (0..REGIONS).flat_map(|from| [1, 2, 5].map(|step| (from, (from + step) % REGIONS, 1.0))).collect();
    SpatialWeights::from_links(REGIONS, &links).unwrap().row_standardized()
}

fn nothing() -> Matrix {
    Matrix::from_fn(PERIODS, REGIONS, |_, _| f64::NAN)
}

fn chain(ties: CommonestTies) -> SpatialMarkov {
    let lag = LagRule::Commonest { ties, seed: 3 };
    spatial_markov(&nothing(), &circle(), &ClassRule::Given(classes()), &lag, &Progress::new()).unwrap()
}

fn counts(own: &SpatialMarkov) -> Vec<Vec<Vec<u64>>> {
    own.by_lag.iter().map(|counts| counts.rows().map(<[u64]>::to_vec).collect()).collect()
}

fn close(own: f64, expected: f64) {
    assert!((own - expected).abs() <= 1e-9 * expected.abs(), "{own} is not {expected}");
}

/// giddy 2.3.8, `Spatial_Markov(y, w, discrete=True)` with libpysal's `lag_categorical`: T, Q, LR, dof_hom, chi2 and S.
#[test]
fn agrees_with_another_library_where_nothing_is_drawn() {
    let own = chain(CommonestTies::OwnThenDrawn);
    let expected = [
        [[30, 18, 22], [12, 11, 19], [6, 6, 13]],
        [[8, 25, 4], [24, 28, 23], [12, 13, 9]],
        [[14, 10, 6], [16, 7, 3], [14, 25, 18]],
    ];
    assert_eq!(counts(&own), expected);
    let draws = own.lag_draws.unwrap();
    assert_eq!((draws.known, draws.tied, draws.drawn), (432, 132, 0));
    close(own.homogeneity.q.statistic, 38.086_110_120_608_026);
    close(own.homogeneity.likelihood_ratio.statistic, 37.843_078_360_411_14);
    assert_eq!(own.homogeneity.q.degrees, 12);
    let against = [12.758_528_392_565_719, 15.468_671_465_090_228, 9.858_910_262_952_078];
    own.against_all.iter().zip(against).for_each(|(own, expected)| close(own.unwrap().statistic, expected));
    let last = ergodic_distributions(&Chain::from_counts(&own.by_lag[2]));
    let expected = [0.473_145_780_051_150_93, 0.332_480_818_414_322_2, 0.194_373_401_534_526_87];
    last[0].iter().zip(expected).for_each(|(own, expected)| close(*own, expected));
}

/// `lag_categorical` of libpysal 4.13 column by column with `ties="lowest"` and `"highest"` (of a table it forgets the option),
/// and giddy's `homogeneity` of the counts.
#[test]
fn ties_by_order_agree_with_another_library() {
    let expected = [
        [[30, 18, 22], [24, 28, 31], [16, 20, 27]],
        [[8, 25, 4], [12, 11, 11], [12, 13, 9]],
        [[14, 10, 6], [16, 7, 3], [4, 11, 4]],
    ];
    let lowest = chain(CommonestTies::Lowest);
    assert_eq!(counts(&lowest), expected);
    close(lowest.homogeneity.q.statistic, 36.452_183_771_309_75);
    let highest = chain(CommonestTies::Highest);
    assert_eq!(counts(&highest)[2], [[40, 16, 15], [28, 24, 15], [14, 25, 18]]);
    close(highest.homogeneity.q.statistic, 46.707_092_916_975_52);
    let unknown = chain(CommonestTies::Unknown);
    assert_eq!(unknown.lag_draws.unwrap().known, 432 - 132);
}

#[test]
fn draws_are_those_of_the_seed() {
    let drawn = |seed| {
        let lag = LagRule::Commonest { ties: CommonestTies::Drawn, seed };
        counts(&spatial_markov(&nothing(), &circle(), &ClassRule::Given(classes()), &lag, &Progress::new()).unwrap())
    };
    assert_eq!(drawn(1), drawn(1));
    assert_ne!(drawn(1), drawn(2));
}

/// giddy shuffles values that it does not look at with given classes: its p-value is 1 whatever the data.
#[test]
fn permutations_move_given_classes() {
    let (lag, progress) = (LagRule::Commonest { ties: CommonestTies::OwnThenDrawn, seed: 3 }, Progress::new());
    let rule = ClassRule::Given(classes());
    let test = |seed| spatial_markov_permutations(&nothing(), &circle(), &rule, &lag, 199, seed, &progress).unwrap();
    assert_eq!(test(1), test(1));
    let p = test(1).p_value(Alternative::Greater);
    // Q of 38.1 with 12 degrees of freedom has 0.0001 by the chi-squared distribution.
    assert!(p <= 0.02 && test(1).deviation > 0.0, "{:?}", test(1));
}

#[test]
fn given_classes_of_neighbours_stay_where_they_are() {
    let lags = chain(CommonestTies::Lowest).lag.paths;
    let given = LagRule::Mean(ClassRule::Given(lags));
    let own = spatial_markov(&nothing(), &circle(), &ClassRule::Given(classes()), &given, &Progress::new()).unwrap();
    assert_eq!(counts(&own), counts(&chain(CommonestTies::Lowest)));
    assert!(own.lag_draws.is_none() && own.own.cut_offs.n_rows() == 0);
}
