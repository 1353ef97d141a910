//! Confidence sets for the ranks of all regions at once.

use rayon::prelude::*;

use super::{DifferenceErrors, Problem, REGIONS_A_TASK, RankConfidenceError, RankSet};
use crate::stats::{Draws, RankOrder};
use crate::{Progress, Stopped};

/// Computes confidence sets that hold the ranks of all regions together.
///
/// ```text
/// t[j, k] = (x[j] - x[k]) / se[j, k]               d[b, j, k] = ((x*[b, j] - x*[b, k]) - (c[j] - c[k])) / se[j, k]
/// step:     c = quantile(level) over b of the max of d[b, j, k] over all pairs of which "j is not above k" is left
///           "j is not above k" falls when t[j, k] > c
/// set of j: 1 + number of k surely above j  to  n - number of k surely below j
/// ```
///
/// The step is repeated with what is left until nothing more falls. With at least the level, no set misses the rank of its
/// region, as far as the draws tell. So they also tell which regions may be among the best or the worst so many: with at least
/// the level, all that truly are among the best m have a set that begins at m or better. Each set holds that of
/// [`rank_confidence_sets`](super::rank_confidence_sets) from the same draws, which is about one region alone.
///
/// # Shapes and units
///
/// As [`rank_confidence_sets`](super::rank_confidence_sets). Costs draws x regions² operations a step, and room for regions²
/// numbers.
///
/// # Errors
///
/// As there.
///
/// # Source
///
/// Mogstad, Romano, Shaikh and Wilhelm (2024), Review of Economic Studies 91(1), 476-518, section 3.2 and, for the best and the
/// worst, 3.3; the steps are those of Romano and Wolf (2005), Econometrica 73(4), 1237-1282.
pub fn simultaneous_rank_sets(
    estimates: &[f64],
    draws: &Draws,
    errors: DifferenceErrors<'_>,
    level: f64,
    order: RankOrder,
    progress: &Progress,
) -> Result<Vec<RankSet>, RankConfidenceError> {
    let problem = Problem::new(estimates, draws, errors, level, order)?;
    let n = estimates.len();
    let mut rows = rows(&problem, progress)?;
    let (mut above, mut below) = (vec![0; n], vec![0; n]);
    let mut fallen: Vec<Vec<usize>> = (0..n).map(|own| without_error(estimates, own, &rows[own])).collect();
    loop {
        for (own, others) in fallen.iter().enumerate() {
            above[own] += others.len();
            others.iter().for_each(|&other| below[other] += 1);
        }
        if rows.iter().flatten().all(|scale| *scale == 0.0) {
            break;
        }
        let mut maxima = maxima(&problem, &rows, progress)?;
        let (_, &mut critical, _) = maxima.select_nth_unstable_by(problem.critical, f64::total_cmp);
        fallen = rows.par_iter_mut().enumerate().map(|(own, row)| fall(estimates, own, row, critical)).collect();
        if fallen.iter().all(Vec::is_empty) {
            break;
        }
    }
    let set = |(above, below): (usize, usize)| match order {
        RankOrder::HighestFirst => RankSet { lower: 1 + below, upper: n - above },
        RankOrder::LowestFirst => RankSet { lower: 1 + above, upper: n - below },
    };
    Ok(above.into_iter().zip(below).map(set).collect())
}

/// One over the standard error of each region less each other; 0 where there is none, and for a region with itself.
fn rows(problem: &Problem<'_>, progress: &Progress) -> Result<Vec<Vec<f64>>, Stopped> {
    let n = problem.estimates.len();
    let firsts: Vec<usize> = (0..n).step_by(REGIONS_A_TASK).collect();
    let of_task = |first: usize| {
        let mut errors = problem.errors_of(first..n.min(first + REGIONS_A_TASK), progress)?;
        for (at, row) in errors.iter_mut().enumerate() {
            row[first + at] = 0.0;
            row.iter_mut().for_each(|error| *error = if *error > 0.0 { 1.0 / *error } else { 0.0 });
        }
        Ok(errors)
    };
    let tasks = firsts.into_par_iter().map(of_task).collect::<Result<Vec<_>, Stopped>>()?;
    Ok(tasks.into_iter().flatten().collect())
}

/// The regions that one is above for certain, because their difference has no error.
fn without_error(estimates: &[f64], own: usize, row: &[f64]) -> Vec<usize> {
    let is_above = |other: &usize| row[*other] == 0.0 && estimates[own] > estimates[*other];
    (0..estimates.len()).filter(is_above).collect()
}

/// The greatest studentised difference of each draw, among the hypotheses that stand.
fn maxima(problem: &Problem<'_>, rows: &[Vec<f64>], progress: &Progress) -> Result<Vec<f64>, Stopped> {
    progress.expect(rows.len());
    let of_task = |(task, scales): (usize, &[Vec<f64>])| {
        let mut maxima = vec![0.0; problem.n_draws];
        for (maximum, draw) in maxima.iter_mut().zip(problem.rows()) {
            progress.check()?;
            for (at, scales) in scales.iter().enumerate() {
                *maximum = larger(greatest_above(draw, draw[task * REGIONS_A_TASK + at], scales), *maximum);
            }
        }
        progress.advance(scales.len()).map(|()| maxima)
    };
    let both = |mut one: Vec<f64>, other: Vec<f64>| {
        one.iter_mut().zip(other).for_each(|(one, other)| *one = larger(*one, other));
        Ok(one)
    };
    rows.par_chunks(REGIONS_A_TASK).enumerate().map(of_task).try_reduce(|| vec![0.0; problem.n_draws], both)
}

/// The regions that one turns out to be above; what is said of them is no longer a hypothesis.
fn fall(estimates: &[f64], own: usize, row: &mut [f64], critical: f64) -> Vec<usize> {
    let refuted = |other: &usize| row[*other] > 0.0 && (estimates[own] - estimates[*other]) * row[*other] > critical;
    let fallen: Vec<usize> = (0..row.len()).filter(refuted).collect();
    fallen.iter().for_each(|&other| row[other] = 0.0);
    fallen
}

fn larger(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

/// The greatest studentised difference of a region from the others in a draw, and at least 0.
fn greatest_above(draw: &[f64], own: f64, scales: &[f64]) -> f64 {
    /// Maxima that run side by side, so that they fill the registers.
    const LANES: usize = 8;
    let (others, scales) = (draw.chunks_exact(LANES), scales.chunks_exact(LANES));
    let rest = others.remainder().iter().zip(scales.remainder());
    let rest = rest.fold(0.0, |most, (other, scale)| larger((own - other) * scale, most));
    let mut lanes = [0.0; LANES];
    for (others, scales) in others.zip(scales) {
        for lane in 0..LANES {
            lanes[lane] = larger((own - others[lane]) * scales[lane], lanes[lane]);
        }
    }
    lanes.into_iter().fold(rest, larger)
}
