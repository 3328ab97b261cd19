//! The tasks of a service: those that run, and those that stopped, which ECS shows for about an hour.

use aws_sdk_ecs::types::{Container, DesiredStatus, Task};

use super::super::Inputs;
use crate::aws::Explain;
use crate::error::Result;
use crate::resource::Cx;

/// How many tasks of a service are looked at.
const MOST: usize = 500;

/// Tasks of the revision with this number; of all while it is not known.
///
/// # Errors
/// The caller may not ask, or there was no answer.
pub(super) async fn of_revision(
    cx: &Cx,
    inputs: &Inputs,
    revision: Option<&str>,
    meant_to: DesiredStatus,
) -> Result<Vec<Task>> {
    let ecs = cx.aws.ecs().await?;
    let call = ecs.list_tasks().cluster(&inputs.cluster_arn).service_name(&cx.base);
    let pages = call.desired_status(meant_to).max_results(100).into_paginator();
    let mut pages = pages.items().send();
    let mut listed: Vec<String> = Vec::new();
    // Those of other revisions are among them: a filter by `startedBy` allows no other (botocore, ListTasks).
    while let Some(arn) = pages.next().await {
        listed.push(arn.explain("ecs:ListTasks", &cx.base)?);
        if listed.len() >= MOST {
            break;
        }
    }
    let mut found = Vec::new();
    // A hundred at most in one call (botocore, DescribeTasks).
    for some in listed.chunks(100) {
        let call = ecs.describe_tasks().cluster(&inputs.cluster_arn);
        let described = call.set_tasks(Some(some.to_vec())).send().await;
        found.extend(described.explain("ecs:DescribeTasks", &cx.base)?.tasks.unwrap_or_default());
    }
    let started_by = revision.map(|revision| format!("ecs-svc/{revision}"));
    let ours = |task: &Task| started_by.is_none() || task.started_by() == started_by.as_deref();
    Ok(found.into_iter().filter(ours).collect())
}

/// Tasks of the revision that did not stop only because they were one too many (ECS's words: "Scaling
/// activity initiated by (deployment …)").
///
/// # Errors
/// As there.
pub(super) async fn failed(cx: &Cx, inputs: &Inputs, revision: Option<&str>) -> Result<Vec<Task>> {
    let mut stopped = of_revision(cx, inputs, revision, DesiredStatus::Stopped).await?;
    stopped.retain(failed_by_itself);
    Ok(stopped)
}

fn failed_by_itself(task: &Task) -> bool {
    !task.stopped_reason().is_some_and(|it| it.starts_with("Scaling activity initiated"))
}

/// Addresses of a task in its subnet.
pub(super) fn addresses(task: &Task) -> impl Iterator<Item = &str> {
    let interfaces = task.containers().iter().flat_map(Container::network_interfaces);
    interfaces.filter_map(|it| it.private_ipv4_address())
}

/// The last part of a task's ARN.
pub(super) fn id(task: &Task) -> &str {
    task.task_arn().and_then(|arn| arn.rsplit('/').next()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Task, failed_by_itself};

    #[test]
    fn a_task_that_was_one_too_many_is_no_evidence() {
        let stopped = |reason| failed_by_itself(&Task::builder().stopped_reason(reason).build());
        assert!(!stopped("Scaling activity initiated by (deployment ecs-svc/1)"));
        assert!(stopped("Essential container in task exited"));
    }
}
