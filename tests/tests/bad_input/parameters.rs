//! Parameters that are refused.

use serde_json::{Value, json};
use tonic::Code;

use super::{COMPARE, Case, DIVIDE, MEASURE, QUERY, case, divide, structure};

pub(super) fn parameters() -> Vec<Case> {
    use Code::InvalidArgument;
    let compare = |fields: Value| structure(fields, json!({}));
    let exponential = |distance: Value| compare(json!({"weights": {"exponential": {"distanceKm": distance}}}));
    vec![
        case(
            DIVIDE,
            divide(json!({"frictionWeight": -1.0}), json!({})),
            InvalidArgument,
            "INVALID_FIELD",
            "friction_weight",
            "-1",
        ),
        case(
            DIVIDE,
            divide(json!({"frictionWeight": 1e12, "homes": {"min": 1, "max": 2}}), json!({})),
            InvalidArgument,
            "INVALID_FIELD",
            "friction_weight",
            "homes.max = 1",
        ),
        case(
            DIVIDE,
            divide(json!({"frictionWeight": "NaN"}), json!({})),
            InvalidArgument,
            "INVALID_FIELD",
            "friction_weight",
            "NaN",
        ),
        case(
            DIVIDE,
            divide(json!({"minimumPresence": 1.5}), json!({})),
            InvalidArgument,
            "INVALID_FIELD",
            "minimum_presence",
            "1.5",
        ),
        case(
            DIVIDE,
            divide(json!({"focuses": {"min": 3, "max": 2}}), json!({})),
            InvalidArgument,
            "INVALID_FIELD",
            "focuses.max",
            "2",
        ),
        case(
            MEASURE,
            compare(json!({"presenceThreshold": "Infinity"})),
            InvalidArgument,
            "INVALID_FIELD",
            "presence_threshold",
            "inf",
        ),
        case(
            MEASURE,
            compare(json!({"presenceThreshold": -0.5})),
            InvalidArgument,
            "INVALID_FIELD",
            "presence_threshold",
            "-0.5",
        ),
        case(
            COMPARE,
            compare(json!({"tradableThreshold": "NaN"})),
            InvalidArgument,
            "INVALID_FIELD",
            "tradable_threshold",
            "NaN",
        ),
        case(
            COMPARE,
            exponential(json!(-100)),
            InvalidArgument,
            "INVALID_FIELD",
            "weights.exponential.distance_km",
            "-100",
        ),
        case(
            COMPARE,
            exponential(json!("-Infinity")),
            InvalidArgument,
            "INVALID_FIELD",
            "weights.exponential.distance_km",
            "inf",
        ),
        case(COMPARE, compare(json!({"contributions": -1})), InvalidArgument, "INVALID_FIELD", "contributions", "-1"),
        case(COMPARE, compare(json!({"mostPairs": -1})), InvalidArgument, "INVALID_FIELD", "most_pairs", "100000"),
        case(
            COMPARE,
            compare(json!({"distanceBandsKm": [100, 50]})),
            InvalidArgument,
            "INVALID_FIELD",
            "distance_bands_km[1]",
            "above 100",
        ),
        case(
            COMPARE,
            compare(json!({"clusters": {"clusters": 32}})),
            InvalidArgument,
            "INVALID_FIELD",
            "clusters.clusters",
            "at most 31",
        ),
        case(
            COMPARE,
            compare(json!({"clusters": {"linkage": 17}})),
            InvalidArgument,
            "INVALID_FIELD",
            "clusters.linkage",
            "WARD",
        ),
        case(
            MEASURE,
            compare(json!({"bootstrap": {"draws": 0}})),
            InvalidArgument,
            "INVALID_FIELD",
            "bootstrap.draws",
            "100 to 100000",
        ),
        case(
            MEASURE,
            compare(json!({"bootstrap": {"level": "NaN"}})),
            InvalidArgument,
            "INVALID_FIELD",
            "bootstrap.level",
            "NaN",
        ),
        case(
            MEASURE,
            compare(json!({"portfolio": {}})),
            InvalidArgument,
            "INVALID_FIELD",
            "selection.periods",
            "two periods",
        ),
        case(
            MEASURE,
            compare(json!({"industryGroups": [{"name": "a", "industries": ["C"]}]})),
            InvalidArgument,
            "INVALID_FIELD",
            "industry_groups",
            "groups without A",
        ),
        case(
            MEASURE,
            structure(json!({"bootstrap": {}}), json!({"benchmark": {"region": "420000"}})),
            InvalidArgument,
            "INVALID_FIELD",
            "bootstrap",
            "a sum as the benchmark",
        ),
        case(
            QUERY,
            json!({"filter": {"dataset": "china-provinces", "indicators": ["gdp"]}, "pageSize": -5}),
            InvalidArgument,
            "INVALID_FIELD",
            "page_size",
            "-5",
        ),
    ]
}
