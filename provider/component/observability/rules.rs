//! Rules on logs and monitoring.

use crate::children::logs::log_group::RETENTIONS;
use crate::component::Args;
use crate::component::inputs::complaints::Complaints;
use crate::component::inputs::presets::Level;
use crate::property::Output;
use crate::resource::Arn;

pub(in crate::component) fn problems(args: &Args, found: &mut Complaints) {
    let Some(monitoring) = &args.observability.monitoring else { return };
    // If the preset chose the level, the same inputs may serve another preset.
    let level = monitoring.level.unwrap_or(Level::Advanced);
    for path in monitoring.given() {
        let of_all =
            ["alarmActions", "cpuThreshold", "memoryThreshold"].iter().any(|it| path.ends_with(it));
        let of_advanced = [
            "serverErrorThreshold",
            "clientErrorThreshold",
            "redirectThreshold",
            "responseTimeThreshold",
        ]
        .iter()
        .any(|it| path.ends_with(it));
        let none = of_all && level == Level::None;
        found.useless(&path, none, "`monitoring.level` is `none`, which creates no alarms");
        let less = of_advanced && level < Level::Advanced;
        found.useless(&path, less, "only `monitoring.level` `advanced` has this alarm");
    }
}

pub(super) fn complain_of_days(days: u32) -> Option<String> {
    (!RETENTIONS.contains(&days)).then(|| {
        let all = RETENTIONS.map(|days| days.to_string()).join(", ");
        format!("CloudWatch Logs does not offer {days} days. Choose one of {all}.")
    })
}

pub(super) fn complain_of_negative(threshold: f64) -> Option<String> {
    (threshold < 0.0).then(|| format!("{threshold} is negative: set 0 or more."))
}

/// "Up to 5 actions" (CloudWatch API reference, PutMetricAlarm).
pub(super) fn complain_of_many(actions: &[Output<String>]) -> Option<String> {
    (actions.len() > 5).then(|| format!("{} are given; an alarm has 5 at most.", actions.len()))
}

pub(super) fn complain_of_action(action: &str) -> Option<String> {
    Arn::read(action)
        .is_none()
        .then(|| format!("\"{action}\" is not an ARN, such as that of an SNS topic."))
}
