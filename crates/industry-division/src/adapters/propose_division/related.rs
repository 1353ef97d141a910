//! What follows from industries being present in the same regions: how near regions are to industries, and complexity.

use growthpole_contracts::{Reason, Refusal};
use growthpole_domain::Panel;
use growthpole_methods::division::{
    ComplexityError, Presence, RelatednessError, Standardization, complexity_index, proximity, relatedness_density,
    revealed_presence_cell,
};
use growthpole_methods::{Amounts, Matrix, Progress};
use growthpole_worker_kit::refuse;

use super::terms::DensityOptions;
use crate::reading::{amounts, benchmark_amounts};

/// Which industries are present in which regions of a level, as far as they are in any.
struct Present {
    presence: Presence,
    /// Columns of the panel that are present somewhere.
    columns: Vec<usize>,
}

impl Present {
    /// The regions of `all`, which has the industries of `cluster` and whose benchmark is that of `cluster`; nothing where no
    /// industry is present anywhere.
    fn of(all: &Panel, cluster: &Panel, threshold: f64) -> Result<Option<Self>, Refusal> {
        let rows: Vec<usize> = (0..all.axes.regions.len()).collect();
        let (own, whole) = (amounts(all, 0, &rows)?, benchmark_amounts(cluster, 0)?);
        let present = present(&own, &whole, threshold);
        let n = own.n_industries();
        let columns: Vec<usize> =
            (0..n).filter(|&column| present.iter().skip(column).step_by(n).any(|&present| present)).collect();
        let presence = Presence::try_new(&chosen(&present, n, &columns), columns.len());
        Ok(presence.ok().map(|presence| Self { presence, columns }))
    }
}

/// Proximities of industries.
#[derive(Debug)]
pub(crate) struct Density {
    /// Columns of the cluster's panel that have proximities.
    columns: Vec<usize>,
    proximities: Matrix,
    options: DensityOptions,
}

impl Density {
    /// Measures proximities over the regions of `all`.
    pub(crate) fn of(
        all: &Panel,
        cluster: &Panel,
        options: DensityOptions,
        progress: &Progress,
    ) -> Result<Self, Refusal> {
        let Some(Present { presence, columns }) = Present::of(all, cluster, options.threshold)? else {
            let message = "no industry is present in any region: there is no relatedness";
            return Err(Refusal::new(Reason::UndefinedOnData, message)
                .with_violation("terms.density.presence_threshold", message));
        };
        let proximities = proximity(&presence, progress).map_err(|error| match error {
            RelatednessError::Stopped(stopped) => refuse::stopped(stopped),
            error => Refusal::internal(error),
        })?;
        Ok(Self { columns, proximities, options })
    }

    /// Density of every region in these columns of the cluster's panel; NaN where an industry is near to none.
    pub(crate) fn cells(&self, amounts: &Amounts, whole: &[f64], shown: &[usize]) -> Result<Matrix, Refusal> {
        let present = present(amounts, whole, self.options.threshold);
        let cells = chosen(&present, amounts.n_industries(), &self.columns);
        let presence = Presence::try_new(&cells, self.columns.len()).map_err(Refusal::internal)?;
        let density = relatedness_density(&presence, &self.proximities, self.options.include_self, &Progress::new());
        let density = density.map_err(Refusal::internal)?;
        let position = |column: &usize| self.columns.iter().position(|known| known == column);
        let position: Vec<Option<usize>> = shown.iter().map(position).collect();
        let cell = |region: usize, index: usize| position[index].map_or(f64::NAN, |column| density.get(region, column));
        Ok(Matrix::from_fn(amounts.n_regions(), shown.len(), cell))
    }
}

/// Complexity of the industries in these columns of the cluster's panel, over the regions of `all`.
pub(crate) fn complexity(
    all: &Panel,
    cluster: &Panel,
    threshold: f64,
    shown: &[usize],
    progress: &Progress,
) -> Result<Vec<f64>, Refusal> {
    let undefined = |message: String| {
        Refusal::new(Reason::UndefinedOnData, &message).with_violation("complexity.computed", message)
    };
    let Some(Present { presence, columns }) = Present::of(all, cluster, threshold)? else {
        return Err(undefined("no industry is present in any region: there is no complexity".to_owned()));
    };
    // A region without any industry says nothing of them.
    let rows = presence.diversity().into_iter().enumerate().filter(|(_, count)| *count > 0).map(|(row, _)| row);
    let every: Vec<usize> = (0..columns.len()).collect();
    let presence = presence.restricted(&rows.collect::<Vec<_>>(), &every);
    let index = complexity_index(&presence, Standardization::default(), progress).map_err(|error| match error {
        ComplexityError::Stopped(stopped) => refuse::stopped(stopped),
        error => undefined(error.to_string()),
    })?;
    let of_column = |column: &usize| match columns.iter().position(|known| known == column) {
        Some(at) => Ok(index.industries[at]),
        None => {
            let code = growthpole_worker_kit::reading::industry_code(cluster, *column);
            let message = format!("industry {code} is present in no region and has no complexity");
            Err(undefined(message).with_metadata("industry", code))
        }
    };
    shown.iter().map(of_column).collect()
}

/// Whether each industry is present in each region, region by region; what has no quotient is absent.
fn present(amounts: &Amounts, whole: &[f64], threshold: f64) -> Vec<bool> {
    let total: f64 = whole.iter().sum();
    let of_region = |(row, &of_region): (&[f64], &f64)| {
        let cells = row.iter().zip(whole);
        cells
            .map(|(&amount, &reference)| revealed_presence_cell(amount, of_region, reference, total, threshold))
            .map(|present| present.unwrap_or(false))
            .collect::<Vec<bool>>()
    };
    amounts.regions().zip(amounts.region_totals()).flat_map(of_region).collect()
}

/// The cells of some columns.
fn chosen(cells: &[bool], n: usize, columns: &[usize]) -> Vec<bool> {
    cells.chunks(n).flat_map(|row| columns.iter().map(|&column| row[column])).collect()
}
