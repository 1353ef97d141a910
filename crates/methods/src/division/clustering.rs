//! Hierarchical clustering of regions by their structures.

use kodama::Method;

use super::Dissimilarities;

/// How the dissimilarity of two clusters follows from those of their regions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Linkage {
    /// Mean over all pairs (UPGMA).
    #[default]
    Average,
    /// The least.
    Single,
    /// The greatest.
    Complete,
    /// Mean of the two that were merged, whatever their sizes (WPGMA).
    Weighted,
    /// Increase of the squares within clusters; dissimilarities are taken for Euclidean distances.
    Ward,
}

impl Linkage {
    fn method(self) -> Method {
        match self {
            Self::Average => Method::Average,
            Self::Single => Method::Single,
            Self::Complete => Method::Complete,
            Self::Weighted => Method::Weighted,
            Self::Ward => Method::Ward,
        }
    }
}

/// Two clusters that become one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Merge {
    /// One of the two: a region below n, or n plus the position of an earlier merge.
    pub first: usize,
    /// The other one; regions of the first come first in the order.
    pub second: usize,
    /// Dissimilarity of the two; it never falls from one merge to the next.
    pub height: f64,
    /// Regions of the new cluster.
    pub size: usize,
}

/// A tree of clusters.
#[derive(Debug, Clone, PartialEq)]
pub struct Dendrogram {
    /// Merges, the lowest first: one less than regions.
    pub merges: Vec<Merge>,
    /// Regions in an order in which no branches of the tree cross: in each merge, the cluster with the region of the lowest
    /// position comes first.
    pub order: Vec<usize>,
    /// Correlation of the dissimilarities with the heights at which pairs come together: how much of them the tree keeps. None
    /// where one of the two does not vary.
    pub cophenetic_correlation: Option<f64>,
}

/// Clusters regions by merging the two nearest clusters again and again.
///
/// ```text
/// d(ab, c): mean over pairs (average), least (single), greatest (complete), (d(a, c) + d(b, c))/2 (weighted),
/// sqrt(((n[a] + n[c]) d(a, c)^2 + (n[b] + n[c]) d(b, c)^2 - n[c] d(a, b)^2) / (n[a] + n[b] + n[c])) (Ward)
/// ```
///
/// # Shapes and units
///
/// - returns: see [`Dendrogram`]; of a single region, no merges.
///
/// # Source
///
/// Muellner (2011), Modern hierarchical, agglomerative clustering algorithms, arXiv:1109.2378; cophenetic correlation: Sokal
/// and Rohlf (1962), Taxon 11(2), 33-40.
pub fn cluster(dissimilarities: &Dissimilarities, linkage: Linkage) -> Dendrogram {
    let n = dissimilarities.n_regions();
    let mut condensed = dissimilarities.pairs().to_vec();
    let steps = kodama::linkage(&mut condensed, n, linkage.method());
    let mut members: Vec<Vec<usize>> = (0..n).map(|region| vec![region]).collect();
    let mut merges = Vec::with_capacity(n.saturating_sub(1));
    let mut moments = Moments::default();
    for step in steps.steps() {
        let (one, other) = (step.cluster1, step.cluster2);
        let lowest = |cluster: usize| members[cluster].iter().min().copied();
        let (first, second) = if lowest(one) <= lowest(other) { (one, other) } else { (other, one) };
        let (mut joined, added) = (std::mem::take(&mut members[first]), std::mem::take(&mut members[second]));
        let height = step.dissimilarity;
        for &a in &joined {
            added.iter().for_each(|&b| moments.add(dissimilarities.get(a, b), height));
        }
        joined.extend(added);
        merges.push(Merge { first, second, height, size: joined.len() });
        members.push(joined);
    }
    let order = members.pop().unwrap_or_default();
    Dendrogram { merges, order, cophenetic_correlation: moments.correlation() }
}

impl Dendrogram {
    /// Cuts the tree into so many clusters: the cluster of each region, counted from 0 in the order of the tree. At most one a
    /// region, at least one.
    pub fn cut(&self, clusters: usize) -> Vec<usize> {
        let n = self.order.len();
        let kept = n.saturating_sub(clusters.clamp(1, n.max(1)));
        // Each cluster stands for itself until a merge that is kept puts it into another.
        let mut parent: Vec<usize> = (0..n + kept).collect();
        for (at, merge) in self.merges.iter().take(kept).enumerate() {
            parent[merge.first] = n + at;
            parent[merge.second] = n + at;
        }
        let root = |region: usize| {
            let mut at = region;
            while parent[at] != at {
                at = parent[at];
            }
            at
        };
        let (mut of, mut last, mut count) = (vec![0; n], None, 0);
        for &region in &self.order {
            let own = root(region);
            if last.is_some_and(|last| last != own) {
                count += 1;
            }
            last = Some(own);
            of[region] = count;
        }
        of
    }
}

/// Sums behind a correlation, of deviations from the first pair, so that little cancels.
#[derive(Debug, Default)]
struct Moments {
    origin: Option<(f64, f64)>,
    n: f64,
    x: f64,
    y: f64,
    xx: f64,
    yy: f64,
    xy: f64,
}

impl Moments {
    fn add(&mut self, x: f64, y: f64) {
        let (x0, y0) = *self.origin.get_or_insert((x, y));
        let (x, y) = (x - x0, y - y0);
        self.n += 1.0;
        self.x += x;
        self.y += y;
        self.xx += x * x;
        self.yy += y * y;
        self.xy += x * y;
    }

    fn correlation(&self) -> Option<f64> {
        let Self { n, x, y, xx, yy, xy, .. } = self;
        let (of_x, of_y, both) = (xx - x * x / n, yy - y * y / n, xy - x * y / n);
        let varies = of_x > 1e-12 * xx && of_y > 1e-12 * yy;
        varies.then(|| (both / (of_x * of_y).sqrt()).clamp(-1.0, 1.0))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::division::{StructureMeasure, dissimilarities};
    use crate::{AmountRows, Amounts, Progress};

    /// Shares of the first of two industries: 0, 0.5, 0.05, 0.6 and 1.
    fn five() -> Dissimilarities {
        let cells = [0.0, 0.5, 0.05, 0.6, 1.0].iter().flat_map(|share| [100.0 * share, 100.0 - 100.0 * share]);
        let amounts = Amounts::try_new(cells.collect(), 2).unwrap();
        dissimilarities(&AmountRows::of(&amounts), StructureMeasure::Krugman, &Progress::new()).unwrap()
    }

    fn heights(linkage: Linkage) -> Vec<f64> {
        cluster(&five(), linkage).merges.iter().map(|merge| (merge.height * 1e9).round() / 1e9).collect()
    }

    #[test]
    fn merges_the_nearest() {
        // Krugman indices are twice the differences.
        assert_eq!(heights(Linkage::Single), [0.1, 0.2, 0.8, 0.9]);
        assert_eq!(heights(Linkage::Complete), [0.1, 0.2, 1.0, 2.0]);
        assert_eq!(heights(Linkage::Average), [0.1, 0.2, 0.9, 1.35]);
        assert_eq!(heights(Linkage::Weighted), [0.1, 0.2, 0.9, 1.5]);
        let tree = cluster(&five(), Linkage::Average);
        assert_eq!(tree.order, [0, 2, 1, 3, 4]);
        let last = tree.merges[3];
        assert_eq!((last.first, last.second, last.size), (5, 7, 5));
        assert!(tree.cophenetic_correlation.unwrap() > 0.8);
    }

    #[test]
    fn ward_counts_squares() {
        // The formula for 0 and 0.1 against 1 and 1.2, and what is above.
        let heights = heights(Linkage::Ward);
        let third = ((2.0 * 1.0_f64.powi(2) + 2.0 * 0.8_f64.powi(2) - 0.2_f64.powi(2)) / 3.0).sqrt();
        assert!((heights[2] - third).abs() < 1e-9, "{heights:?}");
    }

    #[test]
    fn a_tree_is_cut_where_asked() {
        let tree = cluster(&five(), Linkage::Average);
        assert_eq!(tree.cut(1), [0; 5]);
        assert_eq!(tree.cut(2), [0, 1, 0, 1, 1]);
        assert_eq!(tree.cut(3), [0, 1, 0, 1, 2]);
        assert_eq!((tree.cut(5), tree.cut(99)), (vec![0, 2, 1, 3, 4], vec![0, 2, 1, 3, 4]));
        assert_eq!(tree.cut(0), [0; 5]);
    }

    #[test]
    fn few_regions_have_a_small_tree() {
        let of = |cells: Vec<f64>| {
            let amounts = Amounts::try_new(cells, 2).unwrap();
            let measure = StructureMeasure::Krugman;
            cluster(&dissimilarities(&AmountRows::of(&amounts), measure, &Progress::new()).unwrap(), Linkage::Ward)
        };
        let one = of(vec![1.0, 2.0]);
        assert_eq!((one.merges.len(), one.order.as_slice(), one.cut(3)), (0, [0].as_slice(), vec![0]));
        let two = of(vec![1.0, 1.0, 2.0, 2.0]);
        assert_eq!((two.merges[0].height, two.order.as_slice()), (0.0, [0, 1].as_slice()));
        assert_eq!(two.cophenetic_correlation, None);
    }
}
