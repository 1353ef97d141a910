//! `complexity`: how complex regions and industries are, and what would make regions more so.

mod people;
mod records;

use clap::Args;
use growthpole_contracts::v1::{
    ComplexityScale, DensityWeight, ExternalComplexity, FitnessRule, IndustryValue, MeasureComplexityRequest,
    MeasureComplexityResponse, OutlookRule, RelatednessMargins, RelatednessMeasure, SupermodularityRule,
};

use super::Common;
use super::ask::Ask;
use super::engines::value;
use super::relatedness::{GivenArgs, MEASURES, PresenceArgs};
use super::selection::SelectionArgs;
use super::shown_regions::ShownRegions;
use super::values::{names, number};
use crate::failure::Failure;
use people::view;

/// Measures the complexity of regions and industries.
#[derive(Debug, Args)]
pub(super) struct ComplexityArgs {
    #[command(flatten)]
    selection: SelectionArgs,
    #[command(flatten)]
    pub(super) ask: Ask,
    #[command(flatten)]
    presence: PresenceArgs,
    #[command(flatten)]
    how: HowToMeasure,
    #[command(flatten)]
    outlook: Outlook,
    #[command(flatten)]
    shown: Shown,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "How to measure")]
struct HowToMeasure {
    /// By which mean and deviation indices are made comparable; of-regions if left out
    #[arg(long, value_name = "of-regions|own|own-sample", value_parser = names(&["of-regions", "own", "own-sample"]))]
    scale: Option<String>,
    /// Measures the largest component where some share nothing with the others, which is refused else
    #[arg(long)]
    largest_component: bool,
    /// Steps of the method of reflections
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    reflections: Option<i32>,
    /// Fitness and complexity by iteration
    #[arg(long)]
    fitness: bool,
    /// Updates of fitness at most; 1000 if left out
    #[arg(long, value_name = "N", allow_negative_numbers = true, requires = "fitness")]
    iterations: Option<i32>,
    /// Relative change from which on fitness has converged; 1e-10 if left out
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true, requires = "fitness")]
    tolerance: Option<f64>,
    /// How much the least fit region of an industry counts; 1 if left out
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true, requires = "fitness")]
    extremality: Option<f64>,
    /// Indicator whose levels by industry (PRODY) and region (EXPY) are computed, income per head say
    #[arg(long, value_name = "INDICATOR")]
    income: Option<String>,
    /// Complexities of industries that were measured elsewhere, for example C36:1.2
    #[arg(long, value_name = "INDUSTRY:VALUE,…", value_delimiter = ',', value_parser = value)]
    external: Vec<IndustryValue>,
    /// How far amounts are log-supermodular in the order of the indices
    #[arg(long)]
    supermodularity: bool,
    /// Quadruples that are compared for it at most; 1000000 if left out
    #[arg(long, value_name = "N", requires = "supermodularity", allow_negative_numbers = true)]
    quadruples: Option<i32>,
    /// Seed by which they are drawn where there are more
    #[arg(long, value_name = "N", requires = "supermodularity", default_value_t = 0)]
    seed: u64,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Outlook and gain")]
struct Outlook {
    /// How relatedness follows from co-occurrences; minimum-conditional if left out
    #[arg(long, value_name = "MEASURE", value_parser = names(&MEASURES))]
    measure: Option<String>,
    /// What association, cosine and jaccard take for the size of an industry
    #[arg(long, value_name = "others|ubiquity", value_parser = names(&["others", "ubiquity"]))]
    margins: Option<String>,
    #[command(flatten)]
    given: GivenArgs,
    /// Counts only so many most related industries of each; all if left out
    #[arg(long, value_name = "K", allow_negative_numbers = true)]
    nearest: Option<i32>,
    /// By what a region's industries count in densities
    #[arg(long, value_name = "WEIGHT", value_parser = names(&["presence", "share", "quotient"]))]
    density_weight: Option<String>,
    /// Counts an industry as near to itself in outlook and gain
    #[arg(long)]
    include_self: bool,
    /// Leaves out of gains that an industry taken up is none to come to any more
    #[arg(long)]
    keep_lost: bool,
    /// Standardises outlooks over regions
    #[arg(long)]
    standardize_outlook: bool,
    /// Industries of greatest gain listed by region
    #[arg(long, value_name = "N", default_value_t = 3, allow_negative_numbers = true)]
    best: i32,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "What is shown")]
struct Shown {
    /// What is listed, and what CSV holds; regions and industries in tables and regions in CSV if left out
    #[arg(long, value_name = "regions|industries|gains", value_parser = names(&["regions", "industries", "gains"]))]
    list: Option<String>,
    #[command(flatten)]
    regions: ShownRegions,
}

impl ComplexityArgs {
    /// Asks and prints.
    pub(super) async fn run(&self, common: &Common) -> Result<(), Failure> {
        let title = self.selection.title();
        let view = |answer: &MeasureComplexityResponse| view(&title, answer, &self.shown);
        self.ask.analyze(common, self.request()?, view).await
    }

    fn request(&self) -> Result<MeasureComplexityRequest, Failure> {
        let (how, outlook) = (&self.how, &self.outlook);
        let fitness =
            FitnessRule { iterations: how.iterations, tolerance: how.tolerance, extremality: how.extremality };
        let external = how
            .external
            .iter()
            .map(|value| ExternalComplexity { industry: value.industry.clone(), complexity: value.value });
        let weight = outlook.density_weight.as_ref();
        Ok(MeasureComplexityRequest {
            selection: Some(self.selection.message()),
            presence: self.presence.message()?,
            scale: number(how.scale.as_ref(), "COMPLEXITY_SCALE", ComplexityScale::from_str_name),
            largest_component: how.largest_component,
            reflection_steps: how.reflections,
            fitness: how.fitness.then_some(fitness),
            outlook: Some(OutlookRule {
                include_self: outlook.include_self,
                keep_lost: outlook.keep_lost,
                standardize: outlook.standardize_outlook,
                with_gains: self.shown.list.as_deref() == Some("gains"),
                best: Some(outlook.best),
                measure: number(outlook.measure.as_ref(), "RELATEDNESS_MEASURE", RelatednessMeasure::from_str_name),
                margins: number(outlook.margins.as_ref(), "RELATEDNESS_MARGINS", RelatednessMargins::from_str_name),
                given: outlook.given.pairs()?,
                given_one_way: outlook.given.given_one_way,
                nearest: outlook.nearest,
                density_weight: number(weight, "DENSITY_WEIGHT", DensityWeight::from_str_name),
            }),
            income_indicator: how.income.clone().unwrap_or_default(),
            external: external.collect(),
            supermodularity: how
                .supermodularity
                .then_some(SupermodularityRule { quadruples: how.quadruples, seed: how.seed }),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::probe::read;
    use growthpole_contracts::v1::RegionComplexity;

    fn args(options: &str) -> Result<ComplexityArgs, clap::Error> {
        let line = format!("--dataset d --indicator i --period 2015 {options}");
        read(&line)
    }

    #[test]
    fn options_become_fields() {
        let sent = args(
            "--scale own-sample --largest-component --reflections 18 --fitness --iterations 20 --tolerance 0 \
             --income y --external C36:1.5,C13:-2 --include-self --keep-lost --list gains --best 0 \
             --measure correlation --density-weight quotient --nearest 3 --supermodularity --quadruples 5000 --seed 2",
        );
        let sent = sent.unwrap().request().unwrap();
        assert_eq!(sent.supermodularity, Some(SupermodularityRule { quadruples: Some(5000), seed: 2 }));
        assert_eq!((sent.scale(), sent.reflection_steps), (ComplexityScale::OwnSample, Some(18)));
        assert_eq!(sent.fitness.unwrap().iterations, Some(20));
        assert_eq!((sent.external[1].industry.as_str(), sent.external[1].complexity), ("C13", -2.0));
        let outlook = sent.outlook.unwrap();
        assert_eq!((outlook.measure(), outlook.nearest), (RelatednessMeasure::Correlation, Some(3)));
        assert_eq!(outlook.density_weight(), DensityWeight::Quotient);
        assert!(outlook.include_self && outlook.keep_lost && outlook.with_gains && outlook.best == Some(0));
        assert_eq!(args("").unwrap().request().unwrap().fitness, None);
        assert!(args("--quadruples 5000").is_err() && args("--given f.csv --measure cosine").is_err());
        assert!(args("--iterations 5").is_err(), "of fitness, which is not asked for");
    }

    #[test]
    fn records_hold_regions_or_what_is_listed() {
        let row = RegionComplexity { rank: 1, index: 0.5, ..Default::default() };
        let answer = MeasureComplexityResponse { regions: vec![row], ..Default::default() };
        let mut written = Vec::new();
        crate::output::csv::write(&mut written, &view("", &answer, &args("").unwrap().shown).records, None).unwrap();
        assert!(String::from_utf8(written).unwrap().ends_with("\n1,,,0,0.5,0,,,,,,,,\n"));
    }
}
