//! Tags of an alarm: they have calls of their own, by its ARN.

pub(super) use crate::aws::tags::write;

use super::GONE;
use crate::aws::tags::read;
use crate::aws::{Explain, OrGone};
use crate::error::Result;
use crate::resource::{Cx, Tagged, Tags};

/// The tags of the alarm with this ARN; `None` if it is gone.
pub(super) async fn of(cx: &Cx, arn: &str) -> Result<Option<Tags>> {
    let cloudwatch = cx.aws.cloudwatch().await?;
    let call = cloudwatch.list_tags_for_resource().resource_arn(arn);
    let answer = call.send().await.explain("cloudwatch:ListTagsForResource", arn).or_gone(&GONE)?;
    Ok(answer.map(|answer| read(answer.tags())))
}

/// The alarm `id` with an ARN.
pub(super) struct Object<'a> {
    pub(super) cx: &'a Cx,
    pub(super) id: &'a str,
    pub(super) arn: &'a str,
}

impl Tagged for Object<'_> {
    async fn set(&self, tags: &Tags) -> Result<()> {
        let call = self.cx.aws.cloudwatch().await?.tag_resource().resource_arn(self.arn);
        let answer = call.set_tags(Some(write(tags)?)).send().await;
        answer.explain("cloudwatch:TagResource", self.id).map(drop)
    }

    async fn remove(&self, keys: Vec<String>) -> Result<()> {
        let call = self.cx.aws.cloudwatch().await?.untag_resource().resource_arn(self.arn);
        let answer = call.set_tag_keys(Some(keys)).send().await;
        answer.explain("cloudwatch:UntagResource", self.id).map(drop)
    }
}
