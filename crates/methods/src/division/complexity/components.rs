//! Components: regions and industries that are linked by presence, directly or through others.

use crate::division::Presence;

/// Which regions and industries hang together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Components {
    /// Number of components; a region without industries, or an industry without regions, is one of its own.
    pub count: usize,
    /// Component of each region, numbered from 0 by the first region of each.
    pub of_region: Vec<usize>,
    /// Component of each industry; those without a region come after all others.
    pub of_industry: Vec<usize>,
}

impl Components {
    /// The component with most regions, and with most industries among those; of equals, the first.
    pub fn largest(&self) -> usize {
        let mut sizes = vec![(0_usize, 0_usize); self.count];
        self.of_region.iter().for_each(|&component| sizes[component].0 += 1);
        self.of_industry.iter().for_each(|&component| sizes[component].1 += 1);
        let larger = |best: usize, component: usize| if sizes[component] > sizes[best] { component } else { best };
        (0..self.count).fold(0, larger)
    }

    /// Regions and industries of a component, by position.
    pub fn members(&self, component: usize) -> (Vec<usize>, Vec<usize>) {
        let of = |components: &[usize]| (0..components.len()).filter(|&at| components[at] == component).collect();
        (of(&self.of_region), of(&self.of_industry))
    }
}

/// Finds the components of the network of regions and industries.
///
/// Two regions that share no industry, not even through others, cannot be ranked against each other by what they have.
///
/// # Shapes and units
///
/// - `presence`: regions x industries.
/// - returns: the component of each, by position.
pub fn components(presence: &Presence) -> Components {
    const NONE: usize = usize::MAX;
    let mut of_region = vec![NONE; presence.n_regions()];
    let mut of_industry = vec![NONE; presence.n_industries()];
    let (mut count, mut open) = (0, Vec::new());
    for start in 0..presence.n_regions() {
        if of_region[start] != NONE {
            continue;
        }
        of_region[start] = count;
        open.push(start);
        while let Some(region) = open.pop() {
            for industry in presence.industries_of(region) {
                if of_industry[industry] != NONE {
                    continue;
                }
                of_industry[industry] = count;
                for neighbour in presence.regions_of(industry) {
                    if of_region[neighbour] == NONE {
                        of_region[neighbour] = count;
                        open.push(neighbour);
                    }
                }
            }
        }
        count += 1;
    }
    for component in of_industry.iter_mut().filter(|component| **component == NONE) {
        *component = count;
        count += 1;
    }
    Components { count, of_region, of_industry }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn blocks_that_share_nothing_are_components() {
        // Regions 0 and 2 share industry 1, region 1 has 0 alone, region 3 nothing; industry 2 is nowhere.
        let cells = [[false, true, false, true], [true, false, false, false], [false, true, false, false], [false; 4]];
        let found = components(&Presence::try_new(&cells.concat(), 4).unwrap());
        assert_eq!((found.count, found.of_region.as_slice()), (4, [0, 1, 0, 2].as_slice()));
        assert_eq!(found.of_industry, [1, 0, 3, 0]);
        assert_eq!((found.largest(), found.members(0)), (0, (vec![0, 2], vec![1, 3])));
        assert_eq!(found.members(2), (vec![3], vec![]));
    }

    #[test]
    fn a_chain_is_one_component() {
        let cells: Vec<bool> =
            (0..50 * 50).map(|at| matches!((at / 50, at % 50), (r, i) if i == r || i + 1 == r)).collect();
        assert_eq!(components(&Presence::try_new(&cells, 50).unwrap()).count, 1);
    }
}
