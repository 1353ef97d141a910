//! The distribution of coming values on a model's scale.

/// The distribution of coming values, step by step.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Distribution {
    /// Mean of each step.
    pub(super) means: Vec<f64>,
    /// Standard deviation of each step; for a Student distribution, the scale.
    pub(super) deviations: Vec<f64>,
    /// The shape.
    pub(super) tail: Tail,
}

/// The shape of a distribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tail {
    /// Normal.
    Normal,
    /// Student's t.
    Student {
        /// Degrees of freedom.
        degrees: usize,
    },
}
