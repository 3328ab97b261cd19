//! An elastic IP address for a NAT gateway: a child of its own, because others put the address on their lists,
//! and it stays when the gateway is replaced.
//!
//! The address of another VPC is another one: the gateway that has it serves until tasks have moved.

use std::time::Duration;

use aws_sdk_ec2::types::{Address, DomainType, ResourceType, Tag};
use serde::{Deserialize, Serialize};

use crate::aws::{Explain, OrGone};
use crate::children::ec2::own_network::NETWORK;
use crate::children::ec2::{nameless, tags};
use crate::error::{Error, Result};
use crate::property::{Form, Plain};
use crate::resource::owner;
use crate::resource::{
    Cx, EVERYWHERE, Live, Made, Permission, Resource, Settled, Standing, Tagged, Tags,
};

/// The address.
pub struct ElasticIp;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    /// The VPC in which it is used: EC2 does not know, so a tag says it.
    pub vpc_id: F::Of<String>,
}

/// What AWS adds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    pub allocation_id: F::Of<String>,
    pub public_ip: F::Of<String>,
}

const GONE: [&str; 1] = ["InvalidAllocationID.NotFound"];
/// What an address in use is refused with. A gateway that is deleted may hold it for a moment (EC2 API
/// reference, ReleaseAddress).
const IN_USE: [&str; 2] = ["InvalidIPAddress.InUse", "AuthFailure"];
const RELEASE: Duration = Duration::from_mins(5);
/// The tag that says the VPC.
const VPC_TAG: &str = "fargate:vpc";

impl Resource for ElasticIp {
    const TYPE: &'static str = "fargate:ec2:ElasticIp";
    const PERMISSIONS: &'static [Permission] = &[
        Permission {
            sid: "ElasticIps",
            to: "allocate and release the addresses of NAT gateways",
            needed: NETWORK,
            actions: &[
                "ec2:AllocateAddress",
                "ec2:ReleaseAddress",
                "ec2:CreateTags",
                "ec2:DeleteTags",
            ],
            on: &["arn:aws:ec2:*:*:elastic-ip/*"],
            ..EVERYWHERE
        },
        Permission {
            sid: "ElasticIpsFind",
            to: "find the addresses of NAT gateways",
            needed: NETWORK,
            actions: &["ec2:DescribeAddresses"],
            ..EVERYWHERE
        },
    ];
    const REPLACE_ON: &'static [&'static str] = &["vpcId"];
    const WRITE_ONLY: &'static [&'static str] = &["vpcId"];
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    async fn find(cx: &Cx, inputs: &Inputs) -> Result<Option<Standing>> {
        let all = cx.aws.addresses_tagged(owner::SERVICE_TAG, &cx.base).await?;
        let fits = |it: &Address| nameless::is_ours(cx, it.tags()) && vpc_of(it) == inputs.vpc_id;
        Ok(tags::standing(all, fits))
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let mut specification = nameless::specification(cx, ResourceType::ElasticIp)?;
        let vpc = Tag::builder().key(VPC_TAG).value(&inputs.vpc_id).build();
        specification.tags.get_or_insert_default().push(vpc);
        let create = || async {
            let call = cx.aws.ec2().await?.allocate_address().domain(DomainType::Vpc);
            let answer = call.tag_specifications(specification.clone()).send().await;
            answer.explain("ec2:AllocateAddress", &cx.child).map_err(hint)
        };
        let made = nameless::create_once::<Self, _, _>(cx, inputs, create).await?;
        let (Some(id), Some(public_ip)) = (made.allocation_id, made.public_ip) else {
            return Err(Error::bug("AllocateAddress gave no id or address"));
        };
        Ok(Made { outputs: Outputs { allocation_id: id.clone(), public_ip }, id })
    }

    async fn read(cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        Ok(cx.aws.address(id).await?.map(|found| {
            let mut tags = nameless::read(cx, found.tags());
            tags.remove(VPC_TAG);
            Live {
                inputs: Inputs { vpc_id: vpc_of(&found) },
                outputs: Outputs {
                    allocation_id: id.to_owned(),
                    public_ip: found.public_ip().unwrap_or_default().to_owned(),
                },
                tags: Some(tags),
            }
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
        let release = || async {
            let call = cx.aws.ec2().await?.release_address().allocation_id(id);
            call.send().await.explain("ec2:ReleaseAddress", id).or_gone(&GONE).map(drop)
        };
        let held = |error: &Error| error.code().is_some_and(|code| IN_USE.contains(&code));
        cx.retry(RELEASE, held, release).await
    }

    async fn tag(cx: &Cx, id: &str, set: &Tags, remove: &[String]) -> Result<()> {
        tags::Object(cx, id).change(set, remove).await
    }

    async fn debris(cx: &Cx) -> Result<Vec<String>> {
        let all = cx.aws.addresses_tagged(owner::SERVICE_TAG, &cx.base).await?;
        Ok(tags::of_the_service(cx, &all))
    }
}

fn vpc_of(address: &Address) -> String {
    tags::read(address.tags()).remove(VPC_TAG).unwrap_or_default()
}

/// What to do when the account has as many as it may have.
fn hint(refused: Error) -> Error {
    if refused.code() != Some("AddressLimitExceeded") {
        return refused;
    }
    refused.hinted(
        "An account has up to 5 elastic IP addresses in a region. Release one, request a higher quota (Service \
         Quotas, \"EC2-VPC Elastic IPs\"), or set `network.nat` to `single` or `none`.",
    )
}

#[cfg(test)]
mod tests {
    use super::{Error, hint};

    #[test]
    fn a_quota_comes_with_the_ways_out() {
        let refused =
            Error::aws("AddressLimitExceeded", "The maximum number of addresses has been reached.");
        expect_test::expect![[r#"
            The maximum number of addresses has been reached.
              An account has up to 5 elastic IP addresses in a region. Release one, request a higher quota (Service Quotas, "EC2-VPC Elastic IPs"), or set `network.nat` to `single` or `none`."#]].assert_eq(&hint(refused).to_string());
    }
}
