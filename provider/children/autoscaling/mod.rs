//! Application Auto Scaling: the scalable target, its policies and scheduled actions.

pub mod scaling_policy;
pub mod scaling_target;
pub mod scheduled_action;

mod ownership;
mod scalable;
