//! An IAM role for tasks: `execution` for ECS itself while it starts them, `task` for what runs in
//! them, `infrastructure` for ECS while it moves traffic between target groups.
//!
//! The name cannot change, and so neither the purpose, which is a part of it. What the role may do
//! is one inline policy and the managed ones that were asked for; policies that others gave it are
//! left alone until the delete. Its trust policy follows from account and region, is not an input, and is corrected whenever the role
//! is completed.

mod leaving;
mod managed;
mod mapping;
mod permissions;
mod policies;
mod tags;
mod trust;

use aws_sdk_iam::types::Role as Described;
use serde::{Deserialize, Serialize};

use self::mapping::{inputs, outputs};
use self::policies::{BUSY, GONE, USUAL};
use crate::aws::{Explain, OrGone};
use crate::children::iam::statement::{self, Statement};
use crate::error::refused_with;
use crate::error::{Error, Problem, Result};
use crate::property::sorted;
use crate::property::{Form, Plain, Wire};
use crate::resource::owner;
use crate::resource::{
    Asked, CREATED, Cx, Live, Made, Permission, Resource, Settled, Standing, Tagged, Tags,
    new_change, physical_names,
};

/// The role.
pub struct Role;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    /// `execution`, `task` or `infrastructure`.
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
    /// Another one after each change of what the role may do ([`Resource::settle`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<F::Of<String>>,
}

const PURPOSES: [&str; 3] = ["execution", "task", INFRASTRUCTURE];
const INFRASTRUCTURE: &str = "infrastructure";
/// Policies that were removed a moment ago may still count (terraform-provider-aws, iam/role.go).
const ATTACHED: [&str; 2] = ["DeleteConflict", "ConcurrentModification"];

impl Resource for Role {
    const TYPE: &'static str = "fargate:iam:Role";
    const PERMISSIONS: &'static [Permission] = permissions::ALL;
    const REPLACE_ON: &'static [&'static str] = &["purpose"];
    const CHANGES_ON_UPDATE: &'static [&'static str] = &["changed"];
    const CHANGED_BY: &'static [(&'static str, &'static [&'static str])] =
        &[("changed", &["statements"])];
    const OWN_OUTPUTS: &'static [&'static str] = &["changed"];
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    fn check(
        mut inputs: Inputs<Wire>,
        _asked: &Asked<'_>,
        problems: &mut Vec<Problem>,
    ) -> Inputs<Wire> {
        problems.extend(inputs.purpose.complain("purpose", |purpose| {
            (!PURPOSES.contains(&purpose.as_str())).then(|| {
                format!("Choose \"execution\", \"task\" or \"infrastructure\", not \"{purpose}\".")
            })
        }));
        inputs.statements = statement::check(inputs.statements, problems);
        inputs.managed_policy_arns = sorted(inputs.managed_policy_arns);
        inputs
    }

    async fn find(cx: &Cx, inputs: &Inputs) -> Result<Option<Standing>> {
        let id = name(cx, &inputs.purpose);
        Ok(describe(cx, &id).await?.map(|role| Standing::of(id, Some(tags::read(role.tags())))))
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let iam = cx.aws.iam().await?;
        let name = name(cx, &inputs.purpose);
        let trust = trust::policy(cx, &inputs.purpose).await?.to_string();
        let marked = managed::marked(&cx.tags, &inputs.managed_policy_arns);
        let answer = cx
            .retry(USUAL, refused_with(&BUSY), || async {
                iam.create_role()
                    .role_name(&name)
                    .description(&inputs.description)
                    .assume_role_policy_document(&trust)
                    .set_permissions_boundary(inputs.permissions_boundary.clone())
                    .set_tags(Some(tags::write(&marked)?))
                    .send()
                    .await
                    .explain("iam:CreateRole", &name)
            })
            .await?;
        let role = answer.role().ok_or_else(|| Error::bug("CreateRole gave no role"))?;
        let changed = Some(CREATED.to_owned());
        Ok(Made { id: name, outputs: Outputs { changed, ..outputs(role) } })
    }

    async fn complete(
        cx: &Cx,
        id: &str,
        inputs: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        if !inputs.statements.is_empty() && outputs.changed.as_deref() == Some(CREATED) {
            policies::put(cx, id, &inputs.statements).await?;
        }
        for policy in &inputs.managed_policy_arns {
            managed::attach(cx, id, policy).await?;
        }
        Ok(outputs.into())
    }

    async fn read(cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        let Some(role) = describe(cx, id).await? else { return Ok(None) };
        let Some(attached) = managed::attached(cx, id).await? else { return Ok(None) };
        let (tags, ours) = managed::tags_and_ours(tags::read(role.tags()), attached);
        let inputs = inputs(&role, policies::document(cx, id).await?.as_deref(), ours);
        Ok(Some(Live { inputs, outputs: outputs(&role), tags: Some(tags) }))
    }

    async fn marks(cx: &Cx, id: &str) -> Result<Option<Option<Tags>>> {
        Ok(describe(cx, id).await?.map(|role| Some(tags::read(role.tags()))))
    }

    async fn update(
        cx: &Cx,
        id: &str,
        old: Option<&Inputs>,
        new: &Inputs,
        mut outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        let is_known = old.is_some();
        // Without the old inputs `complete` follows: it adds what is missing. What is too much, or
        // otherwise, is seen by a look only.
        let old = if let Some(old) = old {
            old.clone()
        } else {
            let Some(role) = describe(cx, id).await? else { return Err(gone(id)) };
            trust::restore(cx, &role).await?;
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
            policies::change(cx, id, &old.statements, &new.statements).await?;
        }
        if old.statements != new.statements || !is_known {
            outputs.changed = Some(new_change());
        }
        managed::reattach(cx, id, &old.managed_policy_arns, &new.managed_policy_arns).await?;
        Ok(outputs.into())
    }

    /// Its policies go first: those that are known, and if AWS knows more, all.
    async fn delete(cx: &Cx, id: &str, inputs: &Inputs, _outputs: &Outputs) -> Result<()> {
        let iam = cx.aws.iam().await?;
        managed::detach_all(cx, id, &inputs.managed_policy_arns).await?;
        if !inputs.statements.is_empty() {
            policies::set(cx, id, &[]).await?;
        }
        cx.retry(USUAL, refused_with(&ATTACHED), || async {
            let call = iam.delete_role().role_name(id);
            let deleted = call.send().await.explain("iam:DeleteRole", id).or_gone(&GONE);
            if deleted.as_ref().is_err_and(refused_with(&ATTACHED)) {
                managed::clear(cx, id, &inputs.managed_policy_arns).await?;
                policies::clear(cx, id).await?;
            }
            deleted
        })
        .await?;
        Ok(())
    }

    async fn tag(cx: &Cx, id: &str, set: &Tags, remove: &[String]) -> Result<()> {
        tags::Object(cx, id).change(set, remove).await
    }

    async fn settle(cx: &Cx, id: &str, _change: &str) -> Result<()> {
        policies::narrow(cx, id).await
    }

    /// The names are known, so nothing needs to be listed.
    async fn debris(cx: &Cx) -> Result<Vec<String>> {
        let mut found = Vec::new();
        for purpose in PURPOSES {
            let id = name(cx, purpose);
            if cx.has_removed(Self::TYPE, &id) {
                continue;
            }
            let role = describe(cx, &id).await?;
            if role.is_some_and(|role| owner::carries(&tags::read(role.tags()), &cx.base)) {
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

async fn describe(cx: &Cx, role: &str) -> Result<Option<Described>> {
    let iam = cx.aws.iam().await?;
    let answer =
        iam.get_role().role_name(role).send().await.explain("iam:GetRole", role).or_gone(&GONE)?;
    Ok(answer.and_then(|answer| answer.role).filter(|it| it.role_name() == role))
}

fn gone(role: &str) -> Error {
    crate::resource::gone::gone(GONE[0], &format!("the role {role}"))
}

fn name(cx: &Cx, purpose: &str) -> String {
    format!("{}-{purpose}", physical_names::in_region(&cx.base, cx.aws.region()))
}
