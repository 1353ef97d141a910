//! Which format an input has, by its first bytes.

use crate::Format;
use crate::mapping::{Mapping, PeriodForms};
use crate::table::{Header, delimiter_of};
use crate::text::records::{Records, Shape};
use crate::text::{charset_of, declared, periods};

/// The format of an input that starts with `head`; none where nothing is recognised. A table whose columns `mapping`
/// names is one of theirs.
///
/// Parquet and Arrow show in their first bytes, JSON-stat in its braces, the others in their headers. What has a header
/// of another kind is a wide table where two columns or more are periods, else a tidy one.
pub fn detect(head: &[u8], mapping: &Mapping) -> Option<Format> {
    if head.starts_with(b"PAR1") {
        return Some(Format::Parquet);
    }
    // A stream of Arrow has no mark of its own: it begins with the mark of a message.
    if head.starts_with(b"ARROW1") || head.starts_with(&[0xFF; 4]) {
        return Some(Format::Arrow);
    }
    let declared = mapping.text.charset.as_deref().and_then(|name| declared(name).ok());
    let charset = declared.unwrap_or_else(|| charset_of(head).charset);
    let (text, _, _) = charset.decode(head);
    if text.contains('\0') {
        return None;
    }
    of_text(&text, mapping)
}

fn of_text(text: &str, mapping: &Mapping) -> Option<Format> {
    if text.trim_start().starts_with('<') {
        return None;
    }
    if text.trim_start().starts_with('{') {
        return Some(Format::JsonStat);
    }
    if text.starts_with("数据库：") {
        return Some(Format::Nbs);
    }
    let skipped = text.split_inclusive('\n').take(usize::try_from(mapping.text.skip).unwrap_or(usize::MAX));
    let text = text.get(skipped.map(str::len).sum()..)?;
    let first_line = text.lines().next()?;
    if first_line.contains('\t') && first_line.split('\t').next()?.contains('\\') {
        return Some(Format::EurostatTsv);
    }
    let delimiter = mapping.text.delimiter.and_then(|delimiter| u8::try_from(delimiter).ok());
    let delimiter = delimiter.unwrap_or_else(|| delimiter_of(text.as_bytes()));
    let shape = Shape { blanks_around_quotes: true, ..Shape::new(delimiter) };
    let header = Header::read(&mut Records::new(text.as_bytes(), shape, 1)).ok()?;
    let names: Vec<&str> = header.names().map(|(_, name)| name).collect();
    let has = |name: &str| names.iter().any(|column| column.eq_ignore_ascii_case(name));
    if has("GeoFIPS") && has("LineCode") {
        return Some(Format::Bea);
    }
    if has("area_fips") && has("own_code") && has("industry_code") {
        return Some(Format::Qcew);
    }
    if (has("DATAFLOW") || has("STRUCTURE")) && has("OBS_VALUE") {
        return Some(Format::SdmxCsv);
    }
    let is_period = |name: &&&str| periods::parse(name.trim(), PeriodForms::default()).is_some();
    if !mapping.wide.periods.is_empty() || names.iter().filter(is_period).count() > 1 {
        return Some(Format::WideCsv);
    }
    (names.len() > 1).then_some(Format::Csv)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_shows_in_its_first_bytes() {
        for (head, format) in [
            ("PAR1\u{15}", Some(Format::Parquet)),
            ("ARROW1\0\0", Some(Format::Arrow)),
            ("\u{feff} {\"version\": \"2.0\"", Some(Format::JsonStat)),
            ("数据库：分省年度数据\r\n指标：", Some(Format::Nbs)),
            ("unit,geo\\time\t2015 \t2014 \n", Some(Format::EurostatTsv)),
            ("freq,unit,geo\\TIME_PERIOD\t2015\n", Some(Format::EurostatTsv)),
            ("GeoFIPS,GeoName,Region,TableName,LineCode,2001\n", Some(Format::Bea)),
            ("\"area_fips\",\"own_code\",\"industry_code\",\"year\"\n", Some(Format::Qcew)),
            ("DATAFLOW,LAST UPDATE,geo,TIME_PERIOD,OBS_VALUE\n", Some(Format::SdmxCsv)),
            ("STRUCTURE;STRUCTURE_ID;GEO;TIME_PERIOD;OBS_VALUE\n", Some(Format::SdmxCsv)),
            ("region;2014;2015\n", Some(Format::WideCsv)),
            ("region,period,value\n", Some(Format::Csv)),
            ("<HTML>a,b;c</HTML>", None),
            ("region\n", None),
            ("\0\u{1}\u{2}", None),
            ("", None),
        ] {
            assert_eq!(detect(head.as_bytes(), &Mapping::default()), format, "{head}");
        }
    }

    #[test]
    fn a_mapping_says_where_the_header_is_and_which_columns_are_periods() {
        let mut mapping = Mapping::default();
        mapping.text.skip = 2;
        assert_eq!(detect("x\ny\nregion,2014,2015\n".as_bytes(), &mapping), Some(Format::WideCsv));
        mapping.wide.periods = vec!["FY14".into()];
        assert_eq!(detect("x\ny\nregion,FY14\n".as_bytes(), &mapping), Some(Format::WideCsv));
    }
}
