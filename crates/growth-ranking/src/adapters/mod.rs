//! One adapter a method: request, panel, pure function, answer.

pub(crate) mod decompose_growth;
pub(crate) mod rank_growth;
