//! The way in: load balancer, target group, listeners.

use super::rules::{HTTP, HTTPS};
use super::shifting::{self, Shifting};
use crate::children::elb::{listener, load_balancer, target_group};
use crate::component::inputs::choices::{StickinessType, word};
use crate::component::network::wiring::Network;
use crate::component::routes::shared::{Shared, balancer as balancer_of};
use crate::component::routes::wiring::{self as routes, Further};
use crate::component::wiring::{Node, Wanted, Wiring, spread};
use crate::error::Result;
use crate::property::{Output, Wire};

/// What other slices need of the way in.
pub(in crate::component) struct WayIn<'a> {
    pub load_balancer: Node<'a, load_balancer::Outputs<Wire>>,
    pub target_group: Node<'a, target_group::Outputs<Wire>>,
    /// ARNs of the listeners.
    pub http: Node<'a, Option<Output<String>>>,
    pub https: Node<'a, Option<Output<String>>>,
    /// The listener of another stack that leads to the service, instead of a load balancer of its own.
    pub shared: Option<Shared<'a>>,
    /// Scheme and port of the service's address, such as `https` and `:8443`.
    pub address: (&'static str, String),
    /// The target groups of further ports.
    pub targets: Vec<Further<'a>>,
    /// ARNs of the rules of the routes.
    pub rules: Node<'a, Vec<Output<String>>>,
    /// What there is beside it when traffic moves between two target groups.
    pub shifting: Option<Shifting<'a>>,
}

pub(in crate::component) fn wire<'a>(wiring: &mut Wiring<'a>, network: &Network<'a>) -> WayIn<'a> {
    let (parent, want) = (wiring.parent, wiring.want);
    let place = (network.place.vpc.clone(), network.place.balancer_subnets.clone());
    let group = network.alb_group.clone();
    let shared = network.listener.clone();
    let given = shared.clone();
    let load_balancer = wiring.node(async move {
        if let Some(listener) = given {
            return Ok(balancer_of(listener.await?));
        }
        let (vpc, subnets, group) = tokio::try_join!(place.0, place.1, group)?;
        let inputs = want.load_balancer(vpc, subnets, group);
        parent.make::<load_balancer::LoadBalancer>("alb", inputs).await
    });
    let (vpc, rules) = (network.place.vpc.clone(), network.rules.clone());
    let target_group = wiring.node(async move {
        let mut inputs = want.target_group(vpc.await?);
        // Checks go to another port only when the groups let them through.
        if want.checks_another_port() {
            inputs.health_check.port = inputs.health_check.port.after(&rules.await?);
        }
        parent.make::<target_group::TargetGroup>("target-group", inputs).await
    });
    // A listener comes after the rules that let clients through to it, and what it replaces goes before the rules of that.
    let (balancer, group) = (load_balancer.clone(), target_group.clone());
    let rules = network.rules.clone();
    let https = wiring.node(async move {
        let Some(certificate) = want.args.balancer.certificate_arn() else { return Ok(None) };
        let group = want.default_group(group);
        let (balancer, group, rules) = tokio::try_join!(balancer, group, rules)?;
        let port = want.args.balancer.https_port().unwrap_or_default();
        let inputs = want.https_listener(port, balancer.arn.after(&rules), group, certificate);
        let inputs = want.with_default_action(inputs);
        parent.make::<listener::Listener>("https", inputs).await.map(|it| Some(it.arn))
    });
    let (balancer, group) = (load_balancer.clone(), target_group.clone());
    let (first, rules) = (https.clone(), network.rules.clone());
    let http = wiring.node(async move {
        let Some(port) = want.http_port().filter(|_| !want.args.is_shared()) else {
            return Ok(None);
        };
        let group = want.default_group(group);
        let (balancer, group, rules) = tokio::try_join!(balancer, group, rules)?;
        let balancer = balancer.arn.after(&rules);
        // Nobody is redirected to a port that is still closed; and a port that becomes that of HTTPS is given up first.
        let balancer = match first.await? {
            Some(https) => balancer.after(&https),
            None => balancer,
        };
        let inputs = want.http_listener(port, balancer, group);
        parent.make::<listener::Listener>("http", inputs).await.map(|it| Some(it.arn))
    });
    let targets = routes::targets(wiring, network);
    let way_in = WayIn {
        load_balancer,
        target_group,
        http,
        https,
        address: want.address(),
        shared,
        targets,
        rules: wiring.node(async { Ok(Vec::new()) }),
        shifting: None,
    };
    let rules = routes::rules(wiring, &way_in);
    WayIn { shifting: shifting::wire(wiring, network, &way_in), rules, ..way_in }
}

impl Wanted {
    /// The port of plain HTTP, which redirects or serves; with a certificate and neither it is closed.
    pub(in crate::component) fn http_port(&self) -> Option<u16> {
        let balancer = &self.args.balancer;
        match balancer.https_port() {
            None => Some(balancer.listener_port.unwrap_or(HTTP)),
            Some(_) => (balancer.redirect_http() || balancer.http()).then_some(HTTP),
        }
    }

    /// Scheme, and the port as an address has it: none for that of the scheme.
    fn address(&self) -> (&'static str, String) {
        let balancer = &self.args.balancer;
        let (scheme, usual) =
            if balancer.https_port().is_some() { ("https", HTTPS) } else { ("http", HTTP) };
        let port = balancer.listener_port.filter(|port| *port != usual);
        (scheme, port.map(|port| format!(":{port}")).unwrap_or_default())
    }

    fn load_balancer(
        &self,
        vpc_id: Output<String>,
        subnets: Output<Vec<String>>,
        group: Output<String>,
    ) -> load_balancer::Inputs<Wire> {
        let rarer = self.args.balancer.load_balancer();
        load_balancer::Inputs {
            internal: self.args.balancer.internal(),
            vpc_id,
            subnets: spread(subnets),
            security_groups: vec![group].into(),
            idle_timeout: self.args.balancer.idle_timeout(),
            deletion_protection: self.args.balancer.deletion_protection(&self.defaults),
            drop_invalid_header_fields: rarer.drop_invalid_header_fields(),
            client_keep_alive: rarer.client_keep_alive(),
            http2: rarer.http2(),
            desync_mitigation_mode: rarer.desync_mitigation_mode().map(word),
            preserve_host_header: rarer.preserve_host_header(),
            xff_header_processing: rarer.xff_header_processing().map(word),
            xff_client_port: rarer.xff_client_port(),
            tls_version_and_cipher_headers: rarer.tls_version_and_cipher_headers(),
            waf_fail_open: rarer.waf_fail_open(),
            zonal_shift: rarer.zonal_shift(),
            ip_address_type: if self.args.balancer.is_dualstack() { "dualstack" } else { "ipv4" }
                .into(),
        }
    }

    pub(super) fn checks_another_port(&self) -> bool {
        self.args.balancer.health_check.as_ref().is_some_and(|check| check.port.is_some())
    }

    pub(in crate::component) fn target_group(
        &self,
        vpc_id: Output<String>,
    ) -> target_group::Inputs<Wire> {
        let check = self.args.balancer.health_check();
        let spread = self.args.balancer.target_group();
        let stickiness = spread.stickiness();
        let duration = stickiness.duration().zip(stickiness.r#type());
        // AWS has one for each type.
        let with = |kind, duration: Output<(u32, StickinessType)>| {
            duration.map(
                move |(seconds, chosen)| if chosen == kind { seconds } else { target_group::A_DAY },
            )
        };
        target_group::Inputs {
            protocol: "HTTP".into(),
            vpc_id,
            internal: self.args.balancer.internal(),
            alternate: None,
            target: self.target_of(None),
            health_check: target_group::HealthCheck {
                path: check.path(),
                port: check.port().into(),
                matcher: check.matcher(),
                interval: check.interval(),
                timeout: check.timeout(),
                healthy_threshold: check.healthy_threshold(),
                unhealthy_threshold: check.unhealthy_threshold(),
            },
            deregistration_delay: self.args.balancer.deregistration_delay(),
            algorithm: spread.algorithm().map(word),
            anomaly_mitigation: spread
                .anomaly_mitigation()
                .map(|on| if on { "on" } else { "off" }.to_owned()),
            slow_start: spread.slow_start(),
            cross_zone: spread
                .cross_zone()
                .map(|all| if all { target_group::OF_BALANCER } else { "false" }.to_owned()),
            stickiness: stickiness.enabled(),
            stickiness_type: stickiness.r#type().map(word),
            lb_cookie_duration: with(StickinessType::LbCookie, duration.clone()),
            app_cookie_duration: with(StickinessType::AppCookie, duration),
            app_cookie_name: stickiness.cookie_name(),
        }
    }

    fn http_listener(
        &self,
        port: u16,
        load_balancer_arn: Output<String>,
        target_group_arn: Output<String>,
    ) -> listener::Inputs<Wire> {
        let plain = Self::plain_listener(port, load_balancer_arn, target_group_arn);
        let plain = self.with_default_action(plain);
        match self.args.balancer.https_port().filter(|_| self.args.balancer.redirect_http()) {
            None => plain,
            Some(to) => listener::Inputs {
                target_group_arn: None,
                redirect_port: Some(to.into()),
                redirect: None,
                fixed_response: None,
                ..plain
            },
        }
    }

    /// A listener that serves plain HTTP.
    pub(super) fn plain_listener(
        port: u16,
        load_balancer_arn: Output<String>,
        target_group_arn: Output<String>,
    ) -> listener::Inputs<Wire> {
        listener::Inputs {
            load_balancer_arn,
            port: port.into(),
            protocol: "HTTP".into(),
            certificate_arn: None,
            ssl_policy: None,
            target_group_arn: Some(target_group_arn),
            redirect_port: None,
            redirect: None,
            fixed_response: None,
        }
    }

    /// The group to which a listener forwards what no route takes; it waits for none where it does not.
    async fn default_group(
        &self,
        group: Node<'_, target_group::Outputs<Wire>>,
    ) -> Result<Output<String>> {
        if !self.args.routes.forwards_by_default() {
            return Ok(Output::unknown());
        }
        Ok(group.await?.arn)
    }

    /// A listener with what it does when no route takes a request.
    fn with_default_action(&self, inputs: listener::Inputs<Wire>) -> listener::Inputs<Wire> {
        if self.args.routes.forwards_by_default() {
            return inputs;
        }
        let (redirect, fixed_response) = self.default_action();
        listener::Inputs { target_group_arn: None, redirect, fixed_response, ..inputs }
    }

    pub(super) fn https_listener(
        &self,
        port: u16,
        load_balancer_arn: Output<String>,
        target_group_arn: Output<String>,
        certificate_arn: Output<String>,
    ) -> listener::Inputs<Wire> {
        listener::Inputs {
            load_balancer_arn,
            port: port.into(),
            protocol: "HTTPS".into(),
            certificate_arn: Some(certificate_arn),
            ssl_policy: Some(self.args.balancer.ssl_policy()),
            target_group_arn: Some(target_group_arn),
            redirect_port: None,
            redirect: None,
            fixed_response: None,
        }
    }
}
