//! Multipliers of jobs, income, value added or emissions: what final demand for a sector calls for over all rounds.

use super::InputOutput;
use crate::Matrix;

/// Why there are no multipliers.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum MultipliersError {
    /// The figures or the inverse are of another number of sectors.
    #[error("figures of {sectors} sectors, unlike the table")]
    SectorsDiffer {
        /// Sectors of the figures or of the inverse.
        sectors: usize,
    },
    /// The figure is not finite, or a sector without output has one.
    #[error("sector {sector}: {value} is not a figure of it")]
    InvalidFigure {
        /// The sector.
        sector: usize,
        /// The figure.
        value: f64,
    },
}

/// Multipliers of one figure (jobs, say) by sector.
#[derive(Debug, Clone, PartialEq)]
pub struct Multipliers {
    /// The figure for one unit of the sector's own output.
    pub direct: Vec<f64>,
    /// The figure in all sectors for one unit of final demand for the sector.
    pub total: Vec<f64>,
    /// Total over direct, type I; `None` where the sector has none itself.
    pub type_one: Vec<Option<f64>>,
}

/// Computes the multipliers of a figure.
///
/// ```text
/// direct[j] = F[j] / x[j]        total[j] = sum over i of direct[i] L[i, j]        type I = total / direct
/// ```
///
/// # Shapes and units
///
/// - `inverse`: of Leontief, for the same table.
/// - `figures`: by sector, in any unit.
///
/// # Errors
///
/// Another number of sectors, a figure that is not finite, or one of a sector without output.
///
/// # Source
///
/// Miller and Blair (2009), Input-Output Analysis, chapter 6; pymrio's S and M.
pub fn multipliers(table: &InputOutput, inverse: &Matrix, figures: &[f64]) -> Result<Multipliers, MultipliersError> {
    let n = table.n_sectors();
    for sectors in [figures.len(), inverse.n_rows(), inverse.n_columns()] {
        if sectors != n {
            return Err(MultipliersError::SectorsDiffer { sectors });
        }
    }
    let outputs = table.outputs();
    let invalid =
        |sector: &usize| !figures[*sector].is_finite() || (outputs[*sector] == 0.0 && figures[*sector] != 0.0);
    if let Some(sector) = (0..n).find(invalid) {
        return Err(MultipliersError::InvalidFigure { sector, value: figures[sector] });
    }
    let per_unit = |(figure, output): (&f64, &f64)| if *output > 0.0 { figure / output } else { 0.0 };
    let direct: Vec<f64> = figures.iter().zip(outputs).map(per_unit).collect();
    let mut total = vec![0.0; n];
    for (own, row) in direct.iter().zip(inverse.rows()) {
        total.iter_mut().zip(row).for_each(|(sum, cell)| *sum += own * cell);
    }
    let type_one = total.iter().zip(&direct).map(|(all, own)| (*own != 0.0).then(|| all / own)).collect();
    Ok(Multipliers { direct, total, type_one })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::input_output::tests::miller_blair;
    use super::super::leontief_inverse;
    use super::*;

    #[test]
    fn counts_jobs_of_all_rounds() {
        let table = miller_blair();
        let inverse = leontief_inverse(&table).unwrap();
        let own = multipliers(&table, &inverse, &[300.0, 0.0]).unwrap();
        assert_eq!(own.direct, [0.3, 0.0]);
        assert!((own.total[1] - 0.3 * inverse.get(0, 1)).abs() < 1e-15);
        assert!((own.type_one[0].unwrap() - inverse.get(0, 0)).abs() < 1e-15);
        assert_eq!(own.type_one[1], None);
        // Primary inputs for one unit of final demand are that unit.
        let primary = multipliers(&table, &inverse, &[650.0, 1400.0]).unwrap();
        assert!(primary.total.iter().all(|total| (total - 1.0).abs() < 1e-12));
    }

    #[test]
    fn refuses_figures_of_others() {
        let table = miller_blair();
        let inverse = leontief_inverse(&table).unwrap();
        let sectors = MultipliersError::SectorsDiffer { sectors: 1 };
        assert_eq!(multipliers(&table, &inverse, &[1.0]), Err(sectors));
        let refused = multipliers(&table, &inverse, &[1.0, f64::NAN]);
        assert!(matches!(refused, Err(MultipliersError::InvalidFigure { sector: 1, .. })));
    }
}
