//! Rules on further target groups of a service.

use std::collections::BTreeSet;

use super::inputs::TargetArgs;
use super::names::complain_of_name;
use crate::component::Args;
use crate::component::balancer::choices::ProtocolVersion;
use crate::component::inputs::complaints::Complaints;
use crate::component::inputs::declare::Declared;
use crate::component::inputs::place::Place;
use crate::property::Output;

/// ECS API reference, CreateService: "up to five target groups".
const MOST: usize = 4;

pub(super) fn problems(args: &Args, found: &mut Complaints) {
    let targets = args.routes.further();
    if args.routes.targets.is_none() {
        return;
    }
    found.check("targets", Some(&Output::from(targets.len())), |many| {
        (*many > MOST).then(|| {
            format!(
                "{many} are given. A service has up to five target groups, so {MOST} are allowed."
            )
        })
    });
    if args.deployment_strategy().shifts() {
        found.add(
            "targets",
            "With this `deployment.strategy` ECS would need a second target group and a rule for each of them. Remove \
             `targets`, or set `deployment.strategy` to `rolling`.",
        );
    }
    if args.container.container_port.as_ref().is_some_and(|port| port.known().is_none()) {
        found.add(
            "containerPort",
            "It decides with `targets` which rules the security groups have, so it must be known in the preview: use \
             a value that does not come from a resource which is not created yet.",
        );
    }
    let mut names = BTreeSet::new();
    for (index, target) in targets.iter().enumerate() {
        let at = |name: &str| format!("targets[{index}].{name}");
        found.check(&at("name"), Some(&Output::from(target.name.clone())), |name| {
            let twice = !names.insert(name.clone());
            complain_of_name(name).or_else(|| twice.then(|| format!("\"{name}\" is given twice.")))
        });
        if target.container_port == 0 {
            found.add(&at("containerPort"), "0 is not a valid port: 1 to 65535 are allowed.");
        }
        if let Some(delay) = &target.deregistration_delay {
            found.range(&at("deregistrationDelay"), delay, 0..=3600, " seconds", None);
        }
        let version = target.protocol_version(args);
        found.within(&format!("targets[{index}]."), "", |found| {
            if let Some(check) = &target.health_check {
                check.check_each(&Place::default(), found);
                crate::component::balancer::rules::health_check(check, version, None, found);
            }
        });
        found.within(&format!("targets[{index}]."), "targetGroup.", |found| {
            if let Some(stickiness) = &target.stickiness {
                stickiness.check_each(&Place::default(), found);
            }
        });
        if !is_used(args, &target.name) {
            found.add(
                &format!("targets[{index}]"),
                "No route forwards to it, and ECS takes no target group without a load balancer. Add a route, or \
                 remove it.",
            );
        }
    }
}

impl TargetArgs {
    /// In which version of HTTP requests reach it.
    pub(super) fn protocol_version(&self, args: &Args) -> ProtocolVersion {
        self.protocol_version.unwrap_or(args.balancer.target_group().protocol_version())
    }
}

fn is_used(args: &Args, name: &str) -> bool {
    let forwards = args.routes.all().iter().filter(|it| it.forwards());
    let mut shares = forwards.flat_map(|it| {
        let forward = it.forward.clone().unwrap_or_default();
        forward.shares().into_iter().map(|(it, _)| it.map(str::to_owned)).collect::<Vec<_>>()
    });
    shares.any(|it| it.as_deref() == Some(name))
}
