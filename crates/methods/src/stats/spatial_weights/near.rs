//! Neighbours by great-circle distance.

use rayon::prelude::*;

use super::{SpatialWeights, SpatialWeightsError};
use crate::Progress;
use crate::division::{EARTH_RADIUS_KM, haversine_km};

/// By how much a chord of the unit sphere may be wrong: a hundred times its rounding, and less than a thousandth of a millimetre.
const CHORD_ERROR: f64 = 1e-13;

/// Places on the earth.
#[derive(Debug, Clone)]
pub struct Places {
    /// Latitudes and longitudes in degrees.
    coordinates: Vec<(f64, f64)>,
    /// The same as points of the unit sphere, by axis.
    points: [Vec<f64>; 3],
}

impl Places {
    /// Takes latitudes and longitudes in degrees.
    ///
    /// # Errors
    ///
    /// The first place that is none: north of the pole, say.
    pub fn try_new(coordinates: Vec<(f64, f64)>) -> Result<Self, SpatialWeightsError> {
        let is_none =
            |&(latitude, longitude): &(f64, f64)| haversine_km(latitude, longitude, latitude, longitude).is_none();
        if let Some(region) = coordinates.iter().position(is_none) {
            let (latitude, longitude) = coordinates[region];
            return Err(SpatialWeightsError::InvalidPlace { region, latitude, longitude });
        }
        let axis = |of: fn(f64, f64) -> f64| {
            coordinates.iter().map(|&(north, east)| of(north.to_radians(), east.to_radians())).collect()
        };
        let points = [
            axis(|north, east| north.cos() * east.cos()),
            axis(|north, east| north.cos() * east.sin()),
            axis(|north, _| north.sin()),
        ];
        Ok(Self { coordinates, points })
    }

    /// Number of places.
    pub fn len(&self) -> usize {
        self.coordinates.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.coordinates.is_empty()
    }

    /// Squares of the chords from a place to all, in the order of which distances are, but for rounding.
    fn squares(&self, from: usize) -> Vec<f64> {
        let [x, y, z] = &self.points;
        let own = [x[from], y[from], z[from]];
        let square = |((x, y), z): ((&f64, &f64), &f64)| {
            let apart = [x - own[0], y - own[1], z - own[2]];
            apart[0] * apart[0] + apart[1] * apart[1] + apart[2] * apart[2]
        };
        x.iter().zip(y).zip(z).map(square).collect()
    }

    fn kilometres(&self, from: usize, to: usize) -> f64 {
        let ((latitude1, longitude1), (latitude2, longitude2)) = (self.coordinates[from], self.coordinates[to]);
        haversine_km(latitude1, longitude1, latitude2, longitude2).unwrap_or(f64::INFINITY)
    }

    /// The nearest places to one.
    fn nearest(&self, from: usize, count: usize) -> Vec<usize> {
        let mut squares = self.squares(from);
        squares[from] = f64::INFINITY;
        let mut ordered = squares.clone();
        let (_, &mut farthest, _) = ordered.select_nth_unstable_by(count - 1, f64::total_cmp);
        // What is as near as the last one but for rounding is compared by the distance itself.
        let limit = (farthest.sqrt() + CHORD_ERROR).powi(2);
        let near = squares.iter().enumerate().filter(|(_, square)| **square <= limit);
        let mut near: Vec<(f64, usize)> = near.map(|(to, _)| (self.kilometres(from, to), to)).collect();
        near.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        near.truncate(count);
        let mut near: Vec<usize> = near.into_iter().map(|(_, to)| to).collect();
        near.sort_unstable();
        near
    }

    /// The places that are not farther from one than some kilometres.
    fn within(&self, from: usize, kilometres: f64) -> Vec<usize> {
        let chord = 2.0 * (kilometres / (2.0 * EARTH_RADIUS_KM)).min(std::f64::consts::FRAC_PI_2).sin();
        let [surely, perhaps] = [chord - CHORD_ERROR, chord + CHORD_ERROR];
        let surely = if surely > 0.0 { surely * surely } else { -1.0 };
        let is_near = |&(to, square): &(usize, f64)| {
            let near = square <= surely || (square <= perhaps * perhaps && self.kilometres(from, to) <= kilometres);
            to != from && near
        };
        self.squares(from).into_iter().enumerate().filter(is_near).map(|(to, _)| to).collect()
    }
}

impl SpatialWeights {
    /// Links each place to the `count` nearest ones with the weight 1; of equally near ones, to those of the lowest position.
    ///
    /// # Shapes and units
    ///
    /// - distances are those of [`haversine_km`].
    ///
    /// # Errors
    ///
    /// A count that is not between 1 and the number of other places; the caller's wish to stop: each place counts one unit.
    pub fn nearest(places: &Places, count: usize, progress: &Progress) -> Result<Self, SpatialWeightsError> {
        if count == 0 || count >= places.len() {
            return Err(SpatialWeightsError::InvalidCount { count, others: places.len().saturating_sub(1) });
        }
        Self::of_rows(places, |from| places.nearest(from, count), progress)
    }

    /// Links places that are not farther apart than some kilometres, with the weight 1.
    ///
    /// # Shapes and units
    ///
    /// - distances are those of [`haversine_km`].
    ///
    /// # Errors
    ///
    /// The caller's wish to stop: each place counts one unit.
    pub fn within(places: &Places, kilometres: f64, progress: &Progress) -> Result<Self, SpatialWeightsError> {
        Self::of_rows(places, |from| places.within(from, kilometres), progress)
    }

    /// Takes the neighbours of each place, which are in order.
    fn of_rows(
        places: &Places,
        row: impl Fn(usize) -> Vec<usize> + Sync,
        progress: &Progress,
    ) -> Result<Self, SpatialWeightsError> {
        progress.expect(places.len());
        let row = |from: usize| {
            let row = row(from);
            progress.advance(1)?;
            Ok(row)
        };
        let rows: Vec<Vec<usize>> =
            (0..places.len()).into_par_iter().map(row).collect::<Result<_, SpatialWeightsError>>()?;
        let mut starts = Vec::with_capacity(rows.len() + 1);
        starts.push(0);
        let mut neighbours = Vec::with_capacity(rows.iter().map(Vec::len).sum());
        for row in rows {
            progress.check()?;
            neighbours.extend(row);
            starts.push(neighbours.len());
        }
        Ok(Self { starts, weights: vec![1.0; neighbours.len()], neighbours })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use rand::RngExt as _;

    use super::*;
    use crate::Stopped;
    use crate::stats::random::generator;

    #[test]
    fn distances_make_neighbours() {
        // On the equator; of two that are equally near, the first.
        let places = Places::try_new([0.0, 1.0, 2.0, 10.0].map(|east| (0.0, east)).to_vec()).unwrap();
        let nearest = SpatialWeights::nearest(&places, 1, &Progress::new()).unwrap();
        assert_eq!((0..4).map(|region| nearest.links(region).next().unwrap().0).collect::<Vec<_>>(), [1, 0, 1, 2]);
        let within = SpatialWeights::within(&places, 112.0, &Progress::new()).unwrap();
        assert_eq!(within, SpatialWeights::from_pairs(4, &[(0, 1), (1, 2)]).unwrap());
        let count = SpatialWeightsError::InvalidCount { count: 4, others: 3 };
        assert_eq!(SpatialWeights::nearest(&places, 4, &Progress::new()), Err(count));
    }

    /// Places all over the earth, some of them twice, opposite each other, at a pole, or equally far from others.
    fn places() -> Vec<(f64, f64)> {
        let mut draws = generator(3, 0);
        let mut places: Vec<(f64, f64)> =
            (0..60).map(|_| (draws.random_range(-90.0..90.0), draws.random_range(-180.0..180.0))).collect();
        places.extend_from_within(..5);
        let opposite: Vec<_> = places.iter().take(5).map(|&(north, east)| (-north, east + 180.0)).collect();
        places.extend(opposite);
        places.extend((0..8).map(|step| (0.0, f64::from(45 * step))));
        places.extend([(90.0, 0.0), (90.0, 77.0), (-90.0, 0.0)]);
        places
    }

    #[test]
    fn neighbours_are_those_of_the_distances_themselves() {
        let (coordinates, progress) = (places(), Progress::new());
        let places = Places::try_new(coordinates).unwrap();
        let n = places.len();
        for count in [1, 2, 7, n - 1] {
            let own = SpatialWeights::nearest(&places, count, &progress).unwrap();
            for from in 0..n {
                let mut others: Vec<usize> = (0..n).filter(|&to| to != from).collect();
                others.sort_by(|&a, &b| places.kilometres(from, a).total_cmp(&places.kilometres(from, b)));
                let mut expected = others[..count].to_vec();
                expected.sort_unstable();
                assert_eq!(own.links(from).map(|(to, _)| to).collect::<Vec<_>>(), expected);
            }
        }
        let half_way = std::f64::consts::PI * EARTH_RADIUS_KM;
        for kilometres in [0.0, 1e-9, 500.0, places.kilometres(0, 1), half_way / 2.0, half_way, 1e9] {
            let own = SpatialWeights::within(&places, kilometres, &progress).unwrap();
            for from in 0..n {
                let near = (0..n).filter(|&to| to != from && places.kilometres(from, to) <= kilometres);
                assert_eq!(own.links(from).map(|(to, _)| to).collect::<Vec<_>>(), near.collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn refuses_what_is_no_place_and_stops_when_asked() {
        let error = Places::try_new(vec![(0.0, 0.0), (91.0, 0.0)]).unwrap_err();
        assert_eq!(error, SpatialWeightsError::InvalidPlace { region: 1, latitude: 91.0, longitude: 0.0 });
        let (places, stopped) = (Places::try_new(places()).unwrap(), Progress::new());
        stopped.stop();
        let error = SpatialWeightsError::Stopped(Stopped);
        assert_eq!(SpatialWeights::nearest(&places, 3, &stopped), Err(error));
        assert_eq!(SpatialWeights::within(&places, 100.0, &stopped), Err(error));
    }
}
