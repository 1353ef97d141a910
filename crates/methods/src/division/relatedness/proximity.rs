//! Proximity: the smaller of the two conditional probabilities that a region which has one industry has the other.

use super::{Presence, RelatednessError, co_occurrence};
use crate::{Matrix, Progress};

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
/// - `presence`: regions x industries, one bit a pair; of [`Presence::transposed`], proximity of regions.
/// - returns: industries x industries, symmetric, 0 to 1, 1 on the diagonal.
///
/// # Errors
///
/// The first industry that is present nowhere.
///
/// # Source
///
/// Hidalgo, Klinger, Barabási and Hausmann (2007), Science 317(5837), 482-487.
pub fn proximity(presence: &Presence, progress: &Progress) -> Result<Matrix, RelatednessError> {
    let ubiquity = presence.ubiquity();
    if let Some(industry) = ubiquity.iter().position(|&regions| regions == 0) {
        return Err(RelatednessError::AbsentIndustry { industry });
    }
    let counts = co_occurrence(presence, progress)?;
    let n = presence.n_industries();
    let mut cells = Vec::with_capacity(n * n);
    for (first, &own) in ubiquity.iter().enumerate() {
        let share = |(&both, &other): (&u32, &u32)| f64::from(both) / f64::from(own.max(other));
        cells.extend(counts.row(first).iter().zip(&ubiquity).map(share));
    }
    Ok(Matrix::of_cells(cells, n, n))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn proximities_are_the_smaller_conditional_probability() {
        // Three regions: the first has all industries, the second the first two, the third the last.
        let presence = Presence::try_new(&[true, true, true, true, true, false, false, false, true], 3).unwrap();
        let proximities = proximity(&presence, &Progress::new()).unwrap();
        assert_eq!(proximities.row(0), [1.0, 1.0, 0.5]);
        assert_eq!(proximities.row(2), [0.5, 0.5, 1.0]);
    }

    #[test]
    fn refuses_an_industry_that_is_nowhere() {
        let absent = Presence::try_new(&[true, false], 2).unwrap();
        assert_eq!(proximity(&absent, &Progress::new()), Err(RelatednessError::AbsentIndustry { industry: 1 }));
    }
}
