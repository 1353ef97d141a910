//! Shift-share: the forms of Dunn, Esteban-Marquillas and Gerfin, static and dynamic.

use growthpole_methods::growth::{
    Chain, Dunn, Esteban, Factors, GrowthMeasure, RegionShift, dunn, esteban_marquillas, from_levels, gerfin,
};
use growthpole_methods::{Amounts, Progress};

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
        "shift_dunn_freiburg_2008_2014" | "shift_esteban_freiburg_2008_2014" | "shift_gerfin_freiburg_2008_2014" => {
            freiburg
        }
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

/// The growth of one region over periods, each with the nation's, as a chain.
fn one_region<T>(region: &[&[f64]], nation: &[&[f64]], split: impl FnOnce(&Chain<'_>) -> T) -> T {
    let amounts = |cells: &&[f64]| Amounts::try_new(cells.to_vec(), cells.len()).unwrap();
    let tables: Vec<Amounts> = region.iter().map(amounts).collect();
    split(&Chain::try_new(&tables.iter().collect::<Vec<_>>(), nation).unwrap())
}

/// The parts of the classic form by the names that REAT gives them.
pub(in crate::golden) fn named_parts(shift: &RegionShift<Dunn>) -> [(&'static str, f64); 5] {
    [
        ("Growth (t1-t)", shift.change),
        ("National share", shift.parts.national_share),
        ("Industrial mix", shift.parts.industry_mix),
        ("Regional share", shift.parts.regional_share),
        ("Net total shift", shift.parts.net_total_shift()),
    ]
}

/// The parts with homothetic amounts by the names that REAT gives them.
pub(in crate::golden) fn named_effects(shift: &RegionShift<Esteban>) -> [(&'static str, f64); 5] {
    [
        ("Growth (t1-t)", shift.change),
        ("National share", shift.parts.national_share),
        ("Industrial mix", shift.parts.industry_mix),
        ("Regional share", shift.parts.competitive),
        ("Allocation effect", shift.parts.allocation),
    ]
}

/// The factors by the names that REAT gives them.
fn named_factors(factors: &Factors) -> [(&'static str, f64); 3] {
    [
        ("Industrial mix", factors.structural),
        ("Regional share", factors.locational),
        ("Net total shift", factors.regional),
    ]
}

/// Everything that REAT's `shift` answers for one region: parts of both additive forms, and factors.
struct Forms {
    parts: RegionShift<Dunn>,
    effects: RegionShift<Esteban>,
    factors: Factors,
}

fn forms(chain: &Chain<'_>) -> Forms {
    let progress = Progress::new();
    Forms {
        parts: dunn(chain, &progress).unwrap().regions()[0],
        effects: esteban_marquillas(chain, &progress).unwrap().regions()[0],
        factors: gerfin(chain, &Progress::new()).unwrap().region(0).unwrap(),
    }
}

fn all_states(folder: &Folder, _: &Reference) -> Figures {
    let (start, end) = (states(folder, "2008"), states(folder, "2014"));
    let (first, last) = (start.amounts(), end.amounts());
    let chain = Chain::try_new(&[&first, &last], &[first.industry_totals(), last.industry_totals()]).unwrap();
    let parts = dunn(&chain, &Progress::new()).unwrap();
    let effects = esteban_marquillas(&chain, &Progress::new()).unwrap();
    let mut figures = Figures::default();
    for (at, region) in start.regions.iter().enumerate() {
        figures.put_all(&format!("result/Dunn/{region}"), named_parts(&parts.regions()[at]));
        figures.put_all(&format!("result/Esteban/{region}"), named_effects(&effects.regions()[at]));
    }
    figures
}

/// Growth and regional share by industry, which REAT's rows have right.
fn put_industries(figures: &mut Figures, parts: &str, industries: &[String], growth: &[f64], regional: &[Dunn]) {
    let names = || industries.iter().map(String::as_str);
    figures.put_all(&format!("{parts}/Growth (t1-t)"), names().zip(growth.iter().copied()));
    figures.put_all(&format!("{parts}/Regional share"), names().zip(regional.iter().map(|parts| parts.regional_share)));
}

fn differences(from: &[f64], to: &[f64]) -> Vec<f64> {
    from.iter().zip(to).map(|(from, to)| to - from).collect()
}

/// The parts of a region's industries in the classic form.
fn industry_parts(chain: &Chain<'_>) -> Vec<Dunn> {
    dunn(chain, &Progress::new()).unwrap().industries(0)
}

const FREIBURG: [&str; 4] = ["e_Freiburg2008", "e_Freiburg2014", "e_Germany2008", "e_Germany2014"];

/// Industries of Freiburg, and the columns of both years there and in Germany.
pub(super) fn freiburg_columns(folder: &Folder) -> (Vec<String>, [Vec<f64>; 4]) {
    let records: Records = folder.data("reat_freiburg.csv");
    let industries = records.rows().map(|row| row.text("industry").to_owned()).collect();
    (industries, FREIBURG.map(|column| records.numbers(column)))
}

/// The parts of the case's form, and the growth that they are parts of.
fn freiburg(folder: &Folder, case: &Reference) -> Figures {
    let (industries, [first, last, nation_first, nation_last]) = freiburg_columns(folder);
    let forms = one_region(&[&first, &last], &[&nation_first, &nation_last], forms);
    let mut figures = Figures::default();
    match case.params["method"].as_str() {
        Some("Dunn") => figures.put_all("result/components", named_parts(&forms.parts)),
        Some("Esteban") => figures.put_all("result/components", named_effects(&forms.effects)),
        Some("Gerfin") => figures.put_all("result/components", named_factors(&forms.factors)),
        other => panic!("{other:?} is no form"),
    }
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
    let split = |chain: &Chain<'_>| (industry_parts(chain), gerfin(chain, &Progress::new()).unwrap().industries(0));
    let (shift, factors) = one_region(&[&first, &last], &[&nation_first, &nation_last], split);
    let mut figures = Figures::default();
    put_industries(&mut figures, "result/Dunn", &industries, &differences(&first, &last), &shift);
    let names = || industries.iter().map(String::as_str);
    figures.put_all("textbook_result/national", names().zip(shift.iter().map(|parts| parts.national_share)));
    figures.put_all("textbook_result/mix", names().zip(shift.iter().map(|parts| parts.industry_mix)));
    figures.put_all("textbook_result/competitive", names().zip(shift.iter().map(|parts| parts.regional_share)));
    let locational = factors.iter().map(|factors| factors.unwrap().locational);
    figures.put_all("result/Gerfin/Regional share", names().zip(locational));
    figures
}

fn by_industry_goettingen(folder: &Folder, _: &Reference) -> Figures {
    let (industries, column) = goettingen(folder);
    let (first, last) = (column("Goettingen2008"), column("Goettingen2017"));
    let shift = one_region(&[&first, &last], &[&column("BRD2008"), &column("BRD2017")], industry_parts);
    let mut figures = Figures::default();
    put_industries(&mut figures, "result", &industries, &differences(&first, &last), &shift);
    figures
}

/// Goettingen from 2008 to 2017, year by year.
fn yearly<T>(folder: &Folder, split: impl FnOnce(&Chain<'_>) -> T) -> T {
    let (_, column) = goettingen(folder);
    let years = |name: &str| (2008..=2017).map(|year| column(&format!("{name}{year}"))).collect::<Vec<_>>();
    let (region, nation) = (years("Goettingen"), years("BRD"));
    one_region(&slices(&region), &slices(&nation), split)
}

fn slices(years: &[Vec<f64>]) -> Vec<&[f64]> {
    years.iter().map(Vec::as_slice).collect()
}

fn dynamic(folder: &Folder, _: &Reference) -> Figures {
    yearly(folder, |chain| {
        let mut figures = Figures::default();
        let whole = forms(chain);
        figures.put_all("result/Dunn/components", named_parts(&whole.parts));
        figures.put_all("result/Esteban/components", named_effects(&whole.effects));
        for (year, step) in (2008..).zip(chain.steps()) {
            let label = format!("{year}-{}", year + 1);
            let step = forms(&Chain::from(step.clone()));
            let parts = named_parts(&step.parts).into_iter();
            parts.for_each(|(part, value)| figures.put("result/Dunn/per_year", &[part, &label], value));
            let effects = named_effects(&step.effects).into_iter();
            effects.for_each(|(part, value)| figures.put("result/Esteban/per_year", &[part, &label], value));
        }
        figures
    })
}

fn dynamic_by_industry(folder: &Folder, _: &Reference) -> Figures {
    let (industries, column) = goettingen(folder);
    let regional = yearly(folder, industry_parts);
    let growth = differences(&column("Goettingen2008"), &column("Goettingen2017"));
    let mut figures = Figures::default();
    put_industries(&mut figures, "result", &industries, &growth, &regional);
    figures
}

fn region_is_nation(folder: &Folder, _: &Reference) -> Figures {
    let (_, [_, _, first, last]) = freiburg_columns(folder);
    let forms = one_region(&[&first, &last], &[&first, &last], forms);
    let mut figures = Figures::default();
    figures.put_all("result/Dunn", named_parts(&forms.parts));
    figures.put_all("result/Esteban", named_effects(&forms.effects));
    figures
}

fn single_industry(folder: &Folder, _: &Reference) -> Figures {
    let (codes, column) = goettingen(folder);
    let at = codes.iter().position(|code| code == "C").unwrap();
    let cell = |name: &str| [column(name)[at]];
    let (region, nation) = ([cell("Goettingen2008"), cell("Goettingen2017")], [cell("BRD2008"), cell("BRD2017")]);
    let forms = one_region(&[&region[0], &region[1]], &[&nation[0], &nation[1]], forms);
    let mut figures = Figures::default();
    figures.put_all("result/Dunn", named_parts(&forms.parts));
    figures.put_all("result/Gerfin", named_factors(&forms.factors));
    figures
}

fn zero_base(_: &Folder, case: &Reference) -> Figures {
    let [first, last, nation_first, nation_last] = ["e1", "e2", "n1", "n2"].map(|name| case.numbers(name));
    let forms = one_region(&[&first, &last], &[&nation_first, &nation_last], forms);
    // The additive form is finite where the reference has 0 * (5/0): the sum of E' - E * N'/N.
    let additive: f64 = (0..first.len()).map(|i| last[i] - first[i] * nation_last[i] / nation_first[i]).sum();
    let effects = &forms.effects.parts;
    for regional in [forms.parts.parts.regional_share, effects.competitive + effects.allocation] {
        assert!((regional - additive).abs() < 1e-12, "the regional share is {additive}, not {regional}");
    }
    let mut figures = Figures::default();
    figures.put_all("result/Dunn", named_parts(&forms.parts));
    figures.put_all("result/Esteban", named_effects(&forms.effects));
    figures.put_all("result/Gerfin", named_factors(&forms.factors));
    figures
}
