//! Options of sections among neighbours, and of distances between paths.

use clap::Args;
use growthpole_contracts::v1::{
    CategoricalLagOptions, CategoricalLagTies, ClassBasis, ClassOptions, CutOffClasses, DirectionalLisaOptions,
    GivenClasses, LisaMarkovOptions, LocalTail, Quadrant, QuantileClasses, RoseAlternative, SequenceCosts,
    SequenceMeasure, SequenceOptions, SpatialMarkovOptions, SpatialWeights, class_options,
};

use super::super::values::{names, number};
use super::given;

#[derive(Debug, Args)]
#[command(next_help_heading = "Among neighbours")]
pub(super) struct AmongNeighboursArgs {
    /// Follows regions through classes by the class of their neighbours
    #[arg(long)]
    pub(super) spatial_markov: bool,
    /// Number of classes of neighbours; that of regions if left out
    #[arg(long, value_name = "K", requires = "spatial_markov", conflicts_with = "lag_cut_offs")]
    lag_classes: Option<i32>,
    /// Upper bounds of all classes of neighbours but the last
    #[arg(
        long,
        value_name = "X,Y,…",
        value_delimiter = ',',
        requires = "spatial_markov",
        allow_negative_numbers = true
    )]
    lag_cut_offs: Vec<f64>,
    /// Classes of neighbours that were made elsewhere: a CSV file with the columns region, period and class
    #[arg(
        long,
        value_name = "FILE",
        value_parser = given::classes,
        requires = "spatial_markov",
        conflicts_with_all = ["lag_classes", "lag_cut_offs", "commonest_class"]
    )]
    given_lag_classes: Option<GivenClasses>,
    /// Takes the commonest class among the neighbours for theirs; what becomes of ties may be said
    #[arg(
        long,
        value_name = "TIES",
        num_args = 0..=1,
        default_missing_value = "own-class-then-drawn",
        requires = "spatial_markov",
        conflicts_with_all = ["lag_classes", "lag_cut_offs"],
        value_parser = names(&["own-class-then-drawn", "drawn", "lowest", "highest", "unknown"])
    )]
    commonest_class: Option<String>,
    /// Follows regions through quadrants: themselves and their neighbours, high or low
    #[arg(long)]
    pub(super) lisa: bool,
    /// Local statistics up to this p-value are significant; 0.05 if left out
    #[arg(long, value_name = "P", requires = "lisa", allow_negative_numbers = true)]
    significance: Option<f64>,
    /// Takes the smaller tail for the p-value of a local statistic, half of the two-sided one
    #[arg(long, requires = "lisa")]
    smaller_tail: bool,
    /// Quadrant whose significant regions are cores of clusters
    #[arg(long, value_name = "QUADRANT", requires = "lisa", value_parser = names(&["high-high", "low-high", "low-low", "high-low"]))]
    cores: Option<String>,
    /// Counts neighbours of neighbours to a cluster too
    #[arg(long, requires = "lisa")]
    wide_clusters: bool,
    /// Counts the directions in which regions and their neighbours move from the first period to the last
    #[arg(long)]
    pub(super) rose: bool,
    /// Number of sectors; 8 if left out
    #[arg(long, value_name = "N", requires = "rose", allow_negative_numbers = true)]
    sectors: Option<i32>,
    /// What is tested of sectors
    #[arg(long, value_name = "WHAT", requires = "rose", value_parser = names(&["two-sided", "common", "opposite"]))]
    rose_alternative: Option<String>,
    /// Measures how far the paths of regions through classes are apart
    #[arg(long, value_name = "MEASURE", value_parser = names(&["hamming", "interval", "arbitrary", "markov", "transitions"]))]
    sequences: Option<String>,
    /// Costs of replacing a class by another, a row for each class, in the place of a measure
    #[arg(
        long,
        value_name = "0,C/C,0",
        value_parser = given::costs,
        requires = "insertion_cost",
        conflicts_with = "sequences"
    )]
    replacement_costs: Option<SequenceCosts>,
    /// Cost of inserting or deleting a class
    #[arg(long, value_name = "C", requires = "replacement_costs", allow_negative_numbers = true)]
    insertion_cost: Option<f64>,
}

impl AmongNeighboursArgs {
    /// Whether a section asks who is a neighbour of whom.
    pub(super) fn has_neighbours(&self) -> bool {
        self.spatial_markov || self.lisa || self.rose
    }

    /// Whether a section sorts regions into classes.
    pub(super) fn has_classes(&self) -> bool {
        self.spatial_markov || self.sequences.is_some() || self.replacement_costs.is_some()
    }

    pub(super) fn spatial_markov(
        &self,
        weights: &SpatialWeights,
        own: &ClassOptions,
        empty_classes_stay: bool,
    ) -> Option<SpatialMarkovOptions> {
        let scope = match &own.by {
            Some(class_options::By::Quantiles(own)) => own.scope,
            _ => 0,
        };
        let by = match self.lag_classes {
            _ if self.given_lag_classes.is_some() => self.given_lag_classes.clone().map(class_options::By::Given),
            Some(count) => Some(class_options::By::Quantiles(QuantileClasses { count: Some(count), scope })),
            None if self.lag_cut_offs.is_empty() => None,
            None => Some(class_options::By::CutOffs(CutOffClasses { values: self.lag_cut_offs.clone() })),
        };
        let ties = self.commonest_class.as_ref();
        let categorical_lag = ties.map(|_| CategoricalLagOptions {
            ties: number(ties, "CATEGORICAL_LAG_TIES", CategoricalLagTies::from_str_name),
        });
        self.spatial_markov.then(|| SpatialMarkovOptions {
            weights: Some(weights.clone()),
            classes: Some(own.clone()),
            lag_classes: by.map(|by| ClassOptions { by: Some(by), ..Default::default() }),
            categorical_lag,
            empty_classes_stay,
        })
    }

    pub(super) fn lisa(&self, weights: &SpatialWeights) -> Option<LisaMarkovOptions> {
        let tail = if self.smaller_tail { LocalTail::Smaller } else { LocalTail::Unspecified };
        self.lisa.then(|| LisaMarkovOptions {
            weights: Some(weights.clone()),
            significance_level: self.significance,
            tail: tail.into(),
            cluster_quadrant: number(self.cores.as_ref(), "QUADRANT", Quadrant::from_str_name),
            neighbours_of_neighbours: self.wide_clusters,
        })
    }

    pub(super) fn rose(&self, weights: &SpatialWeights, basis: ClassBasis) -> Option<DirectionalLisaOptions> {
        let alternative = self.rose_alternative.as_ref();
        self.rose.then(|| DirectionalLisaOptions {
            weights: Some(weights.clone()),
            basis: basis.into(),
            sectors: self.sectors,
            alternative: number(alternative, "ROSE_ALTERNATIVE", RoseAlternative::from_str_name),
        })
    }

    pub(super) fn sequences(&self, classes: &ClassOptions) -> Option<SequenceOptions> {
        let measure = number(self.sequences.as_ref(), "SEQUENCE_MEASURE", SequenceMeasure::from_str_name);
        let costs = self.replacement_costs.clone().zip(self.insertion_cost);
        let costs = costs.map(|(costs, insertion)| SequenceCosts { insertion, ..costs });
        let is_asked = self.sequences.is_some() || costs.is_some();
        is_asked.then(|| SequenceOptions { classes: Some(classes.clone()), measure, costs })
    }
}
