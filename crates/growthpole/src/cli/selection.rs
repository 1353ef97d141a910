//! Options that say which cells to read.

use clap::Args;
use growthpole_contracts::v1::{
    Benchmark, IndustryCodes, IndustrySelection, MissingPolicy, PeriodList, PeriodRange, PeriodSelection, RegionCodes,
    RegionSelection, Selection, VintageSelector, benchmark, industry_selection, period_selection, region_selection,
    vintage_selector,
};

use super::values::{names, number};
use crate::failure::Failure;

/// Which cells an analysis reads.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Which cells")]
pub(super) struct SelectionArgs {
    /// Data set, for example china-provinces
    #[arg(long, value_name = "ID")]
    dataset: String,
    /// Indicator, for example gdp_real_growth
    #[arg(long, value_name = "CODE")]
    indicator: String,
    #[command(flatten)]
    cells: CellArgs,
}

/// Which cells an analysis reads that may do without any.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Which cells")]
pub(super) struct OptionalSelectionArgs {
    /// Data set, for example china-provinces
    #[arg(long, value_name = "ID", requires = "indicator")]
    dataset: Option<String>,
    /// Indicator, for example employment_by_division
    #[arg(long, value_name = "CODE", requires = "dataset")]
    indicator: Option<String>,
    #[command(flatten)]
    cells: CellArgs,
}

/// Which cells of an indicator an analysis reads.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Which cells")]
pub(super) struct CellArgs {
    #[command(flatten)]
    part: PartArgs,
    /// What regions are measured against: the code of a region, sum:LEVEL, sum (of the main level), dataset (the data
    /// set's own benchmark region), or none
    #[arg(long, value_name = "REGION|sum:LEVEL|none")]
    benchmark: Option<String>,
    /// What to do about cells without a value
    #[arg(long, value_name = "POLICY", value_parser = names(&["fail", "drop-region", "drop-industry", "keep", "as-zero"]))]
    missing: Option<String>,
}

/// Which part of a data set: of which vintage, and which cells of it.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct PartArgs {
    #[command(flatten)]
    pub(super) vintage: VintageArgs,
    #[command(flatten)]
    pub(super) regions: RegionArgs,
    #[command(flatten)]
    pub(super) industries: IndustryArgs,
    #[command(flatten)]
    pub(super) periods: PeriodArgs,
}

/// Which vintage to read.
#[derive(Debug, Clone, Default, Args)]
#[group(multiple = false)]
pub(super) struct VintageArgs {
    /// Reads what was known on this day: the newest vintage published by then; one published in a month or year of which the
    /// day is not known counts from the end of it
    #[arg(long, value_name = "YYYY-MM-DD")]
    as_of: Option<String>,
    /// Reads the vintage of this number
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    vintage: Option<i32>,
}

/// Which regions to read.
#[derive(Debug, Clone, Default, Args)]
#[group(multiple = false)]
pub(super) struct RegionArgs {
    /// Codes of regions
    #[arg(long, value_name = "A,B,…", value_delimiter = ',')]
    pub(super) regions: Vec<String>,
    /// Members of a group, for example harbin-changchun
    #[arg(long, value_name = "ID")]
    pub(super) group: Option<String>,
    /// All regions of a level, for example PROVINCE
    #[arg(long, value_name = "LEVEL")]
    pub(super) level: Option<String>,
    /// The regions directly below this one
    #[arg(long, value_name = "REGION")]
    pub(super) children_of: Option<String>,
}

/// Which industries to read.
#[derive(Debug, Clone, Default, Args)]
#[group(multiple = false)]
pub(super) struct IndustryArgs {
    /// Codes of industries
    #[arg(long, value_name = "A,B,…", value_delimiter = ',')]
    industries: Vec<String>,
    /// All industries of a level, for example DIVISION
    #[arg(long, value_name = "LEVEL")]
    industry_level: Option<String>,
}

/// Which periods to read.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct PeriodArgs {
    /// A period (2015, 2015-S1, 2015-Q1, 2015-03, 2015-W07), or a range of them (2008:2015)
    #[arg(long, value_name = "P|P:P", conflicts_with_all = ["periods", "start", "end"])]
    period: Option<String>,
    /// Periods one by one
    #[arg(long, value_name = "A,B,…", value_delimiter = ',', conflicts_with_all = ["start", "end"])]
    periods: Vec<String>,
    /// First period
    #[arg(long, value_name = "P", requires = "end")]
    start: Option<String>,
    /// Last period
    #[arg(long, value_name = "P", requires = "start")]
    end: Option<String>,
}

impl SelectionArgs {
    /// The message.
    pub(super) fn message(&self) -> Selection {
        Selection { dataset: self.dataset.clone(), indicator: self.indicator.clone(), ..self.cells.message() }
    }

    /// What is read, for the title of a table.
    pub(super) fn title(&self) -> String {
        title(&self.message())
    }
}

impl OptionalSelectionArgs {
    /// The message; nothing where there is `other` to be analysed.
    pub(super) fn message(&self, other: Option<&str>) -> Result<Option<Selection>, Failure> {
        let cells = self.cells.message();
        match (&self.dataset, &self.indicator, other) {
            (Some(dataset), Some(indicator), _) => {
                Ok(Some(Selection { dataset: dataset.clone(), indicator: indicator.clone(), ..cells }))
            }
            (_, _, Some(_)) if cells == Selection::default() => Ok(None),
            _ => {
                let what = "--dataset and --indicator say which cells are read, and are needed";
                let unless = other.map_or_else(String::new, |other| format!(", unless {other} stands alone"));
                Err(Failure::Usage(format!("{what}{unless}")))
            }
        }
    }
}

/// What is read, for the title of a table.
pub(super) fn title(selection: &Selection) -> String {
    format!("{} of {}", selection.indicator, selection.dataset)
}

impl CellArgs {
    /// The message, without data set and indicator.
    pub(super) fn message(&self) -> Selection {
        Selection {
            vintage: self.part.vintage.message(),
            regions: self.part.regions.message(),
            industries: self.part.industries.message(),
            periods: self.part.periods.message(),
            benchmark: self.benchmark.as_deref().map(benchmark),
            missing: number(self.missing.as_ref(), "MISSING_POLICY", MissingPolicy::from_str_name),
            ..Selection::default()
        }
    }
}

impl VintageArgs {
    /// The message; nothing for the latest.
    pub(super) fn message(&self) -> Option<VintageSelector> {
        use vintage_selector::By;
        let by = self.as_of.clone().map(By::AsOf).or(self.vintage.map(By::Number));
        by.map(|by| VintageSelector { by: Some(by) })
    }
}

impl RegionArgs {
    /// The message; nothing where nothing was said.
    pub(super) fn message(&self) -> Option<RegionSelection> {
        use region_selection::By;
        let codes =
            || Some(By::Codes(RegionCodes { codes: self.regions.clone() })).filter(|_| !self.regions.is_empty());
        let by = codes()
            .or(self.group.clone().map(By::Group))
            .or(self.level.clone().map(By::Level))
            .or(self.children_of.clone().map(By::ChildrenOf));
        by.map(|by| RegionSelection { by: Some(by) })
    }
}

impl IndustryArgs {
    /// The message; nothing where nothing was said.
    pub(super) fn message(&self) -> Option<IndustrySelection> {
        use industry_selection::By;
        let codes = || Some(By::Codes(IndustryCodes { codes: self.industries.clone() }));
        let by = codes().filter(|_| !self.industries.is_empty()).or(self.industry_level.clone().map(By::Level));
        by.map(|by| IndustrySelection { by: Some(by) })
    }
}

impl PeriodArgs {
    /// The message; nothing where nothing was said.
    pub(super) fn message(&self) -> Option<PeriodSelection> {
        use period_selection::By;
        let by = if let Some(text) = &self.period {
            return Some(period(text));
        } else if let (Some(start), Some(end)) = (&self.start, &self.end) {
            range(start, end)
        } else if self.periods.is_empty() {
            return None;
        } else {
            By::List(PeriodList { periods: self.periods.clone() })
        };
        Some(PeriodSelection { by: Some(by) })
    }
}

/// `2015`, or `2005:2016` for a range.
pub(super) fn period(text: &str) -> PeriodSelection {
    let one = || period_selection::By::List(PeriodList { periods: vec![text.to_owned()] });
    PeriodSelection { by: Some(text.split_once(':').map_or_else(one, |(start, end)| range(start, end))) }
}

fn range(start: &str, end: &str) -> period_selection::By {
    period_selection::By::Range(PeriodRange { start: start.to_owned(), end: end.to_owned() })
}

/// `none`, `dataset`, `sum`, `sum:LEVEL`, or the code of a region.
pub(super) fn benchmark(text: &str) -> Benchmark {
    use benchmark::By;
    let by = match text {
        "none" => By::None(true),
        "dataset" => By::DatasetRegion(true),
        "sum" => By::SumOfMainLevel(true),
        _ => match text.strip_prefix("sum:") {
            Some(level) => By::SumOfLevel(level.to_owned()),
            None => By::Region(text.to_owned()),
        },
    };
    Benchmark { by: Some(by) }
}

#[cfg(test)]
#[path = "selection_tests.rs"]
mod tests;
