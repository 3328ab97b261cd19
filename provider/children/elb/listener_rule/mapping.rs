//! A rule as Elastic Load Balancing spells it: made of what was asked for, and read back as that.

use aws_sdk_elasticloadbalancingv2::types::{
    Action, ActionTypeEnum, ForwardActionConfig, PathPatternConditionConfig, Rule as Described,
    RuleCondition, TargetGroupTuple,
};

use super::Inputs;

pub(super) fn conditions(inputs: &Inputs) -> Vec<RuleCondition> {
    let patterns = PathPatternConditionConfig::builder()
        .set_values(Some(inputs.path_patterns.clone()))
        .build();
    vec![RuleCondition::builder().field("path-pattern").path_pattern_config(patterns).build()]
}

/// All requests to `first`; the other group is named with the weight 0, as ECS wants it.
pub(super) fn forward(inputs: &Inputs, first: &str) -> Action {
    let group = |arn: &String| {
        TargetGroupTuple::builder().target_group_arn(arn).weight(i32::from(arn == first)).build()
    };
    let both = ForwardActionConfig::builder()
        .target_groups(group(&inputs.target_group_arn))
        .target_groups(group(&inputs.alternate_target_group_arn));
    Action::builder().r#type(ActionTypeEnum::Forward).forward_config(both.build()).build()
}

fn groups(rule: &Described) -> &[TargetGroupTuple] {
    let forward = rule.actions().iter().find_map(Action::forward_config);
    forward.map_or(&[], |it| it.target_groups())
}

/// Whether the rule forwards to these two groups, with whatever weights.
pub(super) fn forwards_to_both(rule: &Described, inputs: &Inputs) -> bool {
    let mut live: Vec<_> = groups(rule).iter().filter_map(|it| it.target_group_arn()).collect();
    let mut wanted = vec![&*inputs.target_group_arn, &*inputs.alternate_target_group_arn];
    live.sort_unstable();
    wanted.sort_unstable();
    live == wanted
}

/// The group that gets the most requests.
pub(super) fn serving(rule: &Described) -> Option<String> {
    let most = groups(rule).iter().max_by_key(|it| it.weight().unwrap_or(1))?;
    most.target_group_arn().map(str::to_owned)
}

/// The groups are told only to an import: which of them was which in the beginning, nobody knows.
pub(super) fn inputs(rule: &Described) -> Inputs {
    let group = |index: usize| {
        let group = groups(rule).get(index).and_then(|it| it.target_group_arn());
        group.unwrap_or_default().to_owned()
    };
    let patterns = rule.conditions().iter().filter(|it| it.field() == Some("path-pattern"));
    let values = |it: &RuleCondition| match it.path_pattern_config() {
        Some(config) => config.values().to_vec(),
        None => it.values().to_vec(),
    };
    let mut path_patterns: Vec<String> = patterns.flat_map(values).collect();
    path_patterns.sort();
    Inputs {
        listener_arn: listener_of(rule.rule_arn().unwrap_or_default()),
        priority: rule.priority().and_then(|it| it.parse().ok()).unwrap_or(0),
        path_patterns,
        target_group_arn: group(0),
        alternate_target_group_arn: group(1),
    }
}

/// The listener of a rule, by the rule's ARN: `…:listener-rule/app/<name>/<balancer>/<listener>/<rule>`.
fn listener_of(rule: &str) -> String {
    let above = rule.rsplit_once('/').map_or(rule, |(above, _)| above);
    above.replacen(":listener-rule/", ":listener/", 1)
}

#[cfg(test)]
mod tests {
    use super::{Described, Inputs, conditions, forward, forwards_to_both, inputs, serving};

    fn asked() -> Inputs {
        Inputs {
            listener_arn: "arn:aws:elb:eu-west-1:1:listener/app/web/1/2".to_owned(),
            priority: 50_000,
            path_patterns: vec!["/*".to_owned()],
            target_group_arn: "arn:main".to_owned(),
            alternate_target_group_arn: "arn:other".to_owned(),
        }
    }

    fn shown(asked: &Inputs, first: &str) -> Described {
        Described::builder()
            .rule_arn("arn:aws:elb:eu-west-1:1:listener-rule/app/web/1/2/3")
            .priority(asked.priority.to_string())
            .set_conditions(Some(conditions(asked)))
            .actions(forward(asked, first))
            .build()
    }

    #[test]
    fn what_is_sent_is_read_back_as_what_was_asked_for() {
        assert_eq!(inputs(&shown(&asked(), "arn:main")), asked());
    }

    #[test]
    fn all_requests_go_to_one_group_and_both_are_named() {
        for first in ["arn:main", "arn:other"] {
            let rule = shown(&asked(), first);
            assert_eq!(serving(&rule).as_deref(), Some(first));
            assert!(forwards_to_both(&rule, &asked()));
        }
        let others = Inputs { alternate_target_group_arn: "arn:third".to_owned(), ..asked() };
        assert!(!forwards_to_both(&shown(&asked(), "arn:main"), &others));
    }
}
