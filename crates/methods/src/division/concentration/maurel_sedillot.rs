//! The index of Maurel and Sédillot: the chance that two plants of an industry choose the same region, beyond chance.

use super::ellison_glaeser::room;
use super::{Location, PlantSizes};

/// Computes the index of Maurel and Sédillot.
///
/// ```text
/// gamma = ((C - X) / (1 - X) - H) / (1 - H),  C = sum over r of c[r]^2,  X = sum of x[r]^2
/// ```
///
/// # Shapes and units
///
/// - `plants`: sizes of the industry's plants; `None` takes H as 0, as for [`super::ellison_glaeser`].
/// - returns: 0 where plants choose at random, to 1. Unlike Ellison and Glaeser's index it counts an industry that is less
///   concentrated than everything as dispersed. `None` for a single region or plant.
///
/// # Source
///
/// Maurel and Sédillot (1999), Regional Science and Urban Economics 29(5), 575-604.
pub fn maurel_sedillot(location: &Location, plants: Option<&PlantSizes>) -> Option<f64> {
    let herfindahl = plants.map_or(0.0, PlantSizes::herfindahl);
    let squares: f64 = location.own().iter().map(|share| share * share).sum();
    let raw = (squares - location.base_squares()) / room(location)?;
    (herfindahl < 1.0).then(|| (raw - herfindahl) / (1.0 - herfindahl))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn counts_pairs_of_plants_in_the_same_region() {
        // C = 0.625, X = 0.5: raw 0.25; with H = 0.5: (0.25 - 0.5)/0.5.
        let location = Location::try_new(&[3.0, 1.0], &[1.0, 1.0]).unwrap();
        let two = PlantSizes::of_plants(&[2.0, 2.0]).unwrap();
        assert_eq!(maurel_sedillot(&location, None), Some(0.25));
        assert_eq!(maurel_sedillot(&location, Some(&two)), Some(-0.5));
        let one = PlantSizes::of_plants(&[2.0]).unwrap();
        assert_eq!(maurel_sedillot(&location, Some(&one)), None);
        assert_eq!(maurel_sedillot(&Location::try_new(&[1.0], &[2.0]).unwrap(), None), None);
    }
}
