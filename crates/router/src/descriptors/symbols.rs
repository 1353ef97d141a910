//! The names that a descriptor file declares.

use prost_types::{DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto};

/// Calls `found` with the full name of everything that `file` declares.
pub(super) fn symbols(file: &FileDescriptorProto, found: &mut impl FnMut(String)) {
    let package = file.package();
    file.message_type.iter().for_each(|message| message_symbols(package, message, found));
    file.enum_type.iter().for_each(|of| enum_symbols(package, of, found));
    file.extension.iter().for_each(|field| found(join(package, field.name())));
    for service in &file.service {
        let name = join(package, service.name());
        service.method.iter().for_each(|method| found(join(&name, method.name())));
        found(name);
    }
}

/// Calls `found` with every extension that `file` declares: the extended message and the field number.
pub(super) fn extensions(file: &FileDescriptorProto, found: &mut impl FnMut(String, i32)) {
    let mut read = |field: &FieldDescriptorProto| {
        found(field.extendee().trim_start_matches('.').to_owned(), field.number());
    };
    file.extension.iter().for_each(&mut read);
    file.message_type.iter().for_each(|message| nested_extensions(message, &mut read));
}

fn nested_extensions(message: &DescriptorProto, read: &mut impl FnMut(&FieldDescriptorProto)) {
    message.extension.iter().for_each(&mut *read);
    message.nested_type.iter().for_each(|nested| nested_extensions(nested, read));
}

fn message_symbols(scope: &str, message: &DescriptorProto, found: &mut impl FnMut(String)) {
    let name = join(scope, message.name());
    message.field.iter().chain(&message.extension).for_each(|field| found(join(&name, field.name())));
    message.oneof_decl.iter().for_each(|oneof| found(join(&name, oneof.name())));
    message.enum_type.iter().for_each(|of| enum_symbols(&name, of, found));
    message.nested_type.iter().for_each(|nested| message_symbols(&name, nested, found));
    found(name);
}

/// Values of an enum are siblings of it, and some clients ask for them as if they lay below it.
fn enum_symbols(scope: &str, of: &EnumDescriptorProto, found: &mut impl FnMut(String)) {
    let name = join(scope, of.name());
    for value in &of.value {
        found(join(scope, value.name()));
        found(join(&name, value.name()));
    }
    found(name);
}

fn join(scope: &str, name: &str) -> String {
    if scope.is_empty() { name.to_owned() } else { format!("{scope}.{name}") }
}
