//! A first deployment may begin before IAM lets ECS act as a role that is some seconds old. Nothing of it shows in
//! the call that creates the service: the deployment is given up at once, and the same one works a moment later.

use super::live::active;
use super::settle::settle;
use super::{Inputs, Outputs, request, watch};
use crate::error::Result;
use crate::resource::{Cx, Settled};

/// How often it is deployed again: together much longer than IAM needs (seconds, as a rule).
const MOST: usize = 8;
/// What ECS says then (developer guide, "Troubleshooting Amazon ECS blue/green deployments").
const REFUSED: [&str; 2] =
    ["missing permissions on ECS Infrastructure Role", "unable to assume role"];

/// Waits for the first deployment.
pub(super) async fn settled(
    cx: &Cx,
    id: &str,
    inputs: &Inputs,
    outputs: Outputs,
) -> Result<Settled<Outputs>> {
    let mut settled = settle(cx, id, None, true, inputs, outputs).await?;
    if inputs.shift.is_none() {
        return Ok(settled);
    }
    for _ in 0..MOST {
        if settled.trouble.is_none() || !was_refused(cx, id, inputs).await? {
            break;
        }
        let live = active(cx, &inputs.cluster_arn, id).await?;
        let again = request::update(cx, &live, Some(inputs), inputs, true).await?;
        let revision = watch::primary(again.as_ref().unwrap_or(&live));
        settled = settle(cx, id, revision, true, inputs, settled.outputs).await?;
    }
    Ok(settled)
}

/// Whether the newest deployment ended because ECS could not act as the role.
async fn was_refused(cx: &Cx, id: &str, inputs: &Inputs) -> Result<bool> {
    let live = active(cx, &inputs.cluster_arn, id).await?;
    let Some(arn) = live.current_service_deployment() else { return Ok(false) };
    let Some(deployment) = cx.aws.service_deployment(arn).await? else { return Ok(false) };
    let rollback = deployment.rollback().and_then(|it| it.reason());
    let reasons = [deployment.status_reason(), rollback];
    Ok(reasons.into_iter().flatten().any(is_refusal))
}

fn is_refusal(reason: &str) -> bool {
    REFUSED.iter().any(|refused| reason.contains(refused))
}

#[cfg(test)]
mod tests {
    use super::is_refusal;

    #[test]
    fn what_passes_with_the_age_of_the_role_is_told_from_what_does_not() {
        assert!(is_refusal(
            "Service deployment rolled back because of invalid networking configuration. ECS was unable to manage the \
             ELB resources due to missing permissions on ECS Infrastructure Role 'arn:r'."
        ));
        assert!(is_refusal("Service deployment rolled back. ECS was unable to assume role arn:r"));
        assert!(!is_refusal(
            "Service deployment rolled back because the circuit breaker threshold was exceeded."
        ));
    }
}
