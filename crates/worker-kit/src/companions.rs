//! Indicators that a request names beside its selection's: read of the same vintage, and blamed by their own fields.

use growthpole_domain::{BenchmarkChoice, PeriodChoice, RegionChoice, Selection};
use tonic::Status;

use crate::{PanelSource, SourcedPanel, refuse};

/// The indicators that a request names beside its selection, with the fields that name them.
#[derive(Debug)]
pub struct Companions<'a>(Vec<(String, &'a str)>);

impl<'a> Companions<'a> {
    /// Those of the named that are there: an empty code names none. Of several fields that name the same indicator the
    /// first is blamed.
    pub fn new<F: Into<String>>(named: impl IntoIterator<Item = (F, &'a str)>) -> Self {
        let mut all: Vec<(String, &'a str)> = Vec::new();
        for (field, code) in named {
            if !code.is_empty() && !all.iter().any(|(_, known)| *known == code) {
                all.push((field.into(), code));
            }
        }
        Self(all)
    }

    /// The selection that asks for a vintage which holds all of them.
    pub fn with(&self, selection: &Selection) -> Selection {
        let codes = self.0.iter().map(|(_, code)| (*code).to_owned()).collect();
        Selection { companions: codes, ..selection.clone() }
    }

    /// Blames the fields of the request, where a companion is to blame.
    pub fn rename(&self, status: Status) -> Status {
        let positions = self.0.iter().enumerate();
        positions.fold(status, |status, (position, (field, _))| {
            refuse::rename_field(status, &format!("selection.companions[{position}]"), field)
        })
    }
}

/// Reads a panel that the request names in a field of its own, of the same vintage as the main one.
///
/// # Errors
///
/// As [`PanelSource::panel`].
pub async fn read_other(
    panels: &dyn PanelSource,
    main: &SourcedPanel,
    selection: &Selection,
    indicator: &str,
    periods: PeriodChoice,
) -> Result<SourcedPanel, Status> {
    let selection = Selection {
        vintage: main.panel.vintage_choice(),
        indicator: indicator.to_owned(),
        companions: Vec::new(),
        periods,
        // The policy for missing cells is that of the main panel.
        zero_for_missing: false,
        ..selection.clone()
    };
    panels.panel(&selection).await
}

/// The codes of the members of a group of the data set, as far as they are regions with the indicator.
///
/// # Errors
///
/// As [`PanelSource::panel`].
pub async fn group_members(
    panels: &dyn PanelSource,
    main: &SourcedPanel,
    selection: &Selection,
    group: &str,
) -> Result<Vec<String>, Status> {
    let selection = Selection {
        vintage: main.panel.vintage_choice(),
        companions: Vec::new(),
        regions: RegionChoice::Group(group.to_owned()),
        benchmark: BenchmarkChoice::None,
        ..selection.clone()
    };
    let read = panels.panel(&selection).await?;
    Ok(read.panel.axes.regions.iter().map(|region| region.code.clone()).collect())
}
