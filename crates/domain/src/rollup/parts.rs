//! Which codes are added up to which target, none of them twice.

use std::collections::BTreeSet;

use super::Hierarchy;

/// A target, before it is known what is added up to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target<'a> {
    /// Its code in the answer.
    pub code: &'a str,
    /// What it is made of.
    pub of: TargetOf<'a>,
}

/// What a target is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TargetOf<'a> {
    /// What lies below this code, which is the target itself. Its published figure can be compared with the sum.
    Below(&'a str),
    /// These members, or what lies below them.
    Members(BTreeSet<&'a str>),
    /// All that is chosen.
    Chosen,
}

/// A target and the codes that are added up to it, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts<'a> {
    /// The target.
    pub target: Target<'a>,
    /// What is added up.
    pub codes: BTreeSet<&'a str>,
}

/// Which codes may be added up.
#[derive(Debug, Clone, Default)]
pub struct Sources<'a> {
    /// Those that the caller chose; none: the rule of [`parts`] chooses.
    pub chosen: Option<BTreeSet<&'a str>>,
    /// Only codes of this level.
    pub level: Option<&'a str>,
    /// Those that have observations.
    pub observed: BTreeSet<&'a str>,
}

/// Why it is not clear what is to be added up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PartsError {
    /// One code lies above another: what is below would be counted twice.
    #[error("{below} lies below {above}: both together would be counted twice")]
    Overlap {
        /// The code above.
        above: String,
        /// The code below.
        below: String,
    },
    /// What lies below the targets is of several levels.
    #[error("what lies below has observations of several levels: {}", levels.join(", "))]
    SeveralLevels {
        /// Levels, in order.
        levels: Vec<String>,
    },
    /// Nothing lies below the targets that could be added up.
    #[error("nothing is there to be added up")]
    Nothing,
}

/// Finds what is added up to each target.
///
/// - What the caller chose, by codes or by a level, is taken as it is, and must not overlap.
/// - Where nothing was chosen: below a code, the nearest level below the targets that has observations; of a group, its
///   members. Only one level is added, so that a state and its counties, or FIPS codes ending in 000 beside the others,
///   are never counted twice.
///
/// # Errors
///
/// [`PartsError`]: a choice that overlaps, several levels that could be meant, or nothing.
pub fn parts<'a>(
    tree: &Hierarchy<'a>,
    targets: Vec<Target<'a>>,
    sources: &Sources<'a>,
) -> Result<Vec<Parts<'a>>, PartsError> {
    let chosen = sources.chosen.as_ref().map(|chosen| {
        let of_level = |code: &&&str| sources.level.is_none_or(|level| tree.level(code) == Some(level));
        chosen.iter().filter(of_level).copied().collect::<BTreeSet<_>>()
    });
    if let Some(chosen) = &chosen {
        refuse_overlap(tree, chosen)?;
    }
    let level = match (&chosen, sources.level) {
        (None, None) => nearest_level(tree, &targets, &sources.observed)?,
        (_, level) => level,
    };
    let mut found = Vec::with_capacity(targets.len());
    for target in targets {
        let codes = codes(tree, &target, chosen.as_ref(), level, sources)?;
        refuse_overlap(tree, &codes)?;
        found.push(Parts { target, codes });
    }
    if found.iter().all(|parts| parts.codes.is_empty()) {
        return Err(PartsError::Nothing);
    }
    Ok(found)
}

fn refuse_overlap<'a>(tree: &Hierarchy<'a>, codes: &BTreeSet<&'a str>) -> Result<(), PartsError> {
    match tree.overlap(codes) {
        None => Ok(()),
        Some((above, below)) => Err(PartsError::Overlap { above: above.to_owned(), below: below.to_owned() }),
    }
}

/// The nearest level with observations below those targets that are made of what lies below them.
fn nearest_level<'a>(
    tree: &Hierarchy<'a>,
    targets: &[Target<'a>],
    observed: &BTreeSet<&'a str>,
) -> Result<Option<&'a str>, PartsError> {
    let below = |target: &Target<'a>| match target.of {
        TargetOf::Below(code) => Some(code),
        TargetOf::Members(_) | TargetOf::Chosen => None,
    };
    let mut generation: BTreeSet<&str> = targets.iter().filter_map(below).collect();
    let mut seen = generation.clone();
    while !generation.is_empty() {
        let next = generation.iter().flat_map(|code| tree.children(code)).copied();
        generation = next.filter(|code| !seen.contains(code)).collect();
        seen.extend(&generation);
        let levels: BTreeSet<&str> =
            generation.iter().filter(|code| observed.contains(*code)).filter_map(|code| tree.level(code)).collect();
        let levels: Vec<&str> = levels.into_iter().collect();
        match levels.as_slice() {
            [] => {}
            [level] => return Ok(Some(level)),
            several => {
                return Err(PartsError::SeveralLevels { levels: several.iter().map(|&level| level.into()).collect() });
            }
        }
    }
    Ok(None)
}

fn codes<'a>(
    tree: &Hierarchy<'a>,
    target: &Target<'a>,
    chosen: Option<&BTreeSet<&'a str>>,
    level: Option<&'a str>,
    sources: &Sources<'a>,
) -> Result<BTreeSet<&'a str>, PartsError> {
    let wanted = |code: &&'a str| {
        chosen.is_none_or(|chosen| chosen.contains(code)) && level.is_none_or(|level| tree.level(code) == Some(level))
    };
    Ok(match &target.of {
        // No level below it has observations.
        TargetOf::Below(_) if chosen.is_none() && level.is_none() => BTreeSet::new(),
        TargetOf::Below(code) => tree.below(code).into_iter().filter(wanted).collect(),
        TargetOf::Members(members) if chosen.is_none() && sources.level.is_none() => members.clone(),
        TargetOf::Members(members) => {
            let below = members.iter().flat_map(|member| tree.below(member));
            members.iter().copied().chain(below).filter(wanted).collect()
        }
        TargetOf::Chosen => match chosen {
            Some(chosen) => chosen.clone(),
            None => one_level(tree, sources)?,
        },
    })
}

/// All that has observations: of the level asked for, or of the only one.
fn one_level<'a>(tree: &Hierarchy<'a>, sources: &Sources<'a>) -> Result<BTreeSet<&'a str>, PartsError> {
    let observed = sources.observed.iter().copied();
    let codes: BTreeSet<&str> =
        observed.filter(|code| sources.level.is_none_or(|level| tree.level(code) == Some(level))).collect();
    let levels: BTreeSet<&str> = codes.iter().filter_map(|code| tree.level(code)).collect();
    if levels.len() > 1 {
        return Err(PartsError::SeveralLevels { levels: levels.into_iter().map(str::to_owned).collect() });
    }
    Ok(codes)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn tree() -> Hierarchy<'static> {
        Hierarchy::new([
            ("00000", "NATION", ""),
            ("01000", "STATE", "00000"),
            ("01001", "COUNTY", "01000"),
            ("01003", "COUNTY", "01000"),
            ("02000", "STATE", "00000"),
            ("02013", "COUNTY", "02000"),
            ("91000", "BEA_REGION", "00000"),
        ])
    }

    fn below(code: &'static str) -> Target<'static> {
        Target { code, of: TargetOf::Below(code) }
    }

    fn all() -> BTreeSet<&'static str> {
        BTreeSet::from(["00000", "01000", "01001", "01003", "02000", "02013", "91000"])
    }

    fn found(targets: Vec<Target<'static>>, sources: &Sources<'static>) -> Result<Vec<Vec<&'static str>>, PartsError> {
        let found = parts(&tree(), targets, sources)?;
        Ok(found.into_iter().map(|parts| parts.codes.into_iter().collect()).collect())
    }

    #[test]
    fn without_a_choice_the_nearest_level_with_observations_is_added() {
        let observed = Sources { observed: all(), ..Sources::default() };
        assert_eq!(
            found(vec![below("01000"), below("02000")], &observed).unwrap(),
            [vec!["01001", "01003"], vec!["02013"]]
        );
        // States have no figures: their counties are added to the nation.
        let counties = Sources { observed: BTreeSet::from(["01001", "02013"]), ..Sources::default() };
        assert_eq!(found(vec![below("00000")], &counties).unwrap(), [vec!["01001", "01003", "02013"]]);
    }

    #[test]
    fn several_levels_are_refused_and_one_may_be_named() {
        let observed = Sources { observed: all(), ..Sources::default() };
        let levels = vec!["BEA_REGION".to_owned(), "STATE".to_owned()];
        assert_eq!(found(vec![below("00000")], &observed), Err(PartsError::SeveralLevels { levels }));
        let states = Sources { level: Some("STATE"), ..observed };
        assert_eq!(found(vec![below("00000")], &states).unwrap(), [vec!["01000", "02000"]]);
    }

    #[test]
    fn a_choice_that_overlaps_is_refused_and_a_level_resolves_it() {
        let overlapping = Sources { chosen: Some(all()), observed: all(), level: None };
        let overlap = PartsError::Overlap { above: "00000".into(), below: "01000".into() };
        assert_eq!(found(vec![below("01000")], &overlapping), Err(overlap));
        let resolved = Sources { level: Some("COUNTY"), ..overlapping };
        assert_eq!(found(vec![below("00000")], &resolved).unwrap(), [vec!["01001", "01003", "02013"]]);
    }

    #[test]
    fn groups_are_their_members_or_what_lies_below_them() {
        let group = || Target { code: "g", of: TargetOf::Members(BTreeSet::from(["01000", "02013"])) };
        let observed = Sources { observed: all(), ..Sources::default() };
        assert_eq!(found(vec![group()], &observed).unwrap(), [vec!["01000", "02013"]]);
        let counties = Sources { level: Some("COUNTY"), ..observed };
        assert_eq!(found(vec![group()], &counties).unwrap(), [vec!["01001", "01003", "02013"]]);
        let nested = Target { code: "g", of: TargetOf::Members(BTreeSet::from(["01000", "01001"])) };
        assert!(matches!(found(vec![nested], &Sources::default()), Err(PartsError::Overlap { .. })));
    }

    #[test]
    fn all_together_needs_one_level() {
        let together = || vec![Target { code: "all", of: TargetOf::Chosen }];
        let observed = Sources { observed: all(), ..Sources::default() };
        assert!(matches!(found(together(), &observed), Err(PartsError::SeveralLevels { .. })));
        let counties = Sources { level: Some("COUNTY"), ..observed };
        assert_eq!(found(together(), &counties).unwrap(), [vec!["01001", "01003", "02013"]]);
        assert_eq!(found(together(), &Sources::default()), Err(PartsError::Nothing));
    }
}
