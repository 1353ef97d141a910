//! Turning points and projections.

use growthpole_methods::growth::projection::{
    BacktestOptions, FitOptions, Future, IntervalMethod, LocationalFactor, Model, ParameterUncertainty,
    ProjectionMethod, ProjectionOptions, ShiftShareOptions, project, project_shift_share,
};
use growthpole_methods::growth::turning_points::{
    BreakModel, BreakOptions, CycleOptions, comovement, detect_breaks, phases, threshold_history, turning_points,
};
use growthpole_methods::{Amounts, Matrix, Progress};

use crate::input::Input;
use crate::{Method, PAIRS, USUAL, method};

pub(crate) fn detect_turning_points() -> Vec<Method> {
    fn breaks(own: &Input, model: BreakModel) -> f64 {
        let series: Vec<&[f64]> = own.growth.rows().collect();
        let options = BreakOptions { model, ..BreakOptions::default() };
        f64::from(detect_breaks(&series, &options, &Progress::new()).is_ok())
    }
    vec![
        method("breaks in mean, all tests, 999 draws", USUAL, |own| breaks(own, BreakModel::Mean)),
        method("breaks in trend, all tests, 999 draws", USUAL, |own| breaks(own, BreakModel::Trend)),
        method("peaks, troughs and phases", USUAL, |own| {
            let of = |values: &[f64]| {
                let turns = turning_points(values, CycleOptions::default()).expect("long enough");
                phases(values, &turns).len()
            };
            own.growth.rows().map(of).sum::<usize>() as f64
        }),
        method("last period above a threshold", USUAL, |own| {
            own.growth.rows().filter_map(|row| threshold_history(row, 0.1).last_at_or_above).sum::<usize>() as f64
        }),
        method("co-movement with the benchmark", USUAL, |own| {
            let benchmark = own.growth.row(0);
            let of = |row: &[f64]| comovement(row, benchmark, 3, None).map_or(0.0, |moved| moved.correlation);
            own.growth.rows().map(of).sum()
        }),
    ]
}

pub(crate) fn project_growth() -> Vec<Method> {
    const BACKTEST: BacktestOptions = BacktestOptions { most_origins: 10, horizon: 5, first_length: None };
    fn options(method: ProjectionMethod, intervals: IntervalMethod) -> ProjectionOptions {
        let (fit, levels) = (FitOptions::default(), vec![0.8, 0.95]);
        ProjectionOptions { method, horizon: 5, fit, levels, intervals, parameters: None, backtest: BACKTEST }
    }
    fn projected(own: &Input, method: ProjectionMethod, intervals: IntervalMethod) -> f64 {
        f64::from(project(&own.series, &options(method, intervals), &Progress::new()).is_ok())
    }
    vec![
        method("drift with backtest", USUAL, |own| {
            projected(own, ProjectionMethod::One(Model::Drift), IntervalMethod::Formula)
        }),
        method("damped trend with backtest", USUAL, |own| {
            projected(own, ProjectionMethod::One(Model::Damped), IntervalMethod::Formula)
        }),
        method("best of seven models by backtest", USUAL, |own| {
            let models = [Model::Naive, Model::Drift, Model::Linear, Model::Exponential, Model::Simple];
            let models = models.into_iter().chain([Model::Holt, Model::Damped]).collect();
            projected(own, ProjectionMethod::Best(models), IntervalMethod::Formula)
        }),
        method("drift, intervals of 1 000 drawn futures", PAIRS, |own| {
            let intervals = IntervalMethod::Bootstrap { draws: 1_000, seed: 1 };
            projected(own, ProjectionMethod::One(Model::Drift), intervals)
        }),
        method("Holt, parameters from 400 drawn pasts and 200 at each origin", PAIRS, |own| {
            let parameters = Some(ParameterUncertainty { draws: 400, backtest_draws: 200, seed: 1 });
            let plain = options(ProjectionMethod::One(Model::Holt), IntervalMethod::Formula);
            let options = ProjectionOptions { parameters, ..plain };
            f64::from(project(&own.series, &options, &Progress::new()).is_ok())
        }),
        method("shift-share with backtest, 12 periods", PAIRS, |own| {
            let [start, _] = &own.amounts;
            let (regions, industries) = (start.n_regions(), start.n_industries());
            let period = |period: usize| {
                let cell = |cell: usize| {
                    let (region, industry) = (cell / industries, cell % industries);
                    start.region(region)[industry] * (1.0 + 0.01 * ((region + industry) % 7) as f64).powi(period as i32)
                };
                Amounts::try_new((0..regions * industries).map(cell).collect(), industries).expect("amounts")
            };
            let periods: Vec<Amounts> = (0..12).map(period).collect();
            let totals = periods.iter().flat_map(|period| period.industry_totals().to_vec()).collect();
            let reference = Matrix::try_new(totals, industries).expect("whole rows");
            let (factor, levels) = (LocationalFactor::AsMeasured, vec![0.8, 0.95]);
            let options = ShiftShareOptions { base: 5, factor, levels, backtest: BACKTEST };
            let future = Future::Projected { model: Model::Drift, fit: FitOptions::default(), horizon: 5 };
            project_shift_share(&periods, &reference, &future, &options, &Progress::new()).is_ok().into()
        }),
    ]
}
