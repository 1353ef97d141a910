//! Each measure by its name.

use growthpole_contracts::v1::InequalityMeasure as Measure;
use growthpole_methods::stats::Spread;
use growthpole_methods::stats::inequality::{
    Distribution, InequalityError, atkinson, coefficient_of_variation, coulter, dalton, generalized_entropy,
    geometric_mean, gini, gini_of_sample, herfindahl, hoover, log_variance, mean_log_deviation, median,
    normalized_coefficient_of_variation, quantile_ratio, schutz, share_ratio, theil_t, variance, williamson, wolfson,
};

use super::options::Wanted;

/// The value of a measure.
pub(super) fn value(values: &Distribution<'_>, wanted: &Wanted) -> Result<f64, InequalityError> {
    let parameter = |at: usize| wanted.parameters.get(at).copied().unwrap_or(f64::NAN);
    match wanted.measure {
        // The options have refused it.
        Measure::Unspecified => Err(InequalityError::InvalidParameter { value: f64::NAN }),
        Measure::Gini => gini(values),
        Measure::GiniOfSample => gini_of_sample(values),
        Measure::TheilT => theil_t(values),
        Measure::MeanLogDeviation => mean_log_deviation(values),
        Measure::GeneralizedEntropy => generalized_entropy(values, parameter(0)),
        Measure::Atkinson => Ok(atkinson(values, parameter(0))?.index),
        Measure::EquallyDistributedEquivalent => Ok(atkinson(values, parameter(0))?.equally_distributed_equivalent),
        Measure::Hoover => hoover(values),
        Measure::ShareBelowMean => Ok(schutz(values)?.below_mean),
        Measure::Williamson => williamson(values),
        Measure::CoefficientOfVariation => coefficient_of_variation(values, Spread::Population),
        Measure::CoefficientOfVariationOfSample => coefficient_of_variation(values, Spread::Sample),
        Measure::NormalizedCoefficientOfVariation => normalized_coefficient_of_variation(values, Spread::Population),
        Measure::NormalizedCoefficientOfVariationOfSample => {
            normalized_coefficient_of_variation(values, Spread::Sample)
        }
        Measure::StandardDeviation => Ok(variance(values, Spread::Population)?.sqrt()),
        Measure::StandardDeviationOfSample => Ok(variance(values, Spread::Sample)?.sqrt()),
        Measure::LogStandardDeviation => Ok(log_variance(values, Spread::Population)?.sqrt()),
        Measure::LogStandardDeviationOfSample => Ok(log_variance(values, Spread::Sample)?.sqrt()),
        Measure::Herfindahl => Ok(herfindahl(values)?.index),
        Measure::NormalizedHerfindahl => {
            let few = InequalityError::TooFew { values: values.n_regions(), needed: 2 };
            herfindahl(values)?.normalized.ok_or(few)
        }
        Measure::EquivalentNumber => Ok(herfindahl(values)?.equivalent_number),
        Measure::Coulter => coulter(values),
        Measure::Dalton => dalton(values),
        Measure::Wolfson => wolfson(values),
        Measure::WolfsonHalf => Ok(wolfson(values)? / 2.0),
        Measure::QuantileRatio => quantile_ratio(values, parameter(0), parameter(1)),
        Measure::ShareRatio => share_ratio(values, parameter(0), parameter(1)),
        Measure::Mean => Ok(values.mean()),
        Measure::GeometricMean => geometric_mean(values),
        Measure::Median => median(values),
    }
}
