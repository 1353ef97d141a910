//! Conversions between messages and the domain, written by hand; a conversion's error says which field.

pub mod message;
pub mod panel;
pub mod selection;
