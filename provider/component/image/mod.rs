//! What runs, and the repository that it lies in.

pub(super) mod build;
pub(super) mod inputs;
mod name;
pub(super) mod rules;
pub(super) mod wiring;
