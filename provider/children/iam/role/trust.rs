//! The role's trust policy, which follows from account and region.

use aws_sdk_iam::types::Role as Described;
use serde_json::{Value as Json, json};

use super::policies::{BUSY, USUAL};
use crate::aws::Explain;
use crate::children::iam::statement;
use crate::error::Result;
use crate::error::refused_with;
use crate::resource::Cx;

/// Corrects it if it was changed.
pub(super) async fn restore(cx: &Cx, role: &Described) -> Result<()> {
    let purpose = role.role_name().rsplit('-').next().unwrap_or_default();
    let wanted = policy(cx, purpose).await?;
    let live = role.assume_role_policy_document().unwrap_or_default();
    if statement::means(live, &wanted) {
        return Ok(());
    }
    let iam = cx.aws.iam().await?;
    let (name, document) = (role.role_name(), wanted.to_string());
    cx.retry(USUAL, refused_with(&BUSY), || async {
        let call = iam.update_assume_role_policy().role_name(name).policy_document(&document);
        call.send().await.explain("iam:UpdateAssumeRolePolicy", name)
    })
    .await?;
    Ok(())
}

/// The policy of a role for this purpose, for account and region of `cx`.
pub(super) async fn policy(cx: &Cx, purpose: &str) -> Result<Json> {
    if purpose == super::INFRASTRUCTURE {
        return Ok(policy_for_ecs());
    }
    let us = cx.aws.identity().await?;
    Ok(policy_for(&us.partition, cx.aws.region(), &us.account))
}

/// Only ECS acts as the role, and only for tasks of this account and region: without the
/// conditions another account could have ECS do it (IAM user guide, the confused deputy).
fn policy_for(partition: &str, region: &str, account: &str) -> Json {
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "Service": "ecs-tasks.amazonaws.com" },
            "Action": "sts:AssumeRole",
            "Condition": {
                "StringEquals": { "aws:SourceAccount": account },
                "ArnLike": { "aws:SourceArn": format!("arn:{partition}:ecs:{region}:{account}:*") },
            },
        }],
    })
}

/// ECS itself, as the developer guide has it ("Amazon ECS infrastructure IAM role for load balancers"): it names no
/// condition that ECS would meet.
fn policy_for_ecs() -> Json {
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "Service": "ecs.amazonaws.com" },
            "Action": "sts:AssumeRole",
        }],
    })
}

#[cfg(test)]
mod tests {
    use super::{policy_for, policy_for_ecs, statement};

    #[test]
    fn ecs_itself_and_not_its_tasks_may_act_as_the_infrastructure_role() {
        let tasks = policy_for("aws", "eu-west-1", "123456789012");
        let shown = policy_for_ecs().to_string().replace('"', "%22").replace(' ', "%20");
        assert!(statement::means(&shown, &policy_for_ecs()));
        assert!(!statement::means(&shown, &tasks));
    }

    #[test]
    fn only_ecs_for_this_account_and_region_may_act_as_the_role() {
        let trust = policy_for("aws-cn", "cn-north-1", "123456789012");
        let condition = &trust["Statement"][0]["Condition"];
        assert_eq!(
            condition["ArnLike"]["aws:SourceArn"],
            "arn:aws-cn:ecs:cn-north-1:123456789012:*"
        );
        assert_eq!(condition["StringEquals"]["aws:SourceAccount"], "123456789012");
        let shown = trust.to_string().replace('"', "%22").replace(' ', "%20");
        assert!(statement::means(&shown, &trust));
        let elsewhere = policy_for("aws-cn", "cn-north-1", "210987654321");
        assert!(!statement::means(&shown, &elsewhere));
    }
}
