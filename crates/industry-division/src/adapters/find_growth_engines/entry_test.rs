//! How well scores told the candidates that were entered from the others.

use growthpole_contracts::{Refusal, v1};
use growthpole_methods::Progress;
use growthpole_methods::division::Presence;
use growthpole_methods::division::engines::{Criterion, EngineScores, EntryTestError, test_entries};
use growthpole_methods::stats::{RocArea, RocError};
use growthpole_worker_kit::convert::message;
use growthpole_worker_kit::refuse;

use super::options::CRITERIA;

/// Position of density, which every score is compared with.
const DENSITY: usize = 0;

/// A test that there is none of, for a reason.
pub(super) fn without(reason: &str) -> v1::EntryTest {
    v1::EntryTest { reason: reason.to_owned(), ..v1::EntryTest::default() }
}

/// Tests scores of one year against what was present in a later one.
pub(super) fn entry_test(
    found: &EngineScores,
    criteria: &[Criterion<'_>],
    later: &Presence,
    years: (i16, i16),
    confidence: f64,
    progress: &Progress,
) -> Result<v1::EntryTest, Refusal> {
    let (start, end) = (years.0.to_string(), years.1.to_string());
    let test = match test_entries(found, criteria, later, DENSITY, progress) {
        Ok(test) => test,
        Err(EntryTestError::Roc(RocError::OneOutcome { happened, cases })) => {
            return Ok(v1::EntryTest {
                start,
                end,
                candidates: message::count(cases),
                entries: message::count(happened),
                ..without("NO_ENTRY")
            });
        }
        Err(EntryTestError::Stopped(stopped)) => return Err(refuse::stopped(stopped)),
        Err(error) => return Err(Refusal::internal(error)),
    };
    let score = area(v1::EngineCriterion::Unspecified, &test.score, confidence);
    let alone = CRITERIA.into_iter().zip(&test.alone);
    let alone = alone.filter_map(|(criterion, roc)| Some(area(criterion, roc.as_ref()?, confidence)));
    let against_density = test.difference.map(|against| {
        let ends = against.interval(confidence);
        v1::AreaDifference {
            difference: against.difference,
            standard_error: against.standard_error,
            low: ends.map(|ends| ends.0),
            high: ends.map(|ends| ends.1),
            p_value: against.p_value,
        }
    });
    Ok(v1::EntryTest {
        start,
        end,
        candidates: message::count(test.candidates),
        entries: message::count(test.entries),
        better_than_chance: score.low.is_some_and(|low| low > 0.5),
        better_than_density: against_density.as_ref().and_then(|against| against.low).is_some_and(|low| low > 0.0),
        score: Some(score),
        alone: alone.collect(),
        against_density,
        reason: String::new(),
    })
}

fn area(criterion: v1::EngineCriterion, roc: &RocArea, confidence: f64) -> v1::EntryArea {
    let ends = roc.interval(confidence);
    v1::EntryArea {
        criterion: criterion.into(),
        area: Some(roc.area),
        standard_error: roc.standard_error,
        low: ends.map(|ends| ends.0),
        high: ends.map(|ends| ends.1),
    }
}
