//! Tags of ECS objects: cluster, task definition and service have the same two calls.

use aws_sdk_ecs::types::Tag;

use crate::aws::Explain;
use crate::error::Result;
use crate::resource::{Cx, Tags};

/// Sets and removes tags of the object with this ARN.
pub(super) async fn change(cx: &Cx, arn: &str, set: &Tags, remove: &[String]) -> Result<()> {
    let ecs = cx.aws.ecs().await?;
    if !set.is_empty() {
        ecs.tag_resource()
            .resource_arn(arn)
            .set_tags(Some(write(set)))
            .send()
            .await
            .explain("ecs:TagResource", arn)?;
    }
    if !remove.is_empty() {
        ecs.untag_resource()
            .resource_arn(arn)
            .set_tag_keys(Some(remove.to_vec()))
            .send()
            .await
            .explain("ecs:UntagResource", arn)?;
    }
    Ok(())
}

/// Tags as ECS writes them, as ours.
pub(super) fn read(tags: &[Tag]) -> Tags {
    tags.iter()
        .filter_map(|tag| Some((tag.key()?.to_owned(), tag.value().unwrap_or_default().to_owned())))
        .collect()
}

/// Our tags, as ECS wants them.
pub(super) fn write(tags: &Tags) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}
