//! An egress-only internet gateway: lets private subnets out over IPv6, and nobody in. EC2 creates it attached to
//! a VPC, which has no second one.

use aws_sdk_ec2::types::{EgressOnlyInternetGateway as Described, ResourceType};
use serde::{Deserialize, Serialize};

use crate::aws::{Explain, OrGone};
use crate::children::ec2::own_network::NETWORK;
use crate::children::ec2::{nameless, tags};
use crate::error::{Error, Result};
use crate::property::{Form, Plain};
use crate::resource::{
    Cx, EVERYWHERE, Live, Made, Permission, Resource, Settled, Standing, Tagged, Tags,
};

/// The egress-only internet gateway.
pub struct EgressOnlyInternetGateway;

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
    pub egress_only_internet_gateway_id: F::Of<String>,
}

/// What one that is gone is refused with (terraform-provider-aws, ec2/errors.go).
const GONE: [&str; 1] = ["InvalidGatewayID.NotFound"];

impl Resource for EgressOnlyInternetGateway {
    const TYPE: &'static str = "fargate:ec2:EgressOnlyInternetGateway";
    const PERMISSIONS: &'static [Permission] = &[
        Permission {
            sid: "EgressOnlyInternetGateway",
            to: "create and delete the egress-only internet gateway",
            needed: NETWORK,
            actions: &[
                "ec2:CreateEgressOnlyInternetGateway",
                "ec2:DeleteEgressOnlyInternetGateway",
                "ec2:CreateTags",
                "ec2:DeleteTags",
            ],
            // AWS asks for what it is in as well.
            on: &["arn:aws:ec2:*:*:egress-only-internet-gateway/*", "arn:aws:ec2:*:*:vpc/*"],
            ..EVERYWHERE
        },
        Permission {
            sid: "EgressOnlyInternetGatewayFind",
            to: "find the egress-only internet gateway",
            needed: NETWORK,
            actions: &["ec2:DescribeEgressOnlyInternetGateways"],
            ..EVERYWHERE
        },
    ];
    const REPLACE_ON: &'static [&'static str] = &["vpcId"];
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    async fn find(cx: &Cx, inputs: &Inputs) -> Result<Option<Standing>> {
        let all = cx.aws.egress_only_gateways().await?;
        Ok(tags::standing(all, |it| vpc_of(it) == inputs.vpc_id))
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let tags = nameless::specification(cx, ResourceType::EgressOnlyInternetGateway)?;
        let create = || async {
            let call = cx.aws.ec2().await?.create_egress_only_internet_gateway();
            let call = call.vpc_id(&inputs.vpc_id).tag_specifications(tags.clone());
            call.send().await.explain("ec2:CreateEgressOnlyInternetGateway", &inputs.vpc_id)
        };
        let made = nameless::once_seen(cx, create).await?;
        let id = made
            .egress_only_internet_gateway
            .and_then(|it| it.egress_only_internet_gateway_id)
            .ok_or_else(|| Error::bug("CreateEgressOnlyInternetGateway gave no id"))?;
        Ok(Made { outputs: Outputs { egress_only_internet_gateway_id: id.clone() }, id })
    }

    async fn read(cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        let all = cx.aws.egress_only_gateways().await?;
        let found = all.into_iter().find(|it| it.egress_only_internet_gateway_id() == Some(id));
        Ok(found.map(|found| Live {
            inputs: Inputs { vpc_id: vpc_of(&found).to_owned() },
            outputs: Outputs { egress_only_internet_gateway_id: id.to_owned() },
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

    async fn delete(cx: &Cx, id: &str, _inputs: &Inputs, _outputs: &Outputs) -> Result<()> {
        let call = cx.aws.ec2().await?.delete_egress_only_internet_gateway();
        let answer = call.egress_only_internet_gateway_id(id).send().await;
        answer.explain("ec2:DeleteEgressOnlyInternetGateway", id).or_gone(&GONE).map(drop)
    }

    async fn tag(cx: &Cx, id: &str, set: &Tags, remove: &[String]) -> Result<()> {
        tags::Object(cx, id).change(set, remove).await
    }

    async fn debris(cx: &Cx) -> Result<Vec<String>> {
        let all = cx.aws.egress_only_gateways().await?;
        Ok(tags::of_the_service(cx, &all))
    }
}

fn vpc_of(gateway: &Described) -> &str {
    gateway.attachments().iter().find_map(|it| it.vpc_id()).unwrap_or_default()
}
