//! Rules that a run which was killed may have left.

use crate::children::elb::tags;
use crate::error::Result;
use crate::resource::{Cx, owner};

/// Those on listeners to which a target group of the service belongs.
pub(super) async fn of(cx: &Cx) -> Result<Vec<String>> {
    let mut ours = Vec::new();
    for balancer in super::places::balancers(cx).await? {
        let rules = cx.aws.rules_of_load_balancer(&balancer).await?;
        for rule in rules.into_iter().filter_map(|it| it.rule_arn) {
            let tags = tags::of(cx, &rule).await?.unwrap_or_default();
            if owner::carries(&tags, &cx.base) {
                ours.push(rule);
            }
        }
    }
    Ok(ours)
}
