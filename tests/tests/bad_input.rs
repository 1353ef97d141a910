//! Bad input: each answered with the right code, the reason, and the field to blame; the server goes on.

mod track_ranks;

use growthpole_tests::call::{Client, Refused};
use growthpole_tests::process::{Growthpole, SHAPES};
use serde_json::{Value, json};
use tonic::Code;

/// A call, and how it is to be refused: code, reason, field, and a part of the sentence.
struct Case {
    path: &'static str,
    request: Value,
    code: Code,
    reason: &'static str,
    field: &'static str,
    says: &'static str,
}

fn case(
    path: &'static str,
    request: Value,
    code: Code,
    reason: &'static str,
    field: &'static str,
    says: &'static str,
) -> Case {
    Case { path, request, code, reason, field, says }
}

const RANK: &str = "GrowthRankingService/RankGrowth";
const DECOMPOSE: &str = "GrowthRankingService/DecomposeGrowth";
const DIVIDE: &str = "IndustryDivisionService/ProposeDivision";
const BASE: &str = "IndustryDivisionService/MeasureEconomicBase";
const RELATE: &str = "IndustryDivisionService/MapRelatedness";
const COMPLEXITY: &str = "IndustryDivisionService/MeasureComplexity";
const COMPARE: &str = "IndustryDivisionService/CompareStructures";
const INEQUALITY: &str = "GrowthRankingService/MeasureInequality";
const CONCENTRATE: &str = "IndustryDivisionService/MeasureConcentration";
const MEASURE: &str = "IndustryDivisionService/MeasureSpecialization";
const PROJECT: &str = "GrowthRankingService/ProjectGrowth";
const QUERY: &str = "ObservationService/QueryObservations";
const CONVERGE: &str = "GrowthRankingService/TestConvergence";
const ENGINES: &str = "IndustryDivisionService/FindGrowthEngines";
const TRANSITION: &str = "IndustryDivisionService/AssessTransition";
const TURN: &str = "GrowthRankingService/DetectTurningPoints";

/// A valid ranking, with some of its selection replaced.
fn rank(replace: Value) -> Value {
    let mut request = json!({"selection": {
        "dataset": "china-provinces", "indicator": "gdp_real_growth", "periods": {"list": {"periods": ["2015"]}}
    }});
    set(&mut request["selection"], replace);
    request
}

/// A valid division, with some of its fields and of its selection replaced.
fn divide(fields: Value, selection: Value) -> Value {
    let mut request = json!({"selection": {
        "dataset": "china-provinces", "indicator": "employment_by_division",
        "periods": {"list": {"periods": ["2015"]}},
        "regions": {"codes": {"codes": ["230000", "220000"]}},
        "industries": {"codes": {"codes": ["C13", "C14", "C34", "C35", "C36", "C37"]}}
    }});
    set(&mut request["selection"], selection);
    set(&mut request, fields);
    request
}

fn structure(fields: Value, selection: Value) -> Value {
    let mut request = json!({"selection": {
        "dataset": "china-provinces", "indicator": "employment_by_section",
        "periods": {"list": {"periods": ["2015"]}}
    }});
    set(&mut request["selection"], selection);
    set(&mut request, fields);
    request
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

fn set(object: &mut Value, fields: Value) {
    for (key, value) in fields.as_object().unwrap() {
        object[key] = value.clone();
    }
}

/// A valid search for turning points, with some of its fields and of its selection replaced.
fn turn(fields: Value, selection: Value) -> Value {
    let mut request = json!({"selection": {
        "dataset": "china-provinces", "indicator": "gdp_real_growth",
        "periods": {"range": {"start": "2000", "end": "2019"}}
    }});
    set(&mut request["selection"], selection);
    set(&mut request, fields);
    request
}

/// A valid test of convergence, with some of its fields and of its selection replaced.
fn converge(fields: Value, selection: Value) -> Value {
    let mut request = json!({"selection": {
        "dataset": "china-provinces", "indicator": "gdp", "periods": {"range": {"start": "2000", "end": "2019"}}
    }, "series": {"growthIndicator": "gdp_real_growth", "basePeriod": "2008", "denominatorIndicator": "population"}});
    set(&mut request["selection"], selection);
    set(&mut request, fields);
    request
}

fn concentration() -> Vec<Case> {
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
        invalid(json!({"plants": {"cells": true}, "distances": {}}), "distances", "coordinates"),
    ]
}

fn economic_base() -> Vec<Case> {
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
        invalid(table(json!({"sectors": []})), "input_output.table.sectors", "1 to 500"),
        invalid(table(json!({"flows": [5, 40, 10]})), "input_output.table.flows", "4, a flow"),
        invalid(table(json!({"flows": [5, 40, "Infinity", 200]})), "input_output.table.flows[2]", "from C to B"),
        invalid(table(json!({"outputs": []})), "input_output.table.outputs", "final_demand"),
        invalid(table(json!({"outputs": [0, 600]})), "input_output.table.outputs[0]", "sells or buys"),
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

fn convergence() -> Vec<Case> {
    use Code::{InvalidArgument, NotFound};
    let invalid = |fields: Value, field: &'static str, says: &'static str| {
        case(CONVERGE, converge(fields, json!({})), InvalidArgument, "INVALID_FIELD", field, says)
    };
    vec![
        invalid(json!({"clubs": {"discarded": 1.5}}), "clubs.discarded", "between 0 and 1"),
        invalid(json!({"clubs": {"smoothing": -1}}), "clubs.smoothing", "from 0 to 1e8"),
        invalid(json!({"clubs": {"critical": "NaN"}}), "clubs.critical", "a number"),
        invalid(json!({"clubs": {"sieveCritical": -3}}), "clubs.sieve_critical", "not below clubs.critical"),
        invalid(
            json!({"sigma": {"weightIndicator": "gdp_real_growth"}}),
            "sigma.weight_indicator",
            "a level or a flow",
        ),
        invalid(json!({"beta": {"covariance": "BETA_COVARIANCE_CLUSTERED"}}), "beta.clusters", "the clusters"),
        invalid(
            json!({"beta": {"clusters": [{"name": "a", "codes": {"codes": ["110000"]}},
                {"name": "b", "codes": {"codes": ["120000"]}}]}}),
            "beta.clusters",
            "every region",
        ),
        case(
            CONVERGE,
            converge(json!({"clubs": {}}), json!({"periods": {"range": {"start": "2015", "end": "2018"}}})),
            InvalidArgument,
            "INVALID_FIELD",
            "selection.periods",
            "more periods",
        ),
        case(
            CONVERGE,
            converge(json!({"beta": {"conditions": [{"indicator": "gdpp"}]}}), json!({})),
            NotFound,
            "UNKNOWN_INDICATOR",
            "beta.conditions[0].indicator",
            "gdp",
        ),
        case(
            CONVERGE,
            converge(json!({}), json!({"missing": "MISSING_POLICY_KEEP"})),
            InvalidArgument,
            "INVALID_FIELD",
            "selection.missing",
            "DROP_REGION",
        ),
    ]
}

fn unknown_names() -> Vec<Case> {
    use Code::NotFound;
    vec![
        case(
            RANK,
            rank(json!({"dataset": "china-province"})),
            NotFound,
            "UNKNOWN_DATASET",
            "selection.dataset",
            "china-provinces",
        ),
        case(
            RANK,
            rank(json!({"indicator": "gdp_real_grwoth"})),
            NotFound,
            "UNKNOWN_INDICATOR",
            "selection.indicator",
            "gdp_real_growth",
        ),
        case(
            RANK,
            rank(json!({"regions": {"codes": {"codes": ["220000", "2300000"]}}})),
            NotFound,
            "UNKNOWN_REGION",
            "selection.regions.codes.codes[1]",
            "230000",
        ),
        case(
            RANK,
            rank(json!({"regions": {"group": "harbin-chanchun"}})),
            NotFound,
            "UNKNOWN_GROUP",
            "selection.regions.group",
            "harbin-changchun",
        ),
        case(
            RANK,
            rank(json!({"regions": {"level": "PROVINCES"}})),
            NotFound,
            "UNKNOWN_LEVEL",
            "selection.regions.level",
            "PROVINCE",
        ),
        case(
            DIVIDE,
            divide(json!({}), json!({"industries": {"codes": {"codes": ["C13", "C36X"]}}})),
            NotFound,
            "UNKNOWN_INDUSTRY",
            "selection.industries.codes.codes[1]",
            "C36",
        ),
        case(
            MEASURE,
            structure(json!({}), json!({"industries": {"codes": {"codes": ["AA"]}}})),
            NotFound,
            "UNKNOWN_INDUSTRY",
            "selection.industries.codes.codes[0]",
            "AA",
        ),
        case(
            "CatalogService/GetRegion",
            json!({"dataset": "china-provinces", "region": "Heilongjang"}),
            NotFound,
            "UNKNOWN_REGION",
            "region",
            "230000",
        ),
        case(
            "DatasetService/GetDataset",
            json!({"dataset": "harbin-chanchun"}),
            NotFound,
            "UNKNOWN_DATASET",
            "dataset",
            "harbin-changchun",
        ),
        case(
            QUERY,
            json!({"filter": {"dataset": "china-provinces", "indicators": ["gdpp"]}}),
            NotFound,
            "UNKNOWN_INDICATOR",
            "filter.indicators[0]",
            "gdp",
        ),
    ]
}

fn vintages_and_periods() -> Vec<Case> {
    use Code::{FailedPrecondition, InvalidArgument, NotFound};
    vec![
        case(
            RANK,
            rank(json!({"vintage": {"number": 9}})),
            NotFound,
            "UNKNOWN_VINTAGE",
            "selection.vintage.number",
            "9",
        ),
        case(
            RANK,
            rank(json!({"vintage": {"number": -1}})),
            InvalidArgument,
            "INVALID_FIELD",
            "selection.vintage.number",
            "-1",
        ),
        case(
            RANK,
            rank(json!({"vintage": {"number": 4}})),
            FailedPrecondition,
            "INDICATOR_NOT_IN_VINTAGE",
            "selection.vintage.number",
            "gdp_real_growth",
        ),
        case(
            RANK,
            rank(json!({"vintage": {"asOf": "2015-12-31"}})),
            NotFound,
            "AS_OF_BEFORE_FIRST_VINTAGE",
            "selection.vintage.as_of",
            "2016-02-29",
        ),
        case(
            RANK,
            rank(json!({"vintage": {"asOf": "3 March 2016"}})),
            InvalidArgument,
            "INVALID_FIELD",
            "selection.vintage.as_of",
            "2016-03-03",
        ),
        case(
            RANK,
            rank(json!({"periods": {"list": {"periods": ["1900"]}}})),
            NotFound,
            "NO_DATA",
            "selection.periods",
            "1900",
        ),
        case(
            RANK,
            rank(json!({"periods": {"list": {"periods": ["2015-H1"]}}})),
            InvalidArgument,
            "INVALID_FIELD",
            "selection.periods.list.periods[0]",
            "2015-S1",
        ),
        case(
            RANK,
            rank(json!({"periods": {"range": {"start": "2015", "end": "2010"}}})),
            InvalidArgument,
            "INVALID_FIELD",
            "selection.periods.range.end",
            "2010",
        ),
        case(
            RANK,
            json!({"selection": {"dataset": "china-provinces", "indicator": "gdp_real_growth"}}),
            InvalidArgument,
            "INVALID_FIELD",
            "selection.periods",
            "period",
        ),
    ]
}

fn empty_and_undefined() -> Vec<Case> {
    use Code::{FailedPrecondition, InvalidArgument};
    vec![
        case(RANK, json!({}), InvalidArgument, "INVALID_FIELD", "selection", "selection"),
        case(RANK, rank(json!({"dataset": ""})), InvalidArgument, "INVALID_FIELD", "selection.dataset", "ListDatasets"),
        case(
            RANK,
            rank(json!({"regions": {"codes": {"codes": []}}})),
            InvalidArgument,
            "EMPTY_SELECTION",
            "selection.regions.codes.codes",
            "nothing",
        ),
        case(
            RANK,
            rank(json!({"regions": {"codes": {"codes": ["220000", "220000"]}}})),
            InvalidArgument,
            "INVALID_FIELD",
            "selection.regions.codes.codes[1]",
            "220000",
        ),
        case(
            RANK,
            rank(json!({"industries": {"codes": {"codes": ["C36"]}}})),
            InvalidArgument,
            "INVALID_FIELD",
            "selection.industries",
            "C36",
        ),
        case(
            RANK,
            json!({"selection": {"dataset": "china-provinces", "indicator": "gdp", "periods": {"list": {"periods": ["2015"]}}}}),
            InvalidArgument,
            "INVALID_FIELD",
            "allow_current_prices",
            "growth_indicator",
        ),
        case(
            RANK,
            rank(json!({"indicator": "urbanisation_rate"})),
            InvalidArgument,
            "INVALID_FIELD",
            "selection.indicator",
            "growth rate",
        ),
        case(
            QUERY,
            json!({"filter": {"dataset": "china-provinces"}}),
            InvalidArgument,
            "EMPTY_SELECTION",
            "filter.indicators",
            "nothing",
        ),
        case(
            COMPARE,
            structure(json!({}), json!({"periods": {"list": {"periods": ["2012"]}}})),
            FailedPrecondition,
            "MISSING_CELLS",
            "selection.missing",
            "2012",
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

fn relatedness_and_complexity() -> Vec<Case> {
    let refused = |path, fields: Value, field, says| {
        case(path, network(fields), Code::InvalidArgument, "INVALID_FIELD", field, says)
    };
    vec![
        refused(RELATE, json!({"presence": {"threshold": 0.0}}), "presence.threshold", "above 0"),
        refused(RELATE, json!({"relatedFrom": "Infinity"}), "related_from", "finite"),
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

fn engines_and_transition() -> Vec<Case> {
    use Code::{FailedPrecondition, InvalidArgument, NotFound};
    let invalid = "INVALID_FIELD";
    let found = |fields: Value| engines(fields, json!({}));
    let assessed = |fields: Value| transition(fields, json!({}));
    let weight = |criterion: &str, weight: Value| json!({"weights": [{"criterion": criterion, "weight": weight}]});
    let density = "ENGINE_CRITERION_DENSITY";
    let depreciation = json!({"indicators": {"investment": "fixed_asset_investment", "depreciationRate": 1.5}});
    let holed = json!({"missing": "MISSING_POLICY_FAIL"});
    let one_year = json!({"periods": {"list": {"periods": ["2015"]}}});
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

fn parameters() -> Vec<Case> {
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

fn turning_points() -> Vec<Case> {
    use Code::{FailedPrecondition, InvalidArgument, NotFound};
    let invalid = |request: Value, field, says| case(TURN, request, InvalidArgument, "INVALID_FIELD", field, says);
    let with = |fields: Value| turn(fields, json!({}));
    vec![
        invalid(with(json!({"breaks": {"minSegmentShare": 0.9}})), "breaks.min_segment_share", "0.5"),
        invalid(with(json!({"breaks": {"maxBreaks": -1}})), "breaks.max_breaks", "1 to 20"),
        invalid(with(json!({"breaks": {"significance": "NaN"}})), "breaks.significance", "above 0"),
        invalid(with(json!({"breaks": {"draws": 1}})), "breaks.draws", "99"),
        invalid(with(json!({"breaks": {"knownBreaks": ["2030"]}})), "breaks.known_breaks[0]", "2000 and 2019"),
        invalid(with(json!({"threshold": {"threshold": "Infinity"}})), "threshold.threshold", "finite"),
        invalid(with(json!({"cycle": {"minPhase": 0}})), "cycle.min_phase", "1 to 100"),
        invalid(with(json!({"comovement": {"maxLag": 99}})), "comovement.max_lag", "0 to 20"),
        invalid(with(json!({"form": "TURNING_POINT_FORM_LOG_VALUES"})), "form", "VALUES"),
        invalid(turn(json!({"comovement": {}}), json!({"benchmark": {"none": true}})), "comovement", "no benchmark"),
        invalid(
            turn(json!({}), json!({"periods": {"list": {"periods": ["2000", "2005", "2010"]}}})),
            "selection.periods",
            "2001",
        ),
        case(
            TURN,
            with(json!({"series": {"growthIndicator": "gdp_reel_growth"}})),
            NotFound,
            "UNKNOWN_INDICATOR",
            "series.growth_indicator",
            "gdp_real_growth",
        ),
        case(
            TURN,
            turn(json!({}), json!({"vintage": {"number": 2}, "missing": "MISSING_POLICY_FAIL"})),
            FailedPrecondition,
            "MISSING_CELLS",
            "selection.missing",
            "110000",
        ),
    ]
}

fn inequalities() -> Vec<Case> {
    use Code::{InvalidArgument, NotFound};
    let request = |fields: Value| {
        let mut request = json!({"selection": {
            "dataset": "china-provinces", "indicator": "gdp_per_capita", "periods": {"list": {"periods": ["2015"]}}
        }});
        set(&mut request, fields);
        request
    };
    let invalid =
        |fields: Value, field, says| case(INEQUALITY, request(fields), InvalidArgument, "INVALID_FIELD", field, says);
    let group = |name: &str, codes: Value| json!({"name": name, "codes": {"codes": codes}});
    vec![
        invalid(json!({"measures": [0]}), "measures[0]", "a measure"),
        invalid(json!({"measures": [1, 1]}), "measures[1]", "once"),
        invalid(json!({"atkinsonAversions": [-1]}), "atkinson_aversions[0]", "from 0 on"),
        invalid(json!({"atkinsonAversions": ["NaN"]}), "atkinson_aversions[0]", "finite"),
        invalid(json!({"entropyOrders": [2]}), "entropy_orders", "GENERALIZED_ENTROPY"),
        invalid(json!({"quantileRatios": [{"upper": 0.1, "lower": 0.9}]}), "quantile_ratios[0]", "below it"),
        invalid(json!({"shareRatios": [{"richest": 0, "poorest": 0.4}]}), "share_ratios[0]", "exclusive"),
        invalid(json!({"permutations": 99}), "permutations", "without groups"),
        invalid(json!({"neighbours": {}, "permutations": -1}), "permutations", "0 to 100000"),
        invalid(json!({"neighbours": {}, "permutations": 2_000_000_000}), "permutations", "0 to 100000"),
        invalid(json!({"neighbours": {"nearest": {"count": 31}}}), "neighbours.nearest.count", "1 to 30"),
        invalid(json!({"groups": [group("Northeast", json!(["210000"]))]}), "groups", "every region"),
        invalid(json!({"groups": [{"name": "Northeast"}]}), "groups[0]", "codes, or a group"),
        case(
            INEQUALITY,
            request(json!({"groups": [group("Northeast", json!(["210001"]))]})),
            NotFound,
            "UNKNOWN_REGION",
            "groups[0].codes.codes[0]",
            "210000",
        ),
        case(
            INEQUALITY,
            request(json!({"weightIndicator": "populaton"})),
            NotFound,
            "UNKNOWN_INDICATOR",
            "weight_indicator",
            "population",
        ),
        invalid(json!({"weightIndicator": "gdp_real_growth"}), "weight_indicator", "a level or a flow"),
    ]
}

fn divisions() -> Vec<Case> {
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
fn plans() -> Vec<Case> {
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

/// A valid decomposition, with some of its fields replaced.
fn decompose(fields: Value) -> Value {
    let mut request = json!({"selection": {
        "dataset": "china-provinces", "indicator": "employment_by_section",
        "periods": {"range": {"start": "2008", "end": "2015"}},
        "regions": {"codes": {"codes": ["210000", "220000", "230000"]}}
    }});
    set(&mut request, fields);
    request
}

fn decompositions() -> Vec<Case> {
    let refused =
        |fields, field, says| case(DECOMPOSE, decompose(fields), Code::InvalidArgument, "INVALID_FIELD", field, says);
    let against_a_sibling = json!({
        "dataset": "china-provinces", "indicator": "employment_by_section",
        "periods": {"range": {"start": "2008", "end": "2015"}},
        "regions": {"codes": {"codes": ["220000"]}}, "benchmark": {"region": "230000"}
    });
    vec![
        refused(json!({"form": 99}), "form", "ARCELUS"),
        refused(json!({"view": -1}), "view", "INDUSTRIES"),
        refused(json!({"prediction": 3}), "prediction", "LEAVE_ONE_OUT"),
        refused(
            json!({"prediction": "GROWTH_PREDICTION_LEAVE_ONE_OUT", "selection": against_a_sibling}),
            "prediction",
            "230000",
        ),
        refused(json!({"gap": {"closingYears": 0}}), "gap.closing_years", "above 0"),
        refused(json!({"gap": {"closingYears": "NaN"}}), "gap.closing_years", "NaN"),
        refused(json!({"gap": {"closingYears": 1e9}}), "gap.closing_years", "1000"),
        refused(json!({"gap": {"closingYears": 5, "benchmarkRate": -1}}), "gap.benchmark_rate", "above -1"),
        refused(json!({"gap": {"closingYears": 5, "benchmarkRate": "Infinity"}}), "gap.benchmark_rate", "inf"),
        refused(json!({"gap": {"benchmarkRate": 0.05}}), "gap.benchmark_rate", "closing_years"),
    ]
}

/// A valid projection, with some of its fields replaced.
fn project(fields: Value) -> Value {
    let mut request = json!({"horizon": 2, "selection": {
        "dataset": "china-provinces", "indicator": "gdp", "regions": {"codes": {"codes": ["230000"]}},
        "periods": {"range": {"start": "2000", "end": "2017"}}
    }});
    set(&mut request, fields);
    request
}

fn projections() -> Vec<Case> {
    let refused = |fields: Value, field: &'static str, says: &'static str| {
        case(PROJECT, project(fields), Code::InvalidArgument, "INVALID_FIELD", field, says)
    };
    vec![
        refused(json!({"horizon": -3}), "horizon", "-3"),
        refused(json!({"intervalLevels": [0.8, 95.0]}), "interval_levels[1]", "95"),
        refused(json!({"bootstrap": {"draws": 1_000_000}}), "bootstrap.draws", "10000"),
        refused(
            json!({"series": {"denominatorIndicator": "population"}, "reconcile": true}),
            "reconcile",
            "per person",
        ),
        refused(json!({"method": "PROJECTION_METHOD_GERFIN"}), "selection.indicator", "industries"),
        refused(json!({"method": "PROJECTION_METHOD_POWER", "firstTime": 0.0}), "first_time", "POWER"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn is_refused_with_details_in_both_shapes() {
    for shape in SHAPES {
        let growthpole = Growthpole::start(shape);
        let client = Client::connect(&growthpole.endpoint).await;
        let cases = [
            concentration(),
            economic_base(),
            convergence(),
            unknown_names(),
            vintages_and_periods(),
            empty_and_undefined(),
            parameters(),
            divisions(),
            engines_and_transition(),
            plans(),
            relatedness_and_complexity(),
            inequalities(),
            decompositions(),
            projections(),
            track_ranks::cases(),
            turning_points(),
        ];
        let cases = cases.into_iter().flatten();
        let mut wrong = Vec::new();
        for case in cases {
            match client.raw(case.path, &case.request).await.map_err(Refused::from) {
                Ok(_) => wrong.push(format!("{} {} was accepted", case.path, case.request)),
                Err(refused) => wrong.extend(mismatch(&case, &refused)),
            }
        }
        assert!(wrong.is_empty(), "{shape:?}: {} refusals differ:\n{}", wrong.len(), wrong.join("\n\n"));
        client.raw(RANK, &rank(json!({}))).await.expect("the server goes on");
        client.raw(DIVIDE, &divide(json!({}), json!({}))).await.expect("the server goes on");
    }
}

fn mismatch(case: &Case, refused: &Refused) -> Option<String> {
    let blames = refused.violations.iter().any(|(field, _)| field == case.field);
    let descriptions = refused.violations.iter().map(|(_, description)| description.as_str());
    let says = descriptions.chain([refused.message.as_str()]).any(|text| text.contains(case.says));
    let fits =
        refused.code == case.code && refused.reason == case.reason && refused.domain == "growthpole" && blames && says;
    (!fits).then(|| {
        format!(
            "{} {}\n  wanted {:?} {} {} \"{}\"\n  got {refused:?}",
            case.path, case.request, case.code, case.reason, case.field, case.says
        )
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_token_of_another_request_is_refused() {
    let growthpole = Growthpole::start(SHAPES[0]);
    let client = Client::connect(&growthpole.endpoint).await;
    let page = |indicator: &str, token: &str| json!({"filter": {"dataset": "china-provinces", "indicators": [indicator]}, "pageSize": 10, "pageToken": token});
    let first = client.json(QUERY, &page("gdp", "")).await.unwrap();
    let token = first["nextPageToken"].as_str().unwrap();
    let second = client.json(QUERY, &page("gdp", token)).await.unwrap();
    assert_ne!(first["observations"], second["observations"]);
    for (indicator, token) in [("population", token), ("gdp", "nonsense"), ("gdp", &token[1..])] {
        let refused = Refused::from(client.raw(QUERY, &page(indicator, token)).await.unwrap_err());
        assert_eq!((refused.code, refused.reason.as_str()), (Code::InvalidArgument, "PAGE_TOKEN_MISMATCH"));
        assert_eq!(refused.violations[0].0, "page_token");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_add_up_to_the_stream() {
    let growthpole = Growthpole::start(SHAPES[0]);
    let client = Client::connect(&growthpole.endpoint).await;
    let filter = json!({"dataset": "harbin-changchun", "indicators": ["gdp", "population_registered"]});
    let stream = client.json_stream("ObservationService/StreamObservations", &json!({"filter": filter})).await.unwrap();
    let streamed: Vec<&Value> = stream.iter().flat_map(|part| part["observations"].as_array().unwrap()).collect();
    let mut paged = Vec::new();
    let mut token = String::new();
    loop {
        let request = json!({"filter": filter, "pageSize": 100, "pageToken": token});
        let page = client.json(QUERY, &request).await.unwrap();
        assert_eq!(page["totalSize"], streamed.len() as i64);
        paged.extend(page["observations"].as_array().unwrap().clone());
        token = page["nextPageToken"].as_str().unwrap().to_owned();
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(paged.iter().collect::<Vec<_>>(), streamed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_over_the_limit_is_refused_and_the_server_goes_on() {
    for shape in SHAPES {
        let growthpole = Growthpole::start(shape);
        let client = Client::connect(&growthpole.endpoint).await;
        let codes: Vec<String> = (0..700_000).map(|number| format!("{number:07}")).collect();
        for path in [RANK, "CatalogService/ListRegions"] {
            let key = if path == RANK { "selection" } else { "regions" };
            let regions = json!({"codes": {"codes": codes}});
            let request = if path == RANK {
                rank(json!({"regions": regions}))
            } else {
                json!({"dataset": "china-provinces", key: regions})
            };
            let refused = Refused::from(client.raw(path, &request).await.unwrap_err());
            assert_eq!((refused.code, refused.reason.as_str()), (Code::OutOfRange, "MESSAGE_TOO_LARGE"), "{refused:?}");
        }
        client.raw(RANK, &rank(json!({}))).await.expect("the server goes on");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_method_and_a_broken_message_are_refused() {
    let growthpole = Growthpole::start(SHAPES[0]);
    let client = Client::connect(&growthpole.endpoint).await;
    let unknown = Refused::from(client.raw_bytes("/growthpole.v1.Nowhere/Ask", bytes::Bytes::new()).await.unwrap_err());
    assert_eq!((unknown.code, unknown.reason.as_str()), (Code::Unimplemented, "UNKNOWN_METHOD"));
    let broken = client.raw_bytes("/growthpole.v1.DatasetService/GetDataset", bytes::Bytes::from_static(b"\xff\xff"));
    let broken = Refused::from(broken.await.unwrap_err());
    assert_eq!((broken.code, broken.reason.as_str()), (Code::InvalidArgument, "UNREADABLE_MESSAGE"));
}
