//! What is answered beside the plan.

use super::*;

fn search(change: impl FnOnce(&mut v1::DivisionSearch)) -> v1::ProposeDivisionRequest {
    changed(|request| change(request.search.get_or_insert_default()))
}

fn stability(draws: i32, by: v1::division_stability::By) -> v1::ProposeDivisionRequest {
    changed(|request| request.stability = Some(v1::DivisionStability { draws, seed: Some(7), by: Some(by) }))
}

fn sigma(sigma: f64) -> v1::division_stability::By {
    v1::division_stability::By::Sigma(sigma)
}

fn periods(start: &str, end: &str) -> v1::division_stability::By {
    v1::division_stability::By::Periods(v1::PeriodRange { start: start.into(), end: end.into() })
}

#[tokio::test]
async fn the_best_plan_is_proven() {
    let response = ask(request()).await.unwrap();
    assert!(response.proven && response.gap == 0.0 && response.bound == response.objective);
    assert!(response.alternatives.is_empty() && response.stability.is_none() && response.reallocation.is_none());
}

/// Whatever the engine, as those of integer programmes know no margins before the plan is proven.
#[test]
fn margins_of_a_plan_that_is_not_proven_are_said_to_be_unknown() {
    use growthpole_methods::division::plan::{Margin, PlanOptions, Watch, solve};
    use growthpole_methods::{Matrix, Progress};

    let values = Matrix::try_new(vec![1.0, 2.0, 3.0, 5.0], 2).unwrap();
    let problem = growthpole_methods::division::DivisionProblem::new(values);
    let mut plan = solve(&problem, &PlanOptions::default(), &Watch::new(&Progress::new())).unwrap();
    assert!(plan.proven && response::smallest_margin(&plan).1.is_none());
    plan.margins[0] = Margin::AtLeast(0.25);
    let (_, warning) = response::smallest_margin(&plan);
    let text = warning.unwrap().text;
    assert!(
        text.starts_with("the margins of 1 pairs were not found within the limit") && text.contains("0.25"),
        "{text}"
    );
    (plan.proven, plan.bound) = (false, plan.bound + 1.0);
    plan.margins.fill(Margin::AtLeast(0.0));
    let (smallest, warning) = response::smallest_margin(&plan);
    let warning = warning.unwrap();
    assert_eq!((smallest, warning.code.as_ref()), (None, "MARGINS_NOT_PROVEN"));
    assert!(warning.text.contains("not proven to be the best, so that the margins of 4 pairs are not known"));
    assert!(warning.text.ends_with("0 says nothing"), "{}", warning.text);
}

#[tokio::test]
async fn tells_who_else_could_have_an_industry() {
    let response = ask(changed(|request| request.explain = true)).await.unwrap();
    let cell = &response.cells[0];
    assert_eq!(cell.rivals.len(), 1);
    assert_eq!(cell.rivals[0].region.as_ref().unwrap().code, "r2");
    assert!(close(cell.rivals[0].loss, 2.0_f64.ln()) && close(cell.rivals[0].value.unwrap(), 0.4_f64.ln()));
    assert!(response.cells[3].rivals.is_empty(), "r2 does not have a");
    let pinned = ask(changed(|request| request.pins = vec![pair("r1", "a")])).await.unwrap();
    assert!(pinned.cells[0].forced && pinned.cells[0].margin.is_none() && !pinned.cells[1].forced);
    let response = ask(search(|search| search.without_margins = true)).await.unwrap();
    assert!(response.margin.is_none() && response.cells.iter().all(|cell| cell.margin.is_none() && !cell.forced));
}

#[tokio::test]
async fn lists_further_plans() {
    let response = ask(search(|search| search.alternatives = 2)).await.unwrap();
    let losses: Vec<f64> = response.alternatives.iter().map(|other| other.loss).collect();
    assert!(losses.len() == 2 && close(losses[0], 2.0_f64.ln()) && close(losses[1], 3.0_f64.ln()), "{losses:?}");
    let differences = &response.alternatives[0].differences;
    let codes = |labels: &[v1::IndustryLabel]| labels.iter().map(|label| label.code.clone()).collect::<String>();
    assert_eq!((codes(&differences[0].gains), codes(&differences[0].gives_up)), (String::new(), "a".to_owned()));
    assert_eq!((codes(&differences[1].gains), codes(&differences[1].gives_up)), ("a".to_owned(), String::new()));
    let few = ask(search(|search| (search.alternatives, search.alternatives_within) = (9, Some(1.0)))).await.unwrap();
    assert_eq!((few.alternatives.len(), codes_of(&few)), (1, vec!["FEWER_ALTERNATIVES"]));
}

#[tokio::test]
async fn the_engine_that_is_asked_for_finds_the_plan() {
    let by = |engine: v1::DivisionEngine| {
        let mut asked = search(|search| (search.alternatives, search.engine) = (2, engine.into()));
        asked.explain = true;
        asked
    };
    let own = ask(by(v1::DivisionEngine::Own)).await.unwrap();
    assert_eq!(
        (own.engine(), ask(request()).await.unwrap().engine()),
        (v1::DivisionEngine::Own, v1::DivisionEngine::Own)
    );
    for engine in [v1::DivisionEngine::Microlp, v1::DivisionEngine::Highs] {
        if engine == v1::DivisionEngine::Highs && cfg!(not(feature = "highs")) {
            let refused = ask(by(engine)).await.unwrap_err();
            assert_eq!(refused.code(), tonic::Code::Unimplemented);
            assert_eq!(refused.get_error_details().error_info().unwrap().metadata["feature"], "highs");
            assert_eq!(refusal(Answer::Err(refused)), ("NOT_BUILT".to_owned(), vec!["search.engine".to_owned()]));
            continue;
        }
        let other = ask(by(engine)).await.unwrap();
        assert_eq!((other.engine(), other.proven, focuses(&other)), (engine, true, focuses(&own)));
        assert!(close(other.objective, own.objective) && close(other.margin.unwrap(), own.margin.unwrap()));
        for (mine, others) in own.cells.iter().zip(&other.cells) {
            assert!(close(mine.margin.unwrap_or(-1.0), others.margin.unwrap_or(-1.0)), "{mine:?} {others:?}");
        }
        let losses =
            |answer: &v1::ProposeDivisionResponse| answer.alternatives.iter().map(|o| o.loss).collect::<Vec<_>>();
        assert!(losses(&own).iter().zip(losses(&other)).all(|(mine, others)| close(*mine, others)));
    }
}

fn codes_of(response: &v1::ProposeDivisionResponse) -> Vec<&str> {
    codes(&response.warnings)
}

/// Both regions share all: shares overlap by 0.08.
#[tokio::test]
async fn the_frontier_is_over_the_weight_of_friction() {
    let shared = |frontier: &[f64]| {
        changed(|request| {
            request.value = v1::DivisionValue::SymmetricQuotient.into();
            (request.homes, request.focuses) = (bounds(2, 2), bounds(0, 3));
            request.frontier = Some(v1::DivisionFrontier { friction_weights: frontier.to_vec() });
        })
    };
    let response = ask(shared(&[0.0, 2.0])).await.unwrap();
    let [without, with] = response.frontier.as_slice() else { panic!("{:?}", response.frontier) };
    assert!(close(without.friction, 0.08) && close(with.friction, 0.08) && with.proven);
    assert!(close(without.objective, without.value_sum) && close(with.objective, with.value_sum - 0.16));
    assert_eq!((response.friction_sum, with.differences.len()), (0.0, 0));
    let alone = ask(changed(|request| request.frontier = Some(v1::DivisionFrontier { friction_weights: vec![1.0] })));
    assert_eq!(codes_of(&alone.await.unwrap()), ["NO_SHARED_HOMES"]);
}

#[tokio::test]
async fn pairs_are_stable_where_noise_is_small() {
    let response = ask(stability(50, sigma(0.01))).await.unwrap();
    let result = response.stability.unwrap();
    assert_eq!((result.draws, result.infeasible, result.unproven, result.seed, result.least), (50, 0, 0, 7, Some(1.0)));
    assert!(response.cells.iter().all(|cell| cell.stays == Some(1.0)));
    assert_eq!(response.provenance.unwrap().seed, Some(7));
    let noisy = ask(stability(200, sigma(1.0))).await.unwrap();
    let stays = noisy.cells[0].stays.unwrap();
    assert!(stays > 0.4 && stays < 1.0, "{stays}");
    assert_eq!(ask(stability(200, sigma(1.0))).await.unwrap().cells, noisy.cells, "the same seed, the same draws");
}

/// In 2014 the regions were each other.
#[tokio::test]
async fn pairs_are_stable_where_periods_agree() {
    let (r1, r2) = ([R2, R1].concat(), [R1, R2].concat());
    let nation = [WHOLE, WHOLE].concat();
    let rows: [(&str, &[f64]); 3] = [("r1", &r1), ("r2", &r2), (NATION, &nation)];
    let table = Table::new("jobs", &["2014", "2015"], &rows).with_industries(&["a", "b", "c", "d", "x"]);
    let response = ask_of(table, stability(400, periods("2014", "2015"))).await.unwrap();
    // Both draws are of 2015 in a quarter of cases, of 2014 in another; else all is equal, and r1 has the first pairs.
    let stays = response.cells[0].stays.unwrap();
    assert!((stays - 0.75).abs() < 0.08, "{stays}");
    assert_eq!(response.provenance.unwrap().further_inputs[0].role, "stability");
}

/// Half of a cell may move: r1 gives up one of its two in c, for which r2 gives up one of its six in a and b.
#[tokio::test]
async fn activity_moves_towards_the_plan() {
    let reallocation = Some(v1::DivisionReallocation { max_share: 0.5, max_amount: 0.0 });
    let response = ask(changed(|request| request.reallocation = reallocation)).await.unwrap();
    let moved = response.reallocation.unwrap();
    assert!(
        close(moved.outside_before, 8.0) && close(moved.outside_after, 6.0) && close(moved.moved, 2.0),
        "{moved:?}"
    );
    assert!(moved.regions.iter().all(|region| close(region.moved, 1.0)));
    assert!(close(moved.regions[0].focused_before, 14.0 / 16.0) && close(moved.regions[0].focused_after, 15.0 / 16.0));
    for region in ["r1", "r2"] {
        let own = moved.cells.iter().filter(|cell| cell.region.as_ref().unwrap().code == region);
        assert!(close(own.map(|cell| cell.after - cell.before).sum(), 0.0), "totals stay");
    }
    let friction = moved.friction.unwrap();
    assert!(close(friction.before, 0.625) && close(friction.after, 5.0 / 12.0 + 1.0 / 16.0), "{friction:?}");
    assert!(close(friction.pairs[0].before, 0.625) && close(friction.pairs[0].weight, 1.0));
    let parts: f64 = friction.industries.iter().map(|part| part.after).sum();
    assert!(close(parts, friction.after) && friction.weights == "EQUAL");
}

#[tokio::test]
async fn refuses_what_cannot_be_answered() {
    type Change = fn(&mut v1::ProposeDivisionRequest);
    let cases: [(Change, &str); 25] = [
        (|r| *r = search(|search| search.time_limit_seconds = Some(0.0)), "search.time_limit_seconds"),
        (|r| *r = search(|search| search.time_limit_seconds = Some(NAN)), "search.time_limit_seconds"),
        (|r| *r = search(|search| search.time_limit_seconds = Some(1e9)), "search.time_limit_seconds"),
        (|r| *r = search(|search| search.alternatives = -1), "search.alternatives"),
        (|r| *r = search(|search| search.alternatives = 101), "search.alternatives"),
        (|r| *r = search(|search| search.alternatives_within = Some(-1.0)), "search.alternatives_within"),
        (|r| *r = search(|search| search.alternatives_within = Some(NAN)), "search.alternatives_within"),
        (|r| *r = search(|search| search.alternatives_within = Some(f64::INFINITY)), "search.alternatives_within"),
        (|r| *r = search(|search| search.engine = 9), "search.engine"),
        (|r| *r = stability(0, sigma(0.1)), "stability.draws"),
        (|r| *r = stability(10_001, sigma(0.1)), "stability.draws"),
        (|r| *r = stability(10, sigma(0.0)), "stability.sigma"),
        (|r| *r = stability(10, sigma(2.5)), "stability.sigma"),
        (|r| *r = stability(10, sigma(NAN)), "stability.sigma"),
        (|r| *r = stability(10, periods("2015", "2014")), "stability.periods.end"),
        (|r| *r = stability(10, periods("x", "2014")), "stability.periods.start"),
        (|r| r.stability = Some(v1::DivisionStability { draws: 1, ..Default::default() }), "stability"),
        (|r| frontier(r, &[]), "frontier.friction_weights"),
        (|r| frontier(r, &[-1.0]), "frontier.friction_weights[0]"),
        (|r| frontier(r, &[0.0, NAN]), "frontier.friction_weights[1]"),
        (|r| frontier(r, &[1.0, 1.0]), "frontier.friction_weights[1]"),
        (|r| frontier(r, &[0.0; 101]), "frontier.friction_weights"),
        (|r| after(r, -0.1, 0.0), "reallocation.max_share"),
        (|r| after(r, 1.1, 0.0), "reallocation.max_share"),
        (|r| after(r, 0.1, f64::INFINITY), "reallocation.max_amount"),
    ];
    for (change, field) in cases {
        assert_eq!(refusal(ask(changed(change)).await), invalid(field), "{field}");
    }
}

fn frontier(request: &mut v1::ProposeDivisionRequest, weights: &[f64]) {
    request.frontier = Some(v1::DivisionFrontier { friction_weights: weights.to_vec() });
}

fn after(request: &mut v1::ProposeDivisionRequest, max_share: f64, max_amount: f64) {
    request.reallocation = Some(v1::DivisionReallocation { max_share, max_amount });
}
