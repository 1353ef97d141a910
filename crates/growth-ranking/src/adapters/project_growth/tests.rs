use growthpole_contracts::v1;
use growthpole_worker_kit::Job;
use growthpole_worker_kit::testing::{NAN, NATION, Table, Tables, benchmark, codes, refusal, selection};
use v1::benchmark::By;
use v1::fitted_model::Parameters;

use super::answer;

type Answer = Result<v1::ProjectGrowthResponse, tonic::Status>;

const YEARS: [&str; 12] =
    ["2008", "2009", "2010", "2011", "2012", "2013", "2014", "2015", "2016", "2017", "2018", "2019"];

/// Levels that grow by so much a year, and waver.
fn grown(start: f64, growth: f64) -> Vec<f64> {
    const NOISE: [f64; 12] = [0.0, 0.01, -0.02, 0.02, 0.0, 0.03, -0.01, -0.02, 0.01, 0.02, -0.01, 0.0];
    NOISE.iter().enumerate().map(|(year, noise)| start * (1.0_f64 + growth).powi(year as i32) * (1.0 + noise)).collect()
}

fn tables() -> Tables {
    let (a, b) = (grown(100.0, 0.05), grown(50.0, 0.02));
    let mut holed = a.clone();
    holed[3] = NAN;
    let mut fallen = b.clone();
    fallen[5] = 0.0;
    let nation: Vec<f64> = a.iter().zip(&b).map(|(a, b)| 1.1 * (a + b)).collect();
    let rows: [(&str, &[f64]); 5] = [("b", &b), ("a", &a), ("h", &holed), ("z", &fallen), (NATION, &nation)];
    let jobs = Table::new("jobs", &YEARS, &rows);
    let mut money = jobs.clone().current_prices("rates");
    money.indicator.code = "money".into();
    let rates = [("a", [5.0, 6.0, -1.0].repeat(4)), (NATION, vec![4.0; 12])];
    let rates = rates.each_ref().map(|(region, cells)| (*region, cells.as_slice()));
    let quarters = ["2018-Q1", "2018-Q2", "2018-Q3", "2018-Q4", "2019-Q1", "2019-Q2"];
    let quarterly = Table::new("quarterly", &quarters, &[("a", &[1.0, 2.0, 1.5, 2.5, 2.0, 3.0])]);
    Tables(vec![jobs, money, Table::new("rates", &YEARS, &rates).rates(), quarterly, by_industry()])
}

/// Two regions of two industries; the third lacks a cell, and the fourth has lost an industry.
fn by_industry() -> Table {
    let rows = |start: [f64; 2], growth: [f64; 2]| -> Vec<f64> {
        let [x, y] = [grown(start[0], growth[0]), grown(start[1], growth[1])];
        x.into_iter().zip(y).flat_map(|(x, y)| [x, y]).collect()
    };
    let (p, q) = (rows([40.0, 60.0], [0.05, 0.02]), rows([50.0, 30.0], [0.03, 0.04]));
    let mut holed = p.clone();
    holed[7] = NAN;
    let mut lost = q.clone();
    lost[23] = 0.0;
    let rows: [(&str, &[f64]); 4] = [("p", &p), ("q", &q), ("r", &holed), ("s", &lost)];
    let mut table = Table::new("posts", &YEARS, &rows).with_industries(&["x", "y"]);
    table.indicator.unit = "posts".into();
    table
}

fn request(indicator: &str, periods: &str, method: v1::ProjectionMethod) -> v1::ProjectGrowthRequest {
    let is_gerfin = method == v1::ProjectionMethod::Gerfin;
    let mut selection = selection(indicator, periods);
    selection.benchmark = if is_gerfin { None } else { benchmark(By::Region(NATION.into())) };
    selection.missing = v1::MissingPolicy::Keep.into();
    v1::ProjectGrowthRequest { selection: Some(selection), horizon: 3, method: method.into(), ..Default::default() }
}

async fn ask(request: v1::ProjectGrowthRequest) -> Answer {
    answer(&tables(), request, &Job::new()).await
}

/// The fields that a refused request is blamed for.
fn blamed(answer: Answer) -> Vec<String> {
    let (reason, fields) = refusal(answer);
    assert_eq!(reason, "INVALID_FIELD", "{fields:?}");
    fields
}

fn code(region: &v1::RegionProjection) -> &str {
    region.region.as_ref().unwrap().code.as_str()
}

#[tokio::test]
async fn drift_goes_on_with_every_field() {
    let response = ask(request("jobs", "2008..2019", v1::ProjectionMethod::Drift)).await.unwrap();
    assert_eq!(response.periods, ["2020", "2021", "2022"]);
    assert_eq!((response.first_period.as_str(), response.last_period.as_str()), ("2008", "2019"));
    assert_eq!(response.interval_levels, [0.8, 0.95]);
    assert_eq!(response.regions.iter().map(code).collect::<Vec<_>>(), ["a", "b"]);
    let region = &response.regions[0];
    let levels = grown(100.0, 0.05);
    let growth = (levels[11] / levels[0]).ln() / 11.0;
    assert_eq!(region.last, levels[11]);
    assert!((region.values[2].value / (levels[11] * (3.0 * growth).exp()) - 1.0).abs() < 1e-12);
    assert_eq!((region.values[2].period.as_str(), region.values[2].intervals.len()), ("2022", 2));
    let model = region.model.as_ref().unwrap();
    assert_eq!((model.method(), model.scale()), (v1::ProjectionMethod::Drift, v1::ProjectionScale::Log));
    let Some(Parameters::RandomWalk(walk)) = model.parameters else { panic!("a random walk") };
    assert!((walk.drift - growth).abs() < 1e-15 && model.error_deviation.unwrap() > 0.0);
    let backtest = region.backtest.as_ref().unwrap();
    // Half of twelve years, and then every year but the last.
    assert_eq!((backtest.first_origin.as_str(), backtest.last_origin.as_str(), backtest.origins), ("2013", "2018", 6));
    let errors = backtest.errors.as_ref().unwrap();
    assert_eq!((errors.count, backtest.by_step.len(), errors.coverage.len()), (15, 3, 2));
    assert_eq!(backtest.errors, backtest.mean_growth);
    assert!(backtest.naive.as_ref().unwrap().mae > errors.mae);
    assert_eq!((response.warnings.len(), region.compared.len()), (0, 0));
    let provenance = response.provenance.unwrap();
    assert_eq!(provenance.method, "growthpole.v1.GrowthRankingService/ProjectGrowth");
    assert_eq!(provenance.seed, None);
}

#[tokio::test]
async fn the_uncertainty_of_parameters_comes_beside_the_formulas() {
    let with = |draws, backtest_draws| {
        let mut asked = request("jobs", "2008..2019", v1::ProjectionMethod::Simple);
        asked.parameter_uncertainty = Some(v1::ProjectionParameterUncertainty { draws, backtest_draws, seed: 9 });
        asked
    };
    let plain = ask(request("jobs", "2008..2019", v1::ProjectionMethod::Simple)).await.unwrap();
    let own = ask(with(100, 50)).await.unwrap();
    assert_eq!(own.provenance.clone().unwrap().seed, Some(9));
    assert_eq!(own, ask(with(100, 50)).await.unwrap());
    for (own, plain) in own.regions.iter().zip(&plain.regions) {
        let errors = own.backtest.as_ref().and_then(|own| own.errors.as_ref()).unwrap();
        assert_eq!((errors.coverage.len(), errors.coverage_with_parameters.len()), (2, 2));
        assert!(own.backtest.as_ref().unwrap().naive.as_ref().unwrap().coverage_with_parameters.is_empty());
        for (own, plain) in own.values.iter().zip(&plain.values) {
            assert_eq!((own.value, &own.intervals), (plain.value, &plain.intervals));
            let [narrow, wide] = own.intervals_with_parameters.as_slice() else { panic!("an interval a level") };
            assert!(wide.lower <= narrow.lower && narrow.lower < narrow.upper && narrow.upper <= wide.upper);
        }
    }
    assert!(plain.regions[0].values[0].intervals_with_parameters.is_empty());
    for (draws, backtest_draws, field) in [(19, 0, "draws"), (10_001, 0, "draws"), (0, 5, "backtest_draws")] {
        assert_eq!(blamed(ask(with(draws, backtest_draws)).await), [format!("parameter_uncertainty.{field}")]);
    }
    let mut gerfin = with(0, 0);
    gerfin.method = v1::ProjectionMethod::Gerfin.into();
    assert_eq!(blamed(ask(gerfin).await), ["parameter_uncertainty"]);
}

#[tokio::test]
async fn what_has_no_projection_says_why() {
    let response = ask(request("jobs", "2008..2019", v1::ProjectionMethod::Drift)).await.unwrap();
    let reasons = |response: &v1::ProjectGrowthResponse| -> Vec<(String, String, Vec<String>)> {
        let shown = response.unprojected.iter();
        shown.map(|own| (own.region.clone().unwrap().code, own.reason.clone(), own.periods.clone())).collect()
    };
    let own = |code: &str, reason: &str, year: &str| (code.to_owned(), reason.to_owned(), vec![year.to_owned()]);
    assert_eq!(reasons(&response), [own("h", "MISSING_VALUE", "2011"), own("z", "NOT_POSITIVE", "2013")]);
    assert_eq!(response.unprojected[1].text, "0 in 2013 has no logarithm.");

    let mut of_levels = request("jobs", "2008..2019", v1::ProjectionMethod::Drift);
    of_levels.scale = v1::ProjectionScale::Level.into();
    assert_eq!(ask(of_levels).await.unwrap().regions.len(), 3);

    let short = ask(request("jobs", "2014..2019", v1::ProjectionMethod::Holt)).await.unwrap();
    assert_eq!((short.regions.len(), short.unprojected[0].reason.as_str()), (0, "TOO_SHORT"));
    assert_eq!(short.unprojected[0].text, "6 periods are too few: 7 are needed.");
    assert_eq!(codes(&short.warnings), ["BENCHMARK_NOT_PROJECTED"]);
    assert_eq!(short.benchmark.unwrap().reason, "TOO_SHORT");
}

#[tokio::test]
async fn auto_shows_what_it_compared() {
    let mut asked = request("jobs", "2008..2019", v1::ProjectionMethod::Unspecified);
    let response = ask(asked.clone()).await.unwrap();
    let region = &response.regions[0];
    assert_eq!(region.compared.len(), 7);
    // Seven years are needed before the first origin, and there are six.
    let damped = region.compared.last().unwrap();
    assert_eq!(
        (damped.method(), damped.mae, damped.reason.as_str()),
        (v1::ProjectionMethod::Damped, None, "TOO_SHORT")
    );
    let least = region.compared.iter().filter_map(|own| own.mae).fold(f64::INFINITY, f64::min);
    let backtest = region.backtest.as_ref().unwrap();
    assert_eq!(backtest.errors.as_ref().unwrap().mae, least);
    let taken = region.compared.iter().find(|own| own.mae == Some(least)).unwrap().method();
    assert_eq!(region.model.as_ref().unwrap().method(), taken);

    asked.backtest = Some(v1::ProjectionBacktestOptions { first_length: 7, origins: 2, horizon: 1 });
    asked.candidates = vec![v1::ProjectionMethod::Damped.into(), v1::ProjectionMethod::Linear.into()];
    let response = ask(asked).await.unwrap();
    let region = &response.regions[0];
    assert!(region.compared.iter().all(|own| own.mae.is_some()) && region.compared.len() == 2);
    assert_eq!(region.backtest.as_ref().unwrap().origins, 2);
    assert_eq!(codes(&response.warnings), ["FEW_ORIGINS"]);
    assert_eq!(response.warnings[0].regions, ["a", "b", "z"]);
}

#[tokio::test]
async fn models_show_their_parameters() {
    let of = |method| async move {
        let mut asked = request("jobs", "2008..2019", method);
        asked.first_time = Some(2008.0);
        ask(asked).await.unwrap().regions[0].model.unwrap()
    };
    let Some(Parameters::Smoothing(damped)) = of(v1::ProjectionMethod::Damped).await.parameters else { panic!() };
    assert!(damped.beta.is_some() && damped.phi.is_some_and(|phi| (0.8..=0.98).contains(&phi)));
    assert!(damped.aicc.is_some() && damped.initial_slope.is_some() && damped.squared_errors > 0.0);
    let Some(Parameters::Smoothing(simple)) = of(v1::ProjectionMethod::Simple).await.parameters else { panic!() };
    assert_eq!((simple.beta, simple.phi, simple.initial_slope, simple.last_slope), (None, None, None, None));
    let logistic = of(v1::ProjectionMethod::Logistic).await;
    let Some(Parameters::Curve(curve)) = logistic.parameters else { panic!() };
    let highest = grown(100.0, 0.05).into_iter().fold(0.0, f64::max);
    assert_eq!((logistic.scale, curve.saturation), (v1::ProjectionScale::Logit as i32, Some(1.001 * highest)));
    let Some(Parameters::Curve(line)) = of(v1::ProjectionMethod::Linear).await.parameters else { panic!() };
    let (intercept, slope) = (line.intercept.unwrap(), line.slope.unwrap());
    assert!(intercept.value < -1e4 && slope.t.unwrap() > 10.0 && slope.p_value.unwrap() < 1e-6);
    assert!(line.r_squared.unwrap() > 0.9 && line.saturation.is_none());
}

#[tokio::test]
async fn regions_add_up_to_the_share_of_the_benchmark_where_asked() {
    let mut asked = request("jobs", "2008..2019", v1::ProjectionMethod::Drift);
    let apart = ask(asked.clone()).await.unwrap();
    asked.reconcile = true;
    let response = ask(asked.clone()).await.unwrap();
    let reconciliation = response.reconciliation.as_ref().unwrap();
    assert!((reconciliation.share - 1.0 / 1.1).abs() < 1e-12);
    let nation = response.benchmark.as_ref().unwrap().projection.as_ref().unwrap();
    for step in 0..3 {
        let sum: f64 = response.regions.iter().map(|region| region.values[step].value).sum();
        assert!((sum / (reconciliation.share * nation.values[step].value) - 1.0).abs() < 1e-12);
        let factor = reconciliation.factors[step];
        let (own, before) = (&response.regions[0].values[step], &apart.regions[0].values[step]);
        assert!((own.intervals[1].upper / (factor * before.intervals[1].upper) - 1.0).abs() < 1e-12);
    }
    assert_eq!(apart.reconciliation, None);

    asked.selection.as_mut().unwrap().benchmark = benchmark(By::None(true));
    let fields = blamed(ask(asked.clone()).await);
    assert_eq!(fields, ["reconcile"]);
    let mut rates = request("rates", "2008..2019", v1::ProjectionMethod::Drift);
    rates.reconcile = true;
    assert_eq!(blamed(ask(rates).await), ["reconcile"]);
    let mut short = request("jobs", "2016..2019", v1::ProjectionMethod::Drift);
    short.reconcile = true;
    assert_eq!(refusal(ask(short).await).0, "UNDEFINED_ON_DATA");
}

#[tokio::test]
async fn growth_rates_are_projected_as_they_are_and_seasons_are_warned_of() {
    let response = ask(request("rates", "2008..2019", v1::ProjectionMethod::Simple)).await.unwrap();
    assert_eq!(response.regions[0].model.as_ref().unwrap().scale(), v1::ProjectionScale::Level);
    assert!(response.regions[0].values[0].value < 0.1 && response.series.unwrap().is_rate);
    let mut quarterly = request("quarterly", "2018-Q1..2019-Q2", v1::ProjectionMethod::Naive);
    quarterly.selection.as_mut().unwrap().benchmark = benchmark(By::None(true));
    let response = ask(quarterly).await.unwrap();
    assert_eq!((codes(&response.warnings), response.benchmark), (vec!["SEASONS_NOT_MODELLED", "FEW_ORIGINS"], None));
    assert_eq!(response.periods, ["2019-Q3", "2019-Q4", "2020-Q1"]);
    let nominal = ask(request("money", "2008..2019", v1::ProjectionMethod::Naive)).await.unwrap();
    assert_eq!(codes(&nominal.warnings), ["NOMINAL_VALUES"]);
}

#[tokio::test]
async fn drawn_intervals_come_with_their_seed() {
    let mut asked = request("jobs", "2008..2019", v1::ProjectionMethod::Drift);
    asked.bootstrap = Some(v1::ProjectionBootstrap { draws: 0, seed: 7 });
    let first = ask(asked.clone()).await.unwrap();
    assert_eq!(first.provenance.as_ref().unwrap().seed, Some(7));
    assert_eq!(ask(asked.clone()).await.unwrap(), first);
    asked.bootstrap = Some(v1::ProjectionBootstrap { draws: 0, seed: 8 });
    assert_ne!(ask(asked).await.unwrap().regions, first.regions);
}

fn given(period: &str, totals: &[(&str, f64)]) -> v1::FutureTotals {
    let industries =
        totals.iter().map(|(industry, value)| v1::IndustryTotal { industry: (*industry).into(), value: *value });
    v1::FutureTotals { period: period.into(), industries: industries.collect() }
}

fn gerfin(options: v1::GerfinOptions) -> v1::ProjectGrowthRequest {
    let mut asked = request("posts", "2008..2019", v1::ProjectionMethod::Gerfin);
    asked.horizon = if options.future.is_empty() { 3 } else { 0 };
    asked.gerfin = Some(options);
    asked
}

#[tokio::test]
async fn shift_share_follows_given_totals() {
    let future = vec![given("2024", &[("y", 300.0), ("x", 400.0)])];
    let response = ask(gerfin(v1::GerfinOptions { future, ..Default::default() })).await.unwrap();
    assert_eq!(
        (response.periods.as_slice(), response.gerfin.as_ref().unwrap().base),
        (["2024".to_owned()].as_slice(), 5)
    );
    assert_eq!(response.reference[0], given("2024", &[("x", 400.0), ("y", 300.0)]));
    assert_eq!(response.reference_source.as_ref().unwrap().sum_of_level, "PROVINCE");
    assert_eq!(response.regions.iter().map(code).collect::<Vec<_>>(), ["p", "q", "s"]);
    for region in &response.regions {
        let sum: f64 = region.industries.iter().filter_map(|own| Some(own.values.first()?.value)).sum();
        assert!((sum / region.values[0].value - 1.0).abs() < 1e-12);
        assert_eq!((region.backtest.as_ref().unwrap().origins, region.values[0].intervals.len()), (6, 2));
    }
    let lost = &response.regions[2].industries[1];
    assert_eq!((lost.reason.as_str(), lost.values.len(), lost.last, &lost.errors), ("ZERO_LEVEL", 0, 0.0, &None));
    let model = response.regions[0].model.as_ref().unwrap();
    let Some(Parameters::Gerfin(parameters)) = model.parameters else { panic!() };
    assert!(parameters.locational_factor.is_some() && model.error_deviation.is_none());
    assert_eq!(
        (response.unprojected[0].reason.as_str(), response.unprojected[0].periods[0].as_str()),
        ("MISSING_VALUE", "2011")
    );
    // The base is five years long, and so is the projection.
    assert_eq!(codes(&response.warnings), ["BENCHMARK_NOT_COMPARABLE"]);
}

#[tokio::test]
async fn shift_share_projects_a_reference_that_is_not_given() {
    let options =
        v1::GerfinOptions { base: 4, reference_method: v1::ProjectionMethod::Naive.into(), ..Default::default() };
    let response = ask(gerfin(options.clone())).await.unwrap();
    assert_eq!((response.periods.len(), response.reference.len()), (3, 3));
    assert_eq!(response.reference[0].industries, response.reference[2].industries);
    assert_eq!(response.gerfin, Some(v1::GerfinOptions { factor: 1, ..options.clone() }));
    assert!(codes(&response.warnings).contains(&"FACTOR_OF_ANOTHER_LENGTH"));
    let compounded = v1::GerfinOptions { factor: v1::LocationalFactorForm::Compounded.into(), ..options };
    let response = ask(gerfin(compounded)).await.unwrap();
    assert!(!codes(&response.warnings).contains(&"FACTOR_OF_ANOTHER_LENGTH"));
}

#[tokio::test]
async fn refuses_what_does_not_fit_by_its_field() {
    use v1::ProjectionMethod as M;
    let jobs = |change: fn(&mut v1::ProjectGrowthRequest)| {
        let mut asked = request("jobs", "2008..2019", M::Drift);
        change(&mut asked);
        asked
    };
    let cases: [(&str, v1::ProjectGrowthRequest); 24] = [
        ("horizon", jobs(|asked| asked.horizon = 0)),
        ("horizon", jobs(|asked| asked.horizon = 51)),
        ("method", jobs(|asked| asked.method = 99)),
        ("candidates", jobs(|asked| asked.candidates = vec![M::Holt.into()])),
        ("candidates[1]", jobs(|asked| (asked.method, asked.candidates) = (1, vec![M::Holt.into(), M::Holt.into()]))),
        ("candidates[0]", jobs(|asked| (asked.method, asked.candidates) = (1, vec![M::Gerfin.into()]))),
        ("scale", jobs(|asked| asked.scale = v1::ProjectionScale::Logit.into())),
        ("start", jobs(|asked| asked.start = -1)),
        ("saturation", jobs(|asked| asked.saturation = Some(-1.0))),
        ("saturation", jobs(|asked| asked.saturation = Some(f64::NAN))),
        ("first_time", jobs(|asked| asked.first_time = Some(f64::INFINITY))),
        ("first_time", jobs(|asked| (asked.method, asked.first_time) = (M::Power.into(), Some(0.0)))),
        ("interval_levels[1]", jobs(|asked| asked.interval_levels = vec![0.5, 1.0])),
        ("interval_levels", jobs(|asked| asked.interval_levels = vec![0.5; 11])),
        ("bootstrap.draws", jobs(|asked| asked.bootstrap = Some(v1::ProjectionBootstrap { draws: 1, seed: 0 }))),
        ("bootstrap.draws", jobs(|asked| asked.bootstrap = Some(v1::ProjectionBootstrap { draws: -5, seed: 0 }))),
        (
            "backtest.origins",
            jobs(|asked| asked.backtest = Some(v1::ProjectionBacktestOptions { origins: 101, ..Default::default() })),
        ),
        (
            "backtest.horizon",
            jobs(|asked| asked.backtest = Some(v1::ProjectionBacktestOptions { horizon: -1, ..Default::default() })),
        ),
        (
            "backtest.first_length",
            jobs(|asked| {
                asked.backtest = Some(v1::ProjectionBacktestOptions { first_length: -1, ..Default::default() })
            }),
        ),
        ("gerfin", jobs(|asked| asked.gerfin = Some(v1::GerfinOptions::default()))),
        ("series", gerfin_with(|asked| asked.series = Some(v1::SeriesOptions::default()))),
        ("reconcile", gerfin_with(|asked| asked.reconcile = true)),
        (
            "backtest.origins",
            gerfin_with(|asked| {
                asked.backtest = Some(v1::ProjectionBacktestOptions { origins: 2, ..Default::default() })
            }),
        ),
        (
            "selection.indicator",
            gerfin_with(|asked| asked.selection = request("jobs", "2008..2019", M::Naive).selection),
        ),
    ];
    for (field, asked) in cases {
        assert_eq!(blamed(ask(asked).await), [field]);
    }
    assert_eq!(blamed(ask(request("jobs", "2008,2010,2011", M::Drift)).await), ["selection.periods"]);
    assert_eq!(blamed(ask(request("posts", "2013..2018", M::Gerfin)).await), ["selection.periods"]);
}

fn gerfin_with(change: fn(&mut v1::ProjectGrowthRequest)) -> v1::ProjectGrowthRequest {
    let mut asked = gerfin(v1::GerfinOptions::default());
    change(&mut asked);
    asked
}

#[tokio::test]
async fn refuses_totals_that_are_not_of_the_future() {
    let whole = [("x", 1.0), ("y", 1.0)];
    let cases: [(&str, Vec<v1::FutureTotals>); 8] = [
        ("gerfin.future[0].period", vec![given("2019", &whole)]),
        ("gerfin.future[0].period", vec![given("2020-Q1", &whole)]),
        ("gerfin.future[0].period", vec![given("2070", &whole)]),
        ("gerfin.future[1].period", vec![given("2020", &whole), given("2020", &whole)]),
        ("gerfin.future[0].industries", vec![given("2020", &whole[..1])]),
        ("gerfin.future[0].industries[1].industry", vec![given("2020", &[("x", 1.0), ("x", 1.0)])]),
        ("gerfin.future[0].industries[0].industry", vec![given("2020", &[("w", 1.0)])]),
        ("gerfin.future[0].industries[1].value", vec![given("2020", &[("x", 1.0), ("y", f64::NAN)])]),
    ];
    for (field, future) in cases {
        assert_eq!(blamed(ask(gerfin(v1::GerfinOptions { future, ..Default::default() })).await), [field]);
    }
    let mut both = gerfin(v1::GerfinOptions { future: vec![given("2020", &whole)], ..Default::default() });
    both.horizon = 1;
    assert_eq!(blamed(ask(both).await), ["horizon"]);
    let naive = v1::ProjectionMethod::Naive.into();
    let options =
        v1::GerfinOptions { future: vec![given("2020", &whole)], reference_method: naive, ..Default::default() };
    assert_eq!(blamed(ask(gerfin(options)).await), ["gerfin.reference_method"]);
}
