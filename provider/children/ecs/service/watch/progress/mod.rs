//! What a deployment waits for, in one line for the person who waits too. What matters most is at its begin:
//! terminals cut it off.

use std::time::{Duration, SystemTime};

use aws_sdk_ecs::types::{
    ServiceDeployment, ServiceDeploymentCircuitBreaker, ServiceDeploymentStatus as Status,
    ServiceRevisionSummary,
};

use super::ended::{has_failed, why};
use super::stages;
use super::targets::Targets;
use crate::error::in_words;

/// What is known beside the deployment itself.
#[derive(Default)]
pub(super) struct Beside<'a> {
    pub(super) targets: Option<&'a Targets>,
    /// How many tasks failed, and why most of them did.
    pub(super) failures: Option<(usize, String)>,
    /// Why this run stopped the deployment.
    pub(super) stopped: Option<&'a str>,
    /// Whether somebody listens for test traffic. ECS names a weight of it in any case.
    pub(super) has_test_traffic: bool,
    /// Since when its stage lasts, if that was seen.
    pub(super) stage_since: Option<SystemTime>,
}

/// How many tasks of a revision run, start, and are asked for.
#[derive(Clone, Copy, Default)]
struct Tasks {
    running: i32,
    pending: i32,
    requested: i32,
}

impl Tasks {
    fn of(revision: Option<&ServiceRevisionSummary>) -> Self {
        revision.map_or(Self::default(), |it| Self {
            running: it.running_task_count(),
            pending: it.pending_task_count(),
            requested: it.requested_task_count(),
        })
    }

    fn all_run(self) -> bool {
        self.requested > 0 && self.running >= self.requested
    }
}

fn new(deployment: &ServiceDeployment) -> Tasks {
    Tasks::of(deployment.target_service_revision())
}

fn old(deployment: &ServiceDeployment) -> i32 {
    let old = deployment.source_service_revisions().iter();
    old.map(ServiceRevisionSummary::running_task_count).sum()
}

/// Whether the load balancer knows more of it than ECS.
pub(super) fn is_up_to_the_balancer(deployment: &ServiceDeployment) -> bool {
    deployment.status() == Some(&Status::InProgress) && new(deployment).running > 0
}

/// Whether tasks of it are missing.
pub(super) fn lacks_tasks(deployment: &ServiceDeployment) -> bool {
    let tasks = new(deployment);
    deployment.status() == Some(&Status::InProgress) && tasks.running < tasks.requested
}

/// Whether nothing is left but that ECS ends it.
pub(super) fn ends_soon(deployment: &ServiceDeployment, targets: Option<&Targets>) -> bool {
    let settled = targets.is_none_or(|it| it.unchecked + it.unhealthy.len() + it.draining == 0);
    let ends = deployment.status() == Some(&Status::InProgress) && new(deployment).all_run();
    ends && settled && old(deployment) == 0 && stages::bakes(deployment).is_none()
}

/// The line without its time, so that it changes only when something did.
pub(super) fn line(deployment: &ServiceDeployment, beside: &Beside<'_>) -> String {
    if has_failed(deployment) {
        return going_back(deployment, beside);
    }
    if deployment.status() == Some(&Status::Pending) {
        return BEGINS.to_owned();
    }
    if let Some(hook) = stages::pause(deployment) {
        return format!("{}, {}", stages::paused(hook), counts(new(deployment), beside.targets));
    }
    let waiting = waiting(deployment, beside);
    let weights = stages::weights(deployment, beside.has_test_traffic);
    let weights = weights.map_or_else(String::new, |it| format!("{it}; "));
    let counts = counts(new(deployment), beside.targets);
    format!("{}: {weights}{counts}; {waiting}", stage(deployment, beside))
}

/// The line with its time. It stays true as long as nothing changes.
pub(super) fn at(line: &str, since: Duration) -> String {
    format!("{line} (after {})", in_words(since))
}

const BEGINS: &str = "ECS has not begun with it yet";

fn counts(tasks: Tasks, targets: Option<&Targets>) -> String {
    let running = format!("{} of {} tasks running", tasks.running, tasks.requested);
    match targets {
        Some(targets) if targets.registered() > 0 => {
            format!(
                "{running}, {} of {} targets healthy",
                targets.healthy.len(),
                targets.registered()
            )
        }
        _ => running,
    }
}

/// What is being done. The stages of a rolling deployment are ours: ECS names none.
fn stage(deployment: &ServiceDeployment, beside: &Beside<'_>) -> String {
    if let Some(stage) = stages::stage(deployment) {
        return stages::words(stage).to_owned();
    }
    let unhealthy = beside.targets.is_none_or(|it| it.unchecked + it.unhealthy.len() > 0);
    let draining = beside.targets.is_some_and(|it| it.draining > 0);
    match () {
        () if !new(deployment).all_run() => "starting tasks",
        () if unhealthy => "checking health",
        () if draining || old(deployment) > 0 => "stopping old tasks",
        () => "finishing",
    }
    .to_owned()
}

/// What is waited for. Failed tasks are in it only as long as tasks are missing: what failed because a fresh
/// role was not known everywhere is of no interest once all run.
fn waiting(deployment: &ServiceDeployment, beside: &Beside<'_>) -> String {
    let tasks = new(deployment);
    if !tasks.all_run() {
        let breaker = deployment.deployment_circuit_breaker();
        let failed = breaker.map_or(0, ServiceDeploymentCircuitBreaker::failure_count);
        let starting = format!("starting: {}", tasks.pending);
        return match &beside.failures {
            Some((known, why)) => format!("{starting}, failed so far: {known} ({why})"),
            None if failed > 0 => format!("{starting}, failed so far: {failed}"),
            None => starting,
        };
    }
    let mut left = Vec::new();
    if let Some(targets) = beside.targets {
        left.extend(left_of(targets));
    }
    let functions = stages::running_hooks(deployment);
    if !functions.is_empty() {
        left.push(format!("waiting for the function {}", functions.join(", ")));
    }
    if let Some(bakes) = stages::bakes(deployment) {
        left.push(stages::clock(bakes, beside.stage_since));
    }
    let old = old(deployment);
    if left.is_empty() && old > 0 {
        left.push(format!("old tasks still running: {old}"));
    }
    if !left.is_empty() {
        return left.join(", ");
    }
    let unknown = beside.targets.is_none();
    if unknown { UNKNOWN_HEALTH.to_owned() } else { ENDS.to_owned() }
}

const UNKNOWN_HEALTH: &str = "waiting for the health checks";
const ENDS: &str = "waiting until ECS ends the deployment";

fn left_of(targets: &Targets) -> impl Iterator<Item = String> {
    let first = targets.unhealthy.values().next().cloned();
    let why = first.map_or_else(String::new, |why| format!(" ({why})"));
    let numbers = [
        (targets.unchecked, "in the first health checks".to_owned()),
        (targets.unhealthy.len(), format!("failing health checks{why}")),
        (targets.draining, "old targets that finish their requests".to_owned()),
    ];
    let left = numbers.into_iter().filter(|(number, _)| *number > 0);
    left.map(|(number, what)| format!("{what}: {number}"))
}

/// It failed: why, and how far the way back is.
fn going_back(deployment: &ServiceDeployment, beside: &Beside<'_>) -> String {
    let why = why(deployment, beside.stopped);
    let why = if why.is_empty() { String::new() } else { format!(": {why}") };
    if deployment.status() == Some(&Status::StopRequested) {
        return format!("ECS stops the deployment{why}");
    }
    let back = deployment.rollback().and_then(|it| it.service_revision_arn());
    let mut old = deployment.source_service_revisions().iter();
    let running = old.find(|it| it.arn() == back).map(ServiceRevisionSummary::running_task_count);
    let running = running.map_or_else(String::new, |it| format!(", tasks of it running: {it}"));
    format!("failed, and ECS goes back to what ran before{running}{why}")
}

/// The last word: which revision serves.
pub(super) fn summary(
    task_definition: &str,
    deployment: Option<&ServiceDeployment>,
    healthy: Option<usize>,
    since: Duration,
) -> String {
    let revision = task_definition.rsplit(':').next().unwrap_or_default();
    let tasks = deployment.map_or(Tasks::default(), new);
    let tasks = format!("{} of {} tasks running", tasks.running, tasks.requested);
    let since = in_words(since);
    match healthy {
        Some(healthy) => {
            format!(
                "Revision {revision} serves: {tasks}, healthy targets: {healthy}, after {since}"
            )
        }
        None => format!("Revision {revision} is deployed: {tasks}, after {since}"),
    }
}

/// The last word where nobody waited.
pub(in super::super) const NOT_WATCHED: &str =
    "not watched, because `waitForSteadyState` is false: ECS deploys on its own";

#[cfg(test)]
mod tests;
