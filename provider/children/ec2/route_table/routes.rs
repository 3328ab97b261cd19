//! The routes to everywhere, to internet, NAT and egress-only internet gateways.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::{Route, RouteTable};

use super::GONE;
use crate::aws::{Explain, OrGone};
use crate::error::Result;
use crate::property::IntoMap;
use crate::resource::Cx;
use crate::resource::gone::gone;

/// The destinations that are ours: all of IPv4, and all of IPv6.
pub(super) const EVERYWHERE: [&str; 2] = ["0.0.0.0/0", "::/0"];

/// A destination and the gateway that it is sent to.
#[derive(Clone, Copy)]
struct Way<'a> {
    table: &'a str,
    to: &'a str,
    gateway: &'a str,
}

/// The routes to everywhere that a table has, whatever they lead to.
pub(super) fn ours(table: &RouteTable) -> BTreeMap<String, String> {
    let one = |it: &Route| {
        let to = it.destination_cidr_block().or(it.destination_ipv6_cidr_block())?;
        EVERYWHERE.contains(&to).then(|| (to.to_owned(), gateway(it).to_owned()))
    };
    table.routes().iter().filter_map(one).into_map()
}

/// What a route leads to: EC2 has a property for each kind.
fn gateway(route: &Route) -> &str {
    [
        route.gateway_id(),
        route.nat_gateway_id(),
        route.egress_only_internet_gateway_id(),
        route.transit_gateway_id(),
        route.vpc_peering_connection_id(),
        route.network_interface_id(),
    ]
    .into_iter()
    .flatten()
    .next()
    .unwrap_or_default()
}

/// Brings the routes to everywhere to those that are `wanted`: none is missing meanwhile that is there
/// before and after.
pub(super) async fn bring(cx: &Cx, id: &str, wanted: &BTreeMap<String, String>) -> Result<()> {
    let table = cx.aws.route_table(id).await?;
    let table = table.ok_or_else(|| gone(GONE[0], &format!("the route table {id}")))?;
    let live = ours(&table);
    for (to, gateway) in wanted {
        let way = Way { table: id, to, gateway };
        match live.get(to) {
            Some(now) if now == gateway => {}
            Some(_) => replace(cx, way).await?,
            None => create(cx, way).await?,
        }
    }
    for to in live.keys().filter(|to| !wanted.contains_key(*to)) {
        delete(cx, id, to).await?;
    }
    Ok(())
}

fn is_v6(to: &str) -> bool {
    to.contains(':')
}

/// An attempt whose answer was lost has created it.
async fn create(cx: &Cx, way: Way<'_>) -> Result<()> {
    let Way { table, to, gateway } = way;
    let call = cx.aws.ec2().await?.create_route().route_table_id(table);
    let call = if is_v6(to) {
        call.destination_ipv6_cidr_block(to)
    } else {
        call.destination_cidr_block(to)
    };
    let call = match gateway.split('-').next() {
        Some("nat") => call.nat_gateway_id(gateway),
        Some("eigw") => call.egress_only_internet_gateway_id(gateway),
        _ => call.gateway_id(gateway),
    };
    let answer = call.send().await.explain("ec2:CreateRoute", &way.named());
    match answer.or_gone(&["RouteAlreadyExists"])? {
        Some(_) => Ok(()),
        None => replace(cx, way).await,
    }
}

async fn replace(cx: &Cx, way: Way<'_>) -> Result<()> {
    let Way { table, to, gateway } = way;
    let call = cx.aws.ec2().await?.replace_route().route_table_id(table);
    let call = if is_v6(to) {
        call.destination_ipv6_cidr_block(to)
    } else {
        call.destination_cidr_block(to)
    };
    let call = match gateway.split('-').next() {
        Some("nat") => call.nat_gateway_id(gateway),
        Some("eigw") => call.egress_only_internet_gateway_id(gateway),
        _ => call.gateway_id(gateway),
    };
    call.send().await.explain("ec2:ReplaceRoute", &way.named()).map(drop)
}

async fn delete(cx: &Cx, table: &str, to: &str) -> Result<()> {
    let call = cx.aws.ec2().await?.delete_route().route_table_id(table);
    let call = if is_v6(to) {
        call.destination_ipv6_cidr_block(to)
    } else {
        call.destination_cidr_block(to)
    };
    let answer = call.send().await.explain("ec2:DeleteRoute", &format!("{to} in {table}"));
    answer.or_gone(&["InvalidRoute.NotFound", GONE[0]]).map(drop)
}

impl Way<'_> {
    fn named(self) -> String {
        let Self { table, to, gateway } = self;
        format!("{to} to {gateway} in {table}")
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::{Route, RouteTable};

    use super::ours;

    #[test]
    fn routes_to_everywhere_are_ours_and_others_are_not() {
        let route = || Route::builder();
        let table = RouteTable::builder()
            .routes(route().destination_cidr_block("10.0.0.0/16").gateway_id("local").build())
            .routes(route().destination_cidr_block("0.0.0.0/0").nat_gateway_id("nat-1").build())
            .routes(
                route()
                    .destination_ipv6_cidr_block("::/0")
                    .egress_only_internet_gateway_id("eigw-1")
                    .build(),
            )
            .routes(
                route()
                    .destination_cidr_block("10.1.0.0/16")
                    .vpc_peering_connection_id("pcx-1")
                    .build(),
            )
            .build();
        let pairs = [("0.0.0.0/0", "nat-1"), ("::/0", "eigw-1")];
        let pairs = pairs.map(|(to, gateway)| (to.to_owned(), gateway.to_owned()));
        assert_eq!(ours(&table), pairs.into());
    }
}
