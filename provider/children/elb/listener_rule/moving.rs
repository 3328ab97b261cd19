//! A rule between whose two target groups ECS moves the traffic.

use aws_sdk_elasticloadbalancingv2::types::{TargetHealthDescription, TargetHealthStateEnum};

use super::mapping::{actions, forwards_to_both, serving};
use super::{Inputs, groups};
use crate::aws::Explain;
use crate::children::elb::client_secret::ClientSecret;
use crate::error::Result;
use crate::resource::Cx;

/// The group that the rule sends all requests to in the beginning: the one that has targets. A rule may be
/// created where another one was, while the tasks are in the alternate group.
pub(super) async fn first(cx: &Cx, inputs: &Inputs) -> Result<String> {
    let Some((main, alternate)) = groups(inputs) else { return Ok(String::new()) };
    let only_the_alternate = has_targets(cx, alternate).await? && !has_targets(cx, main).await?;
    Ok(if only_the_alternate { alternate } else { main }.to_owned())
}

async fn has_targets(cx: &Cx, group: &str) -> Result<bool> {
    let states = states(cx, group).await?;
    Ok(states.iter().any(|it| it.as_ref() != Some(&TargetHealthStateEnum::Draining)))
}

/// Whether a target of the group is healthy.
pub(super) async fn is_healthy(cx: &Cx, group: &str) -> Result<bool> {
    let states = states(cx, group).await?;
    Ok(states.iter().any(|it| it.as_ref() == Some(&TargetHealthStateEnum::Healthy)))
}

/// The states of the group's targets.
async fn states(cx: &Cx, group: &str) -> Result<Vec<Option<TargetHealthStateEnum>>> {
    let call = cx.aws.elb().await?.describe_target_health().target_group_arn(group);
    let answer = call.send().await;
    let answer = answer.explain("elasticloadbalancing:DescribeTargetHealth", group)?;
    let state = |it: &TargetHealthDescription| it.target_health()?.state().cloned();
    Ok(answer.target_health_descriptions().iter().map(state).collect())
}

/// Makes the rule forward to both groups, if it does not. The one that serves keeps serving.
pub(super) async fn restore(cx: &Cx, id: &str, new: &Inputs, both: (&str, &str)) -> Result<()> {
    let rule = cx.aws.listener_rule(id).await?;
    if rule.as_ref().is_some_and(|rule| forwards_to_both(rule, both)) {
        return Ok(());
    }
    let first = match rule.as_ref().and_then(serving).filter(|it| it == both.1) {
        Some(serving) => serving,
        None => first(cx, new).await?,
    };
    // No rule of which ECS moves the traffic says who may enter.
    let actions = actions(new, &first, &ClientSecret::Kept)?;
    let call = cx.aws.elb().await?.modify_rule().rule_arn(id).set_actions(Some(actions));
    call.send().await.explain("elasticloadbalancing:ModifyRule", id).map(drop)
}
