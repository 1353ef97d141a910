//! Ubiquity set against the size of industries, and how hard industries are to combine.

use crate::division::Presence;
use crate::division::relatedness::CoOccurrence;

/// Ubiquity of an industry set against its size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SizedUbiquity {
    /// The industry's share of everything over its share of all presences: above 1 for industries that are larger than they
    /// are common.
    pub normalized: f64,
    /// 100 ln(amount + 0.001) over ubiquity: the rarer for its size, the larger.
    pub inverse: f64,
}

/// Sets the ubiquity of each industry against its size.
///
/// ```text
/// normalized[i] = (E[i]/E) / (k[i]/sum of k)        inverse[i] = 100 ln(E[i] + 0.001) / k[i]
/// ```
///
/// # Shapes and units
///
/// - `presence`: regions x industries; `totals`: amount of each industry over all regions, by position, not negative. The
///   inverse depends on the unit of the amounts.
/// - returns: by industry; `None` for an industry that is present nowhere, and everywhere for totals of other industries or
///   of nothing.
///
/// # Source
///
/// Balland and Rigby (2017), Economic Geography 93(1), 1-23, as in the package EconGeo, which rounds both to two digits.
pub fn sized_ubiquity(presence: &Presence, totals: &[f64]) -> Vec<Option<SizedUbiquity>> {
    let ubiquity = presence.ubiquity();
    let presences: f64 = ubiquity.iter().copied().map(f64::from).sum();
    let total: f64 = totals.iter().sum();
    if totals.len() != ubiquity.len() || total.is_nan() || total <= 0.0 {
        return vec![None; ubiquity.len()];
    }
    let of_industry = |(&regions, &amount): (&u32, &f64)| {
        let regions = f64::from(regions);
        (regions > 0.0).then(|| SizedUbiquity {
            normalized: amount / total / (regions / presences),
            inverse: 100.0 * (amount + 0.001).ln() / regions,
        })
    };
    ubiquity.iter().zip(totals).map(of_industry).collect()
}

/// How hard it is to combine what regions have.
#[derive(Debug, Clone, PartialEq)]
pub struct Recombination {
    /// Ease of each industry: the others it has been combined with, by region that has it. `None` where it is nowhere.
    pub ease: Vec<Option<f64>>,
    /// Modular complexity of each region: its industries over the sum of their ease. `None` where the sum is 0.
    pub regions: Vec<Option<f64>>,
    /// Mean modular complexity of the regions that have each industry. `None` where no such region has one.
    pub industries: Vec<Option<f64>>,
}

/// Computes how easily each industry is combined with others, and how complex the combinations of regions are.
///
/// ```text
/// ease[i] = number of other j with C[i, j] > 0 / k[i]
/// K[r]    = number of i of r / sum over i of r of ease[i]        K[i] = mean of K[r] over the regions with i
/// ```
///
/// # Shapes and units
///
/// - `presence`: regions x industries; `counts`: their co-occurrences.
///
/// # Source
///
/// Fleming and Sorenson (2001), Research Policy 30(7), 1019-1039, with regions for patents and industries for classes.
pub fn recombination(presence: &Presence, counts: &CoOccurrence) -> Recombination {
    let ubiquity = presence.ubiquity();
    let combined = |industry: usize| {
        let others = counts.row(industry).iter().enumerate().filter(|(other, both)| *other != industry && **both > 0);
        others.count() as f64
    };
    let ease: Vec<Option<f64>> =
        (0..ubiquity.len()).map(|i| (ubiquity[i] > 0).then(|| combined(i) / f64::from(ubiquity[i]))).collect();
    let of_region = |(region, diversity): (usize, u32)| {
        let sum: f64 = presence.industries_of(region).filter_map(|industry| ease[industry]).sum();
        (sum > 0.0).then(|| f64::from(diversity) / sum)
    };
    let regions: Vec<Option<f64>> = presence.diversity().into_iter().enumerate().map(of_region).collect();
    let of_industry = |industry: usize| {
        let own = presence.regions_of(industry).filter_map(|region| regions[region]);
        let (count, sum) = own.fold((0_u32, 0.0), |(count, sum), complexity| (count + 1, sum + complexity));
        (count > 0).then(|| sum / f64::from(count))
    };
    let industries = (0..ubiquity.len()).map(of_industry).collect();
    Recombination { ease, regions, industries }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::Progress;
    use crate::division::relatedness::co_occurrence;

    fn presence() -> Presence {
        Presence::try_new(&[true, true, false, true, false, false, false, true, false], 3).unwrap()
    }

    #[test]
    fn ubiquity_is_set_against_size() {
        let found = sized_ubiquity(&presence(), &[6.0, 2.0, 0.0]);
        let first = found[0].unwrap();
        assert_eq!(first.normalized, 0.75 / 0.5);
        assert!((first.inverse - 50.0 * 6.001_f64.ln()).abs() < 1e-12);
        assert_eq!((found[1].unwrap().normalized, found[2]), (0.5, None));
        assert_eq!(sized_ubiquity(&presence(), &[1.0]), [None; 3]);
    }

    #[test]
    fn rare_combinations_are_complex() {
        let presence = presence();
        let found = recombination(&presence, &co_occurrence(&presence, &Progress::new()).unwrap());
        assert_eq!(found.ease, [Some(0.5), Some(0.5), None]);
        assert_eq!(found.regions, [Some(2.0), Some(2.0), Some(2.0)]);
        assert_eq!(found.industries, [Some(2.0), Some(2.0), None]);
    }
}
