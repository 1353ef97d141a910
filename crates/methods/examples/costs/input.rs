//! What methods are timed on.

use growthpole_methods::growth::Comparison;
use growthpole_methods::growth::convergence::{GrowthForm, Preparation, TransitionPanel, mean_log_growth};
use growthpole_methods::growth::mobility::{Groups, RankPairs};
use growthpole_methods::stats::inequality::{Distribution, Groups as Parts};
use growthpole_methods::stats::random::generator;
use growthpole_methods::stats::{BlockBootstrap, SpatialWeights, bootstrap_means, logarithms};
use growthpole_methods::{Amounts, Matrix, Progress};
use rand::RngExt as _;

/// Regions and periods, with what else methods need.
pub(crate) struct Input {
    /// Incomes that drift apart and mix, periods x regions.
    pub(crate) values: Matrix,
    /// The same by region.
    pub(crate) series: Matrix,
    /// Growth of each region, by period.
    pub(crate) growth: Matrix,
    /// Each region with the three before and the three after it.
    pub(crate) weights: SpatialWeights,
    /// Four groups for mobility, ten for inequality.
    pub(crate) groups: Groups,
    pub(crate) parts: Parts,
    /// Regions x industries, as many as there are periods, at the start and at the end.
    pub(crate) amounts: [Amounts; 2],
}

impl Input {
    pub(crate) fn new(regions: usize, periods: usize) -> Self {
        let mut random = generator(1, 0);
        let mut next = || random.random::<f64>();
        let mut logs: Vec<f64> = (0..regions).map(|_| 9.0 + next() + next()).collect();
        let values = Matrix::from_fn(periods, regions, |_, region| {
            logs[region] += 0.03 + 0.2 * (next() - 0.5);
            logs[region].exp()
        });
        let growth = |region: usize, period: usize| values.get(period + 1, region) / values.get(period, region) - 1.0;
        let amounts = [0, 1].map(|_| {
            let cells = (0..regions * periods).map(|_| 1.0 + 1e5 * next().powi(2)).collect();
            Amounts::try_new(cells, periods).expect("positive amounts")
        });
        let pairs: Vec<_> = (0..regions).flat_map(|a| (1..4).map(move |step| (a, (a + step) % regions))).collect();
        let of = |groups: usize| (0..regions).map(|region| region % groups).collect::<Vec<_>>();
        Self {
            series: Matrix::from_fn(regions, periods, |region, period| values.get(period, region)),
            growth: Matrix::from_fn(regions, periods - 1, growth),
            weights: SpatialWeights::from_pairs(regions, &pairs).expect("pairs").row_standardized(),
            groups: Groups::try_new(of(4), 4).expect("four groups"),
            parts: Parts::new(&of(10), 10).expect("ten groups"),
            amounts,
            values,
        }
    }

    pub(crate) fn first(&self) -> &[f64] {
        self.values.row(0)
    }

    pub(crate) fn last(&self) -> &[f64] {
        self.values.row(self.values.n_rows() - 1)
    }

    pub(crate) fn ranks(&self) -> RankPairs {
        RankPairs::try_new(self.first(), self.last()).expect("incomes differ")
    }

    pub(crate) fn distribution(&self) -> Distribution<'_> {
        Distribution::new(self.first()).expect("finite values")
    }

    /// Adds a measure up over periods.
    pub(crate) fn each(&self, measure: impl Fn(&Distribution<'_>) -> f64) -> f64 {
        self.values.rows().map(|row| measure(&Distribution::new(row).expect("finite values"))).sum()
    }

    pub(crate) fn times(&self) -> Vec<f64> {
        (0..self.values.n_rows()).map(|period| 1970.0 + period as f64).collect()
    }

    pub(crate) fn bootstrap(&self) -> growthpole_methods::stats::Draws {
        let how = BlockBootstrap { draws: 1_000, block_length: 3, seed: 7 };
        bootstrap_means(&self.growth, None, how, &Progress::new()).expect("a series")
    }

    /// Growth and logarithm of the first level.
    pub(crate) fn sample(&self) -> (Vec<f64>, Vec<f64>) {
        let growth = mean_log_growth(&self.values, &self.times(), GrowthForm::EndPoints).expect("positive incomes");
        (growth, logarithms(self.first()))
    }

    pub(crate) fn panel(&self) -> TransitionPanel {
        TransitionPanel::try_new(&self.values, Preparation::default()).expect("incomes above 1")
    }

    pub(crate) fn comparison(&self) -> Comparison<'_> {
        let [start, end] = &self.amounts;
        Comparison::try_new(start, end, start.industry_totals(), end.industry_totals()).expect("one shape")
    }

    /// Growth on a constant and the logarithm of the first level, with neighbours.
    pub(crate) fn design(&self) -> (Vec<f64>, Matrix) {
        let (growth, initial) = self.sample();
        (growth, Matrix::from_fn(initial.len(), 2, |region, column| if column == 0 { 1.0 } else { initial[region] }))
    }
}
