//! The commonest class among the neighbours of each region.

use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;

use crate::growth::mobility::ClassPaths;
use crate::stats::SpatialWeights;
use crate::{Progress, Stopped};

/// Weights of classes that differ by less than this part of the greatest are equal: their sums are rounded.
const TOLERANCE: f64 = 1e-12;

/// What becomes of neighbours among whom several classes are the commonest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CommonestTies {
    /// The region's own class counts once more, by the mean weight of its links; what is tied then is drawn.
    #[default]
    OwnThenDrawn,
    /// One of them is drawn.
    Drawn,
    /// The lowest of them.
    Lowest,
    /// The highest of them.
    Highest,
    /// None of them: the class of the neighbours is unknown.
    Unknown,
}

/// The commonest class among the neighbours of each region, and how it was found.
#[derive(Debug, Clone, PartialEq)]
pub struct CommonestClasses {
    /// The classes of neighbours, region by region and period by period.
    pub paths: ClassPaths,
    /// Regions and periods whose neighbours have a known class.
    pub known: u64,
    /// Of these, how many had several commonest classes among the neighbours themselves.
    pub tied: u64,
    /// Of these, how many were drawn in the end.
    pub drawn: u64,
}

/// Finds the commonest class among the neighbours of each region: its categorical spatial lag.
///
/// ```text
/// lag of r = the class c with the greatest sum of w[r, s] over neighbours s in class c
/// ```
///
/// # Shapes and units
///
/// - `paths`: classes by period and region. A region with a neighbour whose class is unknown, or without neighbours, has an
///   unknown class of neighbours.
/// - `weights`: of the same regions; like indexing, they must be.
/// - `numbers`: draws among tied classes, region by region and period by period.
///
/// # Errors
///
/// [`Stopped`] when the caller wants no more.
///
/// # Source
///
/// `lag_categorical` of libpysal, whose rules for ties these are; its draws cannot be repeated.
pub fn commonest_classes(
    paths: &ClassPaths,
    weights: &SpatialWeights,
    ties: CommonestTies,
    numbers: &mut ChaCha8Rng,
    progress: &Progress,
) -> Result<CommonestClasses, Stopped> {
    let (mut known, mut tied, mut drawn) = (0, 0, 0);
    let mut cells = Vec::with_capacity(paths.n_periods() * paths.n_regions());
    let mut tally = vec![0.0; paths.n_classes()];
    for classes in paths.periods() {
        progress.check()?;
        for region in 0..paths.n_regions() {
            if !count(classes, region, weights, &mut tally) {
                cells.push(None);
                continue;
            }
            let mut commonest = greatest(&tally);
            let was_tied = commonest.len() > 1;
            if let (true, CommonestTies::OwnThenDrawn, Some(own)) = (was_tied, ties, classes[region]) {
                let links = weights.links(region).map(|(_, weight)| weight);
                tally[usize::from(own)] += links.sum::<f64>() / weights.n_neighbours(region) as f64;
                commonest = greatest(&tally);
            }
            let is_drawn = commonest.len() > 1 && matches!(ties, CommonestTies::OwnThenDrawn | CommonestTies::Drawn);
            let class = match ties {
                _ if commonest.len() == 1 => commonest.first(),
                CommonestTies::OwnThenDrawn | CommonestTies::Drawn => {
                    commonest.get(numbers.random_range(0..commonest.len()))
                }
                CommonestTies::Lowest => commonest.first(),
                CommonestTies::Highest => commonest.last(),
                CommonestTies::Unknown => None,
            };
            known += u64::from(class.is_some());
            tied += u64::from(class.is_some() && was_tied);
            drawn += u64::from(is_drawn);
            cells.push(class.copied());
        }
    }
    let paths = ClassPaths::from_classification(cells, paths.n_regions(), paths.n_classes());
    Ok(CommonestClasses { paths, known, tied, drawn })
}

/// Sums the weights of the links to neighbours of each class; false where there is none or the class of one is unknown.
fn count(classes: &[Option<u16>], region: usize, weights: &SpatialWeights, tally: &mut [f64]) -> bool {
    tally.fill(0.0);
    let mut any = false;
    for (neighbour, weight) in weights.links(region) {
        let Some(class) = classes[neighbour] else { return false };
        tally[usize::from(class)] += weight;
        any = true;
    }
    any
}

/// The classes of the greatest weight, ascending.
fn greatest(tally: &[f64]) -> Vec<u16> {
    let most = tally.iter().copied().fold(0.0, f64::max);
    let is_most = |weight: f64| weight >= most * (1.0 - TOLERANCE);
    tally.iter().zip(0..).filter(|(weight, _)| is_most(**weight)).map(|(_, class)| class).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::stats::random::generator;

    /// Regions of a square of `side` x `side`, neighbours where they share an edge.
    fn square(side: usize) -> SpatialWeights {
        let right = (0..side * side).filter(|at| at % side + 1 < side).map(|at| (at, at + 1));
        let below = (0..side * (side - 1)).map(|at| (at, at + side));
        SpatialWeights::from_pairs(side * side, &right.chain(below).collect::<Vec<_>>()).unwrap()
    }

    fn lag(classes: &[u16], ties: CommonestTies) -> CommonestClasses {
        let paths = ClassPaths::try_new(classes.iter().copied().map(Some).collect(), classes.len(), 4).unwrap();
        commonest_classes(&paths, &square(3), ties, &mut generator(1, 0), &Progress::new()).unwrap()
    }

    /// The examples in the documentation of libpysal 4.13, `lag_categorical(lat2W(3, 3), y)`: a b a b c b c b c, whose neighbours'
    /// classes need no draw, and a c c d b a d d c, whose second region is tied even with its own class: c in the example.
    #[test]
    fn agrees_with_the_examples_of_another_library() {
        let own = lag(&[0, 1, 0, 1, 2, 1, 2, 1, 2], CommonestTies::OwnThenDrawn);
        assert_eq!(own.paths.period(0), [1, 0, 1, 2, 1, 2, 1, 2, 1].map(Some));
        let drawn = lag(&[0, 2, 2, 3, 1, 0, 3, 3, 2], CommonestTies::OwnThenDrawn);
        let expected = [3, 2, 2, 3, 3, 2, 3, 3, 2].map(Some);
        // What the example drew differs only where something was drawn.
        let differ = drawn.paths.period(0).iter().zip(expected).filter(|(own, other)| **own != *other).count();
        assert!(differ as u64 <= drawn.drawn, "{drawn:?}");
    }

    #[test]
    fn ties_go_where_they_are_sent() {
        // The neighbours of the first region are in classes 1 and 3.
        let classes = [1, 1, 2, 3, 0, 0, 2, 2, 2];
        let first = |ties| lag(&classes, ties).paths.period(0)[0];
        assert_eq!(first(CommonestTies::Lowest), Some(1));
        assert_eq!(first(CommonestTies::Highest), Some(3));
        assert_eq!(first(CommonestTies::Unknown), None);
        assert_eq!(first(CommonestTies::OwnThenDrawn), Some(1));
        assert!([Some(1), Some(3)].contains(&first(CommonestTies::Drawn)));
        let own = lag(&classes, CommonestTies::OwnThenDrawn);
        assert!(own.known == 9 && own.tied > own.drawn, "{own:?}");
    }

    #[test]
    fn unknown_neighbours_have_no_commonest_class() {
        let paths = ClassPaths::try_new(vec![Some(0), None, Some(1)], 3, 2).unwrap();
        let weights = crate::samples::path(3);
        let of = |weights: &SpatialWeights, progress: &Progress| {
            commonest_classes(&paths, weights, CommonestTies::Lowest, &mut generator(1, 0), progress)
        };
        let own = of(&weights, &Progress::new()).unwrap();
        // The class of the middle one is unknown, those of its neighbours are not.
        assert_eq!(own.paths.period(0), [None, Some(0), None]);
        let alone = SpatialWeights::from_pairs(3, &[(0, 2)]).unwrap();
        let own = of(&alone, &Progress::new()).unwrap();
        assert_eq!(own.paths.period(0), [Some(1), None, Some(0)]);
        let stopped = Progress::new();
        stopped.stop();
        assert_eq!(of(&weights, &stopped), Err(Stopped));
    }
}
