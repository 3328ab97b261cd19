//! What to try when ECS finds the listener rule, the target groups or its role other than it needs them: a deployment that
//! moves traffic then fails each time, until somebody mends that. The words are ECS's (developer guide, "Troubleshooting
//! Amazon ECS blue/green deployments", and transcripts of service events).

use super::super::{Inputs, Shift};
use super::targets;
use crate::resource::Cx;

/// What could be tried; `words` are those of ECS.
pub(super) async fn hint(cx: &Cx, inputs: &Inputs, words: &str) -> Option<String> {
    let shift = inputs.shift.as_ref()?;
    match Trouble::of(words)? {
        Trouble::NoRule => Some(NO_RULE.to_owned()),
        Trouble::Role => Some(role(&shift.role_arn)),
        Trouble::Weights => {
            let serving = targets::serving(cx, inputs).await;
            Some(weights(serving, &inputs.target_group_arn, shift, cx.aws.region()))
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Trouble {
    NoRule,
    Role,
    /// Other target groups or weights than ECS left there.
    Weights,
}

impl Trouble {
    fn of(words: &str) -> Option<Self> {
        let any = |fragments: &[&str]| fragments.iter().any(|it| words.contains(it));
        if any(&["rules not found"]) {
            Some(Self::NoRule)
        } else if any(&[
            "missing permissions on ECS Infrastructure Role",
            "not authorized to perform: elasticloadbalancing:",
        ]) {
            Some(Self::Role)
        } else if any(&[
            "exactly one target group serving traffic",
            "forwarding traffic to unexpected target group",
            "is not associated with either productionListenerRule",
        ]) {
            Some(Self::Weights)
        } else {
            None
        }
    }
}

const NO_RULE: &str = "A listener rule was deleted outside of Pulumi: run `pulumi refresh`, and then `pulumi up`, which creates \
     it again.";

fn role(arn: &str) -> String {
    format!(
        "What ECS may do with the role {arn} was changed outside of Pulumi: run `pulumi refresh`, and then `pulumi up`, which \
         writes its policy again. A permissions boundary (`permissionsBoundary`) or a policy of your organization must \
         allow it too."
    )
}

/// ECS goes on when one group has all the traffic. `serving`: the group with healthy targets, if it is one.
fn weights(serving: Option<&str>, main: &str, shift: &Shift, region: &str) -> String {
    let alternate = &shift.alternate_target_group_arn;
    let Some(serving) = serving else {
        return format!(
            "The target groups or weights of the listener rule {} were changed outside of Pulumi. ECS goes on when it \
             forwards to {main} and {alternate}, with weight 0 for the one that has no healthy targets: change it with \
             `aws elbv2 modify-rule`, and then run `pulumi up`.",
            shift.production_listener_rule
        );
    };
    let other = if serving == main { alternate } else { main };
    format!(
        "The target groups or weights of a listener rule were changed outside of Pulumi, and `pulumi refresh` leaves them, \
         because they are ECS's. Send all traffic to the target group that serves with `aws elbv2 modify-rule --rule-arn {} \
         --actions \"Type=forward,ForwardConfig={{TargetGroups=[{{TargetGroupArn={serving},Weight=100}},\
         {{TargetGroupArn={other},Weight=0}}]}}\" --region {region}`, and then run `pulumi up`.",
        shift.production_listener_rule
    )
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{NO_RULE, Shift, Trouble, role, weights};

    #[test]
    fn what_ecs_says_of_rules_and_role_is_told_apart() {
        let told = [
            "Service deployment rolled back because of invalid networking configuration. One or more rules not found",
            "ECS was unable to manage the ELB resources due to missing permissions on ECS Infrastructure Role 'arn:role'.",
            "User: arn:role/ECSNetworkingWithELB is not authorized to perform: elasticloadbalancing:ModifyRule on resource: arn:rule because no identity-based policy allows it",
            "productionListenerRule arn:rule should have exactly one target group serving traffic but found 2 target groups which are serving traffic",
            "Production listener rule is forwarding traffic to unexpected target group arn:stray.",
            "Target group arn:green is not associated with either productionListenerRule or testListenerRule.",
            "User: arn:role/web is not authorized to perform: lambda:InvokeFunction on resource: arn:function",
        ]
        .map(|words| Trouble::of(words).map_or_else(|| "nothing".to_owned(), |it| format!("{it:?}")));
        assert_eq!(told, ["NoRule", "Role", "Role", "Weights", "Weights", "Weights", "nothing"]);
    }

    #[test]
    fn each_trouble_has_a_way_out() {
        let shift = Shift {
            strategy: "CANARY".to_owned(),
            bake_time_in_minutes: 0,
            percent: None,
            step_bake_time_in_minutes: None,
            alternate_target_group_arn: "arn:green".to_owned(),
            production_listener_rule: "arn:rule".to_owned(),
            test_listener_rule: None,
            role_arn: "arn:role".to_owned(),
            hooks: Vec::new(),
        };
        let told = [
            NO_RULE.to_owned(),
            role("arn:role"),
            weights(Some("arn:blue"), "arn:blue", &shift, "eu-west-1"),
            weights(Some("arn:green"), "arn:blue", &shift, "eu-west-1"),
            weights(None, "arn:blue", &shift, "eu-west-1"),
        ];
        expect![[r#"
            A listener rule was deleted outside of Pulumi: run `pulumi refresh`, and then `pulumi up`, which creates it again.
            What ECS may do with the role arn:role was changed outside of Pulumi: run `pulumi refresh`, and then `pulumi up`, which writes its policy again. A permissions boundary (`permissionsBoundary`) or a policy of your organization must allow it too.
            The target groups or weights of a listener rule were changed outside of Pulumi, and `pulumi refresh` leaves them, because they are ECS's. Send all traffic to the target group that serves with `aws elbv2 modify-rule --rule-arn arn:rule --actions "Type=forward,ForwardConfig={TargetGroups=[{TargetGroupArn=arn:blue,Weight=100},{TargetGroupArn=arn:green,Weight=0}]}" --region eu-west-1`, and then run `pulumi up`.
            The target groups or weights of a listener rule were changed outside of Pulumi, and `pulumi refresh` leaves them, because they are ECS's. Send all traffic to the target group that serves with `aws elbv2 modify-rule --rule-arn arn:rule --actions "Type=forward,ForwardConfig={TargetGroups=[{TargetGroupArn=arn:green,Weight=100},{TargetGroupArn=arn:blue,Weight=0}]}" --region eu-west-1`, and then run `pulumi up`.
            The target groups or weights of the listener rule arn:rule were changed outside of Pulumi. ECS goes on when it forwards to arn:blue and arn:green, with weight 0 for the one that has no healthy targets: change it with `aws elbv2 modify-rule`, and then run `pulumi up`."#]].assert_eq(&told.join("\n"));
    }
}
