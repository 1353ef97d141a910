//! Friction, as it is shown.

use growthpole_contracts::v1::{CompareStructuresResponse, FrictionPart};

use crate::output::csv::Records;
use crate::output::format::{exact, fixed, industry, or_nothing, percent, words};
use crate::output::table::Table;

/// One line on the friction of the whole.
pub(super) fn index_line(answer: &CompareStructuresResponse) -> Option<String> {
    let friction = answer.friction.as_ref()?;
    let weights = words(&friction.weights, "");
    Some(format!("Friction {} (weights: {weights})", fixed(friction.index, 4)))
}

pub(super) fn shown(what: &str, answer: &CompareStructuresResponse) -> (Vec<Table>, Records) {
    let mut records =
        Records::new(["kind", "industry", "industry_name", "part", "share", "from_km", "to_km", "pairs", "index"]);
    let Some(friction) = &answer.friction else {
        return (vec![Table::new(format!("No friction, {what}, {}", answer.period))], records);
    };
    let line = index_line(answer).unwrap_or_default();
    let mut industries =
        Table::new(format!("{line}, {what}, {}", answer.period)).texts(["Industry"]).numbers(["Part", "Share"]);
    let mut parts: Vec<&FrictionPart> = friction.industries.iter().collect();
    parts.sort_by(|a, b| b.part.total_cmp(&a.part));
    for own in parts {
        let (code, name) = industry(&own.industry);
        industries.row([format!("{code} {name}"), fixed(own.part, 4), percent(own.share)]);
    }
    for own in &friction.industries {
        let (code, name) = industry(&own.industry);
        let nothing = String::new;
        let (part, share) = (exact(own.part), exact(own.share));
        records.row(["industry".to_owned(), code, name, part, share, nothing(), nothing(), nothing(), nothing()]);
    }
    let mut bands = Table::new("By distance").texts(["km"]).numbers(["Pairs", "Friction", "Part"]);
    for band in &friction.bands {
        let (from, to) = (band.from_km, band.to_km);
        let range = to.map_or_else(|| format!("{from} and more"), |to| format!("{from} to {to}"));
        bands.row([
            range,
            band.pairs.to_string(),
            or_nothing(band.index, |index| fixed(index, 4)),
            fixed(band.part, 4),
        ]);
        let nothing = String::new;
        records.row([
            "band".to_owned(),
            nothing(),
            nothing(),
            exact(band.part),
            nothing(),
            exact(from),
            exact(to),
            band.pairs.to_string(),
            exact(band.index),
        ]);
    }
    let mut tables = vec![industries];
    tables.extend((!friction.bands.is_empty()).then_some(bands));
    (tables, records)
}
