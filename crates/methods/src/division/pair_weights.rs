//! Weights of pairs of regions: equal, neighbours, by distance, by gravity.

use crate::Matrix;

/// Mean radius of the Earth in kilometres (IUGG).
pub const EARTH_RADIUS_KM: f64 = 6371.0088;

/// Why pairs have no weights.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum PairWeightsError {
    /// The pair names a region that is not there, or a region with itself.
    #[error("{first} and {second} are not a pair of regions")]
    InvalidPair {
        /// First region of the pair.
        first: usize,
        /// Second region of the pair.
        second: usize,
    },
    /// The distances are not a square, or not of as many regions as there are sizes.
    #[error("distances of {rows} x {columns} are not those of {regions} regions")]
    ShapesDiffer {
        /// Rows of the distances.
        rows: usize,
        /// Columns of the distances.
        columns: usize,
        /// Number of regions.
        regions: usize,
    },
    /// The distance is negative, NaN, infinite or not symmetric, or zero where it is divided by.
    #[error("regions {first} and {second}: {value} is not a distance")]
    InvalidDistance {
        /// First region.
        first: usize,
        /// Second region.
        second: usize,
        /// The distance.
        value: f64,
    },
    /// The scale of distances is not a positive number.
    #[error("{value} is not a scale of distances")]
    InvalidScale {
        /// The scale.
        value: f64,
    },
    /// The size is negative, NaN or infinite.
    #[error("region {region}: {value} is not a size")]
    InvalidSize {
        /// Position of the region.
        region: usize,
        /// The size.
        value: f64,
    },
    /// The weight is beyond the range of numbers.
    #[error("regions {first} and {second}: the weight is beyond the range of numbers")]
    OutOfRange {
        /// First region.
        first: usize,
        /// Second region.
        second: usize,
    },
}

/// Gives every pair of different regions the weight 1.
pub fn equal_weights(n_regions: usize) -> Matrix {
    Matrix::from_fn(n_regions, n_regions, |first, second| if first == second { 0.0 } else { 1.0 })
}

/// Gives pairs of neighbours the weight 1 and all others 0.
///
/// # Shapes and units
///
/// - `pairs`: positions of neighbours, each pair once or in both orders.
/// - returns: regions x regions, symmetric, zero on the diagonal.
///
/// # Errors
///
/// The first pair with a region that is not there, or of a region with itself.
pub fn neighbour_weights(n_regions: usize, pairs: &[(usize, usize)]) -> Result<Matrix, PairWeightsError> {
    let mut weights = vec![0.0; n_regions * n_regions];
    for &(first, second) in pairs {
        if first >= n_regions || second >= n_regions || first == second {
            return Err(PairWeightsError::InvalidPair { first, second });
        }
        weights[first * n_regions + second] = 1.0;
        weights[second * n_regions + first] = 1.0;
    }
    Ok(Matrix::from_fn(n_regions, n_regions, |first, second| weights[first * n_regions + second]))
}

/// Gives pairs a weight that falls exponentially with their distance.
///
/// ```text
/// w[r, s] = exp(-d[r, s] / d0)
/// ```
///
/// # Shapes and units
///
/// - `distances`: regions x regions, symmetric, in one unit; the diagonal is not looked at.
/// - `scale`: d0 in the same unit, positive.
/// - returns: regions x regions, symmetric, 0 to 1, zero on the diagonal.
///
/// # Errors
///
/// Distances that are not square, the first that is none, or a scale that is not a positive number.
pub fn exponential_weights(distances: &Matrix, scale: f64) -> Result<Matrix, PairWeightsError> {
    if !(scale.is_finite() && scale > 0.0) {
        return Err(PairWeightsError::InvalidScale { value: scale });
    }
    check_distances(distances, distances.n_rows(), true)?;
    weigh(distances, |_, _, distance| (-distance / scale).exp())
}

/// Gives pairs the weight of their attraction.
///
/// ```text
/// w[r, s] = size[r] * size[s] / d[r, s]^2
/// ```
///
/// # Shapes and units
///
/// - `sizes`: size of each region, in one unit, not negative.
/// - `distances`: regions x regions, symmetric, positive, in one unit; the diagonal is not looked at.
/// - returns: regions x regions, symmetric, zero on the diagonal. Always finite.
///
/// # Errors
///
/// Distances of another shape, the first size or distance that is none, a distance of zero, or the first weight out of range.
///
/// # Source
///
/// The gravity model of Zipf (1946), American Sociological Review 11(6), 677-686, with squared distance after Stewart (1948).
pub fn gravity_weights(sizes: &[f64], distances: &Matrix) -> Result<Matrix, PairWeightsError> {
    if let Some(region) = sizes.iter().position(|size| !size.is_finite() || *size < 0.0) {
        return Err(PairWeightsError::InvalidSize { region, value: sizes[region] });
    }
    check_distances(distances, sizes.len(), false)?;
    weigh(distances, |first, second, distance| {
        // The larger size comes first whatever the order of the pair, so that rounding is symmetric.
        let (larger, smaller) = (sizes[first].max(sizes[second]), sizes[first].min(sizes[second]));
        (larger / distance) * (smaller / distance)
    })
}

/// Computes the great-circle distance of two points in kilometres, on a sphere of [`EARTH_RADIUS_KM`].
///
/// ```text
/// h = sin^2((lat2 - lat1)/2) + cos(lat1) * cos(lat2) * sin^2((lon2 - lon1)/2),  d = 2 R asin(sqrt(h))
/// ```
///
/// # Shapes and units
///
/// - latitudes (-90 to 90) and longitudes (-180 to 360) in degrees.
/// - returns: kilometres; `None` for what is not a coordinate.
///
/// # Source
///
/// Sinnott (1984), Virtues of the Haversine, Sky and Telescope 68(2), 159.
pub fn haversine_km(latitude1: f64, longitude1: f64, latitude2: f64, longitude2: f64) -> Option<f64> {
    let valid =
        |latitude: f64, longitude: f64| (-90.0..=90.0).contains(&latitude) && (-180.0..=360.0).contains(&longitude);
    if !valid(latitude1, longitude1) || !valid(latitude2, longitude2) {
        return None;
    }
    let half_sine = |from: f64, to: f64| ((to - from).to_radians() / 2.0).sin();
    let (north, east) = (half_sine(latitude1, latitude2), half_sine(longitude1, longitude2));
    let cosines = latitude1.to_radians().cos() * latitude2.to_radians().cos();
    let haversine = north * north + cosines * east * east;
    Some(2.0 * EARTH_RADIUS_KM * haversine.clamp(0.0, 1.0).sqrt().asin())
}

/// Refuses distances of another shape and the first that is none.
fn check_distances(distances: &Matrix, regions: usize, zero_allowed: bool) -> Result<(), PairWeightsError> {
    let (rows, columns) = (distances.n_rows(), distances.n_columns());
    if (rows, columns) != (regions, regions) {
        return Err(PairWeightsError::ShapesDiffer { rows, columns, regions });
    }
    for first in 0..rows {
        for second in (0..rows).filter(|&second| second != first) {
            let value = distances.get(first, second);
            let is_distance = value.is_finite() && (value > 0.0 || (zero_allowed && value == 0.0));
            if !is_distance || value != distances.get(second, first) {
                return Err(PairWeightsError::InvalidDistance { first, second, value });
            }
        }
    }
    Ok(())
}

/// Weighs every pair by its distance, and refuses the first weight that is not finite.
fn weigh(distances: &Matrix, weight: impl Fn(usize, usize, f64) -> f64) -> Result<Matrix, PairWeightsError> {
    let n = distances.n_rows();
    let cell = |first, second| if first == second { 0.0 } else { weight(first, second, distances.get(first, second)) };
    let weights = Matrix::from_fn(n, n, cell);
    match weights.cells().iter().position(|weight| !weight.is_finite()) {
        Some(position) => Err(PairWeightsError::OutOfRange { first: position / n, second: position % n }),
        None => Ok(weights),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    fn distances(value: f64) -> Matrix {
        Matrix::try_new(vec![0.0, value, value, 0.0], 2).unwrap()
    }

    #[test]
    fn weights_are_symmetric_and_leave_the_diagonal_out() {
        assert_eq!(equal_weights(2).cells(), [0.0, 1.0, 1.0, 0.0]);
        let neighbours = neighbour_weights(3, &[(0, 2), (2, 0)]).unwrap();
        assert_eq!(neighbours.cells(), [0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0]);
        let exponential = exponential_weights(&distances(200.0), 100.0).unwrap();
        assert_eq!(exponential.get(0, 1), (-2.0_f64).exp());
        assert_eq!(gravity_weights(&[6.0, 3.0], &distances(3.0)).unwrap().cells(), [0.0, 2.0, 2.0, 0.0]);
    }

    #[test]
    fn refuses_what_is_no_pair_or_distance() {
        let pair = PairWeightsError::InvalidPair { first: 1, second: 1 };
        assert_eq!(neighbour_weights(2, &[(1, 1)]), Err(pair));
        let zero = PairWeightsError::InvalidDistance { first: 0, second: 1, value: 0.0 };
        assert_eq!(gravity_weights(&[1.0, 1.0], &distances(0.0)), Err(zero));
        let scale = PairWeightsError::InvalidScale { value: 0.0 };
        assert_eq!(exponential_weights(&distances(1.0), 0.0), Err(scale));
        let size = PairWeightsError::InvalidSize { region: 1, value: -1.0 };
        assert_eq!(gravity_weights(&[1.0, -1.0], &distances(1.0)), Err(size));
        let range = PairWeightsError::OutOfRange { first: 0, second: 1 };
        assert_eq!(gravity_weights(&[1e300, 1e300], &distances(1.0)), Err(range));
    }

    #[test]
    fn a_quarter_of_the_globe_is_a_quarter_of_its_circumference() {
        let quarter = std::f64::consts::PI * EARTH_RADIUS_KM / 2.0;
        assert!((haversine_km(0.0, 0.0, 90.0, 0.0).unwrap() - quarter).abs() < 1e-9);
        assert!((haversine_km(0.0, 0.0, 0.0, 180.0).unwrap() - 2.0 * quarter).abs() < 1e-9);
        assert_eq!(haversine_km(45.0, 120.0, 45.0, 120.0), Some(0.0));
        assert_eq!(haversine_km(91.0, 0.0, 0.0, 0.0), None);
        assert_eq!(haversine_km(f64::NAN, 0.0, 0.0, 0.0), None);
    }
}
