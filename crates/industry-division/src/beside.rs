//! Regions that a request names beside those of its selection: peers, or the space that something is told by.

use std::collections::BTreeSet;

use growthpole_domain::{Panel, RegionChoice, Selection};
use growthpole_worker_kit::{PanelSource, SourcedPanel, refuse};
use tonic::Status;

/// The panels of the regions asked for, of those beside them, and the selection of both.
pub(crate) struct Beside {
    pub(crate) asked: SourcedPanel,
    pub(crate) others: SourcedPanel,
    pub(crate) together: Selection,
}

impl Beside {
    /// Reads the panel of a selection, and that of other regions, whose choice the request names in `field`.
    pub(crate) async fn read(
        panels: &dyn PanelSource,
        selection: &Selection,
        others: &RegionChoice,
        field: &str,
    ) -> Result<Self, Status> {
        let asked = panels.panel(selection).await?;
        let chosen = Selection { regions: others.clone(), ..selection.clone() };
        let others = panels.panel(&chosen).await;
        let others = others.map_err(|status| refuse::rename_field(status, "selection.regions", field))?;
        let regions = asked.panel.axes.regions.iter().chain(&others.panel.axes.regions);
        let codes: BTreeSet<&str> = regions.map(|region| region.code.as_str()).collect();
        let codes = codes.into_iter().map(str::to_owned).collect();
        let together = Selection { regions: RegionChoice::Codes(codes), ..selection.clone() };
        Ok(Self { asked, others, together })
    }
}

/// Rows in `panel` of the regions of `shown`.
pub(crate) fn rows_of(panel: &Panel, shown: &Panel) -> Vec<usize> {
    let codes: BTreeSet<&str> = shown.axes.regions.iter().map(|region| region.code.as_str()).collect();
    let regions = panel.axes.regions.iter().enumerate();
    regions.filter(|(_, region)| codes.contains(region.code.as_str())).map(|(row, _)| row).collect()
}
