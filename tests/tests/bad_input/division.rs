//! Requests of industry division that are refused.

use serde_json::{Value, json};
use tonic::Code;

use super::{Case, DIVIDE, case, divide, set, structure};

const BASE: &str = "IndustryDivisionService/MeasureEconomicBase";
const RELATE: &str = "IndustryDivisionService/MapRelatedness";
const COMPLEXITY: &str = "IndustryDivisionService/MeasureComplexity";
const CONCENTRATE: &str = "IndustryDivisionService/MeasureConcentration";
const ENGINES: &str = "IndustryDivisionService/FindGrowthEngines";
const TRANSITION: &str = "IndustryDivisionService/AssessTransition";

pub(super) fn divisions() -> Vec<Case> {
    use Code::InvalidArgument;
    vec![
        case(
            DIVIDE,
            divide(json!({"focuses": {"min": 4, "max": 6}}), json!({})),
            InvalidArgument,
            "CONTRADICTORY_CONSTRAINTS",
            "focuses.min",
            "4",
        ),
        case(
            DIVIDE,
            divide(
                json!({"pins": [{"region": "230000", "industry": "C36"}], "bans": [{"region": "230000", "industry": "C36"}]}),
                json!({}),
            ),
            InvalidArgument,
            "CONTRADICTORY_CONSTRAINTS",
            "pins[0]",
            "C36",
        ),
        case(
            DIVIDE,
            divide(json!({"pins": [{"region": "230000", "industry": "C99"}]}), json!({})),
            InvalidArgument,
            "INVALID_FIELD",
            "pins[0].industry",
            "C99",
        ),
        case(
            DIVIDE,
            divide(
                json!({"industryGroups": [{"rule": "GROUP_RULE_TOGETHER", "industries": ["C13", "C36"]}],
                          "pins": [{"region": "230000", "industry": "C13"}, {"region": "220000", "industry": "C36"}]}),
                json!({}),
            ),
            InvalidArgument,
            "CONTRADICTORY_CONSTRAINTS",
            "industry_groups[0]",
            "C13, C36",
        ),
    ]
}

/// What a plan may be asked for beyond its pairs, each with a value that is not allowed.
pub(super) fn plans() -> Vec<Case> {
    use Code::InvalidArgument;
    let window = |start: &str, end: &str| json!({"outlook": {"weight": 1.0, "window": {"periods": {"start": start, "end": end}}}});
    let given = json!({"given": {"numbers": [{"industry": "C13", "number": 1.0}]}});
    [
        (json!({"terms": {"quotientWeight": 0.0}}), "terms", "at least one weight"),
        (json!({"terms": {"scale": 9}}), "terms.scale", "Z_SCORE"),
        (json!({"terms": {"density": {"weight": "NaN"}}}), "terms.density.weight", "NaN"),
        (
            json!({"terms": {"density": {"weight": 1.0, "presenceThreshold": -1.0}}}),
            "terms.density.presence_threshold",
            "-1",
        ),
        (json!({"terms": window("2012", "2008")}), "terms.outlook.window.periods.end", "2008"),
        (json!({"terms": {"complexityWeight": 1.0}}), "complexity", "complexity_weight"),
        (json!({"complexity": given}), "complexity.given.numbers", "C14"),
        (
            json!({"complexity": {"computed": {"presenceThreshold": 0.0}}}),
            "complexity.computed.presence_threshold",
            "0",
        ),
        (json!({"industryHomes": [{"industry": "C36", "min": 2, "max": 1}]}), "industry_homes[0].max", "1"),
        (json!({"exits": ["C13", "C13"]}), "exits[1]", "twice"),
        (json!({"balances": [{"by": "BALANCE_BY_ACTIVITY", "tolerance": 2.0}]}), "balances[0].tolerance", "2"),
        (json!({"activityCaps": [{"industry": "C36", "maxShare": 1.5}]}), "activity_caps[0].max_share", "1.5"),
        (
            json!({"industryGroups": [{"rule": "GROUP_RULE_APART", "industries": ["C13"]}]}),
            "industry_groups[0].industries",
            "two",
        ),
        (json!({"centreRule": {"centres": ["220000"], "threshold": 0.0}}), "complexity", "centre_rule"),
        (json!({"search": {"timeLimitSeconds": -1.0}}), "search.time_limit_seconds", "-1"),
        (json!({"search": {"alternatives": 101}}), "search.alternatives", "101"),
        (json!({"stability": {"draws": 0, "sigma": 0.1}}), "stability.draws", "10000"),
        (json!({"stability": {"draws": 10}}), "stability", "sigma"),
        (json!({"frontier": {"frictionWeights": [1.0, 0.5]}}), "frontier.friction_weights[1]", "increase"),
        (json!({"reallocation": {"maxShare": 1.5}}), "reallocation.max_share", "1.5"),
        (json!({"reallocation": {"maxShare": 0.1, "maxAmount": "Infinity"}}), "reallocation.max_amount", "inf"),
    ]
    .map(|(fields, field, says)| case(DIVIDE, divide(fields, json!({})), InvalidArgument, "INVALID_FIELD", field, says))
    .into()
}

pub(super) fn concentration() -> Vec<Case> {
    use Code::{InvalidArgument, NotFound};
    let asked = |fields: Value| structure(fields, json!({"missing": "MISSING_POLICY_AS_ZERO"}));
    let invalid = |fields: Value, field: &'static str, says: &'static str| {
        case(CONCENTRATE, asked(fields), InvalidArgument, "INVALID_FIELD", field, says)
    };
    let plant = |plant: Value| json!({"plants": {"list": {"plants": [plant]}}});
    vec![
        case(CONCENTRATE, json!({}), InvalidArgument, "INVALID_FIELD", "selection", "plants.list"),
        invalid(json!({"plants": {}}), "plants", "cells"),
        invalid(json!({"plants": {"list": {}}}), "plants.list.plants", "1 to 100000"),
        invalid(plant(json!({"region": "230000", "industry": "ZZ"})), "plants.list.plants[0].industry", "\"ZZ\""),
        invalid(
            plant(json!({"region": "230000", "industry": "C", "size": "Infinity"})),
            "plants.list.plants[0].size",
            "finite",
        ),
        invalid(
            plant(json!({"region": "230000", "industry": "C", "latitude": 45.0})),
            "plants.list.plants[0].longitude",
            "beside a latitude",
        ),
        invalid(json!({"base": {"indicator": "employment_by_section"}}), "base.indicator", "without industries"),
        case(
            CONCENTRATE,
            asked(json!({"base": {"indicator": "populatoin"}})),
            NotFound,
            "UNKNOWN_INDICATOR",
            "base.indicator",
            "population",
        ),
        invalid(json!({"clusterIndex": {}}), "cluster_index", "plants"),
        invalid(json!({"coagglomerationPairs": -1}), "coagglomeration_pairs", "0 to 10000"),
        invalid(
            json!({"coagglomerationGroups": [{"name": "g", "industries": ["B", "B"]}]}),
            "coagglomeration_groups[0].industries[1]",
            "each once",
        ),
        invalid(json!({"colocation": {"draws": 9}}), "colocation", "plants"),
        invalid(
            json!({"plants": {"cells": true}, "colocation": {"draws": 100_001}}),
            "colocation.draws",
            "0 to 100000",
        ),
        invalid(json!({"plants": {"cells": true}, "distances": {}}), "distances", "at_regions"),
        case(
            CONCENTRATE,
            json!({"plants": {"list": {"plants": [{"region": "x", "industry": "a"}]}}, "distances": {"atRegions": true}}),
            InvalidArgument,
            "INVALID_FIELD",
            "distances.at_regions",
            "selection",
        ),
    ]
}

pub(super) fn economic_base() -> Vec<Case> {
    use Code::InvalidArgument;
    let asked = |fields: Value| structure(fields, json!({"missing": "MISSING_POLICY_AS_ZERO"}));
    let invalid = |fields: Value, field: &'static str, says: &'static str| {
        case(BASE, asked(fields), InvalidArgument, "INVALID_FIELD", field, says)
    };
    let table = |changed: Value| {
        let mut table = json!({
            "sectors": [{"code": "B"}, {"code": "C"}], "flows": [5, 40, 10, 200], "outputs": [90, 600]
        });
        set(&mut table, changed);
        json!({"inputOutput": {"table": table}})
    };
    vec![
        case(BASE, json!({}), InvalidArgument, "INVALID_FIELD", "selection", "input_output"),
        invalid(json!({"methods": ["BASE_METHOD_ASSUMPTION"]}), "basic_parts", "basic parts"),
        invalid(json!({"basicParts": [{"industry": "B", "part": "NaN"}]}), "basic_parts[0].part", "0 to 1"),
        invalid(json!({"basicParts": [{"industry": "ZZ"}]}), "basic_parts[0].industry", "\"ZZ\""),
        invalid(json!({"areaRates": [{"industry": "B", "reused": 20}]}), "area_rates[0].reused", "fraction"),
        invalid(json!({"areaTrend": {"first": "2010", "years": 3}}), "area_trend", "rates of industries"),
        invalid(
            json!({"areaRates": [{"industry": "B", "curve": "AREA_CURVE_POWER"}]}),
            "area_rates[0].curve",
            "without area_trend",
        ),
        invalid(
            json!({"areaRates": [{"industry": "B"}], "areaTrend": {"first": "long ago", "years": 3}}),
            "area_trend.first",
            "a year",
        ),
        invalid(
            json!({"areaRates": [{"industry": "B"}], "areaTrend": {"first": "2010", "years": 1000}}),
            "area_trend.years",
            "1 to 100",
        ),
        invalid(table(json!({"sectors": []})), "input_output.table.sectors", "1 to 500"),
        invalid(table(json!({"flows": [5, 40, 10]})), "input_output.table.flows", "4, a flow"),
        invalid(table(json!({"flows": [5, 40, "Infinity", 200]})), "input_output.table.flows[2]", "from C to B"),
        invalid(table(json!({"outputs": []})), "input_output.table.outputs", "final_demand"),
        invalid(table(json!({"outputs": [0, 600]})), "input_output.table.outputs[0]", "sells or buys"),
        invalid(
            table(json!({"households": {"income": [30]}})),
            "input_output.table.households.income",
            "one for every sector",
        ),
        invalid(
            table(json!({"households": {"income": [30, 200], "consumption": [10, "NaN"]}})),
            "input_output.table.households.consumption[1]",
            "not negative",
        ),
        invalid(
            table(json!({"households": {"income": [30, 200], "consumption": [10, 150], "totalIncome": 100}})),
            "input_output.table.households.total_income",
            "230",
        ),
        invalid(
            json!({"inputOutput": {"table": table(json!({}))["inputOutput"]["table"],
                "regionalization": {"quotient": "REGIONAL_QUOTIENT_SLQ", "delta": 0.3}}}),
            "input_output.regionalization.delta",
            "only FLQ",
        ),
        invalid(
            json!({"inputOutput": {"table": table(json!({"sectors": [{"code": "B"}, {"code": "ZZ"}]}))
                ["inputOutput"]["table"], "regionalization": {}}}),
            "input_output.table.sectors[1].industries",
            "\"ZZ\"",
        ),
    ]
}

/// A valid request on relatedness or complexity, with some of its fields replaced.
fn network(fields: Value) -> Value {
    let mut request = json!({"selection": {
        "dataset": "china-provinces", "indicator": "employment_by_division",
        "periods": {"list": {"periods": ["2015"]}}, "missing": "MISSING_POLICY_AS_ZERO",
    }});
    set(&mut request, fields);
    request
}

pub(super) fn relatedness_and_complexity() -> Vec<Case> {
    let refused = |path, fields: Value, field, says| {
        case(path, network(fields), Code::InvalidArgument, "INVALID_FIELD", field, says)
    };
    vec![
        refused(RELATE, json!({"presence": {"threshold": 0.0}}), "presence.threshold", "above 0"),
        refused(RELATE, json!({"relatedFrom": "Infinity"}), "related_from", "finite"),
        refused(RELATE, json!({"nearest": 0}), "nearest", "1 or more"),
        refused(RELATE, json!({"measure": "RELATEDNESS_MEASURE_GIVEN"}), "given", "pairs"),
        refused(
            RELATE,
            json!({"given": [{"first": "C13", "second": "C14", "relatedness": -1.0}]}),
            "given[0].relatedness",
            "0 or more",
        ),
        refused(RELATE, json!({"given": [{"first": "C13", "second": "X99", "relatedness": 1.0}]}), "given", "X99"),
        refused(
            RELATE,
            json!({"givenOneWay": true, "given": [{"first": "C13", "second": "C14", "relatedness": 1.0},
                {"first": "C14", "second": "C13", "relatedness": 0.5}, {"first": "C13", "second": "C14"}]}),
            "given[2]",
            "each pair once",
        ),
        refused(RELATE, json!({"presence": {"quotientThreshold": 1.0}}), "presence.quotient_threshold", "population"),
        refused(
            RELATE,
            json!({"presence": {"threshold": 1.0, "given": [{"region": "230000", "industries": ["C13"]}]}}),
            "presence.given",
            "one of both",
        ),
        refused(
            COMPLEXITY,
            json!({"presence": {"given": [{"region": "230000", "industries": ["C13", "X99"]}]}}),
            "presence.given[0].industries[1]",
            "X99",
        ),
        refused(COMPLEXITY, json!({"outlook": {"measure": "RELATEDNESS_MEASURE_GIVEN"}}), "outlook.given", "pairs"),
        refused(COMPLEXITY, json!({"outlook": {"nearest": -1}}), "outlook.nearest", "1 or more"),
        refused(
            COMPLEXITY,
            json!({"supermodularity": {"quadruples": 10}}),
            "supermodularity.quadruples",
            "1000 to 100000000",
        ),
        refused(RELATE, json!({"links": {"atLeast": -0.5}}), "links.at_least", "-0.5"),
        refused(RELATE, json!({"links": {"meanDegree": {"most": 0.0}}}), "links.mean_degree.most", "above 0"),
        refused(RELATE, json!({"communities": {"runs": 1001}}), "communities.runs", "1 to 1000"),
        refused(COMPLEXITY, json!({"reflectionSteps": 101}), "reflection_steps", "1 to 100"),
        refused(COMPLEXITY, json!({"fitness": {"tolerance": -1.0}}), "fitness.tolerance", "-1"),
        refused(COMPLEXITY, json!({"outlook": {"best": 1001}}), "outlook.best", "1001"),
        refused(
            COMPLEXITY,
            json!({"external": [{"industry": "X99", "complexity": 1.0}]}),
            "external[0].industry",
            "X99",
        ),
        refused(
            COMPLEXITY,
            json!({"incomeIndicator": "employment_by_division"}),
            "income_indicator",
            "without industries",
        ),
    ]
}

/// A valid search for growth engines, with some of its fields and of its selection replaced.
fn engines(fields: Value, selection: Value) -> Value {
    let mut request = json!({"selection": {
        "dataset": "china-provinces", "indicator": "employment_by_division", "missing": "MISSING_POLICY_AS_ZERO",
        "periods": {"list": {"periods": ["2010"]}}
    }});
    set(&mut request["selection"], selection);
    set(&mut request, fields);
    request
}

/// A valid assessment of transition, with some of its fields and of its selection replaced.
fn transition(fields: Value, selection: Value) -> Value {
    let years = json!({"periods": {"range": {"start": "2010", "end": "2015"}}});
    let mut request = engines(json!({}), years);
    set(&mut request["selection"], selection);
    set(&mut request, fields);
    request
}

pub(super) fn engines_and_transition() -> Vec<Case> {
    use Code::{FailedPrecondition, InvalidArgument, NotFound};
    let invalid = "INVALID_FIELD";
    let found = |fields: Value| engines(fields, json!({}));
    let assessed = |fields: Value| transition(fields, json!({}));
    let weight = |criterion: &str, weight: Value| json!({"weights": [{"criterion": criterion, "weight": weight}]});
    let density = "ENGINE_CRITERION_DENSITY";
    let depreciation = json!({"indicators": {"investment": "fixed_asset_investment", "depreciationRate": 1.5}});
    let holed = json!({"missing": "MISSING_POLICY_FAIL"});
    let one_year = json!({"periods": {"list": {"periods": ["2015"]}}});
    let given = |region: &str, value: f64| {
        let measure = "TRANSITION_MEASURE_CAPACITY_UTILIZATION";
        assessed(json!({"given": [{"measure": measure, "region": region, "period": "2015", "value": value}]}))
    };
    vec![
        case(ENGINES, found(json!({"presenceThreshold": -1.0})), InvalidArgument, invalid, "presence_threshold", "-1"),
        case(ENGINES, found(json!({"outlookYears": 0})), InvalidArgument, invalid, "outlook_years", "1 to 20"),
        case(ENGINES, found(json!({"outlookYears": 9})), InvalidArgument, invalid, "outlook_years", "2001"),
        case(ENGINES, found(json!({"limit": -1})), InvalidArgument, invalid, "limit", "-1"),
        case(ENGINES, found(weight(density, json!("NaN"))), InvalidArgument, invalid, "weights[0].weight", "NaN"),
        case(ENGINES, found(weight(density, json!(0.0))), InvalidArgument, invalid, "weights", "above 0"),
        case(
            ENGINES,
            found(json!({"outcomePeriod": "2009"})),
            InvalidArgument,
            invalid,
            "outcome_period",
            "after 2010",
        ),
        case(ENGINES, found(json!({"confidence": 1.0})), InvalidArgument, invalid, "confidence", "below 1"),
        case(
            ENGINES,
            found(json!({"spilloverDistanceKm": -5.0})),
            InvalidArgument,
            invalid,
            "spillover_distance_km",
            "above 0",
        ),
        case(
            ENGINES,
            found(json!({"backtest": {"start": "2004", "end": "2008"}})),
            InvalidArgument,
            invalid,
            "backtest.start",
            "2004",
        ),
        case(
            ENGINES,
            found(json!({"overcapacity": [{"industry": "C31x", "value": 0.3}]})),
            NotFound,
            "UNKNOWN_INDUSTRY",
            "overcapacity",
            "C31",
        ),
        case(ENGINES, engines(json!({}), holed), FailedPrecondition, "MISSING_CELLS", "selection.missing", "2010"),
        case(
            TRANSITION,
            transition(json!({}), one_year),
            InvalidArgument,
            invalid,
            "selection.periods",
            "at least two years",
        ),
        case(TRANSITION, assessed(json!({"windowYears": 99})), InvalidArgument, invalid, "window_years", "1 to 20"),
        case(TRANSITION, assessed(depreciation), InvalidArgument, invalid, "indicators.depreciation_rate", "1.5"),
        case(
            TRANSITION,
            assessed(json!({"indicators": {"output": "gdp_real_growth"}})),
            InvalidArgument,
            invalid,
            "indicators.output",
            "level or a flow",
        ),
        case(
            TRANSITION,
            assessed(json!({"indicators": {"output": "gdpp"}})),
            NotFound,
            "UNKNOWN_INDICATOR",
            "indicators.output",
            "gdp",
        ),
        case(
            TRANSITION,
            assessed(json!({"industries": {"old": {"codes": ["Z9"]}}})),
            InvalidArgument,
            invalid,
            "industries.old.codes[0]",
            "Z9",
        ),
        case(
            TRANSITION,
            assessed(json!({"peers": {"codes": {"codes": ["999999"]}}})),
            NotFound,
            "UNKNOWN_REGION",
            "peers.codes.codes[0]",
            "999999",
        ),
        case(TRANSITION, given("230000", 76.5), InvalidArgument, invalid, "given[0].value", "0 to 2"),
        case(TRANSITION, given("23000", 0.7), InvalidArgument, invalid, "given[0].region", "\"23000\""),
        case(
            TRANSITION,
            assessed(json!({"composite": [{"measure": "TRANSITION_MEASURE_HERFINDAHL", "weight": 0.0}]})),
            InvalidArgument,
            invalid,
            "composite[0].weight",
            "not 0",
        ),
    ]
}
