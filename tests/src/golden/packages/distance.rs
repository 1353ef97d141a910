//! Great-circle distances.

use growthpole_methods::division::{EARTH_RADIUS_KM, haversine_km};

use super::Runner;
use crate::golden::figures::Figures;
use crate::golden::reference::{Folder, Reference};
use crate::golden::table::Records;

/// What computes a case.
pub(super) fn runner(case: &str) -> Option<Runner> {
    (case == "distance_matrix_great_circle").then_some(districts_to_pharmacies)
}

/// Coordinates of the first places that are kept.
fn places(records: &Records, n: usize, keep: impl Fn(&str) -> bool, kind: Option<&str>) -> Vec<(f64, f64)> {
    let kept = records.rows().filter(|row| kind.is_none_or(|column| keep(row.text(column))));
    kept.take(n).map(|row| (row.number("lat"), row.number("lon"))).collect()
}

fn districts_to_pharmacies(folder: &Folder, case: &Reference) -> Figures {
    let radius = case.params["radius_km"].as_f64().unwrap();
    let districts = places(&folder.data("reat_goettingenhealth2.csv"), 15, |_| true, None);
    let is_pharmacy = |kind: &str| kind == "pharm";
    let pharmacies = places(&folder.data("reat_goettingenhealth1.csv"), 12, is_pharmacy, Some("type"));
    let mut figures = Figures::default();
    let pairs = pharmacies.iter().flat_map(|to| districts.iter().map(move |from| (from, to)));
    for (at, (from, to)) in pairs.enumerate() {
        let distance = haversine_km(from.0, from.1, to.0, to.1).unwrap() / EARTH_RADIUS_KM * radius;
        figures.put("result/distance", &[&at.to_string()], distance);
    }
    figures
}
