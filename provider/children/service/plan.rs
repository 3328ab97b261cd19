//! Which parts of a service an update has to send.

use aws_sdk_ecs::operation::update_service::builders::UpdateServiceFluentBuilder;
use aws_sdk_ecs::types::Service as Described;

use super::Inputs;
use super::mapping::{balancer, deployment, inputs, network, rebalancing, strategy};
use crate::children::numbers::whole;
use crate::error::Result;

/// The parts.
#[derive(Debug, Default, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each says whether one member is sent")]
pub(super) struct Plan {
    task_definition: bool,
    desired_count: bool,
    strategy: bool,
    network: bool,
    balancer: bool,
    deployment: bool,
    grace: bool,
    exec: bool,
    force: bool,
}

impl Plan {
    /// What `live` lacks of `new`. `failed`: the live revision's deployment failed.
    pub(super) fn new(live: &Described, old: Option<&Inputs>, new: &Inputs, failed: bool) -> Self {
        let now = inputs(live);
        // The count is sent when the user changed it and nothing scales, and when a service that
        // waited for its first image starts. Never because someone else changed it.
        let count_changed = old.is_some_and(|old| old.desired_count != new.desired_count);
        let starts = live.desired_count() == 0 && new.desired_count > 0;
        let mut plan = Self {
            task_definition: now.task_definition_arn != new.task_definition_arn,
            desired_count: count_changed && (!new.scaled || starts) || old.is_none() && starts,
            strategy: now.capacity_provider_strategy != new.capacity_provider_strategy,
            network: now.subnets != new.subnets
                || now.security_groups != new.security_groups
                || now.assign_public_ip != new.assign_public_ip,
            balancer: now.target_group_arn != new.target_group_arn
                || now.container_port != new.container_port,
            deployment: now.minimum_healthy_percent != new.minimum_healthy_percent
                || now.maximum_percent != new.maximum_percent
                || now.circuit_breaker != new.circuit_breaker
                || now.rollback != new.rollback,
            grace: now.health_check_grace_period_seconds != new.health_check_grace_period_seconds,
            exec: now.enable_execute_command != new.enable_execute_command,
            force: false,
        };
        let triggered = old.is_some_and(|old| {
            old.triggers != new.triggers || new.force_new_deployment && old != new
        });
        let deploys = plan.task_definition || plan.network || plan.balancer;
        // A changed strategy must be forced (AWS refuses it otherwise); Exec reaches new tasks only.
        plan.force =
            triggered || plan.strategy || plan.exec || failed && !deploys && new.desired_count > 0;
        plan
    }

    /// The request with the parts in it.
    pub(super) fn fill(
        &self,
        request: UpdateServiceFluentBuilder,
        new: &Inputs,
    ) -> Result<UpdateServiceFluentBuilder> {
        let mut request = request;
        if self.task_definition {
            request = request.task_definition(&new.task_definition_arn);
        }
        if self.desired_count {
            request = request.desired_count(whole(new.desired_count));
        }
        if self.strategy {
            request = request.set_capacity_provider_strategy(Some(strategy(new)?));
        }
        if self.network {
            request = request.network_configuration(network(new)?);
        }
        if self.balancer {
            request = request.load_balancers(balancer(new));
        }
        if self.deployment {
            request = request
                .deployment_configuration(deployment(new))
                .availability_zone_rebalancing(rebalancing(new));
        }
        if self.grace {
            request = request
                .health_check_grace_period_seconds(whole(new.health_check_grace_period_seconds));
        }
        if self.exec {
            request = request.enable_execute_command(new.enable_execute_command);
        }
        if self.force {
            request = request.force_new_deployment(true);
        }
        Ok(request)
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_ecs::types::Service as Described;

    use super::{Inputs, Plan, inputs};
    use crate::children::service::StrategyItem;
    use crate::children::service::mapping::shown;

    fn asked() -> Inputs {
        Inputs {
            desired_count: 2,
            scaled: true,
            capacity_provider_strategy: vec![StrategyItem {
                capacity_provider: "FARGATE".to_owned(),
                base: 1,
                weight: 1,
            }],
            ..inputs(&Described::builder().build())
        }
    }

    #[test]
    fn nothing_is_sent_when_nothing_differs() {
        assert_eq!(
            Plan::new(&shown(&asked(), 2), Some(&asked()), &asked(), false),
            Plan::default()
        );
    }

    #[test]
    fn the_autoscalers_count_is_never_reset() {
        let new = Inputs { desired_count: 4, ..asked() };
        let plan = Plan::new(&shown(&asked(), 7), Some(&asked()), &new, false);
        assert!(!plan.desired_count, "{plan:?}");
        let plan = Plan::new(&shown(&asked(), 7), None, &new, false);
        assert!(!plan.desired_count, "{plan:?}");
    }

    #[test]
    fn a_service_that_waited_for_its_image_starts() {
        let old = Inputs { desired_count: 0, ..asked() };
        assert!(Plan::new(&shown(&asked(), 0), Some(&old), &asked(), false).desired_count);
    }

    #[test]
    fn a_changed_strategy_or_trigger_forces_a_deployment() {
        let spot = Inputs {
            capacity_provider_strategy: vec![StrategyItem {
                capacity_provider: "FARGATE_SPOT".to_owned(),
                base: 0,
                weight: 1,
            }],
            ..asked()
        };
        let plan = Plan::new(&shown(&asked(), 2), Some(&asked()), &spot, false);
        assert!(plan.strategy && plan.force, "{plan:?}");
        let triggered = Inputs { triggers: [("a".to_owned(), "1".to_owned())].into(), ..asked() };
        assert!(Plan::new(&shown(&asked(), 2), Some(&asked()), &triggered, false).force);
    }

    #[test]
    fn asking_again_for_a_revision_that_failed_deploys_it_again() {
        let plan = Plan::new(&shown(&asked(), 2), None, &asked(), true);
        assert!(plan.force, "{plan:?}");
    }
}
