//! Who may talk to whom: the rules of the security groups.

use futures_util::future::try_join_all;

use super::inputs::NetworkArgs;
use crate::children::ec2::security_group_rule;
use crate::component::wiring::Wanted;
use crate::component::wiring::parent::Parent;
use crate::error::Result;
use crate::property::{Output, Wire};

/// Rules, each under a name that never moves to another one.
pub(super) type Rules = Vec<(String, security_group_rule::Inputs<Wire>)>;

/// Creates the rules; their ids.
pub(super) async fn create(parent: &Parent<'_>, rules: Rules) -> Result<Vec<Output<String>>> {
    let rules = rules.into_iter().map(|(part, inputs)| async move {
        parent.make::<security_group_rule::SecurityGroupRule>(&part, inputs).await
    });
    Ok(try_join_all(rules).await?.into_iter().map(|it| it.security_group_rule_id).collect())
}

/// Identity providers are asked over HTTPS (user guide, "Authenticate users using an Application Load Balancer").
const PROVIDER: u16 = 443;

impl Wanted {
    /// Who may talk to the load balancer, if its group is the service's own.
    pub(super) fn client_rules(&self, alb: &Output<String>) -> Rules {
        if self.args.is_shared() || !self.args.network.alb_group().is_created() {
            return Rules::new();
        }
        let (http, https) = (self.http_port(), self.args.https_port());
        let mut rules = Rules::new();
        for port in [http, https, self.test_port()].into_iter().flatten() {
            let clients = || {
                let mut rule = rule(alb, "ingress", Some(&Output::from(port)));
                rule.description = "Clients".into();
                rule
            };
            for (name, list) in named(self.args.balancer.allowed_prefix_list_ids.iter().flatten()) {
                let rule = security_group_rule::Inputs { prefix_list_id: Some(list), ..clients() };
                rules.push((format!("alb-in-{port}-list-{name}"), rule));
            }
            for (name, block) in self.blocks() {
                let mut rule = clients();
                if block.known().is_some_and(|block| block.contains(':')) {
                    rule.cidr_ipv6 = Some(block);
                } else {
                    rule.cidr_ipv4 = Some(block);
                }
                rules.push((format!("alb-in-{port}-{name}"), rule));
            }
        }
        rules
    }

    /// Whether the load balancer's group gets rules for what it may reach: one of the service's own, or one of another stack that the program
    /// names for it.
    fn opens_out(&self) -> bool {
        self.args.network.alb_group().is_created() != self.args.is_shared()
    }

    /// That the load balancer may ask identity providers, if it finds out who sends a request.
    pub(super) fn identity_rules(&self, alb: &Output<String>) -> Rules {
        if !self.opens_out() || self.args.entries().is_empty() {
            return Rules::new();
        }
        let mut out = rule(alb, "egress", Some(&PROVIDER.into()));
        out.cidr_ipv4 = Some("0.0.0.0/0".into());
        out.description = "To the identity provider".into();
        vec![("alb-out-identity".to_owned(), out)]
    }

    /// That load balancer and tasks may talk to each other, as far as the groups are the service's own.
    pub(super) fn inner_rules(&self, alb: &Output<String>, service: &Output<String>) -> Rules {
        let mut rules = Rules::new();
        let opens = self.opens_out();
        for (suffix, port) in self.task_ports() {
            if opens {
                let mut out = rule(alb, "egress", Some(&port));
                out.referenced_security_group_id = Some(service.clone());
                out.description = "To the tasks".into();
                rules.push((format!("alb-out{suffix}"), out));
            }
            if self.args.network.service_group().is_created() {
                let mut into = rule(service, "ingress", Some(&port));
                into.referenced_security_group_id = Some(alb.clone());
                into.description = "From the load balancer".into();
                rules.push((format!("service-in{suffix}"), into));
            }
        }
        rules
    }

    /// Whom the tasks may talk to, if their group is the service's own.
    pub(super) fn outgoing_rules(&self, service: &Output<String>) -> Rules {
        if !self.args.network.service_group().is_created() {
            return Rules::new();
        }
        let mut out = rule(service, "egress", None);
        out.cidr_ipv4 = Some("0.0.0.0/0".into());
        out.description = "To the registry, the logs, and whatever the application calls".into();
        let mut rules = vec![("service-out".to_owned(), out.clone())];
        if self.args.network.network.as_ref().is_some_and(NetworkArgs::ipv6) {
            out.cidr_ipv4 = None;
            out.cidr_ipv6 = Some("::/0".into());
            rules.push(("service-out-ipv6".to_owned(), out));
        }
        rules
    }

    /// The blocks of addresses that may connect.
    fn blocks(&self) -> Vec<(String, Output<String>)> {
        let mut everyone = vec!["0.0.0.0/0".into()];
        if self.args.balancer.is_dualstack() {
            everyone.push("::/0".into());
        }
        if self.args.balancer.allowed_prefix_list_ids.is_some() {
            everyone.clear();
        }
        named(self.args.balancer.allowed_cidr_blocks.as_ref().unwrap_or(&everyone))
    }

    /// The container's port, and the health check's if it has one of its own; the same of further targets.
    pub(in crate::component) fn task_ports(&self) -> Vec<(String, Output<u16>)> {
        let container = self.args.container.container_port();
        let health =
            self.args.balancer.health_port().filter(|port| container.known() != Some(port));
        let health = health.map(|port| ("-health".to_owned(), port.into()));
        let mut ports: Vec<(String, Output<u16>)> =
            [Some((String::new(), container)), health].into_iter().flatten().collect();
        // Each port once, since AWS takes no rule twice; and called after it, so that another name of a target is the same rule.
        for target in self.args.routes.further() {
            for port in [Some(target.container_port), target.health_port()].into_iter().flatten() {
                if !ports.iter().any(|(_, known)| known.known() == Some(&port)) {
                    let port_of = Output::from(port).from_input("targets");
                    ports.push((format!("-target-{port}"), port_of));
                }
            }
        }
        ports
    }
}

/// Who may connect, each with the name of its rule: that of a block or a list which stands in the program
/// is what stands there, so that another order is no change. One that comes from a resource may be
/// unknown in a preview, so its name is its number among those. If they change places, each
/// finds the other's rule in AWS and takes it over.
fn named<'a>(
    sources: impl IntoIterator<Item = &'a Output<String>>,
) -> Vec<(String, Output<String>)> {
    let mut outputs = 0;
    let named = sources.into_iter().map(|source| {
        let name = match source.known() {
            Some(text) if !source.is_dependent() => text.replace(['/', ':'], "-"),
            _ => {
                outputs += 1;
                format!("output-{outputs}")
            }
        };
        (name, source.clone())
    });
    named.collect()
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
        prefix_list_id: None,
        referenced_security_group_id: None,
        description: "".into(),
    }
}
