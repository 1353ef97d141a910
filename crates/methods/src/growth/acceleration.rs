//! Acceleration: growth in a later time less growth in an earlier one.

use super::{GrowthError, GrowthMeasure, from_levels, from_rates};

/// Growth in two times.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Acceleration {
    /// Growth in the earlier one.
    pub earlier: f64,
    /// Growth in the later one.
    pub later: f64,
    /// The later less the earlier: positive for a region that grows faster than before.
    pub difference: f64,
}

impl Acceleration {
    /// Compares two growths by the same measure, a year each.
    ///
    /// # Errors
    ///
    /// [`GrowthError::OutOfRange`].
    pub fn between(earlier: f64, later: f64) -> Result<Self, GrowthError> {
        let difference = later - earlier;
        if difference.is_finite() { Ok(Self { earlier, later, difference }) } else { Err(GrowthError::OutOfRange) }
    }
}

/// The number of periods of growth in the earlier half of `periods`: the later half has one more where they are odd, so
/// that the most recent time rests on no fewer periods. `None` when there are not two.
pub fn earlier_half(periods: usize) -> Option<usize> {
    (periods >= 2).then_some(periods / 2)
}

/// Computes acceleration from the rates of consecutive periods, of which the first `earlier` are the earlier time.
///
/// # Shapes and units
///
/// - `rates`: as for [`from_rates`].
/// - returns: growth a period by `measure`, and its difference.
///
/// # Errors
///
/// As [`from_rates`] for either time, with the position among all rates; no period where one of them is empty.
pub fn acceleration_from_rates(
    rates: &[f64],
    earlier: usize,
    measure: GrowthMeasure,
) -> Result<Acceleration, GrowthError> {
    let (before, after) = rates.split_at_checked(earlier).ok_or(GrowthError::NoPeriod)?;
    let after = from_rates(after, measure).map_err(|error| shifted(error, earlier));
    Acceleration::between(from_rates(before, measure)?, after?)
}

/// Computes acceleration from consecutive levels; the level after `earlier` periods ends the earlier time and is the base
/// of the later one.
///
/// # Shapes and units
///
/// - `levels`: as for [`from_levels`].
/// - returns: as [`acceleration_from_rates`].
///
/// # Errors
///
/// As [`from_levels`] for either time, with the position among all levels; no period where one of them is empty.
pub fn acceleration_from_levels(
    levels: &[f64],
    earlier: usize,
    measure: GrowthMeasure,
) -> Result<Acceleration, GrowthError> {
    let (Some(before), Some(after)) = (levels.get(..=earlier), levels.get(earlier..)) else {
        return Err(GrowthError::NoPeriod);
    };
    let after = from_levels(after, measure).map_err(|error| shifted(error, earlier));
    Acceleration::between(from_levels(before, measure)?, after?)
}

/// The same error at a position that counts from the first period of the earlier time.
fn shifted(error: GrowthError, by: usize) -> GrowthError {
    match error {
        GrowthError::InvalidRate { index, value } => GrowthError::InvalidRate { index: index + by, value },
        GrowthError::TotalLoss { index } => GrowthError::TotalLoss { index: index + by },
        GrowthError::InvalidLevel { index, value } => GrowthError::InvalidLevel { index: index + by, value },
        GrowthError::ZeroLevel { index } => GrowthError::ZeroLevel { index: index + by },
        GrowthError::NoPeriod
        | GrowthError::SeveralPeriods { .. }
        | GrowthError::NeedsLevels
        | GrowthError::OutOfRange => error,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use GrowthMeasure::{CompoundAnnual, MeanOfRates, YearOnYear};

    #[test]
    fn compares_two_times() {
        let found = acceleration_from_rates(&[0.02, 0.04, 0.10], 2, MeanOfRates).unwrap();
        assert!((found.earlier - 0.03).abs() < 1e-15 && (found.difference - 0.07).abs() < 1e-15, "{found:?}");
        assert_eq!(found.later, 0.10);
        let found = acceleration_from_levels(&[100.0, 110.0, 121.0, 121.0], 2, CompoundAnnual).unwrap();
        assert!((found.earlier - 0.1).abs() < 1e-15 && (found.difference + 0.1).abs() < 1e-15, "{found:?}");
        assert_eq!([1, 2, 5].map(earlier_half), [None, Some(1), Some(2)]);
    }

    #[test]
    fn positions_count_from_the_first_period() {
        let wrong = acceleration_from_rates(&[0.1, 0.1, -2.0], 1, MeanOfRates);
        assert_eq!(wrong, Err(GrowthError::InvalidRate { index: 2, value: -2.0 }));
        let zero = acceleration_from_levels(&[1.0, 1.0, 0.0, 1.0], 2, MeanOfRates);
        assert_eq!(zero, Err(GrowthError::ZeroLevel { index: 2 }));
        let missing = acceleration_from_levels(&[1.0, 1.0, f64::NAN], 1, YearOnYear);
        assert!(matches!(missing, Err(GrowthError::InvalidLevel { index: 2, .. })));
    }

    #[test]
    fn both_times_need_a_period() {
        for earlier in [0, 2, 3] {
            assert_eq!(acceleration_from_rates(&[0.1, 0.1], earlier, MeanOfRates), Err(GrowthError::NoPeriod));
            assert_eq!(acceleration_from_levels(&[1.0; 3], earlier, MeanOfRates), Err(GrowthError::NoPeriod));
        }
        assert_eq!(Acceleration::between(-1e308, 1e308), Err(GrowthError::OutOfRange));
    }
}
