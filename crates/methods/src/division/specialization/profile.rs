//! All measures of specialisation of every region of a table.

use rayon::prelude::*;

use super::{
    Entropy, IndustryGroups, ReferenceStructure, RegionStructure, SpecializationError, Variety, average_quotient,
    entropy, gini_of_quotients, hachman, herfindahl_of_industries, hoover_specialization, krugman_specialization,
    relative_diversity, theil_specialization, variety,
};
use crate::stats::inequality::Herfindahl;
use crate::{AmountRows, Progress};

/// Regions that are measured between two looks at whether to go on.
const STEP: usize = 64;

/// Cells from which on regions are spread over threads.
const FEWEST_CELLS: usize = 1 << 14;

/// How one-sided the structure of a region is, by every measure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpecializationProfile {
    /// See [`krugman_specialization`].
    pub krugman: f64,
    /// See [`hoover_specialization`].
    pub hoover: f64,
    /// See [`relative_diversity`].
    pub relative_diversity: Option<f64>,
    /// See [`gini_of_quotients`].
    pub gini: Option<f64>,
    /// See [`herfindahl_of_industries`].
    pub herfindahl: Herfindahl,
    /// See [`entropy`](super::entropy()).
    pub entropy: Entropy,
    /// See [`average_quotient`].
    pub average_quotient: Option<f64>,
    /// See [`hachman`](super::hachman()).
    pub hachman: f64,
    /// See [`theil_specialization`].
    pub theil: Option<f64>,
    /// See [`variety`](super::variety()); none without groups.
    pub variety: Option<Variety>,
}

impl SpecializationProfile {
    /// The measures of one region.
    ///
    /// # Errors
    ///
    /// Groups of other industries.
    pub fn of(structure: &RegionStructure<'_>, groups: Option<&IndustryGroups>) -> Result<Self, SpecializationError> {
        Ok(Self {
            krugman: krugman_specialization(structure),
            hoover: hoover_specialization(structure),
            relative_diversity: relative_diversity(structure),
            gini: gini_of_quotients(structure),
            herfindahl: herfindahl_of_industries(structure),
            entropy: entropy(structure),
            average_quotient: average_quotient(structure),
            hachman: hachman(structure),
            theil: theil_specialization(structure),
            variety: groups.map(|groups| variety(structure, groups)).transpose()?,
        })
    }
}

/// Computes every measure of specialisation of every region.
///
/// The table is read where it lies, region by region; nothing of its size is allocated.
///
/// # Shapes and units
///
/// - `rows`: regions x industries.
/// - `reference`: what regions are measured against, of the same industries.
/// - `groups`: of industries, for related and unrelated variety.
/// - returns: by region.
///
/// # Errors
///
/// Other industries than the reference's, the first region that is empty, or a progress that was stopped.
///
/// # Source
///
/// See each measure. REAT's `spec` is the three that it has: Hoover, Gini, and Krugman of the others' mean
/// ([`super::krugman_of_others`]).
pub fn specialization_profiles(
    rows: &AmountRows<'_>,
    reference: &ReferenceStructure,
    groups: Option<&IndustryGroups>,
    progress: &Progress,
) -> Result<Vec<SpecializationProfile>, SpecializationError> {
    let (industries, expected) = (rows.n_industries(), reference.shares().len());
    if industries != expected {
        return Err(SpecializationError::IndustriesDiffer { industries, reference: expected });
    }
    if let Some(region) = rows.first_empty() {
        return Err(SpecializationError::EmptyRegion { region });
    }
    let n = rows.n_regions();
    progress.expect(n);
    let measure = |region: usize| {
        let total = rows.region_totals()[region];
        SpecializationProfile::of(&RegionStructure::checked(rows.region(region), total, reference), groups)
    };
    if n * industries < FEWEST_CELLS {
        progress.advance(n)?;
        return (0..n).map(measure).collect();
    }
    let step = |start: usize| {
        let regions = start..(start + STEP).min(n);
        progress.advance(regions.len())?;
        regions.map(measure).collect::<Result<Vec<_>, _>>()
    };
    let steps: Vec<Vec<_>> =
        (0..n.div_ceil(STEP)).into_par_iter().map(|at| step(at * STEP)).collect::<Result<_, _>>()?;
    Ok(steps.into_iter().flatten().collect())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::{Amounts, Matrix};

    #[test]
    fn measures_every_region_as_by_itself() {
        let cells = Matrix::from_fn(600, 40, |region, industry| ((region * 31 + industry * 17) % 23) as f64);
        let amounts = Amounts::try_new(cells.cells().to_vec(), 40).unwrap();
        let reference = ReferenceStructure::try_new(amounts.industry_totals()).unwrap();
        let groups = IndustryGroups::try_new((0..40).map(|industry| industry % 7).collect(), 7).unwrap();
        let all = specialization_profiles(&AmountRows::of(&amounts), &reference, Some(&groups), &Progress::new());
        let all = all.unwrap();
        for (region, row) in amounts.regions().enumerate() {
            let structure = RegionStructure::try_new(row, &reference).unwrap();
            assert_eq!(all[region], SpecializationProfile::of(&structure, Some(&groups)).unwrap());
        }
    }

    #[test]
    fn refuses_the_empty_region_and_stops() {
        let amounts = Amounts::try_new(vec![1.0, 1.0, 0.0, 0.0], 2).unwrap();
        let rows = AmountRows::of(&amounts);
        let profiles = |reference: &[f64], progress: &Progress| {
            specialization_profiles(&rows, &ReferenceStructure::try_new(reference).unwrap(), None, progress)
        };
        let empty = SpecializationError::EmptyRegion { region: 1 };
        assert_eq!(profiles(&[1.0, 1.0], &Progress::new()), Err(empty));
        let differ = SpecializationError::IndustriesDiffer { industries: 2, reference: 1 };
        assert_eq!(profiles(&[1.0], &Progress::new()), Err(differ));
        let (whole, stopped) = (Amounts::try_new(vec![1.0, 1.0], 2).unwrap(), Progress::new());
        stopped.stop();
        let reference = ReferenceStructure::try_new(&[1.0, 1.0]).unwrap();
        let result = specialization_profiles(&AmountRows::of(&whole), &reference, None, &stopped);
        assert!(matches!(result, Err(SpecializationError::Stopped(_))));
    }
}
