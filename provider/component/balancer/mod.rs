//! The way in: load balancer, target group, listeners.

mod choices;
mod clients;
mod headers;
pub(super) mod inputs;
mod logs;
pub(super) mod rules;
pub(super) mod shifting;
mod spreading;
mod tls;
pub(super) mod wiring;
