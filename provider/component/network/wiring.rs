//! The network, and who may talk to whom.

use super::group_rules::create;
use super::inputs::PlacementArgs;
use super::own;
use crate::children::ec2::{network, security_group};
use crate::component::inputs::types::List;
use crate::component::routes::shared::{self, Shared};
use crate::component::wiring::{Node, Source, Wanted, Wiring};
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
            async {
                let alb = of_alb.await?;
                let rules = want.client_rules(&alb).into_iter().chain(want.identity_rules(&alb));
                create(parent, rules.collect()).await
            },
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

impl PlacementArgs {
    pub(super) fn alb_group(&self) -> Source {
        self.alb_security_group_id().into()
    }

    pub(super) fn service_group(&self) -> Source {
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
}

fn security_group(purpose: &str, vpc_id: Output<String>) -> security_group::Inputs<Wire> {
    let description = match purpose {
        "alb" => "Load balancer of a FargateWebService",
        _ => "Tasks of a FargateWebService",
    };
    security_group::Inputs { purpose: purpose.into(), description: description.into(), vpc_id }
}
