//! What a request asks for beside its selection, checked.

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::{Period, PeriodChoice, QueryError, RegionChoice};
use growthpole_worker_kit::refuse;

/// Most years that a gap may be given to close.
const MOST_YEARS: f64 = 1000.0;
/// Highest growth of the benchmark a year, as a fraction.
const HIGHEST_RATE: f64 = 10.0;

/// What is computed and shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Options {
    pub(super) form: v1::ShiftShareForm,
    pub(super) dynamic: bool,
    pub(super) view: v1::ShiftShareView,
    /// Whether the row of all regions together is shown.
    pub(super) total: bool,
    pub(super) prediction: v1::GrowthPrediction,
    pub(super) gap: Option<GapOptions>,
}

/// How the gap is measured.
#[derive(Debug, Clone, Copy)]
pub(super) struct GapOptions {
    /// Years to close it in.
    pub(super) years: Option<f64>,
    /// Growth of the benchmark in each of them, where it is given.
    pub(super) benchmark_rate: Option<f64>,
}

impl Options {
    pub(super) fn parse(request: &v1::DecomposeGrowthRequest, regions: &RegionChoice) -> Result<Self, Refusal> {
        let view = view(request.view)?;
        let adds_up = matches!(regions, RegionChoice::ChildrenOf(_) | RegionChoice::Level(_) | RegionChoice::Group(_));
        Ok(Self {
            form: form(request.form)?,
            dynamic: request.dynamic,
            view,
            total: request.include_total || adds_up || view == v1::ShiftShareView::Industries,
            prediction: prediction(request.prediction)?,
            gap: request.gap.map(gap).transpose()?,
        })
    }

    /// Whether rows have their industries.
    pub(super) fn with_industries(&self) -> bool {
        self.view != v1::ShiftShareView::Regions
    }

    /// Whether there are rows of regions.
    pub(super) fn with_regions(&self) -> bool {
        self.view != v1::ShiftShareView::Industries
    }
}

fn form(sent: i32) -> Result<v1::ShiftShareForm, Refusal> {
    use v1::ShiftShareForm::{Dunn, Unspecified};
    match v1::ShiftShareForm::try_from(sent) {
        Ok(Unspecified) => Ok(Dunn),
        Ok(form) => Ok(form),
        Err(_) => Err(Refusal::invalid("form", sent, "DUNN, ESTEBAN_MARQUILLAS, ARCELUS, GERFIN, or nothing")),
    }
}

fn view(sent: i32) -> Result<v1::ShiftShareView, Refusal> {
    use v1::ShiftShareView::{RegionsAndIndustries, Unspecified};
    match v1::ShiftShareView::try_from(sent) {
        Ok(Unspecified) => Ok(RegionsAndIndustries),
        Ok(view) => Ok(view),
        Err(_) => Err(Refusal::invalid("view", sent, "REGIONS_AND_INDUSTRIES, REGIONS, INDUSTRIES, or nothing")),
    }
}

fn prediction(sent: i32) -> Result<v1::GrowthPrediction, Refusal> {
    v1::GrowthPrediction::try_from(sent)
        .map_err(|_| Refusal::invalid("prediction", sent, "WHOLE_BENCHMARK, LEAVE_ONE_OUT, or nothing"))
}

fn gap(sent: v1::GrowthGapOptions) -> Result<GapOptions, Refusal> {
    if let Some(years) = sent.closing_years
        && !(years > 0.0 && years <= MOST_YEARS)
    {
        let allowed = format!("years above 0 and at most {MOST_YEARS}");
        return Err(Refusal::invalid("gap.closing_years", years, &allowed));
    }
    if let Some(rate) = sent.benchmark_rate {
        if !(rate > -1.0 && rate <= HIGHEST_RATE) {
            let allowed = format!("a fraction above -1 and at most {HIGHEST_RATE}");
            return Err(Refusal::invalid("gap.benchmark_rate", rate, &allowed));
        }
        if sent.closing_years.is_none() {
            return Err(Refusal::invalid("gap.benchmark_rate", rate, "nothing, or gap.closing_years beside it"));
        }
    }
    Ok(GapOptions { years: sent.closing_years, benchmark_rate: sent.benchmark_rate })
}

/// The periods to read: the first and the last, which must differ, or all of them for a dynamic form.
pub(super) fn periods(choice: &PeriodChoice, dynamic: bool) -> Result<PeriodChoice, Refusal> {
    let allowed = "a range with a first and a later last period";
    let (periods, field) = match choice {
        PeriodChoice::All => return Err(Refusal::invalid("selection.periods", "nothing", allowed)),
        PeriodChoice::Range(first, last) => (vec![*first, *last], "selection.periods.range.end"),
        PeriodChoice::List(list) => (listed(list, dynamic)?, "selection.periods.list"),
    };
    for (first, last) in periods.iter().zip(periods.iter().skip(1)) {
        if first.frequency() != last.frequency() || last <= first {
            let allowed = format!("a period of the same frequency as {first}, after it");
            return Err(Refusal::invalid(field, last, &allowed));
        }
    }
    Ok(match choice {
        PeriodChoice::Range(..) if dynamic => choice.clone(),
        _ => PeriodChoice::List(periods),
    })
}

/// The periods of a list, in order.
fn listed(list: &[Period], dynamic: bool) -> Result<Vec<Period>, Refusal> {
    let allowed = if dynamic { "two periods or more, or a range" } else { "two periods, or a range" };
    let sent = match list {
        [] => {
            let field = "periods.list.periods".to_owned();
            return Err(refuse::query(QueryError::EmptySelection { field }, "selection"));
        }
        [one] => format!("the one period {one}"),
        [_, _, _, ..] if !dynamic => format!("a list of {} periods", list.len()),
        _ => {
            let mut periods = list.to_vec();
            periods.sort();
            return Ok(periods);
        }
    };
    Err(Refusal::invalid("selection.periods.list", sent, allowed))
}
