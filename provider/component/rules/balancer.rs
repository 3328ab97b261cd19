//! Rules on the way in: listeners, certificates, health checks, and who may connect.

use std::collections::BTreeSet;

use ipnet::IpNet;

use super::{CERTIFICATE, Complaints, complain_of_arn, prefixed};
use crate::component::args::{Args, HealthCheckArgs};
use crate::component::presets::Defaults;
use crate::component::wanted::is_dualstack;
use crate::component::{HEALTH_CHECK_INTERVAL, HEALTH_CHECK_TIMEOUT};
use crate::property::Output;

pub(super) fn balancer(args: &Args, found: &mut Complaints) {
    if let Some(check) = &args.health_check {
        health_check(check, args.container_port.as_ref(), found);
    }
    found.range("deregistrationDelay", args.deregistration_delay.as_ref(), 0, 3600, " seconds");
    found.range("idleTimeout", args.idle_timeout.as_ref(), 1, 4000, " seconds");
    found.range(
        "healthCheckGracePeriodSeconds",
        args.health_check_grace_period_seconds.as_ref(),
        0,
        2_147_483_647,
        " seconds",
    );
    found.check("certificateArn", args.certificate_arn.as_ref(), |arn| {
        complain_of_arn(arn, CERTIFICATE).filter(|_| !arn.contains(":server-certificate/"))
    });
    found.check("sslPolicy", args.ssl_policy.as_ref(), |policy| {
        (!policy.starts_with("ELBSecurityPolicy-")).then(|| {
            format!(
                "\"{policy}\" is not a TLS policy: their names begin with `ELBSecurityPolicy-`."
            )
        })
    });
    if args.certificate_arn.is_none() {
        for (path, given) in [
            ("sslPolicy", args.ssl_policy.is_some()),
            ("redirectHttp", args.redirect_http.is_some()),
        ] {
            if given {
                found.add(path, "It needs HTTPS. Give a `certificateArn`.");
            }
        }
        if Defaults::of(args.preset).https {
            found.add(
                "certificateArn",
                "The preset `prod` serves HTTPS, so it needs the ARN of an ACM certificate.",
            );
        }
    }
    clients(args, found);
    if args.alb_security_group_id.is_some() && args.allowed_cidr_blocks.is_some() {
        found.add(
            "allowedCidrBlocks",
            "The rules of your own `albSecurityGroupId` say who may connect. Give only one of the two.",
        );
    }
    for (path, group) in [
        ("albSecurityGroupId", &args.alb_security_group_id),
        ("serviceSecurityGroupId", &args.service_security_group_id),
    ] {
        found.check(path, group.as_ref(), |id| prefixed(id, "sg-", "a security group"));
    }
}

fn clients(args: &Args, found: &mut Complaints) {
    let mut blocks = BTreeSet::new();
    let dualstack = is_dualstack(args);
    for (index, block) in args.allowed_cidr_blocks.iter().flatten().enumerate() {
        let path = format!("allowedCidrBlocks[{index}]");
        found.check(&path, Some(block), |block| match block.parse::<IpNet>() {
            Ok(net) if !blocks.insert(net) => Some(format!("\"{block}\" is given twice.")),
            Ok(IpNet::V6(_)) if !dualstack => Some(format!(
                "The load balancer has no IPv6 address, so nobody comes from \"{block}\". Set \
                 `loadBalancer.ipAddressType` to `dualstack`, or leave the block out."
            )),
            _ => complain_of_cidr(block),
        });
        if block.known().is_none() && !block.is_dependent() {
            found.add(
                &path,
                "It is unknown, and comes from no resource: nobody can tell in the next run which \
                 rule it was. Give the output of a resource itself, or a known value.",
            );
        }
    }
}

fn health_check(check: &HealthCheckArgs, container: Option<&Output<u16>>, found: &mut Complaints) {
    found.check("healthCheck.path", check.path.as_ref(), |path| {
        if path.len() > 1024 {
            return Some(format!("It has {} characters; 1024 are allowed.", path.len()));
        }
        (!path.starts_with('/')).then(|| format!("\"{path}\" is not a path: it begins with `/`."))
    });
    let port = check.port.clone().map(Output::from);
    found.check("healthCheck.port", port.as_ref(), |port| {
        let fits = port == "traffic-port" || port.parse::<u16>().is_ok_and(|port| port > 0);
        (!fits).then(|| format!("\"{port}\" is neither `traffic-port` nor a port from 1 to 65535."))
    });
    let is_number = check.port.as_ref().is_some_and(|port| port.parse::<u16>().is_ok());
    if is_number && container.is_some_and(|port| port.known().is_none()) {
        found.add(
            "containerPort",
            "It decides with `healthCheck.port` which rules the security groups have, so it must be \
             known in the preview: give a value that does not come from a resource which is still \
             to be made, or leave `healthCheck.port` out.",
        );
    }
    found.check("healthCheck.matcher", check.matcher.as_ref(), |matcher| {
        complain_of_matcher(matcher)
    });
    found.range("healthCheck.interval", check.interval.as_ref(), 5, 300, " seconds");
    found.range("healthCheck.timeout", check.timeout.as_ref(), 2, 120, " seconds");
    found.range("healthCheck.healthyThreshold", check.healthy_threshold.as_ref(), 2, 10, "");
    found.range("healthCheck.unhealthyThreshold", check.unhealthy_threshold.as_ref(), 2, 10, "");
    let timeout = check.timeout.clone().unwrap_or(Output::from(HEALTH_CHECK_TIMEOUT));
    let interval = check.interval.clone().unwrap_or(Output::from(HEALTH_CHECK_INTERVAL));
    if check.timeout.is_some() || check.interval.is_some() {
        found.check("healthCheck.timeout", Some(&timeout.zip(interval)), |(timeout, interval)| {
            (timeout >= interval).then(|| {
                format!("{timeout} seconds are not less than the `interval` of {interval} seconds.")
            })
        });
    }
}

fn complain_of_matcher(matcher: &str) -> Option<String> {
    let code = |text: &str| text.parse::<u16>().is_ok_and(|code| (200..=499).contains(&code));
    let fits = !matcher.is_empty()
        && matcher.split(',').all(|part| match part.split_once('-') {
            Some((from, to)) => code(from) && code(to) && from < to,
            None => code(part),
        });
    (!fits).then(|| {
        format!(
            "\"{matcher}\" does not say which status codes are healthy: give codes from 200 to 499, \
             such as `200`, `200,302` or `200-299`."
        )
    })
}

fn complain_of_cidr(block: &str) -> Option<String> {
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
            Some(format!("AWS writes \"{block}\" in another way. Write it as `{net}`."))
        }
        Ok(_) => None,
    }
}
