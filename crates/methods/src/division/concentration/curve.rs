//! The curve of concentration: what share of an industry lies where it is weakest.

use super::{Location, LocationError};

/// A curve of concentration by its corners, from (0, 0) to (1, 1), with the regions that are added at each.
#[derive(Debug, Clone, PartialEq)]
pub struct ConcentrationCurve {
    /// Share of the base in the regions so far.
    pub base: Vec<f64>,
    /// Share of the industry in them.
    pub own: Vec<f64>,
    /// Positions of the regions in the order in which they are added: one fewer than there are corners.
    pub regions: Vec<usize>,
}

impl ConcentrationCurve {
    /// Area between the curve and the diagonal, 0 to 0.5: Krugman's locational Gini coefficient.
    pub fn area(&self) -> f64 {
        let corners = self.base.windows(2).zip(self.own.windows(2));
        let under: f64 = corners.map(|(base, own)| (base[1] - base[0]) * (own[0] + own[1]) / 2.0).sum();
        (0.5 - under).clamp(0.0, 0.5)
    }

    /// The area as a share of the whole triangle, 0 to 1: the Gini coefficient of Hoover's curve.
    pub fn gini(&self) -> f64 {
        2.0 * self.area()
    }
}

/// Draws Hoover's curve of localisation: regions by ascending location quotient, as wide as their share of the base.
///
/// ```text
/// base[k] = sum over the k weakest regions of x[r]    own[k] = sum over them of c[r]
/// ```
///
/// # Shapes and units
///
/// - returns: one corner more than there are regions, as shares.
///
/// # Source
///
/// Hoover (1936), Review of Economics and Statistics 18(4), 162-171; EconGeo's `Hoover.curve` is the same, and the area beside
/// it is Krugman's locational Gini.
pub fn concentration_curve(location: &Location) -> ConcentrationCurve {
    let running = |shares: &[f64]| {
        let mut sum = 0.0;
        let corners = location.order().iter().map(|&region| {
            sum += shares[region];
            sum
        });
        std::iter::once(0.0).chain(corners).collect()
    };
    ConcentrationCurve {
        base: running(location.base()),
        own: running(location.own()),
        regions: location.order().to_vec(),
    }
}

/// Draws the Lorenz curve of an industry over regions: Hoover's curve with a base that gives every region the same.
///
/// # Errors
///
/// An amount that is none, or an industry that is nowhere.
///
/// # Source
///
/// Lorenz (1905), Publications of the American Statistical Association 9(70), 209-219; EconGeo's `Lorenz.curve`.
pub fn equal_base_curve(amounts: &[f64]) -> Result<ConcentrationCurve, LocationError> {
    Ok(concentration_curve(&Location::try_new(amounts, &vec![1.0; amounts.len()])?))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn begins_where_the_industry_is_weakest() {
        let location = Location::try_new(&[5.0, 5.0], &[30.0, 10.0]).unwrap();
        let curve = concentration_curve(&location);
        assert_eq!((curve.base.as_slice(), curve.own.as_slice()), (&[0.0, 0.75, 1.0][..], &[0.0, 0.5, 1.0][..]));
        assert_eq!((curve.regions.as_slice(), curve.area(), curve.gini()), (&[0, 1][..], 0.125, 0.25));
    }

    #[test]
    fn an_equal_base_makes_it_the_curve_of_lorenz() {
        let curve = equal_base_curve(&[3.0, 1.0]).unwrap();
        assert_eq!((curve.own.as_slice(), curve.regions.as_slice()), (&[0.0, 0.25, 1.0][..], &[1, 0][..]));
        assert_eq!(equal_base_curve(&[0.0]), Err(LocationError::Empty));
    }
}
