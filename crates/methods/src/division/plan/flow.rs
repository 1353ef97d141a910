//! Flow of least cost through a network with whole capacities, by successive levels of cost.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use crate::{Progress, Stopped};

/// An edge and, next to it in the list, its reverse.
#[derive(Debug, Clone)]
struct Edge {
    to: usize,
    capacity: i64,
    cost: i64,
}

/// A network whose costs are not negative.
#[derive(Debug)]
pub(super) struct Flow {
    edges: Vec<Edge>,
    /// Edges that start at each node.
    from: Vec<Vec<usize>>,
    /// What the shortest way to each node has cost.
    potentials: Vec<i64>,
}

impl Flow {
    pub(super) fn new(n_nodes: usize) -> Self {
        Self { edges: Vec::new(), from: vec![Vec::new(); n_nodes], potentials: vec![0; n_nodes] }
    }

    /// Adds an edge and returns its number.
    pub(super) fn add(&mut self, start: usize, end: usize, capacity: i64, cost: i64) -> usize {
        let edge = self.edges.len();
        self.edges.push(Edge { to: end, capacity, cost });
        self.edges.push(Edge { to: start, capacity: 0, cost: -cost });
        self.from[start].push(edge);
        self.from[end].push(edge + 1);
        edge
    }

    /// What flows through an edge.
    pub(super) fn through(&self, edge: usize) -> i64 {
        self.edges[edge + 1].capacity
    }

    /// Sends as much as possible from a source to a sink, at the least cost.
    pub(super) fn send(&mut self, source: usize, sink: usize, progress: &Progress) -> Result<(), Stopped> {
        while self.find_ways(source, sink) {
            // All shortest ways at once.
            while let Some(levels) = self.levels(source, sink) {
                progress.check()?;
                let mut next = vec![0; self.from.len()];
                while self.push(source, sink, &levels, &mut next) > 0 {}
            }
        }
        Ok(())
    }

    /// Dijkstra's shortest ways under reduced costs. Says whether the sink can be reached.
    fn find_ways(&mut self, source: usize, sink: usize) -> bool {
        let mut distances = vec![i64::MAX; self.from.len()];
        let mut heap = BinaryHeap::from([Reverse((0, source))]);
        distances[source] = 0;
        while let Some(Reverse((distance, node))) = heap.pop() {
            if distance > distances[node] {
                continue;
            }
            for &edge in self.from[node].iter().filter(|&&edge| self.edges[edge].capacity > 0) {
                let end = self.edges[edge].to;
                let onward = distance + self.reduced(node, edge);
                if onward < distances[end] {
                    distances[end] = onward;
                    heap.push(Reverse((onward, end)));
                }
            }
        }
        let most = distances[sink];
        if most == i64::MAX {
            return false;
        }
        for (potential, distance) in self.potentials.iter_mut().zip(distances) {
            *potential += distance.min(most);
        }
        true
    }

    fn reduced(&self, start: usize, edge: usize) -> i64 {
        let Edge { to, cost, .. } = self.edges[edge];
        cost + self.potentials[start] - self.potentials[to]
    }

    fn is_open(&self, start: usize, edge: usize) -> bool {
        self.edges[edge].capacity > 0 && self.reduced(start, edge) == 0
    }

    /// Number of edges from the source along shortest ways, or nothing when there are none left.
    fn levels(&self, source: usize, sink: usize) -> Option<Vec<usize>> {
        let mut levels = vec![usize::MAX; self.from.len()];
        levels[source] = 0;
        let mut queue = VecDeque::from([source]);
        while let Some(node) = queue.pop_front() {
            for &edge in self.from[node].iter().filter(|&&edge| self.is_open(node, edge)) {
                let end = self.edges[edge].to;
                if levels[end] == usize::MAX {
                    levels[end] = levels[node] + 1;
                    queue.push_back(end);
                }
            }
        }
        (levels[sink] != usize::MAX).then_some(levels)
    }

    /// Sends something along one shortest way with fewest edges. `next` remembers which edges lead nowhere.
    fn push(&mut self, source: usize, sink: usize, levels: &[usize], next: &mut [usize]) -> i64 {
        let mut path: Vec<usize> = Vec::new();
        let mut node = source;
        while node != sink {
            let onward = self.from[node][next[node]..]
                .iter()
                .position(|&edge| self.is_open(node, edge) && levels[self.edges[edge].to] == levels[node] + 1);
            match onward {
                Some(skipped) => {
                    next[node] += skipped;
                    let edge = self.from[node][next[node]];
                    path.push(edge);
                    node = self.edges[edge].to;
                }
                None => {
                    next[node] = self.from[node].len();
                    let Some(edge) = path.pop() else { return 0 };
                    node = self.edges[edge ^ 1].to;
                    next[node] += 1;
                }
            }
        }
        let amount = path.iter().map(|&edge| self.edges[edge].capacity).min().unwrap_or(0);
        for edge in path {
            self.edges[edge].capacity -= amount;
            self.edges[edge ^ 1].capacity += amount;
        }
        amount
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn fills_the_cheapest_ways_first() {
        let mut flow = Flow::new(4);
        let (cheap, dear) = (flow.add(0, 1, 5, 1), flow.add(0, 2, 5, 3));
        let (on, across, out) = (flow.add(1, 3, 3, 0), flow.add(1, 2, 9, 1), flow.add(2, 3, 4, 0));
        flow.send(0, 3, &Progress::new()).unwrap();
        let through = [cheap, dear, on, across, out].map(|edge| flow.through(edge));
        assert_eq!(through, [5, 2, 3, 2, 4]);
    }
}
