//! Demand for commercial land: a CSV file of rates, and what the answer shows of it.

use std::path::{Path, PathBuf};

use clap::Args;
use growthpole_contracts::v1::{
    AreaCurve, AreaTrend, CommercialArea, CommercialAreaRates, MeasureEconomicBaseResponse,
};

use crate::failure::Failure;
use crate::output::format::{amount, fixed, industry, region};
use crate::output::table::Table;

#[derive(Debug, Args)]
#[command(next_help_heading = "Commercial land")]
pub(super) struct Land {
    /// CSV file with rates by industry: columns "industry", "resettled", "relocated", "reused", "area_per_job", and where
    /// wanted "on_commercial_land" and "curve" (linear, power, exponential or logistic)
    #[arg(long = "land", value_name = "FILE")]
    rates: Option<PathBuf>,
    /// Extrapolates jobs along trends, fitted to the years from this one to the selection's
    #[arg(long = "land-from", value_name = "YEAR", requires_all = ["rates", "years"])]
    from: Option<String>,
    /// Years after the selection's that land is demanded in
    #[arg(long = "land-years", id = "years", value_name = "N", requires = "from", allow_negative_numbers = true)]
    years: Option<i32>,
}

impl Land {
    pub(super) fn rates(&self) -> Result<Vec<CommercialAreaRates>, Failure> {
        self.rates.as_deref().map_or_else(|| Ok(Vec::new()), read)
    }

    pub(super) fn trend(&self) -> Option<AreaTrend> {
        self.from.clone().map(|first| AreaTrend { first, years: self.years.unwrap_or_default() })
    }
}

/// Reads rates: a row for each industry.
fn read(path: &Path) -> Result<Vec<CommercialAreaRates>, Failure> {
    let wrong = |what: String| Failure::Usage(format!("--land {}: {what}", path.display()));
    let mut reader = csv::Reader::from_path(path).map_err(|error| wrong(error.to_string()))?;
    let header = reader.headers().map_err(|error| wrong(error.to_string()))?.clone();
    if !header.iter().any(|name| name == "industry") {
        return Err(wrong("the column industry is needed".to_owned()));
    }
    let mut all = Vec::new();
    for (row, record) in reader.records().enumerate() {
        let record = record.map_err(|error| wrong(error.to_string()))?;
        let mut rates = CommercialAreaRates::default();
        for (name, text) in header.iter().zip(&record) {
            put(&mut rates, name, text.trim()).map_err(|what| wrong(format!("row {}: {what}", row + 1)))?;
        }
        all.push(rates);
    }
    Ok(all)
}

/// Puts the text of a column where it belongs.
fn put(rates: &mut CommercialAreaRates, name: &str, text: &str) -> Result<(), String> {
    let number = || text.parse::<f64>().map_err(|_| format!("\"{text}\" is no number"));
    match name {
        "industry" => rates.industry = text.to_owned(),
        "on_commercial_land" if text.is_empty() => {}
        "on_commercial_land" => rates.on_commercial_land = Some(number()?),
        "resettled" => rates.resettled = number()?,
        "relocated" => rates.relocated = number()?,
        "reused" => rates.reused = number()?,
        "area_per_job" => rates.area_per_job = number()?,
        "curve" if text.is_empty() => {}
        "curve" => {
            let known = AreaCurve::from_str_name(&format!("AREA_CURVE_{}", text.to_uppercase()));
            let known = known.filter(|curve| *curve != AreaCurve::Unspecified);
            rates.curve = known.ok_or_else(|| format!("\"{text}\" is no curve"))?.into();
        }
        other => return Err(format!("\"{other}\" is no column of rates")),
    }
    Ok(())
}

/// Land by region, industry and year; nothing where there is none.
pub(super) fn table(answer: &MeasureEconomicBaseResponse) -> Option<Table> {
    let mut table = Table::new("Demand for commercial land")
        .texts(["Code", "Region", "Industry", "Year"])
        .numbers(["Jobs", "Resettled", "Relocated", "Reused", "Area"])
        .texts(["Reason"]);
    for own in &answer.areas {
        let (code, name) = region(&own.region);
        let shown = figures(own).map(|(_, figure)| figure.map_or_else(String::new, |figure| fixed(figure, 1)));
        let [jobs, resettled, relocated, reused, _] = shown;
        let area = if own.reason.is_empty() { amount(own.area) } else { String::new() };
        let (of, year, reason) = (industry(&own.industry).0, own.period.clone(), own.reason.clone());
        table.row([code, name, of, year, jobs, resettled, relocated, reused, area, reason]);
    }
    (!answer.areas.is_empty()).then_some(table)
}

/// The figures of a row by name; only jobs below zero are known where land is not.
pub(super) fn figures(own: &CommercialArea) -> [(&'static str, Option<f64>); 5] {
    let known = own.reason.is_empty();
    let jobs = known || own.reason == "BELOW_ZERO";
    [
        ("jobs", jobs.then_some(own.jobs)),
        ("resettled", known.then_some(own.resettled)),
        ("relocated", known.then_some(own.relocated)),
        ("reused", known.then_some(own.reused)),
        ("area", known.then_some(own.area)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<Vec<CommercialAreaRates>, Failure> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        read(file.path())
    }

    #[test]
    fn rates_are_read_by_their_columns() {
        let text = "curve,industry,area_per_job,resettled,relocated,reused,on_commercial_land\n\
                    logistic,C13,200,0.01,0.005,0.2,0.9\n,C14,150,0.02,0,0,\n";
        let rates = of(text).unwrap();
        assert_eq!(
            (rates[0].curve(), rates[0].on_commercial_land, rates[0].reused),
            (AreaCurve::Logistic, Some(0.9), 0.2)
        );
        assert_eq!(
            (rates[1].curve(), rates[1].on_commercial_land, rates[1].area_per_job),
            (AreaCurve::Unspecified, None, 150.0)
        );
        assert_eq!(rates[1].industry, "C14");
    }

    #[test]
    fn what_are_no_rates_is_wrong_usage() {
        for text in ["resettled\n1\n", "industry,much\nC,1\n", "industry,reused\nC,x\n", "industry,curve\nC,bent\n"] {
            assert!(matches!(of(text), Err(Failure::Usage(_))), "{text}");
        }
    }

    #[test]
    fn land_is_shown_with_its_reasons() {
        let known = CommercialArea { jobs: 1250.0, area: 5000.0, period: "2017".into(), ..Default::default() };
        let below = CommercialArea { jobs: -3.0, reason: "BELOW_ZERO".into(), ..Default::default() };
        let answer = MeasureEconomicBaseResponse { areas: vec![known, below], ..Default::default() };
        let mut written = Vec::new();
        table(&answer).unwrap().write(&mut written).unwrap();
        let text = String::from_utf8(written).unwrap();
        for expected in ["1250.0", "2017", "-3.0", "BELOW_ZERO"] {
            assert!(text.contains(expected), "{expected} is not in\n{text}");
        }
        assert!(table(&MeasureEconomicBaseResponse::default()).is_none());
    }
}
