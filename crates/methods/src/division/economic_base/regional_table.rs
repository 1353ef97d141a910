//! A region's input-output table, made of the nation's by location quotients.

use super::{InputOutput, InputOutputError};
use crate::Matrix;

/// Which quotient says how much of its needs a region serves by itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum QuotientMethod {
    /// SLQ: the seller's location quotient.
    Simple,
    /// CILQ: the seller's over the buyer's; the seller's own on the diagonal.
    CrossIndustry,
    /// FLQ: the cross-industry quotient, less for small regions.
    Flegg {
        /// delta, from 0 to below 1; 0.3 is usual.
        delta: f64,
    },
    /// AFLQ: the same, more for buyers in which the region is specialised.
    AugmentedFlegg {
        /// delta, from 0 to below 1.
        delta: f64,
    },
}

/// Why there is no regional table.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum RegionalTableError {
    /// There is not one location quotient, or share of output, for every sector.
    #[error("{sectors} quotients or shares, unlike the sectors of the table")]
    SectorsDiffer {
        /// Number of quotients or shares.
        sectors: usize,
    },
    /// The location quotient or the share of output is negative or not finite, or the share above 1.
    #[error("sector {sector}: {value} is not a quotient or share")]
    InvalidQuotient {
        /// The sector.
        sector: usize,
        /// The quotient or share.
        value: f64,
    },
    /// The region's share of the nation is not above 0 and up to 1.
    #[error("{value} is not a share of the nation")]
    InvalidShare {
        /// The share.
        value: f64,
    },
    /// delta is not from 0 to below 1.
    #[error("{value} is not a delta")]
    InvalidDelta {
        /// The parameter.
        value: f64,
    },
    /// The flows that come out are not a table.
    #[error(transparent)]
    Table(#[from] InputOutputError),
}

/// Computes the quotients of every pair of sectors in a region.
///
/// With LQ the sectors' location quotients and x the region's share of the nation:
///
/// ```text
/// SLQ[i, j]  = LQ[i]                           CILQ[i, j] = LQ[i] / LQ[j], on the diagonal LQ[i]
/// FLQ[i, j]  = CILQ[i, j] log2(1 + x)^delta    AFLQ[i, j] = FLQ[i, j] log2(1 + LQ[j]) where LQ[j] > 1, else FLQ[i, j]
/// ```
///
/// # Shapes and units
///
/// - `location_quotients`: by sector, not negative.
/// - `share`: the region's share of the nation's activity, above 0 to 1. Only Flegg's methods look at it.
/// - returns: sectors x sectors, row sells to column. The column of a sector that the region does not have is 0, since
///   nobody buys there.
///
/// # Errors
///
/// Quotients, a share or a delta that are none.
///
/// # Source
///
/// Flegg, Webber and Elliott (1995), Regional Studies 29(6), 547-561; Flegg and Webber (1997), 31(8), 795-805, and (2000),
/// 34(6), 563-569.
pub fn regional_quotients(
    method: QuotientMethod,
    location_quotients: &[f64],
    share: f64,
) -> Result<Matrix, RegionalTableError> {
    check(location_quotients, f64::INFINITY)?;
    if !(share > 0.0 && share <= 1.0) {
        return Err(RegionalTableError::InvalidShare { value: share });
    }
    let size = match method {
        QuotientMethod::Flegg { delta } | QuotientMethod::AugmentedFlegg { delta } => {
            if !(0.0..1.0).contains(&delta) {
                return Err(RegionalTableError::InvalidDelta { value: delta });
            }
            (1.0 + share).log2().powf(delta)
        }
        QuotientMethod::Simple | QuotientMethod::CrossIndustry => 1.0,
    };
    let cell = |seller: usize, buyer: usize| {
        let (sold, bought) = (location_quotients[seller], location_quotients[buyer]);
        if bought == 0.0 {
            return 0.0;
        }
        let cross = if seller == buyer { sold } else { sold / bought };
        match method {
            QuotientMethod::Simple => sold,
            QuotientMethod::CrossIndustry => cross,
            QuotientMethod::Flegg { .. } => cross * size,
            QuotientMethod::AugmentedFlegg { .. } if bought > 1.0 => cross * size * (1.0 + bought).log2(),
            QuotientMethod::AugmentedFlegg { .. } => cross * size,
        }
    };
    let n = location_quotients.len();
    Ok(Matrix::from_fn(n, n, cell))
}

/// Makes a region's table: the nation's coefficients, cut to what the region serves itself, at the region's output.
///
/// ```text
/// a[r, i, j] = a[i, j] min(1, q[i, j])        x[r, j] = share[j] x[j]        Z[r, i, j] = a[r, i, j] x[r, j]
/// ```
///
/// # Shapes and units
///
/// - `quotients`: of [`regional_quotients`], sectors x sectors.
/// - `output_shares`: the region's share of each sector's output, 0 to 1; its share of the sector's jobs where output is not
///   known, which takes output per job for equal everywhere.
/// - returns: flows within the region; what it buys elsewhere is left out.
///
/// # Errors
///
/// Quotients or shares of other sectors or that are none, or a region that sells without output.
///
/// # Source
///
/// As [`regional_quotients`]; coefficients are not raised above the nation's.
pub fn regional_table(
    national: &InputOutput,
    quotients: &Matrix,
    output_shares: &[f64],
) -> Result<InputOutput, RegionalTableError> {
    let n = national.n_sectors();
    for sectors in [quotients.n_rows(), quotients.n_columns(), output_shares.len()] {
        if sectors != n {
            return Err(RegionalTableError::SectorsDiffer { sectors });
        }
    }
    check(output_shares, 1.0)?;
    let coefficients = national.input_coefficients();
    let outputs: Vec<f64> =
        national.outputs().iter().zip(output_shares).map(|(output, share)| output * share).collect();
    let flow = |from: usize, to: usize| {
        // A seller that the region does not have sells nothing, whatever its quotient.
        if outputs[from] == 0.0 {
            0.0
        } else {
            coefficients.get(from, to) * quotients.get(from, to).min(1.0) * outputs[to]
        }
    };
    Ok(InputOutput::try_new(Matrix::from_fn(n, n, flow), outputs)?)
}

/// Refuses what is not from 0 to the greatest.
fn check(numbers: &[f64], greatest: f64) -> Result<(), RegionalTableError> {
    let valid = |number: &f64| number.is_finite() && *number >= 0.0 && *number <= greatest * (1.0 + 1e-9);
    match numbers.iter().position(|number| !valid(number)) {
        Some(sector) => Err(RegionalTableError::InvalidQuotient { sector, value: numbers[sector] }),
        None => Ok(()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::input_output::tests::miller_blair;
    use super::*;

    fn of(method: QuotientMethod, quotients: &[f64]) -> Vec<f64> {
        // log2(1 + x) = 1/4.
        let share = 2.0_f64.powf(0.25) - 1.0;
        regional_quotients(method, quotients, share).unwrap().cells().to_vec()
    }

    fn close(a: &[f64], b: &[f64]) -> bool {
        a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-12)
    }

    #[test]
    fn methods_follow_their_formulas() {
        let quotients = [0.5, 3.0];
        assert_eq!(of(QuotientMethod::Simple, &quotients), [0.5, 0.5, 3.0, 3.0]);
        assert!(close(&of(QuotientMethod::CrossIndustry, &quotients), &[0.5, 1.0 / 6.0, 6.0, 3.0]));
        let flegg = [0.25, 1.0 / 12.0, 3.0, 1.5];
        assert!(close(&of(QuotientMethod::Flegg { delta: 0.5 }, &quotients), &flegg));
        // log2(1 + 3) = 2 for the second buyer.
        let augmented = [0.25, 1.0 / 6.0, 3.0, 3.0];
        assert!(close(&of(QuotientMethod::AugmentedFlegg { delta: 0.5 }, &quotients), &augmented));
        assert_eq!(of(QuotientMethod::CrossIndustry, &[0.0, 2.0]), [0.0, 0.0, 0.0, 2.0]);
    }

    #[test]
    fn a_region_serves_at_most_what_the_nation_needs() {
        let quotients = Matrix::try_new(vec![0.5, 2.0, 1.0, 0.1], 2).unwrap();
        let table = regional_table(&miller_blair(), &quotients, &[0.1, 0.2]).unwrap();
        assert!(close(table.outputs(), &[100.0, 400.0]));
        assert!(close(table.flows().cells(), &[7.5, 100.0, 20.0, 2.0]));
        // The nation as its own region is the nation.
        let ones = Matrix::try_new(vec![1.0; 4], 2).unwrap();
        assert_eq!(regional_table(&miller_blair(), &ones, &[1.0, 1.0]).unwrap(), miller_blair());
        let without = regional_table(&miller_blair(), &quotients, &[0.0, 0.2]).unwrap();
        assert_eq!(without.flows().cells()[..3], [0.0, 0.0, 0.0]);
    }

    #[test]
    fn refuses_what_is_no_quotient_or_share() {
        let share = RegionalTableError::InvalidShare { value: 0.0 };
        assert_eq!(regional_quotients(QuotientMethod::Simple, &[1.0], 0.0), Err(share));
        for delta in [-0.1, 1.0] {
            let refused = regional_quotients(QuotientMethod::Flegg { delta }, &[1.0], 0.5);
            assert_eq!(refused, Err(RegionalTableError::InvalidDelta { value: delta }));
        }
        let negative = RegionalTableError::InvalidQuotient { sector: 0, value: -1.0 };
        assert_eq!(regional_quotients(QuotientMethod::Simple, &[-1.0], 0.5), Err(negative));
        let ones = Matrix::try_new(vec![1.0; 4], 2).unwrap();
        let sectors = RegionalTableError::SectorsDiffer { sectors: 1 };
        assert_eq!(regional_table(&miller_blair(), &ones, &[1.0]), Err(sectors));
        let beyond = RegionalTableError::InvalidQuotient { sector: 1, value: 1.5 };
        assert_eq!(regional_table(&miller_blair(), &ones, &[1.0, 1.5]), Err(beyond));
    }
}
