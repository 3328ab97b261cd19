//! Who may enter: found out by the load balancer before a request reaches a task.

pub(in crate::component) mod inputs;
pub(in crate::component) mod rules;
pub(in crate::component) mod wiring;
