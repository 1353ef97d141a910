//! Complexity indices of regions and industries: the second eigenvector of who has what.

use super::components::components;
use super::eigen::second_pair;
use super::operator::Operator;
use super::sign::{ComplexitySign, sign};
use crate::division::Presence;
use crate::stats::{Spread, mean_and_deviation};
use crate::{Progress, Stopped};

/// Eigenvalues nearer to each other than this, or to 0, are taken for equal.
const SAME: f64 = 1e-9;

/// Why complexity is undefined.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum ComplexityError {
    /// The region has no industry.
    #[error("region {region} has no industry")]
    EmptyRegion {
        /// Row of the region.
        region: usize,
    },
    /// The industry is in no region.
    #[error("industry {industry} is in no region")]
    AbsentIndustry {
        /// Column of the industry.
        industry: usize,
    },
    /// There are no two regions, or no two industries.
    #[error("{regions} regions and {industries} industries: complexity compares two of each at least")]
    TooSmall {
        /// Number of regions.
        regions: usize,
        /// Number of industries.
        industries: usize,
    },
    /// Regions and industries fall into parts that share nothing.
    #[error("regions and industries fall into {components} components that share nothing")]
    Disconnected {
        /// Number of components; see [`super::components()`].
        components: usize,
    },
    /// The second eigenvalue is the third as well, or 0: any vector would do.
    #[error("the second and third eigenvalues, {second} and {third}, do not single out a vector")]
    Degenerate {
        /// The second eigenvalue.
        second: f64,
        /// The third eigenvalue, or 0.
        third: f64,
    },
    /// Nothing tells apart which end of the scale is complex.
    #[error("neither diversity nor ubiquity tells which end of the scale is complex")]
    NoSign,
    /// The eigenvector did not settle.
    #[error("the eigenvector did not settle: residual {residual} at a gap of {gap} between eigenvalues")]
    NotConverged {
        /// Length of what the matrix makes of the vector beyond a multiple of it.
        residual: f64,
        /// Second less third eigenvalue.
        gap: f64,
    },
    /// The caller does not want the result any more.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// By which mean and deviation complexity is made comparable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Standardization {
    /// Both by mean and population deviation of the regions' complexity, so that a region's is the mean of its industries'.
    #[default]
    OfRegions,
    /// Each by mean and deviation of its own.
    Own(Spread),
    /// None: of the eigenvector of industries at length 1 in the symmetric form, and its means by region.
    None,
}

/// Complexity of regions and industries.
#[derive(Debug, Clone, PartialEq)]
pub struct ComplexityIndex {
    /// Of each region (ECI, also known as KCI), by position.
    pub regions: Vec<f64>,
    /// Of each industry (PCI, also known as TCI), by position.
    pub industries: Vec<f64>,
    /// The eigenvalue that belongs to it, below 1.
    pub second_eigenvalue: f64,
    /// The eigenvalue after it; `None` where there are but two.
    pub third_eigenvalue: Option<f64>,
    /// Length of what the matrix makes of the unit eigenvector beyond a multiple of it. Divided by the gap between the two
    /// eigenvalues it bounds the angle by which the vector is off.
    pub residual: f64,
    /// What decided on the sign.
    pub sign: ComplexitySign,
}

/// Computes the complexity of regions and industries.
///
/// ```text
/// k[r] = sum over i of M[r, i]        k[i] = sum over r of M[r, i]
/// ECI  = second eigenvector of  D_r^-1 M D_i^-1 M',   PCI = second eigenvector of  D_i^-1 M' D_r^-1 M
/// computed from the symmetric form  D_r^-1/2 M D_i^-1 M' D_r^-1/2  (or of industries where those are fewer), turned back
/// ```
///
/// The sign makes regions with more industries more complex; where that correlation is below 0.1 in size, the method of
/// reflections decides, and where that is silent (all equally diverse), industries in fewer regions are more complex.
///
/// # Shapes and units
///
/// - `presence`: regions x industries, each region with an industry and each industry in a region, all connected.
/// - returns: by region and by industry, without unit; only differences and order mean anything.
///
/// # Errors
///
/// The first empty region or absent industry; fewer than two of either; parts that share nothing; eigenvalues that single
/// out no vector; a sign that nothing decides; an eigenvector that does not settle.
///
/// # Source
///
/// Hidalgo and Hausmann (2009), PNAS 106(26), 10570-10575; Hausmann et al. (2014), The Atlas of Economic Complexity, MIT
/// Press; the symmetric form: Caldarelli et al. (2012), PLoS ONE 7(10), e47278. With regions and technologies: Balland and
/// Rigby (2017), Economic Geography 93(1), 1-23.
pub fn complexity_index(
    presence: &Presence,
    standardization: Standardization,
    progress: &Progress,
) -> Result<ComplexityIndex, ComplexityError> {
    check(presence)?;
    let operator = Operator::new(presence);
    let pair = second_pair(&operator, progress)?;
    let gap = pair.value - pair.third.unwrap_or(0.0);
    if !pair.settled && (gap >= SAME || gap.is_nan()) {
        return Err(ComplexityError::NotConverged { residual: pair.residual, gap });
    }
    if pair.value < SAME || (pair.third.is_some() && gap < SAME) {
        return Err(ComplexityError::Degenerate { second: pair.value, third: pair.third.unwrap_or(0.0) });
    }
    // Back from the symmetric form; what the other side has is the mean over its neighbours.
    let side: Vec<f64> = pair.vector.iter().zip(&operator.degrees).map(|(cell, degree)| cell / degree.sqrt()).collect();
    let other = operator.means_on_other(&side);
    let (regions, industries) = if operator.of_regions {
        // A region's is the mean of its industries', which are means of the regions' before.
        (side.iter().map(|cell| cell * pair.value).collect(), other)
    } else {
        (other, side)
    };
    let as_numbers = |counts: Vec<u32>| counts.into_iter().map(f64::from).collect::<Vec<_>>();
    let (diversity, ubiquity) = (as_numbers(presence.diversity()), as_numbers(presence.ubiquity()));
    let (turn, sign) = sign(&regions, &diversity, &industries, &ubiquity).ok_or(ComplexityError::NoSign)?;
    let (regions, industries) = standardized(&regions, &industries, turn, standardization);
    let (second_eigenvalue, third_eigenvalue, residual) = (pair.value, pair.third, pair.residual);
    Ok(ComplexityIndex { regions, industries, second_eigenvalue, third_eigenvalue, residual, sign })
}

fn check(presence: &Presence) -> Result<(), ComplexityError> {
    let none = |counts: &[u32]| counts.iter().position(|&count| count == 0);
    if let Some(region) = none(&presence.diversity()) {
        return Err(ComplexityError::EmptyRegion { region });
    }
    if let Some(industry) = none(&presence.ubiquity()) {
        return Err(ComplexityError::AbsentIndustry { industry });
    }
    let (regions, industries) = (presence.n_regions(), presence.n_industries());
    if regions < 2 || industries < 2 {
        return Err(ComplexityError::TooSmall { regions, industries });
    }
    let components = components(presence).count;
    if components > 1 { Err(ComplexityError::Disconnected { components }) } else { Ok(()) }
}

fn standardized(
    regions: &[f64],
    industries: &[f64],
    turn: f64,
    standardization: Standardization,
) -> (Vec<f64>, Vec<f64>) {
    // A vector that is orthogonal to a positive one is not constant, so that its deviation is positive.
    let spread = |values: &[f64], spread| mean_and_deviation(values, spread).unwrap_or((0.0, 1.0));
    let (of_regions, of_industries) = match standardization {
        Standardization::OfRegions => {
            let shared = spread(regions, Spread::Population);
            (shared, shared)
        }
        Standardization::Own(own) => (spread(regions, own), spread(industries, own)),
        Standardization::None => ((0.0, 1.0), (0.0, 1.0)),
    };
    let scaled = |values: &[f64], (mean, deviation): (f64, f64)| {
        values.iter().map(|value| turn * (value - mean) / deviation).collect()
    };
    (scaled(regions, of_regions), scaled(industries, of_industries))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::super::SignBy;
    use super::*;

    fn presence(rows: &[&[u8]]) -> Presence {
        let cells: Vec<bool> = rows.iter().flat_map(|row| row.iter().map(|&cell| cell == 1)).collect();
        Presence::try_new(&cells, rows[0].len()).unwrap()
    }

    fn index(presence: &Presence, standardization: Standardization) -> Result<ComplexityIndex, ComplexityError> {
        complexity_index(presence, standardization, &Progress::new())
    }

    /// A network drawn by a fixed rule, in which later regions have more industries and later industries are rarer.
    fn drawn(regions: usize, industries: usize) -> Presence {
        let cell = |at: usize| {
            let (region, industry) = (at / industries, at % industries);
            let chance = (region * 100 / regions + 20) * (industries - industry) / industries;
            industry == 0 || industry % regions == region || (at * 2_654_435_761) % 4_294_967_291 % 120 < chance
        };
        Presence::try_new(&(0..regions * industries).map(cell).collect::<Vec<_>>(), industries).unwrap()
    }

    #[test]
    fn a_chain_is_ordered_along_itself() {
        // Both ends of the chain look alike, so that the third row, with a third industry, breaks the symmetry.
        let chain = presence(&[&[1, 0, 0, 0], &[1, 1, 0, 0], &[0, 1, 1, 0], &[0, 0, 1, 1]]);
        let found = index(&chain, Standardization::OfRegions).unwrap();
        assert!(found.regions.windows(2).all(|pair| pair[0] < pair[1]), "{:?}", found.regions);
        assert_eq!(found.sign.by, SignBy::Diversity);
        let mean: f64 = found.regions.iter().sum::<f64>() / 4.0;
        let variance: f64 = found.regions.iter().map(|x| x * x).sum::<f64>() / 4.0;
        assert!(mean.abs() < 1e-15 && (variance - 1.0).abs() < 1e-14);
        // A region's is the mean of its industries'.
        assert!((found.regions[1] - (found.industries[0] + found.industries[1]) / 2.0).abs() < 1e-14);
    }

    #[test]
    fn large_networks_are_searched_to_the_same_end_as_small_ones_are_decomposed() {
        // 201 on the smaller side is beyond what is laid out in full.
        for (regions, industries) in [(97, 130), (201, 230), (450, 210)] {
            let presence = drawn(regions, industries);
            let found = index(&presence, Standardization::OfRegions).unwrap();
            assert!(found.residual < 1e-14, "{}", found.residual);
            let (second, third) = whole_spectrum(&presence);
            assert!((found.second_eigenvalue - second).abs() < 1e-14, "{} {second}", found.second_eigenvalue);
            assert!((found.third_eigenvalue.unwrap() - third).abs() < 1e-11, "{:?} {third}", found.third_eigenvalue);
        }
    }

    /// Second and third eigenvalue, by a decomposition of the matrix laid out in full.
    fn whole_spectrum(presence: &Presence) -> (f64, f64) {
        let (diversity, ubiquity) = (presence.diversity(), presence.ubiquity());
        let n = presence.n_industries();
        let mut matrix = faer::Mat::<f64>::zeros(n, n);
        for (region, &diversity) in diversity.iter().enumerate() {
            for i in presence.industries_of(region) {
                for j in presence.industries_of(region) {
                    let scale = f64::from(ubiquity[i]) * f64::from(ubiquity[j]);
                    matrix[(i, j)] += 1.0 / f64::from(diversity) / scale.sqrt();
                }
            }
        }
        let eigen = matrix.self_adjoint_eigen(faer::Side::Lower).unwrap();
        let values = eigen.S().column_vector();
        (values[n - 2], values[n - 3])
    }

    #[test]
    fn a_disconnected_network_is_refused_with_its_components() {
        let blocks = presence(&[&[1, 1, 0, 0], &[1, 0, 0, 0], &[0, 0, 1, 1], &[0, 0, 1, 0]]);
        assert_eq!(index(&blocks, Standardization::OfRegions), Err(ComplexityError::Disconnected { components: 2 }));
    }

    #[test]
    fn a_tie_of_eigenvalues_is_refused_and_no_wrong_vector_returned() {
        // A ring looks the same from everywhere: its second eigenvalue is double.
        for n in [6, 120, 240] {
            let cells: Vec<bool> = (0..n * n).map(|at| at / n == at % n || (at / n + 1) % n == at % n).collect();
            let ring = Presence::try_new(&cells, n).unwrap();
            let refused = index(&ring, Standardization::OfRegions);
            assert!(matches!(refused, Err(ComplexityError::Degenerate { .. })), "{n}: {refused:?}");
        }
        // Regions that are all alike have no second eigenvalue at all.
        let alike = index(&presence(&[&[1, 1], &[1, 1]]), Standardization::OfRegions);
        assert!(matches!(alike, Err(ComplexityError::Degenerate { second, .. }) if second.abs() < 1e-15));
    }

    #[test]
    fn equal_diversities_leave_the_sign_to_ubiquity() {
        let equal = presence(&[&[1, 0, 0, 1], &[1, 1, 0, 0], &[0, 1, 1, 0], &[0, 1, 1, 0]]);
        let found = index(&equal, Standardization::OfRegions).unwrap();
        assert_eq!((found.sign.by, found.sign.with_diversity), (SignBy::Ubiquity, None));
        // Industry 3 is in one region, industry 1 in three.
        assert!(found.industries[3] > found.industries[1], "{:?}", found.industries);
    }

    #[test]
    fn what_nothing_tells_apart_is_refused() {
        // Exchanging the two regions, and industries 0 and 2, changes nothing.
        assert_eq!(
            index(&presence(&[&[1, 1, 0], &[0, 1, 1]]), Standardization::OfRegions),
            Err(ComplexityError::NoSign)
        );
    }

    #[test]
    fn zero_rows_are_refused_and_not_turned_into_zeros() {
        let empty = index(&presence(&[&[1, 1], &[0, 0]]), Standardization::OfRegions);
        assert_eq!(empty, Err(ComplexityError::EmptyRegion { region: 1 }));
        let absent = index(&presence(&[&[1, 0], &[1, 0]]), Standardization::OfRegions);
        assert_eq!(absent, Err(ComplexityError::AbsentIndustry { industry: 1 }));
        let single = index(&presence(&[&[1, 1]]), Standardization::OfRegions);
        assert_eq!(single, Err(ComplexityError::TooSmall { regions: 1, industries: 2 }));
    }

    #[test]
    fn standardized_by_their_own_both_have_their_own_mean_and_deviation() {
        let found = index(&drawn(40, 30), Standardization::Own(Spread::Sample)).unwrap();
        for values in [&found.regions, &found.industries] {
            let (mean, deviation) = mean_and_deviation(values, Spread::Sample).unwrap();
            assert!(mean.abs() < 1e-14 && (deviation - 1.0).abs() < 1e-14);
        }
    }

    #[test]
    fn the_number_of_threads_changes_nothing() {
        let presence = drawn(700, 600);
        let on = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| index(&presence, Standardization::OfRegions)).unwrap()
        };
        assert_eq!(on(1), on(3));
    }

    #[test]
    fn stops_when_asked() {
        let progress = Progress::new();
        progress.stop();
        let stopped = complexity_index(&drawn(120, 110), Standardization::OfRegions, &progress);
        assert_eq!(stopped, Err(ComplexityError::Stopped(Stopped)));
    }
}
