//! Locational factors of regions, measured at each origin.

use super::{ShiftShareOptions, ShiftShareProjectionError};
use crate::growth::{Chain, Comparison, gerfin};
use crate::{Amounts, Matrix, Progress};

/// What becomes of a locational factor with the length of the projection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LocationalFactor {
    /// The factor as it was measured, whatever the length: Gerfin's form, for projections as long as the base.
    #[default]
    AsMeasured,
    /// The factor to the power of steps over base, so that a part of the base's length brings that part of it.
    Compounded,
    /// No factor: the shares in the reference's industries stay as they are.
    One,
}

impl LocationalFactor {
    /// The factor of a step.
    pub(super) fn at(self, factor: f64, step: usize, base: usize) -> f64 {
        match self {
            Self::AsMeasured => factor,
            Self::Compounded => factor.powf(step as f64 / base as f64),
            Self::One => 1.0,
        }
    }
}

/// The factors of each region by origin; `None` where a region has none.
pub(super) struct Factors {
    first: usize,
    by_origin: Vec<Vec<Option<f64>>>,
}

impl Factors {
    /// Measures factors over the base before each origin, from the first (as a number of periods) to the last period.
    pub(super) fn measure(
        periods: &[Amounts],
        reference: &Matrix,
        options: &ShiftShareOptions,
        first: usize,
        progress: &Progress,
    ) -> Result<Self, ShiftShareProjectionError> {
        let measure = |end: usize| {
            let start = end - options.base;
            let failed = |error| ShiftShareProjectionError::Period { period: start, error };
            let (from, to) = (reference.row(start), reference.row(end));
            let comparison = Comparison::try_new(&periods[start], &periods[end], from, to).map_err(failed)?;
            let chain = Chain::from(comparison);
            let factors = gerfin(&chain, progress)?;
            Ok(factors.step(0).iter().map(|factors| factors.ok().map(|factors| factors.locational)).collect())
        };
        let by_origin = (first - 1..periods.len()).map(measure).collect::<Result<_, ShiftShareProjectionError>>()?;
        Ok(Self { first, by_origin })
    }

    /// The factor of a region at an origin, given as the number of periods up to it.
    pub(super) fn of(&self, region: usize, origin: usize) -> Option<f64> {
        *self.by_origin.get(origin.checked_sub(self.first)?)?.get(region)?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_factor_takes_the_length_of_the_projection_as_it_was_asked_to() {
        let at = |factor: LocationalFactor, step| factor.at(1.21, step, 4);
        assert_eq!((at(LocationalFactor::AsMeasured, 1), at(LocationalFactor::AsMeasured, 9)), (1.21, 1.21));
        assert!((at(LocationalFactor::Compounded, 2) - 1.1).abs() < 1e-15);
        assert_eq!((at(LocationalFactor::Compounded, 4), at(LocationalFactor::One, 4)), (1.21, 1.0));
    }
}
