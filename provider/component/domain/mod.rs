//! The names of the service: certificate, hosted zones, and the records that lead to it.

pub(super) mod inputs;
pub(super) mod names;
pub(super) mod rules;
pub(super) mod wiring;
