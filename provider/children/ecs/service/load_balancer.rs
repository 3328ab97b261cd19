//! Waiting for the load balancer, whose provisioning overlaps with the start of the tasks.

use std::time::Duration;

use aws_sdk_elasticloadbalancingv2::types::LoadBalancerStateEnum as State;

use crate::error::{Error, Result};
use crate::resource::Cx;
use crate::resource::gone::gone;
use crate::resource::wait::Seen;

/// How long a load balancer may take to become active (terraform waits as long).
const USUAL: Duration = Duration::from_mins(10);

/// Waits until the balancer passes traffic.
pub(super) async fn wait(cx: &Cx, arn: &str) -> Result<()> {
    cx.patience
        .wait(&format!("the load balancer of service {}", cx.base), USUAL, || async {
            let Some(balancer) = cx.aws.load_balancer(arn).await? else {
                return Err(gone("LoadBalancerNotFound", &format!("the load balancer {arn}")));
            };
            let state = balancer.state();
            Ok(match state.and_then(|state| state.code()) {
                Some(State::Active) => Seen::Done(()),
                Some(State::ActiveImpaired) => {
                    cx.warn(&impaired(arn));
                    Seen::Done(())
                }
                Some(State::Failed) => {
                    let reason = state.and_then(|state| state.reason());
                    return Err(failed(arn, reason));
                }
                _ => {
                    cx.status(COMES);
                    Seen::Pending(PROVISIONS.to_owned())
                }
            })
        })
        .await
}

const COMES: &str = "the tasks are ready; waiting until the load balancer is too";
const PROVISIONS: &str = "AWS is still setting it up";

/// It needs eight free addresses in each of its subnets (ELB user guide, subnets for your load
/// balancer).
fn impaired(arn: &str) -> String {
    format!(
        "The load balancer {arn} works, but AWS reports that it cannot grow with the traffic \
         (`active_impaired`). Most often its subnets are full: each needs 8 free addresses."
    )
}

/// The error for a load balancer that AWS could not set up.
fn failed(arn: &str, reason: Option<&str>) -> Error {
    let reason = reason.unwrap_or("no reason given");
    let message = format!("AWS could not set up the load balancer {arn}: {reason}");
    Error::aws("LoadBalancerFailed", message).hinted(
        "AWS does not retry. Fix the cause, then run `pulumi up --replace` with the URN of the \
         load balancer (`pulumi stack --show-urns` lists it).",
    )
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{COMES, PROVISIONS, failed, impaired};

    #[test]
    fn a_load_balancer_that_failed_is_told_with_the_way_out() {
        let message = [Some("no free addresses in subnet-1"), None]
            .map(|reason| failed("arn:alb", reason).to_string());
        expect![[r"
            AWS could not set up the load balancer arn:alb: no free addresses in subnet-1
              AWS does not retry. Fix the cause, then run `pulumi up --replace` with the URN of the load balancer (`pulumi stack --show-urns` lists it).
            AWS could not set up the load balancer arn:alb: no reason given
              AWS does not retry. Fix the cause, then run `pulumi up --replace` with the URN of the load balancer (`pulumi stack --show-urns` lists it)."]].assert_eq(&message.join("\n"));
    }

    #[test]
    fn what_is_waited_for_is_told() {
        let message = [COMES, PROVISIONS, &impaired("arn:alb")];
        expect![[r"
            the tasks are ready; waiting until the load balancer is too
            AWS is still setting it up
            The load balancer arn:alb works, but AWS says that it lacks what it needs to grow with the traffic (`active_impaired`). Most often its subnets are full: each needs 8 free addresses."]].assert_eq(&message.join("\n"));
    }
}
