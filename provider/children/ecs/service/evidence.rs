//! Why did it fail? The stopped tasks' reasons, the last log lines, the targets' health and the
//! service's events, in one message: the user should not have to open the console.
//!
//! Asked only after a failure. What the caller may not ask is left out; the verdict itself never
//! fails.

use std::collections::BTreeMap;

use aws_sdk_ecs::types::{DesiredStatus, Task};

use super::hints::hint;
use super::live::describe;
use super::{Inputs, targets};
use crate::aws::Explain;
use crate::children::ecs::container::LOG_PREFIX;
use crate::error::{Error, Result};
use crate::resource::Cx;

/// How many log lines of the last task are shown.
const LOG_LINES: i32 = 20;
/// How many service events are shown.
const EVENTS: usize = 5;

/// What is known of a failed deployment.
#[derive(Default)]
struct Evidence {
    reasons: Vec<String>,
    /// The id of the task that stopped last.
    task: String,
    /// What it wrote last.
    lines: Vec<String>,
    targets: Vec<String>,
    events: Vec<String>,
}

/// The error for a deployment of the revision `of` that ended with `verdict`, and all that can be found out about it.
pub(super) async fn explain(cx: &Cx, inputs: &Inputs, of: Option<&str>, verdict: Error) -> Error {
    let tasks = stopped_tasks(cx, inputs, of).await.unwrap_or_default();
    let mut evidence = Evidence { reasons: grouped(&tasks), ..Evidence::default() };
    if let Some(task) = tasks.last().and_then(|task| task.task_arn()) {
        evidence.task = task.rsplit('/').next().unwrap_or_default().to_owned();
        evidence.lines = last_lines(cx, inputs, &evidence.task).await.unwrap_or_default();
    }
    evidence.targets = targets::unhealthy(cx, inputs).await.unwrap_or_default();
    evidence.events = events(cx, inputs).await.unwrap_or_default();
    report(verdict, &evidence, &inputs.log_group_name, cx.aws.region())
}

fn report(verdict: Error, evidence: &Evidence, log_group: &str, region: &str) -> Error {
    let mut rendered = String::new();
    section(&mut rendered, "Stopped tasks", &evidence.reasons);
    section(&mut rendered, &format!("Last log lines of task {}", evidence.task), &evidence.lines);
    section(&mut rendered, "Targets", &evidence.targets);
    section(&mut rendered, "Last events", &evidence.events);
    let mut error = verdict.further(&rendered);
    if let Some(hint) = hint(&evidence.reasons.join("\n"), &evidence.lines.join("\n")) {
        error = error.hinted(hint);
    }
    error.hinted(format!("All logs: `aws logs tail {log_group} --region {region}`"))
}

fn section(rendered: &mut String, title: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    rendered.extend(["\n  ", title, ":"]);
    for line in lines {
        rendered.extend(["\n    ", line.as_str()]);
    }
}

/// Stopped tasks of the revision, oldest first; of all while it is not known. ECS shows them for
/// about an hour.
async fn stopped_tasks(cx: &Cx, inputs: &Inputs, revision: Option<&str>) -> Result<Vec<Task>> {
    let ecs = cx.aws.ecs().await?;
    let listed = ecs
        .list_tasks()
        .cluster(&inputs.cluster_arn)
        .service_name(&cx.base)
        .desired_status(DesiredStatus::Stopped)
        .max_results(100)
        .send()
        .await
        .explain("ecs:ListTasks", &cx.base)?;
    if listed.task_arns().is_empty() {
        return Ok(Vec::new());
    }
    let described = ecs
        .describe_tasks()
        .cluster(&inputs.cluster_arn)
        .set_tasks(Some(listed.task_arns().to_vec()))
        .send()
        .await
        .explain("ecs:DescribeTasks", &cx.base)?;
    let started_by = revision.map(|revision| format!("ecs-svc/{revision}"));
    let mut tasks: Vec<Task> = described
        .tasks
        .unwrap_or_default()
        .into_iter()
        .filter(|task| started_by.is_none() || task.started_by() == started_by.as_deref())
        .filter(failed_by_itself)
        .collect();
    tasks.sort_by_key(|task| task.stopped_at().map(aws_smithy_types::DateTime::as_nanos));
    Ok(tasks)
}

/// What ECS stopped because it was one too many explains nothing (its words: "Scaling activity initiated
/// by (deployment …)").
fn failed_by_itself(task: &Task) -> bool {
    !task.stopped_reason().is_some_and(|it| it.starts_with("Scaling activity initiated"))
}

/// Equal reasons once, with how many tasks had them, most frequent first.
fn grouped(tasks: &[Task]) -> Vec<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for task in tasks {
        *counts.entry(reason(task)).or_default() += 1;
    }
    let mut reasons: Vec<_> = counts.into_iter().collect();
    reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    reasons.into_iter().map(|(reason, count)| format!("{count} x {reason}")).collect()
}

fn reason(task: &Task) -> String {
    let mut rendered =
        task.stopped_reason().unwrap_or("no reason given").trim_end_matches('.').to_owned();
    for container in task.containers() {
        let name = container.name().unwrap_or_default();
        if let Some(code) = container.exit_code() {
            let code = code.to_string();
            rendered.extend(["; container `", name, "` exited with exit code ", &code]);
        }
        if let Some(reason) = container.reason() {
            rendered.extend(["; container `", name, "`: ", reason]);
        }
    }
    rendered
}

async fn last_lines(cx: &Cx, inputs: &Inputs, task: &str) -> Result<Vec<String>> {
    let stream = format!("{LOG_PREFIX}/{}/{task}", inputs.container_name);
    let answer = cx
        .aws
        .logs()
        .await?
        .get_log_events()
        .log_group_name(&inputs.log_group_name)
        .log_stream_name(&stream)
        .start_from_head(false)
        .limit(LOG_LINES)
        .send()
        .await
        .explain("logs:GetLogEvents", &stream)?;
    let lines = answer.events().iter().filter_map(|event| event.message());
    Ok(lines.map(|line| format!("| {}", line.trim_end())).collect())
}

async fn events(cx: &Cx, inputs: &Inputs) -> Result<Vec<String>> {
    let service = describe(cx, &inputs.cluster_arn, &cx.base).await?;
    let events = service.and_then(|service| service.events).unwrap_or_default();
    let mut last: Vec<String> =
        events.into_iter().take(EVENTS).filter_map(|event| event.message).collect();
    last.reverse();
    Ok(last)
}

#[cfg(test)]
mod tests {
    use aws_sdk_ecs::types::{Container, Task};

    use expect_test::expect;

    use super::{Error, Evidence, failed_by_itself, grouped, report};

    #[test]
    fn a_task_that_was_one_too_many_is_no_evidence() {
        let stopped = |reason| failed_by_itself(&Task::builder().stopped_reason(reason).build());
        assert!(!stopped("Scaling activity initiated by (deployment ecs-svc/1)"));
        assert!(stopped("Essential container in task exited"));
    }

    #[test]
    fn equal_reasons_are_told_once() {
        let crashed = || {
            Task::builder()
                .stopped_reason("Essential container in task exited")
                .containers(Container::builder().name("app").exit_code(1).build())
                .build()
        };
        let other = Task::builder().stopped_reason("Spot interruption.").build();
        assert_eq!(
            grouped(&[crashed(), other, crashed()]),
            [
                "2 x Essential container in task exited; container `app` exited with exit code 1",
                "1 x Spot interruption",
            ]
        );
    }

    #[test]
    fn all_that_is_known_stands_below_the_verdict_and_the_hints_at_the_end() {
        let one = |line: &str| vec![line.to_owned()];
        let all = Evidence {
            reasons: grouped(&[
                Task::builder().build(),
                Task::builder().stopped_reason("OutOfMemoryError").build(),
            ]),
            task: "9781c248".to_owned(),
            lines: one("| KeyError: 'DATABASE_URL'"),
            targets: one("10.0.1.7: Target.Timeout Request timed out"),
            events: one("(service web) was unable to place a task."),
        };
        let some =
            Evidence { events: one("(service web) has started 1 tasks."), ..Evidence::default() };
        let failed = Error::aws("DeploymentFailed", "the deployment of service web failed");
        let late = Error::not_ready("gave up waiting for it").hinted("Wait longer.");
        let rendered = [(failed, all), (late, some)]
            .map(|(verdict, seen)| report(verdict, &seen, "/fargate/web", "eu-west-1").to_string());
        expect![[r"
            the deployment of service web failed
              Stopped tasks:
                1 x OutOfMemoryError
                1 x no reason given
              Last log lines of task 9781c248:
                | KeyError: 'DATABASE_URL'
              Targets:
                10.0.1.7: Target.Timeout Request timed out
              Last events:
                (service web) was unable to place a task.
              The container was killed, most often for lack of memory: raise `memory`.
              All logs: `aws logs tail /fargate/web --region eu-west-1`
            gave up waiting for it
              Last events:
                (service web) has started 1 tasks.
              Wait longer.
              All logs: `aws logs tail /fargate/web --region eu-west-1`"]]
        .assert_eq(&rendered.join("\n"));
    }
}
