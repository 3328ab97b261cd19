//! What runs, or waits, in the stages of a deployment: as ECS spells it, and read back.

use aws_sdk_ecs::types::{
    DeploymentLifecycleHook, DeploymentLifecycleHookAction, DeploymentLifecycleHookStage,
    DeploymentLifecycleHookTargetType, DeploymentLifecycleHookTimeoutConfiguration,
};
use serde::{Deserialize, Serialize};

use crate::aws::numbers::{natural, whole};
use crate::property::sorted;
use crate::property::{Form, Output, Plain, Wire};

/// What runs, or waits, in some stages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Hook<F: Form = Plain> {
    /// In alphabetical order.
    pub stages: F::Of<Vec<F::Of<String>>>,
    /// A Lambda function. None: a pause.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function_arn: Option<F::Of<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<F::Of<String>>,
    /// None: ECS's own, a day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_in_minutes: Option<F::Of<u32>>,
    /// None: ECS's own, `ROLLBACK`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_action: Option<F::Of<String>>,
}

/// ECS's own (botocore), which are read as not given.
pub(super) const TIMEOUT: u32 = 1440;
const TIMEOUT_ACTION: &str = "ROLLBACK";

/// Each without what holds anyway, in an order of ours: theirs means nothing, because all of a stage run at once
/// (developer guide, "Lifecycle hooks for Amazon ECS service deployments").
pub(super) fn checked(hooks: Vec<Hook<Wire>>) -> Vec<Hook<Wire>> {
    let mut hooks: Vec<_> = hooks.into_iter().map(normal).collect();
    hooks.sort_by_cached_key(|hook| {
        let stages = hook.stages.known().into_iter().flatten();
        let stages: Vec<_> = stages.map(|it| it.known().cloned()).collect();
        let function = hook.function_arn.as_ref().and_then(Output::known).cloned();
        (function, stages, hook.timeout_in_minutes.as_ref().and_then(Output::known).copied())
    });
    hooks
}

fn normal(mut hook: Hook<Wire>) -> Hook<Wire> {
    hook.stages = sorted(hook.stages);
    hook.timeout_in_minutes = hook.timeout_in_minutes.filter(|it| it.known() != Some(&TIMEOUT));
    let is_ecs = |it: &Output<String>| it.known().is_some_and(|it| it == TIMEOUT_ACTION);
    hook.timeout_action = hook.timeout_action.filter(|it| !is_ecs(it));
    hook
}

pub(super) fn write(hook: &Hook) -> DeploymentLifecycleHook {
    let kind = match hook.function_arn {
        Some(_) => DeploymentLifecycleHookTargetType::AwsLambda,
        None => DeploymentLifecycleHookTargetType::Pause,
    };
    let stages = hook.stages.iter().map(|it| DeploymentLifecycleHookStage::from(it.as_str()));
    let action = hook.timeout_action.as_deref().unwrap_or(TIMEOUT_ACTION);
    let timeout = DeploymentLifecycleHookTimeoutConfiguration::builder()
        .timeout_in_minutes(whole(hook.timeout_in_minutes.unwrap_or(TIMEOUT)))
        .action(DeploymentLifecycleHookAction::from(action))
        .build();
    let is_given = hook.timeout_in_minutes.is_some() || hook.timeout_action.is_some();
    DeploymentLifecycleHook::builder()
        .target_type(kind)
        .set_hook_target_arn(hook.function_arn.clone())
        .set_role_arn(hook.role_arn.clone())
        .set_lifecycle_stages(Some(stages.collect()))
        .set_timeout_configuration(is_given.then_some(timeout))
        .build()
}

pub(super) fn read(hooks: &[DeploymentLifecycleHook]) -> Vec<Hook> {
    let mut hooks: Vec<Hook> = hooks.iter().map(read_one).collect();
    hooks.sort_by_cached_key(|it| {
        (it.function_arn.clone(), it.stages.clone(), it.timeout_in_minutes)
    });
    hooks
}

fn read_one(hook: &DeploymentLifecycleHook) -> Hook {
    let timeout = hook.timeout_configuration();
    let mut stages: Vec<String> =
        hook.lifecycle_stages().iter().map(|it| it.as_str().to_owned()).collect();
    stages.sort();
    Hook {
        stages,
        function_arn: hook.hook_target_arn().map(str::to_owned),
        role_arn: hook.role_arn().map(str::to_owned),
        timeout_in_minutes: natural(
            timeout.and_then(DeploymentLifecycleHookTimeoutConfiguration::timeout_in_minutes),
        )
        .filter(|it| *it != TIMEOUT),
        timeout_action: timeout
            .and_then(|it| it.action())
            .map(|it| it.as_str().to_owned())
            .filter(|it| it != TIMEOUT_ACTION),
    }
}

#[cfg(test)]
mod tests {
    use super::{Hook, checked, read, write};
    use crate::property::{Output, Wire};

    fn pause(stage: &str) -> Hook {
        Hook {
            stages: vec![stage.to_owned()],
            function_arn: None,
            role_arn: None,
            timeout_in_minutes: None,
            timeout_action: None,
        }
    }

    #[test]
    fn what_is_sent_is_read_back_in_our_order() {
        let function = Hook {
            function_arn: Some("arn:f".to_owned()),
            role_arn: Some("arn:r".to_owned()),
            timeout_in_minutes: Some(5),
            timeout_action: Some("CONTINUE".to_owned()),
            ..pause("PRE_SCALE_UP")
        };
        let wanted = [pause("POST_SCALE_UP"), pause("PRE_PRODUCTION_TRAFFIC_SHIFT"), function];
        let sent: Vec<_> = wanted.iter().rev().map(write).collect();
        assert_eq!(read(&sent), wanted);
        assert_eq!(sent[2].timeout_configuration(), None);
    }

    #[test]
    fn what_holds_anyway_is_not_given() {
        let hook = |stages: [&str; 2], minutes: u32| Hook::<Wire> {
            stages: stages.map(Output::from).to_vec().into(),
            function_arn: None,
            role_arn: None,
            timeout_in_minutes: Some(minutes.into()),
            timeout_action: Some("ROLLBACK".into()),
        };
        let told = checked(vec![hook(["B", "C"], 5), hook(["B", "A"], 1440)]);
        let first: Vec<_> = told[0].stages.known().expect("known").iter().collect();
        assert_eq!(first, [&Output::from("A"), &Output::from("B")]);
        assert_eq!((&told[0].timeout_in_minutes, &told[0].timeout_action), (&None, &None));
        assert_eq!(told[1].timeout_in_minutes, Some(5.into()));
    }
}
