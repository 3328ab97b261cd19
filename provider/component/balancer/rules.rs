//! Rules on the way in: listeners, certificates, health checks, and who may connect.

use std::collections::BTreeSet;

use ipnet::IpNet;

use super::inputs::HealthCheckArgs;
use crate::component::Args;
use crate::component::inputs::arns::{CERTIFICATE, complain_of_arn};
use crate::component::inputs::choices::Warning;
use crate::component::inputs::complaints::Complaints;
use crate::component::inputs::complaints::known;
use crate::component::inputs::presets::Defaults;
use crate::component::inputs::presets::Preset;
use crate::component::inputs::warnings::Unmeant;
use crate::property::Output;

pub(super) const PATH: &str = "The value is secret, but the target group shows it to everyone who may see that, \
    and the load balancer sends it unencrypted. Let the application answer health checks without a \
    secret.";

pub(in crate::component) fn problems(args: &Args, found: &mut Complaints) {
    let balancer = &args.balancer;
    if let Some(check) = &balancer.health_check {
        health_check(check, args.container.container_port.as_ref(), found);
    }
    if balancer.certificate_arn.is_none() {
        for path in balancer
            .given()
            .iter()
            .filter(|it| ["sslPolicy", "redirectHttp", "http"].contains(&&***it))
        {
            found.add(path, "It needs HTTPS. Set `certificateArn`.");
        }
        if Defaults::of(args.general.preset).https && !args.is_shared() {
            found.add(
                "certificateArn",
                "The preset `prod` serves HTTPS, so it needs the ARN of an ACM certificate.",
            );
        }
    }
    ports(args, found);
    clients(args, found);
    super::spreading::problems(args, found);
    if args.network.alb_security_group_id.is_some() && balancer.allowed_cidr_blocks.is_some() {
        found.add(
            "allowedCidrBlocks",
            "The rules of your own `albSecurityGroupId` decide who may connect. Set only one of the two.",
        );
    }
}

fn ports(args: &Args, found: &mut Complaints) {
    let balancer = &args.balancer;
    if balancer.listener_port == Some(0) {
        found.add("listenerPort", "0 is not a valid port: 1 to 65535 are allowed.");
    }
    if balancer.certificate_arn.is_none() {
        return;
    }
    let (serves, redirects) = (balancer.http(), balancer.redirect_http());
    if serves && redirects {
        found.add(
            "http",
            "Port 80 redirects to HTTPS, so it cannot serve plain HTTP too. Set `redirectHttp` to false, or \
             remove `http`.",
        );
    }
    if balancer.listener_port == Some(HTTP) && (serves || redirects) {
        found.add(
            "listenerPort",
            "Port 80 is that of plain HTTP, which is redirected or served. Choose another port for HTTPS, or set \
             `redirectHttp` to false and remove `http`.",
        );
    }
}

/// The port of plain HTTP beside HTTPS.
pub(in crate::component) const HTTP: u16 = 80;
pub(super) const HTTPS: u16 = 443;

fn clients(args: &Args, found: &mut Complaints) {
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
        if block.known().is_none() && !block.is_dependent() {
            found.add(
                &path,
                "It is unknown and is not the output of a resource, so the next run could not find its \
                 rule. Use the output of a resource itself, or a known value.",
            );
        }
    }
}

pub(in crate::component) fn health_check(
    check: &HealthCheckArgs,
    container: Option<&Output<u16>>,
    found: &mut Complaints,
) {
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
             known in the preview: use a value that does not come from a resource which is not \
             created yet, or remove `healthCheck.port`.",
        );
    }
    if check.timeout.is_some() || check.interval.is_some() {
        let both = check.timeout().zip(check.interval());
        found.check("healthCheck.timeout", Some(&both), |(timeout, interval)| {
            (timeout >= interval).then(|| {
                format!("{timeout} seconds are not less than the `interval` of {interval} seconds.")
            })
        });
    }
}

pub(super) fn complain_of_path(path: &str) -> Option<String> {
    if path.len() > 1024 {
        return Some(format!("It has {} characters; 1024 are allowed.", path.len()));
    }
    (!path.starts_with('/')).then(|| format!("\"{path}\" is not a path: it begins with `/`."))
}

/// ACM's, or one of IAM's server certificates, where there is no ACM.
pub(super) fn complain_of_certificate(arn: &str) -> Option<String> {
    complain_of_arn(arn, CERTIFICATE).filter(|_| !arn.contains(":server-certificate/"))
}

pub(super) fn complain_of_policy(policy: &str) -> Option<String> {
    (!policy.starts_with("ELBSecurityPolicy-")).then(|| {
        format!("\"{policy}\" is not a TLS policy: their names begin with `ELBSecurityPolicy-`.")
    })
}

pub(super) fn complain_of_matcher(matcher: &str) -> Option<String> {
    let code = |text: &str| text.parse::<u16>().is_ok_and(|code| (200..=499).contains(&code));
    let fits = !matcher.is_empty()
        && matcher.split(',').all(|part| match part.split_once('-') {
            Some((from, to)) => code(from) && code(to) && from < to,
            None => code(part),
        });
    (!fits).then(|| {
        format!(
            "\"{matcher}\" does not say which status codes are healthy: use codes from 200 to 499, \
             such as `200`, `200,302` or `200-299`."
        )
    })
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

pub(in crate::component) fn warnings(args: &Args) -> Vec<Unmeant> {
    let mut found: Vec<Unmeant> = scheme(args).into_iter().collect();
    found.extend(no_clients(args));
    found
}

fn scheme(args: &Args) -> Option<Unmeant> {
    let internal = known(args.balancer.internal.as_ref()) == Some(&true);
    if args.is_shared() {
        return None;
    }
    if args.balancer.certificate_arn.is_some() {
        return Some((
            Warning::UrlNotCovered,
            "`url` names the load balancer, which no certificate covers, so browsers refuse it. Create a \
             record (an alias, or a CNAME) from a name that your certificate covers to \
             `loadBalancerDnsName`, and use that name."
                .to_owned(),
        ));
    }
    // The preset `dev`, for trying things out, is not asked for a certificate.
    (!internal && args.general.preset != Some(Preset::Dev)).then(|| {
        (
            Warning::PlainHttp,
            "The service uses plain HTTP. Set `certificateArn` to serve HTTPS.".to_owned(),
        )
    })
}

fn no_clients(args: &Args) -> Vec<Unmeant> {
    let mut found = Vec::new();
    if let Some(blocks) = &args.balancer.allowed_cidr_blocks {
        let all_ipv4 = blocks.iter().all(|it| it.known().is_some_and(|block| !block.contains(':')));
        if blocks.is_empty() {
            found.push((
                Warning::NoClients,
                "`allowedCidrBlocks` is empty: no client reaches the service until you add rules to the \
                 security group `albSecurityGroupId`."
                    .to_owned(),
            ));
        } else if args.balancer.is_dualstack() && all_ipv4 {
            found.push((
                Warning::NoIpv6Clients,
                "The load balancer has IPv6 addresses, but `allowedCidrBlocks` has no IPv6 block: \
                 clients with both try IPv6 first, and time out."
                    .to_owned(),
            ));
        }
    }
    let container = args.container.container_port();
    if let (Some(health), Some(port)) = (args.balancer.health_port(), container.known())
        && health != *port
        && !container.is_secret()
    {
        found.push((
            Warning::HealthCheckPort,
            format!(
                "The load balancer sends requests to port {port} and health checks to port {health}: the \
                 container must listen on both, and a check says nothing of port {port}."
            ),
        ));
    }
    found
}
