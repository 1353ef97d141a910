//! Input-output analysis, and the demand for commercial land.

use growthpole_methods::Matrix;
use growthpole_methods::division::economic_base::{
    AreaDemand, AreaRates, AreaYear, InputOutput, attribute, commercial_area, commercial_area_by_trend,
    leontief_inverse, multipliers,
};
use growthpole_methods::growth::projection::Curve;

use super::Runner;
use super::shift_share::{freiburg_columns, goettingen};
use crate::golden::figures::Figures;
use crate::golden::reference::{Folder, Reference};

/// What computes a case.
pub(super) fn runner(case: &str) -> Option<Runner> {
    Some(match case {
        "gifpro_commercial_area" => land,
        "gifpro_tbs_trend_goettingen" | "gifpro_tbs_trend_goettingen_2" => land_by_trends,
        "io_leontief_test_mrio" => leontief,
        "io_multipliers_and_footprints_test_mrio" => footprints,
        "io_zero_output_sector_edge" => without_output,
        _ => return None,
    })
}

/// The numbers of a file with labels in its first column, and the labels of rows and columns.
struct Labelled {
    rows: Vec<String>,
    columns: Vec<String>,
    cells: Matrix,
}

fn labelled(folder: &Folder, file: &str) -> Labelled {
    let records = folder.data(file);
    let columns: Vec<String> = records.columns().into_iter().skip(1).map(str::to_owned).collect();
    let rows = records.rows().map(|row| row.text("row").to_owned()).collect();
    let cells = records.rows().flat_map(|row| columns.iter().map(move |column| row.number(column)));
    let cells = cells.collect::<Vec<f64>>();
    Labelled { rows, cells: Matrix::try_new(cells, columns.len()).unwrap(), columns }
}

/// The fictional table of six regions, and its final demand by region.
fn table(folder: &Folder) -> (Vec<String>, InputOutput, Matrix) {
    let (flows, demand) = (labelled(folder, "pymrio_test_Z.csv"), labelled(folder, "pymrio_test_Y.csv"));
    let regions: Vec<&str> = demand.columns.iter().map(|column| region(column)).collect();
    let names = names(&regions);
    let of_region = |row: usize, name: &str| {
        let cells = demand.cells.row(row).iter().zip(&regions);
        cells.filter(|(_, own)| **own == name).map(|(cell, _)| cell).sum::<f64>()
    };
    let demand = Matrix::from_fn(flows.rows.len(), names.len(), |row, group| of_region(row, names[group]));
    let total: Vec<f64> = demand.rows().map(|row| row.iter().sum()).collect();
    (flows.rows, InputOutput::with_final_demand(flows.cells, &total).unwrap(), demand)
}

fn region(label: &str) -> &str {
    label.split('|').next().unwrap_or_default()
}

/// The regions in the order of their labels, each once.
fn names<'a>(labels: &[&'a str]) -> Vec<&'a str> {
    let mut names = labels.to_vec();
    names.dedup();
    names
}

fn put_matrix(figures: &mut Figures, parts: &str, labels: &[String], matrix: &Matrix) {
    for (row, cells) in labels.iter().zip(matrix.rows()) {
        for (column, cell) in labels.iter().zip(cells) {
            figures.put(parts, &[row, column], *cell);
        }
    }
}

fn leontief(folder: &Folder, _: &Reference) -> Figures {
    let (sectors, table, _) = table(folder);
    let inverse = leontief_inverse(&table).unwrap();
    let mut figures = Figures::default();
    let labels = || sectors.iter().map(String::as_str);
    figures.put_all("result/x", labels().zip(table.outputs().iter().copied()));
    put_matrix(&mut figures, "result/A", &sectors, &table.input_coefficients());
    put_matrix(&mut figures, "result/L", &sectors, &inverse);
    let ones = table.outputs().to_vec();
    let output = multipliers(&table, &inverse, &ones).unwrap();
    figures.put_all("result/output_multipliers", labels().zip(output.total));
    figures
}

fn footprints(folder: &Folder, _: &Reference) -> Figures {
    let (sectors, table, demand) = table(folder);
    let inverse = leontief_inverse(&table).unwrap();
    let regions: Vec<&str> = sectors.iter().map(|sector| region(sector)).collect();
    let names = names(&regions);
    let groups: Vec<usize> = regions.iter().map(|own| names.iter().position(|name| name == own).unwrap()).collect();
    let mut figures = Figures::default();
    let emissions = labelled(folder, "pymrio_test_emissions_F.csv");
    for (name, row) in emissions.rows.iter().zip(emissions.cells.rows()) {
        let own = multipliers(&table, &inverse, row).unwrap();
        for (at, sector) in sectors.iter().enumerate() {
            figures.put("result/emissions_S", &[name, sector], own.direct[at]);
            figures.put("result/emissions_M", &[name, sector], own.total[at]);
        }
        let accounts = attribute(&own.direct, &inverse, &demand, &groups).unwrap();
        for (group, region) in names.iter().enumerate() {
            figures.put("result/D_cba_reg", &[name, region], accounts.consumption[group]);
            figures.put("result/D_pba_reg", &[name, region], accounts.production[group]);
            figures.put("result/D_imp_reg", &[name, region], accounts.imports[group]);
            figures.put("result/D_exp_reg", &[name, region], accounts.exports[group]);
        }
    }
    let factors = labelled(folder, "pymrio_test_factor_inputs_F.csv");
    for (name, row) in factors.rows.iter().zip(factors.cells.rows()) {
        let own = multipliers(&table, &inverse, row).unwrap();
        for (sector, total) in sectors.iter().zip(own.total) {
            figures.put("result/factor_M", &[name, sector], total);
        }
    }
    figures
}

/// The block of one region, in which a sector makes nothing.
fn without_output(folder: &Folder, _: &Reference) -> Figures {
    let (sectors, table, _) = table(folder);
    let own: Vec<usize> = (0..sectors.len()).filter(|&at| region(&sectors[at]) == "reg2").collect();
    let cell = |row: usize, column: usize| {
        if row == 2 || column == 2 { 0.0 } else { table.flows().get(own[row], own[column]) }
    };
    let outputs = own.iter().enumerate().map(|(at, &sector)| if at == 2 { 0.0 } else { table.outputs()[sector] });
    let block = InputOutput::try_new(Matrix::from_fn(own.len(), own.len(), cell), outputs.collect()).unwrap();
    let labels: Vec<String> =
        own.iter().map(|&sector| sectors[sector].split('|').next_back().unwrap_or_default().to_owned()).collect();
    let mut figures = Figures::default();
    put_matrix(&mut figures, "result/A", &labels, &block.input_coefficients());
    put_matrix(&mut figures, "result/L", &labels, &leontief_inverse(&block).unwrap());
    figures
}

/// Demand by industry and year, and its sums.
fn put_land(figures: &mut Figures, industries: &[&str], years: &[String], demand: &[AreaDemand], area: &str) {
    let mut sums = [0.0; 2];
    for (year, row) in years.iter().zip(demand.chunks(industries.len())) {
        for (industry, own) in industries.iter().zip(row) {
            let labels = [*industry, year.as_str()];
            figures.put("result/components/resettlement", &labels, own.resettled);
            figures.put("result/components/relocation", &labels, own.relocated);
            figures.put("result/components/reuse", &labels, own.reused);
            figures.put("result/components/employment", &labels, own.jobs());
        }
        let of_year = [row.iter().map(AreaDemand::jobs).sum::<f64>(), row.iter().map(|own| own.area).sum()];
        for ((sum, name), value) in sums.iter_mut().zip(["Employment", "CommercialArea"]).zip(of_year) {
            *sum += value;
            figures.put("result/peryear", &[year, name], value);
        }
    }
    for (sum, name) in sums.into_iter().zip(["Employment", area]) {
        figures.put("result/allover", &["Sum", name], sum);
        figures.put("result/allover", &["Average", name], sum / years.len() as f64);
    }
}

fn land(folder: &Folder, case: &Reference) -> Figures {
    let (_, [_, employment, ..]) = freiburg_columns(folder);
    let stock = &employment[..4];
    let of = |parameter: &str| case.numbers(parameter);
    let (on_land, resettled, relocated) = (of("a_i"), of("sq_ij"), of("rq_ij"));
    let (reused, area) = (of("ru_ij"), of("ai_ij"));
    let rates: Vec<AreaRates> = (0..4)
        .map(|at| AreaRates {
            on_commercial_land: on_land[at] / 100.0,
            resettled: resettled[at] / 100.0,
            relocated: relocated[at] / 100.0,
            reused: reused[at] / 100.0,
            area_per_job: area[at],
        })
        .collect();
    let years: Vec<String> = (2015..2020).map(|year| year.to_string()).collect();
    let stocks = Matrix::from_fn(years.len(), 4, |_, industry| stock[industry]);
    let mut figures = Figures::default();
    let demand = commercial_area(&stocks, &rates).unwrap();
    put_land(&mut figures, &["i1", "i2", "i3", "i4"], &years, &demand, "CommercialArea");
    figures
}

fn land_by_trends(folder: &Folder, case: &Reference) -> Figures {
    const LOGISTIC: Curve = Curve::Logistic { saturation: None };
    let (trends, reused, n_years): (&[(&str, Curve)], f64, u32) = match case.name.as_str() {
        "gifpro_tbs_trend_goettingen" => (&[("C", Curve::Linear), ("F", Curve::Exponential), ("G", LOGISTIC)], 0.2, 3),
        _ => (&[("H", Curve::Power), ("I", Curve::Linear)], 0.0, 5),
    };
    let (codes, column) = goettingen(folder);
    let rates = AreaRates { on_commercial_land: 1.0, resettled: 0.005, relocated: 0.002, reused, area_per_job: 200.0 };
    let found: Vec<Vec<AreaYear>> = trends
        .iter()
        .map(|(code, curve)| {
            let at = codes.iter().position(|own| own == code).unwrap();
            let series: Vec<f64> = (2008..=2017).map(|year| column(&format!("Goettingen{year}"))[at]).collect();
            commercial_area_by_trend(&series, *curve, 2008.0, n_years as usize, &rates).unwrap()
        })
        .collect();
    let years: Vec<String> = (0..n_years).map(|year| (2018 + year).to_string()).collect();
    let of_year = |year: usize| found.iter().map(move |own| own[year]);
    let industries: Vec<&str> = trends.iter().map(|(code, _)| *code).collect();
    let mut figures = Figures::default();
    for (at, year) in years.iter().enumerate() {
        for (industry, own) in industries.iter().zip(of_year(at)) {
            figures.put("result/forecast", &[year, industry], own.jobs);
        }
    }
    let demand: Vec<AreaDemand> = (0..years.len()).flat_map(of_year).map(|own| own.demand.unwrap()).collect();
    put_land(&mut figures, &industries, &years, &demand, "Commercial area");
    figures
}
