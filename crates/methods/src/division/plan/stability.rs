//! Stability of a plan: whether other figures, as good as those at hand, would make the same plan.

use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution as _, StandardNormal};
use rayon::prelude::*;

use super::{DivisionError, DivisionProblem, PlanOptions, Watch, solve};
use crate::stats::random::generator;
use crate::{Amounts, AmountsError, Stopped};

/// How often pairs are as in the plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Stability {
    /// Share of the draws with a plan in which the pair is in it, region by region.
    pub assigned: Vec<f64>,
    /// Share of the draws with a plan in which the pair is as in the plan that is looked at.
    pub stays: Vec<f64>,
    /// Draws with a plan. If there are none, shares are NaN.
    pub draws: usize,
    /// Draws whose constraints contradict each other.
    pub infeasible: usize,
    /// Draws that there was no time for, or whose plan was not proven in time; these count with the plan they have.
    pub unproven: usize,
}

/// What became of a draw.
enum Drawn {
    Plan(Vec<bool>, bool),
    Infeasible,
    NoTime,
}

/// Plans again and again with other figures, and counts how often each pair is as in the plan.
///
/// ```text
/// stays[r, i] = share of draws with y'[r, i] = y[r, i]
/// ```
///
/// # Shapes and units
///
/// - `plan`: whether each pair is in the plan that is looked at.
/// - `problem_of`: the problem of a draw, from a generator of the draw's own; see [`perturbed`] and [`resampled`].
/// - `seed`: draws are the same on every machine.
/// - `options`: how each draw is planned; margins and further plans are left out.
///
/// # Errors
///
/// Whatever `problem_of` answers, or why a draw's problem is none; contradictions are counted instead.
///
/// # Source
///
/// Our own; the share of resamples that agree as in Felsenstein (1985), Evolution 39(4), 783-791.
pub fn stability<E: From<DivisionError> + Send>(
    plan: &[bool],
    draws: usize,
    seed: u64,
    problem_of: impl Fn(&mut ChaCha8Rng) -> Result<DivisionProblem, E> + Sync,
    options: &PlanOptions,
    watch: &Watch<'_>,
) -> Result<Stability, E> {
    watch.progress.expect(draws);
    let options = PlanOptions { margins: false, alternatives: 0, counts_work: false, ..options.clone() };
    let draw = |draw: usize| {
        if (watch.time_is_up)() {
            return Ok(Drawn::NoTime);
        }
        let problem = problem_of(&mut generator(seed, draw as u64))?;
        let solved = solve(&problem, &options, watch);
        watch.progress.advance(1).map_err(|Stopped| DivisionError::from(Stopped))?;
        match solved {
            Ok(solved) => Ok(Drawn::Plan(solved.assigned, solved.proven)),
            Err(DivisionError::Infeasible { .. }) => Ok(Drawn::Infeasible),
            Err(DivisionError::NoPlanYet) => Ok(Drawn::NoTime),
            Err(error) => Err(error.into()),
        }
    };
    let drawn: Vec<Drawn> = (0..draws).into_par_iter().map(draw).collect::<Result<_, E>>()?;
    Ok(count(plan, &drawn))
}

fn count(plan: &[bool], drawn: &[Drawn]) -> Stability {
    let mut assigned = vec![0_usize; plan.len()];
    let (mut draws, mut infeasible, mut unproven) = (0, 0, 0);
    for drawn in drawn {
        match drawn {
            Drawn::Plan(other, proven) => {
                draws += 1;
                unproven += usize::from(!proven);
                assigned.iter_mut().zip(other).for_each(|(count, assigned)| *count += usize::from(*assigned));
            }
            Drawn::Infeasible => infeasible += 1,
            Drawn::NoTime => unproven += 1,
        }
    }
    let share = |count: usize| count as f64 / draws as f64;
    let stays = |(&count, &is_assigned): (&usize, &bool)| share(if is_assigned { count } else { draws - count });
    Stability {
        stays: assigned.iter().zip(plan).map(stays).collect(),
        assigned: assigned.iter().map(|&count| share(count)).collect(),
        draws,
        infeasible,
        unproven,
    }
}

/// Multiplies every amount by noise of mean 1.
///
/// ```text
/// E'[r, i] = E[r, i] * exp(sigma * z - sigma^2 / 2), z standard normal
/// ```
///
/// # Shapes and units
///
/// - `sigma`: standard deviation of the logarithm; 0.1 is about ten per cent. Zeros stay zeros.
///
/// # Errors
///
/// Amounts beyond the range of numbers.
///
/// # Source
///
/// The lognormal distribution as in Aitchison and Brown (1957), The Lognormal Distribution.
pub fn perturbed(amounts: &Amounts, sigma: f64, generator: &mut ChaCha8Rng) -> Result<Amounts, AmountsError> {
    let noisy = |amount: &f64| {
        let normal: f64 = StandardNormal.sample(generator);
        amount * (sigma * normal - sigma * sigma / 2.0).exp()
    };
    Amounts::try_new(amounts.cells().cells().iter().map(noisy).collect(), amounts.n_industries())
}

/// Means of as many periods as there are, drawn with replacement.
///
/// # Shapes and units
///
/// - `periods`: amounts of the same regions and industries.
///
/// # Errors
///
/// No period, or sums beyond the range of numbers.
///
/// # Source
///
/// Efron (1979), Annals of Statistics 7(1), 1-26.
pub fn resampled(periods: &[Amounts], generator: &mut ChaCha8Rng) -> Result<Amounts, AmountsError> {
    let (n_cells, n_industries) =
        periods.first().map_or((0, 0), |first| (first.cells().cells().len(), first.n_industries()));
    let mut sums = vec![0.0; n_cells];
    for _ in periods {
        let drawn = &periods[generator.random_range(0..periods.len())];
        sums.iter_mut().zip(drawn.cells().cells()).for_each(|(sum, amount)| *sum += amount);
    }
    let n = periods.len() as f64;
    Amounts::try_new(sums.into_iter().map(|sum| sum / n).collect(), n_industries)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::{Matrix, Progress};

    #[test]
    fn close_calls_are_less_stable_than_clear_ones() {
        let values = [2.0, 0.0, 1.0, 0.0, 2.0, 0.98];
        let noisy = |generator: &mut ChaCha8Rng| {
            let mut noise = || -> f64 { StandardNormal.sample(generator) };
            let cells = values.iter().map(|value| value + 0.1 * noise()).collect();
            Ok::<_, DivisionError>(DivisionProblem::new(Matrix::try_new(cells, 3).unwrap()))
        };
        let plan = [true, false, true, false, true, false];
        let progress = Progress::new();
        let stable = stability(&plan, 200, 1, noisy, &PlanOptions::default(), &Watch::new(&progress)).unwrap();
        assert_eq!((stable.draws, stable.infeasible, stable.unproven), (200, 0, 0));
        assert_eq!((stable.stays[0], stable.stays[1], stable.assigned[3]), (1.0, 1.0, 0.0));
        assert!(stable.stays[2] > 0.45 && stable.stays[2] < 0.75, "{}", stable.stays[2]);
        assert_eq!(stable, stability(&plan, 200, 1, noisy, &PlanOptions::default(), &Watch::new(&progress)).unwrap());
        assert_ne!(stable, stability(&plan, 200, 2, noisy, &PlanOptions::default(), &Watch::new(&progress)).unwrap());
    }

    #[test]
    fn noise_has_mean_one_and_resamples_are_of_the_periods() {
        let amounts = Amounts::try_new(vec![100.0; 20_000], 2).unwrap();
        let noisy = perturbed(&amounts, 0.3, &mut generator(1, 0)).unwrap();
        assert!((noisy.total() / amounts.total() - 1.0).abs() < 0.01);
        assert_eq!(perturbed(&amounts, 0.0, &mut generator(1, 0)).unwrap(), amounts);
        let period = |level: f64| Amounts::try_new(vec![level, 2.0 * level], 2).unwrap();
        let drawn = resampled(&[period(1.0), period(3.0)], &mut generator(1, 0)).unwrap();
        assert!([1.0, 2.0, 3.0].contains(&drawn.region(0)[0]));
        assert_eq!(drawn.region(0)[1], 2.0 * drawn.region(0)[0]);
    }
}
