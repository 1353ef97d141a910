//! `specialization`: location quotients and their variants, and how one-sided regions are.

mod cells;
mod portfolio;
mod regions;

use clap::{Args, ValueEnum};
use growthpole_contracts::v1::{
    MeasureSpecializationRequest, MeasureSpecializationResponse, NamedIndustries, PortfolioOptions, PortfolioReference,
    SpecializationBootstrap, StructureBenchmark,
};

use super::Common;
use super::ask::Ask;
use super::selection::SelectionArgs;
use super::values::{names, number};
use crate::failure::Failure;
use crate::output::View;
use crate::output::format::region;

/// Measures how strongly industries are represented in regions, and how one-sided regions are.
#[derive(Debug, Args)]
pub(super) struct SpecializationArgs {
    #[command(flatten)]
    selection: SelectionArgs,
    #[command(flatten)]
    pub(super) ask: Ask,
    #[command(flatten)]
    how: HowToMeasure,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "How to measure")]
struct HowToMeasure {
    /// What is shown: location quotients by region and industry, measures by region, or the portfolio of each region's
    /// industries between the first and the last period
    #[arg(long, value_name = "WHAT", value_enum, default_value_t = Shown::Quotients)]
    show: Shown,
    /// Location quotient from which an industry counts as present; 1 when left out
    #[arg(long, value_name = "LQ", allow_negative_numbers = true)]
    presence_threshold: Option<f64>,
    /// Draws of the benchmark's regions, for intervals of location quotients and their cut-offs
    #[arg(long, value_name = "DRAWS", allow_negative_numbers = true)]
    bootstrap: Option<i32>,
    /// Level of confidence of the intervals; 0.95 when left out
    #[arg(long, value_name = "LEVEL", requires = "bootstrap", allow_negative_numbers = true)]
    confidence: Option<f64>,
    /// Seed of the draws
    #[arg(long, value_name = "N", requires = "bootstrap", default_value_t = 0)]
    seed: u64,
    /// A group of industries for related and unrelated variety; all groups together hold every industry once. Those of the
    /// classification when left out
    #[arg(long = "industry-group", value_name = "NAME=CODE+CODE+…", value_parser = industry_group)]
    industry_groups: Vec<NamedIndustries>,
    /// What growth is compared with in a portfolio; the industry's own in the benchmark when left out
    #[arg(long, value_name = "REFERENCE", value_parser = names(&["benchmark-industry", "benchmark-total", "zero"]))]
    growth_reference: Option<String>,
    /// Leaves out industries that a region does not have
    #[arg(long)]
    omit_absent: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Shown {
    Quotients,
    Regions,
    Portfolio,
}

impl SpecializationArgs {
    /// Asks and prints.
    pub(super) async fn run(&self, common: &Common) -> Result<(), Failure> {
        let (title, show) = (self.selection.title(), self.how.show);
        let view = |answer: &MeasureSpecializationResponse| view(&title, show, answer);
        self.ask.analyze(common, self.request(), view).await
    }

    fn request(&self) -> MeasureSpecializationRequest {
        let how = &self.how;
        let find = PortfolioReference::from_str_name;
        let reference = number(how.growth_reference.as_ref(), "PORTFOLIO_REFERENCE", find);
        let bootstrap = |draws| SpecializationBootstrap { draws: Some(draws), level: how.confidence, seed: how.seed };
        MeasureSpecializationRequest {
            selection: Some(self.selection.message()),
            presence_threshold: how.presence_threshold,
            bootstrap: how.bootstrap.map(bootstrap),
            industry_groups: how.industry_groups.clone(),
            portfolio: (how.show == Shown::Portfolio).then_some(PortfolioOptions { reference }),
            omit_absent: how.omit_absent,
            omit_cells: how.show != Shown::Quotients,
        }
    }
}

fn view(what: &str, show: Shown, answer: &MeasureSpecializationResponse) -> View {
    let (tables, records) = match show {
        Shown::Quotients => cells::shown(what, answer),
        Shown::Regions => regions::shown(what, answer),
        Shown::Portfolio => portfolio::shown(what, answer),
    };
    View { tables, records, provenance: answer.provenance.clone(), warnings: answer.warnings.clone() }
}

/// `mining=B06+B07`: a name, and the codes of its industries.
fn industry_group(text: &str) -> Result<NamedIndustries, String> {
    match text.split_once('=') {
        Some((name, codes)) if !name.is_empty() && !codes.is_empty() => {
            Ok(NamedIndustries { name: name.to_owned(), industries: codes.split('+').map(str::to_owned).collect() })
        }
        _ => Err("write NAME=CODE+CODE+…, for example mining=B06+B07".to_owned()),
    }
}

/// The end of a title: what regions are measured against.
pub(super) fn reference(benchmark: Option<&StructureBenchmark>) -> String {
    match benchmark {
        Some(StructureBenchmark { region: label @ Some(_), .. }) => {
            let (code, name) = region(label);
            format!("; against {}", if name.is_empty() { code } else { name })
        }
        Some(benchmark) if !benchmark.sum_of_level.is_empty() => {
            format!("; against the sum of {}", benchmark.sum_of_level)
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::probe::read;
    use growthpole_contracts::v1::{PortfolioEntry, RegionSpecialization, SpecializationCell};

    fn request(options: &str) -> MeasureSpecializationRequest {
        let line = format!("--dataset d --indicator i --period 2015 {options}");
        read::<SpecializationArgs>(&line).unwrap().request()
    }

    fn csv(show: Shown, answer: &MeasureSpecializationResponse) -> String {
        let mut written = Vec::new();
        crate::output::csv::write(&mut written, &view("", show, answer).records, None).unwrap();
        String::from_utf8(written).unwrap()
    }

    #[test]
    fn options_become_fields() {
        let sent = request("--bootstrap 500 --confidence 0.9 --seed 3 --industry-group a=x+y --industry-group b=z");
        let bootstrap = SpecializationBootstrap { draws: Some(500), level: Some(0.9), seed: 3 };
        assert_eq!((sent.bootstrap, sent.omit_cells, sent.portfolio), (Some(bootstrap), false, None));
        assert_eq!((sent.industry_groups.len(), sent.industry_groups[0].industries.len()), (2, 2));
        for name in ["benchmark-industry", "benchmark-total", "zero"] {
            let sent = request(&format!("--show portfolio --growth-reference {name} --omit-absent"));
            assert!(sent.portfolio.unwrap().reference != 0 && sent.omit_cells && sent.omit_absent, "{name}");
        }
        assert!(request("--show regions").omit_cells);
        assert!(industry_group("a").is_err() && industry_group("=x").is_err());
    }

    #[test]
    fn absent_results_stay_absent() {
        let cell = SpecializationCell {
            period: "2015".into(),
            location_quotient: Some(0.0),
            reason: "X".into(),
            ..Default::default()
        };
        let region = RegionSpecialization {
            period: "2015".into(),
            krugman: Some(0.5),
            reason: "Y".into(),
            ..Default::default()
        };
        let entry = PortfolioEntry { growth: Some(0.25), reason: "Z".into(), ..Default::default() };
        let answer = MeasureSpecializationResponse {
            cells: vec![cell],
            regions: vec![region],
            portfolio: vec![entry],
            ..Default::default()
        };
        let cells = csv(Shown::Quotients, &answer);
        // Four forms of the quotient, and both ends of ten intervals.
        let absent = format!("\n2015,,,,,,,0,,,,,,,X{}\n", ",".repeat(4 + 2 * 10));
        assert!(cells.ends_with(&absent), "{cells}");
        let regions = csv(Shown::Regions, &answer);
        assert!(regions.ends_with("\n2015,,,0.5,,,,,,,,,,,,,,,,,0,Y\n"), "{regions}");
        let portfolio = csv(Shown::Portfolio, &answer);
        assert!(portfolio.ends_with("\n,,,,,,,0.25,,,,,Z\n"), "{portfolio}");
    }
}
