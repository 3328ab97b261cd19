//! Tags of a repository: they have calls of their own, by its ARN.

pub(super) use crate::aws::tags::write;

use crate::aws::tags::read;
use crate::aws::{Explain, OrGone};
use crate::children::ecr::registry::NO_REPOSITORY;
use crate::error::Result;
use crate::resource::{Cx, Tagged, Tags};

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
    Ok(answer.map(|answer| read(answer.tags())))
}

/// The repository `id` with an ARN.
pub(super) struct Object<'a> {
    pub(super) cx: &'a Cx,
    pub(super) id: &'a str,
    pub(super) arn: &'a str,
}

impl Tagged for Object<'_> {
    async fn set(&self, tags: &Tags) -> Result<()> {
        let call = self.cx.aws.ecr().await?.tag_resource().resource_arn(self.arn);
        let answer = call.set_tags(Some(write(tags)?)).send().await;
        answer.explain("ecr:TagResource", self.id).map(drop)
    }

    async fn remove(&self, keys: Vec<String>) -> Result<()> {
        let call = self.cx.aws.ecr().await?.untag_resource().resource_arn(self.arn);
        let answer = call.set_tag_keys(Some(keys)).send().await;
        answer.explain("ecr:UntagResource", self.id).map(drop)
    }
}
