//! What adapters do with a panel before the mathematics: the order of codes, the policy for missing cells, and labels.

use std::collections::BTreeSet;
use std::sync::Arc;

use growthpole_contracts::{Reason, Refusal};
use growthpole_domain::{MissingPolicy, ObservationStatus, Panel, Period, Warning};
use tonic::Status;
use tonic_types::StatusExt as _;

use crate::refuse;

/// Applies the policy for missing cells, and warns of what it changed. A panel that the policy leaves as it is is shared,
/// not copied; so is one whose missing cells came as 0, see [`growthpole_domain::Selection::zero_for_missing`].
///
/// # Errors
///
/// The refusal of [`refuse::panel`], where the policy refuses missing cells or leaves nothing.
pub fn resolve(panel: &Arc<Panel>, policy: MissingPolicy) -> Result<(Arc<Panel>, Vec<Warning>), Refusal> {
    if policy == MissingPolicy::Keep || !panel.values.iter().any(|value| value.is_nan()) {
        return Ok((Arc::clone(panel), panel.missing_as_zero().into_iter().collect()));
    }
    let (panel, warnings) = panel.resolve_missing(policy).map_err(refuse::panel)?;
    Ok((Arc::new(panel), warnings))
}

/// The same panel with regions and industries in the order of their codes, so that answers do not depend on who made it.
///
/// Panels of the datastore are in that order already: they are shared, not copied, after one look at the codes.
pub fn by_code(panel: &Arc<Panel>) -> Arc<Panel> {
    let (regions, industries) = (&panel.axes.regions, &panel.axes.industries);
    if regions.is_sorted_by_key(|region| &region.code) && industries.is_sorted_by_key(|industry| &industry.code) {
        return Arc::clone(panel);
    }
    let mut rows: Vec<usize> = (0..regions.len()).collect();
    rows.sort_by_key(|&row| &regions[row].code);
    let mut columns: Vec<usize> = (0..panel.axes.n_columns()).collect();
    columns.sort_by_key(|&column| industries.get(column).map(|industry| &industry.code));
    Arc::new(panel.subset(&rows, &columns))
}

/// Statuses that a reader of an answer should know of: the code of the list, the code of the warning, and what it says.
const NOTEWORTHY: [(u8, &str, &str); 6] = [
    (b'B', "SERIES_BREAK", "after a break of the time series, and not comparable with earlier ones"),
    (b'U', "LOW_RELIABILITY", "of low reliability"),
    (b'V', "UNVALIDATED", "not validated"),
    (b'E', "ESTIMATED", "estimated"),
    (b'D', "DEFINITION_DIFFERS", "by another definition"),
    (b'P', "PROVISIONAL", "provisional"),
];

/// What the statuses of a panel warn of, among its cells that have a value: of all periods, or of a single one.
///
/// One warning for each status, with the number of cells and the codes of regions and industries. A method gives the
/// panel that it computes from, after [`resolve`], so that what was left out is not warned of.
pub fn status_warnings(panel: &Panel, period: Option<Period>) -> Vec<Warning> {
    status_warnings_where(panel, period, |_, _| true)
}

/// The same of the regions and columns for which a function holds, by their positions.
pub fn status_warnings_where(
    panel: &Panel,
    period: Option<Period>,
    counts: impl Fn(usize, usize) -> bool,
) -> Vec<Warning> {
    let (n_regions, n_columns) = (panel.axes.regions.len(), panel.axes.n_columns());
    let size = n_regions * n_columns;
    let cells = match period {
        None => 0..panel.statuses.len(),
        Some(period) => match panel.period_position(period) {
            Some(position) => position * size..(position + 1) * size,
            None => return Vec::new(),
        },
    };
    let first = cells.start;
    let statuses = panel.statuses.get(cells).unwrap_or_default();
    let mut found: [Option<Marked>; NOTEWORTHY.len()] = Default::default();
    for (at, status) in statuses.iter().enumerate().filter(|(_, status)| **status != ObservationStatus::NORMAL) {
        let kind = NOTEWORTHY.iter().position(|(code, ..)| *code == status.code());
        let (region, column) = (at / n_columns % n_regions, at % n_columns);
        let has_value = panel.values.get(first + at).is_some_and(|value| !value.is_nan()) && counts(region, column);
        if let Some(marked) = kind.and_then(|kind| found.get_mut(kind)).filter(|_| has_value) {
            marked.get_or_insert_with(|| Marked::none(n_regions, n_columns)).add(region, column);
        }
    }
    let marked = NOTEWORTHY.iter().zip(&found).filter_map(|(status, marked)| Some((status, marked.as_ref()?)));
    let warnings = marked.map(|((status, code, meaning), marked)| {
        let values = if marked.count == 1 { "1 value is" } else { &format!("{} values are", marked.count) };
        let text = format!("{}: {values} {meaning} (status {})", panel.indicator.code, char::from(*status));
        let positions = |seen: &[bool]| (0..seen.len()).filter(|&at| seen[at]).collect::<Vec<usize>>();
        let regions = positions(&marked.regions).into_iter().map(|region| region_code(panel, region));
        let industries = positions(&marked.columns).into_iter().map(|column| industry_code(panel, column));
        let (regions, industries): (BTreeSet<&str>, BTreeSet<&str>) = (regions.collect(), industries.collect());
        let named = industries.into_iter().filter(|code| !code.is_empty()).map(str::to_owned);
        Warning::new(*code, text).with_regions(regions.into_iter().map(str::to_owned)).with_industries(named)
    });
    warnings.collect()
}

/// Cells with a status, by what they are of.
struct Marked {
    count: usize,
    regions: Vec<bool>,
    columns: Vec<bool>,
}

impl Marked {
    fn none(n_regions: usize, n_columns: usize) -> Self {
        Self { count: 0, regions: vec![false; n_regions], columns: vec![false; n_columns] }
    }

    fn add(&mut self, region: usize, column: usize) {
        self.count += 1;
        (self.regions[region], self.columns[column]) = (true, true);
    }
}

/// Whether a status is a refusal for this reason.
pub fn has_reason(status: &Status, reason: Reason) -> bool {
    status.get_details_error_info().is_some_and(|info| info.reason == reason.as_str())
}

/// Code of the region at a position; empty where there is none.
pub fn region_code(panel: &Panel, region: usize) -> &str {
    panel.axes.regions.get(region).map(|region| region.code.as_str()).unwrap_or_default()
}

/// Code of the industry at a column; empty where there is none, as for indicators without industries.
pub fn industry_code(panel: &Panel, column: usize) -> &str {
    panel.axes.industries.get(column).map(|industry| industry.code.as_str()).unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::convert::selection::{SelectionDefaults, parse};
    use crate::testing::{NAN, Table, Tables, industries, regions, selection};
    use crate::{PanelSource as _, refuse};
    use growthpole_domain::BenchmarkChoice;

    /// A panel of r1 and r2, a and b, in the order asked for; r2 has no value in b.
    async fn panel(region_order: &[&str], industry_order: &[&str]) -> Arc<Panel> {
        let rows: [(&str, &[f64]); 2] = [("r1", &[1.0, 2.0]), ("r2", &[3.0, NAN])];
        let tables = Tables(vec![Table::new("jobs", &["2015"], &rows).with_industries(&["a", "b"])]);
        let mut asked = selection("jobs", "2015");
        (asked.regions, asked.industries) = (regions(region_order), industries(industry_order));
        let defaults = SelectionDefaults { benchmark: BenchmarkChoice::SumOfMainLevel, missing: MissingPolicy::Fail };
        tables.panel(&parse(Some(asked), defaults).unwrap().selection).await.unwrap().panel
    }

    #[tokio::test]
    async fn orders_by_code_and_shares_what_is_in_order() {
        let ordered = panel(&["r1", "r2"], &["a", "b"]).await;
        assert!(Arc::ptr_eq(&by_code(&ordered), &ordered));
        let turned = by_code(&panel(&["r2", "r1"], &["b", "a"]).await);
        assert_eq!(turned.digest(), ordered.digest());
        assert_eq!((region_code(&turned, 1), industry_code(&turned, 0)), ("r2", "a"));
        assert_eq!((region_code(&turned, 2), industry_code(&turned, 2)), ("", ""));
    }

    #[tokio::test]
    async fn copies_only_what_the_policy_changes() {
        let holed = panel(&["r1", "r2"], &["a", "b"]).await;
        let (kept, warnings) = resolve(&holed, MissingPolicy::Keep).unwrap();
        assert!(Arc::ptr_eq(&kept, &holed) && warnings.is_empty());
        let (dropped, warnings) = resolve(&holed, MissingPolicy::DropRegion).unwrap();
        assert_eq!((dropped.axes.regions.len(), warnings.len()), (1, 1));
        assert!(resolve(&holed, MissingPolicy::Fail).is_err());
        let mut came_filled = Panel::clone(&holed);
        came_filled.fill_missing();
        let came_filled = Arc::new(came_filled);
        let (shared, of_shared) = resolve(&came_filled, MissingPolicy::AsZero).unwrap();
        let (copied, of_copied) = resolve(&holed, MissingPolicy::AsZero).unwrap();
        assert!(Arc::ptr_eq(&shared, &came_filled) && !Arc::ptr_eq(&copied, &holed));
        assert_eq!((&shared, &of_shared), (&copied, &of_copied));
        let whole = panel(&["r1"], &["a", "b"]).await;
        assert!(Arc::ptr_eq(&resolve(&whole, MissingPolicy::Fail).unwrap().0, &whole));
    }

    #[tokio::test]
    async fn statuses_are_warned_of_once_each() {
        let mut panel = Panel::clone(&*panel(&["r2", "r1"], &["b", "a"]).await);
        assert_eq!(status_warnings(&panel, None), []);
        // In the order r2 b, r2 a, r1 b, r1 a; r2 has no value in b.
        panel.statuses = [b'E', b'U', b'E', b'E'].map(|code| ObservationStatus::from_code(code).unwrap()).to_vec();
        let warnings = status_warnings(&panel, Some(Period::year(2015)));
        assert_eq!(warnings, status_warnings(&panel, None));
        assert_eq!(status_warnings(&panel, Some(Period::year(2014))), []);
        let some = status_warnings_where(&panel, None, |region, _| region == 1);
        assert_eq!((some.len(), some[0].regions.as_slice()), (1, ["r1".into()].as_slice()));
        let [low, estimated] = warnings.as_slice() else { panic!("{warnings:?}") };
        assert_eq!(
            (low.code.as_ref(), low.text.as_str()),
            ("LOW_RELIABILITY", "jobs: 1 value is of low reliability (status U)")
        );
        assert_eq!(
            (low.regions.as_slice(), low.industries.as_slice()),
            (["r2".into()].as_slice(), ["a".into()].as_slice())
        );
        assert_eq!(
            (estimated.code.as_ref(), estimated.text.as_str()),
            ("ESTIMATED", "jobs: 2 values are estimated (status E)")
        );
        assert_eq!(
            (estimated.regions.as_slice(), estimated.industries.as_slice()),
            (["r1".into()].as_slice(), ["a".into(), "b".into()].as_slice())
        );
        for (code, expected) in
            [(b'B', "SERIES_BREAK"), (b'V', "UNVALIDATED"), (b'D', "DEFINITION_DIFFERS"), (b'P', "PROVISIONAL")]
        {
            panel.statuses = vec![ObservationStatus::from_code(code).unwrap(); 4];
            let warnings = status_warnings(&panel, None);
            assert_eq!(
                (warnings.len(), warnings[0].code.as_ref(), warnings[0].text.contains("3 values")),
                (1, expected, true)
            );
        }
    }

    #[tokio::test]
    async fn what_is_no_amount_is_refused_by_its_codes() {
        use tonic_types::StatusExt as _;
        let refused = tonic::Status::from(refuse::not_an_amount(&*panel(&["r1"], &["a", "b"]).await, 0, 1, -2.0));
        assert_eq!(refused.message(), "r1 b: -2 is not an amount");
        let metadata = refused.get_details_error_info().unwrap().metadata;
        assert_eq!((metadata["region"].as_str(), metadata["industry"].as_str()), ("r1", "b"));
    }
}
