use growthpole_contracts::v1;
use growthpole_domain::{ObservationStatus, Panel, Selection};
use growthpole_worker_kit::testing::{
    NAN, NATION, Table, Tables, benchmark, codes, invalid, refusal, regions, selection,
};
use growthpole_worker_kit::{Job, PanelSource, SourcedPanel};
use v1::benchmark::By;

type Answer = Result<v1::DecomposeGrowthResponse, tonic::Status>;

async fn answer(panels: &dyn PanelSource, request: v1::DecomposeGrowthRequest) -> Answer {
    super::answer(panels, request, &Job::new()).await
}

/// Periods x industries: a and b in 2014, 2015 and 2016.
const R1: &[f64] = &[20.0, 20.0, 0.0, 0.0, 28.0, 26.0];
const R2: &[f64] = &[20.0, 40.0, 0.0, 0.0, 32.0, 34.0];
const R3: &[f64] = &[1.0, NAN, 1.0, 1.0, 1.0, NAN];

fn tables(rows: &[(&'static str, &[f64])]) -> Tables {
    let years = ["2014", "2015", "2016"];
    let by_industry = Table::new("jobs", &years, rows).with_industries(&["a", "b"]);
    let mut money = by_industry.clone().current_prices("");
    money.indicator.code = "money".into();
    let mut rates = by_industry.clone().rates();
    rates.indicator.code = "rates".into();
    Tables(vec![by_industry, money, rates, Table::new("plain", &years, &[("r1", &[1.0, 2.0, 3.0])])])
}

fn request(indicator: &str, periods: &str) -> v1::DecomposeGrowthRequest {
    v1::DecomposeGrowthRequest {
        selection: Some(selection(indicator, periods)),
        form: v1::ShiftShareForm::Unspecified.into(),
    }
}

async fn ask(rows: &[(&'static str, &[f64])], request: v1::DecomposeGrowthRequest) -> Answer {
    answer(&tables(rows), request).await
}

fn with(policy: v1::MissingPolicy, by: Option<By>) -> v1::DecomposeGrowthRequest {
    let mut request = request("jobs", "2014..2016");
    let selection = request.selection.as_mut().unwrap();
    selection.missing = policy.into();
    selection.benchmark = by.and_then(benchmark);
    request
}

#[tokio::test]
async fn splits_growth_with_every_field() {
    // Together the regions grow by a fifth: industry a by a half, industry b not at all.
    let response = ask(&[("r2", R2), ("r1", R1)], request("jobs", "2014..2016")).await.unwrap();
    assert_eq!((response.first_period.as_str(), response.last_period.as_str()), ("2014", "2016"));
    assert_eq!(response.form, v1::ShiftShareForm::Dunn as i32);
    let against = response.benchmark.unwrap();
    assert_eq!((against.region, against.sum_of_level.as_str(), against.growth), (None, "PROVINCE", Some(0.2)));
    let region = &response.regions[0];
    let label = region.region.as_ref().unwrap();
    assert_eq!((label.code.as_str(), label.name.as_str()), ("r1", "Region r1"));
    assert_eq!((region.start, region.end, region.change), (40.0, 54.0, 14.0));
    assert_eq!((region.national_share, region.industry_mix, region.regional_share), (8.0, 2.0, 4.0));
    assert_eq!(region.net_total_shift, 6.0);
    let industry = &region.industries[0];
    assert_eq!(industry.industry.as_ref().unwrap().code, "a");
    assert_eq!((industry.start, industry.end, industry.change), (20.0, 28.0, 8.0));
    assert_eq!((industry.national_share, industry.industry_mix, industry.regional_share), (4.0, 6.0, -2.0));
    assert_eq!((response.undefined, response.warnings), (vec![], vec![]));
    let provenance = response.provenance.unwrap();
    assert_eq!(provenance.method, "growthpole.v1.GrowthRankingService/DecomposeGrowth");
    assert_eq!((provenance.method_revision, provenance.classification.as_str()), (1, "K"));
}

#[tokio::test]
async fn shifts_within_a_sum_add_up_to_nothing() {
    let response = ask(&[("r1", R1), ("r2", R2)], request("jobs", "2016,2014")).await.unwrap();
    let sum = |part: fn(&v1::RegionShift) -> f64| response.regions.iter().map(part).sum::<f64>();
    assert!(sum(|region| region.industry_mix).abs() < 1e-12);
    assert!(sum(|region| region.regional_share).abs() < 1e-12);
    assert!((sum(|region| region.national_share) - 20.0).abs() < 1e-12);
    for region in &response.regions {
        let parts = region.national_share + region.industry_mix + region.regional_share;
        assert!((parts - region.change).abs() < 1e-12);
    }
}

#[tokio::test]
async fn the_order_of_the_request_does_not_matter() {
    let mut results = Vec::new();
    for order in [["r1", "r2"], ["r2", "r1"]] {
        let mut request = request("jobs", "2014..2016");
        request.selection.as_mut().unwrap().regions = regions(&order);
        results.push(ask(&[("r2", R2), ("r1", R1)], request).await.unwrap().regions);
    }
    assert_eq!(results[0], results[1]);
}

#[tokio::test]
async fn applies_the_policy_for_missing_cells() {
    let rows: [(&str, &[f64]); 3] = [("r1", R1), ("r2", R2), ("r3", R3)];
    let (reason, fields) = refusal(ask(&rows, request("jobs", "2014..2016")).await);
    assert_eq!((reason.as_str(), fields), ("MISSING_CELLS", vec!["selection.missing".to_owned()]));

    let response = ask(&rows, with(v1::MissingPolicy::Keep, None)).await.unwrap();
    assert_eq!((response.regions.len(), response.undefined.len()), (2, 1));
    let undefined = &response.undefined[0];
    assert_eq!((undefined.region.as_ref().unwrap().code.as_str(), undefined.reason.as_str()), ("r3", "MISSING_VALUE"));
    assert_eq!((undefined.text.as_str(), undefined.periods.len()), ("No value for b 2014, b 2016.", 2));

    let partial = &response.warnings[0];
    assert_eq!(
        (codes(&response.warnings), partial.industries.as_slice()),
        (vec!["BENCHMARK_NOT_COMPARABLE"], ["b".to_owned()].as_slice())
    );
    let response = ask(&rows, with(v1::MissingPolicy::DropRegion, None)).await.unwrap();
    assert_eq!(
        (response.regions.len(), codes(&response.warnings)),
        (2, vec!["REGIONS_DROPPED", "BENCHMARK_NOT_COMPARABLE"])
    );
    let response = ask(&rows, with(v1::MissingPolicy::DropIndustry, None)).await.unwrap();
    assert_eq!((response.regions[0].industries.len(), codes(&response.warnings)), (1, vec!["INDUSTRIES_DROPPED"]));
    let response = ask(&rows, with(v1::MissingPolicy::AsZero, None)).await.unwrap();
    assert_eq!((response.regions[2].start, codes(&response.warnings)), (1.0, vec!["MISSING_AS_ZERO"]));

    let response = ask(&[("r3", R3)], with(v1::MissingPolicy::Keep, None)).await.unwrap();
    assert_eq!((response.regions.len(), response.undefined.len()), (0, 1));
}

#[tokio::test]
async fn prices_are_warned_of() {
    let response = ask(&[("r1", R1)], request("money", "2014..2016")).await.unwrap();
    assert_eq!(codes(&response.warnings), ["NOMINAL_GROWTH"]);
}

#[tokio::test]
async fn measures_against_a_published_row() {
    let nation: &[f64] = &[40.0, 60.0, 0.0, 0.0, 60.0, 60.0];
    let rows: [(&str, &[f64]); 2] = [("r1", R1), (NATION, nation)];
    let published = || with(v1::MissingPolicy::Unspecified, Some(By::DatasetRegion(true)));
    let response = ask(&rows, published()).await.unwrap();
    assert_eq!(response.benchmark.unwrap().region.unwrap().code, NATION);
    assert_eq!(response.regions[0].national_share, 8.0);

    let holed: &[f64] = &[40.0, NAN, 0.0, 0.0, 60.0, 60.0];
    let (reason, _) = refusal(ask(&[("r1", R1), (NATION, holed)], published()).await);
    assert_eq!(reason, "UNDEFINED_ON_DATA");
    let empty: &[f64] = &[0.0, 0.0, 0.0, 0.0, 60.0, 60.0];
    let (reason, _) = refusal(ask(&[("r1", R1), (NATION, empty)], published()).await);
    assert_eq!(reason, "UNDEFINED_ON_DATA");
    let without_b: &[f64] = &[40.0, 0.0, 0.0, 0.0, 60.0, 60.0];
    let outside = ask(&[("r1", R1), (NATION, without_b)], published()).await;
    assert!(outside.unwrap_err().message().contains("region r1 has industry b"));
    assert_eq!(refusal(ask(&[("r1", R1)], published()).await), invalid("selection.benchmark"));
}

#[tokio::test]
async fn negative_amounts_are_named() {
    let negative: &[f64] = &[20.0, 20.0, 0.0, 0.0, 28.0, -1.0];
    let rows: [(&str, &[f64]); 2] = [("r2", R2), ("r1", negative)];
    let refused = ask(&rows, request("jobs", "2014..2016")).await;
    assert_eq!(refused.as_ref().unwrap_err().message(), "r1 b: -1 is not an amount");
    assert_eq!(refusal(refused).0, "UNDEFINED_ON_DATA");
}

#[tokio::test]
async fn statuses_are_warned_of() {
    let response = answer(&Provisional(tables(&[("r1", R1)])), request("jobs", "2014..2016")).await.unwrap();
    assert_eq!(codes(&response.warnings), ["PROVISIONAL"]);
    assert_eq!(response.warnings[0].text, "jobs: 4 values are provisional (status P)");
}

/// Panels in which every cell is provisional.
struct Provisional(Tables);

#[tonic::async_trait]
impl PanelSource for Provisional {
    async fn panel(&self, selection: &Selection) -> Result<SourcedPanel, tonic::Status> {
        let mut source = self.0.panel(selection).await?;
        let mut panel = Panel::clone(&*source.panel);
        panel.statuses.fill(ObservationStatus::from_code(b'P').unwrap());
        source.panel = std::sync::Arc::new(panel);
        Ok(source)
    }
}

#[tokio::test]
async fn refuses_with_the_field_to_blame() {
    let rows: [(&str, &[f64]); 2] = [("r1", R1), ("r2", R2)];
    for (indicator, periods, field) in [
        ("jobs", "", "selection.periods"),
        ("jobs", "2014", "selection.periods.list"),
        ("jobs", "2014,2014", "selection.periods.list"),
        ("jobs", "2014,2015,2016", "selection.periods.list"),
        ("jobs", "2014..2014", "selection.periods.range.end"),
        ("jobs", "2016..2014", "selection.periods.range.end"),
        ("jobs", "2014..2016-S1", "selection.periods.range.end"),
        ("plain", "2014..2016", "selection.indicator"),
        ("rates", "2014..2016", "selection.indicator"),
    ] {
        assert_eq!(refusal(ask(&rows, request(indicator, periods)).await), invalid(field), "{indicator} {periods}");
    }
    let mut nothing = request("jobs", "2014..2016");
    let none = v1::period_selection::By::List(v1::PeriodList { periods: vec![] });
    nothing.selection.as_mut().unwrap().periods = Some(v1::PeriodSelection { by: Some(none) });
    assert_eq!(refusal(ask(&rows, nothing).await).1, ["selection.periods.list.periods"]);
    let mut other_form = request("jobs", "2014..2016");
    other_form.form = 99;
    assert_eq!(refusal(ask(&rows, other_form).await), invalid("form"));
    let without = with(v1::MissingPolicy::Unspecified, Some(By::None(true)));
    assert_eq!(refusal(ask(&rows, without).await), invalid("selection.benchmark"));
}
