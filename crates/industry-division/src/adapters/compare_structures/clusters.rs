//! Clusters of the regions compared.

use growthpole_contracts::{Refusal, v1};
use growthpole_methods::Progress;
use growthpole_methods::division::{Dissimilarities, Linkage, StructureMeasure, cluster, dissimilarities};
use growthpole_worker_kit::convert::message;

use super::compared::Compared;
use super::{refused, region_label};

/// Which clusters are asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Asked {
    pub(super) measure: StructureMeasure,
    pub(super) linkage: Linkage,
    /// Number of clusters that the tree is cut into; it is not cut where there is none.
    pub(super) clusters: Option<usize>,
}

impl Asked {
    pub(super) fn read(sent: v1::ClusterOptions) -> Result<Self, Refusal> {
        use v1::{ClusterLinkage as L, StructureMeasure as M};
        let measure = match M::try_from(sent.measure) {
            Ok(M::Unspecified | M::Krugman) => StructureMeasure::Krugman,
            Ok(M::Cosine) => StructureMeasure::Cosine,
            Ok(M::BrayCurtis) => StructureMeasure::BrayCurtis,
            Ok(M::Euclidean) => StructureMeasure::Euclidean,
            Ok(M::Hellinger) => StructureMeasure::Hellinger,
            Ok(M::JensenShannon) => StructureMeasure::JensenShannon,
            Err(_) => {
                let allowed = "KRUGMAN, COSINE, BRAY_CURTIS, EUCLIDEAN, HELLINGER, JENSEN_SHANNON, or nothing";
                return Err(Refusal::invalid("clusters.measure", sent.measure, allowed));
            }
        };
        let linkage = match L::try_from(sent.linkage) {
            Ok(L::Unspecified | L::Average) => Linkage::Average,
            Ok(L::Single) => Linkage::Single,
            Ok(L::Complete) => Linkage::Complete,
            Ok(L::Weighted) => Linkage::Weighted,
            Ok(L::Ward) => Linkage::Ward,
            Err(_) => {
                let allowed = "AVERAGE, SINGLE, COMPLETE, WEIGHTED, WARD, or nothing";
                return Err(Refusal::invalid("clusters.linkage", sent.linkage, allowed));
            }
        };
        let clusters = match usize::try_from(sent.clusters) {
            Ok(0) => None,
            Ok(clusters) => Some(clusters),
            Err(_) => return Err(Refusal::invalid("clusters.clusters", sent.clusters, "0 or more")),
        };
        Ok(Self { measure, linkage, clusters })
    }
}

/// Clusters the regions; `krugman` are their Krugman indices.
pub(super) fn clusters(
    compared: &Compared<'_>,
    asked: Asked,
    krugman: Dissimilarities,
    progress: &Progress,
) -> Result<v1::StructureClusters, Refusal> {
    let n = compared.regions.len();
    if let Some(clusters) = asked.clusters.filter(|clusters| *clusters > n) {
        let allowed = format!("at most {n}, the number of regions that have a structure");
        return Err(Refusal::invalid("clusters.clusters", clusters, &allowed));
    }
    let unlike = match asked.measure {
        StructureMeasure::Krugman => krugman,
        measure => dissimilarities(&compared.rows, measure, progress).map_err(refused)?,
    };
    let tree = cluster(&unlike, asked.linkage);
    let of = asked.clusters.map(|clusters| tree.cut(clusters));
    let order = tree.order.iter().map(|&row| v1::ClusteredRegion {
        region: region_label(compared.panel, compared.regions[row]),
        cluster: of.as_ref().map(|of| message::count(of[row] + 1)),
    });
    // The tree counts regions by code, the answer by their place in the order.
    let mut place = vec![0; n];
    tree.order.iter().enumerate().for_each(|(at, &row)| place[row] = at);
    let end = |cluster: usize| message::count(place.get(cluster).copied().unwrap_or(cluster));
    let merges = tree.merges.iter().map(|merge| v1::ClusterMerge {
        first: end(merge.first),
        second: end(merge.second),
        height: merge.height,
        size: message::count(merge.size),
    });
    Ok(v1::StructureClusters {
        measure: measure_message(asked.measure).into(),
        linkage: linkage_message(asked.linkage).into(),
        order: order.collect(),
        merges: merges.collect(),
        cophenetic_correlation: tree.cophenetic_correlation,
    })
}

fn measure_message(measure: StructureMeasure) -> v1::StructureMeasure {
    match measure {
        StructureMeasure::Krugman => v1::StructureMeasure::Krugman,
        StructureMeasure::Cosine => v1::StructureMeasure::Cosine,
        StructureMeasure::BrayCurtis => v1::StructureMeasure::BrayCurtis,
        StructureMeasure::Euclidean => v1::StructureMeasure::Euclidean,
        StructureMeasure::Hellinger => v1::StructureMeasure::Hellinger,
        StructureMeasure::JensenShannon => v1::StructureMeasure::JensenShannon,
    }
}

fn linkage_message(linkage: Linkage) -> v1::ClusterLinkage {
    match linkage {
        Linkage::Average => v1::ClusterLinkage::Average,
        Linkage::Single => v1::ClusterLinkage::Single,
        Linkage::Complete => v1::ClusterLinkage::Complete,
        Linkage::Weighted => v1::ClusterLinkage::Weighted,
        Linkage::Ward => v1::ClusterLinkage::Ward,
    }
}
