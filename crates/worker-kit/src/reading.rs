//! What adapters do with a panel before the mathematics: the order of codes, the policy for missing cells, and labels.

use std::sync::Arc;

use growthpole_contracts::Refusal;
use growthpole_domain::{MissingPolicy, Panel, Warning};

use crate::refuse;

/// Applies the policy for missing cells, and warns of what it changed. A panel that the policy leaves as it is is shared,
/// not copied.
///
/// # Errors
///
/// The refusal of [`refuse::panel`], where the policy refuses missing cells or leaves nothing.
pub fn resolve(panel: &Arc<Panel>, policy: MissingPolicy) -> Result<(Arc<Panel>, Vec<Warning>), Refusal> {
    if policy == MissingPolicy::Keep || !panel.values.iter().any(|value| value.is_nan()) {
        return Ok((Arc::clone(panel), Vec::new()));
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

/// Code of the region at a position; empty where there is none.
pub fn region_code(panel: &Panel, region: usize) -> &str {
    panel.axes.regions.get(region).map(|region| region.code.as_str()).unwrap_or_default()
}

/// Code of the industry at a column; empty where there is none, as for indicators without industries.
pub fn industry_code(panel: &Panel, column: usize) -> &str {
    panel.axes.industries.get(column).map(|industry| industry.code.as_str()).unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
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
        let whole = panel(&["r1"], &["a", "b"]).await;
        assert!(Arc::ptr_eq(&resolve(&whole, MissingPolicy::Fail).unwrap().0, &whole));
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
