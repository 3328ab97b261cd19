//! Rules on the way in: listeners, certificates, health checks, and who may connect.

use std::ops::RangeInclusive;

use super::choices::{IpAddressType, ProtocolVersion};
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
        let version = balancer.target_group().protocol_version();
        health_check(check, version, args.container.container_port.as_ref(), found);
    }
    if args.https_port().is_none() {
        for path in balancer
            .given()
            .iter()
            .filter(|it| ["sslPolicy", "redirectHttp", "http"].contains(&&***it))
        {
            found.add(path, "It needs HTTPS. Set `domainName` or `certificateArn`.");
        }
        if Defaults::of(args.general.preset).https && !args.is_shared() {
            found.add(
                "certificateArn",
                "The preset `prod` serves HTTPS, so it needs a `domainName`, or the ARN of an ACM certificate.",
            );
        }
    }
    ports(args, found);
    addresses(args, found);
    protocol_version(args, found);
    super::clients::problems(args, found);
    super::spreading::problems(args, found);
    super::headers::problems(args, found);
    super::logs::problems(args, found);
    super::tls::problems(args, found);
}

fn ports(args: &Args, found: &mut Complaints) {
    let balancer = &args.balancer;
    if balancer.listener_port == Some(0) {
        found.add("listenerPort", "0 is not a valid port: 1 to 65535 are allowed.");
    }
    if args.https_port().is_none() {
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

/// API reference, SetIpAddressType.
fn addresses(args: &Args, found: &mut Complaints) {
    let without = args.balancer.load_balancer().ip_address_type()
        == IpAddressType::DualstackWithoutPublicIpv4;
    if without && known(args.balancer.internal.as_ref()) == Some(&true) {
        found.add(
            "loadBalancer.ipAddressType",
            "An internal load balancer has no public addresses anyway. Use `dualstack`.",
        );
    }
}

/// Target groups for application load balancers, "Protocol version". Whether the listener of another stack serves HTTPS, its child sees.
fn protocol_version(args: &Args, found: &mut Complaints) {
    if args.is_shared() {
        return;
    }
    for path in args.need_https() {
        if args.https_port().is_none() {
            found.add(
                &path,
                "HTTP/2 and gRPC come in over HTTPS only. Set `domainName` or `certificateArn`, or remove it.",
            );
        } else if args.balancer.http() {
            found.check("http", Some(&Output::from(path)), |path| {
                Some(format!(
                    "Plain HTTP serves only tasks with `{path}` `HTTP1`. Remove one of the two."
                ))
            });
        }
    }
}

impl Args {
    /// Where a target group is to get requests that only HTTPS brings.
    pub(in crate::component) fn need_https(&self) -> Vec<String> {
        let first = self.balancer.target_group().protocol_version();
        let further = self.routes.further().iter().enumerate();
        let further = further.filter_map(|(index, target)| {
            Some((format!("targets[{index}].protocolVersion"), target.protocol_version?))
        });
        std::iter::once(("targetGroup.protocolVersion".to_owned(), first))
            .chain(further)
            .filter(|(_, version)| *version != ProtocolVersion::Http1)
            .map(|(path, _)| path)
            .collect()
    }
}

/// The port of plain HTTP beside HTTPS.
pub(in crate::component) const HTTP: u16 = 80;
pub(in crate::component) const HTTPS: u16 = 443;

pub(in crate::component) fn health_check(
    check: &HealthCheckArgs,
    version: ProtocolVersion,
    container: Option<&Output<u16>>,
    found: &mut Complaints,
) {
    let codes = if version == ProtocolVersion::Grpc { GRPC } else { STATUS };
    found.check("healthCheck.matcher", check.matcher.as_ref(), |it| complain_of_matcher(it, codes));
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

/// Codes, and an example of each way to name them (botocore, Matcher).
type Codes = (RangeInclusive<u16>, &'static str);
const STATUS: Codes = (200..=499, "`200`, `200,302` or `200-299`");
const GRPC: Codes = (0..=99, "`0`, `0,12` or `0-99`");

fn complain_of_matcher(matcher: &str, (codes, examples): Codes) -> Option<String> {
    let code = |text: &str| text.parse::<u16>().is_ok_and(|code| codes.contains(&code));
    let fits = !matcher.is_empty()
        && matcher.split(',').all(|part| match part.split_once('-') {
            Some((from, to)) => code(from) && code(to) && from < to,
            None => code(part),
        });
    (!fits).then(|| {
        format!(
            "\"{matcher}\" does not say which status codes are healthy: use codes from {} to {}, such as {examples}.",
            codes.start(),
            codes.end()
        )
    })
}

pub(in crate::component) fn warnings(args: &Args) -> Vec<Unmeant> {
    let mut found: Vec<Unmeant> = scheme(args).into_iter().collect();
    found.extend(no_clients(args));
    found
}

fn scheme(args: &Args) -> Option<Unmeant> {
    let internal = known(args.balancer.internal.as_ref()) == Some(&true);
    if args.domain.domain_name.is_some() || args.is_shared() {
        return None;
    }
    if args.balancer.certificate_arn.is_some() {
        return Some((
            Warning::UrlNotCovered,
            "`url` names the load balancer, which no certificate covers, so browsers refuse it. Set `domainName` to \
             a name that your certificate covers."
                .to_owned(),
        ));
    }
    // The preset `dev`, for trying things out, is not asked for a certificate.
    (!internal && args.general.preset != Some(Preset::Dev)).then(|| {
        (
            Warning::PlainHttp,
            "The service uses plain HTTP. Set `domainName`, or `certificateArn`, to serve HTTPS."
                .to_owned(),
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
