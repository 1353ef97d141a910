//! Workers in processes of their own: dialled, learnt, admitted and watched.

mod admission;
mod health;
mod learn;
mod pause;
mod supervise;

pub(crate) use admission::objection;
pub(crate) use learn::Offer;
pub(crate) use supervise::{channel, supervise};
