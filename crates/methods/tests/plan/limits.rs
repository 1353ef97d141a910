//! Limits of time and work, progress, and callers who go away.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use growthpole_methods::division::plan::Engine;

use super::*;

#[test]
fn stops_at_the_limit_of_work() {
    let mut problem = DivisionProblem::new(Matrix::from_fn(4, 8, |r, i| ((r * 3 + i * 5) % 7) as f64));
    problem.homes = vec![Bounds::between(1, 3); 8];
    problem.focuses = vec![Bounds::exactly(4); 4];
    let shares = Matrix::from_fn(4, 8, |_, _| 0.5);
    problem.friction = Some(FrictionTerm { lambda: 2.0, pair_weights: equal_weights(4), shares });
    let best = solve(&problem).unwrap();
    let mut stopped = 0;
    for work_limit in [400, 1_000, 2_000, 4_000, 8_000, 16_000] {
        let Ok(plan) = solve_with(&problem, &PlanOptions { work_limit, ..PlanOptions::default() }) else { continue };
        assert!(plan.objective <= best.objective && best.objective <= plan.bound, "{work_limit}");
        assert_eq!(plan.proven, plan.gap() == 0.0, "{work_limit}");
        stopped += usize::from(!plan.proven);
    }
    assert!(stopped > 0, "no search was stopped");
    assert_eq!(
        solve_with(&problem, &PlanOptions { work_limit: 0, ..PlanOptions::default() }),
        Err(DivisionError::NoPlanYet)
    );
}

/// Values that repeat on every machine and are rarely equal.
fn cell(r: usize, i: usize) -> f64 {
    ((r * 37 + i * 61 + r * r * i) % 101) as f64 / 20.0 - 2.0
}

/// Regions that may share homes, at the cost of friction.
fn shared(regions: usize, industries: usize, most_homes: usize) -> DivisionProblem {
    let mut problem = DivisionProblem::new(Matrix::from_fn(regions, industries, cell));
    problem.homes = vec![Bounds::between(1, most_homes); industries];
    problem.focuses = vec![Bounds::balanced(&problem.homes, regions); regions];
    let shares = Matrix::from_fn(regions, industries, |r, i| ((r * 7 + i * 5) % 11) as f64 / 11.0);
    problem.friction = Some(FrictionTerm { lambda: 3.0, pair_weights: equal_weights(regions), shares });
    problem
}

/// The same, and activity is balanced, which takes long.
fn balanced() -> DivisionProblem {
    let mut problem = shared(20, 30, 4);
    problem.balances = vec![Balance::even(Matrix::from_fn(20, 30, |r, i| cell(i, r) + 3.0), 0.3)];
    problem
}

/// Single homes, but for as many as give every region a focus.
fn single(regions: usize, industries: usize) -> DivisionProblem {
    let mut problem = DivisionProblem::new(Matrix::from_fn(regions, industries, cell));
    problem.homes = vec![Bounds::between(0, regions.div_ceil(industries)); industries];
    problem.focuses = vec![Bounds::between(0, industries.div_ceil(regions)); regions];
    problem
}

/// Solves with time that is up after so many looks.
fn solve_in(problem: &DivisionProblem, looks: usize, engine: Engine) -> Result<DivisionPlan, DivisionError> {
    let (progress, seen) = (Progress::new(), AtomicUsize::new(0));
    let time_is_up = || seen.fetch_add(1, Ordering::Relaxed) >= looks;
    let options = PlanOptions { engine, ..PlanOptions::default() };
    division::solve(problem, &options, &Watch { time_is_up: &time_is_up, ..Watch::new(&progress) })
}

fn is_within(problem: &DivisionProblem, plan: &DivisionPlan) -> bool {
    let homes = |i: usize| (problem.homes[i].min..=problem.homes[i].max).contains(&plan.homes(i).len());
    let focuses = |r: usize| (problem.focuses[r].min..=problem.focuses[r].max).contains(&plan.focuses(r).len());
    (0..problem.homes.len()).all(homes) && (0..problem.focuses.len()).all(focuses)
}

#[test]
fn what_is_cut_short_leaves_a_plan_with_a_bound_and_margins_that_hold() {
    let problem = shared(6, 12, 3);
    let best = solve(&problem).unwrap();
    assert!(best.proven && best.margins.iter().all(|margin| !matches!(margin, Margin::AtLeast(_))));
    let (mut early, mut told) = (0, 0);
    for work_limit in (10..24).map(|power| 1 << power) {
        let Ok(plan) = solve_with(&problem, &PlanOptions { work_limit, ..PlanOptions::default() }) else { continue };
        assert!(is_within(&problem, &plan) && plan.objective <= best.objective + 1e-9);
        assert!(plan.bound >= best.objective - 1e-9, "{work_limit}: {} bounds {}", plan.bound, best.objective);
        early += usize::from(!plan.proven);
        for (pair, margin) in plan.margins.iter().enumerate() {
            let Margin::AtLeast(least) = *margin else { continue };
            // Whatever is certain to be lost is lost when the pair is flipped from what the best plan has.
            if least > 0.0 {
                told += 1;
                assert_eq!(plan.assigned[pair], best.assigned[pair], "{work_limit}: {pair} is settled");
                assert!(best.margins[pair].loss().is_none_or(|loss| least <= loss + 1e-9), "{work_limit}: {pair}");
            }
        }
    }
    assert!(early > 0 && told > 0, "{early} plans before the end, {told} margins");
}

#[test]
fn a_plan_that_was_found_before_any_bound_has_one_all_the_same() {
    let problem = balanced();
    let mut early = 0;
    for work_limit in (8..22).map(|power| 1 << power) {
        let Ok(plan) = solve_with(&problem, &PlanOptions { work_limit, ..PlanOptions::default() }) else { continue };
        assert!(plan.bound.is_finite() && plan.gap().is_finite(), "{work_limit}: {}", plan.bound);
        assert!(plan.bound >= plan.objective, "{work_limit}: {} bounds {}", plan.bound, plan.objective);
        early += usize::from(!plan.proven);
    }
    assert!(early > 0, "no search was stopped");
}

#[test]
fn transportation_that_is_cut_short_has_a_bound() {
    for (regions, industries) in [(30, 12), (12, 30)] {
        let problem = single(regions, industries);
        let best = solve_in(&problem, usize::MAX, Engine::Own).unwrap();
        assert!(best.proven && best.margins.iter().all(|margin| !matches!(margin, Margin::AtLeast(_))));
        let (mut early, mut proven_without_margins) = (0, 0);
        for looks in 0..150 {
            let plan = match solve_in(&problem, looks, Engine::Own) {
                Err(DivisionError::NoPlanYet) => continue,
                plan => plan.unwrap(),
            };
            assert!(is_within(&problem, &plan));
            assert!(plan.objective <= best.objective + 1e-9 && best.objective <= plan.bound + 1e-9, "{looks}");
            early += usize::from(!plan.proven);
            proven_without_margins += usize::from(plan.proven && plan.margins[0] == Margin::AtLeast(0.0));
        }
        assert!(early > 5 && proven_without_margins > 0, "{early} {proven_without_margins}");
    }
}

/// Where all plans are equally good within the tolerance, finding the first of them may take longer than finding one.
#[test]
fn ties_that_are_not_settled_in_time_leave_a_plan_that_is_as_good() {
    let mut problem = single(30, 12);
    problem.values = Matrix::from_fn(30, 12, |_, i| 1.0 + 1e-14 * i as f64);
    let best = solve_in(&problem, usize::MAX, Engine::Own).unwrap();
    let mut unsettled = 0;
    for looks in 0..400 {
        let Ok(plan) = solve_in(&problem, looks, Engine::Own) else { continue };
        let known = plan.margins.iter().all(|margin| !matches!(margin, Margin::AtLeast(_)));
        if plan.proven && known {
            assert!(is_within(&problem, &plan) && (plan.objective - best.objective).abs() < 1e-9, "{looks}");
            unsettled += usize::from(plan.assigned != best.assigned);
        }
    }
    assert!(unsettled > 5, "{unsettled}");
}

#[test]
fn programmes_that_are_cut_short_have_a_bound() {
    let problem = shared(6, 12, 3);
    let best = solve_in(&problem, usize::MAX, Engine::Own).unwrap();
    for engine in [Engine::Microlp, Engine::Highs].into_iter().filter(|engine| engine.is_built()) {
        let (mut early, mut bounded) = (0, 0);
        for looks in (0..64).step_by(2) {
            match solve_in(&problem, looks, engine) {
                Err(DivisionError::NoPlanYet) => early += 1,
                plan => {
                    let plan = plan.unwrap();
                    early += usize::from(!plan.proven);
                    bounded += usize::from(!plan.proven && plan.gap() > 1e-6);
                    assert!(is_within(&problem, &plan));
                    assert!(plan.objective <= best.objective + 1e-6 && best.objective <= plan.bound + 1e-6);
                }
            }
        }
        assert!(early > 0, "{engine} was never cut short");
        // HiGHS may prove such a plan before it is asked with one in hand.
        assert!(bounded > 0 || engine == Engine::Highs, "{engine} left no plan with a gap");
    }
}

#[test]
fn progress_moves_while_a_plan_is_looked_for() {
    for problem in [single(30, 12), balanced()] {
        let (progress, seen) = (Progress::new(), std::sync::Mutex::new(Vec::new()));
        let time_is_up = || {
            seen.lock().unwrap().push(progress.counted());
            false
        };
        let options = PlanOptions { engine: Engine::Own, work_limit: 200_000_000, ..PlanOptions::plan_only() };
        division::solve(&problem, &options, &Watch { time_is_up: &time_is_up, ..Watch::new(&progress) }).unwrap();
        let (done, total) = progress.counted();
        assert!(done == total && total > 10, "{done} of {total}");
        let mut seen = seen.into_inner().unwrap();
        assert!(seen.iter().all(|(done, total)| done <= total));
        seen.dedup();
        assert!(seen.len() > 5, "{seen:?}");
    }
}

/// How long a search goes on after its caller has gone.
fn time_to_stop(problem: &DivisionProblem, engine: Engine, after: Duration) -> Option<Duration> {
    let progress = Progress::new();
    let options = PlanOptions { engine, ..PlanOptions::default() };
    std::thread::scope(|scope| {
        let search = scope.spawn(|| {
            let solved = division::solve(problem, &options, &Watch::new(&progress));
            (solved, Instant::now())
        });
        std::thread::sleep(after);
        let gone = Instant::now();
        progress.stop();
        let (solved, ended) = search.join().unwrap();
        matches!(solved, Err(DivisionError::Stopped(_))).then(|| ended.saturating_duration_since(gone))
    })
}

#[test]
fn searches_stop_soon_after_their_callers_have_gone() {
    let balanced = balanced();
    // Sets of up to thirty homes of a hundred are too many to be listed, and their friction is low.
    let mut open = shared(100, 40, 30);
    open.friction.as_mut().unwrap().lambda = 0.05;
    let mut tied = single(1500, 100);
    tied.values = Matrix::from_fn(1500, 100, |_, _| 1.0);
    let problems = [shared(60, 60, 3), open, single(1500, 34), tied].map(|problem| (problem, Engine::Own));
    let programmes = [(balanced.clone(), Engine::Own), (balanced.clone(), Engine::Microlp), (balanced, Engine::Highs)];
    let mut stopped = 0;
    for (problem, engine) in problems.iter().chain(&programmes).filter(|(_, engine)| engine.is_built()) {
        for milliseconds in [30, 400] {
            if let Some(took) = time_to_stop(problem, *engine, Duration::from_millis(milliseconds)) {
                stopped += 1;
                // A tenth of a second with the release profile and a processor of its own.
                assert!(took < Duration::from_millis(1500), "{engine} went on for {took:?}");
            }
        }
    }
    assert!(stopped >= 8, "{stopped} searches were stopped");
}
