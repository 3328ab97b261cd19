use std::time::Duration;

use aws_sdk_ecs::types::{Rollback, ServiceDeploymentCircuitBreaker};
use expect_test::expect;

use super::{
    Beside, NOT_WATCHED, ServiceDeployment, ServiceRevisionSummary, Status, Targets, at, ends_soon,
    is_up_to_the_balancer, lacks_tasks, line, summary,
};

fn seen(status: Status, running: i32, pending: i32, old: i32) -> ServiceDeployment {
    let of = |running| ServiceRevisionSummary::builder().running_task_count(running);
    let breaker = ServiceDeploymentCircuitBreaker::builder().failure_count(1).build();
    ServiceDeployment::builder()
        .status(status)
        .target_service_revision(
            of(running).requested_task_count(2).pending_task_count(pending).build(),
        )
        .source_service_revisions(of(old).arn("old").build())
        .deployment_circuit_breaker(breaker)
        .rollback(Rollback::builder().service_revision_arn("old").build())
        .build()
}

fn targets(healthy: usize, unchecked: usize, draining: usize) -> Targets {
    let healthy = (0..healthy).map(|n| format!("10.0.0.{n}")).collect();
    Targets { healthy, unchecked, draining, ..Targets::default() }
}

#[test]
fn each_wait_of_a_deployment_is_told() {
    let wrong = "Target.Timeout (Request timed out)".to_owned();
    let unhealthy =
        Targets { unhealthy: [("10.0.0.7:80".to_owned(), wrong)].into(), ..targets(1, 0, 0) };
    let mut back = seen(Status::RollbackInProgress, 0, 0, 1);
    back.status_reason = Some("the circuit breaker threshold was exceeded.".to_owned());
    let mut stops = seen(Status::StopRequested, 1, 0, 1);
    stops.status_reason = Some("a newer service deployment was started.".to_owned());
    let known = |targets| Beside { targets: Some(targets), ..Beside::default() };
    let why = || Some((1, "the program failed, exit code 3".to_owned()));
    let (none, two, drained) = (targets(1, 0, 0), targets(1, 2, 0), targets(2, 0, 1));
    let done = targets(2, 0, 0);
    let lines = [
        (seen(Status::Pending, 0, 0, 0), Beside::default()),
        (seen(Status::InProgress, 0, 2, 1), Beside::default()),
        (seen(Status::InProgress, 1, 1, 1), known(&none)),
        (seen(Status::InProgress, 1, 1, 1), Beside { failures: why(), ..known(&none) }),
        (seen(Status::InProgress, 2, 0, 0), Beside::default()),
        (seen(Status::InProgress, 2, 0, 1), known(&two)),
        (seen(Status::InProgress, 2, 0, 0), known(&unhealthy)),
        (seen(Status::InProgress, 2, 0, 1), known(&done)),
        (seen(Status::InProgress, 2, 0, 0), known(&drained)),
        (seen(Status::InProgress, 2, 0, 0), known(&done)),
        (back.clone(), Beside::default()),
        (back, Beside { stopped: Some("this run stopped it"), ..Beside::default() }),
        (stops, Beside::default()),
    ];
    let lines: Vec<_> = lines.iter().map(|(seen, beside)| line(seen, beside)).collect();
    let with_time = at(&lines[1], Duration::from_secs(65));
    expect![[r"
        ECS has not begun with it yet
        starting tasks: 0 of 2 tasks running; starting: 2, failed so far: 1
        starting tasks: 1 of 2 tasks running, 1 of 1 targets healthy; starting: 1, failed so far: 1
        starting tasks: 1 of 2 tasks running, 1 of 1 targets healthy; starting: 1, failed so far: 1 (the program failed, exit code 3)
        checking health: 2 of 2 tasks running; waiting for the health checks
        checking health: 2 of 2 tasks running, 1 of 3 targets healthy; in the first health checks: 2
        checking health: 2 of 2 tasks running, 1 of 2 targets healthy; failing health checks (Target.Timeout (Request timed out)): 1
        stopping old tasks: 2 of 2 tasks running, 2 of 2 targets healthy; old tasks still running: 1
        stopping old tasks: 2 of 2 tasks running, 2 of 2 targets healthy; old targets that finish their requests: 1
        finishing: 2 of 2 tasks running, 2 of 2 targets healthy; waiting until ECS ends the deployment
        failed, and ECS goes back to what ran before, tasks of it running: 1: the circuit breaker threshold was exceeded (failed tasks: 1)
        failed, and ECS goes back to what ran before, tasks of it running: 1: this run stopped it
        ECS stops the deployment: a newer service deployment was started
        starting tasks: 0 of 2 tasks running; starting: 2, failed so far: 1 (after 1 min 5 s)
        not watched, because `waitForSteadyState` is false: ECS deploys on its own"]].assert_eq(&format!("{}\n{with_time}\n{NOT_WATCHED}", lines.join("\n")));
}

#[test]
fn the_balancer_is_asked_once_a_task_runs() {
    let asked = [
        seen(Status::Pending, 0, 0, 0),
        seen(Status::InProgress, 0, 1, 0),
        seen(Status::InProgress, 1, 1, 0),
        seen(Status::RollbackInProgress, 2, 0, 0),
    ];
    assert_eq!(asked.clone().map(|it| is_up_to_the_balancer(&it)), [false, false, true, false]);
    assert_eq!(asked.map(|it| lacks_tasks(&it)), [false, true, true, false]);
}

#[test]
fn the_end_is_near_when_only_ecs_is_waited_for() {
    let done = targets(2, 0, 0);
    let all = seen(Status::InProgress, 2, 0, 0);
    assert!(ends_soon(&all, Some(&done)));
    assert!(!ends_soon(&all, Some(&targets(2, 0, 1))));
    assert!(!ends_soon(&seen(Status::InProgress, 2, 0, 1), Some(&done)));
    assert!(!ends_soon(&seen(Status::RollbackInProgress, 2, 0, 0), Some(&done)));
}

#[test]
fn the_last_word_is_which_revision_serves() {
    let done = seen(Status::Successful, 2, 0, 0);
    let told = [(Some(&done), Some(2)), (Some(&done), None), (None, None)];
    let told = told.map(|(deployment, healthy)| {
        summary("arn:td/web:12", deployment, healthy, Duration::from_secs(130))
    });
    expect![[r"
        Revision 12 serves: 2 of 2 tasks running, healthy targets: 2, after 2 min 10 s
        Revision 12 is deployed: 2 of 2 tasks running, after 2 min 10 s
        Revision 12 is deployed: 0 of 0 tasks running, after 2 min 10 s"]]
    .assert_eq(&told.join("\n"));
}
