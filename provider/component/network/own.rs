//! A network of the service's own, in the order that AWS demands: a gateway before the routes to it, routes
//! before the subnets that need them, public subnets before the NAT gateways in them, and these before the
//! private subnets whose tasks need them. All of it is taken down in the opposite order.

use std::collections::BTreeMap;

use futures_util::future::try_join_all;

use super::blocks::{Side, subnet as block, subnet_v6 as block_v6};
use super::inputs::OwnNetworkArgs;
use crate::children::ec2::{
    egress_only_internet_gateway, elastic_ip, internet_gateway, nat_gateway, network, route_table,
    subnet, vpc, vpc_ipv6_cidr_block, zones,
};
use crate::component::inputs::choices::Nat;
use crate::component::wiring::{Node, Wanted, Wiring};
use crate::error::Result;
use crate::property::{Output, Wire};

/// What the rest of the service, and others, need of it.
#[derive(Clone)]
pub(super) struct OwnNetwork<'a> {
    vpc: Node<'a, Output<String>>,
    public: Subnets<'a>,
    private: Subnets<'a>,
}

/// The ids of subnets, one a zone.
type Subnets<'a> = Node<'a, Output<Vec<String>>>;
type Id<'a> = Node<'a, Output<String>>;

const V4: &str = "0.0.0.0/0";
const V6: &str = "::/0";

pub(super) fn wire<'a>(wiring: &mut Wiring<'a>, args: &'a OwnNetworkArgs) -> OwnNetwork<'a> {
    let parent = wiring.parent;
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
    let place = Place { args, zones: chosen, vpc: vpc.clone(), ipv6 };
    let internet = internet(wiring, &place);
    let table = place.table(wiring, "public-routes".to_owned(), vec![(V4, internet.clone())], {
        args.ipv6().then(|| internet.clone())
    });
    let public: Vec<Id<'a>> =
        (0..args.zones()).map(|zone| place.subnet(wiring, Side::Public, zone, &table)).collect();
    let gateways: Vec<Id<'a>> = (0..args.gateways())
        .zip(&public)
        .map(|(zone, subnet)| nat(wiring, &place, zone, subnet.clone()))
        .collect();
    let out = egress_only(wiring, &place);
    let private = (0..args.zones())
        .map(|zone| {
            // The zone's own, or the only one there is.
            let nat = gateways.get(index(zone)).or(gateways.first());
            let routes = nat.map(|nat| (V4, nat.clone())).into_iter().collect();
            let name = format!("private-routes-{}", zone + 1);
            let table = place.table(wiring, name, routes, out.clone());
            place.subnet(wiring, Side::Private, zone, &table)
        })
        .collect();
    OwnNetwork { vpc, public: together(wiring, public), private: together(wiring, private) }
}

/// Where all parts are.
struct Place<'a> {
    args: &'a OwnNetworkArgs,
    zones: Node<'a, Output<Vec<String>>>,
    vpc: Id<'a>,
    /// The VPC's IPv6 block, if it has one.
    ipv6: Node<'a, Option<Output<String>>>,
}

fn index(zone: u32) -> usize {
    usize::try_from(zone).unwrap_or(usize::MAX)
}

fn internet<'a>(wiring: &mut Wiring<'a>, place: &Place<'a>) -> Id<'a> {
    let (parent, vpc) = (wiring.parent, place.vpc.clone());
    wiring.node(async move {
        let inputs = internet_gateway::Inputs { vpc_id: vpc.await? };
        let made = parent.make::<internet_gateway::InternetGateway>("internet-gateway", inputs);
        made.await.map(|it| it.internet_gateway_id)
    })
}

/// The way out of private subnets over IPv6.
fn egress_only<'a>(wiring: &mut Wiring<'a>, place: &Place<'a>) -> Option<Id<'a>> {
    use egress_only_internet_gateway::{EgressOnlyInternetGateway, Inputs};
    let (parent, vpc) = (wiring.parent, place.vpc.clone());
    place.args.ipv6().then(|| {
        wiring.node(async move {
            let inputs = Inputs { vpc_id: vpc.await? };
            let made = parent.make::<EgressOnlyInternetGateway>("egress-only-gateway", inputs);
            made.await.map(|it| it.egress_only_internet_gateway_id)
        })
    })
}

/// A NAT gateway in a public subnet, with an address.
fn nat<'a>(wiring: &mut Wiring<'a>, place: &Place<'a>, zone: u32, subnet: Id<'a>) -> Id<'a> {
    let (parent, vpc, n) = (wiring.parent, place.vpc.clone(), zone + 1);
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

impl<'a> Place<'a> {
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

impl<'a> OwnNetwork<'a> {
    pub(super) fn public(&self) -> Subnets<'a> {
        self.public.clone()
    }

    pub(super) fn private(&self) -> Subnets<'a> {
        self.private.clone()
    }

    /// Which subnets each uses, as of a network that is given.
    pub(super) fn place(
        &self,
        wiring: &mut Wiring<'a>,
        args: &'a OwnNetworkArgs,
    ) -> Node<'a, network::Outputs<Wire>> {
        let (want, it) = (wiring.want, self.clone());
        wiring.node(async move { it.placed(want, args).await })
    }

    /// Load balancer and tasks wait only for those subnets that they are in.
    async fn placed(self, want: &Wanted, args: &OwnNetworkArgs) -> Result<network::Outputs<Wire>> {
        let internal = want.args.balancer.internal();
        let balancer = match internal.known() {
            Some(false) => self.public.clone().await?.after(&internal),
            Some(true) => self.private.clone().await?.after(&internal),
            None => {
                let both = self.public.clone().await?.zip(self.private.clone().await?);
                internal
                    .zip(both)
                    .map(|(inside, (public, private))| if inside { private } else { public })
            }
        };
        let has_nat = args.nat() != Nat::None;
        let tasks = if has_nat { self.private.await? } else { self.public.await? };
        Ok(network::Outputs {
            vpc_id: self.vpc.await?,
            balancer_subnet_ids: balancer,
            task_subnet_ids: tasks,
            assign_public_ip: want
                .args
                .network
                .assign_public_ip()
                .unwrap_or_else(|| (!has_nat).into()),
        })
    }
}

impl OwnNetworkArgs {
    /// How many NAT gateways there are.
    fn gateways(&self) -> u32 {
        match self.nat() {
            Nat::None => 0,
            Nat::Single => 1,
            Nat::PerZone => self.zones(),
        }
    }
}
