//! Which engine looks for a plan.

use super::DivisionError;

/// An engine that looks for a plan.
///
/// All of them maximise the same objective under the same constraints, and break ties by the same rule. Solvers of integer
/// programmes work with tolerances: theirs is [`Engine::tolerance`], and plans that are nearer to each other than that may
/// be taken for equally good, or for the other way round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Engine {
    /// [`Engine::Own`]: the same plan from every program, whatever it was built with.
    #[default]
    Auto,
    /// The engine of this crate: exact, with all margins from its own prices.
    Own,
    /// microlp, a simplex and branch and bound in Rust, by good_lp.
    Microlp,
    /// HiGHS, a branch and cut in C++, by good_lp: with the feature `highs` only. It is told how many seconds are left; its
    /// presolve can overrun them, and like its linear programmes it does not see that the caller has gone.
    Highs,
}

impl Engine {
    /// Whether this program has the engine.
    pub fn is_built(self) -> bool {
        self != Self::Highs || cfg!(feature = "highs")
    }

    /// Objectives that differ by no more than this part of the largest coefficient are equal to the engine.
    pub fn tolerance(self) -> f64 {
        match self {
            Self::Auto | Self::Own => super::TIE_TOLERANCE,
            Self::Microlp | Self::Highs => 1e-6,
        }
    }

    /// The engine that this stands for.
    pub(super) fn chosen(self) -> Result<Self, DivisionError> {
        if !self.is_built() {
            return Err(DivisionError::NotBuilt { engine: self, feature: "highs" });
        }
        Ok(if self == Self::Auto { Self::Own } else { self })
    }
}

impl std::fmt::Display for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Auto => "AUTO",
            Self::Own => "OWN",
            Self::Microlp => "MICROLP",
            Self::Highs => "HIGHS",
        })
    }
}
