//! Deleting a load balancer: what prevents it, and what lingers after it.

use super::{GONE, Outputs};
use crate::aws::interfaces::LINGER;
use crate::aws::looks::DELETION_PROTECTION;
use crate::aws::{Explain, OrGone};
use crate::children::elb::attributes;
use crate::error::{Error, Result};
use crate::resource::Cx;
use crate::resource::wait::Seen;

/// Removes the balancer, and waits until nothing of it is left.
pub(super) async fn remove(cx: &Cx, arn: &str, outputs: &Outputs) -> Result<()> {
    match delete(cx, arn).await {
        // The state of one that is replaced was protected; the program does not want it any more.
        Err(refused) if is_protection(&refused) && cx.names.released.contains(&cx.urn) => {
            let off = vec![(DELETION_PROTECTION, false.to_string())];
            attributes::of_load_balancer(cx, arn, off).await?;
            delete(cx, arn).await
        }
        deleted => deleted,
    }
    .map_err(explain_protection)?;
    // Its interfaces keep security groups and subnets busy for a while.
    cx.patience
        .wait(&format!("the end of load balancer {}", outputs.name), LINGER, || async {
            Ok(match cx.aws.interfaces_of_balancer(&outputs.arn_suffix).await?.len() {
                0 => Seen::Done(()),
                n => {
                    let waiting = still_there(n);
                    cx.status(&waiting);
                    Seen::Pending(waiting)
                }
            })
        })
        .await
}

async fn delete(cx: &Cx, arn: &str) -> Result<()> {
    cx.aws
        .elb()
        .await?
        .delete_load_balancer()
        .load_balancer_arn(arn)
        .send()
        .await
        .explain("elasticloadbalancing:DeleteLoadBalancer", arn)
        .or_gone(&GONE)
        .map(drop)
}

fn is_protection(refused: &Error) -> bool {
    refused.code() == Some("OperationNotPermitted")
}

fn explain_protection(refused: Error) -> Error {
    if !is_protection(&refused) {
        return refused;
    }
    refused.hinted(
        "It is protected. Set `deletionProtection: false` and run `pulumi up`; if it was \
         replaced, that run deletes it.",
    )
}

/// What the end of a balancer waits for.
fn still_there(interfaces: usize) -> String {
    format!("network interfaces that AWS has not deleted yet: {interfaces}")
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{Error, explain_protection, still_there};

    #[test]
    fn what_holds_up_a_delete_is_told() {
        let refused = Error::aws("OperationNotPermitted", "it cannot be deleted");
        expect![[r"
            it cannot be deleted
              It is protected. Set `deletionProtection: false` and run `pulumi up`; if it was replaced, that run deletes it.
            network interfaces that AWS has not deleted yet: 2"]]
        .assert_eq(&format!("{}\n{}", explain_protection(refused), still_there(2)));
    }
}
