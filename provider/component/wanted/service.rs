//! How many run, and where: cluster, service, autoscaling.

use std::collections::BTreeMap;

use super::{Wanted, or, spread};
use crate::children::autoscaling::{scaling_policy, scaling_target};
use crate::children::ecs::{cluster, given_cluster, service};
use crate::component::args::AutoscalingArgs;
use crate::component::choices::{CapacityProvider, ContainerInsights, Spot, word};
use crate::component::presets::Defaults;
use crate::component::presets::Level;
use crate::property::{Output, Wire};

/// How tasks reach the world and the world reaches them.
pub(in crate::component) struct Ways {
    pub subnets: Output<Vec<String>>,
    pub security_group: Output<String>,
    pub public_ip: Output<bool>,
    pub target_group: Output<String>,
    pub load_balancer: Output<String>,
}

/// Autoscaling with its defaults.
pub(in crate::component) struct Scaling {
    args: AutoscalingArgs,
    defaults: Defaults,
}

impl Wanted {
    /// None if the service moves into an existing one.
    pub(in crate::component) fn cluster(&self) -> Option<cluster::Inputs<Wire>> {
        if self.args.cluster_arn.is_some() {
            return None;
        }
        let insights = match self.level() {
            Level::Advanced => ContainerInsights::Enabled,
            _ => ContainerInsights::Disabled,
        };
        let providers = ["FARGATE", "FARGATE_SPOT"].map(Output::from).to_vec();
        Some(cluster::Inputs {
            container_insights: or(self.args.container_insights.as_ref(), insights).map(word),
            capacity_providers: providers.into(),
        })
    }

    /// The one that it moves into.
    pub(in crate::component) fn given_cluster(&self) -> given_cluster::Inputs<Wire> {
        let providers = self
            .strategy()
            .map(|items| items.into_iter().map(|item| item.capacity_provider).collect());
        given_cluster::Inputs {
            cluster_arn: self.args.cluster_arn.clone().unwrap_or_else(Output::unknown),
            capacity_providers: providers,
        }
    }

    pub(in crate::component) fn service(
        &self,
        cluster_arn: Output<String>,
        task_definition_arn: Output<String>,
        found: &Output<bool>,
        ways: Ways,
        log_group_name: Output<String>,
    ) -> service::Inputs<Wire> {
        let args = &self.args;
        let deployment = args.deployment.clone().unwrap_or_default();
        let breaker = deployment.circuit_breaker.unwrap_or_default();
        service::Inputs {
            cluster_arn,
            task_definition_arn,
            desired_count: if_found(found, self.desired_count()),
            scaled: self.scaling().is_some().into(),
            subnets: spread(ways.subnets),
            security_groups: vec![ways.security_group].into(),
            assign_public_ip: ways.public_ip,
            target_group_arn: ways.target_group,
            load_balancer_arn: ways.load_balancer,
            container_port: self.container_port(),
            capacity_provider_strategy: self.strategy(),
            minimum_healthy_percent: or(deployment.minimum_healthy_percent.as_ref(), 100),
            maximum_percent: or(deployment.maximum_percent.as_ref(), 200),
            circuit_breaker: or(breaker.enable.as_ref(), true),
            rollback: or(breaker.rollback.as_ref(), true),
            health_check_grace_period_seconds: or(
                args.health_check_grace_period_seconds.as_ref(),
                60,
            ),
            enable_execute_command: or(args.enable_execute_command.as_ref(), false),
            wait_for_steady_state: or(args.wait_for_steady_state.as_ref(), true),
            triggers: or(args.triggers.as_ref(), BTreeMap::new()),
            force_new_deployment: or(args.force_new_deployment.as_ref(), false),
            log_group_name,
        }
    }

    /// The count to begin with: with autoscaling never below its minimum.
    pub(super) fn desired_count(&self) -> Output<u32> {
        match (&self.args.desired_count, self.scaling()) {
            (Some(given), _) => given.clone(),
            (None, Some(scaling)) => scaling.min_capacity(),
            (None, None) => self.defaults.desired_count.into(),
        }
    }

    fn strategy(&self) -> Output<Vec<service::StrategyItem<Wire>>> {
        if let Some(given) = self.args.capacity_provider_strategies.clone() {
            return given.map(|items| {
                items
                    .into_iter()
                    .map(|item| service::StrategyItem {
                        capacity_provider: item.capacity_provider.map(word),
                        base: or(item.base.as_ref(), 0),
                        weight: or(item.weight.as_ref(), 1),
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
        or(self.args.spot.as_ref(), self.defaults.spot).map(|spot| match spot {
            Spot::All => vec![item(on_spot, 0)],
            Spot::Mixed => vec![item(fargate, 1), item(on_spot, 0)],
            Spot::None => vec![item(fargate, 0)],
        })
    }

    /// None if the service does not scale.
    pub(in crate::component) fn scaling(&self) -> Option<Scaling> {
        let args = self.args.autoscaling.clone().unwrap_or_default();
        let enabled = args.enabled.unwrap_or(self.defaults.autoscaling);
        enabled.then_some(Scaling { args, defaults: self.defaults })
    }
}

impl Scaling {
    pub(super) fn min_capacity(&self) -> Output<u32> {
        or(self.args.min_capacity.as_ref(), self.defaults.min_capacity)
    }

    pub(in crate::component) fn target(
        &self,
        cluster_name: Output<String>,
        service_name: Output<String>,
        found: &Output<bool>,
    ) -> scaling_target::Inputs<Wire> {
        let most = or(self.args.max_capacity.as_ref(), self.defaults.max_capacity);
        scaling_target::Inputs {
            cluster_name,
            service_name,
            // Without an image there is nothing to scale, and a minimum would start tasks.
            min_capacity: if_found(found, self.min_capacity()),
            max_capacity: if_found(found, most),
        }
    }

    pub(in crate::component) fn policies(
        &self,
        resource_id: &Output<String>,
        label: &Output<String>,
    ) -> Vec<(&'static str, scaling_policy::Inputs<Wire>)> {
        let policy = |metric: &str, target: Output<f64>, label: Option<Output<String>>| {
            scaling_policy::Inputs {
                resource_id: resource_id.clone(),
                metric: metric.into(),
                target_value: target,
                resource_label: label,
                scale_in_cooldown: or(self.args.scale_in_cooldown.as_ref(), 900),
                scale_out_cooldown: or(self.args.scale_out_cooldown.as_ref(), 300),
            }
        };
        let cpu = or(self.args.cpu_target.as_ref(), 70.0);
        let memory = or(self.args.memory_target.as_ref(), 80.0);
        let mut policies = vec![
            ("scaling-cpu", policy("ECSServiceAverageCPUUtilization", cpu, None)),
            ("scaling-memory", policy("ECSServiceAverageMemoryUtilization", memory, None)),
        ];
        if let Some(requests) = self.args.request_count_target.clone() {
            let policy = policy("ALBRequestCountPerTarget", requests, Some(label.clone()));
            policies.push(("scaling-requests", policy));
        }
        policies
    }
}

/// Which load balancer and target group the requests are counted of.
pub(in crate::component) fn resource_label(
    load_balancer: Output<String>,
    target_group: Output<String>,
) -> Output<String> {
    load_balancer.zip(target_group).map(|(balancer, group)| format!("{balancer}/{group}"))
}

/// Nothing runs while there is no image.
fn if_found(found: &Output<bool>, number: Output<u32>) -> Output<u32> {
    number.zip(found.clone()).map(|(number, found)| if found { number } else { 0 })
}
