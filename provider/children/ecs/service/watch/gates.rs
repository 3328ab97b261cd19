//! What a function, a person or an alarm that ended a deployment found: ECS only says that it did. The words are ECS's (developer
//! guide, "Lifecycle hooks for Amazon ECS service deployments" and "How CloudWatch alarms detect Amazon ECS deployment failures").

/// Where to look further; `verdict` is ECS's reason.
pub(super) fn hint(verdict: &str, region: &str) -> Option<String> {
    if let Some((_, alarms)) = verdict.split_once("active alarms (") {
        let first = alarms.split([',', ')']).next().unwrap_or_default().trim();
        return Some(format!(
            "What the alarm saw: `aws cloudwatch describe-alarm-history --alarm-name {first} --region {region}`"
        ));
    }
    if verdict.contains("pause hook timed out") {
        return Some(NOT_APPROVED.to_owned());
    }
    if !verdict.contains("lifecycle hook(s) failed") {
        return None;
    }
    if verdict.contains("unable to assume role") {
        return Some(NO_ROLE.to_owned());
    }
    if verdict.contains("unable to invoke hook target") {
        return Some(NOT_CALLED.to_owned());
    }
    let Some((_, function)) = verdict.split_once(":function:") else {
        return Some(NOT_APPROVED.to_owned());
    };
    let function = function.split([' ', ':', '.']).next().unwrap_or_default();
    Some(format!(
        "What the function found: `aws logs tail /aws/lambda/{function} --region {region}`"
    ))
}

const NOT_APPROVED: &str = "It waited for a person, who did not let it go on. The next `pulumi up` deploys the same again, and waits again.";
const NO_ROLE: &str =
    "The role of a hook (`deployment.hooks[].roleArn`) must exist, and trust `ecs.amazonaws.com`.";
const NOT_CALLED: &str = "ECS could not call the function: correct `deployment.hooks[].lambdaArn`. A role of your own (`roleArn`) must allow \
     `lambda:InvokeFunction` on it.";

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::hint;

    #[test]
    fn who_ended_it_is_told_with_where_to_look() {
        let told = [
            "Service deployment rolled back because of one or more active alarms (shop-slow, shop-errors)",
            "Service deployment rolled back because POST_SCALE_UP lifecycle hook(s) failed. Lifecycle hook target arn:aws:lambda:eu-west-1:1:function:smoke returned FAILED status",
            "Service deployment rolled back because POST_SCALE_UP lifecycle hook(s) failed. ECS was unable to invoke hook target arn:aws:lambda:eu-west-1:1:function:smoke due to Function not found",
            "Service deployment rolled back because POST_SCALE_UP lifecycle hook(s) failed. ECS was unable to assume role arn:aws:iam::1:role/calls",
            "Service deployment rolled back because PRE_PRODUCTION_TRAFFIC_SHIFT lifecycle hook(s) failed",
            "Service deployment rolled back because PRE_PRODUCTION_TRAFFIC_SHIFT pause hook timed out",
            "Service deployment rolled back because the circuit breaker threshold was exceeded",
        ]
        .map(|verdict| hint(verdict, "eu-west-1").unwrap_or_else(|| "nothing".to_owned()));
        expect![[r"
            What the alarm saw: `aws cloudwatch describe-alarm-history --alarm-name shop-slow --region eu-west-1`
            What the function found: `aws logs tail /aws/lambda/smoke --region eu-west-1`
            ECS could not call the function: correct `deployment.hooks[].lambdaArn`. A role of your own (`roleArn`) must allow `lambda:InvokeFunction` on it.
            The role of a hook (`deployment.hooks[].roleArn`) must exist, and trust `ecs.amazonaws.com`.
            It waited for a person, who did not let it go on. The next `pulumi up` deploys the same again, and waits again.
            It waited for a person, who did not let it go on. The next `pulumi up` deploys the same again, and waits again.
            nothing"]].assert_eq(&told.join("\n"));
    }
}
