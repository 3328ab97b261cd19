//! Rules that a run which was killed may have left.

use super::below;
use crate::aws::{Explain, OrGone};
use crate::children::elb::tags;
use crate::error::Result;
use crate::resource::{Cx, owner};

/// Those on listeners to which a target group of the service belongs.
pub(super) async fn of(cx: &Cx) -> Result<Vec<String>> {
    let elb = cx.aws.elb().await?;
    let mut ours = Vec::new();
    for arn in super::places::balancers(cx).await? {
        let listeners = elb.describe_listeners().load_balancer_arn(&arn).send().await;
        let listeners = listeners
            .explain("elasticloadbalancing:DescribeListeners", &arn)
            .or_gone(&["LoadBalancerNotFound"])?;
        let listeners = listeners.and_then(|it| it.listeners).unwrap_or_default();
        for listener in listeners.into_iter().filter_map(|it| it.listener_arn) {
            for rule in below(cx, &listener).await?.into_iter().filter_map(|it| it.rule_arn) {
                let tags = tags::of(cx, &rule).await?.unwrap_or_default();
                if owner::carries(&tags, &cx.base) {
                    ours.push(rule);
                }
            }
        }
    }
    Ok(ours)
}
