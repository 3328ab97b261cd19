//! What a scaling target and its policies ask of Application Auto Scaling in the same words: the
//! target, and its tags.

use aws_sdk_applicationautoscaling::types::{ScalableDimension, ScalableTarget, ServiceNamespace};

use crate::aws::{Explain, OrGone};
use crate::error::Result;
use crate::resource::{Cx, Tags};

/// The target `service/<cluster>/<service>`, if there is one.
pub(super) async fn target(cx: &Cx, resource_id: &str) -> Result<Option<ScalableTarget>> {
    let answer = cx
        .aws
        .scaling()
        .await?
        .describe_scalable_targets()
        .service_namespace(ServiceNamespace::Ecs)
        .scalable_dimension(ScalableDimension::EcsServiceDesiredCount)
        .resource_ids(resource_id)
        .send()
        .await
        .explain("application-autoscaling:DescribeScalableTargets", resource_id)?;
    Ok(answer.scalable_targets().first().cloned())
}

/// The tags of the target with this ARN; none at all if it is gone.
pub(super) async fn tags(cx: &Cx, arn: &str) -> Result<Tags> {
    let answer = cx
        .aws
        .scaling()
        .await?
        .list_tags_for_resource()
        .resource_arn(arn)
        .send()
        .await
        .explain("application-autoscaling:ListTagsForResource", arn)
        .or_gone(&["ResourceNotFoundException"])?;
    Ok(answer.and_then(|answer| answer.tags).unwrap_or_default().into_iter().collect())
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
