//! What works but may not be meant. Each warning has a name, by which it is silenced.

use super::{image, known, network};
use crate::component::args::Args;
use crate::component::choices::{Warning, word};
use crate::component::presets::{Defaults, Preset};
use crate::component::wanted::{health_port, is_dualstack};

/// Something that may not be meant: its name, and the words for it.
pub(in crate::component) type Unmeant = (Warning, String);

/// Everything that may not be meant, less what is silenced, each with its name.
pub(in crate::component) fn warnings(args: &Args, others: Vec<Unmeant>) -> Vec<String> {
    let silenced = args.silence.as_deref().unwrap_or_default();
    let mut found: Vec<(Warning, String)> = Vec::new();
    found.extend(tasks(args));
    found.extend(balancer(args));
    found.extend(clients(args));
    found.extend(addresses(args));
    found.extend(network::warn_of_rules(args).map(|told| (Warning::ManyRules, told)));
    found.extend(image::latest_that_cannot_move(args).map(|told| (Warning::LatestOnce, told)));
    found.extend(others);
    let told = found.into_iter().filter(|(name, _)| !silenced.contains(name));
    told.map(|(name, text)| format!("{text} Silence this with `silence: [\"{}\"]`.", word(name)))
        .collect()
}

/// Presets for trying things out are not asked for zones and certificates.
fn is_for_trial(args: &Args) -> bool {
    args.preset == Some(Preset::Dev)
}

fn tasks(args: &Args) -> Vec<Unmeant> {
    let defaults = Defaults::of(args.preset);
    let mut found = Vec::new();
    let scaling = args.autoscaling.as_ref();
    let scales = scaling.and_then(|it| it.enabled).unwrap_or(defaults.autoscaling);
    let given = if scales {
        scaling.and_then(|it| it.min_capacity.as_ref())
    } else {
        args.desired_count.as_ref()
    };
    // The presets `dev` and `staging` have one task on purpose, and say so.
    let of_preset = defaults.desired_count == 1;
    if known(given) == Some(&1) && !of_preset {
        found.push((
            Warning::OneTask,
            "Only one task is sure to run: when it crashes or its zone fails, nobody serves until another \
             has started."
                .to_owned(),
        ));
    }
    if known(args.wait_for_steady_state.as_ref()) == Some(&false) {
        found.push((
            Warning::NotWaiting,
            "`waitForSteadyState` is false: this run does not tell whether the tasks start."
                .to_owned(),
        ));
    }
    found
}

fn balancer(args: &Args) -> Option<Unmeant> {
    let internal = known(args.internal.as_ref()) == Some(&true);
    if args.certificate_arn.is_some() {
        return Some((
            Warning::UrlNotCovered,
            "`url` names the load balancer, which no certificate covers, so browsers refuse it. Make a \
             record of a name that your certificate covers (an alias, or a CNAME) to \
             `loadBalancerDnsName`, and use that name."
                .to_owned(),
        ));
    }
    (!internal && !is_for_trial(args)).then(|| {
        (
            Warning::PlainHttp,
            "The service speaks plain HTTP. Give a `certificateArn` to serve HTTPS.".to_owned(),
        )
    })
}

fn clients(args: &Args) -> Vec<Unmeant> {
    let mut found = Vec::new();
    if let Some(blocks) = &args.allowed_cidr_blocks {
        let all_ipv4 = blocks.iter().all(|it| it.known().is_some_and(|block| !block.contains(':')));
        if blocks.is_empty() {
            found.push((
                Warning::NoClients,
                "`allowedCidrBlocks` is empty: nobody reaches the service until you add rules to the \
                 security group `albSecurityGroupId`."
                    .to_owned(),
            ));
        } else if is_dualstack(args) && all_ipv4 {
            found.push((
                Warning::NoIpv6Clients,
                "The load balancer has IPv6 addresses, but `allowedCidrBlocks` has no IPv6 block: \
                 clients with both try IPv6 first, and wait in vain."
                    .to_owned(),
            ));
        }
    }
    let container = args.container_port.clone().unwrap_or(80.into());
    if let (Some(health), Some(port)) = (health_port(args), container.known())
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

fn addresses(args: &Args) -> Option<Unmeant> {
    match (known(args.assign_public_ip.as_ref()), args.private_subnet_ids.is_some()) {
        (Some(true), true) => Some((
            Warning::PublicIpInPrivateSubnets,
            "`assignPublicIp` is true, but the tasks run in `privateSubnetIds`: an address is of \
             no use there without a route to an internet gateway."
                .to_owned(),
        )),
        (Some(false), false) => Some((
            Warning::NoPublicIp,
            "`assignPublicIp` is false, and the tasks run in public subnets: they reach the \
             registry and the logs only by VPC endpoints. Without those no task starts."
                .to_owned(),
        )),
        _ => None,
    }
}
