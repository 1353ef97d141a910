//! Communities of a network of industries: groups with more links inside than chance would give.

use rand::seq::SliceRandom as _;

use super::Link;
use crate::stats::random;
use crate::{Progress, Stopped};

/// A gain of modularity below this is rounding.
const NO_GAIN: f64 = 1e-12;

/// A partition of industries.
#[derive(Debug, Clone, PartialEq)]
pub struct Communities {
    /// Community of each industry, numbered from 0 by the first industry of each.
    pub of_industry: Vec<usize>,
    /// Number of communities; an industry without links is one of its own.
    pub count: usize,
    /// How much more weight lies inside than chance would give, at most 1; 0 without links.
    pub modularity: f64,
}

/// Finds communities of great modularity (Louvain's method), the best of several runs.
///
/// ```text
/// Q = sum over communities c of  L_c/L - g * (K_c/(2 L))^2
/// L_c = weight of links inside, K_c = weights at the ends of its industries, L = all weight, g = resolution
/// ```
///
/// Every run visits industries in an order drawn from the seed; of equally good moves the lowest community is taken, of
/// equally good runs the first. The same seed gives the same communities on every machine.
///
/// # Shapes and units
///
/// - `n`: number of industries; `links` connect positions below it, with positive weights.
/// - `resolution`: 1 for modularity; more for smaller communities.
///
/// # Errors
///
/// When it is stopped.
///
/// # Source
///
/// Blondel, Guillaume, Lambiotte and Lefebvre (2008), Journal of Statistical Mechanics P10008; the resolution: Reichardt and
/// Bornholdt (2006), Physical Review E 74, 016110.
pub fn communities(
    n: usize,
    links: &[Link],
    resolution: f64,
    runs: u64,
    seed: u64,
    progress: &Progress,
) -> Result<Communities, Stopped> {
    let graph = Graph::of_links(n, links);
    progress.expect(runs as usize);
    let mut best = renumbered((0..n).collect(), 0.0);
    best.modularity = graph.modularity(&best.of_industry, resolution);
    for run in 0..runs {
        let mut found: Vec<usize> = (0..n).collect();
        let mut level = graph.clone();
        let mut generator = random::generator(seed, run);
        loop {
            let mut order: Vec<usize> = (0..level.n()).collect();
            order.shuffle(&mut generator);
            let moved = level.moved(&order, resolution, progress)?;
            let Communities { of_industry: moved, count, .. } = renumbered(moved, 0.0);
            found.iter_mut().for_each(|at| *at = moved[*at]);
            if count == level.n() {
                break;
            }
            level = level.merged(&moved, count);
        }
        let modularity = graph.modularity(&found, resolution);
        if modularity > best.modularity + NO_GAIN {
            best = renumbered(found, modularity);
        }
        progress.advance(1)?;
    }
    Ok(best)
}

/// Numbers communities from 0 in the order in which they come first.
fn renumbered(mut of_industry: Vec<usize>, modularity: f64) -> Communities {
    let mut numbers = std::collections::BTreeMap::new();
    for community in &mut of_industry {
        let next = numbers.len();
        *community = *numbers.entry(*community).or_insert(next);
    }
    Communities { of_industry, count: numbers.len(), modularity }
}

/// A weighted graph; what was merged keeps its inner weight.
#[derive(Clone)]
struct Graph {
    neighbours: Vec<Vec<(usize, f64)>>,
    /// Twice the weight inside each node.
    inner: Vec<f64>,
    /// Weight at the ends of each node: of its links, and twice what is inside.
    strengths: Vec<f64>,
    /// Twice the weight of all links.
    total: f64,
}

impl Graph {
    fn of_links(n: usize, links: &[Link]) -> Self {
        let mut neighbours = vec![Vec::new(); n];
        for link in links.iter().filter(|link| link.first < n && link.second < n && link.weight > 0.0) {
            neighbours[link.first].push((link.second, link.weight));
            neighbours[link.second].push((link.first, link.weight));
        }
        Self::new(neighbours, vec![0.0; n])
    }

    fn new(neighbours: Vec<Vec<(usize, f64)>>, inner: Vec<f64>) -> Self {
        let ends = |(links, inner): (&Vec<(usize, f64)>, &f64)| inner + links.iter().map(|link| link.1).sum::<f64>();
        let strengths: Vec<f64> = neighbours.iter().zip(&inner).map(ends).collect();
        let total = strengths.iter().sum();
        Self { neighbours, inner, strengths, total }
    }

    fn n(&self) -> usize {
        self.neighbours.len()
    }

    /// Moves nodes to the neighbouring community that gains most, until none gains.
    fn moved(&self, order: &[usize], resolution: f64, progress: &Progress) -> Result<Vec<usize>, Stopped> {
        let mut community: Vec<usize> = (0..self.n()).collect();
        let mut strengths = self.strengths.clone();
        let mut towards = vec![0.0; self.n()];
        loop {
            let mut any = false;
            for &node in order {
                let (own, strength) = (community[node], self.strengths[node]);
                let mut reached = vec![own];
                for &(neighbour, weight) in &self.neighbours[node] {
                    let other = community[neighbour];
                    if towards[other] == 0.0 && other != own {
                        reached.push(other);
                    }
                    towards[other] += weight;
                }
                strengths[own] -= strength;
                reached.sort_unstable();
                let gain = |other: usize| towards[other] - resolution * strength * strengths[other] / self.total;
                let least = NO_GAIN * self.total;
                let better = |best: usize, &other: &usize| if gain(other) > gain(best) + least { other } else { best };
                let best = reached.iter().fold(own, better);
                any |= best != own;
                community[node] = best;
                strengths[best] += strength;
                reached.iter().for_each(|&other| towards[other] = 0.0);
            }
            progress.check()?;
            if !any {
                return Ok(community);
            }
        }
    }

    /// The graph of communities: a node for each.
    fn merged(&self, community: &[usize], count: usize) -> Self {
        let mut weights = vec![std::collections::BTreeMap::<usize, f64>::new(); count];
        let mut inner = vec![0.0; count];
        for (node, links) in self.neighbours.iter().enumerate() {
            inner[community[node]] += self.inner[node];
            for &(neighbour, weight) in links {
                if community[node] == community[neighbour] {
                    inner[community[node]] += weight;
                } else {
                    *weights[community[node]].entry(community[neighbour]).or_default() += weight;
                }
            }
        }
        Self::new(weights.into_iter().map(|links| links.into_iter().collect()).collect(), inner)
    }

    fn modularity(&self, community: &[usize], resolution: f64) -> f64 {
        if self.total == 0.0 {
            return 0.0;
        }
        let (mut inside, mut ends) = (0.0, vec![0.0; self.n()]);
        for (node, links) in self.neighbours.iter().enumerate() {
            ends[community[node]] += self.strengths[node];
            inside += self.inner[node];
            let within = links.iter().filter(|(neighbour, _)| community[*neighbour] == community[node]);
            inside += within.map(|link| link.1).sum::<f64>();
        }
        let by_chance: f64 = ends.iter().map(|ends| (ends / self.total) * (ends / self.total)).sum();
        inside / self.total - resolution * by_chance
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    fn links(pairs: &[(usize, usize)]) -> Vec<Link> {
        pairs.iter().map(|&(first, second)| Link { first, second, weight: 1.0, in_tree: false }).collect()
    }

    /// Two triangles with one link between them, and an industry of its own.
    const TRIANGLES: [(usize, usize); 7] = [(0, 1), (0, 2), (1, 2), (2, 3), (3, 4), (3, 5), (4, 5)];

    #[test]
    fn two_triangles_are_two_communities() {
        let found = communities(7, &links(&TRIANGLES), 1.0, 5, 1, &Progress::new()).unwrap();
        assert_eq!((found.of_industry, found.count), (vec![0, 0, 0, 1, 1, 1, 2], 3));
        // Six of seven links lie inside, and both triangles hold half of all ends.
        assert!((found.modularity - (6.0 / 7.0 - 0.5)).abs() < 1e-15);
    }

    #[test]
    fn a_ring_of_cliques_is_told_apart_whatever_the_seed() {
        // Ten cliques of five, each joined to the next by one link (Fortunato and Barthelemy 2007).
        let mut pairs = Vec::new();
        for clique in 0..10 {
            for a in 0..5 {
                pairs.extend((a + 1..5).map(|b| (clique * 5 + a, clique * 5 + b)));
            }
            let next = (clique * 5 + 5) % 50;
            pairs.push(((clique * 5).min(next), (clique * 5).max(next)));
        }
        for seed in 0..5 {
            let found = communities(50, &links(&pairs), 1.0, 3, seed, &Progress::new()).unwrap();
            assert_eq!(found.count, 10);
            assert!((0..50).all(|industry| found.of_industry[industry] == industry / 5), "{:?}", found.of_industry);
        }
    }

    #[test]
    fn without_links_each_is_its_own() {
        let found = communities(3, &[], 1.0, 2, 0, &Progress::new()).unwrap();
        assert_eq!(found, Communities { of_industry: vec![0, 1, 2], count: 3, modularity: 0.0 });
    }
}
