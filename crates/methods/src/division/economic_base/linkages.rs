//! Linkages: how strongly a sector pulls those before it and pushes those behind it.

use super::InputOutput;
use crate::Matrix;
use crate::stats::{Spread, mean_and_deviation};

/// Where a sector stands by its linkages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SectorKind {
    /// Both above the mean: a key sector.
    Key,
    /// Only the backward linkage is above the mean: it depends on demand between sectors.
    Backward,
    /// Only the forward linkage is above the mean: it depends on supply.
    Forward,
    /// Neither is above the mean.
    Weak,
}

/// Linkages of one sector.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Linkages {
    /// What it buys from sectors for one unit of output: column sum of A.
    pub direct_backward: f64,
    /// Part of its output that it sells to sectors: row sum of B.
    pub direct_forward: f64,
    /// Output multiplier: column sum of L, at least 1.
    pub output_multiplier: f64,
    /// Supply multiplier: row sum of G, at least 1.
    pub supply_multiplier: f64,
    /// Output multiplier over its mean: the power of dispersion.
    pub backward: f64,
    /// Supply multiplier over its mean.
    pub forward: f64,
    /// Row sum of L over the mean of row sums: Rasmussen's sensitivity of dispersion.
    pub sensitivity: f64,
    /// Coefficient of variation of its column of L: high where it pulls few sectors; `None` for a single sector.
    pub backward_spread: Option<f64>,
    /// The same of its row of G.
    pub forward_spread: Option<f64>,
    /// By `backward` and `forward`.
    pub kind: SectorKind,
}

/// Computes the linkages of every sector.
///
/// ```text
/// backward[j] = sum over i of L[i, j] / mean        forward[i] = sum over j of G[i, j] / mean
/// ```
///
/// # Shapes and units
///
/// - `leontief`, `ghosh`: the inverses of the table, sectors x sectors.
///
/// # Source
///
/// Rasmussen (1956), Studies in Inter-Sectoral Relations; Hirschman (1958), The Strategy of Economic Development; forward
/// linkages by Ghosh's inverse after Jones (1976), Quarterly Journal of Economics 90(2), 323-333.
pub fn linkages(table: &InputOutput, leontief: &Matrix, ghosh: &Matrix) -> Vec<Linkages> {
    let (inputs, allocation) = (table.input_coefficients(), table.allocation_coefficients());
    let n = table.n_sectors().min(leontief.n_rows()).min(ghosh.n_rows());
    let pulls: Vec<f64> = (0..n).map(|sector| leontief.column(sector).sum()).collect();
    let pushes: Vec<f64> = (0..n).map(|sector| ghosh.row(sector).iter().sum()).collect();
    let needed: Vec<f64> = (0..n).map(|sector| leontief.row(sector).iter().sum()).collect();
    let mean = |sums: &[f64]| sums.iter().sum::<f64>() / n as f64;
    let (pull, push, need) = (mean(&pulls), mean(&pushes), mean(&needed));
    let of = |sector: usize| {
        let (backward, forward) = (pulls[sector] / pull, pushes[sector] / push);
        Linkages {
            direct_backward: inputs.column(sector).sum(),
            direct_forward: allocation.row(sector).iter().sum(),
            output_multiplier: pulls[sector],
            supply_multiplier: pushes[sector],
            backward,
            forward,
            sensitivity: needed[sector] / need,
            backward_spread: variation(&leontief.column(sector).collect::<Vec<_>>()),
            forward_spread: variation(ghosh.row(sector)),
            kind: match (backward > 1.0, forward > 1.0) {
                (true, true) => SectorKind::Key,
                (true, false) => SectorKind::Backward,
                (false, true) => SectorKind::Forward,
                (false, false) => SectorKind::Weak,
            },
        }
    };
    (0..n).map(of).collect()
}

/// Standard deviation with n - 1 over the mean, which is positive.
fn variation(cells: &[f64]) -> Option<f64> {
    let (mean, deviation) = mean_and_deviation(cells, Spread::Sample)?;
    Some(deviation / mean)
}

#[cfg(test)]
#[allow(clippy::panic, clippy::unwrap_used)]
mod tests {
    use super::super::input_output::tests::miller_blair;
    use super::super::{ghosh_inverse, leontief_inverse};
    use super::*;

    #[test]
    fn adds_columns_of_leontief_and_rows_of_ghosh() {
        let table = miller_blair();
        let linked = linkages(&table, &leontief_inverse(&table).unwrap(), &ghosh_inverse(&table).unwrap());
        let [first, second] = linked.as_slice() else { panic!("two sectors") };
        assert!((first.output_multiplier - 1.15 / 0.7575).abs() < 1e-12);
        assert!((first.supply_multiplier - 1.45 / 0.7575).abs() < 1e-12);
        assert!((first.direct_backward - 0.35).abs() < 1e-15 && (first.direct_forward - 0.65).abs() < 1e-15);
        assert!((first.backward + second.backward - 2.0).abs() < 1e-12);
        assert_eq!((first.kind, second.kind), (SectorKind::Key, SectorKind::Weak));
        assert!(first.backward_spread.unwrap() > second.backward_spread.unwrap());
        assert!((first.sensitivity - 1.2 / 1.125).abs() < 1e-12);
    }

    #[test]
    fn a_single_sector_has_no_spread() {
        let table = InputOutput::try_new(Matrix::try_new(vec![1.0], 1).unwrap(), vec![2.0]).unwrap();
        let linked = linkages(&table, &leontief_inverse(&table).unwrap(), &ghosh_inverse(&table).unwrap());
        assert_eq!((linked[0].backward_spread, linked[0].kind), (None, SectorKind::Weak));
    }
}
