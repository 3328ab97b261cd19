//! A further target group that the service gives up has no targets from then on, while the rules that forward to it are
//! deleted only at the end of the run. So these first do what will be done without them.

use aws_sdk_ecs::types::Service as Described;
use aws_sdk_elasticloadbalancingv2::types::{
    Action, ActionTypeEnum, ForwardActionConfig, Rule, TargetGroupTuple,
};

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
    for group in given_up(&now, new) {
        let Some(described) = cx.aws.target_group(group).await? else { continue };
        for balancer in described.load_balancer_arns() {
            for rule in cx.aws.rules_of_load_balancer(balancer).await? {
                if rules::forwards_to(&rule, group)
                    && let Some(end) = end_without(cx, &rule, new).await?
                {
                    modify(cx, &rule, end).await?;
                    changed.push(rule);
                }
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

/// What becomes of the rule's requests when it is deleted. Nothing if it is another's, which is left alone.
async fn end_without(cx: &Cx, rule: &Rule, new: &Inputs) -> Result<Option<Action>> {
    let arn = rule.rule_arn().unwrap_or_default();
    if !is_ours(cx, arn).await? {
        return Ok(None);
    }
    let listener = rules::listener_of(arn);
    // What another stack's listener does with requests is the others' affair.
    if !is_ours(cx, &listener).await? {
        return Ok(Some(to(&new.target_group_arn)));
    }
    let all = cx.aws.listener_rules(&listener).await?;
    Ok(all.iter().find(|it| it.is_default() == Some(true)).and_then(rules::last))
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

fn to(group: &str) -> Action {
    let group = TargetGroupTuple::builder().target_group_arn(group).weight(1).build();
    let forward = ForwardActionConfig::builder().target_groups(group).build();
    Action::builder().r#type(ActionTypeEnum::Forward).forward_config(forward).build()
}

#[cfg(test)]
mod tests {
    use super::{Error, stays};

    #[test]
    fn a_rule_that_does_not_come_back_is_told() {
        let error = Error::aws("AccessDenied", "not authorized");
        expect_test::expect!["The listener rule arn:rule does not forward to its target group any more: the service was about to give the group up, and the rule could not be changed back (not authorized). Run `pulumi refresh`, then `pulumi up`."].assert_eq(&stays("arn:rule", &error));
    }
}
