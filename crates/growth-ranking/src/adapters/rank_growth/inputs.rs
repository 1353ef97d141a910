//! The panels that a ranking rests on: what is ranked, and what stands for its growth or weights it.

use growthpole_contracts::{Reason, Refusal, v1};
use growthpole_domain::{
    Aggregation, BenchmarkSource, IndicatorKind, Panel, Period, PeriodChoice, PriceBasis, Selection, Warning,
};
use growthpole_worker_kit::reading::has_reason;
use growthpole_worker_kit::{PanelSource, SourcedPanel};
use tonic::Status;

use super::span::{Basis, Span};
use crate::adapters::companions::{Companions, read_other};
use growthpole_methods::growth::GrowthMeasure;

/// The panels, as read.
#[derive(Debug)]
pub(crate) struct Inputs {
    /// Of the selection's indicator.
    pub(crate) main: SourcedPanel,
    /// Of the growth indicator, where one stands for the growth.
    pub(crate) chain: Option<SourcedPanel>,
    /// Of the weight indicator, where one was asked for.
    pub(crate) weight: Option<SourcedPanel>,
    /// What growth is computed from.
    pub(crate) basis: Basis,
    /// That the weight indicator has no data for the period that it is needed of.
    pub(crate) no_weights: Option<Warning>,
    /// What to know about the inputs.
    pub(crate) warnings: Vec<Warning>,
}

impl Inputs {
    fn new(main: SourcedPanel, chain: Option<SourcedPanel>, basis: Basis, warnings: Vec<Warning>) -> Self {
        Self { main, chain, weight: None, basis, no_weights: None, warnings }
    }

    /// The panel that growth is computed from.
    pub(crate) fn growth(&self) -> &SourcedPanel {
        self.chain.as_ref().unwrap_or(&self.main)
    }

    /// Reads all panels that a request needs, of one vintage: the newest that holds all their indicators.
    pub(crate) async fn read(
        panels: &dyn PanelSource,
        selection: &Selection,
        request: &v1::RankGrowthRequest,
        span: Span,
        measure: GrowthMeasure,
    ) -> Result<Self, Status> {
        let companions = Companions::new([
            ("growth_indicator", request.growth_indicator.as_str()),
            ("weight_indicator", request.weight_indicator.as_str()),
        ]);
        let together = companions.with(selection);
        let read = if request.growth_indicator.is_empty() {
            Self::of_indicator(panels, &together, request.allow_current_prices, span, measure).await
        } else {
            Self::of_growth_indicator(panels, &together, &request.growth_indicator, span).await
        };
        let mut inputs = read.map_err(|status| companions.rename(status))?;
        if measure == GrowthMeasure::Change && inputs.basis == Basis::Rates {
            let sent = format!("CHANGE for {}, of which growth rates are read,", inputs.main.panel.indicator.code);
            return Err(Refusal::invalid("measure", sent, "any other measure: rates hold no amounts").into());
        }
        refuse_sums(&inputs.growth().panel)?;
        if !request.weight_indicator.is_empty() {
            let before = PeriodChoice::List(vec![span.before(inputs.basis)]);
            match read_other(panels, &inputs.main, selection, &request.weight_indicator, before).await {
                Ok(weight) => {
                    one_column(&weight.panel, "weight_indicator")?;
                    check_weight(&weight.panel)?;
                    inputs.weight = Some(weight);
                }
                // The ranking stands without its weights.
                Err(status) if has_reason(&status, Reason::NoData) => {
                    let text = format!("there are no contributions: {}", status.message());
                    inputs.no_weights = Some(Warning::new("NO_WEIGHTS", text));
                }
                Err(status) => return Err(status),
            }
        }
        Ok(inputs)
    }

    /// The selection's indicator is ranked itself.
    async fn of_indicator(
        panels: &dyn PanelSource,
        selection: &Selection,
        allow_current_prices: bool,
        span: Span,
        measure: GrowthMeasure,
    ) -> Result<Self, Status> {
        let read = panels.panel(selection).await?;
        one_column(&read.panel, "selection.industries")?;
        if read.panel.indicator.is_percent_rate() {
            return Ok(Self::new(read, None, Basis::Rates, Vec::new()));
        }
        check_levels(&read.panel, allow_current_prices)?;
        let needed = PeriodChoice::List(span.needed(Basis::Levels, measure));
        let main = panels.panel(&Selection { periods: needed, ..selection.clone() }).await?;
        let warnings = nominal(&main.panel).into_iter().collect();
        Ok(Self::new(main, None, Basis::Levels, warnings))
    }

    /// A growth indicator is ranked; the selection's indicator is read for its levels.
    async fn of_growth_indicator(
        panels: &dyn PanelSource,
        selection: &Selection,
        growth_indicator: &str,
        span: Span,
    ) -> Result<Self, Status> {
        let levels = PeriodChoice::List(with_before(span));
        let main = panels.panel(&Selection { periods: levels, ..selection.clone() }).await?;
        one_column(&main.panel, "selection.industries")?;
        if matches!(main.panel.indicator.kind, IndicatorKind::Rate | IndicatorKind::Share) {
            let sent =
                format!("\"{growth_indicator}\" for {}, which is itself a rate or share,", main.panel.indicator.code);
            return Err(Refusal::invalid("growth_indicator", sent, "nothing").into());
        }
        if main.panel.indicator.price_basis != PriceBasis::Current {
            let sent =
                format!("\"{growth_indicator}\" for {}, which is not in current prices,", main.panel.indicator.code);
            let allowed = "nothing: only levels in current prices need another indicator for their growth";
            return Err(Refusal::invalid("growth_indicator", sent, allowed).into());
        }
        let periods = selection.periods.clone();
        let chain = read_other(panels, &main, selection, growth_indicator, periods).await?;
        one_column(&chain.panel, "growth_indicator")?;
        if !chain.panel.indicator.is_percent_rate() {
            let allowed = "an indicator of kind RATE in per cent";
            return Err(Refusal::invalid("growth_indicator", format!("\"{growth_indicator}\""), allowed).into());
        }
        let warnings = anothers(&main.panel, growth_indicator).into_iter().collect();
        Ok(Self::new(main, Some(chain), Basis::Rates, warnings))
    }
}

/// The periods of a span and the one before.
fn with_before(span: Span) -> Vec<Period> {
    let before = std::iter::once(span.before(Basis::Rates));
    before.chain(Period::range(span.first, span.last)).collect()
}

/// Refuses several industries: one number a region is ranked.
fn one_column(panel: &Panel, field: &str) -> Result<(), Refusal> {
    match panel.axes.industries.len() {
        0 | 1 => Ok(()),
        several => {
            let sent = format!("a choice of {several} industries of {}", panel.indicator.code);
            Err(Refusal::invalid(field, sent, "exactly one industry"))
        }
    }
}

/// Refuses what is no level, and nominal growth that was not asked for.
fn check_levels(panel: &Panel, allow_current_prices: bool) -> Result<(), Refusal> {
    let indicator = &panel.indicator;
    if matches!(indicator.kind, IndicatorKind::Rate | IndicatorKind::Share) {
        let sent = format!("\"{}\", a rate or share in {},", indicator.code, indicator.unit);
        return Err(Refusal::invalid("selection.indicator", sent, "a growth rate in per cent, a level or a flow"));
    }
    if indicator.price_basis != PriceBasis::Current || allow_current_prices {
        return Ok(());
    }
    let sent = format!("nothing for {}, which is in current prices,", indicator.code);
    let remedy = match indicator.growth_indicator.as_str() {
        "" => "an indicator of its real growth rates, or allow_current_prices = true to rank nominal growth".to_owned(),
        own => format!("\"{own}\", its real growth, or allow_current_prices = true to rank nominal growth"),
    };
    Err(Refusal::invalid("growth_indicator", sent, &remedy)
        .with_violation("allow_current_prices", "false was sent; true allows nominal growth")
        .with_metadata("indicator", &indicator.code)
        .with_metadata("growth_indicator", &indicator.growth_indicator))
}

fn nominal(panel: &Panel) -> Option<Warning> {
    let text = format!("{} is in current prices: its growth contains the change of prices", panel.indicator.code);
    (panel.indicator.price_basis == PriceBasis::Current).then(|| Warning::new("NOMINAL_GROWTH", text))
}

/// What stands for the growth was not made for these levels, as far as their indicator says.
fn anothers(panel: &Panel, growth_indicator: &str) -> Option<Warning> {
    let indicator = &panel.indicator;
    let own = match indicator.growth_indicator.as_str() {
        own if own == growth_indicator => return None,
        "" => "declares none of its own".to_owned(),
        own => format!("declares {own}"),
    };
    let text = format!("{growth_indicator} stands for the growth of {}, which {own}", indicator.code);
    Some(Warning::new("GROWTH_INDICATOR_IS_ANOTHERS", text))
}

/// Refuses a benchmark that adds up what does not: rates, or levels per head.
fn refuse_sums(panel: &Panel) -> Result<(), Refusal> {
    match &panel.benchmark {
        Some(benchmark) if panel.indicator.aggregation != Aggregation::Sum => match &benchmark.source {
            BenchmarkSource::Region { .. } => Ok(()),
            BenchmarkSource::SumOfLevel(level) => {
                let sent = format!("the sum of {level} for {}, which does not add up,", panel.indicator.code);
                Err(Refusal::invalid("selection.benchmark", sent, "the published row of a region, or none"))
            }
        },
        _ => Ok(()),
    }
}

/// Refuses weights that are no levels or do not add up.
fn check_weight(panel: &Panel) -> Result<(), Refusal> {
    let indicator = &panel.indicator;
    if matches!(indicator.kind, IndicatorKind::Level | IndicatorKind::Flow) && indicator.aggregation == Aggregation::Sum
    {
        return Ok(());
    }
    Err(Refusal::invalid(
        "weight_indicator",
        format!("\"{}\"", indicator.code),
        "a level or flow that adds up over regions",
    ))
}
