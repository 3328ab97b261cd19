//! A target group as Elastic Load Balancing spells it: its name, made of what cannot change, and
//! what was asked for, read back.

use aws_sdk_elasticloadbalancingv2::types::{
    Matcher, ProtocolEnum, TargetGroup as Described, TargetGroupAttribute,
};

use super::{HealthCheck, Inputs, LB_COOKIE, Outputs};
use crate::aws::numbers::natural;
use crate::children::elb::attributes::Attributed;
use crate::resource::physical_names;

pub(super) fn name(base: &str, inputs: &Inputs) -> String {
    let immutable = (inputs.internal, &inputs.protocol, &inputs.vpc_id);
    // What is not as usual follows, so that usual groups keep the names that they had before it existed.
    let version = Some(&*inputs.protocol_version).filter(|version| *version != "HTTP1");
    if let Some(target) = &inputs.target {
        return physical_names::with_hash(base, (immutable, "target", target, version));
    }
    let alternate = (inputs.alternate == Some(true)).then_some("alternate");
    match (version, alternate) {
        (None, None) => physical_names::with_hash(base, immutable),
        (Some(word), None) | (None, Some(word)) => {
            physical_names::with_hash(base, (immutable, word))
        }
        (Some(version), Some(alternate)) => {
            physical_names::with_hash(base, (immutable, version, alternate))
        }
    }
}

/// The answers by which a task is healthy.
pub(super) fn matcher(inputs: &Inputs) -> Matcher {
    let codes = &inputs.health_check.matcher;
    match &*inputs.protocol_version {
        "GRPC" => Matcher::builder().grpc_code(codes).build(),
        _ => Matcher::builder().http_code(codes).build(),
    }
}

/// Only the name shows for which load balancer the group was created, and whether as the second one.
pub(super) fn inputs(group: &Described, attributes: &[TargetGroupAttribute], base: &str) -> Inputs {
    let number = |number: Option<i32>| natural(number).unwrap_or(0);
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let mut read = Inputs {
        protocol: group.protocol().map_or("", ProtocolEnum::as_str).to_owned(),
        protocol_version: group.protocol_version().unwrap_or("HTTP1").to_owned(),
        vpc_id: text(group.vpc_id()),
        internal: false,
        alternate: None,
        target: None,
        health_check: HealthCheck {
            protocol: group.health_check_protocol().map_or("", ProtocolEnum::as_str).to_owned(),
            path: text(group.health_check_path()),
            port: text(group.health_check_port()),
            matcher: text(group.matcher().and_then(|it| it.grpc_code().or(it.http_code()))),
            interval: number(group.health_check_interval_seconds()),
            timeout: number(group.health_check_timeout_seconds()),
            healthy_threshold: number(group.healthy_threshold_count()),
            unhealthy_threshold: number(group.unhealthy_threshold_count()),
        },
        ..Inputs::shown(attributes.iter().filter_map(|it| Some((it.key()?, it.value()?))))
    };
    if read.stickiness_type == LB_COOKIE {
        read.app_cookie_name = None;
    }
    let others = [(true, None), (false, Some(true)), (true, Some(true))]
        .map(|(internal, alternate)| Inputs { internal, alternate, ..read.clone() });
    let named = |it: &Inputs| group.target_group_name() == Some(&name(base, it));
    others.into_iter().find(named).unwrap_or(read)
}

pub(super) fn outputs(group: &Described) -> Outputs {
    let arn = group.target_group_arn().unwrap_or_default();
    Outputs {
        arn: arn.to_owned(),
        name: group.target_group_name().unwrap_or_default().to_owned(),
        arn_suffix: arn.rsplit(':').next().unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Attributed, Described, Inputs, Matcher, ProtocolEnum, inputs, name, outputs};

    #[test]
    fn attributes_that_differ_are_sent_and_read_back() {
        crate::children::elb::attributes::laws::each_is_read_back::<Inputs>();
    }

    #[test]
    fn what_aws_shows_is_read_as_what_was_asked_for() {
        let shown = Described::builder()
            .protocol(ProtocolEnum::Http)
            .vpc_id("vpc-1")
            .health_check_path("/health")
            .health_check_port("traffic-port")
            .matcher(Matcher::builder().http_code("200-399").build())
            .health_check_interval_seconds(10)
            .target_group_arn(
                "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/web/73e2d6bc24d8a067",
            )
            .build();
        let read = inputs(&shown, &[], "web");
        assert_eq!((read.vpc_id.as_str(), read.health_check.interval), ("vpc-1", 10));
        assert_eq!(read.deregistration_delay, Inputs::unset().deregistration_delay);
        assert_eq!(outputs(&shown).arn_suffix, "targetgroup/web/73e2d6bc24d8a067");

        let internal = Inputs { internal: true, ..read.clone() };
        let named = |inputs| {
            Described::builder()
                .protocol(ProtocolEnum::Http)
                .vpc_id("vpc-1")
                .target_group_name(name("web", inputs))
                .build()
        };
        for it in [
            &read,
            &internal,
            &Inputs { alternate: Some(true), ..read.clone() },
            &Inputs { alternate: Some(true), ..internal.clone() },
        ] {
            let found = inputs(&named(it), &[], "web");
            assert_eq!((found.internal, found.alternate), (it.internal, it.alternate));
        }
    }
}
