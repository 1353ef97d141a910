//! The panels that a ranking rests on: what is ranked, and what stands for its growth or weights it.

use std::sync::Arc;

use growthpole_contracts::{Reason, Refusal, v1};
use growthpole_domain::{
    Aggregation, BenchmarkSource, IndicatorKind, Panel, Period, PeriodChoice, PriceBasis, Selection, Warning,
};
use growthpole_methods::growth::GrowthMeasure;
use growthpole_worker_kit::companions::{Companions, read_other};
use growthpole_worker_kit::reading::has_reason;
use growthpole_worker_kit::{PanelSource, SourcedPanel, refuse};
use tonic::Status;

use super::span::{Basis, Span};
use super::times::Times;
use crate::adapters::indicators::{anothers, nominal_growth, one_column};

/// What a request names of one ranking: the selection's, or a further one.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Asked<'a> {
    pub(crate) growth_indicator: &'a str,
    pub(crate) weight_indicator: &'a str,
    pub(crate) denominator_indicator: &'a str,
    pub(crate) allow_current_prices: bool,
}

impl<'a> Asked<'a> {
    /// The selection's ranking.
    pub(crate) fn of(request: &'a v1::RankGrowthRequest) -> Self {
        Self {
            growth_indicator: &request.growth_indicator,
            weight_indicator: &request.weight_indicator,
            denominator_indicator: &request.denominator_indicator,
            allow_current_prices: request.allow_current_prices,
        }
    }

    /// A further one.
    pub(crate) fn of_further(further: &'a v1::FurtherIndicator) -> Self {
        Self {
            growth_indicator: &further.growth_indicator,
            weight_indicator: "",
            denominator_indicator: &further.denominator_indicator,
            allow_current_prices: further.allow_current_prices,
        }
    }

    /// The fields that name indicators, and what they name.
    pub(crate) fn named(&self) -> [(&'static str, &'a str); 3] {
        [
            ("growth_indicator", self.growth_indicator),
            ("weight_indicator", self.weight_indicator),
            ("denominator_indicator", self.denominator_indicator),
        ]
    }
}

/// The panels, as read.
#[derive(Debug)]
pub(crate) struct Inputs {
    /// Of the selection's indicator.
    pub(crate) main: SourcedPanel,
    /// Of the growth indicator, where one stands for the growth.
    pub(crate) chain: Option<SourcedPanel>,
    /// Of the weight indicator, where one was asked for.
    pub(crate) weight: Option<SourcedPanel>,
    /// Of the denominator, where one was asked for.
    pub(crate) denominator: Option<SourcedPanel>,
    /// What growth is computed from.
    pub(crate) basis: Basis,
    /// That the weight indicator has no data for the period that it is needed of.
    pub(crate) no_weights: Option<Warning>,
    /// What to know about the inputs.
    pub(crate) warnings: Vec<Warning>,
}

impl Inputs {
    fn new(main: SourcedPanel, chain: Option<SourcedPanel>, basis: Basis, warnings: Vec<Warning>) -> Self {
        Self { main, chain, weight: None, denominator: None, basis, no_weights: None, warnings }
    }

    /// The panel that growth is computed from.
    pub(crate) fn growth(&self) -> &SourcedPanel {
        self.chain.as_ref().unwrap_or(&self.main)
    }

    /// The panel of the levels that rates carry on, where they do.
    pub(crate) fn chained_levels(&self) -> Option<&Arc<Panel>> {
        self.chain.as_ref().map(|_| &self.main.panel)
    }

    /// All panels, with what they were read for; the first is the main one.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&'static str, &SourcedPanel)> {
        let further = [("chain", &self.chain), ("weight", &self.weight), ("denominator", &self.denominator)];
        let further = further.into_iter().filter_map(|(role, source)| Some((role, source.as_ref()?)));
        std::iter::once(("main", &self.main)).chain(further)
    }

    /// Reads all panels that a request needs, of one vintage: the newest that holds all their indicators, and those that
    /// `companions` names as well.
    pub(crate) async fn read(
        panels: &dyn PanelSource,
        selection: &Selection,
        asked: Asked<'_>,
        companions: &Companions<'_>,
        times: &Times,
    ) -> Result<Self, Status> {
        let together = companions.with(selection);
        let read = if asked.growth_indicator.is_empty() {
            Self::of_indicator(panels, &together, asked.allow_current_prices, times).await
        } else {
            Self::of_growth_indicator(panels, &together, asked.growth_indicator, times).await
        };
        let mut inputs = read.map_err(|status| companions.rename(status))?;
        if times.measure == GrowthMeasure::Change && inputs.basis == Basis::Rates {
            let sent = format!("CHANGE for {}, of which growth rates are read,", inputs.main.panel.indicator.code);
            return Err(Refusal::invalid("measure", sent, "any other measure: rates hold no amounts").into());
        }
        if asked.denominator_indicator.is_empty() {
            refuse_sums(&inputs.growth().panel)?;
        } else {
            inputs.read_denominator(panels, selection, asked.denominator_indicator).await?;
        }
        if !asked.weight_indicator.is_empty() {
            inputs.read_weight(panels, selection, asked.weight_indicator, times.whole).await?;
        }
        Ok(inputs)
    }

    async fn read_weight(
        &mut self,
        panels: &dyn PanelSource,
        selection: &Selection,
        indicator: &str,
        span: Span,
    ) -> Result<(), Status> {
        let before = PeriodChoice::List(vec![span.before(self.basis)]);
        match read_other(panels, &self.main, selection, indicator, before).await {
            Ok(weight) => {
                one_column(&weight.panel, "weight_indicator")?;
                check_weight(&weight.panel)?;
                self.weight = Some(weight);
            }
            // The ranking stands without its weights.
            Err(status) if has_reason(&status, Reason::NoData) => {
                let text = format!("there are no contributions: {}", status.message());
                self.no_weights = Some(Warning::new("NO_WEIGHTS", text));
            }
            Err(status) => return Err(status),
        }
        Ok(())
    }

    /// Reads what divides the figures: of their periods, and for rates of the periods before as well.
    async fn read_denominator(
        &mut self,
        panels: &dyn PanelSource,
        selection: &Selection,
        indicator: &str,
    ) -> Result<(), Status> {
        const FIELD: &str = "denominator_indicator";
        let of_figures = self.growth().panel.axes.periods.iter().copied();
        let mut periods: Vec<Period> = match self.basis {
            Basis::Levels => of_figures.collect(),
            Basis::Rates => of_figures.flat_map(|period| [period.year_before(), period]).collect(),
        };
        periods.sort_unstable();
        periods.dedup();
        let denominator = read_other(panels, &self.main, selection, indicator, PeriodChoice::List(periods))
            .await
            .map_err(|status| refuse::rename_field(status, "selection.periods", FIELD))?;
        let panel = &denominator.panel;
        one_column(panel, FIELD)?;
        if !matches!(panel.indicator.kind, IndicatorKind::Level | IndicatorKind::Flow) {
            return Err(Refusal::invalid(FIELD, format!("\"{indicator}\""), "a level or a flow").into());
        }
        // A sum over a sum is a ratio of the whole, so that both have to add up.
        refuse_sums(&self.growth().panel)?;
        refuse_sums(panel)?;
        self.denominator = Some(denominator);
        Ok(())
    }

    /// The selection's indicator is ranked itself.
    async fn of_indicator(
        panels: &dyn PanelSource,
        selection: &Selection,
        allow_current_prices: bool,
        times: &Times,
    ) -> Result<Self, Status> {
        let read = panels.panel(selection).await?;
        one_column(&read.panel, "selection.industries")?;
        let basis = if read.panel.indicator.is_percent_rate() { Basis::Rates } else { Basis::Levels };
        if basis == Basis::Levels {
            check_levels(&read.panel, allow_current_prices)?;
        }
        let periods = times.periods(basis, &selection.periods)?;
        let main = if periods == selection.periods {
            read
        } else {
            panels.panel(&Selection { periods, ..selection.clone() }).await?
        };
        let warnings = nominal_growth(&main.panel).into_iter().filter(|_| basis == Basis::Levels).collect();
        Ok(Self::new(main, None, basis, warnings))
    }

    /// A growth indicator is ranked; the selection's indicator is read for its levels.
    async fn of_growth_indicator(
        panels: &dyn PanelSource,
        selection: &Selection,
        growth_indicator: &str,
        times: &Times,
    ) -> Result<Self, Status> {
        let levels = PeriodChoice::List(with_before(times.whole));
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
        let periods = times.periods(Basis::Rates, &selection.periods)?;
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
