//! How many tasks run, on what, and how a new revision replaces the old one.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::rules::{complain_of_many, complain_of_requests};
use super::schedules::ScheduleArgs;
use super::strategy::{
    CanaryArgs, HookArgs, LinearArgs, RollbackAlarmsArgs, ThresholdArgs, complain_of_hooks,
};
use crate::component::inputs::arns::{CLUSTER, arn};
use crate::component::inputs::choices::{
    CapacityProvider, ContainerInsights, DeploymentStrategy, OnCancel, Pause, Spot,
};
use crate::component::inputs::declare::inputs;
use crate::component::inputs::types::Dict;
use crate::property::Output;

inputs! {
    /// Cluster and service.
    pub struct ServiceArgs at "" {
        /// ARN of an existing cluster in the service's region to use; the capacity providers that the tasks
        /// run on (`FARGATE`, and `FARGATE_SPOT` with `spot`) must be associated with it. Default: a cluster
        /// is created. Changing it replaces the service.
        cluster_arn: Output<String>, is arn(CLUSTER), also same_region, peers ["cluster", "ecsclusterarn"];
        /// CloudWatch Container Insights of the cluster that is created: `disabled`, `enabled` or `enhanced`. AWS
        /// writes it to a log group of its own, which is removed with the cluster.
        /// Default `enabled` with `monitoring.level` `advanced`, else `disabled`.
        container_insights: Output<ContainerInsights>;
        /// How many tasks to begin with, and for good without autoscaling: {limits}. With autoscaling
        /// the default is `autoscaling.minCapacity`. Later it is sent only if you change it or turn
        /// autoscaling off, and after an update that failed: a count that was set by other means in a healthy
        /// service stays.
        desired_count: Output<u32> => desired_count, in 0..=5000 " tasks", peers ["count", "replicas"];
        /// Fargate Spot, up to 70 % cheaper and interrupted at two minutes' notice: `none`, `mixed` (the
        /// first task on demand, the rest half and half) or `all`.
        spot: Output<Spot> => spot, peers ["enablefargatespot"];
        /// Which capacity providers get which share of the tasks; instead of `spot`. A cluster that is created has the same
        /// shares as its default, for other tasks that run in it. Default: what `spot` says, and no default of the
        /// cluster.
        capacity_provider_strategies: Output<Vec<StrategyArgs>>, is complain_of_many, peers ["capacityproviderstrategy"];
        /// How a new revision replaces the old one.
        deployment: DeploymentArgs = DeploymentArgs::default();
        /// Whether `pulumi up` waits until the new revision serves, and fails if it does not. Default
        /// {default}; with false, a successful run says nothing about your tasks.
        wait_for_steady_state: Output<bool> = true, peers ["continuebeforesteadystate"];
        /// Whether `aws ecs execute-command` may open a shell in a task. Default {default}.
        enable_execute_command: Output<bool> = false;
        /// Any change in this map starts a new deployment of the same revision, such as a hash of a
        /// configuration that tasks read when they start. Default: none.
        triggers: Dict = BTreeMap::new();
        /// Whether every change of the service starts a new deployment. Default {default}.
        force_new_deployment: Output<bool> = false;
        /// Autoscaling by target tracking.
        autoscaling: AutoscalingArgs = AutoscalingArgs::default(), peers ["scaling"];
    }
}

inputs! {
    /// How a new revision replaces the old one.
    pub struct DeploymentArgs at "deployment" {
        /// How much of the desired count must stay healthy meanwhile, in percent, {limits}, rounded up to
        /// whole tasks. Default {default}. With `strategy` `rolling` only.
        minimum_healthy_percent: Output<u32> = 100, in 0..=100 " percent";
        /// How much of the desired count may run meanwhile, in percent, {limits}, rounded down to whole
        /// tasks: a single task needs 200, or `minimumHealthyPercent` 0. Default {default}. With `strategy` `rolling` only.
        maximum_percent: Output<u32> = 200, in 100..=200 " percent";
        /// What happens when new tasks keep failing.
        circuit_breaker: CircuitBreakerArgs = CircuitBreakerArgs::default();
        /// `rolling` (default) replaces tasks a few at a time. `blueGreen`, `canary` and `linear` start all tasks of the
        /// new revision beside the old ones, behind a second target group that the component creates, and then move
        /// the traffic: at once, a share first, or in equal steps. ECS owns the weights, and goes back when the new
        /// revision fails. A service that runs moves from one strategy to another without interruption.
        strategy: DeploymentStrategy = DeploymentStrategy::Rolling;
        /// Minutes for which both revisions keep running after all traffic has moved, {limits}: so long ECS can go back at
        /// once. Default {default}.
        bake_time_in_minutes: Output<u32> = 15_u32, in 0..=1440 " minutes";
        /// The first share of the traffic with `strategy` `canary`.
        canary: CanaryArgs = CanaryArgs::default(), peers ["canaryconfiguration"];
        /// The steps of the traffic with `strategy` `linear`.
        linear: LinearArgs = LinearArgs::default(), peers ["linearconfiguration"];
        /// A port of the load balancer, 1 to 65535, on which the new revision can be tested before clients get it. Outside a
        /// deployment it answers with the revision that serves. The certificate is the same as that of `listenerPort`, and
        /// so are the clients that can connect: they see a revision that is not released yet. Default: none.
        test_listener_port: u16;
        /// What runs or waits during a deployment that moves traffic: up to 10 Lambda functions and 10 pauses. Default: nothing.
        hooks: Output<Vec<HookArgs>>, is complain_of_hooks, peers ["lifecyclehooks"];
        /// `approve`: each deployment, also the first one, waits before production traffic moves (with `canary` and
        /// `linear` before each step) until a person approves it, by a command that `pulumi up` shows. `pulumi up` waits
        /// meanwhile; when it is stopped, `onCancel` decides. Default {default}.
        pause: Pause = Pause::None;
        /// Minutes after which a deployment that nobody has approved goes back, {limits}. Default {default}.
        pause_timeout_in_minutes: Output<u32> = 1440_u32, in 1..=20_160 " minutes";
        /// CloudWatch alarms that end a deployment and make it go back. Write `true` for the alarms on requests that the
        /// component creates, of both target groups. An alarm that is in ALARM already when a deployment begins does not count
        /// for it. Default: none.
        rollback_alarms: RollbackAlarmsArgs = RollbackAlarmsArgs::default(), peers ["alarms"];
        /// Whether `pulumi up` stops a deployment, so that ECS goes back to what ran before, once two tasks have failed for
        /// a reason that another attempt does not change: an image, a secret or a log group that does not exist or may not be
        /// read, an image for another processor, a command that is not in the image, no way to the registry. Default
        /// {default}. It does not apply where the circuit breaker is enabled without `rollback`.
        fail_fast: Output<bool> = true;
        /// What `pulumi up` does with a deployment when it is stopped meanwhile, with Ctrl-C or a signal:
        /// `rollback` asks ECS to go back to what ran before, `leave` lets ECS go on. Default {default}. A
        /// service's first deployment goes on in any case, since there is nothing to go back to.
        on_cancel: Output<OnCancel> = OnCancel::Rollback;
    }
}

inputs! {
    /// What happens when new tasks keep failing.
    pub struct CircuitBreakerArgs at "deployment.circuitBreaker" {
        /// Whether ECS gives up on a deployment whose tasks keep failing. Default {default}.
        enable: Output<bool> = true;
        /// Whether ECS then goes back to the last revision that worked. Default {default}. The run fails
        /// all the same. It has no effect without `enable`. Alarms, hooks and pauses make a deployment go back
        /// whatever is set here.
        rollback: Output<bool> = true;
        /// How many failed tasks are too many.
        threshold: ThresholdArgs = ThresholdArgs::default(), peers ["thresholdconfiguration"];
        /// Whether a task that turns healthy sets the number of failures back to 0. Default {default}, as with ECS; with
        /// false a task that is healthy only for a moment counts as a failure like any other.
        reset_on_healthy_task: Output<bool> = true;
    }
}

inputs! {
    /// Autoscaling by target tracking.
    pub struct AutoscalingArgs at "autoscaling" {
        /// Whether the service scales.
        enabled: bool => autoscaling;
        /// The fewest tasks, {limits}.
        min_capacity: Output<u32> => min_capacity, in 0..=5000 " tasks", peers ["mincapacity"];
        /// The most tasks, {limits}.
        max_capacity: Output<u32> => max_capacity, in 0..=5000 " tasks", peers ["maxcapacity"];
        /// The average CPU use to aim at, in percent, {limits}. Default {default}.
        cpu_target: Output<f64> = 70.0, in 1.0..=100.0 " percent";
        /// The average memory use to aim at, in percent, {limits}. Default {default}.
        memory_target: Output<f64> = 80.0, in 1.0..=100.0 " percent";
        /// Requests per task and minute to aim at, more than 0. Default: requests do not count.
        request_count_target: Output<f64>, number complain_of_requests;
        /// Seconds between two scale-outs, {limits}. Default {default}.
        scale_out_cooldown: Output<u32> = 300, in 0..=86_400 " seconds";
        /// Seconds between two scale-ins, {limits}. Default {default}.
        scale_in_cooldown: Output<u32> = 900, in 0..=86_400 " seconds";
        /// Times from which the service scales between other numbers of tasks, such as none at night. While there are any, `minCapacity` and
        /// `maxCapacity` are sent only when you change them. Default: none.
        schedules: Vec<ScheduleArgs>, peers ["scheduledactions"];
    }
}

/// One capacity provider's share.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StrategyArgs {
    /// `FARGATE` or `FARGATE_SPOT`.
    pub capacity_provider: Output<CapacityProvider>,
    /// How many tasks run here before shares count, 0 to 100000; for one provider only. Default 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<Output<u32>>,
    /// The share of all further tasks, 0 to 1000. Default 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<Output<u32>>,
}
