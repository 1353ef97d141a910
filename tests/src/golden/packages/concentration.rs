//! Concentration of industries by amounts and by plants, and their co-location.

use std::collections::{BTreeMap, BTreeSet};

use growthpole_methods::division::concentration::{
    ConcentrationCurve, Location, PlantRegions, PlantSizes, cluster_index, coagglomeration, coagglomeration_pairs,
    colocation, concentration_curve, concentration_table, ellison_glaeser, equal_base_curve, gini_of_quotients,
    hoover_coefficient,
};
use growthpole_methods::{AmountRows, Amounts, Progress};

use super::Runner;
use super::shift_share::states;
use super::specialisation::states_2015;
use crate::golden::figures::Figures;
use crate::golden::reference::{Folder, Reference};
use crate::golden::table::Table;

/// What computes a case.
pub(super) fn runner(case: &str) -> Option<Runner> {
    Some(match case {
        "conc_table_states_2015" => table,
        "econgeo_curves_eu" => curves_eu,
        "econgeo_curves_states" => curves_states,
        "ellison_coagglomeration_fk2014" => together,
        "ellison_glaeser_fk2014" => by_plants,
        "howard_colocation_fk2014" | "howard_colocation_fk2014_regions_1_3" => in_the_same_region,
        "industry_concentration_single" => single_2015,
        "industry_concentration_single_2014" => single_2014,
        "litzenberger_cluster_index_2015" => clusters,
        _ => return None,
    })
}

fn table(folder: &Folder, _: &Reference) -> Figures {
    let table = states_2015(folder);
    let amounts = table.amounts();
    let plants = vec![None; amounts.n_industries()];
    let indices =
        concentration_table(&AmountRows::of(&amounts), amounts.region_totals(), &plants, &Progress::new()).unwrap();
    let mut figures = Figures::default();
    for (industry, own) in table.industry_labels().into_iter().zip(indices) {
        let own = own.expect("no industry is empty");
        figures.put("result", &[industry, "H i"], own.hoover);
        figures.put("result", &[industry, "G i"], own.quotient_gini);
        figures.put("result", &[industry, "K i"], own.krugman_mean_of_others);
    }
    figures
}

fn put_corners(figures: &mut Figures, parts: &str, corners: &[f64]) {
    for (at, corner) in corners.iter().enumerate() {
        figures.put(parts, &[&at.to_string()], *corner);
    }
}

/// The Lorenz curve, whose corners bear the names of the regions that end there.
fn put_lorenz(figures: &mut Figures, curve: &ConcentrationCurve, regions: &[&str]) {
    put_corners(figures, "result/Lorenz/cum.reg", &curve.base);
    figures.put("result/Lorenz/cum.out", &[""], curve.own[0]);
    for (region, own) in curve.regions.iter().zip(&curve.own[1..]) {
        figures.put("result/Lorenz/cum.out", &[regions[*region]], *own);
    }
}

/// Hoover's curve, whose corners have no names.
pub(in crate::golden) fn put_hoover(figures: &mut Figures, base: &[f64], own: &[f64]) {
    put_corners(figures, "result/Hoover/cum.reg", base);
    put_corners(figures, "result/Hoover/cum.out", own);
}

/// Both curves of an industry, Hoover's against a base.
fn curves(table: &Table, industry: &str, base: &[f64]) -> Figures {
    let amounts = table.amounts();
    let at = table.industries.iter().position(|own| own == industry).expect("the industry is there");
    let own: Vec<f64> = amounts.cells().column(at).collect();
    let mut figures = Figures::default();
    put_lorenz(&mut figures, &equal_base_curve(&own).unwrap(), &table.region_labels());
    let hoover = concentration_curve(&Location::try_new(&own, base).unwrap());
    put_hoover(&mut figures, &hoover.base, &hoover.own);
    figures
}

fn curves_states(folder: &Folder, _: &Reference) -> Figures {
    let records = folder.data("reat_g_regions_industries.csv");
    let population = of_region(&Table::pivot(records.rows(), "region_code", "ind_code", "pop"));
    curves(&states_2015(folder), "WZ08-C", &population)
}

fn curves_eu(folder: &Folder, _: &Reference) -> Figures {
    let records = folder.data("reat_eu28_emp.csv");
    let rows = records.rows().filter(|row| row.text("time") == "2016");
    let table = Table::pivot(rows, "geo", "nace_r2", "emp1000");
    let totals = table.amounts().region_totals().to_vec();
    curves(&table, "A", &totals)
}

fn single(table: &Table, industry: &str) -> Figures {
    let amounts = table.amounts();
    let at = table.industries.iter().position(|own| own == industry).expect("the industry is there");
    let own: Vec<f64> = amounts.cells().column(at).collect();
    let location = Location::try_new(&own, amounts.region_totals()).unwrap();
    let plants = vec![None; amounts.n_industries()];
    let indices =
        concentration_table(&AmountRows::of(&amounts), amounts.region_totals(), &plants, &Progress::new()).unwrap();
    let mut figures = Figures::default();
    figures.put("result/gini.conc", &[], gini_of_quotients(&location).unwrap());
    figures.put("result/hoover", &[], hoover_coefficient(&location));
    figures.put("result/krugman_vs_total", &[], indices[at].map(|own| own.krugman_whole));
    figures
}

fn single_2015(folder: &Folder, _: &Reference) -> Figures {
    single(&states_2015(folder), "WZ08-K")
}

fn single_2014(folder: &Folder, _: &Reference) -> Figures {
    single(&states(folder, "2014"), "Information und Kommunikation (J)")
}

/// Indices of the states' industries over regions that count alike, and against population.
pub(super) fn put_concentration(figures: &mut Figures, folder: &Folder, table: &Table) {
    let records = folder.data("reat_g_regions_industries.csv");
    let population = of_region(&Table::pivot(records.rows(), "region_code", "ind_code", "pop"));
    let amounts = table.amounts();
    for (at, industry) in table.industry_labels().into_iter().enumerate() {
        let own: Vec<f64> = amounts.cells().column(at).collect();
        let location = Location::try_new(&own, &population).unwrap();
        figures.put("result/Gini_3digits", &[industry], equal_base_curve(&own).unwrap().gini());
        figures.put("result/Hoover.Gini_3digits", &[industry], concentration_curve(&location).gini());
        figures.put("result/Hoover.index_pct_2digits", &[industry], 100.0 * hoover_coefficient(&location));
    }
}

/// Plants of the textbook example, by position of region and industry.
struct Plants {
    industries: Vec<String>,
    regions: Vec<String>,
    /// Region, industry and size of each.
    plants: Vec<(usize, usize, f64)>,
    /// Everything there is in each region.
    totals: Vec<f64>,
}

impl Plants {
    fn read(folder: &Folder, with: impl Fn(&str) -> bool) -> Self {
        let records = folder.data("reat_fk2014_egc.csv");
        let rows: Vec<_> = records.rows().filter(|row| with(row.text("region"))).collect();
        let labels = |column: &str| -> Vec<String> {
            rows.iter().map(|row| row.text(column).to_owned()).collect::<BTreeSet<_>>().into_iter().collect()
        };
        let (regions, industries) = (labels("region"), labels("industry"));
        let at = |labels: &[String], label: &str| labels.iter().position(|own| own == label).unwrap();
        let plants = rows.iter().map(|row| {
            let region = at(&regions, row.text("region"));
            (region, at(&industries, row.text("industry")), row.number("emp_firm"))
        });
        let plants = plants.collect();
        let totals: BTreeMap<&str, f64> =
            rows.iter().map(|row| (row.text("region"), row.number("emp_region"))).collect();
        let totals = totals.into_values().collect();
        Self { industries, regions, plants, totals }
    }

    fn amounts(&self) -> Amounts {
        let n = self.industries.len();
        let mut cells = vec![0.0; self.regions.len() * n];
        self.plants.iter().for_each(|(region, industry, size)| cells[region * n + industry] += size);
        Amounts::try_new(cells, n).unwrap()
    }

    fn sizes(&self, industry: usize) -> Vec<f64> {
        self.plants.iter().filter(|(_, own, _)| *own == industry).map(|(_, _, size)| *size).collect()
    }
}

fn put_index(figures: &mut Figures, base: &[f64], plants: &Plants, put: impl Fn(&mut Figures, &str, &str, f64)) {
    let amounts = plants.amounts();
    for (at, industry) in plants.industries.iter().enumerate() {
        let own: Vec<f64> = amounts.cells().column(at).collect();
        let sizes = PlantSizes::of_plants(&plants.sizes(at)).unwrap();
        let index = ellison_glaeser(&Location::try_new(&own, base).unwrap(), Some(&sizes)).unwrap();
        put(figures, industry, "Gamma i", index.gamma.unwrap());
        put(figures, industry, "G i", index.concentration);
        put(figures, industry, "z Gi", index.z.unwrap());
        put(figures, industry, "K i", sizes.plants());
        put(figures, industry, "HHI i", sizes.herfindahl());
    }
}

fn by_plants(folder: &Folder, _: &Reference) -> Figures {
    let plants = Plants::read(folder, |_| true);
    let mut figures = Figures::default();
    put_index(&mut figures, plants.amounts().region_totals(), &plants, |figures, industry, name, value| {
        figures.put("result/table", &[industry, name], value);
    });
    put_index(&mut figures, &plants.totals, &plants, |figures, industry, name, value| {
        figures.put("result/own_regions", &[name, industry], value);
    });
    figures
}

fn together(folder: &Folder, _: &Reference) -> Figures {
    let plants = Plants::read(folder, |_| true);
    let amounts = plants.amounts();
    let all: Vec<usize> = (0..plants.industries.len()).collect();
    let rows = AmountRows::of(&amounts);
    let pairs = coagglomeration_pairs(&rows, amounts.region_totals(), &all, &Progress::new()).unwrap();
    let mut figures = Figures::default();
    for (first, one) in plants.industries.iter().enumerate() {
        for (second, other) in plants.industries.iter().enumerate().skip(first + 1) {
            figures.put("textbook_result/pairs", &[&format!("{one}-{other}")], pairs.get(first, second));
        }
    }
    let gamma = coagglomeration(&AmountRows::of(&amounts), amounts.region_totals(), &all).unwrap();
    figures.put("textbook_result/all", &[], gamma);
    figures
}

fn in_the_same_region(folder: &Folder, case: &Reference) -> Figures {
    let without = case.name.ends_with("1_3").then_some("2");
    let plants = Plants::read(folder, |region| Some(region) != without);
    let regions = plants.plants.iter().map(|(region, ..)| *region).collect();
    let industries = plants.plants.iter().map(|(_, industry, _)| *industry).collect();
    let all = PlantRegions::try_new(regions, industries, plants.regions.len(), plants.industries.len()).unwrap();
    let mut figures = Figures::default();
    for pair in colocation(&all) {
        let name = format!("{}-{}", plants.industries[pair.first], plants.industries[pair.second]);
        figures.put("result", &[&name], pair.observed);
    }
    figures
}

/// A figure of states, which every row of theirs repeats.
fn of_region(table: &Table) -> Vec<f64> {
    table.amounts().regions().map(|row| row[0]).collect()
}

fn clusters(folder: &Folder, _: &Reference) -> Figures {
    let records = folder.data("reat_g_regions_industries.csv");
    let pivot = |value| Table::pivot(records.rows(), "region_code", "ind_code", value);
    let (amounts, firms) = (pivot("emp_all"), pivot("firms"));
    let (areas, population) = (of_region(&pivot("area_sqkm")), of_region(&pivot("pop")));
    let (held, counted) = (amounts.amounts(), firms.amounts());
    let cells = cluster_index(&AmountRows::of(&held), &AmountRows::of(&counted), &areas, &population).unwrap();
    let mut figures = Figures::default();
    for (region, industry, index) in amounts.labelled(&cells) {
        figures.put("result", &[industry, region], index);
    }
    figures
}
