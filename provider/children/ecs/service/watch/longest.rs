//! How long a deployment may take without `customTimeouts`: as long as its own shape asks for, part by part.

use std::time::Duration;

use aws_sdk_ecs::types::{
    DeploymentConfiguration, DeploymentLifecycleHookTimeoutConfiguration,
    DeploymentStrategy as Strategy, LinearConfiguration, ServiceDeployment,
};
use aws_sdk_elasticloadbalancingv2::types::TargetGroup;

use super::super::Inputs;
use super::super::hooks::TIMEOUT;
use super::stages::{in_minutes, step_bakes};

/// Placing a task, pulling a large image, and starting what is in it.
const START: Duration = Duration::from_mins(5);
/// ECS ends a task's process after that at the latest (botocore, ContainerDefinition.stopTimeout).
const STOP: Duration = Duration::from_mins(2);
/// What ECS needs before the first task and after the last.
const AROUND: Duration = Duration::from_mins(2);
/// How often the circuit breaker lets tasks fail at the least (botocore, ThresholdConfiguration).
const FAILURES: u32 = 3;
/// For how long a hook waits unless it says so: a pause for somebody, a function that answers IN_PROGRESS again and again for
/// another answer.
const HOOK: Duration = Duration::from_mins(TIMEOUT as u64);
/// Shifting weights, and waiting until they are everywhere.
const SHIFT: Duration = Duration::from_mins(2);

/// What the target group adds to a task's life. The defaults are ELB's own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Balancing {
    pub(super) healthy: Duration,
    pub(super) unhealthy: Duration,
    pub(super) drains: Duration,
}

impl Balancing {
    pub(super) fn of(group: &TargetGroup, drains: Option<Duration>) -> Self {
        let number =
            |it: Option<i32>, usual: u32| it.and_then(|it| u32::try_from(it).ok()).unwrap_or(usual);
        let interval =
            Duration::from_secs(number(group.health_check_interval_seconds(), 30).into());
        Self {
            healthy: interval * number(group.healthy_threshold_count(), 5),
            unhealthy: interval * number(group.unhealthy_threshold_count(), 2),
            drains: drains.unwrap_or(Duration::from_mins(5)),
        }
    }
}

/// What of the service decides how long a deployment takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    desired: u32,
    least: u32,
    most: u32,
    grace: Duration,
}

impl Shape {
    pub(super) fn of(inputs: &Inputs) -> Self {
        Self {
            desired: inputs.desired_count,
            least: inputs.minimum_healthy_percent,
            most: inputs.maximum_percent,
            grace: Duration::from_secs(inputs.health_check_grace_period_seconds.into()),
        }
    }
}

/// The longest that a deployment may take.
pub(super) fn longest(
    shape: Shape,
    deployment: &ServiceDeployment,
    balancing: Balancing,
) -> Duration {
    let way = rollout(shape, balancing);
    AROUND + way + shift(deployment) + giving_up(shape, balancing) + way
}

/// All batches of new tasks, and the end of the old ones.
fn rollout(shape: Shape, balancing: Balancing) -> Duration {
    let begins = START + balancing.healthy.max(shape.grace);
    let ends = balancing.drains + STOP;
    (begins + ends) * batches(shape)
}

/// How many times new tasks are started and old ones stopped: minimumHealthyPercent rounds up, maximumPercent down
/// (botocore, DeploymentConfiguration).
fn batches(shape: Shape) -> u32 {
    let Shape { desired, least, most, .. } = shape;
    let more = (desired * most / 100).saturating_sub(desired);
    let fewer = desired - (desired * least).div_ceil(100).min(desired);
    desired.div_ceil((more + fewer).max(1)).max(1)
}

/// Until the circuit breaker gives up: tasks that fail one after another, each only when it is found unhealthy.
fn giving_up(shape: Shape, balancing: Balancing) -> Duration {
    (START + shape.grace.max(balancing.unhealthy)) * FAILURES
}

/// What a shift of traffic adds: the steps, their bake times, the last one, and hooks.
fn shift(deployment: &ServiceDeployment) -> Duration {
    let Some(configuration) = deployment.deployment_configuration() else { return Duration::ZERO };
    let strategy = configuration.strategy().filter(|it| **it != Strategy::Rolling);
    let Some(strategy) = strategy else { return Duration::ZERO };
    let steps = match strategy {
        Strategy::Canary => 2,
        Strategy::Linear => {
            let percent =
                configuration.linear_configuration().and_then(LinearConfiguration::step_percent);
            in_steps(percent.unwrap_or(10.0))
        }
        _ => 1,
    };
    let step = SHIFT + step_bakes(configuration).map(in_minutes).unwrap_or_default();
    let bakes = configuration.bake_time_in_minutes().map(in_minutes).unwrap_or_default();
    SHIFT + step * steps + bakes + hooks(configuration, steps)
}

/// How many steps of so many percent there are; AWS allows 3 to 100.
fn in_steps(percent: f64) -> u32 {
    (1..=100).find(|steps| f64::from(*steps) * percent >= 100.0).unwrap_or(100)
}

/// All hooks of a stage run at once; those before the shift run in each step.
fn hooks(configuration: &DeploymentConfiguration, steps: u32) -> Duration {
    let mut stages: Vec<(&str, Duration)> = Vec::new();
    for hook in configuration.lifecycle_hooks() {
        let told = hook
            .timeout_configuration()
            .and_then(DeploymentLifecycleHookTimeoutConfiguration::timeout_in_minutes);
        let time = told.map_or(HOOK, in_minutes);
        for stage in hook.lifecycle_stages() {
            let (name, known) =
                (stage.as_str(), stages.iter_mut().find(|it| it.0 == stage.as_str()));
            match known {
                Some(known) => known.1 = known.1.max(time),
                None => stages.push((name, time)),
            }
        }
    }
    let times = |name: &str| {
        if name.contains("PRODUCTION_TRAFFIC_SHIFT") && !name.starts_with("POST") {
            steps
        } else {
            1
        }
    };
    stages.into_iter().map(|(name, time)| time * times(name)).sum()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use aws_sdk_ecs::types::{
        CanaryConfiguration, DeploymentLifecycleHook, DeploymentLifecycleHookStage as Stage,
        DeploymentLifecycleHookTargetType as Target,
    };
    use expect_test::expect;

    use super::{
        Balancing, DeploymentConfiguration, LinearConfiguration, ServiceDeployment, Shape,
        Strategy, longest,
    };
    use crate::error::in_words;

    const USUAL: Balancing = Balancing {
        healthy: Duration::from_secs(20),
        unhealthy: Duration::from_secs(20),
        drains: Duration::from_secs(30),
    };

    fn told(what: &str, shape: Shape, configuration: Option<DeploymentConfiguration>) -> String {
        let deployment = ServiceDeployment::builder();
        let deployment = deployment.set_deployment_configuration(configuration).build();
        format!("{what}: {}", in_words(longest(shape, &deployment, USUAL)))
    }

    #[test]
    fn a_deployment_has_the_time_that_its_shape_asks_for() {
        let of = |strategy| DeploymentConfiguration::builder().strategy(strategy);
        let hook = |target: Target, stage: Stage| {
            DeploymentLifecycleHook::builder().target_type(target).lifecycle_stages(stage).build()
        };
        let two = Shape { desired: 2, least: 100, most: 200, grace: Duration::from_mins(1) };
        let ten = Shape { desired: 10, ..two };
        let canary = CanaryConfiguration::builder().canary_bake_time_in_minutes(10).build();
        let linear =
            LinearConfiguration::builder().step_percent(25.0).step_bake_time_in_minutes(6).build();
        let told = [
            told("two tasks, all at once", two, None),
            told("ten tasks, all at once", ten, None),
            told("ten tasks, two at a time", Shape { most: 120, ..ten }, None),
            told("ten tasks, half of them first", Shape { least: 50, most: 100, ..ten }, None),
            told("a slow start", Shape { grace: Duration::from_mins(15), ..two }, None),
            told("no task", Shape { desired: 0, ..two }, None),
            told("blue/green", two, Some(of(Strategy::BlueGreen).bake_time_in_minutes(15).build())),
            told(
                "canary",
                two,
                Some(
                    of(Strategy::Canary)
                        .bake_time_in_minutes(15)
                        .canary_configuration(canary)
                        .build(),
                ),
            ),
            told(
                "linear with a pause and a function before each of four steps",
                two,
                Some(
                    of(Strategy::Linear)
                        .linear_configuration(linear)
                        .lifecycle_hooks(hook(Target::Pause, Stage::PreProductionTrafficShift))
                        .lifecycle_hooks(hook(Target::AwsLambda, Stage::PreScaleUp))
                        .build(),
                ),
            ),
        ];
        expect![[r"
            two tasks, all at once: 37 min
            ten tasks, all at once: 37 min
            ten tasks, two at a time: 105 min
            ten tasks, half of them first: 54 min
            a slow start: 107 min
            no task: 37 min
            blue/green: 56 min
            canary: 78 min
            linear with a pause and a function before each of four steps: 7271 min"]]
        .assert_eq(&told.join("\n"));
    }

    #[test]
    fn a_target_group_that_says_nothing_has_the_balancers_own_values() {
        let group = aws_sdk_elasticloadbalancingv2::types::TargetGroup::builder().build();
        let found = Balancing::of(&group, None);
        let seconds = [found.healthy, found.unhealthy, found.drains].map(|it| it.as_secs());
        assert_eq!(seconds, [150, 60, 300]);
    }
}
