//! How a revision is registered, once, although the call is not idempotent.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use aws_sdk_ecs::types::{Compatibility, NetworkMode};

use super::revision::{container, disk, inputs, outputs, platform};
use super::{Inputs, Outputs};
use crate::aws::{Explain, in_doubt};
use crate::children::ecs::{revisions, tags};
use crate::error::{Error, Kind, Result};
use crate::resource::Cx;

/// What came of the registration of just this, if it is the newest revision of the service.
pub(super) async fn registered(cx: &Cx, family: &str, wanted: &Inputs) -> Result<Option<Outputs>> {
    let newest = revisions::newest(cx, family).await?;
    let same = newest.filter(|(definition, _)| inputs(definition).as_ref() == Some(wanted));
    Ok(same.map(|(definition, _)| outputs(&definition)))
}

/// For how long an address is asked that has never answered.
const NOBODY_ANSWERS: Duration = Duration::from_secs(5);

/// Registers a revision. To register is not idempotent, and an answer may be lost: so this call is not
/// repeated automatically (`aws/calls`), and before we do it we look whether it was done.
pub(super) async fn register(cx: &Cx, inputs: &Inputs) -> Result<Outputs> {
    let ecs = cx.aws.ecs().await?;
    let unanswered = AtomicBool::new(false);
    let begun = Instant::now();
    let passing = |error: &Error| {
        let nobody = matches!(error.kind(), Kind::NoConnection { .. });
        passes(error) || nobody && begun.elapsed() < NOBODY_ANSWERS
    };
    cx.retry(Duration::from_mins(2), passing, || async {
        if unanswered.load(Ordering::Relaxed)
            && let Some(registered) = registered(cx, &cx.base, inputs).await?
        {
            return Ok(registered);
        }
        let answer = ecs
            .register_task_definition()
            .family(&cx.base)
            .network_mode(NetworkMode::Awsvpc)
            .requires_compatibilities(Compatibility::Fargate)
            .cpu(inputs.cpu.to_string())
            .memory(inputs.memory.to_string())
            .set_ephemeral_storage(inputs.ephemeral_storage.and_then(disk))
            .runtime_platform(platform(inputs))
            .execution_role_arn(&inputs.execution_role_arn)
            .task_role_arn(&inputs.task_role_arn)
            .container_definitions(container(inputs, cx.aws.region()))
            .set_tags(Some(tags::write(&cx.tags)?))
            .send()
            .await
            .explain("ecs:RegisterTaskDefinition", &cx.base)
            .inspect_err(|error| {
                unanswered.fetch_or(in_doubt(error), Ordering::Relaxed);
            })?;
        let definition = answer
            .task_definition()
            .ok_or_else(|| Error::bug("RegisterTaskDefinition gave no task definition"))?;
        Ok(outputs(definition))
    })
    .await
}

/// Refusals that are temporary: another revision of the family is just being made
/// (terraform-provider-aws#9777), ECS does not see a new role yet, too many calls, and no
/// answer.
fn passes(error: &Error) -> bool {
    let lost = in_doubt(error) && !matches!(error.kind(), Kind::NoConnection { .. });
    lost || error.code() == Some("ThrottlingException")
        || error.message().contains("Too many concurrent attempts to create a new revision")
        || error.message().contains("Role is not valid")
}

#[cfg(test)]
mod tests {
    use super::{Error, in_doubt, passes};

    #[test]
    fn what_may_have_been_done_is_looked_for_before_it_is_done_again() {
        let lost = Error::unreachable("connection reset");
        let failed = Error::aws("ServerException", "internal");
        let throttled = Error::aws("ThrottlingException", "Rate exceeded");
        let refused = Error::aws("ClientException", "Invalid 'cpu'");
        let nobody = Error::no_connection("https://ecs", "refused");
        let all = [lost, failed, throttled, refused, nobody];
        let seen = all.map(|it| (passes(&it), in_doubt(&it)));
        let no = (false, false);
        assert_eq!(seen, [(true, true), (true, true), (true, false), no, (false, true)]);
    }
}
