//! Industries of the census: NAICS, with the groups above its sectors that the BLS adds.

use growthpole_domain::Industry;

use crate::described::Described;
use crate::table::named;

/// Name of the classification. Its version changes with the years: NAICS 2012 to 2016, then 2017, from 2022 on 2022.
pub(super) const CLASSIFICATION: &str = "NAICS (QCEW)";

/// Describes an industry by its code.
pub(super) fn describe(code: &str, title: &str, described: &mut Described) {
    let (level, parent) = place(code);
    let industry = Industry {
        classification: CLASSIFICATION.to_owned(),
        code: code.to_owned(),
        level: level.to_owned(),
        parent: parent.to_owned(),
        names: named("en", title),
        tags: Vec::new(),
        note: String::new(),
    };
    described.industries.entry((CLASSIFICATION.to_owned(), code.to_owned())).or_insert(industry);
}

/// Level of an industry, and the code of the one that it belongs to.
fn place(code: &str) -> (&'static str, &str) {
    match (code.len(), code) {
        (_, "10") => ("TOTAL", ""),
        (3, "101" | "102") => ("DOMAIN", "10"),
        (4, _) if code.starts_with("10") => ("SUPERSECTOR", code.get(..3).unwrap_or_default()),
        (2, _) => ("SECTOR", supersector(code)),
        (5, _) if code.contains('-') => ("SECTOR", supersector(code.get(..2).unwrap_or_default())),
        (3, _) => ("SUBSECTOR", sector(code.get(..2).unwrap_or_default())),
        (4, _) => ("INDUSTRY_GROUP", code.get(..3).unwrap_or_default()),
        (5, _) => ("NAICS_INDUSTRY", code.get(..4).unwrap_or_default()),
        (6, _) => ("NATIONAL_INDUSTRY", code.get(..5).unwrap_or_default()),
        _ => ("OTHER", ""),
    }
}

/// The sector that a code of two digits is, or is a part of.
fn sector(code: &str) -> &str {
    match code {
        "31" | "32" | "33" => "31-33",
        "44" | "45" => "44-45",
        "48" | "49" => "48-49",
        code => code,
    }
}

/// The group of the BLS that a sector, by its first two digits, belongs to.
fn supersector(code: &str) -> &'static str {
    match code {
        "11" | "21" => "1011",
        "23" => "1012",
        "31" | "32" | "33" => "1013",
        "22" | "42" | "44" | "45" | "48" | "49" => "1021",
        "51" => "1022",
        "52" | "53" => "1023",
        "54" | "55" | "56" => "1024",
        "61" | "62" => "1025",
        "71" | "72" => "1026",
        "81" => "1027",
        "92" => "1028",
        "99" => "1029",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_industry_leads_to_the_total() {
        let mut code = "311811";
        let mut levels = Vec::new();
        while !code.is_empty() {
            let (level, parent) = place(code);
            levels.push(level);
            code = parent;
        }
        let expected = [
            "NATIONAL_INDUSTRY",
            "NAICS_INDUSTRY",
            "INDUSTRY_GROUP",
            "SUBSECTOR",
            "SECTOR",
            "SUPERSECTOR",
            "DOMAIN",
            "TOTAL",
        ];
        assert_eq!(levels, expected);
        assert_eq!((place("48-49"), place("5")), (("SECTOR", "1021"), ("OTHER", "")));
    }
}
