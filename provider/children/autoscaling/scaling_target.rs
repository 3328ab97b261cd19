//! The scalable target: between how many tasks the service may scale.
//!
//! Cluster and service cannot change. Registering changes an existing target without a word, and
//! puts the task count between the bounds at once.

use std::time::Duration;

use aws_sdk_applicationautoscaling::types::{
    ScalableDimension, ScalableTarget as Described, ServiceNamespace,
};
use serde::{Deserialize, Serialize};

use crate::aws::numbers::{natural, whole};
use crate::aws::{Explain, OrGone};
use crate::children::autoscaling::scalable;
use crate::error::{Error, Result};
use crate::property::{Form, Plain};
use crate::resource::gone::{gone, while_shown};
use crate::resource::owner;
use crate::resource::{
    Cx, EVERYWHERE, Live, Made, Needed, Permission, Resource, Settled, Standing, Tagged, Tags,
};

/// The scalable target.
pub struct Target;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    pub cluster_name: F::Of<String>,
    pub service_name: F::Of<String>,
    pub min_capacity: F::Of<u32>,
    pub max_capacity: F::Of<u32>,
    /// Whether scheduled actions change the two numbers in AWS: then a refresh does not compare them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheduled: Option<F::Of<bool>>,
}

/// What comes of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    /// `service/<cluster>/<service>`.
    pub resource_id: F::Of<String>,
    pub arn: F::Of<String>,
}

const GONE: [&str; 1] = ["ObjectNotFoundException"];
/// How long a change takes to reach other AWS services (terraform-provider-aws,
/// appautoscaling/target.go).
const PROPAGATION: Duration = Duration::from_mins(2);

impl Resource for Target {
    const TYPE: &'static str = "fargate:appautoscaling:Target";
    const PERMISSIONS: &'static [Permission] = &[
        Permission {
            sid: "Scaling",
            to: "create, change and delete the service's scaling, and that of no other AWS \
                 service",
            needed: Needed::If("it has `autoscaling`"),
            actions: &[
                "application-autoscaling:RegisterScalableTarget",
                "application-autoscaling:DeregisterScalableTarget",
            ],
            on: &["arn:aws:application-autoscaling:*:*:scalable-target/*"],
            only_if: Some(("StringEquals", "application-autoscaling:service-namespace", "ecs")),
        },
        Permission {
            sid: "ScalingFind",
            to: "find the service's scaling",
            actions: &["application-autoscaling:DescribeScalableTargets"],
            ..EVERYWHERE
        },
        Permission {
            sid: "ScalingTags",
            to: "tag the service's scaling",
            needed: Needed::If("it has `autoscaling`"),
            actions: &[
                "application-autoscaling:ListTagsForResource",
                "application-autoscaling:TagResource",
                "application-autoscaling:UntagResource",
            ],
            on: &["arn:aws:application-autoscaling:*:*:scalable-target/*"],
            ..EVERYWHERE
        },
        // Application Auto Scaling user guide, permissions validation.
        Permission {
            sid: "ScalingService",
            to: "let Application Auto Scaling check that the caller may change the service",
            needed: Needed::If("it has `autoscaling`"),
            actions: &["ecs:DescribeServices", "ecs:UpdateService"],
            on: &["arn:aws:ecs:*:*:service/*/{name}*"],
            ..EVERYWHERE
        },
        Permission {
            sid: "ScalingFirst",
            to: "let Application Auto Scaling create its own role in an account that never used \
                 it",
            needed: Needed::If("it is the first that scales in the account"),
            actions: &["iam:CreateServiceLinkedRole"],
            on: &[
                "arn:aws:iam::*:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService",
            ],
            only_if: Some((
                "StringEquals",
                "iam:AWSServiceName",
                "ecs.application-autoscaling.amazonaws.com",
            )),
        },
    ];
    const REPLACE_ON: &'static [&'static str] = &["clusterName", "serviceName"];
    const WRITE_ONLY: &'static [&'static str] = &["scheduled"];
    const LEFT_TO_OTHERS: &'static [(&'static str, &'static str)] =
        &[("minCapacity", "scheduled"), ("maxCapacity", "scheduled")];
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    async fn find(cx: &Cx, inputs: &Inputs) -> Result<Option<Standing>> {
        let id = resource_id(inputs);
        let Some(target) = scalable::target(cx, &id).await? else { return Ok(None) };
        Ok(Some(Standing::of(id, Some(tags(cx, &target).await?))))
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let id = resource_id(inputs);
        let arn = register(cx, &id, inputs, Some(&cx.tags)).await?;
        let outputs = Outputs { resource_id: id.clone(), arn };
        Ok(Made { id, outputs })
    }

    async fn read(cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        let Some(target) = scalable::target(cx, id).await? else { return Ok(None) };
        let tags = Some(tags(cx, &target).await?);
        Ok(Some(Live { inputs: inputs(&target), outputs: outputs(&target), tags }))
    }

    async fn update(
        cx: &Cx,
        id: &str,
        old: Option<&Inputs>,
        new: &Inputs,
        mut outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        if old.is_none_or(|old| registers(old, new)) {
            // To register one that others have deleted would make another, without our tags.
            if scalable::target(cx, id).await?.is_none() {
                return Err(not_scaling(id));
            }
            outputs.arn = register(cx, id, new, None).await?;
        }
        Ok(outputs.into())
    }

    /// Its policies and scheduled actions go with it.
    async fn delete(cx: &Cx, id: &str, _inputs: &Inputs, _outputs: &Outputs) -> Result<()> {
        let scaling = cx.aws.scaling().await?;
        cx.retry(PROPAGATION, is_busy, || async {
            scaling
                .deregister_scalable_target()
                .service_namespace(ServiceNamespace::Ecs)
                .scalable_dimension(ScalableDimension::EcsServiceDesiredCount)
                .resource_id(id)
                .send()
                .await
                .explain("application-autoscaling:DeregisterScalableTarget", id)
                .or_gone(&GONE)
        })
        .await?;
        cx.wait(&format!("the end of autoscaling of {id}"), Duration::from_mins(5), || async {
            Ok(while_shown(scalable::target(cx, id).await?.is_some()))
        })
        .await
    }

    async fn tag(cx: &Cx, id: &str, set: &Tags, remove: &[String]) -> Result<()> {
        let Some(target) = scalable::target(cx, id).await? else { return Err(not_scaling(id)) };
        let Some(arn) = target.scalable_target_arn() else { return Ok(()) };
        scalable::Object { cx, id, arn }.change(set, remove).await
    }

    /// The cluster may be the user's and have any name. A service of another owner may be called
    /// like ours in another cluster, so the tag has to say the rest.
    async fn debris(cx: &Cx) -> Result<Vec<String>> {
        let targets = cx.aws.scalable_targets().await?;
        let mut ours = Vec::new();
        for target in targets.iter().filter(|target| inputs(target).service_name == cx.base) {
            if owner::carries(&tags(cx, target).await?, &cx.base) {
                ours.push(target.resource_id().to_owned());
            }
        }
        Ok(ours)
    }
}

/// Whether the numbers are to be sent: also after the last scheduled action, which may have left others.
fn registers(old: &Inputs, new: &Inputs) -> bool {
    let numbers = |it: &Inputs| (it.min_capacity, it.max_capacity);
    numbers(old) != numbers(new) || old.scheduled == Some(true) && new.scheduled != Some(true)
}

fn resource_id(inputs: &Inputs) -> String {
    format!("service/{}/{}", inputs.cluster_name, inputs.service_name)
}

/// Makes or changes the target. Tags are possible only when it is made.
async fn register(cx: &Cx, id: &str, inputs: &Inputs, tags: Option<&Tags>) -> Result<String> {
    let scaling = cx.aws.scaling().await?;
    let answer = cx
        .retry(PROPAGATION, is_busy, || async {
            scaling
                .register_scalable_target()
                .service_namespace(ServiceNamespace::Ecs)
                .scalable_dimension(ScalableDimension::EcsServiceDesiredCount)
                .resource_id(id)
                .min_capacity(whole(inputs.min_capacity))
                .max_capacity(whole(inputs.max_capacity))
                .set_tags(tags.map(|tags| tags.clone().into_iter().collect()))
                .send()
                .await
                .explain("application-autoscaling:RegisterScalableTarget", id)
        })
        .await?;
    Ok(answer.scalable_target_arn.unwrap_or_default())
}

/// Refusals that are temporary: another change is under way, IAM does not show a new
/// service-linked role, or ECS of a fresh service (same source).
fn is_busy(error: &Error) -> bool {
    error.code() == Some("ConcurrentUpdateException")
        || error.message().contains("Unable to assume IAM role")
        || error.message().contains("ECS service doesn't exist")
}

fn not_scaling(id: &str) -> Error {
    gone(GONE[0], &format!("the autoscaling of {id}"))
}

async fn tags(cx: &Cx, target: &Described) -> Result<Tags> {
    match target.scalable_target_arn() {
        Some(arn) => scalable::tags(cx, arn).await,
        None => Ok(Tags::new()),
    }
}

fn inputs(target: &Described) -> Inputs {
    let number = |number: i32| natural(Some(number)).unwrap_or_default();
    let mut parts = target.resource_id().split('/').skip(1).map(str::to_owned);
    Inputs {
        cluster_name: parts.next().unwrap_or_default(),
        service_name: parts.next().unwrap_or_default(),
        min_capacity: number(target.min_capacity()),
        max_capacity: number(target.max_capacity()),
        scheduled: None,
    }
}

fn outputs(target: &Described) -> Outputs {
    Outputs {
        resource_id: target.resource_id().to_owned(),
        arn: target.scalable_target_arn().unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::DateTime;

    use super::{Described, Inputs, ScalableDimension, ServiceNamespace, inputs, resource_id};

    #[test]
    fn a_target_names_its_service() {
        let asked = Inputs {
            cluster_name: "web-c".to_owned(),
            service_name: "web-s".to_owned(),
            min_capacity: 2,
            max_capacity: 10,
            scheduled: None,
        };
        let shown = Described::builder()
            .service_namespace(ServiceNamespace::Ecs)
            .scalable_dimension(ScalableDimension::EcsServiceDesiredCount)
            .resource_id(resource_id(&asked))
            .min_capacity(2)
            .max_capacity(10)
            .role_arn("arn:role")
            .creation_time(DateTime::from_secs(0))
            .build()
            .expect("whole");
        assert_eq!(inputs(&shown), asked);
    }

    #[test]
    fn a_service_that_does_not_scale_any_more_is_told_with_the_next_step() {
        expect_test::expect![[r"
            the autoscaling of service/web-c/web-s is gone from AWS
              Run `pulumi refresh`; the next `pulumi up` creates it again."]]
        .assert_eq(&super::not_scaling("service/web-c/web-s").to_string());
    }
}
