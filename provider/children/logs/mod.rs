//! CloudWatch Logs: the log group.

pub mod log_group;
