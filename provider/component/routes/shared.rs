//! A service behind a listener of another stack: what has no meaning then, and where it answers.

use crate::children::elb::{given_listener, load_balancer};
use crate::component::Args;
use crate::component::balancer::authentication::inputs::AuthenticationArgs;
use crate::component::inputs::complaints::Complaints;
use crate::component::network::wiring::Place;
use crate::component::wiring::{Node, Wanted, Wiring};
use crate::property::{Output, Wire};

/// The listener of another stack.
pub(in crate::component) type Shared<'a> = Node<'a, given_listener::Outputs<Wire>>;

pub(in crate::component) fn wire<'a>(
    wiring: &mut Wiring<'a>,
    place: &Place<'a>,
) -> Option<Shared<'a>> {
    let (parent, want) = (wiring.parent, wiring.want);
    let listener_arn = want.args.routes.listener_arn()?;
    let vpc = place.vpc.clone();
    Some(wiring.node(async move {
        let inputs = given_listener::Inputs {
            listener_arn,
            vpc_id: vpc.await?,
            security_group_id: want.args.network.alb_security_group_id(),
            https_only: (!want.args.need_https().is_empty()).then(|| true.into()),
            authenticates: (!want.args.entries().is_empty()).then(|| true.into()),
            signs_in: (want.args.entries().iter().any(AuthenticationArgs::signs_in))
                .then(|| true.into()),
            ports: want.task_ports().into_iter().map(|(_, port)| port).collect::<Vec<_>>().into(),
        };
        parent.make::<given_listener::GivenListener>("given-listener", inputs).await
    }))
}

/// What other slices need of its load balancer.
pub(in crate::component) fn balancer(
    listener: given_listener::Outputs<Wire>,
) -> load_balancer::Outputs<Wire> {
    load_balancer::Outputs {
        arn: listener.load_balancer_arn,
        name: listener.load_balancer_name,
        dns_name: listener.dns_name,
        zone_id: listener.zone_id,
        arn_suffix: listener.load_balancer_arn_suffix,
    }
}

impl Args {
    /// Whether requests come from a listener of another stack.
    pub(in crate::component) fn is_shared(&self) -> bool {
        self.routes.listener_arn.is_some()
    }
}

impl Wanted {
    /// Which target group it is: one belongs to one load balancer (ELB user guide, "Target groups"), so another balancer has another.
    pub(in crate::component) fn target_of(&self, name: Option<&str>) -> Option<Output<String>> {
        let name = name.map(str::to_owned);
        let Some(listener) = self.args.routes.listener_arn() else {
            return name.map(Output::from);
        };
        // `…:listener/app/<name>/<balancer>/<listener>`
        Some(listener.map(move |arn| {
            let balancer = arn.rsplit('/').nth(1).unwrap_or_default();
            name.map_or_else(|| balancer.to_owned(), |name| format!("{name}@{balancer}"))
        }))
    }

    /// The host that the first route names, or the load balancer's own; with the first path if that is all there is.
    pub(in crate::component) fn shared_url(
        &self,
        listener: given_listener::Outputs<Wire>,
    ) -> Output<String> {
        let first = self.args.routes.all().first();
        let plain = |text: &String| !text.contains(['*', '?']);
        let host = first.and_then(|it| it.host_headers.clone());
        let path = first.and_then(|it| it.path_patterns.clone());
        let address = listener.scheme.zip(listener.port).zip(listener.dns_name);
        let list = |list: Option<Output<Vec<Output<String>>>>| {
            list.map_or_else(
                || Output::from(Vec::new()),
                |it| {
                    let Some(all) = it.known() else { return Output::unknown().after(&it) };
                    all.iter().cloned().collect::<Output<Vec<String>>>()
                },
            )
        };
        address.zip(list(host)).zip(list(path)).map(
            move |((((scheme, port), name), hosts), paths)| {
                if let Some(host) = hosts.iter().find(|it| plain(it)) {
                    return format!("{scheme}://{host}{port}");
                }
                let path = paths
                    .first()
                    .map(|it| it.trim_end_matches('*'))
                    .filter(|it| !it.contains(['*', '?']));
                format!("{scheme}://{name}{port}{}", path.unwrap_or_default())
            },
        )
    }
}

pub(super) fn problems(args: &Args, found: &mut Complaints) {
    if !args.is_shared() {
        return;
    }
    for (index, route) in args.routes.all().iter().enumerate() {
        if route.host_headers.is_none() && route.path_patterns.is_none() {
            found.add(
                &format!("routes[{index}]"),
                "On a listener that others use too, each route needs `hostHeaders` or `pathPatterns`, so that it takes no \
                 requests of others.",
            );
        }
    }
    if args.routes.all().is_empty() {
        found.add(
            "routes",
            "With `listenerArn` the routes say which requests are this service's. Add at least one with `hostHeaders` or \
             `pathPatterns`.",
        );
    }
    let why = "the load balancer and its listeners are another stack's (`listenerArn`)";
    let balancer = &args.balancer;
    let ours = [
        "internal",
        "loadBalancer",
        "idleTimeout",
        "certificateArn",
        "additionalCertificateArns",
        "mutualTls",
        "webAclArn",
        "redirectHttp",
        "http",
        "listenerPort",
        "sslPolicy",
        "allowedCidrBlocks",
        "allowedPrefixListIds",
        "deletionProtection",
    ];
    for path in balancer.given().iter().filter(|it| ours.contains(&it.as_str())) {
        found.useless(path, true, why);
    }
    let domain = args.domain.domain_name.is_some();
    found.useless("domainName", domain, why);
    found.useless("defaultAction", args.routes.default_action.is_some(), why);
    let test = args.service.deployment().test_listener_port.is_some();
    found.useless("deployment.testListenerPort", test, why);
    if args.network.network.is_some() {
        found.add(
            "network",
            "It creates another VPC than that of the load balancer whose listener is given. Use subnets of its VPC \
             (`privateSubnetIds` or `publicSubnetIds`).",
        );
    }
}
