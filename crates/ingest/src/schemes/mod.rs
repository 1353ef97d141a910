//! Code schemes whose hierarchy stands in the codes themselves.

pub(crate) mod declared;
pub(crate) mod nace;
pub(crate) mod nuts;
