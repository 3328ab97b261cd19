//! A rule of a listener as Elastic Load Balancing gives it, and how it is sent back with another end.

use aws_sdk_elasticloadbalancingv2::types::{Action, ActionTypeEnum, ForwardActionConfig, Rule};

/// The listener of a rule, by the rule's ARN: `…:listener-rule/app/<name>/<balancer>/<listener>/<rule>`.
#[must_use]
pub fn listener_of(rule: &str) -> String {
    let above = rule.rsplit_once('/').map_or(rule, |(above, _)| above);
    above.replacen(":listener-rule/", ":listener/", 1)
}

/// Whether some requests go to this target group.
#[must_use]
pub fn forwards_to(rule: &Rule, group: &str) -> bool {
    let forwards = rule.actions().iter().filter_map(Action::forward_config);
    let mut groups = forwards.flat_map(ForwardActionConfig::target_groups);
    groups.any(|it| it.target_group_arn() == Some(group))
}

/// What becomes of requests in the end: each list of actions ends with a forward, a redirect or an answer (API
/// reference, CreateRule).
#[must_use]
pub fn last(rule: &Rule) -> Option<Action> {
    let mut action = rule.actions().iter().find(|it| is_last(it))?.clone();
    // A single group comes in two spellings, and only one may be sent.
    if action.forward_config.is_some() {
        action.target_group_arn = None;
    }
    Some(action)
}

/// The rule's actions with another end. Those before it, which say who may enter, stay; a secret that AWS does not give
/// out is not sent either (API reference, AuthenticateOidcActionConfig).
#[must_use]
pub fn ending_in(rule: &Rule, mut end: Action) -> Vec<Action> {
    let mut all = beginning(rule);
    for config in all.iter_mut().filter_map(|it| it.authenticate_oidc_config.as_mut()) {
        config.use_existing_client_secret = Some(true);
    }
    end.order = rule.actions().iter().find(|it| is_last(it)).and_then(Action::order);
    all.push(end);
    all
}

/// Whether the two rules let in the same.
#[must_use]
pub fn same_may_enter(one: &Rule, other: &Rule) -> bool {
    let unordered = |rule: &Rule| {
        let mut all = beginning(rule);
        for action in &mut all {
            action.order = None;
        }
        all
    };
    unordered(one) == unordered(other)
}

/// The actions before the last one.
fn beginning(rule: &Rule) -> Vec<Action> {
    rule.actions().iter().filter(|it| !is_last(it)).cloned().collect()
}

fn is_last(action: &Action) -> bool {
    use ActionTypeEnum::{FixedResponse, Forward, Redirect};
    matches!(action.r#type(), Some(Forward | Redirect | FixedResponse))
}

#[cfg(test)]
mod tests {
    use aws_sdk_elasticloadbalancingv2::types::{
        AuthenticateOidcActionConfig, FixedResponseActionConfig, TargetGroupTuple,
    };

    use super::{
        Action, ActionTypeEnum, ForwardActionConfig, Rule, ending_in, forwards_to, last,
        same_may_enter,
    };

    fn forward(group: &str) -> Action {
        let tuple = TargetGroupTuple::builder().target_group_arn(group).weight(1).build();
        let forward = ForwardActionConfig::builder().target_groups(tuple).build();
        let action = Action::builder().r#type(ActionTypeEnum::Forward).forward_config(forward);
        action.target_group_arn(group).order(2).build()
    }

    #[test]
    fn a_rule_ends_otherwise_and_lets_the_same_enter() {
        let oidc = AuthenticateOidcActionConfig::builder().client_id("shop").build();
        let login = Action::builder()
            .r#type(ActionTypeEnum::AuthenticateOidc)
            .authenticate_oidc_config(oidc)
            .order(1)
            .build();
        let rule = Rule::builder().actions(login).actions(forward("arn:api")).build();
        assert!(forwards_to(&rule, "arn:api") && !forwards_to(&rule, "arn:web"));
        let end = last(&rule).expect("a forward");
        assert!(end.target_group_arn().is_none());

        let answer = FixedResponseActionConfig::builder().status_code("404").build();
        let answer = Action::builder()
            .r#type(ActionTypeEnum::FixedResponse)
            .fixed_response_config(answer)
            .build();
        let changed = ending_in(&rule, answer);
        let kinds: Vec<_> =
            changed.iter().filter_map(|it| Some((it.r#type()?, it.order()))).collect();
        let wanted = [
            (&ActionTypeEnum::AuthenticateOidc, Some(1)),
            (&ActionTypeEnum::FixedResponse, Some(2)),
        ];
        assert_eq!(kinds, wanted);
        let open = Rule::builder().actions(forward("arn:api")).build();
        assert!(same_may_enter(&rule, &rule) && !same_may_enter(&rule, &open));
        let oidc = changed.iter().find_map(Action::authenticate_oidc_config).expect("a login");
        assert_eq!(oidc.use_existing_client_secret(), Some(true));
    }
}
