//! Statistics that several methods share: ranks and spread.

mod ranks;
mod spread;

pub use ranks::{RankMethod, RankOrder, percentile, rank, rank_descending};
pub use spread::{Spread, mean_and_deviation};
