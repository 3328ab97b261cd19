//! The way in: load balancer, target group, listeners.

use super::{Wanted, or, spread};
use crate::children::elb::{listener, load_balancer, target_group};
use crate::component::args::HealthCheckArgs;
use crate::component::{HEALTH_CHECK_INTERVAL, HEALTH_CHECK_TIMEOUT};
use crate::property::{Output, Wire};

/// AWS's recommendation; its default when none is sent still allows TLS 1.0.
const SSL_POLICY: &str = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09";

impl Wanted {
    /// Port 80 redirects or serves; with a certificate and no redirect it is closed.
    pub(in crate::component) fn listens_on_http(&self) -> bool {
        self.args.certificate_arn.is_none() || self.args.redirect_http.unwrap_or(true)
    }

    pub(in crate::component) fn load_balancer(
        &self,
        vpc_id: Output<String>,
        subnets: Output<Vec<String>>,
        group: Output<String>,
    ) -> load_balancer::Inputs<Wire> {
        load_balancer::Inputs {
            internal: or(self.args.internal.as_ref(), false),
            vpc_id,
            subnets: spread(subnets),
            security_groups: vec![group].into(),
            idle_timeout: or(self.args.idle_timeout.as_ref(), 60),
            deletion_protection: or(
                self.args.deletion_protection.as_ref(),
                self.defaults.deletion_protection,
            ),
            drop_invalid_header_fields: true.into(),
            ip_address_type: if self.is_dualstack() { "dualstack" } else { "ipv4" }.into(),
        }
    }

    pub(in crate::component) fn checks_another_port(&self) -> bool {
        self.args.health_check.as_ref().is_some_and(|check| check.port.is_some())
    }

    pub(in crate::component) fn target_group(
        &self,
        vpc_id: Output<String>,
    ) -> target_group::Inputs<Wire> {
        let none = HealthCheckArgs::default();
        let check = self.args.health_check.as_ref().unwrap_or(&none);
        target_group::Inputs {
            protocol: "HTTP".into(),
            vpc_id,
            internal: or(self.args.internal.as_ref(), false),
            health_check: target_group::HealthCheck {
                path: or(check.path.as_ref(), "/"),
                port: check.port.as_deref().unwrap_or("traffic-port").into(),
                matcher: or(check.matcher.as_ref(), "200-399"),
                interval: or(check.interval.as_ref(), HEALTH_CHECK_INTERVAL),
                timeout: or(check.timeout.as_ref(), HEALTH_CHECK_TIMEOUT),
                healthy_threshold: or(check.healthy_threshold.as_ref(), 2),
                unhealthy_threshold: or(check.unhealthy_threshold.as_ref(), 3),
            },
            deregistration_delay: or(self.args.deregistration_delay.as_ref(), 30),
        }
    }

    pub(in crate::component) fn http_listener(
        &self,
        load_balancer_arn: Output<String>,
        target_group_arn: Output<String>,
    ) -> listener::Inputs<Wire> {
        let redirects = self.args.certificate_arn.is_some();
        listener::Inputs {
            load_balancer_arn,
            port: 80.into(),
            protocol: "HTTP".into(),
            certificate_arn: None,
            ssl_policy: None,
            target_group_arn: (!redirects).then_some(target_group_arn),
            redirect_port: redirects.then(|| 443.into()),
        }
    }

    pub(in crate::component) fn https_listener(
        &self,
        load_balancer_arn: Output<String>,
        target_group_arn: Output<String>,
        certificate_arn: Output<String>,
    ) -> listener::Inputs<Wire> {
        listener::Inputs {
            load_balancer_arn,
            port: 443.into(),
            protocol: "HTTPS".into(),
            certificate_arn: Some(certificate_arn),
            ssl_policy: Some(or(self.args.ssl_policy.as_ref(), SSL_POLICY)),
            target_group_arn: Some(target_group_arn),
            redirect_port: None,
        }
    }
}
