//! Back-test: how well scores told the industries that a region entered later from those that it did not.

use rayon::prelude::*;

use super::score::{Criterion, EngineScores};
use crate::division::Presence;
use crate::stats::{RocArea, RocDifference, RocError, roc_area, roc_difference};
use crate::{Progress, Stopped};

/// From so many candidates on, criteria are tested side by side.
const FEWEST_PARALLEL: usize = 20_000;

/// Why a back-test is undefined.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum EntryTestError {
    /// The later presences are of other regions or industries.
    #[error("later presences of {regions} regions x {industries} industries are not those that were scored")]
    ShapesDiffer {
        /// Regions of the later presences.
        regions: usize,
        /// Industries of the later presences.
        industries: usize,
    },
    /// The candidates were all entered, or none was.
    #[error(transparent)]
    Roc(#[from] RocError),
    /// The caller does not want the result any more.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// How well scores foretold entries.
#[derive(Debug, Clone, PartialEq)]
pub struct EntryTest {
    /// Candidates that were scored.
    pub candidates: usize,
    /// Those that were entered.
    pub entries: usize,
    /// The area of the score.
    pub score: RocArea,
    /// The area of each criterion alone, burdens being read the other way round: one foretells when it is small. None where a
    /// candidate has no value in it, which only a criterion that does not count can have.
    pub alone: Vec<Option<RocArea>>,
    /// The area of the score less that of the criterion it is compared with; none where that has no area.
    pub difference: Option<RocDifference>,
}

/// Compares scores with what was entered later, and with one of their criteria alone.
///
/// `compared` is the position of that criterion; there is no difference where there is none at it. An entry is a candidate that is present later. All areas are of the same candidates, those with a score, so that they can
/// be compared.
///
/// # Errors
///
/// Presences of another shape; candidates that were all entered, or none; and a caller who wants no result any more.
///
/// # Source
///
/// Hidalgo, Klinger, Barabási and Hausmann (2007), Science 317(5837), 482-487, who tested density against later entries.
pub fn test_entries(
    found: &EngineScores,
    criteria: &[Criterion<'_>],
    later: &Presence,
    compared: usize,
    progress: &Progress,
) -> Result<EntryTest, EntryTestError> {
    let (regions, industries) = (later.n_regions(), later.n_industries());
    if (regions, industries) != (found.scores.n_rows(), found.scores.n_columns()) {
        return Err(EntryTestError::ShapesDiffer { regions, industries });
    }
    // A pair is a candidate where it has a score; no list of them is made.
    let scored = found.scores.cells().iter().enumerate().filter(|(_, score)| !score.is_nan());
    let cases = scored.map(|(at, score)| ((at / industries, at % industries), *score));
    let entered = |(region, industry): (usize, usize)| later.is_present(region, industry);
    progress.expect(2 + criteria.len());
    let score = roc_area(cases.clone().map(|(pair, score)| (score, entered(pair))))?;
    progress.advance(1)?;
    let value = |criterion: &Criterion<'_>, (region, industry): (usize, usize)| {
        let value = criterion.values.get(region, industry);
        if criterion.is_burden { -value } else { value }
    };
    let alone = |criterion: &Criterion<'_>| {
        progress.advance(1)?;
        let values = cases.clone().map(|(pair, _)| (value(criterion, pair), entered(pair)));
        Ok(roc_area(values).ok())
    };
    let alone = if score.cases < FEWEST_PARALLEL {
        criteria.iter().map(alone).collect::<Result<Vec<_>, Stopped>>()?
    } else {
        criteria.par_iter().map(alone).collect::<Result<Vec<_>, Stopped>>()?
    };
    progress.advance(1)?;
    let difference = criteria.get(compared).and_then(|criterion| {
        let both = cases.map(|(pair, score)| ([score, value(criterion, pair)], entered(pair)));
        roc_difference(both).ok()
    });
    Ok(EntryTest { candidates: score.cases, entries: score.happened, score, alone, difference })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::division::engines::{CriterionValues, score_engines};

    #[test]
    fn compares_the_score_and_each_criterion_with_entries() {
        // One region that has the first of five industries and enters the second and the third.
        let now = Presence::try_new(&[true, false, false, false, false], 5).unwrap();
        let later = Presence::try_new(&[false, true, true, false, false], 5).unwrap();
        let (density, burden, holed) = ([9.0, 4.0, 1.0, 3.0, 2.0], [9.0, 1.0, 1.0, 5.0, 5.0], [f64::NAN; 5]);
        let by =
            |values, weight, is_burden| Criterion { values: CriterionValues::ByIndustry(values), weight, is_burden };
        let criteria = [by(&density, 1.0, false), by(&burden, 0.5, true), by(&holed, 0.0, true)];
        let found = score_engines(&now, &criteria, &Progress::new()).unwrap();
        let test = test_entries(&found, &criteria, &later, 0, &Progress::new()).unwrap();
        assert_eq!((test.candidates, test.entries), (4, 2));
        let areas: Vec<Option<f64>> = test.alone.iter().map(|roc| roc.as_ref().map(|roc| roc.area)).collect();
        assert_eq!(areas, [Some(0.5), Some(1.0), None]);
        // z of density: 1.342, -1.342, 0.447, -0.447; of the burden: -1, -1, 1, 1; scores: 1.842, -0.842, -0.053, -0.947.
        assert_eq!(test.score.area, 0.75);
        assert_eq!(test.difference.map(|own| own.difference), Some(0.25));
        let without =
            |compared| test_entries(&found, &criteria, &later, compared, &Progress::new()).unwrap().difference;
        assert_eq!((without(2), without(3)), (None, None));
    }

    #[test]
    fn refuses_presences_of_others_and_no_entry() {
        let now = Presence::try_new(&[true, false, false], 3).unwrap();
        let criteria =
            [Criterion { values: CriterionValues::ByIndustry(&[1.0, 2.0, 3.0]), weight: 1.0, is_burden: false }];
        let found = score_engines(&now, &criteria, &Progress::new()).unwrap();
        let none = RocError::OneOutcome { happened: 0, cases: 2 };
        assert_eq!(test_entries(&found, &criteria, &now, 0, &Progress::new()), Err(none.into()));
        let other = Presence::try_new(&[true, false], 2).unwrap();
        let differ = EntryTestError::ShapesDiffer { regions: 1, industries: 2 };
        assert_eq!(test_entries(&found, &criteria, &other, 0, &Progress::new()), Err(differ));
    }
}
