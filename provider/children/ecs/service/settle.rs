//! The end of a create or an update: the revision serves, or the state says what runs instead.

use std::time::Duration;

use super::live::{cluster_of, describe};
use super::{Inputs, Outputs, watch};
use crate::error::{Error, Result};
use crate::resource::{Cx, Settled, physical_names};

/// Done when the asked-for revision serves; if it does not come to that, the service is kept and
/// the reason told. Without a `revision` it is the newest deployment's. `begins`: this run has begun it.
pub(super) async fn settle(
    cx: &Cx,
    id: &str,
    revision: Option<&str>,
    begins: bool,
    inputs: &Inputs,
    mut outputs: Outputs,
) -> Result<Settled<Outputs>> {
    let deployed = outputs.deployed_task_definition_arn.take();
    let deployed = deployed.unwrap_or_else(|| inputs.task_definition_arn.clone());
    outputs.deployed_task_definition_arn = Some(deployed.clone());
    if !inputs.wait_for_steady_state {
        if begins {
            cx.status(watch::NOT_WATCHED);
        }
        return Ok(outputs.into());
    }
    let what = watch::What { service: id, revision, begins, definition: &deployed, inputs };
    let trouble = Box::pin(watch::until_it_serves(cx, what)).await.err();
    if trouble.is_some() {
        // It went back, or is on its way, or not; the state says what is true.
        let look = |cx: Cx| async move { describe(&cx, cluster_of(id), id).await };
        let live = cx.after_cancel(LAST_LOOK, look).await.ok().flatten();
        outputs.deployed_task_definition_arn = live.and_then(|live| live.task_definition);
    }
    Ok(Settled { outputs, trouble })
}

/// How long a run that failed, or was cancelled, looks at what really runs.
const LAST_LOOK: Duration = Duration::from_secs(10);

/// A hash of inputs.
pub(super) fn fingerprint(inputs: &Inputs) -> Result<String> {
    let bytes = serde_json::to_vec(inputs).map_err(Error::bug)?;
    Ok(physical_names::letters(&bytes, 16))
}
