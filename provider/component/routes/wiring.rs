//! The rules of the routes, and the target groups of further ports.

use futures_util::future::try_join_all;

use super::inputs::{
    FixedResponseArgs, ForwardArgs, RedirectArgs, RouteArgs, RoutesArgs, TargetArgs,
};
use crate::children::elb::actions::{FixedResponse, Forward, Redirect, Target};
use crate::children::elb::{listener_rule, target_group};
use crate::children::ours::completion;
use crate::component::balancer::wiring::WayIn;
use crate::component::inputs::types::List;
use crate::component::network::wiring::Network;
use crate::component::wiring::{Node, Wanted, Wiring};
use crate::property::{Output, Property, Wire};
use crate::resource::Resource;

/// The target group of a further port.
#[derive(Clone)]
pub(in crate::component) struct Further<'a> {
    pub name: &'a str,
    pub container_port: u16,
    pub group: Node<'a, target_group::Outputs<Wire>>,
}

pub(in crate::component) fn targets<'a>(
    wiring: &mut Wiring<'a>,
    network: &Network<'a>,
) -> Vec<Further<'a>> {
    let (parent, want) = (wiring.parent, wiring.want);
    let targets = want.args.routes.further().iter().map(|target| {
        let (vpc, rules) = (network.place.vpc.clone(), network.rules.clone());
        let group = wiring.node(async move {
            let mut inputs = want.further_target_group(target, vpc.await?);
            // Checks go to a port only when the groups let them through.
            inputs.health_check.port = inputs.health_check.port.after(&rules.await?);
            let part = format!("target-{}", target.name);
            parent.make::<target_group::TargetGroup>(&part, inputs).await
        });
        Further { name: &target.name, container_port: target.container_port, group }
    });
    targets.collect()
}

/// The rules, on each listener that serves.
pub(in crate::component) fn rules<'a>(
    wiring: &mut Wiring<'a>,
    way_in: &WayIn<'a>,
) -> Node<'a, Vec<listener_rule::Outputs<Wire>>> {
    let (parent, want) = (wiring.parent, wiring.want);
    let production = want.args.production_route();
    let balancer = &want.args.balancer;
    // With a certificate plain HTTP redirects, unless it serves too.
    let on_http = want.args.https_port().is_none() || balancer.http();
    let https = want.args.https_port().map(|_| (way_in.https.clone(), ""));
    let beside = if https.is_some() { "http-" } else { "" };
    let http = on_http.then(|| (way_in.http.clone(), beside));
    let mut made = Vec::new();
    let own: Vec<_> = https.into_iter().chain(http).collect();
    let listeners = match &way_in.shared {
        None => own,
        Some(listener) => {
            let listener = listener.clone();
            vec![(wiring.node(async move { Ok(Some(listener.await?.arn)) }), "")]
        }
    };
    for (listener, prefix) in listeners {
        for (index, part) in want.args.route_parts().into_iter().enumerate() {
            if production == Some(index) {
                continue;
            }
            let (listener, main) = (listener.clone(), way_in.target_group.clone());
            let further = way_in.targets.clone();
            let secrets = way_in.client_secrets.clone();
            made.push(wiring.node(async move {
                let listener = listener.await?.unwrap_or_else(Output::unknown);
                let route = &want.args.routes.all()[index];
                let mut inputs = want.rule(index, listener);
                if route.forwards() {
                    let forward = route.forward.clone().unwrap_or_default();
                    if forward.leaves() && want.args.routes.only_adds(index) {
                        inputs.former_target_group_arn = Some(main.clone().await?.arn);
                    }
                    inputs.forward = Some(want.forward(&forward, main, further).await?);
                }
                (inputs.authentication, inputs.client_secret_from) =
                    want.entry_by(index, secrets).await?;
                let part = format!("{prefix}{part}");
                parent.make::<listener_rule::ListenerRule>(&part, inputs).await
            }));
        }
    }
    wiring.node(async move { try_join_all(made).await })
}

/// What is done of it only when the service has moved.
pub(in crate::component) fn change(rule: listener_rule::Outputs<Wire>) -> Option<Output<String>> {
    let both = rule.arn.zip(rule.changed?);
    Some(
        both.map(|(arn, change)| {
            completion::change(listener_rule::ListenerRule::TYPE, &arn, &change)
        }),
    )
}

/// The value, known to come from the routes.
fn of_routes<T: Property>(value: Output<T>) -> Output<T> {
    value.from_input("routes")
}

impl RoutesArgs {
    pub(in crate::component) fn further(&self) -> &[TargetArgs] {
        self.targets.as_deref().unwrap_or_default()
    }

    /// Whether requests of the route would go to the container's port without it, whoever sends them: no later route keeps some of
    /// them away.
    fn only_adds(&self, index: usize) -> bool {
        let opens = |it: &RouteArgs| {
            it.authentication.is_none() && it.source_ips.is_none() && it.forwards()
        };
        self.forwards_by_default()
            && self.all()[index].authentication.is_none()
            && self.all()[index + 1..].iter().all(opens)
    }

    /// Whether what no route takes goes to the container's port.
    pub(in crate::component) fn forwards_by_default(&self) -> bool {
        let action = self.default_action.as_ref();
        self.listener_arn.is_none()
            && action.is_none_or(|it| it.redirect.is_none() && it.fixed_response.is_none())
    }
}

impl RouteArgs {
    pub(in crate::component) fn forwards(&self) -> bool {
        self.redirect.is_none() && self.fixed_response.is_none()
    }
}

impl ForwardArgs {
    /// Whether requests go to another port than the container's.
    fn leaves(&self) -> bool {
        self.shares().iter().any(|(target, _)| target.is_some())
    }

    /// Targets by name, of which none is the container's port, with their weights.
    pub(in crate::component) fn shares(&self) -> Vec<(Option<&str>, Output<u32>)> {
        match &self.targets {
            None => vec![(self.target.as_deref(), 1.into())],
            Some(all) => all.iter().map(|it| (it.target.as_deref(), it.weight.clone())).collect(),
        }
    }
}

impl Wanted {
    /// The rule of a route, without an action that forwards.
    pub(in crate::component) fn rule(
        &self,
        index: usize,
        listener_arn: Output<String>,
    ) -> listener_rule::Inputs<Wire> {
        let routes = &self.args.routes;
        let route = &routes.all()[index];
        let parts = self.args.route_parts();
        let numbered = route.priority.is_some();
        let numbers = routes.all().iter().zip(&parts).filter_map(|(route, part)| {
            route.priority.map(|it| (part.clone(), of_routes(it.into())))
        });
        let list = |list: &Option<List>| list.clone().map(of_routes);
        let before = index.checked_sub(1).and_then(|it| parts.get(it));
        let after = before.filter(|_| !numbered).map(|it| of_routes(it.as_str().into()));
        let order: Vec<Output<String>> = parts.iter().map(|it| it.as_str().into()).collect();
        let http_headers = route.http_headers.as_ref().map(|all| {
            let header = |it: &super::inputs::HttpHeaderArgs| listener_rule::HttpHeader {
                name: of_routes(it.name.clone()),
                values: of_routes(it.values.clone()),
            };
            all.iter().map(header).collect::<Vec<_>>().into()
        });
        let query_strings = route.query_strings.as_ref().map(|all| {
            let part = |it: &super::inputs::QueryStringArgs| listener_rule::QueryString {
                key: it.key.clone().map(of_routes),
                value: of_routes(it.value.clone()),
            };
            all.iter().map(part).collect::<Vec<_>>().into()
        });
        let rewrite = |it: &Option<super::inputs::RewriteArgs>| {
            it.clone().map(|it| listener_rule::Rewrite {
                regex: of_routes(it.regex),
                replace: of_routes(it.replace),
            })
        };
        listener_rule::Inputs {
            listener_arn,
            priority: route.priority.map(|it| of_routes(it.into())),
            after,
            order: (!numbered).then(|| order.into()),
            priorities: numbered
                .then(|| numbers.collect::<std::collections::BTreeMap<_, _>>().into()),
            shared: self.args.is_shared().then(|| true.into()),
            path_patterns: list(&route.path_patterns),
            host_headers: list(&route.host_headers),
            source_ips: list(&route.source_ips),
            methods: list(&route.methods),
            http_headers,
            query_strings,
            forward: None,
            redirect: route.redirect.as_ref().map(|it| redirect(it, "routes")),
            fixed_response: route.fixed_response.as_ref().map(|it| fixed_response(it, "routes")),
            authentication: None,
            client_secret_from: None,
            rewrite_host: rewrite(&route.rewrite_host),
            rewrite_url: rewrite(&route.rewrite_url),
            target_group_arn: None,
            alternate_target_group_arn: None,
            former_target_group_arn: None,
        }
    }

    async fn forward<'a>(
        &'a self,
        args: &ForwardArgs,
        main: Node<'a, target_group::Outputs<Wire>>,
        further: Vec<Further<'a>>,
    ) -> crate::error::Result<Forward<Wire>> {
        let mut targets = Vec::new();
        for (target, weight) in args.shares() {
            let named = |it: &&Further<'_>| Some(it.name) == target;
            let group =
                further.iter().find(named).map_or_else(|| main.clone(), |it| it.group.clone());
            let target_group_arn = group.await?.arn;
            targets.push(Target { target_group_arn, weight: of_routes(weight) });
        }
        let stickiness_duration = args.stickiness.as_ref().map(|it| of_routes(it.duration.clone()));
        Ok(Forward { targets: targets.into(), stickiness_duration })
    }

    /// What a listener does with requests that no rule takes, unless it forwards them.
    pub(in crate::component) fn default_action(
        &self,
    ) -> (Option<Redirect<Wire>>, Option<FixedResponse<Wire>>) {
        let action = self.args.routes.default_action();
        (
            action.redirect.as_ref().map(|it| redirect(it, "defaultAction.redirect")),
            action
                .fixed_response
                .as_ref()
                .map(|it| fixed_response(it, "defaultAction.fixedResponse")),
        )
    }
}

/// `from`: the input, or the group whose members the values are.
fn redirect(args: &RedirectArgs, from: &str) -> Redirect<Wire> {
    let text = |it: &Option<Output<String>>, name: &str| {
        it.clone().map(|it| it.from_input(&origin(from, name)))
    };
    let code = args.status_code.clone().unwrap_or(301.into());
    Redirect {
        status_code: code.from_input(&origin(from, "statusCode")),
        protocol: text(&args.protocol, "protocol"),
        port: text(&args.port, "port"),
        host: text(&args.host, "host"),
        path: text(&args.path, "path"),
        query: text(&args.query, "query"),
    }
}

fn fixed_response(args: &FixedResponseArgs, from: &str) -> FixedResponse<Wire> {
    let code = args.status_code.clone().unwrap_or(404.into());
    let kind = args.content_type.clone().unwrap_or("text/plain".into());
    let body = args.message_body.clone().filter(|it| it.known().is_none_or(|it| !it.is_empty()));
    FixedResponse {
        status_code: code.from_input(&origin(from, "statusCode")),
        content_type: kind.from_input(&origin(from, "contentType")),
        message_body: body.map(|it| it.from_input(&origin(from, "messageBody"))),
    }
}

/// A route is one input as a whole.
fn origin(from: &str, name: &str) -> String {
    if from == "routes" { from.to_owned() } else { format!("{from}.{name}") }
}
