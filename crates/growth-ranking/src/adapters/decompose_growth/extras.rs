//! What is told beside the parts: predicted growth, and the gap to the benchmark.

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::Warning;
use growthpole_methods::growth::{
    BartikReference, Comparison, GrowthGap, NoPrediction, RegionGap, growth_gap, predicted_growth, required_rate,
};
use growthpole_methods::{Amounts, Progress};
use growthpole_worker_kit::refuse;

use super::options::Options;
use super::tables::Tables;

/// Time to close a gap in, and the growth of the benchmark in each year of it.
#[derive(Debug, Clone, Copy)]
struct Closing {
    years: f64,
    benchmark_rate: f64,
}

/// Predictions and gaps of the regions, by row, and of all together; those that were asked for.
#[derive(Debug, Default)]
pub(super) struct Extras {
    predictions: Vec<Result<f64, NoPrediction>>,
    prediction_of_all: Option<f64>,
    gaps: Option<GrowthGap>,
    closing: Option<Closing>,
}

impl Extras {
    pub(super) fn compute(
        tables: &Tables<'_>,
        options: &Options,
        annual_rate: Option<f64>,
        progress: &Progress,
    ) -> Result<Self, Refusal> {
        let reference = match options.prediction {
            v1::GrowthPrediction::Unspecified => None,
            v1::GrowthPrediction::WholeBenchmark => Some(BartikReference::Whole),
            v1::GrowthPrediction::LeaveOneOut => Some(BartikReference::LeaveOneOut),
        };
        if reference.is_none() && options.gap.is_none() {
            return Ok(Self::default());
        }
        let ends = tables.ends()?;
        let mut extras = Self::default();
        if let Some(reference) = reference {
            extras.predictions = predicted_growth(&ends, reference, progress).map_err(refuse::stopped)?;
            extras.prediction_of_all = of_all(&ends, reference, progress)?;
        }
        if let Some(gap) = options.gap {
            extras.gaps = Some(growth_gap(&ends, progress).map_err(refuse::stopped)?);
            let rate = gap.benchmark_rate.or(annual_rate);
            extras.closing = gap.years.zip(rate).map(|(years, benchmark_rate)| Closing { years, benchmark_rate });
        }
        Ok(extras)
    }

    pub(super) fn prediction_of_region(&self, row: usize) -> Option<f64> {
        self.predictions.get(row)?.ok()
    }

    pub(super) fn prediction_of_all(&self) -> Option<f64> {
        self.prediction_of_all
    }

    pub(super) fn gap_of_region(&self, row: usize) -> Option<&RegionGap> {
        self.gaps.as_ref()?.regions.get(row)?.as_ref().ok()
    }

    pub(super) fn gap_of_all(&self) -> Option<&RegionGap> {
        self.gaps.as_ref()?.together.as_ref().ok()
    }

    /// What a region contributes to the gap of all.
    pub(super) fn contribution(&self, row: usize) -> Option<f64> {
        self.gaps.as_ref()?.by_region.get(row).copied()
    }

    /// Growth of the benchmark in the years to come.
    pub(super) fn benchmark_rate(&self) -> Option<f64> {
        self.closing.map(|closing| closing.benchmark_rate)
    }

    pub(super) fn gap_message(&self, gap: &RegionGap) -> v1::GrowthGap {
        let required = |closing: Closing| required_rate(gap.relative_index, closing.benchmark_rate, closing.years).ok();
        v1::GrowthGap {
            growth: gap.growth,
            gap: gap.gap,
            relative_index: gap.relative_index,
            required_rate: self.closing.and_then(required),
        }
    }

    /// Which regions have no prediction or no gap.
    pub(super) fn warnings(&self, tables: &Tables<'_>) -> Vec<Warning> {
        let predictions = self.predictions.iter().enumerate();
        let predictions = predictions.filter_map(|(row, prediction)| Some((row, prediction.as_ref().err()?)));
        let predictions = tables.undefined(
            "PREDICTION_UNDEFINED",
            "predicted growth",
            predictions.map(|(row, why)| (row, tables.no_prediction(why))),
        );
        let gaps = self.gaps.iter().flat_map(|gaps| gaps.regions.iter().enumerate());
        let gaps = gaps.filter_map(|(row, gap)| Some((row, gap.as_ref().err()?)));
        predictions.into_iter().chain(tables.undefined("GAP_UNDEFINED", "gap to the benchmark", gaps)).collect()
    }
}

/// The prediction of all regions together, taken as one region.
fn of_all(ends: &Comparison<'_>, reference: BartikReference, progress: &Progress) -> Result<Option<f64>, Refusal> {
    let sum = |amounts: &Amounts| {
        Amounts::try_new(amounts.industry_totals().to_vec(), amounts.n_industries()).map_err(Refusal::internal)
    };
    let (start, end) = (sum(ends.start())?, sum(ends.end())?);
    let [from, to] = ends.reference();
    let whole = Comparison::try_new(&start, &end, from, to).map_err(Refusal::internal)?;
    let predicted = predicted_growth(&whole, reference, progress).map_err(refuse::stopped)?;
    Ok(predicted.into_iter().find_map(Result::ok))
}
