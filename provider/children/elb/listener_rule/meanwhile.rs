//! A target group gets its first targets only with the service's next deployment, and the service takes no group that no rule
//! forwards to (API reference, CreateService: the group must be attached to a load balancer). So until the service has moved,
//! requests for a group without a healthy target go where they went before; the group is named with the weight 0.

use std::borrow::Cow;

use super::moving::is_healthy;
use super::{Inputs, conditions, groups};
use crate::aws::{Explain, rules};
use crate::children::elb::actions::{self, Forward, Target};
use crate::error::{Error, Result};
use crate::resource::{Cx, new_change};

/// What a rule does with requests for now.
pub(super) struct Meanwhile<'a> {
    pub inputs: Cow<'a, Inputs>,
    /// What waits until the service has moved.
    pub change: Option<String>,
}

/// What the rule does until its groups have targets. Those who got the requests before, and have targets, go on.
pub(super) async fn of<'a>(
    cx: &Cx,
    old: Option<&Inputs>,
    new: &'a Inputs,
) -> Result<Meanwhile<'a>> {
    let nothing_waits = Meanwhile { inputs: Cow::Borrowed(new), change: None };
    let Some(forward) = new.forward.as_ref().filter(|_| groups(new).is_none()) else {
        return Ok(nothing_waits);
    };
    let before = before(old, new);
    let is_same = old.is_some_and(|old| old.forward == new.forward);
    if before.is_empty() || is_same || cx.is_drawn() {
        return Ok(nothing_waits);
    }
    let mut waiting = Vec::new();
    for target in &forward.targets {
        let arn = &target.target_group_arn;
        if !before.iter().any(|it| it.target_group_arn == *arn) && !is_healthy(cx, arn).await? {
            waiting.push(arn.as_str());
        }
    }
    let mut served = Vec::new();
    for target in before {
        if !waiting.is_empty() && is_healthy(cx, &target.target_group_arn).await? {
            served.push(target);
        }
    }
    let Some(shares) = shares(forward, &waiting, &served) else { return Ok(nothing_waits) };
    let change = change(forward)?;
    Ok(Meanwhile {
        inputs: Cow::Owned(Inputs { forward: Some(shares), ..new.clone() }),
        change: Some(change),
    })
}

/// The groups that get the requests now, with their shares. Not those of an earlier rule for others: nobody may get to them by
/// this one who could not before.
fn before(old: Option<&Inputs>, new: &Inputs) -> Vec<Target> {
    let same_come = |old: &&Inputs| {
        old.authentication == new.authentication
            && format!("{:?}", conditions::write(old)) == format!("{:?}", conditions::write(new))
    };
    let earlier = old.filter(same_come).and_then(|old| old.forward.clone()).map(|it| it.targets);
    let former = new.former_target_group_arn.iter();
    earlier.unwrap_or_else(|| {
        former.map(|arn| Target { target_group_arn: arn.clone(), weight: 1 }).collect()
    })
}

/// Nothing for those that wait. If nobody else is left, all for those that served before; nobody stays with them longer. None
/// if nobody has to, or nobody could.
fn shares(forward: &Forward, waiting: &[&str], served: &[Target]) -> Option<Forward> {
    if waiting.is_empty() {
        return None;
    }
    let mut targets = forward.targets.clone();
    for target in &mut targets {
        if waiting.contains(&target.target_group_arn.as_str()) {
            target.weight = 0;
        }
    }
    if targets.iter().all(|it| it.weight == 0) {
        if served.iter().all(|it| it.weight == 0) {
            return None;
        }
        targets.retain(|it| !served.iter().any(|one| one.target_group_arn == it.target_group_arn));
        targets.extend_from_slice(served);
    }
    targets.sort_by(|one, other| one.target_group_arn.cmp(&other.target_group_arn));
    Some(Forward { targets, stickiness_duration: None })
}

fn change(forward: &Forward) -> Result<String> {
    let text = serde_json::to_string(forward)
        .map_err(|error| Error::bug(format!("a forward is no JSON: {error}")))?;
    Ok(format!("{}:{text}", new_change()))
}

/// Brings the rule to what had to wait.
pub(super) async fn end(cx: &Cx, id: &str, change: &str) -> Result<()> {
    // Nothing waits where nothing follows.
    let forward = change.split_once(':').and_then(|(_, text)| serde_json::from_str(text).ok());
    let Some(forward): Option<Forward> = forward else { return Ok(()) };
    let Some(rule) = cx.aws.listener_rule(id).await? else { return Ok(()) };
    if actions::forward(rule.actions()).as_ref() == Some(&forward) {
        return Ok(());
    }
    let call = cx.aws.elb().await?.modify_rule().rule_arn(id);
    let call = call.set_actions(Some(rules::ending_in(&rule, forward.action())));
    call.send().await.explain("elasticloadbalancing:ModifyRule", id).map(drop)
}

#[cfg(test)]
mod tests {
    use super::{Forward, Target, shares};

    fn forward(shares: &[(&str, u32)]) -> Forward {
        let target = |it: &(&str, u32)| Target { target_group_arn: it.0.to_owned(), weight: it.1 };
        Forward { targets: shares.iter().map(target).collect(), stickiness_duration: None }
    }

    #[test]
    fn who_has_no_target_yet_gets_no_request_while_others_can_have_them() {
        let seen = |wanted: &[(&str, u32)], waiting: &[&str], served: &[(&str, u32)]| {
            shares(&forward(wanted), waiting, &forward(served).targets)
        };
        let main = [("main", 1)];
        assert_eq!(seen(&[("api", 1)], &[], &main), None);
        assert_eq!(seen(&[("api", 1)], &["api"], &[]), None);
        assert_eq!(seen(&[("api", 1)], &["api"], &main), Some(forward(&[("api", 0), ("main", 1)])));
        let canary = Some(forward(&[("api", 0), ("main", 9)]));
        assert_eq!(seen(&[("api", 1), ("main", 9)], &["api"], &main), canary);
        let idle = Some(forward(&[("api", 0), ("main", 1)]));
        assert_eq!(seen(&[("api", 1), ("main", 0)], &["api"], &main), idle);
    }
}
