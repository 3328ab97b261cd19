//! The calls that make and change a service, and the refusals that pass by themselves.

use std::time::Duration;

use aws_sdk_ecs::types::{PropagateTags, SchedulingStrategy, Service as Described};

use super::Inputs;
use super::live::{NO_CLUSTER, cluster_is_deleted, cluster_is_gone};
use super::mapping::{balancers, network, rebalancing};
use super::plan::Plan;
use super::shift;
use super::watch;
use crate::aws::Explain;
use crate::aws::looks::family_of;
use crate::aws::numbers::whole;
use crate::children::ecs::revisions;
use crate::children::ecs::strategy;
use crate::children::ecs::tags;
use crate::error::{Error, Result};
use crate::resource::{Cx, physical_names};

/// Makes the service.
pub(super) async fn create(cx: &Cx, inputs: &Inputs) -> Result<Described> {
    let ecs = cx.aws.ecs().await?;
    // The same token for the same create: a repeated call answers with the first one's service.
    let owner = cx.tags.get(crate::resource::owner::OWNER_TAG).cloned().unwrap_or_default();
    let token = physical_names::letters(owner.as_bytes(), 32);
    let answer = cx
        .retry(Duration::from_mins(4), passes, || async {
            let answer = ecs
                .create_service()
                .cluster(&inputs.cluster_arn)
                .service_name(&cx.base)
                .client_token(&token)
                .task_definition(&inputs.task_definition_arn)
                .desired_count(whole(inputs.desired_count))
                .scheduling_strategy(SchedulingStrategy::Replica)
                .set_capacity_provider_strategy(Some(strategy::write(
                    &inputs.capacity_provider_strategy,
                )?))
                .network_configuration(network(inputs)?)
                .set_load_balancers(Some(balancers(inputs)))
                .deployment_configuration(shift::deployment(inputs, None)?)
                .availability_zone_rebalancing(rebalancing(inputs))
                .health_check_grace_period_seconds(whole(inputs.health_check_grace_period_seconds))
                .enable_execute_command(inputs.enable_execute_command)
                .enable_ecs_managed_tags(true)
                .propagate_tags(PropagateTags::Service)
                .set_tags(Some(tags::write(&cx.tags)?))
                .send()
                .await
                .explain("ecs:CreateService", &cx.base);
            match answer {
                Err(refused)
                    if refused.code() == Some(NO_CLUSTER)
                        && cluster_is_deleted(cx, &inputs.cluster_arn).await =>
                {
                    Err(cluster_is_gone(&inputs.cluster_arn))
                }
                answer => answer.map_err(unheard_of),
            }
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
        live,
        new,
    )?;
    let answer = cx
        .retry(Duration::from_mins(4), passes, || async {
            let answer = request.clone().send().await.explain("ecs:UpdateService", &cx.base);
            answer.map_err(unheard_of)
        })
        .await?;
    Ok(answer.service)
}

/// Removes revisions of the task definition that are too old to go back to, except those that a
/// deployment of `service` has, or that ECS would go back to. That they stay does not fail the service.
pub(super) async fn retire_older(cx: &Cx, service: &Described, inputs: &Inputs) {
    let arn = service.service_arn().unwrap_or(&cx.base);
    let deployments = service.deployments().iter();
    let running: Vec<String> =
        deployments.filter_map(|it| it.task_definition()).map(str::to_owned).collect();
    let family = family_of(&inputs.task_definition_arn);
    let kept = async {
        let back = watch::task_definitions_to_go_back_to(cx, arn).await?;
        Ok([running.clone(), back].concat())
    };
    if let Err(error) = Box::pin(revisions::retire_older(cx, family, kept)).await {
        cx.warn(&stay(&error));
    }
}

fn stay(error: &Error) -> String {
    format!("Old revisions of the task definition stay until the next update: {error}")
}

/// The target group, or its listener or rule, was made, and ECS has not heard of it; or it is not there any more.
const UNHEARD_OF: [&str; 2] =
    ["does not have an associated load balancer", "validate the specified targetGroupArn"];

/// With what to do if it does not pass. It stands in the message, since that is shown while the call is repeated.
fn unheard_of(refused: Error) -> Error {
    let is = UNHEARD_OF.iter().any(|it| refused.message().contains(it));
    if is { refused.further(DELETED) } else { refused }
}

const DELETED: &str = ". If the target group or its listener rule was deleted outside of Pulumi, run `pulumi refresh`, and then \
     `pulumi up`, which creates it again.";

/// Refusals that pass by themselves (terraform-provider-aws, ecs/service.go, retryServiceCreate).
fn passes(error: &Error) -> bool {
    const FRAGMENTS: [&str; 3] = [
        // ECS does not see a new role yet.
        "verify that the ECS service role being passed has the proper permissions",
        "Unable to assume the service linked role",
        // The service of an earlier create is still being deleted.
        "still Draining",
    ];
    error.code() == Some(NO_CLUSTER)
        || UNHEARD_OF.iter().chain(&FRAGMENTS).any(|fragment| error.message().contains(fragment))
}

#[cfg(test)]
mod tests {
    use super::{Error, passes, stay, unheard_of};

    #[test]
    fn a_target_group_without_a_balancer_may_have_been_deleted() {
        let words =
            "The target group with targetGroupArn arn:tg does not have an associated load balancer";
        let refused = unheard_of(Error::aws("InvalidParameterException", words));
        expect_test::expect!["The target group with targetGroupArn arn:tg does not have an associated load balancer. If the target group or its listener rule was deleted outside of Pulumi, run `pulumi refresh`, and then `pulumi up`, which creates it again."].assert_eq(&refused.to_string());
        assert!(passes(&refused));
        let other = "The specified subnet does not exist.";
        assert_eq!(unheard_of(Error::aws("InvalidParameterException", other)).message(), other);
    }

    #[test]
    fn old_revisions_that_stay_are_told_with_the_reason() {
        expect_test::expect!["Old revisions of the task definition stay until the next update: no"]
            .assert_eq(&stay(&Error::aws("AccessDenied", "no")));
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
