//! Rules on how requests are spread over the tasks.

use crate::component::Args;
use crate::component::inputs::choices::{Algorithm, StickinessType};
use crate::component::inputs::complaints::Complaints;
use crate::property::Output;

/// Target groups for application load balancers, "Edit target group attributes"; botocore, TargetGroupAttribute.
pub(super) fn problems(args: &Args, found: &mut Complaints) {
    let group = args.balancer.target_group();
    let known = |it: &Output<bool>| it.known() == Some(&true);
    if let Some(algorithm) = group.algorithm().known() {
        if known(&group.anomaly_mitigation()) && *algorithm != Algorithm::WeightedRandom {
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
    let stickiness = group.stickiness();
    let by_application = stickiness.r#type().known().map(|it| *it == StickinessType::AppCookie);
    if known(&stickiness.enabled()) {
        if known(&group.cross_zone().map(|it| !it)) {
            found.add(
                "targetGroup.stickiness.enabled",
                "Requests stay with a task only where `targetGroup.crossZone` is true. Remove one of the two.",
            );
        }
        if by_application == Some(true) && stickiness.cookie_name.is_none() {
            found.add(
                "targetGroup.stickiness.cookieName",
                "The type `app_cookie` needs the name of the application's cookie.",
            );
        }
        if by_application == Some(true) && args.service.deployment().strategy().shifts() {
            found.add(
                "targetGroup.stickiness.type",
                "A cookie of the application does not work while traffic moves between two target groups. Choose `lb_cookie`, or set \
                 `deployment.strategy` to `rolling`.",
            );
        }
    } else if stickiness.enabled().known().is_some() {
        for path in stickiness.given() {
            found.useless(
                &path,
                path != "targetGroup.stickiness.enabled",
                "`targetGroup.stickiness.enabled` is false",
            );
        }
    }
    found.useless(
        "targetGroup.stickiness.cookieName",
        stickiness.cookie_name.is_some()
            && by_application == Some(false)
            && known(&stickiness.enabled()),
        "`targetGroup.stickiness.type` is not `app_cookie`",
    );
}

/// botocore, TargetGroupAttribute.
pub(super) fn complain_of_cookie(name: &str) -> Option<String> {
    if name.is_empty() {
        return Some("It is empty. Name the application's cookie.".to_owned());
    }
    name.starts_with("AWSALB")
        .then(|| format!("\"{name}\" is a name of the load balancer's own cookies. Use another."))
}
