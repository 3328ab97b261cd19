//! Logs, alarms and dashboard.

pub(super) mod inputs;
pub(super) mod logs;
pub(super) mod rules;
pub(super) mod wiring;
