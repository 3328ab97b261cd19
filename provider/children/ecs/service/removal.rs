//! The end of a service: its tasks drain their connections and stop.

use std::time::Duration;

use super::live::{GONE, describe};
use crate::aws::{Explain, OrGone};
use crate::error::{Error, Result};
use crate::resource::Cx;
use crate::resource::wait::Seen;

/// Removes the service, and waits until its tasks are gone.
pub(super) async fn remove(cx: &Cx, cluster: &str, id: &str) -> Result<()> {
    let ecs = cx.aws.ecs().await?;
    // Refused while a deployment runs (terraform-provider-aws, ecs/service.go).
    let busy = |error: &Error| {
        error.message().contains("cannot be stopped while deployments are active")
            || error.message().contains("has a dependent object")
    };
    cx.retry(Duration::from_mins(20), busy, || async {
        ecs.delete_service()
            .cluster(cluster)
            .service(id)
            .force(true)
            .send()
            .await
            .explain("ecs:DeleteService", &cx.base)
            .or_gone(&GONE)
    })
    .await?;
    // Tasks drain their connections and stop; only then their interfaces and target group
    // are free. AWS itself allows 30 minutes (CloudFormation's handler).
    cx.patience
        .wait(&format!("the end of service {}", cx.base), Duration::from_mins(30), || async {
            let service = describe(cx, cluster, id).await?;
            Ok(match service.filter(|it| it.status() != Some("INACTIVE")) {
                None => Seen::Done(()),
                Some(service) => {
                    let waiting = still_stopping(service.running_count());
                    cx.status(&waiting);
                    Seen::Pending(waiting)
                }
            })
        })
        .await
}

/// What a deleted service waits for: after its tasks, ECS takes it out of its lists.
fn still_stopping(tasks: i32) -> String {
    match tasks {
        0 => "its tasks have stopped; ECS still lists it as draining".to_owned(),
        tasks => format!("tasks still stopping: {tasks}"),
    }
}

#[cfg(test)]
mod tests {
    use super::still_stopping;

    #[test]
    fn the_end_of_a_service_is_told_on_the_way() {
        expect_test::expect![[r"
            tasks still stopping: 2
            its tasks have stopped; ECS still lists it as draining"]]
        .assert_eq(&[2, 0].map(still_stopping).join("\n"));
    }
}
