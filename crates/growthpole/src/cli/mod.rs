//! The command line: one file per command, and what they share.

mod aggregate;
mod analysis;
mod ask;
mod call;
#[cfg(feature = "ballista")]
mod cluster;
mod columns;
mod complexity;
mod concentration;
mod config;
mod convergence;
mod datasets;
mod decompose;
mod divide;
mod economic_base;
mod engines;
mod export;
mod gc;
mod import;
mod inequality;
mod keeping;
mod observations;
#[cfg(test)]
mod probe;
mod project;
mod rank;
mod regions;
mod relatedness;
mod retract;
mod selection;
mod series;
mod serve;
mod shown_regions;
mod similarity;
mod specialization;
mod sql;
mod track;
mod transition;
mod turning_points;
mod values;
mod verify;
mod vintages;
pub(crate) mod worker;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::config::{Effective, FILE_NAME, FileChoice, Flag, LogFormat, Origin, Sources, load};
use crate::failure::Failure;
use crate::logging;

/// Regional economics as a service: vintages of regional statistics in, typed analyses out.
///
/// Without a command it serves.
#[derive(Debug, Parser)]
#[command(name = "growthpole", version, propagate_version = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Option<Command>,
}

/// What every command takes.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Everywhere")]
struct Common {
    /// Configuration file; without it growthpole.toml of the working directory, if it is there
    #[arg(long, global = true, value_name = "FILE", env = "GROWTHPOLE_CONFIG")]
    config: Option<PathBuf>,
    /// What is logged, to standard error: error, warn, info, debug, trace, or by crate
    #[arg(long, global = true, value_name = "FILTER")]
    log_level: Option<String>,
    /// How a line of the log looks
    #[arg(long, global = true, value_name = "FORMAT")]
    log_format: Option<LogFormat>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves data and analyses until it is told to stop (SIGTERM, Ctrl-C)
    Serve(serve::ServeArgs),
    /// Runs one worker as a process of its own
    Worker(worker::WorkerArgs),
    /// Runs the scheduler of a query cluster
    #[cfg(feature = "ballista")]
    QueryScheduler(cluster::SchedulerArgs),
    /// Runs an executor of a query cluster
    #[cfg(feature = "ballista")]
    QueryExecutor(cluster::ExecutorArgs),
    /// Lists the data sets, or what one of them holds
    Datasets(datasets::DatasetsArgs),
    /// Lists the vintages of a data set, or what one changed
    Vintages(vintages::VintagesArgs),
    /// Lists regions, describes one, or finds those that names stand for
    Regions(regions::RegionsArgs),
    /// Reads observations as they were published
    Observations(observations::ObservationsArgs),
    /// Rolls observations up over regions and industries, or converts them to another classification
    Aggregate(Box<aggregate::AggregateArgs>),
    /// Writes a vintage as a file: CSV, SDMX-CSV, JSON-stat, Parquet or Arrow
    Export(Box<export::ExportArgs>),
    /// Answers a SELECT statement over all data sets and vintages
    Sql(sql::SqlArgs),
    /// Imports a file of statistics as a vintage of a data set
    Import(import::ImportArgs),
    /// Ranks regions by growth
    Rank(rank::RankArgs),
    /// Follows regions through ranks and classes (rank correlation, concordance, Markov chains)
    Track(track::TrackArgs),
    /// Splits growth into national share, industry mix and regional share (Dunn)
    Decompose(decompose::DecomposeArgs),
    /// Measures inequality between regions over time, with its parts by groups of regions and by neighbourhood
    Inequality(inequality::InequalityArgs),
    /// Projects regions, with intervals and a backtest
    Project(project::ProjectArgs),
    /// Tests whether regions converge: dispersion, growth against the initial level, clubs
    Convergence(Box<convergence::ConvergenceArgs>),
    /// Finds structural breaks, the last period above a threshold, peaks and troughs, and co-movement with the benchmark
    TurningPoints(turning_points::TurningPointsArgs),
    /// Measures how strongly industries are represented in regions (location quotients)
    Specialization(specialization::SpecializationArgs),
    /// Measures how industries are spread over regions, by amounts, by plants and by distances
    Concentration(Box<concentration::ConcentrationArgs>),
    /// Measures what regions live on (economic base), and analyses input-output tables
    EconomicBase(Box<economic_base::EconomicBaseArgs>),
    /// Compares the industrial structures of pairs of regions
    Similarity(similarity::SimilarityArgs),
    /// Maps how related industries are, how near regions are to them, and the network they form
    Relatedness(Box<relatedness::RelatednessArgs>),
    /// Measures the complexity of regions and industries, and what regions would gain by
    Complexity(Box<complexity::ComplexityArgs>),
    /// Proposes which region focuses on which industry
    Divide(divide::DivideArgs),
    /// Finds the industries that regions could enter
    Engines(Box<engines::EnginesArgs>),
    /// Assesses how far regions have come from resources and old industries
    Transition(Box<transition::TransitionArgs>),
    /// Takes a vintage back
    Retract(retract::RetractArgs),
    /// Removes what imports that did not come to an end left behind
    Gc(gc::GcArgs),
    /// Reads everything that is stored and compares it with what was written
    Verify(verify::VerifyArgs),
    /// Calls any method with a request in JSON
    Call(call::CallArgs),
    /// Shows the configuration in force and where each value came from
    Config(config::ConfigArgs),
}

impl Cli {
    /// Whether errors of the service are to be told in JSON.
    pub(crate) fn wants_json(&self) -> bool {
        use Command::{Call, Config, Serve, Worker};
        match &self.command {
            None | Some(Serve(_) | Worker(_) | Config(_) | Command::Export(_)) => false,
            #[cfg(feature = "ballista")]
            Some(Command::QueryScheduler(_) | Command::QueryExecutor(_)) => false,
            Some(Call(args)) => args.wants_json(),
            Some(Command::Datasets(args)) => args.ask.wants_json(),
            Some(Command::Vintages(args)) => args.ask.wants_json(),
            Some(Command::Regions(args)) => args.ask.wants_json(),
            Some(Command::Observations(args)) => args.ask.wants_json(),
            Some(Command::Aggregate(args)) => args.ask.wants_json(),
            Some(Command::Sql(args)) => args.ask.wants_json(),
            Some(Command::Import(args)) => args.wants_json(),
            Some(Command::Rank(args)) => args.ask.wants_json(),
            Some(Command::Track(args)) => args.ask.wants_json(),
            Some(Command::Decompose(args)) => args.ask.wants_json(),
            Some(Command::Inequality(args)) => args.ask.wants_json(),
            Some(Command::Project(args)) => args.ask.wants_json(),
            Some(Command::Convergence(args)) => args.ask.wants_json(),
            Some(Command::TurningPoints(args)) => args.ask.wants_json(),
            Some(Command::Specialization(args)) => args.ask.wants_json(),
            Some(Command::Concentration(args)) => args.ask.wants_json(),
            Some(Command::EconomicBase(args)) => args.ask.wants_json(),
            Some(Command::Similarity(args)) => args.ask.wants_json(),
            Some(Command::Relatedness(args)) => args.ask.wants_json(),
            Some(Command::Complexity(args)) => args.ask.wants_json(),
            Some(Command::Divide(args)) => args.ask.wants_json(),
            Some(Command::Engines(args)) => args.ask.wants_json(),
            Some(Command::Transition(args)) => args.ask.wants_json(),
            Some(Command::Retract(args)) => args.ask.wants_json(),
            Some(Command::Gc(args)) => args.keeping.wants_json(),
            Some(Command::Verify(args)) => args.keeping.wants_json(),
        }
    }

    /// Does what the command says.
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let common = self.common;
        match self.command.unwrap_or_else(|| Command::Serve(serve::ServeArgs::default())) {
            Command::Serve(args) => args.run(&common).await,
            Command::Worker(args) => args.run(&common).await,
            #[cfg(feature = "ballista")]
            Command::QueryScheduler(args) => args.run(&common).await,
            #[cfg(feature = "ballista")]
            Command::QueryExecutor(args) => args.run(&common).await,
            Command::Datasets(args) => args.run(&common).await,
            Command::Vintages(args) => args.run(&common).await,
            Command::Regions(args) => args.run(&common).await,
            Command::Observations(args) => args.run(&common).await,
            Command::Aggregate(args) => args.run(&common).await,
            Command::Export(args) => args.run(&common).await,
            Command::Sql(args) => args.run(&common).await,
            Command::Import(args) => args.run(&common).await,
            Command::Rank(args) => args.run(&common).await,
            Command::Track(args) => args.run(&common).await,
            Command::Decompose(args) => args.run(&common).await,
            Command::Inequality(args) => args.run(&common).await,
            Command::Project(args) => args.run(&common).await,
            Command::Convergence(args) => args.run(&common).await,
            Command::TurningPoints(args) => args.run(&common).await,
            Command::Specialization(args) => args.run(&common).await,
            Command::Concentration(args) => args.run(&common).await,
            Command::EconomicBase(args) => args.run(&common).await,
            Command::Similarity(args) => args.run(&common).await,
            Command::Relatedness(args) => args.run(&common).await,
            Command::Complexity(args) => args.run(&common).await,
            Command::Divide(args) => args.run(&common).await,
            Command::Engines(args) => args.run(&common).await,
            Command::Transition(args) => args.run(&common).await,
            Command::Retract(args) => args.run(&common).await,
            Command::Gc(args) => args.run(&common).await,
            Command::Verify(args) => args.run(&common).await,
            Command::Call(args) => args.run(&common).await,
            Command::Config(args) => args.run(&common),
        }
    }
}

impl Common {
    /// The configuration under these flags and the command's own.
    fn load(&self, mut flags: Vec<Flag>) -> Result<Effective, Failure> {
        if let Some(level) = &self.log_level {
            flags.push(Flag::new("log.level", "--log-level", level.as_str()));
        }
        if let Some(format) = self.log_format {
            let name = match format {
                LogFormat::Text => "text",
                LogFormat::Json => "json",
            };
            flags.push(Flag::new("log.format", "--log-format", name));
        }
        let file = match &self.config {
            Some(path) => FileChoice::Named(path.clone()),
            None => FileChoice::IfPresent(PathBuf::from(FILE_NAME)),
        };
        load(&Sources { file, environment: None, flags }).map_err(|mistakes| {
            let lines: String = mistakes.iter().map(|mistake| format!("\n  {mistake}")).collect();
            Failure::Usage(format!("the configuration has {}:{lines}", counted(mistakes.len(), "mistake")))
        })
    }

    /// The configuration of something that serves, with its logs.
    fn start_serving(&self, flags: Vec<Flag>) -> Result<Effective, Failure> {
        let effective = self.load(flags)?;
        logging::start(&effective.settings.log);
        Ok(effective)
    }

    /// The configuration of a process of a query cluster: its calls, which come by the second, and the library's own logs
    /// stay out of the log unless they are asked for.
    #[cfg(feature = "ballista")]
    fn start_working(&self, flags: Vec<Flag>) -> Result<Effective, Failure> {
        let mut effective = self.load(flags)?;
        if matches!(effective.origin("log.level"), Origin::Default) {
            "warn,growthpole=info,growthpole_server::serve=info".clone_into(&mut effective.settings.log.level);
        }
        logging::start(&effective.settings.log);
        logging::with_libraries();
        Ok(effective)
    }

    /// The configuration of something that only asks: its logs stay quiet unless they are asked for here and now.
    fn start_asking(&self, flags: Vec<Flag>) -> Result<Effective, Failure> {
        let mut effective = self.load(flags)?;
        if matches!(effective.origin("log.level"), Origin::Default | Origin::File(_)) {
            "warn".clone_into(&mut effective.settings.log.level);
        }
        logging::start(&effective.settings.log);
        Ok(effective)
    }
}

/// `1 mistake`, `2 mistakes`.
fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// The flag `--data`, as a value of the configuration: a URL, or else a directory.
fn data_flag(data: Option<&PathBuf>) -> Option<Flag> {
    let place = data?.to_string_lossy().into_owned();
    let key = if place.contains("://") { "data.url" } else { "data.directory" };
    Some(Flag::new(key, "--data", place))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn no_command_is_serve() {
        assert!(Cli::try_parse_from(["growthpole"]).unwrap().command.is_none());
        let misspelt = Cli::try_parse_from(["growthpole", "ranks"]).unwrap_err();
        assert_eq!(misspelt.exit_code(), 2);
        assert!(misspelt.to_string().contains("'rank'"), "{misspelt}");
    }
}
