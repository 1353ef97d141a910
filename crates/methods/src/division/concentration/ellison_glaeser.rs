//! The index of Ellison and Glaeser: concentration beyond what the lumpiness of plants brings about by chance.

use super::{Location, PlantSizes};

/// The index, and what it was computed from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EllisonGlaeser {
    /// gamma: 0 where plants choose regions at random, each as likely as its share of the base; `None` for a single plant.
    pub gamma: Option<f64>,
    /// G, the raw concentration.
    pub concentration: f64,
    /// What G is expected to be where plants choose at random.
    pub expected: f64,
    /// Standard deviation of G there.
    pub deviation: f64,
    /// (G - expected)/deviation, near a standard normal where plants choose at random; `None` without deviation.
    pub z: Option<f64>,
}

/// Computes the raw geographic concentration of an industry, G.
///
/// ```text
/// G = sum over r of (c[r] - x[r])^2
/// ```
///
/// # Source
///
/// Ellison and Glaeser (1997), Journal of Political Economy 105(5), 889-927.
pub fn geographic_concentration(location: &Location) -> f64 {
    location.own().iter().zip(location.base()).map(|(own, base)| (own - base) * (own - base)).sum()
}

/// Computes the index of Ellison and Glaeser.
///
/// With X the sum of `x[r]^2` and H the Herfindahl index of plants:
///
/// ```text
/// gamma = (G - (1 - X) H) / ((1 - X) (1 - H))        E(G) = (1 - X) H
/// Var(G) = 2 (H^2 (X - 2 sum(x^3) + X^2) - sum(z^4) (X - 4 sum(x^3) + 3 X^2))
/// ```
///
/// # Shapes and units
///
/// - `plants`: sizes of the industry's plants, or `None` where they are not known: H is then taken as 0, as in an industry
///   of very many plants, and gamma is the greatest that the amounts allow.
/// - returns: `None` for a single region, to which nothing can concentrate.
///
/// # Source
///
/// Ellison and Glaeser (1997), Journal of Political Economy 105(5), 889-927, equations 5 and A1. Equal to REAT's `ellison.a`.
pub fn ellison_glaeser(location: &Location, plants: Option<&PlantSizes>) -> Option<EllisonGlaeser> {
    let squares = location.base_squares();
    let spread = room(location)?;
    let (herfindahl, fourth_powers) = plants.map_or((0.0, 0.0), |own| (own.herfindahl(), own.fourth_powers()));
    let cubes: f64 = location.base().iter().map(|share| share.powi(3)).sum();
    let variance = herfindahl * herfindahl * (squares - 2.0 * cubes + squares * squares)
        - fourth_powers * (squares - 4.0 * cubes + 3.0 * squares * squares);
    let concentration = geographic_concentration(location);
    let expected = spread * herfindahl;
    // Rounding may leave a variance of zero slightly negative.
    let deviation = (2.0 * variance).max(0.0).sqrt();
    Some(EllisonGlaeser {
        gamma: (herfindahl < 1.0).then(|| (concentration - expected) / (spread * (1.0 - herfindahl))),
        concentration,
        expected,
        deviation,
        z: (deviation > 0.0).then(|| (concentration - expected) / deviation),
    })
}

/// 1 - X, `None` where one region is everything.
pub(super) fn room(location: &Location) -> Option<f64> {
    Some(1.0 - location.base_squares()).filter(|room| *room > 0.0 && location.base().len() > 1)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_lumpiness_of_plants_out() {
        // G = 2 * 0.25^2 = 0.125; X = 0.5; two equal plants have H = 0.5: (0.125 - 0.25)/(0.5 * 0.5).
        let location = Location::try_new(&[3.0, 1.0], &[1.0, 1.0]).unwrap();
        let two = PlantSizes::of_plants(&[2.0, 2.0]).unwrap();
        let of = ellison_glaeser(&location, Some(&two)).unwrap();
        assert_eq!((of.concentration, of.expected, of.gamma), (0.125, 0.25, Some(-0.5)));
        // Two equal plants over two equal regions: G is 0 or 0.5, each as likely.
        assert_eq!((of.deviation, of.z), (0.25, Some(-0.5)));
        let many = ellison_glaeser(&location, None).unwrap();
        assert_eq!((many.gamma, many.z), (Some(0.25), None));
    }

    #[test]
    fn a_single_plant_or_region_has_none() {
        let location = Location::try_new(&[1.0, 0.0], &[1.0, 1.0]).unwrap();
        let one = PlantSizes::of_plants(&[1.0]).unwrap();
        assert_eq!(ellison_glaeser(&location, Some(&one)).unwrap().gamma, None);
        assert_eq!(ellison_glaeser(&Location::try_new(&[1.0], &[1.0]).unwrap(), None), None);
    }
}
