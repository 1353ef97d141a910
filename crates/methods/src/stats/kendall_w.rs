//! Kendall's W: how far several rankings of the same regions agree.

use super::distributions::chi_squared_above;
use super::{RankMethod, rank_descending};

/// Why rankings have no measure of agreement.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum AgreementError {
    /// There are not two rankings of two regions.
    #[error("agreement needs two rankings of two regions, not {rankings} of {regions}")]
    TooFew {
        /// Number of rankings.
        rankings: usize,
        /// Number of regions.
        regions: usize,
    },
    /// The rankings are not of the same regions.
    #[error("ranking {ranking} is of {found} regions, the first of {expected}")]
    LengthsDiffer {
        /// Position of the ranking.
        ranking: usize,
        /// Its number of regions.
        found: usize,
        /// That of the first.
        expected: usize,
    },
    /// The figure is NaN or infinite.
    #[error("ranking {ranking}, region {region}: {value} is not a figure")]
    InvalidFigure {
        /// Position of the ranking.
        ranking: usize,
        /// Position of the region.
        region: usize,
        /// The figure.
        value: f64,
    },
    /// All regions are equal in each ranking, so that there is no order to agree on.
    #[error("all regions are tied in every ranking")]
    AllTied,
}

/// Agreement of several rankings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Agreement {
    /// Kendall's coefficient of concordance, corrected for ties: 0 to 1.
    pub w: f64,
    /// m (n - 1) W, which is chi-squared distributed with n - 1 degrees of freedom when the rankings have nothing in common
    /// and regions are not few (above 7).
    pub chi_squared: f64,
    /// Its degrees of freedom.
    pub degrees: usize,
    /// Probability of a chi-squared that large or larger.
    pub p_value: f64,
    /// Mean of Spearman's rank correlation over all pairs of rankings; none where a ranking is all ties.
    pub mean_spearman: Option<f64>,
}

/// Computes how far several rankings agree.
///
/// ```text
/// R[i] = sum over rankings of the mean rank of region i          S = sum((R - mean(R))^2)
/// W = 12 S / (m^2 (n^3 - n) - m sum(t^3 - t)),  t the sizes of groups of ties
/// ```
///
/// # Shapes and units
///
/// - `figures`: for each of m rankings the figures of n regions, by which they are ranked; greater is better in all of them
///   (or in none).
/// - returns: dimensionless measures. Without ties, mean Spearman = (m W - 1) / (m - 1).
///
/// # Errors
///
/// Too few rankings or regions, lists of different lengths, the first figure that is none, or ties everywhere.
///
/// # Source
///
/// Kendall and Babington Smith (1939), Annals of Mathematical Statistics 10(3), 275-287; ties as in Kendall and Gibbons
/// (1990), Rank Correlation Methods.
pub fn kendall_w(figures: &[&[f64]]) -> Result<Agreement, AgreementError> {
    let ranks = mean_ranks_of_each(figures)?;
    let (m, n) = (figures.len() as f64, figures[0].len() as f64);
    let totals = totals(&ranks);
    let mean = m * (n + 1.0) / 2.0;
    let squares: f64 = totals.iter().map(|total| (total - mean) * (total - mean)).sum();
    // The sum of squares of a ranking without ties is (n³ - n)/12, and what ties take away is (t³ - t)/12.
    let own_squares: Vec<f64> = ranks.iter().map(|ranks| squares_of(ranks, (n + 1.0) / 2.0)).collect();
    let greatest = m * own_squares.iter().sum::<f64>();
    if greatest == 0.0 {
        return Err(AgreementError::AllTied);
    }
    let w = squares / greatest;
    let chi_squared = m * (n - 1.0) * w;
    let p_value = chi_squared_above(chi_squared, n - 1.0).ok_or(AgreementError::AllTied)?;
    let mean_spearman = mean_spearman(&ranks, &own_squares);
    Ok(Agreement { w, chi_squared, degrees: figures[0].len() - 1, p_value, mean_spearman })
}

/// Computes the mean of each region's ranks over several rankings: Borda's order.
///
/// # Shapes and units
///
/// - `figures`: as for [`kendall_w`].
/// - returns: one mean rank a region; 1 for a region that is first everywhere. Ties share the mean of their ranks.
///
/// # Errors
///
/// As [`kendall_w`], but ties are allowed.
///
/// # Source
///
/// Borda (1781), Mémoire sur les élections au scrutin; regions by mean rank are in the order of Borda's points.
pub fn mean_ranks(figures: &[&[f64]]) -> Result<Vec<f64>, AgreementError> {
    let ranks = mean_ranks_of_each(figures)?;
    Ok(totals(&ranks).into_iter().map(|total| total / figures.len() as f64).collect())
}

/// Ranks within each ranking, 1 for the greatest figure; ties share the mean.
fn mean_ranks_of_each(figures: &[&[f64]]) -> Result<Vec<Vec<f64>>, AgreementError> {
    let regions = figures.first().map_or(0, |first| first.len());
    if figures.len() < 2 || regions < 2 {
        return Err(AgreementError::TooFew { rankings: figures.len(), regions });
    }
    let one = |(ranking, figures): (usize, &&[f64])| {
        if figures.len() != regions {
            return Err(AgreementError::LengthsDiffer { ranking, found: figures.len(), expected: regions });
        }
        if let Some(region) = figures.iter().position(|figure| !figure.is_finite()) {
            return Err(AgreementError::InvalidFigure { ranking, region, value: figures[region] });
        }
        let figures: Vec<Option<f64>> = figures.iter().copied().map(Some).collect();
        Ok(rank_descending(&figures, RankMethod::Average).into_iter().flatten().collect())
    };
    figures.iter().enumerate().map(one).collect()
}

/// Sum of each region's ranks.
fn totals(ranks: &[Vec<f64>]) -> Vec<f64> {
    let n = ranks.first().map_or(0, Vec::len);
    (0..n).map(|region| ranks.iter().map(|ranks| ranks[region]).sum()).collect()
}

fn squares_of(ranks: &[f64], mean: f64) -> f64 {
    ranks.iter().map(|rank| (rank - mean) * (rank - mean)).sum()
}

/// Mean correlation of all pairs: the square of the sum of standardised rankings holds every pair twice, and m ones.
fn mean_spearman(ranks: &[Vec<f64>], squares: &[f64]) -> Option<f64> {
    if squares.contains(&0.0) {
        return None;
    }
    let (m, n) = (ranks.len() as f64, ranks[0].len());
    let mean = (n as f64 + 1.0) / 2.0;
    let standardised = |region: usize| -> f64 {
        ranks.iter().zip(squares).map(|(ranks, squares)| (ranks[region] - mean) / squares.sqrt()).sum()
    };
    let square: f64 = (0..n).map(|region| standardised(region) * standardised(region)).sum();
    Some((square - m) / (m * (m - 1.0)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_a_worked_example() {
        // Three judges and four objects by hand: totals 3.5, 7, 8.5 and 11 around 7.5; one tie of two in the last ranking.
        let figures: [&[f64]; 3] = [&[4.0, 3.0, 2.0, 1.0], &[9.0, 8.0, 6.0, 7.0], &[5.0, 2.0, 5.0, 1.0]];
        let found = kendall_w(&figures).unwrap();
        let squares = 4.0 * 4.0 + 0.5 * 0.5 + 1.0 + 3.5 * 3.5;
        assert_eq!(mean_ranks(&figures).unwrap(), [3.5 / 3.0, 7.0 / 3.0, 8.5 / 3.0, 11.0 / 3.0]);
        assert!((found.w - 12.0 * squares / (9.0 * 60.0 - 3.0 * 6.0)).abs() < 1e-15);
        assert_eq!(found.degrees, 3);
        assert!((found.chi_squared - 9.0 * found.w).abs() < 1e-12);
    }

    /// Figures of scipy 1.17.1: `friedmanchisquare` for chi-squared and p, `spearmanr` over all pairs.
    #[test]
    fn agrees_with_another_library() {
        let figures: [&[f64]; 3] = [
            &[7.1, 6.5, 6.5, 5.0, 9.2, 8.8, 6.5, 4.1],
            &[5.5, 6.0, 6.1, 5.5, 7.7, 7.9, 7.0, 5.5],
            &[8.0, 8.0, 3.0, 2.0, 9.0, 7.0, 6.0, 1.0],
        ];
        let found = kendall_w(&figures).unwrap();
        for (own, expected) in [
            (found.w, 0.777_777_777_777_777_8),
            (found.chi_squared, 16.333_333_333_333_332),
            (found.p_value, 0.022_239_477_462_390_588),
            (found.mean_spearman.unwrap(), 0.666_944_612_745_204_2),
        ] {
            assert!((own - expected).abs() < 1e-12 * expected, "{own} is not {expected}");
        }
    }

    #[test]
    fn the_same_order_is_full_agreement_and_the_opposite_none() {
        let (up, down) = ([1.0, 2.0, 3.0, 4.0, 5.0], [5.0, 4.0, 3.0, 2.0, 1.0]);
        let alike = kendall_w(&[&up, &up, &up]).unwrap();
        assert_eq!((alike.w, alike.degrees, alike.chi_squared), (1.0, 4, 12.0));
        assert!((alike.mean_spearman.unwrap() - 1.0).abs() < 1e-15);
        let opposed = kendall_w(&[&up, &down]).unwrap();
        assert_eq!((opposed.w, opposed.p_value), (0.0, 1.0));
        assert!((opposed.mean_spearman.unwrap() + 1.0).abs() < 1e-15);
    }

    #[test]
    fn refuses_what_is_no_set_of_rankings() {
        assert_eq!(kendall_w(&[&[1.0, 2.0]]), Err(AgreementError::TooFew { rankings: 1, regions: 2 }));
        assert_eq!(kendall_w(&[]), Err(AgreementError::TooFew { rankings: 0, regions: 0 }));
        assert_eq!(kendall_w(&[&[1.0], &[1.0]]), Err(AgreementError::TooFew { rankings: 2, regions: 1 }));
        let differ = AgreementError::LengthsDiffer { ranking: 1, found: 3, expected: 2 };
        assert_eq!(kendall_w(&[&[1.0, 2.0], &[1.0, 2.0, 3.0]]), Err(differ));
        assert!(matches!(mean_ranks(&[&[1.0, 2.0], &[1.0, f64::NAN]]), Err(AgreementError::InvalidFigure { .. })));
        assert_eq!(kendall_w(&[&[1.0, 1.0], &[2.0, 2.0]]), Err(AgreementError::AllTied));
        let half_tied = kendall_w(&[&[1.0, 1.0, 1.0], &[2.0, 3.0, 4.0]]).unwrap();
        assert_eq!(half_tied.mean_spearman, None);
    }
}
