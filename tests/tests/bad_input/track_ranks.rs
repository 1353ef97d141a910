//! Requests of TrackRanks that are refused.

use serde_json::{Value, json};
use tonic::Code;

use super::{Case, case, set};

const TRACK: &str = "GrowthRankingService/TrackRanks";

/// A valid request, with some of its fields and of its selection replaced.
fn track(fields: Value, selection: Value) -> Value {
    let mut request = json!({"selection": {
        "dataset": "china-provinces", "indicator": "gdp_per_capita", "vintage": {"number": 3},
        "periods": {"range": {"start": "2000", "end": "2019"}}
    }});
    set(&mut request["selection"], selection);
    set(&mut request, fields);
    request
}

pub(super) fn cases() -> Vec<Case> {
    let refused = |fields: Value, field: &'static str, says: &'static str| {
        case(TRACK, track(fields, json!({})), Code::InvalidArgument, "INVALID_FIELD", field, says)
    };
    let east = json!({"name": "east", "group": "east"});
    let one_year = json!({"periods": {"list": {"periods": ["2015"]}}});
    vec![
        refused(json!({"permutations": -1}), "permutations", "99999"),
        refused(json!({"rankMethod": 77}), "rank_method", "77"),
        refused(json!({"groupMobility": {"groups": [east]}}), "group_mobility.groups", "2 to 50"),
        refused(
            json!({"markov": {"classes": {"quantiles": {"count": 1}}}}),
            "markov.classes.quantiles.count",
            "2 to 50",
        ),
        refused(
            json!({"markov": {"classes": {"cutOffs": {"values": [0.5, "NaN"]}}}}),
            "markov.classes.cut_offs.values[1]",
            "NaN",
        ),
        refused(
            json!({"fullRankMarkov": {"firstPassage": true, "fromRanks": [1, 32]}}),
            "full_rank_markov.from_ranks[1]",
            "32",
        ),
        refused(json!({"markov": {"highestOrder": 6}}), "markov.highest_order", "1 to 5"),
        refused(
            json!({"markov": {"classes": {"given": {"regions": [{"region": "110000", "classes": [1, 2]}]}}}}),
            "markov.classes.given.regions[0].classes",
            "20, one for each period",
        ),
        refused(
            json!({"markov": {"classes": {"given": {}}}}),
            "markov.classes.given.regions",
            "every region of the selection",
        ),
        refused(
            json!({"markov": {"mobilityWeights": [1, 1, 1, 1, "Infinity"]}}),
            "markov.mobility_weights[4]",
            "not negative",
        ),
        refused(
            json!({"markov": {"givenChains": [{"name": "old", "rows": [{"transitions": ["1"]}]}]}}),
            "markov.given_chains[0].rows",
            "5, one for each class",
        ),
        refused(
            json!({"spatialMarkov": {"categoricalLag": {"ties": 6}}}),
            "spatial_markov.categorical_lag.ties",
            "OWN_CLASS_THEN_DRAWN",
        ),
        refused(
            json!({"spatialMarkov": {"categoricalLag": {}, "lagClasses": {}}}),
            "spatial_markov.categorical_lag",
            "nothing beside",
        ),
        refused(json!({"directionalLisa": {"sectors": 1}}), "directional_lisa.sectors", "2 to 360"),
        refused(
            json!({"spatialMarkov": {"weights": {"nearest": {"count": 0}}}}),
            "spatial_markov.weights.nearest.count",
            "0",
        ),
        case(
            TRACK,
            track(json!({}), one_year),
            Code::InvalidArgument,
            "INVALID_FIELD",
            "selection.periods",
            "two periods",
        ),
        case(
            TRACK,
            track(json!({"markov": {"classes": {"given": {"regions": [{"region": "11000"}]}}}}), json!({})),
            Code::NotFound,
            "UNKNOWN_REGION",
            "markov.classes.given.regions[0].region",
            "110000",
        ),
        case(
            TRACK,
            track(json!({"geographicRankMarkov": {"firstPassage": true, "fromRegions": ["23000"]}}), json!({})),
            Code::NotFound,
            "UNKNOWN_REGION",
            "geographic_rank_markov.from_regions[0]",
            "230000",
        ),
        case(
            TRACK,
            track(json!({"groupMobility": {"groups": [east, {"name": "north", "group": "nort"}]}}), json!({})),
            Code::NotFound,
            "UNKNOWN_GROUP",
            "group_mobility.groups[1].group",
            "nort",
        ),
    ]
}
