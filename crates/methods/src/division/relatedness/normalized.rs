//! Relatedness of industries: co-occurrences set against what each industry has anyway.

use super::CoOccurrence;
use crate::Matrix;

/// What co-occurrences are divided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Normalization {
    /// Nothing: regions with both.
    Count,
    /// The greater ubiquity: the smaller of the two conditional probabilities (Hidalgo et al. 2007).
    MinimumConditional,
    /// The ubiquity of the row: the probability that a region with the row's industry has the column's. Not symmetric.
    Conditional,
    /// What pairing at random without an industry with itself would give (Steijn 2017).
    Probability,
    /// What independence would give (van Eck and Waltman 2009).
    Association,
    /// The geometric mean of both margins (Salton's cosine).
    Cosine,
    /// The regions, or pairs, with either (Jaccard).
    Jaccard,
    /// Deviation from what drawing regions at random would give, in standard deviations of it (Teece et al. 1994).
    ZScore,
}

/// What association strength, cosine and Jaccard take for the size of an industry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Margins {
    /// Its co-occurrences with the others: the diagonal is removed first, and is 0 in the result.
    #[default]
    Others,
    /// The regions it is in: its ubiquity. The diagonal is that of the formula.
    Ubiquity,
}

/// Computes the relatedness of every two industries from their co-occurrences.
///
/// ```text
/// MINIMUM_CONDITIONAL  C/max(k_i, k_j)             CONDITIONAL  C/k_i
/// PROBABILITY          C/[(S_i/T * S_j/(T - S_i) + S_j/T * S_i/(T - S_j)) * T/2]
/// ASSOCIATION          C T/(S_i S_j)               with ubiquities C n/(k_i k_j)
/// COSINE               C/sqrt(S_i S_j)             JACCARD      C/(S_i + S_j - C)
/// Z_SCORE              (C - m)/sqrt(m (1 - k_i/n) (n - k_j)/(n - 1)),  m = k_i k_j/n
/// C = co-occurrence, k = ubiquity, S = sum of C with the others, T = sum of S, n = regions
/// ```
///
/// # Shapes and units
///
/// - `counts`: industries x industries.
/// - `margins`: counts for association strength, cosine and Jaccard only.
/// - returns: industries x industries; symmetric but for CONDITIONAL. The diagonal is 1 for both conditional
///   probabilities, the ubiquity for COUNT, NaN for Z_SCORE, and as `margins` says for the rest. NaN where the formula
///   divides by 0, as for an industry that shares no region with another: that it is unrelated is not known.
///
/// # Source
///
/// Hidalgo et al. (2007), Science 317(5837), 482-487; Steijn (2017), Utrecht University; van Eck and Waltman (2009), Journal
/// of the American Society for Information Science and Technology 60(8), 1635-1651; Teece, Rumelt, Dosi and Winter (1994),
/// Journal of Economic Behavior and Organization 23(1), 1-30.
pub fn normalized(counts: &CoOccurrence, normalization: Normalization, margins: Margins) -> Matrix {
    let ubiquity: Vec<f64> = counts.ubiquity().into_iter().map(f64::from).collect();
    let others: Vec<f64> = counts.margins().into_iter().map(|margin| margin as f64).collect();
    let regions = counts.n_regions() as f64;
    let without_diagonal = margins == Margins::Others;
    let sizes = if without_diagonal { &others } else { &ubiquity };
    let pairs: f64 = others.iter().sum();
    let total = if without_diagonal { pairs } else { regions };
    let pair = |i: usize, j: usize| {
        let both = f64::from(counts.together(i, j));
        match normalization {
            Normalization::Count => both,
            Normalization::MinimumConditional => both / ubiquity[i].max(ubiquity[j]),
            Normalization::Conditional => both / ubiquity[i],
            Normalization::Probability if i == j => 0.0,
            Normalization::Probability => both / paired_at_random(others[i], others[j], pairs),
            Normalization::ZScore if i == j => f64::NAN,
            Normalization::ZScore => z_score(both, ubiquity[i], ubiquity[j], regions),
            _ if i == j && without_diagonal => 0.0,
            Normalization::Association => both * total / (sizes[i] * sizes[j]),
            Normalization::Cosine => both / (sizes[i] * sizes[j]).sqrt(),
            Normalization::Jaccard => both / (sizes[i] + sizes[j] - both),
        }
    };
    Matrix::from_fn(counts.n_industries(), counts.n_industries(), pair)
}

/// Co-occurrences that pairing at random, never one with itself, would give.
fn paired_at_random(first: f64, second: f64, total: f64) -> f64 {
    let one_way = first / total * (second / (total - first));
    let other_way = second / total * (first / (total - second));
    (one_way + other_way) * total / 2.0
}

fn z_score(both: f64, first: f64, second: f64, regions: f64) -> f64 {
    let expected = first * second / regions;
    let variance = expected * (1.0 - first / regions) * ((regions - second) / (regions - 1.0));
    (both - expected) / variance.sqrt()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::Progress;
    use crate::division::relatedness::{Presence, co_occurrence};

    /// Co-occurrences [[2, 2, 1, 0], [2, 3, 2, 0], [1, 2, 3, 0], [0, 0, 0, 1]] in five regions.
    fn counts() -> CoOccurrence {
        let rows = [[1, 1, 0, 0], [1, 1, 1, 0], [0, 1, 1, 0], [0, 0, 1, 0], [0, 0, 0, 1]];
        let cells: Vec<bool> = rows.concat().iter().map(|&cell| cell == 1).collect();
        co_occurrence(&Presence::try_new(&cells, 4).unwrap(), &Progress::new()).unwrap()
    }

    fn cell(normalization: Normalization, margins: Margins, i: usize, j: usize) -> f64 {
        normalized(&counts(), normalization, margins).get(i, j)
    }

    #[test]
    fn matches_worked_examples() {
        // Margins of the others: 3, 4, 3, 0, in all 10.
        let of = |normalization| cell(normalization, Margins::Others, 0, 1);
        assert_eq!(of(Normalization::Count), 2.0);
        assert_eq!(of(Normalization::MinimumConditional), 2.0 / 3.0);
        assert_eq!(of(Normalization::Conditional), 1.0);
        assert_eq!(of(Normalization::Association), 20.0 / 12.0);
        assert_eq!(of(Normalization::Cosine), 2.0 / 12.0_f64.sqrt());
        assert_eq!(of(Normalization::Jaccard), 2.0 / 5.0);
        let expected = (0.3 * (4.0 / 7.0) + 0.4 * (3.0 / 6.0)) * 5.0;
        assert!((of(Normalization::Probability) - 2.0 / expected).abs() < 1e-15);
        // Ubiquities 2 and 3 in five regions: 1.2 expected, variance 1.2 * 0.6 * 2/4.
        assert!((of(Normalization::ZScore) - 0.8 / 0.36_f64.sqrt()).abs() < 1e-15);
        let by_ubiquity = |normalization| cell(normalization, Margins::Ubiquity, 0, 1);
        assert_eq!(by_ubiquity(Normalization::Association), 10.0 / 6.0);
        assert_eq!(by_ubiquity(Normalization::Cosine), 2.0 / 6.0_f64.sqrt());
        assert_eq!(by_ubiquity(Normalization::Jaccard), 2.0 / 3.0);
    }

    #[test]
    fn the_diagonal_is_as_stated() {
        let of = |normalization, margins| cell(normalization, margins, 1, 1);
        assert_eq!(of(Normalization::Count, Margins::Others), 3.0);
        assert_eq!(of(Normalization::MinimumConditional, Margins::Others), 1.0);
        assert_eq!(of(Normalization::Conditional, Margins::Others), 1.0);
        assert!(of(Normalization::ZScore, Margins::Others).is_nan());
        for normalization in [Normalization::Probability, Normalization::Cosine, Normalization::Jaccard] {
            assert_eq!(of(normalization, Margins::Others), 0.0);
        }
        assert_eq!(of(Normalization::Cosine, Margins::Ubiquity), 1.0);
        assert_eq!(of(Normalization::Jaccard, Margins::Ubiquity), 1.0);
    }

    #[test]
    fn an_industry_that_shares_no_region_is_undefined_and_not_zero() {
        for normalization in [Normalization::Association, Normalization::Cosine, Normalization::Probability] {
            assert!(cell(normalization, Margins::Others, 0, 3).is_nan());
        }
        assert_eq!(cell(Normalization::MinimumConditional, Margins::Others, 0, 3), 0.0);
        assert_eq!(cell(Normalization::Cosine, Margins::Ubiquity, 0, 3), 0.0);
    }
}
