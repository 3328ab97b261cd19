//! A service as ECS spells it: made of what was asked for, and read back as that.

use std::collections::BTreeMap;

use aws_sdk_ecs::types::{
    AssignPublicIp, AvailabilityZoneRebalancing, AwsVpcConfiguration, DeploymentCircuitBreaker,
    DeploymentConfiguration, LoadBalancer, NetworkConfiguration, Service as Described,
};

use super::shift::{self, Shift};
use super::{FurtherTarget, Inputs, Outputs};
use crate::aws::numbers::{natural, port};
use crate::children::ecs::strategy;
use crate::error::{Error, Result};
use crate::property::{Output, Wire};

pub(super) fn network(inputs: &Inputs) -> Result<NetworkConfiguration> {
    let public_ip =
        if inputs.assign_public_ip { AssignPublicIp::Enabled } else { AssignPublicIp::Disabled };
    let vpc = AwsVpcConfiguration::builder()
        .set_subnets(Some(inputs.subnets.clone()))
        .set_security_groups(Some(inputs.security_groups.clone()))
        .assign_public_ip(public_ip)
        .build()
        .map_err(Error::bug)?;
    Ok(NetworkConfiguration::builder().awsvpc_configuration(vpc).build())
}

/// The first one is that with the strategy's configuration.
pub(super) fn balancers(inputs: &Inputs) -> Vec<LoadBalancer> {
    let further = inputs.further_targets.iter().flatten().map(|it| {
        LoadBalancer::builder()
            .target_group_arn(&it.target_group_arn)
            .container_name(&it.container_name)
            .container_port(i32::from(it.container_port))
            .build()
    });
    std::iter::once(balancer(inputs)).chain(further).collect()
}

/// Further target groups in an order of ours, by container and port.
pub(super) fn in_order(mut all: Vec<FurtherTarget<Wire>>) -> Vec<FurtherTarget<Wire>> {
    let text = |it: &Output<String>| it.known().cloned();
    all.sort_by_cached_key(|it| {
        let port = it.container_port.known().copied();
        (text(&it.container_name), port, text(&it.target_group_arn))
    });
    all
}

fn further(service: &Described) -> Option<Vec<FurtherTarget>> {
    let text = |it: Option<&str>| it.unwrap_or_default().to_owned();
    let mut all: Vec<FurtherTarget> = service
        .load_balancers()
        .iter()
        .skip(1)
        .map(|it| FurtherTarget {
            target_group_arn: text(it.target_group_arn()),
            container_name: text(it.container_name()),
            container_port: port(it.container_port()).unwrap_or_default(),
        })
        .collect();
    all.sort_by_cached_key(|it| {
        (it.container_name.clone(), it.container_port, it.target_group_arn.clone())
    });
    (!all.is_empty()).then_some(all)
}

fn balancer(inputs: &Inputs) -> LoadBalancer {
    LoadBalancer::builder()
        .target_group_arn(&inputs.target_group_arn)
        .container_name(&inputs.container_name)
        .container_port(i32::from(inputs.container_port))
        .set_advanced_configuration(inputs.shift.as_ref().map(shift::advanced))
        .build()
}

/// Always said: left out of an update it keeps what is there, left out of a create it is ENABLED.
/// It needs room for one task more than asked for.
pub(super) fn rebalancing(inputs: &Inputs) -> AvailabilityZoneRebalancing {
    if inputs.maximum_percent > 100 {
        AvailabilityZoneRebalancing::Enabled
    } else {
        AvailabilityZoneRebalancing::Disabled
    }
}

/// A service read back as what was asked for. What AWS does not return has its neutral value.
pub(super) fn inputs(service: &Described) -> Inputs {
    let read = as_it_is(service);
    Inputs { shift: read.shift.filter(Shift::moves), ..read }
}

/// The same for a service that is on its way from one strategy to another: replacing its tasks a few at a time, with
/// two target groups.
pub(super) fn as_it_is(service: &Described) -> Inputs {
    let number = |number: Option<i32>, unset: u32| natural(number).unwrap_or(unset);
    let vpc = service.network_configuration().and_then(|it| it.awsvpc_configuration());
    let mut subnets = vpc.map(|vpc| vpc.subnets().to_vec()).unwrap_or_default();
    subnets.sort();
    let mut security_groups = vpc.map(|vpc| vpc.security_groups().to_vec()).unwrap_or_default();
    security_groups.sort();
    let balancer = service.load_balancers().first();
    let configuration = service.deployment_configuration();
    let breaker = configuration.and_then(|it| it.deployment_circuit_breaker());
    Inputs {
        cluster_arn: service.cluster_arn().unwrap_or_default().to_owned(),
        task_definition_arn: service.task_definition().unwrap_or_default().to_owned(),
        external_image: None,
        desired_count: number(Some(service.desired_count()), 0),
        scaled: false,
        subnets,
        security_groups,
        assign_public_ip: vpc.and_then(|vpc| vpc.assign_public_ip())
            == Some(&AssignPublicIp::Enabled),
        target_group_arn: balancer
            .and_then(LoadBalancer::target_group_arn)
            .unwrap_or_default()
            .to_owned(),
        load_balancer_arn: String::new(),
        container_name: balancer
            .and_then(LoadBalancer::container_name)
            .unwrap_or_default()
            .to_owned(),
        container_port: balancer
            .and_then(|balancer| port(balancer.container_port()))
            .unwrap_or_default(),
        further_targets: further(service),
        capacity_provider_strategy: strategy::read(service.capacity_provider_strategy()),
        minimum_healthy_percent: number(
            configuration.and_then(DeploymentConfiguration::minimum_healthy_percent),
            100,
        ),
        maximum_percent: number(
            configuration.and_then(DeploymentConfiguration::maximum_percent),
            200,
        ),
        circuit_breaker: breaker.is_some_and(DeploymentCircuitBreaker::enable),
        rollback: breaker.is_some_and(|it| it.enable() && it.rollback()),
        threshold: shift::read_threshold(breaker),
        reset_on_healthy_task: breaker
            .and_then(DeploymentCircuitBreaker::reset_on_healthy_task)
            .filter(|it| !it),
        alarm_names: shift::read_alarms(configuration),
        shift: shift::read(service),
        health_check_grace_period_seconds: number(service.health_check_grace_period_seconds(), 0),
        enable_execute_command: service.enable_execute_command(),
        wait_for_steady_state: true,
        fail_fast: true,
        on_cancel: super::watch::ROLLBACK.to_owned(),
        triggers: BTreeMap::new(),
        force_new_deployment: false,
        log_group_name: String::new(),
    }
}

pub(super) fn outputs(service: &Described) -> Outputs {
    let cluster = service.cluster_arn().unwrap_or_default();
    Outputs {
        arn: service.service_arn().unwrap_or_default().to_owned(),
        name: service.service_name().unwrap_or_default().to_owned(),
        cluster_name: cluster.rsplit('/').next().unwrap_or_default().to_owned(),
        deployed_task_definition_arn: service.task_definition().map(str::to_owned),
        accepted: None,
    }
}

/// A service with every input, as ECS shows it with this many tasks.
#[cfg(test)]
pub(super) fn shown(asked: &Inputs, count: i32) -> Described {
    use crate::aws::numbers::whole;

    Described::builder()
        .cluster_arn(&asked.cluster_arn)
        .task_definition(&asked.task_definition_arn)
        .desired_count(count)
        .set_capacity_provider_strategy(strategy::write(&asked.capacity_provider_strategy).ok())
        .set_network_configuration(network(asked).ok())
        .set_load_balancers(Some(balancers(asked)))
        .set_deployment_configuration(shift::deployment(asked, None).ok())
        .health_check_grace_period_seconds(whole(asked.health_check_grace_period_seconds))
        .build()
}

#[cfg(test)]
mod tests {
    use aws_sdk_ecs::types::{DeploymentCircuitBreaker, DeploymentConfiguration};

    use super::{Described, Inputs, Shift, inputs, shown};
    use crate::children::ecs::service::{FurtherTarget, StrategyItem, Threshold};

    fn asked() -> Inputs {
        Inputs {
            cluster_arn: "arn:cluster/web".to_owned(),
            task_definition_arn: "arn:td:1".to_owned(),
            external_image: None,
            desired_count: 2,
            scaled: true,
            subnets: vec!["subnet-a".to_owned(), "subnet-b".to_owned()],
            security_groups: vec!["sg-1".to_owned()],
            assign_public_ip: true,
            target_group_arn: "arn:tg".to_owned(),
            load_balancer_arn: "arn:lb".to_owned(),
            container_name: "web".to_owned(),
            container_port: 80,
            further_targets: Some(vec![FurtherTarget {
                target_group_arn: "arn:admin".to_owned(),
                container_name: "web".to_owned(),
                container_port: 9090,
            }]),
            capacity_provider_strategy: vec![StrategyItem {
                capacity_provider: "FARGATE".to_owned(),
                base: 1,
                weight: 1,
            }],
            minimum_healthy_percent: 100,
            maximum_percent: 200,
            circuit_breaker: true,
            rollback: true,
            threshold: None,
            reset_on_healthy_task: None,
            alarm_names: None,
            shift: None,
            health_check_grace_period_seconds: 60,
            enable_execute_command: false,
            wait_for_steady_state: true,
            fail_fast: true,
            on_cancel: "rollback".to_owned(),
            triggers: [].into(),
            force_new_deployment: false,
            log_group_name: "/fargate/web".to_owned(),
        }
    }

    #[test]
    fn what_is_sent_is_read_back_as_what_was_asked_for() {
        let read = inputs(&shown(&asked(), 2));
        let expected = Inputs {
            scaled: true,
            load_balancer_arn: "arn:lb".to_owned(),
            log_group_name: "/fargate/web".to_owned(),
            ..read
        };
        assert_eq!(expected, asked());
    }

    #[test]
    fn how_traffic_moves_is_read_back_as_what_was_asked_for() {
        let blue_green = Shift {
            strategy: "BLUE_GREEN".to_owned(),
            bake_time_in_minutes: 5,
            percent: None,
            step_bake_time_in_minutes: None,
            alternate_target_group_arn: "arn:other".to_owned(),
            production_listener_rule: "arn:rule".to_owned(),
            test_listener_rule: Some("arn:test".to_owned()),
            role_arn: "arn:role".to_owned(),
            hooks: vec![],
        };
        let steps = |strategy: &str| Shift {
            strategy: strategy.to_owned(),
            percent: Some(12.5),
            step_bake_time_in_minutes: Some(3),
            test_listener_rule: None,
            ..blue_green.clone()
        };
        for shift in [blue_green.clone(), steps("CANARY"), steps("LINEAR")] {
            let asked = Inputs {
                threshold: Some(Threshold { r#type: "COUNT".to_owned(), value: 4 }),
                reset_on_healthy_task: Some(false),
                alarm_names: Some(vec!["a".to_owned(), "b".to_owned()]),
                shift: Some(shift),
                ..asked()
            };
            let read = inputs(&shown(&asked, 2));
            assert_eq!(read.shift, asked.shift);
            assert_eq!(
                (read.threshold, read.reset_on_healthy_task, read.alarm_names),
                (asked.threshold, asked.reset_on_healthy_task, asked.alarm_names)
            );
        }
    }

    #[test]
    fn a_rollback_without_the_breaker_is_none() {
        let breaker = DeploymentCircuitBreaker::builder().enable(false).rollback(true).build();
        let configuration =
            DeploymentConfiguration::builder().deployment_circuit_breaker(breaker).build();
        let read = inputs(&Described::builder().deployment_configuration(configuration).build());
        assert_eq!((read.circuit_breaker, read.rollback), (false, false));
    }
}
