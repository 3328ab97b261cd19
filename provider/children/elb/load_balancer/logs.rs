//! Buckets for a load balancer's logs: why one is refused, and what it needs.

use std::time::Duration;

use crate::children::elb::attributes;
use crate::error::{Error, Result};
use crate::resource::Cx;

/// A policy that was written seconds ago may not count yet.
const FRESH: Duration = Duration::from_mins(1);

/// Sets attributes, which may name buckets for logs.
pub(super) async fn set(cx: &Cx, id: &str, changed: Vec<(&'static str, String)>) -> Result<()> {
    let try_it = || attributes::of_load_balancer(cx, id, changed.clone());
    cx.retry(FRESH, is_denied, try_it).await.map_err(explain)
}

/// Elastic Load Balancing writes a test object before it takes the setting (user guide, "Enable access logs for your
/// Application Load Balancer").
fn is_denied(error: &Error) -> bool {
    error.code() == Some("InvalidConfigurationRequest")
        && error.to_string().contains("Access Denied for bucket")
}

fn explain(error: Error) -> Error {
    if !is_denied(&error) {
        return error;
    }
    error.hinted(
        "The bucket must be in the service's region, be encrypted with SSE-S3 (not with a KMS key), and have a policy that lets the \
         service `logdelivery.elasticloadbalancing.amazonaws.com` do `s3:PutObject` on \
         `arn:aws:s3:::<bucket>/<prefix>/AWSLogs/<account>/*`. docs/how-to/load-balancer-logs.md has one to paste.",
    )
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{Error, explain};

    #[test]
    fn a_bucket_that_refuses_is_told_with_what_it_needs() {
        let refused = Error::aws(
            "InvalidConfigurationRequest",
            "Access Denied for bucket: logs. Please check S3bucket permission",
        );
        let other = Error::aws("InvalidConfigurationRequest", "another");
        let told = [refused, other].map(|it| explain(it).to_string());
        expect![[r"
            Access Denied for bucket: logs. Please check S3bucket permission
              The bucket must be in the service's region, be encrypted with SSE-S3 (not with a KMS key), and have a policy that lets the service `logdelivery.elasticloadbalancing.amazonaws.com` do `s3:PutObject` on `arn:aws:s3:::<bucket>/<prefix>/AWSLogs/<account>/*`. docs/how-to/load-balancer-logs.md has one to paste.
            another"]].assert_eq(&told.join("\n"));
    }
}
