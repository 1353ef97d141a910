//! Fitness of regions and complexity of industries, by iteration.

use crate::division::Presence;
use crate::stats::lanes;
use crate::{Progress, Stopped};

/// Why fitness is undefined.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum FitnessError {
    /// The region has no industry.
    #[error("region {region} has no industry")]
    EmptyRegion {
        /// Row of the region.
        region: usize,
    },
    /// The industry is in no region.
    #[error("industry {industry} is in no region")]
    AbsentIndustry {
        /// Column of the industry.
        industry: usize,
    },
    /// Some fitness has become so small that the complexity of its industries is no number any more.
    #[error("fitness ran beyond the range of numbers at iteration {iteration}")]
    OutOfRange {
        /// The iteration, from 1.
        iteration: u32,
    },
    /// The caller does not want the result any more.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// How fitness is iterated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FitnessOptions {
    /// Times both are updated at most.
    pub iterations: u32,
    /// Relative change of every value from which on it has converged; 0 to run all iterations.
    pub tolerance: f64,
    /// How much the least fit region of an industry counts, positive: 1 as published, more for more.
    pub extremality: f64,
}

impl Default for FitnessOptions {
    fn default() -> Self {
        Self { iterations: 1000, tolerance: 1e-10, extremality: 1.0 }
    }
}

/// Fitness and complexity, and how far the iteration had come.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitness {
    /// Fitness of each region, 1 on average.
    pub regions: Vec<f64>,
    /// Complexity of each industry, 1 on average.
    pub industries: Vec<f64>,
    /// Updates that were made.
    pub iterations: u32,
    /// The largest relative change of a value in the last update.
    pub last_change: f64,
    /// Whether that is within the tolerance.
    pub converged: bool,
    /// The last update after which the order of regions was another than before; 0 if never.
    pub order_settled: u32,
    /// Regions whose fitness falls towards 0: below 1e-6 and less after the last update than before. Their values never
    /// settle, their order does (Pugliese, Zaccaria and Pietronero 2016).
    pub vanishing: Vec<usize>,
}

/// Iterates fitness of regions and complexity of industries.
///
/// ```text
/// F~[r] = sum over i of M[r, i] Q[i]
/// Q~[i] = (sum over r of M[r, i] (1/F[r])^e)^(-1/e)
/// F = F~/mean(F~),  Q = Q~/mean(Q~),  both from 1 on, each update from the values before it
/// ```
///
/// # Shapes and units
///
/// - `presence`: regions x industries, each region with an industry and each industry in a region.
/// - returns: positive, 1 on average.
///
/// # Errors
///
/// The first empty region or absent industry, and values beyond the range of numbers. Not to converge is no error: it is
/// reported.
///
/// # Source
///
/// Tacchella, Cristelli, Caldarelli, Gabrielli and Pietronero (2012), Scientific Reports 2, 723; the exponent: Mariani,
/// Vidmer, Medo and Zhang (2015), European Physical Journal B 88, 293.
pub fn fitness(presence: &Presence, options: FitnessOptions, progress: &Progress) -> Result<Fitness, FitnessError> {
    let none = |counts: Vec<u32>| counts.iter().position(|&count| count == 0);
    if let Some(region) = none(presence.diversity()) {
        return Err(FitnessError::EmptyRegion { region });
    }
    if let Some(industry) = none(presence.ubiquity()) {
        return Err(FitnessError::AbsentIndustry { industry });
    }
    let (n_regions, n_industries) = (presence.n_regions(), presence.n_industries());
    let exponent = options.extremality;
    let mut found = Fitness {
        regions: vec![1.0; n_regions],
        industries: vec![1.0; n_industries],
        iterations: 0,
        last_change: f64::INFINITY,
        converged: false,
        order_settled: 0,
        vanishing: Vec::new(),
    };
    let mut order: Vec<usize> = (0..n_regions).collect();
    progress.expect(options.iterations as usize);
    for iteration in 1..=options.iterations {
        let inverse = |value: f64, power: f64| if power == 1.0 { value.recip() } else { value.powf(-power) };
        let unfit: Vec<f64> = found.regions.iter().map(|&fitness| inverse(fitness, exponent)).collect();
        let regions = over_mean(presence.sums_of_regions(&found.industries));
        let industries =
            presence.sums_of_industries(&unfit).into_iter().map(|sum| inverse(sum, 1.0 / exponent)).collect();
        let industries = over_mean(industries);
        let (Some(regions), Some(industries)) = (regions, industries) else {
            return Err(FitnessError::OutOfRange { iteration });
        };
        let change = |now: &[f64], before: &[f64]| {
            now.iter().zip(before).map(|(now, before)| (now / before - 1.0).abs()).fold(0.0, f64::max)
        };
        found.last_change = change(&regions, &found.regions).max(change(&industries, &found.industries));
        found.vanishing = (0..n_regions).filter(|&r| regions[r] < 1e-6 && regions[r] < found.regions[r]).collect();
        if is_another_order(&mut order, &found.regions, &regions) {
            found.order_settled = iteration;
        }
        (found.regions, found.industries, found.iterations) = (regions, industries, iteration);
        progress.advance(1)?;
        if found.last_change <= options.tolerance {
            found.converged = true;
            break;
        }
    }
    Ok(found)
}

/// Whether values are in another order than before: from the largest on, ties by position. `order` is that of some values
/// before; as a rule some two that stand together in it have changed places, which saves sorting.
fn is_another_order(order: &mut [usize], before: &[f64], now: &[f64]) -> bool {
    let ranked = |values: &[f64], a: usize, b: usize| values[b].total_cmp(&values[a]).then(a.cmp(&b));
    let has_changed = |pair: &[usize]| ranked(before, pair[0], pair[1]) != ranked(now, pair[0], pair[1]);
    if order.windows(2).any(has_changed) {
        return true;
    }
    // Neighbours in the order before that keep it, all of them, keep the whole.
    order.sort_by(|&a, &b| ranked(before, a, b));
    order.windows(2).any(has_changed)
}

/// Values divided by their mean; `None` where that leaves the range of numbers.
fn over_mean(values: Vec<f64>) -> Option<Vec<f64>> {
    let mean = lanes::total(&values) / values.len() as f64;
    let scaled: Vec<f64> = values.into_iter().map(|value| value / mean).collect();
    scaled.iter().all(|value| value.is_finite() && *value > 0.0).then_some(scaled)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    fn presence(rows: &[[u8; 3]]) -> Presence {
        Presence::try_new(&rows.concat().iter().map(|&cell| cell == 1).collect::<Vec<_>>(), 3).unwrap()
    }

    fn run(presence: &Presence, options: FitnessOptions) -> Fitness {
        fitness(presence, options, &Progress::new()).unwrap()
    }

    #[test]
    fn one_update_is_the_formula() {
        // Diversities 3, 2, 2; ubiquities 2, 3, 2 give complexities 1/2, 1/3, 1/2.
        let found = run(
            &presence(&[[1, 1, 1], [1, 1, 0], [0, 1, 1]]),
            FitnessOptions { iterations: 1, ..FitnessOptions::default() },
        );
        let close = |found: &[f64], expected: [f64; 3]| found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-15);
        assert!(close(&found.regions, [9.0 / 7.0, 6.0 / 7.0, 6.0 / 7.0]), "{found:?}");
        assert!(close(&found.industries, [9.0 / 8.0, 6.0 / 8.0, 9.0 / 8.0]), "{found:?}");
        assert_eq!((found.iterations, found.converged), (1, false));
    }

    #[test]
    fn converges_where_it_can_and_says_so() {
        let found = run(&presence(&[[1, 1, 0], [0, 1, 1], [1, 0, 1]]), FitnessOptions::default());
        assert!(found.converged && found.vanishing.is_empty() && found.last_change <= 1e-10);
    }

    #[test]
    fn fitness_that_falls_towards_zero_is_reported() {
        // A region with the most common industry only is as unfit as can be: its fitness falls as 1/n.
        let options = FitnessOptions { iterations: 3_000, tolerance: 1e-12, extremality: 2.0 };
        let found = run(&presence(&[[1, 1, 1], [1, 1, 0], [1, 0, 0]]), options);
        assert!(!found.converged || !found.vanishing.is_empty() || found.regions[2] < 0.1, "{found:?}");
        assert!(found.order_settled <= 1 && found.regions[0] > found.regions[1]);
    }

    #[test]
    fn zero_rows_are_refused_and_not_turned_into_zeros() {
        let refused = |rows: &[[u8; 3]]| fitness(&presence(rows), FitnessOptions::default(), &Progress::new());
        assert_eq!(refused(&[[1, 1, 1], [0, 0, 0]]), Err(FitnessError::EmptyRegion { region: 1 }));
        assert_eq!(refused(&[[1, 0, 1], [1, 0, 0]]), Err(FitnessError::AbsentIndustry { industry: 1 }));
    }
}
