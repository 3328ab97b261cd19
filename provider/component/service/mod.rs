//! Cluster, service and autoscaling.

pub(super) mod inputs;
pub(super) mod rules;
mod scaling;
mod shifting;
pub(super) mod strategy;
pub(super) mod wiring;
