//! The last look: ECS says that the deployment succeeded; the load balancer must say it too.

use std::collections::BTreeSet;
use std::time::Duration;

use aws_sdk_ecs::types::{DesiredStatus, ServiceDeployment, ServiceRevisionSummary};

use super::targets::{self, Targets};
use super::{Watch, tasks};
use crate::error::Result;
use crate::resource::Cx;
use crate::resource::wait::Seen;

/// How long a task that ECS calls healthy may take to be healthy for the balancer.
const USUAL: Duration = Duration::from_mins(5);

/// Waits until the balancer has a healthy target of the revision; how many it has. None where no task is
/// wanted, or the caller may not ask.
///
/// # Errors
/// There is no such target after [`USUAL`].
pub(super) async fn wait(
    cx: &Cx,
    watch: &Watch<'_>,
    deployment: &ServiceDeployment,
) -> Result<Option<usize>> {
    let wanted = deployment
        .target_service_revision()
        .map_or(0, ServiceRevisionSummary::requested_task_count);
    if wanted == 0 {
        return Ok(None);
    }
    let what = waited_for(&cx.base);
    let look = || async {
        let Ok(seen) = targets::seen(cx, watch.inputs).await else { return Ok(Seen::Done(None)) };
        let healthy = ours(cx, watch, deployment, &seen).await;
        if healthy > 0 {
            return Ok(Seen::Done(Some(healthy)));
        }
        let missing = none_healthy(&seen);
        cx.status(&missing);
        Ok(Seen::Pending(missing))
    };
    cx.patience.wait(&what, USUAL, look).await
}

fn waited_for(service: &str) -> String {
    format!("a healthy target of service {service}")
}

/// How many of the healthy targets are tasks of the revision: all, unless older tasks still run.
async fn ours(cx: &Cx, watch: &Watch<'_>, deployment: &ServiceDeployment, seen: &Targets) -> usize {
    let old = deployment.source_service_revisions().iter();
    if old.map(ServiceRevisionSummary::running_task_count).sum::<i32>() == 0 {
        return seen.healthy.len();
    }
    let running = DesiredStatus::Running;
    let Ok(found) = tasks::of_revision(cx, watch.inputs, watch.revision(), running).await else {
        return seen.healthy.len();
    };
    let addresses: BTreeSet<&str> = found.iter().flat_map(tasks::addresses).collect();
    seen.healthy.iter().filter(|it| addresses.contains(it.as_str())).count()
}

fn none_healthy(seen: &Targets) -> String {
    let why = seen.unhealthy.iter().next();
    let why = why.map_or_else(String::new, |(target, why)| format!(" ({target}: {why})"));
    format!("ECS has deployed it, but no target of it is healthy{why}")
}

#[cfg(test)]
mod tests {
    use super::{Targets, none_healthy};

    #[test]
    fn what_is_waited_for_when_ecs_is_done_reads_well() {
        expect_test::expect!["gave up waiting for a healthy target of service web"]
            .assert_eq(&format!("gave up waiting for {}", super::waited_for("web")));
    }

    #[test]
    fn a_balancer_without_a_healthy_target_is_told_with_its_reason() {
        let wrong = "Target.Timeout (Request timed out)".to_owned();
        let unhealthy =
            Targets { unhealthy: [("10.0.0.7:80".to_owned(), wrong)].into(), ..Targets::default() };
        let told = [none_healthy(&Targets::default()), none_healthy(&unhealthy)];
        expect_test::expect![[r"
            ECS has deployed it, but no target of it is healthy
            ECS has deployed it, but no target of it is healthy (10.0.0.7:80: Target.Timeout (Request timed out))"]].assert_eq(&told.join("\n"));
    }
}
