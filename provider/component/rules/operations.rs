//! Rules on logs, monitoring, roles and tags.

use std::collections::BTreeSet;

use super::service::complain_of_percent;
use super::{Complaints, KEY, POLICY, Place, ROLE, known, member};
use crate::children::logs::log_group::RETENTIONS;
use crate::component::args::Args;
use crate::component::permissions::{DATABASE, EXEC};
use crate::component::presets::Level;
use crate::property::Output;
use crate::resource::{Arn, tags};

pub(super) fn operations(args: &Args, found: &mut Complaints) {
    found.check("logRetentionInDays", args.log_retention_in_days.as_ref(), |days| {
        (!RETENTIONS.contains(days)).then(|| {
            let all = RETENTIONS.map(|days| days.to_string()).join(", ");
            format!("CloudWatch Logs does not offer {days} days. Choose one of {all}.")
        })
    });
    found.arn("logKmsKeyId", args.log_kms_key_id.as_ref(), KEY);
    let Some(monitoring) = &args.monitoring else { return };
    let path = |name: &str| format!("monitoring.{name}");
    // If the preset chose the level, the same inputs may serve another preset.
    let level = monitoring.level.unwrap_or(Level::Advanced);
    let of_all = [
        ("alarmActions", monitoring.alarm_actions.is_some()),
        ("cpuThreshold", monitoring.cpu_threshold.is_some()),
        ("memoryThreshold", monitoring.memory_threshold.is_some()),
    ];
    for (name, given) in of_all {
        let none = level == Level::None;
        found.useless(&path(name), given && none, "`monitoring.level` `none` makes no alarms");
    }
    let of_advanced = [
        ("serverErrorThreshold", monitoring.server_error_threshold.is_some()),
        ("responseTimeThreshold", monitoring.response_time_threshold.is_some()),
    ];
    for (name, given) in of_advanced {
        let less = level < Level::Advanced;
        found.useless(
            &path(name),
            given && less,
            "only `monitoring.level` `advanced` has this alarm",
        );
    }
    for (name, threshold) in [
        ("cpuThreshold", &monitoring.cpu_threshold),
        ("memoryThreshold", &monitoring.memory_threshold),
    ] {
        found.check(&path(name), threshold.as_ref(), |threshold| complain_of_percent(*threshold));
    }
    for (name, threshold) in [
        ("serverErrorThreshold", &monitoring.server_error_threshold),
        ("responseTimeThreshold", &monitoring.response_time_threshold),
    ] {
        found.check(&path(name), threshold.as_ref(), |threshold| {
            (*threshold < 0.0).then(|| format!("{threshold} is negative: give 0 or more."))
        });
    }
    found.check(&path("alarmActions"), monitoring.alarm_actions.as_ref(), |actions| {
        (actions.len() > 5).then(|| format!("{} are given; an alarm has 5 at most.", actions.len()))
    });
    for (index, action) in
        known(monitoring.alarm_actions.as_ref()).into_iter().flatten().enumerate()
    {
        found.check(&format!("monitoring.alarmActions[{index}]"), Some(action), |action| {
            Arn::read(action)
                .is_none()
                .then(|| format!("\"{action}\" is not an ARN, such as that of an SNS topic."))
        });
    }
}

pub(super) fn permissions(args: &Args, found: &mut Complaints) {
    found.arn("taskRoleArn", args.task_role_arn.as_ref(), ROLE);
    found.arn("executionRoleArn", args.execution_role_arn.as_ref(), ROLE);
    found.arn("permissionsBoundary", args.permissions_boundary.as_ref(), POLICY);
    for (path, given) in [
        ("taskRolePolicyArns", args.task_role_policy_arns.is_some()),
        ("taskRoleStatements", args.task_role_statements.is_some()),
    ] {
        if given && args.task_role_arn.is_some() {
            found.add(
                path,
                "It is for the role that is made, but `taskRoleArn` names your own. Give only one of \
                 the two.",
            );
        }
    }
    sids(args, found);
    found.useless(
        "permissionsBoundary",
        args.permissions_boundary.is_some()
            && args.task_role_arn.is_some()
            && args.execution_role_arn.is_some(),
        "`taskRoleArn` and `executionRoleArn` name your own roles, so none is made",
    );
    for (index, arn) in known(args.task_role_policy_arns.as_ref()).into_iter().flatten().enumerate()
    {
        found.arn(&format!("taskRolePolicyArns[{index}]"), Some(arn), POLICY);
    }
}

/// IAM: "Statement IDs (SID) in a single policy must be unique", and consist of letters and digits.
fn sids(args: &Args, found: &mut Complaints) {
    let exec = args.enable_execute_command.as_ref().is_some_and(|it| it.known() != Some(&false));
    let taken = [
        (args.database_secret_arn.is_some(), DATABASE, "databaseSecretArn"),
        (exec, EXEC, "enableExecuteCommand"),
    ];
    let mut seen = BTreeSet::new();
    let Some(statements) = &args.task_role_statements else { return };
    for (index, statement) in statements.known().into_iter().flatten().enumerate() {
        let Some(sid) = &statement.sid else { continue };
        let path = format!("taskRoleStatements[{index}].sid");
        let twice = !seen.insert(sid);
        // Secret if all of them are.
        let given = statements.clone().map(|_| sid.clone());
        found.check(&path, Some(&given), |sid| {
            (!sid.chars().all(|c| c.is_ascii_alphanumeric()))
                .then(|| format!("\"{sid}\" is no name of a statement: letters and digits only."))
        });
        found.check(&path, Some(&given), |sid| {
            twice.then(|| format!("Two statements are called \"{sid}\". Rename one of them."))
        });
        let by = taken.iter().find(|(is, names, _)| *is && names.contains(&sid.as_str()));
        found.check(&path, Some(&given), |_| {
            by.map(|(_, _, input)| {
                format!("`{input}` makes a statement of this name. Choose another.")
            })
        });
    }
}

/// The service's own tags, beside those that are set anyway.
pub(super) fn tags(args: &Args, place: &Place<'_>, found: &mut Complaints) {
    for (key, value) in known(args.tags.as_ref()).into_iter().flatten() {
        let path = member("tags", key);
        found.check(&path, Some(&Output::from(key.clone())), |key| tags::complain_of_key(key));
        found.check(&path, Some(value), |value| tags::complain_of_value(value));
    }
    let others = || place.tags.into_iter().flatten().map(|(key, _)| key);
    let own = known(args.tags.as_ref()).into_iter().flatten().map(|(key, _)| key);
    for (key, twin) in tags::twins(others().chain(own)) {
        let path = member("tags", key);
        found
            .check(&path, Some(&Output::from(key.clone())), |_| Some(tags::complain_of_twin(twin)));
    }
    found.check("tags", args.tags.as_ref(), |own| {
        let mut all: BTreeSet<&String> = others().collect();
        let set_anyway = all.len() + tags::OWNERS;
        all.extend(own.keys());
        let many = all.len() + tags::OWNERS;
        (many > tags::MOST).then(|| {
            format!(
                "With the {set_anyway} tags that are set anyway (`defaultTags`, the stack's and the \
                 owner's) it would be {many}; AWS allows {}.",
                tags::MOST
            )
        })
    });
}
