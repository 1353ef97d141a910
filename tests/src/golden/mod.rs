//! Golden figures: what other programs computed, compared with what Growthpole answers.
//!
//! - `tests/golden/china/*.toml` holds figures of the field's own packages on the bundled data. They are computed through
//!   the public API, served in process, and compared in every run ([`carried`]).
//! - The same packages' figures on their own data are not part of this repository, since that data is under other
//!   licences. Where `GROWTHPOLE_GOLDEN` names their folder they are compared with the methods ([`packages`]).
//! - `tests/golden/not_applicable.toml` lists every case that is not met, and the parts of cases that are not, with the
//!   reason ([`ledger`]). What is neither met nor listed fails the run, and so does what is listed and agrees.
//!
//! The rules: a case without a source is refused; figures agree to 1e-9 relative or 1e-12 absolute unless the case states
//! another tolerance with its reason; where the reference is at fault, the textbook's figure is compared.

pub mod carried;
pub mod compare;
pub mod figures;
pub mod ledger;
pub mod packages;
pub mod reference;
pub mod service;
pub mod table;

/// The directory of the golden figures in this repository.
pub const DIRECTORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/golden");
