//! Moran's I of each period.

use growthpole_contracts::v1;
use growthpole_methods::growth::mobility::Draws;
use growthpole_methods::stats::{MoranError, MoranMoments, SpatialWeights, moran, moran_permutations};
use growthpole_methods::{Matrix, Progress};

use super::inference::permutation_test;

/// Of the periods in their order, with their names; an error tells the period.
pub(super) fn of_periods(
    values: &Matrix,
    periods: &[String],
    weights: &SpatialWeights,
    draws: Draws,
    progress: &Progress,
) -> Result<Vec<v1::MoranOfPeriod>, (usize, MoranError)> {
    let of_period = |(at, (row, period)): (usize, (&[f64], &String))| {
        let own = moran(row, weights).map_err(|error| (at, error))?;
        let Draws { permutations, seed } = draws;
        let test = (permutations > 0).then(|| moran_permutations(row, weights, permutations, seed, progress));
        Ok(v1::MoranOfPeriod {
            period: period.clone(),
            i: own.i,
            expected: own.expected,
            normality: moments(own.normality),
            randomization: moments(own.randomization),
            test: test.transpose().map_err(|error| (at, error))?.as_ref().map(permutation_test),
        })
    };
    values.rows().zip(periods).enumerate().map(of_period).collect()
}

/// None where the statistic cannot vary.
fn moments(own: MoranMoments) -> Option<v1::MoranMoments> {
    let varies = own.variance > 0.0 && own.z.is_finite();
    varies.then_some(v1::MoranMoments { variance: own.variance, z: own.z, p_value: own.p_value })
}
