//! Requests of growth ranking that are refused.

use serde_json::{Value, json};
use tonic::Code;

use super::{Case, case, set};

const DECOMPOSE: &str = "GrowthRankingService/DecomposeGrowth";
const INEQUALITY: &str = "GrowthRankingService/MeasureInequality";
const PROJECT: &str = "GrowthRankingService/ProjectGrowth";
const CONVERGE: &str = "GrowthRankingService/TestConvergence";
const TURN: &str = "GrowthRankingService/DetectTurningPoints";

/// A valid test of convergence, with some of its fields and of its selection replaced.
fn converge(fields: Value, selection: Value) -> Value {
    let mut request = json!({"selection": {
        "dataset": "china-provinces", "indicator": "gdp", "periods": {"range": {"start": "2000", "end": "2019"}}
    }, "series": {"growthIndicator": "gdp_real_growth", "basePeriod": "2008", "denominatorIndicator": "population"}});
    set(&mut request["selection"], selection);
    set(&mut request, fields);
    request
}

pub(super) fn convergence() -> Vec<Case> {
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

pub(super) fn turning_points() -> Vec<Case> {
    use Code::{FailedPrecondition, InvalidArgument, NotFound};
    let invalid = |request: Value, field, says| case(TURN, request, InvalidArgument, "INVALID_FIELD", field, says);
    let with = |fields: Value| turn(fields, json!({}));
    vec![
        invalid(with(json!({"breaks": {"minSegmentShare": 0.9}})), "breaks.min_segment_share", "0.5"),
        invalid(with(json!({"breaks": {"maxBreaks": -1}})), "breaks.max_breaks", "1 to 20"),
        invalid(with(json!({"breaks": {"significance": "NaN"}})), "breaks.significance", "above 0"),
        invalid(with(json!({"breaks": {"draws": 1}})), "breaks.draws", "99"),
        invalid(with(json!({"breaks": {"errors": 9}})), "breaks.errors", "AUTOCORRELATED"),
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

pub(super) fn inequalities() -> Vec<Case> {
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

pub(super) fn decompositions() -> Vec<Case> {
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

pub(super) fn projections() -> Vec<Case> {
    let refused = |fields: Value, field: &'static str, says: &'static str| {
        case(PROJECT, project(fields), Code::InvalidArgument, "INVALID_FIELD", field, says)
    };
    vec![
        refused(json!({"horizon": -3}), "horizon", "-3"),
        refused(json!({"intervalLevels": [0.8, 95.0]}), "interval_levels[1]", "95"),
        refused(json!({"bootstrap": {"draws": 1_000_000}}), "bootstrap.draws", "10000"),
        refused(json!({"parameterUncertainty": {"draws": 3}}), "parameter_uncertainty.draws", "20 to 10000"),
        refused(
            json!({"parameterUncertainty": {"backtestDraws": -1}}),
            "parameter_uncertainty.backtest_draws",
            "20 to 10000",
        ),
        refused(
            json!({"series": {"denominatorIndicator": "population"}, "reconcile": true}),
            "reconcile",
            "per person",
        ),
        refused(json!({"method": "PROJECTION_METHOD_GERFIN"}), "selection.indicator", "industries"),
        refused(json!({"method": "PROJECTION_METHOD_POWER", "firstTime": 0.0}), "first_time", "POWER"),
    ]
}
