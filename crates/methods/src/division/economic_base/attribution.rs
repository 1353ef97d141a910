//! Who causes what: figures of sectors attributed to the final demand that calls for them.

use crate::Matrix;

/// Why nothing can be attributed.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum AttributionError {
    /// Intensities, inverse, demand or groups are not of the same sectors.
    #[error("{sectors} sectors, unlike the inverse")]
    SectorsDiffer {
        /// Number of sectors.
        sectors: usize,
    },
    /// The sector is of a group that has no final demand.
    #[error("sector {sector} is of group {group}, which has no final demand")]
    InvalidGroup {
        /// The sector.
        sector: usize,
        /// The group.
        group: usize,
    },
}

/// A figure (emissions, say) of each group of sectors, by where it arises and by whose demand calls for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribution {
    /// In the group's sectors, whoever's demand it is for: the production account.
    pub production: Vec<f64>,
    /// In all sectors for the group's demand: the consumption account, or footprint.
    pub consumption: Vec<f64>,
    /// Of the consumption account, what arises in other groups' sectors.
    pub imports: Vec<f64>,
    /// Of the production account, what is for other groups' demand.
    pub exports: Vec<f64>,
}

/// Attributes a figure to final demand.
///
/// With s the figure for one unit of output, L the inverse of Leontief and Y final demand by group:
///
/// ```text
/// E[i, g] = s[i] (L Y)[i, g]     production[g] = sum over i in g, h of E[i, h]     consumption[g] = sum over i of E[i, g]
/// ```
///
/// # Shapes and units
///
/// - `intensities`: by sector. `inverse`: sectors x sectors. `demand`: sectors x groups.
/// - `groups`: the group (region) of each sector, among the columns of `demand`.
/// - returns: by group; production + imports = consumption + exports.
///
/// # Errors
///
/// Numbers of sectors that differ, or a sector of a group without demand.
///
/// # Source
///
/// Miller and Blair (2009), Input-Output Analysis, chapter 10; pymrio's D_pba, D_cba, D_imp and D_exp.
pub fn attribute(
    intensities: &[f64],
    inverse: &Matrix,
    demand: &Matrix,
    groups: &[usize],
) -> Result<Attribution, AttributionError> {
    let n = inverse.n_rows();
    for sectors in [inverse.n_columns(), intensities.len(), demand.n_rows(), groups.len()] {
        if sectors != n {
            return Err(AttributionError::SectorsDiffer { sectors });
        }
    }
    let n_groups = demand.n_columns();
    if let Some(sector) = groups.iter().position(|&group| group >= n_groups) {
        return Err(AttributionError::InvalidGroup { sector, group: groups[sector] });
    }
    let zeros = || vec![0.0; n_groups];
    let mut own = Attribution { production: zeros(), consumption: zeros(), imports: zeros(), exports: zeros() };
    let mut called = zeros();
    for (sector, (intensity, row)) in intensities.iter().zip(inverse.rows()).enumerate() {
        called.fill(0.0);
        for (cell, demand) in row.iter().zip(demand.rows()) {
            called.iter_mut().zip(demand).for_each(|(sum, demand)| *sum += cell * demand);
        }
        let home = groups[sector];
        for (group, output) in called.iter().enumerate() {
            let figure = intensity * output;
            own.production[home] += figure;
            own.consumption[group] += figure;
            if group != home {
                own.imports[group] += figure;
                own.exports[home] += figure;
            }
        }
    }
    Ok(own)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::input_output::tests::miller_blair;
    use super::super::leontief_inverse;
    use super::*;

    #[test]
    fn accounts_balance() {
        let inverse = leontief_inverse(&miller_blair()).unwrap();
        let demand = Matrix::try_new(vec![350.0, 0.0, 0.0, 1700.0], 2).unwrap();
        let own = attribute(&[0.5, 0.0], &inverse, &demand, &[0, 1]).unwrap();
        // All arises in group 0, 500 in all; what group 1 calls for is imported by it.
        assert!((own.production[0] - 500.0).abs() < 1e-9 && own.production[1] == 0.0);
        assert!((own.consumption[1] - 0.5 * inverse.get(0, 1) * 1700.0).abs() < 1e-9);
        assert_eq!((own.imports[0], own.exports[0]), (0.0, own.imports[1]));
        for group in 0..2 {
            let left = own.production[group] + own.imports[group];
            assert!((left - own.consumption[group] - own.exports[group]).abs() < 1e-9);
        }
    }

    #[test]
    fn refuses_sectors_of_others() {
        let inverse = leontief_inverse(&miller_blair()).unwrap();
        let demand = Matrix::try_new(vec![1.0, 1.0], 1).unwrap();
        let sectors = AttributionError::SectorsDiffer { sectors: 1 };
        assert_eq!(attribute(&[1.0], &inverse, &demand, &[0, 0]), Err(sectors));
        let group = AttributionError::InvalidGroup { sector: 1, group: 1 };
        assert_eq!(attribute(&[1.0, 1.0], &inverse, &demand, &[0, 1]), Err(group));
    }
}
