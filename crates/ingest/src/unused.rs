//! Parts of a mapping file that a format has no use for.

use crate::Format;
use crate::cells::Output;
use crate::mapping::{Constants, Mapping};
use crate::report::Rule;

/// Ends the reading of a format that says itself what its columns mean: describes indicators as the mapping does, which
/// wins over what the file says, and warns of tables of the mapping that were not used.
pub(crate) fn finish(format: Format, mapping: &Mapping, output: &mut Output<'_>) {
    if !(format.is_binary() || has_dimensions(format)) {
        return;
    }
    for table in unused(format, mapping) {
        output.report.add(Rule::MappingNotUsed, 0, table, format.name());
    }
    for code in output.labels.indicators.texts() {
        let Some(entry) = mapping.indicators.get(code) else { continue };
        let mut indicator = entry.described(code);
        let known = output.described.indicators.get(code);
        if let Some(known) = known.filter(|_| indicator.classification.is_empty()) {
            indicator.classification.clone_from(&known.classification);
        }
        output.described.indicators.insert(code.to_owned(), indicator);
    }
}

/// Whether a format has dimensions of its own.
fn has_dimensions(format: Format) -> bool {
    matches!(format, Format::SdmxCsv | Format::EurostatTsv | Format::JsonStat)
}

/// The tables of a mapping that reading a format makes no use of, though they say something. Formats that say
/// themselves what their columns, marks and codes mean take less from a mapping than a table of any office's own.
fn unused(format: Format, mapping: &Mapping) -> Vec<&'static str> {
    let none = Mapping::default();
    let constants = Constants { indicator: None, ..mapping.constants.clone() };
    let has_own_periods = matches!(format, Format::EurostatTsv | Format::JsonStat);
    let tables = [
        ("constants", has_dimensions(format) && constants != none.constants),
        ("values", mapping.values != none.values),
        ("periods", has_own_periods && mapping.periods != none.periods),
        ("translate", mapping.translate != none.translate),
        ("wide", mapping.wide != none.wide),
    ];
    tables.into_iter().filter(|(_, is_unused)| *is_unused).map(|(table, _)| table).collect()
}

#[cfg(test)]
#[allow(clippy::panic)]
mod tests {
    use super::*;
    use crate::collected::collect;
    use crate::eurostat;
    use crate::options::Options;

    #[test]
    fn what_the_mapping_says_of_an_indicator_wins() {
        let mapping = Mapping::parse("[indicators.THS]\nunit = \"thousand persons\"\n[wide]\nperiods = [\"2015\"]\n");
        let Ok(mapping) = mapping else { panic!("{mapping:?}") };
        let text = "unit,nace_r2,geo\\time\t2015\nTHS,C,AT\t1\n";
        let options = Options { mapping, ..Options::default() };
        let found = collect(|output| {
            assert!(eurostat::stream(text.as_bytes(), &options, output).is_ok());
            finish(Format::EurostatTsv, &options.mapping, output);
        });
        let described: Vec<(&str, &str)> = found
            .described
            .indicators
            .values()
            .map(|known| (known.unit.as_str(), known.classification.as_str()))
            .collect();
        assert_eq!(described, [("thousand persons", "NACE Rev. 2")]);
        assert_eq!(found.report.counts.get(&Rule::MappingNotUsed), Some(&1));
    }

    #[test]
    fn tables_that_a_format_cannot_use_are_named() {
        let mapping = Mapping::parse(
            "[constants]\nregion = \"AT\"\n[values]\nmultiplier = 1000.0\n[translate]\nothers = \"keep\"\n",
        );
        let Ok(mapping) = mapping else { panic!("{mapping:?}") };
        assert_eq!(unused(Format::JsonStat, &mapping), ["constants", "values", "translate"]);
        assert_eq!(unused(Format::Parquet, &mapping), ["values", "translate"]);
        assert!(unused(Format::SdmxCsv, &Mapping::default()).is_empty());
    }
}
