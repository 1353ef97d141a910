use growthpole_contracts::v1::{
    ConvergenceClub, ConvergenceClubs, ConvergenceEstimate, ConvergenceTerm, LogTTest, RegionLabel, SigmaConvergence,
    SigmaOfPeriod,
};

use super::*;
use crate::cli::probe::read;
use crate::output::table::Table;

fn request(options: &str) -> TestConvergenceRequest {
    let line = format!("--dataset d --indicator i --period 2000:2019 {options}");
    read::<ConvergenceArgs>(&line).unwrap().request()
}

#[test]
fn options_choose_their_analysis_and_only_chooses_by_name() {
    let chosen = |sent: &TestConvergenceRequest| (sent.sigma.is_some(), sent.beta.is_some(), sent.clubs.is_some());
    assert_eq!(chosen(&request("")), (false, false, false));
    assert_eq!(chosen(&request("--only sigma,clubs")), (true, false, true));
    assert_eq!(chosen(&request("--sample")), (true, false, false));
    assert_eq!(chosen(&request("--neighbours borders")), (false, true, false));
    assert_eq!(chosen(&request("--critical -2 --only clubs")), (false, false, true));
}

#[test]
fn options_become_fields() {
    let sent = request(
        "--per population --measure variance --of-levels --weight-indicator w --growth mean-of-steps \
         --condition ln:investment/gdp --dummy NE=210000+220000 --covariance hc1 --neighbours nearest:4 --smoothing 0 \
         --discarded 0.2 --variance newey-west --critical -2 --sieve-critical -1.5 --sieve one-by-one \
         --ordering-fraction 0.5 --merging none --divergent-join --without-paths",
    );
    let (sigma, beta, clubs) = (sent.sigma.unwrap(), sent.beta.unwrap(), sent.clubs.unwrap());
    assert_eq!(
        (sigma.measure(), sigma.of_levels, sigma.weight_indicator.as_str()),
        (SigmaMeasure::Variance, true, "w")
    );
    assert_eq!((beta.growth(), beta.covariance()), (ConvergenceGrowth::MeanOfSteps, BetaCovariance::Hc1));
    let condition = &beta.conditions[0];
    let names = (condition.indicator.as_str(), condition.divisor_indicator.as_str());
    assert_eq!((names, condition.logarithm), (("investment", "gdp"), true));
    assert!(beta.dummies[0].name == "NE" && beta.weights.is_some() && beta.clusters.is_empty());
    assert_eq!((clubs.smoothing, clubs.discarded, clubs.critical), (Some(0.0), Some(0.2), Some(-2.0)));
    assert_eq!((clubs.variance(), clubs.sieve()), (LogTVariance::NeweyWest, ClubSieve::OneByOne));
    assert_eq!((clubs.merging(), clubs.divergent_join, clubs.ordering_fraction), (ClubMerging::None, true, 0.5));
    assert!(clubs.without_paths);
    assert_eq!(sent.series.unwrap().denominator_indicator, "population");
    for text in ["", "ln:", "a/", "/b"] {
        assert!(super::condition(text).is_err(), "{text}");
    }
}

#[test]
fn every_name_of_an_option_is_a_value() {
    let sigma = |name: &str| request(&format!("--measure {name}")).sigma.unwrap().measure;
    for name in super::SIGMA_MEASURES {
        assert_ne!(sigma(name), 0, "{name}");
    }
    for name in ["classical", "hc1", "clustered"] {
        assert_ne!(request(&format!("--covariance {name}")).beta.unwrap().covariance, 0, "{name}");
    }
    for name in ["end-points", "mean-of-steps"] {
        assert_ne!(request(&format!("--growth {name}")).beta.unwrap().growth, 0, "{name}");
    }
    for name in ["phillips-sul", "andrews", "newey-west"] {
        assert_ne!(request(&format!("--variance {name}")).clubs.unwrap().variance, 0, "{name}");
    }
    for name in ["raise-critical", "one-by-one"] {
        assert_ne!(request(&format!("--sieve {name}")).clubs.unwrap().sieve, 0, "{name}");
    }
    for name in ["phillips-sul", "von-lyncker-thoennessen", "none"] {
        assert_ne!(request(&format!("--merging {name}")).clubs.unwrap().merging, 0, "{name}");
    }
}

fn answer() -> TestConvergenceResponse {
    let label = |code: &str| RegionLabel { code: code.into(), name: format!("Name of {code}") };
    let estimate = ConvergenceEstimate {
        term: ConvergenceTerm::InitialLevel.into(),
        value: -0.02,
        standard_error: 0.005,
        statistic: Some(-4.0),
        p_value: Some(0.0004),
        ..Default::default()
    };
    let linear = growthpole_contracts::v1::BetaLeastSquares {
        estimates: vec![estimate],
        r_squared: Some(0.45),
        residuals: vec![0.001, -0.001],
        ..Default::default()
    };
    let model = growthpole_contracts::v1::BetaModel { least_squares: Some(linear), ..Default::default() };
    let test = LogTTest { converges: true, coefficient: Some(0.3), t: Some(2.5), ..Default::default() };
    let club = ConvergenceClub { members: vec![label("210000")], test: Some(test.clone()), ..Default::default() };
    TestConvergenceResponse {
        regions: vec![label("210000"), label("220000")],
        periods: vec!["2000".into(), "2019".into()],
        years: 19.0,
        sigma: Some(SigmaConvergence {
            periods: vec![SigmaOfPeriod { period: "2000".into(), sigma: 0.4970 }],
            of_logarithms: true,
            ..Default::default()
        }),
        beta: Some(growthpole_contracts::v1::BetaConvergence { models: vec![model], ..Default::default() }),
        clubs: Some(ConvergenceClubs {
            all: Some(test),
            clubs: vec![club],
            divergent: vec![label("220000")],
            ..Default::default()
        }),
        ..Default::default()
    }
}

fn written(tables: &[Table]) -> String {
    let mut text = Vec::new();
    tables.iter().for_each(|table| table.write(&mut text).unwrap());
    String::from_utf8(text).unwrap()
}

#[test]
fn people_read_tables() {
    let text = written(&people::view("d i", &answer()).tables);
    for part in ["0.4970", "initial level", "-0.020000", "R2 0.4500", "no speed", "Name of 210000", "divergent", "2.50"]
    {
        assert!(text.contains(part), "{part} in\n{text}");
    }
}

#[test]
fn programs_read_one_figure_a_row() {
    let view = programs::view(&answer());
    let mut text = Vec::new();
    crate::output::csv::write(&mut text, &view.records, None).unwrap();
    let text = String::from_utf8(text).unwrap();
    for line in [
        "sigma,sigma,,2000,0.497,,,,",
        "beta.absolute.least_squares,initial_level,,,-0.02,0.005,-4,0.0004,",
        "beta.absolute.least_squares,residual,220000,,-0.001,,,,",
        "clubs,club_1,,,0.3,,2.5,,converges",
        "clubs.members,divergent,220000,,,,,,",
    ] {
        assert!(text.lines().any(|own| own == line), "{line} in\n{text}");
    }
}
