//! A VPC: its IPv4 block and whether AWS's DNS names its interfaces. The main route table, the default
//! security group and the network ACL that AWS creates with it stay as they are, and go with it; nothing of
//! a service uses the first two.

use std::time::Duration;

use aws_sdk_ec2::types::{
    AttributeBooleanValue, ResourceType, Vpc as Described, VpcAttributeName, VpcState,
};
use serde::{Deserialize, Serialize};

use crate::aws::{Explain, OrGone};
use crate::children::ec2::dependents::delete_when_free;
use crate::children::ec2::own_network::NETWORK;
use crate::children::ec2::{nameless, tags};
use crate::error::{Error, Result};
use crate::property::{Form, Plain};
use crate::resource::gone::{NOT_SHOWN, gone};
use crate::resource::owner;
use crate::resource::wait::Seen;
use crate::resource::{
    Cx, EVERYWHERE, Live, Made, Permission, Resource, Settled, Standing, Tagged, Tags,
};

/// The VPC.
pub struct Vpc;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    pub cidr_block: F::Of<String>,
    /// Whether interfaces with public addresses have DNS names, which private DNS of endpoints needs too.
    pub enable_dns_hostnames: F::Of<bool>,
}

/// What AWS adds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    pub vpc_id: F::Of<String>,
}

const GONE: [&str; 1] = ["InvalidVpcID.NotFound"];
/// How long a VPC may be pending (terraform-provider-aws, ec2/wait.go).
const USUAL: Duration = Duration::from_mins(10);

impl Resource for Vpc {
    const TYPE: &'static str = "fargate:ec2:Vpc";
    const PERMISSIONS: &'static [Permission] = &[
        Permission {
            sid: "Vpc",
            to: "create, change and delete the VPC",
            needed: NETWORK,
            actions: &[
                "ec2:CreateVpc",
                "ec2:ModifyVpcAttribute",
                "ec2:DeleteVpc",
                "ec2:CreateTags",
                "ec2:DeleteTags",
            ],
            on: &["arn:aws:ec2:*:*:vpc/*"],
            ..EVERYWHERE
        },
        Permission {
            sid: "VpcFind",
            to: "find the VPC, and what is in it",
            needed: NETWORK,
            actions: &["ec2:DescribeVpcAttribute", "ec2:DescribeRouteTables"],
            ..EVERYWHERE
        },
    ];
    const REPLACE_ON: &'static [&'static str] = &["cidrBlock"];
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    async fn find(cx: &Cx, inputs: &Inputs) -> Result<Option<Standing>> {
        let all = cx.aws.vpcs_tagged(owner::SERVICE_TAG, &cx.base).await?;
        let same = |it: &Described| {
            nameless::is_ours(cx, it.tags()) && it.cidr_block() == Some(&*inputs.cidr_block)
        };
        Ok(tags::standing(all, same))
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let tags = nameless::specification(cx, ResourceType::Vpc)?;
        let create = || async {
            let call = cx.aws.ec2().await?.create_vpc().cidr_block(&inputs.cidr_block);
            let answer = call.tag_specifications(tags.clone()).send().await;
            answer.explain("ec2:CreateVpc", &inputs.cidr_block).map_err(hint)
        };
        let made = nameless::create_once::<Self, _, _>(cx, inputs, create).await?;
        let id = made.vpc.and_then(|it| it.vpc_id);
        let id = id.ok_or_else(|| Error::bug("CreateVpc gave no id"))?;
        Ok(Made { outputs: Outputs { vpc_id: id.clone() }, id })
    }

    async fn complete(
        cx: &Cx,
        id: &str,
        inputs: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        cx.wait(&format!("VPC {id}"), USUAL, || async {
            Ok(match cx.aws.vpc(id).await? {
                Some(vpc) if vpc.state() == Some(&VpcState::Available) => Seen::Done(()),
                Some(_) => Seen::Pending(nameless::PENDING.to_owned()),
                None => Seen::Pending(NOT_SHOWN.to_owned()),
            })
        })
        .await?;
        name_hosts(cx, id, inputs.enable_dns_hostnames).await?;
        Ok(outputs.into())
    }

    async fn read(cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        let Some(vpc) = cx.aws.vpc(id).await? else { return Ok(None) };
        let Some(enable_dns_hostnames) = names_hosts(cx, id).await? else { return Ok(None) };
        Ok(Some(Live {
            inputs: Inputs {
                cidr_block: vpc.cidr_block().unwrap_or_default().to_owned(),
                enable_dns_hostnames,
            },
            outputs: Outputs { vpc_id: id.to_owned() },
            tags: Some(nameless::read(cx, vpc.tags())),
        }))
    }

    async fn marks(cx: &Cx, id: &str) -> Result<Option<Option<Tags>>> {
        Ok(cx.aws.vpc(id).await?.map(|it| Some(tags::read(it.tags()))))
    }

    async fn update(
        cx: &Cx,
        id: &str,
        old: Option<&Inputs>,
        new: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        if old.is_some_and(|old| old.enable_dns_hostnames != new.enable_dns_hostnames) {
            name_hosts(cx, id, new.enable_dns_hostnames).await?;
        }
        Ok(outputs.into())
    }

    async fn delete(cx: &Cx, id: &str, _inputs: &Inputs, _outputs: &Outputs) -> Result<()> {
        delete_when_free(cx, "VPC", id, || remove(cx, id), || cx.aws.inside_vpc(id)).await
    }

    async fn tag(cx: &Cx, id: &str, set: &Tags, remove: &[String]) -> Result<()> {
        tags::Object(cx, id).change(set, remove).await
    }

    async fn debris(cx: &Cx) -> Result<Vec<String>> {
        let all = cx.aws.vpcs_tagged(owner::SERVICE_TAG, &cx.base).await?;
        Ok(tags::of_the_service(cx, &all))
    }
}

async fn name_hosts(cx: &Cx, id: &str, named: bool) -> Result<()> {
    let set = || async {
        let value = AttributeBooleanValue::builder().value(named).build();
        let call = cx.aws.ec2().await?.modify_vpc_attribute().vpc_id(id);
        let answer = call.enable_dns_hostnames(value).send().await;
        answer.explain("ec2:ModifyVpcAttribute", id)
    };
    let done = set().await.or_gone(&GONE)?;
    done.map(drop).ok_or_else(|| gone(GONE[0], &format!("the VPC {id}")))
}

/// Whether AWS's DNS names its hosts; `None` if there is no such VPC.
async fn names_hosts(cx: &Cx, id: &str) -> Result<Option<bool>> {
    let call = cx.aws.ec2().await?.describe_vpc_attribute().vpc_id(id);
    let answer = call.attribute(VpcAttributeName::EnableDnsHostnames).send().await;
    let found = answer.explain("ec2:DescribeVpcAttribute", id).or_gone(&GONE)?;
    Ok(found.map(|it| {
        it.enable_dns_hostnames().and_then(AttributeBooleanValue::value).unwrap_or_default()
    }))
}

async fn remove(cx: &Cx, id: &str) -> Result<()> {
    let call = cx.aws.ec2().await?.delete_vpc().vpc_id(id);
    call.send().await.explain("ec2:DeleteVpc", id).or_gone(&GONE).map(drop)
}

/// What to do when the account has as many as it may have.
fn hint(refused: Error) -> Error {
    if refused.code() != Some("VpcLimitExceeded") {
        return refused;
    }
    refused.hinted(
        "An account has up to 5 VPCs in a region. Delete one, or request a higher quota (Service Quotas, \
         \"VPCs per Region\"); several services can share one: set `publicSubnetIds` and \
         `privateSubnetIds` to the outputs of the service that has it.",
    )
}

#[cfg(test)]
mod tests {
    use super::{Error, hint};

    #[test]
    fn a_quota_comes_with_the_ways_out() {
        let refused =
            Error::aws("VpcLimitExceeded", "The maximum number of VPCs has been reached.");
        expect_test::expect![[r#"
            The maximum number of VPCs has been reached.
              An account has up to 5 VPCs in a region. Delete one, or request a higher quota (Service Quotas, "VPCs per Region"); several services can share one: set `publicSubnetIds` and `privateSubnetIds` to the outputs of the service that has it."#]].assert_eq(&hint(refused).to_string());
        let other = Error::aws("InvalidVpc.Range", "no");
        assert_eq!(hint(other.clone()), other);
    }
}
