//! Method of reflections: what regions have, averaged back and forth.

use crate::division::Presence;
use crate::stats::lanes;

/// Reflections of one side after some steps, as the value all tend to and what is left of each beyond it.
///
/// The further the steps, the more alike the values: kept apart from what they tend to, the differences lose no digits.
#[derive(Debug, Clone, PartialEq)]
pub struct Reflected {
    /// What all values tend to.
    pub limit: f64,
    /// Each value less the limit, by position.
    pub deviations: Vec<f64>,
}

impl Reflected {
    /// The reflections themselves.
    pub fn values(&self) -> Vec<f64> {
        self.deviations.iter().map(|deviation| self.limit + deviation).collect()
    }

    /// The reflections from 0 for the least to 100 for the greatest; `None` where all are equal.
    pub fn rescaled(&self) -> Option<Vec<f64>> {
        let least = self.deviations.iter().copied().fold(f64::INFINITY, f64::min);
        let greatest = self.deviations.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let range = greatest - least;
        (range > 0.0).then(|| self.deviations.iter().map(|value| (value - least) / range * 100.0).collect())
    }
}

/// Reflections of regions and of industries.
#[derive(Debug, Clone, PartialEq)]
pub struct Reflections {
    /// Of each region: even steps tell of diversity, odd ones of the ubiquity of what the region has.
    pub regions: Reflected,
    /// Of each industry: even steps tell of ubiquity, odd ones of the diversity of the regions that have it.
    pub industries: Reflected,
}

/// Reflects diversity and ubiquity a number of times.
///
/// ```text
/// k[r, 0] = diversity of r                     k[i, 0] = ubiquity of i
/// k[r, N] = sum over i of M[r, i] k[i, N-1] / k[r, 0]
/// k[i, N] = sum over r of M[r, i] k[r, N-1] / k[i, 0]
/// ```
///
/// # Shapes and units
///
/// - `presence`: regions x industries; each region with an industry and each industry in a region; else NaN.
/// - `steps`: N. The differences shrink with the second eigenvalue to the power of N/2; where the network is not connected
///   they need not vanish.
///
/// # Source
///
/// Hidalgo and Hausmann (2009), PNAS 106(26), 10570-10575.
pub fn reflections(presence: &Presence, steps: u32) -> Reflections {
    let as_numbers = |counts: Vec<u32>| counts.into_iter().map(f64::from).collect::<Vec<_>>();
    let (diversity, ubiquity) = (as_numbers(presence.diversity()), as_numbers(presence.ubiquity()));
    let to_regions = |of: &[f64]| around_mean(&diversity, presence.sums_of_regions(of));
    let to_industries = |of: &[f64]| around_mean(&ubiquity, presence.sums_of_industries(of));
    // Averages of averages keep the mean that is weighted by degrees: what it is at the start, all tend to.
    let (mut regions, mut industries) = (Reflected::around(&diversity), Reflected::around(&ubiquity));
    for _ in 0..steps {
        let of_regions = Reflected { limit: industries.limit, deviations: to_regions(&industries.deviations) };
        let of_industries = Reflected { limit: regions.limit, deviations: to_industries(&regions.deviations) };
        (regions, industries) = (of_regions, of_industries);
    }
    Reflections { regions, industries }
}

impl Reflected {
    /// Degrees, around their mean weighted by themselves.
    fn around(degrees: &[f64]) -> Self {
        let total: f64 = degrees.iter().sum();
        let limit = degrees.iter().map(|degree| degree * degree).sum::<f64>() / total;
        Self { limit, deviations: degrees.iter().map(|degree| degree - limit).collect() }
    }
}

/// Mean of each position's neighbours, less their mean weighted by degrees: it is 0 but for rounding, which would outlast
/// the differences.
fn around_mean(degrees: &[f64], mut sums: Vec<f64>) -> Vec<f64> {
    // Each mean times its degree is the sum that it is made of.
    let left = lanes::total(&sums) / lanes::total(degrees);
    sums.iter_mut().zip(degrees).for_each(|(sum, degree)| *sum = *sum / degree - left);
    sums
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    /// The network of Hidalgo and Hausmann (2009), figure S4.
    fn toy() -> Presence {
        let rows = [[1, 1, 1, 1], [0, 1, 0, 0], [0, 0, 1, 1], [0, 0, 0, 1]];
        Presence::try_new(&rows.concat().iter().map(|&cell| cell == 1).collect::<Vec<_>>(), 4).unwrap()
    }

    fn close(found: &[f64], expected: &[f64]) {
        assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-14), "{found:?} {expected:?}");
    }

    #[test]
    fn matches_the_worked_network() {
        let after = |steps| reflections(&toy(), steps);
        close(&after(0).regions.values(), &[4.0, 1.0, 2.0, 1.0]);
        close(&after(0).industries.values(), &[1.0, 2.0, 2.0, 3.0]);
        close(&after(1).regions.values(), &[2.0, 2.0, 2.5, 3.0]);
        close(&after(1).industries.values(), &[4.0, 2.5, 3.0, 7.0 / 3.0]);
        close(&after(2).regions.values(), &[71.0 / 24.0, 2.5, 8.0 / 3.0, 7.0 / 3.0]);
    }

    #[test]
    fn far_steps_keep_their_digits() {
        // Steps further shrink all differences alike: the order along the scale stays, to the last digits.
        let (near, far) = (reflections(&toy(), 200), reflections(&toy(), 202));
        close(&near.regions.rescaled().unwrap(), &far.regions.rescaled().unwrap());
        assert!(far.regions.deviations.iter().all(|deviation| deviation.abs() < 1e-15));
    }

    #[test]
    fn equal_diversities_have_no_scale() {
        let equal = Presence::try_new(&[true, false, false, true], 2).unwrap();
        assert_eq!(reflections(&equal, 2).regions.rescaled(), None);
    }
}
