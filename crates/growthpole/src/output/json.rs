//! The protobuf JSON mapping, from descriptors.

use std::io::Write;

use prost_reflect::{DynamicMessage, MessageDescriptor, SerializeOptions};

use crate::failure::Failure;

/// Names in lowerCamelCase, 64-bit integers as texts, as the mapping says. Fields that are false, 0 or empty are written
/// too, so that programs need not know defaults; what has no value is left out.
fn options() -> SerializeOptions {
    SerializeOptions::new().skip_default_fields(false)
}

/// Writes a message over several lines.
pub(crate) fn pretty(output: &mut impl Write, kind: &MessageDescriptor, message: &[u8]) -> Result<(), Failure> {
    let message = DynamicMessage::decode(kind.clone(), message)?;
    let mut serializer = serde_json::Serializer::pretty(&mut *output);
    message.serialize_with_options(&mut serializer, &options())?;
    Ok(writeln!(output)?)
}

/// A message as a value, with its fields by name: maps have no order of their own.
pub(crate) fn value(kind: &MessageDescriptor, message: &[u8]) -> Result<serde_json::Value, Failure> {
    let message = DynamicMessage::decode(kind.clone(), message)?;
    Ok(message.serialize_with_options(serde_json::value::Serializer, &options())?)
}

/// Writes a value over several lines.
pub(crate) fn pretty_value(output: &mut impl Write, value: &serde_json::Value) -> Result<(), Failure> {
    serde_json::to_writer_pretty(&mut *output, value)?;
    Ok(writeln!(output)?)
}

/// Prints a report that is no message of the service.
pub(crate) fn plain(report: &impl serde::Serialize) -> Result<(), Failure> {
    let mut output = super::standard_output();
    serde_json::to_writer_pretty(&mut output, report)?;
    writeln!(output)?;
    Ok(output.flush()?)
}

/// Writes a message on one line.
pub(crate) fn line(output: &mut impl Write, kind: &MessageDescriptor, message: &[u8]) -> Result<(), Failure> {
    let message = DynamicMessage::decode(kind.clone(), message)?;
    let mut serializer = serde_json::Serializer::new(&mut *output);
    message.serialize_with_options(&mut serializer, &options())?;
    Ok(writeln!(output)?)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use growthpole_contracts::v1;
    use prost::Message as _;

    fn json(name: &str, message: &[u8]) -> String {
        let kind = crate::dynamic::contracts().unwrap().get_message_by_name(name).unwrap();
        let mut written = Vec::new();
        line(&mut written, &kind, message).unwrap();
        String::from_utf8(written).unwrap()
    }

    #[test]
    fn defaults_are_there_and_absent_values_are_not() {
        let cell = v1::DivisionCell { importance: 0.5, value: Some(0.0), ..Default::default() };
        let written = json("growthpole.v1.DivisionCell", &cell.encode_to_vec());
        let lists = "\"forced\":false,\"terms\":[],\"rivals\":[]";
        assert_eq!(written, format!("{{\"focus\":false,\"value\":0.0,\"importance\":0.5,{lists}}}\n"));
    }

    #[test]
    fn names_and_integers_follow_the_mapping() {
        let vintage = v1::Vintage { published_precision: 1, observation_count: 7, ..Default::default() };
        let written = json("growthpole.v1.Vintage", &vintage.encode_to_vec());
        assert!(written.contains("\"publishedPrecision\":\"DATE_PRECISION_DAY\""), "{written}");
        assert!(written.contains("\"observationCount\":\"7\""), "{written}");
    }
}
