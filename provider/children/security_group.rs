//! A security group: its name and place. Its rules are children of their own, since the balancer's
//! and the tasks' groups name each other.
//!
//! Calls: `ec2:CreateSecurityGroup`, `ec2:DescribeSecurityGroups`,
//! `ec2:RevokeSecurityGroupEgress`, `ec2:DeleteSecurityGroup`, `ec2:DescribeNetworkInterfaces`,
//! `ec2:CreateTags`, `ec2:DeleteTags`. Nothing but tags can change.

use std::time::Duration;

use aws_sdk_ec2::types::{Filter, IpPermission, ResourceType, SecurityGroup as Described};
use serde::{Deserialize, Serialize};

use crate::aws::{Explain, OrGone};
use crate::error::{Error, Result};
use crate::property::{Form, Plain};
use crate::resource::wait::Seen;
use crate::resource::{Cx, Live, Made, Resource, Settled, Standing, Tags, naming};

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

/// How long interfaces may keep a group: a balancer's linger for minutes after its deletion
/// (terraform-provider-aws waits up to 35 for them).
const USUAL: Duration = Duration::from_mins(35);

impl Resource for SecurityGroup {
    const TYPE: &'static str = "fargate:ec2:SecurityGroup";
    const REPLACE_ON: &'static [&'static str] = &["purpose", "description", "vpcId"];
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    async fn find(cx: &Cx, inputs: &Inputs) -> Result<Option<Standing>> {
        let filters =
            [filter("vpc-id", &inputs.vpc_id), filter("group-name", &name(&cx.base, inputs))];
        let found = describe(cx, filters).await?.into_iter().next();
        Ok(found.map(|group| Standing {
            id: group.group_id().unwrap_or_default().to_owned(),
            tags: Some(super::ec2_tags::read(group.tags())),
        }))
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
            .tag_specifications(super::ec2_tags::specification(
                ResourceType::SecurityGroup,
                &cx.tags,
            ))
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
            .patience
            .wait(&format!("security group {id}"), Duration::from_mins(2), || async {
                Ok(match by_id(cx, id).await? {
                    Some(group) => Seen::Done(group),
                    None => Seen::Pending("EC2 does not show it yet".to_owned()),
                })
            })
            .await?;
        let open: Vec<IpPermission> =
            group.ip_permissions_egress().iter().filter_map(everything_out).collect();
        if !open.is_empty() {
            cx.aws
                .ec2()
                .await?
                .revoke_security_group_egress()
                .group_id(id)
                .set_ip_permissions(Some(open))
                .send()
                .await
                .explain("ec2:RevokeSecurityGroupEgress", id)
                .or_gone(&["InvalidPermission.NotFound"])?;
        }
        Ok(outputs.into())
    }

    async fn read(cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        Ok(by_id(cx, id).await?.map(|group| Live {
            inputs: inputs(&cx.base, &group),
            outputs: Outputs { security_group_id: id.to_owned() },
            tags: Some(super::ec2_tags::read(group.tags())),
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
        let ec2 = cx.aws.ec2().await?;
        let blocked = |error: &Error| {
            matches!(error.code(), Some("DependencyViolation" | "InvalidGroup.InUse"))
        };
        let deleted = cx
            .patience
            .retry(USUAL, blocked, || async {
                let answer = ec2
                    .delete_security_group()
                    .group_id(id)
                    .send()
                    .await
                    .explain("ec2:DeleteSecurityGroup", id)
                    .or_gone(&["InvalidGroup.NotFound"]);
                if answer.is_err() {
                    cx.status(&blockers(cx, id).await.unwrap_or_default());
                }
                answer
            })
            .await;
        match deleted {
            Err(error) if blocked(&error) => {
                let who = blockers(cx, id).await.unwrap_or_default();
                Err(error
                    .hinted(format!("{who}. Remove what still uses the group, then try again.")))
            }
            other => other.map(drop),
        }
    }

    async fn tag(cx: &Cx, id: &str, set: &Tags, remove: &[String]) -> Result<()> {
        super::ec2_tags::change(cx, id, set, remove).await
    }

    async fn debris(cx: &Cx) -> Result<Vec<String>> {
        let ours = filter(&format!("tag:{}", crate::resource::owner::SERVICE_TAG), &cx.base);
        let groups = describe(cx, [ours]).await?;
        Ok(groups.into_iter().filter_map(|group| group.group_id).collect())
    }
}

fn name(base: &str, inputs: &Inputs) -> String {
    let immutable = (&inputs.vpc_id, &inputs.description);
    naming::with_hash(&format!("{base}-{}", inputs.purpose), immutable)
}

/// What the name says of the purpose: it stands between the base and the hash.
fn inputs(base: &str, group: &Described) -> Inputs {
    let name = group.group_name().unwrap_or_default();
    let rest = name.strip_prefix(base).unwrap_or(name).trim_start_matches('-');
    let purpose = rest.rsplit_once('-').map_or(rest, |(purpose, _)| purpose);
    Inputs {
        purpose: purpose.to_owned(),
        description: group.description().unwrap_or_default().to_owned(),
        vpc_id: group.vpc_id().unwrap_or_default().to_owned(),
    }
}

/// Only the part of a permission that lets all protocols out to everywhere: a group in a dual-stack
/// VPC gets one for each IP version.
fn everything_out(permission: &IpPermission) -> Option<IpPermission> {
    if permission.ip_protocol() != Some("-1") {
        return None;
    }
    let v4: Vec<_> = permission
        .ip_ranges()
        .iter()
        .filter(|range| range.cidr_ip() == Some("0.0.0.0/0") && range.description().is_none())
        .cloned()
        .collect();
    let v6: Vec<_> = permission
        .ipv6_ranges()
        .iter()
        .filter(|range| range.cidr_ipv6() == Some("::/0") && range.description().is_none())
        .cloned()
        .collect();
    if v4.is_empty() && v6.is_empty() {
        return None;
    }
    let some = |list: bool| list.then_some(());
    Some(
        IpPermission::builder()
            .ip_protocol("-1")
            .set_ip_ranges(some(!v4.is_empty()).map(|()| v4))
            .set_ipv6_ranges(some(!v6.is_empty()).map(|()| v6))
            .build(),
    )
}

async fn by_id(cx: &Cx, id: &str) -> Result<Option<Described>> {
    Ok(describe(cx, [filter("group-id", id)]).await?.into_iter().next())
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

/// Who still uses the group.
async fn blockers(cx: &Cx, id: &str) -> Result<String> {
    let answer = cx
        .aws
        .ec2()
        .await?
        .describe_network_interfaces()
        .filters(filter("group-id", id))
        .send()
        .await
        .explain("ec2:DescribeNetworkInterfaces", id)?;
    let who: Vec<String> = answer
        .network_interfaces()
        .iter()
        .map(|it| {
            let id = it.network_interface_id().unwrap_or_default();
            format!("{id} ({})", it.description().unwrap_or("no description"))
        })
        .collect();
    Ok(if who.is_empty() {
        format!("the group {id} is still used, perhaps by a rule of another group")
    } else {
        format!("the group {id} is still used by {}", who.join(", "))
    })
}

fn filter(name: &str, value: &str) -> Filter {
    Filter::builder().name(name).values(value).build()
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
        let shown = Described::builder()
            .group_name(name("web-abc", &asked))
            .description("d")
            .vpc_id("vpc-1")
            .build();
        assert_eq!(inputs("web-abc", &shown), asked);
    }
}
