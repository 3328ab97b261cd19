//! Rules on where balancer and tasks stand, as far as ids tell.

use super::{Complaints, count, known, members, prefixed};
use crate::children::ec2::network::{MOST_TASK_SUBNETS, complain_of_many};
use crate::component::args::{Args, List};
use crate::property::Output;

pub(super) fn network(args: &Args, found: &mut Complaints) {
    let default = args.use_default_vpc == Some(true);
    for (path, given) in [
        ("vpcId", args.vpc_id.is_some()),
        ("publicSubnetIds", args.public_subnet_ids.is_some()),
        ("privateSubnetIds", args.private_subnet_ids.is_some()),
    ] {
        if default && given {
            found.add(
                path,
                "`useDefaultVpc` chooses the network already. Give only one of the two.",
            );
        }
    }
    let internal = known(args.internal.as_ref()) == Some(&true);
    if !default && args.public_subnet_ids.is_none() && args.private_subnet_ids.is_none() {
        found.add(
            "publicSubnetIds",
            "No network is given. Give `publicSubnetIds` (and `privateSubnetIds` for the tasks) in \
             two zones, or set `useDefaultVpc: true`.",
        );
    } else if !default && !internal && args.public_subnet_ids.is_none() && args.internal.is_none() {
        found.add(
            "publicSubnetIds",
            "A load balancer that the internet can reach stands in public subnets. Give them, or \
             set `internal: true`.",
        );
    }
    subnets("publicSubnetIds", args.public_subnet_ids.as_ref(), found);
    subnets("privateSubnetIds", args.private_subnet_ids.as_ref(), found);
    let tasks = match args.private_subnet_ids {
        Some(_) => ("privateSubnetIds", args.private_subnet_ids.as_ref()),
        None => ("publicSubnetIds", args.public_subnet_ids.as_ref()),
    };
    found.check(tasks.0, tasks.1, |ids| {
        (ids.len() > MOST_TASK_SUBNETS).then(|| complain_of_many(ids.len()))
    });
    found.check("vpcId", args.vpc_id.as_ref(), |id| prefixed(id, "vpc-", "a VPC"));
}

/// Rules that a security group may have in one direction for one version of IP, unless AWS has raised
/// the account's quota (VPC user guide, quotas: "Inbound or outbound rules per security group").
const MOST_RULES: usize = 60;

/// Each block is a rule for each port on which the load balancer listens.
pub(super) fn warn_of_rules(args: &Args) -> Option<String> {
    let blocks = args.allowed_cidr_blocks.as_ref()?;
    let ports =
        if args.certificate_arn.is_some() && args.redirect_http != Some(false) { 2 } else { 1 };
    let is_v6 = |block: &&Output<String>| block.known().is_some_and(|it| it.contains(':'));
    let v6 = blocks.iter().filter(is_v6).count();
    let rules = v6.max(blocks.len() - v6) * ports;
    (args.alb_security_group_id.is_none() && rules > MOST_RULES).then(|| {
        let each = if ports == 2 { ", since each block is one for port 80 and one for 443" } else { "" };
        format!(
            "`allowedCidrBlocks` makes {rules} rules of one security group{each}. AWS allows \
             {MOST_RULES}, unless it has raised the quota of the account: give fewer and larger blocks, or ask \
             for more."
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
        found.check(&path, Some(id), |id| prefixed(id, "subnet-", "a subnet"));
        found.check(&path, Some(id), |id| {
            (!seen.insert(id.clone())).then(|| format!("\"{id}\" is given twice."))
        });
    }
}
