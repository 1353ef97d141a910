//! Why there is no division plan.

use super::watch::Halt;
use super::{Constraint, Engine};
use crate::Stopped;
use crate::division::FrictionError;

/// Why there is no division plan.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DivisionError {
    /// There is no region or no industry.
    #[error("a division needs at least one region and one industry")]
    Empty,
    /// The problem is larger than what is solved exactly.
    #[error("{regions} regions and {industries} industries are more than can be planned for")]
    TooLarge {
        /// Number of regions.
        regions: usize,
        /// Number of industries.
        industries: usize,
    },
    /// The importance, the homes or the focuses are not as many as they should be.
    #[error("{found} of {what}, where there should be {expected}")]
    LengthsDiffer {
        /// What it is about: "importance", "homes" or "focuses".
        what: &'static str,
        /// As many as there should be.
        expected: usize,
        /// As many as there are.
        found: usize,
    },
    /// The value, or its product with the importance, is infinite or beyond the range of numbers.
    #[error("region {region}, industry {industry}: {value} is not a value")]
    InvalidValue {
        /// Row of the region.
        region: usize,
        /// Column of the industry.
        industry: usize,
        /// The value.
        value: f64,
    },
    /// The importance is negative, NaN or infinite.
    #[error("industry {industry}: {value} is not an importance")]
    InvalidImportance {
        /// Column of the industry.
        industry: usize,
        /// The importance.
        value: f64,
    },
    /// The industry is to have more homes at least than at most.
    #[error("industry {industry}: the least number of homes is above the greatest")]
    InvalidHomes {
        /// Column of the industry.
        industry: usize,
    },
    /// The region is to have more focuses at least than at most.
    #[error("region {region}: the least number of focuses is above the greatest")]
    InvalidFocuses {
        /// Row of the region.
        region: usize,
    },
    /// A pin, a ban or a pair of too small a presence names what is not there.
    #[error("there is no pair of region {region} and industry {industry}")]
    InvalidPair {
        /// Row of the region.
        region: usize,
        /// Column of the industry.
        industry: usize,
    },
    /// The weight of friction is negative, NaN, infinite, or makes friction exceed the range of numbers.
    #[error("{value} is not a weight of friction")]
    InvalidFrictionWeight {
        /// The weight.
        value: f64,
    },
    /// The weights of pairs or the shares of the friction term are not what they should be.
    #[error(transparent)]
    Friction(#[from] FrictionError),
    /// The shares of the friction term are of other regions or industries.
    #[error("shares of {regions} regions and {industries} industries, unlike the values")]
    SharesDiffer {
        /// Regions of the shares.
        regions: usize,
        /// Industries of the shares.
        industries: usize,
    },
    /// The industry that may be left without a home is not there.
    #[error("there is no industry {industry}")]
    InvalidExit {
        /// Column of the industry.
        industry: usize,
    },
    /// A balance, a cap, a group or the rule of centres is not in order.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// No plan meets all constraints. Those named cannot be met together.
    #[error("no plan meets these constraints together: {conflict:?}")]
    Infeasible {
        /// Constraints that contradict each other.
        conflict: Vec<Constraint>,
        /// Whether it is certain that the others could be met if any one of them were dropped.
        minimal: bool,
    },
    /// Time or work was up before there was any plan.
    #[error("time was up before a plan was found")]
    NoPlanYet,
    /// This program was built without the engine.
    #[error("the engine {engine} is not part of this program: it was built without the feature `{feature}`")]
    NotBuilt {
        /// The engine.
        engine: Engine,
        /// The feature that adds it.
        feature: &'static str,
    },
    /// The integer programme has more variables than an engine is given.
    #[error("an integer programme of {variables} variables is more than the engine {engine} is given")]
    ProgrammeTooLarge {
        /// The engine.
        engine: Engine,
        /// Pairs, and pairs of homes that cost something together.
        variables: usize,
    },
    /// The engine failed: a mistake of its own.
    #[error("the engine {engine} failed: {message}")]
    EngineFailed {
        /// The engine.
        engine: Engine,
        /// What it says.
        message: String,
    },
    /// The caller wants no plan any more.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

impl From<Halt> for DivisionError {
    /// Of work without which there is no plan.
    fn from(halt: Halt) -> Self {
        match halt {
            Halt::Stopped(stopped) => stopped.into(),
            Halt::Up => Self::NoPlanYet,
        }
    }
}

/// What is not in order about constraints that are more than numbers and pairs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// The balance has another shape than the values, a weight that is negative, NaN, infinite or beyond the range of
    /// numbers, or shares that are not 0 to 1 with the least at most the greatest.
    #[error("balance {balance} has another shape, or weights or shares that are none")]
    Balance {
        /// Position of the balance.
        balance: usize,
    },
    /// The cap is on an industry that is not there, has not as many weights as there are regions, or a number that is
    /// negative, NaN, infinite or beyond the range of numbers.
    #[error("cap {cap} is on no industry, or has weights or a limit that are none")]
    Cap {
        /// Position of the cap.
        cap: usize,
    },
    /// A group of industries that belong together names one that is not there.
    #[error("group {group} of industries together names one that is not there")]
    Together {
        /// Position of the group.
        group: usize,
    },
    /// A group of industries that belong apart names one that is not there.
    #[error("group {group} of industries apart names one that is not there")]
    Apart {
        /// Position of the group.
        group: usize,
    },
    /// The rule of centres names a region or an industry that is not there, or a complexity is left out or NaN.
    #[error("the rule of centres names what is not there, or has complexities that are no numbers")]
    CentrePeriphery,
}
