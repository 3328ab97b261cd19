//! A NAT gateway: lets private subnets out over IPv4, and nobody in. It is in a public subnet, and has an elastic
//! IP address, which is a child of its own.
//!
//! Nothing but tags can change. It takes minutes to come and to go, and one that AWS could not create is
//! shown as failed for an hour: to us it is gone.

use std::time::Duration;

use aws_sdk_ec2::types::{NatGateway as Described, NatGatewayState, ResourceType};
use serde::{Deserialize, Serialize};

use crate::aws::{Explain, OrGone};
use crate::children::ec2::own_network::NETWORK;
use crate::children::ec2::{nameless, tags};
use crate::error::{Error, Result};
use crate::property::{Form, Plain};
use crate::resource::gone::{NOT_SHOWN, gone, while_shown};
use crate::resource::lifecycle::REFRESH;
use crate::resource::owner;
use crate::resource::wait::Seen;
use crate::resource::{
    Cx, EVERYWHERE, Live, Made, Permission, Resource, Settled, Standing, Tagged, Tags,
};

/// The NAT gateway.
pub struct NatGateway;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    /// The public subnet.
    pub subnet_id: F::Of<String>,
    /// The elastic IP address.
    pub allocation_id: F::Of<String>,
}

/// What AWS adds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    pub nat_gateway_id: F::Of<String>,
}

const GONE: [&str; 1] = ["NatGatewayNotFound"];
/// How long it may take to come and to go (terraform-provider-aws, ec2/vpc_nat_gateway.go).
const COMES: Duration = Duration::from_mins(10);
const GOES: Duration = Duration::from_mins(30);

impl Resource for NatGateway {
    const TYPE: &'static str = "fargate:ec2:NatGateway";
    const PERMISSIONS: &'static [Permission] = &[
        Permission {
            sid: "NatGateways",
            to: "create and delete the NAT gateways",
            needed: NETWORK,
            actions: &[
                "ec2:CreateNatGateway",
                "ec2:DeleteNatGateway",
                "ec2:CreateTags",
                "ec2:DeleteTags",
            ],
            // AWS asks for subnet and address as well.
            on: &[
                "arn:aws:ec2:*:*:natgateway/*",
                "arn:aws:ec2:*:*:subnet/*",
                "arn:aws:ec2:*:*:elastic-ip/*",
            ],
            ..EVERYWHERE
        },
        Permission {
            sid: "NatGatewaysFind",
            to: "find the NAT gateways",
            needed: NETWORK,
            actions: &["ec2:DescribeNatGateways"],
            ..EVERYWHERE
        },
    ];
    const REPLACE_ON: &'static [&'static str] = &["subnetId", "allocationId"];
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    async fn find(cx: &Cx, wanted: &Inputs) -> Result<Option<Standing>> {
        let all = cx.aws.nat_gateways_tagged(owner::SERVICE_TAG, &cx.base).await?;
        let fits = |it: &Described| {
            is_there(it) && nameless::is_ours(cx, it.tags()) && inputs(it) == *wanted
        };
        Ok(tags::standing(all, fits))
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let tags = nameless::specification(cx, ResourceType::Natgateway)?;
        let create = || async {
            let call = cx.aws.ec2().await?.create_nat_gateway().subnet_id(&inputs.subnet_id);
            let call = call.allocation_id(&inputs.allocation_id).tag_specifications(tags.clone());
            call.send().await.explain("ec2:CreateNatGateway", &inputs.subnet_id)
        };
        let made = nameless::once_seen(cx, create).await?;
        let id = made.nat_gateway.and_then(|it| it.nat_gateway_id);
        let id = id.ok_or_else(|| Error::bug("CreateNatGateway gave no id"))?;
        Ok(Made { outputs: Outputs { nat_gateway_id: id.clone() }, id })
    }

    async fn complete(
        cx: &Cx,
        id: &str,
        _inputs: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        cx.wait(&format!("NAT gateway {id}"), COMES, || async {
            let Some(found) = cx.aws.nat_gateway(id).await? else {
                return Ok(Seen::Pending(NOT_SHOWN.to_owned()));
            };
            match found.state() {
                Some(NatGatewayState::Available) => Ok(Seen::Done(())),
                Some(NatGatewayState::Pending) => Ok(Seen::Pending(nameless::PENDING.to_owned())),
                _ => Err(failed(id, &found)),
            }
        })
        .await?;
        Ok(outputs.into())
    }

    async fn read(cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        Ok(cx.aws.nat_gateway(id).await?.filter(is_there).map(|found| Live {
            inputs: inputs(&found),
            outputs: Outputs { nat_gateway_id: id.to_owned() },
            tags: Some(nameless::read(cx, found.tags())),
        }))
    }

    /// One that is going still holds its subnet and its address: its end is waited for.
    async fn marks(cx: &Cx, id: &str) -> Result<Option<Option<Tags>>> {
        let found = cx.aws.nat_gateway(id).await?;
        Ok(found.filter(is_shown).map(|it| Some(tags::read(it.tags()))))
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
        let call = cx.aws.ec2().await?.delete_nat_gateway().nat_gateway_id(id);
        call.send().await.explain("ec2:DeleteNatGateway", id).or_gone(&GONE)?;
        cx.wait(&format!("the end of NAT gateway {id}"), GOES, || async {
            Ok(while_shown(cx.aws.nat_gateway(id).await?.as_ref().is_some_and(is_shown)))
        })
        .await
    }

    async fn tag(cx: &Cx, id: &str, set: &Tags, remove: &[String]) -> Result<()> {
        // EC2 tags what it shows, and it shows for an hour what is gone.
        if !cx.aws.nat_gateway(id).await?.as_ref().is_some_and(is_there) {
            return Err(gone(GONE[0], &format!("the NAT gateway {id}")));
        }
        tags::Object(cx, id).change(set, remove).await
    }

    async fn debris(cx: &Cx) -> Result<Vec<String>> {
        let all = cx.aws.nat_gateways_tagged(owner::SERVICE_TAG, &cx.base).await?;
        let there: Vec<_> = all.into_iter().filter(is_there).collect();
        Ok(tags::of_the_service(cx, &there))
    }
}

fn inputs(gateway: &Described) -> Inputs {
    let address = gateway.nat_gateway_addresses().iter().find_map(|it| it.allocation_id());
    Inputs {
        subnet_id: gateway.subnet_id().unwrap_or_default().to_owned(),
        allocation_id: address.unwrap_or_default().to_owned(),
    }
}

/// Whether it serves, or will.
fn is_there(gateway: &Described) -> bool {
    use NatGatewayState::{Available, Pending};
    matches!(gateway.state(), Some(Available | Pending))
}

/// Whether it still holds something. EC2 shows what is gone for an hour.
fn is_shown(gateway: &Described) -> bool {
    use NatGatewayState::{Deleted, Failed};
    !matches!(gateway.state(), Some(Deleted | Failed))
}

fn failed(id: &str, gateway: &Described) -> Error {
    let state = gateway.state().map_or("unknown", NatGatewayState::as_str);
    let code = gateway.failure_code().unwrap_or("NatGatewayFailed");
    let reason = gateway.failure_message().unwrap_or("AWS gives no reason");
    let message = format!("the NAT gateway {id} is {state}: {reason} ({code})");
    Error::aws(code, message).hinted(REFRESH)
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::{NatGateway as Described, NatGatewayState};

    use super::{failed, is_shown, is_there};

    #[test]
    fn a_gateway_that_failed_is_gone_and_says_why() {
        let gateway = Described::builder()
            .state(NatGatewayState::Failed)
            .failure_code("Gateway.NotAttached")
            .failure_message("Network vpc-1 has no Internet gateway attached")
            .build();
        assert_eq!((is_there(&gateway), is_shown(&gateway)), (false, false));
        let going = Described::builder().state(NatGatewayState::Deleting).build();
        assert_eq!((is_there(&going), is_shown(&going)), (false, true));
        let silent = Described::builder().state(NatGatewayState::Failed).build();
        let told = [failed("nat-1", &gateway), failed("nat-2", &silent)].map(|it| it.to_string());
        expect_test::expect![[r"
            the NAT gateway nat-1 is failed: Network vpc-1 has no Internet gateway attached (Gateway.NotAttached)
              Run `pulumi refresh`; the next `pulumi up` creates it again.
            the NAT gateway nat-2 is failed: AWS gives no reason (NatGatewayFailed)
              Run `pulumi refresh`; the next `pulumi up` creates it again."]].assert_eq(&told.join("\n"));
    }
}
