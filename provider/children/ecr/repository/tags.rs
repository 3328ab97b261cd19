//! Tags of a repository: they have calls of their own, by its ARN.

use aws_sdk_ecr::types::Tag;

use crate::aws::{Explain, OrGone};
use crate::children::ecr::registry::NO_REPOSITORY;
use crate::error::{Error, Result};
use crate::resource::{Cx, Tags};

/// The tags of the repository with this ARN; `None` if it is gone.
pub(super) async fn of(cx: &Cx, arn: &str) -> Result<Option<Tags>> {
    let answer = cx
        .aws
        .ecr()
        .await?
        .list_tags_for_resource()
        .resource_arn(arn)
        .send()
        .await
        .explain("ecr:ListTagsForResource", arn)
        .or_gone(&NO_REPOSITORY)?;
    Ok(answer.map(|answer| {
        answer.tags().iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect()
    }))
}

/// Sets and removes tags of the repository `id` with this ARN.
pub(super) async fn change(
    cx: &Cx,
    id: &str,
    arn: &str,
    set: &Tags,
    remove: &[String],
) -> Result<()> {
    let ecr = cx.aws.ecr().await?;
    if !set.is_empty() {
        ecr.tag_resource()
            .resource_arn(arn)
            .set_tags(Some(write(set)?))
            .send()
            .await
            .explain("ecr:TagResource", id)?;
    }
    if !remove.is_empty() {
        ecr.untag_resource()
            .resource_arn(arn)
            .set_tag_keys(Some(remove.to_vec()))
            .send()
            .await
            .explain("ecr:UntagResource", id)?;
    }
    Ok(())
}

/// Our tags, as ECR wants them.
pub(super) fn write(tags: &Tags) -> Result<Vec<Tag>> {
    tags.iter()
        .map(|(key, value)| Tag::builder().key(key).value(value).build().map_err(Error::bug))
        .collect()
}
