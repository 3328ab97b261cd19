//! The stages of a deployment that shifts traffic: their words, the clock of a bake time, and the hooks
//! that are waited for.

use std::time::{Duration, SystemTime};

use aws_sdk_ecs::types::{
    DeploymentConfiguration, DeploymentLifecycleHookAction as Action,
    DeploymentLifecycleHookDetail as Hook, DeploymentLifecycleHookStatus as HookStatus,
    DeploymentStrategy as Strategy, ServiceDeployment, ServiceDeploymentLifecycleStage as Stage,
    ServiceRevisionSummary,
};
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

/// Whether traffic is shifted from one target group to the other.
pub(super) fn shifts(deployment: &ServiceDeployment) -> bool {
    let strategy =
        deployment.deployment_configuration().and_then(DeploymentConfiguration::strategy);
    strategy.is_some_and(|strategy| *strategy != Strategy::Rolling)
}

/// The stage of a deployment that shifts traffic, by AWS's name.
pub(super) fn stage(deployment: &ServiceDeployment) -> Option<&str> {
    deployment.lifecycle_stage().filter(|_| shifts(deployment)).map(Stage::as_str)
}

/// What happens in a stage. One of the names is in AWS's text of `lifecycleStage` and not in its enum.
pub(super) fn words(stage: &str) -> &str {
    match stage {
        "RECONCILE_SERVICE" => "reconciling what runs",
        "PRE_SCALE_UP" => "before the new tasks start",
        "SCALE_UP" => "starting tasks beside the old ones",
        "POST_SCALE_UP" => "after the start of the new tasks",
        "TEST_TRAFFIC_SHIFT" => "shifting the test traffic",
        "POST_TEST_TRAFFIC_SHIFT" => "after the shift of the test traffic",
        "PRE_PRODUCTION_TRAFFIC_SHIFT" => "before the shift of the traffic",
        "PRODUCTION_TRAFFIC_SHIFT" => "shifting the traffic",
        "POST_PRODUCTION_TRAFFIC_SHIFT" => "after the shift of the traffic",
        "BAKE_TIME" => "baking",
        "CLEAN_UP" => "stopping the old tasks",
        other => other,
    }
}

/// How much of the traffic the new revision has, if it does not have all of it or the stage is about it.
pub(super) fn weights(deployment: &ServiceDeployment, with_test: bool) -> Option<String> {
    let target = deployment.target_service_revision().filter(|_| shifts(deployment))?;
    let production = target.requested_production_traffic_weight()?;
    let test =
        target.requested_test_traffic_weight().filter(|test| with_test && *test > production);
    let test = test.map_or_else(String::new, |test| format!(" and {test} % of the test traffic"));
    Some(format!("{production} % of the traffic{test} on the new revision"))
}

/// For how long the stage bakes, if it does.
pub(super) fn bakes(deployment: &ServiceDeployment) -> Option<Duration> {
    let configuration = deployment.deployment_configuration()?;
    let minutes = match stage(deployment)? {
        "BAKE_TIME" => configuration.bake_time_in_minutes(),
        "PRODUCTION_TRAFFIC_SHIFT" if !has_all(deployment) => step_bakes(configuration),
        _ => None,
    };
    minutes.map(in_minutes).filter(|time| !time.is_zero())
}

fn has_all(deployment: &ServiceDeployment) -> bool {
    let target = deployment.target_service_revision();
    target
        .and_then(ServiceRevisionSummary::requested_production_traffic_weight)
        .is_some_and(|it| it >= 100.0)
}

/// Minutes of one step of the shift.
pub(super) fn step_bakes(configuration: &DeploymentConfiguration) -> Option<i32> {
    match configuration.strategy()? {
        Strategy::Canary => configuration.canary_configuration()?.canary_bake_time_in_minutes(),
        Strategy::Linear => configuration.linear_configuration()?.step_bake_time_in_minutes(),
        _ => None,
    }
}

pub(super) fn in_minutes(minutes: i32) -> Duration {
    Duration::from_mins(u64::try_from(minutes).unwrap_or(0))
}

/// The clock of a bake time: until when, if its begin was seen.
pub(super) fn clock(bakes: Duration, begun: Option<SystemTime>) -> String {
    let minutes = bakes.as_secs() / 60;
    match begun.and_then(|begun| begun.checked_add(bakes)) {
        Some(end) => format!("bakes {minutes} min, until {}", hour(DateTime::from(end))),
        None => format!("bakes {minutes} min"),
    }
}

/// The hook that a person must let go on.
pub(super) fn pause(deployment: &ServiceDeployment) -> Option<&Hook> {
    let waits = |hook: &&Hook| hook.status() == Some(&HookStatus::AwaitingAction);
    deployment.lifecycle_hook_details().iter().find(waits)
}

/// The functions that have not answered yet.
pub(super) fn running_hooks(deployment: &ServiceDeployment) -> Vec<&str> {
    let running = |hook: &&Hook| hook.status() == Some(&HookStatus::InProgress);
    let hooks = deployment.lifecycle_hook_details().iter().filter(running);
    hooks
        .map(|hook| hook.target_arn().and_then(|arn| arn.rsplit(':').next()).unwrap_or("?"))
        .collect()
}

/// That a person is waited for, and until when.
pub(super) fn paused(hook: &Hook) -> String {
    let until = hook.expires_at().map_or_else(String::new, |at| format!(" until {}", moment(at)));
    let then = match hook.timeout_action() {
        Some(Action::Continue) => "it then goes on",
        _ => "it then goes back",
    };
    if until.is_empty() { WAITS.to_owned() } else { format!("{WAITS}{until} ({then})") }
}

const WAITS: &str = "paused: it waits for your approval";

/// The command that lets the deployment go on, and the one that takes it back.
pub(super) fn commands(deployment: &str, hook: &Hook, region: &str) -> [String; 2] {
    let id = hook.hook_id().unwrap_or_default();
    let goes_on = format!(
        "aws ecs continue-service-deployment --hook-id {id} --region {region} \
         --service-deployment-arn {deployment}"
    );
    let goes_back = format!("{goes_on} --action ROLLBACK");
    [goes_on, goes_back]
}

/// What is kept of a pause: an approval must be possible also where the line is cut off.
pub(super) fn how_to_go_on(paused: &str, stage: &str, commands: &[String; 2]) -> String {
    let [goes_on, goes_back] = commands;
    let stage = words(stage);
    format!(
        "The deployment is {paused}, {stage}.\n  Continue: `{goes_on}`\n  Go back: `{goes_back}`"
    )
}

/// A moment as a person reads it.
pub(super) fn moment(at: &DateTime) -> String {
    let text = DateTime::from_secs(at.secs()).fmt(Format::DateTime).unwrap_or_default();
    text.replace('T', " ").replace('Z', " UTC")
}

fn hour(at: DateTime) -> String {
    let moment = moment(&at);
    moment.split_once(' ').map_or_else(String::new, |(_, hour)| hour.to_owned())
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use aws_sdk_ecs::types::{
        CanaryConfiguration, DeploymentLifecycleHookTargetType as Target, LinearConfiguration,
        ServiceDeploymentStatus as Status,
    };
    use expect_test::expect;

    use super::{
        Action, DateTime, DeploymentConfiguration, Hook, HookStatus, ServiceDeployment,
        ServiceRevisionSummary, Stage, Strategy, commands, how_to_go_on, paused,
    };
    use crate::children::ecs::service::watch::progress::{Beside, line};

    fn shifting(
        strategy: Strategy,
        stage: &str,
        production: f64,
        test: f64,
        hooks: Vec<Hook>,
    ) -> ServiceDeployment {
        let configuration = DeploymentConfiguration::builder()
            .strategy(strategy)
            .bake_time_in_minutes(15)
            .canary_configuration(
                CanaryConfiguration::builder().canary_bake_time_in_minutes(10).build(),
            )
            .linear_configuration(
                LinearConfiguration::builder().step_bake_time_in_minutes(6).build(),
            )
            .build();
        let all = ServiceRevisionSummary::builder().running_task_count(2).requested_task_count(2);
        ServiceDeployment::builder()
            .status(Status::InProgress)
            .deployment_configuration(configuration)
            .lifecycle_stage(Stage::from(stage))
            .set_lifecycle_hook_details(Some(hooks))
            .target_service_revision(
                all.clone()
                    .requested_production_traffic_weight(production)
                    .requested_test_traffic_weight(test)
                    .build(),
            )
            .source_service_revisions(all.build())
            .build()
    }

    fn pause(action: Action) -> Hook {
        Hook::builder()
            .hook_id("ecs-pause-1")
            .target_type(Target::Pause)
            .status(HookStatus::AwaitingAction)
            .expires_at(DateTime::from_secs(1_790_000_000))
            .timeout_action(action)
            .build()
    }

    #[test]
    fn each_stage_of_a_shift_is_told_with_weights_and_clock() {
        let function = Hook::builder()
            .target_arn("arn:aws:lambda:eu-west-1:1:function:smoke")
            .status(HookStatus::InProgress)
            .build();
        let since = SystemTime::UNIX_EPOCH + Duration::from_secs(1_790_000_000);
        let tested = || Beside { has_test_traffic: true, ..Beside::default() };
        let begun = || Beside { stage_since: Some(since), ..tested() };
        let (blue_green, canary, linear) =
            (Strategy::BlueGreen, Strategy::Canary, Strategy::Linear);
        let none = Vec::new;
        let told = [
            (shifting(blue_green.clone(), "SCALE_UP", 0.0, 0.0, none()), tested()),
            (shifting(blue_green.clone(), "TEST_TRAFFIC_SHIFT", 0.0, 100.0, none()), tested()),
            (
                shifting(blue_green.clone(), "POST_TEST_TRAFFIC_SHIFT", 0.0, 100.0, vec![function]),
                tested(),
            ),
            (shifting(canary.clone(), "PRODUCTION_TRAFFIC_SHIFT", 5.0, 100.0, none()), begun()),
            (shifting(linear, "PRODUCTION_TRAFFIC_SHIFT", 20.5, 100.0, none()), tested()),
            (shifting(canary, "PRODUCTION_TRAFFIC_SHIFT", 100.0, 100.0, none()), begun()),
            (shifting(blue_green.clone(), "BAKE_TIME", 100.0, 100.0, none()), begun()),
            (shifting(blue_green.clone(), "CLEAN_UP", 100.0, 100.0, none()), tested()),
            (
                shifting(
                    blue_green,
                    "PRE_PRODUCTION_TRAFFIC_SHIFT",
                    0.0,
                    100.0,
                    vec![pause(Action::Rollback)],
                ),
                tested(),
            ),
        ];
        let told: Vec<_> = told.iter().map(|(seen, beside)| line(seen, beside)).collect();
        expect![[r"
            starting tasks beside the old ones: 0 % of the traffic on the new revision; 2 of 2 tasks running; old tasks still running: 2
            shifting the test traffic: 0 % of the traffic and 100 % of the test traffic on the new revision; 2 of 2 tasks running; old tasks still running: 2
            after the shift of the test traffic: 0 % of the traffic and 100 % of the test traffic on the new revision; 2 of 2 tasks running; waiting for the function smoke
            shifting the traffic: 5 % of the traffic and 100 % of the test traffic on the new revision; 2 of 2 tasks running; bakes 10 min, until 14:23:20 UTC
            shifting the traffic: 20.5 % of the traffic and 100 % of the test traffic on the new revision; 2 of 2 tasks running; bakes 6 min
            shifting the traffic: 100 % of the traffic on the new revision; 2 of 2 tasks running; old tasks still running: 2
            baking: 100 % of the traffic on the new revision; 2 of 2 tasks running; bakes 15 min, until 14:28:20 UTC
            stopping the old tasks: 100 % of the traffic on the new revision; 2 of 2 tasks running; old tasks still running: 2
            paused: it waits for your approval until 2026-09-21 14:13:20 UTC (it then goes back), 2 of 2 tasks running"]].assert_eq(&told.join("\n"));
    }

    #[test]
    fn every_stage_has_words() {
        let stages = [
            "RECONCILE_SERVICE",
            "PRE_SCALE_UP",
            "SCALE_UP",
            "POST_SCALE_UP",
            "TEST_TRAFFIC_SHIFT",
            "POST_TEST_TRAFFIC_SHIFT",
            "PRE_PRODUCTION_TRAFFIC_SHIFT",
            "PRODUCTION_TRAFFIC_SHIFT",
            "POST_PRODUCTION_TRAFFIC_SHIFT",
            "BAKE_TIME",
            "CLEAN_UP",
            "A_NEW_ONE",
        ];
        expect![[r"
            reconciling what runs
            before the new tasks start
            starting tasks beside the old ones
            after the start of the new tasks
            shifting the test traffic
            after the shift of the test traffic
            before the shift of the traffic
            shifting the traffic
            after the shift of the traffic
            baking
            stopping the old tasks
            A_NEW_ONE"]]
        .assert_eq(&stages.map(super::words).join("\n"));
    }

    #[test]
    fn a_pause_is_told_with_the_commands_that_end_it() {
        let commands = commands(
            "arn:aws:ecs:eu-west-1:1:service-deployment/c/web/x",
            &pause(Action::Continue),
            "eu-west-1",
        );
        let told = [
            how_to_go_on(
                &paused(&pause(Action::Continue)),
                "PRE_PRODUCTION_TRAFFIC_SHIFT",
                &commands,
            ),
            paused(&Hook::builder().build()),
        ];
        expect![[r"
            The deployment is paused: it waits for your approval until 2026-09-21 14:13:20 UTC (it then goes on), before the shift of the traffic.
              Continue: `aws ecs continue-service-deployment --hook-id ecs-pause-1 --region eu-west-1 --service-deployment-arn arn:aws:ecs:eu-west-1:1:service-deployment/c/web/x`
              Go back: `aws ecs continue-service-deployment --hook-id ecs-pause-1 --region eu-west-1 --service-deployment-arn arn:aws:ecs:eu-west-1:1:service-deployment/c/web/x --action ROLLBACK`
            paused: it waits for your approval"]].assert_eq(&told.join("\n"));
    }
}
