//! The network, and who may talk to whom.

use super::{Wanted, or};
use crate::children::ec2::{network, security_group, security_group_rule};
use crate::component::args::Args;
use crate::component::choices::IpAddressType;
use crate::property::{Output, Wire};

impl Wanted {
    pub(in crate::component) fn network(&self) -> network::Inputs<Wire> {
        network::Inputs {
            vpc_id: self.args.vpc_id.clone(),
            public_subnet_ids: self.args.public_subnet_ids.clone(),
            private_subnet_ids: self.args.private_subnet_ids.clone(),
            use_default_vpc: self.args.use_default_vpc.unwrap_or(false).into(),
            internal: or(self.args.internal.as_ref(), false),
            dualstack: self.is_dualstack().then(|| true.into()),
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
        if self.args.alb_security_group_id.is_none() {
            for port in ports.into_iter().flatten() {
                for (name, block) in self.clients() {
                    let mut rule = rule(alb, "ingress", Some(&Output::from(port)));
                    rule.description = "Clients".into();
                    if block.known().is_some_and(|block| block.contains(':')) {
                        rule.cidr_ipv6 = Some(block);
                    } else {
                        rule.cidr_ipv4 = Some(block);
                    }
                    rules.push((format!("alb-in-{port}-{name}"), rule));
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

    /// Who may connect, each with the name of its rule: that of a block which stands in the program
    /// is the block, so that another order is no change. One that comes from a resource may be
    /// unknown in a preview, so its name is its number among those. If they change places, each
    /// finds the other's rule in AWS and takes it over.
    fn clients(&self) -> Vec<(String, Output<String>)> {
        let mut everyone = vec!["0.0.0.0/0".into()];
        if self.is_dualstack() {
            everyone.push("::/0".into());
        }
        let mut outputs = 0;
        let blocks = self.args.allowed_cidr_blocks.as_ref().unwrap_or(&everyone);
        let named = blocks.iter().map(|block| {
            let name = match block.known() {
                Some(text) if !block.is_dependent() => text.replace(['/', ':'], "-"),
                _ => {
                    outputs += 1;
                    format!("output-{outputs}")
                }
            };
            (name, block.clone())
        });
        named.collect()
    }

    pub(super) fn is_dualstack(&self) -> bool {
        is_dualstack(&self.args)
    }

    /// The container's port, and the health check's if it has one of its own.
    fn task_ports(&self) -> Vec<(&'static str, Output<u16>)> {
        let container = self.container_port();
        let health = health_port(&self.args).filter(|port| container.known() != Some(port));
        let health = health.map(|port| ("-health", port.into()));
        [Some(("", container)), health].into_iter().flatten().collect()
    }

    pub(super) fn container_port(&self) -> Output<u16> {
        or(self.args.container_port.as_ref(), 80)
    }
}

/// Whether the load balancer has IPv6 addresses too.
pub(in crate::component) fn is_dualstack(args: &Args) -> bool {
    let balancer = args.load_balancer.as_ref();
    balancer.and_then(|it| it.ip_address_type) == Some(IpAddressType::Dualstack)
}

/// The port of its own that the health check has. It and the container's port are known whenever
/// this is a number (`rules/balancer.rs`), since both decide which rules there are.
pub(in crate::component) fn health_port(args: &Args) -> Option<u16> {
    args.health_check.as_ref()?.port.as_ref()?.parse().ok()
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
