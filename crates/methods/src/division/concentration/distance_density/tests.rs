#![allow(clippy::unwrap_used)]

use super::*;
use crate::division::haversine_km;

const OPTIONS: DistanceOptions = DistanceOptions { max_km: 400.0, steps: 40, draws: 200, level: 0.05, seed: 7 };

/// Sixty sites in six towns along a parallel, about 80 km apart, ten in each.
fn coordinates() -> Vec<(f64, f64)> {
    let site = |site: usize| (45.0 + 0.01 * (site % 10) as f64, 120.0 + (site / 10) as f64 + 0.003 * (site % 7) as f64);
    (0..60).map(site).collect()
}

fn sites() -> Sites {
    Sites::try_new(&coordinates(), &[1.0; 60]).unwrap()
}

fn of(members: &[usize], options: &DistanceOptions) -> Result<DistanceDensity, DistanceDensityError> {
    distance_density(&sites(), members, false, options, &Progress::new())
}

#[test]
fn rounding_distances_hardly_changes_densities() {
    let members = [0, 3, 11, 25, 26, 47, 58];
    let result = of(&members, &OPTIONS).unwrap();
    let all = coordinates();
    let mut distances = Vec::new();
    for (at, &first) in members.iter().enumerate() {
        for &second in &members[at + 1..] {
            distances.push(haversine_km(all[first].0, all[first].1, all[second].0, all[second].1).unwrap());
        }
    }
    let normal = |z: f64| (-0.5 * z * z).exp() / (2.0 * std::f64::consts::PI).sqrt();
    let h = result.bandwidth_km;
    for (distance, density) in result.distances_km.iter().zip(&result.density) {
        let exact: f64 = distances.iter().map(|own| normal((distance - own) / h) + normal((distance + own) / h)).sum();
        let exact = exact / (h * distances.len() as f64);
        assert!((density / exact - 1.0).abs() < 1e-3, "{distance} km: {density} is not {exact}");
    }
}

#[test]
fn plants_of_one_town_are_localised_and_plants_of_all_are_not() {
    let town = of(&(0..10).collect::<Vec<_>>(), &OPTIONS).unwrap();
    assert!(town.bands.localization[0] > 0.0 && town.bands.dispersion.iter().all(|own| *own == 0.0));
    let spread = of(&(0..60).collect::<Vec<_>>(), &OPTIONS).unwrap();
    assert!(spread.bands.localization.iter().all(|own| *own < 1e-15));
    // One plant in every town keeps more distance than plants at random.
    let apart = of(&[5, 15, 25, 35, 45, 55], &OPTIONS).unwrap();
    assert!(apart.density[0] < apart.bands.local.lower[0]);
}

#[test]
fn global_bands_hold_as_many_draws_as_they_say() {
    let draws = Matrix::from_fn(100, 5, |draw, step| ((draw * 37 + step * step * 11) % 100) as f64);
    let bands = bands(&[50.0; 5], &draws, 0.05);
    let above =
        draws.rows().filter(|draw| draw.iter().zip(&bands.global.upper).any(|(own, bound)| own > bound)).count();
    let below =
        draws.rows().filter(|draw| draw.iter().zip(&bands.global.lower).any(|(own, bound)| own < bound)).count();
    assert!(above <= 5 && below <= 5, "{above} above, {below} below");
    assert_eq!((bands.local.lower[0], bands.local.upper[0]), (5.0, 94.0));
    assert!(bands.global.upper.iter().zip(&bands.local.upper).all(|(global, local)| global >= local));
}

#[test]
fn weighs_pairs_by_size_when_asked() {
    let mut sizes = [1.0; 60];
    (sizes[0], sizes[1]) = (1000.0, 1000.0);
    let sites = Sites::try_new(&coordinates(), &sizes).unwrap();
    let density = |by_size| {
        distance_density(&sites, &[0, 1, 20, 40, 59], by_size, &OPTIONS, &Progress::new()).unwrap().density[0]
    };
    assert!(density(true) > 2.0 * density(false));
}

#[test]
fn the_seed_alone_decides() {
    let with = |seed, draws| of(&[0, 1, 2, 33, 44, 55], &DistanceOptions { seed, draws, ..OPTIONS }).unwrap().bands;
    assert_eq!(with(1, 300), with(1, 300));
    assert_ne!(with(1, 300), with(2, 300));
}

#[test]
fn refuses_what_has_no_density() {
    let invalid = DistanceDensityError::InvalidSite { site: 1, latitude: 91.0, longitude: 0.0 };
    assert_eq!(Sites::try_new(&[(0.0, 0.0), (91.0, 0.0)], &[1.0, 1.0]).unwrap_err(), invalid);
    let size = DistanceDensityError::InvalidSize { site: 0, value: 0.0 };
    assert_eq!(Sites::try_new(&[(0.0, 0.0), (1.0, 0.0)], &[0.0, 1.0]).unwrap_err(), size);
    let one_place = DistanceDensityError::TooFewPlants { plants: 2 };
    assert_eq!(Sites::try_new(&[(1.0, 1.0); 2], &[1.0; 2]).unwrap_err(), one_place);
    for members in [&[0, 1][..], &[0, 1, 1], &[0, 1, 60]] {
        let few = DistanceDensityError::TooFewPlants { plants: members.len() };
        assert_eq!(of(members, &OPTIONS), Err(few));
    }
    for options in [
        DistanceOptions { max_km: 0.0, ..OPTIONS },
        DistanceOptions { max_km: f64::NAN, ..OPTIONS },
        DistanceOptions { steps: 0, ..OPTIONS },
        DistanceOptions { draws: 0, ..OPTIONS },
        DistanceOptions { level: 0.5, ..OPTIONS },
    ] {
        assert_eq!(of(&[0, 1, 2], &options), Err(DistanceDensityError::InvalidOption));
    }
    let progress = Progress::new();
    progress.stop();
    let stopped = distance_density(&sites(), &[0, 11, 22], false, &OPTIONS, &progress);
    assert_eq!(stopped, Err(Stopped.into()));
}
