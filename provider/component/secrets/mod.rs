//! The values that only the application may know, and that the program gives.

pub(super) mod inputs;
pub(super) mod rules;
pub(super) mod wiring;
