//! The scale on which the errors of a model add up.

use super::Unprojected;

/// The scale on which a model is linear and its errors add up.
///
/// ```text
/// Level   z = y
/// Log     z = ln y
/// Logit   z = ln(S/y - 1), which falls as y rises
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Scale {
    /// The values themselves.
    Level,
    /// Natural logarithms: errors are relative, and projections positive.
    Log,
    /// Logits below a saturation.
    Logit {
        /// The saturation S, above all values.
        saturation: f64,
    },
}

impl Scale {
    /// Takes a series to the scale.
    ///
    /// # Errors
    ///
    /// The first value that is missing or infinite, or that the scale does not hold.
    pub(super) fn forward(self, series: &[f64]) -> Result<Vec<f64>, Unprojected> {
        let taken = series.iter().enumerate().map(|(period, &value)| match self {
            _ if !value.is_finite() => Err(Unprojected::MissingValue { period }),
            Self::Level => Ok(value),
            _ if value <= 0.0 => Err(Unprojected::NotPositive { period, value }),
            Self::Log => Ok(value.ln()),
            Self::Logit { saturation } if value >= saturation => {
                Err(Unprojected::NotBelowSaturation { period, value, saturation })
            }
            Self::Logit { saturation } => Ok(((saturation - value) / value).ln()),
        });
        taken.collect()
    }

    /// Takes a number of the scale back to a value.
    ///
    /// The median of a distribution is taken to the median, and its quantiles to quantiles. Means are not taken to means: on
    /// other scales than [`Scale::Level`] a projected value is a median, without a correction for retransformation.
    pub(super) fn back(self, number: f64) -> f64 {
        match self {
            Self::Level => number,
            Self::Log => number.exp(),
            Self::Logit { saturation } => saturation / (1.0 + number.exp()),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back_is_where_it_was() {
        for scale in [Scale::Level, Scale::Log, Scale::Logit { saturation: 10.0 }] {
            for (value, number) in [2.0, 5.0, 9.5].iter().zip(scale.forward(&[2.0, 5.0, 9.5]).unwrap()) {
                assert!((scale.back(number) - value).abs() < 1e-14, "{scale:?} {value}");
            }
        }
    }

    #[test]
    fn names_the_value_that_a_scale_does_not_hold() {
        assert_eq!(Scale::Level.forward(&[1.0, f64::NAN]), Err(Unprojected::MissingValue { period: 1 }));
        assert_eq!(Scale::Level.forward(&[-1.0, 0.0]), Ok(vec![-1.0, 0.0]));
        assert_eq!(Scale::Log.forward(&[1.0, 0.0]), Err(Unprojected::NotPositive { period: 1, value: 0.0 }));
        let above = Unprojected::NotBelowSaturation { period: 0, value: 10.0, saturation: 10.0 };
        assert_eq!(Scale::Logit { saturation: 10.0 }.forward(&[10.0]), Err(above));
    }
}
