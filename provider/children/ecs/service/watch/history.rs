//! The deployments that ECS lists of a service, and how they are told apart.

use aws_sdk_ecs::types::{
    Deployment, DeploymentRolloutState, Service as Described, ServiceDeploymentBrief as Brief,
    ServiceDeploymentStatus as Status,
};

use super::super::live::{GONE, cluster_of};
use crate::aws::{Explain, OrGone};
use crate::error::Result;
use crate::resource::Cx;

/// The newest hundred, newest first; none while ECS does not know the service.
pub(super) async fn all(cx: &Cx, service: &str) -> Result<Vec<Brief>> {
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
    let mut all = answer.and_then(|answer| answer.service_deployments).unwrap_or_default();
    all.sort_by_key(|it| std::cmp::Reverse(begun(it)));
    Ok(all)
}

/// When it was asked for.
fn begun(brief: &Brief) -> Option<i128> {
    brief.created_at().map(aws_smithy_types::DateTime::as_nanos)
}

/// The newest for the revision, or of all.
pub(super) async fn newest(
    cx: &Cx,
    service: &str,
    revision: Option<&str>,
) -> Result<Option<Brief>> {
    let ours =
        |it: &Brief| revision.is_none() || id_tail(it.target_service_revision_arn()) == revision;
    Ok(all(cx, service).await?.into_iter().find(ours))
}

/// Whether the revision that is live now is one whose deployment failed.
pub(in super::super) async fn last_failed(cx: &Cx, live: &Described) -> Result<bool> {
    let Some(revision) = primary(live) else { return Ok(false) };
    let failed = |it: &Deployment| {
        let failed = it.rollout_state() == Some(&DeploymentRolloutState::Failed);
        failed && id_tail(it.id()) == Some(revision)
    };
    if live.deployments().iter().any(failed) {
        return Ok(true);
    }
    let brief = newest(cx, live.service_arn().unwrap_or(&cx.base), Some(revision)).await?;
    Ok(brief.and_then(|brief| brief.status).is_some_and(|status| {
        matches!(status, Status::Stopped | Status::RollbackFailed | Status::RollbackSuccessful)
    }))
}

/// The number of the revision that is being, or has been, rolled out: the tail of the PRIMARY
/// deployment's id and of the service revision's ARN.
pub(in super::super) fn primary(service: &Described) -> Option<&str> {
    let primary = service.deployments().iter().find(|it| it.status() == Some("PRIMARY"))?;
    id_tail(primary.id())
}

pub(super) fn id_tail(id: Option<&str>) -> Option<&str> {
    id.and_then(|id| id.rsplit('/').next())
}

/// The newest deployments that came to their end, of which ECS goes back to the last one.
fn completed(all: &[Brief]) -> Vec<String> {
    let done = all.iter().filter(|it| it.status() == Some(&Status::Successful));
    let mut arns: Vec<String> = Vec::new();
    for arn in done.filter_map(Brief::target_service_revision_arn) {
        if arns.len() < WAYS_BACK && !arns.iter().any(|known| known == arn) {
            arns.push(arn.to_owned());
        }
    }
    arns
}

/// How many revisions that once served are kept beside the newest ones: what serves now, and what ECS would go
/// back to from it.
const WAYS_BACK: usize = 2;

/// The task definitions of the revisions that ECS would go back to.
///
/// # Errors
/// The caller may not ask, or there was no answer.
pub(in super::super) async fn task_definitions_to_go_back_to(
    cx: &Cx,
    service: &str,
) -> Result<Vec<String>> {
    let arns = completed(&all(cx, service).await?);
    if arns.is_empty() {
        return Ok(Vec::new());
    }
    let call = cx.aws.ecs().await?.describe_service_revisions();
    let answer = call.set_service_revision_arns(Some(arns)).send().await;
    let answer = answer.explain("ecs:DescribeServiceRevisions", &cx.base)?;
    let found = answer.service_revisions.unwrap_or_default();
    Ok(found.into_iter().filter_map(|it| it.task_definition).collect())
}

#[cfg(test)]
mod tests {
    use super::{Brief, Status, completed};

    #[test]
    fn however_many_deployments_failed_the_last_two_that_served_are_known() {
        let brief = |status: Status, revision: usize| {
            Brief::builder().status(status).target_service_revision_arn(format!("{revision}"))
        };
        let mut all: Vec<Brief> = Vec::new();
        all.extend((0..30).map(|n| brief(Status::RollbackSuccessful, 100 - n).build()));
        all.extend([
            brief(Status::Successful, 7).build(),
            brief(Status::Successful, 7).build(),
            brief(Status::Stopped, 6).build(),
            brief(Status::Successful, 5).build(),
            brief(Status::Successful, 4).build(),
        ]);
        assert_eq!(completed(&all), ["7", "5"]);
    }
}
