//! Values of regions, each with the weight it counts by.

use std::sync::OnceLock;

use crate::progress::Stopped;
use crate::stats::ascending::{NearlyAscending, sort_ascending};
use crate::stats::lanes;

/// Why a measure of inequality is undefined.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum InequalityError {
    /// There are no values.
    #[error("there are no values")]
    Empty,
    /// The value is NaN or infinite.
    #[error("region {region}: {value} is not a finite number")]
    NotFinite {
        /// Position of the region.
        region: usize,
        /// The value.
        value: f64,
    },
    /// There are not as many weights as values.
    #[error("{weights} weights for {values} values")]
    LengthsDiffer {
        /// Number of values.
        values: usize,
        /// Number of weights.
        weights: usize,
    },
    /// The weight is not a positive number.
    #[error("region {region}: {value} is not a weight")]
    InvalidWeight {
        /// Position of the region.
        region: usize,
        /// The weight.
        value: f64,
    },
    /// The measure is one of shares, which negative values do not have.
    #[error("region {region}: the value {value} is negative")]
    Negative {
        /// Position of the region.
        region: usize,
        /// The value.
        value: f64,
    },
    /// The measure takes logarithms or negative powers, which zero does not have.
    #[error("region {region}: the value {value} is not positive")]
    NotPositive {
        /// Position of the region.
        region: usize,
        /// The value.
        value: f64,
    },
    /// The measure is relative to a mean that is not positive.
    #[error("the mean is {mean}, which nothing can be relative to")]
    MeanNotPositive {
        /// The mean.
        mean: f64,
    },
    /// The measure is relative to a median, a quantile or a share that is zero.
    #[error("the lower part holds nothing, so that nothing can be relative to it")]
    NothingBelow,
    /// The measure needs more values.
    #[error("{values} values, and at least {needed} are needed")]
    TooFew {
        /// Number of values.
        values: usize,
        /// How many are needed.
        needed: usize,
    },
    /// The divisor n - 1 of a sample has no meaning for weighted values.
    #[error("weighted values have no divisor of a sample")]
    WeightedSample,
    /// The measure is one of weighted values.
    #[error("the measure is defined with weights only")]
    Unweighted,
    /// The parameter is outside of what the measure is defined for.
    #[error("{value} is not a parameter of the measure")]
    InvalidParameter {
        /// The parameter.
        value: f64,
    },
    /// The result lies beyond the range of floating-point numbers.
    #[error("the result is beyond the range of numbers")]
    OutOfRange,
    /// The groups, or the neighbourhoods, are of another number of regions.
    #[error("groups or neighbourhoods of {others} regions for {values} values")]
    RegionsDiffer {
        /// Number of values.
        values: usize,
        /// Number of regions in the other argument.
        others: usize,
    },
    /// All values are equal, so that nothing can be permuted.
    #[error("all values are equal")]
    AllEqual,
    /// A permutation test without permutations.
    #[error("a permutation test needs at least one permutation")]
    NoPermutations,
    /// The caller wants no result any more.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// Values of regions, each counting alike or by its weight. All are finite, and so is their mean.
#[derive(Debug)]
pub struct Distribution<'a> {
    values: &'a [f64],
    /// Weights over their sum; none where all count alike.
    shares: Option<Vec<f64>>,
    mean: f64,
    least: f64,
    nearly_ascending: OnceLock<NearlyAscending>,
    ascending: OnceLock<Ascending>,
}

/// The values in ascending order, each with its share of the weights.
#[derive(Debug)]
pub(super) struct Ascending {
    pub(super) values: Vec<f64>,
    pub(super) shares: Option<Vec<f64>>,
}

impl<'a> Distribution<'a> {
    /// Values that count alike.
    ///
    /// # Errors
    ///
    /// No values, the first that is not finite, or a mean beyond the range of numbers.
    pub fn new(values: &'a [f64]) -> Result<Self, InequalityError> {
        let (sum, least) = finite(values)?;
        Self::checked(values, None, sum / values.len() as f64, least)
    }

    /// Values that count by positive weights, in any unit.
    ///
    /// # Errors
    ///
    /// No values, as many weights as there are not values, the first value that is not finite, the first weight that is not
    /// a positive number, or a mean beyond the range of numbers.
    pub fn weighted(values: &'a [f64], weights: &[f64]) -> Result<Self, InequalityError> {
        if values.len() != weights.len() {
            return Err(InequalityError::LengthsDiffer { values: values.len(), weights: weights.len() });
        }
        let (_, least) = finite(values)?;
        let is_weight = |&weight: &f64| weight.is_finite() && weight > 0.0;
        if let Some(region) = weights.iter().position(|weight| !is_weight(weight)) {
            return Err(InequalityError::InvalidWeight { region, value: weights[region] });
        }
        let (total, _) = lanes::sum_and_least(weights);
        let shares: Vec<f64> = weights.iter().map(|weight| weight / total).collect();
        if let Some(region) = shares.iter().position(|share| !is_weight(share)) {
            return Err(InequalityError::InvalidWeight { region, value: weights[region] });
        }
        let mean = lanes::product_sum(values, &shares);
        Self::checked(values, Some(shares), mean, least)
    }

    fn checked(values: &'a [f64], shares: Option<Vec<f64>>, mean: f64, least: f64) -> Result<Self, InequalityError> {
        if !mean.is_finite() {
            return Err(InequalityError::OutOfRange);
        }
        Ok(Self { values, shares, mean, least, nearly_ascending: OnceLock::new(), ascending: OnceLock::new() })
    }

    /// The values, by position.
    pub fn values(&self) -> &[f64] {
        self.values
    }

    /// Number of values, at least one.
    pub fn n_regions(&self) -> usize {
        self.values.len()
    }

    /// Mean of the values, by their weights where they have any.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// Whether the values have weights of their own.
    pub fn is_weighted(&self) -> bool {
        self.shares.is_some()
    }

    /// Each value's share of the weights; none where all count alike.
    pub(super) fn shares(&self) -> Option<&[f64]> {
        self.shares.as_deref()
    }

    /// The share of the weights of the value at a position.
    pub(super) fn share(&self, region: usize) -> f64 {
        self.shares.as_ref().map_or(1.0 / self.values.len() as f64, |shares| shares[region])
    }

    /// A bound that none of the values is below.
    pub(super) fn least(&self) -> f64 {
        self.least
    }

    /// Refuses negative values, and values that are all zero.
    pub(super) fn check_not_negative(&self) -> Result<(), InequalityError> {
        if self.least < 0.0 {
            let region = self.values.iter().position(|&value| value < 0.0).unwrap_or_default();
            return Err(InequalityError::Negative { region, value: self.values[region] });
        }
        self.check_mean()
    }

    /// Refuses values of zero and below.
    pub(super) fn check_positive(&self) -> Result<(), InequalityError> {
        if self.least <= 0.0 {
            let region = self.values.iter().position(|&value| value <= 0.0).unwrap_or_default();
            return Err(InequalityError::NotPositive { region, value: self.values[region] });
        }
        self.check_mean()
    }

    /// Refuses a mean that nothing can be relative to.
    pub(super) fn check_mean(&self) -> Result<(), InequalityError> {
        if self.mean > 0.0 && self.mean.recip().is_finite() {
            Ok(())
        } else {
            Err(InequalityError::MeanNotPositive { mean: self.mean })
        }
    }

    /// Mean of a function of each value over the mean, by weight.
    pub(super) fn mean_of_ratios(&self, term: impl Fn(f64) -> f64) -> f64 {
        let ratio = |value: &f64| value / self.mean;
        match &self.shares {
            None => self.values.iter().map(|value| term(ratio(value))).sum::<f64>() / self.values.len() as f64,
            Some(shares) => self.values.iter().zip(shares).map(|(value, share)| share * term(ratio(value))).sum(),
        }
    }

    /// All of the values, as some that were checked.
    pub(super) fn members(&self) -> Members<'_> {
        Members {
            values: self.values,
            weights: self.shares(),
            weight: if self.is_weighted() { 1.0 } else { self.values.len() as f64 },
            mean: self.mean,
            least: self.least,
        }
    }

    /// Each value times its weight, over the sum of that: its share of the total.
    pub(super) fn total_shares(&self) -> impl Iterator<Item = f64> {
        self.values.iter().enumerate().map(|(region, value)| self.share(region) * (value / self.mean))
    }

    /// The values in ascending order, which are sorted once.
    pub(super) fn ascending(&self) -> Result<&Ascending, InequalityError> {
        self.check_not_negative()?;
        Ok(self.ascending.get_or_init(|| self.sorted()))
    }

    /// The values in nearly ascending order, which they are put in once; none where they have weights.
    pub(super) fn nearly_ascending(&self) -> Result<Option<&NearlyAscending>, InequalityError> {
        self.check_not_negative()?;
        Ok(self.shares.is_none().then(|| self.nearly_ascending.get_or_init(|| self.nearly_sorted())))
    }

    fn nearly_sorted(&self) -> NearlyAscending {
        let (least, greatest) = self.ends();
        NearlyAscending::new(self.values, least, greatest)
    }

    fn sorted(&self) -> Ascending {
        match &self.shares {
            None => {
                let nearly = self.nearly_ascending.get_or_init(|| self.nearly_sorted());
                Ascending { values: nearly.in_order(), shares: None }
            }
            Some(shares) => {
                // Adding zero makes a negative zero a positive one.
                let pairs = self.values.iter().zip(shares).map(|(value, share)| (value + 0.0, *share));
                let mut pairs: Vec<(f64, f64)> = pairs.collect();
                self.sort(&mut pairs, |pair| pair.0);
                let (values, shares) = pairs.into_iter().unzip();
                Ascending { values, shares: Some(shares) }
            }
        }
    }

    /// Sorts the values, which none is negative of, and what goes with them.
    pub(super) fn sort<T: Copy>(&self, items: &mut [T], value: impl Fn(&T) -> f64 + Copy) {
        let (least, greatest) = self.ends();
        sort_ascending(items, least, greatest, value);
    }

    /// The least value above zero, and the greatest value, where none is negative.
    fn ends(&self) -> (f64, f64) {
        if self.least > 0.0 { (self.least, lanes::greatest(self.values)) } else { lanes::extremes(self.values) }
    }
}

/// Values that were checked, all or some of a distribution's.
#[derive(Debug, Clone, Copy)]
pub(super) struct Members<'a> {
    pub(super) values: &'a [f64],
    /// What they count by; none where they count alike.
    pub(super) weights: Option<&'a [f64]>,
    /// Sum of the weights, or number of values.
    pub(super) weight: f64,
    /// Mean of the values by weight.
    pub(super) mean: f64,
    /// A bound that none of the values is below.
    pub(super) least: f64,
}

impl<'a> Members<'a> {
    /// Some values, none below `least`.
    pub(super) fn new(values: &'a [f64], weights: Option<&'a [f64]>, least: f64) -> Self {
        let (weight, sum) = match weights {
            None => (values.len() as f64, lanes::total(values)),
            Some(weights) => (lanes::sum(weights, None, lanes::Itself), lanes::product_sum(values, weights)),
        };
        Self { values, weights, weight, mean: sum / weight, least }
    }

    /// Mean of a term of each value, by weight.
    pub(super) fn mean_of(&self, term: impl lanes::Term) -> f64 {
        lanes::sum(self.values, self.weights, term) / self.weight
    }
}

/// A finite result, or none.
pub(super) fn in_range(result: f64) -> Result<f64, InequalityError> {
    if result.is_finite() { Ok(result) } else { Err(InequalityError::OutOfRange) }
}

/// Sum and least of values; refuses none, and the first that is not finite.
fn finite(values: &[f64]) -> Result<(f64, f64), InequalityError> {
    if values.is_empty() {
        return Err(InequalityError::Empty);
    }
    let (sum, least) = lanes::sum_and_least(values);
    if sum.is_finite() {
        return Ok((sum, least));
    }
    match values.iter().position(|value| !value.is_finite()) {
        Some(region) => Err(InequalityError::NotFinite { region, value: values[region] }),
        None => Ok((sum, least)),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn weights_count_relative_to_their_sum() {
        let distribution = Distribution::weighted(&[4.0, 1.0], &[1.0, 3.0]).unwrap();
        assert_eq!((distribution.mean(), distribution.share(1), distribution.is_weighted()), (1.75, 0.75, true));
        let sorted = distribution.ascending().unwrap();
        assert_eq!((sorted.values.as_slice(), sorted.shares.as_deref()), (&[1.0, 4.0][..], Some(&[0.75, 0.25][..])));
        assert_eq!(Distribution::new(&[4.0, 1.0]).unwrap().total_shares().collect::<Vec<_>>(), [0.8, 0.2]);
    }

    #[test]
    fn refuses_what_is_no_value_or_no_weight() {
        let refusal = |values: &[f64]| Distribution::new(values).unwrap_err();
        assert_eq!(refusal(&[]), InequalityError::Empty);
        assert_eq!(refusal(&[f64::MAX, f64::MAX]), InequalityError::OutOfRange);
        let infinite = InequalityError::NotFinite { region: 1, value: f64::INFINITY };
        assert_eq!(refusal(&[0.0, f64::INFINITY]), infinite);
        assert!(matches!(refusal(&[1.0, f64::NAN]), InequalityError::NotFinite { region: 1, .. }));
        let weighted = |weights: &[f64]| Distribution::weighted(&[1.0, 2.0], weights).unwrap_err();
        assert_eq!(weighted(&[1.0]), InequalityError::LengthsDiffer { values: 2, weights: 1 });
        assert_eq!(weighted(&[1.0, 0.0]), InequalityError::InvalidWeight { region: 1, value: 0.0 });
        assert_eq!(weighted(&[1e-320, 1e300]), InequalityError::InvalidWeight { region: 0, value: 1e-320 });
    }

    #[test]
    fn names_the_value_that_a_measure_is_not_defined_for() {
        let distribution = Distribution::new(&[2.0, 0.0, -1.0]).unwrap();
        assert_eq!(distribution.check_not_negative(), Err(InequalityError::Negative { region: 2, value: -1.0 }));
        assert_eq!(distribution.check_positive(), Err(InequalityError::NotPositive { region: 1, value: 0.0 }));
        let zeros = Distribution::new(&[0.0, -0.0]).unwrap();
        assert_eq!(zeros.check_not_negative(), Err(InequalityError::MeanNotPositive { mean: 0.0 }));
    }
}
