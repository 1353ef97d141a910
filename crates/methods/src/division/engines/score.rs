//! Scores of the industries that a region could enter: a weighted sum of standardised criteria.

use super::ResourceBurden;
use super::pareto::pareto_set;
use rayon::prelude::*;

use crate::division::Presence;
use crate::stats::Scale;
use crate::{Matrix, Progress, Stopped};

/// From so many candidates on, criteria are standardised side by side.
const FEWEST_PARALLEL: usize = 20_000;

/// What an industry that a region could enter is judged by.
#[derive(Debug, Clone, Copy)]
pub struct Criterion<'a> {
    /// Its values; NaN where there is none.
    pub values: CriterionValues<'a>,
    /// Its weight in the score, not negative: 0 for what is shown but not counted.
    pub weight: f64,
    /// Whether more of it counts against the industry.
    pub is_burden: bool,
}

impl Criterion<'_> {
    /// The weight, negative for a burden.
    pub fn signed_weight(&self) -> f64 {
        if self.is_burden { -self.weight } else { self.weight }
    }
}

/// The values of a criterion.
#[derive(Debug, Clone, Copy)]
pub enum CriterionValues<'a> {
    /// One an industry, alike in all regions.
    ByIndustry(&'a [f64]),
    /// Regions x industries.
    ByPair(&'a Matrix),
    /// The resource burden.
    Burden(&'a ResourceBurden),
}

impl CriterionValues<'_> {
    /// The value of a pair; NaN where there is none. Like indexing, the pair must be there.
    pub fn get(&self, region: usize, industry: usize) -> f64 {
        match self {
            Self::ByIndustry(values) => values[industry],
            Self::ByPair(values) => values.get(region, industry),
            Self::Burden(burden) => burden.get(region, industry),
        }
    }

    fn fits(&self, presence: &Presence) -> bool {
        let (regions, industries) = (presence.n_regions(), presence.n_industries());
        match self {
            Self::ByIndustry(values) => values.len() == industries,
            Self::ByPair(values) => (values.n_rows(), values.n_columns()) == (regions, industries),
            Self::Burden(burden) => (burden.n_regions(), burden.n_industries()) == (regions, industries),
        }
    }
}

/// Why candidates cannot be scored.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum EngineError {
    /// The criterion has values of other regions or industries.
    #[error("criterion {criterion} is not of the regions and industries of the presences")]
    ShapeDiffers {
        /// Position of the criterion.
        criterion: usize,
    },
    /// The weight is NaN, infinite or negative.
    #[error("criterion {criterion}: {weight} is not a weight")]
    InvalidWeight {
        /// Position of the criterion.
        criterion: usize,
        /// The weight.
        weight: f64,
    },
    /// The value is infinite, or so large that criteria cannot be standardised.
    #[error("criterion {criterion} has values that cannot be standardised")]
    OutOfRange {
        /// Position of the criterion.
        criterion: usize,
    },
    /// No pair of region and industry is absent and has a value in every criterion that counts.
    #[error("there is no candidate")]
    NoCandidate,
    /// The caller does not want the result any more.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// Scores of all candidates.
#[derive(Debug, Clone, PartialEq)]
pub struct EngineScores {
    /// Regions x industries; NaN where the industry is present, or has no value in a criterion that counts.
    pub scores: Matrix,
    /// By criterion, what it was standardised by; none where no candidate has a value.
    pub scales: Vec<Option<Scale>>,
    /// Number of candidates with a score.
    pub candidates: usize,
    /// Absent pairs without a score, as region, industry and the first criterion without a value.
    pub unscored: Vec<(usize, usize, usize)>,
}

/// Scores every industry that is absent from a region.
///
/// ```text
/// score[r, i] = sum over k of weight[k] * sign[k] * (x[k, r, i] - mean[k]) / deviation[k]
/// ```
///
/// over the criteria k, sign being -1 for burdens, standardised over all candidates of all regions: the pairs that are absent and have a value in every
/// criterion whose weight is not 0. A criterion in which all candidates are alike adds 0.
///
/// # Shapes and units
///
/// - `presence`: regions x industries.
/// - `criteria`: each one value an industry, or regions x industries, in units of its own.
/// - returns: standard deviations, summed by the weights.
///
/// # Errors
///
/// The first criterion of another shape, with a weight that is none, or beyond the range of numbers; no candidate; and a
/// caller who wants no result any more.
///
/// # Source
///
/// Ours. Relatedness against complexity: Balland, Boschma, Crespo and Rigby (2019), Regional Studies 53(9), 1252-1268; Hausmann et al.
/// (2014), The Atlas of Economic Complexity.
pub fn score_engines(
    presence: &Presence,
    criteria: &[Criterion<'_>],
    progress: &Progress,
) -> Result<EngineScores, EngineError> {
    check(presence, criteria)?;
    let (regions, industries) = (presence.n_regions(), presence.n_industries());
    progress.expect(2 * regions + criteria.len());
    let mut found = Candidates::of(presence, criteria, progress)?;
    if found.count == 0 {
        return Err(EngineError::NoCandidate);
    }
    let scale = |(at, own): (usize, &Criterion<'_>)| {
        progress.advance(1)?;
        scale(own, &found, at)
    };
    let scales: Vec<Option<Scale>> = if found.count < FEWEST_PARALLEL {
        criteria.iter().enumerate().map(scale).collect::<Result<_, _>>()?
    } else {
        criteria.par_iter().enumerate().map(scale).collect::<Result<_, _>>()?
    };
    for (region, row) in found.cells.chunks_exact_mut(industries).enumerate() {
        progress.advance(1)?;
        for (industry, cell) in row.iter_mut().enumerate().filter(|(_, cell)| !cell.is_nan()) {
            *cell = weighted(criteria, &scales, region, industry);
        }
    }
    let Candidates { cells, count, unscored, .. } = found;
    Ok(EngineScores { scores: Matrix::of_cells(cells, regions, industries), scales, candidates: count, unscored })
}

fn check(presence: &Presence, criteria: &[Criterion<'_>]) -> Result<(), EngineError> {
    for (criterion, own) in criteria.iter().enumerate() {
        if !own.values.fits(presence) {
            return Err(EngineError::ShapeDiffers { criterion });
        }
        if !(own.weight.is_finite() && own.weight >= 0.0) {
            return Err(EngineError::InvalidWeight { criterion, weight: own.weight });
        }
    }
    Ok(())
}

/// Absent pairs of region and industry, by region.
struct Candidates {
    /// By pair, a number for those that have a value in every criterion that counts, NaN for all others: where scores go.
    cells: Vec<f64>,
    industries: usize,
    /// How many have one.
    count: usize,
    /// The absent pairs that have none, with the first criterion without a value.
    unscored: Vec<(usize, usize, usize)>,
}

impl Candidates {
    fn of(presence: &Presence, criteria: &[Criterion<'_>], progress: &Progress) -> Result<Self, Stopped> {
        let industries = presence.n_industries();
        let cells = vec![f64::NAN; presence.n_regions() * industries];
        let mut found = Self { cells, industries, count: 0, unscored: Vec::new() };
        for region in 0..presence.n_regions() {
            progress.advance(1)?;
            for industry in (0..industries).filter(|&industry| !presence.is_present(region, industry)) {
                let lacks = |own: &Criterion<'_>| own.weight != 0.0 && own.values.get(region, industry).is_nan();
                match criteria.iter().position(lacks) {
                    Some(criterion) => found.unscored.push((region, industry, criterion)),
                    None => {
                        found.cells[region * industries + industry] = 0.0;
                        found.count += 1;
                    }
                }
            }
        }
        Ok(found)
    }

    /// The pairs that have a value in every criterion that counts, by region.
    fn pairs(&self) -> impl Iterator<Item = (usize, usize)> + Clone {
        let cells = self.cells.iter().enumerate().filter(|(_, cell)| !cell.is_nan());
        cells.map(|(at, _)| (at / self.industries, at % self.industries))
    }
}

/// Mean and deviation of a criterion over the candidates that have a value; a criterion that counts has one of each.
fn scale(own: &Criterion<'_>, candidates: &Candidates, criterion: usize) -> Result<Option<Scale>, EngineError> {
    let values = candidates.pairs().map(|(r, i)| own.values.get(r, i)).filter(|value| !value.is_nan());
    if values.clone().next().is_none() {
        return Ok(None);
    }
    Scale::of(values).map(Some).ok_or(EngineError::OutOfRange { criterion })
}

fn weighted(criteria: &[Criterion<'_>], scales: &[Option<Scale>], region: usize, industry: usize) -> f64 {
    let counted = criteria.iter().zip(scales).filter(|(own, _)| own.weight != 0.0);
    let part = |(own, scale): (&Criterion<'_>, &Option<Scale>)| {
        Some(own.signed_weight() * scale.as_ref()?.standardize(own.values.get(region, industry)))
    };
    counted.filter_map(part).sum()
}

impl EngineScores {
    /// The candidates of a region, best first; equal scores by the position of the industry. Like indexing, the region must
    /// be there.
    pub fn ranked(&self, region: usize) -> Vec<usize> {
        let row = self.scores.row(region);
        let mut ranked: Vec<usize> = (0..row.len()).filter(|&industry| !row[industry].is_nan()).collect();
        ranked.sort_by(|&a, &b| row[b].total_cmp(&row[a]).then(a.cmp(&b)));
        ranked
    }

    /// Tells which of some candidates of a region no other of them beats, in the criteria that count, burdens being better the
    /// smaller. Weights themselves do not matter.
    pub fn pareto(&self, criteria: &[Criterion<'_>], region: usize, candidates: &[usize]) -> Vec<bool> {
        let counted: Vec<&Criterion<'_>> = criteria.iter().filter(|own| own.weight != 0.0).collect();
        let points = Matrix::from_fn(candidates.len(), counted.len(), |row, column| {
            let value = counted[column].values.get(region, candidates[row]);
            if counted[column].is_burden { -value } else { value }
        });
        // Candidates have finite values in every criterion that counts.
        pareto_set(&points).unwrap_or_else(|_| vec![false; candidates.len()])
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// Two regions and three industries; the first region lacks b and c, the second a.
    fn presence() -> Presence {
        Presence::try_new(&[true, false, false, false, true, true], 3).unwrap()
    }

    fn density() -> Matrix {
        Matrix::try_new(vec![9.0, 1.0, 3.0, 5.0, 9.0, 9.0], 3).unwrap()
    }

    #[test]
    fn adds_standardised_criteria_by_their_weights() {
        let (density, burden) = (density(), [1.0, 2.0, 2.0]);
        let criteria = [
            Criterion { values: CriterionValues::ByPair(&density), weight: 2.0, is_burden: false },
            Criterion { values: CriterionValues::ByIndustry(&burden), weight: 1.0, is_burden: true },
        ];
        let found = score_engines(&presence(), &criteria, &Progress::new()).unwrap();
        // Densities of candidates are 1, 3 and 5; burdens 2, 2 and 1.
        let (of_density, of_burden) = ((8.0_f64 / 3.0).sqrt(), (2.0_f64 / 9.0).sqrt());
        assert_eq!(found.scales[0], Some(Scale { mean: 3.0, deviation: of_density }));
        let expected =
            |density: f64, burden: f64| 2.0 * (density - 3.0) / of_density - (burden - 5.0 / 3.0) / of_burden;
        for (cell, wanted) in [(1, expected(1.0, 2.0)), (2, expected(3.0, 2.0)), (3, expected(5.0, 1.0))] {
            assert!((found.scores.cells()[cell] - wanted).abs() < 1e-12);
        }
        assert!(found.scores.get(0, 0).is_nan() && found.scores.get(1, 1).is_nan());
        assert_eq!((found.candidates, found.ranked(0), found.ranked(1)), (3, vec![2, 1], vec![0]));
        assert_eq!(found.pareto(&criteria, 0, &[1, 2]), [false, true]);
    }

    #[test]
    fn what_has_no_value_has_no_score_unless_it_does_not_count() {
        let density = Matrix::try_new(vec![9.0, f64::NAN, 3.0, 5.0, 9.0, 9.0], 3).unwrap();
        let criterion =
            |weight: f64| [Criterion { values: CriterionValues::ByPair(&density), weight, is_burden: false }];
        let counted = score_engines(&presence(), &criterion(1.0), &Progress::new()).unwrap();
        assert_eq!((counted.candidates, counted.unscored), (2, vec![(0, 1, 0)]));
        let shown = score_engines(&presence(), &criterion(0.0), &Progress::new()).unwrap();
        assert_eq!((shown.candidates, shown.scores.get(0, 1), shown.unscored.len()), (3, 0.0, 0));
        let nothing = [f64::NAN; 3];
        let without = [Criterion { values: CriterionValues::ByIndustry(&nothing), weight: 0.0, is_burden: false }];
        assert_eq!(score_engines(&presence(), &without, &Progress::new()).unwrap().scales, [None]);
    }

    #[test]
    fn a_criterion_in_which_all_are_alike_adds_nothing() {
        let alike = [0.1; 3];
        let criteria = [Criterion { values: CriterionValues::ByIndustry(&alike), weight: 5.0, is_burden: false }];
        let found = score_engines(&presence(), &criteria, &Progress::new()).unwrap();
        assert_eq!(found.scales[0].unwrap().deviation, 0.0);
        assert_eq!((found.scores.get(0, 1), found.scores.get(1, 0)), (0.0, 0.0));
        assert_eq!(found.pareto(&criteria, 0, &[1, 2]), [true, true]);
    }

    #[test]
    fn many_candidates_are_scored_as_few_and_a_stop_stops() {
        let n = 200;
        let nobody = Presence::try_new(&vec![false; n * n], n).unwrap();
        let values = Matrix::from_fn(n, n, |region, industry| ((region * 31 + industry * 17) % 101) as f64);
        let criteria = [Criterion { values: CriterionValues::ByPair(&values), weight: 1.0, is_burden: false }; 2];
        let found = score_engines(&nobody, &criteria, &Progress::new()).unwrap();
        let alone = Scale::of(values.cells().iter().copied()).unwrap();
        assert_eq!(found.scales, [Some(alone); 2]);
        assert_eq!(found.scores.get(3, 5), 2.0 * alone.standardize(values.get(3, 5)));
        let stopped = Progress::new();
        stopped.stop();
        assert_eq!(score_engines(&nobody, &criteria, &stopped), Err(EngineError::Stopped(Stopped)));
    }

    #[test]
    fn refuses_what_cannot_be_scored() {
        let (short, long) = ([1.0; 2], [f64::MAX, -f64::MAX, f64::MAX]);
        let by = |values| [Criterion { values: CriterionValues::ByIndustry(values), weight: 1.0, is_burden: false }];
        assert_eq!(
            score_engines(&presence(), &by(&short), &Progress::new()),
            Err(EngineError::ShapeDiffers { criterion: 0 })
        );
        assert_eq!(
            score_engines(&presence(), &by(&long), &Progress::new()),
            Err(EngineError::OutOfRange { criterion: 0 })
        );
        let nobody = Presence::try_new(&[true; 3], 3).unwrap();
        assert_eq!(score_engines(&nobody, &by(&[1.0; 3]), &Progress::new()), Err(EngineError::NoCandidate));
        let weight = [Criterion { values: CriterionValues::ByIndustry(&long), weight: f64::NAN, is_burden: false }];
        assert!(matches!(
            score_engines(&presence(), &weight, &Progress::new()),
            Err(EngineError::InvalidWeight { criterion: 0, .. })
        ));
    }
}
