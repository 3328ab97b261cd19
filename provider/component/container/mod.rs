//! The container that runs.

pub(super) mod inputs;
pub(super) mod rules;
mod task_size;
pub(super) mod wiring;
