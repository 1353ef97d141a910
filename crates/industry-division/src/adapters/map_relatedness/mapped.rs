//! What is mapped: relatedness, densities, the network, and changes.

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::Warning;
use growthpole_methods::division::relatedness::{
    Change, Link, MeanDensity, Network, communities, entries_and_exits, for_each_density, mean_density, network,
};
use growthpole_methods::{Matrix, Progress};
use growthpole_worker_kit::convert::message;
use growthpole_worker_kit::reading::{industry_code, region_code};
use growthpole_worker_kit::refuse;

use super::options::Options;
use crate::presence::{MOST_INDUSTRIES, Structure, left_out_warning};

pub(super) struct Mapped {
    pub(super) structure: Structure,
    pub(super) later: Option<Structure>,
    pub(super) options: Options,
}

/// Region and industry of a change among those kept, where both are.
type Place = Option<(usize, usize)>;

/// Densities as far as they are shown.
struct Densities {
    /// By region.
    means: Vec<MeanDensity>,
    /// All of each region, where they are wanted.
    rows: Vec<v1::RegionRow>,
    /// Of each change.
    of_changes: Vec<Option<f64>>,
}

impl Mapped {
    /// All of the answer but what the panel says of itself.
    pub(super) fn response(&self, progress: &Progress) -> Result<v1::MapRelatednessResponse, Refusal> {
        let (structure, options) = (&self.structure, &self.options);
        let n = structure.kept.columns.len();
        let related = options.related.of_industries(structure, progress)?;
        let counted = options.related.counted(&related, options.related_from);
        let (mut changes, places) = self.changes()?;
        let densities = self.densities(&counted, &places, progress)?;
        let of_changes = densities.of_changes.into_iter();
        changes.iter_mut().zip(of_changes).for_each(|(change, density)| change.density = density);
        let of_nodes = self.of_nodes(progress)?;
        let found = network(of_nodes.as_ref().unwrap_or(&related), options.links);
        let mut response = v1::MapRelatednessResponse {
            industries: (0..n).filter_map(|at| structure.industry(at)).collect(),
            relatedness: if options.with_matrix { self.matrix(&related) } else { Vec::new() },
            densities: densities.rows,
            regions: self.regions(&densities.means, &changes),
            threshold: found.threshold,
            changes,
            left_out: self.left_out(),
            measure: options.related.measure.into(),
            base: Some(structure.base_message(&options.rule)?),
            ..v1::MapRelatednessResponse::default()
        };
        self.add_network(&mut response, &found, progress)?;
        let left_out = left_out_warning(&response.left_out);
        let warnings = left_out.into_iter().chain(parts(&found, response.nodes.len()));
        response.warnings = message::warnings(&warnings.collect::<Vec<_>>());
        Ok(response)
    }

    /// Relatedness of regions, where these are the nodes.
    fn of_nodes(&self, progress: &Progress) -> Result<Option<Matrix>, Refusal> {
        if !self.options.of_regions {
            return Ok(None);
        }
        let regions = self.structure.kept.regions.len();
        if regions > MOST_INDUSTRIES {
            let sent = format!("{regions} regions");
            return Err(Refusal::invalid("selection.regions", sent, &format!("up to {MOST_INDUSTRIES} nodes")));
        }
        self.options.related.of_regions(&self.structure, progress).map(Some)
    }

    fn matrix(&self, related: &Matrix) -> Vec<v1::IndustryRow> {
        let row = |(at, row): (usize, &[f64])| v1::IndustryRow {
            industry: self.structure.industry(at),
            values: row.to_vec(),
        };
        related.rows().enumerate().map(row).collect()
    }

    /// Densities as far as the answer shows them: no table is made of the others. `places` are the region and industry of each
    /// change, by region, where both are kept.
    fn densities(&self, counted: &Matrix, places: &[Place], progress: &Progress) -> Result<Densities, Refusal> {
        let (structure, options) = (&self.structure, &self.options);
        let rows = options.related.density_rows(structure, counted, options.include_self)?;
        let mut wanted = places.iter().enumerate().filter_map(|(at, place)| Some((at, (*place)?))).peekable();
        let mut found = Densities { means: Vec::new(), rows: Vec::new(), of_changes: vec![None; places.len()] };
        for_each_density(&*rows, progress, |region, row| {
            found.means.push(mean_density(&structure.kept.presence, region, row));
            while let Some((at, (_, column))) = wanted.next_if(|(_, place)| place.0 == region) {
                found.of_changes[at] = Some(row[column]).filter(|density| !density.is_nan());
            }
            if options.with_densities {
                found.rows.push(v1::RegionRow { region: structure.region(region), values: row.to_vec() });
            }
        })
        .map_err(refuse::stopped)?;
        Ok(found)
    }

    /// What nothing is said of, and what the later period alone says nothing of.
    fn left_out(&self) -> Vec<v1::LeftOut> {
        let mut all = self.structure.left_out.clone();
        let Some(later) = &self.later else { return all };
        let period = later.panel.axes.periods.get(later.period).map(ToString::to_string).unwrap_or_default();
        // What reaches no threshold then has given up what it had, which is a change.
        let unknown = later.left_out.iter().filter(|own| ["MISSING_VALUE", "EMPTY"].contains(&own.reason.as_str()));
        for own in unknown {
            let is_known = |other: &v1::LeftOut| (&other.region, &other.industry) == (&own.region, &own.industry);
            if !all.iter().any(is_known) {
                all.push(v1::LeftOut { period: period.clone(), ..own.clone() });
            }
        }
        all
    }

    fn regions(&self, means: &[MeanDensity], changes: &[v1::PresenceChange]) -> Vec<v1::RegionRelatedness> {
        let kept = &self.structure.kept;
        let count = |region: usize, code: &str, entered: bool| {
            let own = |change: &&v1::PresenceChange| {
                change.entered == entered && change.region.as_ref().is_some_and(|region| region.code == code)
            };
            // Of a region without data in the later period no change is known, and none is no change.
            let known = self.later.as_ref().filter(|later| later.known.regions.binary_search(&region).is_ok());
            known.map(|_| message::count(changes.iter().filter(own).count()))
        };
        let region = |(at, means): (usize, &MeanDensity)| {
            let code = region_code(&self.structure.panel, kept.regions[at]);
            let present = kept.presence.industries_of(at);
            v1::RegionRelatedness {
                region: self.structure.region(at),
                present: present.map(|i| industry_code(&self.structure.panel, kept.columns[i]).to_owned()).collect(),
                internal_density: means.internal,
                external_density: means.external,
                entries: count(kept.regions[at], code, true),
                exits: count(kept.regions[at], code, false),
            }
        };
        means.iter().enumerate().map(region).collect()
    }

    /// Entries and exits among the regions and industries with data in both periods, without densities, and where each is among
    /// those kept.
    fn changes(&self) -> Result<(Vec<v1::PresenceChange>, Vec<Place>), Refusal> {
        let Some(later) = &self.later else { return Ok((Vec::new(), Vec::new())) };
        let (before, after) = (&self.structure.known, &later.known);
        let both = |a: &[usize], b: &[usize]| -> (Vec<usize>, Vec<usize>) {
            let pairs = a.iter().enumerate().filter_map(|(at, one)| Some((at, b.binary_search(one).ok()?)));
            pairs.unzip()
        };
        let (regions_before, regions_after) = both(&before.regions, &after.regions);
        let (columns_before, columns_after) = both(&before.columns, &after.columns);
        let before = before.some(&regions_before, &columns_before);
        let after = after.some(&regions_after, &columns_after);
        let changes = entries_and_exits(&before.presence, &after.presence)
            .ok_or_else(|| Refusal::internal("periods of different regions or industries"))?;
        let (panel, kept) = (&self.structure.panel, &self.structure.kept);
        let change = |(at, change): (usize, Change)| {
            let entered = match change {
                Change::Entry => true,
                Change::Exit => false,
                Change::Stays | Change::StaysAway => return None,
            };
            let region = before.regions[at / before.columns.len()];
            let column = before.columns[at % before.columns.len()];
            let place = kept.regions.binary_search(&region).ok().zip(kept.columns.binary_search(&column).ok());
            let change = v1::PresenceChange {
                region: panel.axes.regions.get(region).map(message::region_label),
                industry: panel.axes.industries.get(column).map(message::industry_label),
                entered,
                density: None,
            };
            Some((change, place))
        };
        Ok(changes.into_iter().enumerate().filter_map(change).unzip())
    }

    fn add_network(
        &self,
        response: &mut v1::MapRelatednessResponse,
        found: &Network,
        progress: &Progress,
    ) -> Result<(), Refusal> {
        let (options, kept) = (&self.options, &self.structure.kept);
        let sizes = if options.of_regions { kept.presence.diversity() } else { kept.presence.ubiquity() };
        let n = sizes.len();
        let groups = communities(n, &found.links, options.resolution, options.runs, options.seed, progress)
            .map_err(refuse::stopped)?;
        let (mut degrees, mut strengths) = (vec![0_u32; n], vec![0.0; n]);
        for link in &found.links {
            for end in [link.first, link.second] {
                degrees[end] += 1;
                strengths[end] += link.weight;
            }
        }
        let node = |at: usize| {
            let (code, name) = self.node(at);
            let (size, community) = (message::count(sizes[at]), message::count(groups.of_industry[at] + 1));
            let (degree, strength) = (message::count(degrees[at]), strengths[at]);
            v1::NetworkNode { code, name, size, community, degree, strength }
        };
        response.nodes = (0..n).map(node).collect();
        let link = |link: &Link| v1::NetworkLink {
            first: self.node(link.first).0,
            second: self.node(link.second).0,
            relatedness: link.weight,
            in_tree: link.in_tree,
        };
        response.links = found.links.iter().map(link).collect();
        response.communities = message::count(groups.count);
        response.modularity = groups.modularity;
        Ok(())
    }

    /// Code and name of a node.
    fn node(&self, at: usize) -> (String, String) {
        let structure = &self.structure;
        if self.options.of_regions {
            structure.region(at).map(|label| (label.code, label.name)).unwrap_or_default()
        } else {
            structure.industry(at).map(|label| (label.code, label.name)).unwrap_or_default()
        }
    }
}

/// Warns of nodes that no path joins.
fn parts(found: &Network, nodes: usize) -> Option<Warning> {
    let count = nodes - found.links.iter().filter(|link| link.in_tree).count();
    let text = format!("the network falls into {count} parts that no path of positive relatedness joins");
    (count > 1).then(|| Warning::new("NETWORK_IN_PARTS", text))
}
