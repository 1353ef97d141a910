//! Classes of values: by quantiles, or by given cut-offs.

use super::class_paths::ClassPaths;
use crate::Matrix;
use crate::stats::order_statistics;

/// Over which values quantiles are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum QuantileScope {
    /// Over the regions of each period: a class is a place in the order of the period.
    #[default]
    EachPeriod,
    /// Over all regions and periods together: a class is an interval of values that stays the same.
    Pooled,
}

/// Why values have no classes.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum ClassesError {
    /// There are fewer than two classes, or more than 65 535.
    #[error("{classes} classes are fewer than two, or more than 65535")]
    InvalidClasses {
        /// Number of classes.
        classes: usize,
    },
    /// A value is infinite.
    #[error("period {period}, region {region}: {value} is not a value")]
    NotFinite {
        /// Row of the period.
        period: usize,
        /// Column of the region.
        region: usize,
        /// The value.
        value: f64,
    },
    /// No region has a value in the period, so that it has no quantiles.
    #[error("period {period} has no values")]
    NoValues {
        /// Row of the period.
        period: usize,
    },
    /// Classes that were given are those of other periods or regions.
    #[error("classes of {periods} periods and {regions} regions are not those of the values")]
    ShapeDiffers {
        /// Periods of the classes.
        periods: usize,
        /// Regions of the classes.
        regions: usize,
    },
    /// A cut-off is not a finite number above the one before.
    #[error("cut-off {index} is {value}, not a number above the one before")]
    InvalidCutOff {
        /// Position of the cut-off.
        index: usize,
        /// The cut-off.
        value: f64,
    },
}

/// Takes classes that somebody else has made for the regions and periods of values; there are no cut-offs between them.
///
/// # Errors
///
/// Fewer than two classes, or classes of other periods or regions.
pub fn given_classes(values: &Matrix, paths: &ClassPaths) -> Result<Classes, ClassesError> {
    check_classes(paths.n_classes())?;
    let (periods, regions) = (paths.n_periods(), paths.n_regions());
    if (periods, regions) != (values.n_rows(), values.n_columns()) {
        return Err(ClassesError::ShapeDiffers { periods, regions });
    }
    Ok(Classes { paths: paths.clone(), cut_offs: Matrix::from_fn(0, 0, |_, _| f64::NAN) })
}

/// Classes, and the cut-offs between them.
#[derive(Debug, Clone, PartialEq)]
pub struct Classes {
    /// The class of each region in each period.
    pub paths: ClassPaths,
    /// The upper bounds of all classes but the last, which has none: a row for each period, or one row for all of them; no
    /// row where classes were given.
    pub cut_offs: Matrix,
}

/// Sorts values into classes that hold about equally many of them.
///
/// ```text
/// q[i] = quantile of order i / k, i = 1 .. k - 1, by linear interpolation between order statistics (type 7)
/// class of y = the smallest i - 1 for which y <= q[i], and k - 1 above all of them
/// ```
///
/// Where many values are equal, quantiles coincide and the classes between them are empty.
///
/// # Shapes and units
///
/// - `values`: periods x regions, NaN where missing.
/// - returns: classes from 0 (lowest) to `n_classes` - 1; cut-offs in the unit of the values.
///
/// # Errors
///
/// A number of classes that cannot be, the first infinite value, or the first period without a value.
///
/// # Source
///
/// Hyndman and Fan (1996), American Statistician 50(4), 361-365, definition 7. The rule at ties is that of mapclassify and
/// giddy.
pub fn quantile_classes(values: &Matrix, n_classes: usize, scope: QuantileScope) -> Result<Classes, ClassesError> {
    check_classes(n_classes)?;
    check_values(values)?;
    let mut cut_offs = Vec::new();
    match scope {
        QuantileScope::EachPeriod => {
            for (period, row) in values.rows().enumerate() {
                push_quantiles(row, n_classes, &mut cut_offs).ok_or(ClassesError::NoValues { period })?;
            }
        }
        QuantileScope::Pooled => {
            push_quantiles(values.cells(), n_classes, &mut cut_offs).ok_or(ClassesError::NoValues { period: 0 })?;
        }
    }
    Ok(classify(values, cut_offs, n_classes - 1))
}

/// Sorts values into classes between given cut-offs.
///
/// ```text
/// class of y = the smallest i for which y <= cut_offs[i], and the number of cut-offs above all of them
/// ```
///
/// # Shapes and units
///
/// - `values`: periods x regions, NaN where missing.
/// - `cut_offs`: upper bounds of all classes but the last, ascending, in the unit of the values.
/// - returns: classes from 0 (lowest) to the number of cut-offs.
///
/// # Errors
///
/// No cut-off or too many, the first that is not above the one before, or the first infinite value.
///
/// # Source
///
/// Quah (1993), European Economic Review 37(2-3), 426-434.
pub fn cut_off_classes(values: &Matrix, cut_offs: &[f64]) -> Result<Classes, ClassesError> {
    check_classes(cut_offs.len() + 1)?;
    for (index, &value) in cut_offs.iter().enumerate() {
        let above = index == 0 || value > cut_offs[index - 1];
        if !(value.is_finite() && above) {
            return Err(ClassesError::InvalidCutOff { index, value });
        }
    }
    check_values(values)?;
    Ok(classify(values, cut_offs.to_vec(), cut_offs.len()))
}

fn check_classes(classes: usize) -> Result<(), ClassesError> {
    let valid = (2..=usize::from(u16::MAX)).contains(&classes);
    if valid { Ok(()) } else { Err(ClassesError::InvalidClasses { classes }) }
}

fn check_values(values: &Matrix) -> Result<(), ClassesError> {
    // Counted without an early exit, many at once; where it is comes second.
    if values.cells().iter().filter(|value| value.is_infinite()).count() == 0 {
        return Ok(());
    }
    match values.cells().iter().position(|value| value.is_infinite()) {
        None => Ok(()),
        Some(at) => {
            let (period, region) = (at / values.n_columns(), at % values.n_columns());
            Err(ClassesError::NotFinite { period, region, value: values.cells()[at] })
        }
    }
}

/// Appends the quantiles between `n_classes` classes of the values that are not NaN; none where all are.
fn push_quantiles(values: &[f64], n_classes: usize, quantiles: &mut Vec<f64>) -> Option<()> {
    let missing = values.iter().filter(|value| value.is_nan()).count();
    let last = (values.len() - missing).checked_sub(1)?;
    // Whole numbers, so that a quantile that falls on a value is that value.
    let places = || (1..n_classes).map(|index| (index * last / n_classes, index * last % n_classes));
    // A quantile between two values needs the second one too.
    let ends: Vec<usize> = places().flat_map(|(below, rest)| [below, below + usize::from(rest > 0)]).collect();
    let found = match missing {
        0 => order_statistics(values, &ends),
        _ => order_statistics(&values.iter().copied().filter(|value| !value.is_nan()).collect::<Vec<f64>>(), &ends),
    };
    quantiles.extend(places().zip(found.chunks(2)).map(|((_, rest), ends)| match rest {
        0 => ends[0],
        _ => interpolate(ends[0], ends[1], rest as f64 / n_classes as f64),
    }));
    Some(())
}

/// The point at `fraction` of the way; exactly `low` between equals.
fn interpolate(low: f64, high: f64, fraction: f64) -> f64 {
    let step = high - low;
    if step.is_finite() { low + step * fraction } else { low * (1.0 - fraction) + high * fraction }
}

/// Counts the cut-offs below each value; cut-offs are rows of `n_cut_offs`, one a period or one for all.
fn classify(values: &Matrix, cut_offs: Vec<f64>, n_cut_offs: usize) -> Classes {
    let n_regions = values.n_columns();
    let mut cells = Vec::with_capacity(values.cells().len());
    let rows = cut_offs.chunks(n_cut_offs).cycle();
    for (row, bounds) in values.rows().zip(rows) {
        extend_classes(&mut cells, row, bounds);
    }
    let n_rows = cut_offs.len() / n_cut_offs;
    Classes {
        paths: ClassPaths::from_classification(cells, n_regions, n_cut_offs + 1),
        cut_offs: Matrix::from_fn(n_rows, n_cut_offs, |row, column| cut_offs[row * n_cut_offs + column]),
    }
}

/// Appends the class of each value. The usual numbers of classes are counted without branches and without a loop.
fn extend_classes(cells: &mut Vec<Option<u16>>, values: &[f64], bounds: &[f64]) {
    match bounds.len() {
        1 => extend_unrolled::<1>(cells, values, bounds),
        2 => extend_unrolled::<2>(cells, values, bounds),
        3 => extend_unrolled::<3>(cells, values, bounds),
        4 => extend_unrolled::<4>(cells, values, bounds),
        5 => extend_unrolled::<5>(cells, values, bounds),
        9 => extend_unrolled::<9>(cells, values, bounds),
        _ => extend_unrolled::<0>(cells, values, bounds),
    }
}

/// N is the number of bounds, or 0 for any number.
fn extend_unrolled<const N: usize>(cells: &mut Vec<Option<u16>>, values: &[f64], bounds: &[f64]) {
    let unrolled = bounds.first_chunk::<N>();
    let class = |value: f64| match unrolled {
        Some(bounds) if N > 0 => bounds.iter().map(|&bound| u16::from(bound < value)).sum(),
        _ => bounds.partition_point(|&bound| bound < value) as u16,
    };
    cells.extend(values.iter().map(|&value| if value.is_nan() { None } else { Some(class(value)) }));
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn classes_of(classes: &Classes) -> Vec<Vec<Option<u16>>> {
        classes.paths.periods().map(<[_]>::to_vec).collect()
    }

    #[test]
    fn quantiles_are_interpolated_and_belong_to_the_class_below() {
        let values = Matrix::try_new(vec![4.0, 1.0, 2.0, 3.0, 5.0, 10.0, 20.0, 30.0, 40.0, f64::NAN], 5).unwrap();
        let each = quantile_classes(&values, 2, QuantileScope::EachPeriod).unwrap();
        assert_eq!(each.cut_offs.cells(), [3.0, 25.0]);
        let first = [1, 0, 0, 0, 1].map(Some).to_vec();
        assert_eq!(classes_of(&each), [first, vec![Some(0), Some(0), Some(1), Some(1), None]]);
        let pooled = quantile_classes(&values, 2, QuantileScope::Pooled).unwrap();
        assert_eq!(pooled.cut_offs.cells(), [5.0]);
        // numpy.quantile([1, 2, 3, 4, 10], [1/3, 2/3]) is 2.3333333333333335, 3.6666666666666665.
        let thirds =
            quantile_classes(&Matrix::try_new(vec![1.0, 2.0, 3.0, 4.0, 10.0], 5).unwrap(), 3, QuantileScope::Pooled);
        assert_eq!(thirds.unwrap().cut_offs.cells(), [2.333_333_333_333_333_5, 3.666_666_666_666_666_5]);
    }

    #[test]
    fn equal_values_leave_classes_empty() {
        let classes = quantile_classes(&Matrix::from_fn(1, 6, |_, _| 0.1), 3, QuantileScope::EachPeriod).unwrap();
        assert_eq!(classes.cut_offs.cells(), [0.1, 0.1]);
        assert_eq!(classes.paths.period(0), [Some(0); 6]);
    }

    #[test]
    fn given_cut_offs_belong_to_the_class_below() {
        let values = Matrix::try_new(vec![0.5, 1.0, 1.5, 2.0, 2.5, f64::NAN], 6).unwrap();
        let classes = cut_off_classes(&values, &[1.0, 2.0]).unwrap();
        assert_eq!(classes.paths.period(0), [Some(0), Some(0), Some(1), Some(1), Some(2), None]);
        let many: Vec<f64> = (0..40).map(f64::from).collect();
        assert_eq!(cut_off_classes(&values, &many).unwrap().paths.period(0)[..3], [Some(1), Some(1), Some(2)]);
    }

    #[test]
    fn given_classes_are_those_of_the_same_regions_and_periods() {
        let paths = ClassPaths::try_new(vec![Some(1), None, Some(0), Some(1)], 2, 2).unwrap();
        let classes = given_classes(&Matrix::from_fn(2, 2, |_, _| f64::NAN), &paths).unwrap();
        assert_eq!((classes.paths, classes.cut_offs.n_rows()), (paths.clone(), 0));
        let error = given_classes(&Matrix::from_fn(1, 4, |_, _| 1.0), &paths);
        assert_eq!(error, Err(ClassesError::ShapeDiffers { periods: 2, regions: 2 }));
        let one = ClassPaths::try_new(vec![Some(0)], 1, 1).unwrap();
        let error = given_classes(&Matrix::from_fn(1, 1, |_, _| 1.0), &one);
        assert_eq!(error, Err(ClassesError::InvalidClasses { classes: 1 }));
    }

    #[test]
    fn refuses_what_has_no_classes() {
        let values = Matrix::try_new(vec![1.0, f64::NEG_INFINITY], 2).unwrap();
        let infinite = ClassesError::NotFinite { period: 0, region: 1, value: f64::NEG_INFINITY };
        assert_eq!(quantile_classes(&values, 2, QuantileScope::Pooled), Err(infinite));
        assert_eq!(cut_off_classes(&values, &[0.0]), Err(infinite));
        let one = ClassesError::InvalidClasses { classes: 1 };
        assert_eq!(quantile_classes(&values, 1, QuantileScope::Pooled), Err(one));
        assert_eq!(cut_off_classes(&values, &[]), Err(one));
        let repeated = ClassesError::InvalidCutOff { index: 1, value: 1.0 };
        assert_eq!(cut_off_classes(&values, &[1.0, 1.0]), Err(repeated));
        let empty = Matrix::try_new(vec![1.0, f64::NAN], 1).unwrap();
        let no_values = ClassesError::NoValues { period: 1 };
        assert_eq!(quantile_classes(&empty, 2, QuantileScope::EachPeriod), Err(no_values));
    }
}
