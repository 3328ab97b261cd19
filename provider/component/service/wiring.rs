//! How many run, and where: cluster, service, autoscaling.

use futures_util::future::try_join_all;

use super::inputs::ServiceArgs;
use super::scaling::{Scaling, resource_label};
use super::shifting;
use crate::children::autoscaling::{scaling_policy, scaling_target, scheduled_action};
use crate::children::ecs::{cluster, given_cluster, service};
use crate::component::balancer::wiring::WayIn;
use crate::component::container::wiring::Tasks;
use crate::component::image::wiring::{Image, if_found};
use crate::component::inputs::choices::{CapacityProvider, ContainerInsights, Spot, word};
use crate::component::inputs::presets::Level;
use crate::component::network::wiring::Network;
use crate::component::observability::logs::Logs;
use crate::component::observability::wiring::Alarms;
use crate::component::roles::infrastructure::Infrastructure;
use crate::component::wiring::{Node, Source, Wanted, Wiring, spread};
use crate::property::{Output, Wire};

/// What other slices need of the service.
pub(in crate::component) struct Service<'a> {
    /// The cluster's ARN.
    pub cluster: Node<'a, Output<String>>,
    pub service: Node<'a, service::Outputs<Wire>>,
}

/// What else the service names.
pub(in crate::component) struct Own<'a> {
    /// The cluster's ARN.
    pub cluster: Node<'a, Output<String>>,
    pub infrastructure: Infrastructure<'a>,
    pub alarms: Alarms<'a>,
}

/// The cluster's ARN.
pub(in crate::component) fn cluster<'a>(wiring: &mut Wiring<'a>) -> Node<'a, Output<String>> {
    let (parent, want) = (wiring.parent, wiring.want);
    wiring.node(async move {
        match want.args.service.cluster() {
            Source::Given(arn) => {
                let inputs = want.given_cluster(arn);
                Ok(parent.make::<given_cluster::GivenCluster>("given-cluster", inputs).await?.arn)
            }
            Source::Created => {
                let inputs = want.cluster();
                Ok(parent.make::<cluster::Cluster>("cluster", inputs).await?.arn)
            }
        }
    })
}

pub(in crate::component) fn wire<'a>(
    wiring: &mut Wiring<'a>,
    tasks: &Tasks<'a>,
    image: &Image<'a>,
    network: &Network<'a>,
    way_in: &WayIn<'a>,
    logs: &Logs<'a>,
    own: &Own<'a>,
) -> Service<'a> {
    let (parent, want) = (wiring.parent, wiring.want);
    let cluster = own.cluster.clone();
    let what = (cluster.clone(), tasks.clone(), image.found.clone(), logs.clone());
    let place = (
        network.place.task_subnets.clone(),
        network.place.public_ip.clone(),
        network.service_group.clone(),
        network.rules.clone(),
    );
    let shift = shifting::ingredients(want, way_in, own);
    let further = (way_in.targets.clone(), way_in.rules.clone());
    let way_in = (
        way_in.load_balancer.clone(),
        way_in.target_group.clone(),
        way_in.http.clone(),
        way_in.https.clone(),
    );
    let service = wiring.node(async move {
        let (what, place, way_in) = tokio::try_join!(
            async { tokio::try_join!(what.0, what.1, what.2, what.3) },
            async { tokio::try_join!(place.0, place.1, place.2, place.3) },
            async { tokio::try_join!(way_in.0, way_in.1, way_in.2, way_in.3) },
        )?;
        let (cluster, definition, found, logs) = what;
        let (subnets, public_ip, group, rules) = place;
        let (balancer, target_group, http, https) = way_in;
        // A target group serves only behind a listener, and tasks reach the registry only by the
        // rules: orders that no property expresses.
        let mut target_group = target_group.arn;
        for listener in [&http, &https].into_iter().flatten() {
            target_group = target_group.after(listener);
        }
        // So does one that only a rule leads to.
        let rules_of_routes = further.1.await?;
        for rule in &rules_of_routes {
            target_group = target_group.after(&rule.arn);
        }
        let mut targets = Vec::new();
        for target in further.0 {
            let mut arn = target.group.await?.arn;
            for rule in &rules_of_routes {
                arn = arn.after(&rule.arn);
            }
            targets.push(service::FurtherTarget {
                target_group_arn: arn,
                container_name: want.args.container.container_name(),
                container_port: Output::from(target.container_port).from_input("targets"),
            });
        }
        let ways = Ways {
            targets,
            subnets,
            security_group: group.after(&rules),
            public_ip,
            target_group,
            load_balancer: balancer.arn,
        };
        let inputs = want.service(cluster, definition.arn, &found, ways, logs.name);
        let inputs = want.shifted(inputs, shift.await?);
        parent.make::<service::Service>("service", inputs).await
    });
    Service { cluster, service }
}

pub(in crate::component) fn scale<'a>(
    wiring: &mut Wiring<'a>,
    service: &Service<'a>,
    image: &Image<'a>,
    way_in: &WayIn<'a>,
) {
    let (parent, want) = (wiring.parent, wiring.want);
    let Some(scaling) = want.scaling() else { return };
    let (service, found) = (service.service.clone(), image.found.clone());
    let (balancer, group) = (way_in.load_balancer.clone(), way_in.target_group.clone());
    drop(wiring.node(async move {
        let (service, found) = tokio::try_join!(service, found)?;
        let inputs = scaling.target(service.cluster_name, service.name, &found);
        let target = parent.make::<scaling_target::Target>("scaling", inputs).await?;
        let actions = scaling.actions(&target.resource_id, &found).into_iter();
        let actions = actions.map(|(part, inputs)| async move {
            parent.make::<scheduled_action::ScheduledAction>(&part, inputs).await
        });
        let policies = async {
            let (balancer, group) = tokio::try_join!(balancer, group)?;
            let label = resource_label(balancer.arn_suffix, group.arn_suffix);
            let policies = scaling.policies(&target.resource_id, &label).into_iter();
            let made = policies.map(|(part, inputs)| async move {
                parent.make::<scaling_policy::Policy>(part, inputs).await
            });
            try_join_all(made).await
        };
        tokio::try_join!(try_join_all(actions), policies).map(drop)
    }));
}

impl ServiceArgs {
    pub(in crate::component) fn cluster(&self) -> Source {
        self.cluster_arn().into()
    }
}

/// How tasks reach the world and the world reaches them.
struct Ways {
    targets: Vec<service::FurtherTarget<Wire>>,
    subnets: Output<Vec<String>>,
    security_group: Output<String>,
    public_ip: Output<bool>,
    target_group: Output<String>,
    load_balancer: Output<String>,
}

impl Wanted {
    /// One of the service's own.
    pub(in crate::component) fn cluster(&self) -> cluster::Inputs<Wire> {
        let insights = match self.level() {
            Level::Advanced => ContainerInsights::Enabled,
            _ => ContainerInsights::Disabled,
        };
        let providers = ["FARGATE", "FARGATE_SPOT"].map(Output::from).to_vec();
        cluster::Inputs {
            container_insights: self
                .args
                .service
                .container_insights()
                .unwrap_or_else(|| insights.into())
                .from_input("containerInsights")
                .map(word),
            capacity_providers: providers.into(),
            default_strategy: self
                .args
                .service
                .capacity_provider_strategies
                .is_some()
                .then(|| self.strategy()),
        }
    }

    /// The one that it moves into.
    fn given_cluster(&self, arn: Output<String>) -> given_cluster::Inputs<Wire> {
        let providers = self
            .strategy()
            .map(|items| items.into_iter().map(|item| item.capacity_provider).collect());
        given_cluster::Inputs { cluster_arn: arn, capacity_providers: providers }
    }

    fn service(
        &self,
        cluster_arn: Output<String>,
        task_definition_arn: Output<String>,
        found: &Output<bool>,
        ways: Ways,
        log_group_name: Output<String>,
    ) -> service::Inputs<Wire> {
        let args = &self.args.service;
        let deployment = args.deployment();
        let breaker = deployment.circuit_breaker();
        service::Inputs {
            cluster_arn,
            task_definition_arn,
            external_image: self.args.image.external_image().then(|| true.into()),
            desired_count: if_found(found, self.desired_count()),
            scaled: self.scaling().is_some().into(),
            subnets: spread(ways.subnets),
            security_groups: vec![ways.security_group].into(),
            assign_public_ip: ways.public_ip,
            target_group_arn: ways.target_group,
            load_balancer_arn: ways.load_balancer,
            container_name: self.args.container.container_name(),
            container_port: self.args.container.container_port(),
            further_targets: (!ways.targets.is_empty()).then(|| ways.targets.into()),
            capacity_provider_strategy: self.strategy(),
            minimum_healthy_percent: deployment.minimum_healthy_percent(),
            maximum_percent: deployment.maximum_percent(),
            circuit_breaker: breaker.enable(),
            rollback: breaker.rollback(),
            threshold: None,
            reset_on_healthy_task: None,
            alarm_names: None,
            shift: None,
            health_check_grace_period_seconds: self
                .args
                .balancer
                .health_check_grace_period_seconds(),
            enable_execute_command: args.enable_execute_command(),
            wait_for_steady_state: args.wait_for_steady_state(),
            fail_fast: deployment.fail_fast(),
            on_cancel: deployment.on_cancel().map(word),
            triggers: args.triggers(),
            force_new_deployment: args.force_new_deployment(),
            log_group_name,
        }
    }

    /// The count to begin with: with autoscaling never below its minimum.
    fn desired_count(&self) -> Output<u32> {
        let args = &self.args.service;
        match (&args.desired_count, self.scaling()) {
            // As if it were given: `ignoreChanges` of it is about this number.
            (None, Some(scaling)) => scaling.begins_with().from_input("desiredCount"),
            _ => args.desired_count(&self.defaults),
        }
    }

    fn strategy(&self) -> Output<Vec<service::StrategyItem<Wire>>> {
        if let Some(given) = self.args.service.capacity_provider_strategies() {
            return given.map(|items| {
                items
                    .into_iter()
                    .map(|item| service::StrategyItem {
                        capacity_provider: item.capacity_provider.map(word),
                        base: item.base.unwrap_or(0.into()),
                        weight: item.weight.unwrap_or(1.into()),
                    })
                    .collect()
            });
        }
        let item = |provider: CapacityProvider, base: u32| service::StrategyItem {
            capacity_provider: word(provider).into(),
            base: base.into(),
            weight: 1.into(),
        };
        let (fargate, on_spot) = (CapacityProvider::Fargate, CapacityProvider::FargateSpot);
        self.args.service.spot(&self.defaults).from_input("capacityProviderStrategies").map(
            |spot| match spot {
                Spot::All => vec![item(on_spot, 0)],
                Spot::Mixed => vec![item(fargate, 1), item(on_spot, 0)],
                Spot::None => vec![item(fargate, 0)],
            },
        )
    }

    /// None if the service does not scale.
    fn scaling(&self) -> Option<Scaling> {
        let args = self.args.service.autoscaling();
        args.enabled(&self.defaults).then_some(Scaling { args, defaults: self.defaults })
    }
}
