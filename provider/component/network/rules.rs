//! Rules on where balancer and tasks stand, as far as ids tell.

use super::blocks::MOST_ZONES;
use super::inputs::NetworkArgs;
use crate::children::ec2::network::{MOST_TASK_SUBNETS, complain_of_many};
use crate::component::Args;
use crate::component::inputs::arns;
use crate::component::inputs::choices::{Nat, Warning};
use crate::component::inputs::complaints::{Complaints, count, known, members};
use crate::component::inputs::types::List;
use crate::component::inputs::warnings::Unmeant;
use crate::property::Output;

pub(in crate::component) fn problems(args: &Args, found: &mut Complaints) {
    let default = args.network.use_default_vpc == Some(true);
    if let Some(own) = &args.network.network {
        own_network(args, own, found);
        return;
    }
    for (path, given) in [
        ("vpcId", args.network.vpc_id.is_some()),
        ("publicSubnetIds", args.network.public_subnet_ids.is_some()),
        ("privateSubnetIds", args.network.private_subnet_ids.is_some()),
    ] {
        if default && given {
            found
                .add(path, "`useDefaultVpc` chooses the network already. Set only one of the two.");
        }
    }
    let internal = known(args.balancer.internal.as_ref()) == Some(&true);
    if !default
        && args.network.public_subnet_ids.is_none()
        && args.network.private_subnet_ids.is_none()
    {
        found.add(
            "publicSubnetIds",
            "No network is set. Set `publicSubnetIds` (and `privateSubnetIds` for the tasks) in \
             two zones, `network` for a VPC of the service's own, or `useDefaultVpc: true`.",
        );
    } else if !default
        && !internal
        && args.network.public_subnet_ids.is_none()
        && args.balancer.internal.is_none()
    {
        found.add(
            "publicSubnetIds",
            "An internet-facing load balancer needs public subnets. Set `publicSubnetIds`, or \
             `internal: true`.",
        );
    }
    subnets("publicSubnetIds", args.network.public_subnet_ids.as_ref(), found);
    subnets("privateSubnetIds", args.network.private_subnet_ids.as_ref(), found);
    let tasks = match args.network.private_subnet_ids {
        Some(_) => ("privateSubnetIds", args.network.private_subnet_ids.as_ref()),
        None => ("publicSubnetIds", args.network.public_subnet_ids.as_ref()),
    };
    found.check(tasks.0, tasks.1, |ids| {
        (ids.len() > MOST_TASK_SUBNETS).then(|| complain_of_many(ids.len()))
    });
}

/// Rules for a network of the service's own; those on `network.cidr` alone are in its declaration.
fn own_network(args: &Args, own: &NetworkArgs, found: &mut Complaints) {
    for (path, given) in [
        ("vpcId", args.network.vpc_id.is_some()),
        ("publicSubnetIds", args.network.public_subnet_ids.is_some()),
        ("privateSubnetIds", args.network.private_subnet_ids.is_some()),
        ("useDefaultVpc", args.network.use_default_vpc == Some(true)),
    ] {
        if given {
            found.add(path, "`network` creates the network already. Set only one of the two.");
        }
    }
    found.check("network.zones", own.zones.map(Output::from).as_ref(), |zones| {
        let fits = (2..=MOST_ZONES).contains(zones);
        (!fits).then(|| format!("{zones} is out of range: 2 to {MOST_ZONES} zones are allowed."))
    });
    if args.balancer.is_dualstack() && !own.ipv6() {
        found.add(
            "loadBalancer.ipAddressType",
            "IPv6 addresses need subnets with IPv6. Set `network.ipv6: true`, or keep `ipv4`.",
        );
    }
}

/// Rules that a security group may have in one direction for one version of IP, unless AWS has raised
/// the account's quota (VPC user guide, quotas: "Inbound or outbound rules per security group").
const MOST_RULES: usize = 60;

/// Each block is a rule for each port on which the load balancer listens.
fn warn_of_rules(args: &Args) -> Option<String> {
    let blocks = args.balancer.allowed_cidr_blocks.as_ref()?;
    let balancer = &args.balancer;
    let https = args.https_port();
    let both = https.filter(|_| balancer.redirect_http() || balancer.http());
    let ports = if both.is_some() { 2 } else { 1 };
    let is_v6 = |block: &&Output<String>| block.known().is_some_and(|it| it.contains(':'));
    let v6 = blocks.iter().filter(is_v6).count();
    let rules = v6.max(blocks.len() - v6) * ports;
    (args.network.alb_security_group_id.is_none() && rules > MOST_RULES).then(|| {
        let each = both.map(|https| format!(", because each block is one for port 80 and one for {https}"));
        let each = each.unwrap_or_default();
        format!(
            "`allowedCidrBlocks` creates {rules} rules in one security group{each}. AWS allows \
             {MOST_RULES}, unless it has raised the quota of the account: use fewer and larger blocks, or \
             request a higher quota."
        )
    })
}

fn subnets(path: &str, ids: Option<&List>, found: &mut Complaints) {
    found.check(path, ids, |ids| {
        (ids.len() < 2).then(|| {
            format!("{} given, but at least two subnets in two zones are needed.", count(ids.len()))
        })
    });
    let mut seen = std::collections::BTreeSet::new();
    for (index, id) in members(ids) {
        let path = format!("{path}[{index}]");
        found.check(&path, Some(id), |it| arns::id("subnet-", "a subnet")(it));
        found.check(&path, Some(id), |id| {
            (!seen.insert(id.clone())).then(|| format!("\"{id}\" is given twice."))
        });
    }
}

pub(in crate::component) fn warnings(args: &Args) -> Vec<Unmeant> {
    let mut found: Vec<Unmeant> = addresses(args).into_iter().collect();
    found.extend(warn_of_rules(args).map(|told| (Warning::ManyRules, told)));
    found
}

fn addresses(args: &Args) -> Option<Unmeant> {
    let own = args.network.network.as_ref();
    let are_private =
        own.map_or(args.network.private_subnet_ids.is_some(), |own| own.nat() != Nat::None);
    match (known(args.network.assign_public_ip.as_ref()), are_private) {
        (Some(true), true) => Some((
            Warning::PublicIpInPrivateSubnets,
            "`assignPublicIp` is true, but the tasks run in private subnets: a public \
             address has no effect there without a route to an internet gateway."
                .to_owned(),
        )),
        (Some(false), false) => Some((
            Warning::NoPublicIp,
            "`assignPublicIp` is false, and the tasks run in public subnets: they reach the \
             registry and the logs only through VPC endpoints. Without those no task starts."
                .to_owned(),
        )),
        _ => None,
    }
}
