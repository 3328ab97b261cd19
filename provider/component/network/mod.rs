//! The network, and who may talk to whom.

mod blocks;
mod group_rules;
pub(super) mod inputs;
mod own;
pub(super) mod rules;
pub(super) mod wiring;
