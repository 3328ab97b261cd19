//! Rules on who may connect.

use std::collections::BTreeSet;

use ipnet::IpNet;

use crate::component::Args;
use crate::component::inputs::arns;
use crate::component::inputs::complaints::Complaints;
use crate::property::Output;

pub(super) fn problems(args: &Args, found: &mut Complaints) {
    let balancer = &args.balancer;
    let given = balancer.given();
    for path in
        given.iter().filter(|it| ["allowedCidrBlocks", "allowedPrefixListIds"].contains(&&***it))
    {
        if args.network.alb_security_group_id.is_some() {
            found.add(
                path,
                "The rules of your own `albSecurityGroupId` decide who may connect. Set only one of the two.",
            );
        }
    }

    let mut blocks = BTreeSet::new();
    let dualstack = args.balancer.is_dualstack();
    for (index, block) in args.balancer.allowed_cidr_blocks.iter().flatten().enumerate() {
        let path = format!("allowedCidrBlocks[{index}]");
        found.check(&path, Some(block), |block| match block.parse::<IpNet>() {
            Ok(net) if !blocks.insert(net) => Some(format!("\"{block}\" is given twice.")),
            Ok(IpNet::V6(_)) if !dualstack => Some(format!(
                "The load balancer has no IPv6 address, so no request comes from \"{block}\". Set \
                 `loadBalancer.ipAddressType` to `dualstack`, or remove the block."
            )),
            _ => complain_of_cidr(block),
        });
        nameless(&path, block, found);
    }
    let mut lists = BTreeSet::new();
    for (index, list) in args.balancer.allowed_prefix_list_ids.iter().flatten().enumerate() {
        let path = format!("allowedPrefixListIds[{index}]");
        found.check(&path, Some(list), |list| {
            arns::id("pl-", "a prefix list")(list).or_else(|| {
                (!lists.insert(list.clone())).then(|| format!("\"{list}\" is given twice."))
            })
        });
        nameless(&path, list, found);
    }
}

/// What a rule is named after must be known, or the same resource's each time.
fn nameless(path: &str, source: &Output<String>, found: &mut Complaints) {
    if source.known().is_none() && !source.is_dependent() {
        found.add(
            path,
            "It is unknown and is not the output of a resource, so the next run could not find its \
             rule. Use the output of a resource itself, or a known value.",
        );
    }
}

pub(in crate::component) fn complain_of_cidr(block: &str) -> Option<String> {
    match block.parse::<IpNet>() {
        Err(_) => Some(format!(
            "\"{block}\" is not a CIDR block: write it as `10.0.0.0/8`, `203.0.113.7/32` or `::/0`."
        )),
        // AWS cuts host bits off, and has one way of writing an address: the rule would differ from
        // the program for ever.
        Ok(net) if net.trunc() != net => Some(format!(
            "\"{block}\" has bits set beyond its prefix. Write it as `{}`.",
            net.trunc()
        )),
        Ok(net) if net.to_string() != block => {
            Some(format!("AWS normalizes \"{block}\". Write it as `{net}`."))
        }
        Ok(_) => None,
    }
}
