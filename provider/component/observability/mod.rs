//! Logs, alarms and dashboard.

pub(super) mod inputs;
pub(super) mod rules;
pub(super) mod wiring;
