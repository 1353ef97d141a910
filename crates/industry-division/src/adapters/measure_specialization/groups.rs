//! Groups of industries, for related and unrelated variety.

use growthpole_contracts::{Reason, Refusal, v1};
use growthpole_domain::Panel;
use growthpole_methods::division::specialization::IndustryGroups;

const FIELD: &str = "industry_groups";
const MOST_GROUPS: usize = 1000;

/// Groups that hold every industry of a panel once.
#[derive(Debug)]
pub(super) struct NamedGroups {
    names: Vec<String>,
    /// Codes by group.
    codes: Vec<Vec<String>>,
    pub(super) of: IndustryGroups,
}

impl NamedGroups {
    /// The groups that were sent, or those of the classification; nothing where it has none.
    pub(super) fn read(panel: &Panel, sent: &[v1::NamedIndustries]) -> Result<Option<Self>, Refusal> {
        if sent.is_empty() {
            return Ok(Self::of_classification(panel));
        }
        if sent.len() > MOST_GROUPS {
            return Err(Refusal::invalid(FIELD, format!("{} groups", sent.len()), &format!("at most {MOST_GROUPS}")));
        }
        let mut of: Vec<Option<usize>> = vec![None; panel.axes.industries.len()];
        for (at, group) in sent.iter().enumerate() {
            let field = format!("{FIELD}[{at}]");
            let named = sent.iter().take(at).any(|other| other.name == group.name);
            if group.name.is_empty() || named {
                let name = format!("\"{}\"", group.name);
                return Err(Refusal::invalid(&format!("{field}.name"), name, "a name, each once"));
            }
            if group.industries.is_empty() {
                return Err(Refusal::invalid(&format!("{field}.industries"), "nothing", "at least one industry"));
            }
            put_group(panel, group, at, &field, &mut of)?;
        }
        let left: Vec<&str> = panel.axes.industries.iter().zip(&of).filter(|(_, of)| of.is_none()).map(code).collect();
        if !left.is_empty() {
            let sent = format!("groups without {}", left.join(", "));
            return Err(Refusal::invalid(FIELD, sent, "groups that hold every industry of the totals"));
        }
        let names = sent.iter().map(|group| group.name.clone()).collect();
        Self::new(panel, names, of.into_iter().flatten().collect()).map(Some)
    }

    /// The industries that the panel's industries belong to, where each belongs to one.
    fn of_classification(panel: &Panel) -> Option<Self> {
        let parents: Vec<&String> = panel.axes.industries.iter().map(|industry| &industry.parent).collect();
        if parents.is_empty() || parents.iter().any(|parent| parent.is_empty()) {
            return None;
        }
        let mut names: Vec<String> = parents.iter().map(|parent| (*parent).clone()).collect();
        names.sort_unstable();
        names.dedup();
        let of = parents.iter().filter_map(|parent| names.binary_search(parent).ok()).collect();
        Self::new(panel, names, of).ok()
    }

    fn new(panel: &Panel, names: Vec<String>, of: Vec<usize>) -> Result<Self, Refusal> {
        let mut codes = vec![Vec::new(); names.len()];
        for (industry, &group) in panel.axes.industries.iter().zip(&of) {
            codes[group].push(industry.code.clone());
        }
        let of = IndustryGroups::try_new(of, names.len()).map_err(Refusal::internal)?;
        Ok(Self { names, codes, of })
    }

    /// The groups as the answer shows them, by name.
    pub(super) fn message(&self) -> Vec<v1::NamedIndustries> {
        let groups = self.names.iter().cloned().zip(self.codes.iter().cloned());
        let mut groups: Vec<v1::NamedIndustries> =
            groups.map(|(name, industries)| v1::NamedIndustries { name, industries }).collect();
        groups.sort_by(|a, b| a.name.cmp(&b.name));
        groups
    }
}

fn code<'a>((industry, _): (&'a growthpole_domain::Industry, &Option<usize>)) -> &'a str {
    &industry.code
}

/// Puts the industries of one group where they belong. Industries that the policy for missing cells has dropped are unknown
/// here as well, since totals do not have them.
fn put_group(
    panel: &Panel,
    group: &v1::NamedIndustries,
    position: usize,
    field: &str,
    of: &mut [Option<usize>],
) -> Result<(), Refusal> {
    for (at, code) in group.industries.iter().enumerate() {
        let field = format!("{field}.industries[{at}]");
        let Some(column) = panel.axes.industries.iter().position(|industry| industry.code == *code) else {
            let known = panel.axes.industries.iter().map(|industry| industry.code.as_str());
            let nearest = growthpole_domain::nearest::nearest(code, known, 3);
            return Err(Refusal::unknown(Reason::UnknownIndustry, "industry of the totals", &field, code, &nearest));
        };
        if of[column].replace(position).is_some() {
            return Err(Refusal::invalid(&field, format!("\"{code}\" again"), "each industry in one group, once"));
        }
    }
    Ok(())
}
