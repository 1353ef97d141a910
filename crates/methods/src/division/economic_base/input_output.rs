//! An input-output table: what sectors sell to each other and what they make in all.

use crate::Matrix;

/// Why numbers are not an input-output table.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum InputOutputError {
    /// The flows are not between as many sectors as there are outputs.
    #[error("flows of {rows} x {columns} for {outputs} sectors")]
    ShapesDiffer {
        /// Rows of the flows.
        rows: usize,
        /// Columns of the flows.
        columns: usize,
        /// Outputs.
        outputs: usize,
    },
    /// The flow is negative, NaN or infinite.
    #[error("the flow from sector {from} to {to} is {value}")]
    InvalidFlow {
        /// Row of the seller.
        from: usize,
        /// Column of the buyer.
        to: usize,
        /// The flow.
        value: f64,
    },
    /// The output, or the final demand, is not finite, or the output is negative.
    #[error("the output of sector {sector} is {value}")]
    InvalidOutput {
        /// The sector.
        sector: usize,
        /// The output.
        value: f64,
    },
    /// The sector makes nothing, and sells or buys all the same.
    #[error("sector {sector} sells or buys without an output")]
    OutputMissing {
        /// The sector.
        sector: usize,
    },
}

/// Flows between sectors with outputs: finite, not negative, and none of a sector without an output.
#[derive(Debug, Clone, PartialEq)]
pub struct InputOutput {
    flows: Matrix,
    outputs: Vec<f64>,
}

impl InputOutput {
    /// Checks flows (row sells to column) and outputs, all in one unit of money.
    ///
    /// # Errors
    ///
    /// Shapes that differ, the first flow or output that is none, or a sector that sells or buys without an output.
    pub fn try_new(flows: Matrix, outputs: Vec<f64>) -> Result<Self, InputOutputError> {
        let (rows, columns) = (flows.n_rows(), flows.n_columns());
        if rows != outputs.len() || columns != outputs.len() {
            return Err(InputOutputError::ShapesDiffer { rows, columns, outputs: outputs.len() });
        }
        if let Some(at) = flows.cells().iter().position(|flow| !flow.is_finite() || *flow < 0.0) {
            return Err(InputOutputError::InvalidFlow {
                from: at / columns,
                to: at % columns,
                value: flows.cells()[at],
            });
        }
        if let Some(sector) = outputs.iter().position(|output| !output.is_finite() || *output < 0.0) {
            return Err(InputOutputError::InvalidOutput { sector, value: outputs[sector] });
        }
        let trades = |sector: usize| {
            flows.row(sector).iter().any(|flow| *flow > 0.0) || flows.column(sector).any(|flow| flow > 0.0)
        };
        if let Some(sector) = (0..rows).find(|&sector| outputs[sector] == 0.0 && trades(sector)) {
            return Err(InputOutputError::OutputMissing { sector });
        }
        Ok(Self { flows, outputs })
    }

    /// Adds final demand, which may be negative where stocks are drawn down, to the flows of each row to its output.
    ///
    /// # Errors
    ///
    /// As [`InputOutput::try_new`].
    pub fn with_final_demand(flows: Matrix, demand: &[f64]) -> Result<Self, InputOutputError> {
        let (rows, columns) = (flows.n_rows(), flows.n_columns());
        if rows != demand.len() {
            return Err(InputOutputError::ShapesDiffer { rows, columns, outputs: demand.len() });
        }
        let outputs = flows.rows().zip(demand).map(|(row, demand)| row.iter().sum::<f64>() + demand).collect();
        Self::try_new(flows, outputs)
    }

    /// Number of sectors, at least one.
    pub fn n_sectors(&self) -> usize {
        self.outputs.len()
    }

    /// Flows, row sells to column.
    pub fn flows(&self) -> &Matrix {
        &self.flows
    }

    /// Output of each sector.
    pub fn outputs(&self) -> &[f64] {
        &self.outputs
    }

    /// Input coefficients: what each column buys from each row for one unit of its output; 0 for a sector without output.
    ///
    /// ```text
    /// A[i, j] = Z[i, j] / x[j]
    /// ```
    ///
    /// # Source
    ///
    /// Leontief (1936), Review of Economics and Statistics 18(3), 105-125.
    pub fn input_coefficients(&self) -> Matrix {
        self.coefficients(|_, to| to)
    }

    /// Allocation coefficients: what part of its output each row sells to each column; 0 for a sector without output.
    ///
    /// ```text
    /// B[i, j] = Z[i, j] / x[i]
    /// ```
    ///
    /// # Source
    ///
    /// Ghosh (1958), Economica 25(97), 58-64.
    pub fn allocation_coefficients(&self) -> Matrix {
        self.coefficients(|from, _| from)
    }

    /// Flows over the output of the sector that `by` picks of seller and buyer.
    fn coefficients(&self, by: fn(usize, usize) -> usize) -> Matrix {
        let n = self.n_sectors();
        Matrix::from_fn(n, n, |from, to| {
            let output = self.outputs[by(from, to)];
            if output > 0.0 { self.flows.get(from, to) / output } else { 0.0 }
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(super) mod tests {
    use super::*;

    /// Two sectors of Miller and Blair (2009), table 2.3: A = (0.15 0.25; 0.20 0.05).
    pub(in crate::division::economic_base) fn miller_blair() -> InputOutput {
        let flows = Matrix::try_new(vec![150.0, 500.0, 200.0, 100.0], 2).unwrap();
        InputOutput::with_final_demand(flows, &[350.0, 1700.0]).unwrap()
    }

    #[test]
    fn divides_by_buyer_or_seller() {
        let table = miller_blair();
        assert_eq!(table.outputs(), [1000.0, 2000.0]);
        assert_eq!(table.input_coefficients().cells(), [0.15, 0.25, 0.2, 0.05]);
        assert_eq!(table.allocation_coefficients().cells(), [0.15, 0.5, 0.1, 0.05]);
    }

    #[test]
    fn a_sector_without_output_is_left_alone() {
        let flows = Matrix::try_new(vec![1.0, 0.0, 0.0, 0.0], 2).unwrap();
        let table = InputOutput::try_new(flows, vec![2.0, 0.0]).unwrap();
        assert_eq!(table.input_coefficients().cells(), [0.5, 0.0, 0.0, 0.0]);
        let flows = Matrix::try_new(vec![1.0, 1.0, 0.0, 0.0], 2).unwrap();
        let missing = InputOutputError::OutputMissing { sector: 1 };
        assert_eq!(InputOutput::try_new(flows, vec![2.0, 0.0]), Err(missing));
    }

    #[test]
    fn refuses_what_is_no_table() {
        let of = |cells: &[f64], outputs: &[f64]| {
            InputOutput::try_new(Matrix::try_new(cells.to_vec(), 2).unwrap(), outputs.to_vec()).unwrap_err()
        };
        let shapes = InputOutputError::ShapesDiffer { rows: 1, columns: 2, outputs: 2 };
        assert_eq!(of(&[1.0, 1.0], &[1.0, 1.0]), shapes);
        let flow = InputOutputError::InvalidFlow { from: 1, to: 0, value: -1.0 };
        assert_eq!(of(&[1.0, 1.0, -1.0, 1.0], &[1.0, 1.0]), flow);
        let output = InputOutputError::InvalidOutput { sector: 1, value: -1.0 };
        assert_eq!(of(&[1.0; 4], &[1.0, -1.0]), output);
    }
}
