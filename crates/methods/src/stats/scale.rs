//! Standardising: values in standard deviations from their mean.

/// Mean and standard deviation of some values, by which they are standardised.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    /// Mean.
    pub mean: f64,
    /// Standard deviation, as of a population; 0 where all are alike.
    pub deviation: f64,
}

impl Scale {
    /// The scale of some finite values, which are walked through three times and not kept; none of no values, or where they
    /// are so large that mean or deviation is no finite number.
    pub fn of(values: impl Iterator<Item = f64> + Clone) -> Option<Self> {
        let n = values.clone().count();
        if n == 0 {
            return None;
        }
        let mean = values.clone().sum::<f64>() / n as f64;
        let (least, most) = values.clone().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (x.min(a), x.max(b)));
        // The mean of equal values need not round to them.
        let squares = if least == most { 0.0 } else { values.map(|x| (x - mean) * (x - mean)).sum::<f64>() };
        let deviation = (squares / n as f64).sqrt();
        (mean.is_finite() && deviation.is_finite()).then_some(Self { mean, deviation })
    }

    /// The value in standard deviations from the mean; 0 where all values are alike.
    pub fn standardize(&self, value: f64) -> f64 {
        if self.deviation > 0.0 { (value - self.mean) / self.deviation } else { 0.0 }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn of(values: &[f64]) -> Option<Scale> {
        Scale::of(values.iter().copied())
    }

    #[test]
    fn standardises_by_the_population() {
        let scale = of(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]).unwrap();
        assert_eq!((scale.mean, scale.deviation, scale.standardize(9.0)), (5.0, 2.0, 2.0));
    }

    #[test]
    fn equal_values_have_no_deviation_and_nothing_has_no_scale() {
        let alike = of(&[0.1; 3]).unwrap();
        assert_eq!((alike.deviation, alike.standardize(0.1), alike.standardize(7.0)), (0.0, 0.0, 0.0));
        assert_eq!((of(&[]), of(&[f64::MAX, f64::MAX]), of(&[1e300, -1e300])), (None, None, None));
    }
}
