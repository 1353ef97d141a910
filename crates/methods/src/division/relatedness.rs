//! Relatedness of industries by where they are present together, and how near each region is to each industry.

use super::LocationQuotientError;
use super::location_quotient::QuotientBase;
use super::revealed_presence::revealed_presence;
use crate::{Amounts, Matrix};

/// Bits of one word of a row.
const WORD: usize = u64::BITS as usize;

/// Why relatedness is undefined.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum RelatednessError {
    /// There is no region or no industry, or the last region lacks industries.
    #[error("{cells} cells do not fill regions of {industries} industries")]
    NotRectangular {
        /// Number of cells that were given.
        cells: usize,
        /// Number of industries that were asked for.
        industries: usize,
    },
    /// Presence of the industry in the region is undefined.
    #[error("region {region}, industry {industry}: whether it is present is undefined")]
    UndefinedPresence {
        /// Row of the region.
        region: usize,
        /// Column of the industry.
        industry: usize,
    },
    /// The industry is present nowhere, so that nothing can be said of what it is present with.
    #[error("industry {industry} is present in no region")]
    AbsentIndustry {
        /// Column of the industry.
        industry: usize,
    },
    /// The proximities are not of as many industries as the presences.
    #[error("proximities of {rows} x {columns} industries for {industries}")]
    ShapesDiffer {
        /// Rows of the proximities.
        rows: usize,
        /// Columns of the proximities.
        columns: usize,
        /// Industries of the presences.
        industries: usize,
    },
    /// The amounts have no location quotients to tell presence by.
    #[error(transparent)]
    Quotient(#[from] LocationQuotientError),
}

/// Which industries are present in which regions, one bit a pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presence {
    /// By industry, the regions as bits: industries x words.
    regions: Vec<u64>,
    words: usize,
    n_regions: usize,
    n_industries: usize,
}

impl Presence {
    /// Takes presences region by region.
    ///
    /// # Errors
    ///
    /// Cells that fill no rectangle.
    pub fn try_new(cells: &[bool], n_industries: usize) -> Result<Self, RelatednessError> {
        if cells.is_empty() || n_industries == 0 || !cells.len().is_multiple_of(n_industries) {
            return Err(RelatednessError::NotRectangular { cells: cells.len(), industries: n_industries });
        }
        let n_regions = cells.len() / n_industries;
        let words = n_regions.div_ceil(WORD);
        let mut regions = vec![0; words * n_industries];
        for (region, row) in cells.chunks(n_industries).enumerate() {
            for (industry, _) in row.iter().enumerate().filter(|(_, present)| **present) {
                regions[industry * words + region / WORD] |= 1 << (region % WORD);
            }
        }
        Ok(Self { regions, words, n_regions, n_industries })
    }

    /// Presence by location quotients that reach a threshold; see [`revealed_presence`].
    ///
    /// # Errors
    ///
    /// A base of another shape, and the first pair whose location quotient is undefined.
    pub fn revealed(amounts: &Amounts, base: &QuotientBase, threshold: f64) -> Result<Self, RelatednessError> {
        let n_industries = amounts.n_industries();
        let cells = revealed_presence(amounts, base, threshold)?;
        let undefined = |pair: usize| RelatednessError::UndefinedPresence {
            region: pair / n_industries,
            industry: pair % n_industries,
        };
        let cells: Vec<bool> =
            cells.into_iter().enumerate().map(|(pair, cell)| cell.ok_or(undefined(pair))).collect::<Result<_, _>>()?;
        Self::try_new(&cells, n_industries)
    }

    /// Number of regions.
    pub fn n_regions(&self) -> usize {
        self.n_regions
    }

    /// Number of industries.
    pub fn n_industries(&self) -> usize {
        self.n_industries
    }

    /// Whether the industry is present in the region; like indexing, both must be there.
    pub fn is_present(&self, region: usize, industry: usize) -> bool {
        self.row(industry)[region / WORD] >> (region % WORD) & 1 == 1
    }

    /// Number of regions in which each industry is present: its ubiquity.
    pub fn ubiquity(&self) -> Vec<u32> {
        (0..self.n_industries).map(|industry| self.row(industry).iter().map(|word| word.count_ones()).sum()).collect()
    }

    /// Number of regions in which both industries are present.
    pub fn together(&self, first: usize, second: usize) -> u32 {
        self.row(first).iter().zip(self.row(second)).map(|(a, b)| (a & b).count_ones()).sum()
    }

    fn row(&self, industry: usize) -> &[u64] {
        &self.regions[industry * self.words..(industry + 1) * self.words]
    }
}

/// Computes the proximity of every two industries: the smaller of the two conditional probabilities that a region which has
/// one has the other as well.
///
/// ```text
/// C[i, j] = number of regions with both        k[i] = number of regions with i
/// phi[i, j] = C[i, j] / max(k[i], k[j])
/// ```
///
/// # Shapes and units
///
/// - `presence`: regions x industries, one bit a pair.
/// - returns: industries x industries, symmetric, 0 to 1, 1 on the diagonal.
///
/// # Errors
///
/// The first industry that is present nowhere.
///
/// # Source
///
/// Hidalgo, Klinger, Barabási and Hausmann (2007), Science 317(5837), 482-487.
pub fn proximity(presence: &Presence) -> Result<Matrix, RelatednessError> {
    let ubiquity = presence.ubiquity();
    if let Some(industry) = ubiquity.iter().position(|&regions| regions == 0) {
        return Err(RelatednessError::AbsentIndustry { industry });
    }
    let n = presence.n_industries();
    let mut cells = vec![1.0; n * n];
    for first in 0..n {
        for second in first + 1..n {
            let share = f64::from(presence.together(first, second)) / f64::from(ubiquity[first].max(ubiquity[second]));
            cells[first * n + second] = share;
            cells[second * n + first] = share;
        }
    }
    Ok(Matrix::from_fn(n, n, |first, second| cells[first * n + second]))
}

/// Computes how near each region is to each industry: the share of the industry's proximities that it has in the region.
///
/// ```text
/// density[r, i] = sum over j of M[r, j] * phi[i, j] / sum over j of phi[i, j]
/// ```
///
/// The sums leave out the industry itself, whose proximity to itself says nothing, unless `include_self` is set; then they
/// are the figures of the packages economiccomplexity and ecomplexity.
///
/// # Shapes and units
///
/// - `presence`: regions x industries.
/// - `proximities`: industries x industries, not negative.
/// - returns: regions x industries, 0 to 1; NaN where the industry is near to no other.
///
/// # Errors
///
/// Proximities of another shape.
///
/// # Source
///
/// Hidalgo et al. (2007); without the industry itself: Boschma, Balland and Kogler (2015), Industrial and Corporate Change
/// 24(1), 223-250.
pub fn relatedness_density(
    presence: &Presence,
    proximities: &Matrix,
    include_self: bool,
) -> Result<Matrix, RelatednessError> {
    let n = presence.n_industries();
    let (rows, columns) = (proximities.n_rows(), proximities.n_columns());
    if (rows, columns) != (n, n) {
        return Err(RelatednessError::ShapesDiffer { rows, columns, industries: n });
    }
    let counts = |i: usize, j: usize| include_self || i != j;
    let totals: Vec<f64> =
        (0..n).map(|i| (0..n).filter(|&j| counts(i, j)).map(|j| proximities.get(i, j)).sum()).collect();
    let mut sums = vec![0.0; n];
    let mut cells = Vec::with_capacity(presence.n_regions() * n);
    for region in 0..presence.n_regions() {
        sums.fill(0.0);
        for j in (0..n).filter(|&j| presence.is_present(region, j)) {
            // The matrix need not be symmetric: column j is what each industry has from j.
            for (i, sum) in sums.iter_mut().enumerate().filter(|(i, _)| counts(*i, j)) {
                *sum += proximities.get(i, j);
            }
        }
        cells.extend(sums.iter().zip(&totals).map(|(sum, total)| if *total > 0.0 { sum / total } else { f64::NAN }));
    }
    Ok(Matrix::from_fn(presence.n_regions(), n, |region, industry| cells[region * n + industry]))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    /// Three regions: the first has all industries, the second a and b, the third c.
    fn presence() -> Presence {
        Presence::try_new(&[true, true, true, true, true, false, false, false, true], 3).unwrap()
    }

    #[test]
    fn proximities_are_the_smaller_conditional_probability() {
        let proximities = proximity(&presence()).unwrap();
        assert_eq!(proximities.row(0), [1.0, 1.0, 0.5]);
        assert_eq!(proximities.row(2), [0.5, 0.5, 1.0]);
        assert_eq!(presence().ubiquity(), [2, 2, 2]);
    }

    #[test]
    fn density_leaves_out_the_industry_itself_unless_asked() {
        let (presence, proximities) = (presence(), proximity(&presence()).unwrap());
        let without = relatedness_density(&presence, &proximities, false).unwrap();
        assert_eq!(without.row(1), [1.0 / 1.5, 1.0 / 1.5, 1.0]);
        assert_eq!(without.row(2), [0.5 / 1.5, 0.5 / 1.5, 0.0]);
        let with = relatedness_density(&presence, &proximities, true).unwrap();
        assert_eq!(with.row(2), [0.5 / 2.5, 0.5 / 2.5, 1.0 / 2.0]);
    }

    #[test]
    fn an_industry_near_to_none_has_no_density() {
        let apart = Presence::try_new(&[true, false, false, true], 2).unwrap();
        let proximities = proximity(&apart).unwrap();
        assert!(relatedness_density(&apart, &proximities, false).unwrap().cells().iter().all(|cell| cell.is_nan()));
        assert_eq!(relatedness_density(&apart, &proximities, true).unwrap().cells(), [1.0, 0.0, 0.0, 1.0]);
    }

    #[test]
    fn more_regions_than_a_word_has_bits_are_counted() {
        let cells: Vec<bool> = (0..200).flat_map(|region| [region % 2 == 0, region % 3 == 0]).collect();
        let presence = Presence::try_new(&cells, 2).unwrap();
        assert_eq!((presence.ubiquity(), presence.together(0, 1)), (vec![100, 67], 34));
        assert!(presence.is_present(198, 1) && !presence.is_present(199, 1));
    }

    #[test]
    fn refuses_what_has_no_relatedness() {
        let absent = Presence::try_new(&[true, false], 2).unwrap();
        assert_eq!(proximity(&absent), Err(RelatednessError::AbsentIndustry { industry: 1 }));
        let shape = RelatednessError::NotRectangular { cells: 3, industries: 2 };
        assert_eq!(Presence::try_new(&[true; 3], 2), Err(shape));
        let proximities = Matrix::from_fn(3, 3, |_, _| 1.0);
        let differ = RelatednessError::ShapesDiffer { rows: 3, columns: 3, industries: 2 };
        assert_eq!(relatedness_density(&absent, &proximities, true), Err(differ));
        let amounts = Amounts::try_new(vec![1.0, 0.0, 0.0, 0.0], 2).unwrap();
        let base = QuotientBase::of_whole(&amounts).unwrap();
        assert!(Presence::revealed(&amounts, &base, 1.0).is_err());
    }
}
