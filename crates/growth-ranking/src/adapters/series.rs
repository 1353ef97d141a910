//! Series of regions over periods, as several methods read them: an indicator as published, chained by its real growth,
//! per head.

mod chain;
#[cfg(test)]
mod tests;

use growthpole_contracts::{Reason, Refusal, v1};
use growthpole_domain::{
    BenchmarkSource, IndicatorKind, MissingPolicy, Period, PeriodChoice, Region, Selection, Warning,
};
use growthpole_methods::Matrix;
use growthpole_worker_kit::companions::{Companions, read_other};
use growthpole_worker_kit::convert::{message, selection};
use growthpole_worker_kit::reading::{by_code, status_warnings};
use growthpole_worker_kit::{Method, PanelSource, ParsedSelection, SelectionDefaults, SourcedPanel, refuse};
use tonic::Status;

use super::indicators::{nominal_values, one_column};

/// A refusal names no more missing cells than this.
const MOST_CELLS_NAMED: usize = 20;

/// Values of regions over periods, with their labels and where they come from.
#[derive(Debug, Clone)]
pub(crate) struct Series {
    /// Regions, in the order of their codes.
    pub(crate) regions: Vec<Region>,
    /// Periods, in order.
    pub(crate) periods: Vec<Period>,
    /// Periods x regions; NaN where there is no value, as the policy KEEP leaves it.
    pub(crate) values: Matrix,
    /// What regions are measured against, where there is something.
    pub(crate) benchmark: Option<SeriesBenchmark>,
    /// What the values are.
    pub(crate) description: v1::SeriesDescription,
    /// Pairs of positions of regions that share a border, where the data set knows borders.
    pub(crate) borders: Option<Vec<(usize, usize)>>,
    /// What to know about the values.
    pub(crate) warnings: Vec<Warning>,
    /// The selection, for further indicators of the same regions and vintage.
    pub(crate) selection: Selection,
    /// The panel of the selection's indicator.
    pub(crate) main: SourcedPanel,
    further: Vec<(&'static str, SourcedPanel)>,
}

/// The series that regions are measured against.
#[derive(Debug, Clone)]
pub(crate) struct SeriesBenchmark {
    /// What it is.
    pub(crate) source: BenchmarkSource,
    /// Its value in each period; NaN where there is none.
    pub(crate) values: Vec<f64>,
}

/// Values of regions and benchmark by period, before labels.
struct Cells {
    /// Periods x regions.
    values: Vec<f64>,
    /// By period.
    benchmark: Option<Vec<f64>>,
}

impl Series {
    /// Reads the series that a request asks for.
    ///
    /// # Errors
    ///
    /// A status with details, whose fields are below `selection` and `series`.
    pub(crate) async fn read(
        panels: &dyn PanelSource,
        selection: Option<v1::Selection>,
        options: Option<&v1::SeriesOptions>,
        defaults: SelectionDefaults,
    ) -> Result<Self, Status> {
        Self::read_with(panels, selection, options, defaults, []).await
    }

    /// The same, of a vintage that holds further indicators too: those that the request names in these fields.
    ///
    /// # Errors
    ///
    /// As [`Series::read`], and a status that blames the field of a further indicator which is not there.
    pub(crate) async fn read_with<'a>(
        panels: &dyn PanelSource,
        selection: Option<v1::Selection>,
        options: Option<&'a v1::SeriesOptions>,
        defaults: SelectionDefaults,
        further: impl IntoIterator<Item = (String, &'a str)>,
    ) -> Result<Self, Status> {
        let parsed = selection::parse(selection, defaults)?;
        let none = v1::SeriesOptions::default();
        let options = options.unwrap_or(&none);
        if options.growth_indicator.is_empty() && !options.base_period.is_empty() {
            let sent = format!("\"{}\" without series.growth_indicator", options.base_period);
            return Err(Refusal::invalid("series.base_period", sent, "nothing").into());
        }
        let mut named = vec![
            ("series.growth_indicator".to_owned(), options.growth_indicator.as_str()),
            ("series.denominator_indicator".to_owned(), options.denominator_indicator.as_str()),
        ];
        for (field, code) in further {
            named.push((field, code));
        }
        let companions = Companions::new(named);
        let together = companions.with(&parsed.selection);
        let read = if options.growth_indicator.is_empty() {
            Self::published(panels, &together).await
        } else {
            chain::read(panels, &together, options).await
        };
        let mut series = read.map_err(|status| companions.rename(status))?;
        if !options.denominator_indicator.is_empty() {
            series.divide(panels, &options.denominator_indicator).await?;
        }
        Ok(series.resolve(&parsed)?)
    }

    /// The indicator as it was published.
    async fn published(panels: &dyn PanelSource, selection: &Selection) -> Result<Self, Status> {
        let mut main = panels.panel(selection).await?;
        main.panel = by_code(&main.panel);
        one_column(&main.panel, "selection.industries")?;
        let periods = main.panel.axes.periods.clone();
        let is_rate = main.panel.indicator.is_percent_rate();
        let scale = |value: f64| if is_rate { value / 100.0 } else { value };
        let cells = Cells {
            values: main.panel.values.iter().copied().map(scale).collect(),
            benchmark: main.panel.benchmark.as_ref().map(|own| own.values.iter().copied().map(scale).collect()),
        };
        let mut series = Self::labelled(selection, main, periods, cells)?;
        series.description.is_rate = is_rate;
        if is_rate {
            series.description.unit = "fraction".to_owned();
        }
        series.warnings.extend(nominal_values(&series.main.panel));
        Ok(series)
    }

    fn labelled(
        selection: &Selection,
        main: SourcedPanel,
        periods: Vec<Period>,
        cells: Cells,
    ) -> Result<Self, Refusal> {
        let panel = &main.panel;
        let values = Matrix::try_new(cells.values, panel.axes.regions.len()).map_err(|_| {
            refuse::query(growthpole_domain::QueryError::EmptySelection { field: "periods".into() }, "selection")
        })?;
        let source = panel.benchmark.as_ref().map(|benchmark| benchmark.source.clone());
        let mut warnings = panel.warnings.clone();
        warnings.extend(status_warnings(panel, None));
        Ok(Self {
            regions: panel.axes.regions.clone(),
            periods,
            values,
            benchmark: source.zip(cells.benchmark).map(|(source, values)| SeriesBenchmark { source, values }),
            description: v1::SeriesDescription {
                unit: panel.indicator.unit.clone(),
                unit_multiplier: panel.indicator.unit_multiplier,
                base_period: String::new(),
                is_rate: false,
            },
            borders: panel.borders.clone(),
            warnings,
            selection: selection.clone(),
            main,
            further: Vec::new(),
        })
    }

    /// Divides all values by those of another indicator.
    async fn divide(&mut self, panels: &dyn PanelSource, indicator: &str) -> Result<(), Status> {
        const FIELD: &str = "series.denominator_indicator";
        if self.description.is_rate {
            return Err(Refusal::invalid(FIELD, format!("\"{indicator}\" for growth rates"), "nothing").into());
        }
        let periods = PeriodChoice::List(self.periods.clone());
        let mut other = read_other(panels, &self.main, &self.selection, indicator, periods)
            .await
            .map_err(|status| refuse::rename_field(status, "selection.indicator", FIELD))?;
        other.panel = by_code(&other.panel);
        let panel = &other.panel;
        one_column(panel, FIELD)?;
        if !matches!(panel.indicator.kind, IndicatorKind::Level | IndicatorKind::Flow) {
            return Err(Refusal::invalid(FIELD, format!("\"{indicator}\""), "a level or a flow").into());
        }
        if let Some(at) = panel.values.iter().position(|value| *value <= 0.0) {
            let n_regions = panel.axes.regions.len();
            let region = panel.axes.regions.get(at % n_regions).map(|region| region.code.as_str()).unwrap_or_default();
            let period = self.periods.get(at / n_regions).map(Period::to_string).unwrap_or_default();
            let message = format!("{indicator} of {region} in {period} is {}, which divides nothing", panel.values[at]);
            return Err(refuse::undefined(message, "region", region).with_metadata("period", period).into());
        }
        let (own, their) = (self.description.unit_multiplier, panel.indicator.unit_multiplier);
        let scale = 10_f64.powi(own.saturating_sub(their));
        let divided = self.values.cells().iter().zip(&panel.values).map(|(value, by)| scale * value / by);
        if let Ok(values) = Matrix::try_new(divided.collect(), self.regions.len()) {
            self.values = values;
        }
        self.benchmark = self.benchmark.take().and_then(|mut benchmark| {
            let by = &panel.benchmark.as_ref()?.values;
            benchmark.values.iter_mut().zip(by).for_each(|(value, by)| *value = scale * *value / by);
            Some(benchmark)
        });
        self.description.unit = format!("{} per {}", self.description.unit, singular(&panel.indicator.unit));
        self.description.unit_multiplier = 0;
        self.warnings
            .extend(panel.warnings.iter().filter(|own| !self.warnings.contains(own)).cloned().collect::<Vec<_>>());
        self.warnings.extend(status_warnings(panel, None));
        self.further.push(("denominator", other));
        Ok(())
    }

    /// Applies the policy for missing cells.
    fn resolve(mut self, parsed: &ParsedSelection) -> Result<Self, Refusal> {
        let n_regions = self.regions.len();
        let missing: Vec<usize> =
            (0..self.values.cells().len()).filter(|&at| self.values.cells()[at].is_nan()).collect();
        if missing.is_empty() {
            return Ok(self);
        }
        match parsed.missing {
            MissingPolicy::Keep => Ok(self),
            MissingPolicy::Fail => Err(self.refuse_missing(&missing)),
            MissingPolicy::DropIndustry => {
                let allowed = "FAIL, DROP_REGION or KEEP: a series has one industry at most";
                Err(Refusal::invalid("selection.missing", "DROP_INDUSTRY", allowed))
            }
            MissingPolicy::AsZero if self.description.is_rate || !self.further.is_empty() => {
                let allowed = "FAIL, DROP_REGION or KEEP: only a published level may count as zero";
                Err(Refusal::invalid("selection.missing", "AS_ZERO", allowed))
            }
            MissingPolicy::AsZero => {
                self.values = self.values.map(|value| if value.is_nan() { 0.0 } else { value });
                let text = format!("{} missing cells were counted as zero", missing.len());
                let codes = self.codes_at(&missing);
                self.warnings.push(Warning::new("MISSING_AS_ZERO", text).with_regions(codes));
                Ok(self)
            }
            MissingPolicy::DropRegion => {
                let whole: Vec<usize> =
                    (0..n_regions).filter(|region| !missing.iter().any(|at| at % n_regions == *region)).collect();
                if whole.is_empty() {
                    return Err(self.refuse_missing(&missing));
                }
                let codes = self.codes_at(&missing);
                let text = format!("{} regions with a missing cell were left out", codes.len());
                let mut series = self.subset(&whole);
                series.warnings.push(Warning::new("REGIONS_DROPPED", text).with_regions(codes));
                Ok(series)
            }
        }
    }

    /// Codes of the regions of some cells, each once and in order.
    fn codes_at(&self, cells: &[usize]) -> Vec<String> {
        let n_regions = self.regions.len();
        let rows: std::collections::BTreeSet<usize> = cells.iter().map(|at| at % n_regions).collect();
        rows.into_iter().filter_map(|row| Some(self.regions.get(row)?.code.clone())).collect()
    }

    fn refuse_missing(&self, missing: &[usize]) -> Refusal {
        let n_regions = self.regions.len();
        let name = |at: &usize| {
            let region = self.regions.get(at % n_regions).map(|region| region.code.as_str()).unwrap_or_default();
            let period = self.periods.get(at / n_regions).map(Period::to_string).unwrap_or_default();
            format!("{region} {period}")
        };
        let listed = missing.iter().take(MOST_CELLS_NAMED).map(name).collect::<Vec<_>>().join(", ");
        let message = format!(
            "{} cells have no value: {listed}{}; another policy may be asked for in selection.missing",
            missing.len(),
            if missing.len() > MOST_CELLS_NAMED { ", …" } else { "" },
        );
        Refusal::new(Reason::MissingCells, message.clone())
            .with_violation("selection.missing", message)
            .with_metadata("count", missing.len().to_string())
            .with_metadata("cells", listed)
    }

    /// The same series of some of the regions, by position and in the order of positions.
    pub(crate) fn subset(mut self, kept: &[usize]) -> Self {
        let cells = self.values.rows().flat_map(|row| kept.iter().map(|&region| row[region])).collect();
        if let Ok(values) = Matrix::try_new(cells, kept.len()) {
            self.values = values;
        }
        self.regions = kept.iter().filter_map(|&region| self.regions.get(region).cloned()).collect();
        let new = |old: usize| kept.iter().position(|&region| region == old);
        self.borders =
            self.borders.map(|borders| borders.into_iter().filter_map(|(a, b)| Some((new(a)?, new(b)?))).collect());
        self
    }

    /// Position of a region's code.
    pub(crate) fn position(&self, code: &str) -> Option<usize> {
        self.regions.iter().position(|region| region.code == code)
    }

    /// The position of a region that a request names.
    ///
    /// # Errors
    ///
    /// A refusal that names the field, and the regions of the selection whose codes are most alike.
    pub(crate) fn known_position(&self, code: &str, field: &str) -> Result<usize, Refusal> {
        self.position(code).ok_or_else(|| {
            let known = self.regions.iter().map(|region| region.code.as_str());
            let nearest = growthpole_domain::nearest::nearest(code, known, 3);
            Refusal::unknown(Reason::UnknownRegion, "region of the selection", field, code, &nearest)
        })
    }

    /// A region as answers show it.
    pub(crate) fn label(&self, region: usize) -> Option<v1::RegionLabel> {
        self.regions.get(region).map(message::region_label)
    }

    /// Reads a further indicator of the same regions, benchmark and vintage; `field` is blamed for its code.
    pub(crate) async fn read_further(
        &self,
        panels: &dyn PanelSource,
        indicator: &str,
        field: &str,
        periods: PeriodChoice,
    ) -> Result<SourcedPanel, Status> {
        let codes = self.regions.iter().map(|region| region.code.clone()).collect();
        let selection = Selection { regions: growthpole_domain::RegionChoice::Codes(codes), ..self.selection.clone() };
        let read = read_other(panels, &self.main, &selection, indicator, periods).await;
        let mut read = read.map_err(|status| refuse::rename_field(status, "selection.indicator", field))?;
        read.panel = by_code(&read.panel);
        one_column(&read.panel, field)?;
        Ok(read)
    }

    /// Where an answer comes from that rests on these series, on further panels with their roles, and on a seed.
    pub(crate) fn provenance(
        &self,
        method: Method,
        further: &[(&str, &SourcedPanel)],
        seed: Option<u64>,
    ) -> v1::Provenance {
        let own = self.further.iter().map(|(role, panel)| (*role, panel));
        let all: Vec<(&str, &SourcedPanel)> = own.chain(further.iter().copied()).collect();
        v1::Provenance { seed, ..method.provenance(&self.main, &all) }
    }
}

/// `person` of `persons`.
fn singular(unit: &str) -> &str {
    unit.strip_suffix('s').unwrap_or(unit)
}
