//! Roll-ups that are refused.

use serde_json::{Value, json};
use tonic::Code::{self, FailedPrecondition, InvalidArgument, NotFound};

use super::{Case, case, set};

const AGGREGATE: &str = "ObservationService/AggregateObservations";

/// A valid roll-up of value added by sector, with some of its fields replaced.
fn roll_up(fields: Value) -> Value {
    let mut request = json!({
        "dataset": "china-provinces", "indicator": "gdp_by_sector",
        "periods": {"list": {"periods": ["2015"]}}, "regionsTo": {"level": "NATION"}
    });
    set(&mut request, fields);
    request
}

pub(super) fn cases() -> Vec<Case> {
    [targets(), choices(), methods(), correspondences()].into_iter().flatten().collect()
}

fn refused(fields: Value, code: Code, reason: &'static str, field: &'static str, says: &'static str) -> Case {
    case(AGGREGATE, roll_up(fields), code, reason, field, says)
}

fn invalid(fields: Value, field: &'static str, says: &'static str) -> Case {
    refused(fields, InvalidArgument, "INVALID_FIELD", field, says)
}

fn targets() -> Vec<Case> {
    let to = |target: Value| json!({"regionsTo": target});
    vec![
        case(AGGREGATE, json!({}), InvalidArgument, "INVALID_FIELD", "dataset", "ListDatasets"),
        invalid(json!({"indicator": ""}), "indicator", "ListIndicators"),
        invalid(json!({"regionsTo": null}), "regions_to", "industries_to"),
        invalid(to(json!({})), "regions_to", "together_as"),
        invalid(to(json!({"togetherAs": ""})), "regions_to.together_as", "a code"),
        refused(to(json!({"level": "PROVINZ"})), NotFound, "UNKNOWN_LEVEL", "regions_to.level", "PROVINCE"),
        refused(to(json!({"childrenOf": "999999"})), NotFound, "UNKNOWN_REGION", "regions_to.children_of", "999999"),
        refused(to(json!({"codes": {}})), InvalidArgument, "EMPTY_SELECTION", "regions_to.codes.codes", "nothing"),
        refused(
            to(json!({"groups": {"ids": ["northeast", "northest"]}})),
            NotFound,
            "UNKNOWN_GROUP",
            "regions_to.groups.ids[1]",
            "northeast",
        ),
        invalid(to(json!({"level": "PROVINCE"})), "regions_to.level", "observations"),
        refused(
            to(json!({"level": "NATION", "fromLevel": "COUNTY"})),
            NotFound,
            "UNKNOWN_LEVEL",
            "regions_to.from_level",
            "PROVINCE",
        ),
        invalid(json!({"industriesTo": {}}), "industries_to", "correspondence"),
        invalid(json!({"indicator": "gdp", "industriesTo": {"level": "SECTOR"}}), "industries_to", "no industries"),
        refused(
            json!({"industriesTo": {"codes": {"codes": ["QUARTARY"]}}}),
            NotFound,
            "UNKNOWN_INDUSTRY",
            "industries_to.codes.codes[0]",
            "QUARTARY",
        ),
    ]
}

fn choices() -> Vec<Case> {
    let sections = |codes: Value| {
        json!({
            "indicator": "employment_by_section", "industries": {"codes": {"codes": codes}}, "regionsTo": null,
            "industriesTo": {"togetherAs": "ALL"}
        })
    };
    vec![
        invalid(json!({"regions": {"codes": {"codes": ["100000", "230000"]}}}), "regions", "counted twice"),
        invalid(sections(json!(["C", "C36"])), "industries", "C together with C36"),
        refused(json!({"regions": {"group": "none"}}), NotFound, "UNKNOWN_GROUP", "regions.group", "none"),
        refused(json!({"periods": {"list": {"periods": ["1900"]}}}), NotFound, "NO_DATA", "periods", "1900"),
        invalid(json!({"suppressed": 9}), "suppressed", "KNOWN_ONLY"),
        invalid(json!({"missing": 9}), "missing", "BOUNDS"),
        invalid(json!({"method": 9}), "method", "PLAIN_MEAN"),
    ]
}

fn methods() -> Vec<Case> {
    let growth = |fields: Value| {
        let mut request = json!({"indicator": "gdp_real_growth", "vintage": {"number": 3}});
        set(&mut request, fields);
        request
    };
    let mean = "AGGREGATION_METHOD_MEAN";
    vec![
        refused(growth(json!({})), FailedPrecondition, "UNDEFINED_ON_DATA", "method", "weight_indicator"),
        invalid(growth(json!({"method": mean})), "weight_indicator", "weighted"),
        invalid(json!({"weightIndicator": "population"}), "weight_indicator", "except with MEAN"),
        refused(
            growth(json!({"method": mean, "weightIndicator": "populatoin"})),
            NotFound,
            "UNKNOWN_INDICATOR",
            "weight_indicator",
            "population",
        ),
        invalid(
            growth(json!({"method": mean, "weightIndicator": "employment_by_section"})),
            "weight_indicator",
            "no classification",
        ),
        invalid(
            growth(json!({"method": "AGGREGATION_METHOD_PLAIN_MEAN", "suppressed": "CELL_POLICY_BOUNDS"})),
            "suppressed",
            "sums only",
        ),
    ]
}

fn correspondences() -> Vec<Case> {
    const FIELD: &str = "industries_to.correspondence";
    let by = |correspondence: Value| json!({"industriesTo": {"correspondence": correspondence}});
    let rows = |rows: Value| by(json!({"classification": "Two", "rows": {"rows": rows}}));
    let stored = |dataset: Value| by(json!({"dataset": dataset}));
    let regions = |correspondence: Value| json!({"regionsTo": {"correspondence": correspondence}});
    vec![
        invalid(by(json!({})), FIELD, "rows or dataset"),
        invalid(by(json!({"rows": {}})), "industries_to.correspondence.classification", "new classification"),
        refused(rows(json!([])), InvalidArgument, "EMPTY_SELECTION", "industries_to.correspondence.rows", "nothing"),
        invalid(rows(json!([{"from": "PRIMARY", "to": ""}])), "industries_to.correspondence.rows.rows[0]", "two codes"),
        invalid(
            rows(json!([{"from": "PRIMARY", "to": "x", "share": "NaN"}])),
            "industries_to.correspondence.rows.rows[0].share",
            "from 0 to 1",
        ),
        invalid(
            rows(json!([{"from": "PRIMARY", "to": "x", "share": 0.4}, {"from": "PRIMARY", "to": "y", "share": 0.4}])),
            "industries_to.correspondence.rows",
            "1 together",
        ),
        invalid(rows(json!([{"from": "C36", "to": "x"}])), FIELD, "NBS three sectors"),
        invalid(rows(json!([{"from": "PRIMARY", "to": "x"}, {"from": "PRIMARY", "to": "y"}])), FIELD, "JOIN"),
        invalid(
            by(json!({"classification": "Two", "split": 7, "rows": {"rows": [{"from": "PRIMARY", "to": "x"}]}})),
            "industries_to.correspondence.split",
            "JOIN",
        ),
        invalid(stored(json!({})), "industries_to.correspondence.dataset.dataset", "ListDatasets"),
        refused(
            stored(json!({"dataset": "gb4754", "indicator": "share"})),
            NotFound,
            "UNKNOWN_DATASET",
            "industries_to.correspondence.dataset.dataset",
            "gb4754",
        ),
        invalid(
            stored(json!({"dataset": "china-provinces", "indicator": "gdp"})),
            "industries_to.correspondence.dataset.indicator",
            "industries",
        ),
        invalid(regions(json!({})), "regions_to.correspondence", "rows or dataset"),
        invalid(regions(json!({"rows": {}})), "regions_to.correspondence.classification", "scheme"),
        invalid(
            regions(json!({"classification": "GB/T 2260-2020", "rows": {"rows": [{"from": "DE21", "to": "x"}]}})),
            "regions_to.correspondence",
            "regions of GB/T 2260-2015",
        ),
    ]
}
