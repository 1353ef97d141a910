//! What a request asks to be measured.

use growthpole_contracts::{Refusal, v1};
use v1::InequalityMeasure as Measure;

/// More would make answers that nobody reads.
const MOST_PARAMETERS: usize = 20;

const MOST_PERMUTATIONS: usize = 100_000;

/// A measure, with its parameters where it has any.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Wanted {
    pub(super) measure: Measure,
    pub(super) parameters: Vec<f64>,
}

/// What is measured, and how tests are made.
#[derive(Debug, Clone)]
pub(super) struct Options {
    pub(super) wanted: Vec<Wanted>,
    pub(super) lorenz_curves: bool,
    pub(super) pen_parades: bool,
    /// None where no tests are wanted.
    pub(super) permutations: usize,
    pub(super) seed: u64,
}

impl Options {
    /// Reads a request.
    ///
    /// # Errors
    ///
    /// A refusal that names the field.
    pub(super) fn of(request: &v1::MeasureInequalityRequest) -> Result<Self, Refusal> {
        super::check_groups(&request.groups)?;
        Ok(Self {
            wanted: wanted(request)?,
            lorenz_curves: request.lorenz_curves,
            pen_parades: request.pen_parades,
            permutations: permutations(request)?,
            seed: request.seed,
        })
    }
}

fn permutations(request: &v1::MeasureInequalityRequest) -> Result<usize, Refusal> {
    let sent = request.permutations;
    let refused = |allowed: &str| Refusal::invalid("permutations", sent, allowed);
    let permutations = usize::try_from(sent).ok().filter(|&permutations| permutations <= MOST_PERMUTATIONS);
    let permutations = permutations.ok_or_else(|| refused(&format!("0 to {MOST_PERMUTATIONS}")))?;
    if permutations > 0 && request.groups.is_empty() && request.neighbours.is_none() {
        return Err(refused("0 without groups and without neighbours, whose parts permutations test"));
    }
    Ok(permutations)
}

/// Every measure with each of its parameters.
fn wanted(request: &v1::MeasureInequalityRequest) -> Result<Vec<Wanted>, Refusal> {
    let measures = measures(request)?;
    let parameters = Parameters::of(request, &measures)?;
    let each = |&measure: &Measure| {
        let of = parameters.of_measure(measure).cloned().unwrap_or_else(|| vec![Vec::new()]);
        of.into_iter().map(move |parameters| Wanted { measure, parameters })
    };
    Ok(measures.iter().flat_map(each).collect())
}

fn measures(request: &v1::MeasureInequalityRequest) -> Result<Vec<Measure>, Refusal> {
    let spread = match request.weight_indicator.as_str() {
        "" => Measure::CoefficientOfVariation,
        _ => Measure::Williamson,
    };
    if request.measures.is_empty() {
        return Ok(vec![
            Measure::Gini,
            Measure::TheilT,
            Measure::MeanLogDeviation,
            Measure::Atkinson,
            Measure::Hoover,
            spread,
            Measure::QuantileRatio,
            Measure::ShareRatio,
            Measure::Wolfson,
            Measure::Mean,
        ]);
    }
    let mut measures = Vec::with_capacity(request.measures.len());
    for (at, &number) in request.measures.iter().enumerate() {
        let field = format!("measures[{at}]");
        match Measure::try_from(number) {
            Ok(Measure::Unspecified) | Err(_) => return Err(Refusal::invalid(&field, number, "a measure")),
            Ok(measure) if measures.contains(&measure) => {
                return Err(Refusal::invalid(&field, format!("{} again", measure.as_str_name()), "each measure once"));
            }
            Ok(measure) => measures.push(measure),
        }
    }
    Ok(measures)
}

/// Parameters of the measures that have any; those of one measurement are a list.
struct Parameters {
    aversions: Vec<Vec<f64>>,
    orders: Vec<Vec<f64>>,
    quantiles: Vec<Vec<f64>>,
    shares: Vec<Vec<f64>>,
}

impl Parameters {
    fn of(request: &v1::MeasureInequalityRequest, measures: &[Measure]) -> Result<Self, Refusal> {
        let one = |values: &[f64]| values.iter().map(|&value| vec![value]).collect::<Vec<_>>();
        let quantiles: Vec<Vec<f64>> =
            request.quantile_ratios.iter().map(|pair| vec![pair.upper, pair.lower]).collect();
        let shares: Vec<Vec<f64>> = request.share_ratios.iter().map(|pair| vec![pair.richest, pair.poorest]).collect();
        let read = |field: &str, sent: Vec<Vec<f64>>, default: &[&[f64]], rule: Rule<'_>| {
            if sent.is_empty() {
                return Ok(default.iter().map(|parameters| parameters.to_vec()).collect());
            }
            rule.check(field, &sent, measures)?;
            Ok::<_, Refusal>(sent)
        };
        Ok(Self {
            aversions: read(
                "atkinson_aversions",
                one(&request.atkinson_aversions),
                &[&[0.5], &[1.0], &[2.0]],
                Rule {
                    of: &[Measure::Atkinson, Measure::EquallyDistributedEquivalent],
                    allowed: "a finite number from 0 on",
                    holds: |own| own.iter().all(|e| e.is_finite() && *e >= 0.0),
                },
            )?,
            orders: read(
                "entropy_orders",
                one(&request.entropy_orders),
                &[&[-1.0], &[2.0]],
                Rule {
                    of: &[Measure::GeneralizedEntropy],
                    allowed: "a finite number",
                    holds: |own| own.iter().all(|order| order.is_finite()),
                },
            )?,
            quantiles: read(
                "quantile_ratios",
                quantiles,
                &[&[0.9, 0.1]],
                Rule {
                    of: &[Measure::QuantileRatio],
                    allowed: "an upper quantile up to 1 and a lower one from 0 on below it",
                    holds: |own| matches!(own, [upper, lower] if *upper <= 1.0 && *lower >= 0.0 && lower < upper),
                },
            )?,
            shares: read(
                "share_ratios",
                shares,
                &[&[0.1, 0.4]],
                Rule {
                    of: &[Measure::ShareRatio],
                    allowed: "two parts between 0 and 1, exclusive",
                    holds: |own| own.iter().all(|part| *part > 0.0 && *part < 1.0),
                },
            )?,
        })
    }

    fn of_measure(&self, measure: Measure) -> Option<&Vec<Vec<f64>>> {
        match measure {
            Measure::Atkinson | Measure::EquallyDistributedEquivalent => Some(&self.aversions),
            Measure::GeneralizedEntropy => Some(&self.orders),
            Measure::QuantileRatio => Some(&self.quantiles),
            Measure::ShareRatio => Some(&self.shares),
            _ => None,
        }
    }
}

/// What the parameters of some measures must be.
struct Rule<'a> {
    of: &'a [Measure],
    allowed: &'a str,
    holds: fn(&[f64]) -> bool,
}

impl Rule<'_> {
    fn check(&self, field: &str, sent: &[Vec<f64>], measures: &[Measure]) -> Result<(), Refusal> {
        if sent.len() > MOST_PARAMETERS {
            let allowed = format!("at most {MOST_PARAMETERS}");
            return Err(Refusal::invalid(field, format!("{} of them", sent.len()), &allowed));
        }
        if !self.of.iter().any(|measure| measures.contains(measure)) {
            let names: Vec<&str> = self.of.iter().map(Measure::as_str_name).collect();
            let allowed = format!("nothing unless measures has {}", names.join(" or "));
            return Err(Refusal::invalid(field, "parameters of a measure that is not asked for", &allowed));
        }
        for (at, own) in sent.iter().enumerate() {
            let numbers = || own.iter().map(f64::to_string).collect::<Vec<_>>().join(" and ");
            if !(self.holds)(own) {
                return Err(Refusal::invalid(&format!("{field}[{at}]"), numbers(), self.allowed));
            }
            if sent.iter().take(at).any(|other| other == own) {
                return Err(Refusal::invalid(&format!("{field}[{at}]"), format!("{} again", numbers()), "each once"));
            }
        }
        Ok(())
    }
}
