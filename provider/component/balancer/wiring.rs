//! The way in: load balancer, target group, listeners.

use super::authentication::wiring::{self as authentication, ClientSecrets};
use super::choices::StickinessType;
use super::log_buckets::{self, Writing};
use super::rules::{HTTP, HTTPS};
use super::shifting::{self, Shifting};
use crate::children::elb::{listener, listener_rule, load_balancer, target_group};
use crate::children::s3::bucket;
use crate::children::wafv2::web_acl_association;
use crate::component::domain::wiring::Domain;
use crate::component::inputs::choices::word;
use crate::component::network::wiring::Network;
use crate::component::routes::shared::{Shared, balancer as balancer_of};
use crate::component::routes::wiring::{self as routes, Further};
use crate::component::wiring::{Node, Wanted, Wiring, spread};
use crate::property::{Output, Wire};

/// What other slices need of the way in.
pub(in crate::component) struct WayIn<'a> {
    pub load_balancer: Node<'a, load_balancer::Outputs<Wire>>,
    /// The bucket of its logs, if the component creates one.
    pub logs_bucket: Node<'a, Option<bucket::Outputs<Wire>>>,
    pub target_group: Node<'a, target_group::Outputs<Wire>>,
    /// ARNs of the listeners.
    pub http: Node<'a, Option<Output<String>>>,
    pub https: Node<'a, Option<Output<String>>>,
    /// The ARN of the certificate of HTTPS.
    pub certificate: Node<'a, Option<Output<String>>>,
    /// The listener of another stack that leads to the service, instead of a load balancer of its own.
    pub shared: Option<Shared<'a>>,
    /// Scheme, name and port of the service's address, such as `https`, `shop.example.com` and `:8443`. Without a name it is
    /// that of the load balancer.
    pub address: (&'static str, Option<Output<String>>, String),
    /// The target groups of further ports.
    pub targets: Vec<Further<'a>>,
    /// Where the client secrets of identity providers are.
    pub client_secrets: ClientSecrets<'a>,
    /// The rules of the routes.
    pub rules: Node<'a, Vec<listener_rule::Outputs<Wire>>>,
    /// What there is beside it when traffic moves between two target groups.
    pub shifting: Option<Shifting<'a>>,
}

pub(in crate::component) fn wire<'a>(
    wiring: &mut Wiring<'a>,
    network: &Network<'a>,
    domain: &Domain<'a>,
) -> WayIn<'a> {
    let (parent, want) = (wiring.parent, wiring.want);
    let place = (network.place.vpc.clone(), network.place.balancer_subnets.clone());
    let group = network.alb_group.clone();
    let shared = network.listener.clone();
    let given = shared.clone();
    let logs = log_buckets::wire(wiring);
    let written = logs.written.clone();
    let load_balancer = wiring.node(async move {
        if let Some(listener) = given {
            return Ok(balancer_of(listener.await?));
        }
        let (vpc, subnets, group, written) = tokio::try_join!(place.0, place.1, group, written)?;
        let inputs = want.load_balancer(vpc, subnets, group, written);
        parent.make::<load_balancer::LoadBalancer>("alb", inputs).await
    });
    // The load balancer's ARN, once its web ACL sees what its listeners let in.
    let balancer = load_balancer.clone();
    let guarded = wiring.node(async move {
        let arn = balancer.await?.arn;
        let Some(web_acl_arn) = want.args.balancer.web_acl_arn() else { return Ok(arn) };
        let inputs = web_acl_association::Inputs { web_acl_arn, resource_arn: arn.clone() };
        let made = parent.make::<web_acl_association::WebAclAssociation>("web-acl", inputs).await?;
        Ok(arn.after(&made.resource_arn))
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
    let (balancer, group) = (guarded.clone(), target_group.clone());
    let (rules, certificate) = (network.rules.clone(), domain.certificate.clone());
    let client_secrets = authentication::wire(wiring);
    let secrets = client_secrets.clone();
    let https = wiring.node(async move {
        let Some(port) = want.args.https_port() else { return Ok(None) };
        let group = want.default_group(group);
        let (balancer, group, rules, certificate) =
            tokio::try_join!(balancer, group, rules, certificate)?;
        let Some(certificate) = certificate else { return Ok(None) };
        let inputs = want.https_listener(port, balancer.after(&rules), group, certificate);
        let inputs = want.with_default_action(inputs);
        let (authentication, client_secret_from) = want.entry_by_default(secrets).await?;
        let inputs = listener::Inputs { authentication, client_secret_from, ..inputs };
        parent.make::<listener::Listener>("https", inputs).await.map(|it| Some(it.arn))
    });
    let (balancer, group) = (guarded.clone(), target_group.clone());
    let (first, rules) = (https.clone(), network.rules.clone());
    let http = wiring.node(async move {
        let Some(port) = want.http_port().filter(|_| !want.args.is_shared()) else {
            return Ok(None);
        };
        let group = want.default_group(group);
        let (balancer, group, rules) = tokio::try_join!(balancer, group, rules)?;
        let balancer = balancer.after(&rules);
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
        logs_bucket: logs.bucket,
        target_group,
        http,
        https,
        certificate: domain.certificate.clone(),
        address: want.address(),
        shared,
        targets,
        client_secrets,
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
        match self.args.https_port() {
            None => Some(balancer.listener_port.unwrap_or(HTTP)),
            Some(_) => (balancer.redirect_http() || balancer.http()).then_some(HTTP),
        }
    }

    /// Scheme, name, and the port as an address has it: none for that of the scheme.
    fn address(&self) -> (&'static str, Option<Output<String>>, String) {
        let is_https = self.args.https_port().is_some();
        let (scheme, usual) = if is_https { ("https", HTTPS) } else { ("http", HTTP) };
        let port = self.args.balancer.listener_port.filter(|port| *port != usual);
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        let name = self.args.domain.domain_name.as_deref().map(Output::from);
        (scheme, name.map(|it| it.from_input("domainName")), port)
    }

    fn load_balancer(
        &self,
        vpc_id: Output<String>,
        subnets: Output<Vec<String>>,
        group: Output<String>,
        [access, connection, health_check]: [Writing; 3],
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
            minimum_capacity_units: rarer.minimum_capacity_units(),
            access_logs: access.on.into(),
            access_logs_bucket: access.bucket,
            access_logs_prefix: access.prefix,
            connection_logs: connection.on.into(),
            connection_logs_bucket: connection.bucket,
            connection_logs_prefix: connection.prefix,
            health_check_logs: health_check.on.into(),
            health_check_logs_bucket: health_check.bucket,
            health_check_logs_prefix: health_check.prefix,
            ip_address_type: word(rarer.ip_address_type()).into(),
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
            protocol: spread.protocol().map(word),
            protocol_version: word(spread.protocol_version()).into(),
            vpc_id,
            internal: self.args.balancer.internal(),
            alternate: None,
            target: self.target_of(None),
            health_check: target_group::HealthCheck {
                protocol: spread.protocol().map(word),
                path: check.path_in(spread.protocol_version()),
                port: check.port().into(),
                matcher: check.matcher_in(spread.protocol_version()),
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
}
