use aws_sdk_ecs::types::{Container, Task};
use expect_test::expect;

use super::{Error, Evidence, Failures, LOG_LINE, Subject, cut, report, telling};

fn failures(codes: &[i32]) -> Failures {
    let mut failures = Failures::default();
    let tasks: Vec<Task> = codes
        .iter()
        .enumerate()
        .map(|(n, code)| {
            let container = Container::builder().name("app").exit_code(*code).build();
            Task::builder()
                .task_arn(format!("arn:task/web/{n}"))
                .stopped_reason("Essential container in task exited")
                .containers(container)
                .build()
        })
        .collect();
    failures.add(&tasks);
    failures
}

fn lines(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}

#[test]
fn all_that_is_known_is_below_the_verdict_and_what_to_try_at_the_end() {
    let wrong = "Target.ResponseCodeMismatch (Health checks failed with these codes: [404])";
    let crashed = Evidence {
        failures: failures(&[1, 1, 137, 2, 3, 4]),
        seen: "starting tasks: 0 of 2 tasks running".to_owned(),
        task: "9781c248".to_owned(),
        lines: lines(&["KeyError: 'DATABASE_URL'"]),
        events: lines(&[
            "(service web) was unable to place a task. Reason: Capacity is unavailable at this time.",
        ]),
        ..Evidence::default()
    };
    let targets = (1..=6).map(|n| (format!("10.0.1.{n}:80"), wrong.to_owned())).collect();
    let unhealthy = Evidence { targets, ..Evidence::default() };
    let silent = Evidence {
        events: lines(&[
            "(service web) has started 2 tasks.",
            "(service web) registered 1 targets",
        ]),
        ..Evidence::default()
    };
    let failed = || Error::aws("DeploymentFailed", "the deployment of service web failed");
    let late = Error::not_ready("gave up waiting for it").hinted("Wait longer.");
    let told = [(failed(), crashed), (failed(), unhealthy), (late, silent)]
        .map(|(verdict, seen)| report(verdict, &seen, &Subject::default()).to_string());
    expect![[r"
        the deployment of service web failed
          Last seen: starting tasks: 0 of 2 tasks running
          Stopped tasks:
            2 x the program failed, exit code 1 (Essential container in task exited)
            1 x killed (SIGKILL), exit code 137 (Essential container in task exited)
            1 x the program failed, exit code 2 (Essential container in task exited)
            1 x the program failed, exit code 3 (Essential container in task exited)
            and 1 more
          Last log lines of task 9781c248:
            | KeyError: 'DATABASE_URL'
          Events:
            (service web) was unable to place a task. Reason: Capacity is unavailable at this time.
          The program itself failed. What it is given: `environment`, `secrets`, `command`.
        the deployment of service web failed
          Unhealthy targets:
            10.0.1.1:80: Target.ResponseCodeMismatch (Health checks failed with these codes: [404])
            10.0.1.2:80: Target.ResponseCodeMismatch (Health checks failed with these codes: [404])
            10.0.1.3:80: Target.ResponseCodeMismatch (Health checks failed with these codes: [404])
            10.0.1.4:80: Target.ResponseCodeMismatch (Health checks failed with these codes: [404])
            and 2 more
          The container answers the health check with another status code: correct `healthCheck.path`, or allow the code in `healthCheck.matcher`. `healthCheckGracePeriodSeconds` is for a slow start.
        gave up waiting for it
          Events:
            (service web) registered 1 targets
            (service web) has started 2 tasks.
          Wait longer."]].assert_eq(&told.join("\n"));
}

#[test]
fn events_are_told_where_they_say_what_the_tasks_did_not() {
    let events = lines(&[
        "(service web) has stopped 1 running tasks: (task a).",
        "(service web) (task a) (port 80) is unhealthy in (target-group arn:tg) due to (reason Request timed out).",
        "(service web) (task b) (port 80) is unhealthy in (target-group arn:tg) due to (reason Request timed out).",
        "(service web) was unable to place a task. Reason: Capacity is unavailable at this time.",
        "(service web) was unable to place a task. Reason: Capacity is unavailable at this time.",
        "(service web) has started 1 tasks: (task a).",
    ]);
    expect![[r"
        (service web) was unable to place a task. Reason: Capacity is unavailable at this time.
        (service web) (task …) (port 80) is unhealthy in (target-group arn:tg) due to (reason Request timed out)."]].assert_eq(&telling(&events, &failures(&[1])).join("\n"));
}

#[test]
fn a_long_line_is_cut() {
    assert_eq!(cut(&"ü".repeat(LOG_LINE)), "ü".repeat(LOG_LINE));
    assert_eq!(cut(&"ü".repeat(LOG_LINE + 1)), format!("{}…", "ü".repeat(LOG_LINE)));
}

#[test]
fn the_command_that_shows_more_is_told() {
    let told = [
        super::all_logs("/fargate/web", "eu-west-1"),
        super::all_events("shop", "web", "eu-west-1"),
    ];
    expect_test::expect![[r"
        All logs: `aws logs tail /fargate/web --region eu-west-1`
        All events: `aws ecs describe-services --cluster shop --services web --region eu-west-1`"]]
    .assert_eq(&told.join("\n"));
}
