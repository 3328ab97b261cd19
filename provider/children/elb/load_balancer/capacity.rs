//! Capacity units that AWS keeps ready for a load balancer. They have calls of their own.

use aws_sdk_elasticloadbalancingv2::types::MinimumLoadBalancerCapacity;

use super::{GONE, Inputs};
use crate::aws::numbers::{natural, whole};
use crate::aws::{Explain, OrGone};
use crate::error::{Error, Result};
use crate::resource::Cx;

/// How many are reserved, unless it is known that nobody asked for any.
pub(super) async fn of(cx: &Cx, id: &str) -> Result<Option<u32>> {
    if cx.known::<Inputs>().is_some_and(|known| known.minimum_capacity_units.is_none()) {
        return Ok(None);
    }
    let call = cx.aws.elb().await?.describe_capacity_reservation().load_balancer_arn(id);
    let answer = call.send().await.explain("elasticloadbalancing:DescribeCapacityReservation", id);
    let reserved = answer.or_gone(&GONE)?.and_then(|it| it.minimum_load_balancer_capacity);
    Ok(natural(reserved.and_then(|it| it.capacity_units)))
}

pub(super) async fn set(cx: &Cx, id: &str, units: Option<u32>) -> Result<()> {
    // A run that was interrupted may have reserved some; most reserved none, and have nothing to give back.
    if units.is_none() && of(cx, id).await?.is_none() {
        return Ok(());
    }
    let call = cx.aws.elb().await?.modify_capacity_reservation().load_balancer_arn(id);
    let call = match units {
        Some(units) => {
            let units = MinimumLoadBalancerCapacity::builder().capacity_units(whole(units));
            call.minimum_load_balancer_capacity(units.build())
        }
        // Leaving the number out changes nothing.
        None => call.reset_capacity_reservation(true),
    };
    let answer = call.send().await;
    answer.explain("elasticloadbalancing:ModifyCapacityReservation", id).map_err(explain).map(drop)
}

/// botocore, ModifyCapacityReservation; user guide, "Capacity reservations for your Application Load Balancer".
fn explain(error: Error) -> Error {
    match error.code() {
        Some("CapacityUnitsLimitExceeded") => error.hinted(
            "`loadBalancer.minimumCapacityUnits` needs a quota, which is 0 in a new account. Ask for it in AWS's console (Service \
             Quotas, Elastic Load Balancing, capacity units).",
        ),
        Some("CapacityDecreaseRequestsLimitExceeded") => error.hinted(
            "AWS lets capacity be lowered only a few times a day. Run `pulumi up` again tomorrow.",
        ),
        Some("CapacityReservationPending" | "PriorRequestNotComplete") => {
            error.hinted("AWS still provides what was asked for before. Run `pulumi up` again in some minutes.")
        }
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{Error, explain};

    #[test]
    fn a_refusal_comes_with_what_to_do() {
        let codes = [
            "CapacityUnitsLimitExceeded",
            "CapacityDecreaseRequestsLimitExceeded",
            "PriorRequestNotComplete",
            "Throttling",
        ];
        let told = codes.map(|code| explain(Error::aws(code, code)).to_string());
        expect![[r"
            CapacityUnitsLimitExceeded
              `loadBalancer.minimumCapacityUnits` needs a quota, which is 0 in a new account. Ask for it in AWS's console (Service Quotas, Elastic Load Balancing, capacity units).
            CapacityDecreaseRequestsLimitExceeded
              AWS lets capacity be lowered only a few times a day. Run `pulumi up` again tomorrow.
            PriorRequestNotComplete
              AWS still provides what was asked for before. Run `pulumi up` again in some minutes.
            Throttling"]].assert_eq(&told.join("\n"));
    }
}
