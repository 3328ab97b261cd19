//! One change of a record, and when all name servers have it.

use std::time::Duration;

use aws_sdk_route53::types::{Change, ChangeAction, ChangeBatch, ChangeStatus, ResourceRecordSet};

use super::mapping::write;
use super::others::explain;
use super::{Inputs, id};
use crate::aws::{Explain, OrGone};
use crate::error::{Error, Result, refused_with};
use crate::resource::Cx;
use crate::resource::wait::Seen;

/// A zone that was just created (terraform-provider-aws, route53/record.go).
const NEW_ZONE: Duration = Duration::from_mins(1);
/// Usually below a minute (API reference, GetChange).
const INSYNC: Duration = Duration::from_mins(10);

/// Makes one change; its id.
pub(super) async fn change(
    cx: &Cx,
    action: ChangeAction,
    record: &Inputs,
) -> Result<Option<String>> {
    send(cx, action, record, write(record)?).await
}

/// The same with all that the record has.
pub(super) async fn send(
    cx: &Cx,
    action: ChangeAction,
    record: &Inputs,
    whole: ResourceRecordSet,
) -> Result<Option<String>> {
    let change = Change::builder().action(action).resource_record_set(whole);
    let change = change.build().map_err(Error::bug)?;
    let batch = ChangeBatch::builder().changes(change).build().map_err(Error::bug)?;
    let route53 = cx.aws.route53().await?;
    let answer = cx
        .retry(NEW_ZONE, refused_with(&["NoSuchHostedZone"]), || async {
            route53
                .change_resource_record_sets()
                .hosted_zone_id(&record.hosted_zone_id)
                .change_batch(batch.clone())
                .send()
                .await
                .explain("route53:ChangeResourceRecordSets", &id(record))
        })
        .await
        .map_err(explain)?;
    Ok(answer.change_info.map(|it| it.id))
}

/// Waits until all name servers of Route 53 have the change.
pub(super) async fn reached(cx: &Cx, name: &str, change: &str) -> Result<()> {
    let look = || async {
        let call = cx.aws.route53().await?.get_change().id(change);
        let answer = call.send().await.explain("route53:GetChange", name);
        // One that is long past is not known any more.
        let answer = answer.or_gone(&["NoSuchChange"])?;
        let info = answer.and_then(|it| it.change_info);
        let pending = info.is_some_and(|it| it.status == ChangeStatus::Pending);
        Ok(if pending { Seen::Pending(PENDING.to_owned()) } else { Seen::Done(()) })
    };
    Box::pin(cx.wait(&format!("all name servers of Route 53 to have record {name}"), INSYNC, look))
        .await
}

const PENDING: &str = "the change is pending";

#[cfg(test)]
mod tests {
    #[test]
    fn a_change_that_is_on_its_way_is_told() {
        expect_test::expect!["the change is pending"].assert_eq(super::PENDING);
    }
}
