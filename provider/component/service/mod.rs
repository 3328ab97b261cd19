//! Cluster, service and autoscaling.

pub(super) mod inputs;
pub(super) mod rules;
mod scaling;
pub(super) mod schedules;
mod shifting;
pub(super) mod strategy;
mod times;
pub(super) mod wiring;
