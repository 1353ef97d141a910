//! The network of industries: a maximum spanning tree and the strongest links beside it.

use crate::Matrix;

/// A link of the network.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Link {
    /// The industry that comes first.
    pub first: usize,
    /// The other industry.
    pub second: usize,
    /// Their relatedness.
    pub weight: f64,
    /// Whether the link belongs to the spanning tree.
    pub in_tree: bool,
}

/// Which links are kept beside those of the tree.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LinkRule {
    /// None.
    TreeOnly,
    /// Those that reach a relatedness.
    AtLeast(f64),
    /// Those above the lowest multiple of `step` at which industries have no more than `most` links on average.
    MeanDegree {
        /// The largest mean number of links.
        most: f64,
        /// Between thresholds that are tried, positive.
        step: f64,
    },
}

/// The links kept, and from which relatedness on.
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    /// Links, by positions of their industries.
    pub links: Vec<Link>,
    /// Relatedness from which links beside the tree are kept, or above which; `None` where there are none but the tree's.
    pub threshold: Option<f64>,
}

/// Finds the network of industries: what holds all together, and the strongest links beside it.
///
/// The tree is that of greatest total relatedness. Among links of equal relatedness those of earlier positions come first,
/// so that it is always the same one. Industries that are related to no other stay apart: then there are several trees.
///
/// # Shapes and units
///
/// - `relatedness`: industries x industries; of a pair, what the row of the earlier position says. Pairs that are NaN or not
///   positive are no links, and the diagonal is none.
///
/// # Source
///
/// Hidalgo et al. (2007), Science 317(5837), 482-487, supporting material; Kruskal (1956), Proceedings of the American
/// Mathematical Society 7(1), 48-50.
pub fn network(relatedness: &Matrix, rule: LinkRule) -> Network {
    let n = relatedness.n_rows().min(relatedness.n_columns());
    let mut links = Vec::new();
    for first in 0..n {
        let row = &relatedness.row(first)[..n];
        let later = row.iter().enumerate().skip(first + 1).filter(|(_, weight)| **weight > 0.0);
        links.extend(later.map(|(second, &weight)| Link { first, second, weight, in_tree: false }));
    }
    // A stable sort keeps links of equal weight in the order of positions.
    links.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    let in_tree = mark_tree(&mut links, n);
    let (threshold, keeps): (Option<f64>, Box<dyn Fn(f64) -> bool>) = match rule {
        LinkRule::TreeOnly => (None, Box::new(|_| false)),
        LinkRule::AtLeast(threshold) => (Some(threshold), Box::new(move |weight| weight >= threshold)),
        LinkRule::MeanDegree { most, step } => {
            let threshold = lowest_threshold(&links, in_tree, most * n as f64 / 2.0, step);
            (threshold, Box::new(move |weight| threshold.is_some_and(|threshold| weight > threshold)))
        }
    };
    links.retain(|link| link.in_tree || keeps(link.weight));
    links.sort_by_key(|link| (link.first, link.second));
    Network { links, threshold }
}

/// Marks the links that join what earlier ones have not joined, and counts them.
fn mark_tree(links: &mut [Link], n: usize) -> usize {
    let mut parents: Vec<usize> = (0..n).collect();
    let mut joined = 0;
    for link in links {
        let (first, second) = (root(&mut parents, link.first), root(&mut parents, link.second));
        if first != second {
            parents[first.max(second)] = first.min(second);
            link.in_tree = true;
            joined += 1;
        }
    }
    joined
}

fn root(parents: &mut [usize], mut at: usize) -> usize {
    while parents[at] != at {
        parents[at] = parents[parents[at]];
        at = parents[at];
    }
    at
}

/// The lowest multiple of the step above which, with the tree, there are no more links than `most`; `None` where the tree
/// alone has more, or the step is not positive.
fn lowest_threshold(links: &[Link], in_tree: usize, most: f64, step: f64) -> Option<f64> {
    if step.is_nan() || step <= 0.0 || in_tree as f64 > most {
        return None;
    }
    // Links come from the strongest on: the first that is one too many sets the threshold.
    let mut kept = in_tree;
    let too_many = links.iter().filter(|link| !link.in_tree).find(|_| {
        kept += 1;
        kept as f64 > most
    });
    let Some(link) = too_many else { return Some(0.0) };
    let steps = (link.weight / step).ceil();
    // Rounding must not leave the threshold just below the link that is too many.
    Some(if steps * step >= link.weight { steps * step } else { (steps + 1.0) * step })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    fn relatedness() -> Matrix {
        let pairs = [(0, 1, 0.9), (0, 2, 0.5), (1, 2, 0.5), (2, 3, 0.2), (1, 3, 0.1), (0, 3, f64::NAN)];
        Matrix::from_fn(5, 5, |i, j| {
            let of = |&&(a, b, _): &&(usize, usize, f64)| (a, b) == (i.min(j), i.max(j));
            if i == j { 1.0 } else { pairs.iter().find(of).map_or(0.0, |pair| pair.2) }
        })
    }

    fn pairs(network: &Network) -> Vec<(usize, usize, bool)> {
        network.links.iter().map(|link| (link.first, link.second, link.in_tree)).collect()
    }

    #[test]
    fn the_tree_is_the_strongest_and_of_ties_the_earliest() {
        // Of the two links of 0.5, that of 0 comes first. Industry 4 is related to none.
        let tree = network(&relatedness(), LinkRule::TreeOnly);
        assert_eq!(pairs(&tree), [(0, 1, true), (0, 2, true), (2, 3, true)]);
        assert_eq!(tree.threshold, None);
    }

    #[test]
    fn links_beside_the_tree_reach_the_threshold() {
        let at_least = network(&relatedness(), LinkRule::AtLeast(0.5));
        assert_eq!(pairs(&at_least), [(0, 1, true), (0, 2, true), (1, 2, false), (2, 3, true)]);
        assert_eq!(network(&relatedness(), LinkRule::AtLeast(0.51)).links.len(), 3);
    }

    #[test]
    fn the_mean_number_of_links_sets_the_lowest_threshold() {
        // Five industries with 1.6 links on average are 4 links: the tree's 3 and one of 0.5, so that 0.1 is too many.
        let rule = |most, step| network(&relatedness(), LinkRule::MeanDegree { most, step });
        assert_eq!((rule(1.6, 0.05).threshold, rule(1.6, 0.05).links.len()), (Some(0.1), 4));
        assert_eq!((rule(2.0, 0.05).threshold, rule(2.0, 0.05).links.len()), (Some(0.0), 5));
        assert_eq!((rule(1.2, 0.3).threshold, rule(1.2, 0.3).links.len()), (Some(0.6), 3));
        assert_eq!((rule(1.0, 0.3).threshold, rule(1.0, 0.3).links.len()), (None, 3));
    }
}
