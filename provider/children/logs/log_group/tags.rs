//! Tags of a log group: they have calls of their own, by its ARN.

use super::GONE;
use crate::aws::{Explain, OrGone};
use crate::error::Result;
use crate::resource::{Cx, Tagged, Tags};

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

/// The group `id` with an ARN.
pub(super) struct Object<'a> {
    pub(super) cx: &'a Cx,
    pub(super) id: &'a str,
    pub(super) arn: &'a str,
}

impl Tagged for Object<'_> {
    async fn set(&self, tags: &Tags) -> Result<()> {
        let call = self.cx.aws.logs().await?.tag_resource().resource_arn(self.arn);
        let answer = call.set_tags(Some(tags.clone().into_iter().collect())).send().await;
        answer.explain("logs:TagResource", self.id).map(drop)
    }

    async fn remove(&self, keys: Vec<String>) -> Result<()> {
        let call = self.cx.aws.logs().await?.untag_resource().resource_arn(self.arn);
        let answer = call.set_tag_keys(Some(keys)).send().await;
        answer.explain("logs:UntagResource", self.id).map(drop)
    }
}
