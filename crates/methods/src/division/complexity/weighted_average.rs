//! Averages of what is known of industries over those of a region, and of what is known of regions over those of an industry.

use crate::RowSource;
use crate::row_source::for_each_row;

/// Averages values of industries over each region, by its amounts.
///
/// ```text
/// average[r] = sum over i of E[r, i] v[i] / sum over i of E[r, i]        over the industries that have a value
/// ```
///
/// # Shapes and units
///
/// - `amounts`: regions x industries, not negative; no table is made of them.
/// - `values`: by industry; NaN where there is none.
/// - returns: by region, in the unit of the values; `None` where nothing that has a value is in it, and for values that are not
///   one an industry.
///
/// # Source
///
/// EconGeo's `weighted.avg` with `reg = TRUE`, which takes no value for 0.
pub fn average_of_industries(amounts: &impl RowSource, values: &[f64]) -> Vec<Option<f64>> {
    if values.len() != amounts.n_columns() {
        return vec![None; amounts.n_rows()];
    }
    let mut averages = Vec::with_capacity(amounts.n_rows());
    for_each_row(amounts, |_, row| {
        let known = row.iter().zip(values).filter(|(_, value)| !value.is_nan());
        let add = |(sum, total): (f64, f64), (amount, value): (&f64, &f64)| (sum + amount * value, total + amount);
        let (sum, total) = known.fold((0.0, 0.0), add);
        averages.push((total > 0.0).then(|| sum / total));
    });
    averages
}

/// Averages values of regions over each industry, by its amounts; as [`average_of_industries`], the other way round.
///
/// # Source
///
/// EconGeo's `weighted.avg` with `reg = FALSE`.
pub fn average_of_regions(amounts: &impl RowSource, values: &[f64]) -> Vec<Option<f64>> {
    let n = amounts.n_columns();
    if values.len() != amounts.n_rows() {
        return vec![None; n];
    }
    let (mut sums, mut totals) = (vec![0.0; n], vec![0.0; n]);
    for_each_row(amounts, |region, row| {
        let value = values[region];
        if !value.is_nan() {
            for ((sum, total), amount) in sums.iter_mut().zip(&mut totals).zip(row) {
                *sum += amount * value;
                *total += amount;
            }
        }
    });
    sums.iter().zip(&totals).map(|(sum, total)| (*total > 0.0).then(|| sum / total)).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::Matrix;

    fn table() -> Matrix {
        Matrix::try_new(vec![3.0, 1.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 5.0], 3).unwrap()
    }

    #[test]
    fn amounts_are_the_weights() {
        assert_eq!(average_of_industries(&table(), &[1.0, 5.0, 9.0]), [Some(2.0), Some(5.0), Some(9.0)]);
        assert_eq!(average_of_regions(&table(), &[4.0, 1.0, 7.0]), [Some(4.0), Some(2.0), Some(7.0)]);
    }

    #[test]
    fn what_has_no_value_is_no_zero() {
        assert_eq!(average_of_industries(&table(), &[1.0, 5.0, f64::NAN]), [Some(2.0), Some(5.0), None]);
        assert_eq!(average_of_regions(&table(), &[4.0, f64::NAN, f64::NAN]), [Some(4.0), Some(4.0), None]);
        assert_eq!(average_of_industries(&table(), &[1.0]), [None; 3]);
        assert_eq!(average_of_regions(&table(), &[1.0]), [None; 3]);
    }
}
