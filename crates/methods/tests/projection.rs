//! Projections: scaling, permutation, exact continuation, growing intervals, and sums.

use growthpole_methods::growth::projection::{
    BacktestOptions, ErrorScale, FitOptions, Fitted, Future, FutureTotals, IntervalMethod, LocationalFactor, Model,
    Projection, ProjectionMethod, ProjectionOptions, ShiftShareOptions, SmoothingParameters, project,
    project_shift_share, reconcile, smooth,
};
use growthpole_methods::{Amounts, Matrix, Progress};
use proptest::prelude::*;

const MODELS: [Model; 9] = [
    Model::Naive,
    Model::Drift,
    Model::Linear,
    Model::Power,
    Model::Exponential,
    Model::Logistic,
    Model::Simple,
    Model::Holt,
    Model::Damped,
];

fn options(method: ProjectionMethod, scale: ErrorScale) -> ProjectionOptions {
    ProjectionOptions {
        method,
        horizon: 4,
        fit: FitOptions { scale, ..FitOptions::default() },
        levels: vec![0.8, 0.95],
        intervals: IntervalMethod::Formula,
        parameters: None,
        backtest: BacktestOptions { most_origins: 5, horizon: 2, first_length: None },
    }
}

fn scales() -> impl Strategy<Value = ErrorScale> {
    prop::sample::select(vec![ErrorScale::Level, ErrorScale::Log])
}

/// Positive series that grow and waver.
fn series() -> impl Strategy<Value = Vec<f64>> {
    (10.0..1e4_f64, -0.05..0.12_f64, prop::collection::vec(-0.1..0.1_f64, 9..24)).prop_map(|(start, growth, noise)| {
        let grown = |(period, noise): (usize, &f64)| start * (1.0 + growth).powi(period as i32) * (1.0 + noise);
        noise.iter().enumerate().map(grown).collect()
    })
}

fn one(series: &[f64], options: &ProjectionOptions) -> Projection {
    let matrix = Matrix::try_new(series.to_vec(), series.len()).unwrap();
    project(&matrix, options, &Progress::new()).unwrap().remove(0).unwrap()
}

/// All projected numbers: values and ends of intervals.
fn numbers(projection: &Projection) -> Vec<f64> {
    let of_step = |step: &growthpole_methods::growth::projection::Projected| {
        std::iter::once(step.value).chain(step.intervals.iter().flatten().copied()).collect::<Vec<_>>()
    };
    projection.steps.iter().flat_map(of_step).collect()
}

/// Regions x industries for each period, and the whole as their reference.
fn tables() -> impl Strategy<Value = (Vec<Amounts>, Matrix)> {
    (2..5_usize, 1..4_usize, 8..12_usize).prop_flat_map(|(regions, industries, periods)| {
        let cells = regions * industries;
        let starts = prop::collection::vec(1.0..1e3_f64, cells);
        let noise = prop::collection::vec(0.8..1.25_f64, cells * periods);
        (starts, noise).prop_map(move |(starts, noise)| {
            let period = |t: usize| {
                let cell = |at: usize| starts[at] * noise[t * cells + at];
                Amounts::try_new((0..cells).map(cell).collect(), industries).unwrap()
            };
            let tables: Vec<Amounts> = (0..periods).map(period).collect();
            let totals = tables.iter().flat_map(|table| table.industry_totals().to_vec()).collect();
            (tables, Matrix::try_new(totals, industries).unwrap())
        })
    })
}

fn shift_share(base: usize, factor: LocationalFactor) -> ShiftShareOptions {
    let backtest = BacktestOptions { most_origins: 10, horizon: 2, first_length: None };
    ShiftShareOptions { base, factor, levels: vec![0.9], backtest }
}

proptest! {
    #[test]
    fn another_unit_is_the_same_projection(series in series(), scale in scales(), unit in 1e-6..1e6_f64) {
        let other: Vec<f64> = series.iter().map(|value| unit * value).collect();
        for model in MODELS {
            let options = options(ProjectionMethod::One(model), scale);
            let (own, scaled) = (one(&series, &options), one(&other, &options));
            // Rounding moves where the search for parameters ends, and the values with it.
            let tolerance = if matches!(own.fit.fitted, Fitted::Smoothing(_)) { 1e-5 } else { 1e-9 };
            for (own, scaled) in numbers(&own).into_iter().zip(numbers(&scaled)) {
                let size = series.iter().copied().fold(own.abs(), f64::max);
                prop_assert!((own * unit - scaled).abs() <= tolerance * size * unit, "{model:?}: {own} {}", scaled / unit);
            }
        }
    }

    #[test]
    fn the_order_of_regions_does_not_matter(rows in prop::collection::vec(series(), 4), seed in 0..9_u64) {
        let length = rows.iter().map(Vec::len).min().unwrap();
        let matrix = |order: [usize; 4]| Matrix::from_fn(4, length, |row, period| rows[order[row]][period]);
        let mut options = options(ProjectionMethod::Best(vec![Model::Drift, Model::Linear, Model::Simple]), ErrorScale::Log);
        options.intervals = IntervalMethod::Bootstrap { draws: 20, seed };
        let order = [2, 0, 3, 1];
        let own = project(&matrix([0, 1, 2, 3]), &options, &Progress::new()).unwrap();
        let other = project(&matrix(order), &options, &Progress::new()).unwrap();
        for (row, &at) in order.iter().enumerate() {
            prop_assert_eq!(&other[row], &own[at]);
        }
    }

    #[test]
    fn a_straight_line_goes_on_exactly(start in -1e3..1e3_f64, slope in -50.0..50.0_f64, length in 8..20_usize) {
        let line: Vec<f64> = (0..length + 4).map(|period| start + slope * period as f64).collect();
        for model in [Model::Drift, Model::Linear, Model::Holt] {
            let projected = one(&line[..length], &options(ProjectionMethod::One(model), ErrorScale::Level));
            let size = line.iter().fold(1.0, |size: f64, value| size.max(value.abs()));
            for (step, expected) in projected.steps.iter().zip(&line[length..]) {
                prop_assert!((step.value - expected).abs() < 1e-10 * size, "{model:?}: {} {expected}", step.value);
                prop_assert!(step.intervals[1][1] - step.intervals[1][0] < 1e-8 * size, "{model:?}");
            }
            prop_assert!(projected.backtest.model.overall.mean_absolute < 1e-10 * size);
        }
    }

    #[test]
    fn steady_growth_goes_on_exactly(start in 1.0..1e3_f64, growth in -0.1..0.2_f64, length in 8..20_usize) {
        let grown: Vec<f64> = (0..length + 4).map(|period| start * (1.0 + growth).powi(period as i32)).collect();
        for model in [Model::Drift, Model::Exponential, Model::Holt] {
            let projected = one(&grown[..length], &options(ProjectionMethod::One(model), ErrorScale::Log));
            for (step, expected) in projected.steps.iter().zip(&grown[length..]) {
                prop_assert!((step.value / expected - 1.0).abs() < 1e-10, "{model:?}: {} {expected}", step.value);
            }
        }
    }

    #[test]
    fn intervals_widen_with_the_horizon_and_the_level(series in series()) {
        for model in MODELS {
            let projected = one(&series, &options(ProjectionMethod::One(model), ErrorScale::Level));
            // On the model's scale: a curve that falls may narrow in values.
            let width = |[lower, upper]: [f64; 2]| match model {
                Model::Power | Model::Exponential => (upper / lower).ln(),
                Model::Logistic => {
                    let saturation = 1.001 * series.iter().copied().fold(0.0, f64::max);
                    (saturation / lower - 1.0).ln() - (saturation / upper - 1.0).ln()
                }
                _ => upper - lower,
            };
            for steps in projected.steps.windows(2) {
                let widths = |level: usize| (width(steps[0].intervals[level]), width(steps[1].intervals[level]));
                for level in [0, 1] {
                    let (now, later) = widths(level);
                    prop_assert!(later >= now * (1.0 - 1e-6), "{model:?}: {now} {later}");
                }
                prop_assert!(widths(1).0 >= widths(0).0);
            }
            // The value is in the middle, on the model's scale.
            for step in &projected.steps {
                for interval in &step.intervals {
                    let (below, above) = (width([interval[0], step.value]), width([step.value, interval[1]]));
                    prop_assert!((below - above).abs() <= 1e-6 * (below + above) + 1e-9, "{model:?}: {below} {above}");
                }
            }
        }
    }

    #[test]
    fn no_parameters_of_a_fine_grid_are_much_better(series in series(), initial in 0.9..1.1_f64) {
        let fit = Model::Simple.fit(&series, &FitOptions::default()).unwrap();
        let Fitted::Smoothing(own) = fit.fitted else { panic!("simple smoothing") };
        let logs: Vec<f64> = series.iter().map(|value| value.ln()).collect();
        for at in 0..=100 {
            let alpha = f64::from(at) / 100.0;
            let level = logs[0] + initial.ln();
            let other = smooth(&logs, SmoothingParameters { alpha, beta: 0.0, phi: 1.0, level, slope: 0.0 });
            prop_assert!(own.smoothed.squares <= other.squares * (1.0 + 1e-6));
        }
    }

    #[test]
    fn industries_add_up_to_their_region_and_shares_are_kept((periods, reference) in tables(), base in 1..5_usize) {
        let coming: Vec<f64> = reference.row(0).iter().map(|total| 1.3 * total).collect();
        let future = Future::Given(vec![FutureTotals { step: 2, totals: coming.clone() }]);
        let mut kept = vec![0.0; coming.len()];
        for factor in [LocationalFactor::AsMeasured, LocationalFactor::Compounded, LocationalFactor::One] {
            let options = shift_share(base, factor);
            let projected = project_shift_share(&periods, &reference, &future, &options, &Progress::new()).unwrap();
            for region in projected.regions.iter().map(|region| region.as_ref().unwrap()) {
                let parts: Vec<f64> = region.industries.iter().map(|own| own.as_ref().unwrap().steps[0].value).collect();
                let sum: f64 = parts.iter().sum();
                prop_assert!((sum - region.total[0].value).abs() <= 1e-12 * sum);
                if factor == LocationalFactor::One {
                    kept.iter_mut().zip(parts).for_each(|(kept, part)| *kept += part);
                }
            }
        }
        // Without a factor the regions of a whole make up its future.
        for (kept, coming) in kept.into_iter().zip(coming) {
            prop_assert!((kept - coming).abs() <= 1e-12 * coming);
        }
    }

    #[test]
    fn the_order_of_regions_and_the_unit_do_not_matter_to_shift_share((periods, reference) in tables(), unit in 1e-3..1e3_f64) {
        let industries = reference.n_columns();
        let options = shift_share(2, LocationalFactor::Compounded);
        let future = Future::Projected { model: Model::Drift, fit: FitOptions::default(), horizon: 3 };
        let turned: Vec<Amounts> = periods.iter().map(|table| {
            let rows: Vec<&[f64]> = table.regions().collect();
            let cells = rows.iter().rev().flat_map(|row| row.iter().map(|cell| unit * cell)).collect();
            Amounts::try_new(cells, industries).unwrap()
        }).collect();
        let own = project_shift_share(&periods, &reference, &future, &options, &Progress::new()).unwrap();
        let other = project_shift_share(&turned, &reference.map(|cell| unit * cell), &future, &options, &Progress::new()).unwrap();
        for (own, other) in own.regions.iter().zip(other.regions.iter().rev()) {
            let (own, other) = (own.as_ref().unwrap(), other.as_ref().unwrap());
            for (own, other) in own.total.iter().zip(&other.total) {
                prop_assert!((unit * own.value / other.value - 1.0).abs() < 1e-9);
                prop_assert!((unit * own.intervals[0][1] / other.intervals[0][1] - 1.0).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn reconciled_regions_add_up_to_their_share(
        cells in prop::collection::vec(0.1..1e3_f64, 12),
        nation in prop::collection::vec(0.1..1e4_f64, 3),
        nation_last in 1.0..1e4_f64,
    ) {
        let projected = Matrix::try_new(cells.clone(), 3).unwrap();
        let reconciled = reconcile(&projected, &cells[..4], &nation, nation_last).unwrap();
        for (step, nation) in nation.iter().enumerate() {
            let sum: f64 = projected.column(step).map(|value| value * reconciled.factors[step]).sum();
            prop_assert!((sum - reconciled.share * nation).abs() <= 1e-12 * sum);
        }
    }
}
