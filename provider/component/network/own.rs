//! A network of the service's own, in the order that AWS demands: a gateway before the routes to it, routes
//! before the subnets that need them, public subnets before the NAT gateways in them, and these before the
//! private subnets whose tasks need them. All of it is taken down in the opposite order.

use std::collections::BTreeMap;

use futures_util::future::try_join_all;

use super::blocks::{Side, subnet as block, subnet_v6 as block_v6};
use super::inputs::NetworkArgs;
use super::wiring::Place;
use crate::children::ec2::{
    egress_only_internet_gateway, elastic_ip, internet_gateway, nat_gateway, route_table, subnet,
    vpc, vpc_ipv6_cidr_block, zones,
};
use crate::component::inputs::choices::Nat;
use crate::component::wiring::{Node, Wiring};
use crate::property::Output;

/// The ids of subnets, one a zone.
type Subnets<'a> = Node<'a, Output<Vec<String>>>;
type Id<'a> = Node<'a, Output<String>>;

const V4: &str = "0.0.0.0/0";
const V6: &str = "::/0";

pub(super) fn wire<'a>(wiring: &mut Wiring<'a>, args: &'a NetworkArgs) -> Place<'a> {
    let (parent, want) = (wiring.parent, wiring.want);
    let chosen = wiring.node(async move {
        let inputs =
            zones::Inputs { zones: Output::from(args.zones()).from_input("network.zones") };
        parent.make::<zones::Zones>("zones", inputs).await.map(|it| it.names)
    });
    let vpc: Id<'a> = wiring.node(async move {
        let inputs = vpc::Inputs { cidr_block: args.cidr(), enable_dns_hostnames: true.into() };
        parent.make::<vpc::Vpc>("vpc", inputs).await.map(|it| it.vpc_id)
    });
    let of = vpc.clone();
    let ipv6 = wiring.node(async move {
        if !args.ipv6() {
            return Ok(None);
        }
        let inputs = vpc_ipv6_cidr_block::Inputs { vpc_id: of.await? };
        let made =
            parent.make::<vpc_ipv6_cidr_block::VpcIpv6CidrBlock>("ipv6-block", inputs).await?;
        Ok(Some(made.ipv6_cidr_block))
    });
    let site = Site { args, zones: chosen, vpc: vpc.clone(), ipv6 };
    let internet = internet(wiring, &site);
    let table = site.table(wiring, "public-routes".to_owned(), vec![(V4, internet.clone())], {
        args.ipv6().then(|| internet.clone())
    });
    let public: Vec<Id<'a>> =
        (0..args.zones()).map(|zone| site.subnet(wiring, Side::Public, zone, &table)).collect();
    let gateways: Vec<Id<'a>> = (0..args.gateways())
        .zip(&public)
        .map(|(zone, subnet)| nat(wiring, &site, zone, subnet.clone()))
        .collect();
    let out = egress_only(wiring, &site);
    let private = (0..args.zones())
        .map(|zone| {
            // The zone's own, or the only one there is.
            let nat = gateways.get(index(zone)).or(gateways.first());
            let routes = nat.map(|nat| (V4, nat.clone())).into_iter().collect();
            let name = format!("private-routes-{}", zone + 1);
            let table = site.table(wiring, name, routes, out.clone());
            site.subnet(wiring, Side::Private, zone, &table)
        })
        .collect();
    let (public, private) = (together(wiring, public), together(wiring, private));
    let has_nat = args.nat() != Nat::None;
    let tasks = if has_nat { private.clone() } else { public.clone() };
    Place {
        vpc,
        balancer_subnets: balancer_subnets(wiring, &public, &private),
        task_subnets: tasks,
        public_ip: wiring.node(async move {
            let given = want.args.network.assign_public_ip();
            Ok(given.unwrap_or_else(|| (!has_nat).into()))
        }),
        public,
        private,
    }
}

/// Those of the side that the load balancer is on.
fn balancer_subnets<'a>(
    wiring: &mut Wiring<'a>,
    public: &Subnets<'a>,
    private: &Subnets<'a>,
) -> Subnets<'a> {
    let (want, public, private) = (wiring.want, public.clone(), private.clone());
    wiring.node(async move {
        let internal = want.args.balancer.internal();
        match internal.known() {
            Some(false) => Ok(public.await?.after(&internal)),
            Some(true) => Ok(private.await?.after(&internal)),
            None => {
                let both = public.await?.zip(private.await?);
                let choose = |(inside, (public, private))| if inside { private } else { public };
                Ok(internal.zip(both).map(choose))
            }
        }
    })
}

/// Where all parts are.
struct Site<'a> {
    args: &'a NetworkArgs,
    zones: Node<'a, Output<Vec<String>>>,
    vpc: Id<'a>,
    /// The VPC's IPv6 block, if it has one.
    ipv6: Node<'a, Option<Output<String>>>,
}

fn index(zone: u32) -> usize {
    usize::try_from(zone).unwrap_or(usize::MAX)
}

fn internet<'a>(wiring: &mut Wiring<'a>, site: &Site<'a>) -> Id<'a> {
    let (parent, vpc) = (wiring.parent, site.vpc.clone());
    wiring.node(async move {
        let inputs = internet_gateway::Inputs { vpc_id: vpc.await? };
        let made = parent.make::<internet_gateway::InternetGateway>("internet-gateway", inputs);
        made.await.map(|it| it.internet_gateway_id)
    })
}

/// The way out of private subnets over IPv6.
fn egress_only<'a>(wiring: &mut Wiring<'a>, site: &Site<'a>) -> Option<Id<'a>> {
    use egress_only_internet_gateway::{EgressOnlyInternetGateway, Inputs};
    let (parent, vpc) = (wiring.parent, site.vpc.clone());
    site.args.ipv6().then(|| {
        wiring.node(async move {
            let inputs = Inputs { vpc_id: vpc.await? };
            let made = parent.make::<EgressOnlyInternetGateway>("egress-only-gateway", inputs);
            made.await.map(|it| it.egress_only_internet_gateway_id)
        })
    })
}

/// A NAT gateway in a public subnet, with an address.
fn nat<'a>(wiring: &mut Wiring<'a>, site: &Site<'a>, zone: u32, subnet: Id<'a>) -> Id<'a> {
    let (parent, vpc, n) = (wiring.parent, site.vpc.clone(), zone + 1);
    let address: Id<'a> = wiring.node(async move {
        let inputs = elastic_ip::Inputs { vpc_id: vpc.await? };
        let name = format!("nat-ip-{n}");
        let made = parent.make::<elastic_ip::ElasticIp>(&name, inputs);
        made.await.map(|it| it.allocation_id)
    });
    wiring.node(async move {
        let (subnet_id, allocation_id) = tokio::try_join!(subnet, address)?;
        let inputs = nat_gateway::Inputs { subnet_id, allocation_id };
        let name = format!("nat-{n}");
        let made = parent.make::<nat_gateway::NatGateway>(&name, inputs);
        made.await.map(|it| it.nat_gateway_id)
    })
}

impl<'a> Site<'a> {
    /// A route table with these routes, and with one for IPv6.
    fn table(
        &self,
        wiring: &mut Wiring<'a>,
        name: String,
        routes: Vec<(&'static str, Id<'a>)>,
        v6: Option<Id<'a>>,
    ) -> Id<'a> {
        let (parent, vpc, ipv6) = (wiring.parent, self.vpc.clone(), self.ipv6.clone());
        wiring.node(async move {
            let mut all = BTreeMap::new();
            for (to, gateway) in routes {
                all.insert(to.to_owned(), gateway.await?);
            }
            // Only a VPC that has a block has routes for it.
            if let (Some(gateway), Some(block)) = (v6, ipv6.await?) {
                all.insert(V6.to_owned(), gateway.await?.after(&block));
            }
            let inputs = route_table::Inputs { vpc_id: vpc.await?, routes: all.into() };
            let made = parent.make::<route_table::RouteTable>(&name, inputs);
            made.await.map(|it| it.route_table_id)
        })
    }

    fn subnet(&self, wiring: &mut Wiring<'a>, side: Side, zone: u32, table: &Id<'a>) -> Id<'a> {
        let (parent, args, table) = (wiring.parent, self.args, table.clone());
        let (vpc, zones, ipv6) = (self.vpc.clone(), self.zones.clone(), self.ipv6.clone());
        wiring.node(async move {
            let (vpc_id, zones, ipv6, route_table_id) = tokio::try_join!(vpc, zones, ipv6, table)?;
            let inputs = subnet::Inputs {
                vpc_id,
                cidr_block: args.cidr().map(|vpc| block(&vpc, side, zone)),
                availability_zone: zones
                    .map(|zones| zones.get(index(zone)).cloned().unwrap_or_default()),
                ipv6_cidr_block: ipv6.map(|vpc| vpc.map(|vpc| block_v6(&vpc, side, zone))),
                route_table_id,
            };
            let side = if side == Side::Public { "public" } else { "private" };
            let name = format!("{side}-subnet-{}", zone + 1);
            parent.make::<subnet::Subnet>(&name, inputs).await.map(|it| it.subnet_id)
        })
    }
}

/// The ids as one list.
fn together<'a>(wiring: &mut Wiring<'a>, subnets: Vec<Id<'a>>) -> Subnets<'a> {
    wiring.node(
        async move { Ok(try_join_all(subnets).await?.into_iter().collect::<Output<Vec<_>>>()) },
    )
}

impl NetworkArgs {
    /// How many NAT gateways there are.
    fn gateways(&self) -> u32 {
        match self.nat() {
            Nat::None => 0,
            Nat::Single => 1,
            Nat::PerZone => self.zones(),
        }
    }
}
