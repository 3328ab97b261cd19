//! A scaling policy: which metric to aim at, and where.
//!
//! On its behalf AWS makes two alarms, and removes them with it. Target and metric cannot change.
//! Putting a policy overwrites one of the same name; the name hangs below the service's own target,
//! so it is ours.
//!
//! A policy has no tags. One that a newer entry of the state has taken over says so by a tag of its
//! target, so that the deletion of the older entry leaves it alone.

mod mapping;

use std::time::Duration;

use aws_sdk_applicationautoscaling::types::{
    PolicyType, ScalableDimension, ScalingPolicy as Described, ServiceNamespace,
};
use serde::{Deserialize, Serialize};

use self::mapping::{configuration, inputs, outputs};
use crate::aws::{Explain, OrGone};
use crate::children::autoscaling::ownership::{Below, split};
use crate::error::refused_with;
use crate::error::{Error, Result};
use crate::property::{Form, Plain};
use crate::resource::{
    Cx, EVERYWHERE, Live, Made, Needed, Permission, Resource, Settled, Standing, Tags,
};

/// The scaling policy.
pub struct Policy;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    /// Of the scalable target.
    pub resource_id: F::Of<String>,
    /// `ECSServiceAverageCPUUtilization`, `ECSServiceAverageMemoryUtilization` or
    /// `ALBRequestCountPerTarget`.
    pub metric: F::Of<String>,
    pub target_value: F::Of<f64>,
    /// For requests: which balancer and target group they are counted of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_label: Option<F::Of<String>>,
    /// Seconds.
    pub scale_in_cooldown: F::Of<u32>,
    /// Seconds.
    pub scale_out_cooldown: F::Of<u32>,
}

/// What AWS adds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    pub arn: F::Of<String>,
    pub name: F::Of<String>,
}

const GONE: [&str; 1] = ["ObjectNotFoundException"];
const OWNED: Below = Below("");
/// How long a change takes to reach other AWS services (terraform-provider-aws,
/// appautoscaling/policy.go).
const PROPAGATION: Duration = Duration::from_mins(2);
/// Metrics, and the end of the policy's name for each.
const SUFFIXES: [(&str, &str); 3] = [
    ("ECSServiceAverageCPUUtilization", "cpu"),
    ("ECSServiceAverageMemoryUtilization", "memory"),
    ("ALBRequestCountPerTarget", "requests"),
];

impl Resource for Policy {
    const TYPE: &'static str = "fargate:appautoscaling:Policy";
    const PERMISSIONS: &'static [Permission] = &[
        Permission {
            sid: "ScalingPolicies",
            to: "create, change and delete the scaling policies",
            needed: Needed::If("it has `autoscaling`"),
            actions: &[
                "application-autoscaling:PutScalingPolicy",
                "application-autoscaling:DeleteScalingPolicy",
            ],
            on: &["arn:aws:application-autoscaling:*:*:scalable-target/*"],
            only_if: Some(("StringEquals", "application-autoscaling:service-namespace", "ecs")),
        },
        Permission {
            sid: "ScalingPoliciesFind",
            to: "find the scaling policies",
            needed: Needed::If("it has `autoscaling`"),
            actions: &["application-autoscaling:DescribeScalingPolicies"],
            ..EVERYWHERE
        },
        // It tries with an alarm that has no name (user guide, permissions validation), so the
        // name cannot be narrowed.
        Permission {
            sid: "ScalingPoliciesAlarms",
            to: "let Application Auto Scaling check that the caller may create the alarms of a \
                 policy",
            needed: Needed::If("it has `autoscaling`"),
            actions: &[
                "cloudwatch:DescribeAlarms",
                "cloudwatch:PutMetricAlarm",
                "cloudwatch:DeleteAlarms",
            ],
            on: &["arn:aws:cloudwatch:*:*:alarm:*"],
            ..EVERYWHERE
        },
    ];
    const REPLACE_ON: &'static [&'static str] = &["resourceId", "metric"];
    // AWS may not give it back letter by letter: CloudFormation calls it write-only.
    const WRITE_ONLY: &'static [&'static str] = &["resourceLabel"];
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    async fn find(cx: &Cx, inputs: &Inputs) -> Result<Option<Standing>> {
        let id = id(cx, inputs);
        Ok(describe(cx, &id).await?.map(|_| Standing::of(id, None)))
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let outputs = put(cx, &name(&cx.base, &inputs.metric), inputs).await?;
        Ok(Made { id: id(cx, inputs), outputs })
    }

    async fn read(cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        let Some(policy) = describe(cx, id).await? else { return Ok(None) };
        let tags = OWNED.read(cx, id).await?;
        Ok(Some(Live { inputs: inputs(&policy), outputs: outputs(&policy), tags }))
    }

    async fn marks(cx: &Cx, id: &str) -> Result<Option<Option<Tags>>> {
        OWNED.read(cx, id).await.map(Some)
    }

    async fn update(
        cx: &Cx,
        id: &str,
        old: Option<&Inputs>,
        new: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        if old == Some(new) {
            return Ok(outputs.into());
        }
        let (_, name) = split(id);
        put(cx, name, new).await.map(Into::into)
    }

    async fn delete(cx: &Cx, id: &str, _inputs: &Inputs, _outputs: &Outputs) -> Result<()> {
        let scaling = cx.aws.scaling().await?;
        let (target, name) = split(id);
        cx.retry(PROPAGATION, refused_with(&["ConcurrentUpdateException"]), || async {
            scaling
                .delete_scaling_policy()
                .policy_name(name)
                .service_namespace(ServiceNamespace::Ecs)
                .scalable_dimension(ScalableDimension::EcsServiceDesiredCount)
                .resource_id(target)
                .send()
                .await
                .explain("application-autoscaling:DeleteScalingPolicy", name)
                .or_gone(&GONE)
        })
        .await?;
        // It was not taken over, unless it was found with tags.
        if cx.found.is_some() { OWNED.unmark(cx, id).await } else { Ok(()) }
    }

    /// Only the owner, and only when it was taken over before: the target has the other tags.
    async fn tag(cx: &Cx, id: &str, set: &Tags, _remove: &[String]) -> Result<()> {
        OWNED.mark(cx, id, set).await
    }

    // No debris: a policy goes with its target.
}

fn name(base: &str, metric: &str) -> String {
    let suffix = SUFFIXES.iter().find(|(known, _)| *known == metric);
    format!("{base}-{}", suffix.map_or(metric, |(_, suffix)| suffix))
}

/// `<resource id>/<policy name>`.
fn id(cx: &Cx, inputs: &Inputs) -> String {
    format!("{}/{}", inputs.resource_id, name(&cx.base, &inputs.metric))
}

async fn put(cx: &Cx, name: &str, inputs: &Inputs) -> Result<Outputs> {
    let scaling = cx.aws.scaling().await?;
    let configuration = configuration(inputs)?;
    // The target may not be visible everywhere yet, and AWS checks access to ECS and CloudWatch
    // with rights that are as fresh (terraform-provider-aws, appautoscaling/policy.go).
    let passing = |error: &Error| {
        matches!(
            error.code(),
            Some(
                "ObjectNotFoundException"
                    | "FailedResourceAccessException"
                    | "ConcurrentUpdateException"
            )
        )
    };
    let answer = cx
        .retry(PROPAGATION, passing, || async {
            scaling
                .put_scaling_policy()
                .policy_name(name)
                .service_namespace(ServiceNamespace::Ecs)
                .scalable_dimension(ScalableDimension::EcsServiceDesiredCount)
                .resource_id(&inputs.resource_id)
                .policy_type(PolicyType::TargetTrackingScaling)
                .target_tracking_scaling_policy_configuration(configuration.clone())
                .send()
                .await
                .explain("application-autoscaling:PutScalingPolicy", name)
        })
        .await?;
    Ok(Outputs { arn: answer.policy_arn().to_owned(), name: name.to_owned() })
}

async fn describe(cx: &Cx, id: &str) -> Result<Option<Described>> {
    cx.aws.scaling_policy(id).await
}

#[cfg(test)]
mod tests {
    use super::{SUFFIXES, name, split};

    #[test]
    fn an_id_is_the_targets_and_the_name() {
        let names = SUFFIXES.map(|(metric, _)| name("web", metric));
        assert_eq!(names, ["web-cpu", "web-memory", "web-requests"]);
        assert_eq!(split("service/c/s/web-cpu"), ("service/c/s", "web-cpu"));
    }
}
