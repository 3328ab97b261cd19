//! Watching *our* deployment to its end, never for "stable": a service that was rolled back is stable too.

mod asks;
mod causes;
mod ended;
mod evidence;
mod failures;
mod gates;
mod hints;
mod history;
mod longest;
mod memory;
mod networking;
mod progress;
mod secrets;
mod serving;
mod stages;
mod stop;
mod superseded;
mod targets;
mod tasks;

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use aws_sdk_ecs::types::{DeploymentRolloutState, ServiceDeployment};

use self::ended::{Ended, ended};
use self::history::{id_tail, newest};
pub(super) use self::history::{last_failed, primary, task_definitions_to_go_back_to};
use self::memory::Memory;
use self::progress::Beside;
pub(super) use self::progress::NOT_WATCHED;
pub(super) use self::stop::ROLLBACK;
use super::live::{UNSEEN, cluster_of, describe, gone_meanwhile, is_active};
use super::{Inputs, load_balancer};
use crate::error::{Error, Kind, Result};
use crate::resource::Cx;
use crate::resource::gone::NOT_SHOWN;
use crate::resource::wait::Seen;

/// How long a deployment may take before its shape is known.
const USUAL: Duration = Duration::from_mins(30);

/// What is waited for.
pub(super) struct What<'a> {
    /// The service's ARN.
    pub(super) service: &'a str,
    /// The number of the revision. Without one it is that of the newest deployment.
    pub(super) revision: Option<&'a str>,
    /// It was begun by this run, so its end is worth a word.
    pub(super) begins: bool,
    /// The task definition that is deployed.
    pub(super) definition: &'a str,
    pub(super) inputs: &'a Inputs,
}

/// What is waited for, and what is known of it so far.
struct Watch<'a> {
    what: What<'a>,
    inputs: &'a Inputs,
    begun: Instant,
    /// ARN of the deployment and its revision, once ECS has listed it.
    listed: OnceLock<(String, String)>,
    memory: Mutex<Memory>,
}

impl Watch<'_> {
    fn revision(&self) -> Option<&str> {
        self.listed.get().map(|(_, revision)| revision.as_str()).or(self.what.revision)
    }

    fn has_test_traffic(&self) -> bool {
        self.inputs.shift.as_ref().is_some_and(|it| it.test_listener_rule.is_some())
    }

    fn arn(&self) -> Option<&str> {
        self.listed.get().map(|(arn, _)| arn.as_str())
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits until the deployment has succeeded, and its tasks serve.
///
/// # Errors
/// It failed, was rolled back, was stopped or superseded, or took too long: with the evidence.
pub(super) async fn until_it_serves(cx: &Cx, what: What<'_>) -> Result<()> {
    let watch = &Watch {
        inputs: what.inputs,
        what,
        begun: Instant::now(),
        listed: OnceLock::new(),
        memory: Mutex::default(),
    };
    let what = format!("the deployment of service {}", cx.base);
    let limit = || watch.memory().longest.unwrap_or(USUAL);
    match cx.patience.wait_for(&what, limit, || look(cx, watch)).await {
        Ok(Ended::Well(deployment)) => serves(cx, watch, deployment.as_deref()).await,
        Ok(Ended::Badly(verdict)) => {
            Err(evidence::explain(cx, watch, Error::aws("DeploymentFailed", verdict)).await)
        }
        Ok(Ended::Stopped(verdict)) => Err(stopped(cx, watch, verdict).await),
        // Too late: what was seen on the way is worth as much as after a failure.
        Err(late) if matches!(late.kind(), Kind::NotReady) => {
            Err(evidence::explain(cx, watch, late.hinted(GOES_ON)).await)
        }
        Err(error) if matches!(error.kind(), Kind::Cancelled) => {
            Err(stop::cancelled(cx, watch, error).await)
        }
        Err(error) => Err(error),
    }
}

const GOES_ON: &str = "ECS goes on with the deployment. The next `pulumi up` waits for it.";

/// ECS is done; the balancer is the last to say so.
async fn serves(cx: &Cx, watch: &Watch<'_>, deployment: Option<&ServiceDeployment>) -> Result<()> {
    load_balancer::wait(cx, &watch.inputs.load_balancer_arn).await?;
    if !watch.what.begins && !watch.memory().was_under_way {
        return Ok(());
    }
    let healthy = match deployment {
        Some(deployment) => serving::wait(cx, watch, deployment).await?,
        None => None,
    };
    cx.info(&progress::summary(watch.what.definition, deployment, healthy, watch.begun.elapsed()));
    Ok(())
}

/// A deployment that was stopped was stopped by something: mostly by the next one.
async fn stopped(cx: &Cx, watch: &Watch<'_>, verdict: String) -> Error {
    let definition = watch.what.definition;
    match superseded::by(cx, watch.what.service, watch.revision(), definition).await {
        Ok(Some(newer)) => superseded::superseded(&cx.base, definition, &newer),
        _ => evidence::explain(cx, watch, Error::aws("DeploymentFailed", verdict)).await,
    }
}

async fn look(cx: &Cx, watch: &Watch<'_>) -> Result<Seen<Ended>> {
    if watch.listed.get().is_none() {
        let Some(brief) = newest(cx, watch.what.service, watch.what.revision).await? else {
            return without_record(cx, watch).await;
        };
        let revision = id_tail(brief.target_service_revision_arn()).unwrap_or_default();
        let arn = brief.service_deployment_arn().unwrap_or_default();
        let _first = watch.listed.set((arn.to_owned(), revision.to_owned()));
    }
    let arn = watch.arn().unwrap_or_default();
    let Some(deployment) = cx.aws.service_deployment(arn).await? else {
        return Ok(Seen::Pending(NOT_SHOWN.to_owned()));
    };
    {
        let mut memory = watch.memory();
        memory.see_stage(&deployment);
        memory.begun = deployment.created_at().copied();
        let (stopped, stage) = (memory.stopped.as_deref(), memory.stage());
        if let Some(ended) = ended(&cx.base, &deployment, stopped, stage) {
            return Ok(Seen::Done(ended));
        }
        memory.was_under_way = true;
    }
    asks::targets(cx, watch, &deployment).await;
    asks::tasks(cx, watch, &deployment).await;
    asks::shape(cx, watch, &deployment).await;
    asks::stop_if_hopeless(cx, watch, &deployment, arn).await;
    Ok(show(cx, watch, &deployment, arn))
}

/// Shows what is waited for, if that is another thing than before.
fn show(cx: &Cx, watch: &Watch<'_>, deployment: &ServiceDeployment, arn: &str) -> Seen<Ended> {
    let mut memory = watch.memory();
    let beside = Beside {
        targets: memory.targets.as_ref(),
        failures: memory.failures.in_short(),
        stopped: memory.stopped.as_deref(),
        has_test_traffic: watch.has_test_traffic(),
        stage_since: memory.stage_since(),
    };
    let line = progress::line(deployment, &beside);
    let soon = progress::ends_soon(deployment, beside.targets);
    if line != memory.shown {
        cx.status(&progress::at(&line, watch.begun.elapsed()));
        memory.shown.clone_from(&line);
    }
    if let Some(hook) = stages::pause(deployment)
        && memory.paused.insert(hook.hook_id().unwrap_or_default().to_owned())
    {
        let commands = stages::commands(arn, hook, cx.aws.region());
        let stage = stages::stage(deployment).unwrap_or_default();
        cx.info(&stages::how_to_go_on(&stages::paused(hook), stage, &commands));
    }
    if soon { Seen::Soon(line) } else { Seen::Pending(line) }
}

const UNLISTED: &str = "ECS does not list it yet";

/// ECS lists a deployment some seconds after it began, and none that is older than 90 days: then
/// the service's own view decides.
async fn without_record(cx: &Cx, watch: &Watch<'_>) -> Result<Seen<Ended>> {
    let Some(now) = describe(cx, cluster_of(watch.what.service), watch.what.service).await? else {
        if watch.begun.elapsed() < UNSEEN {
            return Ok(Seen::Pending(NOT_SHOWN.to_owned()));
        }
        return Err(gone_meanwhile(cx));
    };
    if !is_active(&now) {
        return Err(gone_meanwhile(cx));
    }
    let revision = watch.what.revision.or(primary(&now));
    let still = now.deployments().iter().find(|it| id_tail(it.id()) == revision);
    Ok(match still.and_then(|it| it.rollout_state()) {
        Some(DeploymentRolloutState::Completed) => Seen::Done(Ended::Well(None)),
        _ => Seen::Pending(UNLISTED.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::{GOES_ON, UNLISTED};

    #[test]
    fn what_is_waited_for_is_told() {
        expect_test::expect![[r"
            ECS does not list it yet
            ECS goes on with the deployment. The next `pulumi up` waits for it."]]
        .assert_eq(&[UNLISTED, GOES_ON].join("\n"));
    }
}
