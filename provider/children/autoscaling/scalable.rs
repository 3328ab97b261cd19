//! What a scaling target and its policies ask of Application Auto Scaling in the same words: the
//! target, and its tags.

use aws_sdk_applicationautoscaling::types::ScalableTarget;

use crate::aws::Explain;
use crate::error::Result;
use crate::resource::{Cx, Tagged, Tags};

/// The target `service/<cluster>/<service>`, if there is one.
pub(super) async fn target(cx: &Cx, resource_id: &str) -> Result<Option<ScalableTarget>> {
    cx.aws.scalable_target(resource_id).await
}

/// The tags of the target with this ARN; none at all if it is gone.
pub(super) async fn tags(cx: &Cx, arn: &str) -> Result<Tags> {
    Ok(cx.aws.scalable_target_tags(arn).await?.into_iter().collect())
}

/// The target with an ARN; `id` is what an error names: the target, or a policy that its tags are about.
pub(super) struct Object<'a> {
    pub(super) cx: &'a Cx,
    pub(super) id: &'a str,
    pub(super) arn: &'a str,
}

impl Tagged for Object<'_> {
    async fn set(&self, tags: &Tags) -> Result<()> {
        let call = self.cx.aws.scaling().await?.tag_resource().resource_arn(self.arn);
        let answer = call.set_tags(Some(tags.clone().into_iter().collect())).send().await;
        answer.explain("application-autoscaling:TagResource", self.id).map(drop)
    }

    async fn remove(&self, keys: Vec<String>) -> Result<()> {
        let call = self.cx.aws.scaling().await?.untag_resource().resource_arn(self.arn);
        let answer = call.set_tag_keys(Some(keys)).send().await;
        answer.explain("application-autoscaling:UntagResource", self.id).map(drop)
    }
}
