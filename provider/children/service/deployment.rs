//! Waiting for *our* deployment, never for "stable": a service that was rolled back is stable too.

use std::time::{Duration, Instant};

use aws_sdk_ecs::types::{
    DeploymentRolloutState, Service as Described, ServiceDeployment, ServiceDeploymentBrief,
    ServiceDeploymentStatus as Status,
};

use super::{Inputs, describe, evidence};
use tokio::sync::Mutex;

use crate::aws::Explain;
use crate::error::{Error, Result, in_words};
use crate::resource::Cx;
use crate::resource::wait::Seen;

/// How long a deployment may take when nobody set `customTimeouts`: pulls, health checks and
/// draining of several batches. With the circuit breaker a hopeless one ends long before.
const USUAL: Duration = Duration::from_mins(30);

/// Waits until the deployment that `service` (as an answer showed it) is in has succeeded.
///
/// # Errors
/// It failed, was rolled back, was stopped or superseded, or took too long: with the evidence.
pub(super) async fn wait(cx: &Cx, service: &Described, inputs: &Inputs) -> Result<()> {
    let Some(revision) = primary_revision(service) else {
        return Err(Error::bug("ECS shows a service without a deployment"));
    };
    let begun = Instant::now();
    let known = Mutex::new(None);
    let waited = cx
        .patience
        .wait(&format!("the deployment of service {}", cx.base), USUAL, || {
            look(cx, service, inputs, revision, begun, &known)
        })
        .await;
    match waited {
        Ok(Ended::Well) => Ok(()),
        Ok(Ended::Badly(verdict)) => {
            let failed = Error::aws("DeploymentFailed", verdict);
            Err(evidence::explain(cx, inputs, revision, failed).await)
        }
        // Too late: what was seen on the way is worth as much as after a failure.
        Err(late) if matches!(late.kind(), crate::error::Kind::NotReady) => {
            Err(evidence::explain(cx, inputs, revision, late).await)
        }
        Err(error) => Err(error),
    }
}

enum Ended {
    Well,
    /// With what ECS says of it.
    Badly(String),
}

async fn look(
    cx: &Cx,
    service: &Described,
    inputs: &Inputs,
    revision: &str,
    begun: Instant,
    known: &Mutex<Option<String>>,
) -> Result<Seen<Ended>> {
    let deployment = deployment_of(cx, service, revision, &mut *known.lock().await).await?;
    let Some(deployment) = deployment else {
        return without_record(cx, inputs, service, revision).await;
    };
    let status = deployment.status().cloned().unwrap_or(Status::Pending);
    if let Some(verdict) = verdict(&cx.base, &status, deployment.status_reason()) {
        return Ok(Seen::Done(verdict));
    }
    let progress = progress(&deployment, begun.elapsed());
    cx.status(&progress);
    Ok(Seen::Pending(progress))
}

/// What an end means to the user: a service that went back to what it was has failed.
fn verdict(service: &str, status: &Status, reason: Option<&str>) -> Option<Ended> {
    let what = match status {
        Status::Successful => return Some(Ended::Well),
        Status::RollbackSuccessful => "failed, and the service went back to what ran before",
        Status::RollbackFailed => "failed, and going back to what ran before failed too",
        Status::Stopped => "was stopped before it was done",
        _ => return None,
    };
    let reason = reason.map(|reason| reason.trim_end_matches('.'));
    let reason = reason.filter(|reason| !reason.is_empty());
    let reason = reason.map_or_else(String::new, |reason| format!(": {reason}"));
    Some(Ended::Badly(format!("the deployment of service {service} {what}{reason}")))
}

fn progress(deployment: &ServiceDeployment, since: Duration) -> String {
    let target = deployment.target_service_revision();
    let running = target.map_or(0, aws_sdk_ecs::types::ServiceRevisionSummary::running_task_count);
    let requested =
        target.map_or(0, aws_sdk_ecs::types::ServiceRevisionSummary::requested_task_count);
    let pending = target.map_or(0, aws_sdk_ecs::types::ServiceRevisionSummary::pending_task_count);
    let failed = deployment
        .deployment_circuit_breaker()
        .map_or(0, aws_sdk_ecs::types::ServiceDeploymentCircuitBreaker::failure_count);
    let since = in_words(since);
    format!("{running} of {requested} tasks running, {pending} starting, {failed} failed, {since}")
}

/// The service deployment whose target is the revision `ecs-svc/<revision>`. Its ARN is looked for
/// until it is `known`.
async fn deployment_of(
    cx: &Cx,
    service: &Described,
    revision: &str,
    known: &mut Option<String>,
) -> Result<Option<ServiceDeployment>> {
    if known.is_none() {
        let brief = list(cx, service, revision).await?;
        *known = brief.and_then(|brief| brief.service_deployment_arn);
    }
    match known {
        Some(arn) => cx.aws.service_deployment(arn).await,
        None => Ok(None),
    }
}

/// The newest entry for the revision.
async fn list(
    cx: &Cx,
    service: &Described,
    revision: &str,
) -> Result<Option<ServiceDeploymentBrief>> {
    let ecs = cx.aws.ecs().await?;
    let answer = ecs
        .list_service_deployments()
        .cluster(service.cluster_arn().unwrap_or_default())
        .service(service.service_arn().unwrap_or_default())
        .max_results(100)
        .send()
        .await
        .explain("ecs:ListServiceDeployments", &cx.base)?;
    let tail = format!("/{revision}");
    let ours = |brief: &&ServiceDeploymentBrief| {
        brief.target_service_revision_arn().is_some_and(|arn| arn.ends_with(&tail))
    };
    let started = |brief: &&ServiceDeploymentBrief| {
        brief.created_at().map(aws_smithy_types::DateTime::as_nanos)
    };
    Ok(answer.service_deployments().iter().filter(ours).max_by_key(started).cloned())
}

const UNLISTED: &str = "ECS does not list it yet";

/// ECS lists a deployment some seconds after it began, and none that is older than 90 days: then
/// the service's own view decides.
async fn without_record(
    cx: &Cx,
    inputs: &Inputs,
    service: &Described,
    revision: &str,
) -> Result<Seen<Ended>> {
    let id = service.service_arn().unwrap_or(&cx.base);
    let Some(now) = describe(cx, &inputs.cluster_arn, id).await? else {
        return Err(super::gone_meanwhile(cx));
    };
    let still = now.deployments().iter().find(|it| id_tail(it.id()) == Some(revision));
    Ok(match still.and_then(|it| it.rollout_state()) {
        Some(DeploymentRolloutState::Completed) => Seen::Done(Ended::Well),
        _ => Seen::Pending(UNLISTED.to_owned()),
    })
}

/// Whether the revision that is live now is one whose deployment failed.
pub(super) async fn last_failed(cx: &Cx, live: &Described) -> Result<bool> {
    let Some(revision) = primary_revision(live) else { return Ok(false) };
    let failed =
        |state: Option<&DeploymentRolloutState>| state == Some(&DeploymentRolloutState::Failed);
    if live
        .deployments()
        .iter()
        .any(|it| id_tail(it.id()) == Some(revision) && failed(it.rollout_state()))
    {
        return Ok(true);
    }
    let brief = list(cx, live, revision).await?;
    Ok(brief.and_then(|brief| brief.status).is_some_and(|status| {
        matches!(status, Status::Stopped | Status::RollbackFailed | Status::RollbackSuccessful)
    }))
}

/// The number of the revision that is being, or has been, rolled out: the tail of the PRIMARY
/// deployment's id and of the service revision's ARN.
fn primary_revision(service: &Described) -> Option<&str> {
    let primary = service.deployments().iter().find(|it| it.status() == Some("PRIMARY"))?;
    id_tail(primary.id())
}

fn id_tail(id: Option<&str>) -> Option<&str> {
    id.and_then(|id| id.rsplit('/').next())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use aws_sdk_ecs::types::{ServiceDeploymentCircuitBreaker, ServiceRevisionSummary};
    use expect_test::expect;

    use super::{Ended, ServiceDeployment, Status, UNLISTED, progress, verdict};

    fn told(status: &Status) -> Option<String> {
        match verdict("web", status, Some("tasks failed to start.")) {
            None => None,
            Some(Ended::Well) => Some("well".to_owned()),
            Some(Ended::Badly(verdict)) => Some(verdict),
        }
    }

    #[test]
    fn only_success_is_success() {
        assert_eq!(told(&Status::Successful).as_deref(), Some("well"));
        assert_eq!(told(&Status::InProgress), None);
        assert_eq!(told(&Status::RollbackInProgress), None);
        assert_eq!(
            told(&Status::RollbackSuccessful).as_deref(),
            Some(
                "the deployment of service web failed, and the service went back to what ran \
                 before: tasks failed to start"
            )
        );
        assert!(told(&Status::Stopped).is_some());
    }

    #[test]
    fn each_end_and_the_way_there_are_told() {
        let ends = [Status::RollbackSuccessful, Status::RollbackFailed, Status::Stopped];
        let told = ends.map(|status| told(&status).unwrap_or_default());
        expect![[r"
            the deployment of service web failed, and the service went back to what ran before: tasks failed to start
            the deployment of service web failed, and going back to what ran before failed too: tasks failed to start
            the deployment of service web was stopped before it was done: tasks failed to start"]].assert_eq(&told.join("\n"));
        let deployment = ServiceDeployment::builder()
            .target_service_revision(
                ServiceRevisionSummary::builder()
                    .running_task_count(1)
                    .requested_task_count(2)
                    .build(),
            )
            .deployment_circuit_breaker(
                ServiceDeploymentCircuitBreaker::builder().failure_count(3).build(),
            )
            .build();
        expect!["1 of 2 tasks running, 0 starting, 3 failed, 1 min 5 s"]
            .assert_eq(&progress(&deployment, Duration::from_secs(65)));
    }

    #[test]
    fn what_is_waited_for_is_told() {
        expect!["ECS does not list it yet"].assert_eq(UNLISTED);
    }
}
