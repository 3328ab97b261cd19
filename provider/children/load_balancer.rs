//! The Application Load Balancer.
//!
//! Name, scheme and VPC cannot change. `CreateLoadBalancer` answers with an existing balancer of
//! the same settings as if it had made it, so we look first.
//!
//! A create returns when the balancer exists: its minutes of provisioning overlap with the start
//! of the tasks, and the service waits for both.

use std::time::Duration;

use aws_sdk_ec2::types::Filter;
use aws_sdk_elasticloadbalancingv2::types::{
    LoadBalancer as Described, LoadBalancerAttribute, LoadBalancerSchemeEnum as Scheme,
    LoadBalancerTypeEnum,
};
use serde::{Deserialize, Serialize};

use super::balancer_attributes::{
    self as attributes, DELETION_PROTECTION, DROP_INVALID, IDLE_TIMEOUT,
};
use crate::aws::{Explain, OrGone};
use crate::error::{Error, Problem, Result};
use crate::property::{Form, Plain, Wire};
use crate::resource::wait::Seen;
use crate::resource::{
    Asked, Cx, EVERYWHERE, Live, Made, Needed, Permission, Resource, Settled, Standing, Tags,
    naming,
};

/// The load balancer.
pub struct LoadBalancer;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    pub internal: F::Of<bool>,
    /// Of the subnets: they can change, but not to another VPC.
    pub vpc_id: F::Of<String>,
    pub subnets: F::Of<Vec<F::Of<String>>>,
    pub security_groups: F::Of<Vec<F::Of<String>>>,
    /// Seconds.
    pub idle_timeout: F::Of<u32>,
    pub deletion_protection: F::Of<bool>,
    pub drop_invalid_header_fields: F::Of<bool>,
}

/// What AWS adds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    pub arn: F::Of<String>,
    pub name: F::Of<String>,
    pub dns_name: F::Of<String>,
    /// The hosted zone for alias records.
    pub zone_id: F::Of<String>,
    /// `app/<name>/<id>`: how metrics name it.
    pub arn_suffix: F::Of<String>,
}

const GONE: [&str; 1] = ["LoadBalancerNotFound"];
/// How long a deleted balancer's interfaces may linger (terraform-provider-aws waits as long).
const LINGER: Duration = Duration::from_mins(35);

impl Resource for LoadBalancer {
    const TYPE: &'static str = "fargate:lb:LoadBalancer";
    const PERMISSIONS: &'static [Permission] = &[
        Permission {
            sid: "LoadBalancer",
            to: "make, change and remove the load balancer",
            actions: &[
                "elasticloadbalancing:CreateLoadBalancer",
                "elasticloadbalancing:ModifyLoadBalancerAttributes",
                "elasticloadbalancing:SetSubnets",
                "elasticloadbalancing:SetSecurityGroups",
                "elasticloadbalancing:DeleteLoadBalancer",
                "elasticloadbalancing:AddTags",
                "elasticloadbalancing:RemoveTags",
            ],
            on: &["arn:aws:elasticloadbalancing:*:*:loadbalancer/app/*"],
            ..EVERYWHERE
        },
        Permission {
            sid: "LoadBalancerFind",
            to: "find the load balancer, and what is left of it after a delete",
            actions: &[
                "ec2:DescribeNetworkInterfaces",
                "elasticloadbalancing:DescribeLoadBalancers",
                "elasticloadbalancing:DescribeLoadBalancerAttributes",
                "elasticloadbalancing:DescribeTags",
            ],
            ..EVERYWHERE
        },
        // What it does as the caller before it makes its role (kubernetes/cloud-provider-aws#59).
        Permission {
            sid: "LoadBalancerFirstLook",
            to: "let Elastic Load Balancing look around in an account that never used it",
            needed: Needed::If("it is the first load balancer of the account"),
            actions: &["ec2:DescribeAccountAttributes", "ec2:DescribeInternetGateways"],
            ..EVERYWHERE
        },
        Permission {
            sid: "LoadBalancerFirst",
            to: "let Elastic Load Balancing make its own role in an account that never used it",
            needed: Needed::If("it is the first load balancer of the account"),
            actions: &["iam:CreateServiceLinkedRole"],
            on: &[
                "arn:aws:iam::*:role/aws-service-role/elasticloadbalancing.amazonaws.com/AWSServiceRoleForElasticLoadBalancing",
            ],
            only_if: Some((
                "StringEquals",
                "iam:AWSServiceName",
                "elasticloadbalancing.amazonaws.com",
            )),
        },
    ];
    const REPLACE_ON: &'static [&'static str] = &["internal", "vpcId"];
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    fn check(
        mut inputs: Inputs<Wire>,
        _asked: &Asked<'_>,
        _problems: &mut Vec<Problem>,
    ) -> Inputs<Wire> {
        inputs.subnets = super::ours::sorted(inputs.subnets);
        inputs.security_groups = super::ours::sorted(inputs.security_groups);
        inputs
    }

    async fn find(cx: &Cx, inputs: &Inputs) -> Result<Option<Standing>> {
        let name = name(&cx.base, inputs);
        let Some(balancer) = by_name(cx, &name).await? else { return Ok(None) };
        let id = balancer.load_balancer_arn().unwrap_or_default().to_owned();
        let tags = Some(super::elb_tags::of(cx, &id).await?);
        Ok(Some(Standing { id, tags }))
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let name = name(&cx.base, inputs);
        let scheme = if inputs.internal { Scheme::Internal } else { Scheme::InternetFacing };
        let made = cx
            .aws
            .elb()
            .await?
            .create_load_balancer()
            .name(&name)
            .r#type(LoadBalancerTypeEnum::Application)
            .scheme(scheme)
            .set_subnets(Some(inputs.subnets.clone()))
            .set_security_groups(Some(inputs.security_groups.clone()))
            .set_tags(Some(super::elb_tags::write(&cx.tags)))
            .send()
            .await
            .explain("elasticloadbalancing:CreateLoadBalancer", &name)?;
        let balancer = made
            .load_balancers()
            .first()
            .ok_or_else(|| Error::bug("CreateLoadBalancer gave no load balancer"))?;
        let outputs = outputs(balancer);
        Ok(Made { id: outputs.arn.clone(), outputs })
    }

    /// Attributes have calls of their own; only what differs from AWS's default is sent.
    async fn complete(
        cx: &Cx,
        id: &str,
        inputs: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        attributes::write(cx, id, changed(&defaults(), inputs)).await?;
        Ok(outputs.into())
    }

    async fn read(cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        let Some(balancer) = describe(cx, id).await? else { return Ok(None) };
        let Some(attributes) = attributes::read(cx, id).await? else { return Ok(None) };
        Ok(Some(Live {
            inputs: inputs(&balancer, &attributes),
            outputs: outputs(&balancer),
            tags: Some(super::elb_tags::of(cx, id).await?),
        }))
    }

    async fn update(
        cx: &Cx,
        id: &str,
        old: Option<&Inputs>,
        new: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        let elb = cx.aws.elb().await?;
        if old.is_none_or(|old| old.subnets != new.subnets) {
            elb.set_subnets()
                .load_balancer_arn(id)
                .set_subnets(Some(new.subnets.clone()))
                .send()
                .await
                .explain("elasticloadbalancing:SetSubnets", id)?;
        }
        if old.is_none_or(|old| old.security_groups != new.security_groups) {
            elb.set_security_groups()
                .load_balancer_arn(id)
                .set_security_groups(Some(new.security_groups.clone()))
                .send()
                .await
                .explain("elasticloadbalancing:SetSecurityGroups", id)?;
        }
        // Without a known past every attribute is sent, since any of them may be off.
        let past = old.cloned().unwrap_or_else(|| opposite(new));
        attributes::write(cx, id, changed(&past, new)).await?;
        Ok(outputs.into())
    }

    async fn delete(cx: &Cx, id: &str, _inputs: &Inputs, outputs: &Outputs) -> Result<()> {
        let deleted = cx
            .aws
            .elb()
            .await?
            .delete_load_balancer()
            .load_balancer_arn(id)
            .send()
            .await
            .explain("elasticloadbalancing:DeleteLoadBalancer", id)
            .or_gone(&GONE);
        deleted.map_err(explain_protection)?;
        // Its interfaces keep security groups and subnets busy for a while.
        cx.patience
            .wait(&format!("the end of load balancer {}", outputs.name), LINGER, || async {
                Ok(match interfaces(cx, &outputs.arn_suffix).await? {
                    0 => Seen::Done(()),
                    n => {
                        let waiting = still_there(n);
                        cx.status(&waiting);
                        Seen::Pending(waiting)
                    }
                })
            })
            .await
    }

    async fn tag(cx: &Cx, id: &str, set: &Tags, remove: &[String]) -> Result<()> {
        super::elb_tags::change(cx, id, set, remove).await
    }

    async fn debris(cx: &Cx) -> Result<Vec<String>> {
        let load_balancers = cx
            .aws
            .elb()
            .await?
            .describe_load_balancers()
            .into_paginator()
            .items()
            .send()
            .collect::<Result<Vec<_>, _>>()
            .await
            .explain("elasticloadbalancing:DescribeLoadBalancers", &cx.base)?;
        let named =
            load_balancers.into_iter().map(|it| (it.load_balancer_name, it.load_balancer_arn));
        super::elb_tags::of_service(cx, named).await
    }
}

fn name(base: &str, inputs: &Inputs) -> String {
    naming::with_hash(base, (inputs.internal, &inputs.vpc_id))
}

/// A balancer's attributes when nobody has set any (botocore, LoadBalancerAttribute).
fn defaults() -> Inputs {
    Inputs {
        internal: false,
        vpc_id: String::new(),
        subnets: Vec::new(),
        security_groups: Vec::new(),
        idle_timeout: 60,
        deletion_protection: false,
        drop_invalid_header_fields: false,
    }
}

fn opposite(of: &Inputs) -> Inputs {
    Inputs {
        idle_timeout: 0,
        deletion_protection: !of.deletion_protection,
        drop_invalid_header_fields: !of.drop_invalid_header_fields,
        ..of.clone()
    }
}

fn changed(old: &Inputs, new: &Inputs) -> Vec<LoadBalancerAttribute> {
    let texts = |of: &Inputs| {
        [
            (IDLE_TIMEOUT, of.idle_timeout.to_string()),
            (DELETION_PROTECTION, of.deletion_protection.to_string()),
            (DROP_INVALID, of.drop_invalid_header_fields.to_string()),
        ]
    };
    let both = texts(old).into_iter().zip(texts(new));
    both.filter(|(old, new)| old != new)
        .map(|(_, (key, value))| LoadBalancerAttribute::builder().key(key).value(value).build())
        .collect()
}

async fn by_name(cx: &Cx, name: &str) -> Result<Option<Described>> {
    let answer = cx
        .aws
        .elb()
        .await?
        .describe_load_balancers()
        .names(name)
        .send()
        .await
        .explain("elasticloadbalancing:DescribeLoadBalancers", name)
        .or_gone(&GONE)?;
    Ok(answer.and_then(|answer| answer.load_balancers().first().cloned()))
}

async fn describe(cx: &Cx, arn: &str) -> Result<Option<Described>> {
    let answer = cx
        .aws
        .elb()
        .await?
        .describe_load_balancers()
        .load_balancer_arns(arn)
        .send()
        .await
        .explain("elasticloadbalancing:DescribeLoadBalancers", arn)
        .or_gone(&GONE)?;
    Ok(answer.and_then(|answer| answer.load_balancers().first().cloned()))
}

/// How many interfaces of the balancer there are: AWS names them by its ARN's end.
async fn interfaces(cx: &Cx, arn_suffix: &str) -> Result<usize> {
    let filter = Filter::builder().name("description").values(format!("ELB {arn_suffix}")).build();
    let answer = cx
        .aws
        .ec2()
        .await?
        .describe_network_interfaces()
        .filters(filter)
        .send()
        .await
        .explain("ec2:DescribeNetworkInterfaces", arn_suffix)?;
    Ok(answer.network_interfaces().len())
}

fn inputs(balancer: &Described, attributes: &[LoadBalancerAttribute]) -> Inputs {
    let attribute = |key: &str| attributes::value(attributes, key);
    let mut subnets: Vec<String> = balancer
        .availability_zones()
        .iter()
        .filter_map(|zone| zone.subnet_id().map(str::to_owned))
        .collect();
    subnets.sort();
    let mut security_groups = balancer.security_groups().to_vec();
    security_groups.sort();
    Inputs {
        internal: balancer.scheme() == Some(&Scheme::Internal),
        vpc_id: balancer.vpc_id().unwrap_or_default().to_owned(),
        subnets,
        security_groups,
        idle_timeout: attribute(IDLE_TIMEOUT).parse().unwrap_or(60),
        deletion_protection: attribute(DELETION_PROTECTION) == "true",
        drop_invalid_header_fields: attribute(DROP_INVALID) == "true",
    }
}

fn outputs(balancer: &Described) -> Outputs {
    let arn = balancer.load_balancer_arn().unwrap_or_default();
    let suffix = arn.split_once(":loadbalancer/").map_or("", |(_, suffix)| suffix);
    Outputs {
        arn: arn.to_owned(),
        name: balancer.load_balancer_name().unwrap_or_default().to_owned(),
        dns_name: balancer.dns_name().unwrap_or_default().to_owned(),
        zone_id: balancer.canonical_hosted_zone_id().unwrap_or_default().to_owned(),
        arn_suffix: suffix.to_owned(),
    }
}

fn explain_protection(refused: Error) -> Error {
    match refused.code() {
        Some("OperationNotPermitted") => refused.hinted(
            "It is protected. Set `deletionProtection: false`, run `pulumi up`, and then delete it.",
        ),
        _ => refused,
    }
}

/// What the end of a balancer waits for.
fn still_there(interfaces: usize) -> String {
    format!("network interfaces that AWS has not removed yet: {interfaces}")
}

#[cfg(test)]
mod tests {
    use aws_sdk_elasticloadbalancingv2::types::AvailabilityZone;
    use expect_test::expect;

    use super::{
        Described, Error, Inputs, Scheme, changed, defaults, explain_protection, inputs, opposite,
        outputs, still_there,
    };

    fn asked() -> Inputs {
        Inputs { deletion_protection: true, idle_timeout: 120, ..defaults() }
    }

    #[test]
    fn only_attributes_that_differ_are_sent() {
        assert!(changed(&defaults(), &defaults()).is_empty());
        assert_eq!(changed(&defaults(), &asked()).len(), 2);
        assert_eq!(changed(&opposite(&asked()), &asked()).len(), 3);
    }

    #[test]
    fn attributes_are_read_back() {
        let sent = changed(&opposite(&asked()), &asked());
        assert_eq!(inputs(&Described::builder().build(), &sent), asked());
    }

    #[test]
    fn lists_without_order_are_read_in_the_order_of_the_alphabet() {
        let zone = |id: &str| AvailabilityZone::builder().subnet_id(id).build();
        let shown = Described::builder()
            .scheme(Scheme::Internal)
            .availability_zones(zone("subnet-2"))
            .availability_zones(zone("subnet-1"))
            .security_groups("sg-2")
            .security_groups("sg-1")
            .build();
        let expected = Inputs {
            internal: true,
            subnets: vec!["subnet-1".to_owned(), "subnet-2".to_owned()],
            security_groups: vec!["sg-1".to_owned(), "sg-2".to_owned()],
            ..defaults()
        };
        assert_eq!(inputs(&shown, &[]), expected);
    }

    #[test]
    fn metrics_name_it_by_the_end_of_its_arn() {
        let arn = "arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/app/web/50dc6c495c0c9188";
        let shown = Described::builder().load_balancer_arn(arn).build();
        assert_eq!(outputs(&shown).arn_suffix, "app/web/50dc6c495c0c9188");
    }

    #[test]
    fn what_holds_up_a_delete_is_told() {
        let refused = Error::aws("OperationNotPermitted", "it cannot be deleted");
        expect![[r"
            it cannot be deleted
              It is protected. Set `deletionProtection: false`, run `pulumi up`, and then delete it.
            network interfaces that AWS has not removed yet: 2"]]
        .assert_eq(&format!("{}\n{}", explain_protection(refused), still_there(2)));
    }
}
