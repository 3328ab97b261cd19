//! Autoscaling: its rules, and its children.

use super::inputs::AutoscalingArgs;
use crate::children::autoscaling::{scaling_policy, scaling_target};
use crate::component::Args;
use crate::component::image::wiring::if_found;
use crate::component::inputs::complaints::Complaints;
use crate::component::inputs::presets::Defaults;
use crate::property::{Output, Wire};

pub(super) fn problems(args: &Args, found: &mut Complaints) {
    let defaults = Defaults::of(args.general.preset);
    let scaling = args.service.autoscaling();
    if !scaling.enabled(&defaults) {
        // If the preset turned it off, the same inputs may serve another preset.
        let said = scaling.enabled.is_some();
        for path in scaling.given().iter().filter(|it| *it != "autoscaling.enabled") {
            found.useless(path, said, "`autoscaling.enabled` is false");
        }
        return;
    }
    let range = scaling.min_capacity(&defaults).zip(scaling.max_capacity(&defaults));
    found.check("autoscaling.maxCapacity", Some(&range), |(least, most)| {
        (least > most).then(|| format!("{most} is less than `minCapacity`, which is {least}."))
    });
    if let Some(desired) = &args.service.desired_count {
        found.check("desiredCount", Some(&desired.clone().zip(range)), |(desired, (least, most))| {
            (least <= most && !(least..=most).contains(&desired)).then(|| {
                format!(
                    "{desired} is outside the range of autoscaling, {least} to {most} tasks. Change \
                     it, or `autoscaling.minCapacity` and `maxCapacity`."
                )
            })
        });
    }
    super::schedules::problems(&Scaling { args: scaling, defaults }, found);
}

/// Autoscaling with its defaults.
pub(super) struct Scaling {
    pub(super) args: AutoscalingArgs,
    pub(super) defaults: Defaults,
}

impl Scaling {
    /// The count to begin with, when none is given.
    pub(super) fn begins_with(&self) -> Output<u32> {
        self.args.min_capacity.clone().unwrap_or(self.defaults.min_capacity.into())
    }

    pub(super) fn min_capacity(&self) -> Output<u32> {
        self.args.min_capacity(&self.defaults)
    }

    pub(super) fn target(
        &self,
        cluster_name: Output<String>,
        service_name: Output<String>,
        found: &Output<bool>,
    ) -> scaling_target::Inputs<Wire> {
        let most = self.args.max_capacity(&self.defaults);
        scaling_target::Inputs {
            cluster_name,
            service_name,
            // Without an image there is nothing to scale, and a minimum would start tasks.
            min_capacity: if_found(found, self.min_capacity()),
            max_capacity: if_found(found, most),
            scheduled: (!self.schedules().is_empty()).then(|| true.into()),
        }
    }

    pub(super) fn policies(
        &self,
        resource_id: &Output<String>,
        label: &Output<String>,
    ) -> Vec<(&'static str, scaling_policy::Inputs<Wire>)> {
        let policy = |metric: &str, target: Output<f64>, label: Option<Output<String>>| {
            scaling_policy::Inputs {
                resource_id: resource_id.clone(),
                metric: metric.into(),
                target_value: target,
                resource_label: label,
                scale_in_cooldown: self.args.scale_in_cooldown(),
                scale_out_cooldown: self.args.scale_out_cooldown(),
            }
        };
        let cpu = self.args.cpu_target();
        let memory = self.args.memory_target();
        let mut policies = vec![
            ("scaling-cpu", policy("ECSServiceAverageCPUUtilization", cpu, None)),
            ("scaling-memory", policy("ECSServiceAverageMemoryUtilization", memory, None)),
        ];
        if let Some(requests) = self.args.request_count_target() {
            let policy = policy("ALBRequestCountPerTarget", requests, Some(label.clone()));
            policies.push(("scaling-requests", policy));
        }
        policies
    }
}

/// Which load balancer and target group the requests are counted of.
pub(super) fn resource_label(
    load_balancer: Output<String>,
    target_group: Output<String>,
) -> Output<String> {
    load_balancer.zip(target_group).map(|(balancer, group)| format!("{balancer}/{group}"))
}
