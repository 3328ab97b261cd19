//! How the load balancer finds the tasks.

use aws_sdk_elasticloadbalancingv2::types::{
    TargetHealthDescription, TargetHealthStateEnum as State,
};

use super::Inputs;
use crate::aws::Explain;
use crate::error::Result;
use crate::resource::Cx;

/// What the load balancer says of its targets, of the old tasks and the new ones.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Targets {
    /// Still in their first checks.
    pub(super) unchecked: usize,
    pub(super) unhealthy: usize,
    /// Finishing their requests before they go.
    pub(super) draining: usize,
}

/// Counts them; nothing if the caller may not ask, or if there is no answer: it is only for the words.
pub(super) async fn counted(cx: &Cx, inputs: &Inputs) -> Option<Targets> {
    let mut found = Targets::default();
    for target in described(cx, inputs).await.ok()? {
        match target.target_health().and_then(|health| health.state()) {
            Some(State::Initial) => found.unchecked += 1,
            Some(State::Unhealthy) => found.unhealthy += 1,
            Some(State::Draining) => found.draining += 1,
            _ => {}
        }
    }
    Some(found)
}

/// Those that get no requests yet, or not any more, with the balancer's reason.
pub(super) async fn unhealthy(cx: &Cx, inputs: &Inputs) -> Result<Vec<String>> {
    let described = described(cx, inputs).await?;
    let bad = described.iter().filter_map(|target| {
        let health = target.target_health()?;
        if !matches!(health.state(), Some(State::Unhealthy | State::Initial)) {
            return None;
        }
        let id = target.target().and_then(|target| target.id()).unwrap_or_default();
        let reason = health.reason().map_or("", |reason| reason.as_str());
        let description = health.description().unwrap_or_default();
        Some(format!("{id}: {reason} {description}").trim_end().to_owned())
    });
    Ok(bad.collect())
}

/// Of both target groups, if traffic moves between two.
async fn described(cx: &Cx, inputs: &Inputs) -> Result<Vec<TargetHealthDescription>> {
    let alternate = inputs.shift.as_ref().map(|it| &it.alternate_target_group_arn);
    let mut found = Vec::new();
    for group in [Some(&inputs.target_group_arn), alternate].into_iter().flatten() {
        let call = cx.aws.elb().await?.describe_target_health().target_group_arn(group);
        let answer = call.send().await;
        let answer = answer.explain("elasticloadbalancing:DescribeTargetHealth", group)?;
        found.extend(answer.target_health_descriptions.unwrap_or_default());
    }
    Ok(found)
}
