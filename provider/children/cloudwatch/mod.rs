//! CloudWatch: alarms and the dashboard.

pub mod dashboard;
pub mod metric_alarm;
