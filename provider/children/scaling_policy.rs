//! A scaling policy: which metric to aim at, and where.
//!
//! On its behalf AWS makes two alarms, and removes them with it. Target and metric cannot change.
//! Putting a policy overwrites one of the same name; the name hangs below the service's own target,
//! so it is ours.
//!
//! A policy has no tags. One that a newer entry of the state has taken over says so by a tag of its
//! target, so that the deletion of the older entry leaves it alone.

use std::time::Duration;

use aws_sdk_applicationautoscaling::types::{
    MetricType, PolicyType, PredefinedMetricSpecification, ScalableDimension,
    ScalingPolicy as Described, ServiceNamespace,
    TargetTrackingScalingPolicyConfiguration as Configuration,
};
use serde::{Deserialize, Serialize};

use super::scalable;
use crate::aws::{Explain, OrGone};
use crate::error::{Error, Result};
use crate::property::{Form, Plain};
use crate::resource::owner::OWNER_TAG;
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
/// How long AWS takes to tell its own services of a change (terraform-provider-aws,
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
            to: "make, change and remove the scaling policies",
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
            to: "let Application Auto Scaling check that the caller may make the alarms of a policy",
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
        Ok(describe(cx, &id).await?.map(|_| Standing { id, tags: None }))
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let outputs = put(cx, &name(&cx.base, &inputs.metric), inputs).await?;
        Ok(Made { id: id(cx, inputs), outputs })
    }

    async fn read(cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        let Some(policy) = describe(cx, id).await? else { return Ok(None) };
        let tags = marks(cx, id).await?;
        Ok(Some(Live { inputs: inputs(&policy), outputs: outputs(&policy), tags }))
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
        cx.retry(PROPAGATION, super::ours::is(&["ConcurrentUpdateException"]), || async {
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
        unmark(cx, id).await
    }

    /// Only who owns it, and only when somebody owned it before: the target has the other tags.
    async fn tag(cx: &Cx, id: &str, set: &Tags, _remove: &[String]) -> Result<()> {
        let (target, name) = split(id);
        let (Some(owner), Some(arn)) = (set.get(OWNER_TAG), target_arn(cx, target).await?) else {
            return Ok(());
        };
        let call = cx.aws.scaling().await?.tag_resource().resource_arn(&arn);
        let call = call.tags(mark(name), owner);
        call.send().await.explain("application-autoscaling:TagResource", id).map(drop)
    }

    // No debris: a policy goes with its target.
}

/// The tag of the target that says who owns the policy.
fn mark(policy: &str) -> String {
    format!("{OWNER_TAG}:{policy}")
}

/// Who owns the policy, if somebody took it over; else the entry that made it does.
async fn marks(cx: &Cx, id: &str) -> Result<Option<Tags>> {
    let (target, name) = split(id);
    let Some(arn) = target_arn(cx, target).await? else { return Ok(None) };
    let mut tags = scalable::tags(cx, &arn).await?;
    Ok(tags.remove(&mark(name)).map(|owner| {
        tags.insert(OWNER_TAG.to_owned(), owner);
        tags
    }))
}

/// A policy that is gone belongs to nobody, and one of the same name may come.
async fn unmark(cx: &Cx, id: &str) -> Result<()> {
    let (target, name) = split(id);
    let Some(arn) = target_arn(cx, target).await? else { return Ok(()) };
    if !scalable::tags(cx, &arn).await?.contains_key(&mark(name)) {
        return Ok(());
    }
    let call = cx.aws.scaling().await?.untag_resource().resource_arn(&arn);
    let call = call.tag_keys(mark(name));
    call.send().await.explain("application-autoscaling:UntagResource", id).map(drop)
}

async fn target_arn(cx: &Cx, resource_id: &str) -> Result<Option<String>> {
    let target = scalable::target(cx, resource_id).await?;
    Ok(target.and_then(|target| target.scalable_target_arn))
}

fn name(base: &str, metric: &str) -> String {
    let suffix = SUFFIXES.iter().find(|(known, _)| *known == metric);
    format!("{base}-{}", suffix.map_or(metric, |(_, suffix)| suffix))
}

/// `<resource id>/<policy name>`.
fn id(cx: &Cx, inputs: &Inputs) -> String {
    format!("{}/{}", inputs.resource_id, name(&cx.base, &inputs.metric))
}

fn split(id: &str) -> (&str, &str) {
    id.rsplit_once('/').unwrap_or(("", id))
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

fn configuration(inputs: &Inputs) -> Result<Configuration> {
    let whole = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
    let metric = PredefinedMetricSpecification::builder()
        .predefined_metric_type(MetricType::from(inputs.metric.as_str()))
        .set_resource_label(inputs.resource_label.clone())
        .build()
        .map_err(Error::bug)?;
    Configuration::builder()
        .target_value(inputs.target_value)
        .predefined_metric_specification(metric)
        .scale_in_cooldown(whole(inputs.scale_in_cooldown))
        .scale_out_cooldown(whole(inputs.scale_out_cooldown))
        .build()
        .map_err(Error::bug)
}

async fn describe(cx: &Cx, id: &str) -> Result<Option<Described>> {
    let (target, name) = split(id);
    let answer = cx
        .aws
        .scaling()
        .await?
        .describe_scaling_policies()
        .service_namespace(ServiceNamespace::Ecs)
        .scalable_dimension(ScalableDimension::EcsServiceDesiredCount)
        .resource_id(target)
        .policy_names(name)
        .send()
        .await
        .explain("application-autoscaling:DescribeScalingPolicies", name)
        .or_gone(&GONE)?;
    Ok(answer.and_then(|answer| answer.scaling_policies().first().cloned()))
}

fn inputs(policy: &Described) -> Inputs {
    let tracking = policy.target_tracking_scaling_policy_configuration();
    let metric = tracking.and_then(|it| it.predefined_metric_specification());
    let natural = |number: Option<i32>| {
        // AWS's own cooldown for ECS (botocore, ScaleInCooldown).
        number.and_then(|number| u32::try_from(number).ok()).unwrap_or(300)
    };
    Inputs {
        resource_id: policy.resource_id().to_owned(),
        metric: metric.map_or("", |it| it.predefined_metric_type().as_str()).to_owned(),
        target_value: tracking.map_or(0.0, Configuration::target_value),
        resource_label: metric.and_then(|it| it.resource_label()).map(str::to_owned),
        scale_in_cooldown: natural(tracking.and_then(Configuration::scale_in_cooldown)),
        scale_out_cooldown: natural(tracking.and_then(Configuration::scale_out_cooldown)),
    }
}

fn outputs(policy: &Described) -> Outputs {
    Outputs { arn: policy.policy_arn().to_owned(), name: policy.policy_name().to_owned() }
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::DateTime;

    use super::{
        Described, Inputs, PolicyType, SUFFIXES, ScalableDimension, ServiceNamespace,
        configuration, inputs, name, split,
    };

    #[test]
    fn what_is_sent_is_read_back_as_what_was_asked_for() {
        let asked = Inputs {
            resource_id: "service/c/s".to_owned(),
            metric: "ALBRequestCountPerTarget".to_owned(),
            target_value: 1000.0,
            resource_label: Some("app/a/1/targetgroup/t/2".to_owned()),
            scale_in_cooldown: 900,
            scale_out_cooldown: 300,
        };
        let shown = Described::builder()
            .policy_arn("arn:policy")
            .policy_name("web-requests")
            .service_namespace(ServiceNamespace::Ecs)
            .scalable_dimension(ScalableDimension::EcsServiceDesiredCount)
            .resource_id("service/c/s")
            .policy_type(PolicyType::TargetTrackingScaling)
            .creation_time(DateTime::from_secs(0))
            .target_tracking_scaling_policy_configuration(configuration(&asked).expect("whole"))
            .build()
            .expect("whole");
        assert_eq!(inputs(&shown), asked);
    }

    #[test]
    fn an_id_is_the_targets_and_the_name() {
        let names = SUFFIXES.map(|(metric, _)| name("web", metric));
        assert_eq!(names, ["web-cpu", "web-memory", "web-requests"]);
        assert_eq!(split("service/c/s/web-cpu"), ("service/c/s", "web-cpu"));
    }
}
