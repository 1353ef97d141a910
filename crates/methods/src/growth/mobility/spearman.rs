//! Spearman's rank correlation, with ties.

use super::rank_pairs::RankPairs;
use crate::stats::distributions::student_two_sided;

/// Spearman's rank correlation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spearman {
    /// The correlation, from -1 to 1.
    pub rho: f64,
    /// Two-sided probability of a larger size where the rankings have nothing to do with each other; none for two regions,
    /// which leave no degrees of freedom.
    pub p: Option<f64>,
}

/// Computes Spearman's rank correlation: that of the ranks, where equal values share the mean of theirs.
///
/// ```text
/// rho = sum(a b) / sqrt(sum(a^2) sum(b^2)),  a and b: ranks less (n + 1) / 2        t = rho sqrt((n - 2) / (1 - rho^2))
/// ```
///
/// # Shapes and units
///
/// - returns: a correlation; p from Student's distribution with n - 2 degrees of freedom. The cost grows as n log n.
///
/// # Source
///
/// Kendall and Gibbons (1990), Rank Correlation Methods, chapters 1 and 4.
pub fn spearman(pairs: &RankPairs) -> Spearman {
    let (first, second) = (twice_centred(pairs.first()), twice_centred(pairs.second()));
    // Whole numbers, exact up to some 100 000 regions.
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let (own, other) = (product(&first, &first), product(&second, &second));
    let rho = (product(&first, &second) / (own * other).sqrt()).clamp(-1.0, 1.0);
    let degrees = pairs.n_regions() as f64 - 2.0;
    let t = rho * (degrees / (1.0 - rho * rho)).sqrt();
    let p = if degrees > 0.0 && t.is_infinite() { Some(0.0) } else { student_two_sided(t, degrees) };
    Spearman { rho, p }
}

/// Twice the rank of each region less the mean rank, where equals share the mean of theirs.
fn twice_centred(codes: &[u32]) -> Vec<f64> {
    let mut sizes: Vec<u64> = vec![0; codes.len()];
    codes.iter().for_each(|&code| sizes[code as usize] += 1);
    let mut before = 0;
    let ranks: Vec<f64> = (sizes.iter())
        .map(|&size| {
            // Ranks before + 1 to before + size have the mean before + (size + 1) / 2.
            let twice = (2 * before + size + 1) as f64 - (codes.len() + 1) as f64;
            before += size;
            twice
        })
        .collect();
    codes.iter().map(|&code| ranks[code as usize]).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn of(first: &[f64], second: &[f64]) -> Spearman {
        spearman(&RankPairs::try_new(first, second).unwrap())
    }

    #[test]
    fn agrees_with_another_library_at_ties() {
        // scipy 1.17.1: spearmanr.
        let own = of(&[12.0, 2.0, 1.0, 12.0, 2.0, 5.0], &[1.0, 4.0, 7.0, 1.0, 0.0, 3.0]);
        assert!((own.rho + 0.537_373_290_623_878_8).abs() < 1e-14, "{own:?}");
        assert!((own.p.unwrap() - 0.271_528_720_999_18).abs() < 1e-12, "{own:?}");
    }

    #[test]
    fn is_one_for_the_same_order() {
        assert_eq!(of(&[1.0, 5.0, 2.0], &[0.1, 9.0, 0.2]), Spearman { rho: 1.0, p: Some(0.0) });
        assert_eq!(of(&[1.0, 5.0], &[2.0, 1.0]), Spearman { rho: -1.0, p: None });
    }
}
