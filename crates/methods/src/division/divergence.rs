//! Distances of two structures: Euclidean, Hellinger and Jensen-Shannon; and their correlation.

use super::StructureError;
use super::dissimilarity::{StructureMeasure, of_shares};
use super::structure::check_shares;

/// Spreads of no more than this are rounding: all shares are equal.
const ALIKE: f64 = 1e-13;

/// Computes the Euclidean distance of two structures.
///
/// ```text
/// D = sqrt(sum over i of (a[i] - b[i])^2)
/// ```
///
/// # Shapes and units
///
/// - `first`, `second`: shares of the same industries; each list adds up to 1.
/// - returns: 0 alike to the square root of 2.
///
/// # Errors
///
/// Lists of different lengths or that are not shares.
///
/// # Source
///
/// Deza and Deza (2016), Encyclopedia of Distances, Springer, chapter 5.
pub fn euclidean(first: &[f64], second: &[f64]) -> Result<f64, StructureError> {
    check_shares(first, second)?;
    Ok(of_shares(StructureMeasure::Euclidean, first, second))
}

/// Computes the Hellinger distance of two structures, in which small shares count for more than in others.
///
/// ```text
/// H = sqrt(sum over i of (sqrt(a[i]) - sqrt(b[i]))^2 / 2)
/// ```
///
/// # Shapes and units
///
/// - `first`, `second`: shares of the same industries; each list adds up to 1.
/// - returns: 0 alike to 1 disjoint.
///
/// # Errors
///
/// Lists of different lengths or that are not shares.
///
/// # Source
///
/// Hellinger (1909), Journal fuer die reine und angewandte Mathematik 136, 210-271.
pub fn hellinger(first: &[f64], second: &[f64]) -> Result<f64, StructureError> {
    check_shares(first, second)?;
    Ok(of_shares(StructureMeasure::Hellinger, first, second))
}

/// Computes the Jensen-Shannon distance of two structures: the square root of the mean divergence from their mean, in bits.
///
/// ```text
/// JS = sqrt(sum over i of (a[i] log2(a[i]/m[i]) + b[i] log2(b[i]/m[i])) / 2),  m = (a + b)/2
/// ```
///
/// # Shapes and units
///
/// - `first`, `second`: shares of the same industries; each list adds up to 1.
/// - returns: 0 alike to 1 disjoint. A share of 0 adds nothing.
///
/// # Errors
///
/// Lists of different lengths or that are not shares.
///
/// # Source
///
/// Lin (1991), IEEE Transactions on Information Theory 37(1), 145-151; its square root is a distance (Endres and Schindelin
/// 2003, IEEE Transactions on Information Theory 49(7), 1858-1860).
pub fn jensen_shannon(first: &[f64], second: &[f64]) -> Result<f64, StructureError> {
    check_shares(first, second)?;
    Ok(of_shares(StructureMeasure::JensenShannon, first, second))
}

/// Computes the correlation of the shares of two structures.
///
/// ```text
/// r = sum((a - 1/n) (b - 1/n)) / sqrt(sum((a - 1/n)^2) sum((b - 1/n)^2))
/// ```
///
/// # Shapes and units
///
/// - `first`, `second`: shares of the same n industries; each list adds up to 1.
/// - returns: -1 to 1; `None` where one of the two has equal shares of all industries.
///
/// # Errors
///
/// Lists of different lengths or that are not shares.
///
/// # Source
///
/// Pearson (1895), Proceedings of the Royal Society of London 58, 240-242.
pub fn correlation(first: &[f64], second: &[f64]) -> Result<Option<f64>, StructureError> {
    check_shares(first, second)?;
    let mean = 1.0 / first.len() as f64;
    let products = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - mean) * (b - mean)).sum::<f64>();
    let (own, other) = (products(first, first).sqrt(), products(second, second).sqrt());
    let varies = own > ALIKE && other > ALIKE;
    Ok(varies.then(|| (products(first, second) / own / other).clamp(-1.0, 1.0)))
}

/// Computes how many of the industries that one of two regions has both have.
///
/// ```text
/// J = number of i in both / number of i in one or both
/// ```
///
/// # Shapes and units
///
/// - `first`, `second`: whether each industry is present, of the same industries.
/// - returns: 0 disjoint to 1 alike; `None` where neither has any.
///
/// # Errors
///
/// Lists of different lengths.
///
/// # Source
///
/// Jaccard (1901), Bulletin de la Societe vaudoise des sciences naturelles 37, 547-579.
pub fn presence_jaccard(first: &[bool], second: &[bool]) -> Result<Option<f64>, StructureError> {
    if first.len() != second.len() {
        return Err(StructureError::LengthsDiffer { first: first.len(), second: second.len() });
    }
    let count = |holds: fn(bool, bool) -> bool| first.iter().zip(second).filter(|(a, b)| holds(**a, **b)).count();
    let (both, either) = (count(|a, b| a && b), count(|a, b| a || b));
    Ok((either > 0).then(|| both as f64 / either as f64))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn distances_run_from_alike_to_disjoint() {
        let (a, b) = ([0.75, 0.25, 0.0], [0.25, 0.75, 0.0]);
        assert!((euclidean(&a, &b).unwrap() - 0.5_f64.sqrt()).abs() < 1e-15);
        // (sqrt(3)/2 - 1/2)^2, twice and halved.
        assert!((hellinger(&a, &b).unwrap() - (3.0_f64.sqrt() - 1.0) / 2.0).abs() < 1e-15);
        let divergence: f64 = 0.75 * 1.5_f64.log2() + 0.25 * 0.5_f64.log2();
        assert!((jensen_shannon(&a, &b).unwrap() - divergence.sqrt()).abs() < 1e-15);
        for distance in [hellinger, jensen_shannon] {
            assert_eq!((distance(&a, &a), distance(&[1.0, 0.0], &[0.0, 1.0])), (Ok(0.0), Ok(1.0)));
            assert!(distance(&[1.0], &[0.5, 0.5]).is_err() && distance(&[0.5], &[0.5]).is_err());
        }
        assert_eq!(euclidean(&a, &a), Ok(0.0));
        assert!(euclidean(&a, &[1.0]).is_err());
    }

    #[test]
    fn correlation_is_of_deviations_from_equal_shares() {
        assert!((correlation(&[0.75, 0.25], &[0.25, 0.75]).unwrap().unwrap() + 1.0).abs() < 1e-15);
        // Deviations (1/6, 1/6, -1/3) and (1/6, -1/3, 1/6).
        let own = correlation(&[0.5, 0.5, 0.0], &[0.5, 0.0, 0.5]).unwrap().unwrap();
        assert!((own + 0.5).abs() < 1e-15);
        assert_eq!(correlation(&[0.5, 0.5], &[0.25, 0.75]), Ok(None));
        assert!(correlation(&[0.5, 0.5], &[0.5]).is_err());
    }

    #[test]
    fn presence_counts_industries() {
        assert_eq!(presence_jaccard(&[true, true, false], &[true, false, false]), Ok(Some(0.5)));
        assert_eq!(presence_jaccard(&[false], &[false]), Ok(None));
        assert!(presence_jaccard(&[true], &[]).is_err());
    }
}
