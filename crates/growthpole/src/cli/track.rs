//! `track`: regions on their way through ranks and classes.

mod among_neighbours;
mod chains;
mod given;
mod neighbourhoods;
mod ranks;
#[cfg(test)]
mod tests;

use clap::Args;
use growthpole_contracts::v1::{
    ClassBasis, ClassOptions, CutOffClasses, FullRankMarkovOptions, GeographicRankMarkovOptions, GivenChain,
    GivenClasses, GroupMobilityOptions, MarkovOptions, NamedRegions, NeighbourConcordanceOptions, PeriodRange,
    QuantileClasses, QuantileScope, RankCorrelationOptions, RankMethod, RankOrder, TrackRanksRequest,
    TrackRanksResponse, class_options,
};

use self::among_neighbours::AmongNeighboursArgs;
use super::Common;
use super::ask::Ask;
use super::selection::SelectionArgs;
use super::series::{NeighbourArgs, SeriesArgs, named_regions};
use super::values::{names, number};
use crate::failure::Failure;
use crate::output::View;

/// Follows regions through ranks and classes over periods (`--period 2000:2019`). Rank paths always come; other sections
/// where one of their options is there.
#[derive(Debug, Args)]
pub(super) struct TrackArgs {
    #[command(flatten)]
    selection: SelectionArgs,
    #[command(flatten)]
    pub(super) ask: Ask,
    #[command(flatten)]
    series: SeriesArgs,
    #[command(flatten)]
    ranking: RankingArgs,
    #[command(flatten)]
    concordance: ConcordanceArgs,
    #[command(flatten)]
    neighbours: NeighbourArgs,
    #[command(flatten)]
    markov: MarkovArgs,
    #[command(flatten)]
    rank_markov: RankMarkovArgs,
    #[command(flatten)]
    among_neighbours: AmongNeighboursArgs,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "How to rank")]
struct RankingArgs {
    /// How ties are ranked; competition: 1, 2, 2, 4
    #[arg(long, value_name = "METHOD", value_parser = names(&["competition", "dense", "ordinal", "average", "worst"]))]
    ranks: Option<String>,
    /// Makes the lowest value rank 1
    #[arg(long)]
    lowest_first: bool,
    /// Shows the ranks of every period in the table; JSON and CSV always hold them
    #[arg(long)]
    by_period: bool,
    /// Leaves ranks by period and single regions' quadrants and moves out of the answer; needed above 100 000 values
    #[arg(long, conflicts_with = "by_period")]
    summaries_only: bool,
    /// Shows only these regions in tables and CSV; they are ranked among all that are selected
    #[arg(long, value_name = "A,B,…", value_delimiter = ',')]
    show: Vec<String>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Rank correlation")]
struct ConcordanceArgs {
    /// Correlates the ranks of the first period with the last, and of each with the next
    #[arg(long)]
    correlation: bool,
    /// Compares the moves of neighbours; --neighbours says who they are
    #[arg(long)]
    concordance: bool,
    /// A group of regions whose common moves are measured; groups together hold every region once
    #[arg(long = "regime", value_name = "NAME=A+B|NAME=@GROUP", value_parser = named_regions)]
    regimes: Vec<NamedRegions>,
    /// Permutations drawn for each test; 999 if left out
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    permutations: Option<i32>,
    /// Seed of the draws
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Markov chain of classes")]
struct MarkovArgs {
    /// Sorts values into classes and follows regions through them: five quantiles of each period
    #[arg(long)]
    markov: bool,
    /// Number of quantile classes
    #[arg(long, value_name = "K", conflicts_with = "cut_offs")]
    classes: Option<i32>,
    /// Takes quantiles over all periods together
    #[arg(long, conflicts_with = "cut_offs")]
    pooled: bool,
    /// Upper bounds of all classes but the last, instead of quantiles
    #[arg(long, value_name = "X,Y,…", value_delimiter = ',', allow_negative_numbers = true)]
    cut_offs: Vec<f64>,
    /// Classes that were made elsewhere, instead of quantiles: a CSV file with the columns region, period and class
    #[arg(long, value_name = "FILE", value_parser = given::classes, conflicts_with_all = ["classes", "pooled", "cut_offs"])]
    given_classes: Option<GivenClasses>,
    /// Takes classes from which no transition is known as ones that are never left
    #[arg(long)]
    empty_classes_stay: bool,
    /// Weights of the classes for mobility, for example where regions were at first
    #[arg(long, value_name = "W,W,…", value_delimiter = ',', allow_negative_numbers = true)]
    mobility_weights: Vec<f64>,
    /// Transitions of a chain from elsewhere, a row for each class, which are tested against those of the selection
    #[arg(long = "given-chain", value_name = "NAME=N,N/N,N", value_parser = given::transitions)]
    chains: Vec<GivenChain>,
    /// Probabilities of a chain from elsewhere, a row for each class
    #[arg(long = "given-probabilities", value_name = "NAME=P,P/P,P", value_parser = given::probabilities)]
    probabilities: Vec<GivenChain>,
    /// Sorts the values themselves instead of those relative to the mean of the period
    #[arg(long)]
    absolute: bool,
    /// A sub-period that is tested for the same transitions as the others
    #[arg(long = "split", value_name = "P:P", value_parser = range)]
    sub_periods: Vec<PeriodRange>,
    /// Tests how far back the chain remembers: orders up to this, each against the one below; 2 tests the Markov property
    #[arg(long = "orders", value_name = "N", allow_negative_numbers = true)]
    highest_order: Option<i32>,
    /// A group of regions that is tested for the same transitions as the others
    #[arg(long = "split-regions", value_name = "NAME=A+B|NAME=@GROUP", value_parser = named_regions)]
    groups: Vec<NamedRegions>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Markov chains of ranks")]
struct RankMarkovArgs {
    /// Counts which rank leads to which
    #[arg(long)]
    full_rank: bool,
    /// Shows how long it takes from these ranks to others
    #[arg(long, value_name = "N,N,…", value_delimiter = ',', allow_negative_numbers = true)]
    from_ranks: Vec<i32>,
    /// Counts which region hands its rank to which
    #[arg(long)]
    geographic_rank: bool,
    /// Shows how long it takes until the rank of these regions is that of others
    #[arg(long, value_name = "A,B,…", value_delimiter = ',')]
    from_regions: Vec<String>,
}

fn range(text: &str) -> Result<PeriodRange, String> {
    match text.split_once(':') {
        Some((start, end)) => Ok(PeriodRange { start: start.to_owned(), end: end.to_owned() }),
        None => Err("write P:P, for example 2000:2008".to_owned()),
    }
}

impl TrackArgs {
    /// Asks and prints.
    pub(super) async fn run(&self, common: &Common) -> Result<(), Failure> {
        let title = self.selection.title();
        let view = |answer: &TrackRanksResponse| self.view(&title, answer);
        self.ask.analyze(common, self.request(), view).await
    }

    fn request(&self) -> TrackRanksRequest {
        let (ranking, concordance, ranks) = (&self.ranking, &self.concordance, &self.rank_markov);
        let (among, neighbours, classes) = (&self.among_neighbours, self.neighbours.message(), self.markov.classes());
        TrackRanksRequest {
            selection: Some(self.selection.message()),
            series: self.series.message(),
            rank_method: number(ranking.ranks.as_ref(), "RANK_METHOD", RankMethod::from_str_name),
            rank_order: if ranking.lowest_first { RankOrder::LowestFirst } else { RankOrder::Unspecified }.into(),
            summaries_only: ranking.summaries_only,
            permutations: concordance.permutations,
            seed: concordance.seed,
            rank_correlation: concordance.correlation.then_some(RankCorrelationOptions {}),
            neighbour_concordance: (concordance.concordance || (self.neighbours.is_given() && !among.has_neighbours()))
                .then(|| NeighbourConcordanceOptions { weights: Some(neighbours.clone()) }),
            group_mobility: (!concordance.regimes.is_empty())
                .then(|| GroupMobilityOptions { groups: concordance.regimes.clone() }),
            markov: (self.markov.asks() || (self.markov.has_classes() && !among.has_classes()))
                .then(|| self.markov.message()),
            full_rank_markov: (ranks.full_rank || !ranks.from_ranks.is_empty()).then(|| FullRankMarkovOptions {
                first_passage: !ranks.from_ranks.is_empty(),
                from_ranks: ranks.from_ranks.clone(),
            }),
            geographic_rank_markov: (ranks.geographic_rank || !ranks.from_regions.is_empty()).then(|| {
                GeographicRankMarkovOptions {
                    first_passage: !ranks.from_regions.is_empty(),
                    from_regions: ranks.from_regions.clone(),
                }
            }),
            spatial_markov: among.spatial_markov(&neighbours, &classes, self.markov.empty_classes_stay),
            lisa_markov: among.lisa(&neighbours),
            directional_lisa: among.rose(&neighbours, self.markov.basis()),
            sequences: among.sequences(&classes),
        }
    }

    fn view(&self, what: &str, answer: &TrackRanksResponse) -> View {
        let shown = ranks::Shown { by_period: self.ranking.by_period, only: &self.ranking.show };
        let mut tables = vec![ranks::paths(what, answer, shown)];
        tables.extend(ranks::correlations(answer));
        tables.extend(answer.neighbour_concordance.as_ref().map(|own| ranks::neighbours(own, shown)));
        tables.extend(answer.group_mobility.iter().flat_map(ranks::groups));
        tables.extend(answer.markov.iter().flat_map(chains::markov));
        tables.extend(answer.full_rank_markov.iter().flat_map(|own| chains::ranks("ranks", own)));
        tables.extend(answer.geographic_rank_markov.iter().flat_map(|own| chains::ranks("regions", own)));
        tables.extend(answer.spatial_markov.iter().flat_map(neighbourhoods::spatial_markov));
        tables.extend(answer.lisa_markov.iter().flat_map(|own| neighbourhoods::lisa(own, shown)));
        tables.extend(answer.directional_lisa.iter().flat_map(|own| neighbourhoods::rose(own, shown)));
        tables.extend(answer.sequences.as_ref().map(|own| neighbourhoods::sequences(own, shown)));
        View {
            tables,
            records: if self.ranking.summaries_only {
                ranks::summaries(answer, shown)
            } else {
                ranks::records(answer, shown)
            },
            provenance: answer.provenance.clone(),
            warnings: answer.warnings.clone(),
        }
    }
}

impl MarkovArgs {
    /// Whether the section itself was asked for.
    fn asks(&self) -> bool {
        let has_chains = !self.chains.is_empty() || !self.probabilities.is_empty() || !self.mobility_weights.is_empty();
        let has_tests = self.highest_order.is_some() || !self.sub_periods.is_empty() || !self.groups.is_empty();
        self.markov || has_chains || has_tests
    }

    /// Whether anything was said of classes.
    fn has_classes(&self) -> bool {
        let is_given = self.given_classes.is_some();
        is_given || self.classes.is_some() || self.pooled || !self.cut_offs.is_empty() || self.absolute
    }

    fn basis(&self) -> ClassBasis {
        if self.absolute { ClassBasis::Values } else { ClassBasis::Unspecified }
    }

    fn classes(&self) -> ClassOptions {
        let scope = if self.pooled { QuantileScope::Pooled } else { QuantileScope::Unspecified };
        let by = if let Some(given) = &self.given_classes {
            class_options::By::Given(given.clone())
        } else if self.cut_offs.is_empty() {
            class_options::By::Quantiles(QuantileClasses { count: self.classes, scope: scope.into() })
        } else {
            class_options::By::CutOffs(CutOffClasses { values: self.cut_offs.clone() })
        };
        ClassOptions { basis: self.basis().into(), by: Some(by) }
    }

    fn message(&self) -> MarkovOptions {
        MarkovOptions {
            classes: Some(self.classes()),
            sub_periods: self.sub_periods.clone(),
            groups: self.groups.clone(),
            highest_order: self.highest_order,
            empty_classes_stay: self.empty_classes_stay,
            mobility_weights: self.mobility_weights.clone(),
            given_chains: self.chains.iter().chain(&self.probabilities).cloned().collect(),
        }
    }
}
