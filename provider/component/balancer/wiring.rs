//! The way in: load balancer, target group, listeners.

use super::choices::StickinessType;
use super::logs::{AccessLogsArgs, ConnectionLogsArgs, HealthCheckLogsArgs};
use super::rules::{HTTP, HTTPS};
use super::shifting::{self, Shifting};
use crate::children::elb::{listener, load_balancer, target_group};
use crate::children::wafv2::web_acl_association;
use crate::component::domain::wiring::Domain;
use crate::component::inputs::choices::word;
use crate::component::network::wiring::Network;
use crate::component::wiring::{Node, Wanted, Wiring, spread};
use crate::property::{Output, Wire};

/// What other slices need of the way in.
pub(in crate::component) struct WayIn<'a> {
    pub load_balancer: Node<'a, load_balancer::Outputs<Wire>>,
    pub target_group: Node<'a, target_group::Outputs<Wire>>,
    /// ARNs of the listeners.
    pub http: Node<'a, Option<Output<String>>>,
    pub https: Node<'a, Option<Output<String>>>,
    /// The ARN of the certificate of HTTPS.
    pub certificate: Node<'a, Option<Output<String>>>,
    /// Scheme, name and port of the service's address, such as `https`, `shop.example.com` and `:8443`. Without a name it is
    /// that of the load balancer.
    pub address: (&'static str, Option<Output<String>>, String),
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
    let load_balancer = wiring.node(async move {
        let (vpc, subnets, group) = tokio::try_join!(place.0, place.1, group)?;
        let inputs = want.load_balancer(vpc, subnets, group);
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
    let https = wiring.node(async move {
        let Some(port) = want.args.https_port() else { return Ok(None) };
        let (balancer, group, rules, certificate) =
            tokio::try_join!(balancer, group, rules, certificate)?;
        let Some(certificate) = certificate else { return Ok(None) };
        let inputs = want.https_listener(port, balancer.after(&rules), group.arn, certificate);
        parent.make::<listener::Listener>("https", inputs).await.map(|it| Some(it.arn))
    });
    let (balancer, group) = (guarded.clone(), target_group.clone());
    let (first, rules) = (https.clone(), network.rules.clone());
    let http = wiring.node(async move {
        let Some(port) = want.http_port() else { return Ok(None) };
        let (balancer, group, rules) = tokio::try_join!(balancer, group, rules)?;
        let balancer = balancer.after(&rules);
        // Nobody is redirected to a port that is still closed; and a port that becomes that of HTTPS is given up first.
        let balancer = match first.await? {
            Some(https) => balancer.after(&https),
            None => balancer,
        };
        let inputs = want.http_listener(port, balancer, group.arn);
        parent.make::<listener::Listener>("http", inputs).await.map(|it| Some(it.arn))
    });
    let (certificate, address) = (domain.certificate.clone(), want.address());
    let way_in =
        WayIn { load_balancer, target_group, http, https, certificate, address, shifting: None };
    WayIn { shifting: shifting::wire(wiring, network, &way_in), ..way_in }
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
            access_logs: rarer.access_logs.is_some().into(),
            access_logs_bucket: rarer.access_logs.as_ref().and_then(AccessLogsArgs::bucket),
            access_logs_prefix: rarer.access_logs.as_ref().and_then(AccessLogsArgs::prefix),
            connection_logs: rarer.connection_logs.is_some().into(),
            connection_logs_bucket: rarer
                .connection_logs
                .as_ref()
                .and_then(ConnectionLogsArgs::bucket),
            connection_logs_prefix: rarer
                .connection_logs
                .as_ref()
                .and_then(ConnectionLogsArgs::prefix),
            health_check_logs: rarer.health_check_logs.is_some().into(),
            health_check_logs_bucket: rarer
                .health_check_logs
                .as_ref()
                .and_then(HealthCheckLogsArgs::bucket),
            health_check_logs_prefix: rarer
                .health_check_logs
                .as_ref()
                .and_then(HealthCheckLogsArgs::prefix),
            ip_address_type: word(rarer.ip_address_type()).into(),
        }
    }

    pub(super) fn checks_another_port(&self) -> bool {
        self.args.balancer.health_check.as_ref().is_some_and(|check| check.port.is_some())
    }

    pub(super) fn target_group(&self, vpc_id: Output<String>) -> target_group::Inputs<Wire> {
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
            health_check: target_group::HealthCheck {
                protocol: spread.protocol().map(word),
                path: self.args.balancer.health_path(),
                port: check.port().into(),
                matcher: self.args.balancer.matcher(),
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
        let plain = self.plain_listener(port, load_balancer_arn, target_group_arn);
        match self.args.https_port().filter(|_| self.args.balancer.redirect_http()) {
            None => plain,
            Some(to) => {
                listener::Inputs { target_group_arn: None, redirect_port: Some(to.into()), ..plain }
            }
        }
    }

    /// A listener that serves plain HTTP.
    pub(super) fn plain_listener(
        &self,
        port: u16,
        load_balancer_arn: Output<String>,
        target_group_arn: Output<String>,
    ) -> listener::Inputs<Wire> {
        let headers = self.args.balancer.load_balancer().response_headers();
        listener::Inputs {
            load_balancer_arn,
            port: port.into(),
            protocol: "HTTP".into(),
            certificate_arn: None,
            ssl_policy: None,
            target_group_arn: Some(target_group_arn),
            redirect_port: None,
            additional_certificate_arns: None,
            mutual_tls: None,
            server_header: headers.server(),
            strict_transport_security: None,
            content_security_policy: headers.content_security_policy(),
            x_content_type_options: headers.x_content_type_options(),
            x_frame_options: headers.x_frame_options(),
            access_control_allow_origin: headers.access_control_allow_origin(),
            access_control_allow_methods: headers.access_control_allow_methods(),
            access_control_allow_headers: headers.access_control_allow_headers(),
            access_control_allow_credentials: headers
                .access_control_allow_credentials()
                .then(|| "true".into()),
            access_control_expose_headers: headers.access_control_expose_headers(),
            access_control_max_age: headers
                .access_control_max_age()
                .map(|it| it.map(|it| it.to_string())),
        }
    }

    pub(super) fn https_listener(
        &self,
        port: u16,
        load_balancer_arn: Output<String>,
        target_group_arn: Output<String>,
        certificate_arn: Output<String>,
    ) -> listener::Inputs<Wire> {
        let balancer = &self.args.balancer;
        listener::Inputs {
            protocol: "HTTPS".into(),
            certificate_arn: Some(certificate_arn),
            ssl_policy: Some(balancer.ssl_policy()),
            additional_certificate_arns: balancer.additional_certificate_arns(),
            mutual_tls: self.mutual_tls(),
            strict_transport_security: balancer
                .load_balancer()
                .response_headers()
                .strict_transport_security(),
            ..self.plain_listener(port, load_balancer_arn, target_group_arn)
        }
    }
}
