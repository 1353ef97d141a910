//! The cluster index of Litzenberger and Sternberg: an industry's density, specialisation and number of firms in one figure.

use crate::AmountRows;
use crate::amounts::check_amount;

/// Why there are no cluster indices.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum ClusterIndexError {
    /// Areas, population or firms are of other regions or industries.
    #[error("areas, population or firms are of other regions or industries than the amounts")]
    ShapesDiffer,
    /// The area or population is not a positive amount.
    #[error("region {region}: {value} is not a positive area or population")]
    InvalidSize {
        /// Position of the region.
        region: usize,
        /// The area or population.
        value: f64,
    },
}

/// Computes the cluster index of every industry in every region.
///
/// With areas a, population p and firms b:
///
/// ```text
/// CI[r, i] = (E[r, i]/a[r]) / (E[i]/a) * (E[r, i]/p[r]) / (E[i]/p) / ((E[r, i]/b[r, i]) / (E[i]/b[i]))
///          = (E[r, i]/E[i]) * (b[r, i]/b[i]) * (a/a[r]) * (p/p[r])
/// ```
///
/// The second line is defined where firms have no amount: 0, not 0/0.
///
/// # Shapes and units
///
/// - `amounts`, `firms`: regions x industries.
/// - `areas`, `population`: by region, positive, each in one unit; a and p are their sums.
/// - returns: region by region, 1 at the mean. `None` where the industry or its firms are nowhere, or where an amount has no
///   firm.
///
/// # Errors
///
/// Shapes that differ, and the first area or population that is not positive.
///
/// # Source
///
/// Litzenberger and Sternberg (2006), Geographische Zeitschrift 94(4), 209-224. REAT's `litzenberger` gives 0/0 where firms
/// have no amount.
pub fn cluster_index(
    amounts: &AmountRows<'_>,
    firms: &AmountRows<'_>,
    areas: &[f64],
    population: &[f64],
) -> Result<Vec<Option<f64>>, ClusterIndexError> {
    let (regions, industries) = (amounts.n_regions(), amounts.n_industries());
    let same = (firms.n_regions(), firms.n_industries()) == (regions, industries);
    if !same || areas.len() != regions || population.len() != regions {
        return Err(ClusterIndexError::ShapesDiffer);
    }
    for sizes in [areas, population] {
        if let Some(region) = sizes.iter().position(|&size| size == 0.0 || check_amount(size).is_err()) {
            return Err(ClusterIndexError::InvalidSize { region, value: sizes[region] });
        }
    }
    let totals = [amounts, firms].map(AmountRows::industry_totals);
    let (area, people): (f64, f64) = (areas.iter().sum(), population.iter().sum());
    let mut cells = Vec::with_capacity(regions * industries);
    for region in 0..regions {
        let sparseness = (area / areas[region]) * (people / population[region]);
        for industry in 0..industries {
            let share = |of: &AmountRows<'_>, totals: &[f64]| {
                let (own, total) = (of.region(region)[industry], totals[industry]);
                (total > 0.0).then(|| own / total)
            };
            let is_held = amounts.region(region)[industry] == 0.0 || firms.region(region)[industry] > 0.0;
            let shares = share(amounts, &totals[0]).zip(share(firms, &totals[1])).filter(|_| is_held);
            cells.push(shares.map(|(amount, firm)| amount * firm * sparseness).filter(|index| index.is_finite()));
        }
    }
    Ok(cells)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::Amounts;

    fn of(amounts: &[f64], firms: &[f64], areas: &[f64]) -> Result<Vec<Option<f64>>, ClusterIndexError> {
        let table = |cells: &[f64]| Amounts::try_new(cells.to_vec(), 1).unwrap();
        let (amounts, firms) = (table(amounts), table(firms));
        cluster_index(&AmountRows::of(&amounts), &AmountRows::of(&firms), areas, &[1.0, 3.0])
    }

    #[test]
    fn is_high_where_much_lies_in_little_space() {
        // (3/4) (1/2) (4/1) (4/1) and (1/4) (1/2) (4/3) (4/3).
        let cells = of(&[3.0, 1.0], &[5.0, 5.0], &[1.0, 3.0]).unwrap();
        assert_eq!(cells[0], Some(6.0));
        assert!((cells[1].unwrap() - 2.0 / 9.0).abs() < 1e-15);
    }

    #[test]
    fn firms_without_an_amount_make_no_cluster() {
        assert_eq!(of(&[0.0, 1.0], &[5.0, 5.0], &[1.0, 3.0]).unwrap()[0], Some(0.0));
        assert_eq!(of(&[1.0, 1.0], &[0.0, 5.0], &[1.0, 3.0]).unwrap()[0], None);
        assert_eq!(of(&[0.0, 0.0], &[5.0, 5.0], &[1.0, 3.0]).unwrap(), [None, None]);
    }

    #[test]
    fn refuses_what_has_no_density() {
        let zero = ClusterIndexError::InvalidSize { region: 1, value: 0.0 };
        assert_eq!(of(&[1.0, 1.0], &[1.0, 1.0], &[1.0, 0.0]), Err(zero));
        assert_eq!(of(&[1.0, 1.0], &[1.0, 1.0], &[1.0]), Err(ClusterIndexError::ShapesDiffer));
    }
}
