//! What a scaling target and its policies ask of Application Auto Scaling in the same words: the
//! target, and its tags.

use aws_sdk_applicationautoscaling::types::ScalableTarget;

use crate::aws::Explain;
use crate::error::Result;
use crate::resource::{Cx, Tags};

/// The target `service/<cluster>/<service>`, if there is one.
pub(super) async fn target(cx: &Cx, resource_id: &str) -> Result<Option<ScalableTarget>> {
    cx.aws.scalable_target(resource_id).await
}

/// The tags of the target with this ARN; none at all if it is gone.
pub(super) async fn tags(cx: &Cx, arn: &str) -> Result<Tags> {
    Ok(cx.aws.scalable_target_tags(arn).await?.into_iter().collect())
}

/// Sets and removes tags of the target with this ARN; `whose` is whom they are about.
pub(super) async fn change(
    cx: &Cx,
    whose: &str,
    arn: &str,
    set: &Tags,
    remove: &[String],
) -> Result<()> {
    let scaling = cx.aws.scaling().await?;
    if !set.is_empty() {
        scaling
            .tag_resource()
            .resource_arn(arn)
            .set_tags(Some(set.clone().into_iter().collect()))
            .send()
            .await
            .explain("application-autoscaling:TagResource", whose)?;
    }
    if !remove.is_empty() {
        scaling
            .untag_resource()
            .resource_arn(arn)
            .set_tag_keys(Some(remove.to_vec()))
            .send()
            .await
            .explain("application-autoscaling:UntagResource", whose)?;
    }
    Ok(())
}
