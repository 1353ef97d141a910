//! `similarity`: how alike the structures of regions are.

mod clusters;
mod convergence;
mod friction;
mod pairs;

use clap::{Args, ValueEnum};
use growthpole_contracts::v1::{
    ClusterLinkage, ClusterOptions, CompareStructuresRequest, CompareStructuresResponse, KrugmanReference, PairScope,
    PairWeights, StructureMeasure,
};

use super::Common;
use super::ask::Ask;
use super::selection::SelectionArgs;
use super::values::{names, number, weights};
use crate::failure::Failure;
use crate::output::View;

/// Compares the industrial structures of pairs of regions.
#[derive(Debug, Args)]
pub(super) struct SimilarityArgs {
    #[command(flatten)]
    selection: SelectionArgs,
    #[command(flatten)]
    pub(super) ask: Ask,
    #[command(flatten)]
    how: HowToCompare,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "How to compare")]
struct HowToCompare {
    /// What is shown: pairs of the last period; friction by industry and distance; clusters of regions; or whether structures
    /// converge over the periods
    #[arg(long, value_name = "WHAT", value_enum, default_value_t = Shown::Pairs)]
    show: Shown,
    /// Compares only pairs that share a border
    #[arg(long, visible_alias = "neighbors")]
    neighbours: bool,
    /// Weights of pairs in the friction index; neighbours when left out
    #[arg(long, value_name = "neighbours|exponential:KM|gravity|equal", value_parser = weights)]
    weights: Option<PairWeights>,
    /// Leaves industries out whose locational Gini is below this (0 to 0.5), because they serve their own place
    #[arg(long, value_name = "GINI", allow_negative_numbers = true)]
    tradable: Option<f64>,
    /// What each region's own Krugman index refers to
    #[arg(long, value_name = "REFERENCE", value_parser = names(&["whole", "rest", "mean-of-others"]))]
    reference: Option<String>,
    /// Industries listed for each pair, by their contribution to its Krugman index; 0: all
    #[arg(long, value_name = "N", default_value_t = 3, allow_negative_numbers = true)]
    contributions: i32,
    /// Pairs listed, the most alike first; all when left out
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    most_pairs: Option<i32>,
    /// Distances in kilometres at which bands of friction end
    #[arg(long, value_name = "KM,…", value_delimiter = ',', allow_negative_numbers = true)]
    bands: Vec<f64>,
    /// By what regions are clustered; the Krugman index when left out
    #[arg(long, value_name = "MEASURE", value_parser = names(MEASURES))]
    cluster_by: Option<String>,
    /// How clusters are compared; by the average when left out
    #[arg(long, value_name = "LINKAGE", value_parser = names(LINKAGES))]
    linkage: Option<String>,
    /// Number of clusters that the tree is cut into; 0: it is not cut
    #[arg(long, value_name = "N", default_value_t = 0, allow_negative_numbers = true)]
    clusters: i32,
}

const MEASURES: &[&str] = &["krugman", "cosine", "bray-curtis", "euclidean", "hellinger", "jensen-shannon"];
const LINKAGES: &[&str] = &["average", "single", "complete", "weighted", "ward"];

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Shown {
    Pairs,
    Friction,
    Clusters,
    Convergence,
}

impl SimilarityArgs {
    /// Asks and prints.
    pub(super) async fn run(&self, common: &Common) -> Result<(), Failure> {
        let (title, show) = (self.selection.title(), self.how.show);
        let view = |answer: &CompareStructuresResponse| view(&title, show, answer);
        self.ask.analyze(common, self.request(), view).await
    }

    fn request(&self) -> CompareStructuresRequest {
        let how = &self.how;
        let clusters = ClusterOptions {
            measure: number(how.cluster_by.as_ref(), "STRUCTURE_MEASURE", StructureMeasure::from_str_name),
            linkage: number(how.linkage.as_ref(), "CLUSTER_LINKAGE", ClusterLinkage::from_str_name),
            clusters: how.clusters,
        };
        let lists_pairs = matches!(how.show, Shown::Pairs | Shown::Convergence);
        CompareStructuresRequest {
            selection: Some(self.selection.message()),
            scope: if how.neighbours { PairScope::Neighbours } else { PairScope::Unspecified }.into(),
            weights: how.weights,
            krugman_reference: number(how.reference.as_ref(), "KRUGMAN_REFERENCE", KrugmanReference::from_str_name),
            tradable_threshold: how.tradable,
            contributions: how.contributions,
            most_pairs: if lists_pairs { how.most_pairs } else { Some(0) },
            clusters: (how.show == Shown::Clusters).then_some(clusters),
            distance_bands_km: how.bands.clone(),
        }
    }
}

fn view(what: &str, show: Shown, answer: &CompareStructuresResponse) -> View {
    let (tables, records) = match show {
        Shown::Pairs => pairs::shown(what, answer),
        Shown::Friction => friction::shown(what, answer),
        Shown::Clusters => clusters::shown(what, answer),
        Shown::Convergence => convergence::shown(what, answer),
    };
    View { tables, records, provenance: answer.provenance.clone(), warnings: answer.warnings.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::probe::read;
    use growthpole_contracts::v1::pair_weights::By;
    use growthpole_contracts::v1::{
        ClusterMerge, ClusteredRegion, Friction, FrictionBand, FrictionPart, PairChange, PeriodStructures, RegionLabel,
        StructureClusters, StructureConvergence, StructurePair, StructureTrend,
    };

    fn request(options: &str) -> CompareStructuresRequest {
        let line = format!("--dataset d --indicator i --period 2015 {options}");
        read::<SimilarityArgs>(&line).unwrap().request()
    }

    fn csv(show: Shown, answer: &CompareStructuresResponse) -> String {
        let mut written = Vec::new();
        crate::output::csv::write(&mut written, &view("", show, answer).records, None).unwrap();
        String::from_utf8(written).unwrap()
    }

    fn text(show: Shown, answer: &CompareStructuresResponse) -> String {
        let mut written = Vec::new();
        view("jobs", show, answer).tables.iter().for_each(|table| table.write(&mut written).unwrap());
        String::from_utf8(written).unwrap()
    }

    #[test]
    fn options_become_fields() {
        let sent = request("--neighbours --weights exponential:250 --tradable 0.1 --reference rest --contributions 0");
        assert_eq!((sent.scope(), sent.krugman_reference()), (PairScope::Neighbours, KrugmanReference::Rest));
        assert!(matches!(sent.weights.unwrap().by, Some(By::Exponential(weights)) if weights.distance_km == 250.0));
        assert_eq!((sent.tradable_threshold, sent.contributions), (Some(0.1), 0));
        assert_eq!((sent.clusters, sent.most_pairs), (None, None));
        for name in ["whole", "rest", "mean-of-others"] {
            assert_ne!(request(&format!("--reference {name}")).krugman_reference, 0, "{name}");
        }
        for name in MEASURES {
            let sent = request(&format!("--show clusters --cluster-by {name} --clusters 3")).clusters.unwrap();
            assert!(sent.measure != 0 && sent.clusters == 3, "{name}");
        }
        for name in LINKAGES {
            assert_ne!(request(&format!("--show clusters --linkage {name}")).clusters.unwrap().linkage, 0, "{name}");
        }
        let sent = request("--show friction --bands 100,300 --most-pairs 7");
        assert_eq!((sent.distance_bands_km, sent.most_pairs), (vec![100.0, 300.0], Some(0)));
        assert_eq!(request("--show convergence --most-pairs 7").most_pairs, Some(7));
    }

    #[test]
    fn records_hold_the_pair_and_its_period() {
        let pair = StructurePair { rank: 1, krugman: 0.25, neighbours: Some(true), ..Default::default() };
        let answer = CompareStructuresResponse { pairs: vec![pair], period: "2015".into(), ..Default::default() };
        let written = csv(Shown::Pairs, &answer);
        assert!(written.ends_with("\n1,,,,,true,0.25,0,0,0,,,,2015,,0,0,0,,,\n"), "{written}");
    }

    #[test]
    fn shows_friction_clusters_and_convergence() {
        let part = FrictionPart { part: 0.2, share: 0.4, ..Default::default() };
        let band = FrictionBand { from_km: 0.0, to_km: Some(100.0), pairs: 3, index: Some(0.5), ..Default::default() };
        let friction = Friction { index: 0.5, industries: vec![part], bands: vec![band], ..Default::default() };
        let label = |code: &str| Some(RegionLabel { code: code.into(), name: format!("Region {code}") });
        let region = |code: &str| ClusteredRegion { region: label(code), cluster: Some(1) };
        let merge = ClusterMerge { first: 0, second: 1, height: 0.25, size: 2 };
        let clusters =
            StructureClusters { order: vec![region("a"), region("b")], merges: vec![merge], ..Default::default() };
        let trend = StructureTrend { slope: -0.01, standard_error: 0.002, t: Some(-5.0), p: Some(0.01) };
        let convergence = StructureConvergence {
            pairs: 3,
            periods: vec![PeriodStructures { period: "2014".into(), mean_krugman: 0.75, ..Default::default() }],
            trend: Some(trend),
            ..Default::default()
        };
        let change = PairChange { first_krugman: 0.75, change: -0.125, trend: Some(trend), ..Default::default() };
        let answer = CompareStructuresResponse {
            pairs: vec![StructurePair {
                first: label("a"),
                second: label("b"),
                change: Some(change),
                ..Default::default()
            }],
            friction: Some(friction),
            clusters: Some(clusters),
            convergence: Some(convergence),
            ..Default::default()
        };
        let shown = text(Shown::Friction, &answer);
        assert!(shown.contains("40.00 %") && shown.contains("0 to 100"), "{shown}");
        assert!(csv(Shown::Friction, &answer).contains("industry,,,0.2,0.4"), "{}", csv(Shown::Friction, &answer));
        let shown = text(Shown::Clusters, &answer);
        assert!(shown.contains("Region a + Region b") && shown.contains("0.2500"), "{shown}");
        assert!(
            csv(Shown::Clusters, &answer).ends_with("\nmerge,,,,0,1,0.25,2\n"),
            "{}",
            csv(Shown::Clusters, &answer)
        );
        let shown = text(Shown::Convergence, &answer);
        assert!(shown.contains("0.7500") && shown.contains("-0.1250") && shown.contains("-0.0100"), "{shown}");
        let written = csv(Shown::Convergence, &answer);
        assert!(written.contains("\n2014,0.75,,\n"), "{written}");
    }
}
