//! How values are to be combined.

use growthpole_domain::rollup::{CellPolicy, Combination};
use growthpole_domain::{Aggregation, Catalogue, Indicator, QueryError};

use super::{AggregateQuery, AggregationMethod};

/// How values are combined, with the weight where there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Method {
    /// They add up.
    Sum,
    /// By the mean weighted by this indicator.
    Mean(String),
    /// By the plain mean.
    PlainMean,
}

impl Method {
    /// The weight indicator.
    pub fn weight(&self) -> Option<&str> {
        match self {
            Self::Mean(weight) => Some(weight),
            Self::Sum | Self::PlainMean => None,
        }
    }

    pub(super) fn combination(&self) -> Combination {
        match self {
            Self::Sum => Combination::Sum,
            Self::Mean(_) | Self::PlainMean => Combination::Mean,
        }
    }
}

/// The method that a query asks for, or else the indicator's own.
pub(super) fn method(query: &AggregateQuery, catalogue: &Catalogue) -> Result<Method, QueryError> {
    let indicator = catalogue.indicator("indicator", &query.indicator)?;
    let method = match query.method {
        Some(AggregationMethod::Sum) => Method::Sum,
        Some(AggregationMethod::PlainMean) => Method::PlainMean,
        Some(AggregationMethod::Mean) => Method::Mean(weight(query, indicator)?),
        None => match indicator.aggregation {
            Aggregation::Sum => Method::Sum,
            Aggregation::Mean => Method::Mean(weight(query, indicator)?),
            Aggregation::None => return Err(does_not_combine(indicator)),
        },
    };
    check(query, catalogue, &method)?;
    Ok(method)
}

fn weight(query: &AggregateQuery, indicator: &Indicator) -> Result<String, QueryError> {
    let own = Some(&indicator.aggregation_weight).filter(|weight| !weight.is_empty());
    query.weight.as_ref().or(own).cloned().ok_or_else(|| QueryError::InvalidField {
        field: "weight_indicator".to_owned(),
        sent: "nothing".to_owned(),
        allowed: format!("an indicator that means of {} are weighted by; it has none of its own", indicator.code),
    })
}

fn does_not_combine(indicator: &Indicator) -> QueryError {
    let code = &indicator.code;
    QueryError::Undefined {
        field: "method".to_owned(),
        message: format!(
            "values of {code} do not combine: ask for a method by name, such as MEAN with a weight_indicator, or roll up what \
             {code} is made from"
        ),
    }
}

fn check(query: &AggregateQuery, catalogue: &Catalogue, method: &Method) -> Result<(), QueryError> {
    let invalid = |field: &str, sent: &str, allowed: String| {
        Err(QueryError::InvalidField { field: field.to_owned(), sent: sent.to_owned(), allowed })
    };
    if let (Some(sent), None) = (&query.weight, method.weight()) {
        return invalid("weight_indicator", sent, "nothing, except with MEAN".to_owned());
    }
    for (field, policy) in [("suppressed", query.suppressed), ("missing", query.missing)] {
        if policy == CellPolicy::Bounds && *method != Method::Sum {
            return invalid(
                field,
                "BOUNDS",
                "BOUNDS of sums only; of means REFUSE, PUBLISHED or KNOWN_ONLY".to_owned(),
            );
        }
    }
    let Some(weight) = method.weight() else { return Ok(()) };
    let weights = catalogue.indicator("weight_indicator", weight)?;
    let of = catalogue.indicator("indicator", &query.indicator)?;
    let fits = weights.classification == of.classification;
    let rolls_up_industries = query.industries_to.is_some();
    if fits || (!weights.has_industries() && !rolls_up_industries) {
        return Ok(());
    }
    let allowed = match rolls_up_industries {
        true => format!("an indicator of {}, so that it tells industries apart", name(of)),
        false => format!("an indicator of {}, or without industries", name(of)),
    };
    invalid("weight_indicator", weight, allowed)
}

fn name(indicator: &Indicator) -> &str {
    if indicator.has_industries() { &indicator.classification } else { "no classification" }
}
