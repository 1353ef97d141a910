//! Normalised location quotient: the excess over the benchmark's share, as a share of the whole.

use super::absolute_excess_cell;

/// Computes one normalised quotient, known as the normalised revealed comparative advantage.
///
/// ```text
/// NLQ[r, i] = E[r, i] / N - E[r] * N[i] / N^2
/// ```
///
/// Where the benchmark is the sum of the regions it adds up to 0 over industries and over regions, so that quotients can be
/// added and compared across both.
///
/// # Shapes and units
///
/// - amount, total of the region, and the benchmark's total of the industry and in all, in one unit.
/// - returns: a share of the benchmark, -1/4 to 1/4, 0 at the benchmark's share; `None` where the benchmark is empty, and where
///   a number is not an amount.
///
/// # Source
///
/// Yu, Cai and Leung (2009), Annals of Regional Science 43(1), 267-282.
pub fn normalized_quotient_cell(
    amount: f64,
    region_total: f64,
    reference_industry_total: f64,
    reference_total: f64,
) -> Option<f64> {
    let excess = absolute_excess_cell(amount, region_total, reference_industry_total, reference_total)?;
    Some(excess / reference_total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_up_to_nothing() {
        // Regions of (30, 10) and (10, 30): 10 of 80 too many, or too few.
        let cells = [(30.0, 0.125), (10.0, -0.125)];
        for (amount, expected) in cells {
            assert_eq!(normalized_quotient_cell(amount, 40.0, 40.0, 80.0), Some(expected));
        }
        assert_eq!(normalized_quotient_cell(1.0, 1.0, 0.0, 0.0), None);
        assert_eq!(normalized_quotient_cell(-1.0, 1.0, 1.0, 2.0), None);
    }
}
