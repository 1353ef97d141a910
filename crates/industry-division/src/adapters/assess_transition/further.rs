//! Further indicators of the same regions: output, investment, capital, employment, and shares as given.

use growthpole_contracts::{Reason, Refusal, v1};
use growthpole_domain::{
    BenchmarkChoice, IndicatorKind, IndustryChoice, Panel, Period, PeriodChoice, PriceBasis, RegionChoice, Selection,
    Warning,
};
use growthpole_worker_kit::companions::{Companions, read_other};
use growthpole_worker_kit::reading::{by_code, has_reason, status_warnings};
use growthpole_worker_kit::{PanelSource, SourcedPanel, refuse};
use tonic::Status;

use super::given::Figures;
use super::options::Options;
use super::{MISSING_VALUE, NOT_GIVEN, Outcome};

/// What an indicator has to be to stand in its field.
#[derive(Debug, Clone, Copy)]
enum Wanted {
    Amount,
    Flow,
    Growth,
    Index,
    Share,
}

impl Wanted {
    fn is_met_by(self, panel: &Panel) -> bool {
        let indicator = &panel.indicator;
        match self {
            Self::Amount => matches!(indicator.kind, IndicatorKind::Level | IndicatorKind::Flow),
            Self::Flow => indicator.kind == IndicatorKind::Flow,
            Self::Growth => indicator.is_percent_rate(),
            Self::Index => indicator.kind == IndicatorKind::Index,
            Self::Share => indicator.kind == IndicatorKind::Share,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Amount => "a level or a flow without industries",
            Self::Flow => "a flow without industries",
            Self::Growth => "a rate in per cent without industries",
            Self::Index => "an index without industries",
            Self::Share => "a share without industries",
        }
    }
}

/// An indicator of the regions, by year.
#[derive(Debug, Clone, Default)]
pub(super) struct Series {
    role: &'static str,
    given: bool,
    /// What the request itself gives.
    sent: Option<Figures>,
    /// Absent where the indicator has no value in the years that are needed.
    source: Option<SourcedPanel>,
    scale: f64,
}

impl Series {
    /// Whether the request names it, or gives its values.
    pub(super) fn is_given(&self) -> bool {
        self.given
    }

    /// Whether its values are in current prices.
    pub(super) fn is_nominal(&self) -> bool {
        self.source.as_ref().is_some_and(|source| source.panel.indicator.price_basis == PriceBasis::Current)
    }

    /// The value of a region in a year: in units, and in fractions where it is in per cent.
    pub(super) fn get(&self, region: usize, year: i16) -> Outcome {
        if !self.given {
            return Err(NOT_GIVEN);
        }
        if let Some(sent) = &self.sent {
            return sent.get(&(region, year)).copied().ok_or(MISSING_VALUE);
        }
        let cell = || {
            let panel = &self.source.as_ref()?.panel;
            panel.value(panel.period_position(Period::year(year))?, region, 0)
        };
        cell().map(|value| value * self.scale).ok_or(MISSING_VALUE)
    }
}

/// All further indicators.
#[derive(Debug, Default)]
pub(super) struct Further {
    pub(super) output: Series,
    pub(super) output_growth: Series,
    pub(super) investment: Series,
    pub(super) investment_prices: Series,
    pub(super) capital: Series,
    pub(super) employment: Series,
    pub(super) capacity_utilization: Series,
    pub(super) loss_making_share: Series,
    pub(super) state_owned_share: Series,
}

/// The further indicators that a request names, with their fields.
pub(super) fn companions(named: &v1::TransitionIndicators) -> Companions<'_> {
    Companions::new([
        ("indicators.output", named.output.as_str()),
        ("indicators.output_growth", &named.output_growth),
        ("indicators.investment", &named.investment),
        ("indicators.investment_prices", &named.investment_prices),
        ("indicators.capital", &named.capital),
        ("indicators.employment", &named.employment),
        ("indicators.capacity_utilization", &named.capacity_utilization),
        ("indicators.loss_making_share", &named.loss_making_share),
        ("indicators.state_owned_share", &named.state_owned_share),
    ])
}

/// Reads further indicators of the regions of a panel.
pub(super) struct Reader<'a> {
    pub(super) panels: &'a dyn PanelSource,
    pub(super) selection: &'a Selection,
    pub(super) main: &'a SourcedPanel,
    /// The panel whose regions are read, in their order.
    pub(super) panel: &'a Panel,
}

impl Reader<'_> {
    /// Reads those that the request names, for the windows before the first and the last year.
    pub(super) async fn read(&self, options: &Options, first: i16, last: i16) -> Result<Further, Status> {
        use Wanted::{Amount, Flow, Growth, Index};
        use v1::TransitionMeasure::{CapacityUtilization, LossMakingShare, StateOwnedShare};
        let named = &options.indicators;
        let span = PeriodChoice::Range(Period::year(first.saturating_sub(options.window)), Period::year(last));
        let ends = PeriodChoice::List(vec![Period::year(first), Period::year(last)]);
        // A stock that is inferred rests on all years of investment.
        let invested = if named.depreciation_rate.is_some() { PeriodChoice::All } else { span.clone() };
        let read = |role, code, wanted, periods: &PeriodChoice| self.series(role, code, wanted, periods.clone());
        let share = |measure, role, code| self.share(options, measure, role, code, ends.clone());
        Ok(Further {
            output: read("output", &named.output, Amount, &span).await?,
            output_growth: read("output_growth", &named.output_growth, Growth, &span).await?,
            investment: read("investment", &named.investment, Flow, &invested).await?,
            investment_prices: read("investment_prices", &named.investment_prices, Index, &invested).await?,
            capital: read("capital", &named.capital, Amount, &span).await?,
            employment: read("employment", &named.employment, Amount, &span).await?,
            capacity_utilization: share(CapacityUtilization, "capacity_utilization", &named.capacity_utilization)
                .await?,
            loss_making_share: share(LossMakingShare, "loss_making_share", &named.loss_making_share).await?,
            state_owned_share: share(StateOwnedShare, "state_owned_share", &named.state_owned_share).await?,
        })
    }

    /// A share as the request gives it, or of an indicator.
    async fn share(
        &self,
        options: &Options,
        measure: v1::TransitionMeasure,
        role: &'static str,
        code: &str,
        periods: PeriodChoice,
    ) -> Result<Series, Status> {
        match options.given.of(measure, &self.main.panel, self.panel)? {
            Some(sent) => Ok(Series { role, given: true, sent: Some(sent), ..Series::default() }),
            None => self.series(role, code, Wanted::Share, periods).await,
        }
    }

    async fn series(
        &self,
        role: &'static str,
        code: &str,
        wanted: Wanted,
        periods: PeriodChoice,
    ) -> Result<Series, Status> {
        if code.is_empty() {
            return Ok(Series { role, ..Series::default() });
        }
        let field = format!("indicators.{role}");
        let codes = self.panel.axes.regions.iter().map(|region| region.code.clone()).collect();
        let selection = Selection {
            regions: RegionChoice::Codes(codes),
            industries: IndustryChoice::All,
            benchmark: BenchmarkChoice::None,
            ..self.selection.clone()
        };
        let mut source = match read_other(self.panels, self.main, &selection, code, periods).await {
            Ok(source) => source,
            // No value in any of the years is a value that is missing in each.
            Err(status) if has_reason(&status, Reason::NoData) => {
                return Ok(Series { role, given: true, source: None, scale: 1.0, sent: None });
            }
            Err(status) => return Err(refuse::rename_field(status, "selection.indicator", &field)),
        };
        source.panel = by_code(&source.panel);
        let indicator = &source.panel.indicator;
        if indicator.has_industries() || !wanted.is_met_by(&source.panel) {
            return Err(Refusal::invalid(&field, format!("\"{code}\""), wanted.words()).into());
        }
        let scale = if indicator.unit == "percent" { 0.01 } else { 10_f64.powi(indicator.unit_multiplier) };
        Ok(Series { role, given: true, source: Some(source), scale, sent: None })
    }
}

impl Further {
    fn all(&self) -> [&Series; 9] {
        [
            &self.output,
            &self.output_growth,
            &self.investment,
            &self.investment_prices,
            &self.capital,
            &self.employment,
            &self.capacity_utilization,
            &self.loss_making_share,
            &self.state_owned_share,
        ]
    }

    /// The panels read, with their roles.
    pub(super) fn sources(&self) -> Vec<(&str, &SourcedPanel)> {
        self.all().into_iter().filter_map(|series| Some((series.role, series.source.as_ref()?))).collect()
    }

    /// What to know about them.
    pub(super) fn warnings(&self) -> Vec<Warning> {
        let panels = || self.sources().into_iter().map(|(_, source)| &source.panel);
        let mut warnings: Vec<Warning> = panels().flat_map(|panel| panel.warnings.clone()).collect();
        warnings.extend(panels().flat_map(|panel| status_warnings(panel, None)));
        if self.output.is_nominal() && self.investment.is_nominal() && !self.output_growth.is_given() {
            let text = "output and investment are in current prices: their ratio contains the rise of prices";
            warnings.push(Warning::new("NOMINAL_VALUES", text));
        }
        warnings
    }
}
