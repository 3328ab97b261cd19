//! A further target group that the service gives up has no targets from then on, while the rules that forward to it are
//! deleted only at the end of the run. So these first do what will be done without them.

use std::collections::BTreeSet;

use aws_sdk_ecs::types::Service as Described;
use aws_sdk_elasticloadbalancingv2::types::{Action, Rule};

use super::Inputs;
use super::mapping::as_it_is;
use crate::aws::{Explain, OrGone, rules, tags};
use crate::error::{Error, Result};
use crate::resource::{Cx, owner};

/// Leads requests away from the groups that the service has and is not to have. The rules go into `changed`, as they were.
pub(super) async fn lead_away(
    cx: &Cx,
    live: &Described,
    new: &Inputs,
    changed: &mut Vec<Rule>,
) -> Result<()> {
    let now = as_it_is(live);
    let groups = given_up(&now, new);
    let mut balancers = BTreeSet::new();
    for group in &groups {
        let described = cx.aws.target_group(group).await?;
        balancers.extend(described.and_then(|it| it.load_balancer_arns).unwrap_or_default());
    }
    for balancer in balancers {
        for rule in cx.aws.rules_of_load_balancer(&balancer).await? {
            if groups.iter().any(|group| rules::forwards_to(&rule, group))
                && let Some(end) = end_without(cx, &rule, &groups).await?
            {
                modify(cx, &rule, end).await?;
                changed.push(rule);
            }
        }
    }
    Ok(())
}

/// Brings back the rules of a service that keeps its groups after all: their entries in the state did not change.
pub(super) async fn lead_back(cx: &Cx, changed: &[Rule]) {
    for rule in changed {
        let Some(end) = rules::last(rule) else { continue };
        if let Err(error) = modify(cx, rule, end).await {
            cx.warn(&stays(rule.rule_arn().unwrap_or_default(), &error));
        }
    }
}

fn stays(rule: &str, error: &Error) -> String {
    format!(
        "The listener rule {rule} does not forward to its target group any more: the service was about to give the group up, \
         and the rule could not be changed back ({error}). Run `pulumi refresh`, then `pulumi up`."
    )
}

fn given_up<'a>(now: &'a Inputs, new: &Inputs) -> Vec<&'a str> {
    let groups =
        |it: &'a Inputs| it.further_targets.iter().flatten().map(|it| it.target_group_arn.as_str());
    let stays = |group: &&str| {
        let further = new.further_targets.iter().flatten();
        new.target_group_arn == *group
            || further.into_iter().any(|it| it.target_group_arn == *group)
    };
    groups(now).filter(|it| !stays(it)).collect()
}

/// What becomes of the rule's requests without these groups. Nothing if it is another's, which is left alone, or if all that is
/// left waits for its first targets: then the old tasks serve as long as they are there. Nor if others may enter without it.
async fn end_without(cx: &Cx, rule: &Rule, groups: &[&str]) -> Result<Option<Action>> {
    let arn = rule.rule_arn().unwrap_or_default();
    if !is_ours(cx, arn).await? {
        return Ok(None);
    }
    match rest(rule, groups) {
        Rest::Serves(action) => return Ok(Some(*action)),
        Rest::Waits => return Ok(None),
        Rest::None => {}
    }
    // What another stack's listener does with requests is the others' affair.
    let listener = rules::listener_of(arn);
    if !is_ours(cx, &listener).await? {
        return Ok(None);
    }
    Ok(default_without(rule, &cx.aws.listener_rules(&listener).await?))
}

/// The end of the default rule, if it takes all requests of a rule that is gone, and lets in the same: no later rule keeps some of them away.
fn default_without(rule: &Rule, all: &[Rule]) -> Option<Action> {
    let number = |rule: &Rule| rule.priority().and_then(|it| it.parse::<u32>().ok());
    let by_address = |it: &Rule| it.conditions().iter().any(|it| it.field() == Some("source-ip"));
    let opens = |it: &&Rule| {
        let forwards = rules::last(it).is_some_and(|it| it.forward_config.is_some());
        forwards && !by_address(it) && rules::same_may_enter(rule, it)
    };
    let is_later = |it: &&Rule| number(it) > number(rule);
    let default = all.iter().find(|it| it.is_default() == Some(true))?;
    let right = all.iter().filter(is_later).all(|it| opens(&it));
    if right && rules::same_may_enter(rule, default) { rules::last(default) } else { None }
}

/// What a rule forwards to beside the groups that are given up.
#[derive(Debug, PartialEq)]
enum Rest {
    None,
    /// Groups without a share: they have no targets yet.
    Waits,
    Serves(Box<Action>),
}

fn rest(rule: &Rule, groups: &[&str]) -> Rest {
    let Some(mut action) = rules::last(rule) else { return Rest::None };
    let Some(forward) = action.forward_config.as_mut() else { return Rest::None };
    let left = forward.target_groups.get_or_insert_default();
    left.retain(|it| it.target_group_arn().is_none_or(|arn| !groups.contains(&arn)));
    if left.is_empty() {
        Rest::None
    } else if left.iter().all(|it| it.weight() == Some(0)) {
        Rest::Waits
    } else {
        Rest::Serves(Box::new(action))
    }
}

async fn modify(cx: &Cx, rule: &Rule, end: Action) -> Result<()> {
    let arn = rule.rule_arn().unwrap_or_default();
    let call = cx.aws.elb().await?.modify_rule().rule_arn(arn);
    let call = call.set_actions(Some(rules::ending_in(rule, end)));
    let changed = call.send().await.explain("elasticloadbalancing:ModifyRule", arn);
    changed.or_gone(&["RuleNotFound"]).map(drop)
}

async fn is_ours(cx: &Cx, arn: &str) -> Result<bool> {
    let tags = cx.aws.elb_tags(arn).await?.as_deref().map(tags::read);
    Ok(tags.is_some_and(|tags| owner::carries(&tags, &cx.base)))
}

#[cfg(test)]
mod tests {
    use aws_sdk_elasticloadbalancingv2::types::{
        ActionTypeEnum, AuthenticateOidcActionConfig, ForwardActionConfig, RuleCondition,
        TargetGroupTuple,
    };

    use super::{Action, Error, Rest, Rule, default_without, rest, stays};

    fn forward(shares: &[(&str, i32)]) -> Action {
        let tuple = |it: &(&str, i32)| {
            TargetGroupTuple::builder().target_group_arn(it.0).weight(it.1).build()
        };
        let groups = shares.iter().map(tuple).collect();
        let config = ForwardActionConfig::builder().set_target_groups(Some(groups)).build();
        Action::builder().r#type(ActionTypeEnum::Forward).forward_config(config).build()
    }

    #[test]
    fn a_rule_keeps_the_groups_that_stay() {
        let left = |shares: &[(&str, i32)]| {
            rest(&Rule::builder().actions(forward(shares)).build(), &["api", "old"])
        };
        assert_eq!(left(&[("api", 1)]), Rest::None);
        assert_eq!(left(&[("api", 1), ("old", 1)]), Rest::None);
        assert_eq!(left(&[("api", 1), ("new", 0)]), Rest::Waits);
        assert_eq!(left(&[("api", 1), ("web", 9)]), Rest::Serves(Box::new(forward(&[("web", 9)]))));
    }

    #[test]
    fn nobody_gets_in_by_the_default_who_could_not_without_the_rule() {
        let rule = |number: &str| Rule::builder().priority(number).actions(forward(&[("web", 1)]));
        let default = rule("default").is_default(true).build();
        let gone = rule("10").build();
        let seen =
            |other: Rule| default_without(&gone, &[gone.clone(), other, default.clone()]).is_some();
        assert!(seen(rule("5").build()) && seen(rule("20").build()));
        let inside = RuleCondition::builder().field("source-ip").build();
        assert!(!seen(rule("20").conditions(inside.clone()).build()));
        assert!(seen(rule("5").conditions(inside).build()));
        let login = Action::builder()
            .r#type(ActionTypeEnum::AuthenticateOidc)
            .authenticate_oidc_config(AuthenticateOidcActionConfig::builder().build())
            .build();
        assert!(!seen(rule("20").actions(login).build()));
        let answer = Action::builder().r#type(ActionTypeEnum::FixedResponse).build();
        assert!(!seen(Rule::builder().priority("20").actions(answer).build()));
    }

    #[test]
    fn a_rule_that_does_not_come_back_is_told() {
        let error = Error::aws("AccessDenied", "not authorized");
        expect_test::expect!["The listener rule arn:rule does not forward to its target group any more: the service was about to give the group up, and the rule could not be changed back (not authorized). Run `pulumi refresh`, then `pulumi up`."].assert_eq(&stays("arn:rule", &error));
    }
}
