//! Tags of a log group: they have calls of their own, by its ARN.

use super::GONE;
use crate::aws::{Explain, OrGone};
use crate::error::Result;
use crate::resource::{Cx, Tags};

/// The tags of the group with this ARN; `None` if it is gone.
pub(super) async fn of(cx: &Cx, arn: &str) -> Result<Option<Tags>> {
    let logs = cx.aws.logs().await?;
    let answer = logs
        .list_tags_for_resource()
        .resource_arn(arn)
        .send()
        .await
        .explain("logs:ListTagsForResource", arn)
        .or_gone(&GONE)?;
    Ok(answer.map(|answer| answer.tags.unwrap_or_default().into_iter().collect()))
}

/// Sets and removes tags of the group `id` with this ARN.
pub(super) async fn change(
    cx: &Cx,
    id: &str,
    arn: &str,
    set: &Tags,
    remove: &[String],
) -> Result<()> {
    let logs = cx.aws.logs().await?;
    if !set.is_empty() {
        logs.tag_resource()
            .resource_arn(arn)
            .set_tags(Some(set.clone().into_iter().collect()))
            .send()
            .await
            .explain("logs:TagResource", id)?;
    }
    if !remove.is_empty() {
        logs.untag_resource()
            .resource_arn(arn)
            .set_tag_keys(Some(remove.to_vec()))
            .send()
            .await
            .explain("logs:UntagResource", id)?;
    }
    Ok(())
}
