//! A subnet, its IPv6 block, and which route table it has: a subnet has one table, so this is a property of
//! the subnet, and goes with it.
//!
//! Its place, VPC and block, cannot change; AWS lets no two subnets have the same.

mod ipv6;
mod routing;

use std::time::Duration;

use aws_sdk_ec2::types::{ResourceType, Subnet as Described, SubnetState};
use serde::{Deserialize, Serialize};

use crate::aws::{Explain, OrGone};
use crate::children::ec2::dependents::{delete_when_free, described};
use crate::children::ec2::own_network::NETWORK;
use crate::children::ec2::tags::filter;
use crate::children::ec2::{nameless, tags};
use crate::error::{Error, Result};
use crate::property::{Form, Plain};
use crate::resource::gone::{NOT_SHOWN, gone};
use crate::resource::owner;
use crate::resource::wait::Seen;
use crate::resource::{
    Cx, EVERYWHERE, Live, Made, Permission, Resource, Settled, Standing, Tagged, Tags,
};

/// The subnet.
pub struct Subnet;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    pub vpc_id: F::Of<String>,
    pub cidr_block: F::Of<String>,
    pub availability_zone: F::Of<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ipv6_cidr_block: Option<F::Of<String>>,
    pub route_table_id: F::Of<String>,
}

/// What AWS adds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    pub subnet_id: F::Of<String>,
}

const GONE: [&str; 1] = ["InvalidSubnetID.NotFound"];
/// How long a subnet may be pending (terraform-provider-aws, ec2/wait.go).
const USUAL: Duration = Duration::from_mins(10);

impl Resource for Subnet {
    const TYPE: &'static str = "fargate:ec2:Subnet";
    const PERMISSIONS: &'static [Permission] = &[Permission {
        sid: "Subnets",
        to: "create, change and delete the subnets, and give them their route tables",
        needed: NETWORK,
        actions: &[
            "ec2:CreateSubnet",
            "ec2:DeleteSubnet",
            "ec2:AssociateSubnetCidrBlock",
            "ec2:DisassociateSubnetCidrBlock",
            "ec2:AssociateRouteTable",
            "ec2:ReplaceRouteTableAssociation",
            "ec2:CreateTags",
            "ec2:DeleteTags",
        ],
        // AWS asks for the VPC and the route table as well.
        on: &["arn:aws:ec2:*:*:subnet/*", "arn:aws:ec2:*:*:vpc/*", "arn:aws:ec2:*:*:route-table/*"],
        ..EVERYWHERE
    }];
    const REPLACE_ON: &'static [&'static str] = &["vpcId", "cidrBlock", "availabilityZone"];
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    async fn find(cx: &Cx, inputs: &Inputs) -> Result<Option<Standing>> {
        let (vpc, block) = (&inputs.vpc_id, &inputs.cidr_block);
        let call = cx.aws.ec2().await?.describe_subnets().filters(filter("vpc-id", vpc));
        let answer = call.filters(filter("cidr-block", block)).send().await;
        let found = answer.explain("ec2:DescribeSubnets", block)?.subnets.unwrap_or_default();
        let same = |it: &Described| {
            it.vpc_id() == Some(vpc.as_str()) && it.cidr_block() == Some(block.as_str())
        };
        Ok(tags::standing(found, same))
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let tags = nameless::specification(cx, ResourceType::Subnet)?;
        let create = || async {
            let call = cx.aws.ec2().await?.create_subnet().vpc_id(&inputs.vpc_id);
            let call = call.cidr_block(&inputs.cidr_block).tag_specifications(tags.clone());
            let call = call.availability_zone(&inputs.availability_zone);
            let call = call.set_ipv6_cidr_block(inputs.ipv6_cidr_block.clone());
            call.send().await.explain("ec2:CreateSubnet", &inputs.cidr_block)
        };
        let made = nameless::once_seen(cx, create).await?;
        let id = made.subnet.and_then(|it| it.subnet_id);
        let id = id.ok_or_else(|| Error::bug("CreateSubnet gave no id"))?;
        Ok(Made { outputs: Outputs { subnet_id: id.clone() }, id })
    }

    async fn complete(
        cx: &Cx,
        id: &str,
        inputs: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        let subnet = cx
            .wait(&format!("subnet {id}"), USUAL, || async {
                Ok(match cx.aws.subnet(id).await? {
                    Some(it) if it.state() == Some(&SubnetState::Available) => Seen::Done(it),
                    Some(_) => Seen::Pending(nameless::PENDING.to_owned()),
                    None => Seen::Pending(NOT_SHOWN.to_owned()),
                })
            })
            .await?;
        ipv6::bring(cx, &subnet, inputs.ipv6_cidr_block.as_deref()).await?;
        let route = || routing::bring(cx, id, &inputs.route_table_id);
        nameless::once_seen(cx, route).await?;
        Ok(outputs.into())
    }

    async fn read(cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        let Some(found) = cx.aws.subnet(id).await? else { return Ok(None) };
        let table = cx.aws.route_table_of_subnet(id).await?.and_then(|it| it.route_table_id);
        Ok(Some(Live {
            inputs: Inputs {
                vpc_id: found.vpc_id().unwrap_or_default().to_owned(),
                cidr_block: found.cidr_block().unwrap_or_default().to_owned(),
                availability_zone: found.availability_zone().unwrap_or_default().to_owned(),
                ipv6_cidr_block: ipv6::of(&found).map(|(_, block)| block.to_owned()),
                route_table_id: table.unwrap_or_default(),
            },
            outputs: Outputs { subnet_id: id.to_owned() },
            tags: Some(nameless::read(cx, found.tags())),
        }))
    }

    async fn marks(cx: &Cx, id: &str) -> Result<Option<Option<Tags>>> {
        Ok(cx.aws.subnet(id).await?.map(|it| Some(tags::read(it.tags()))))
    }

    async fn update(
        cx: &Cx,
        id: &str,
        old: Option<&Inputs>,
        new: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        let Some(old) = old else { return Ok(outputs.into()) };
        if old.ipv6_cidr_block != new.ipv6_cidr_block {
            let subnet = cx.aws.subnet(id).await?;
            let subnet = subnet.ok_or_else(|| gone(GONE[0], &format!("the subnet {id}")))?;
            ipv6::bring(cx, &subnet, new.ipv6_cidr_block.as_deref()).await?;
        }
        if old.route_table_id != new.route_table_id {
            routing::bring(cx, id, &new.route_table_id).await?;
        }
        Ok(outputs.into())
    }

    async fn delete(cx: &Cx, id: &str, _inputs: &Inputs, _outputs: &Outputs) -> Result<()> {
        let left = || async { Ok(described(&cx.aws.interfaces_in_subnet(id).await?)) };
        delete_when_free(cx, "subnet", id, || remove(cx, id), left).await
    }

    async fn tag(cx: &Cx, id: &str, set: &Tags, remove: &[String]) -> Result<()> {
        tags::Object(cx, id).change(set, remove).await
    }

    async fn debris(cx: &Cx) -> Result<Vec<String>> {
        let all = cx.aws.subnets_tagged(owner::SERVICE_TAG, &cx.base).await?;
        Ok(tags::of_the_service(cx, &all))
    }
}

async fn remove(cx: &Cx, id: &str) -> Result<()> {
    let call = cx.aws.ec2().await?.delete_subnet().subnet_id(id);
    call.send().await.explain("ec2:DeleteSubnet", id).or_gone(&GONE).map(drop)
}
