//! Waiting for *our* deployment, never for "stable": a service that was rolled back is stable too.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use aws_sdk_ecs::types::{
    Deployment, DeploymentRolloutState, Service as Described, ServiceDeploymentBrief,
    ServiceDeploymentStatus as Status,
};

use super::live::{GONE, UNSEEN, cluster_of, describe, gone_meanwhile, is_active};
use super::{Inputs, evidence, progress, targets};
use crate::aws::{Explain, OrGone};
use crate::error::{Error, Result};
use crate::resource::Cx;
use crate::resource::gone::NOT_SHOWN;
use crate::resource::wait::Seen;

/// How long a deployment may take without `customTimeouts`: pulls, health checks and
/// draining of several batches. With the circuit breaker a hopeless one ends long before.
const USUAL: Duration = Duration::from_mins(30);

/// What is waited for, and what is known of it so far.
struct Watch<'a> {
    /// The service's ARN.
    service: &'a str,
    inputs: &'a Inputs,
    begun: Instant,
    /// The number of the revision. Without one it is that of the newest deployment.
    revision: Option<&'a str>,
    /// ARN of the deployment and its revision, once ECS has listed it.
    listed: OnceLock<(String, String)>,
    /// The load balancer did not return the health of its targets.
    balancer_is_silent: AtomicBool,
}

impl Watch<'_> {
    fn revision(&self) -> Option<&str> {
        self.listed.get().map(|(_, revision)| revision.as_str()).or(self.revision)
    }
}

/// Waits until the deployment of `revision`, or the newest one, has succeeded.
///
/// # Errors
/// It failed, was rolled back, was stopped or superseded, or took too long: with the evidence.
pub(super) async fn wait(
    cx: &Cx,
    service: &str,
    revision: Option<&str>,
    inputs: &Inputs,
) -> Result<()> {
    let watch = &Watch {
        service,
        inputs,
        begun: Instant::now(),
        revision,
        listed: OnceLock::new(),
        balancer_is_silent: AtomicBool::new(false),
    };
    let waited = cx
        .patience
        .wait(&format!("the deployment of service {}", cx.base), USUAL, || look(cx, watch))
        .await;
    match waited {
        Ok(Ended::Well) => Ok(()),
        Ok(Ended::Badly(verdict)) => {
            let failed = Error::aws("DeploymentFailed", verdict);
            Err(evidence::explain(cx, inputs, watch.revision(), failed).await)
        }
        // Too late: what was seen on the way is worth as much as after a failure.
        Err(late) if matches!(late.kind(), crate::error::Kind::NotReady) => {
            Err(evidence::explain(cx, inputs, watch.revision(), late).await)
        }
        Err(error) => Err(error),
    }
}

enum Ended {
    Well,
    /// With what ECS says of it.
    Badly(String),
}

async fn look(cx: &Cx, watch: &Watch<'_>) -> Result<Seen<Ended>> {
    if watch.listed.get().is_none() {
        let Some(brief) = list(cx, watch.service, watch.revision).await? else {
            return without_record(cx, watch).await;
        };
        let revision = id_tail(brief.target_service_revision_arn()).unwrap_or_default();
        let arn = brief.service_deployment_arn().unwrap_or_default();
        let _first = watch.listed.set((arn.to_owned(), revision.to_owned()));
    }
    let arn = watch.listed.get().map_or("", |(arn, _)| arn);
    let Some(deployment) = cx.aws.service_deployment(arn).await? else {
        return Ok(Seen::Pending(NOT_SHOWN.to_owned()));
    };
    let status = deployment.status().cloned().unwrap_or(Status::Pending);
    let first = deployment.source_service_revisions().is_empty();
    if let Some(verdict) = verdict(&cx.base, &status, deployment.status_reason(), first) {
        return Ok(Seen::Done(verdict));
    }
    let asks = progress::is_up_to_the_balancer(&deployment)
        && !watch.balancer_is_silent.load(Ordering::Relaxed);
    let targets = if asks { targets::counted(cx, watch.inputs).await } else { None };
    watch.balancer_is_silent.fetch_or(asks && targets.is_none(), Ordering::Relaxed);
    let progress = progress::message(&deployment, targets, watch.begun.elapsed());
    cx.status(&progress);
    Ok(Seen::Pending(progress))
}

/// What an end means to the user: a service that went back to what it was has failed.
fn verdict(service: &str, status: &Status, reason: Option<&str>, first: bool) -> Option<Ended> {
    const NO_CANDIDATE: &str = "No rollback candidate";
    let reason = reason.map(|reason| reason.trim_end_matches('.')).unwrap_or_default();
    // ECS goes back to what has worked once, and there may be no such thing (its words as in
    // terraform-provider-aws, ecs/service_test.go).
    let nothing = first || reason.contains(NO_CANDIDATE);
    let what = match status {
        Status::Successful => return Some(Ended::Well),
        Status::RollbackSuccessful => "failed, and the service went back to what ran before",
        Status::RollbackFailed if nothing => {
            "failed, and there is nothing to go back to: no deployment of it has worked yet"
        }
        Status::RollbackFailed => "failed, and going back to what ran before failed too",
        Status::Stopped => "was stopped before it was done",
        _ => return None,
    };
    let says_why = !reason.is_empty() && !reason.contains(NO_CANDIDATE);
    let reason = if says_why { format!(": {reason}") } else { String::new() };
    Some(Ended::Badly(format!("the deployment of service {service} {what}{reason}")))
}

/// The newest entry for the revision, or of all; none while ECS does not know the service.
async fn list(
    cx: &Cx,
    service: &str,
    revision: Option<&str>,
) -> Result<Option<ServiceDeploymentBrief>> {
    let ecs = cx.aws.ecs().await?;
    let answer = ecs
        .list_service_deployments()
        .cluster(cluster_of(service))
        .service(service)
        .max_results(100)
        .send()
        .await
        .explain("ecs:ListServiceDeployments", &cx.base)
        .or_gone(&GONE)?;
    let ours = |brief: &&ServiceDeploymentBrief| {
        revision.is_none() || id_tail(brief.target_service_revision_arn()) == revision
    };
    let started = |brief: &&ServiceDeploymentBrief| {
        brief.created_at().map(aws_smithy_types::DateTime::as_nanos)
    };
    let all = answer.and_then(|answer| answer.service_deployments).unwrap_or_default();
    Ok(all.iter().filter(ours).max_by_key(started).cloned())
}

const UNLISTED: &str = "ECS does not list it yet";

/// ECS lists a deployment some seconds after it began, and none that is older than 90 days: then
/// the service's own view decides.
async fn without_record(cx: &Cx, watch: &Watch<'_>) -> Result<Seen<Ended>> {
    let Some(now) = describe(cx, cluster_of(watch.service), watch.service).await? else {
        if watch.begun.elapsed() < UNSEEN {
            return Ok(Seen::Pending(NOT_SHOWN.to_owned()));
        }
        return Err(gone_meanwhile(cx));
    };
    if !is_active(&now) {
        return Err(gone_meanwhile(cx));
    }
    let revision = watch.revision.or(primary(&now));
    let still = now.deployments().iter().find(|it| id_tail(it.id()) == revision);
    Ok(match still.and_then(|it| it.rollout_state()) {
        Some(DeploymentRolloutState::Completed) => Seen::Done(Ended::Well),
        _ => Seen::Pending(UNLISTED.to_owned()),
    })
}

/// Whether the revision that is live now is one whose deployment failed.
pub(super) async fn last_failed(cx: &Cx, live: &Described) -> Result<bool> {
    let Some(revision) = primary(live) else { return Ok(false) };
    let failed = |it: &Deployment| {
        let failed = it.rollout_state() == Some(&DeploymentRolloutState::Failed);
        failed && id_tail(it.id()) == Some(revision)
    };
    if live.deployments().iter().any(failed) {
        return Ok(true);
    }
    let brief = list(cx, live.service_arn().unwrap_or(&cx.base), Some(revision)).await?;
    Ok(brief.and_then(|brief| brief.status).is_some_and(|status| {
        matches!(status, Status::Stopped | Status::RollbackFailed | Status::RollbackSuccessful)
    }))
}

/// The number of the revision that is being, or has been, rolled out: the tail of the PRIMARY
/// deployment's id and of the service revision's ARN.
pub(super) fn primary(service: &Described) -> Option<&str> {
    let primary = service.deployments().iter().find(|it| it.status() == Some("PRIMARY"))?;
    id_tail(primary.id())
}

fn id_tail(id: Option<&str>) -> Option<&str> {
    id.and_then(|id| id.rsplit('/').next())
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{Ended, Status, UNLISTED, verdict};

    fn message(status: &Status, reason: &str, first: bool) -> Option<String> {
        match verdict("web", status, Some(reason), first) {
            None => None,
            Some(Ended::Well) => Some("well".to_owned()),
            Some(Ended::Badly(verdict)) => Some(verdict),
        }
    }

    #[test]
    fn only_success_is_success() {
        assert_eq!(message(&Status::Successful, "", false).as_deref(), Some("well"));
        assert_eq!(message(&Status::InProgress, "", false), None);
        assert_eq!(message(&Status::RollbackInProgress, "", false), None);
    }

    #[test]
    fn each_end_is_told() {
        let none = "No rollback candidate was found to run the rollback.";
        let ends = [
            (Status::RollbackSuccessful, "tasks failed to start.", false),
            (Status::RollbackFailed, "tasks failed to start.", false),
            (Status::RollbackFailed, "", true),
            (Status::RollbackFailed, none, false),
            (Status::Stopped, "a newer service deployment was started.", false),
        ];
        let message = ends.map(|(status, reason, first)| message(&status, reason, first));
        let message = message.map(Option::unwrap_or_default);
        expect![[r"
            the deployment of service web failed, and the service went back to what ran before: tasks failed to start
            the deployment of service web failed, and going back to what ran before failed too: tasks failed to start
            the deployment of service web failed, and there is nothing to go back to: no deployment of it has worked yet
            the deployment of service web failed, and there is nothing to go back to: no deployment of it has worked yet
            the deployment of service web was stopped before it was done: a newer service deployment was started"]].assert_eq(&message.join("\n"));
    }

    #[test]
    fn what_is_waited_for_is_told() {
        expect!["ECS does not list it yet"].assert_eq(UNLISTED);
    }
}
