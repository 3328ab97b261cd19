//! An IAM role for tasks: `execution` for ECS itself while it starts them, `task` for what runs in
//! them.
//!
//! The name cannot change, and so neither the purpose, which is a part of it. What the role may do
//! is one inline policy; inline policies that others added are left alone until the delete. Who
//! may act as it follows from account and region, is no input, and is put right whenever the role
//! is completed.

use aws_sdk_iam::types::{Role as Described, Tag};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::ours::{self, is, sorted};
use super::role_policies::{self, BUSY, GONE, POLICY, USUAL};
use super::statement::{self, Statement};
use crate::aws::{Explain, OrGone};
use crate::error::{Error, Problem, Result};
use crate::property::{Form, Plain, Wire};
use crate::resource::{
    Asked, Cx, EVERYWHERE, Live, Made, Needed, Permission, Resource, Settled, Standing, Tags,
    naming,
};

/// The role.
pub struct Role;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    /// `execution` or `task`.
    pub purpose: F::Of<String>,
    pub description: F::Of<String>,
    /// What the role may do; no inline policy if empty.
    pub statements: F::Of<Vec<Statement<F>>>,
    /// ARNs of further policies, in alphabetical order.
    pub managed_policy_arns: F::Of<Vec<F::Of<String>>>,
    /// The ARN of the policy that limits all that the role may do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permissions_boundary: Option<F::Of<String>>,
}

/// What AWS adds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    pub arn: F::Of<String>,
    pub name: F::Of<String>,
}

const PURPOSES: [&str; 2] = ["execution", "task"];
/// Policies that were removed a moment ago may still count (terraform-provider-aws, iam/role.go).
const ATTACHED: [&str; 2] = ["DeleteConflict", "ConcurrentModification"];

impl Resource for Role {
    const TYPE: &'static str = "fargate:iam:Role";
    const PERMISSIONS: &'static [Permission] = &[
        Permission {
            sid: "RolesFind",
            to: "find the execution role and the task role",
            actions: &["iam:GetRole"],
            on: &["arn:aws:iam::*:role/*-execution", "arn:aws:iam::*:role/*-task"],
            ..EVERYWHERE
        },
        Permission {
            sid: "Roles",
            to: "make, change and remove the execution role and the task role",
            needed: Needed::Unless("`executionRoleArn` and `taskRoleArn` are given"),
            actions: &[
                "iam:CreateRole",
                "iam:UpdateRole",
                "iam:UpdateAssumeRolePolicy",
                "iam:PutRolePolicy",
                "iam:GetRolePolicy",
                "iam:ListRolePolicies",
                "iam:DeleteRolePolicy",
                "iam:ListAttachedRolePolicies",
                "iam:DeleteRole",
                "iam:TagRole",
                "iam:UntagRole",
            ],
            on: &["arn:aws:iam::*:role/*-execution", "arn:aws:iam::*:role/*-task"],
            ..EVERYWHERE
        },
        Permission {
            sid: "RolePolicies",
            to: "attach managed policies to the task role",
            needed: Needed::If("it has, or had, `taskRolePolicyArns`"),
            actions: &["iam:AttachRolePolicy", "iam:DetachRolePolicy"],
            on: &["arn:aws:iam::*:role/*-task"],
            ..EVERYWHERE
        },
        Permission {
            sid: "RoleBoundary",
            to: "change the permissions boundary of both roles",
            needed: Needed::If("its `permissionsBoundary` changes"),
            actions: &["iam:PutRolePermissionsBoundary", "iam:DeleteRolePermissionsBoundary"],
            on: &["arn:aws:iam::*:role/*-execution", "arn:aws:iam::*:role/*-task"],
            ..EVERYWHERE
        },
    ];
    const REPLACE_ON: &'static [&'static str] = &["purpose"];
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    fn check(
        mut inputs: Inputs<Wire>,
        _asked: &Asked<'_>,
        problems: &mut Vec<Problem>,
    ) -> Inputs<Wire> {
        let purpose = inputs.purpose.known();
        if let Some(other) = purpose.filter(|purpose| !PURPOSES.contains(&purpose.as_str())) {
            let reason = format!("Choose \"execution\" or \"task\", not \"{other}\".");
            problems.push(Problem::new("purpose", reason));
        }
        inputs.statements = statement::check(inputs.statements, problems);
        inputs.managed_policy_arns = sorted(inputs.managed_policy_arns);
        inputs
    }

    async fn find(cx: &Cx, inputs: &Inputs) -> Result<Option<Standing>> {
        let id = name(cx, &inputs.purpose);
        Ok(describe(cx, &id).await?.map(|role| Standing { id, tags: Some(tags(role.tags())) }))
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let iam = cx.aws.iam().await?;
        let name = name(cx, &inputs.purpose);
        let trust = trust(cx).await?.to_string();
        let answer = cx
            .retry(USUAL, is(&BUSY), || async {
                iam.create_role()
                    .role_name(&name)
                    .description(&inputs.description)
                    .assume_role_policy_document(&trust)
                    .set_permissions_boundary(inputs.permissions_boundary.clone())
                    .set_tags(Some(sdk_tags(&cx.tags)?))
                    .send()
                    .await
                    .explain("iam:CreateRole", &name)
            })
            .await?;
        let role = answer.role().ok_or_else(|| Error::bug("CreateRole gave no role"))?;
        Ok(Made { id: name, outputs: outputs(role) })
    }

    async fn complete(
        cx: &Cx,
        id: &str,
        inputs: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        if !inputs.statements.is_empty() {
            role_policies::put(cx, id, &inputs.statements).await?;
        }
        for policy in &inputs.managed_policy_arns {
            role_policies::attach(cx, id, policy).await?;
        }
        Ok(outputs.into())
    }

    async fn read(cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        let Some(role) = describe(cx, id).await? else { return Ok(None) };
        let Some(attached) = role_policies::attached(cx, id).await? else { return Ok(None) };
        let inputs = inputs(&role, role_policies::document(cx, id).await?.as_deref(), attached);
        Ok(Some(Live { inputs, outputs: outputs(&role), tags: Some(tags(role.tags())) }))
    }

    async fn update(
        cx: &Cx,
        id: &str,
        old: Option<&Inputs>,
        new: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        // Without the old inputs `complete` follows: it adds what is missing. What is too much, or
        // otherwise, is seen by a look only.
        let old = if let Some(old) = old {
            old.clone()
        } else {
            let Some(role) = describe(cx, id).await? else { return Err(gone(id)) };
            set_trust(cx, &role).await?;
            let Some(live) = Self::read(cx, id).await? else { return Err(gone(id)) };
            live.inputs
        };
        if old.description != new.description {
            set_description(cx, id, &new.description).await?;
        }
        if old.permissions_boundary != new.permissions_boundary {
            set_boundary(cx, id, new.permissions_boundary.as_deref()).await?;
        }
        if old.statements != new.statements {
            if new.statements.is_empty() {
                role_policies::remove(cx, id, POLICY).await?;
            } else {
                role_policies::put(cx, id, &new.statements).await?;
            }
        }
        let (old, new) = (&old.managed_policy_arns, &new.managed_policy_arns);
        for policy in new.iter().filter(|policy| !old.contains(policy)) {
            role_policies::attach(cx, id, policy).await?;
        }
        for policy in old.iter().filter(|policy| !new.contains(policy)) {
            role_policies::detach(cx, id, policy).await?;
        }
        Ok(outputs.into())
    }

    async fn delete(cx: &Cx, id: &str, _inputs: &Inputs, _outputs: &Outputs) -> Result<()> {
        let iam = cx.aws.iam().await?;
        for policy in role_policies::attached(cx, id).await?.unwrap_or_default() {
            role_policies::detach(cx, id, &policy).await?;
        }
        for policy in role_policies::names(cx, id).await? {
            role_policies::remove(cx, id, &policy).await?;
        }
        cx.retry(USUAL, is(&ATTACHED), || async {
            iam.delete_role()
                .role_name(id)
                .send()
                .await
                .explain("iam:DeleteRole", id)
                .or_gone(&GONE)
        })
        .await?;
        Ok(())
    }

    async fn tag(cx: &Cx, id: &str, set: &Tags, remove: &[String]) -> Result<()> {
        let iam = cx.aws.iam().await?;
        if !set.is_empty() {
            let tags = sdk_tags(set)?;
            let call = iam.tag_role().role_name(id).set_tags(Some(tags));
            call.send().await.explain("iam:TagRole", id)?;
        }
        if !remove.is_empty() {
            let call = iam.untag_role().role_name(id).set_tag_keys(Some(remove.to_vec()));
            call.send().await.explain("iam:UntagRole", id)?;
        }
        Ok(())
    }

    /// The names are known, so nothing needs to be listed.
    async fn debris(cx: &Cx) -> Result<Vec<String>> {
        let mut found = Vec::new();
        for purpose in PURPOSES {
            let id = name(cx, purpose);
            let role = describe(cx, &id).await?;
            if role.is_some_and(|role| ours::carries(&tags(role.tags()), &cx.base)) {
                found.push(id);
            }
        }
        Ok(found)
    }
}

async fn set_description(cx: &Cx, role: &str, description: &str) -> Result<()> {
    let iam = cx.aws.iam().await?;
    let call = iam.update_role().role_name(role).description(description);
    call.send().await.explain("iam:UpdateRole", role).map(drop)
}

async fn set_boundary(cx: &Cx, role: &str, policy: Option<&str>) -> Result<()> {
    let iam = cx.aws.iam().await?;
    if let Some(policy) = policy {
        let call = iam.put_role_permissions_boundary().role_name(role).permissions_boundary(policy);
        return call.send().await.explain("iam:PutRolePermissionsBoundary", role).map(drop);
    }
    let call = iam.delete_role_permissions_boundary().role_name(role);
    let done = call.send().await.explain("iam:DeleteRolePermissionsBoundary", role);
    done.or_gone(&GONE).map(drop)
}

async fn set_trust(cx: &Cx, role: &Described) -> Result<()> {
    let trust = trust(cx).await?;
    let live = role.assume_role_policy_document().unwrap_or_default();
    if statement::means(live, &trust) {
        return Ok(());
    }
    let iam = cx.aws.iam().await?;
    let (name, document) = (role.role_name(), trust.to_string());
    cx.retry(USUAL, is(&BUSY), || async {
        let call = iam.update_assume_role_policy().role_name(name).policy_document(&document);
        call.send().await.explain("iam:UpdateAssumeRolePolicy", name)
    })
    .await?;
    Ok(())
}

async fn describe(cx: &Cx, role: &str) -> Result<Option<Described>> {
    let iam = cx.aws.iam().await?;
    let answer =
        iam.get_role().role_name(role).send().await.explain("iam:GetRole", role).or_gone(&GONE)?;
    Ok(answer.and_then(|answer| answer.role))
}

fn gone(role: &str) -> Error {
    ours::gone(GONE[0], &format!("the role {role}"))
}

fn name(cx: &Cx, purpose: &str) -> String {
    format!("{}-{purpose}", naming::in_region(&cx.base, cx.aws.region()))
}

async fn trust(cx: &Cx) -> Result<Json> {
    let us = cx.aws.identity().await?;
    Ok(trust_policy(&us.partition, cx.aws.region(), &us.account))
}

/// Only ECS acts as the role, and only for tasks of this account and region: without the
/// conditions another account could have ECS do it (IAM user guide, the confused deputy).
fn trust_policy(partition: &str, region: &str, account: &str) -> Json {
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

fn inputs(role: &Described, policy: Option<&str>, attached: Vec<String>) -> Inputs {
    let boundary = role.permissions_boundary();
    Inputs {
        purpose: role.role_name().rsplit('-').next().unwrap_or_default().to_owned(),
        description: role.description().unwrap_or_default().to_owned(),
        statements: policy.map(statement::read).unwrap_or_default(),
        managed_policy_arns: attached,
        permissions_boundary: boundary
            .and_then(|boundary| boundary.permissions_boundary_arn())
            .map(str::to_owned),
    }
}

fn outputs(role: &Described) -> Outputs {
    Outputs { arn: role.arn().to_owned(), name: role.role_name().to_owned() }
}

fn tags(tags: &[Tag]) -> Tags {
    tags.iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect()
}

fn sdk_tags(tags: &Tags) -> Result<Vec<Tag>> {
    tags.iter()
        .map(|(key, value)| Tag::builder().key(key).value(value).build().map_err(Error::bug))
        .collect()
}

#[cfg(test)]
mod tests {
    use aws_sdk_iam::types::AttachedPermissionsBoundary;
    use aws_smithy_types::DateTime;

    use super::{Described, Inputs, Statement, inputs, statement, trust_policy};

    #[test]
    fn what_aws_shows_is_read_as_what_was_asked_for() {
        let asked: Inputs = Inputs {
            purpose: "execution".to_owned(),
            description: "Starts the tasks of web.".to_owned(),
            statements: vec![Statement {
                sid: None,
                actions: vec!["logs:CreateLogStream".to_owned(), "logs:PutLogEvents".to_owned()],
                resources: vec!["arn:aws:logs:eu-central-1:1:log-group:web:*".to_owned()],
                conditions: None,
            }],
            managed_policy_arns: vec!["arn:aws:iam::aws:policy/A".to_owned()],
            permissions_boundary: Some("arn:aws:iam::1:policy/B".to_owned()),
        };
        let boundary = AttachedPermissionsBoundary::builder()
            .permissions_boundary_arn("arn:aws:iam::1:policy/B")
            .build();
        let shown = Described::builder()
            .path("/")
            .role_id("AROA")
            .create_date(DateTime::from_secs(0))
            .role_name("web-site-eu-west-1-execution")
            .arn("arn:aws:iam::1:role/web-site-eu-west-1-execution")
            .description("Starts the tasks of web.")
            .permissions_boundary(boundary)
            .build()
            .expect("a role");
        let policy = statement::policy(&asked.statements).to_string();
        assert_eq!(inputs(&shown, Some(&policy), asked.managed_policy_arns.clone()), asked);
    }

    #[test]
    fn only_ecs_for_this_account_and_region_may_act_as_the_role() {
        let trust = trust_policy("aws-cn", "cn-north-1", "123456789012");
        let condition = &trust["Statement"][0]["Condition"];
        assert_eq!(
            condition["ArnLike"]["aws:SourceArn"],
            "arn:aws-cn:ecs:cn-north-1:123456789012:*"
        );
        assert_eq!(condition["StringEquals"]["aws:SourceAccount"], "123456789012");
        let shown = trust.to_string().replace('"', "%22").replace(' ', "%20");
        assert!(statement::means(&shown, &trust));
        let elsewhere = trust_policy("aws-cn", "cn-north-1", "210987654321");
        assert!(!statement::means(&shown, &elsewhere));
    }
}
