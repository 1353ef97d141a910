//! Mapping files: what the columns, marks and codes of a delimited text mean, in TOML.

mod tables;

use std::collections::BTreeMap;

use growthpole_domain::ObservationStatus;
use growthpole_domain::nearest::nearest;

pub use tables::{
    Columns, Constants, IndicatorEntry, Layout, Others, PeriodForms, SixDigits, Translations, Values, Wide,
};

use crate::DescribedDataset;
use crate::text::declared;

/// What the columns, marks and codes of a delimited text mean. Every key may be absent; a key that is not known is an
/// error.
#[derive(Debug, Clone, Default, PartialEq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mapping {
    /// What the data set is.
    pub dataset: DescribedDataset,
    /// Which column holds what.
    pub columns: Columns,
    /// What holds for every record.
    pub constants: Constants,
    /// How values are written.
    pub values: Values,
    /// How periods are written.
    pub periods: PeriodForms,
    /// Codes of the input, and what they are in the data set.
    pub translate: Translations,
    /// What indicators are, by code.
    pub indicators: BTreeMap<String, IndicatorEntry>,
    /// Which columns are periods.
    pub wide: Wide,
    /// Character set, delimiter, and lines that are no records.
    pub text: Layout,
}

/// Why a mapping file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("mapping file{}: {message}", line.map(|line| format!(", line {line}")).unwrap_or_default())]
pub struct MappingError {
    /// Line, from 1, where it is known.
    pub line: Option<usize>,
    /// What is wrong, and what is allowed.
    pub message: String,
}

impl Mapping {
    /// Reads a mapping file.
    ///
    /// # Errors
    ///
    /// It is not TOML, has a key that is not known (with the nearest ones that are), or contradicts itself.
    pub fn parse(text: &str) -> Result<Self, MappingError> {
        let mapping: Self = toml::from_str(text).map_err(|error| MappingError {
            line: error.span().map(|span| 1 + text.bytes().take(span.start).filter(|byte| *byte == b'\n').count()),
            message: with_nearest(error.message()),
        })?;
        match mapping.contradiction() {
            Some(message) => Err(MappingError { line: None, message }),
            None => Ok(mapping),
        }
    }

    /// What cannot be meant, though each key alone is in order.
    fn contradiction(&self) -> Option<String> {
        let Self { values, text, columns, constants, .. } = self;
        if let Some(name) = &text.charset
            && let Err(error) = declared(name)
        {
            return Some(format!("text.charset: {error}"));
        }
        if let Some(delimiter) = text.delimiter
            && (!delimiter.is_ascii() || matches!(delimiter, '"' | '\n' | '\r'))
        {
            return Some(format!("text.delimiter: {delimiter:?} is no ASCII character that can stand between fields"));
        }
        if text.footer.iter().any(String::is_empty) {
            return Some("text.footer: every record begins with nothing, so that none would be read".to_owned());
        }
        if !matches!(values.decimal, None | Some('.' | ',')) {
            return Some("values.decimal: allowed: \".\", \",\"".to_owned());
        }
        if !matches!(values.thousands, None | Some('.' | ',' | ' ' | '\'')) {
            return Some("values.thousands: allowed: \".\", \",\", \" \", \"'\"".to_owned());
        }
        if values.thousands.is_some() && values.thousands == Some(values.decimal.unwrap_or('.')) {
            return Some("values.thousands: is the decimal sign".to_owned());
        }
        if !values.multiplier.is_none_or(|factor| factor.is_finite() && factor != 0.0) {
            return Some("values.multiplier: must be finite and not zero".to_owned());
        }
        let wrong = values.statuses.iter().find(|(_, status)| ObservationStatus::parse(status).is_none());
        if let Some((mark, status)) = wrong {
            return Some(format!("values.statuses.\"{mark}\": \"{status}\" is no code of CL_OBS_STATUS"));
        }
        if let Some(status) = &constants.status
            && ObservationStatus::parse(values.statuses.get(status).unwrap_or(status)).is_none()
        {
            return Some(format!("constants.status: \"{status}\" is no code of CL_OBS_STATUS"));
        }
        let both = columns
            .named()
            .into_iter()
            .zip(constants.named())
            .find(|((_, column), (_, constant))| column.is_some() && constant.is_some());
        both.map(|((name, _), _)| format!("{name}: is both a column and a constant"))
    }
}

/// Adds the nearest names to what serde says of an unknown one.
fn with_nearest(message: &str) -> String {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let is_unknown = message.starts_with("unknown field") || message.starts_with("unknown variant");
    let Some(sent) = quoted.next().filter(|_| is_unknown) else { return message.to_owned() };
    match nearest(sent, quoted, 3).as_slice() {
        [] => message.to_owned(),
        names => format!("{message}; nearest: {}", names.join(", ")),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_table() {
        let mapping = Mapping::parse(
            r#"
            [dataset]
            title = "Regions"
            published = "2019-12"
            [columns]
            region = "GEO"
            value = "OBS"
            ignore = ["FREQ"]
            [constants]
            indicator = "gdp"
            [values]
            decimal = ","
            missing = [":"]
            statuses = { p = "P" }
            [periods]
            six_digits = "month"
            [translate.region]
            "11" = "110000"
            [indicators.gdp]
            names = { en = "Gross domestic product" }
            unit = "euro"
            unit_multiplier = 6
            kind = "FLOW"
            aggregation = "SUM"
            [wide]
            periods = ["2015"]
            [text]
            charset = "gb18030"
            delimiter = "\t"
            skip = 3
            footer = ["Source"]
            "#,
        )
        .unwrap();
        assert_eq!(mapping.columns.region.as_deref(), Some("GEO"));
        assert_eq!(mapping.translate.region.get("11").map(String::as_str), Some("110000"));
        assert_eq!((mapping.values.decimal, mapping.text.skip), (Some(','), 3));
    }

    #[test]
    fn says_line_and_nearest_names_of_a_misspelt_key() {
        let error = Mapping::parse("[columns]\nregoin = \"GEO\"\n").unwrap_err();
        assert_eq!(error.line, Some(2));
        assert!(error.message.contains("nearest: region"), "{error}");
    }

    #[test]
    fn refuses_what_cannot_be_meant() {
        for (text, about) in [
            ("[text]\ncharset = \"utf-7\"", "utf-7"),
            ("[text]\ndelimiter = \"→\"", "delimiter"),
            ("[values]\ndecimal = \",\"\nthousands = \",\"", "thousands"),
            ("[text]\nfooter = [\"\"]", "text.footer"),
            ("[values]\ndecimal = \"x\"", "decimal"),
            ("[values]\nmultiplier = 0.0", "multiplier"),
            ("[values.statuses]\np = \"Z\"", "CL_OBS_STATUS"),
            ("[constants]\nstatus = \"Z\"", "constants.status"),
            ("[columns]\nregion = \"a\"\n[constants]\nregion = \"b\"", "region: is both"),
        ] {
            let message = Mapping::parse(text).unwrap_err().to_string();
            assert!(message.contains(about), "{message}");
        }
    }
}
