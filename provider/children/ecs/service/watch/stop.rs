//! Stopping a deployment before ECS does: one that is hopeless, and one that the user gave up.

use std::time::Duration;

use aws_sdk_ecs::types::StopServiceDeploymentStopType as How;

use super::causes::Why;
use super::history::all;
use super::superseded::has_way_back;
use super::{Watch, history};
use crate::aws::Explain;
use crate::error::{Error, Result};
use crate::resource::Cx;

/// What `deployment.onCancel` says for a run that is stopped.
pub(in super::super) const ROLLBACK: &str = "rollback";

/// Asks ECS to go back, which works also where the service does not do so by itself (botocore,
/// StopServiceDeployment).
pub(super) async fn go_back(cx: &Cx, deployment: &str) -> Result<()> {
    let call = cx.aws.ecs().await?.stop_service_deployment();
    let call = call.service_deployment_arn(deployment).stop_type(How::Rollback);
    let answer = call.send().await.explain("ecs:StopServiceDeployment", &cx.base);
    match answer {
        // It has come to its end meanwhile, which the next look shows.
        Err(error) if error.code() == Some("ConflictException") => Ok(()),
        answer => answer.map(drop),
    }
}

/// Why this run stops a deployment.
pub(super) fn hopeless(met: usize, why: Why) -> String {
    format!(
        "this run stopped it early, because {met} tasks failed for a reason that another attempt does not change: \
         {} (`deployment.failFast`)",
        why.words()
    )
}

/// The warning where it may not.
pub(super) fn cannot(error: &Error) -> String {
    format!(
        "The deployment is hopeless, but this run could not stop it, so it waits for ECS: {error}"
    )
}

/// How long an engine that stops is kept waiting. It waits for as long as it takes, but a person, or a pipeline
/// that sends the next signal, does not.
const PATIENCE: Duration = Duration::from_secs(10);

/// The run was cancelled: the error, after what `deployment.onCancel` says was done.
pub(super) async fn cancelled(cx: &Cx, watch: &Watch<'_>, error: Error) -> Error {
    if watch.inputs.on_cancel != ROLLBACK {
        return error.hinted(LEFT);
    }
    if !watch.what.begins {
        return error.hinted(NOT_OURS);
    }
    let back = |cx: Cx| async move { take_back(&cx, watch).await };
    let outcome = Box::pin(cx.after_cancel(PATIENCE, back)).await;
    match outcome {
        Ok(done) => error.hinted(done),
        Err(failed) => error.hinted(not_taken_back(&failed)),
    }
}

/// What was done, for who reads the error.
async fn take_back(cx: &Cx, watch: &Watch<'_>) -> Result<&'static str> {
    let all = all(cx, watch.what.service).await?;
    let revision = watch.revision();
    let is_ours = |it: &&aws_sdk_ecs::types::ServiceDeploymentBrief| {
        revision.is_none() || history::id_tail(it.target_service_revision_arn()) == revision
    };
    let Some(ours) = all.iter().find(is_ours).and_then(|it| it.service_deployment_arn()) else {
        return Ok(UNLISTED);
    };
    // ECS would give the deployment up, and leave a service without tasks (seen: ROLLBACK_FAILED, "No rollback
    // candidate was found"). What was begun may still come to serve.
    if !has_way_back(&all, ours) {
        return Ok(FIRST);
    }
    go_back(cx, ours).await.map(|()| GOES_BACK)
}

const LEFT: &str = "ECS goes on with the deployment, as `deployment.onCancel` says. The next `pulumi up` waits for it.";
const NOT_OURS: &str =
    "ECS goes on with the deployment: this run only waited for it, and had not begun it.";
const UNLISTED: &str = "ECS does not list the deployment yet, so it was not stopped. The next `pulumi up` waits for it.";
const FIRST: &str = "ECS goes on with the deployment: no earlier one has worked, so there is nothing to go back to. The next \
     `pulumi up` waits for it.";
const GOES_BACK: &str = "ECS was asked to go back to what ran before (`deployment.onCancel`), and does so now. The next `pulumi up` deploys \
     again.";

fn not_taken_back(failed: &Error) -> String {
    format!(
        "ECS goes on with the deployment, because it could not be stopped: {}",
        failed.message()
    )
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{
        Error, FIRST, GOES_BACK, LEFT, NOT_OURS, UNLISTED, Why, cannot, hopeless, not_taken_back,
    };

    #[test]
    fn what_a_run_did_with_a_deployment_is_told() {
        let denied = Error::aws("AccessDenied", "no permission").hinted("Grant it.");
        let told = [
            hopeless(2, Why::NoSuchTag),
            cannot(&denied),
            not_taken_back(&denied),
            LEFT.to_owned(),
            NOT_OURS.to_owned(),
            UNLISTED.to_owned(),
            FIRST.to_owned(),
            GOES_BACK.to_owned(),
        ];
        expect![[r"
            this run stopped it early, because 2 tasks failed for a reason that another attempt does not change: the registry has no image with this tag (`deployment.failFast`)
            The deployment is hopeless, but this run could not stop it, so it waits for ECS: no permission
              Grant it.
            ECS goes on with the deployment, because it could not be stopped: no permission
            ECS goes on with the deployment, as `deployment.onCancel` says. The next `pulumi up` waits for it.
            ECS goes on with the deployment: this run only waited for it, and had not begun it.
            ECS does not list the deployment yet, so it was not stopped. The next `pulumi up` waits for it.
            ECS goes on with the deployment: no earlier one has worked, so there is nothing to go back to. The next `pulumi up` waits for it.
            ECS was asked to go back to what ran before (`deployment.onCancel`), and does so now. The next `pulumi up` deploys again."]].assert_eq(&told.join("\n"));
    }
}
