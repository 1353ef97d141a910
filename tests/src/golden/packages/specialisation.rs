//! Location quotients, their variants, and likeness of structures.

use growthpole_methods::division::specialization::{
    ReferenceStructure, SpecializationProfile, specialization_profiles,
};
use growthpole_methods::division::{
    KrugmanReference, LocationQuotientError, QuotientBase, absolute_excess, krugman_against, krugman_pairs,
    location_quotient, location_quotient_cells, location_quotient_of_whole, locational_gini, revealed_presence,
    standardized_quotient,
};
use growthpole_methods::stats::Spread;
use growthpole_methods::{AmountRows, Amounts, Matrix, Progress};

use super::Runner;
use super::concentration::put_concentration;
use super::shift_share::{freiburg_columns, goettingen, states};
use crate::golden::figures::Figures;
use crate::golden::reference::{Folder, Reference};
use crate::golden::table::Table;

/// What computes a case.
pub(super) fn runner(case: &str) -> Option<Runner> {
    Some(match case {
        "balassa_wt40" | "balassa_zero_row_edge" | "balassa_zero_row_edge_2" => balassa,
        "econgeo_indices_states_2015" => indices,
        "econgeo_zero_row_col_edge" => empty_region_and_industry,
        "krugman_pairwise_states_2014" => pairwise,
        "locq_additive_freiburg" => additive_freiburg,
        "locq_additive_goettingen_2017" => additive_goettingen,
        "locq_german_states_2015" => quotients,
        "locq_single_region_is_nation_edge" => region_is_nation,
        "locq_standardised_og_states_2015" => standardised,
        "locq_zero_edges" => zeros,
        "lq_equals_one_tie_edge" => ties,
        "single_city_indices_freiburg" => freiburg_against_nation,
        "spec_table_states_2015" => against_mean_of_others,
        _ => return None,
    })
}

/// Employment of the German states by industry in 2015, with one cell of zero.
pub(super) fn states_2015(folder: &Folder) -> Table {
    let records = folder.data("reat_g_regions_industries.csv");
    Table::pivot(records.rows(), "region_code", "ind_code", "emp_all")
}

fn whole(amounts: &Amounts) -> QuotientBase {
    QuotientBase::of_whole(amounts).expect("there is something")
}

/// A region as a table of one row.
fn one_row(cells: &[f64]) -> Amounts {
    Amounts::try_new(cells.to_vec(), cells.len()).unwrap()
}

/// A region's totals against the nation's.
fn base_of_nation(region: &[f64], nation: &[f64]) -> QuotientBase {
    QuotientBase::try_new(vec![region.iter().sum()], nation.to_vec(), nation.iter().sum()).unwrap()
}

fn number(present: Option<bool>) -> Option<f64> {
    present.map(|present| if present { 1.0 } else { 0.0 })
}

/// How many are present; nothing where none is defined.
fn count(presence: impl Iterator<Item = Option<bool>>) -> Option<f64> {
    let defined: Vec<bool> = presence.flatten().collect();
    (!defined.is_empty()).then(|| defined.iter().filter(|&&present| present).count() as f64)
}

fn put_presence_counts(figures: &mut Figures, table: &Table, presence: &[Option<bool>]) {
    let n = table.industries.len();
    for (at, region) in table.region_labels().into_iter().enumerate() {
        figures.put("result/diversity_RCA", &[region], count(presence[at * n..(at + 1) * n].iter().copied()));
    }
    for (at, industry) in table.industry_labels().into_iter().enumerate() {
        figures.put("result/ubiquity_RCA", &[industry], count(presence.iter().skip(at).step_by(n).copied()));
    }
}

fn balassa(folder: &Folder, case: &Reference) -> Figures {
    let records = folder.data("ec_world_trade_sitc2.csv");
    let world = Table::pivot(records.rows(), "country", "product", "value");
    let regions = case.expected.names_below("result/rca");
    let products = case.expected.names_below(&format!("result/rca/{}", regions[0]));
    let table = world.block(&regions, &products);
    let table = match case.name.as_str() {
        "balassa_zero_row_edge" => table.without(regions[2], Some(products[4])),
        "balassa_zero_row_edge_2" => table.without(regions[0], None),
        _ => table,
    };
    let amounts = table.amounts();
    let base = whole(&amounts);
    let presence = revealed_presence(&amounts, &base, 1.0).unwrap();
    let mut figures = Figures::default();
    for (region, product, quotient) in table.labelled(&location_quotient_cells(&amounts, &base).unwrap()) {
        figures.put("result/rca", &[region, product], quotient);
    }
    let textbook = !case.expected.names_below("textbook_result/m").is_empty();
    for (region, product, present) in table.labelled(&presence) {
        figures.put("result/m", &[region, product], number(present));
        if textbook {
            figures.put("textbook_result/m", &[region, product], number(present));
        }
    }
    figures
}

fn indices(folder: &Folder, _: &Reference) -> Figures {
    let table = states_2015(folder);
    let amounts = table.amounts();
    let mut figures = Figures::default();
    let quotients = location_quotient_of_whole(&amounts).unwrap();
    for (region, industry, quotient) in table.labelled(quotients.cells()) {
        figures.put("result/location.quotient", &[region, industry], quotient);
    }
    let presence = revealed_presence(&amounts, &whole(&amounts), 1.0).unwrap();
    put_presence_counts(&mut figures, &table, &presence);
    put_krugman_and_gini(&mut figures, &table);
    put_profiles(&mut figures, &table);
    put_concentration(&mut figures, folder, &table);
    figures
}

/// The measures of every region against some amounts.
fn profiles(amounts: &Amounts, whole: &[f64]) -> Vec<SpecializationProfile> {
    let reference = ReferenceStructure::try_new(whole).unwrap();
    specialization_profiles(&AmountRows::of(amounts), &reference, None, &Progress::new()).unwrap()
}

/// Measures by region, as EconGeo names them.
const BY_REGION: [&str; 5] = ["location.quotient.avg", "Hachman", "Herfindahl", "spec.coeff", "entropy_3digits"];

fn put_profiles(figures: &mut Figures, table: &Table) {
    let amounts = table.amounts();
    for (region, own) in table.region_labels().into_iter().zip(profiles(&amounts, amounts.industry_totals())) {
        let bits = own.entropy.nats / std::f64::consts::LN_2;
        let values =
            [own.average_quotient, Some(own.hachman), Some(own.herfindahl.index), Some(own.hoover), Some(bits)];
        for (name, value) in BY_REGION.into_iter().zip(values) {
            figures.put(&format!("result/{name}"), &[region], value);
        }
    }
}

fn put_krugman_and_gini(figures: &mut Figures, table: &Table) {
    let amounts = table.amounts();
    let krugman = krugman_against(&amounts, KrugmanReference::Whole).unwrap();
    figures.put_all("result/Krugman.index", table.region_labels().into_iter().zip(krugman));
    let gini = locational_gini(&amounts, amounts.region_totals()).unwrap();
    figures.put_all("result/locational.Gini", table.industry_labels().into_iter().zip(gini));
}

fn empty_region_and_industry(folder: &Folder, _: &Reference) -> Figures {
    let states = states_2015(folder);
    let (regions, industries) = (states.region_labels(), states.industry_labels());
    let (empty_region, empty_industry) = (regions[2], industries[3]);
    let table = states.block(&regions[..6], &industries[..5]).without(empty_region, Some(empty_industry));
    let amounts = table.amounts();
    assert_eq!(location_quotient_of_whole(&amounts), Err(LocationQuotientError::EmptyRegion { region: 2 }));

    let mut figures = Figures::default();
    let base = whole(&amounts);
    for (region, industry, quotient) in table.labelled(&location_quotient_cells(&amounts, &base).unwrap()) {
        figures.put("result/location.quotient", &[region, industry], quotient);
        figures.put("result/RCA", &[region, industry], quotient);
    }
    let presence = revealed_presence(&amounts, &base, 1.0).unwrap();
    for (region, industry, present) in table.labelled(&presence) {
        figures.put("result/RCA_binary", &[region, industry], number(present));
    }
    put_presence_counts(&mut figures, &table, &presence);
    // An adapter leaves the empty region and industry out beforehand: the others are as before.
    let rest: (Vec<&str>, Vec<&str>) = (
        table.region_labels().into_iter().filter(|&label| label != empty_region).collect(),
        table.industry_labels().into_iter().filter(|&label| label != empty_industry).collect(),
    );
    put_krugman_and_gini(&mut figures, &table.block(&rest.0, &rest.1));
    put_profiles(&mut figures, &table.block(&rest.0, &rest.1));
    for name in BY_REGION.into_iter().chain(["Krugman.index"]) {
        figures.put(&format!("result/{name}"), &[empty_region], None);
    }
    figures.put("result/locational.Gini", &[empty_industry], None);
    figures
}

fn pairwise(folder: &Folder, _: &Reference) -> Figures {
    let table = states(folder, "2014");
    let amounts = table.amounts();
    let regions = table.region_labels();
    let pairs = krugman_pairs(&amounts).unwrap();
    let mut figures = Figures::default();
    for (row, first) in regions.iter().enumerate() {
        for (column, second) in regions.iter().enumerate() {
            figures.put("result/pairwise", &[first, second], pairs.get(row, column));
        }
    }
    let others = krugman_against(&amounts, KrugmanReference::MeanOfOthers).unwrap();
    figures.put_all("result/vs_mean_of_others", regions.into_iter().zip(others));
    figures
}

/// Quotients, and the excess over the industry's total, which is the difference of its shares.
fn additive(industries: &[String], region: &[f64], nation: &[f64]) -> Figures {
    let (amounts, base) = (one_row(region), base_of_nation(region, nation));
    let (quotients, excess) = (location_quotient(&amounts, &base).unwrap(), absolute_excess(&amounts, &base).unwrap());
    let mut figures = Figures::default();
    for (at, industry) in industries.iter().enumerate() {
        figures.put("result/multiplicative", &[industry], quotients.get(0, at));
        figures.put("result/additive", &[industry], excess.get(0, at) / nation[at]);
    }
    figures
}

fn additive_freiburg(folder: &Folder, _: &Reference) -> Figures {
    let (industries, [_, region, _, nation]) = freiburg_columns(folder);
    additive(&industries, &region, &nation)
}

fn additive_goettingen(folder: &Folder, _: &Reference) -> Figures {
    let (codes, column) = goettingen(folder);
    additive(&codes, &column("Goettingen2017"), &column("BRD2017"))
}

fn put_transposed(figures: &mut Figures, parts: &str, table: &Table, cells: &Matrix) {
    for (region, industry, value) in table.labelled(cells.cells()) {
        figures.put(parts, &[industry, region], value);
    }
}

fn quotients(folder: &Folder, _: &Reference) -> Figures {
    let table = states_2015(folder);
    let mut figures = Figures::default();
    put_transposed(&mut figures, "result", &table, &location_quotient_of_whole(&table.amounts()).unwrap());
    figures
}

fn standardised(folder: &Folder, _: &Reference) -> Figures {
    let table = states_2015(folder);
    let quotients = location_quotient_of_whole(&table.amounts()).unwrap();
    let mut figures = Figures::default();
    for (at, industry) in table.industry_labels().into_iter().enumerate() {
        let of_industry: Vec<Option<f64>> = quotients.column(at).map(Some).collect();
        let scores = standardized_quotient(&of_industry, Spread::Sample);
        for (region, score) in table.region_labels().into_iter().zip(scores) {
            figures.put("textbook_result", &[industry, region], score);
        }
    }
    figures
}

fn region_is_nation(folder: &Folder, _: &Reference) -> Figures {
    let (_, [_, _, _, nation]) = freiburg_columns(folder);
    let quotients = location_quotient(&one_row(&nation), &base_of_nation(&nation, &nation)).unwrap();
    let mut figures = Figures::default();
    for (at, quotient) in quotients.row(0).iter().enumerate() {
        figures.put("result", &[&at.to_string()], *quotient);
    }
    figures
}

/// Where totals are zero the method refuses and names what is empty.
fn zeros(_: &Folder, _: &Reference) -> Figures {
    let quotient = |amount: f64, region: f64, industry: f64, overall: f64| {
        let base = QuotientBase::try_new(vec![region], vec![industry], overall).unwrap();
        location_quotient(&one_row(&[amount]), &base)
    };
    let mut figures = Figures::default();
    assert_eq!(quotient(0.0, 0.0, 10.0, 100.0), Err(LocationQuotientError::EmptyRegion { region: 0 }));
    figures.put("result", &["zero_region"], None);
    assert_eq!(quotient(0.0, 10.0, 0.0, 100.0), Err(LocationQuotientError::EmptyIndustry { industry: 0 }));
    figures.put("result", &["zero_industry"], None);
    let finite = |result: Result<Matrix, LocationQuotientError>| result.unwrap().get(0, 0);
    figures.put("result", &["region_cell_larger_than_total"], finite(quotient(20.0, 10.0, 30.0, 100.0)));
    figures.put("result", &["region_larger_than_nation"], finite(quotient(5.0, 200.0, 30.0, 100.0)));
    figures
}

fn ties(_: &Folder, _: &Reference) -> Figures {
    let amounts = Amounts::try_new(vec![7.0; 9], 3).unwrap();
    let presence = revealed_presence(&amounts, &whole(&amounts), 1.0).unwrap();
    let mut figures = Figures::default();
    for (at, present) in presence.into_iter().enumerate() {
        let cell = [(at / 3).to_string(), (at % 3).to_string()];
        figures.put("result/location.quotient/values", &[&cell[0], &cell[1]], number(present));
        figures.put("result/RCA/values", &[&cell[0], &cell[1]], number(present));
    }
    figures
}

fn freiburg_against_nation(folder: &Folder, _: &Reference) -> Figures {
    let (_, [_, region, _, nation]) = freiburg_columns(folder);
    let own = profiles(&one_row(&region), &nation)[0];
    let mut figures = Figures::default();
    let herfindahl = own.herfindahl;
    let values = [
        ("krugman", Some(own.krugman)),
        ("hoover", Some(own.hoover)),
        ("durpug", own.relative_diversity),
        ("gini.spec", own.gini),
        ("herf", Some(herfindahl.index)),
        ("herf_norm", herfindahl.normalized),
        ("equivalent", Some(herfindahl.equivalent_number)),
    ];
    values.into_iter().for_each(|(name, value)| figures.put("result", &[name], value));
    figures
}

fn against_mean_of_others(folder: &Folder, _: &Reference) -> Figures {
    let table = states_2015(folder);
    let amounts = table.amounts();
    let krugman = krugman_against(&amounts, KrugmanReference::MeanOfOthers).unwrap();
    let own = profiles(&amounts, amounts.industry_totals());
    let mut figures = Figures::default();
    for ((region, krugman), own) in table.region_labels().into_iter().zip(krugman).zip(own) {
        figures.put("result", &[region, "K j"], krugman);
        figures.put("result", &[region, "H j"], own.hoover);
        figures.put("result", &[region, "G j"], own.gini);
    }
    figures
}
