//! The network, and who may talk to whom.

use futures_util::future::try_join_all;

use super::inputs::{NetworkArgs, PlacementArgs};
use super::own;
use crate::children::ec2::{network, security_group, security_group_rule};
use crate::component::inputs::types::List;
use crate::component::routes::shared::{self, Shared};
use crate::component::wiring::parent::Parent;
use crate::component::wiring::{Node, Source, Wanted, Wiring};
use crate::error::Result;
use crate::property::{Output, Wire};

/// What other slices need of the network.
pub(in crate::component) struct Network<'a> {
    pub place: Place<'a>,
    /// The listener of another stack, if the service has no load balancer of its own.
    pub listener: Option<Shared<'a>>,
    /// The security groups' ids.
    pub alb_group: Node<'a, Output<String>>,
    pub service_group: Node<'a, Output<String>>,
    /// The ids of the groups' rules.
    pub rules: Node<'a, Output<Vec<String>>>,
}

/// Which VPC and subnets: each known as soon as it exists, since private subnets take minutes longer.
#[derive(Clone)]
pub(in crate::component) struct Place<'a> {
    pub vpc: Node<'a, Output<String>>,
    pub balancer_subnets: Node<'a, Output<Vec<String>>>,
    pub task_subnets: Node<'a, Output<Vec<String>>>,
    /// Whether tasks have public addresses.
    pub public_ip: Node<'a, Output<bool>>,
    /// The public and the private subnets, as far as the program or a network of the service's own says
    /// which they are.
    pub public: Node<'a, Output<Vec<String>>>,
    pub private: Node<'a, Output<Vec<String>>>,
}

pub(in crate::component) fn wire<'a>(wiring: &mut Wiring<'a>) -> Network<'a> {
    let (parent, want) = (wiring.parent, wiring.want);
    let place = match &want.args.network.network {
        Some(args) => own::wire(wiring, args),
        None => given(wiring),
    };
    let listener = shared::wire(wiring, &place);
    let alb_group = match listener.clone() {
        Some(listener) => wiring.node(async move { Ok(listener.await?.security_group_id) }),
        None => group(wiring, &place, want.args.network.alb_group(), "alb"),
    };
    let service_group = group(wiring, &place, want.args.network.service_group(), "service");
    let (alb, service) = (alb_group.clone(), service_group.clone());
    let rules = wiring.node(async move {
        let (of_alb, of_service) = (alb.clone(), service.clone());
        let made = tokio::try_join!(
            async { create(parent, want.client_rules(&of_alb.await?)).await },
            async { create(parent, want.outgoing_rules(&of_service.await?)).await },
            async {
                let (alb, service) = tokio::try_join!(alb, service)?;
                create(parent, want.inner_rules(&alb, &service)).await
            },
        )?;
        Ok(made.0.into_iter().chain(made.1).chain(made.2).collect::<Output<Vec<_>>>())
    });
    Network { place, listener, alb_group, service_group, rules }
}

/// The network that the program chooses; the child says which subnets each uses.
fn given<'a>(wiring: &mut Wiring<'a>) -> Place<'a> {
    let (parent, want) = (wiring.parent, wiring.want);
    let found = wiring.node(parent.make::<network::Network>("network", want.network()));
    let [vpc, balancer, tasks, public_ip, all] = std::array::from_fn(|_| found.clone());
    let by_default = want.args.network.use_default_vpc();
    let public = wiring.node(async move {
        let given = gathered(want.args.network.public_subnet_ids());
        Ok(if by_default { all.await?.balancer_subnet_ids } else { given })
    });
    let private = wiring.node(async move { Ok(gathered(want.args.network.private_subnet_ids())) });
    Place {
        vpc: wiring.node(async move { Ok(vpc.await?.vpc_id) }),
        balancer_subnets: wiring.node(async move { Ok(balancer.await?.balancer_subnet_ids) }),
        task_subnets: wiring.node(async move { Ok(tasks.await?.task_subnet_ids) }),
        public_ip: wiring.node(async move { Ok(public_ip.await?.assign_public_ip) }),
        public,
        private,
    }
}

/// A list of outputs as the output of a list; empty if it is not given.
fn gathered(list: Option<List>) -> Output<Vec<String>> {
    let list = list.unwrap_or_else(|| Vec::new().into());
    match list.known() {
        Some(members) => members.iter().cloned().collect::<Output<Vec<_>>>().after(&list),
        None => Output::unknown().after(&list),
    }
}

/// The security group that is given, or one of the service's own.
fn group<'a>(
    wiring: &mut Wiring<'a>,
    place: &Place<'a>,
    source: Source,
    purpose: &'static str,
) -> Node<'a, Output<String>> {
    let (parent, vpc) = (wiring.parent, place.vpc.clone());
    wiring.node(async move {
        if let Source::Given(id) = source {
            return Ok(id);
        }
        let inputs = security_group(purpose, vpc.await?);
        let part = format!("{purpose}-sg");
        let group = parent.make::<security_group::SecurityGroup>(&part, inputs).await?;
        Ok(group.security_group_id)
    })
}

/// Rules, each under a name that never moves to another one.
type Rules = Vec<(String, security_group_rule::Inputs<Wire>)>;

/// Creates the rules; their ids.
async fn create(parent: &Parent<'_>, rules: Rules) -> Result<Vec<Output<String>>> {
    let rules = rules.into_iter().map(|(part, inputs)| async move {
        parent.make::<security_group_rule::SecurityGroupRule>(&part, inputs).await
    });
    Ok(try_join_all(rules).await?.into_iter().map(|it| it.security_group_rule_id).collect())
}

impl PlacementArgs {
    fn alb_group(&self) -> Source {
        self.alb_security_group_id().into()
    }

    fn service_group(&self) -> Source {
        self.service_security_group_id().into()
    }
}

impl Wanted {
    fn network(&self) -> network::Inputs<Wire> {
        network::Inputs {
            vpc_id: self.args.network.vpc_id(),
            public_subnet_ids: self.args.network.public_subnet_ids(),
            private_subnet_ids: self.args.network.private_subnet_ids(),
            use_default_vpc: Output::from(self.args.network.use_default_vpc())
                .from_input("useDefaultVpc"),
            internal: self.args.balancer.internal(),
            dualstack: self.args.balancer.is_dualstack().then(|| true.into()),
            assign_public_ip: self.args.network.assign_public_ip(),
        }
    }

    /// Who may talk to the load balancer, if its group is the service's own.
    fn client_rules(&self, alb: &Output<String>) -> Rules {
        if self.args.is_shared() || !self.args.network.alb_group().is_created() {
            return Rules::new();
        }
        let (http, https) = (self.http_port(), self.args.balancer.https_port());
        let mut rules = Rules::new();
        for port in [http, https, self.test_port()].into_iter().flatten() {
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
        rules
    }

    /// That load balancer and tasks may talk to each other, as far as the groups are the service's own.
    fn inner_rules(&self, alb: &Output<String>, service: &Output<String>) -> Rules {
        let mut rules = Rules::new();
        // A group of the service's own, or one of another stack that the program names for it.
        let opens = self.args.network.alb_group().is_created() != self.args.is_shared();
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
    fn outgoing_rules(&self, service: &Output<String>) -> Rules {
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

    /// Who may connect, each with the name of its rule: that of a block which stands in the program
    /// is the block, so that another order is no change. One that comes from a resource may be
    /// unknown in a preview, so its name is its number among those. If they change places, each
    /// finds the other's rule in AWS and takes it over.
    fn clients(&self) -> Vec<(String, Output<String>)> {
        let mut everyone = vec!["0.0.0.0/0".into()];
        if self.args.balancer.is_dualstack() {
            everyone.push("::/0".into());
        }
        let mut outputs = 0;
        let blocks = self.args.balancer.allowed_cidr_blocks.as_ref().unwrap_or(&everyone);
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

    /// The container's port, and the health check's if it has one of its own; the same of further targets.
    pub(in crate::component) fn task_ports(&self) -> Vec<(String, Output<u16>)> {
        let container = self.args.container.container_port();
        let health =
            self.args.balancer.health_port().filter(|port| container.known() != Some(port));
        let health = health.map(|port| ("-health".to_owned(), port.into()));
        let mut ports: Vec<(String, Output<u16>)> =
            [Some((String::new(), container)), health].into_iter().flatten().collect();
        // Each port once: AWS takes no rule twice.
        for target in self.args.routes.further() {
            let own = (format!("-target-{}", target.name), Some(target.container_port));
            let health = (format!("-target-{}-health", target.name), target.health_port());
            for (suffix, port) in [own, health] {
                let Some(port) = port else { continue };
                if !ports.iter().any(|(_, known)| known.known() == Some(&port)) {
                    ports.push((suffix, Output::from(port).from_input("targets")));
                }
            }
        }
        ports
    }
}

fn security_group(purpose: &str, vpc_id: Output<String>) -> security_group::Inputs<Wire> {
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
