//! A route table and its routes out of the VPC; which subnets have it, each subnet says itself.
//!
//! Ours are the routes to everywhere ([`routes::EVERYWHERE`]). Routes to other destinations, such as a peered
//! VPC, are others' and left alone.

mod routes;

use aws_sdk_ec2::types::{ResourceType, RouteTable as Described};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use crate::aws::{Explain, OrGone};
use crate::children::ec2::dependents::delete_when_free;
use crate::children::ec2::own_network::NETWORK;
use crate::children::ec2::{nameless, tags};
use crate::error::{Error, Result};
use crate::property::{Form, Plain};
use crate::resource::owner;
use crate::resource::{
    Cx, EVERYWHERE, Live, Made, Permission, Resource, Settled, Standing, Tagged, Tags,
};

/// The route table.
pub struct RouteTable;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    pub vpc_id: F::Of<String>,
    /// From a destination, `0.0.0.0/0` or `::/0`, to the id of the gateway.
    pub routes: F::Of<BTreeMap<String, F::Of<String>>>,
}

/// What AWS adds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    pub route_table_id: F::Of<String>,
}

const GONE: [&str; 1] = ["InvalidRouteTableID.NotFound"];

impl Resource for RouteTable {
    const TYPE: &'static str = "fargate:ec2:RouteTable";
    const PERMISSIONS: &'static [Permission] = &[
        Permission {
            sid: "RouteTables",
            to: "create, change and delete the route tables",
            needed: NETWORK,
            actions: &[
                "ec2:CreateRouteTable",
                "ec2:DeleteRouteTable",
                "ec2:CreateRoute",
                "ec2:ReplaceRoute",
                "ec2:DeleteRoute",
                "ec2:CreateTags",
                "ec2:DeleteTags",
            ],
            // AWS asks for what it is in as well.
            on: &["arn:aws:ec2:*:*:route-table/*", "arn:aws:ec2:*:*:vpc/*"],
            ..EVERYWHERE
        },
        Permission {
            sid: "RouteTablesFind",
            to: "find the route tables",
            needed: NETWORK,
            actions: &["ec2:DescribeRouteTables"],
            ..EVERYWHERE
        },
    ];
    const REPLACE_ON: &'static [&'static str] = &["vpcId"];
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    async fn find(cx: &Cx, inputs: &Inputs) -> Result<Option<Standing>> {
        let all = cx.aws.route_tables_tagged(owner::SERVICE_TAG, &cx.base).await?;
        let fits = |it: &Described| {
            nameless::is_ours(cx, it.tags()) && it.vpc_id() == Some(&*inputs.vpc_id)
        };
        Ok(tags::standing(all, fits))
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let tags = nameless::specification(cx, ResourceType::RouteTable)?;
        let create = || async {
            let call = cx.aws.ec2().await?.create_route_table().vpc_id(&inputs.vpc_id);
            let answer = call.tag_specifications(tags.clone()).send().await;
            answer.explain("ec2:CreateRouteTable", &inputs.vpc_id)
        };
        let made = nameless::once_seen(cx, create).await?;
        let id = made.route_table.and_then(|it| it.route_table_id);
        let id = id.ok_or_else(|| Error::bug("CreateRouteTable gave no id"))?;
        Ok(Made { outputs: Outputs { route_table_id: id.clone() }, id })
    }

    async fn complete(
        cx: &Cx,
        id: &str,
        inputs: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        let bring = || routes::bring(cx, id, &inputs.routes);
        nameless::once_seen(cx, bring).await?;
        Ok(outputs.into())
    }

    async fn read(cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        Ok(cx.aws.route_table(id).await?.map(|found| Live {
            inputs: Inputs {
                vpc_id: found.vpc_id().unwrap_or_default().to_owned(),
                routes: routes::ours(&found),
            },
            outputs: Outputs { route_table_id: id.to_owned() },
            tags: Some(nameless::read(cx, found.tags())),
        }))
    }

    async fn update(
        cx: &Cx,
        id: &str,
        old: Option<&Inputs>,
        new: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        if old.is_some_and(|old| old != new) {
            routes::bring(cx, id, &new.routes).await?;
        }
        Ok(outputs.into())
    }

    async fn delete(cx: &Cx, id: &str, _inputs: &Inputs, _outputs: &Outputs) -> Result<()> {
        let left = || async { Ok(subnets(cx.aws.route_table(id).await?)) };
        delete_when_free(cx, "route table", id, || remove(cx, id), left).await
    }

    async fn tag(cx: &Cx, id: &str, set: &Tags, remove: &[String]) -> Result<()> {
        tags::Object(cx, id).change(set, remove).await
    }

    async fn debris(cx: &Cx) -> Result<Vec<String>> {
        let all = cx.aws.route_tables_tagged(owner::SERVICE_TAG, &cx.base).await?;
        Ok(tags::of_the_service(cx, &all))
    }
}

async fn remove(cx: &Cx, id: &str) -> Result<()> {
    let call = cx.aws.ec2().await?.delete_route_table().route_table_id(id);
    call.send().await.explain("ec2:DeleteRouteTable", id).or_gone(&GONE).map(drop)
}

/// The subnets that have the table.
fn subnets(table: Option<Described>) -> Vec<String> {
    let all = table.and_then(|it| it.associations).unwrap_or_default();
    all.into_iter().filter_map(|it| it.subnet_id).collect()
}
