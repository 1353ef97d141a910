//! Hypothetical extraction: what would be lost if sectors were not there.

use faer::Mat;
use faer::linalg::solvers::Solve as _;

use super::InputOutput;
use crate::Matrix;

/// Why nothing can be taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ExtractionError {
    /// No sector is named, one is named twice, or one is not there.
    #[error("sector {sector} cannot be taken out, or is taken out already")]
    InvalidSector {
        /// The sector, or the number of sectors where none is named.
        sector: usize,
    },
    /// The inverses are of another number of sectors.
    #[error("inverses of {sectors} sectors, unlike the table")]
    SectorsDiffer {
        /// Sectors of an inverse.
        sectors: usize,
    },
}

/// Output that is lost when sectors are taken out, by sector.
#[derive(Debug, Clone, PartialEq)]
pub struct Extraction {
    /// When they disappear altogether, their own output included.
    pub total: Vec<f64>,
    /// When they buy nothing from any sector and final demand stays.
    pub backward: Vec<f64>,
    /// When they sell nothing to any sector and primary inputs stay.
    pub forward: Vec<f64>,
}

/// Takes sectors out and computes the output that is lost.
///
/// With S the sectors that are taken out, f final demand and v primary inputs:
///
/// ```text
/// total    = x - (1 - A without rows and columns S)^-1 f without S  = L[., S] y,       y = L[S, S]^-1 x[S]
/// backward = x - (1 - A without columns S)^-1 f                     = (L - 1)[., S] y
/// forward  = x - v (1 - B without rows S)^-1                        = z (G - 1)[S, .], z = x[S] G[S, S]^-1
/// ```
///
/// so that no further inverse of the whole is needed.
///
/// # Shapes and units
///
/// - `leontief`, `ghosh`: the inverses of the table.
/// - `sectors`: positions, each once.
/// - returns: losses by sector in the unit of output, not negative. Taking out all of them loses all output.
///
/// # Errors
///
/// No sector, one that is not there or is named twice, or inverses of other tables.
///
/// # Source
///
/// Paelinck, de Caevel and Degueldre (1965); Dietzenbacher and van der Linden (1997), Journal of Regional Science 37(2),
/// 235-257; Miller and Lahr (2001), in Lahr and Miller, Regional Science Perspectives in Economic Analysis, 407-441.
pub fn extract(
    table: &InputOutput,
    leontief: &Matrix,
    ghosh: &Matrix,
    sectors: &[usize],
) -> Result<Extraction, ExtractionError> {
    let n = table.n_sectors();
    for inverse in [leontief, ghosh] {
        if let Some(&sectors) = [inverse.n_rows(), inverse.n_columns()].iter().find(|&&own| own != n) {
            return Err(ExtractionError::SectorsDiffer { sectors });
        }
    }
    if sectors.is_empty() {
        return Err(ExtractionError::InvalidSector { sector: 0 });
    }
    let is_further = |at: &usize| sectors[*at] < n && !sectors[..*at].contains(&sectors[*at]);
    if let Some(at) = (0..sectors.len()).find(|at| !is_further(at)) {
        return Err(ExtractionError::InvalidSector { sector: sectors[at] });
    }
    let own: Vec<f64> = sectors.iter().map(|&sector| table.outputs()[sector]).collect();
    let called = solve(|row, column| leontief.get(sectors[row], sectors[column]), &own);
    let allowed = solve(|row, column| ghosh.get(sectors[column], sectors[row]), &own);
    let sum = |weights: &[f64], cell: &dyn Fn(usize) -> f64| {
        let terms = weights.iter().zip(sectors).map(|(weight, &sector)| weight * cell(sector));
        terms.sum::<f64>().max(0.0)
    };
    let unit = |one: usize, other: usize| if one == other { 1.0 } else { 0.0 };
    Ok(Extraction {
        total: (0..n).map(|row| sum(&called, &|sector| leontief.get(row, sector))).collect(),
        backward: (0..n).map(|row| sum(&called, &|sector| leontief.get(row, sector) - unit(row, sector))).collect(),
        forward: (0..n).map(|at| sum(&allowed, &|sector| ghosh.get(sector, at) - unit(sector, at))).collect(),
    })
}

/// Solves a small system, whose matrix is a block of an inverse of a productive table and so regular.
fn solve(cell: impl Fn(usize, usize) -> f64, right: &[f64]) -> Vec<f64> {
    let n = right.len();
    let matrix = Mat::from_fn(n, n, cell);
    let right = Mat::from_fn(n, 1, |row, _| right[row]);
    let solved = matrix.partial_piv_lu().solve(&right);
    (0..n).map(|row| solved[(row, 0)]).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::input_output::tests::miller_blair;
    use super::super::{ghosh_inverse, leontief_inverse};
    use super::*;

    fn of(sectors: &[usize]) -> Result<Extraction, ExtractionError> {
        let table = miller_blair();
        extract(&table, &leontief_inverse(&table).unwrap(), &ghosh_inverse(&table).unwrap(), sectors)
    }

    fn close(a: &[f64], b: &[f64]) -> bool {
        a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-9)
    }

    #[test]
    fn without_one_sector_the_other_serves_final_demand_alone() {
        // Sector 1 alone: 1700/(1 - 0.05).
        let own = of(&[0]).unwrap();
        assert!(close(&own.total, &[1000.0, 2000.0 - 1700.0 / 0.95]), "{own:?}");
        // Sector 0 buys nothing: x1 = 1700/0.95, x0 = 350 + 0.25 x1.
        let x1 = 1700.0 / 0.95;
        assert!(close(&own.backward, &[1000.0 - 350.0 - 0.25 * x1, 2000.0 - x1]), "{own:?}");
        // Sector 0 sells nothing: x1 = 1400/0.95, x0 = 650 + 0.1 x1.
        let x1 = 1400.0 / 0.95;
        assert!(close(&own.forward, &[1000.0 - 650.0 - 0.1 * x1, 2000.0 - x1]), "{own:?}");
    }

    #[test]
    fn without_any_sector_everything_is_lost() {
        assert!(close(&of(&[1, 0]).unwrap().total, &[1000.0, 2000.0]));
    }

    #[test]
    fn refuses_what_is_not_there() {
        for (sectors, sector) in [(&[][..], 0), (&[2], 2), (&[1, 1], 1)] {
            assert_eq!(of(sectors), Err(ExtractionError::InvalidSector { sector }));
        }
        let table = miller_blair();
        let small = Matrix::try_new(vec![1.0], 1).unwrap();
        let refused = extract(&table, &small, &small, &[0]);
        assert_eq!(refused, Err(ExtractionError::SectorsDiffer { sectors: 1 }));
    }
}
