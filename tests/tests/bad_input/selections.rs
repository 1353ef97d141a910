//! Selections that are refused, by methods of either worker and by the data services.

use serde_json::json;
use tonic::Code;

use super::{COMPARE, Case, DIVIDE, MEASURE, QUERY, RANK, case, divide, rank, structure};

pub(super) fn unknown_names() -> Vec<Case> {
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

pub(super) fn vintages_and_periods() -> Vec<Case> {
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

pub(super) fn empty_and_undefined() -> Vec<Case> {
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
