//! Cases of other packages on their own data, computed with the methods.

mod complexity;
mod concentration;
mod convergence;
mod distance;
mod economic_base;
mod growth;
mod inequality;
mod mobility;
mod moran;
mod projection;
mod relatedness;
mod shift_share;
mod spatial_mobility;
mod specialisation;

pub(super) use concentration::put_hoover;
pub(super) use shift_share::{named_effects, named_parts};

use super::figures::Figures;
use super::reference::{Folder, Reference};

/// Computes the figures of a case from its data.
pub type Runner = fn(&Folder, &Reference) -> Figures;

/// What computes a case; nothing where it is not covered.
pub fn runner(case: &str) -> Option<Runner> {
    [
        complexity::runner,
        concentration::runner,
        convergence::runner,
        distance::runner,
        economic_base::runner,
        growth::runner,
        inequality::runner,
        mobility::runner,
        moran::runner,
        projection::runner,
        relatedness::runner,
        shift_share::runner,
        spatial_mobility::runner,
        specialisation::runner,
    ]
    .into_iter()
    .find_map(|find| find(case))
}
