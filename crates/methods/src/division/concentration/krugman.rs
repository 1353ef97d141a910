//! Krugman's index of concentration: how unlike other industries an industry is spread over regions.

use crate::division::{KrugmanReference, StructureError, krugman_against};
use crate::{Amounts, AmountsError};

/// Computes Krugman's index of concentration of every industry against a reference.
///
/// ```text
/// K[i] = sum over r of |c[r, i] - reference[r]|,  c[r, i] = E[r, i] / E[i]
/// ```
///
/// # Shapes and units
///
/// - `amounts`: regions x industries.
/// - `reference`: all industries together, the other industries together, or the mean of their shares.
/// - returns: by industry, 0 (spread like the reference) to 2 (where the reference is not).
///
/// # Errors
///
/// The first industry that is nowhere, as the empty "region" of the table turned on its side, or an industry without others.
///
/// # Source
///
/// Krugman (1991), Geography and Trade, MIT Press; the mean of others is REAT's `krugman.conc2`.
pub fn krugman_concentration(amounts: &Amounts, reference: KrugmanReference) -> Result<Vec<f64>, StructureError> {
    match turned(amounts) {
        Ok(industries) => krugman_against(&industries, reference),
        // The same cells in another order are amounts as before.
        Err(_) => Err(StructureError::NothingToCompare),
    }
}

/// Industries by regions.
fn turned(amounts: &Amounts) -> Result<Amounts, AmountsError> {
    let (regions, industries) = (amounts.n_regions(), amounts.n_industries());
    let mut cells = Vec::with_capacity(regions * industries);
    for industry in 0..industries {
        cells.extend(amounts.cells().column(industry));
    }
    Amounts::try_new(cells, regions)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn compares_with_all_or_with_others() {
        // Shares over regions: (3/4, 1/4) and (1/2, 1/2); all together (2/3, 1/3).
        let amounts = Amounts::try_new(vec![6.0, 2.0, 2.0, 2.0], 2).unwrap();
        let of = |reference| krugman_concentration(&amounts, reference).unwrap();
        assert!((of(KrugmanReference::Whole)[0] - 1.0 / 6.0).abs() < 1e-15);
        assert_eq!(of(KrugmanReference::MeanOfOthers), [0.5, 0.5]);
        assert_eq!(of(KrugmanReference::Rest), [0.5, 0.5]);
        let empty = Amounts::try_new(vec![6.0, 0.0, 2.0, 0.0], 2).unwrap();
        let nowhere = krugman_concentration(&empty, KrugmanReference::Whole);
        assert_eq!(nowhere, Err(StructureError::EmptyRegion { region: 1 }));
    }
}
