//! Shift-share in the form of Dunn.

use growthpole_methods::growth::{GrowthMeasure, RegionShift, ShiftShare, dunn, from_levels};
use growthpole_methods::{Amounts, Matrix};

use super::Runner;
use crate::golden::figures::Figures;
use crate::golden::reference::{Folder, Reference};
use crate::golden::table::{Records, Table};

/// What computes a case.
pub(super) fn runner(case: &str) -> Option<Runner> {
    Some(match case {
        "shift_all_states_2008_2014" => all_states,
        "shift_by_industry_freiburg" => by_industry_freiburg,
        "shift_by_industry_goettingen" => by_industry_goettingen,
        "shift_dunn_freiburg_2008_2014" => freiburg,
        "shift_dynamic_by_industry_goettingen" => dynamic_by_industry,
        "shift_dynamic_goettingen_2008_2017" => dynamic,
        "shift_region_is_nation_edge" => region_is_nation,
        "shift_single_industry_edge" => single_industry,
        "shift_zero_base_edge_1" => zero_base,
        _ => return None,
    })
}

/// Employment of the German states by industry, without totals and without an industry that is a part of another.
pub(super) fn states(folder: &Folder, year: &str) -> Table {
    let records = folder.data("reat_g_regions_emp.csv");
    let left_out = ["Insgesamt", "Verarbeitendes Gewerbe (C)"];
    let rows = records.rows().filter(|row| {
        row.text("year") == year && row.text("region") != "Insgesamt" && !left_out.contains(&row.text("industry"))
    });
    Table::pivot(rows, "region", "industry", "emp")
}

/// The sections of Goettingen; the first row is their total.
pub(super) fn goettingen(folder: &Folder) -> (Vec<String>, impl Fn(&str) -> Vec<f64>) {
    let records = folder.data("reat_goettingen.csv");
    let codes = records.rows().skip(1).map(|row| row.text("WZ2008_Code").to_owned()).collect();
    (codes, move |column: &str| records.numbers(column).split_off(1))
}

/// Splits the growth of one region between two years.
fn one_region(region: [&[f64]; 2], nation: [&[f64]; 2]) -> ShiftShare {
    let amounts = |cells: &[f64]| Amounts::try_new(cells.to_vec(), cells.len()).unwrap();
    dunn(&amounts(region[0]), &amounts(region[1]), nation[0], nation[1]).unwrap()
}

/// The parts by the names that REAT gives them.
pub(in crate::golden) fn named_parts(shift: &RegionShift) -> [(&'static str, f64); 5] {
    [
        ("Growth (t1-t)", shift.growth),
        ("National share", shift.national_share),
        ("Industrial mix", shift.industry_mix),
        ("Regional share", shift.regional_share),
        ("Net total shift", shift.net_total_shift),
    ]
}

fn all_states(folder: &Folder, _: &Reference) -> Figures {
    let (start, end) = (states(folder, "2008"), states(folder, "2014"));
    let (first, last) = (start.amounts(), end.amounts());
    let shift = dunn(&first, &last, first.industry_totals(), last.industry_totals()).unwrap();
    let mut figures = Figures::default();
    for (region, shift) in start.regions.iter().zip(&shift.regions) {
        named_parts(shift).into_iter().for_each(|(part, value)| figures.put("result/Dunn", &[region, part], value));
    }
    figures
}

/// Growth and regional share by industry, which REAT's rows have right.
fn put_industries(figures: &mut Figures, parts: &str, industries: &[String], growth: &[f64], regional: &Matrix) {
    let names = || industries.iter().map(String::as_str);
    figures.put_all(&format!("{parts}/Growth (t1-t)"), names().zip(growth.iter().copied()));
    figures.put_all(&format!("{parts}/Regional share"), names().zip(regional.row(0).iter().copied()));
}

fn differences(from: &[f64], to: &[f64]) -> Vec<f64> {
    from.iter().zip(to).map(|(from, to)| to - from).collect()
}

const FREIBURG: [&str; 4] = ["e_Freiburg2008", "e_Freiburg2014", "e_Germany2008", "e_Germany2014"];

/// Industries of Freiburg, and the columns of both years there and in Germany.
pub(super) fn freiburg_columns(folder: &Folder) -> (Vec<String>, [Vec<f64>; 4]) {
    let records: Records = folder.data("reat_freiburg.csv");
    let industries = records.rows().map(|row| row.text("industry").to_owned()).collect();
    (industries, FREIBURG.map(|column| records.numbers(column)))
}

fn freiburg(folder: &Folder, _: &Reference) -> Figures {
    let (industries, [first, last, nation_first, nation_last]) = freiburg_columns(folder);
    let shift = one_region([&first, &last], [&nation_first, &nation_last]);
    let mut figures = Figures::default();
    figures.put_all("result/components", named_parts(&shift.regions[0]));
    let rate = |from: f64, to: f64| from_levels(&[from, to], GrowthMeasure::YearOnYear).unwrap();
    for (at, industry) in industries.iter().enumerate() {
        let sides = [("e_ij", first[at], last[at]), ("e_i", nation_first[at], nation_last[at])];
        for (name, from, to) in sides {
            let growth = [("", from), ("_t1", to), ("_growth_abs", to - from), ("_growth_rel", rate(from, to))];
            for (suffix, value) in growth {
                figures.put("result/growth", &[industry, &format!("{name}{suffix}")], value);
            }
        }
    }
    figures
}

fn by_industry_freiburg(folder: &Folder, _: &Reference) -> Figures {
    let (industries, [first, last, nation_first, nation_last]) = freiburg_columns(folder);
    let shift = one_region([&first, &last], [&nation_first, &nation_last]).industries;
    let mut figures = Figures::default();
    put_industries(&mut figures, "result/Dunn", &industries, &differences(&first, &last), &shift.regional_share);
    let parts =
        [("national", &shift.national_share), ("mix", &shift.industry_mix), ("competitive", &shift.regional_share)];
    for (part, values) in parts {
        let names = industries.iter().map(String::as_str);
        figures.put_all(&format!("textbook_result/{part}"), names.zip(values.row(0).iter().copied()));
    }
    figures
}

fn by_industry_goettingen(folder: &Folder, _: &Reference) -> Figures {
    let (industries, column) = goettingen(folder);
    let (first, last) = (column("Goettingen2008"), column("Goettingen2017"));
    let shift = one_region([&first, &last], [&column("BRD2008"), &column("BRD2017")]).industries;
    let mut figures = Figures::default();
    put_industries(&mut figures, "result", &industries, &differences(&first, &last), &shift.regional_share);
    figures
}

/// Goettingen's shift of each year from 2008 to 2017.
fn yearly(folder: &Folder) -> Vec<(String, ShiftShare)> {
    let (_, column) = goettingen(folder);
    let of_years = |name: &str, year: u32| [column(&format!("{name}{year}")), column(&format!("{name}{}", year + 1))];
    (2008..2017)
        .map(|year| {
            let ([first, last], [nation_first, nation_last]) = (of_years("Goettingen", year), of_years("BRD", year));
            (format!("{year}-{}", year + 1), one_region([&first, &last], [&nation_first, &nation_last]))
        })
        .collect()
}

fn dynamic(folder: &Folder, _: &Reference) -> Figures {
    let years = yearly(folder);
    let mut figures = Figures::default();
    for part in 0..5 {
        let mut sum = 0.0;
        for (year, shift) in &years {
            let (name, value) = named_parts(&shift.regions[0])[part];
            figures.put("result/Dunn/per_year", &[name, year], value);
            sum += value;
        }
        figures.put("result/Dunn/components", &[named_parts(&years[0].1.regions[0])[part].0], sum);
    }
    figures
}

fn dynamic_by_industry(folder: &Folder, _: &Reference) -> Figures {
    let (industries, column) = goettingen(folder);
    let years = yearly(folder);
    let sum = |industry: usize| years.iter().map(|(_, shift)| shift.industries.regional_share.get(0, industry)).sum();
    let regional = Matrix::from_fn(1, industries.len(), |_, industry| sum(industry));
    let growth = differences(&column("Goettingen2008"), &column("Goettingen2017"));
    let mut figures = Figures::default();
    put_industries(&mut figures, "result", &industries, &growth, &regional);
    figures
}

fn region_is_nation(folder: &Folder, _: &Reference) -> Figures {
    let (_, [_, _, first, last]) = freiburg_columns(folder);
    let mut figures = Figures::default();
    figures.put_all("result/Dunn", named_parts(&one_region([&first, &last], [&first, &last]).regions[0]));
    figures
}

fn single_industry(folder: &Folder, _: &Reference) -> Figures {
    let (codes, column) = goettingen(folder);
    let at = codes.iter().position(|code| code == "C").unwrap();
    let cell = |name: &str| [column(name)[at]];
    let region = [cell("Goettingen2008"), cell("Goettingen2017")];
    let nation = [cell("BRD2008"), cell("BRD2017")];
    let shift = one_region([&region[0], &region[1]], [&nation[0], &nation[1]]);
    let mut figures = Figures::default();
    figures.put_all("result/Dunn", named_parts(&shift.regions[0]));
    figures
}

fn zero_base(_: &Folder, case: &Reference) -> Figures {
    let [first, last, nation_first, nation_last] = ["e1", "e2", "n1", "n2"].map(|name| case.numbers(name));
    let shift = one_region([&first, &last], [&nation_first, &nation_last]);
    // The additive form is finite where the reference has 0 * (5/0): the sum of E' - E * N'/N.
    let additive: f64 = (0..first.len()).map(|i| last[i] - first[i] * nation_last[i] / nation_first[i]).sum();
    assert!((shift.regions[0].regional_share - additive).abs() < 1e-12, "the regional share is {additive}");
    let mut figures = Figures::default();
    figures.put_all("result/Dunn", named_parts(&shift.regions[0]));
    figures
}
