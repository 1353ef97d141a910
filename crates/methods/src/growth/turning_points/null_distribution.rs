//! What the break tests come to by chance: simulation at the very length, model and shortest segment in question.

use std::ops::Range;

use rand_distr::{Distribution as _, StandardNormal};
use rayon::prelude::*;

use super::partitions::Partitions;
use super::robust::{BreakErrors, robust_one_more_f, robust_sup_f};
use super::segments::BreakModel;
use crate::stats::random::generator;
use crate::{Progress, Stopped};

/// Statistics kept at once by a simulation: more numbers of segment lengths are simulated in a further pass.
const LENGTHS_AT_ONCE: usize = 256;

/// What a test of breaks is about, apart from the values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Shape {
    /// Length of the series.
    pub(super) n: usize,
    /// Whether trends are fitted.
    pub(super) is_trend: bool,
    /// Values of the shortest segment.
    pub(super) min_segment: usize,
    /// Largest number of breaks.
    pub(super) max_breaks: usize,
    /// What errors are taken to be.
    pub(super) errors: BreakErrors,
}

impl Shape {
    pub(super) fn partitions(self) -> Partitions {
        Partitions::new(self.n, self.model(), self.min_segment, self.max_breaks)
    }

    pub(super) fn model(self) -> BreakModel {
        if self.is_trend { BreakModel::Trend } else { BreakModel::Mean }
    }

    /// sup F(m) of a series by what errors are taken to be; `without` and `with` are its sums of squares with no break and with m.
    pub(super) fn sup(self, found: (&Partitions, &[f64]), breaks: usize, [without, with]: [f64; 2]) -> f64 {
        let (partitions, values) = found;
        match self.errors {
            BreakErrors::Independent => self.sup_f(breaks, without, with),
            _ if with == 0.0 => f64::INFINITY,
            errors => robust_sup_f(values, &partitions.segments(breaks), self.model(), errors),
        }
    }

    /// sup F(l + 1 | l) of a series by what errors are taken to be; `without` and `with` are its sums of squares with those
    /// segments and with one more break.
    pub(super) fn one_more(
        self,
        found: (&Partitions, &[f64]),
        segments: &[Range<usize>],
        [without, with]: [f64; 2],
    ) -> f64 {
        let (partitions, values) = found;
        match self.errors {
            BreakErrors::Independent => self.one_more_f(segments.len() - 1, without, with),
            _ if with == 0.0 => f64::INFINITY,
            errors => {
                let splits = partitions.splits(segments);
                robust_one_more_f(values, segments, &splits, self.model(), errors).unwrap_or(0.0)
            }
        }
    }

    /// sup F(m) of independent errors: mean squares that the breaks explain over those that they leave.
    ///
    /// ```text
    /// F(m) = (S[0] - S[m]) / (m q) / (S[m] / (T - (m + 1) q))
    /// ```
    fn sup_f(self, breaks: usize, without: f64, with: f64) -> f64 {
        let coefficients = self.model().coefficients();
        let explained = (without - with) / (breaks * coefficients) as f64;
        explained / (with / (self.n - (breaks + 1) * coefficients) as f64)
    }

    /// sup F(l + 1 | l) of independent errors, whose first is sup F(1).
    ///
    /// ```text
    /// F(l + 1 | l) = (S[l] - S[l + 1 | l]) / q / (S[l + 1 | l] / (T - (l + 2) q))
    /// ```
    fn one_more_f(self, breaks: usize, without: f64, with: f64) -> f64 {
        let coefficients = self.model().coefficients();
        let rest = (self.n - (breaks + 2) * coefficients) as f64;
        (without - with) / coefficients as f64 / (with / rest)
    }
}

/// Simulated values of one statistic, in order.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Chance(Vec<f64>);

impl Chance {
    fn new(mut draws: Vec<f64>) -> Self {
        draws.sort_unstable_by(f64::total_cmp);
        Self(draws)
    }

    /// Share of the draws, the observed one counted among them, that are at least as large.
    pub(super) fn p_value(&self, statistic: f64) -> f64 {
        let below = self.0.partition_point(|&draw| draw < statistic);
        (1 + self.0.len() - below) as f64 / (self.0.len() + 1) as f64
    }

    /// The least draw such that whatever exceeds it has a p-value of `significance` or less; none where there are too few
    /// draws for one.
    pub(super) fn critical_value(&self, significance: f64) -> Option<f64> {
        // Of draws + 1 values that are equally likely to be the observed one, these may lie above.
        let above = (significance * (self.0.len() + 1) as f64 + 1e-9).floor() as usize;
        let rank = self.0.len().checked_sub(above.checked_sub(1)?)?;
        self.0.get(rank.checked_sub(1)?).copied()
    }
}

/// Simulated values of all tests of series of one shape.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct NullDistribution {
    /// sup F(m), m = 1, 2, …
    pub(super) sup: Vec<Chance>,
    pub(super) unweighted: Chance,
    pub(super) weighted: Chance,
    /// Weights of WDmax by number of breaks.
    pub(super) weights: Vec<f64>,
    /// sup F(l + 1 | l) by lengths of the segments, in the order asked for.
    pub(super) one_more: Vec<Chance>,
}

impl NullDistribution {
    /// Simulates independent normal values without a break.
    ///
    /// The statistics do not depend on mean, variance or trend of the values, so that each draw is as likely as the observed
    /// value when errors are normal, independent and of one variance: p-values are exact then at any length. With breaks under
    /// the null hypothesis, only the lengths of the segments between them matter, and not their order.
    ///
    /// - `lengths`: of the segments, each list in ascending order.
    /// - `significance`: at which WDmax weighs all numbers of breaks alike.
    pub(super) fn simulate(
        shape: Shape,
        lengths: &[Vec<usize>],
        significance: f64,
        (draws, seed): (usize, u64),
        progress: &Progress,
    ) -> Result<Self, Stopped> {
        let first = lengths.len().min(LENGTHS_AT_ONCE);
        let mut statistics = draw_all(shape, &lengths[..first], (draws, seed), progress)?;
        let mut one_more = statistics.split_off(shape.max_breaks);
        for more in lengths[first..].chunks(LENGTHS_AT_ONCE) {
            progress.expect(draws);
            one_more.extend(draw_all(shape, more, (draws, seed), progress)?.split_off(shape.max_breaks));
        }
        let sup: Vec<Chance> = statistics.iter().cloned().map(Chance::new).collect();
        // Too few draws for a critical value: all numbers weigh the same.
        let critical: Vec<Option<f64>> = sup.iter().map(|chance| chance.critical_value(significance)).collect();
        let weight = |own: &Option<f64>| critical[0].zip(*own).map_or(1.0, |(one, own)| one / own);
        let weights: Vec<f64> = critical.iter().map(weight).collect();
        let largest = |weigh: &dyn Fn(usize) -> f64| {
            let of_draw = |draw: usize| {
                let weighted = statistics.iter().enumerate().map(|(index, values)| weigh(index) * values[draw]);
                weighted.fold(0.0, f64::max)
            };
            Chance::new((0..draws).map(of_draw).collect())
        };
        let (unweighted, weighted) = (largest(&|_| 1.0), largest(&|index| weights[index]));
        let one_more = one_more.into_iter().map(Chance::new).collect();
        Ok(Self { sup, unweighted, weighted, weights, one_more })
    }
}

/// The statistics of all draws: sup F(1), sup F(2), …, and then sup F(l + 1 | l) for each list of lengths.
fn draw_all(
    shape: Shape,
    lengths: &[Vec<usize>],
    (draws, seed): (usize, u64),
    progress: &Progress,
) -> Result<Vec<Vec<f64>>, Stopped> {
    let segments: Vec<Vec<Range<usize>>> = lengths.iter().map(|lengths| in_a_row(lengths)).collect();
    let room = || (shape.partitions(), vec![0.0; shape.n]);
    let one = |(partitions, values): &mut (Partitions, Vec<f64>), draw: usize| {
        let mut generator = generator(seed, draw as u64);
        values.iter_mut().for_each(|value| *value = StandardNormal.sample(&mut generator));
        partitions.fit(values);
        let without = partitions.squares(0);
        let found = (&*partitions, values.as_slice());
        let sup = (1..=shape.max_breaks).map(|breaks| shape.sup(found, breaks, [without, partitions.squares(breaks)]));
        let one_more = segments.iter().map(|segments| {
            let (without, with) = partitions.one_more(segments);
            with.map_or(0.0, |with| shape.one_more(found, segments, [without, with]))
        });
        let statistics: Vec<f64> = sup.chain(one_more).collect();
        progress.advance(1).map(|()| statistics)
    };
    let by_draw = (0..draws).into_par_iter().map_init(room, one).collect::<Result<Vec<_>, _>>()?;
    let statistics = shape.max_breaks + lengths.len();
    Ok((0..statistics).map(|index| by_draw.iter().map(|draw| draw[index]).collect()).collect())
}

/// Segments of these lengths, one after another.
fn in_a_row(lengths: &[usize]) -> Vec<Range<usize>> {
    let mut end = 0;
    let segment = |length: &usize| {
        let start = end;
        end += length;
        start..end
    };
    lengths.iter().map(segment).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::asymptotic::{BreakTest, asymptotic_critical_value};
    use super::*;

    fn simulate(shape: Shape, lengths: &[Vec<usize>], draws: usize) -> NullDistribution {
        NullDistribution::simulate(shape, lengths, 0.05, (draws, 1), &Progress::new()).unwrap()
    }

    #[test]
    fn p_values_and_critical_values_agree() {
        let chance = Chance::new((1..=19).rev().map(f64::from).collect());
        assert_eq!((chance.p_value(0.5), chance.p_value(19.0), chance.p_value(20.0)), (1.0, 0.1, 0.05));
        assert_eq!((chance.critical_value(0.05), chance.critical_value(0.1)), (Some(19.0), Some(18.0)));
        assert_eq!((chance.critical_value(0.04), chance.critical_value(0.99)), (None, Some(1.0)));
    }

    /// With 200 periods the published figures for long series are near: they were simulated themselves, and a maximum over
    /// fewer dates is smaller.
    #[test]
    fn long_series_come_near_the_published_figures() {
        let shape = Shape { n: 200, is_trend: false, min_segment: 30, max_breaks: 5, errors: BreakErrors::Independent };
        let lengths = [vec![200], vec![100, 100]];
        let simulated = simulate(shape, &lengths, 4000);
        let near = |chance: &Chance, test| {
            let published = asymptotic_critical_value(test, 0.15, 0.05).unwrap();
            let own = chance.critical_value(0.05).unwrap();
            assert!((own / published - 1.0).abs() < 0.08, "{test:?}: {own} is far from {published}");
        };
        for (index, chance) in simulated.sup.iter().enumerate() {
            near(chance, BreakTest::Number(index + 1));
        }
        near(&simulated.unweighted, BreakTest::AnyNumber);
        near(&simulated.weighted, BreakTest::AnyNumberWeighted);
        near(&simulated.one_more[0], BreakTest::OneMore(0));
        assert_eq!(simulated.one_more[0], simulated.sup[0], "one break against none is the same test");
    }

    /// Quantiles of sup F(1) to sup F(5) by numpy: 40 000 series of 20 normal values, segments of at least 3.
    #[test]
    fn short_series_have_larger_critical_values() {
        let shape = Shape { n: 20, is_trend: false, min_segment: 3, max_breaks: 5, errors: BreakErrors::Independent };
        let simulated = simulate(shape, &[], 20_000);
        for (chance, expected) in simulated.sup.iter().zip([9.696, 8.577, 7.604, 6.358, 4.781]) {
            let own = chance.critical_value(0.05).unwrap();
            assert!((own / expected - 1.0).abs() < 0.03, "{own} is far from {expected}");
        }
    }

    #[test]
    fn more_lists_of_lengths_than_fit_one_pass_change_nothing() {
        let shape = Shape { n: 20, is_trend: true, min_segment: 4, max_breaks: 2, errors: BreakErrors::Independent };
        let few = simulate(shape, &[vec![9, 11]], 50);
        let many = simulate(shape, &vec![vec![9, 11]; LENGTHS_AT_ONCE + 1], 50);
        assert_eq!(many.one_more.len(), LENGTHS_AT_ONCE + 1);
        assert!(many.one_more.iter().all(|chance| *chance == few.one_more[0]));
    }

    #[test]
    fn stops_when_asked() {
        let progress = Progress::new();
        progress.stop();
        let shape = Shape { n: 20, is_trend: false, min_segment: 4, max_breaks: 2, errors: BreakErrors::Independent };
        assert_eq!(NullDistribution::simulate(shape, &[], 0.05, (10, 1), &progress), Err(Stopped));
    }
}
