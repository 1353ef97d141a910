//! How regions and their neighbours become classes.

use super::categorical_lag::CommonestTies;
use crate::Matrix;
use crate::growth::mobility::{
    ClassPaths, Classes, ClassesError, QuantileScope, cut_off_classes, given_classes, quantile_classes,
};

/// How values become classes.
#[derive(Debug, Clone, PartialEq)]
pub enum ClassRule {
    /// By quantiles.
    Quantiles {
        /// Number of classes.
        classes: usize,
        /// Over which values.
        scope: QuantileScope,
    },
    /// Between given cut-offs, ascending.
    CutOffs(Vec<f64>),
    /// Classes of the same periods and regions that somebody else has made; values play no part.
    Given(ClassPaths),
}

impl ClassRule {
    /// The classes of values, periods x regions.
    ///
    /// # Errors
    ///
    /// As [`quantile_classes`], [`cut_off_classes`] and [`given_classes`].
    pub fn classify(&self, values: &Matrix) -> Result<Classes, ClassesError> {
        match self {
            Self::Quantiles { classes, scope } => quantile_classes(values, *classes, *scope),
            Self::CutOffs(cut_offs) => cut_off_classes(values, cut_offs),
            Self::Given(paths) => given_classes(values, paths),
        }
    }

    /// Whether it looks at values.
    pub fn sorts_values(&self) -> bool {
        !matches!(self, Self::Given(_))
    }
}

/// How neighbours become classes.
#[derive(Debug, Clone, PartialEq)]
pub enum LagRule {
    /// A class of the mean of the neighbours' values, the spatial lag; given classes are those of the neighbours together.
    Mean(ClassRule),
    /// The commonest class among the neighbours.
    Commonest {
        /// What becomes of ties.
        ties: CommonestTies,
        /// Seed of what is drawn.
        seed: u64,
    },
}

impl LagRule {
    /// Whether it looks at values.
    pub fn sorts_values(&self) -> bool {
        matches!(self, Self::Mean(rule) if rule.sorts_values())
    }
}

impl From<ClassRule> for LagRule {
    fn from(rule: ClassRule) -> Self {
        Self::Mean(rule)
    }
}
