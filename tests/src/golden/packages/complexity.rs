//! Complexity of regions and industries, outlook, fitness, levels of productivity.

use std::collections::BTreeMap;

use growthpole_methods::division::complexity::{
    FitnessOptions, average_of_industries, average_of_regions, fitness, productivity_levels, recombination,
    reflections, sized_ubiquity,
};
use growthpole_methods::division::relatedness::{
    Margins, Normalization, co_occurrence, correlation_proximity, normalized, weighted_density,
};
use growthpole_methods::division::{
    ComplexityIndex, OutlookOptions, Presence, QuotientBase, Standardization, complexity_index, complexity_outlook,
    location_quotient_of_whole, proximity, relatedness_density,
};
use growthpole_methods::stats::{Spread, mean_and_deviation};
use growthpole_methods::{Amounts, Matrix, Progress};

use super::Runner;
use super::relatedness::{presence, put_matrix, trade, trade_block, trade_of};
use super::specialisation::states_2015;
use crate::golden::figures::Figures;
use crate::golden::reference::{Folder, Reference, Set};
use crate::golden::table::Table;

/// What computes a case.
pub(super) fn runner(case: &str) -> Option<Runner> {
    Some(match case {
        "complexity_eigen_full_world_trade" => |folder, _| eigen(&world(folder)),
        "complexity_eigen_wt40" => |folder, case| eigen(&trade(folder, case)),
        "complexity_fitness_full_world_trade" => fitness_of_the_world,
        "complexity_fitness_wt40" => fitness_wt40,
        "complexity_outlook_wt40" => outlook,
        "complexity_reflections_wt40" | "complexity_reflections_wt60" => reflected,
        "complexity_toy_hh2009" => toy,
        "ecomplexity_disconnected_edge"
        | "ecomplexity_equal_diversity_edge"
        | "ecomplexity_zero_diversity_edge"
        | "ecomplexity_zero_row_edge" => edges,
        "ecomplexity_german_states_2015" => |folder, _| harvard(&states_2015(folder), 1.0, "result"),
        "ecomplexity_manual_mcp" => manual,
        "ecomplexity_missing_value_edge" => missing,
        "ecomplexity_rpop_states" => per_head,
        "ecomplexity_threshold_and_continuous_wt40" => threshold,
        "ecomplexity_wt40" => |folder, case| harvard(&trade(folder, case), 1.0, "result"),
        "eigen_wrong_vector_edge" => sorted_eigenvalues,
        "fleming_sorenson_zscore_wt40" | "fleming_sorenson_zscore_wt60" => combination,
        "kci_tci_mor_econgeo_states" => |folder, case| econgeo(&states_2015(folder), case),
        "kci_tci_mor_econgeo_wt40" => |folder, case| econgeo(&trade(folder, case), case),
        "productivity_levels_wt40" => levels,
        "prody_expy_states" => levels_of_states,
        _ => return None,
    })
}

fn world(folder: &Folder) -> Table {
    Table::pivot(folder.data("ec_world_trade.csv").rows(), "country", "product", "value")
}

fn index(presence: &Presence, standardization: Standardization) -> Option<ComplexityIndex> {
    complexity_index(presence, standardization, &Progress::new()).ok()
}

fn put_both(figures: &mut Figures, parts: &str, table: &Table, regions: &[f64], industries: &[f64]) {
    for (label, value) in table.regions.iter().zip(regions) {
        figures.put(&format!("{parts}/complexity_index_country"), &[label], *value);
    }
    for (label, value) in table.industries.iter().zip(industries) {
        figures.put(&format!("{parts}/complexity_index_product"), &[label], *value);
    }
}

fn eigen(table: &Table) -> Figures {
    let found = index(&presence(&table.amounts(), 1.0), Standardization::Own(Spread::Sample)).unwrap();
    let mut figures = Figures::default();
    put_both(&mut figures, "result", table, &found.regions, &found.industries);
    figures
}

/// The reference counts the start among its iterations.
fn put_fitness(figures: &mut Figures, parts: &str, table: &Table, presence: &Presence, rule: (u32, f64)) {
    let options = FitnessOptions { iterations: rule.0 - 1, tolerance: 0.0, extremality: rule.1 };
    let found = fitness(presence, options, &Progress::new()).unwrap();
    put_both(figures, parts, table, &found.regions, &found.industries);
}

fn fitness_of_the_world(folder: &Folder, _: &Reference) -> Figures {
    let (table, mut figures) = (world(folder), Figures::default());
    put_fitness(&mut figures, "result", &table, &presence(&table.amounts(), 1.0), (200, 1.0));
    figures
}

fn fitness_wt40(folder: &Folder, case: &Reference) -> Figures {
    let (table, mut figures) = (trade(folder, case), Figures::default());
    let presence = presence(&table.amounts(), 1.0);
    for (name, rule) in [("it20", (20, 1.0)), ("it100", (100, 1.0)), ("it20_extremality_0.5", (20, 0.5))] {
        put_fitness(&mut figures, &format!("result/{name}"), &table, &presence, rule);
    }
    figures
}

fn outlook(folder: &Folder, case: &Reference) -> Figures {
    let (table, progress) = (trade(folder, case), Progress::new());
    let presence = presence(&table.amounts(), 1.0);
    let found = index(&presence, Standardization::Own(Spread::Sample)).unwrap();
    let near = proximity(&presence, &progress).unwrap();
    let density = relatedness_density(&presence, &near, true, &progress).unwrap();
    let options = OutlookOptions { include_self: true, subtract_lost: false };
    let outlook = complexity_outlook(&presence, &near, &density, &found.industries, options, &progress).unwrap();
    let (regions, industries) = (table.region_labels(), table.industry_labels());
    let mut figures = Figures::default();
    figures.put_all("result/complexity_outlook_index", regions.iter().copied().zip(outlook.index));
    put_matrix(&mut figures, "result/complexity_outlook_gain", &regions, &industries, &outlook.gain);
    figures
}

fn standardized(values: &[f64]) -> Vec<f64> {
    let (mean, deviation) = mean_and_deviation(values, Spread::Sample).unwrap();
    values.iter().map(|value| (value - mean) / deviation).collect()
}

fn reflected(folder: &Folder, case: &Reference) -> Figures {
    let table = trade(folder, case);
    let presence = presence(&table.amounts(), 1.0);
    let (even, odd) = (reflections(&presence, 18).regions, reflections(&presence, 19).industries);
    let mut figures = Figures::default();
    put_both(&mut figures, "result", &table, &standardized(&even.deviations), &standardized(&odd.deviations));
    figures
}

/// The reference's scale is that of a vector that sums to one; its sign follows rules of its own, so that ours is turned to
/// the first of its figures.
fn over_sum(values: &[f64], case: &Reference, parts: &str, first: &str) -> Vec<f64> {
    let sum: f64 = values.iter().sum();
    let turn = (case.expected.number(parts, &[first]) * values[0] / sum).signum();
    values.iter().map(|value| turn * value / sum).collect()
}

fn toy(_: &Folder, case: &Reference) -> Figures {
    let cells = [1.0, 1.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0];
    let table = Table::from_cells(&["C1", "C2", "C3", "C4"], &["P1", "P2", "P3", "P4"], cells.to_vec());
    let presence = Presence::try_new(&cells.map(|cell| cell > 0.0), 4).unwrap();
    let found = index(&presence, Standardization::None).unwrap();
    let mut figures = Figures::default();
    for (at, value) in over_sum(&found.regions, case, "result/KCI", "0").into_iter().enumerate() {
        figures.put("result/KCI", &[&at.to_string()], value);
    }
    for (at, value) in over_sum(&found.industries, case, "result/TCI", "0").into_iter().enumerate() {
        figures.put("result/TCI", &[&at.to_string()], value);
    }
    let (far, two) = (reflections(&presence, 20), reflections(&presence, 2));
    let far_odd = reflections(&presence, 19);
    figures.put_all("result/MORc", table.region_labels().into_iter().zip(far.regions.rescaled().unwrap()));
    figures.put_all("result/MORt", table.industry_labels().into_iter().zip(far_odd.industries.rescaled().unwrap()));
    figures.put_all("result/MORc2", table.region_labels().into_iter().zip(two.regions.values()));
    put_fitness(&mut figures, "result/fitness", &table, &presence, (20, 1.0));
    figures
}

/// All that ecomplexity answers, in its conventions.
fn harvard(table: &Table, threshold: f64, parts: &str) -> Figures {
    let amounts = table.amounts();
    let mut figures = Figures::default();
    put_harvard(&mut figures, parts, table, &presence(&amounts, threshold));
    let (regions, industries) = (table.region_labels(), table.industry_labels());
    let quotients = location_quotient_of_whole(&amounts).unwrap();
    put_matrix(&mut figures, &format!("{parts}/rca"), &regions, &industries, &quotients);
    figures
}

fn put_harvard(figures: &mut Figures, parts: &str, table: &Table, presence: &Presence) {
    let progress = Progress::new();
    let near = proximity(presence, &progress).unwrap();
    let density = relatedness_density(presence, &near, true, &progress).unwrap();
    put_near(figures, parts, table, presence, (&near, &density));
}

/// The same by relatedness and densities of any kind.
fn put_near(
    figures: &mut Figures,
    parts: &str,
    table: &Table,
    presence: &Presence,
    (near, density): (&Matrix, &Matrix),
) {
    let (regions, industries) = (table.region_labels(), table.industry_labels());
    let put = |figures: &mut Figures, name: &str, labels: &[&str], values: &[f64]| {
        figures.put_all(&format!("{parts}/{name}"), labels.iter().copied().zip(values.iter().copied()));
    };
    let counts = |counts: Vec<u32>| counts.into_iter().map(f64::from).collect::<Vec<_>>();
    put(figures, "diversity", &regions, &counts(presence.diversity()));
    put(figures, "ubiquity", &industries, &counts(presence.ubiquity()));
    put_matrix(figures, &format!("{parts}/density"), &regions, &industries, density);
    let undefined = |n| vec![f64::NAN; n];
    let shared = index(presence, Standardization::OfRegions);
    let (eci, pci) = shared
        .map_or((undefined(regions.len()), undefined(industries.len())), |found| (found.regions, found.industries));
    put(figures, "eci", &regions, &eci);
    put(figures, "pci", &industries, &pci);
    let Some(plain) = index(presence, Standardization::None) else {
        put(figures, "coi", &regions, &undefined(regions.len()));
        let none = Matrix::from_fn(regions.len(), industries.len(), |_, _| f64::NAN);
        put_matrix(figures, &format!("{parts}/cog"), &regions, &industries, &none);
        return;
    };
    let options = OutlookOptions { include_self: true, subtract_lost: false };
    let outlook = complexity_outlook(presence, near, density, &plain.industries, options, &Progress::new()).unwrap();
    let (mean, deviation) = mean_and_deviation(&outlook.index, Spread::Population).unwrap();
    let coi: Vec<f64> = outlook.index.iter().map(|value| (value - mean) / deviation).collect();
    put(figures, "coi", &regions, &coi);
    let (_, deviation) = mean_and_deviation(&plain.regions, Spread::Population).unwrap();
    put_matrix(figures, &format!("{parts}/cog"), &regions, &industries, &outlook.gain.map(|gain| gain / deviation));
}

/// Small matrices among the parameters; rows of zeros are left out, and have no figures.
fn edges(_: &Folder, case: &Reference) -> Figures {
    let rows: Vec<Vec<f64>> = serde_json::from_value(case.params["m"].clone()).unwrap();
    let regions: Vec<String> = (0..rows.len()).map(|at| format!("r{at}")).collect();
    let industries: Vec<String> = (0..rows[0].len()).map(|at| format!("p{at}")).collect();
    let columns: Vec<&str> = industries.iter().map(String::as_str).collect();
    let (known, empty): (Vec<usize>, Vec<usize>) =
        (0..rows.len()).partition(|&at| rows[at].iter().any(|cell| *cell > 0.0));
    let labels: Vec<&str> = known.iter().map(|&at| regions[at].as_str()).collect();
    let cells = known.iter().flat_map(|&at| rows[at].iter().copied()).collect();
    let table = Table::from_cells(&labels, &columns, cells);
    let mut figures = harvard(&table, case.params["threshold"].as_f64().unwrap_or(1.0), "result");
    for at in empty {
        put_nothing(&mut figures, &regions[at], &columns, &["density", "cog", "rca"]);
    }
    figures
}

/// No figures for a region that has nothing.
fn put_nothing(figures: &mut Figures, region: &str, columns: &[&str], matrices: &[&str]) {
    for name in ["eci", "diversity", "coi"] {
        figures.put(&format!("result/{name}"), &[region], f64::NAN);
    }
    for (name, column) in matrices.iter().flat_map(|name| columns.iter().map(move |column| (name, column))) {
        figures.put(&format!("result/{name}"), &[region, column], f64::NAN);
    }
}

/// The matrix of the edge with a row of zeros, with another row in which a cell is missing: nothing, as the reference means it.
fn missing(folder: &Folder, _: &Reference) -> Figures {
    let mut case = folder.case(Set::Cases, "ecomplexity_zero_row_edge").unwrap();
    case.params["m"][2] = serde_json::json!([2, 2, 0, 3, 1]);
    edges(folder, &case)
}

fn threshold(folder: &Folder, case: &Reference) -> Figures {
    let countries = case.expected.names_below("result/threshold_0.5/eci");
    let table = trade_block(folder, &countries);
    let mut figures = harvard(&table, 0.5, "result/threshold_0.5");
    // Continuous: relatedness by correlations of quotients, densities by quotients, and presence as ever.
    let amounts = table.amounts();
    let quotients = location_quotient_of_whole(&amounts).unwrap();
    let near = correlation_proximity(&quotients);
    let density = weighted_density(&quotients, &near, true, &Progress::new()).unwrap();
    put_near(&mut figures, "result/continuous", &table, &presence(&amounts, 1.0), (&near, &density));
    let (regions, industries) = (table.region_labels(), table.industry_labels());
    put_matrix(&mut figures, "result/continuous/rca", &regions, &industries, &quotients);
    figures
}

fn manual(folder: &Folder, case: &Reference) -> Figures {
    let countries = case.expected.names_below("result/eci").into_iter().map(str::to_owned).collect::<Vec<_>>();
    let countries: Vec<&str> = countries.iter().map(String::as_str).collect();
    let table = trade_block(folder, &countries);
    let amounts = table.amounts();
    // Only pairs with exports are listed.
    let mut listed: Vec<f64> = amounts.regions().flatten().copied().filter(|cell| *cell > 0.0).collect();
    listed.sort_by(f64::total_cmp);
    let median = (listed[(listed.len() - 1) / 2] + listed[listed.len() / 2]) / 2.0;
    let has = |row: &[f64]| row.iter().any(|cell| *cell > median);
    let (kept, empty): (Vec<usize>, Vec<usize>) = (0..countries.len()).partition(|&region| has(amounts.region(region)));
    let products = table.industry_labels();
    let table = table.block(&kept.iter().map(|&at| countries[at]).collect::<Vec<_>>(), &products);
    let cells: Vec<bool> = table.amounts().regions().flatten().map(|cell| *cell > median).collect();
    let mut figures = Figures::default();
    put_harvard(&mut figures, "result", &table, &Presence::try_new(&cells, products.len()).unwrap());
    for at in empty {
        put_nothing(&mut figures, countries[at], &products, &["density", "cog"]);
    }
    figures.put("result/rca", &[], f64::NAN);
    figures
}

fn per_head(folder: &Folder, _: &Reference) -> Figures {
    let table = states_2015(folder);
    let amounts = table.amounts();
    let people = people(folder, &table);
    let total: f64 = people.iter().sum();
    let heads = people.iter().map(|people| people / total * amounts.total()).collect();
    let base = QuotientBase::try_new(heads, amounts.industry_totals().to_vec(), amounts.total()).unwrap();
    let found = index(&Presence::revealed(&amounts, &base, 1.0).unwrap(), Standardization::OfRegions).unwrap();
    let mut figures = Figures::default();
    figures.put_all("result/eci", table.region_labels().into_iter().zip(found.regions));
    figures.put_all("result/pci", table.industry_labels().into_iter().zip(found.industries));
    let (regions, industries) = (table.region_labels(), table.industry_labels());
    let quotient = |r: usize, i: usize| {
        amounts.region(r)[i] * amounts.total() / (base.region_totals()[r] * amounts.industry_totals()[i])
    };
    let quotients = Matrix::from_fn(regions.len(), industries.len(), quotient);
    put_matrix(&mut figures, "result/rpop", &regions, &industries, &quotients);
    figures
}

fn people(folder: &Folder, table: &Table) -> Vec<f64> {
    let records = folder.data("reat_g_regions_industries.csv");
    let by_region: BTreeMap<&str, f64> =
        records.rows().map(|row| (row.text("region_code"), row.number("pop"))).collect();
    table.regions.iter().map(|region| by_region[region.as_str()]).collect()
}

fn sorted_eigenvalues(_: &Folder, case: &Reference) -> Figures {
    let rows: Vec<Vec<f64>> = serde_json::from_value(case.params["B"]["values"].clone()).unwrap();
    let cells: Vec<bool> = rows.concat().iter().map(|cell| *cell > 0.0).collect();
    let found =
        index(&Presence::try_new(&cells, rows[0].len()).unwrap(), Standardization::Own(Spread::Sample)).unwrap();
    let mut figures = Figures::default();
    figures.put("textbook_result/eigenvalues", &["0"], 1.0);
    figures.put("textbook_result/eigenvalues", &["1"], found.second_eigenvalue);
    figures.put("textbook_result/eigenvalues", &["2"], found.third_eigenvalue);
    let parts = "textbook_result/complexity_index_country_up_to_sign";
    let names = ["r1", "r2", "r3", "r4", "r5", "r6"];
    let turn = (found.regions[0] * case.expected.number(parts, &["r1"])).signum();
    figures.put_all(parts, names.into_iter().zip(found.regions.iter().map(|value| value * turn)));
    figures
}

fn combination(folder: &Folder, case: &Reference) -> Figures {
    let table = trade(folder, case);
    let all = presence(&table.amounts(), 1.0);
    // Products that no country specialises in are left out.
    let kept: Vec<usize> = (0..all.n_industries()).filter(|&at| all.ubiquity()[at] > 0).collect();
    let presence = all.restricted(&(0..all.n_regions()).collect::<Vec<_>>(), &kept);
    let labels: Vec<&str> = kept.iter().map(|&at| table.industries[at].as_str()).collect();
    let counts = co_occurrence(&presence, &Progress::new()).unwrap();
    let found = recombination(&presence, &counts);
    let mut figures = Figures::default();
    figures.put_all("result/ease", labels.iter().copied().zip(found.ease));
    if !case.expected.below("result/modular", &[]).is_empty() {
        for (at, value) in found.regions.iter().enumerate() {
            figures.put("result/modular", &[table.regions[at].as_str()], *value);
        }
    }
    figures.put_all("result/modular_avg", labels.iter().copied().zip(found.industries));
    let scores = normalized(&counts, Normalization::ZScore, Margins::Others);
    put_matrix(&mut figures, "result/zscore", &labels[..30], &labels[..30], &scores);
    figures
}

fn econgeo(table: &Table, case: &Reference) -> Figures {
    let presence = presence(&table.amounts(), 1.0);
    let found = index(&presence, Standardization::None).unwrap();
    let (regions, industries) = (table.region_labels(), table.industry_labels());
    let mut figures = Figures::default();
    let of_regions = over_sum(&found.regions, case, "result/KCI", regions[0]);
    let of_industries = over_sum(&found.industries, case, "result/TCI", industries[0]);
    figures.put_all("result/KCI", regions.iter().copied().zip(of_regions));
    figures.put_all("result/TCI", industries.iter().copied().zip(of_industries));
    for steps in [0, 1, 2] {
        let found = reflections(&presence, steps);
        figures.put_all(&format!("result/MORc{steps}"), regions.iter().copied().zip(found.regions.values()));
        figures.put_all(&format!("result/MORt{steps}"), industries.iter().copied().zip(found.industries.values()));
    }
    let (even, odd) = (reflections(&presence, 20), reflections(&presence, 19));
    figures.put_all("result/MORc20", regions.iter().copied().zip(even.regions.rescaled().unwrap()));
    figures.put_all("result/MORt19", industries.iter().copied().zip(odd.industries.rescaled().unwrap()));
    figures
}

fn levels(folder: &Folder, case: &Reference) -> Figures {
    let (table, records) = (trade(folder, case), folder.data("ec_world_gdp.csv"));
    let incomes: BTreeMap<&str, f64> = records.rows().map(|row| (row.text("country"), row.number("value"))).collect();
    // Countries without an income count in no level.
    let known: Vec<&str> = table.region_labels().into_iter().filter(|country| incomes.contains_key(country)).collect();
    let table = trade_of(folder, &known);
    let values: Vec<f64> = known.iter().map(|country| incomes[country]).collect();
    let found = productivity_levels(table.amounts().cells(), &values).unwrap();
    let mut figures = Figures::default();
    figures.put_all("result/productivity_level_country", known.iter().copied().zip(found.regions));
    figures.put_all("result/productivity_level_product", table.industry_labels().into_iter().zip(found.industries));
    figures
}

fn levels_of_states(folder: &Folder, _: &Reference) -> Figures {
    let table = states_2015(folder);
    let amounts: Amounts = table.amounts();
    let people = people(folder, &table);
    let found = productivity_levels(amounts.cells(), &people).unwrap();
    let mut figures = Figures::default();
    for (name, labels, values) in
        [("prody", table.industry_labels(), found.industries), ("expy", table.region_labels(), found.regions)]
    {
        for (at, (label, value)) in labels.into_iter().zip(values).enumerate() {
            let at = at.to_string();
            figures.put(&format!("textbook_result/{name}/cols"), &[&at], label);
            figures.put(&format!("textbook_result/{name}/values/0"), &[&at], value);
        }
    }
    let averages = [
        ("wavg_reg", table.region_labels(), average_of_industries(amounts.cells(), amounts.industry_totals())),
        ("wavg_ind", table.industry_labels(), average_of_regions(amounts.cells(), &people)),
    ];
    for (name, labels, values) in averages {
        for (at, (label, value)) in labels.into_iter().zip(values).enumerate() {
            let at = at.to_string();
            figures.put(&format!("result/{name}/cols"), &[&at], label);
            figures.put(&format!("result/{name}/values/0"), &[&at], value);
        }
    }
    let sized = sized_ubiquity(&presence(&amounts, 1.0), amounts.industry_totals());
    for (label, sized) in table.industry_labels().into_iter().zip(sized) {
        figures.put("result/norm.ubiquity", &[label], sized.map(|sized| sized.normalized));
        figures.put("result/inv.norm.ubiquity", &[label], sized.map(|sized| sized.inverse));
    }
    figures
}
