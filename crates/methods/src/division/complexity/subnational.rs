//! Complexity of regions by complexities of industries that were measured elsewhere.

use crate::division::Presence;

/// Complexity of a region by outside values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Subnational {
    /// Mean complexity of the region's industries that have an outside value; `None` where none has.
    pub complexity: Option<f64>,
    /// Industries of the region with an outside value.
    pub valued: u32,
    /// Industries of the region.
    pub diversity: u32,
}

/// Computes the complexity of regions from outside complexities of industries: the mean over those each region has.
///
/// ```text
/// ECI[r] = sum over i of M[r, i] * PCI[i] / number of i of r with a PCI
/// ```
///
/// Where a region is small, what its own country or the world has tells more of an industry than the few regions compared.
///
/// # Shapes and units
///
/// - `presence`: regions x industries.
/// - `values`: by industry, in any unit; NaN where there is none.
/// - returns: by region, in that unit: it is comparable with whatever the values were standardised with.
///
/// `None` for values of other industries.
///
/// # Source
///
/// Hausmann et al. (2014), The Atlas of Economic Complexity; for places within a country with the world's product values:
/// Reynolds et al. (2018), Regional Studies 52(10), 1-19.
pub fn subnational_complexity(presence: &Presence, values: &[f64]) -> Option<Vec<Subnational>> {
    if values.len() != presence.n_industries() {
        return None;
    }
    let of_region = |(region, diversity): (usize, u32)| {
        let own = presence.industries_of(region).map(|industry| values[industry]).filter(|value| !value.is_nan());
        let (valued, sum) = own.fold((0_u32, 0.0), |(count, sum), value| (count + 1, sum + value));
        Subnational { complexity: (valued > 0).then(|| sum / f64::from(valued)), valued, diversity }
    };
    Some(presence.diversity().into_iter().enumerate().map(of_region).collect())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::Progress;
    use crate::division::{Standardization, complexity_index};

    #[test]
    fn is_the_mean_over_what_has_a_value() {
        let presence = Presence::try_new(&[true, true, true, false, false, true], 3).unwrap();
        let found = subnational_complexity(&presence, &[1.0, 2.0, f64::NAN]).unwrap();
        assert_eq!(found[0], Subnational { complexity: Some(1.5), valued: 2, diversity: 3 });
        assert_eq!(found[1], Subnational { complexity: None, valued: 0, diversity: 1 });
        assert_eq!(subnational_complexity(&presence, &[1.0]), None);
    }

    #[test]
    fn of_the_regions_own_values_it_is_their_own_complexity() {
        let cells = [true, false, false, true, true, false, false, true, true, true, true, true];
        let presence = Presence::try_new(&cells, 3).unwrap();
        let index = complexity_index(&presence, Standardization::OfRegions, &Progress::new()).unwrap();
        let found = subnational_complexity(&presence, &index.industries).unwrap();
        for (own, found) in index.regions.iter().zip(found) {
            assert!((own - found.complexity.unwrap()).abs() < 1e-14);
        }
    }
}
