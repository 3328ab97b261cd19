//! What S3 shows of a bucket, which may be another account's.

use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::types::ServerSideEncryptionConfiguration;

use crate::aws::{Explain, OrGone};
use crate::error::Result;
use crate::resource::Cx;

/// What a look found, or the permission that it lacked: the bucket may be another account's, which shows its policy to nobody else.
pub(super) enum Seen<T> {
    It(T),
    Denied(&'static str),
}

impl<T> Seen<T> {
    fn of(answer: Result<T>, permission: &'static str) -> Result<Self> {
        // S3 API reference, error responses: a policy is shown to its owner only, whatever it says.
        const DENIED: [&str; 3] = ["AccessDenied", "Forbidden", "MethodNotAllowed"];
        match answer {
            Err(error) if error.code().is_some_and(|it| DENIED.contains(&it)) => {
                Ok(Self::Denied(permission))
            }
            answer => answer.map(Self::It),
        }
    }
}

/// The region of the bucket; `None` if there is no bucket. S3 says the region in a header, also with most refusals, which have no text
/// (API reference, HeadBucket).
pub(super) async fn region_of(cx: &Cx, bucket: &str) -> Result<Seen<Option<String>>> {
    const PERMISSION: &str = "s3:ListBucket";
    let answer = cx.aws.s3().await?.head_bucket().bucket(bucket).send().await;
    let refused = answer.as_ref().err().and_then(|it| it.raw_response());
    // What others answer, such as a proxy, says nothing of the bucket.
    let refused = refused.filter(|it| it.headers().get("x-amz-request-id").is_some());
    let status = refused.map(|it| it.status().as_u16());
    let header = refused.and_then(|it| it.headers().get("x-amz-bucket-region"));
    let header = header.map(str::to_owned);
    let code = answer.as_ref().err().and_then(|it| it.code().map(str::to_owned));
    let explained = answer.explain(PERMISSION, bucket);
    match (status, header) {
        (Some(404), _) => Ok(Seen::It(None)),
        (Some(301 | 307 | 400..500), Some(region)) => Ok(Seen::It(Some(region))),
        (Some(403), None) if code.is_none() => Ok(Seen::Denied(PERMISSION)),
        _ => Seen::of(explained.map(|it| it.bucket_region), PERMISSION),
    }
}

pub(super) async fn encryption_of(
    cx: &Cx,
    bucket: &str,
) -> Result<Seen<Option<ServerSideEncryptionConfiguration>>> {
    const PERMISSION: &str = "s3:GetEncryptionConfiguration";
    let answer = cx.aws.s3().await?.get_bucket_encryption().bucket(bucket).send().await;
    let answer = answer.explain(PERMISSION, bucket);
    let answer = answer.or_gone(&["ServerSideEncryptionConfigurationNotFoundError"]);
    Seen::of(answer.map(|it| it.and_then(|it| it.server_side_encryption_configuration)), PERMISSION)
}

pub(super) async fn policy_of(cx: &Cx, bucket: &str) -> Result<Seen<Option<String>>> {
    const PERMISSION: &str = "s3:GetBucketPolicy";
    let answer = cx.aws.s3().await?.get_bucket_policy().bucket(bucket).send().await;
    let answer = answer.explain(PERMISSION, bucket).or_gone(&["NoSuchBucketPolicy"]);
    Seen::of(answer.map(|it| it.and_then(|it| it.policy)), PERMISSION)
}
