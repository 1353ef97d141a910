//! Portfolio of a region's industries: how specialised it is in each, and whether it grows.

/// Rates that differ by no more are equal: only rounding separates them.
const EQUAL: f64 = 1e-12;

/// What an industry is to a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PortfolioClass {
    /// The region is specialised in it, and it grows at least like the reference.
    Star,
    /// The region is specialised in it, and it grows less than the reference.
    Mature,
    /// The region is not specialised in it, and it grows at least like the reference.
    Emerging,
    /// The region is not specialised in it, and it grows less than the reference.
    Lagging,
    /// It was not there at the start, and is at the end.
    Entrant,
    /// It is there neither at the start nor at the end.
    Absent,
}

/// Puts an industry of a region into a class.
///
/// ```text
///                        g >= reference      g < reference
/// mean LQ >= threshold   star                mature
/// mean LQ <  threshold   emerging            lagging            with g = E'/E - 1
/// ```
///
/// # Shapes and units
///
/// - `ends`: the amounts at the start and at the end, not negative.
/// - `quotient`: location quotient, as a mean over the periods.
/// - `threshold`: location quotient from which the region counts as specialised; equal up to 1e-12 counts.
/// - `reference`: growth over the same time as a fraction: of the industry in the benchmark, of everything in the benchmark,
///   or 0; equal up to 1e-12 counts as reached.
/// - returns: the class; `None` where a number is not finite or an amount is negative.
///
/// # Source
///
/// Henderson (1970), The Product Portfolio, Boston Consulting Group; for regions Howard (2007), as REAT's `portfolio` and
/// `locq.growth` plot it.
pub fn portfolio_class(ends: (f64, f64), quotient: f64, threshold: f64, reference: f64) -> Option<PortfolioClass> {
    let (start, end) = ends;
    let finite = [start, end, quotient, threshold, reference].iter().all(|number| number.is_finite());
    if !finite || start < 0.0 || end < 0.0 {
        return None;
    }
    if start == 0.0 {
        return Some(if end == 0.0 { PortfolioClass::Absent } else { PortfolioClass::Entrant });
    }
    let is_specialised = quotient >= threshold * (1.0 - EQUAL);
    let grows = end / start - 1.0 >= reference - EQUAL * (1.0 + reference.abs());
    Some(match (is_specialised, grows) {
        (true, true) => PortfolioClass::Star,
        (true, false) => PortfolioClass::Mature,
        (false, true) => PortfolioClass::Emerging,
        (false, false) => PortfolioClass::Lagging,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_four_fields_and_two_margins() {
        let class = |ends, quotient| portfolio_class(ends, quotient, 1.0, 0.1);
        assert_eq!(class((10.0, 12.0), 1.5), Some(PortfolioClass::Star));
        assert_eq!(class((10.0, 10.5), 1.5), Some(PortfolioClass::Mature));
        assert_eq!(class((10.0, 12.0), 0.5), Some(PortfolioClass::Emerging));
        assert_eq!(class((10.0, 0.0), 0.5), Some(PortfolioClass::Lagging));
        assert_eq!(class((0.0, 1.0), 0.5), Some(PortfolioClass::Entrant));
        assert_eq!(class((0.0, 0.0), 0.0), Some(PortfolioClass::Absent));
    }

    #[test]
    fn what_only_rounding_separates_is_reached() {
        assert_eq!(portfolio_class((10.0, 11.0), 0.1 + 0.2, 0.3, 0.1), Some(PortfolioClass::Star));
        assert_eq!(portfolio_class((3.0, 3.3), 0.3, 0.1 + 0.2, 0.1), Some(PortfolioClass::Star));
        assert_eq!(portfolio_class((-1.0, 1.0), 1.0, 1.0, 0.0), None);
        assert_eq!(portfolio_class((1.0, 1.0), f64::NAN, 1.0, 0.0), None);
    }
}
