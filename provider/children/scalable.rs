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
