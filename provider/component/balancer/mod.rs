//! The way in: load balancer, target group, listeners.

pub(super) mod inputs;
pub(super) mod rules;
pub(super) mod shifting;
mod spreading;
pub(super) mod wiring;
