//! Log-supermodularity: whether more complex regions have relatively more of more complex industries.

use rand::RngExt as _;

use crate::stats::random::generator;
use crate::{Progress, Stopped};

/// Products nearer to each other than this part of the greater are equal: rounding alone separates them.
const EQUAL: f64 = 1e-12;

/// Indices nearer to each other than this part of their range are equal: those of regions with the same industries differ by
/// rounding only.
const SAME: f64 = 1e-9;

/// Quadruples between two looks at whether to go on.
const TURN: u64 = 1 << 16;

/// Why log-supermodularity is undefined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SupermodularityError {
    /// An index is no number.
    #[error("an index is no number")]
    InvalidIndex,
    /// The caller does not want the result any more.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// How many quadruples are compared at most, and the seed of the draws where there are more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SupermodularityOptions {
    /// Quadruples at most.
    pub quadruples: u64,
    /// Seed of the draws.
    pub seed: u64,
}

/// How far amounts are log-supermodular.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Supermodularity {
    /// Quadruples that were compared.
    pub compared: u64,
    /// Of these, those that hold.
    pub holding: u64,
    /// Of these, those whose two products are equal.
    pub equal: u64,
    /// Whether quadruples were drawn, instead of all of them being compared.
    pub drawn: bool,
}

impl Supermodularity {
    /// Part of the quadruples that holds, 0 to 1; `None` where none was compared.
    pub fn share(&self) -> Option<f64> {
        (self.compared > 0).then(|| self.holding as f64 / self.compared as f64)
    }

    /// Part of the quadruples whose two products are equal; `None` where none was compared.
    pub fn equal_share(&self) -> Option<f64> {
        (self.compared > 0).then(|| self.equal as f64 / self.compared as f64)
    }

    /// Standard error of [`Supermodularity::share`], of independent draws; `None` where all quadruples were compared.
    pub fn standard_error(&self) -> Option<f64> {
        let share = self.share().filter(|_| self.drawn)?;
        Some((share * (1.0 - share) / self.compared as f64).sqrt())
    }

    fn count(&mut self, [high_high, low_low, high_low, low_high]: [f64; 4]) {
        let (with, against) = (high_high * low_low, high_low * low_high);
        self.compared += 1;
        if (with - against).abs() <= EQUAL * with.max(against) {
            self.equal += 1;
        } else if with > against {
            self.holding += 1;
        }
    }
}

/// Computes how far amounts are log-supermodular in the order of two indices.
///
/// ```text
/// holds[r, s, i, j]:  E[r, i] E[s, j] > E[r, j] E[s, i]      where region r is above s and industry i above j
/// ```
///
/// The totals of regions and industries cancel from both sides, so that it holds of location quotients, and of amounts per
/// head, exactly where it holds of amounts. That all quadruples hold is sufficient for complexity indices to order regions and
/// industries as their capabilities do. Products that differ by at most 1e-12 of the greater are equal, as where both are 0.
///
/// # Shapes and units
///
/// - `amount`: of a region and an industry, as in [`Amounts`](crate::Amounts); it is read off where it lies.
/// - `of_regions`, `of_industries`: an index each (ECI and PCI), finite; pairs of equal indices (up to 1e-9 of their
///   range) are not compared.
/// - returns: counts. Where there are more quadruples than are to be compared, as many pairs of regions and of industries are
///   drawn, each as likely as any other; those of equal indices among them are not compared.
///
/// # Errors
///
/// An index that is no number; when it is stopped.
///
/// # Source
///
/// Schetter (2019), A Structural Ranking of Economic Complexity, CID Research Fellow Working Paper 119, Harvard University.
/// `get_frac_logsupermodular` of ecomplexity 0.5.3 compares ratios and takes 0 for those with a zero below the line; it reads
/// the fourth cell of each quadruple out of a table that it reshapes in place of transposing it, so that its figure is of other
/// cells unless the table is symmetric; and its samples cut both axes by the full fraction.
pub fn supermodularity(
    amount: impl Fn(usize, usize) -> f64,
    of_regions: &[f64],
    of_industries: &[f64],
    options: SupermodularityOptions,
    progress: &Progress,
) -> Result<Supermodularity, SupermodularityError> {
    if !of_regions.iter().chain(of_industries).all(|index| index.is_finite()) {
        return Err(SupermodularityError::InvalidIndex);
    }
    let pairs = |n: usize| (n as u64) * (n as u64).saturating_sub(1) / 2;
    let drawn = pairs(of_regions.len()).saturating_mul(pairs(of_industries.len())) > options.quadruples;
    let found = Supermodularity { compared: 0, holding: 0, equal: 0, drawn };
    let compared =
        Compared { amount, of_regions, of_industries, same: [of_regions, of_industries].map(same), progress };
    let found = if drawn { compared.some(found, options)? } else { compared.all(found)? };
    Ok(found)
}

/// Distance within which indices are equal.
fn same(indices: &[f64]) -> f64 {
    let (least, most) = indices
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), index| (index.min(least), index.max(most)));
    SAME * (most - least).max(0.0)
}

struct Compared<'a, F> {
    amount: F,
    of_regions: &'a [f64],
    of_industries: &'a [f64],
    /// Distance within which indices of regions, and of industries, are equal.
    same: [f64; 2],
    progress: &'a Progress,
}

impl<F: Fn(usize, usize) -> f64> Compared<'_, F> {
    fn all(&self, mut found: Supermodularity) -> Result<Supermodularity, Stopped> {
        let (regions, industries) = (self.of_regions.len(), self.of_industries.len());
        self.progress.expect(regions);
        for first in 0..regions {
            for second in 0..first {
                for third in 0..industries {
                    (0..third).for_each(|fourth| self.one(&mut found, [first, second], [third, fourth]));
                }
            }
            self.progress.advance(1)?;
        }
        Ok(found)
    }

    fn some(&self, mut found: Supermodularity, options: SupermodularityOptions) -> Result<Supermodularity, Stopped> {
        let mut choice = generator(options.seed, 0);
        self.progress.expect(options.quadruples.div_ceil(TURN) as usize);
        // Two different ones of n, each pair as likely as any other.
        let mut two = |n: usize| {
            let first = choice.random_range(0..n);
            let other = choice.random_range(0..n - 1);
            [first, if other >= first { other + 1 } else { other }]
        };
        let mut left = options.quadruples;
        while left > 0 {
            let turn = left.min(TURN);
            for _ in 0..turn {
                let (regions, industries) = (two(self.of_regions.len()), two(self.of_industries.len()));
                self.one(&mut found, regions, industries);
            }
            left -= turn;
            self.progress.advance(1)?;
        }
        Ok(found)
    }

    /// Compares a quadruple, whichever of both is above; none of equal indices.
    fn one(&self, found: &mut Supermodularity, regions: [usize; 2], industries: [usize; 2]) {
        let ordered = |[a, b]: [usize; 2], index: &[f64], same: f64| match index[a] - index[b] {
            apart if apart.abs() <= same => None,
            apart if apart < 0.0 => Some((b, a)),
            _ => Some((a, b)),
        };
        let regions = ordered(regions, self.of_regions, self.same[0]);
        let industries = ordered(industries, self.of_industries, self.same[1]);
        let (Some((high, low)), Some((upper, lower))) = (regions, industries) else {
            return;
        };
        let amount = &self.amount;
        found.count([amount(high, upper), amount(low, lower), amount(high, lower), amount(low, upper)]);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const ALL: SupermodularityOptions = SupermodularityOptions { quadruples: 1_000_000, seed: 0 };

    fn of(cells: &[f64], regions: &[f64], industries: &[f64], options: SupermodularityOptions) -> Supermodularity {
        let amount = |region: usize, industry: usize| cells[region * industries.len() + industry];
        supermodularity(amount, regions, industries, options, &Progress::new()).unwrap()
    }

    /// By hand: rows by falling index (8, 2, 1), (3, 3, 1), (0, 4, 5). The first two rows: 8*3 > 2*3, 8*1 > 1*3 and 2*1 < 1*3;
    /// the first and third: 8*4 > 2*0, 8*5 > 1*0, 2*5 > 1*4; the second and third: 3*4 > 0, 3*5 > 0, 3*5 > 1*4.
    #[test]
    fn matches_a_worked_example_in_any_order() {
        let found = of(&[3.0, 1.0, 3.0, 8.0, 1.0, 2.0, 0.0, 5.0, 4.0], &[0.0, 1.0, -1.0], &[2.0, 0.0, 1.0], ALL);
        assert_eq!(found, Supermodularity { compared: 9, holding: 8, equal: 0, drawn: false });
        assert_eq!((found.share(), found.standard_error()), (Some(8.0 / 9.0), None));
    }

    #[test]
    fn equal_indices_are_not_compared_and_equal_products_do_not_hold() {
        let found = of(&[1.0, 2.0, 2.0, 4.0, 0.0, 0.0], &[1.0, 0.0, 1.0], &[1.0, 2.0], ALL);
        // The first and third are equally complex; the products of the others are equal, 4 and 4, or both 0.
        assert_eq!((found.compared, found.holding, found.equal), (2, 0, 2));
        assert_eq!(of(&[1.0, 1.0], &[1.0], &[1.0, 2.0], ALL).share(), None);
    }

    #[test]
    fn draws_come_near_and_are_seeded() {
        let (regions, industries) = (40, 30);
        let cells: Vec<f64> = (0..regions * industries).map(|at| f64::from(((at * 7919) % 101) as u32)).collect();
        let index = |n: usize| (0..n).map(|at| f64::from(((at * 31) % n) as u32)).collect::<Vec<_>>();
        let (regions, industries) = (index(regions), index(industries));
        let all = of(&cells, &regions, &industries, ALL);
        assert_eq!((all.compared, all.drawn), (780 * 435, false));
        let few = SupermodularityOptions { quadruples: 40_000, seed: 7 };
        let some = of(&cells, &regions, &industries, few);
        assert_eq!((some, some.compared), (of(&cells, &regions, &industries, few), 40_000));
        let error = some.standard_error().unwrap();
        assert!((some.share().unwrap() - all.share().unwrap()).abs() < 4.0 * error && error < 0.003);
        assert_ne!(some, of(&cells, &regions, &industries, SupermodularityOptions { seed: 8, ..few }));
    }

    #[test]
    fn refuses_indices_that_are_none_and_stops() {
        let found =
            |regions: &[f64], progress: &Progress| supermodularity(|_, _| 1.0, regions, &[0.0, 1.0], ALL, progress);
        assert_eq!(found(&[1.0, f64::NAN], &Progress::new()), Err(SupermodularityError::InvalidIndex));
        let stopped = Progress::new();
        stopped.stop();
        assert_eq!(found(&[1.0, 0.0], &stopped), Err(Stopped.into()));
    }
}
