//! Who may do what.

pub(super) mod infrastructure;
pub(super) mod inputs;
pub(super) mod rules;
mod statements;
pub(super) mod wiring;
