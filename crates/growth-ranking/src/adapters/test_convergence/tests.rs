use growthpole_contracts::v1;
use growthpole_worker_kit::Job;
use growthpole_worker_kit::testing::{NAN, Table, Tables, codes, invalid, refusal, selection};
use tonic::Status;

const YEARS: [&str; 12] =
    ["2001", "2002", "2003", "2004", "2005", "2006", "2007", "2008", "2009", "2010", "2011", "2012"];
const REGIONS: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];

/// Income of a region in a year: even regions approach exp(10), odd ones exp(9), from distances of their own, with ripples.
fn income(region: usize, year: usize) -> f64 {
    const DISTANCES: [f64; 8] = [1.2, -1.0, 0.9, -1.3, -0.8, 1.1, -1.1, 0.8];
    let target = if region.is_multiple_of(2) { 10.0 } else { 9.0 };
    let ripple = 0.002 * (5.0 * region as f64 + 2.3 * year as f64).sin();
    (target + DISTANCES[region] / (year + 1) as f64 + ripple).exp()
}

fn rows(cell: impl Fn(usize, usize) -> f64) -> Vec<(&'static str, Vec<f64>)> {
    (0..REGIONS.len()).map(|r| (REGIONS[r], (0..YEARS.len()).map(|t| cell(r, t)).collect())).collect()
}

fn table(code: &str, cell: impl Fn(usize, usize) -> f64) -> Table {
    let mut table = Table::new(code, &YEARS, &[]);
    table.rows = rows(cell);
    table.borders = Some(REGIONS.windows(2).take(6).map(|pair| (pair[0], pair[1])).collect());
    table
}

fn tables() -> Tables {
    let mut rate = table("rate", |r, _| 3.0 + r as f64).rates();
    rate.borders = None;
    Tables(vec![
        table("income", income),
        table("holed", |r, t| if (r, t) == (2, 5) { NAN } else { income(r, t) }),
        table("zero", |r, t| if (r, t) == (3, 0) { 0.0 } else { income(r, t) }),
        table("flat", |_, _| 5.0),
        table("small", |r, t| income(r, t) / 1e6),
        table("people", |r, _| 1.0 + r as f64),
        table("schools", |r, t| if r == 1 { NAN } else { 2.0 + ((r * 7) % 5) as f64 + t as f64 }),
        rate,
    ])
}

async fn ask(request: v1::TestConvergenceRequest) -> Result<v1::TestConvergenceResponse, Status> {
    super::answer(&tables(), request, &Job::new()).await
}

fn of(indicator: &str, periods: &str) -> v1::TestConvergenceRequest {
    v1::TestConvergenceRequest { selection: Some(selection(indicator, periods)), ..Default::default() }
}

fn set(name: &str, regions: &[&str]) -> v1::NamedRegions {
    let codes = regions.iter().map(|&region| region.to_owned()).collect();
    v1::NamedRegions { name: name.into(), by: Some(v1::named_regions::By::Codes(v1::RegionCodes { codes })) }
}

fn beta(options: v1::BetaOptions) -> v1::TestConvergenceRequest {
    v1::TestConvergenceRequest { beta: Some(options), ..of("income", "2001..2012") }
}

fn clubs(options: v1::ConvergenceClubOptions) -> v1::TestConvergenceRequest {
    v1::TestConvergenceRequest { clubs: Some(options), ..of("income", "2001..2012") }
}

fn sigma(options: v1::SigmaOptions) -> v1::TestConvergenceRequest {
    v1::TestConvergenceRequest { sigma: Some(options), ..of("income", "2001..2012") }
}

fn condition(indicator: &str) -> v1::BetaCondition {
    v1::BetaCondition { indicator: indicator.into(), ..Default::default() }
}

fn parts(answer: &v1::TestConvergenceResponse) -> Vec<(&str, &str)> {
    answer.undefined.iter().map(|own| (own.part.as_str(), own.reason.as_str())).collect()
}

fn close(own: f64, expected: f64) {
    assert!((own - expected).abs() <= 1e-9 * expected.abs(), "{own} is not {expected}");
}

#[tokio::test]
async fn without_options_everything_is_answered() {
    let answer = ask(of("income", "2001..2012")).await.unwrap();
    assert_eq!((answer.regions.len(), answer.periods.len(), answer.years), (8, 12, 11.0));
    assert!(answer.undefined.is_empty(), "{:?}", answer.undefined);
    let (sigma, beta, clubs) = (answer.sigma.unwrap(), answer.beta.unwrap(), answer.clubs.unwrap());
    assert_eq!(
        (sigma.periods.len(), sigma.of_logarithms, sigma.measure()),
        (12, true, v1::SigmaMeasure::StandardDeviation)
    );
    assert!(sigma.comparison.unwrap().quotient.unwrap() > 1.0);
    assert!(sigma.trend.unwrap().estimates[1].value < 0.0);
    let model = &beta.models[0];
    let (linear, nonlinear) = (model.least_squares.as_ref().unwrap(), model.nonlinear.as_ref().unwrap());
    assert_eq!((beta.models.len(), linear.estimates.len(), linear.residuals.len(), beta.clusters), (1, 2, 8, 0));
    let rate = |speed: &Option<v1::ConvergenceSpeed>| match speed.as_ref().unwrap().outcome.clone().unwrap() {
        v1::convergence_speed::Outcome::Defined(speed) => speed.rate,
        v1::convergence_speed::Outcome::Undefined(why) => panic!("{}", why.text),
    };
    close(rate(&nonlinear.speed), rate(&linear.speed));
    assert!(nonlinear.converged && linear.estimates[1].standardized.unwrap() < 0.0 && model.spatial.is_none());
    let members = |club: &v1::ConvergenceClub| {
        let mut codes: Vec<String> = club.members.iter().map(|region| region.code.clone()).collect();
        codes.sort();
        codes.concat()
    };
    assert_eq!(clubs.clubs.iter().map(members).collect::<Vec<_>>(), ["aceg", "bdfh"]);
    assert_eq!((clubs.first_tested_period.as_str(), clubs.tested_periods, clubs.smoothing), ("2003", 10, 400.0));
    assert!(clubs.divergent.is_empty() && !clubs.all.unwrap().converges);
    assert_eq!((clubs.paths.len(), clubs.paths[1].club, clubs.paths[0].values.len()), (8, 1, 12));
    let mean: f64 = clubs.paths.iter().map(|path| path.values[4]).sum::<f64>() / 8.0;
    close(mean, 1.0);
    assert_eq!(answer.provenance.unwrap().method, super::METHOD.name);
}

#[tokio::test]
async fn what_was_not_asked_for_by_name_is_listed_where_it_is_undefined() {
    let answer = ask(of("income", "2001,2012")).await.unwrap();
    let undefined = [("sigma.trend", "TOO_FEW_PERIODS"), ("clubs", "TOO_FEW_PERIODS")];
    assert_eq!(parts(&answer), undefined);
    assert!(answer.clubs.is_none() && answer.sigma.unwrap().trend.is_none() && answer.beta.is_some());
    let flat = ask(of("flat", "2001..2012")).await.unwrap();
    assert_eq!(parts(&flat), [("beta.models[0]", "NO_VARIATION")]);
    let flat = flat.clubs.unwrap();
    assert_eq!((flat.clubs.len(), flat.all.unwrap().undefined.as_str()), (1, "NO_DISPERSION"));
    let zero = ask(of("zero", "2001..2012")).await.unwrap();
    assert_eq!(parts(&zero), [("sigma", "NOT_POSITIVE"), ("beta", "NOT_POSITIVE"), ("clubs", "NOT_POSITIVE")]);
    let small = ask(of("small", "2001..2012")).await.unwrap();
    assert_eq!(parts(&small), [("clubs", "NOT_POSITIVE")]);
    let uneven = ask(of("income", "2001,2002,2003,2005,2006,2007,2008,2009,2010,2011,2012")).await.unwrap();
    assert_eq!(parts(&uneven), [("clubs", "UNEVEN_PERIODS")]);
}

#[tokio::test]
async fn what_was_asked_for_by_name_is_refused_where_it_is_undefined() {
    let with = |indicator: &str, periods: &str, mut request: v1::TestConvergenceRequest| {
        request.selection = Some(selection(indicator, periods));
        request
    };
    let undefined =
        |field: &str| ("UNDEFINED_ON_DATA".to_owned(), if field.is_empty() { vec![] } else { vec![field.to_owned()] });
    for (request, expected) in [
        (with("income", "2001..2004", clubs(Default::default())), invalid("selection.periods")),
        (with("income", "2001,2002,2003,2005,2006,2007,2008", clubs(Default::default())), invalid("selection.periods")),
        (with("small", "2001..2012", clubs(Default::default())), undefined("")),
        (with("flat", "2001..2012", beta(Default::default())), undefined("")),
        (with("zero", "2001..2012", beta(Default::default())), undefined("")),
        (with("zero", "2001..2012", sigma(Default::default())), undefined("")),
    ] {
        assert_eq!(refusal(ask(request).await), expected);
    }
    let levels = v1::SigmaOptions { of_levels: true, ..Default::default() };
    assert!(ask(with("zero", "2001..2012", sigma(levels))).await.is_ok());
    let levels = v1::ConvergenceClubOptions { of_levels: true, smoothing: Some(0.0), ..Default::default() };
    let answer = ask(with("small", "2001..2012", clubs(levels))).await.unwrap();
    assert!(answer.sigma.is_none() && answer.beta.is_none());
    let own = answer.clubs.unwrap();
    assert_eq!((own.of_logarithms, own.smoothing, own.paths.len()), (false, 0.0, 8));
    let alone = v1::ConvergenceClubOptions { without_paths: true, ..Default::default() };
    let alone = ask(with("income", "2001..2012", clubs(alone))).await.unwrap().clubs.unwrap();
    assert_eq!((alone.clubs.len(), alone.paths.len()), (2, 0));
}

#[tokio::test]
async fn conditions_dummies_and_clusters_enter_by_name() {
    let north = set("north", &["a", "b", "d"]);
    let request = beta(v1::BetaOptions {
        conditions: vec![v1::BetaCondition {
            logarithm: true,
            divisor_indicator: "people".into(),
            ..condition("income")
        }],
        dummies: vec![north],
        clusters: vec![set("x", &["a", "b", "c"]), set("y", &["d", "e", "f"]), set("z", &["g", "h"])],
        ..Default::default()
    });
    let answer = ask(request).await.unwrap();
    assert_eq!(codes(&answer.warnings), ["FEW_CLUSTERS"]);
    let beta = answer.beta.unwrap();
    assert_eq!((beta.models.len(), beta.clusters, beta.covariance()), (2, 3, v1::BetaCovariance::Clustered));
    let terms = |model: &v1::BetaModel| {
        let estimates = &model.least_squares.as_ref().unwrap().estimates;
        estimates.iter().map(|own| (own.term(), own.name.clone())).collect::<Vec<_>>()
    };
    use v1::ConvergenceTerm::{Condition, Constant, Dummy, InitialLevel};
    let first = [(Constant, String::new()), (InitialLevel, String::new())];
    assert_eq!(terms(&beta.models[0]), first);
    assert_eq!(terms(&beta.models[1])[2..], [(Condition, "income".to_owned()), (Dummy, "north".to_owned())]);
    assert_eq!((beta.models[0].conditional, beta.models[1].conditional), (false, true));
    let last = beta.models[1].least_squares.clone().unwrap();
    assert!(last.estimates[2].standardized.is_some() && last.estimates[3].standardized.is_none());
    // Three clusters test no three terms together.
    assert!(last.f_test.is_none() && last.degrees_of_freedom == 4);
}

#[tokio::test]
async fn regions_without_a_condition_are_refused_or_dropped() {
    let mut request = beta(v1::BetaOptions { conditions: vec![condition("schools")], ..Default::default() });
    let refused = ask(request.clone()).await.unwrap_err();
    assert_eq!(refused.message(), "schools of b in 2001 has no value, which is not a condition");
    request.selection.as_mut().unwrap().missing = v1::MissingPolicy::DropRegion.into();
    let answer = ask(request).await.unwrap();
    assert_eq!((answer.regions.len(), codes(&answer.warnings)), (7, vec!["REGIONS_DROPPED"]));
    let mut holed = of("holed", "2001..2012");
    assert_eq!(refusal(ask(holed.clone()).await).0, "MISSING_CELLS");
    holed.selection.as_mut().unwrap().missing = v1::MissingPolicy::DropRegion.into();
    assert_eq!(ask(holed).await.unwrap().regions.len(), 7);
}

#[tokio::test]
async fn spatial_dependence_leaves_islands_out_of_its_own_regression_only() {
    let request = beta(v1::BetaOptions { weights: Some(v1::SpatialWeights::default()), ..Default::default() });
    let answer = ask(request).await.unwrap();
    // h has no border.
    assert_eq!((answer.regions.len(), codes(&answer.warnings)), (8, vec!["ISLANDS_LEFT_OUT"]));
    let model = answer.beta.unwrap().models.remove(0);
    assert_eq!(model.least_squares.unwrap().residuals.len(), 8);
    let spatial = model.spatial.unwrap();
    assert_eq!(spatial.regions, 7);
    assert!(spatial.moran.unwrap().i.abs() <= 1.5 && spatial.lm_error.unwrap().p_value <= 1.0);
    let lag = spatial.lag.unwrap();
    assert_eq!((lag.estimates.len(), lag.estimates[2].term()), (3, v1::ConvergenceTerm::Neighbours));
    assert!(spatial.error.is_some() && spatial.robust_lm_lag.is_some());
    let exact = v1::TestConvergenceRequest {
        selection: Some(selection("people", "2001..2012")),
        ..beta(v1::BetaOptions { weights: Some(v1::SpatialWeights::default()), ..Default::default() })
    };
    // People stay as they are: nothing is left to test.
    let exact = ask(exact).await.unwrap();
    assert_eq!(parts(&exact), [("beta.models[0].spatial", "NO_VARIATION")]);
}

#[tokio::test]
async fn weights_are_those_of_the_last_period() {
    let request = sigma(v1::SigmaOptions {
        measure: v1::SigmaMeasure::CoefficientOfVariation.into(),
        of_levels: true,
        weight_indicator: "people".into(),
        ..Default::default()
    });
    let answer = ask(request).await.unwrap();
    let own = answer.sigma.unwrap();
    let weights: Vec<f64> = (0..8).map(|r| 1.0 + r as f64).collect();
    let total: f64 = weights.iter().sum();
    let mean = (0..8).map(|r| weights[r] * income(r, 0)).sum::<f64>() / total;
    let variance = (0..8).map(|r| weights[r] * (income(r, 0) - mean).powi(2)).sum::<f64>() / total;
    close(own.periods[0].sigma, variance.sqrt() / mean);
    assert_eq!(own.weight_indicator, "people");
    assert_eq!(answer.provenance.unwrap().further_inputs[0].role, "weight");
}

#[tokio::test]
async fn wrong_options_are_refused_by_their_field() {
    let options = |change: fn(&mut v1::ConvergenceClubOptions)| {
        let mut options = v1::ConvergenceClubOptions::default();
        change(&mut options);
        clubs(options)
    };
    let of_beta = |change: fn(&mut v1::BetaOptions)| {
        let mut options = v1::BetaOptions::default();
        change(&mut options);
        beta(options)
    };
    let of_sigma = |change: fn(&mut v1::SigmaOptions)| {
        let mut options = v1::SigmaOptions::default();
        change(&mut options);
        sigma(options)
    };
    for (request, field) in [
        (options(|own| own.smoothing = Some(-1.0)), "clubs.smoothing"),
        (options(|own| own.smoothing = Some(f64::NAN)), "clubs.smoothing"),
        (options(|own| own.discarded = Some(1.0)), "clubs.discarded"),
        (options(|own| own.discarded = Some(f64::INFINITY)), "clubs.discarded"),
        (options(|own| own.critical = Some(f64::NAN)), "clubs.critical"),
        (options(|own| own.sieve_critical = Some(-2.0)), "clubs.sieve_critical"),
        (options(|own| own.ordering_fraction = 1.0), "clubs.ordering_fraction"),
        (options(|own| own.variance = 9), "clubs.variance"),
        (options(|own| own.sieve = 9), "clubs.sieve"),
        (options(|own| own.merging = -1), "clubs.merging"),
        (of_sigma(|own| own.measure = 9), "sigma.measure"),
        (of_sigma(|own| (own.sample, own.weight_indicator) = (true, "people".into())), "sigma.sample"),
        (of_sigma(|own| own.weight_indicator = "rate".into()), "sigma.weight_indicator"),
        (of_beta(|own| own.growth = 7), "beta.growth"),
        (of_beta(|own| own.covariance = 7), "beta.covariance"),
        (of_beta(|own| own.covariance = v1::BetaCovariance::Clustered.into()), "beta.clusters"),
        (of_beta(|own| own.clusters = vec![set("all", &REGIONS)]), "beta.clusters"),
        (of_beta(|own| own.clusters = vec![set("x", &["a"]), set("y", &["b"])]), "beta.clusters"),
        (of_beta(|own| own.conditions = vec![condition("")]), "beta.conditions[0].indicator"),
        (of_beta(|own| own.conditions = vec![condition("rate"), condition("rate")]), "beta.conditions[1].indicator"),
        (of_beta(|own| own.conditions = vec![condition("people"); 31]), "beta.conditions"),
        (of_beta(|own| own.dummies = vec![set("", &["a"])]), "beta.dummies[0].name"),
        (of("rate", "2001..2012"), "selection.indicator"),
        (of("income", "2001"), "selection.periods"),
    ] {
        assert_eq!(refusal(ask(request).await), invalid(field), "{field}");
    }
    let mut keep = of("income", "2001..2012");
    keep.selection.as_mut().unwrap().missing = v1::MissingPolicy::Keep.into();
    assert_eq!(refusal(ask(keep).await), invalid("selection.missing"));
    let divided = v1::BetaCondition { divisor_indicator: "rate".into(), ..condition("income") };
    let divided = beta(v1::BetaOptions { conditions: vec![divided], ..Default::default() });
    assert_eq!(refusal(ask(divided).await), invalid("beta.conditions[0].divisor_indicator"));
    let unknown = beta(v1::BetaOptions { conditions: vec![condition("scools")], ..Default::default() });
    let (reason, fields) = refusal(ask(unknown).await);
    assert_eq!((reason.as_str(), fields[0].as_str()), ("UNKNOWN_INDICATOR", "beta.conditions[0].indicator"));
    let unknown = sigma(v1::SigmaOptions { weight_indicator: "pepole".into(), ..Default::default() });
    assert_eq!(refusal(ask(unknown).await).1, ["sigma.weight_indicator"]);
    let collinear = beta(v1::BetaOptions {
        dummies: vec![set("x", &["a", "b"]), set("y", &["c", "d", "e", "f", "g", "h"])],
        ..Default::default()
    });
    let refused = ask(collinear).await.unwrap_err();
    assert_eq!(refused.message(), "\"y\" is a linear combination of the terms before it");
}
