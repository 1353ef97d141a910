//! Dispersion over time.

use growthpole_contracts::v1;
use growthpole_methods::growth::convergence::{
    Dispersion, SigmaComparison, SigmaError, SigmaMeasure, compare_dispersion, dispersion, sigma_trend,
};
use growthpole_methods::stats::{Spread, VarianceRatio};
use growthpole_worker_kit::convert::message::count;

use super::estimates::{estimates, f_test};
use super::inputs::Inputs;
use super::undefined::{NoPart, Undefined};

/// Periods that a trend needs.
const FEWEST_PERIODS: usize = 3;

pub(super) fn answer(
    inputs: &Inputs,
    kind: Dispersion,
    undefined: &mut Vec<Undefined>,
) -> Result<v1::SigmaConvergence, NoPart> {
    let values = &inputs.series.values;
    let weights = inputs.weights.as_ref().map(|(_, weights)| weights.as_slice());
    let measured = |(period, row)| dispersion(row, kind, weights).map_err(|error| no_sigma(inputs, period, error));
    let sigmas = values.rows().enumerate().map(measured).collect::<Result<Vec<f64>, _>>()?;
    let last = values.n_rows() - 1;
    let comparison = compare_dispersion(values.row(0), values.row(last), kind, weights)
        .map_err(|error| no_sigma(inputs, last, error))?;
    Ok(v1::SigmaConvergence {
        measure: measure(kind.measure).into(),
        of_logarithms: kind.logs,
        sample: kind.spread == Spread::Sample,
        weight_indicator: inputs.weights.as_ref().map(|(code, _)| code.clone()).unwrap_or_default(),
        periods: sigmas.iter().enumerate().map(|(period, &sigma)| of_period(inputs, period, sigma)).collect(),
        comparison: Some(compared(&comparison)),
        trend: trend(inputs, &sigmas, undefined)?,
    })
}

fn of_period(inputs: &Inputs, period: usize, sigma: f64) -> v1::SigmaOfPeriod {
    v1::SigmaOfPeriod { period: inputs.period(period), sigma }
}

fn no_sigma(inputs: &Inputs, period: usize, error: SigmaError) -> NoPart {
    let at = inputs.period(period);
    let undefined = match error {
        SigmaError::InvalidValue { region, value } => {
            let code = inputs.region(region);
            let text = format!("{code} in {at}: {value} has no logarithm");
            Undefined::new("sigma", "NOT_POSITIVE", text).with("region", code)
        }
        SigmaError::InvalidWeight { region, weight } => {
            let code = inputs.region(region);
            Undefined::new("sigma", "UNDEFINED_ON_DATA", format!("{code}: {weight} is not a weight"))
                .with("region", code)
        }
        SigmaError::MeanNotPositive { .. } => Undefined::new("sigma", "NOT_POSITIVE", format!("{at}: {error}")),
        SigmaError::TooFewRegions { .. } => Undefined::new("sigma", "TOO_FEW_REGIONS", error.to_string()),
        SigmaError::WeightsDiffer { .. } | SigmaError::NoWeight | SigmaError::WeightedSample | SigmaError::TooLarge => {
            Undefined::new("sigma", "UNDEFINED_ON_DATA", format!("{at}: {error}"))
        }
    };
    undefined.with("period", at).into()
}

fn compared(own: &SigmaComparison) -> v1::SigmaComparison {
    v1::SigmaComparison {
        first: own.start,
        last: own.end,
        quotient: own.quotient,
        variance_ratio: own.ratio.map(ratio),
        paired: own.paired.map(|test| v1::SigmaPairedTest {
            correlation: test.correlation,
            t: test.t,
            degrees_of_freedom: count(test.degrees),
            p_value: test.p,
        }),
    }
}

fn ratio(test: VarianceRatio) -> v1::ConvergenceFTest {
    v1::ConvergenceFTest {
        statistic: test.f,
        numerator: count(test.numerator),
        denominator: count(test.denominator),
        p_value: test.p,
    }
}

/// The trend; for too few periods it is listed as undefined.
fn trend(inputs: &Inputs, sigmas: &[f64], undefined: &mut Vec<Undefined>) -> Result<Option<v1::SigmaTrend>, NoPart> {
    if sigmas.len() < FEWEST_PERIODS {
        let text = format!("a trend needs {FEWEST_PERIODS} periods, not {}", sigmas.len());
        undefined.push(Undefined::new("sigma.trend", "TOO_FEW_PERIODS", text));
        return Ok(None);
    }
    let trend = sigma_trend(&inputs.times, sigmas)
        .map_err(|error| Undefined::new("sigma.trend", "UNDEFINED_ON_DATA", error.to_string()))?;
    let terms = [(v1::ConvergenceTerm::Constant, ""), (v1::ConvergenceTerm::Time, "")];
    Ok(Some(v1::SigmaTrend {
        estimates: estimates(&terms, &trend.inference.estimates, &[]),
        r_squared: trend.regression.r_squared,
        f_test: trend.inference.f.map(f_test),
        degrees_of_freedom: count(trend.regression.degrees_of_freedom),
    }))
}

fn measure(own: SigmaMeasure) -> v1::SigmaMeasure {
    match own {
        SigmaMeasure::StandardDeviation => v1::SigmaMeasure::StandardDeviation,
        SigmaMeasure::Variance => v1::SigmaMeasure::Variance,
        SigmaMeasure::CoefficientOfVariation => v1::SigmaMeasure::CoefficientOfVariation,
        SigmaMeasure::NormalizedCoefficientOfVariation => v1::SigmaMeasure::NormalizedCoefficientOfVariation,
    }
}
