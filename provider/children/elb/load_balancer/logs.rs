//! Buckets for a load balancer's logs: why one is refused, and what it needs.

use crate::error::Error;

/// Elastic Load Balancing writes a test object before it takes the setting (user guide, "Enable access logs for your
/// Application Load Balancer").
pub(super) fn explain(error: Error) -> Error {
    let denied = error.code() == Some("InvalidConfigurationRequest")
        && error.to_string().contains("Access Denied for bucket");
    if !denied {
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
