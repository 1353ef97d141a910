//! `economic-base`: what regions live on, and what hangs on each sector of an input-output table.

mod figures;
mod land;
mod table;
mod view;

use std::path::PathBuf;

use clap::Args;
use growthpole_contracts::v1::{
    BaseMethod, BasicPart, InputOutputOptions, MeasureEconomicBaseRequest, MeasureEconomicBaseResponse,
    RegionalQuotient, Regionalization, SectorGroup,
};

use super::Common;
use super::ask::Ask;
use super::selection::{OptionalSelectionArgs, title};
use super::values::{names, number};
use crate::failure::Failure;

/// Measures what regions live on, and analyses input-output tables: one alone where --table stands without a data set.
#[derive(Debug, Args)]
pub(super) struct EconomicBaseArgs {
    #[command(flatten)]
    selection: OptionalSelectionArgs,
    #[command(flatten)]
    pub(super) ask: Ask,
    #[command(flatten)]
    base: Base,
    #[command(flatten)]
    table: Table,
    #[command(flatten)]
    land: land::Land,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Economic base")]
struct Base {
    /// Methods that tell basic from non-basic activity; location quotients and minimum requirements when left out
    #[arg(
        long = "methods",
        value_name = "A,B,…",
        value_delimiter = ',',
        value_parser = names(&["location-quotient", "minimum-requirements", "assumption"])
    )]
    methods: Vec<String>,
    /// For assumption: basic industries, each with its basic part (1 when left out); the others are non-basic
    #[arg(long = "basic", value_name = "INDUSTRY[:PART],…", value_delimiter = ',', value_parser = basic_part)]
    parts: Vec<BasicPart>,
    /// Industries listed for each region, by their basic activity; 0: all
    #[arg(long, value_name = "N", default_value_t = 5)]
    top: usize,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Input-output table")]
struct Table {
    /// CSV file: a column "sector", one column for each sector with what it buys, and where known "output", "name", "group",
    /// "industries" (codes of the selection's that the sector is made of, A;B), "final:NAME", "figure:NAME", and
    /// "households:income" with "households:consumption"
    #[arg(long, value_name = "FILE")]
    table: Option<PathBuf>,
    /// All income of households, from outside the sectors too; what sectors pay when left out
    #[arg(long, value_name = "AMOUNT", requires = "table", allow_negative_numbers = true)]
    household_income: Option<f64>,
    /// Income that households pay each other; none when left out
    #[arg(long, value_name = "AMOUNT", requires = "table", allow_negative_numbers = true)]
    household_own: Option<f64>,
    /// Makes a table of each region by this quotient; sectors are the selection's industries of the same code where the file says
    /// nothing else
    #[arg(long, value_name = "QUOTIENT", requires = "table", value_parser = names(&["slq", "cilq", "flq", "aflq"]))]
    regionalize: Option<String>,
    /// delta of FLQ and AFLQ; 0.3 when left out
    #[arg(long, value_name = "DELTA", requires = "regionalize", allow_negative_numbers = true)]
    delta: Option<f64>,
    /// Sectors that are taken out together; may be given more than once
    #[arg(long = "extract", value_name = "NAME=A,B,…", requires = "table", value_parser = sector_group)]
    extractions: Vec<SectorGroup>,
    /// Adds the coefficients and inverses (JSON)
    #[arg(long, requires = "table")]
    matrices: bool,
}

impl EconomicBaseArgs {
    /// Asks and prints.
    pub(super) async fn run(&self, common: &Common) -> Result<(), Failure> {
        let request = self.request()?;
        let title = request.selection.as_ref().map_or_else(|| "the table".to_owned(), title);
        let view = |answer: &MeasureEconomicBaseResponse| view::view(&title, self.base.top, answer);
        self.ask.analyze(common, request, view).await
    }

    fn request(&self) -> Result<MeasureEconomicBaseRequest, Failure> {
        let method = |name: &String| number(Some(name), "BASE_METHOD", BaseMethod::from_str_name);
        Ok(MeasureEconomicBaseRequest {
            selection: self.selection.message(self.table.table.as_ref().map(|_| "--table"))?,
            methods: self.base.methods.iter().map(method).collect(),
            basic_parts: self.base.parts.clone(),
            input_output: self.table.message()?,
            area_rates: self.land.rates()?,
            area_trend: self.land.trend(),
        })
    }
}

impl Table {
    fn message(&self) -> Result<Option<InputOutputOptions>, Failure> {
        let Some(file) = &self.table else { return Ok(None) };
        let quotient = |name: &String| number(Some(name), "REGIONAL_QUOTIENT", RegionalQuotient::from_str_name);
        let mut table = table::read(file)?;
        match &mut table.households {
            Some(households) => {
                (households.total_income, households.own) = (self.household_income, self.household_own);
            }
            None if self.household_income.is_some() || self.household_own.is_some() => {
                let what = "incomes of households need the columns households:income and households:consumption";
                return Err(Failure::Usage(what.to_owned()));
            }
            None => {}
        }
        Ok(Some(InputOutputOptions {
            table: Some(table),
            regionalization: self
                .regionalize
                .as_ref()
                .map(|name| Regionalization { quotient: quotient(name), delta: self.delta }),
            extractions: self.extractions.clone(),
            matrices: self.matrices,
        }))
    }
}

/// `INDUSTRY` or `INDUSTRY:PART`.
fn basic_part(text: &str) -> Result<BasicPart, String> {
    let (industry, part) = match text.split_once(':') {
        None => (text, None),
        Some((industry, part)) => {
            let number = part.parse().map_err(|_| format!("\"{part}\" is no number: write B06 or B06:0.5"))?;
            (industry, Some(number))
        }
    };
    Ok(BasicPart { industry: industry.to_owned(), part })
}

/// `NAME=A,B`.
fn sector_group(text: &str) -> Result<SectorGroup, String> {
    let (name, codes) = text.split_once('=').ok_or("write NAME=A,B, for example energy=B,D")?;
    Ok(SectorGroup { name: name.to_owned(), sectors: codes.split(',').map(str::to_owned).collect() })
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::cli::probe::read;

    #[test]
    fn options_become_fields() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "sector,a,b,final:home\na,1,2,3\nb,4,5,6\n").unwrap();
        let words = format!(
            "--dataset d --indicator i --period 2015 --methods minimum-requirements,assumption --basic B06,C13:0.5 \
             --regionalize aflq --delta 0.2 --extract both=a,b --matrices --table {}",
            file.path().display()
        );
        let sent = read::<EconomicBaseArgs>(&words).unwrap().request().unwrap();
        assert_eq!(sent.methods, [2, 3]);
        assert_eq!((sent.basic_parts[0].part, sent.basic_parts[1].part), (None, Some(0.5)));
        let options = sent.input_output.unwrap();
        let regional = options.regionalization.unwrap();
        assert_eq!((regional.quotient(), regional.delta), (RegionalQuotient::Aflq, Some(0.2)));
        assert_eq!((options.extractions[0].sectors.len(), options.matrices), (2, true));
        assert_eq!(options.table.unwrap().flows, [1.0, 2.0, 4.0, 5.0]);
        let income = read::<EconomicBaseArgs>(&format!("{words} --household-income 9")).unwrap().request();
        assert!(matches!(income, Err(Failure::Usage(_))), "the table has no households");
        let alone = read::<EconomicBaseArgs>(&format!("--table {}", file.path().display())).unwrap().request().unwrap();
        assert!(alone.selection.is_none() && alone.input_output.is_some());
        assert!(matches!(read::<EconomicBaseArgs>("--top 3").unwrap().request(), Err(Failure::Usage(_))));
        let text = "sector,a,output,households:income,households:consumption\na,1,9,3,2\n";
        std::fs::write(file.path(), text).unwrap();
        let words = format!("--table {} --household-own 0.5 --household-income 4", file.path().display());
        let sent = read::<EconomicBaseArgs>(&words).unwrap().request().unwrap();
        let households = sent.input_output.unwrap().table.unwrap().households.unwrap();
        assert_eq!((households.own, households.total_income), (Some(0.5), Some(4.0)));
        std::fs::write(file.path(), "industry,reused\nC13,0.2\n").unwrap();
        let words = format!("--dataset d --indicator i --period 2015 --land {}", file.path().display());
        let sent =
            read::<EconomicBaseArgs>(&format!("{words} --land-from 2010 --land-years 5")).unwrap().request().unwrap();
        assert_eq!((sent.area_rates[0].industry.as_str(), sent.area_rates[0].reused), ("C13", 0.2));
        assert_eq!(sent.area_trend.map(|trend| (trend.first, trend.years)), Some(("2010".to_owned(), 5)));
        assert!(read::<EconomicBaseArgs>(&format!("{words} --land-from 2010")).is_err());
        assert!(basic_part("B06:x").is_err() && sector_group("B,D").is_err());
    }
}
