//! Rules on how requests are spread over the tasks.

use super::choices::{Algorithm, StickinessType};
use super::inputs::TargetGroupArgs;
use crate::component::Args;
use crate::component::inputs::complaints::Complaints;

/// Target groups for application load balancers, "Edit target group attributes"; botocore, TargetGroupAttribute.
pub(super) fn problems(args: &Args, found: &mut Complaints) {
    let group = args.balancer.target_group();
    if let Some(algorithm) = group.algorithm().known() {
        if group.anomaly_mitigation().known() == Some(&true)
            && *algorithm != Algorithm::WeightedRandom
        {
            found.add(
                "targetGroup.anomalyMitigation",
                "It needs `targetGroup.algorithm` `weighted_random`.",
            );
        }
        if group.slow_start().known().is_some_and(|it| *it > 0)
            && *algorithm != Algorithm::RoundRobin
        {
            found.add(
                "targetGroup.slowStart",
                "It needs `targetGroup.algorithm` `round_robin`. Remove one of the two.",
            );
        }
    }
    stickiness(args, &group, found);
}

fn stickiness(args: &Args, group: &TargetGroupArgs, found: &mut Complaints) {
    let stickiness = group.stickiness();
    match stickiness.enabled().known() {
        Some(true) => {}
        Some(false) => {
            let path = "targetGroup.stickiness.enabled";
            for given in stickiness.given() {
                found.useless(&given, given != path, "`targetGroup.stickiness.enabled` is false");
            }
            return;
        }
        None => return,
    }
    if group.cross_zone().known() == Some(&false) {
        found.add(
            "targetGroup.stickiness.enabled",
            "Requests stay with a task only where `targetGroup.crossZone` is true. Remove one of the two.",
        );
    }
    let path = "targetGroup.stickiness.cookieName";
    match stickiness.r#type().known() {
        Some(StickinessType::LbCookie) => found.useless(
            path,
            stickiness.cookie_name.is_some(),
            "`targetGroup.stickiness.type` is not `app_cookie`",
        ),
        Some(StickinessType::AppCookie) => {
            if stickiness.cookie_name.is_none() {
                found
                    .add(path, "The type `app_cookie` needs the name of the application's cookie.");
            }
            if args.service.deployment().strategy().shifts() {
                found.add(
                    "targetGroup.stickiness.type",
                    "A cookie of the application does not work while traffic moves between two target groups. Choose \
                     `lb_cookie`, or set `deployment.strategy` to `rolling`.",
                );
            }
        }
        None => {}
    }
}

/// botocore, TargetGroupAttribute.
pub(super) fn complain_of_cookie(name: &str) -> Option<String> {
    if name.is_empty() {
        return Some("It is empty. Name the application's cookie.".to_owned());
    }
    name.starts_with("AWSALB")
        .then(|| format!("\"{name}\" is a name of the load balancer's own cookies. Use another."))
}
