//! Areas of the BEA: the nation, its regions, states, counties; or metropolitan areas of some kind.

use super::Columns;
use crate::cells::Output;
use crate::report::Rule;
use crate::table::region;
use crate::text::records::Record;

/// Code of the nation.
pub(super) const NATION: &str = "00000";

/// What the areas of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Counties, states, regions, the nation.
    Counties,
    /// Metropolitan areas of this level, which do not add up to anything.
    Overlapping(&'static str),
}

impl Kind {
    /// The level that only files of this kind have.
    pub(super) fn level(self) -> &'static str {
        match self {
            Self::Counties => "COUNTY",
            Self::Overlapping(level) => level,
        }
    }

    /// By the name of the file: `CAGDP2_MSA_2001_2018.csv`.
    pub(super) fn of_file(name: &str) -> Self {
        let kinds = [
            ("_MSA_", "METROPOLITAN_AREA"),
            ("_MIC_", "MICROPOLITAN_AREA"),
            ("_CSA_", "COMBINED_AREA"),
            ("_MDIV_", "METROPOLITAN_DIVISION"),
            ("_PORT_", "METROPOLITAN_PORTION"),
        ];
        let found = kinds.iter().find(|(part, _)| name.contains(part));
        found.map_or(Self::Counties, |(_, level)| Self::Overlapping(level))
    }
}

/// Areas of a file.
#[derive(Debug)]
pub(super) struct Areas {
    kind: Kind,
    /// The last area, with its position; its lines follow each other.
    last: Option<(String, u32)>,
}

impl Areas {
    /// Areas of a kind.
    pub(super) fn new(kind: Kind) -> Self {
        Self { kind, last: None }
    }

    /// Position of a record's area, which is described when it is new. A code that is none is reported.
    pub(super) fn position(&mut self, record: &Record<'_>, columns: &Columns, output: &mut Output<'_>) -> Option<u32> {
        let code = record.text(columns.area).trim();
        if let Some((last, position)) = &self.last
            && last == code
        {
            return Some(*position);
        }
        if code.len() != 5 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
            output.report.add(Rule::BadCode, record.line, "GeoFIPS", code);
            return None;
        }
        if !output.described.regions.contains_key(code) {
            let bea_region = columns.region.map_or("", |at| record.text(at).trim());
            let (level, parent) = self.place(code, bea_region);
            let name = record.text(columns.name).trim();
            let plain = name.trim_end_matches('*').trim_end();
            let mut described = region(code, "en", plain, level, &parent);
            scheme(level).clone_into(&mut described.scheme);
            if plain != name {
                "The footnotes of the table tell more about it.".clone_into(&mut described.note);
            }
            output.described.regions.insert(code.to_owned(), described);
        }
        let position = output.labels.regions.position(code);
        self.last = Some((code.to_owned(), position));
        Some(position)
    }

    /// Level of an area, and the code of the one that it is a part of. A code that ends in 000 is no county.
    fn place(&self, code: &str, bea_region: &str) -> (&'static str, String) {
        match (self.kind, code.split_at_checked(2)) {
            (_, _) if code == NATION => ("NATION", String::new()),
            (_, Some((region, "000"))) if region > "90" => ("BEA_REGION", NATION.to_owned()),
            (_, Some((_, "000"))) => (
                "STATE",
                match bea_region {
                    "" => NATION.to_owned(),
                    region => format!("9{region}000"),
                },
            ),
            (Kind::Overlapping(level), _) => (level, String::new()),
            (Kind::Counties, state) => ("COUNTY", format!("{}000", state.map_or("", |(state, _)| state))),
        }
    }
}

/// The scheme of an area's code: FIPS for the nation, states and counties, the BEA's own for its regions, and that of the
/// Office of Management and Budget for metropolitan areas of every kind. Files do not say of which year.
fn scheme(level: &str) -> &'static str {
    match level {
        "NATION" | "STATE" | "COUNTY" => "US-FIPS",
        "BEA_REGION" => "US-BEA",
        _ => "US-OMB",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_tell_levels_and_parents() {
        let areas = Areas::new(Kind::of_file("CAGDP2_AL_2001_2018.csv"));
        let place = |code| areas.place(code, "5");
        assert_eq!(place("00000"), ("NATION", String::new()));
        assert_eq!(place("95000"), ("BEA_REGION", "00000".into()));
        assert_eq!(place("01000"), ("STATE", "95000".into()));
        assert_eq!(place("01001"), ("COUNTY", "01000".into()));
        let metropolitan = Areas::new(Kind::of_file("CAGDP2/CAGDP2_MSA_2001_2018.csv"));
        assert_eq!(metropolitan.place("10180", "5"), ("METROPOLITAN_AREA", String::new()));
        assert_eq!(areas.place("01000", ""), ("STATE", "00000".into()));
        assert_eq!(["COUNTY", "BEA_REGION", "METROPOLITAN_AREA"].map(scheme), ["US-FIPS", "US-BEA", "US-OMB"]);
    }
}
