//! The IPv6 block of a VPC, which AWS chooses: a /56. It is a child of its own because it goes after the blocks of
//! the subnets, which are made of it.
//!
//! AWS has no tags for it; it is the service's because the VPC is.

use std::time::Duration;

use aws_sdk_ec2::types::{VpcCidrBlockStateCode, VpcIpv6CidrBlockAssociation as Described};
use serde::{Deserialize, Serialize};

use crate::aws::{Explain, OrGone};
use crate::children::ec2::nameless;
use crate::children::ec2::own_network::NETWORK;
use crate::error::{Error, Result};
use crate::property::{Form, Plain};
use crate::resource::gone::{NOT_SHOWN, while_shown};
use crate::resource::wait::Seen;
use crate::resource::{Cx, EVERYWHERE, Live, Made, Permission, Resource, Settled, Standing};

/// The block.
pub struct VpcIpv6CidrBlock;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    pub vpc_id: F::Of<String>,
}

/// What AWS adds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    /// `2001:db8:1234:1a00::/56`; empty until AWS has chosen it.
    pub ipv6_cidr_block: F::Of<String>,
}

/// What a block that is gone, or whose VPC is, is refused with (terraform-provider-aws,
/// ec2/errors.go).
const GONE: [&str; 2] = ["InvalidVpcCidrBlockAssociationID.NotFound", "InvalidVpcID.NotFound"];
/// How long it may take to come and to go (terraform-provider-aws, ec2/wait.go).
const USUAL: Duration = Duration::from_mins(10);
/// How long a subnet's block that was just removed may hold it.
const RELEASE: Duration = Duration::from_mins(5);

impl Resource for VpcIpv6CidrBlock {
    const TYPE: &'static str = "fargate:ec2:VpcIpv6CidrBlock";
    const PERMISSIONS: &'static [Permission] = &[Permission {
        sid: "VpcIpv6CidrBlock",
        to: "give the VPC an IPv6 block, and remove it",
        needed: NETWORK,
        actions: &["ec2:AssociateVpcCidrBlock", "ec2:DisassociateVpcCidrBlock"],
        on: &["arn:aws:ec2:*:*:vpc/*"],
        ..EVERYWHERE
    }];
    const REPLACE_ON: &'static [&'static str] = &["vpcId"];
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    /// AWS gives a VPC one block of its own.
    async fn find(cx: &Cx, inputs: &Inputs) -> Result<Option<Standing>> {
        let found = in_vpc(cx, &inputs.vpc_id).await?;
        Ok(found
            .and_then(|it| it.association_id)
            .map(|association| Standing::of(id_of(&inputs.vpc_id, &association), None)))
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let vpc = &inputs.vpc_id;
        let associate = || async {
            let call = cx.aws.ec2().await?.associate_vpc_cidr_block().vpc_id(vpc);
            let answer = call.amazon_provided_ipv6_cidr_block(true).send().await;
            answer.explain("ec2:AssociateVpcCidrBlock", vpc)
        };
        let made = nameless::once_seen(cx, associate).await?;
        let association = made.ipv6_cidr_block_association.and_then(|it| it.association_id);
        let association =
            association.ok_or_else(|| Error::bug("AssociateVpcCidrBlock gave no id"))?;
        let outputs = Outputs { ipv6_cidr_block: String::new() };
        Ok(Made { id: id_of(vpc, &association), outputs })
    }

    async fn complete(
        cx: &Cx,
        id: &str,
        _inputs: &Inputs,
        _outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        let ipv6_cidr_block = cx
            .wait(&format!("the IPv6 block {id}"), USUAL, || async {
                let found = by_id(cx, id).await?;
                Ok(match found.filter(is_associated).and_then(|it| it.ipv6_cidr_block) {
                    Some(block) => Seen::Done(block),
                    None => Seen::Pending(NOT_SHOWN.to_owned()),
                })
            })
            .await?;
        Ok(Outputs { ipv6_cidr_block }.into())
    }

    async fn read(cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        let Some((vpc, _)) = id.split_once('/') else { return Ok(None) };
        Ok(by_id(cx, id).await?.map(|found| Live {
            inputs: Inputs { vpc_id: vpc.to_owned() },
            outputs: Outputs { ipv6_cidr_block: found.ipv6_cidr_block.unwrap_or_default() },
            tags: None,
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
        let Some((_, association)) = id.split_once('/') else { return Ok(()) };
        let remove = || async {
            let call = cx.aws.ec2().await?.disassociate_vpc_cidr_block();
            let answer = call.association_id(association).send().await;
            answer.explain("ec2:DisassociateVpcCidrBlock", id).or_gone(&GONE).map(drop)
        };
        // A subnet's block that goes holds it until it is gone.
        let held = |error: &Error| error.code() == Some("InvalidCidrBlock.InUse");
        cx.retry(RELEASE, held, remove).await?;
        cx.wait(&format!("the end of the IPv6 block {id}"), USUAL, || async {
            Ok(while_shown(by_id(cx, id).await?.is_some()))
        })
        .await
    }
}

/// The VPC is part of the id: EC2 knows its blocks only with it.
fn id_of(vpc: &str, association: &str) -> String {
    format!("{vpc}/{association}")
}

async fn by_id(cx: &Cx, id: &str) -> Result<Option<Described>> {
    let Some((vpc, association)) = id.split_once('/') else { return Ok(None) };
    let found = in_vpc(cx, vpc).await?;
    Ok(found.filter(|it| it.association_id() == Some(association)))
}

/// The block that AWS chose, unless it is gone or going. Those of the account's own pools are others'.
async fn in_vpc(cx: &Cx, vpc: &str) -> Result<Option<Described>> {
    let Some(found) = cx.aws.vpc(vpc).await? else { return Ok(None) };
    let blocks = found.ipv6_cidr_block_association_set.unwrap_or_default();
    let amazons = |it: &Described| it.ipv6_pool().is_none_or(|pool| pool == "Amazon");
    Ok(blocks.into_iter().find(|it| amazons(it) && is_there(it)))
}

fn state(block: &Described) -> Option<&VpcCidrBlockStateCode> {
    block.ipv6_cidr_block_state().and_then(|it| it.state())
}

fn is_associated(block: &Described) -> bool {
    state(block) == Some(&VpcCidrBlockStateCode::Associated)
}

/// Whether it is coming or there; one that is going is shown for a while.
fn is_there(block: &Described) -> bool {
    is_associated(block) || state(block) == Some(&VpcCidrBlockStateCode::Associating)
}
