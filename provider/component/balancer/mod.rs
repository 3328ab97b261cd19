//! The way in: load balancer, target group, listeners.

pub(super) mod authentication;
pub(super) mod choices;
pub(super) mod clients;
mod headers;
pub(super) mod inputs;
mod listeners;
mod log_buckets;
mod logs;
pub(super) mod rules;
pub(super) mod shifting;
mod spreading;
mod tls;
pub(super) mod wiring;
