//! Tables and records of concentration.

use growthpole_contracts::v1::{
    ConcentrationCurve, DistanceDensity, IndustryConcentration, IndustryLabel, MeasureConcentrationResponse,
};

use crate::output::View;
use crate::output::csv::Records;
use crate::output::format::{amount, exact, fixed, industry, or_nothing, region};
use crate::output::table::Table;

pub(super) fn view(what: &str, answer: &MeasureConcentrationResponse) -> View {
    let mut tables = vec![industries(what, answer)];
    tables.extend(clusters(answer));
    tables.extend(coagglomerations(answer));
    tables.extend(colocations(answer));
    tables.extend(distances(answer));
    View { tables, records: records(answer), provenance: answer.provenance.clone(), warnings: answer.warnings.clone() }
}

fn label(of: &Option<IndustryLabel>) -> String {
    let (code, name) = industry(of);
    format!("{code} {name}").trim_end().to_owned()
}

fn labels(of: &[IndustryLabel]) -> String {
    of.iter().map(|label| label.code.as_str()).collect::<Vec<_>>().join(", ")
}

fn four(number: Option<f64>) -> String {
    or_nothing(number, |number| fixed(number, 4))
}

fn industries(what: &str, answer: &MeasureConcentrationResponse) -> Table {
    let mut table = Table::new(format!("Concentration, {what}"))
        .texts(["Period", "Industry"])
        .numbers(["Amount", "Regions", "Loc. Gini", "Hoover", "Krugman", "Herfindahl", "Equiv. regions", "G"])
        .numbers(["EG no plants", "EG", "z", "MS"])
        .texts(["Why not"]);
    for own in &answer.industries {
        let plants = own.plants.as_ref();
        table.row([
            own.period.clone(),
            label(&own.industry),
            amount(own.amount),
            own.regions.to_string(),
            four(own.locational_gini),
            four(own.hoover),
            four(own.krugman_whole),
            four(own.herfindahl),
            or_nothing(own.equivalent_regions, |number| fixed(number, 1)),
            four(own.geographic_concentration),
            four(own.gamma_without_plants),
            four(plants.and_then(|plants| plants.gamma)),
            or_nothing(plants.and_then(|plants| plants.z), |z| fixed(z, 2)),
            four(plants.and_then(|plants| plants.maurel_sedillot)),
            own.reason.clone(),
        ]);
    }
    table
}

fn clusters(answer: &MeasureConcentrationResponse) -> Option<Table> {
    let mut table = Table::new("Cluster index (Litzenberger and Sternberg)")
        .texts(["Period", "Code", "Region", "Industry"])
        .numbers(["Index"])
        .texts(["Why not"]);
    for cell in &answer.cluster_indices {
        let (code, name) = region(&cell.region);
        let index = or_nothing(cell.index, |index| fixed(index, 3));
        table.row([cell.period.clone(), code, name, label(&cell.industry), index, cell.reason.clone()]);
    }
    (!answer.cluster_indices.is_empty()).then_some(table)
}

fn coagglomerations(answer: &MeasureConcentrationResponse) -> Option<Table> {
    let mut table = Table::new("Co-agglomeration").texts(["Period", "Group", "Industries"]).numbers(["EG"]);
    for own in &answer.coagglomerations {
        table.row([own.period.clone(), own.name.clone(), labels(&own.industries), four(own.gamma)]);
    }
    (!answer.coagglomerations.is_empty()).then_some(table)
}

fn colocations(answer: &MeasureConcentrationResponse) -> Option<Table> {
    let mut table = Table::new("Co-location of plants (Howard, Newman and Tarp)").texts(["First", "Second"]).numbers([
        "Co-location",
        "Expected",
        "Excess",
        "p (more)",
        "p (less)",
    ]);
    for own in &answer.colocations {
        table.row([
            label(&own.first),
            label(&own.second),
            fixed(own.colocation, 4),
            fixed(own.expected, 4),
            fixed(own.excess, 4),
            four(own.p_greater),
            four(own.p_less),
        ]);
    }
    (!answer.colocations.is_empty()).then_some(table)
}

fn distances(answer: &MeasureConcentrationResponse) -> Option<Table> {
    let mut table = Table::new("Distances between plants (Duranton and Overman)")
        .texts(["Industry"])
        .numbers(["Plants", "Bandwidth, km", "Localisation", "Dispersion"])
        .texts(["Localised at, km", "Why not"]);
    for own in &answer.distance_densities {
        let is_defined = own.reason.is_empty();
        let shown = |number: f64, decimals| or_nothing(is_defined.then_some(number), |own| fixed(own, decimals));
        table.row([
            label(&own.industry),
            own.plants.to_string(),
            shown(own.bandwidth_km, 1),
            shown(own.localization, 4),
            shown(own.dispersion, 4),
            localized(own),
            own.reason.clone(),
        ]);
    }
    (!answer.distance_densities.is_empty()).then_some(table)
}

/// First and last distance at which there is localisation.
fn localized(own: &DistanceDensity) -> String {
    let mut at = own.steps.iter().filter(|step| step.localization > 0.0).map(|step| step.distance_km);
    match (at.next(), at.next_back()) {
        (Some(first), Some(last)) => format!("{}-{}", fixed(first, 0), fixed(last, 0)),
        (Some(only), None) => fixed(only, 0),
        (None, _) => String::new(),
    }
}

/// One record a figure.
struct Figures(Records);

impl Figures {
    /// Adds a figure of an industry, or of two of them, in a region or at a distance.
    fn add(&mut self, period: &str, industries: String, place: String, name: &str, value: Option<f64>, reason: &str) {
        let cells = [period.to_owned(), industries, place, name.to_owned(), exact(value), reason.to_owned()];
        self.0.row(cells);
    }
}

fn records(answer: &MeasureConcentrationResponse) -> Records {
    let mut all = Figures(Records::new(["period", "industries", "place", "figure", "value", "reason"]));
    answer.industries.iter().for_each(|own| industry_records(&mut all, own));
    for cell in &answer.cluster_indices {
        let (place, code) = (region(&cell.region).0, industry(&cell.industry).0);
        all.add(&cell.period, code, place, "cluster_index", cell.index, &cell.reason);
    }
    for own in &answer.coagglomerations {
        all.add(&own.period, labels(&own.industries), own.name.clone(), "coagglomeration", own.gamma, "");
    }
    for own in &answer.colocations {
        let pair = format!("{}, {}", industry(&own.first).0, industry(&own.second).0);
        let figures = [
            ("colocation", Some(own.colocation)),
            ("colocation_expected", Some(own.expected)),
            ("colocation_p_greater", own.p_greater),
            ("colocation_p_less", own.p_less),
        ];
        figures.into_iter().for_each(|(name, value)| all.add("", pair.clone(), String::new(), name, value, ""));
    }
    answer.distance_densities.iter().for_each(|own| distance_records(&mut all, own));
    all.0
}

fn industry_records(all: &mut Figures, own: &IndustryConcentration) {
    let code = industry(&own.industry).0;
    let plants = own.plants.as_ref();
    let figures = [
        ("amount", Some(own.amount)),
        ("regions", Some(f64::from(own.regions))),
        ("locational_gini", own.locational_gini),
        ("hoover_gini", own.hoover_gini),
        ("quotient_gini", own.quotient_gini),
        ("hoover", own.hoover),
        ("krugman_whole", own.krugman_whole),
        ("krugman_rest", own.krugman_rest),
        ("krugman_mean_of_others", own.krugman_mean_of_others),
        ("herfindahl", own.herfindahl),
        ("herfindahl_normalized", own.herfindahl_normalized),
        ("equivalent_regions", own.equivalent_regions),
        ("geographic_concentration", own.geographic_concentration),
        ("gamma_without_plants", own.gamma_without_plants),
        ("maurel_sedillot_without_plants", own.maurel_sedillot_without_plants),
        ("plants", plants.map(|plants| plants.plants)),
        ("plant_herfindahl", plants.map(|plants| plants.plant_herfindahl)),
        ("gamma", plants.and_then(|plants| plants.gamma)),
        ("z", plants.and_then(|plants| plants.z)),
        ("maurel_sedillot", plants.and_then(|plants| plants.maurel_sedillot)),
    ];
    for (name, value) in figures {
        all.add(&own.period, code.clone(), String::new(), name, value, &own.reason);
    }
    let curves = [("lorenz_curve", &own.lorenz_curve), ("hoover_curve", &own.hoover_curve)];
    for (name, curve) in curves {
        curve.iter().for_each(|curve| curve_records(all, &own.period, &code, name, curve));
    }
}

/// Both coordinates of every corner, under the region that ends there.
fn curve_records(all: &mut Figures, period: &str, code: &str, name: &str, curve: &ConcentrationCurve) {
    let corners = curve.base.iter().zip(&curve.industry).skip(1).zip(&curve.regions);
    for ((base, own), place) in corners {
        all.add(period, code.to_owned(), place.clone(), &format!("{name}_base"), Some(*base), "");
        all.add(period, code.to_owned(), place.clone(), &format!("{name}_industry"), Some(*own), "");
    }
}

fn distance_records(all: &mut Figures, own: &DistanceDensity) {
    let code = industry(&own.industry).0;
    if !own.reason.is_empty() {
        return all.add("", code, String::new(), "distance_density", None, &own.reason);
    }
    for step in &own.steps {
        let figures = [
            ("distance_density", step.density),
            ("distance_global_lower", step.global_lower),
            ("distance_global_upper", step.global_upper),
        ];
        for (name, value) in figures {
            all.add("", code.clone(), format!("{} km", fixed(step.distance_km, 3)), name, Some(value), "");
        }
    }
}

#[cfg(test)]
mod tests {
    use growthpole_contracts::v1::{Coagglomeration, DistanceStep, PlantConcentration};

    use super::*;

    #[test]
    fn shows_what_there_is_and_why_there_is_nothing() {
        let empty = IndustryConcentration { reason: "EMPTY_INDUSTRY".into(), ..Default::default() };
        let plants = PlantConcentration { gamma: Some(0.125), ..Default::default() };
        let own = IndustryConcentration { hoover: Some(0.25), plants: Some(plants), ..Default::default() };
        let steps = [(10.0, 0.0), (20.0, 0.5), (30.0, 0.25)].map(|(distance_km, localization)| DistanceStep {
            distance_km,
            localization,
            ..Default::default()
        });
        let answer = MeasureConcentrationResponse {
            industries: vec![own, empty],
            coagglomerations: vec![Coagglomeration { gamma: Some(-0.5), ..Default::default() }],
            distance_densities: vec![DistanceDensity { steps: steps.to_vec(), ..Default::default() }],
            ..Default::default()
        };
        let view = view("jobs", &answer);
        let mut written = Vec::new();
        view.tables.iter().for_each(|table| table.write(&mut written).unwrap());
        let text = String::from_utf8(written).unwrap();
        for expected in ["0.2500", "0.1250", "-0.5000", "EMPTY_INDUSTRY", "20-30"] {
            assert!(text.contains(expected), "{expected} is not in\n{text}");
        }
        let mut written = Vec::new();
        crate::output::csv::write(&mut written, &view.records, None).unwrap();
        let text = String::from_utf8(written).unwrap();
        assert!(text.contains("\n,,,hoover,0.25,\n") && text.contains("\n,,,hoover,,EMPTY_INDUSTRY\n"), "{text}");
    }
}
