//! What a deployment waits for, in one line for the person who waits too.

use std::time::Duration;

use aws_sdk_ecs::types::{
    ServiceDeployment, ServiceDeploymentCircuitBreaker, ServiceDeploymentStatus as Status,
    ServiceRevisionSummary,
};

use super::targets::Targets;
use crate::error::in_words;

/// Whether only the load balancer knows what is waited for.
pub(super) fn is_up_to_the_balancer(deployment: &ServiceDeployment) -> bool {
    let target = deployment.target_service_revision();
    let all = target.map_or((0, 0), |it| (it.running_task_count(), it.requested_task_count()));
    deployment.status() == Some(&Status::InProgress) && all.1 > 0 && all.0 >= all.1
}

/// The line. Failed tasks are in it only as long as tasks are missing: what failed because a fresh
/// role was not known everywhere is of no interest once all run.
pub(super) fn message(
    deployment: &ServiceDeployment,
    targets: Option<Targets>,
    since: Duration,
) -> String {
    let target = deployment.target_service_revision();
    let [running, requested, pending] = target.map_or([0; 3], |it| {
        [it.running_task_count(), it.requested_task_count(), it.pending_task_count()]
    });
    let breaker = deployment.deployment_circuit_breaker();
    let failed = breaker.map_or(0, ServiceDeploymentCircuitBreaker::failure_count);
    let old = deployment.source_service_revisions().iter();
    let old = old.map(ServiceRevisionSummary::running_task_count).sum();
    let since = in_words(since);
    let waiting = match deployment.status() {
        Some(Status::RollbackRequested | Status::RollbackInProgress) => {
            return format!("{ROLLS_BACK}, {since}");
        }
        Some(Status::Pending) => return format!("{BEGINS}, {since}"),
        _ if running < requested => missing(pending, failed),
        _ => rest(targets, old),
    };
    format!("{running} of {requested} tasks running, {waiting}, {since}")
}

const BEGINS: &str = "ECS has not begun with it yet";
const ROLLS_BACK: &str = "it failed; waiting until the service is back at what ran before";

fn missing(pending: i32, failed: i32) -> String {
    let starting = format!("{pending} starting");
    if failed == 0 { starting } else { format!("{starting}, {failed} failed so far") }
}

/// What is left to do when all tasks run.
fn rest(targets: Option<Targets>, old: i32) -> String {
    let mut left = Vec::new();
    if let Some(Targets { unchecked, unhealthy, draining }) = targets {
        for (number, what) in [
            (unchecked, "in their first health checks"),
            (unhealthy, "failing health checks"),
            (draining, "old ones finishing their requests"),
        ] {
            if number > 0 {
                left.push(format!("{what}: {number}"));
            }
        }
    }
    if left.is_empty() && old > 0 {
        left.push(format!("old ones still running: {old}"));
    }
    if !left.is_empty() {
        return left.join(", ");
    }
    match targets {
        None => "waiting for their health checks".to_owned(),
        Some(_) => "all healthy; waiting until ECS ends the deployment".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use expect_test::expect;

    use super::{
        ServiceDeployment, ServiceDeploymentCircuitBreaker, ServiceRevisionSummary, Status,
        Targets, is_up_to_the_balancer, message,
    };

    fn seen(status: Status, running: i32, pending: i32, old: i32) -> ServiceDeployment {
        let of = |running| ServiceRevisionSummary::builder().running_task_count(running);
        let breaker = ServiceDeploymentCircuitBreaker::builder().failure_count(1).build();
        ServiceDeployment::builder()
            .status(status)
            .target_service_revision(
                of(running).requested_task_count(2).pending_task_count(pending).build(),
            )
            .source_service_revisions(of(old).build())
            .deployment_circuit_breaker(breaker)
            .build()
    }

    #[test]
    fn each_wait_of_a_deployment_is_told() {
        let checked =
            |unchecked, draining| Some(Targets { unchecked, draining, ..Targets::default() });
        let unhealthy = Some(Targets { unhealthy: 1, ..Targets::default() });
        let lines = [
            (seen(Status::Pending, 0, 0, 0), None),
            (seen(Status::InProgress, 1, 1, 0), None),
            (seen(Status::InProgress, 2, 0, 0), None),
            (seen(Status::InProgress, 2, 0, 1), None),
            (seen(Status::InProgress, 2, 0, 2), checked(2, 0)),
            (seen(Status::InProgress, 2, 0, 0), unhealthy),
            (seen(Status::InProgress, 2, 0, 0), checked(0, 2)),
            (seen(Status::InProgress, 2, 0, 0), checked(0, 0)),
            (seen(Status::RollbackInProgress, 0, 0, 2), None),
        ];
        let message: Vec<_> = lines
            .iter()
            .map(|(seen, targets)| message(seen, *targets, Duration::from_secs(65)))
            .collect();
        expect![[r"
            ECS has not begun with it yet, 1 min 5 s
            1 of 2 tasks running, 1 starting, 1 failed so far, 1 min 5 s
            2 of 2 tasks running, waiting for their health checks, 1 min 5 s
            2 of 2 tasks running, old ones still running: 1, 1 min 5 s
            2 of 2 tasks running, in their first health checks: 2, 1 min 5 s
            2 of 2 tasks running, failing health checks: 1, 1 min 5 s
            2 of 2 tasks running, old ones finishing their requests: 2, 1 min 5 s
            2 of 2 tasks running, all healthy; waiting until ECS ends the deployment, 1 min 5 s
            it failed; waiting until the service is back at what ran before, 1 min 5 s"]]
        .assert_eq(&message.join("\n"));
    }

    #[test]
    fn the_balancer_is_asked_only_when_all_tasks_run() {
        let asked = [
            seen(Status::Pending, 0, 0, 0),
            seen(Status::InProgress, 1, 1, 0),
            seen(Status::InProgress, 2, 0, 0),
            seen(Status::RollbackInProgress, 2, 0, 0),
        ];
        let asked = asked.map(|it| is_up_to_the_balancer(&it));
        assert_eq!(asked, [false, false, true, false]);
    }
}
