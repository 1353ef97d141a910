//! Parts of a mapping file that a format has no use for.

use growthpole_domain::Indicator;

use crate::Format;
use crate::cells::Output;
use crate::mapping::{Columns, Constants, IndicatorEntry, Layout, Mapping};
use crate::report::Rule;
use crate::table::region;

/// Ends the reading of a format that says itself what its columns mean: describes indicators as the mapping does, which
/// wins over what the file says, and warns of tables of the mapping that were not used.
pub(crate) fn finish(format: Format, mapping: &Mapping, output: &mut Output<'_>) {
    if matches!(format, Format::Csv | Format::WideCsv) {
        return;
    }
    for table in unused(format, mapping) {
        output.report.add(Rule::MappingNotUsed, 0, table, format.name());
    }
    if format.is_binary() {
        describe(&mapping.constants, output);
    }
    for code in output.labels.indicators.texts() {
        let Some(entry) = mapping.indicators.get(code) else { continue };
        let known = output.described.indicators.remove(code);
        output.described.indicators.insert(code.to_owned(), entry.over(code, known));
    }
}

/// Describes the codes of a table, which says nothing of them itself, by the constants of the mapping.
fn describe(constants: &Constants, output: &mut Output<'_>) {
    let (labels, described) = (&output.labels, &mut output.described);
    if let Some(level) = &constants.region_level {
        for code in labels.regions.texts().filter(|code| !code.is_empty()) {
            described.regions.entry(code.to_owned()).or_insert_with(|| region(code, "en", "", level, ""));
        }
    }
    if let Some(classification) = &constants.classification {
        for code in labels.indicators.texts() {
            let indicator =
                Indicator { classification: classification.clone(), ..IndicatorEntry::default().described(code) };
            described.indicators.entry(code.to_owned()).or_insert(indicator);
        }
    }
}

/// Whether a format has dimensions of its own, of which the mapping may say what they are.
fn has_dimensions(format: Format) -> bool {
    matches!(format, Format::SdmxCsv | Format::EurostatTsv | Format::JsonStat)
}

/// The tables of a mapping that reading a format makes no use of, though they say something. Formats that say
/// themselves what their columns, marks and codes mean take less from a mapping than a table of any office's own.
fn unused(format: Format, mapping: &Mapping) -> Vec<&'static str> {
    let none = Mapping::default();
    // Columns of periods are recognised in the same way everywhere.
    let reads_periods = matches!(format, Format::Bea | Format::Nbs);
    let has_own_periods = matches!(format, Format::EurostatTsv | Format::JsonStat | Format::Qcew);
    let tables = [
        ("columns", unused_columns(format, &mapping.columns) != none.columns),
        ("constants", unused_constants(format, &mapping.constants) != none.constants),
        ("values", mapping.values != none.values),
        ("periods", has_own_periods && mapping.periods != none.periods),
        ("translate", mapping.translate != none.translate),
        ("wide", !reads_periods && mapping.wide != none.wide),
        ("text", unused_layout(format, &mapping.text) != none.text),
    ];
    tables.into_iter().filter(|(_, is_unused)| *is_unused).map(|(table, _)| table).collect()
}

/// What is said of columns that reading a format makes no use of.
fn unused_columns(format: Format, said: &Columns) -> Columns {
    let mut left = Columns { ignore: Vec::new(), ..said.clone() };
    if format.is_binary() || has_dimensions(format) {
        (left.region, left.industry, left.period) = (None, None, None);
    }
    if format.is_binary() || format == Format::SdmxCsv {
        (left.value, left.status, left.flag, left.note, left.source) = (None, None, None, None, None);
    }
    if format.is_binary() {
        left.indicator = None;
    }
    if format == Format::SdmxCsv {
        left.unit = None;
    }
    left
}

/// What is said to hold for every record that reading a format makes no use of.
fn unused_constants(format: Format, said: &Constants) -> Constants {
    // The scheme of regions is declared for every format.
    let left = Constants { region_scheme: None, ..said.clone() };
    if format.is_binary() {
        return Constants { language: left.language, ..Constants::default() };
    }
    Constants { indicator: left.indicator.filter(|_| !has_dimensions(format)), ..left }
}

/// What is said of lines and fields that reading a format makes no use of.
fn unused_layout(format: Format, said: &Layout) -> Layout {
    let left = Layout { charset: said.charset.clone().filter(|_| format.is_binary()), ..said.clone() };
    match format {
        Format::SdmxCsv | Format::Qcew => Layout { footer: left.footer, ..Layout::default() },
        _ => left,
    }
}

#[cfg(test)]
#[allow(clippy::panic)]
mod tests {
    use growthpole_domain::Aggregation;

    use super::*;
    use crate::collected::collect;
    use crate::eurostat;
    use crate::options::Options;

    #[test]
    fn what_the_mapping_says_of_an_indicator_wins_and_the_rest_stays() {
        let mapping = Mapping::parse("[indicators.THS]\naggregation = \"SUM\"\n[wide]\nperiods = [\"2015\"]\n");
        let Ok(mapping) = mapping else { panic!("{mapping:?}") };
        let text = "unit,nace_r2,geo\\time\t2015\nTHS,C,AT\t1\n";
        let options = Options { mapping, ..Options::default() };
        let found = collect(|output| {
            assert!(eurostat::stream(text.as_bytes(), &options, output).is_ok());
            finish(Format::EurostatTsv, &options.mapping, output);
        });
        let described: Vec<(&str, &str, Aggregation)> = found
            .described
            .indicators
            .values()
            .map(|known| (known.unit.as_str(), known.classification.as_str(), known.aggregation))
            .collect();
        assert_eq!(described, [("THS", "NACE Rev. 2", Aggregation::Sum)]);
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
        for own in [Format::Bea, Format::Qcew, Format::Nbs] {
            assert_eq!(unused(own, &mapping), ["constants", "values", "translate"], "{own}");
        }
        assert!(unused(Format::SdmxCsv, &Mapping::default()).is_empty());
        let mapping = Mapping::parse(
            "[columns]\nregion = \"a\"\nignore = [\"b\"]\n[constants]\nindicator = \"c\"\nregion_scheme = \"d\"\n\
             [wide]\nperiods = [\"2015\"]\n[text]\ncharset = \"utf-8\"\nskip = 1\n",
        );
        let Ok(mapping) = mapping else { panic!("{mapping:?}") };
        assert_eq!(unused(Format::EurostatTsv, &mapping), ["wide", "text"]);
        assert_eq!(unused(Format::SdmxCsv, &mapping), ["wide"]);
        assert_eq!(unused(Format::Bea, &mapping), ["columns", "constants", "text"]);
        assert_eq!(unused(Format::Arrow, &mapping), ["wide", "text"]);
    }
}
