//! The lines below a table of the BEA.

use super::lines::{Lines, plain};
use crate::described::Described;
use crate::table::named;

/// Takes what a line below the table says; answers whether it is one.
pub(super) fn read(text: &str, lines: &Lines, described: &mut Described) -> bool {
    let dataset = &mut described.dataset;
    if let Some(updated) = text.strip_prefix("Last updated:") {
        if dataset.published.is_empty()
            && let Some(date) = date(updated)
        {
            dataset.published = date;
        }
        return true;
    }
    if text.starts_with("Note:") || text.starts_with("Source:") {
        return true;
    }
    let Some((table, title)) = text.split_once(": ") else { return false };
    let Some((_, indicator)) = lines.tables.iter().find(|(known, _)| known == table) else { return false };
    let title = plain(title);
    if dataset.title.is_empty() {
        title.clone_into(&mut dataset.title);
    }
    let indicator = indicator.as_ref().and_then(|code| described.indicators.get_mut(code));
    if let Some(indicator) = indicator.filter(|indicator| indicator.names.display() == table) {
        indicator.names = named("en", title);
    }
    true
}

/// ` December 12, 2019 -- new statistics` as `2019-12-12`.
fn date(text: &str) -> Option<String> {
    let day = text.split("--").next()?.trim();
    let date = jiff::civil::Date::strptime("%B %d, %Y", day).ok()?;
    Some(date.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_of_publication_is_below_the_table() {
        let mut described = Described::default();
        let line = "Last updated: December 12, 2019 -- new statistics for 2001-2018. ";
        assert!(read(line, &Lines::default(), &mut described));
        assert_eq!(described.dataset.published, "2019-12-12");
        assert!(!read("CAGDP2: of no table that was read", &Lines::default(), &mut described));
        assert!(!read("stray", &Lines::default(), &mut described));
    }
}
