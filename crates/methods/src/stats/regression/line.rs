//! Regression on a constant and one column, in closed form.

use super::{INDEPENDENT, RegressionError, Solved, is_constant};
use crate::Matrix;
use crate::stats::lanes::{self, Itself, SquareAbout};

/// Solves a regression whose design is a constant column and another one.
///
/// With c the constant and d the deviations of x from its mean:
///
/// ```text
/// b = sum(d (y - mean(y))) / sum(d^2)        a = (mean(y) - b mean(x)) / c
/// ```
///
/// Sums of products of deviations lose no more digits than the QR decomposition does, for a tenth of its cost.
///
/// `None` for other designs, and where squares leave the range of numbers, which the decomposition copes with or refuses.
pub(super) fn line(design: &Matrix, outcomes: &[f64]) -> Option<Result<Solved, RegressionError>> {
    if design.n_columns() != 2 || !is_constant(design, 0) {
        return None;
    }
    let (n, constant) = (outcomes.len() as f64, design.get(0, 0));
    let mut deviations: Vec<f64> = design.cells().chunks_exact(2).map(|row| row[1]).collect();
    let length = lanes::sum(&deviations, None, SquareAbout { centre: 0.0 }).sqrt();
    let mean = lanes::sum(&deviations, None, Itself) / n;
    let mean_outcome = lanes::sum(outcomes, None, Itself) / n;
    deviations.iter_mut().for_each(|x| *x -= mean);
    let squares = lanes::sum(&deviations, None, SquareAbout { centre: 0.0 });
    if squares.sqrt() <= INDEPENDENT * length && length.is_normal() {
        return Some(Err(RegressionError::Collinear { column: 1 }));
    }
    let centred: Vec<f64> = outcomes.iter().map(|y| y - mean_outcome).collect();
    let slope = lanes::product_sum(&centred, &deviations) / squares;
    let coefficients = vec![(mean_outcome - slope * mean) / constant, slope];
    if ![squares, squares.recip(), constant * constant].into_iter().all(f64::is_normal) || !coefficients[0].is_finite()
    {
        return None;
    }
    let mut influence = vec![0.0; 2 * deviations.len()];
    lanes::arch().dispatch(
        #[inline(always)]
        || {
            for (row, d) in influence.chunks_exact_mut(2).zip(&deviations) {
                let of_slope = d / squares;
                (row[0], row[1]) = ((1.0 / n - mean * of_slope) / constant, of_slope);
            }
        },
    );
    let mixed = -mean / squares / constant;
    let bread = vec![(1.0 / n + mean * mean / squares) / constant / constant, mixed, mixed, 1.0 / squares];
    let (influence, bread) = (Matrix::try_new(influence, 2).ok()?, Matrix::try_new(bread, 2).ok()?);
    Some(Ok(Solved { coefficients, influence, bread }))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::{Regression, solve};
    use super::*;

    #[test]
    fn is_what_the_decomposition_gives() {
        for (constant, first, step) in [(1.0, 0.0, 1.0), (-2.5, 2001.0, 1.0), (3.0, -7.0, 0.01), (1.0, 1e6, 1e3)] {
            let design = Matrix::from_fn(40, 2, |row, column| match column {
                0 => constant,
                _ => first + step * (row as f64 + (row as f64).sin()),
            });
            let outcomes: Vec<f64> = (0..40).map(|row| (0.3 * f64::from(row)).cos() + f64::from(row) / 9.0).collect();
            let (own, general) = (line(&design, &outcomes).unwrap().unwrap(), solve(&design, &outcomes).unwrap());
            let near = |own: &[f64], other: &[f64], slack: f64| {
                let scale = other.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
                assert!(own.iter().zip(other).all(|(a, b)| (a - b).abs() <= slack * scale), "{own:?} {other:?}");
            };
            // How many digits the decomposition keeps depends on how far the column is from its mean.
            let slack = 1e-13 * (1.0 + (first / step / 40.0).abs());
            near(&own.coefficients, &general.coefficients, slack);
            near(own.bread.cells(), general.bread.cells(), slack);
            near(own.influence.cells(), general.influence.cells(), slack);
        }
    }

    #[test]
    fn leaves_the_rest_to_the_decomposition() {
        let of = |cells: &[f64], columns| {
            let design = Matrix::try_new(cells.to_vec(), columns).unwrap();
            line(&design, &[1.0, 2.0, 4.0]).map(|solved| solved.map(|solved| solved.coefficients))
        };
        assert!(of(&[1.0, 2.0, 3.0], 1).is_none());
        assert!(of(&[1.0, 2.0, 2.0, 3.0, 1.0, 5.0], 2).is_none());
        assert!(of(&[0.0, 2.0, 0.0, 3.0, 0.0, 5.0], 2).is_none());
        assert!(of(&[1.0, 2e200, 1.0, 3e200, 1.0, 5e200], 2).is_none());
        assert!(of(&[1.0, 2e-200, 1.0, 3e-200, 1.0, 5e-200], 2).is_none());
        assert_eq!(of(&[1.0, 3.0, 1.0, 3.0, 1.0, 3.0], 2), Some(Err(RegressionError::Collinear { column: 1 })));
        // Numbers that are small, but whose squares are not too small, are fitted.
        let small =
            Regression::fit(&Matrix::from_fn(3, 2, |row, column| [1.0, 1e-100 * row as f64][column]), &[0.0, 1.0, 2.0]);
        assert!((small.unwrap().coefficients[1] / 1e100 - 1.0).abs() < 1e-15);
    }
}
