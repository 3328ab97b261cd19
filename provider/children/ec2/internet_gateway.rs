//! An internet gateway and that it is attached to a VPC: a gateway serves nothing else.

use aws_sdk_ec2::types::{InternetGateway as Described, ResourceType};
use serde::{Deserialize, Serialize};

use crate::aws::{Explain, OrGone};
use crate::children::ec2::dependents::{delete_when_free, described};
use crate::children::ec2::own_network::NETWORK;
use crate::children::ec2::{nameless, tags};
use crate::error::{Error, Result};
use crate::property::{Form, Plain};
use crate::resource::owner;
use crate::resource::{
    Cx, EVERYWHERE, Live, Made, Permission, Resource, Settled, Standing, Tagged, Tags,
};

/// The internet gateway.
pub struct InternetGateway;

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
    pub internet_gateway_id: F::Of<String>,
}

const GONE: [&str; 1] = ["InvalidInternetGatewayID.NotFound"];
/// What a gateway that is attached to nothing, or whose VPC is gone, is refused with
/// (terraform-provider-aws, ec2/vpc_internet_gateway.go).
const DETACHED: [&str; 3] = ["Gateway.NotAttached", "InvalidVpcID.NotFound", GONE[0]];

impl Resource for InternetGateway {
    const TYPE: &'static str = "fargate:ec2:InternetGateway";
    const PERMISSIONS: &'static [Permission] = &[
        Permission {
            sid: "InternetGateway",
            to: "create and delete the internet gateway",
            needed: NETWORK,
            actions: &[
                "ec2:CreateInternetGateway",
                "ec2:DeleteInternetGateway",
                "ec2:AttachInternetGateway",
                "ec2:DetachInternetGateway",
                "ec2:CreateTags",
                "ec2:DeleteTags",
            ],
            // AWS asks for what it is in as well.
            on: &["arn:aws:ec2:*:*:internet-gateway/*", "arn:aws:ec2:*:*:vpc/*"],
            ..EVERYWHERE
        },
        Permission {
            sid: "InternetGatewayFind",
            to: "find the internet gateway",
            needed: NETWORK,
            actions: &["ec2:DescribeInternetGateways"],
            ..EVERYWHERE
        },
    ];
    /// Attaching it elsewhere would cut off what still serves in the old VPC. One that others detached is
    /// found again, and attached.
    const REPLACE_ON: &'static [&'static str] = &["vpcId"];
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    async fn find(cx: &Cx, inputs: &Inputs) -> Result<Option<Standing>> {
        let all = cx.aws.internet_gateways_tagged(owner::SERVICE_TAG, &cx.base).await?;
        let fits = |it: &Described| {
            let vpc = vpc_of(it);
            nameless::is_ours(cx, it.tags()) && (vpc.is_empty() || vpc == inputs.vpc_id)
        };
        Ok(tags::standing(all, fits))
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let tags = nameless::specification(cx, ResourceType::InternetGateway)?;
        let create = || async {
            let call = cx.aws.ec2().await?.create_internet_gateway();
            let answer = call.tag_specifications(tags.clone()).send().await;
            answer.explain("ec2:CreateInternetGateway", &cx.child)
        };
        let made = nameless::create_once::<Self, _, _>(cx, inputs, create).await?;
        let id = made.internet_gateway.and_then(|it| it.internet_gateway_id);
        let id = id.ok_or_else(|| Error::bug("CreateInternetGateway gave no id"))?;
        Ok(Made { outputs: Outputs { internet_gateway_id: id.clone() }, id })
    }

    async fn complete(
        cx: &Cx,
        id: &str,
        inputs: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        let attach = || async {
            let call = cx.aws.ec2().await?.attach_internet_gateway().internet_gateway_id(id);
            let answer = call.vpc_id(&inputs.vpc_id).send().await;
            answer.explain("ec2:AttachInternetGateway", id)
        };
        let Err(refused) = nameless::once_seen(cx, attach).await else {
            return Ok(outputs.into());
        };
        // A call whose answer was lost has attached it; so did the run before, of one that is taken over.
        let attached = cx.aws.internet_gateway(id).await?;
        if attached.as_ref().is_some_and(|it| vpc_of(it) == inputs.vpc_id) {
            return Ok(outputs.into());
        }
        Err(refused)
    }

    async fn read(cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        Ok(cx.aws.internet_gateway(id).await?.map(|found| Live {
            inputs: Inputs { vpc_id: vpc_of(&found).to_owned() },
            outputs: Outputs { internet_gateway_id: id.to_owned() },
            tags: Some(nameless::read(cx, found.tags())),
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

    /// EC2 detaches no gateway while something in the VPC has a public address: load balancers, NAT gateways
    /// and tasks, and their interfaces for a while after they are gone.
    async fn delete(cx: &Cx, id: &str, _inputs: &Inputs, _outputs: &Outputs) -> Result<()> {
        let Some(found) = cx.aws.internet_gateway(id).await? else { return Ok(()) };
        let vpc = vpc_of(&found);
        if !vpc.is_empty() {
            let left = || async { with_public_address(cx, vpc).await };
            delete_when_free(cx, "internet gateway", id, || detach(cx, id, vpc), left).await?;
        }
        let left = || async { Ok(Vec::new()) };
        delete_when_free(cx, "internet gateway", id, || remove(cx, id), left).await
    }

    async fn tag(cx: &Cx, id: &str, set: &Tags, remove: &[String]) -> Result<()> {
        tags::Object(cx, id).change(set, remove).await
    }

    async fn debris(cx: &Cx) -> Result<Vec<String>> {
        let all = cx.aws.internet_gateways_tagged(owner::SERVICE_TAG, &cx.base).await?;
        Ok(tags::of_the_service(cx, &all))
    }
}

/// The VPC that it is attached to; empty if to none.
fn vpc_of(gateway: &Described) -> &str {
    gateway.attachments().iter().find_map(|it| it.vpc_id()).unwrap_or_default()
}

async fn detach(cx: &Cx, id: &str, vpc: &str) -> Result<()> {
    let call = cx.aws.ec2().await?.detach_internet_gateway().internet_gateway_id(id).vpc_id(vpc);
    call.send().await.explain("ec2:DetachInternetGateway", id).or_gone(&DETACHED).map(drop)
}

async fn remove(cx: &Cx, id: &str) -> Result<()> {
    let call = cx.aws.ec2().await?.delete_internet_gateway().internet_gateway_id(id);
    call.send().await.explain("ec2:DeleteInternetGateway", id).or_gone(&GONE).map(drop)
}

async fn with_public_address(cx: &Cx, vpc: &str) -> Result<Vec<String>> {
    let mut interfaces = cx.aws.interfaces_in_vpc(vpc).await?;
    interfaces.retain(|it| it.association().is_some_and(|it| it.public_ip().is_some()));
    Ok(described(&interfaces))
}
