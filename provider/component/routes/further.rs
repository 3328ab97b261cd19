//! The target group of a further port.

use super::inputs::TargetArgs;
use crate::children::elb::target_group;
use crate::component::balancer::choices::StickinessType;
use crate::component::balancer::inputs::HealthCheckArgs;
use crate::component::inputs::choices::word;
use crate::component::wiring::Wanted;
use crate::property::{Output, Property, Wire};

impl Wanted {
    /// As the first group, but for what the target says.
    pub(super) fn further_target_group(
        &self,
        target: &TargetArgs,
        vpc_id: Output<String>,
    ) -> target_group::Inputs<Wire> {
        fn or<T: Property>(given: Option<&Output<T>>, other: Output<T>) -> Output<T> {
            given.map_or(other, |it| it.clone().from_input("targets"))
        }
        let mut group = self.target_group(vpc_id);
        group.target = self.target_of(Some(&target.name));
        group.deregistration_delay =
            or(target.deregistration_delay.as_ref(), group.deregistration_delay);
        let check = target.health_check.clone().unwrap_or_default();
        let first = group.health_check;
        if let Some(protocol) = &target.protocol {
            group.protocol = protocol.clone().from_input("targets").map(word);
        }
        let own = self.args.balancer.target_group().protocol_version();
        let version = target.protocol_version(&self.args);
        if target.protocol_version.is_some() {
            group.protocol_version = Output::from(word(version)).from_input("targets");
        }
        // What the service asks its own port in another version of HTTP says nothing about this one.
        let usual = if version == own {
            self.args.balancer.health_check()
        } else {
            HealthCheckArgs::default()
        };
        group.health_check = target_group::HealthCheck {
            protocol: group.protocol.clone(),
            path: or(check.path.as_ref(), usual.path_in(version)),
            port: or(check.port.map(Output::from).as_ref(), "traffic-port".into()),
            matcher: or(check.matcher.as_ref(), usual.matcher_in(version)),
            interval: or(check.interval.as_ref(), first.interval),
            timeout: or(check.timeout.as_ref(), first.timeout),
            healthy_threshold: or(check.healthy_threshold.as_ref(), first.healthy_threshold),
            unhealthy_threshold: or(check.unhealthy_threshold.as_ref(), first.unhealthy_threshold),
        };
        let Some(own) = &target.stickiness else { return group };
        group.stickiness = or(own.enabled.as_ref(), group.stickiness);
        if let Some(kind) = own.r#type.clone() {
            group.stickiness_type = kind.from_input("targets").map(word);
        }
        if let Some(duration) = own.duration.clone() {
            let kind = own.r#type.clone().unwrap_or(StickinessType::LbCookie.into());
            let of = |wanted, duration: Output<u32>, kind: Output<StickinessType>| {
                duration.zip(kind).from_input("targets").map(move |(seconds, kind)| {
                    if kind == wanted { seconds } else { target_group::A_DAY }
                })
            };
            group.lb_cookie_duration = of(StickinessType::LbCookie, duration.clone(), kind.clone());
            group.app_cookie_duration = of(StickinessType::AppCookie, duration, kind);
        }
        if let Some(name) = own.cookie_name.clone() {
            group.app_cookie_name = Some(name.from_input("targets"));
        }
        group
    }
}
