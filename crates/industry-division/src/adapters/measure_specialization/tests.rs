use growthpole_contracts::v1;
use growthpole_worker_kit::Job;
use growthpole_worker_kit::testing::{
    NAN, NATION, Table, Tables, benchmark, codes, industries, invalid, refusal, regions, selection,
};
use v1::benchmark::By;

use super::answer;

type Answer = Result<v1::MeasureSpecializationResponse, tonic::Status>;

const INDUSTRIES: [&str; 3] = ["a", "b", "c"];

/// Jobs in a, b and c; one or two years.
fn tables(rows: &[(&'static str, &[f64])]) -> Tables {
    let jobs = Table::new("jobs", &["2014", "2015"], rows).with_industries(&INDUSTRIES);
    let rates = Table::new("rates", &["2014"], rows).with_industries(&INDUSTRIES).rates();
    Tables(vec![jobs, rates, Table::new("plain", &["2014"], &[("r1", &[1.0])])])
}

const R1: &[f64] = &[30.0, 10.0, 0.0, 1.0, 1.0, 2.0];
const R2: &[f64] = &[10.0, 50.0, 0.0, 1.0, 1.0, 0.0];

fn request(indicator: &str, periods: &str) -> v1::MeasureSpecializationRequest {
    v1::MeasureSpecializationRequest { selection: Some(selection(indicator, periods)), ..Default::default() }
}

async fn ask(rows: &[(&'static str, &[f64])], request: v1::MeasureSpecializationRequest) -> Answer {
    answer(&tables(rows), request, &Job::new()).await
}

fn with(change: impl FnOnce(&mut v1::Selection)) -> v1::MeasureSpecializationRequest {
    let mut request = request("jobs", "2014");
    change(request.selection.as_mut().unwrap());
    request
}

fn close(actual: Option<f64>, expected: f64) -> bool {
    actual.is_some_and(|actual| (actual - expected).abs() < 1e-12)
}

fn cell<'a>(
    response: &'a v1::MeasureSpecializationResponse,
    region: &str,
    industry: &str,
) -> &'a v1::SpecializationCell {
    let is = |cell: &&v1::SpecializationCell| {
        cell.region.as_ref().unwrap().code == region && cell.industry.as_ref().unwrap().code == industry
    };
    response.cells.iter().find(is).unwrap()
}

#[tokio::test]
async fn measures_with_every_field() {
    let response = ask(&[("r2", R2), ("r1", R1)], request("jobs", "2014")).await.unwrap();
    let order: Vec<(&str, &str)> = response
        .cells
        .iter()
        .map(|cell| (cell.region.as_ref().unwrap().code.as_str(), cell.industry.as_ref().unwrap().code.as_str()))
        .collect();
    assert_eq!(order, [("r1", "a"), ("r1", "b"), ("r1", "c"), ("r2", "a"), ("r2", "b"), ("r2", "c")]);
    // Shares of r1 are 0.75 and 0.25; shares overall are 0.4 and 0.6.
    let first = cell(&response, "r1", "a");
    assert_eq!((first.period.as_str(), first.amount, first.share), ("2014", Some(30.0), Some(0.75)));
    assert_eq!((first.region.as_ref().unwrap().name.as_str(), first.reason.as_str()), ("Region r1", ""));
    assert!(close(first.location_quotient, 1.875));
    assert!(close(first.symmetric, 0.875 / 2.875));
    assert!(close(first.logarithmic, 1.875_f64.ln()));
    assert!(close(first.additive, 0.35));
    assert!(close(first.excess, 14.0));
    // Of two values, each lies half of the square root of 2 from their mean.
    assert!(close(first.standardized, 0.5_f64.sqrt()));
    assert!(close(cell(&response, "r2", "a").standardized, -(0.5_f64.sqrt())));
    assert_eq!((first.present, cell(&response, "r2", "a").present), (Some(true), Some(false)));
    let nowhere = cell(&response, "r1", "c");
    assert_eq!(
        (nowhere.reason.as_str(), nowhere.location_quotient, nowhere.share),
        ("EMPTY_INDUSTRY", None, Some(0.0))
    );
    assert_eq!((nowhere.standardized, nowhere.present), (None, None));
    let against = response.benchmark.unwrap();
    assert_eq!((against.region, against.sum_of_level.as_str()), (None, "PROVINCE"));
    assert_eq!((response.presence_threshold, response.warnings), (1.0, vec![]));
    let provenance = response.provenance.unwrap();
    assert_eq!(provenance.method, "growthpole.v1.IndustryDivisionService/MeasureSpecialization");
    assert_eq!((provenance.method_revision, provenance.panel_digest.len()), (1, 64));
}

/// REAT's `locq2` takes means over the industries of a region and recycles them down the matrix: then no industry's mean is 0.
#[tokio::test]
async fn quotients_are_standardised_over_the_regions_of_their_industry() {
    let rows: [(&str, &[f64]); 4] = [
        ("r1", &[8.0, 1.0, 3.0, 0.0, 0.0, 0.0]),
        ("r2", &[2.0, 5.0, 2.0, 0.0, 0.0, 0.0]),
        ("r3", &[1.0, 4.0, 0.0, 0.0, 0.0, 0.0]),
        ("r4", &[6.0, 1.0, 9.0, 0.0, 0.0, 0.0]),
    ];
    let response = ask(&rows, request("jobs", "2014")).await.unwrap();
    for industry in INDUSTRIES {
        let own: Vec<f64> =
            rows.iter().map(|(region, _)| cell(&response, region, industry).standardized.unwrap()).collect();
        let squares: f64 = own.iter().map(|score| score * score).sum();
        assert!(own.iter().sum::<f64>().abs() < 1e-12 && (squares - 3.0).abs() < 1e-12, "{industry}: {own:?}");
    }
    // A region without an industry has no logarithm, and leaves those of the others finite.
    let logs = |region| cell(&response, region, "c").standardized_logarithmic;
    assert!(logs("r3").is_none() && logs("r1").is_some() && logs("r4").is_some());
}

#[tokio::test]
async fn equal_shares_count_as_present_and_are_not_standardised() {
    let mut request = request("jobs", "2015");
    request.presence_threshold = Some(1.0);
    let equal: &[f64] = &[1.0, 1.0, 1.0, 0.1, 0.1, 0.1];
    let larger: &[f64] = &[1.0, 1.0, 1.0, 0.7, 0.7, 0.7];
    let response = ask(&[("r1", equal), ("r2", larger)], request.clone()).await.unwrap();
    assert!(response.cells.iter().all(|cell| cell.present == Some(true) && cell.standardized.is_none()));
    request.presence_threshold = Some(1.5);
    let response = ask(&[("r1", equal), ("r2", larger)], request).await.unwrap();
    assert!(response.cells.iter().all(|cell| cell.present == Some(false)));
    assert_eq!(response.presence_threshold, 1.5);
}

#[tokio::test]
async fn totals_are_over_all_industries_whatever_is_shown() {
    let rows: [(&str, &[f64]); 2] = [("r1", R1), ("r2", R2)];
    let chosen = with(|selection| {
        selection.industries = industries(&["b"]);
        selection.regions = regions(&["r1"]);
    });
    let response = ask(&rows, chosen).await.unwrap();
    assert_eq!((response.cells.len(), response.cells[0].share), (1, Some(0.25)));
    assert!(close(response.cells[0].location_quotient, 0.25 / 0.6));
    assert_eq!(response.cells[0].standardized, None, "one region has no spread");
    let unknown = ask(&rows, with(|selection| selection.industries = industries(&["x"]))).await;
    assert_eq!(refusal(unknown), ("UNKNOWN_INDUSTRY".into(), vec!["selection.industries.codes".into()]));
}

#[tokio::test]
async fn measures_several_periods() {
    let response = ask(&[("r1", R1), ("r2", R2)], request("jobs", "2014..2015")).await.unwrap();
    let periods: Vec<&str> = response.cells.iter().map(|cell| cell.period.as_str()).collect();
    assert_eq!((periods.len(), periods[0], periods[6]), (12, "2014", "2015"));
    // In 2015 r1 has 4 of 6 jobs, and all of industry c.
    assert!(close(response.cells[8].location_quotient, 0.5 / (2.0 / 6.0)));
}

#[tokio::test]
async fn the_order_of_the_request_does_not_matter() {
    let mut results = Vec::new();
    for (order, chosen) in [(["r1", "r2"], ["a", "b"]), (["r2", "r1"], ["b", "a"])] {
        let request = with(|selection| {
            selection.regions = regions(&order);
            selection.industries = industries(&chosen);
        });
        results.push(ask(&[("r2", R2), ("r1", R1)], request).await.unwrap().cells);
    }
    assert_eq!(results[0], results[1]);
}

#[tokio::test]
async fn applies_the_policy_for_missing_cells() {
    let holed: &[f64] = &[1.0, NAN, 1.0];
    let empty: &[f64] = &[0.0, 0.0, 0.0];
    let rows: [(&str, &[f64]); 4] = [("r1", R1), ("r2", R2), ("r3", holed), ("r4", empty)];
    let policy = |policy: v1::MissingPolicy| with(|selection| selection.missing = policy.into());
    let (reason, fields) = refusal(ask(&rows, request("jobs", "2014")).await);
    assert_eq!((reason.as_str(), fields), ("MISSING_CELLS", vec!["selection.missing".to_owned()]));
    // The missing cell counts for the region's total even when its industry is not shown.
    let hidden = with(|selection| selection.industries = industries(&["a"]));
    assert_eq!(refusal(ask(&rows, hidden).await).0, "MISSING_CELLS");

    let response = ask(&rows, policy(v1::MissingPolicy::Keep)).await.unwrap();
    assert_eq!(response.cells.len(), 12);
    let missing = cell(&response, "r3", "b");
    assert_eq!((missing.reason.as_str(), missing.amount, missing.share), ("MISSING_VALUE", None, None));
    let beside = cell(&response, "r3", "a");
    assert_eq!((beside.reason.as_str(), beside.amount, beside.share), ("MISSING_VALUE", Some(1.0), None));
    assert_eq!(cell(&response, "r1", "a").reason, "");
    let nothing = cell(&response, "r4", "a");
    assert_eq!((nothing.reason.as_str(), nothing.share, nothing.location_quotient), ("EMPTY_REGION", None, None));

    let response = ask(&rows, policy(v1::MissingPolicy::DropRegion)).await.unwrap();
    assert_eq!((response.cells.len(), codes(&response.warnings)), (9, vec!["REGIONS_DROPPED"]));
    let response = ask(&rows, policy(v1::MissingPolicy::DropIndustry)).await.unwrap();
    assert_eq!((response.cells.len(), codes(&response.warnings)), (8, vec!["INDUSTRIES_DROPPED"]));
    let response = ask(&rows, policy(v1::MissingPolicy::AsZero)).await.unwrap();
    assert_eq!((cell(&response, "r3", "a").share, codes(&response.warnings)), (Some(0.5), vec!["MISSING_AS_ZERO"]));
}

#[tokio::test]
async fn needs_the_whole_benchmark() {
    let published = |policy: v1::MissingPolicy| {
        with(|selection| {
            selection.benchmark = benchmark(By::DatasetRegion(true));
            selection.missing = policy.into();
        })
    };
    let whole: &[f64] = &[40.0, 60.0, 1.0];
    let holed: &[f64] = &[40.0, NAN, 1.0];
    let usual = v1::MissingPolicy::Unspecified;
    let response = ask(&[("r1", R1), (NATION, whole)], published(usual)).await.unwrap();
    assert_eq!(response.benchmark.unwrap().region.unwrap().code, NATION);
    let refused = ask(&[("r1", R1), (NATION, holed)], published(usual)).await;
    assert!(refused.as_ref().unwrap_err().message().contains("industry b in 2014"));
    assert_eq!(refusal(refused).0, "UNDEFINED_ON_DATA");
    let response = ask(&[("r1", R1), (NATION, holed)], published(v1::MissingPolicy::Keep)).await.unwrap();
    assert!(response.cells.iter().all(|cell| cell.reason == "MISSING_VALUE" && cell.amount.is_some()));
    assert_eq!(refusal(ask(&[("r1", R1)], published(usual)).await), invalid("selection.benchmark"));
    let empty: &[f64] = &[0.0, 0.0, 0.0];
    assert_eq!(refusal(ask(&[("r1", empty)], request("jobs", "2014")).await).0, "UNDEFINED_ON_DATA");
}

#[tokio::test]
async fn refuses_with_the_field_to_blame() {
    let rows: [(&str, &[f64]); 2] = [("r1", R1), ("r2", R2)];
    for threshold in [0.0, -1.0, NAN, f64::INFINITY] {
        let mut request = request("jobs", "2014");
        request.presence_threshold = Some(threshold);
        assert_eq!(refusal(ask(&rows, request).await), invalid("presence_threshold"), "{threshold}");
    }
    for indicator in ["rates", "plain"] {
        assert_eq!(refusal(ask(&rows, request(indicator, "2014")).await), invalid("selection.indicator"));
    }
    let without = with(|selection| selection.benchmark = benchmark(By::None(true)));
    assert_eq!(refusal(ask(&rows, without).await), invalid("selection.benchmark"));
    let negative: &[f64] = &[1.0, -2.0, 1.0];
    let refused = ask(&[("r1", negative), ("r2", R2)], request("jobs", "2014")).await;
    assert_eq!(refused.as_ref().unwrap_err().message(), "r1 b: -2 is not an amount");
    assert_eq!(refusal(refused).0, "UNDEFINED_ON_DATA");
}

fn region_of<'a>(response: &'a v1::MeasureSpecializationResponse, code: &str) -> &'a v1::RegionSpecialization {
    response.regions.iter().find(|own| own.region.as_ref().unwrap().code == code).unwrap()
}

fn groups(sets: &[(&str, &[&str])]) -> Vec<v1::NamedIndustries> {
    let set = |(name, codes): &(&str, &[&str])| v1::NamedIndustries {
        name: (*name).to_owned(),
        industries: codes.iter().map(|code| (*code).to_owned()).collect(),
    };
    sets.iter().map(set).collect()
}

#[tokio::test]
async fn measures_regions_with_every_field() {
    let mut request = request("jobs", "2015");
    request.industry_groups = groups(&[("two", &["c", "a"]), ("one", &["b"])]);
    // In 2015 r1 has (1, 1, 2), r2 has (1, 1, 0): the whole is (2, 2, 2).
    let response = ask(&[("r1", R1), ("r2", R2)], request).await.unwrap();
    let own = region_of(&response, "r1");
    assert_eq!((own.period.as_str(), own.reason.as_str(), own.present_industries), ("2015", "", 1));
    let krugman = 2.0 / 12.0 + 1.0 / 6.0;
    assert!(close(own.krugman, krugman) && close(own.hoover, krugman / 2.0));
    assert!(close(own.relative_diversity, 1.0 / krugman));
    // The only other region has shares of a half, a half and none.
    for others in [own.krugman_rest, own.krugman_mean_of_others, own.krugman_mean_of_pairs] {
        assert!(close(others, 1.0));
    }
    // Quotients of 3/4, 3/4 and 3/2.
    assert!(close(own.gini, (4.0 * 0.75) / (2.0 * 9.0)));
    assert!(close(own.herfindahl, 0.375) && close(own.normalized_herfindahl, 0.0625));
    assert!(close(own.equivalent_number, 8.0 / 3.0));
    let nats = 1.5 * 2.0_f64.ln();
    assert!(close(own.entropy, nats) && close(own.relative_entropy, nats / 3.0_f64.ln()));
    assert!(close(own.average_quotient, 1.125) && close(own.hachman, 1.0 / 1.125));
    assert!(close(own.theil, 0.5 * 0.75_f64.ln() + 0.5 * 1.5_f64.ln()));
    let unrelated = -(0.75 * 0.75_f64.ln() + 0.25 * 0.25_f64.ln());
    assert!(close(own.unrelated_variety, unrelated) && close(own.related_variety, nats - unrelated));
    assert_eq!(response.industry_groups, groups(&[("one", &["b"]), ("two", &["a", "c"])]));
    let cell = &response.cells[2];
    assert!(close(cell.weighted, 1.5) && close(cell.normalized, 2.0 / 6.0 - 4.0 * 2.0 / 36.0));
    assert!(close(cell.additive_of_industry, 2.0 / 2.0 - 4.0 / 6.0));
    assert_eq!(cell.standardized_logarithmic, None, "only one region has the industry");
    assert!(close(response.cells[0].standardized_logarithmic, -(0.5_f64.sqrt())));
    assert_eq!((cell.intervals, response.bootstrap, response.cut_offs), (None, None, vec![]));
}

#[tokio::test]
async fn regions_alone_or_without_cells_say_so() {
    let rows: [(&str, &[f64]); 3] = [("r1", R1), ("r2", &[1.0, NAN, 1.0, 1.0, 1.0, 1.0]), ("r3", &[0.0; 6])];
    let kept = with(|selection| selection.missing = v1::MissingPolicy::Keep.into());
    let response = ask(&rows, kept).await.unwrap();
    let reasons: Vec<&str> = response.regions.iter().map(|own| own.reason.as_str()).collect();
    assert_eq!(reasons, ["", "MISSING_VALUE", "EMPTY_REGION"]);
    let own = region_of(&response, "r1");
    assert_eq!((own.krugman_rest, own.krugman_mean_of_pairs, own.related_variety), (None, None, None));
    assert!(own.krugman.is_some() && region_of(&response, "r2").krugman.is_none());
}

#[tokio::test]
async fn bootstraps_with_a_seed() {
    let rows: Vec<(&'static str, Vec<f64>)> = ["r1", "r2", "r3", "r4", "r5", "r6"]
        .into_iter()
        .zip(1_u8..)
        .map(|(code, k)| (code, vec![f64::from(k), 7.0 - f64::from(k), 0.0, 1.0, 1.0, 1.0]))
        .collect();
    let rows: Vec<(&'static str, &[f64])> = rows.iter().map(|(code, row)| (*code, row.as_slice())).collect();
    let asked = |seed: u64| {
        let mut request = with(|selection| selection.regions = regions(&["r1", "r6"]));
        request.bootstrap = Some(v1::SpecializationBootstrap { draws: Some(200), level: Some(0.9), seed });
        request
    };
    let response = ask(&rows, asked(5)).await.unwrap();
    let first = cell(&response, "r6", "a");
    let intervals = first.intervals.unwrap();
    let around = |interval: Option<v1::QuotientInterval>, value: Option<f64>| {
        let interval = interval.unwrap();
        let (lower, upper) = (interval.lower.unwrap(), interval.upper.unwrap());
        assert!(lower < value.unwrap() && value.unwrap() < upper, "{lower} {value:?} {upper}");
    };
    around(intervals.location_quotient, first.location_quotient);
    around(intervals.symmetric, first.symmetric);
    around(intervals.logarithmic, first.logarithmic);
    around(intervals.additive, first.additive);
    around(intervals.weighted, first.weighted);
    around(intervals.excess, first.excess);
    around(intervals.normalized, first.normalized);
    around(intervals.additive_of_industry, first.additive_of_industry);
    assert!(intervals.standardized_logarithmic.unwrap().lower.unwrap() > 0.0, "of all six regions, too");
    assert!(intervals.standardized.unwrap().lower.unwrap() > 0.0, "of all six regions, not of the two");
    assert_eq!(cell(&response, "r1", "c").intervals, None);
    let industries: Vec<&str> =
        response.cut_offs.iter().map(|own| own.industry.as_ref().unwrap().code.as_str()).collect();
    assert_eq!(industries, ["a", "b"]);
    let echo = v1::SpecializationBootstrap { draws: Some(200), level: Some(0.9), seed: 5 };
    assert_eq!(response.bootstrap, Some(echo));
    let provenance = response.provenance.clone().unwrap();
    assert_eq!((provenance.seed, provenance.further_inputs[0].role.as_str()), (Some(5), "bootstrap"));
    assert_eq!(ask(&rows, asked(5)).await.unwrap(), response);
    assert_ne!(ask(&rows, asked(6)).await.unwrap().cells, response.cells);

    let mut holed = rows.clone();
    holed[2].1 = &[NAN, 1.0, 1.0, 1.0, 1.0, 1.0];
    let response = ask(&holed, asked(5)).await.unwrap();
    assert_eq!(codes(&response.warnings), ["BOOTSTRAP_WITHOUT_REGIONS"]);
    assert_eq!(response.warnings[0].regions, ["r3"]);
}

#[tokio::test]
async fn puts_industries_into_a_portfolio() {
    let ask_portfolio = |reference: v1::PortfolioReference, omit_absent: bool| {
        let mut asked = request("jobs", "2014..2015");
        asked.portfolio = Some(v1::PortfolioOptions { reference: reference.into() });
        (asked.omit_absent, asked.omit_cells) = (omit_absent, true);
        asked
    };
    let grown: &[f64] = &[30.0, 10.0, 0.0, 40.0, 4.0, 2.0];
    let other: &[f64] = &[10.0, 50.0, 0.0, 10.0, 100.0, 0.0];
    let rows: [(&str, &[f64]); 2] = [("r1", grown), ("r2", other)];
    let response = ask(&rows, ask_portfolio(v1::PortfolioReference::Unspecified, false)).await.unwrap();
    let entries: Vec<(&str, &str, v1::PortfolioClass, &str)> = response
        .portfolio
        .iter()
        .map(|own| {
            let (region, industry) = (own.region.as_ref().unwrap(), own.industry.as_ref().unwrap());
            (region.code.as_str(), industry.code.as_str(), own.class(), own.reason.as_str())
        })
        .collect();
    use v1::PortfolioClass::{Lagging, Mature, Star, Unspecified};
    let expected = [
        ("r1", "a", Star, ""),
        ("r1", "b", Lagging, ""),
        ("r1", "c", Unspecified, "EMPTY_INDUSTRY"),
        ("r2", "a", Lagging, ""),
        ("r2", "b", Star, ""),
        ("r2", "c", Unspecified, "EMPTY_INDUSTRY"),
    ];
    assert_eq!(entries, expected);
    let first = &response.portfolio[0];
    // Quotients of 0.75/0.4 and (40/46)/(50/156).
    let quotients = (0.75 / 0.4, (40.0 / 46.0) / (50.0 / 156.0));
    assert!(close(first.location_quotient, (quotients.0 + quotients.1) / 2.0));
    assert!(close(first.location_quotient_change, quotients.1 - quotients.0));
    assert!(close(first.growth, 1.0 / 3.0) && close(first.benchmark_growth, 0.25));
    assert_eq!((first.reference_growth, first.amount, first.relative_size), (Some(0.25), Some(40.0), Some(1.0)));
    assert!(response.cells.is_empty() && response.regions.len() == 4);
    // Against all industries, which grew by 56 per cent, a shrinks everywhere.
    let total = ask(&rows, ask_portfolio(v1::PortfolioReference::BenchmarkTotal, true)).await.unwrap();
    assert_eq!((total.portfolio[0].class(), total.portfolio.len()), (Mature, 5));
    assert!(close(total.portfolio[0].reference_growth, 0.56));
    let zero = ask(&rows, ask_portfolio(v1::PortfolioReference::Zero, true)).await.unwrap();
    assert_eq!((zero.portfolio[0].class(), zero.portfolio[0].reference_growth), (Star, Some(0.0)));
}

#[tokio::test]
async fn leaves_out_what_is_absent_when_asked() {
    let mut asked = request("jobs", "2014");
    asked.omit_absent = true;
    let response = ask(&[("r1", R1), ("r2", R2)], asked.clone()).await.unwrap();
    assert_eq!(response.cells.len(), 4);
    let all = ask(&[("r1", R1), ("r2", R2)], request("jobs", "2014")).await.unwrap();
    assert_eq!(&response.cells[..2], &all.cells[..2]);
}

#[tokio::test]
async fn refuses_options_that_cannot_be() {
    type Change = fn(&mut v1::MeasureSpecializationRequest);
    let draws = |draws: i32| Some(v1::SpecializationBootstrap { draws: Some(draws), ..Default::default() });
    let level = |level: f64| Some(v1::SpecializationBootstrap { level: Some(level), ..Default::default() });
    let rows: [(&str, &[f64]); 3] = [("r1", R1), ("r2", R2), (NATION, R1)];
    for (bootstrap, field) in [
        (draws(0), "bootstrap.draws"),
        (draws(-5), "bootstrap.draws"),
        (draws(100_001), "bootstrap.draws"),
        (level(0.49), "bootstrap.level"),
        (level(1.0), "bootstrap.level"),
        (level(NAN), "bootstrap.level"),
    ] {
        let asked = v1::MeasureSpecializationRequest { bootstrap, ..request("jobs", "2014") };
        assert_eq!(refusal(ask(&rows, asked).await), invalid(field));
    }
    let cases: [(Change, &str); 6] = [
        (|r| r.portfolio = Some(v1::PortfolioOptions { reference: 9 }), "portfolio.reference"),
        (|r| r.portfolio = Some(v1::PortfolioOptions::default()), "selection.periods"),
        (|r| r.industry_groups = groups(&[("", &["a", "b", "c"])]), "industry_groups[0].name"),
        (|r| r.industry_groups = groups(&[("x", &["a", "b", "a"])]), "industry_groups[0].industries[2]"),
        (|r| r.industry_groups = groups(&[("x", &["a", "b", "c"]), ("y", &[])]), "industry_groups[1].industries"),
        (|r| r.industry_groups = groups(&[("x", &["a", "b"])]), "industry_groups"),
    ];
    for (change, field) in cases {
        let mut asked = request("jobs", "2014");
        change(&mut asked);
        assert_eq!(refusal(ask(&rows, asked).await), invalid(field), "{field}");
    }
    let mut unknown = request("jobs", "2014");
    unknown.industry_groups = groups(&[("x", &["a", "d"])]);
    let (reason, fields) = refusal(ask(&rows, unknown).await);
    assert_eq!((reason.as_str(), fields), ("UNKNOWN_INDUSTRY", vec!["industry_groups[0].industries[1]".to_owned()]));
    let mut published = with(|selection| selection.benchmark = benchmark(By::DatasetRegion(true)));
    published.bootstrap = draws(100);
    assert_eq!(refusal(ask(&rows, published).await), invalid("bootstrap"));
    let mut lonely = request("jobs", "2014");
    lonely.bootstrap = draws(100);
    assert_eq!(refusal(ask(&rows[..1], lonely).await).0, "UNDEFINED_ON_DATA");
}
