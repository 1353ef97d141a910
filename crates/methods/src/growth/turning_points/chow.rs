//! A test for a break at a date that is known beforehand.

use super::segments::{BreakModel, SegmentFit};
use crate::amounts::LARGEST_AMOUNT;
use crate::stats::distributions::f_above;

/// Which of Chow's tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChowForm {
    /// Both sides have coefficients of their own.
    Break,
    /// The later side has too few values for that: whether they are predicted by the earlier side.
    Forecast,
}

/// Why a series has no Chow test at a date.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum ChowError {
    /// There is nothing before or after the date, or too little before it to leave a degree of freedom.
    #[error(
        "{before} values before the date and {after} from it on are too few: {needed} before and 1 after are needed"
    )]
    TooFewValues {
        /// Values before the date.
        before: usize,
        /// Values from the date on.
        after: usize,
        /// Values before the date that are needed.
        needed: usize,
    },
    /// A value is NaN, infinite, or too large to be squared.
    #[error("value {position}, {value}, is missing or beyond 1e100")]
    InvalidValue {
        /// Position of the value.
        position: usize,
        /// What was there.
        value: f64,
    },
    /// Nothing is left unexplained, so that there is nothing to compare the break with.
    #[error("the fit is exact, so that there is no error to compare the break with")]
    ExactFit,
}

/// A Chow test.
#[derive(Debug, Clone, PartialEq)]
pub struct ChowTest {
    /// Which test it is.
    pub form: ChowForm,
    /// The statistic.
    pub f: f64,
    /// Its degrees of freedom, above and below the line.
    pub degrees: [usize; 2],
    /// Probability of a larger statistic without a break, under normal, independent errors of one variance.
    pub p_value: Option<f64>,
    /// What is fitted before the date.
    pub before: SegmentFit,
    /// What is fitted from the date on; none for [`ChowForm::Forecast`].
    pub after: Option<SegmentFit>,
}

/// Tests for a break between two positions that are known beforehand.
///
/// With S the sum of squares of one fit, S1 and S2 those of the fits before and after, n1 and n2 their values and q the
/// coefficients:
///
/// ```text
/// F = (S - S1 - S2)/q / ((S1 + S2)/(n1 + n2 - 2 q))     where n2 >= q
/// F = (S - S1)/n2 / (S1/(n1 - q))                       where the later side has fewer values (forecast test)
/// ```
///
/// A date that was chosen by looking at the series makes the p-value too small: dates that are looked for belong to
/// [`super::detect_breaks`].
///
/// # Shapes and units
///
/// - `values`: in order of time, equally spaced, at most 1e100 in size. `first_after`: the first position after the break.
///
/// # Errors
///
/// Fewer than q + 1 values before the date or none after it, a value that is none, or an exact fit.
///
/// # Source
///
/// Chow (1960), Econometrica 28(3), 591-605; the second form is also due to Fisher (1970), Econometrica 38(2), 361-366.
pub fn chow_test(values: &[f64], first_after: usize, model: BreakModel) -> Result<ChowTest, ChowError> {
    let n = values.len();
    let q = model.coefficients();
    let after = n.saturating_sub(first_after);
    if first_after <= q || after == 0 {
        return Err(ChowError::TooFewValues { before: first_after.min(n), after, needed: q + 1 });
    }
    let is_invalid = |value: &f64| !value.is_finite() || value.abs() > LARGEST_AMOUNT;
    if let Some(position) = values.iter().position(is_invalid) {
        return Err(ChowError::InvalidValue { position, value: values[position] });
    }
    let whole = SegmentFit::of(values, 0..n, model).squares;
    let before = SegmentFit::of(values, 0..first_after, model);
    let (form, rest, degrees, later) = if after >= q {
        let later = SegmentFit::of(values, first_after..n, model);
        (ChowForm::Break, before.squares + later.squares, [q, n - 2 * q], Some(later))
    } else {
        (ChowForm::Forecast, before.squares, [after, first_after - q], None)
    };
    let largest = values.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
    if rest <= n as f64 * (8.0 * f64::EPSILON * largest).powi(2) {
        return Err(ChowError::ExactFit);
    }
    let f = (whole - rest).max(0.0) / degrees[0] as f64 / (rest / degrees[1] as f64);
    let p_value = f_above(f, degrees[0] as f64, degrees[1] as f64);
    Ok(ChowTest { form, f, degrees, p_value, before, after: later })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn close(own: f64, expected: f64) {
        assert!((own - expected).abs() <= 1e-10 * expected.abs(), "{own} is not {expected}");
    }

    #[test]
    fn a_shift_is_tested_as_by_hand() {
        // Means 2 and 6 with squares 2 and 2; all together mean 4, squares 28.
        let test = chow_test(&[1.0, 2.0, 3.0, 5.0, 6.0, 7.0], 3, BreakModel::Mean).unwrap();
        assert_eq!((test.form, test.f, test.degrees), (ChowForm::Break, 24.0, [1, 4]));
        assert_eq!((test.before.mean, test.after.unwrap().mean), (2.0, 6.0));
        // scipy 1.17.1: f.sf(24, 1, 4).
        close(test.p_value.unwrap(), 0.008_049_893_100_837_719);
    }

    #[test]
    fn a_single_later_value_is_forecast_by_the_trend() {
        let test = chow_test(&[1.0, 2.0, 3.5, 3.0, 9.0], 4, BreakModel::Trend).unwrap();
        assert_eq!((test.form, test.degrees, test.after), (ChowForm::Forecast, [1, 2], None));
        // numpy's lstsq leaves 9.9 over all five values and 0.875 over the first four.
        close(test.f, (9.9 - 0.875) / (0.875 / 2.0));
    }

    #[test]
    fn refuses_what_cannot_be_tested() {
        let few = ChowError::TooFewValues { before: 1, after: 2, needed: 2 };
        assert_eq!(chow_test(&[1.0, 2.0, 3.0], 1, BreakModel::Mean), Err(few));
        let beyond = ChowError::TooFewValues { before: 3, after: 0, needed: 2 };
        assert_eq!(chow_test(&[1.0, 2.0, 3.0], 9, BreakModel::Mean), Err(beyond));
        assert_eq!(chow_test(&[1.0, 1.0, 3.0, 3.0], 2, BreakModel::Mean), Err(ChowError::ExactFit));
        assert!(matches!(
            chow_test(&[1.0, f64::NAN, 3.0, 3.0], 2, BreakModel::Mean),
            Err(ChowError::InvalidValue { position: 1, .. })
        ));
    }
}
