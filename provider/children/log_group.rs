//! The log group: where the containers' output goes, and how long it is kept.
//!
//! Only the name cannot change. Another key counts for what is logged from then on. A group that
//! stands under a retention policy of the account shows that policy's days in place of its own
//! (DescribeLogGroups, `retentionPolicyName`): then a refresh keeps what was asked for.

use std::time::Duration;

use aws_sdk_cloudwatchlogs::types::LogGroup as Described;
use serde::{Deserialize, Serialize};

use crate::aws::{Explain, OrGone};
use crate::error::{Error, Problem, Result};
use crate::property::{Form, Plain, Wire};
use crate::resource::{
    Asked, Cx, EVERYWHERE, Live, Made, Needed, Permission, Resource, Settled, Standing, Tags,
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
/// The retention times that CloudWatch Logs offers (API reference, PutRetentionPolicy).
const RETENTIONS: [u32; 22] = [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
];
/// How long another change of the same group may be in the way (terraform waits as long).
const BUSY: Duration = Duration::from_mins(1);

impl Resource for LogGroup {
    const TYPE: &'static str = "fargate:cloudwatch:LogGroup";
    // Without `logs:DeleteRetentionPolicy`: the component always says for how long to keep logs.
    const PERMISSIONS: &'static [Permission] = &[
        Permission {
            sid: "Logs",
            to: "make, change and remove the log group",
            actions: &[
                "logs:CreateLogGroup",
                "logs:PutRetentionPolicy",
                "logs:DeleteLogGroup",
                "logs:ListTagsForResource",
                "logs:TagResource",
                "logs:UntagResource",
            ],
            on: &["arn:aws:logs:*:*:log-group:/fargate/*"],
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
            to: "change the key of the log group, which CloudWatch Logs itself must be allowed to use",
            needed: Needed::If("it has, or had, a `logKmsKeyId`"),
            actions: &["logs:AssociateKmsKey", "logs:DisassociateKmsKey"],
            on: &["arn:aws:logs:*:*:log-group:/fargate/*"],
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
        let days = inputs.retention_in_days.as_ref().and_then(|days| days.known());
        if let Some(days) = days.filter(|days| !RETENTIONS.contains(days)) {
            problems.push(Problem::new("retentionInDays", complain(*days)));
        }
        let key = inputs.kms_key_id.as_ref().and_then(|key| key.known());
        if key.is_some_and(|key| !key.starts_with("arn:")) {
            problems.push(Problem::new(
                "kmsKeyId",
                "CloudWatch Logs takes a key by its whole ARN only: `arn:aws:kms:…:key/…`.",
            ));
        }
        inputs
    }

    async fn find(cx: &Cx, _inputs: &Inputs) -> Result<Option<Standing>> {
        let id = name(cx);
        let Some(group) = describe(cx, &id).await? else { return Ok(None) };
        let tags = tags(cx, &outputs(&group).arn).await?;
        Ok(Some(Standing { id, tags: Some(tags.unwrap_or_default()) }))
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
                .map_err(explain_key)
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
            set_retention(cx, id, inputs.retention_in_days).await?;
        }
        Ok(outputs.into())
    }

    async fn read(cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        let Some(group) = describe(cx, id).await? else { return Ok(None) };
        let outputs = outputs(&group);
        let Some(tags) = tags(cx, &outputs.arn).await? else { return Ok(None) };
        Ok(Some(Live { inputs: inputs(&group), outputs, tags: Some(tags) }))
    }

    fn untold(outputs: &Outputs) -> &'static [&'static str] {
        if outputs.retention_policy_name.is_some() { &["retentionInDays"] } else { &[] }
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
            set_retention(cx, id, new.retention_in_days).await?;
        }
        if key != new.kms_key_id {
            set_key(cx, id, new.kms_key_id.as_deref()).await?;
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
        let logs = cx.aws.logs().await?;
        let arn = arn(cx, id).await?;
        if !set.is_empty() {
            logs.tag_resource()
                .resource_arn(&arn)
                .set_tags(Some(set.clone().into_iter().collect()))
                .send()
                .await
                .explain("logs:TagResource", id)?;
        }
        if !remove.is_empty() {
            logs.untag_resource()
                .resource_arn(&arn)
                .set_tag_keys(Some(remove.to_vec()))
                .send()
                .await
                .explain("logs:UntagResource", id)?;
        }
        Ok(())
    }

    async fn debris(cx: &Cx) -> Result<Vec<String>> {
        let nothing = Inputs { retention_in_days: None, kms_key_id: None };
        let found = Self::find(cx, &nothing).await?;
        Ok(found
            .filter(|found| super::ours::serves(cx, found))
            .map(|found| found.id)
            .into_iter()
            .collect())
    }
}

async fn set_retention(cx: &Cx, group: &str, days: Option<u32>) -> Result<()> {
    let logs = cx.aws.logs().await?;
    // A permission of the caller that is only seconds old may not be seen yet; the message tells
    // it from others (terraform-provider-aws, logs/group.go).
    let unseen = |error: &Error| {
        error.message().contains("no identity-based policy allows the logs:PutRetentionPolicy")
    };
    cx.retry(BUSY / 3, unseen, || {
        cx.retry(BUSY, is_busy, || async {
            match days {
                Some(days) => logs
                    .put_retention_policy()
                    .log_group_name(group)
                    .retention_in_days(i32::try_from(days).unwrap_or(i32::MAX))
                    .send()
                    .await
                    .explain("logs:PutRetentionPolicy", group)
                    .map(drop),
                None => logs
                    .delete_retention_policy()
                    .log_group_name(group)
                    .send()
                    .await
                    .explain("logs:DeleteRetentionPolicy", group)
                    .map(drop),
            }
        })
    })
    .await
}

async fn set_key(cx: &Cx, group: &str, key: Option<&str>) -> Result<()> {
    let logs = cx.aws.logs().await?;
    cx.retry(BUSY, is_busy, || async {
        match key {
            Some(key) => logs
                .associate_kms_key()
                .log_group_name(group)
                .kms_key_id(key)
                .send()
                .await
                .explain("logs:AssociateKmsKey", group)
                .map_err(explain_key)
                .map(drop),
            None => logs
                .disassociate_kms_key()
                .log_group_name(group)
                .send()
                .await
                .explain("logs:DisassociateKmsKey", group)
                .map(drop),
        }
    })
    .await
}

/// Another change of the same group is going on; AWS says "try again" (same source).
fn is_busy(error: &Error) -> bool {
    error.code() == Some("OperationAbortedException")
}

/// A key that CloudWatch Logs may not use is refused without the reason.
fn explain_key(error: Error) -> Error {
    if error.code() == Some("InvalidParameterException") && error.message().contains("KMS") {
        error.hinted(
            "The key must be enabled and in the same region, and its policy must allow \
             `logs.<region>.amazonaws.com` to use it.",
        )
    } else {
        error
    }
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

async fn tags(cx: &Cx, arn: &str) -> Result<Option<Tags>> {
    let logs = cx.aws.logs().await?;
    let answer = logs
        .list_tags_for_resource()
        .resource_arn(arn)
        .send()
        .await
        .explain("logs:ListTagsForResource", arn)
        .or_gone(&GONE)?;
    Ok(answer.map(|answer| answer.tags.unwrap_or_default().into_iter().collect()))
}

fn name(cx: &Cx) -> String {
    format!("/fargate/{}", cx.base)
}

async fn arn(cx: &Cx, name: &str) -> Result<String> {
    let us = cx.aws.identity().await?;
    Ok(format!("arn:{}:logs:{}:{}:log-group:{name}", us.partition, cx.aws.region(), us.account))
}

fn inputs(group: &Described) -> Inputs {
    Inputs {
        retention_in_days: group.retention_in_days().and_then(|days| u32::try_from(days).ok()),
        kms_key_id: group.kms_key_id().map(str::to_owned),
    }
}

fn outputs(group: &Described) -> Outputs {
    let arn = group.log_group_arn().or_else(|| group.arn()).unwrap_or_default();
    Outputs {
        name: group.log_group_name().unwrap_or_default().to_owned(),
        arn: arn.trim_end_matches(":*").to_owned(),
        retention_policy_name: group.retention_policy_name().map(str::to_owned),
    }
}

fn complain(days: u32) -> String {
    let allowed = RETENTIONS.map(|days| days.to_string()).join(", ");
    format!("CloudWatch Logs does not keep logs for {days} days. Choose one of {allowed}.")
}

#[cfg(test)]
mod tests {
    use super::{Described, Inputs, LogGroup, Outputs, inputs, outputs};
    use crate::property::{Map, Output, Wire};
    use crate::resource::{Asked, Resource};

    fn complaints(days: Option<Output<u32>>, key: Option<&str>) -> Vec<String> {
        let given: Inputs<Wire> =
            Inputs { retention_in_days: days, kms_key_id: key.map(Into::into) };
        let asked = Asked { name: "web-logs", olds: &Map::new(), seed: &[], autonaming: None };
        let mut problems = Vec::new();
        LogGroup::check(given, &asked, &mut problems);
        problems.into_iter().map(|problem| problem.path).collect()
    }

    #[test]
    fn what_aws_shows_is_read_as_what_was_asked_for() {
        let shown = Described::builder()
            .log_group_name("/fargate/web")
            .arn("arn:aws:logs:eu-central-1:123456789012:log-group:/fargate/web:*")
            .retention_in_days(30)
            .kms_key_id("arn:aws:kms:eu-central-1:123456789012:key/1")
            .build();
        let expected = Inputs {
            retention_in_days: Some(30),
            kms_key_id: Some("arn:aws:kms:eu-central-1:123456789012:key/1".to_owned()),
        };
        assert_eq!(inputs(&shown), expected);
        let expected = Outputs {
            name: "/fargate/web".to_owned(),
            arn: "arn:aws:logs:eu-central-1:123456789012:log-group:/fargate/web".to_owned(),
            retention_policy_name: None,
        };
        assert_eq!(outputs(&shown), expected);
        assert!(LogGroup::untold(&expected).is_empty());
    }

    #[test]
    fn a_group_without_retention_and_key_is_read_as_neither_given() {
        let bare = inputs(&Described::builder().log_group_name("/fargate/web").build());
        assert_eq!(bare, Inputs { retention_in_days: None, kms_key_id: None });
    }

    #[test]
    fn the_accounts_own_retention_policy_is_no_drift() {
        let shown =
            Described::builder().retention_in_days(7).retention_policy_name("everywhere").build();
        assert_eq!(LogGroup::untold(&outputs(&shown)), ["retentionInDays"]);
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

    #[test]
    fn a_key_that_cloudwatch_may_not_use_is_told_with_what_it_needs() {
        let told = [
            ("InvalidParameterException", "the specified KMS key does not exist"),
            ("InvalidParameterException", "the name is wrong"),
        ]
        .map(|(code, message)| {
            super::explain_key(crate::error::Error::aws(code, message)).to_string()
        });
        expect_test::expect![[r"
            the specified KMS key does not exist
              The key must be enabled and in the same region, and its policy must allow `logs.<region>.amazonaws.com` to use it.
            the name is wrong"]].assert_eq(&told.join("\n"));
    }
}
