//! Directional rose of local associations: whether regions and their neighbours move together.

mod circle;

use crate::stats::side_by_side::{self, Row};
use crate::stats::{Alternative, PermutationTest, SpatialWeights};
use crate::{Progress, Stopped};
use circle::Circle;

/// Why there is no rose.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum RoseError {
    /// Start, end and weights are not of the same regions.
    #[error("{start} values, {end} values and weights of {regions} regions do not go together")]
    LengthDiffers {
        /// Values at the start.
        start: usize,
        /// Values at the end.
        end: usize,
        /// Regions of the weights.
        regions: usize,
    },
    /// A value of the region, or its change, is not finite.
    #[error("region {region} has a value that is not finite")]
    NotFinite {
        /// Position of the region.
        region: usize,
    },
    /// A circle has at least two sectors, and no more than one a degree.
    #[error("{sectors} sectors are fewer than 2 or more than 360")]
    InvalidSectors {
        /// Number of sectors.
        sectors: usize,
    },
    /// Sectors that lie across two quadrants are neither of common nor of opposite moves.
    #[error("{sectors} sectors do not divide quadrants evenly")]
    SectorsAcrossQuadrants {
        /// Number of sectors.
        sectors: usize,
    },
    /// A permutation test without permutations.
    #[error("a permutation test needs at least one permutation")]
    NoPermutations,
    /// The caller does not want the result any more.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// Moves of regions in the Moran scatterplot, and how many go into each sector of the circle.
#[derive(Debug, Clone, PartialEq)]
pub struct Rose {
    /// Each region, by position.
    pub moves: Vec<RoseMove>,
    /// Number of moves by sector; sector s spans the angles from s to s + 1 times 2 pi over the number of sectors, its
    /// start included.
    pub counts: Vec<usize>,
}

/// The move of one region.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RoseMove {
    /// Change of its own value.
    pub own: f64,
    /// Change of its neighbours' mean.
    pub lag: f64,
    /// The sector it goes into; none where neither moves.
    pub sector: Option<usize>,
}

impl RoseMove {
    /// Length of the move.
    pub fn length(&self) -> f64 {
        self.own.hypot(self.lag)
    }

    /// Direction in radians between -pi and pi: 0 when only the region rises, pi/2 when only its neighbours do. None when
    /// neither moves.
    pub fn angle(&self) -> Option<f64> {
        self.sector.map(|_| self.lag.atan2(self.own))
    }
}

/// What moves are thought to be when neighbours matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RoseAlternative {
    /// Unlike those of shuffled regions: both tails in each sector.
    #[default]
    TwoSided,
    /// Common: more where region and neighbours both rise or both fall, fewer elsewhere.
    Common,
    /// Opposite: more where one rises and the other falls, fewer elsewhere.
    Opposite,
}

/// Follows regions in the Moran scatterplot from a start to an end.
///
/// ```text
/// own = end - start    lag = W(end - start)    angle = atan2(lag, own)    length = sqrt(own^2 + lag^2)
/// ```
///
/// # Shapes and units
///
/// - `start`, `end`: one value a region, as a rule relative to the mean of all.
/// - `weights`: of the same regions, row-standardised as a rule.
/// - `sectors`: how many equal parts the circle has, from 2 to 360.
/// - returns: lengths in the values' unit, angles in radians. A region that does not move, and whose neighbours do not, is
///   in no sector; giddy counts it in the first.
///
/// # Errors
///
/// Other lengths, the first region with a value that is not finite, or a number of sectors that is none.
///
/// # Source
///
/// Rey, Murray and Anselin (2011), Letters in Spatial and Resource Sciences 4(2), 81-90.
pub fn directional_rose(
    start: &[f64],
    end: &[f64],
    weights: &SpatialWeights,
    sectors: usize,
) -> Result<Rose, RoseError> {
    let own = changes(start, end, weights, sectors)?;
    let lags = weights.lag(&own);
    let mut counts = vec![0; sectors];
    let into = Circle::new(sectors).sectors(&own, &lags);
    let moves = own.iter().zip(lags).zip(into).map(|((&own, lag), sector)| {
        sector.into_iter().for_each(|sector| counts[sector] += 1);
        RoseMove { own, lag, sector }
    });
    let moves = moves.collect();
    Ok(Rose { moves, counts })
}

/// Compares the counts of sectors with those when the moves of regions are shuffled over regions.
///
/// # Shapes and units
///
/// - `start`, `end`, `weights`, `sectors`: as for [`directional_rose`].
/// - `permutations`: how many; `seed`: of their draws. The same seed gives the same permutations on any number of threads.
/// - returns: by sector. p-values follow by [`rose_p_values`].
///
/// # Errors
///
/// As [`directional_rose`]; no permutations; or the caller's wish to stop.
///
/// # Source
///
/// Rey, Murray and Anselin (2011), Letters in Spatial and Resource Sciences 4(2), 81-90.
pub fn rose_permutations(
    start: &[f64],
    end: &[f64],
    weights: &SpatialWeights,
    sectors: usize,
    permutations: usize,
    seed: u64,
    progress: &Progress,
) -> Result<Vec<PermutationTest>, RoseError> {
    if permutations == 0 {
        return Err(RoseError::NoPermutations);
    }
    let observed = directional_rose(start, end, weights, sectors)?.counts;
    let own = changes(start, end, weights, sectors)?;
    let circle = Circle::new(sectors);
    let of = |rows: &[Row]| circle.counts(rows, weights);
    let counted = side_by_side::of_shuffles(&own, weights.n_links() + own.len(), permutations, seed, progress, of)?;
    let test = |sector: usize| {
        let permuted: Vec<f64> = counted.iter().map(|counts| f64::from(counts[sector])).collect();
        PermutationTest::of(observed[sector] as f64, &permuted)
    };
    Ok((0..sectors).map(test).collect())
}

/// Computes the p-values of sectors.
///
/// # Errors
///
/// A direction of the moves when the number of sectors is not a multiple of four.
///
/// # Source
///
/// As [`rose_permutations`]. giddy's two-sided p-value looks at one tail only, 2P or 2(1 - P), and can be 0; this is twice
/// the smaller tail and never is.
pub fn rose_p_values(tests: &[PermutationTest], alternative: RoseAlternative) -> Result<Vec<f64>, RoseError> {
    let sectors = tests.len();
    if alternative != RoseAlternative::TwoSided && !sectors.is_multiple_of(4) {
        return Err(RoseError::SectorsAcrossQuadrants { sectors });
    }
    let tail = |sector: usize| match (alternative, (sector * 4 / sectors).is_multiple_of(2)) {
        (RoseAlternative::TwoSided, _) => Alternative::TwoSided,
        (RoseAlternative::Common, true) | (RoseAlternative::Opposite, false) => Alternative::Greater,
        (RoseAlternative::Common, false) | (RoseAlternative::Opposite, true) => Alternative::Less,
    };
    Ok(tests.iter().enumerate().map(|(sector, test)| test.p_value(tail(sector))).collect())
}

/// Checks the input, and gives the changes of regions.
fn changes(start: &[f64], end: &[f64], weights: &SpatialWeights, sectors: usize) -> Result<Vec<f64>, RoseError> {
    let regions = weights.n_regions();
    if start.len() != regions || end.len() != regions {
        return Err(RoseError::LengthDiffers { start: start.len(), end: end.len(), regions });
    }
    if !(2..=360).contains(&sectors) {
        return Err(RoseError::InvalidSectors { sectors });
    }
    let changes: Vec<f64> = start.iter().zip(end).map(|(start, end)| end - start).collect();
    match changes.iter().position(|change| !change.is_finite()) {
        Some(region) => Err(RoseError::NotFinite { region }),
        None => Ok(changes),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// Four regions on a ring.
    fn ring() -> SpatialWeights {
        SpatialWeights::from_pairs(4, &[(0, 1), (1, 2), (2, 3), (3, 0)]).unwrap().row_standardized()
    }

    #[test]
    fn moves_go_into_sectors() {
        let rose = directional_rose(&[0.0; 4], &[1.0, 0.0, -1.0, 0.0], &ring(), 4).unwrap();
        assert_eq!(rose.moves[0].angle(), Some(0.0));
        assert_eq!(rose.moves[2].angle(), Some(std::f64::consts::PI));
        // The neighbours of 1 and 3 move apart, so that neither they nor their neighbours' mean move.
        assert_eq!((rose.moves[1].angle(), rose.moves[1].sector, rose.moves[1].length()), (None, None, 0.0));
        assert_eq!(rose.counts, [1, 0, 1, 0]);
        let rose = directional_rose(&[0.0; 4], &[0.0, 2.0, 0.0, 0.0], &ring(), 8).unwrap();
        assert_eq!(rose.counts, [1, 0, 2, 0, 0, 0, 0, 0]);
    }

    #[test]
    fn common_moves_are_found() {
        let start = [0.0; 40];
        let end: Vec<f64> =
            (0..40).map(|region| if region < 20 { 1.0 } else { -1.0 } + 0.01 * f64::from(region)).collect();
        let pairs: Vec<_> = (1..40).map(|region| (region - 1, region)).collect();
        let weights = SpatialWeights::from_pairs(40, &pairs).unwrap().row_standardized();
        let test = |seed| rose_permutations(&start, &end, &weights, 4, 199, seed, &Progress::new()).unwrap();
        assert_eq!(test(5), test(5));
        let p = |alternative| rose_p_values(&test(5), alternative).unwrap();
        assert!(p(RoseAlternative::Common).iter().all(|&p| p <= 0.01));
        assert!(p(RoseAlternative::Opposite).iter().all(|&p| p >= 0.99));
        // giddy's two-sided p is 2(1 - 200/200) = 0 where all permutations have at least as many moves.
        let few = &test(5)[1];
        assert_eq!((few.at_least, p(RoseAlternative::TwoSided)[1]), (199, 0.01));
    }

    #[test]
    fn refuses_what_has_no_rose() {
        let error = |start: &[f64], sectors| directional_rose(start, &[1.0; 4], &ring(), sectors).unwrap_err();
        assert_eq!(error(&[0.0; 3], 4), RoseError::LengthDiffers { start: 3, end: 4, regions: 4 });
        assert_eq!(error(&[0.0, 0.0, f64::NAN, 0.0], 4), RoseError::NotFinite { region: 2 });
        assert_eq!(error(&[0.0; 4], 1), RoseError::InvalidSectors { sectors: 1 });
        let tests = vec![PermutationTest::of(1.0, &[1.0]); 6];
        let across = rose_p_values(&tests, RoseAlternative::Common);
        assert_eq!(across, Err(RoseError::SectorsAcrossQuadrants { sectors: 6 }));
        let none = rose_permutations(&[0.0; 4], &[1.0; 4], &ring(), 4, 0, 1, &Progress::new());
        assert_eq!(none, Err(RoseError::NoPermutations));
    }
}
