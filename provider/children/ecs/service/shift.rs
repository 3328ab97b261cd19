//! How a new revision gets the traffic, and what ends its deployment early: as ECS spells it, and read back.

use aws_sdk_ecs::types::{
    AdvancedConfiguration, CanaryConfiguration, DeploymentAlarms, DeploymentCircuitBreaker,
    DeploymentConfiguration, DeploymentStrategy, LinearConfiguration, Service as Described,
    ThresholdConfiguration,
};
use serde::{Deserialize, Serialize};

use super::Inputs;
use super::hooks::{self, Hook};
use crate::aws::numbers::{natural, whole};
use crate::error::{Error, Result};
use crate::property::sorted;
use crate::property::{Form, Output, Plain, Wire};

/// How traffic moves between two target groups.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Shift<F: Form = Plain> {
    /// `BLUE_GREEN`, `CANARY` or `LINEAR`.
    pub strategy: F::Of<String>,
    /// After all traffic has moved.
    pub bake_time_in_minutes: F::Of<u32>,
    /// The first share of `CANARY`, or a step of `LINEAR`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<F::Of<f64>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step_bake_time_in_minutes: Option<F::Of<u32>>,
    pub alternate_target_group_arn: F::Of<String>,
    pub production_listener_rule: F::Of<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_listener_rule: Option<F::Of<String>>,
    /// The role with which ECS changes rules and target groups.
    pub role_arn: F::Of<String>,
    pub hooks: F::Of<Vec<Hook<F>>>,
}

/// How many failed tasks are too many.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Threshold<F: Form = Plain> {
    /// `COUNT`, `BOUNDED_PERCENT` or `UNBOUNDED_PERCENT`.
    pub r#type: F::Of<String>,
    pub value: F::Of<u32>,
}

/// ECS's own (botocore), which is read as not given.
const THRESHOLD: (&str, u32) = ("BOUNDED_PERCENT", 50);

/// Lists in the order in which they are read, and nothing that holds anyway.
pub(super) fn check(inputs: &mut Inputs<Wire>) {
    if inputs.reset_on_healthy_task.as_ref().and_then(Output::known) == Some(&true) {
        inputs.reset_on_healthy_task = None;
    }
    if let Some(it) = &inputs.threshold
        && let (Some(kind), Some(value)) = (it.r#type.known(), it.value.known())
        && (kind.as_str(), *value) == THRESHOLD
    {
        inputs.threshold = None;
    }
    inputs.alarm_names = inputs.alarm_names.take().map(sorted);
    if inputs.alarm_names.as_ref().and_then(Output::known).is_some_and(Vec::is_empty) {
        inputs.alarm_names = None;
    }
    if let Some(shift) = &mut inputs.shift {
        let hooks = std::mem::replace(&mut shift.hooks, Output::unknown());
        shift.hooks = hooks.map(hooks::checked);
    }
}

impl Shift {
    /// Whether ECS moves traffic with it. A service on its way from or to such a strategy has all of it, but `ROLLING`.
    pub(super) fn moves(&self) -> bool {
        self.strategy != DeploymentStrategy::Rolling.as_str()
    }

    /// What of it is the load balancer's configuration.
    pub(super) fn of_balancer(&self) -> (&str, &str, Option<&str>, &str) {
        (
            &self.alternate_target_group_arn,
            &self.production_listener_rule,
            self.test_listener_rule.as_deref(),
            &self.role_arn,
        )
    }

    /// What of it is the deployment's configuration.
    fn of_deployment(&self) -> (&str, u32, Option<f64>, Option<u32>, &[Hook]) {
        (
            &self.strategy,
            self.bake_time_in_minutes,
            self.percent,
            self.step_bake_time_in_minutes,
            &self.hooks,
        )
    }
}

/// Whether two services differ in how a new revision gets the traffic.
pub(super) fn differ(one: &Inputs, other: &Inputs) -> bool {
    let of = |it: &Inputs| it.shift.clone().filter(Shift::moves);
    of(one).as_ref().map(Shift::of_deployment) != of(other).as_ref().map(Shift::of_deployment)
        || one.alarm_names != other.alarm_names
        || one.threshold != other.threshold
        || one.reset_on_healthy_task != other.reset_on_healthy_task
}

pub(super) fn advanced(shift: &Shift) -> AdvancedConfiguration {
    AdvancedConfiguration::builder()
        .alternate_target_group_arn(&shift.alternate_target_group_arn)
        .production_listener_rule(&shift.production_listener_rule)
        .set_test_listener_rule(shift.test_listener_rule.clone())
        .role_arn(&shift.role_arn)
        .build()
}

/// The configuration of a service's deployments. `before`: what ECS has now, if it has any; a member that is left out
/// keeps its value, so what is not wanted any more is emptied.
pub(super) fn deployment(
    inputs: &Inputs,
    before: Option<&Inputs>,
) -> Result<DeploymentConfiguration> {
    let hooked = |it: &Inputs| it.shift.as_ref().is_some_and(|it| !it.hooks.is_empty());
    let shift = inputs.shift.as_ref();
    let strategy = shift.map(|it| DeploymentStrategy::from(it.strategy.as_str()));
    let was_shifting = before.is_some_and(|it| it.shift.is_some());
    let hooks = (hooked(inputs) || before.is_some_and(hooked))
        .then(|| shift.map(|it| it.hooks.iter().map(hooks::write).collect()).unwrap_or_default());
    let moving = shift.filter(|it| it.moves());
    let percent = moving.and_then(|it| Some((it.percent?, it.step_bake_time_in_minutes?)));
    let of = |wanted: DeploymentStrategy| percent.filter(|_| strategy.as_ref() == Some(&wanted));
    Ok(DeploymentConfiguration::builder()
        .minimum_healthy_percent(whole(inputs.minimum_healthy_percent))
        .maximum_percent(whole(inputs.maximum_percent))
        .deployment_circuit_breaker(breaker(inputs, before)?)
        .set_alarms(alarms(inputs, before)?)
        .set_bake_time_in_minutes(moving.map(|it| whole(it.bake_time_in_minutes)))
        .set_lifecycle_hooks(hooks)
        .set_canary_configuration(of(DeploymentStrategy::Canary).map(|(percent, minutes)| {
            CanaryConfiguration::builder()
                .canary_percent(percent)
                .canary_bake_time_in_minutes(whole(minutes))
                .build()
        }))
        .set_linear_configuration(of(DeploymentStrategy::Linear).map(|(percent, minutes)| {
            LinearConfiguration::builder()
                .step_percent(percent)
                .step_bake_time_in_minutes(whole(minutes))
                .build()
        }))
        .set_strategy(strategy.or(was_shifting.then_some(DeploymentStrategy::Rolling)))
        .build())
}

/// What is not wanted any more gets ECS's own value: whether a member that is left out keeps its value here too, the API's
/// reference does not say.
fn breaker(inputs: &Inputs, before: Option<&Inputs>) -> Result<DeploymentCircuitBreaker> {
    let wanted = inputs.threshold.as_ref().map(|it| (it.r#type.as_str(), it.value));
    let had = before.is_some_and(|it| it.threshold.is_some());
    let threshold = wanted.or(had.then_some(THRESHOLD)).map(|(kind, value)| {
        let threshold = ThresholdConfiguration::builder().r#type(kind.into()).value(whole(value));
        threshold.build().map_err(Error::bug)
    });
    let had = before.is_some_and(|it| it.reset_on_healthy_task.is_some());
    Ok(DeploymentCircuitBreaker::builder()
        .enable(inputs.circuit_breaker)
        .rollback(inputs.rollback)
        .set_reset_on_healthy_task(inputs.reset_on_healthy_task.or(had.then_some(true)))
        .set_threshold_configuration(threshold.transpose()?)
        .build())
}

fn alarms(inputs: &Inputs, before: Option<&Inputs>) -> Result<Option<DeploymentAlarms>> {
    let had = before.is_some_and(|it| it.alarm_names.is_some());
    let names = match &inputs.alarm_names {
        None if !had => return Ok(None),
        names => names.clone().unwrap_or_default(),
    };
    let wanted = !names.is_empty();
    let alarms = DeploymentAlarms::builder()
        .set_alarm_names(Some(names))
        .enable(wanted)
        .rollback(wanted)
        .build();
    alarms.map(Some).map_err(Error::bug)
}

/// A service's strategy, read back; also `ROLLING`, if its load balancer is configured for two groups.
pub(super) fn read(service: &Described) -> Option<Shift> {
    let configuration = service.deployment_configuration();
    let strategy = configuration.and_then(|it| it.strategy());
    let strategy = strategy.map_or("ROLLING", DeploymentStrategy::as_str);
    let advanced = service.load_balancers().first().and_then(|it| it.advanced_configuration());
    if advanced.is_none() && strategy == "ROLLING" {
        return None;
    }
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let canary = configuration
        .and_then(|it| it.canary_configuration())
        .map(|it| (it.canary_percent(), it.canary_bake_time_in_minutes()));
    let linear = configuration
        .and_then(|it| it.linear_configuration())
        .map(|it| (it.step_percent(), it.step_bake_time_in_minutes()));
    let steps = match strategy {
        "CANARY" => canary,
        "LINEAR" => linear,
        _ => None,
    };
    let hooks = hooks::read(
        configuration.map(DeploymentConfiguration::lifecycle_hooks).unwrap_or_default(),
    );
    Some(Shift {
        strategy: strategy.to_owned(),
        bake_time_in_minutes: natural(
            configuration.and_then(DeploymentConfiguration::bake_time_in_minutes),
        )
        .unwrap_or(0),
        percent: steps.and_then(|(percent, _)| percent),
        step_bake_time_in_minutes: steps.and_then(|(_, minutes)| natural(minutes)),
        alternate_target_group_arn: text(advanced.and_then(|it| it.alternate_target_group_arn())),
        production_listener_rule: text(advanced.and_then(|it| it.production_listener_rule())),
        test_listener_rule: advanced.and_then(|it| it.test_listener_rule()).map(str::to_owned),
        role_arn: text(advanced.and_then(|it| it.role_arn())),
        hooks,
    })
}

/// The threshold that is not ECS's own.
pub(super) fn read_threshold(breaker: Option<&DeploymentCircuitBreaker>) -> Option<Threshold> {
    let found = breaker?.threshold_configuration()?;
    let (kind, value) = (found.r#type().as_str(), natural(Some(found.value())).unwrap_or(0));
    ((kind, value) != THRESHOLD).then(|| Threshold { r#type: kind.to_owned(), value })
}

/// The names of the alarms that count, in alphabetical order.
pub(super) fn read_alarms(configuration: Option<&DeploymentConfiguration>) -> Option<Vec<String>> {
    let alarms = configuration?.alarms().filter(|it| it.enable())?;
    let mut names = alarms.alarm_names().to_vec();
    names.sort();
    (!names.is_empty()).then_some(names)
}

#[cfg(test)]
mod tests {
    use aws_sdk_ecs::types::{Service as Described, ThresholdType};

    use super::{Inputs, Threshold, deployment};
    use crate::children::ecs::service::mapping::inputs;

    #[test]
    fn a_breakers_setting_that_is_not_wanted_any_more_gets_the_value_of_ecs() {
        let plain = inputs(&Described::builder().build());
        let threshold = Threshold { r#type: "COUNT".to_owned(), value: 4 };
        let strict = Inputs {
            threshold: Some(threshold),
            reset_on_healthy_task: Some(false),
            ..plain.clone()
        };
        let sent = |new: &Inputs, before: &Inputs| {
            let configuration = deployment(new, Some(before)).expect("a configuration");
            let breaker = configuration.deployment_circuit_breaker().cloned().expect("a breaker");
            let threshold =
                breaker.threshold_configuration().map(|it| (it.r#type().clone(), it.value()));
            (threshold, breaker.reset_on_healthy_task())
        };
        assert_eq!(sent(&strict, &plain), (Some((ThresholdType::Count, 4)), Some(false)));
        assert_eq!(sent(&plain, &strict), (Some((ThresholdType::BoundedPercent, 50)), Some(true)));
        assert_eq!(sent(&plain, &plain), (None, None));
    }
}
