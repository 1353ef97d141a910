//! One descriptor file: its bytes as they came, and their meaning.

use prost::Message;
use prost_types::field_descriptor_proto::Type;
use prost_types::{DescriptorProto, FieldDescriptorProto, FileDescriptorProto};

/// A file that reflection gives. The bytes are served as they came, so that options unknown here are not lost.
#[derive(Debug, Clone)]
pub(crate) struct DescriptorFile {
    pub(crate) bytes: Vec<u8>,
    pub(crate) proto: FileDescriptorProto,
    /// What has to be equal for two files of one name to be the same.
    meaning: FileDescriptorProto,
}

impl DescriptorFile {
    pub(crate) fn decode(bytes: Vec<u8>) -> Result<Self, prost::DecodeError> {
        let proto = FileDescriptorProto::decode(bytes.as_slice())?;
        let meaning = meaning(proto.clone());
        Ok(Self { bytes, proto, meaning })
    }

    /// The files of an encoded `FileDescriptorSet`.
    pub(crate) fn decode_set(set: &[u8]) -> Result<Vec<Self>, prost::DecodeError> {
        // Each file's own bytes, because decoding would lose the options that are not known here.
        RawSet::decode(set)?.file.into_iter().map(Self::decode).collect()
    }

    pub(crate) fn name(&self) -> &str {
        self.proto.name()
    }

    pub(crate) fn has_comments(&self) -> bool {
        let locations = self.proto.source_code_info.iter().flat_map(|info| &info.location);
        locations.into_iter().any(|location| location.leading_comments.is_some())
    }

    /// Whether both describe the same messages and services, comments and options of the file aside. The well-known
    /// files of protobuf itself differ between its releases without meaning anything else.
    pub(crate) fn means_the_same(&self, other: &Self) -> bool {
        self.name().starts_with("google/protobuf/") || self.meaning == other.meaning
    }
}

/// A `FileDescriptorSet` whose files stay encoded: a message of bytes has the same form on the wire.
#[derive(Clone, PartialEq, prost::Message)]
struct RawSet {
    #[prost(bytes = "vec", repeated, tag = "1")]
    file: Vec<Vec<u8>>,
}

/// Takes away what differs between compilers without changing the meaning.
fn meaning(mut file: FileDescriptorProto) -> FileDescriptorProto {
    file.source_code_info = None;
    file.options = None;
    if file.syntax.as_deref() == Some("proto2") {
        file.syntax = None;
    }
    file.message_type.iter_mut().for_each(normalise_message);
    file.extension.iter_mut().for_each(normalise_field);
    file
}

fn normalise_message(message: &mut DescriptorProto) {
    message.field.iter_mut().for_each(normalise_field);
    message.extension.iter_mut().for_each(normalise_field);
    message.nested_type.iter_mut().for_each(normalise_message);
}

/// The JSON name is written out by some compilers and left to the rule by others.
fn normalise_field(field: &mut FieldDescriptorProto) {
    if field.json_name.as_deref() == Some(json_name(field.name()).as_str()) {
        field.json_name = None;
    }
    if field.type_name.is_some() && field.r#type.is_none() {
        field.r#type = Some(Type::Message.into());
    }
}

fn json_name(name: &str) -> String {
    let mut json = String::with_capacity(name.len());
    let mut raise = false;
    for letter in name.chars() {
        match letter {
            '_' => raise = true,
            letter if raise => {
                json.push(letter.to_ascii_uppercase());
                raise = false;
            }
            letter => json.push(letter),
        }
    }
    json
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(file: &FileDescriptorProto) -> DescriptorFile {
        DescriptorFile::decode(file.encode_to_vec()).unwrap()
    }

    #[test]
    fn reads_the_contracts_with_their_comments() {
        let files = DescriptorFile::decode_set(growthpole_contracts::DESCRIPTORS).unwrap();
        assert!(files.iter().any(|file| file.name() == "growthpole/v1/worker.proto" && file.has_comments()));
        assert!(DescriptorFile::decode_set(b"\xff").is_err());
    }

    #[test]
    fn comments_and_json_names_do_not_change_the_meaning_but_fields_do() {
        let files = DescriptorFile::decode_set(growthpole_contracts::DESCRIPTORS).unwrap();
        let original = files.iter().find(|file| file.name() == "growthpole/v1/worker.proto").unwrap();
        let mut other = original.proto.clone();
        other.source_code_info = None;
        other.options = None;
        for message in &mut other.message_type {
            message.field.iter_mut().for_each(|field| field.json_name = None);
        }
        assert!(original.means_the_same(&encoded(&other)));
        other.message_type[0].name = Some("Other".into());
        assert!(!original.means_the_same(&encoded(&other)));
    }
}
