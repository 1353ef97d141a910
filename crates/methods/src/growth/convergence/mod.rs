//! Whether regions converge: in dispersion (sigma), by growth of the poor (beta), and in clubs (Phillips and Sul).

mod beta;
mod beta_nls;
mod clubs;
mod growth;
mod log_t;
mod merging;
mod moments;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod samples;
mod sigma;
mod sigma_trend;
mod speed;
mod transition;

pub use beta::{Beta, BetaError, BetaSample, beta_convergence};
pub use beta_nls::{BetaNls, Convergence, beta_convergence_nls};
pub use clubs::{Club, ClubError, ClubOptions, Clubs, Sieve, convergence_clubs};
pub use growth::{GrowthForm, LogGrowthError, mean_log_growth};
pub use log_t::{Degenerate, LogT, LogTError, LogTFit, LogTOptions, first_tested_period, log_t};
pub use merging::{MergedClub, MergedClubs, Merging, merge_clubs};
pub use sigma::{Dispersion, SigmaComparison, SigmaError, SigmaMeasure, compare_dispersion, dispersion};
pub use sigma_trend::{SigmaTrend, SigmaTrendError, sigma_trend};
pub use speed::{NoSpeed, Speed, speed_of_convergence, speed_of_rate};
pub use transition::{Preparation, TransitionError, TransitionPanel};
