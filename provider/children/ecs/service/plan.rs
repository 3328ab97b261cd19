//! Which parts of a service an update has to send.

use aws_sdk_ecs::operation::update_service::builders::UpdateServiceFluentBuilder;
use aws_sdk_ecs::types::Service as Described;

use super::Inputs;
use super::live::is_deploying;
use super::mapping::{as_it_is, balancers, network, rebalancing};
use super::shift::{self, Shift};
use crate::aws::numbers::whole;
use crate::children::ecs::strategy;
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
        let now = as_it_is(live);
        let starts = live.desired_count() == 0 && new.desired_count > 0;
        // The count is the program's when nothing scales and the program changed it, or stopped to
        // scale; and when an earlier update did not come to its end, because it is not known what of it was
        // done. What others set in a service that is well is theirs.
        let programs = old.is_none_or(|old| old.scaled || old.desired_count != new.desired_count)
            && !new.scaled;
        // One that scales but waited for its first image is started; one that a schedule turned off is not.
        let first = old.is_none_or(|old| old.desired_count == 0) && starts;
        let mut plan = Self {
            task_definition: deploys_revision(&now.task_definition_arn, old, new),
            desired_count: now.desired_count != new.desired_count && (programs || first),
            strategy: now.capacity_provider_strategy != new.capacity_provider_strategy,
            network: now.subnets != new.subnets
                || now.security_groups != new.security_groups
                || now.assign_public_ip != new.assign_public_ip,
            balancer: now.target_group_arn != new.target_group_arn
                || now.container_name != new.container_name
                || now.container_port != new.container_port
                || now.further_targets != new.further_targets
                || now.shift.as_ref().map(Shift::of_balancer)
                    != new.shift.as_ref().map(Shift::of_balancer),
            deployment: now.minimum_healthy_percent != new.minimum_healthy_percent
                || now.maximum_percent != new.maximum_percent
                || now.circuit_breaker != new.circuit_breaker
                || now.rollback != new.rollback
                || shift::differ(&now, new),
            grace: now.health_check_grace_period_seconds != new.health_check_grace_period_seconds,
            exec: now.enable_execute_command != new.enable_execute_command,
            force: false,
        };
        let triggered = match old {
            Some(old) => old.triggers != new.triggers || new.force_new_deployment && old != new,
            // It is not known whether the deployment that these ask for was begun.
            None => (new.force_new_deployment || !new.triggers.is_empty()) && !is_deploying(live),
        };
        let deploys = plan.task_definition || plan.network || plan.balancer;
        // A changed strategy must be forced (AWS refuses it otherwise); Exec reaches new tasks only.
        let count = if plan.desired_count { new.desired_count } else { now.desired_count };
        plan.force = triggered || plan.strategy || plan.exec || failed && !deploys && count > 0;
        plan
    }

    /// The request with the parts in it.
    pub(super) fn fill(
        &self,
        request: UpdateServiceFluentBuilder,
        live: &Described,
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
            request = request.set_capacity_provider_strategy(Some(strategy::write(
                &new.capacity_provider_strategy,
            )?));
        }
        if self.network {
            request = request.network_configuration(network(new)?);
        }
        if self.balancer {
            request = request.set_load_balancers(Some(balancers(new)));
        }
        if self.deployment {
            request = request
                .deployment_configuration(shift::deployment(new, Some(&as_it_is(live)))?)
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

/// Whether the program's revision has to be deployed. Where others deploy too, theirs stays, unless the program's is new;
/// if it is not known whether it is, the newer one.
fn deploys_revision(live: &str, old: Option<&Inputs>, new: &Inputs) -> bool {
    let number = |arn: &str| arn.rsplit(':').next().and_then(|it| it.parse::<u32>().ok());
    let asked = &new.task_definition_arn;
    match old {
        _ if new.external_image != Some(true) => live != asked,
        Some(old) => live != asked && old.task_definition_arn != *asked,
        None => number(live) < number(asked),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_ecs::types::Service as Described;

    use super::{Inputs, Plan};
    use crate::children::ecs::service::StrategyItem;
    use crate::children::ecs::service::mapping::{inputs, shown};

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
    fn after_a_failed_update_the_count_is_the_programs_both_ways() {
        let fixed = |desired_count| Inputs { desired_count, scaled: false, ..asked() };
        for live in [1, 5] {
            let plan = Plan::new(&shown(&fixed(3), live), None, &fixed(3), false);
            assert!(plan.desired_count, "{live}: {plan:?}");
        }
        assert!(!Plan::new(&shown(&fixed(3), 3), None, &fixed(3), false).desired_count);
    }

    #[test]
    fn a_count_that_others_set_in_a_service_that_is_well_stays() {
        let fixed = Inputs { scaled: false, ..asked() };
        let other = Inputs { task_definition_arn: "arn:td:2".to_owned(), ..fixed.clone() };
        let plan = Plan::new(&shown(&fixed, 5), Some(&fixed), &other, false);
        assert!(plan.task_definition && !plan.desired_count, "{plan:?}");
    }

    #[test]
    fn a_service_that_stops_to_scale_has_the_programs_count() {
        let fixed = Inputs { scaled: false, ..asked() };
        assert!(Plan::new(&shown(&asked(), 7), Some(&asked()), &fixed, false).desired_count);
        let back = Plan::new(&shown(&fixed, 7), Some(&fixed), &asked(), false);
        assert!(!back.desired_count, "{back:?}");
    }

    #[test]
    fn what_asked_for_a_deployment_that_may_not_have_begun_asks_again() {
        let triggered = Inputs { triggers: [("a".to_owned(), "1".to_owned())].into(), ..asked() };
        assert!(Plan::new(&shown(&asked(), 2), None, &triggered, false).force);
        assert!(!Plan::new(&shown(&asked(), 2), None, &asked(), false).force);
    }

    #[test]
    fn a_revision_that_others_deployed_stays_until_the_programs_changes() {
        let of = |revision: u32| Inputs {
            task_definition_arn: format!("arn:task-definition/web:{revision}"),
            external_image: Some(true),
            ..asked()
        };
        let sent = |live, old: Option<u32>, new| {
            let old = old.map(of);
            Plan::new(&shown(&of(live), 2), old.as_ref(), &of(new), false).task_definition
        };
        assert!(!sent(10, Some(9), 9), "nothing changed");
        assert!(sent(10, Some(9), 11), "the configuration changed");
        assert!(!sent(11, Some(9), 11), "it runs already");
        assert!(sent(9, None, 11), "an update that failed");
        assert!(!sent(12, None, 11), "others deployed after an update that failed");
        let ours = Inputs { external_image: None, ..of(9) };
        assert!(Plan::new(&shown(&of(10), 2), Some(&ours), &ours, false).task_definition);
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
