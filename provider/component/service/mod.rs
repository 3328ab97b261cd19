//! Cluster, service and autoscaling.

pub(super) mod inputs;
pub(super) mod rules;
mod scaling;
pub(super) mod strategy;
pub(super) mod wiring;
