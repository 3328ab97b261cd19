//! Application Auto Scaling: the scalable target and its policies.

pub mod scaling_policy;
pub mod scaling_target;

mod scalable;
