//! The network, and who may talk to whom.

pub(super) mod inputs;
pub(super) mod rules;
pub(super) mod wiring;
