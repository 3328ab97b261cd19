//! What is sent to make or change a service, and how AWS's answer reads as inputs.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_ecs::operation::update_service::builders::UpdateServiceFluentBuilder;
use aws_sdk_ecs::types::{
    AssignPublicIp, AvailabilityZoneRebalancing, AwsVpcConfiguration, CapacityProviderStrategyItem,
    DeploymentCircuitBreaker, DeploymentConfiguration, LoadBalancer, NetworkConfiguration,
    PropagateTags, SchedulingStrategy, Service as Described,
};

use super::{Inputs, StrategyItem};
use crate::aws::Explain;
use crate::children::container::CONTAINER;
use crate::error::{Error, Result};
use crate::resource::{Cx, naming};

/// Makes the service.
pub(super) async fn create(cx: &Cx, inputs: &Inputs) -> Result<Described> {
    let ecs = cx.aws.ecs().await?;
    // The same token for the same create: a repeated call answers with the first one's service.
    let owner = cx.tags.get(crate::resource::owner::OWNER_TAG).cloned().unwrap_or_default();
    let token = naming::letters(owner.as_bytes(), 32);
    let answer = cx
        .retry(Duration::from_mins(4), passes, || async {
            ecs.create_service()
                .cluster(&inputs.cluster_arn)
                .service_name(&cx.base)
                .client_token(&token)
                .task_definition(&inputs.task_definition_arn)
                .desired_count(whole(inputs.desired_count))
                .scheduling_strategy(SchedulingStrategy::Replica)
                .set_capacity_provider_strategy(Some(strategy(inputs)?))
                .network_configuration(network(inputs)?)
                .load_balancers(balancer(inputs))
                .deployment_configuration(deployment(inputs))
                .availability_zone_rebalancing(rebalancing(inputs))
                .health_check_grace_period_seconds(whole(inputs.health_check_grace_period_seconds))
                .enable_execute_command(inputs.enable_execute_command)
                .enable_ecs_managed_tags(true)
                .propagate_tags(PropagateTags::Service)
                .set_tags(Some(crate::children::ecs_tags::write(&cx.tags)))
                .send()
                .await
                .explain("ecs:CreateService", &cx.base)
        })
        .await?;
    answer.service.ok_or_else(|| Error::bug("CreateService gave no service"))
}

/// Changes what differs from `live`; nothing is sent when nothing does. `failed`: the live
/// revision's deployment failed, so asking for the same again needs a new deployment.
pub(super) async fn update(
    cx: &Cx,
    live: &Described,
    old: Option<&Inputs>,
    new: &Inputs,
    failed: bool,
) -> Result<Option<Described>> {
    let ecs = cx.aws.ecs().await?;
    let plan = Plan::new(live, old, new, failed);
    if plan == Plan::default() {
        return Ok(None);
    }
    let request = plan.fill(
        ecs.update_service()
            .cluster(&new.cluster_arn)
            .service(live.service_arn().unwrap_or(&cx.base)),
        new,
    )?;
    let answer = cx
        .retry(Duration::from_mins(4), passes, || async {
            request.clone().send().await.explain("ecs:UpdateService", &cx.base)
        })
        .await?;
    Ok(answer.service)
}

/// Refusals that pass by themselves (terraform-provider-aws, ecs/service.go, retryServiceCreate).
fn passes(error: &Error) -> bool {
    const FRAGMENTS: [&str; 4] = [
        // IAM has not told ECS of a fresh role yet.
        "verify that the ECS service role being passed has the proper permissions",
        // The listener was made, and ECS has not heard of it.
        "does not have an associated load balancer",
        "Unable to assume the service linked role",
        // The service of an earlier create is still being deleted.
        "still Draining",
    ];
    error.code() == Some("ClusterNotFoundException")
        || FRAGMENTS.iter().any(|fragment| error.message().contains(fragment))
}

/// Which parts of an update have to be sent.
#[derive(Debug, Default, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each says whether one member is sent")]
struct Plan {
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
    fn new(live: &Described, old: Option<&Inputs>, new: &Inputs, failed: bool) -> Self {
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

    fn fill(
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

fn strategy(inputs: &Inputs) -> Result<Vec<CapacityProviderStrategyItem>> {
    inputs
        .capacity_provider_strategy
        .iter()
        .map(|item| {
            CapacityProviderStrategyItem::builder()
                .capacity_provider(&item.capacity_provider)
                .base(whole(item.base))
                .weight(whole(item.weight))
                .build()
                .map_err(Error::bug)
        })
        .collect()
}

fn network(inputs: &Inputs) -> Result<NetworkConfiguration> {
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

fn balancer(inputs: &Inputs) -> LoadBalancer {
    LoadBalancer::builder()
        .target_group_arn(&inputs.target_group_arn)
        .container_name(CONTAINER)
        .container_port(i32::from(inputs.container_port))
        .build()
}

fn deployment(inputs: &Inputs) -> DeploymentConfiguration {
    let breaker = DeploymentCircuitBreaker::builder()
        .enable(inputs.circuit_breaker)
        .rollback(inputs.rollback)
        .build();
    DeploymentConfiguration::builder()
        .minimum_healthy_percent(whole(inputs.minimum_healthy_percent))
        .maximum_percent(whole(inputs.maximum_percent))
        .deployment_circuit_breaker(breaker)
        .build()
}

/// Always said: left out of an update it keeps what is there, left out of a create it is ENABLED.
/// It needs room for one task more than asked for.
fn rebalancing(inputs: &Inputs) -> AvailabilityZoneRebalancing {
    if inputs.maximum_percent > 100 {
        AvailabilityZoneRebalancing::Enabled
    } else {
        AvailabilityZoneRebalancing::Disabled
    }
}

fn whole(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// A service read back as what was asked for. What AWS does not tell has its neutral value.
pub(super) fn inputs(service: &Described) -> Inputs {
    let natural = |number: Option<i32>, unset: u32| {
        number.and_then(|number| u32::try_from(number).ok()).unwrap_or(unset)
    };
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
        desired_count: natural(Some(service.desired_count()), 0),
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
        container_port: balancer
            .and_then(LoadBalancer::container_port)
            .and_then(|port| u16::try_from(port).ok())
            .unwrap_or_default(),
        capacity_provider_strategy: service
            .capacity_provider_strategy()
            .iter()
            .map(|item| StrategyItem {
                capacity_provider: item.capacity_provider().to_owned(),
                base: natural(Some(item.base()), 0),
                weight: natural(Some(item.weight()), 0),
            })
            .collect(),
        minimum_healthy_percent: natural(
            configuration.and_then(DeploymentConfiguration::minimum_healthy_percent),
            100,
        ),
        maximum_percent: natural(
            configuration.and_then(DeploymentConfiguration::maximum_percent),
            200,
        ),
        circuit_breaker: breaker.is_some_and(DeploymentCircuitBreaker::enable),
        rollback: breaker.is_some_and(DeploymentCircuitBreaker::rollback),
        health_check_grace_period_seconds: natural(service.health_check_grace_period_seconds(), 0),
        enable_execute_command: service.enable_execute_command(),
        wait_for_steady_state: true,
        triggers: BTreeMap::new(),
        force_new_deployment: false,
        log_group_name: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_ecs::types::Service as Described;

    use super::{Error, Inputs, Plan, balancer, deployment, inputs, network, passes, strategy};
    use crate::children::service::StrategyItem;

    fn asked() -> Inputs {
        Inputs {
            cluster_arn: "arn:cluster/web".to_owned(),
            task_definition_arn: "arn:td:1".to_owned(),
            desired_count: 2,
            scaled: true,
            subnets: vec!["subnet-a".to_owned(), "subnet-b".to_owned()],
            security_groups: vec!["sg-1".to_owned()],
            assign_public_ip: true,
            target_group_arn: "arn:tg".to_owned(),
            load_balancer_arn: "arn:lb".to_owned(),
            container_port: 80,
            capacity_provider_strategy: vec![StrategyItem {
                capacity_provider: "FARGATE".to_owned(),
                base: 1,
                weight: 1,
            }],
            minimum_healthy_percent: 100,
            maximum_percent: 200,
            circuit_breaker: true,
            rollback: true,
            health_check_grace_period_seconds: 60,
            enable_execute_command: false,
            wait_for_steady_state: true,
            triggers: [].into(),
            force_new_deployment: false,
            log_group_name: "/fargate/web".to_owned(),
        }
    }

    fn live(asked: &Inputs, count: i32) -> Described {
        Described::builder()
            .cluster_arn(&asked.cluster_arn)
            .task_definition(&asked.task_definition_arn)
            .desired_count(count)
            .set_capacity_provider_strategy(strategy(asked).ok())
            .set_network_configuration(network(asked).ok())
            .load_balancers(balancer(asked))
            .deployment_configuration(deployment(asked))
            .health_check_grace_period_seconds(60)
            .build()
    }

    #[test]
    fn what_is_sent_is_read_back_as_what_was_asked_for() {
        let read = inputs(&live(&asked(), 2));
        let told = Inputs {
            scaled: true,
            load_balancer_arn: "arn:lb".to_owned(),
            log_group_name: "/fargate/web".to_owned(),
            ..read
        };
        assert_eq!(told, asked());
    }

    #[test]
    fn nothing_is_sent_when_nothing_differs() {
        assert_eq!(Plan::new(&live(&asked(), 2), Some(&asked()), &asked(), false), Plan::default());
    }

    #[test]
    fn the_autoscalers_count_is_never_reset() {
        let new = Inputs { desired_count: 4, ..asked() };
        let plan = Plan::new(&live(&asked(), 7), Some(&asked()), &new, false);
        assert!(!plan.desired_count, "{plan:?}");
        let plan = Plan::new(&live(&asked(), 7), None, &new, false);
        assert!(!plan.desired_count, "{plan:?}");
    }

    #[test]
    fn a_service_that_waited_for_its_image_starts() {
        let old = Inputs { desired_count: 0, ..asked() };
        assert!(Plan::new(&live(&asked(), 0), Some(&old), &asked(), false).desired_count);
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
        let plan = Plan::new(&live(&asked(), 2), Some(&asked()), &spot, false);
        assert!(plan.strategy && plan.force, "{plan:?}");
        let triggered = Inputs { triggers: [("a".to_owned(), "1".to_owned())].into(), ..asked() };
        assert!(Plan::new(&live(&asked(), 2), Some(&asked()), &triggered, false).force);
    }

    #[test]
    fn asking_again_for_a_revision_that_failed_deploys_it_again() {
        let plan = Plan::new(&live(&asked(), 2), None, &asked(), true);
        assert!(plan.force, "{plan:?}");
    }

    #[test]
    fn what_ecs_has_not_heard_of_yet_passes() {
        let refused = |message: &str| passes(&Error::aws("InvalidParameterException", message));
        for message in [
            "Unable to assume role and validate the specified targetGroupArn. Please verify that the ECS service role being passed has the proper permissions.",
            "The target group with targetGroupArn arn:tg does not have an associated load balancer.",
            "Unable to assume the service linked role. Please verify that the ECS service linked role exists.",
            "Unable to Start a service that is still Draining.",
        ] {
            assert!(refused(message), "{message}");
        }
        assert!(!refused("The specified subnet does not exist."));
    }
}
