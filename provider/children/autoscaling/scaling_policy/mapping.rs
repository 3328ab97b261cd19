//! A policy as Application Auto Scaling spells it: made of what was asked for, and read back as
//! that.

use aws_sdk_applicationautoscaling::types::{
    MetricType, PredefinedMetricSpecification, ScalingPolicy as Described,
    TargetTrackingScalingPolicyConfiguration as Configuration,
};

use super::{Inputs, Outputs};
use crate::aws::numbers::{natural, whole};
use crate::error::{Error, Result};

/// Which metric to aim at, and where.
pub(super) fn configuration(inputs: &Inputs) -> Result<Configuration> {
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

pub(super) fn inputs(policy: &Described) -> Inputs {
    let tracking = policy.target_tracking_scaling_policy_configuration();
    let metric = tracking.and_then(|it| it.predefined_metric_specification());
    // AWS's own cooldown for ECS (botocore, ScaleInCooldown).
    let seconds = |number: Option<i32>| natural(number).unwrap_or(300);
    Inputs {
        resource_id: policy.resource_id().to_owned(),
        metric: metric.map_or("", |it| it.predefined_metric_type().as_str()).to_owned(),
        target_value: tracking.map_or(0.0, Configuration::target_value),
        resource_label: metric.and_then(|it| it.resource_label()).map(str::to_owned),
        scale_in_cooldown: seconds(tracking.and_then(Configuration::scale_in_cooldown)),
        scale_out_cooldown: seconds(tracking.and_then(Configuration::scale_out_cooldown)),
    }
}

pub(super) fn outputs(policy: &Described) -> Outputs {
    Outputs { arn: policy.policy_arn().to_owned(), name: policy.policy_name().to_owned() }
}

#[cfg(test)]
mod tests {
    use aws_sdk_applicationautoscaling::types::{PolicyType, ScalableDimension, ServiceNamespace};
    use aws_smithy_types::DateTime;

    use super::{Described, Inputs, configuration, inputs};

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
}
