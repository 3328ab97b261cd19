//! Application Auto Scaling: targets, their tags, and policies.

use std::collections::HashMap;

use aws_sdk_applicationautoscaling::types::{
    ScalableDimension, ScalableTarget, ScalingPolicy, ScheduledAction, ServiceNamespace,
};

use super::{ALL, named, unless_gone};
use crate::aws::{Aws, Explain};
use crate::error::Result;

const NO_TARGET: [&str; 1] = ["ResourceNotFoundException"];
const NO_POLICY: [&str; 1] = ["ObjectNotFoundException"];

/// The tags of the target with an ARN.
#[derive(Clone, Debug)]
pub(super) struct TagsOf {
    arn: String,
    tags: HashMap<String, String>,
}

impl Aws {
    /// The scalable target of the task count of `service/<cluster>/<service>`.
    pub async fn scalable_target(&self, resource: &str) -> Result<Option<ScalableTarget>> {
        let aws = self.clone();
        let ask = move |ids: Vec<String>| {
            let aws = aws.clone();
            async move {
                let call = aws.scaling().await?.describe_scalable_targets();
                let answer = call
                    .service_namespace(ServiceNamespace::Ecs)
                    .scalable_dimension(ScalableDimension::EcsServiceDesiredCount)
                    .set_resource_ids(Some(ids.clone()))
                    .send()
                    .await;
                let answer = answer
                    .explain("application-autoscaling:DescribeScalableTargets", &named(&ids))?;
                Ok(answer.scalable_targets.unwrap_or_default())
            }
        };
        let is = |it: &ScalableTarget, resource: &str| it.resource_id() == resource;
        let found = self.looks().targets.look("", resource, is, ask).await?;
        Ok(found.into_iter().next())
    }

    /// All scalable targets of task counts.
    pub async fn scalable_targets(&self) -> Result<Vec<ScalableTarget>> {
        let aws = self.clone();
        let ask = move |_| {
            let aws = aws.clone();
            async move {
                let call = aws.scaling().await?.describe_scalable_targets();
                let call = call.service_namespace(ServiceNamespace::Ecs);
                let call = call.scalable_dimension(ScalableDimension::EcsServiceDesiredCount);
                let all: Result<Vec<_>, _> = call.into_paginator().items().send().collect().await;
                all.explain("application-autoscaling:DescribeScalableTargets", "all services")
            }
        };
        self.looks().all_targets.look("", ALL, |_, _| true, ask).await
    }

    /// The tags of the target with this ARN; none at all if it is gone.
    pub async fn scalable_target_tags(&self, arn: &str) -> Result<HashMap<String, String>> {
        let aws = self.clone();
        let ask = move |arns: Vec<String>| {
            let aws = aws.clone();
            async move {
                let arn = arns.into_iter().next().unwrap_or_default();
                let call = aws.scaling().await?.list_tags_for_resource().resource_arn(&arn);
                let answer = call.send().await;
                let answer = answer.explain("application-autoscaling:ListTagsForResource", &arn);
                let found = answer
                    .map(|answer| vec![TagsOf { tags: answer.tags.unwrap_or_default(), arn }]);
                unless_gone(found, 1, &NO_TARGET)
            }
        };
        let is = |it: &TagsOf, arn: &str| it.arn == arn;
        let found = self.looks().target_tags.look("", arn, is, ask).await?;
        Ok(found.into_iter().next().map(|it| it.tags).unwrap_or_default())
    }

    /// The scheduled actions of the task count of `service/<cluster>/<service>`: 200 at most, so all of them in a call or two.
    pub async fn scheduled_actions(&self, resource: &str) -> Result<Vec<ScheduledAction>> {
        let aws = self.clone();
        let ask = move |ids: Vec<String>| {
            let aws = aws.clone();
            async move {
                let resource = ids.into_iter().next().unwrap_or_default();
                let call = aws.scaling().await?.describe_scheduled_actions();
                let pages = call
                    .service_namespace(ServiceNamespace::Ecs)
                    .scalable_dimension(ScalableDimension::EcsServiceDesiredCount)
                    .resource_id(&resource)
                    .into_paginator()
                    .items()
                    .send();
                let found: Result<Vec<_>, _> = pages.collect().await;
                let found =
                    found.explain("application-autoscaling:DescribeScheduledActions", &resource);
                unless_gone(found, 1, &NO_POLICY)
            }
        };
        let is = |it: &ScheduledAction, resource: &str| it.resource_id() == resource;
        self.looks().scheduled_actions.look("", resource, is, ask).await
    }

    /// The scheduled action `<resource>/<name>` of the task count.
    pub async fn scheduled_action(&self, id: &str) -> Result<Option<ScheduledAction>> {
        let (resource, name) = id.rsplit_once('/').unwrap_or(("", id));
        let all = self.scheduled_actions(resource).await?;
        Ok(all.into_iter().find(|it| it.scheduled_action_name() == name))
    }

    /// The policy `<resource>/<name>` of the task count.
    pub async fn scaling_policy(&self, id: &str) -> Result<Option<ScalingPolicy>> {
        let aws = self.clone();
        let ask = move |ids: Vec<String>| {
            let aws = aws.clone();
            async move {
                let mut names: Vec<String> =
                    ids.iter().filter_map(|id| id.rsplit('/').next()).map(str::to_owned).collect();
                names.sort();
                names.dedup();
                let pages = aws
                    .scaling()
                    .await?
                    .describe_scaling_policies()
                    .service_namespace(ServiceNamespace::Ecs)
                    .scalable_dimension(ScalableDimension::EcsServiceDesiredCount)
                    // The whole resource, unless they are of several.
                    .set_resource_id(resource_of_all(&ids))
                    .set_policy_names(Some(names.clone()))
                    .into_paginator()
                    .items()
                    .send();
                let found: Result<Vec<_>, _> = pages.collect().await;
                let found = found
                    .explain("application-autoscaling:DescribeScalingPolicies", &named(&names));
                unless_gone(found, ids.len(), &NO_POLICY)
            }
        };
        let is = |it: &ScalingPolicy, id: &str| {
            id.strip_prefix(it.resource_id()).and_then(|rest| rest.strip_prefix('/'))
                == Some(it.policy_name())
        };
        let found = self.looks().policies.look("", id, is, ask).await?;
        Ok(found.into_iter().next())
    }
}

/// The resource that all these policies belong to.
fn resource_of_all(ids: &[String]) -> Option<String> {
    let mut resources = ids.iter().filter_map(|id| id.rsplit_once('/')).map(|(it, _)| it);
    let first = resources.next()?;
    resources.all(|it| it == first).then(|| first.to_owned())
}

#[cfg(test)]
mod tests {
    use super::resource_of_all;

    #[test]
    fn policies_of_one_resource_are_asked_for_by_it() {
        let ids = |ids: &[&str]| ids.iter().map(|&id| id.to_owned()).collect::<Vec<_>>();
        let one = ids(&["service/c/a/a-cpu", "service/c/a/a-memory"]);
        assert_eq!(resource_of_all(&one).as_deref(), Some("service/c/a"));
        assert_eq!(resource_of_all(&ids(&["service/c/a/a-cpu", "service/c/b/b-cpu"])), None);
    }
}
