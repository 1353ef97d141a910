//! Households in an input-output table: incomes rise with outputs and are spent again.

use super::inverse::of_coefficients;
use super::{InputOutput, InverseError};
use crate::Matrix;

/// Why numbers are not households of a table.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum HouseholdsError {
    /// There is not one income and one consumption for every sector.
    #[error("households of {sectors} sectors, unlike the table")]
    SectorsDiffer {
        /// Sectors of the incomes, or of the consumption.
        sectors: usize,
    },
    /// The income is negative or not finite, or a sector without output pays it.
    #[error("sector {sector} pays an income of {value}")]
    InvalidIncome {
        /// The sector.
        sector: usize,
        /// The income.
        value: f64,
    },
    /// The consumption is negative or not finite.
    #[error("households buy {value} from sector {sector}")]
    InvalidConsumption {
        /// The sector.
        sector: usize,
        /// The consumption.
        value: f64,
    },
    /// Income among households is negative or not finite, or all income is not above 0 or less than what is paid.
    #[error("{value} is no income of households, who are paid {paid}")]
    InvalidTotal {
        /// The income.
        value: f64,
        /// What sectors and households pay.
        paid: f64,
    },
    /// Incomes call for at least as much income again.
    #[error(transparent)]
    Inverse(#[from] InverseError),
}

/// What sectors pay to households and what these buy, in the unit of the table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Households<'a> {
    /// Labour income that each sector pays.
    pub income: &'a [f64],
    /// What households buy from each sector.
    pub consumption: &'a [f64],
    /// Income that households pay each other.
    pub own: f64,
    /// All income of households, which consumption is spread over; `None` for what sectors and households pay.
    pub total: Option<f64>,
}

/// What a unit of final demand calls for where households spend again what they earn.
#[derive(Debug, Clone, PartialEq)]
pub struct ClosedInverse {
    /// Output of the row that one unit of final demand for the column calls for, sectors x sectors.
    pub sectors: Matrix,
    /// Income of households in all rounds that one unit of final demand for each sector calls for.
    pub incomes: Vec<f64>,
}

impl ClosedInverse {
    /// Output of all sectors that one unit of final demand for each calls for: the truncated output multiplier.
    pub fn output_multipliers(&self) -> Vec<f64> {
        let mut sums = vec![0.0; self.incomes.len()];
        self.sectors.rows().for_each(|row| sums.iter_mut().zip(row).for_each(|(sum, cell)| *sum += cell));
        sums
    }
}

/// Computes the inverse of Leontief of a table that is closed with respect to households.
///
/// Households are a further sector that sells labour and buys consumption. With w the incomes, c the consumption, h what
/// households pay each other and y all their income:
///
/// ```text
/// A' = (A        c[i] / y)        L' = (1 - A')^-1
///      (w[j]/x[j]    h / y)
/// ```
///
/// The figure of all sectors for one unit of final demand by this inverse, over the figure for one unit of output, is the
/// multiplier of type II; without households it is of type I (see [`multipliers`](super::multipliers())).
///
/// # Shapes and units
///
/// - `households`: by sector, in the table's unit of money.
/// - returns: not below the inverse of the open table in any cell; the row of households apart.
///
/// # Errors
///
/// Another number of sectors, incomes or consumption that are none, a total below what is paid, and households who spend so
/// much that rounds have no end.
///
/// # Source
///
/// Miller and Blair (2009), Input-Output Analysis, sections 2.5 and 6.2.
pub fn closed_inverse(table: &InputOutput, households: &Households<'_>) -> Result<ClosedInverse, HouseholdsError> {
    let n = table.n_sectors();
    let all = check(table, households)?;
    let open = table.input_coefficients();
    let outputs = table.outputs();
    let paid = |sector: usize| if outputs[sector] > 0.0 { households.income[sector] / outputs[sector] } else { 0.0 };
    let coefficients = Matrix::from_fn(n + 1, n + 1, |row, column| match (row == n, column == n) {
        (false, false) => open.get(row, column),
        (false, true) => households.consumption[row] / all,
        (true, false) => paid(column),
        (true, true) => households.own / all,
    });
    let closed = of_coefficients(&coefficients)?;
    Ok(ClosedInverse {
        sectors: Matrix::from_fn(n, n, |row, column| closed.get(row, column)),
        incomes: closed.row(n)[..n].to_vec(),
    })
}

/// Refuses what are no households; returns all of their income.
fn check(table: &InputOutput, households: &Households<'_>) -> Result<f64, HouseholdsError> {
    let Households { income, consumption, own, total } = *households;
    for sectors in [income.len(), consumption.len()] {
        if sectors != table.n_sectors() {
            return Err(HouseholdsError::SectorsDiffer { sectors });
        }
    }
    let is_amount = |value: f64| value.is_finite() && value >= 0.0;
    let mut pairs = income.iter().zip(table.outputs());
    if let Some(sector) = pairs.position(|(&value, &output)| !is_amount(value) || (value > 0.0 && output == 0.0)) {
        return Err(HouseholdsError::InvalidIncome { sector, value: income[sector] });
    }
    if let Some(sector) = consumption.iter().position(|&value| !is_amount(value)) {
        return Err(HouseholdsError::InvalidConsumption { sector, value: consumption[sector] });
    }
    let paid = income.iter().sum::<f64>() + own;
    let all = total.unwrap_or(paid);
    // Sums of the caller's may be added up in another order.
    if !(is_amount(own) && all.is_finite() && all > 0.0 && all >= paid * (1.0 - 1e-9)) {
        return Err(HouseholdsError::InvalidTotal { value: if is_amount(own) { all } else { own }, paid });
    }
    Ok(all)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::input_output::tests::miller_blair;
    use super::super::{leontief_inverse, multipliers};
    use super::*;

    /// The households of Miller and Blair (2009), section 2.5: A' = (0.15 0.25 0.05; 0.20 0.05 0.40; 0.30 0.25 0.05).
    const HOUSEHOLDS: Households<'static> =
        Households { income: &[300.0, 500.0], consumption: &[50.0, 400.0], own: 50.0, total: Some(1000.0) };

    #[test]
    fn matches_the_textbook() {
        let closed = closed_inverse(&miller_blair(), &HOUSEHOLDS).unwrap();
        // Printed there: 1.365 0.425, 0.527 1.348 and, of households, 0.570 0.489.
        let printed = [1.365, 0.425, 0.527, 1.348];
        assert!(closed.sectors.cells().iter().zip(printed).all(|(cell, of)| (cell - of).abs() < 6e-4), "{closed:?}");
        assert!(closed.incomes.iter().zip([0.570, 0.489]).all(|(income, of)| (income - of).abs() < 6e-4));
        let outputs = closed.output_multipliers();
        assert!(outputs.iter().zip([1.892, 1.773]).all(|(output, of)| (output - of).abs() < 1e-3));
    }

    #[test]
    fn type_two_of_incomes_is_one_factor_beyond_type_one() {
        // Without income among households, type II over type I of income is the same for all sectors.
        let (table, households) = (miller_blair(), Households { own: 0.0, ..HOUSEHOLDS });
        let closed = closed_inverse(&table, &households).unwrap();
        let one = multipliers(&table, &leontief_inverse(&table).unwrap(), households.income).unwrap();
        let two = multipliers(&table, &closed.sectors, households.income).unwrap();
        let factor = |sector: usize| two.total[sector] / one.total[sector];
        assert!((factor(0) - factor(1)).abs() < 1e-12 && factor(0) > 1.0);
        assert!(two.total.iter().zip(&closed.incomes).all(|(all, income)| (all - income).abs() < 1e-12));
    }

    #[test]
    fn households_who_buy_nothing_change_nothing() {
        let (table, saving) = (miller_blair(), Households { consumption: &[0.0; 2], own: 0.0, ..HOUSEHOLDS });
        let closed = closed_inverse(&table, &saving).unwrap();
        let open = leontief_inverse(&table).unwrap();
        assert!(closed.sectors.cells().iter().zip(open.cells()).all(|(closed, open)| (closed - open).abs() < 1e-14));
    }

    #[test]
    fn refuses_what_are_no_households() {
        let refused = |households: Households<'_>| closed_inverse(&miller_blair(), &households).unwrap_err();
        let differ = HouseholdsError::SectorsDiffer { sectors: 1 };
        assert_eq!(refused(Households { income: &[1.0], ..HOUSEHOLDS }), differ);
        assert_eq!(refused(Households { consumption: &[1.0], ..HOUSEHOLDS }), differ);
        let income = HouseholdsError::InvalidIncome { sector: 1, value: -1.0 };
        assert_eq!(refused(Households { income: &[0.0, -1.0], ..HOUSEHOLDS }), income);
        let bought = HouseholdsError::InvalidConsumption { sector: 0, value: f64::INFINITY };
        assert_eq!(refused(Households { consumption: &[f64::INFINITY, 1.0], ..HOUSEHOLDS }), bought);
        let total = HouseholdsError::InvalidTotal { value: 849.0, paid: 850.0 };
        assert_eq!(refused(Households { total: Some(849.0), ..HOUSEHOLDS }), total);
        let nothing = Households { income: &[0.0; 2], own: 0.0, total: None, ..HOUSEHOLDS };
        assert_eq!(refused(nothing), HouseholdsError::InvalidTotal { value: 0.0, paid: 0.0 });
        let endless = Households { consumption: &[900.0, 1200.0], total: None, ..HOUSEHOLDS };
        assert_eq!(refused(endless), InverseError::NotProductive.into());
    }
}
