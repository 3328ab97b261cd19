//! The log group: where the containers' output goes, and how long it is kept.
//!
//! Only the name cannot change. Another key counts for what is logged from then on. A group that
//! is covered by a retention policy of the account shows that policy's days in place of its own
//! (DescribeLogGroups, `retentionPolicyName`): then a refresh keeps what was asked for.

mod key;
mod mapping;
mod retention;
mod tags;

pub use self::retention::RETENTIONS;

use std::time::Duration;

use aws_sdk_cloudwatchlogs::types::LogGroup as Described;
use serde::{Deserialize, Serialize};

use self::mapping::{inputs, outputs};
use crate::aws::{Explain, OrGone};
use crate::error::{Error, Problem, Result};
use crate::property::{Form, Plain, Wire};
use crate::resource::owner;
use crate::resource::{
    Asked, Cx, EVERYWHERE, Live, Made, Needed, Permission, Protected, Resource, Settled, Standing,
    Tagged, Tags,
};

/// The log group.
pub struct LogGroup;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    /// How many days of logs are kept; for ever if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention_in_days: Option<F::Of<u32>>,
    /// The ARN of the key that encrypts what is logged; AWS's own if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kms_key_id: Option<F::Of<String>>,
}

/// What AWS adds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    pub name: F::Of<String>,
    /// Without the `:*` that IAM wants for the streams.
    pub arn: F::Of<String>,
    /// The account's retention policy that a refresh found in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention_policy_name: Option<F::Of<String>>,
}

const GONE: [&str; 1] = ["ResourceNotFoundException"];
/// How long another change of the same group may be in the way (terraform waits as long).
const BUSY: Duration = Duration::from_mins(1);

impl Resource for LogGroup {
    const TYPE: &'static str = "fargate:cloudwatch:LogGroup";
    // Without `logs:DeleteRetentionPolicy`: the component always says for how long to keep logs.
    const PERMISSIONS: &'static [Permission] = &[
        Permission {
            sid: "Logs",
            to: "create, change and delete the log group",
            actions: &[
                "logs:CreateLogGroup",
                "logs:PutRetentionPolicy",
                "logs:DeleteLogGroup",
                "logs:ListTagsForResource",
                "logs:TagResource",
                "logs:UntagResource",
            ],
            on: &["arn:aws:logs:*:*:log-group:/fargate/{name}*"],
            ..EVERYWHERE
        },
        Permission {
            sid: "LogsFind",
            to: "find the log group",
            actions: &["logs:DescribeLogGroups"],
            ..EVERYWHERE
        },
        Permission {
            sid: "LogsKey",
            to: "change the key of the log group, which CloudWatch Logs itself needs permission \
                 to use",
            needed: Needed::If("it has, or had, a `logKmsKeyId`"),
            actions: &["logs:AssociateKmsKey", "logs:DisassociateKmsKey"],
            on: &["arn:aws:logs:*:*:log-group:/fargate/{name}*"],
            ..EVERYWHERE
        },
    ];
    const REPLACE_ON: &'static [&'static str] = &[];
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    fn check(
        inputs: Inputs<Wire>,
        _asked: &Asked<'_>,
        problems: &mut Vec<Problem>,
    ) -> Inputs<Wire> {
        let days = inputs.retention_in_days.as_ref();
        let of_days = |days: &u32| retention::complain(*days);
        problems.extend(days.and_then(|days| days.complain("retentionInDays", of_days)));
        let key = inputs.kms_key_id.as_ref();
        problems.extend(key.and_then(|key| key.complain("kmsKeyId", |key| key::complain(key))));
        inputs
    }

    async fn find(cx: &Cx, _inputs: &Inputs) -> Result<Option<Standing>> {
        let id = name(cx);
        let Some(group) = describe(cx, &id).await? else { return Ok(None) };
        let tags = tags::of(cx, &outputs(&group).arn).await?;
        Ok(Some(Standing::of(id, Some(tags.unwrap_or_default()))))
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let logs = cx.aws.logs().await?;
        let name = name(cx);
        let arn = arn(cx, &name).await?;
        cx.retry(BUSY, is_busy, || async {
            logs.create_log_group()
                .log_group_name(&name)
                .set_kms_key_id(inputs.kms_key_id.clone())
                .set_tags(Some(cx.tags.clone().into_iter().collect()))
                .send()
                .await
                .explain("logs:CreateLogGroup", &name)
                .map_err(|error| key::explain(error, &arn))
        })
        .await?;
        let outputs = Outputs { name: name.clone(), arn, retention_policy_name: None };
        Ok(Made { id: name, outputs })
    }

    async fn complete(
        cx: &Cx,
        id: &str,
        inputs: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        if inputs.retention_in_days.is_some() {
            retention::set(cx, id, inputs.retention_in_days).await?;
        }
        Ok(outputs.into())
    }

    async fn read(cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        let Some(group) = describe(cx, id).await? else { return Ok(None) };
        let outputs = outputs(&group);
        let Some(tags) = tags::of(cx, &outputs.arn).await? else { return Ok(None) };
        Ok(Some(Live { inputs: inputs(&group), outputs, tags: Some(tags) }))
    }

    async fn marks(cx: &Cx, id: &str) -> Result<Option<Option<Tags>>> {
        Ok(tags::of(cx, &arn(cx, id).await?).await?.map(Some))
    }

    fn not_returned(outputs: &Outputs) -> &'static [&'static str] {
        if outputs.retention_policy_name.is_some() { &["retentionInDays"] } else { &[] }
    }

    /// What no state knows of, and yet holds logs, may be all that is left of them.
    async fn protected(cx: &Cx, outputs: &Outputs) -> Result<Option<Protected>> {
        let group = describe(cx, &outputs.name).await?;
        let holds = group.and_then(|group| group.stored_bytes()).is_some_and(|bytes| bytes > 0);
        Ok(holds.then(|| Protected {
            reason: holds_logs(&outputs.name),
            release: None,
            loss: None,
        }))
    }

    async fn update(
        cx: &Cx,
        id: &str,
        old: Option<&Inputs>,
        new: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        let old = match old {
            Some(old) => Some(old.clone()),
            None => describe(cx, id).await?.map(|group| self::inputs(&group)),
        };
        let (days, key) = old.map_or((None, None), |old| (old.retention_in_days, old.kms_key_id));
        if days != new.retention_in_days {
            retention::set(cx, id, new.retention_in_days).await?;
        }
        if key != new.kms_key_id {
            key::set(cx, id, new.kms_key_id.as_deref()).await?;
        }
        Ok(outputs.into())
    }

    async fn delete(cx: &Cx, id: &str, _inputs: &Inputs, _outputs: &Outputs) -> Result<()> {
        let logs = cx.aws.logs().await?;
        cx.retry(BUSY, is_busy, || async {
            logs.delete_log_group()
                .log_group_name(id)
                .send()
                .await
                .explain("logs:DeleteLogGroup", id)
                .or_gone(&GONE)
        })
        .await?;
        Ok(())
    }

    async fn tag(cx: &Cx, id: &str, set: &Tags, remove: &[String]) -> Result<()> {
        let arn = &arn(cx, id).await?;
        tags::Object { cx, id, arn }.change(set, remove).await
    }

    async fn debris(cx: &Cx) -> Result<Vec<String>> {
        if cx.has_removed(Self::TYPE, &name(cx)) {
            return Ok(Vec::new());
        }
        let nothing = Inputs { retention_in_days: None, kms_key_id: None };
        let found = Self::find(cx, &nothing).await?;
        Ok(found
            .filter(|found| owner::serves(cx, found))
            .map(|found| found.id)
            .into_iter()
            .collect())
    }
}

/// Another change of the same group is going on; AWS says "try again" (terraform-provider-aws,
/// logs/group.go).
fn is_busy(error: &Error) -> bool {
    error.code() == Some("OperationAbortedException")
}

/// The group of exactly this name: a prefix finds its siblings too.
async fn describe(cx: &Cx, name: &str) -> Result<Option<Described>> {
    let logs = cx.aws.logs().await?;
    let mut pages = logs.describe_log_groups().log_group_name_prefix(name).into_paginator().send();
    while let Some(page) = pages.next().await {
        let Some(page) = page.explain("logs:DescribeLogGroups", name).or_gone(&GONE)? else {
            return Ok(None);
        };
        let exact = |group: &&Described| group.log_group_name() == Some(name);
        if let Some(found) = page.log_groups().iter().find(exact) {
            return Ok(Some(found.clone()));
        }
    }
    Ok(None)
}

fn holds_logs(group: &str) -> String {
    format!("the log group {group} holds logs, which would be lost")
}

fn name(cx: &Cx) -> String {
    format!("/fargate/{}", cx.base)
}

async fn arn(cx: &Cx, name: &str) -> Result<String> {
    let us = cx.aws.identity().await?;
    Ok(format!("arn:{}:logs:{}:{}:log-group:{name}", us.partition, cx.aws.region(), us.account))
}

#[cfg(test)]
mod tests {
    use super::{Inputs, LogGroup, holds_logs};
    use crate::property::{Map, Output, Wire};
    use crate::resource::{Asked, Resource};

    fn complaints(days: Option<Output<u32>>, key: Option<&str>) -> Vec<String> {
        let given: Inputs<Wire> =
            Inputs { retention_in_days: days, kms_key_id: key.map(Into::into) };
        let asked = Asked {
            name: "web-logs",
            olds: &Map::new(),
            earlier: &Map::new(),
            seed: &[],
            autonaming: None,
        };
        let mut problems = Vec::new();
        LogGroup::check(given, &asked, &mut problems);
        problems.into_iter().map(|problem| problem.path).collect()
    }

    #[test]
    fn a_group_that_is_left_says_why() {
        expect_test::expect!["the log group /fargate/web holds logs, which would be lost"]
            .assert_eq(&holds_logs("/fargate/web"));
    }

    #[test]
    fn only_retentions_that_aws_offers_and_keys_by_arn_pass() {
        assert!(complaints(Some(365.into()), Some("arn:aws:kms:a:1:key/1")).is_empty());
        assert!(complaints(Some(Output::unknown()), None).is_empty());
        assert_eq!(
            complaints(Some(31.into()), Some("alias/mine")),
            ["retentionInDays", "kmsKeyId"]
        );
    }
}
