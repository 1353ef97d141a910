//! The most related industries of each.

use crate::Matrix;

/// Keeps of each industry the relatedness to its `nearest` most related others, and to itself; all other becomes 0.
///
/// Densities of what is left are those of k nearest neighbours: what hardly is related to an industry, of which there is much,
/// cannot outweigh what is. Others that are as related as the last that is kept are kept too, so that the order of industries
/// does not matter. The result is not symmetric, since the nearest of one may have nearer ones.
///
/// # Shapes and units
///
/// - `relatedness`: industries x industries; what is not above 0, or NaN, is never kept, but on the diagonal.
/// - returns: the same shape, rows being those of the industries whose nearest are kept.
///
/// # Source
///
/// The option `knn` of ecomplexity 0.5.3, whose `calc_density` then returns the number of these neighbours that are present: it
/// computes the weighted sum and does not use it.
pub fn nearest_only(relatedness: &Matrix, nearest: usize) -> Matrix {
    let n = relatedness.n_columns();
    let bounds: Vec<f64> = relatedness.rows().enumerate().map(|(own, row)| bound(own, row, nearest)).collect();
    Matrix::from_fn(relatedness.n_rows(), n, |row, column| {
        let cell = relatedness.get(row, column);
        if row == column || cell >= bounds[row] { cell } else { 0.0 }
    })
}

/// The least relatedness that is kept of a row.
fn bound(own: usize, row: &[f64], nearest: usize) -> f64 {
    let others = row.iter().enumerate().filter(|(other, cell)| *other != own && **cell > 0.0);
    let mut others: Vec<f64> = others.map(|(_, cell)| *cell).collect();
    let Some(last) = nearest.checked_sub(1) else { return f64::INFINITY };
    if others.len() <= last {
        return f64::MIN_POSITIVE;
    }
    let (_, bound, _) = others.select_nth_unstable_by(last, |a, b| b.total_cmp(a));
    *bound
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::{Presence, relatedness_density};
    use super::*;
    use crate::Progress;

    const RELATEDNESS: [f64; 16] = [1.0, 0.6, 0.3, 0.1, 0.6, 1.0, 0.2, 0.2, 0.3, 0.2, 1.0, 0.0, 0.1, 0.2, 0.0, 1.0];

    #[test]
    fn keeps_the_most_related_and_their_ties() {
        let all = Matrix::try_new(RELATEDNESS.to_vec(), 4).unwrap();
        let kept = nearest_only(&all, 2);
        assert_eq!(kept.row(0), [1.0, 0.6, 0.3, 0.0]);
        assert_eq!(kept.row(1), [0.6, 1.0, 0.2, 0.2], "both of the second place");
        assert_eq!(kept.row(2), [0.3, 0.2, 1.0, 0.0]);
        assert_eq!(nearest_only(&all, 9), all);
        assert_eq!(nearest_only(&all, 0).row(0), [1.0, 0.0, 0.0, 0.0]);
        let odd = Matrix::try_new(vec![f64::NAN, f64::NAN, -1.0, f64::NAN], 2).unwrap();
        assert_eq!(nearest_only(&odd, 1).row(1)[0], 0.0);
        assert_eq!(nearest_only(&odd, 1).row(0)[1], 0.0);
    }

    /// ecomplexity 0.5.3, `calc_density(mcp, relatedness, knn=2)`, returns 2 for the last industry, both of whose nearest
    /// (0.2 and 0.1) are present, and 1 for the first, of whose nearest (0.6 and 0.3) one is.
    #[test]
    fn densities_of_the_nearest_are_shares_where_ecomplexity_counts() {
        let presence = Presence::try_new(&[true, true, false, false], 4).unwrap();
        let all = Matrix::try_new(RELATEDNESS.to_vec(), 4).unwrap();
        let densities = relatedness_density(&presence, &nearest_only(&all, 2), false, &Progress::new()).unwrap();
        let near = |at: usize, expected: f64| assert!((densities.get(0, at) - expected).abs() < 1e-15, "{densities:?}");
        near(0, 0.6 / 0.9);
        near(3, 1.0);
    }
}
