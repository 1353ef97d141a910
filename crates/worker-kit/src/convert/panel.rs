//! Panels as a stream of messages, and back.

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::{Benchmark, BenchmarkSource, ObservationStatus, Panel, PanelAxes, Period};
use v1::get_panel_response::Part;

use super::message;

/// Cells of one block: 9 bytes each, so that a message stays below 256 KiB.
const BLOCK_CELLS: usize = 28_000;

/// The header of a panel.
pub fn header(panel: &Panel, digest: &str) -> v1::PanelHeader {
    let positions = |borders: &Vec<(usize, usize)>| {
        borders.iter().flat_map(|&(a, b)| [message::count(a), message::count(b)]).collect()
    };
    v1::PanelHeader {
        digest: digest.to_owned(),
        dataset: panel.dataset.clone(),
        vintage: message::count(panel.vintage),
        published: panel.published.to_string(),
        published_precision: message::precision(panel.precision).into(),
        indicator: Some(message::indicator(&panel.indicator)),
        boundary_version: panel.boundary_version.clone(),
        periods: panel.axes.periods.iter().map(Period::to_string).collect(),
        regions: panel.axes.regions.iter().map(message::region).collect(),
        industries: panel.axes.industries.iter().map(message::industry).collect(),
        borders: panel.borders.as_ref().map(positions).unwrap_or_default(),
        has_borders: panel.borders.is_some(),
        benchmark: panel.benchmark.as_ref().map(benchmark),
        warnings: message::warnings(&panel.warnings),
        cell_count: panel.axes.n_cells() as i64,
    }
}

fn benchmark(benchmark: &Benchmark) -> v1::PanelBenchmark {
    let (region, sum_of_level) = message::benchmark_source(&benchmark.source);
    v1::PanelBenchmark {
        region,
        sum_of_level,
        values: benchmark.values.clone(),
        absent: benchmark.absent.iter().map(|&absent| message::count(absent)).collect(),
    }
}

/// The cells of a panel from `offset` on; none at the end.
pub fn block(panel: &Panel, offset: usize) -> Option<v1::PanelBlock> {
    let end = panel.values.len().min(offset + BLOCK_CELLS);
    let values = panel.values.get(offset..end).filter(|values| !values.is_empty())?;
    Some(v1::PanelBlock {
        offset: offset as i64,
        values: values.to_vec(),
        statuses: panel.statuses.get(offset..end)?.iter().map(|status| status.code()).collect(),
    })
}

/// All parts of a panel, in order.
pub fn parts(panel: &Panel, digest: &str) -> impl Iterator<Item = v1::GetPanelResponse> {
    let blocks = (0..panel.values.len()).step_by(BLOCK_CELLS).filter_map(|offset| block(panel, offset));
    std::iter::once(Part::Header(header(panel, digest)))
        .chain(blocks.map(Part::Block))
        .map(|part| v1::GetPanelResponse { part: Some(part) })
}

/// Puts a panel together from its parts, which must come in order.
#[derive(Debug)]
pub struct Assembly {
    header: v1::PanelHeader,
    values: Vec<f64>,
    statuses: Vec<ObservationStatus>,
}

impl Assembly {
    /// Begins with the header.
    pub fn new(header: v1::PanelHeader) -> Self {
        Self { header, values: Vec::new(), statuses: Vec::new() }
    }

    /// Adds the next block.
    ///
    /// # Errors
    ///
    /// A refusal of a block that does not follow the one before.
    pub fn push(&mut self, block: v1::PanelBlock) -> Result<(), Refusal> {
        if usize::try_from(block.offset) != Ok(self.values.len()) || block.values.len() != block.statuses.len() {
            return Err(broken("a block does not follow the one before"));
        }
        self.values.extend(block.values);
        for code in block.statuses {
            let status = ObservationStatus::from_code(code).ok_or_else(|| broken("a status is not known"))?;
            self.statuses.push(status);
        }
        Ok(())
    }

    /// The panel and its digest, which is computed again and compared.
    ///
    /// # Errors
    ///
    /// A refusal of parts that do not make the panel that the header announces.
    pub fn finish(self) -> Result<(Panel, String), Refusal> {
        let header = self.header;
        let panel = Panel {
            dataset: header.dataset,
            vintage: u32::try_from(header.vintage).map_err(broken)?,
            published: header.published.parse().map_err(broken)?,
            precision: message::read_precision(header.published_precision)
                .ok_or_else(|| broken("the precision of its date is not known"))?,
            indicator: header
                .indicator
                .and_then(message::read_indicator)
                .ok_or_else(|| broken("its indicator is not known"))?,
            boundary_version: header.boundary_version,
            axes: PanelAxes {
                periods: header.periods.iter().map(|text| text.parse().map_err(broken)).collect::<Result<_, _>>()?,
                regions: header.regions.into_iter().map(message::read_region).collect(),
                industries: header.industries.into_iter().map(message::read_industry).collect(),
            },
            values: self.values,
            statuses: self.statuses,
            benchmark: header.benchmark.map(read_benchmark).transpose()?,
            borders: header.has_borders.then(|| read_borders(&header.borders)).transpose()?,
            warnings: message::read_warnings(header.warnings),
            filled: Vec::new(),
        };
        let panel = panel.checked().map_err(broken)?;
        let digest = panel.digest();
        if digest != header.digest {
            return Err(broken("its digest is another than announced"));
        }
        Ok((panel, digest))
    }
}

fn read_benchmark(benchmark: v1::PanelBenchmark) -> Result<Benchmark, Refusal> {
    Ok(Benchmark {
        source: match benchmark.region {
            Some(region) => BenchmarkSource::Region { code: region.code, name: region.name },
            None => BenchmarkSource::SumOfLevel(benchmark.sum_of_level),
        },
        values: benchmark.values,
        absent: benchmark
            .absent
            .into_iter()
            .map(|absent| u32::try_from(absent).map_err(broken))
            .collect::<Result<_, _>>()?,
    })
}

fn read_borders(positions: &[i32]) -> Result<Vec<(usize, usize)>, Refusal> {
    let read = |position: i32| usize::try_from(position).map_err(broken);
    positions
        .chunks(2)
        .map(|pair| match pair {
            [a, b] => Ok((read(*a)?, read(*b)?)),
            _ => Err(broken("its borders are not pairs")),
        })
        .collect()
}

fn broken(cause: impl std::fmt::Display) -> Refusal {
    Refusal::internal(format!("the panel that was received is not usable: {cause}"))
}
