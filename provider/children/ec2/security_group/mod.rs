//! A security group: its name and place. Its rules are children of their own, since the balancer's
//! and the tasks' groups name each other.
//!
//! Nothing but tags can change.

mod first_egress;
mod users;

use std::time::Duration;

use aws_sdk_ec2::types::{Filter, ResourceType, SecurityGroup as Described};
use serde::{Deserialize, Serialize};

use crate::aws::interfaces::{LINGER, is_balancers};
use crate::aws::{Explain, OrGone};
use crate::children::ec2::tags::{self, filter};
use crate::error::{Error, Result};
use crate::property::{Form, Plain};
use crate::resource::gone::NOT_SHOWN;
use crate::resource::lifecycle::{Swept, remove_debris};
use crate::resource::owner;
use crate::resource::wait::Seen;
use crate::resource::{
    Cx, EVERYWHERE, Live, Made, Needed, Permission, Resource, Settled, Standing, Tagged, Tags,
    physical_names,
};

/// The security group.
pub struct SecurityGroup;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    /// `alb` or `service`: part of the name.
    pub purpose: F::Of<String>,
    pub description: F::Of<String>,
    pub vpc_id: F::Of<String>,
}

/// What AWS adds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    pub security_group_id: F::Of<String>,
}

const GONE: [&str; 1] = ["InvalidGroup.NotFound"];
/// What a group in use is refused with (terraform-provider-aws, ec2/vpc_security_group.go).
const IN_USE: [&str; 2] = ["DependencyViolation", "InvalidGroup.InUse"];
/// How long tasks and rules may keep a group (same source).
const USUAL: Duration = Duration::from_mins(15);

impl Resource for SecurityGroup {
    const TYPE: &'static str = "fargate:ec2:SecurityGroup";
    const PERMISSIONS: &'static [Permission] = &[
        Permission {
            sid: "SecurityGroups",
            to: "create and delete the two security groups",
            needed: Needed::Unless("`albSecurityGroupId` and `serviceSecurityGroupId` are given"),
            actions: &[
                "ec2:CreateSecurityGroup",
                "ec2:DeleteSecurityGroup",
                "ec2:RevokeSecurityGroupEgress",
            ],
            on: &["arn:aws:ec2:*:*:security-group/*"],
            ..EVERYWHERE
        },
        // AWS asks for the VPC as well as for the group.
        Permission {
            sid: "SecurityGroupsPlace",
            to: "create the security groups in a VPC",
            needed: Needed::Unless("`albSecurityGroupId` and `serviceSecurityGroupId` are given"),
            actions: &["ec2:CreateSecurityGroup"],
            on: &["arn:aws:ec2:*:*:vpc/*"],
            ..EVERYWHERE
        },
        Permission {
            sid: "SecurityGroupsFind",
            to: "find the security groups, and what still uses them",
            actions: &["ec2:DescribeSecurityGroups", "ec2:DescribeNetworkInterfaces"],
            ..EVERYWHERE
        },
        Permission {
            sid: "SecurityGroupsTags",
            to: "tag the security groups",
            needed: Needed::Unless("`albSecurityGroupId` and `serviceSecurityGroupId` are given"),
            actions: &["ec2:CreateTags", "ec2:DeleteTags"],
            on: &["arn:aws:ec2:*:*:security-group/*"],
            ..EVERYWHERE
        },
    ];
    const REPLACE_ON: &'static [&'static str] = &["purpose", "description", "vpcId"];
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    async fn find(cx: &Cx, inputs: &Inputs) -> Result<Option<Standing>> {
        let name = name(&cx.base, inputs);
        let filters = [filter("vpc-id", &inputs.vpc_id), filter("group-name", &name)];
        let same = |group: &Described| {
            group.group_name() == Some(&*name) && group.vpc_id() == Some(&*inputs.vpc_id)
        };
        Ok(tags::standing(describe(cx, filters).await?, same))
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let name = name(&cx.base, inputs);
        let made = cx
            .aws
            .ec2()
            .await?
            .create_security_group()
            .group_name(&name)
            .description(&inputs.description)
            .vpc_id(&inputs.vpc_id)
            .tag_specifications(tags::specification(ResourceType::SecurityGroup, &cx.tags)?)
            .send()
            .await
            .explain("ec2:CreateSecurityGroup", &name)?;
        let id = made.group_id.ok_or_else(|| Error::bug("CreateSecurityGroup gave no id"))?;
        Ok(Made { outputs: Outputs { security_group_id: id.clone() }, id })
    }

    /// AWS lets everything out of a new group; only what was asked for may stay.
    async fn complete(
        cx: &Cx,
        id: &str,
        _inputs: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        let group = cx
            .wait(&format!("security group {id}"), Duration::from_mins(2), || async {
                Ok(match by_id(cx, id).await? {
                    Some(group) => Seen::Done(group),
                    None => Seen::Pending(NOT_SHOWN.to_owned()),
                })
            })
            .await?;
        first_egress::revoke(cx, id, &group).await?;
        Ok(outputs.into())
    }

    async fn read(cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        Ok(by_id(cx, id).await?.map(|group| Live {
            inputs: inputs(&group),
            outputs: Outputs { security_group_id: id.to_owned() },
            tags: Some(tags::read(group.tags())),
        }))
    }

    async fn update(
        _cx: &Cx,
        _id: &str,
        _old: Option<&Inputs>,
        _new: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        Ok(outputs.into())
    }

    async fn delete(cx: &Cx, id: &str, _inputs: &Inputs, _outputs: &Outputs) -> Result<()> {
        let Err(refused) = remove(cx, id).await else { return Ok(()) };
        if !in_use(&refused) {
            return Err(refused);
        }
        remove_debris(cx, None, Swept::Holding(id)).await?;
        // Interfaces of a deleted balancer and of stopped tasks go by themselves.
        let balancer = cx.aws.interfaces_in_group(id).await?.iter().any(is_balancers);
        let usual = if balancer { LINGER } else { USUAL };
        cx.patience
            .wait(&format!("the deletion of security group {id}"), usual, || async {
                match remove(cx, id).await {
                    Err(error) if in_use(&error) => users::look(cx, id).await,
                    other => other.map(Seen::Done),
                }
            })
            .await
    }

    async fn tag(cx: &Cx, id: &str, set: &Tags, remove: &[String]) -> Result<()> {
        tags::Object(cx, id).change(set, remove).await
    }

    async fn debris(cx: &Cx) -> Result<Vec<String>> {
        let groups = cx.aws.security_groups_tagged(owner::SERVICE_TAG, &cx.base).await?;
        Ok(tags::of_the_service(cx, &groups))
    }
}

fn name(base: &str, inputs: &Inputs) -> String {
    let immutable = (&inputs.vpc_id, &inputs.description);
    physical_names::with_hash(&format!("{base}-{}", inputs.purpose), immutable)
}

/// The purpose is part of the name, before the hash and after the base, which may be anything.
fn inputs(group: &Described) -> Inputs {
    let name = group.group_name().unwrap_or_default();
    let purpose = name.rsplit('-').nth(1).unwrap_or_default();
    Inputs {
        purpose: purpose.to_owned(),
        description: group.description().unwrap_or_default().to_owned(),
        vpc_id: group.vpc_id().unwrap_or_default().to_owned(),
    }
}

async fn remove(cx: &Cx, id: &str) -> Result<()> {
    cx.aws
        .ec2()
        .await?
        .delete_security_group()
        .group_id(id)
        .send()
        .await
        .explain("ec2:DeleteSecurityGroup", id)
        .or_gone(&GONE)
        .map(drop)
}

fn in_use(error: &Error) -> bool {
    error.code().is_some_and(|code| IN_USE.contains(&code))
}

async fn by_id(cx: &Cx, id: &str) -> Result<Option<Described>> {
    cx.aws.security_group(id).await
}

/// By filters: asked for by id, a group that is missing is an error for all.
async fn describe(cx: &Cx, filters: impl IntoIterator<Item = Filter>) -> Result<Vec<Described>> {
    let answer = cx
        .aws
        .ec2()
        .await?
        .describe_security_groups()
        .set_filters(Some(filters.into_iter().collect()))
        .send()
        .await
        .explain("ec2:DescribeSecurityGroups", &cx.child)?;
    Ok(answer.security_groups.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::{Described, Inputs, inputs, name};

    #[test]
    fn the_name_tells_base_and_purpose_and_is_read_back() {
        let asked = Inputs {
            purpose: "alb".to_owned(),
            description: "d".to_owned(),
            vpc_id: "vpc-1".to_owned(),
        };
        let name = name("web-abc", &asked);
        assert!(name.starts_with("web-abc-alb-"));
        let shown = Described::builder().group_name(name).description("d").vpc_id("vpc-1").build();
        assert_eq!(inputs(&shown), asked);
    }
}
