//! Growth rates and ranks.

use growthpole_methods::division::location_quotient_cell;
use growthpole_methods::growth::{GrowthError, GrowthMeasure, from_levels, mean_squared_successive_difference};
use growthpole_methods::stats::{RankMethod, rank_descending};

use super::Runner;
use super::shift_share::{goettingen, states};
use crate::golden::figures::Figures;
use crate::golden::reference::{Folder, Reference};
use crate::golden::table::Table;

/// What computes a case.
pub(super) fn runner(case: &str) -> Option<Runner> {
    Some(match case {
        "growth_econgeo_mat_reg_ind_german_states" => german_states,
        "growth_econgeo_zero_base_edge" | "growth_econgeo_zero_base_edge_all_zero" => zero_base,
        "growth_reat_factor_rate_counties_2010_2014" => factor_and_rate,
        "growth_reat_missing_counties_1992_2014" => missing,
        "growth_reat_time_periods_quirk" => yearly,
        "mssd_volatility_germany" => |folder, _| volatility(folder, "BRD"),
        "mssd_volatility_goettingen" => |folder, _| volatility(folder, "Goettingen"),
        "portfolio_freiburg" => portfolio_freiburg,
        "portfolio_goettingen" => portfolio_goettingen,
        "rank_growth_german_states_2008_2014" => rank_states,
        "rank_growth_states_with_ties" => rank_ties,
        _ => return None,
    })
}

/// Growth between two levels; nothing where the method refuses them.
fn growth(start: f64, end: f64) -> Option<f64> {
    match from_levels(&[start, end], GrowthMeasure::YearOnYear) {
        Ok(rate) => Some(rate),
        Err(GrowthError::ZeroLevel { index: 0 } | GrowthError::InvalidLevel { .. }) => None,
        Err(error) => panic!("{start} to {end}: {error}"),
    }
}

fn percent(start: f64, end: f64) -> Option<f64> {
    growth(start, end).map(|rate| rate * 100.0)
}

fn german_states(folder: &Folder, _: &Reference) -> Figures {
    by_cell_region_and_industry(&states(folder, "2008"), &states(folder, "2014"))
}

fn zero_base(_: &Folder, case: &Reference) -> Figures {
    let table = |name: &str| {
        let matrix = Figures::from_json("m", &case.params[name]);
        let regions = matrix.names_below("m");
        let industries = matrix.names_below(&format!("m/{}", regions[0]));
        let mut cells = Vec::new();
        for region in &regions {
            cells.extend(industries.iter().map(|industry| matrix.number("m", &[region, industry])));
        }
        Table::from_cells(&regions, &industries, cells)
    };
    by_cell_region_and_industry(&table("m1"), &table("m2"))
}

fn by_cell_region_and_industry(start: &Table, end: &Table) -> Figures {
    let mut figures = Figures::default();
    let ((first, last), (regions, industries)) =
        ((start.amounts(), end.amounts()), (start.region_labels(), start.industry_labels()));
    for (region, industry, from) in start.labelled(first.cells().cells()) {
        figures.put("result/growth.mat", &[region, industry], percent(from, end.get(region, industry)));
    }
    for (at, region) in regions.iter().enumerate() {
        figures.put("result/growth.reg", &[region], percent(first.region_totals()[at], last.region_totals()[at]));
    }
    for (at, industry) in industries.iter().enumerate() {
        figures.put("result/growth.ind", &[industry], percent(first.industry_totals()[at], last.industry_totals()[at]));
    }
    figures
}

/// Counties with the levels of two columns.
fn counties(folder: &Folder, from: &str, to: &str) -> Vec<(String, f64, f64)> {
    let counties = folder.data("reat_g_counties_gdp.csv");
    let levels = counties.rows().map(|row| (row.text("region_code_EU").to_owned(), row.number(from), row.number(to)));
    levels.collect()
}

fn factor_and_rate(folder: &Folder, _: &Reference) -> Figures {
    let mut figures = Figures::default();
    for (county, from, to) in counties(folder, "gdppc2010", "gdppc2014") {
        let rate = growth(from, to);
        figures.put("result/factor", &[&county], rate.map(|rate| 1.0 + rate));
        figures.put("result/rate", &[&county], rate);
        figures.put("result/rate_percent", &[&county], rate.map(|rate| 100.0 * rate));
        figures.put("result/abs", &[&county], from_levels(&[from, to], GrowthMeasure::Change).ok());
    }
    figures
}

fn missing(folder: &Folder, _: &Reference) -> Figures {
    let mut figures = Figures::default();
    for (county, from, to) in counties(folder, "gdp1992", "gdp2014") {
        figures.put("result", &[&county], growth(from, to).map(|rate| 1.0 + rate));
    }
    figures
}

fn yearly(folder: &Folder, _: &Reference) -> Figures {
    let mut figures = Figures::default();
    for (at, (_, from, to)) in counties(folder, "gdppc2010", "gdppc2014").into_iter().take(10).enumerate() {
        let levels = [from, f64::NAN, f64::NAN, f64::NAN, to];
        let rate = |measure| from_levels(&levels, measure).unwrap();
        let at = at.to_string();
        figures.put("textbook_result/compound_annual_rate", &[&at], rate(GrowthMeasure::CompoundAnnual));
        figures.put("textbook_result/simple_annual_rate", &[&at], rate(GrowthMeasure::SimpleAnnual));
    }
    figures
}

fn rank_states(folder: &Folder, _: &Reference) -> Figures {
    let (start, end) = (states(folder, "2008"), states(folder, "2014"));
    let totals = (start.amounts(), end.amounts());
    let growth: Vec<Option<f64>> =
        totals.0.region_totals().iter().zip(totals.1.region_totals()).map(|(&from, &to)| growth(from, to)).collect();
    let mut figures = Figures::default();
    figures.put_all("result/growth_rate", start.region_labels().into_iter().zip(growth.clone()));
    let ranks = rank_descending(&growth, RankMethod::Average);
    figures.put_all("result/rank", start.region_labels().into_iter().zip(ranks));
    figures
}

fn rank_ties(_: &Folder, case: &Reference) -> Figures {
    let values: Vec<Option<f64>> = case.numbers("x").into_iter().map(|x| Some(x).filter(|x| !x.is_nan())).collect();
    let mut figures = Figures::default();
    let methods = [
        ("min", RankMethod::Competition),
        ("max", RankMethod::Worst),
        ("average", RankMethod::Average),
        ("first", RankMethod::Ordinal),
    ];
    for (name, method) in methods {
        for (at, rank) in rank_descending(&values, method).into_iter().enumerate() {
            figures.put("result", &[name, &at.to_string()], rank);
        }
    }
    figures
}

/// Volatility of the levels of each industry, 2008 to 2017.
fn volatility(folder: &Folder, whose: &str) -> Figures {
    let levels = folder.data("reat_goettingen.csv");
    let mut figures = Figures::default();
    for row in levels.rows() {
        let series: Vec<f64> = (2008..=2017).map(|year| row.number(&format!("{whose}{year}"))).collect();
        figures.put("result", &[row.text("WZ2008_Code")], mean_squared_successive_difference(&series));
    }
    figures
}

fn portfolio_freiburg(folder: &Folder, _: &Reference) -> Figures {
    let records = folder.data("reat_freiburg.csv");
    let industries: Vec<String> = records.rows().map(|row| row.text("industry").to_owned()).collect();
    let column = |whose: &str, year: &str| records.numbers(&format!("e_{whose}{year}"));
    let region = [column("Freiburg", "2008"), column("Freiburg", "2014")];
    portfolio(&industries, region, [column("Germany", "2008"), column("Germany", "2014")])
}

fn portfolio_goettingen(folder: &Folder, _: &Reference) -> Figures {
    let (industries, column) = goettingen(folder);
    let region = [column("Goettingen2008"), column("Goettingen2017")];
    portfolio(&industries, region, [column("BRD2008"), column("BRD2017")])
}

/// Industries of a region by growth, growth in the nation, mean location quotient, and size of the point that shows them.
fn portfolio(industries: &[String], region: [Vec<f64>; 2], nation: [Vec<f64>; 2]) -> Figures {
    let totals = [&region, &nation].map(|ends| [0, 1].map(|end: usize| ends[end].iter().sum::<f64>()));
    let largest = region[1].iter().copied().fold(0.0, f64::max);
    let mut figures = Figures::default();
    for (at, industry) in industries.iter().enumerate() {
        let mut put = |table: &str, column: &str, value: Option<f64>| {
            figures.put(&format!("result/{table}"), &[industry, column], value);
        };
        let quotient =
            |end: usize| location_quotient_cell(region[end][at], totals[0][end], nation[end][at], totals[1][end]);
        put("locq.growth/locq", "0", quotient(0));
        put("locq.growth/locq", "1", quotient(1));
        put("locq.growth/portfolio.data", "locq", quotient(0).zip(quotient(1)).map(|(from, to)| (from + to) / 2.0));
        put("locq.growth/portfolio.data", "growth", percent(region[0][at], region[1][at]));
        for (whose, ends) in [("e_ij", &region), ("e_i", &nation)] {
            let (from, to) = (ends[0][at], ends[1][at]);
            put("portfolio", &format!("{whose}_growth_rel"), percent(from, to));
            put("locq.growth/growth", whose, Some(from));
            put("locq.growth/growth", &format!("{whose}_t1"), Some(to));
            let change = from_levels(&[from, to], GrowthMeasure::Change).ok();
            put("locq.growth/growth", &format!("{whose}_growth_abs"), change);
            put("locq.growth/growth", &format!("{whose}_growth_rel"), growth(from, to));
        }
        for table in ["portfolio", "locq.growth/portfolio.data"] {
            put(table, "point_size", Some(10.0 * region[1][at] / largest));
        }
    }
    figures
}
