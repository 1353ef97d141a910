//! The panels that an assessment reads.

use std::sync::Arc;

use growthpole_contracts::{Reason, Refusal};
use growthpole_domain::{Frequency, Panel, Period, Warning};
use growthpole_worker_kit::reading::{by_code, resolve, status_warnings};
use growthpole_worker_kit::{PanelSource, ParsedSelection, SourcedPanel};
use tonic::Status;

use super::further::{Further, Reader, companions};
use super::options::Options;
use super::sets::Sets;
use crate::beside::{Beside, rows_of};
use crate::reading::{benchmark, check_indicator, whole_of};

/// What an assessment reads.
#[derive(Debug)]
pub(super) struct Inputs {
    /// Activity of the regions that are assessed and of their peers, all industries that totals are over.
    pub(super) panel: Arc<Panel>,
    pub(super) source: SourcedPanel,
    /// Year from which changes are measured.
    pub(super) first: Period,
    /// Year that is assessed.
    pub(super) last: Period,
    /// Rows of the regions that are assessed.
    pub(super) assessed: Vec<usize>,
    /// Rows of the peers.
    pub(super) peers: Vec<usize>,
    pub(super) sets: Sets,
    pub(super) further: Further,
    pub(super) warnings: Vec<Warning>,
}

impl Inputs {
    pub(super) async fn read(
        panels: &dyn PanelSource,
        parsed: &ParsedSelection,
        options: &Options,
    ) -> Result<Self, Status> {
        let companions = companions(&options.indicators);
        let selection = companions.with(&parsed.selection);
        let beside = Beside::read(panels, &selection, &options.peers, "peers").await;
        let Beside { asked, others: peers, together: selection } =
            beside.map_err(|status| companions.rename(status))?;
        check_indicator(&asked.panel)?;
        let (first, last) = years(&asked.panel)?;
        let asked_or_peer = panels.panel(&selection).await?;
        let source = whole_of(panels, &selection, &asked_or_peer).await?;
        let (panel, dropped) = resolve(&by_code(&source.panel), parsed.missing)?;
        benchmark(&panel)?;
        let mut warnings = source.panel.warnings.clone();
        warnings.extend(dropped);
        warnings.extend(status_warnings(&panel, None));
        let sets = Sets::find(&options.industries, &panel, &mut warnings)?;
        let reader = Reader { panels, selection: &selection, main: &source, panel: &panel };
        let further = reader.read(options, first.calendar_year(), last.calendar_year()).await?;
        warnings.extend(further.warnings());
        let (assessed, peers) = (rows_of(&panel, &asked.panel), rows_of(&panel, &peers.panel));
        Ok(Self { assessed, peers, panel, source, first, last, sets, further, warnings })
    }
}

/// First and last of the panel's periods, which are years.
fn years(panel: &Panel) -> Result<(Period, Period), Refusal> {
    let periods = &panel.axes.periods;
    if let Some(other) = periods.iter().find(|period| period.frequency() != Frequency::Year) {
        return Err(Refusal::invalid("selection.periods", other, "years"));
    }
    match (periods.iter().min(), periods.iter().max()) {
        (Some(&first), Some(&last)) if first < last => Ok((first, last)),
        (Some(only), _) => Err(Refusal::invalid("selection.periods", only, "at least two years")),
        _ => Err(Refusal::new(Reason::EmptySelection, "selection.periods chooses nothing")),
    }
}
