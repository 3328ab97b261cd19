//! How the load balancer finds the tasks.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_elasticloadbalancingv2::types::{
    TargetDescription, TargetHealthDescription, TargetHealthStateEnum as State,
};

use super::super::Inputs;
use super::longest::Balancing;
use crate::aws::Explain;
use crate::error::Result;
use crate::resource::Cx;

/// What the load balancer says of its targets, of the old tasks and the new ones.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Targets {
    /// Addresses of those that get requests.
    pub(super) healthy: Vec<String>,
    /// Still in their first checks.
    pub(super) unchecked: usize,
    /// Address and port of those that fail their checks, with the balancer's reason.
    pub(super) unhealthy: BTreeMap<String, String>,
    /// Finishing their requests before they go.
    pub(super) draining: usize,
}

impl Targets {
    /// Those that are, or soon will be, asked.
    pub(super) fn registered(&self) -> usize {
        self.healthy.len() + self.unchecked + self.unhealthy.len()
    }

    /// A task that is in several groups counts once, with the worst that is said of it.
    fn of(all: &[TargetHealthDescription]) -> Self {
        let mut found = Self::default();
        for description in worst_first(all) {
            let health = description.target_health();
            let target = description.target();
            let address = target.and_then(|it| it.id()).unwrap_or_default().to_owned();
            match health.and_then(|health| health.state()) {
                Some(State::Healthy) => found.healthy.push(address),
                Some(State::Initial) => found.unchecked += 1,
                Some(State::Draining) => found.draining += 1,
                Some(State::Unhealthy) => {
                    let port = target.and_then(TargetDescription::port);
                    let port = port.map_or_else(String::new, |port| format!(":{port}"));
                    let reason = health.and_then(|it| it.reason()).map_or("", |it| it.as_str());
                    let text = health.and_then(|it| it.description()).unwrap_or_default();
                    let why = format!("{reason} ({text})").replace(" ()", "");
                    found.unhealthy.insert(address + &port, why);
                }
                _ => {}
            }
        }
        found
    }
}

/// One description for each address.
fn worst_first(all: &[TargetHealthDescription]) -> Vec<&TargetHealthDescription> {
    let rank = |it: &TargetHealthDescription| match it.target_health().and_then(|it| it.state()) {
        Some(State::Unhealthy) => 0,
        Some(State::Initial) => 1,
        Some(State::Draining) => 2,
        Some(State::Healthy) => 3,
        _ => 4,
    };
    let mut worst: Vec<&TargetHealthDescription> = Vec::new();
    for it in all {
        let address =
            |it: &TargetHealthDescription| it.target().and_then(|it| it.id().map(str::to_owned));
        match worst
            .iter_mut()
            .find(|known| address(known).is_some() && address(known) == address(it))
        {
            Some(known) if rank(it) < rank(known) => *known = it,
            Some(_) => {}
            None => worst.push(it),
        }
    }
    worst
}

/// The target groups in which tasks of the service are registered.
pub(super) fn groups(inputs: &Inputs) -> Vec<&str> {
    let alternate = inputs.shift.as_ref().map(|it| it.alternate_target_group_arn.as_str());
    let further = inputs.further_targets.iter().flatten().map(|it| it.target_group_arn.as_str());
    [Some(inputs.target_group_arn.as_str()), alternate]
        .into_iter()
        .flatten()
        .chain(further)
        .collect()
}

/// The one group of the service that has healthy targets; none if it is not one, or nobody can tell.
pub(super) async fn serving<'a>(cx: &Cx, inputs: &'a Inputs) -> Option<&'a str> {
    let mut serving = Vec::new();
    for group in groups(inputs) {
        let targets = Targets::of(&described(cx, group).await.ok()?);
        if !targets.healthy.is_empty() {
            serving.push(group);
        }
    }
    let [one] = serving.as_slice() else { return None };
    Some(one)
}

/// What the load balancer says of the targets in all groups of the service.
///
/// # Errors
/// The caller may not ask, or there was no answer.
pub(super) async fn seen(cx: &Cx, inputs: &Inputs) -> Result<Targets> {
    let mut all = Vec::new();
    for group in groups(inputs) {
        all.extend(described(cx, group).await?);
    }
    Ok(Targets::of(&all))
}

async fn described(cx: &Cx, group: &str) -> Result<Vec<TargetHealthDescription>> {
    let call = cx.aws.elb().await?.describe_target_health().target_group_arn(group).send();
    let answer = call.await.explain("elasticloadbalancing:DescribeTargetHealth", group)?;
    Ok(answer.target_health_descriptions.unwrap_or_default())
}

/// What the target group adds to a task's life; none if it is gone.
///
/// # Errors
/// The caller may not ask, or there was no answer.
pub(super) async fn balancing(cx: &Cx, inputs: &Inputs) -> Result<Option<Balancing>> {
    let arn = &inputs.target_group_arn;
    let Some(group) = cx.aws.target_group(arn).await? else { return Ok(None) };
    let call = cx.aws.elb().await?.describe_target_group_attributes().target_group_arn(arn).send();
    let answer = call.await.explain("elasticloadbalancing:DescribeTargetGroupAttributes", arn)?;
    let drains = answer.attributes().iter().find(|it| it.key() == Some(DELAY));
    let drains = drains.and_then(|it| it.value()?.parse().ok()).map(Duration::from_secs);
    Ok(Some(Balancing::of(&group, drains)))
}

/// For how long a target finishes its requests.
const DELAY: &str = "deregistration_delay.timeout_seconds";

#[cfg(test)]
mod tests {
    use aws_sdk_elasticloadbalancingv2::types::{
        TargetDescription, TargetHealth, TargetHealthDescription, TargetHealthReasonEnum as Reason,
        TargetHealthStateEnum as State,
    };

    use super::Targets;

    fn target(id: &str, health: TargetHealth) -> TargetHealthDescription {
        let target = TargetDescription::builder().id(id).port(80).build();
        TargetHealthDescription::builder().target(target).target_health(health).build()
    }

    #[test]
    fn each_state_of_a_target_counts_once() {
        let is = |state| TargetHealth::builder().state(state);
        let wrong = "Health checks failed with these codes: [404]";
        let found = Targets::of(&[
            target("10.0.0.1", is(State::Healthy).build()),
            target("10.0.0.2", is(State::Initial).build()),
            target("10.0.0.3", is(State::Draining).build()),
            target("10.0.0.4", is(State::Unused).build()),
            target(
                "10.0.0.5",
                is(State::Unhealthy)
                    .reason(Reason::ResponseCodeMismatch)
                    .description(wrong)
                    .build(),
            ),
            target("10.0.0.6", is(State::Unhealthy).reason(Reason::Timeout).build()),
        ]);
        assert_eq!((found.registered(), found.draining), (4, 1));
        assert_eq!(found.healthy, ["10.0.0.1"]);
        let unhealthy: Vec<_> =
            found.unhealthy.iter().map(|(target, why)| format!("{target}: {why}")).collect();
        expect_test::expect![[r"
            10.0.0.5:80: Target.ResponseCodeMismatch (Health checks failed with these codes: [404])
            10.0.0.6:80: Target.Timeout"]]
        .assert_eq(&unhealthy.join("\n"));
    }
}
