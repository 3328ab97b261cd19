//! How long logs are kept.

use super::{BUSY, is_busy};
use crate::aws::Explain;
use crate::aws::numbers::whole;
use crate::error::{Error, Result};
use crate::resource::Cx;

/// The retention times, in days, that CloudWatch Logs offers (API reference, PutRetentionPolicy).
pub const RETENTIONS: [u32; 22] = [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
];

/// What is wrong with these days, if anything.
pub(super) fn complain(days: u32) -> Option<String> {
    if RETENTIONS.contains(&days) {
        return None;
    }
    let allowed = RETENTIONS.map(|days| days.to_string()).join(", ");
    Some(format!("CloudWatch Logs does not keep logs for {days} days. Choose one of {allowed}."))
}

/// Keeps the group's logs for these days; for ever without them.
pub(super) async fn set(cx: &Cx, group: &str, days: Option<u32>) -> Result<()> {
    let logs = cx.aws.logs().await?;
    // A permission of the caller that is only seconds old may not be seen yet; the message shows
    // it from others (terraform-provider-aws, logs/group.go).
    let unseen = |error: &Error| {
        error.message().contains("no identity-based policy allows the logs:PutRetentionPolicy")
    };
    cx.retry(BUSY / 3, unseen, || {
        cx.retry(BUSY, is_busy, || async {
            match days {
                Some(days) => logs
                    .put_retention_policy()
                    .log_group_name(group)
                    .retention_in_days(whole(days))
                    .send()
                    .await
                    .explain("logs:PutRetentionPolicy", group)
                    .map(drop),
                None => logs
                    .delete_retention_policy()
                    .log_group_name(group)
                    .send()
                    .await
                    .explain("logs:DeleteRetentionPolicy", group)
                    .map(drop),
            }
        })
    })
    .await
}
