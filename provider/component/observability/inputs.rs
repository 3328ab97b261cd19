//! Logs, alarms and dashboard.

use super::rules::{complain_of_action, complain_of_days, complain_of_many, complain_of_negative};
use crate::component::inputs::arns::{KEY, arn};
use crate::component::inputs::declare::inputs;
use crate::component::inputs::presets::Level;
use crate::component::inputs::types::List;
use crate::property::Output;

inputs! {
    /// Logs and monitoring.
    pub struct ObservabilityArgs at "" {
        /// Days for which logs are kept: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731,
        /// 1096, 1827, 2192, 2557, 2922, 3288 or 3653.
        log_retention_in_days: Output<u32> => log_retention_in_days, number complain_of_days;
        /// ARN of a KMS key for the logs, in the service's region; its policy must let CloudWatch Logs use it. Default: a key of
        /// AWS. Another key counts for what is logged from then on.
        log_kms_key_id: Output<String>, is arn(KEY), also same_region;
        /// Alarms and dashboard.
        monitoring: MonitoringArgs = MonitoringArgs::default();
    }
}

inputs! {
    /// Alarms and dashboard.
    pub struct MonitoringArgs at "monitoring" {
        /// `none`, `basic` (CPU and memory alarms) or `advanced` (also 5XX, response time and unhealthy
        /// hosts, Container Insights, and a dashboard).
        level: Level => level;
        /// ARNs to notify when an alarm goes off or recovers, such as an SNS topic in the service's
        /// region; up to 5. Default: none.
        alarm_actions: List = Vec::new(), is complain_of_many, each complain_of_action, also each_in_same_region;
        /// Average CPU use that sets off the alarm, in percent, {limits}. Default {default}.
        cpu_threshold: Output<f64> = 80.0, in 1.0..=100.0 " percent";
        /// Average memory use that sets off the alarm, in percent, {limits}. Default {default}.
        memory_threshold: Output<f64> = 80.0, in 1.0..=100.0 " percent";
        /// More 5XX answers than this in five minutes set off the alarm. Default {default}.
        server_error_threshold: Output<f64> = 10.0, number complain_of_negative;
        /// More 4XX answers of the application than this in five minutes set off an alarm of their own. Default: there is no such alarm.
        client_error_threshold: Output<f64>, number complain_of_negative;
        /// More 3XX answers of the application than this in five minutes set off an alarm of their own; those by which the load
        /// balancer sends HTTP to HTTPS do not count. Default: there is no such alarm.
        redirect_threshold: Output<f64>, number complain_of_negative;
        /// An average response time above this, in seconds, sets off the alarm. Default {default}.
        response_time_threshold: Output<f64> = 2.0, number complain_of_negative;
        /// Whether there is a dashboard. Default true with the level `advanced`.
        dashboard: bool;
    }
}
