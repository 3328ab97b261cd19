//! The revisions of a family: which there are, which stay, and how they go.

use aws_sdk_ecs::types::{SortOrder, TaskDefinitionStatus};

use crate::aws::{Explain, OrGone};
use crate::error::Result;
use crate::resource::Cx;

/// How many revisions stay, the newest included.
const KEPT_REVISIONS: usize = 10;

/// Retires what is older than the revisions that stay.
pub(super) async fn retire_older(cx: &Cx, family: &str) -> Result<()> {
    let all = revisions(cx, family).await?;
    deregister(cx, all.get(KEPT_REVISIONS..).unwrap_or_default()).await
}

/// Removes all revisions.
pub(super) async fn remove(cx: &Cx, family: &str) -> Result<()> {
    let all = revisions(cx, family).await?;
    deregister(cx, &all).await?;
    let ecs = cx.aws.ecs().await?;
    // Ten at most in one call (botocore, DeleteTaskDefinitions).
    for some in all.chunks(10) {
        ecs.delete_task_definitions()
            .set_task_definitions(Some(some.to_vec()))
            .send()
            .await
            .explain("ecs:DeleteTaskDefinitions", family)?;
    }
    Ok(())
}

/// ARNs of all ACTIVE revisions, newest first.
async fn revisions(cx: &Cx, family: &str) -> Result<Vec<String>> {
    let ecs = cx.aws.ecs().await?;
    let pages = ecs
        .list_task_definitions()
        .family_prefix(family)
        .status(TaskDefinitionStatus::Active)
        .sort(SortOrder::Desc)
        .into_paginator()
        .items()
        .send();
    let all: Result<Vec<String>, _> = pages.collect().await;
    let marker = format!("/{family}:");
    let all = all.explain("ecs:ListTaskDefinitions", family)?;
    Ok(all.into_iter().filter(|arn| arn.contains(&marker)).collect())
}

async fn deregister(cx: &Cx, revisions: &[String]) -> Result<()> {
    let ecs = cx.aws.ecs().await?;
    for arn in revisions {
        ecs.deregister_task_definition()
            .task_definition(arn)
            .send()
            .await
            .explain("ecs:DeregisterTaskDefinition", arn)
            .or_gone(&["ClientException"])?;
    }
    Ok(())
}
