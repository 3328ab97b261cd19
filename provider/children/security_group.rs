//! A security group: its name and place. Its rules are children of their own, since the balancer's
//! and the tasks' groups name each other.
//!
//! Nothing but tags can change.

use std::time::Duration;

use aws_sdk_ec2::types::{
    Filter, IpPermission, NetworkInterface, ResourceType, SecurityGroup as Described,
};
use serde::{Deserialize, Serialize};

use super::ec2_tags::filter;
use crate::aws::{Explain, OrGone};
use crate::error::{Error, Result};
use crate::property::{Form, Plain};
use crate::resource::wait::Seen;
use crate::resource::{
    Cx, EVERYWHERE, Live, Made, Needed, Permission, Resource, Settled, Standing, Tags, naming,
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
/// How long a deleted balancer's interfaces may (terraform-provider-aws, elbv2/load_balancer.go).
const BALANCER: Duration = Duration::from_mins(35);

impl Resource for SecurityGroup {
    const TYPE: &'static str = "fargate:ec2:SecurityGroup";
    const PERMISSIONS: &'static [Permission] = &[
        Permission {
            sid: "SecurityGroups",
            to: "make and remove the two security groups",
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
            to: "put the security groups into a VPC",
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
                    None => Seen::Pending(super::ours::NOT_SHOWN.to_owned()),
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
            inputs: inputs(&group),
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
        let Err(refused) = remove(cx, id).await else { return Ok(()) };
        if !in_use(&refused) {
            return Err(refused);
        }
        super::remove_debris(cx, Some(id)).await?;
        // Interfaces of a deleted balancer and of stopped tasks go by themselves.
        let balancer = users(cx, id).await?.iter().any(is_balancers);
        let usual = if balancer { BALANCER } else { USUAL };
        cx.patience
            .wait(&format!("the deletion of security group {id}"), usual, || async {
                match remove(cx, id).await {
                    Err(error) if in_use(&error) => look_at_users(cx, id).await,
                    other => other.map(Seen::Done),
                }
            })
            .await
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

/// What the group waits for; an error if that does not go by itself.
async fn look_at_users(cx: &Cx, id: &str) -> Result<Seen<()>> {
    let users = users(cx, id).await?;
    let told = told(&users);
    let Some(who) = users.iter().find(|user| stays(user)) else {
        cx.status(&told);
        return Ok(Seen::Pending(told));
    };
    Err(does_not_go(id, &told, who.network_interface_id().unwrap_or_default()))
}

fn does_not_go(id: &str, told: &str, who: &str) -> Error {
    Error::aws(IN_USE[0], format!("the security group {id} cannot be deleted: {told}")).hinted(
        format!(
            "{who} belongs to an instance and does not go by itself. Take the group from it, and \
             run it again."
        ),
    )
}

fn name(base: &str, inputs: &Inputs) -> String {
    let immutable = (&inputs.vpc_id, &inputs.description);
    naming::with_hash(&format!("{base}-{}", inputs.purpose), immutable)
}

/// The purpose stands in the name, before the hash and after the base, which may be anything.
fn inputs(group: &Described) -> Inputs {
    let name = group.group_name().unwrap_or_default();
    let purpose = name.rsplit('-').nth(1).unwrap_or_default();
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
    Some(
        IpPermission::builder()
            .ip_protocol("-1")
            .set_ip_ranges((!v4.is_empty()).then_some(v4))
            .set_ipv6_ranges((!v6.is_empty()).then_some(v6))
            .build(),
    )
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

/// The interfaces that still use the group.
async fn users(cx: &Cx, id: &str) -> Result<Vec<NetworkInterface>> {
    let answer = cx
        .aws
        .ec2()
        .await?
        .describe_network_interfaces()
        .filters(filter("group-id", id))
        .send()
        .await
        .explain("ec2:DescribeNetworkInterfaces", id)?;
    Ok(answer.network_interfaces.unwrap_or_default())
}

/// `ELB app/<name>/<id>`: how AWS describes them (terraform-provider-aws, same source).
fn is_balancers(user: &NetworkInterface) -> bool {
    user.description().is_some_and(|description| description.starts_with("ELB "))
}

/// Whether somebody gave the group to an instance of theirs. Interfaces of balancers and Fargate
/// tasks are attached too, but to no instance that EC2 would name.
fn stays(user: &NetworkInterface) -> bool {
    user.attachment().is_some_and(|attachment| attachment.instance_id().is_some())
}

fn told(users: &[NetworkInterface]) -> String {
    let who: Vec<String> = users
        .iter()
        .map(|it| {
            let id = it.network_interface_id().unwrap_or_default();
            format!("{id} ({})", it.description().unwrap_or("no description"))
        })
        .collect();
    if who.is_empty() {
        "it is still used, perhaps by a rule of another group".to_owned()
    } else {
        format!("it is still used by {}", who.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::{
        IpPermission, IpRange, Ipv6Range, NetworkInterface, NetworkInterfaceAttachment,
    };

    use super::{
        Described, Inputs, does_not_go, everything_out, inputs, is_balancers, name, stays, told,
    };

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

    #[test]
    fn what_aws_lets_out_by_itself_is_revoked_and_nothing_else() {
        let everywhere = IpRange::builder().cidr_ip("0.0.0.0/0");
        let ours = IpRange::builder().cidr_ip("0.0.0.0/0").description("To the world").build();
        let v6 = Ipv6Range::builder().cidr_ipv6("::/0").build();
        let all = || IpPermission::builder().ip_protocol("-1");

        let dual = all().ip_ranges(everywhere.clone().build()).ipv6_ranges(v6).build();
        assert_eq!(everything_out(&dual), Some(dual));
        assert_eq!(everything_out(&all().ip_ranges(ours).build()), None);
        let tcp = IpPermission::builder().ip_protocol("tcp").ip_ranges(everywhere.build());
        assert_eq!(everything_out(&tcp.build()), None);
    }

    #[test]
    fn what_keeps_a_group_is_named_and_an_instance_does_not_go_by_itself() {
        let attached = NetworkInterfaceAttachment::builder();
        let balancers = NetworkInterface::builder()
            .network_interface_id("eni-1")
            .description("ELB app/web/50dc6c495c0c9188")
            .attachment(attached.clone().instance_owner_id("amazon-elb").build())
            .build();
        let instances = NetworkInterface::builder()
            .network_interface_id("eni-2")
            .attachment(attached.instance_id("i-1").build())
            .build();
        assert_eq!((is_balancers(&balancers), stays(&balancers)), (true, false));
        assert_eq!((is_balancers(&instances), stays(&instances)), (false, true));
        let used = told(&[balancers, instances]);
        let told = [does_not_go("sg-1", &used, "eni-2").to_string(), told(&[])];
        expect_test::expect![[r"
            the security group sg-1 cannot be deleted: it is still used by eni-1 (ELB app/web/50dc6c495c0c9188), eni-2 (no description)
              eni-2 belongs to an instance and does not go by itself. Take the group from it, and run it again.
            it is still used, perhaps by a rule of another group"]].assert_eq(&told.join("\n"));
    }
}
