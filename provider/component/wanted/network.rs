//! The network, and who may talk to whom.

use super::{Wanted, or};
use crate::children::{network, security_group, security_group_rule};
use crate::property::{Output, Wire};

impl Wanted {
    pub(in crate::component) fn network(&self) -> network::Inputs<Wire> {
        network::Inputs {
            vpc_id: self.args.vpc_id.clone(),
            public_subnet_ids: self.args.public_subnet_ids.clone(),
            private_subnet_ids: self.args.private_subnet_ids.clone(),
            use_default_vpc: self.args.use_default_vpc.unwrap_or(false).into(),
            internal: or(self.args.internal.as_ref(), false),
            assign_public_ip: self.args.assign_public_ip.clone(),
        }
    }

    /// The rules of the groups that are ours, each under a name that never moves to another rule.
    pub(in crate::component) fn security_group_rules(
        &self,
        alb: &Output<String>,
        service: &Output<String>,
    ) -> Vec<(String, security_group_rule::Inputs<Wire>)> {
        let mut rules = Vec::new();
        let ports =
            [self.listens_on_http().then_some(80), self.args.certificate_arn.as_ref().map(|_| 443)];
        let everyone = vec!["0.0.0.0/0".to_owned()];
        if self.args.alb_security_group_id.is_none() {
            for port in ports.into_iter().flatten() {
                for block in self.args.allowed_cidr_blocks.as_ref().unwrap_or(&everyone) {
                    let part = format!("alb-in-{port}-{}", block.replace(['/', ':'], "-"));
                    let mut rule = rule(alb, "ingress", Some(&Output::from(port)));
                    rule.description = "Clients".into();
                    if block.contains(':') {
                        rule.cidr_ipv6 = Some(block.as_str().into());
                    } else {
                        rule.cidr_ipv4 = Some(block.as_str().into());
                    }
                    rules.push((part, rule));
                }
            }
        }
        for (suffix, port) in self.task_ports() {
            if self.args.alb_security_group_id.is_none() {
                let mut out = rule(alb, "egress", Some(&port));
                out.referenced_security_group_id = Some(service.clone());
                out.description = "To the tasks".into();
                rules.push((format!("alb-out{suffix}"), out));
            }
            if self.args.service_security_group_id.is_none() {
                let mut into = rule(service, "ingress", Some(&port));
                into.referenced_security_group_id = Some(alb.clone());
                into.description = "From the load balancer".into();
                rules.push((format!("service-in{suffix}"), into));
            }
        }
        if self.args.service_security_group_id.is_none() {
            let mut out = rule(service, "egress", None);
            out.cidr_ipv4 = Some("0.0.0.0/0".into());
            out.description =
                "To the registry, the logs, and whatever the application calls".into();
            rules.push(("service-out".to_owned(), out));
        }
        rules
    }

    /// The container's port, and the health check's if it has one of its own.
    fn task_ports(&self) -> Vec<(&'static str, Output<u16>)> {
        let mut ports = vec![("", self.container_port())];
        let check = self.args.health_check.as_ref().and_then(|check| check.port.clone());
        if let Some(port) = check
            && port.known().is_none_or(|port| port != "traffic-port")
        {
            let container = self.container_port();
            let port =
                port.zip(container).map(|(port, container)| port.parse().unwrap_or(container));
            let same = port.known().is_some() && port.known() == self.container_port().known();
            if !same {
                ports.push(("-health", port));
            }
        }
        ports
    }

    pub(super) fn container_port(&self) -> Output<u16> {
        or(self.args.container_port.as_ref(), 80)
    }
}

pub(in crate::component) fn security_group(
    purpose: &str,
    vpc_id: Output<String>,
) -> security_group::Inputs<Wire> {
    let description = match purpose {
        "alb" => "Load balancer of a FargateWebService",
        _ => "Tasks of a FargateWebService",
    };
    security_group::Inputs { purpose: purpose.into(), description: description.into(), vpc_id }
}

fn rule(
    group: &Output<String>,
    direction: &str,
    port: Option<&Output<u16>>,
) -> security_group_rule::Inputs<Wire> {
    let port = port.cloned().map(|port| port.map(i32::from));
    security_group_rule::Inputs {
        security_group_id: group.clone(),
        direction: direction.into(),
        protocol: if port.is_some() { "tcp" } else { "-1" }.into(),
        from_port: port.clone(),
        to_port: port,
        cidr_ipv4: None,
        cidr_ipv6: None,
        referenced_security_group_id: None,
        description: "".into(),
    }
}
