//! Moran's I, of all regions and of each.

use growthpole_methods::stats::{Moran, Quadrant, SpatialWeights, local_moran, moran};

use super::Runner;
use super::spatial_mobility::{contiguity, values};
use crate::golden::figures::Figures;
use crate::golden::reference::{Folder, Reference};

/// What computes a case.
pub(super) fn runner(case: &str) -> Option<Runner> {
    Some(match case {
        "moran_mexico" => mexico,
        "moran_us_2009_all_transforms" => transforms_us,
        "moran_us_time_series" => years_us,
        "moran_local_mexico_2000_binary" => |folder, _| {
            let weights = contiguity(folder, "mexico");
            local(&folder.data("pysal_mexico.csv").numbers("pcgdp2000"), &weights)
        },
        "moran_local_us_2009" => |folder, _| {
            let weights = contiguity(folder, "usjoin").row_standardized();
            local(&folder.data("pysal_usjoin.csv").numbers("2009"), &weights)
        },
        _ => return None,
    })
}

fn put_moran(figures: &mut Figures, path: &str, moran: &Moran) {
    let (normal, random, sums) = (moran.normality, moran.randomization, moran.sums);
    let named = [
        ("I", moran.i),
        ("EI", moran.expected),
        ("VI_norm", normal.variance),
        ("seI_norm", normal.variance.sqrt()),
        ("z_norm", normal.z),
        ("p_norm", normal.p_value),
        ("VI_rand", random.variance),
        ("seI_rand", random.variance.sqrt()),
        ("z_rand", random.z),
        ("p_rand", random.p_value),
        ("s0", sums.s0),
        ("s1", sums.s1),
        ("s2", sums.s2),
    ];
    figures.put_all(path, named);
}

fn mexico(folder: &Folder, case: &Reference) -> Figures {
    let weights = contiguity(folder, "mexico").row_standardized();
    let mut figures = Figures::default();
    for (row, name) in values(folder, case, "mexico").rows().zip(case.expected.names_below("result")) {
        put_moran(&mut figures, &format!("result/{name}"), &moran(row, &weights).unwrap());
    }
    figures
}

fn years_us(folder: &Folder, case: &Reference) -> Figures {
    let weights = contiguity(folder, "usjoin").row_standardized();
    let mut figures = Figures::default();
    for (row, year) in values(folder, case, "usjoin").rows().zip(case.expected.names_below("result")) {
        figures.put("result", &[year], moran(row, &weights).unwrap().i);
    }
    figures
}

/// The same contiguity by rows, as it is, over all links, and with the variance of rows made equal.
fn transforms_us(folder: &Folder, _: &Reference) -> Figures {
    let binary = contiguity(folder, "usjoin");
    let regions = binary.n_regions();
    let scaled = |scale: &dyn Fn(usize) -> f64| {
        let links: Vec<_> = (0..regions)
            .flat_map(|from| binary.links(from).map(move |(to, weight)| (from, to, weight * scale(from))))
            .collect();
        SpatialWeights::from_links(regions, &links).unwrap()
    };
    let root = |region: usize| (binary.n_neighbours(region) as f64).sqrt();
    let sum_of_roots: f64 = (0..regions).map(root).sum();
    let transforms = [
        ("r", binary.row_standardized()),
        ("b", binary.clone()),
        ("d", scaled(&|_| 1.0 / binary.total())),
        ("v", scaled(&|region| regions as f64 / sum_of_roots / root(region))),
    ];
    let values = folder.data("pysal_usjoin.csv").numbers("2009");
    let mut figures = Figures::default();
    for (name, weights) in &transforms {
        put_moran(&mut figures, &format!("result/{name}"), &moran(&values, weights).unwrap());
    }
    figures
}

/// The moments of the reference are those of n/(n - 1) times its own statistic: they are compared on that scale.
fn local(values: &[f64], weights: &SpatialWeights) -> Figures {
    let scale = values.len() as f64 / (values.len() as f64 - 1.0);
    let mut figures = Figures::default();
    for (at, region) in local_moran(values, weights).unwrap().regions.iter().enumerate() {
        let at = at.to_string();
        let geoda = match region.quadrant {
            Quadrant::HighHigh => 1.0,
            Quadrant::LowLow => 2.0,
            Quadrant::LowHigh => 3.0,
            Quadrant::HighLow => 4.0,
        };
        let named = [
            ("Is", region.i),
            ("q", region.quadrant.position() as f64 + 1.0),
            ("q_geoda", geoda),
            ("EI", region.total.expected * scale),
            ("VI", region.total.variance * scale * scale),
            ("EIc", region.conditional.expected * scale),
            ("VIc", region.conditional.variance * scale * scale),
        ];
        for (name, value) in named {
            figures.put("result", &[name, &at], value);
        }
    }
    figures
}
