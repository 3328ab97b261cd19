//! How a new revision gets the traffic: inputs of `deployment`, and the rules on them.
//!
//! Limits and defaults: ECS API reference (botocore 1.44), DeploymentConfiguration, LinearConfiguration,
//! CanaryConfiguration, DeploymentLifecycleHook, ThresholdConfiguration. The default of `bakeTimeInMinutes` is that of
//! AWS::ECS::Service in CloudFormation.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::inputs::DeploymentArgs;
use crate::component::Args;
use crate::component::balancer::rules::HTTP;
use crate::component::inputs::arns::{FUNCTION, ROLE, complain_of_arn};
use crate::component::inputs::choices::{
    DeploymentStrategy, LifecycleStage, Pause, ThresholdType, TimeoutAction, word,
};
use crate::component::inputs::complaints::{Complaints, known, members};
use crate::component::inputs::declare::inputs;
use crate::component::inputs::presets::{Defaults, Level};
use crate::component::inputs::types::List;
use crate::property::Output;

inputs! {
    /// The first share of the traffic with the strategy `canary`.
    pub struct CanaryArgs at "deployment.canary" {
        /// How much of the traffic the new revision gets first, in percent, {limits} in steps of 0.1. Default {default}.
        percent: Output<f64> = 5.0, in 0.1..=100.0 " percent", number complain_of_tenths, peers ["canarypercent"];
        /// Minutes for which it stays at that, {limits}. Default {default}.
        bake_time_in_minutes: Output<u32> = 10_u32, in 0..=1440 " minutes", peers ["canarybaketimeinminutes"];
    }
}

inputs! {
    /// The steps of the traffic with the strategy `linear`.
    pub struct LinearArgs at "deployment.linear" {
        /// How much of the traffic moves in each step, in percent, {limits} in steps of 0.1. Default {default}.
        step_percent: Output<f64> = 10.0, in 3.0..=100.0 " percent", number complain_of_tenths;
        /// Minutes between two steps, {limits}. Default {default}.
        step_bake_time_in_minutes: Output<u32> = 6_u32, in 0..=1440 " minutes";
    }
}

inputs! {
    /// Alarms that make a deployment go back.
    pub struct RollbackAlarmsArgs at "deployment.rollbackAlarms" {
        /// Whether the alarms on requests count that the component creates with `monitoring.level` `advanced`. Default
        /// {default}.
        own: bool = false;
        /// Names of other alarms in the service's region. Default: none.
        names: List = Vec::new(), peers ["alarmnames"];
    }
}

inputs! {
    /// How many failed tasks end a deployment.
    pub struct ThresholdArgs at "deployment.circuitBreaker.threshold" {
        /// `COUNT`: `value` tasks. `BOUNDED_PERCENT` (default): `value` percent of the desired count, at least 3 and at most 200.
        /// `UNBOUNDED_PERCENT`: the same without these bounds.
        r#type: Output<ThresholdType> = ThresholdType::BoundedPercent;
        /// The number or the percentage, {limits}. Default {default}.
        value: Output<u32> = 50_u32, in 1..=2_147_483_647 "";
    }
}

/// What runs, or waits, in certain stages of a deployment: either `lambdaArn` or `pause`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HookArgs {
    /// In which stages. Before production traffic moves, only `testListenerPort` leads to the new revision.
    pub stages: Output<Vec<Output<LifecycleStage>>>,
    /// ARN of the Lambda function that ECS calls. Unless it answers `{"hookStatus": "SUCCEEDED"}` in the end, the
    /// deployment goes back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lambda_arn: Option<Output<String>>,
    /// An existing role with which ECS may call the function. The caller of `pulumi up` needs `iam:PassRole` on it. Default:
    /// the role that the component creates for ECS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<Output<String>>,
    /// Whether the deployment waits here until a person lets it go on (`aws ecs continue-service-deployment`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pause: Option<Output<bool>>,
    /// After how many minutes it is too late: 1 to 20160 for a pause, 1 to 1440 for a function. Default 1440.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_in_minutes: Option<Output<u32>>,
    /// What happens then: `ROLLBACK` (default) or `CONTINUE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_action: Option<Output<TimeoutAction>>,
}

impl Args {
    /// How a new revision gets the traffic.
    pub(in crate::component) fn deployment_strategy(&self) -> DeploymentStrategy {
        self.service.deployment().strategy()
    }
}

pub(super) fn problems(args: &Args, found: &mut Complaints) {
    let Some(deployment) = &args.service.deployment else { return };
    useless(deployment, found);
    breaker(deployment, found);
    alarms(args, deployment, found);
    if deployment.strategy().shifts() {
        combinations(args, deployment, found);
    }
    for (index, hook) in known(deployment.hooks.as_ref()).into_iter().flatten().enumerate() {
        complain_of_hook(&format!("deployment.hooks[{index}]"), hook, found);
    }
}

const ROLLING: &str =
    "`deployment.strategy` is `rolling`, which moves no traffic between target groups";
const NO_CANARY: &str = "only `deployment.strategy` `canary` moves such a share first";
const NO_LINEAR: &str = "only `deployment.strategy` `linear` has such steps";
const ALL_BESIDE: &str = "with this `deployment.strategy` all new tasks start beside all old ones";

/// What is given and has no effect with the chosen strategy.
fn useless(deployment: &DeploymentArgs, found: &mut Complaints) {
    let strategy = deployment.strategy();
    let of_canary = deployment.canary().given();
    let of_linear = deployment.linear().given();
    for path in of_canary {
        let why = if strategy.shifts() { NO_CANARY } else { ROLLING };
        found.useless(&path, strategy != DeploymentStrategy::Canary, why);
    }
    for path in of_linear {
        let why = if strategy.shifts() { NO_LINEAR } else { ROLLING };
        found.useless(&path, strategy != DeploymentStrategy::Linear, why);
    }
    for path in deployment.given() {
        let name = path.trim_start_matches("deployment.");
        let of_shifting =
            ["bakeTimeInMinutes", "testListenerPort", "hooks", "pause"].contains(&name);
        let no_pause = name == "pause" && deployment.pause() == Pause::None;
        found.useless(&path, !strategy.shifts() && of_shifting && !no_pause, ROLLING);
        // ECS developer guide, "blue/green service deployments workflow": both revisions run with all their tasks.
        let of_rolling = ["minimumHealthyPercent", "maximumPercent"].contains(&name);
        found.useless(&path, strategy.shifts() && of_rolling, ALL_BESIDE);
        let waits = strategy.shifts() && deployment.pause() == Pause::Approve;
        found.useless(
            &path,
            name == "pauseTimeoutInMinutes" && !waits,
            "`deployment.pause` is not `approve`",
        );
    }
}

fn breaker(deployment: &DeploymentArgs, found: &mut Complaints) {
    let breaker = deployment.circuit_breaker();
    let off = known(breaker.enable.as_ref()) == Some(&false);
    let without = "`deployment.circuitBreaker.enable` is false";
    for path in breaker.threshold().given() {
        found.useless(&path, off, without);
    }
    let given = breaker.reset_on_healthy_task.is_some();
    found.useless("deployment.circuitBreaker.resetOnHealthyTask", off && given, without);
}

fn alarms(args: &Args, deployment: &DeploymentArgs, found: &mut Complaints) {
    let alarms = deployment.rollback_alarms();
    let defaults = Defaults::of(args.general.preset);
    let level = args.observability.monitoring().level(&defaults);
    if alarms.own() && level < Level::Advanced {
        found.add(
            "deployment.rollbackAlarms",
            "The component creates no alarms on requests, because `monitoring.level` is not `advanced`. Set it to \
             `advanced`, or name alarms of your own: `{names: [\"…\"]}`.",
        );
    }
    let mut names = BTreeSet::new();
    for (index, name) in members(alarms.names.as_ref()) {
        let path = format!("deployment.rollbackAlarms.names[{index}]");
        found.check(&path, Some(name), |name| {
            if name.starts_with("arn:") {
                let own = name.rsplit(':').next().unwrap_or_default();
                return Some(format!("ECS takes the name of an alarm, not its ARN: `{own}`."));
            }
            (!names.insert(name.clone())).then(|| format!("\"{name}\" is given twice."))
        });
    }
}

/// What ECS cannot do while it moves traffic between two target groups.
fn combinations(args: &Args, deployment: &DeploymentArgs, found: &mut Complaints) {
    let balancer = &args.balancer;
    if balancer.http() {
        // AdvancedConfiguration: one production listener rule.
        found.add(
            "http",
            "With this `deployment.strategy` ECS moves the traffic of one listener only, so port 80 cannot serve too. \
             Remove `http`, or set `deployment.strategy` to `rolling`.",
        );
    }
    if args.service.autoscaling().request_count_target.is_some() {
        // ECS developer guide, "Target tracking": ALBRequestCountPerTarget is not supported with blue/green.
        found.add(
            "autoscaling.requestCountTarget",
            "It counts the requests of one target group, and with this `deployment.strategy` the tasks change \
             between two. Scale by `cpuTarget` and `memoryTarget`, or set `deployment.strategy` to `rolling`.",
        );
    }
    let Some(port) = deployment.test_listener_port else { return };
    let path = "deployment.testListenerPort";
    if port == 0 {
        found.add(path, "0 is not a valid port: 1 to 65535 are allowed.");
    }
    let (https, http) = (args.https_port(), balancer.listener_port.unwrap_or(HTTP));
    let plain = if https.is_some() { balancer.redirect_http().then_some(HTTP) } else { Some(http) };
    if [https, plain].contains(&Some(port)) {
        found.add(path, "Clients of the service connect on this port. Choose another.");
    }
}

const MOST_HOOKS: usize = 10;

/// ECS developer guide, "Lifecycle hooks for Amazon ECS service deployments": up to 10 of each kind.
pub(super) fn complain_of_hooks(hooks: &[HookArgs]) -> Option<String> {
    let functions = hooks.iter().filter(|it| it.lambda_arn.is_some()).count();
    let pauses = hooks.len() - functions;
    (functions > MOST_HOOKS || pauses > MOST_HOOKS).then(|| {
        format!(
            "{functions} Lambda functions and {pauses} pauses are given; {MOST_HOOKS} of each are allowed."
        )
    })
}

/// The same page: a pause cannot be where traffic moves. A stage may last 24 hours, one with a pause 14 days.
fn complain_of_hook(path: &str, hook: &HookArgs, found: &mut Complaints) {
    let at = |name: &str| format!("{path}.{name}");
    let pauses = known(hook.pause.as_ref()) == Some(&true);
    if hook.lambda_arn.is_some() == pauses
        && hook.pause.as_ref().is_none_or(|it| it.known().is_some())
    {
        found.add(path, "Set either `lambdaArn`, or `pause` to true.");
    }
    found.check(&at("lambdaArn"), hook.lambda_arn.as_ref(), |it| complain_of_arn(it, FUNCTION));
    found.check(&at("roleArn"), hook.role_arn.as_ref(), |it| complain_of_arn(it, ROLE));
    found.useless(&at("roleArn"), pauses && hook.role_arn.is_some(), "a pause calls no function");
    found.check(&at("stages"), Some(&hook.stages), |stages| {
        stages.is_empty().then(|| "Name at least one stage.".to_owned())
    });
    let mut stages = BTreeSet::new();
    for (index, stage) in members(Some(&hook.stages)) {
        found.check(&at(&format!("stages[{index}]")), Some(stage), |stage| {
            use LifecycleStage::{ProductionTrafficShift, TestTrafficShift};
            let name = word(*stage);
            if pauses && [TestTrafficShift, ProductionTrafficShift].contains(stage) {
                return Some(format!(
                    "A deployment cannot pause in {name}. Choose `PRE_PRODUCTION_TRAFFIC_SHIFT` or another stage."
                ));
            }
            (!stages.insert(name.clone())).then(|| format!("\"{name}\" is given twice."))
        });
    }
    if let Some(minutes) = &hook.timeout_in_minutes {
        let most = if pauses { 20_160 } else { 1440 };
        found.range(&at("timeoutInMinutes"), minutes, 1..=most, " minutes", None);
    }
}

/// "Valid values are multiples of 0.1".
fn complain_of_tenths(percent: f64) -> Option<String> {
    let tenths = percent * 10.0;
    let off = (tenths - tenths.round()).abs() > 1e-6;
    off.then(|| format!("{percent} is not a multiple of 0.1. Use {:.1}.", tenths.round() / 10.0))
}
