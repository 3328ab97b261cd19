//! Tags of an alarm: they have calls of their own, by its ARN.

use aws_sdk_cloudwatch::types::Tag;

use super::GONE;
use crate::aws::{Explain, OrGone};
use crate::error::Result;
use crate::resource::{Cx, Tags};

/// The tags of the alarm with this ARN; `None` if it is gone.
pub(super) async fn of(cx: &Cx, arn: &str) -> Result<Option<Tags>> {
    let cloudwatch = cx.aws.cloudwatch().await?;
    let call = cloudwatch.list_tags_for_resource().resource_arn(arn);
    let answer = call.send().await.explain("cloudwatch:ListTagsForResource", arn).or_gone(&GONE)?;
    let read =
        |tag: &Tag| Some((tag.key()?.to_owned(), tag.value().unwrap_or_default().to_owned()));
    Ok(answer.map(|answer| answer.tags().iter().filter_map(read).collect()))
}

/// Sets and removes tags of the alarm `id` with this ARN.
pub(super) async fn change(
    cx: &Cx,
    id: &str,
    arn: &str,
    set: &Tags,
    remove: &[String],
) -> Result<()> {
    let cloudwatch = cx.aws.cloudwatch().await?;
    if !set.is_empty() {
        let call = cloudwatch.tag_resource().resource_arn(arn).set_tags(Some(write(set)));
        call.send().await.explain("cloudwatch:TagResource", id)?;
    }
    if !remove.is_empty() {
        let call = cloudwatch.untag_resource().resource_arn(arn);
        let call = call.set_tag_keys(Some(remove.to_vec()));
        call.send().await.explain("cloudwatch:UntagResource", id)?;
    }
    Ok(())
}

/// Our tags, as CloudWatch wants them.
pub(super) fn write(tags: &Tags) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}
