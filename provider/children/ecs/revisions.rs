//! The revisions of a task definition's family: which are ours, which stay, and how they go.
//!
//! A family is not an object, and others may register revisions of it: a pipeline that deploys by
//! itself does. Ours are recognized by their tags; those of others are never read as ours, and never
//! removed.

use aws_sdk_ecs::types::{TaskDefinition as Described, TaskDefinitionStatus as Status};

use crate::aws::{Explain, OrGone};
use crate::children::ecs::container::serving;
use crate::children::ecs::tags;
use crate::error::{Error, Result};
use crate::resource::owner;
use crate::resource::{Cx, Tags};

/// How many revisions stay for a way back, the newest included.
const KEPT: usize = 10;
/// How many older ones are looked at in one update: one is pushed out by each registration, so this
/// is more than enough, also where a pipeline registers most of them.
const LOOKS: usize = 20;

/// A revision, and its tags.
pub(super) type Revision = (Described, Tags);

/// The newest ACTIVE revision that is the service's: mostly the newest of all, and one call.
pub(super) async fn newest(cx: &Cx, family: &str) -> Result<Option<Revision>> {
    let Some(newest) = describe(cx, family).await? else { return Ok(None) };
    if is_ours(cx, &newest) {
        return Ok(Some(newest));
    }
    for arn in cx.aws.revisions(family, Status::Active).await? {
        if let Some(found) = describe(cx, &arn).await?.filter(|it| is_ours(cx, it)) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// Removes what is ours and older than the revisions that stay, except `kept`: what the
/// service's deployments have, and what ECS goes back to when the next one fails. It is asked for only if there is
/// anything to remove.
pub(super) async fn retire_older(
    cx: &Cx,
    family: &str,
    kept: impl Future<Output = Result<Vec<String>>>,
) -> Result<()> {
    let all = cx.aws.revisions(family, Status::Active).await?;
    let older: Vec<String> = all.into_iter().skip(KEPT).collect();
    if older.is_empty() {
        return Ok(());
    }
    let kept = kept.await?;
    let mut ours = Vec::new();
    for arn in older.into_iter().filter(|arn| !kept.contains(arn)).take(LOOKS) {
        if describe(cx, &arn).await?.is_some_and(|it| carries(cx, &it)) {
            ours.push(arn);
        }
    }
    discard(cx, family, ours).await
}

/// Removes all revisions that are ours; that `known` is needs no look.
pub(super) async fn remove(cx: &Cx, family: &str, known: &str) -> Result<()> {
    let mut ours = all_of_ours(cx, family, Status::Active, known).await?;
    ours.extend(all_of_ours(cx, family, Status::Inactive, known).await?);
    discard(cx, family, ours).await
}

/// Removes what is ours and deregistered, but not deleted.
pub(super) async fn remove_inactive(cx: &Cx, family: &str) -> Result<()> {
    let ours = all_of_ours(cx, family, Status::Inactive, "").await?;
    discard(cx, family, ours).await
}

async fn all_of_ours(cx: &Cx, family: &str, status: Status, known: &str) -> Result<Vec<String>> {
    let mut ours = Vec::new();
    for arn in cx.aws.revisions(family, status).await? {
        if arn == known || describe(cx, &arn).await?.is_some_and(|it| carries(cx, &it)) {
            ours.push(arn);
        }
    }
    Ok(ours)
}

/// An INACTIVE revision still shows its environment to everybody who may see task definitions, so
/// what is deregistered is deleted too. What still runs it goes on (botocore, DeleteTaskDefinitions).
async fn discard(cx: &Cx, family: &str, revisions: Vec<String>) -> Result<()> {
    let ecs = cx.aws.ecs().await?;
    for arn in &revisions {
        ecs.deregister_task_definition()
            .task_definition(arn)
            .send()
            .await
            .explain("ecs:DeregisterTaskDefinition", arn)
            .or_gone(&["ClientException"])?;
    }
    // Ten at most in one call (botocore, DeleteTaskDefinitions).
    for some in revisions.chunks(10) {
        let answer = ecs
            .delete_task_definitions()
            .set_task_definitions(Some(some.to_vec()))
            .send()
            .await
            .explain("ecs:DeleteTaskDefinitions", family)?;
        // What is not deleted comes as a failure in a successful answer.
        if let Some(failure) = answer.failures().first() {
            let arn = failure.arn().unwrap_or(family);
            return Err(undeleted(arn, failure.reason().unwrap_or("no reason given")));
        }
    }
    Ok(())
}

fn undeleted(arn: &str, reason: &str) -> Error {
    let reason = reason.trim_end_matches('.');
    Error::aws("DeleteFailed", format!("AWS did not delete {arn}: {reason}"))
}

/// The revision with this ARN, or the newest ACTIVE one of this family.
async fn describe(cx: &Cx, revision: &str) -> Result<Option<Revision>> {
    let found = cx.aws.revision(revision).await?;
    Ok(found.map(|(definition, tags)| (definition, tags::read(&tags))))
}

/// Whether it is what this service registered, and has a container that serves. An import,
/// which does not know the service yet, takes what there is.
fn is_ours(cx: &Cx, revision: &Revision) -> bool {
    let (definition, _) = revision;
    let ours = cx.base.is_empty() || carries(cx, revision);
    let active = definition.status() == Some(&Status::Active);
    ours && active && serving(definition).is_some()
}

fn carries(cx: &Cx, (_, tags): &Revision) -> bool {
    owner::carries(tags, &cx.base)
}

#[cfg(test)]
mod tests {
    use super::undeleted;

    #[test]
    fn a_revision_that_aws_does_not_delete_is_told_with_its_reason() {
        expect_test::expect!["AWS did not delete arn:td:1: it is in use"]
            .assert_eq(&undeleted("arn:td:1", "it is in use.").to_string());
    }
}
