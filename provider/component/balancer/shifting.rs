//! What a service has beside the first target group when ECS moves its traffic between two: the second group, a rule of the
//! production listener that forwards to both, and the same for the listener of tests.
//!
//! The rules are children of their own, and not the listeners' default ones: ECS is given the ARN of a rule (API reference,
//! AdvancedConfiguration), and writes the weights of both groups into it. A listener's default action is the
//! listener's.

use super::wiring::WayIn;
use crate::children::elb::{listener, listener_rule, target_group};
use crate::component::network::wiring::Network;
use crate::component::routes::names::PRODUCTION;
use crate::component::wiring::{Node, Wanted, Wiring};
use crate::property::{Output, Wire};

/// The second target group, and the rules that forward to both; nothing for a service that replaces its tasks a
/// few at a time.
pub(in crate::component) struct Shifting<'a> {
    pub alternate: Node<'a, target_group::Outputs<Wire>>,
    /// ARNs of the rules.
    pub production: Node<'a, Output<String>>,
    pub test: Node<'a, Option<Output<String>>>,
}

pub(super) fn wire<'a>(
    wiring: &mut Wiring<'a>,
    network: &Network<'a>,
    way_in: &WayIn<'a>,
) -> Option<Shifting<'a>> {
    let (parent, want) = (wiring.parent, wiring.want);
    if !want.args.deployment_strategy().shifts() {
        return None;
    }
    let (vpc, rules) = (network.place.vpc.clone(), network.rules.clone());
    let alternate = wiring.node(async move {
        let mut inputs = want.target_group(vpc.await?);
        if want.args.is_shared() {
            inputs.target = want.target_of(Some("alternate"));
        } else {
            inputs.alternate = Some(true.into());
        }
        if want.checks_another_port() {
            inputs.health_check.port = inputs.health_check.port.after(&rules.await?);
        }
        parent.make::<target_group::TargetGroup>("alternate-target-group", inputs).await
    });
    let groups = (way_in.target_group.clone(), alternate.clone());
    let (http, https) = (way_in.http.clone(), way_in.https.clone());
    let shared = way_in.shared.clone();
    let production = wiring.node(async move {
        // With a certificate plain HTTP only redirects.
        let own = if want.args.https_port().is_some() { https } else { http };
        let listener = async {
            match shared {
                Some(listener) => Ok(Some(listener.await?.arn)),
                None => own.await,
            }
        };
        let (listener, group, alternate) = tokio::try_join!(listener, groups.0, groups.1)?;
        let listener = listener.unwrap_or_else(Output::unknown);
        // Where no request comes to the default action that would have to be forwarded, the route's own rule is it.
        let inputs = match want.args.production_route() {
            None => rule(listener, group.arn, alternate.arn),
            Some(route) => listener_rule::Inputs {
                target_group_arn: Some(group.arn),
                alternate_target_group_arn: Some(alternate.arn),
                ..want.rule(route, listener)
            },
        };
        parent.make::<listener_rule::ListenerRule>(PRODUCTION, inputs).await.map(|it| it.arn)
    });
    let groups = (way_in.target_group.clone(), alternate.clone());
    let (balancer, certificate) = (way_in.load_balancer.clone(), way_in.certificate.clone());
    let test = wiring.node(async move {
        let Some(port) = want.test_port() else { return Ok(None) };
        let (balancer, group, certificate) = tokio::try_join!(balancer, groups.0, certificate)?;
        let inputs = want.test_listener(port, balancer.arn, group.arn.clone(), certificate);
        let listener = parent.make::<listener::Listener>("test", inputs).await?;
        let inputs = rule(listener.arn, group.arn, groups.1.await?.arn);
        let made = parent.make::<listener_rule::ListenerRule>("test-rule", inputs).await?;
        Ok(Some(made.arn))
    });
    Some(Shifting { alternate, production, test })
}

fn rule(
    listener_arn: Output<String>,
    target_group_arn: Output<String>,
    alternate_target_group_arn: Output<String>,
) -> listener_rule::Inputs<Wire> {
    listener_rule::Inputs {
        listener_arn,
        // A rule for all requests comes after all others.
        priority: None,
        path_patterns: Some(vec!["/*".into()].into()),
        target_group_arn: Some(target_group_arn),
        alternate_target_group_arn: Some(alternate_target_group_arn),
        former_target_group_arn: None,
        after: None,
        order: None,
        priorities: None,
        shared: None,
        host_headers: None,
        source_ips: None,
        methods: None,
        http_headers: None,
        query_strings: None,
        forward: None,
        redirect: None,
        fixed_response: None,
        authentication: None,
        client_secret_from: None,
        rewrite_host: None,
        rewrite_url: None,
    }
}

impl Wanted {
    /// The port of the listener of tests, if there is one.
    pub(in crate::component) fn test_port(&self) -> Option<u16> {
        let shifts = self.args.deployment_strategy().shifts();
        self.args.service.deployment().test_listener_port.filter(|_| shifts)
    }

    /// With the same protocol and certificate as the production listener.
    fn test_listener(
        &self,
        port: u16,
        load_balancer_arn: Output<String>,
        target_group_arn: Output<String>,
        certificate: Option<Output<String>>,
    ) -> listener::Inputs<Wire> {
        match certificate {
            Some(certificate) => {
                self.https_listener(port, load_balancer_arn, target_group_arn, certificate)
            }
            None => self.plain_listener(port, load_balancer_arn, target_group_arn),
        }
    }
}
