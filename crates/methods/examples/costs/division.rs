//! Tests and intervals of structures that are made of draws.

use std::hint::black_box;

use growthpole_methods::division::concentration::{
    DistanceOptions, PlantRegions, Sites, distance_density, excess_colocation,
};
use growthpole_methods::division::{QuotientBootstrap, bootstrap_quotients};
use growthpole_methods::stats::random::generator;
use growthpole_methods::{AmountRows, Progress};
use rand::RngExt as _;

use crate::{Method, TABLES, method};

/// Plants or sites, and how many are in the industry that is looked at.
const PLACES: [(usize, usize); 4] = [(500, 50), (1_000, 50), (5_000, 50), (5_000, 500)];
/// Plants by region or industry of each.
const PLANTS: [(usize, usize); 4] = [(1_000, 20), (10_000, 20), (100_000, 20), (100_000, 50)];

pub(crate) fn measure_specialization() -> Vec<Method> {
    let mut sizes = TABLES;
    sizes[3] = (3_000, 50);
    vec![method("bootstrap of all quotients, 999 draws", sizes, |own| {
        let rows = AmountRows::of(&own.amounts[0]);
        let how = QuotientBootstrap { draws: 999, level: 0.95, seed: 1 };
        f64::from(bootstrap_quotients(&rows, &rows, how, &Progress::new()).is_ok())
    })]
}

pub(crate) fn measure_concentration() -> Vec<Method> {
    vec![
        method("co-location of plants, 199 draws", PLANTS, |own| {
            let (plants, industries) = (own.values.n_columns(), own.values.n_rows());
            let mut random = generator(1, 1);
            let mut of = |n: usize| (0..plants).map(|_| random.random_range(0..n)).collect();
            let plants = PlantRegions::try_new(of(31), of(industries), 31, industries).expect("plants");
            excess_colocation(&plants, 199, 1, &Progress::new()).expect("pairs").len() as f64
        }),
        method("distances between plants, 1 000 draws", PLACES, |own| {
            let (sites, members) = (own.values.n_columns(), own.values.n_rows());
            let mut random = generator(1, 2);
            let places: Vec<(f64, f64)> = (0..sites)
                .map(|_| (40.0 + 10.0 * random.random::<f64>(), 120.0 + 12.0 * random.random::<f64>()))
                .collect();
            let sites = Sites::try_new(&places, &vec![1.0; sites]).expect("sites");
            let options = DistanceOptions { max_km: 500.0, steps: 100, draws: 1_000, level: 0.05, seed: 1 };
            let members: Vec<usize> = (0..members).collect();
            black_box(distance_density(&sites, &members, false, &options, &Progress::new()).expect("a density"));
            0.0
        }),
    ]
}
