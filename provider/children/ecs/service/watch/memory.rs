//! What a watch has seen and done so far.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant, SystemTime};

use aws_sdk_ecs::types::ServiceDeployment;
use aws_smithy_types::DateTime;

use super::failures::Failures;
use super::stages;
use super::targets::Targets;

/// What a watch has seen and done so far.
#[derive(Default)]
pub(super) struct Memory {
    /// When the deployment was asked for, by AWS's clock.
    pub(super) begun: Option<DateTime>,
    /// The line that was shown last, without its time.
    pub(super) shown: String,
    /// The pauses that were reported, by hook.
    pub(super) paused: BTreeSet<String>,
    /// The stage that was seen last, and since when it lasts if its begin was seen.
    stage: Option<(String, Option<SystemTime>)>,
    pub(super) failures: Failures,
    /// How many failures ECS had counted when the tasks were last asked about.
    pub(super) counted: i32,
    pub(super) tasks_asked: Option<Instant>,
    pub(super) targets_asked: Option<Instant>,
    pub(super) targets: Option<Targets>,
    /// Every target that ever failed its checks, with the last reason: those of stopped tasks are gone.
    pub(super) unhealthy: BTreeMap<String, String>,
    /// The caller may not ask.
    pub(super) silent: Silent,
    /// Why this run stopped the deployment.
    pub(super) stopped: Option<String>,
    /// This run wanted to stop it, and could not.
    pub(super) cannot_stop: bool,
    /// How long it may take, once its shape is known.
    pub(super) longest: Option<Duration>,
    /// It was seen before its end.
    pub(super) was_under_way: bool,
}

/// Who gave no answer, and is not asked again.
#[derive(Default)]
pub(super) struct Silent {
    pub(super) tasks: bool,
    pub(super) targets: bool,
    pub(super) group: bool,
}

impl Memory {
    /// Remembers in which stage it is.
    pub(super) fn see_stage(&mut self, deployment: &ServiceDeployment) {
        // Each step of a shift is a stage of its own, though it has the same name.
        let weight = stages::weights(deployment, true).unwrap_or_default();
        let Some(stage) = stages::stage(deployment).map(|it| format!("{it} {weight}")) else {
            return;
        };
        if self.stage.as_ref().is_some_and(|(known, _)| *known == stage) {
            return;
        }
        // The first that is seen may have begun long before.
        let since = self.stage.is_some().then(SystemTime::now);
        self.stage = Some((stage, since));
    }

    /// AWS's name of the stage that was seen last.
    pub(super) fn stage(&self) -> Option<&str> {
        self.stage.as_ref().and_then(|(stage, _)| stage.split(' ').next())
    }

    pub(super) fn stage_since(&self) -> Option<SystemTime> {
        self.stage.as_ref().and_then(|(_, since)| *since)
    }

    pub(super) fn see_targets(&mut self, targets: Targets) {
        self.unhealthy.extend(targets.unhealthy.clone());
        self.targets = Some(targets);
    }
}
