//! What is asked beside the deployment itself while it is watched, and when: each answer makes the line and the
//! message better, and none decides whether the deployment succeeded.

use std::time::{Duration, Instant};

use aws_sdk_ecs::types::{ServiceDeployment, ServiceDeploymentCircuitBreaker};

use super::ended::has_failed;
use super::longest::{Shape, longest};
use super::{Watch, evidence, progress, stop, targets as balancer, tasks as stopped};
use crate::resource::Cx;

/// When its shape is asked for: most are over by then, or are not our business.
const SHAPE_AFTER: Duration = Duration::from_secs(10);
/// How long it is at the least from one question about targets to the next: ELB answers each group alone.
const TARGETS_EVERY: Duration = Duration::from_secs(8);
/// The same of stopped tasks where ECS does not count failures.
const TASKS_EVERY: Duration = Duration::from_secs(15);

/// Asks the balancer what it says of the targets. It is only for the words, so no answer is no error.
pub(super) async fn targets(cx: &Cx, watch: &Watch<'_>, deployment: &ServiceDeployment) {
    {
        let memory = watch.memory();
        let due = memory.targets_asked.is_none_or(|at| at.elapsed() >= TARGETS_EVERY);
        if memory.silent.targets || !due || !progress::is_up_to_the_balancer(deployment) {
            return;
        }
    }
    let seen = balancer::seen(cx, watch.inputs).await;
    let mut memory = watch.memory();
    memory.targets_asked = Some(Instant::now());
    match seen {
        Ok(seen) => memory.see_targets(seen),
        Err(_) => memory.silent.targets = true,
    }
}

/// Asks why tasks stopped, when ECS has counted another failure; where it does not count, now and then.
pub(super) async fn tasks(cx: &Cx, watch: &Watch<'_>, deployment: &ServiceDeployment) {
    let counted = deployment
        .deployment_circuit_breaker()
        .map_or(0, ServiceDeploymentCircuitBreaker::failure_count);
    {
        let mut memory = watch.memory();
        let due = memory.tasks_asked.is_none_or(|at| at.elapsed() >= TASKS_EVERY);
        let uncounted = !watch.inputs.circuit_breaker && due && progress::lacks_tasks(deployment);
        if memory.silent.tasks || counted <= memory.counted && !uncounted {
            memory.counted = counted;
            return;
        }
        memory.counted = counted;
        memory.tasks_asked = Some(Instant::now());
    }
    match stopped::failed(cx, watch.inputs, watch.revision()).await {
        Ok(failed) => watch.memory().failures.add(&failed),
        Err(_) => watch.memory().silent.tasks = true,
    }
    let unexplained = watch.memory().failures.unexplained();
    if let Some((task, container)) = unexplained {
        let lines = evidence::last_lines(cx, watch.inputs, &task, &container).await;
        watch.memory().failures.learn(&task, &lines.unwrap_or_default().join("\n"));
    }
}

/// Asks for what decides how long the deployment may take.
pub(super) async fn shape(cx: &Cx, watch: &Watch<'_>, deployment: &ServiceDeployment) {
    {
        let memory = watch.memory();
        let known = memory.longest.is_some() || memory.silent.group;
        if known || watch.begun.elapsed() < SHAPE_AFTER {
            return;
        }
    }
    let found = balancer::balancing(cx, watch.inputs).await;
    let mut memory = watch.memory();
    match found {
        Ok(Some(balancing)) => {
            memory.longest = Some(longest(Shape::of(watch.inputs), deployment, balancing));
        }
        _ => memory.silent.group = true,
    }
}

/// Stops a deployment that no further task can save.
pub(super) async fn stop_if_hopeless(
    cx: &Cx,
    watch: &Watch<'_>,
    deployment: &ServiceDeployment,
    arn: &str,
) {
    let inputs = watch.inputs;
    // What deploys another revision was begun by others.
    let ours = watch.what.begins || watch.what.definition == inputs.task_definition_arn;
    // A user who wants no way back gets none: the circuit breaker ends it.
    let wanted = ours && inputs.fail_fast && (inputs.rollback || !inputs.circuit_breaker);
    let hopeless = {
        let memory = watch.memory();
        if !wanted || has_failed(deployment) || memory.stopped.is_some() || memory.cannot_stop {
            return;
        }
        memory.failures.hopeless()
    };
    let Some((met, why)) = hopeless else { return };
    match stop::go_back(cx, arn).await {
        Ok(()) => watch.memory().stopped = Some(stop::hopeless(met, why)),
        Err(error) => {
            watch.memory().cannot_stop = true;
            cx.warn(&stop::cannot(&error));
        }
    }
}
