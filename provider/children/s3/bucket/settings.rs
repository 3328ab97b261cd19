//! What a bucket is like: each setting has calls of its own.

use super::mapping::{access_block, algorithm_of, days_of, encryption, lifecycle, same_policy};
use super::{GONE, Inputs};
use crate::aws::{Explain, OrGone};
use crate::children::s3::delivery::Balancers;
use crate::error::Result;
use crate::resource::Cx;

/// What S3 says of a setting that a bucket does not have (API reference, errors of the calls below).
const NO_LIFECYCLE: &str = "NoSuchLifecycleConfiguration";
const NO_ENCRYPTION: &str = "ServerSideEncryptionConfigurationNotFoundError";
const NO_BLOCK: &str = "NoSuchPublicAccessBlockConfiguration";
const NO_POLICY: &str = "NoSuchBucketPolicy";

/// What the bucket of the service `base` is like now; `None` if it is gone.
pub(super) async fn of(cx: &Cx, bucket: &str, base: &str) -> Result<Option<Inputs>> {
    let us = &cx.aws.identity().await?.account;
    let s3 = cx.aws.s3().await?;
    let lifecycle = async {
        let call = s3.get_bucket_lifecycle_configuration().bucket(bucket);
        let answer = call.expected_bucket_owner(us).send().await;
        answer.explain("s3:GetLifecycleConfiguration", bucket).or_gone(&[NO_LIFECYCLE])
    };
    let encryption = async {
        let call = s3.get_bucket_encryption().bucket(bucket);
        let answer = call.expected_bucket_owner(us).send().await;
        answer.explain("s3:GetEncryptionConfiguration", bucket).or_gone(&[NO_ENCRYPTION])
    };
    let block = async {
        let call = s3.get_public_access_block().bucket(bucket);
        let answer = call.expected_bucket_owner(us).send().await;
        answer.explain("s3:GetBucketPublicAccessBlock", bucket).or_gone(&[NO_BLOCK])
    };
    let policy = async {
        let call = s3.get_bucket_policy().bucket(bucket);
        let answer = call.expected_bucket_owner(us).send().await;
        answer.explain("s3:GetBucketPolicy", bucket).or_gone(&[NO_POLICY])
    };
    let looked = async { Ok((lifecycle.await?, encryption.await?, block.await?, policy.await?)) };
    let Some((lifecycle, encryption, block, policy)) = Box::pin(looked).await.or_gone(&GONE)?
    else {
        return Ok(None);
    };
    let wanted = policy_of(cx, bucket, base).await?;
    let policy = policy.and_then(|it| it.policy);
    let block = block.and_then(|it| it.public_access_block_configuration);
    Ok(Some(Inputs {
        retention_in_days: lifecycle.map_or(0, |it| days_of(it.rules())),
        log_delivery: policy.is_some_and(|live| same_policy(&live, &wanted)),
        encryption: algorithm_of(
            encryption.as_ref().and_then(|it| it.server_side_encryption_configuration()),
        ),
        block_public_access: block == Some(access_block(true)),
        force_delete: false,
    }))
}

/// Brings the bucket from `old` to `new`; without `old`, whatever it is now.
pub(super) async fn change(
    cx: &Cx,
    bucket: &str,
    old: Option<&Inputs>,
    new: &Inputs,
) -> Result<()> {
    let us = &cx.aws.identity().await?.account;
    let s3 = cx.aws.s3().await?;
    if old.is_none_or(|old| old.block_public_access != new.block_public_access) {
        let closed = access_block(new.block_public_access);
        let call = s3.put_public_access_block().bucket(bucket);
        let call = call.public_access_block_configuration(closed).expected_bucket_owner(us);
        call.send().await.explain("s3:PutBucketPublicAccessBlock", bucket)?;
    }
    if old.is_none_or(|old| old.encryption != new.encryption) {
        let call = s3.put_bucket_encryption().bucket(bucket).expected_bucket_owner(us);
        let call = call.server_side_encryption_configuration(encryption(&new.encryption)?);
        call.send().await.explain("s3:PutEncryptionConfiguration", bucket)?;
    }
    if old.is_none_or(|old| old.retention_in_days != new.retention_in_days) {
        let call = s3.put_bucket_lifecycle_configuration().bucket(bucket);
        let call = call.lifecycle_configuration(lifecycle(new.retention_in_days)?);
        let answer = call.expected_bucket_owner(us).send().await;
        answer.explain("s3:PutLifecycleConfiguration", bucket)?;
    }
    if old.is_none_or(|old| old.log_delivery != new.log_delivery) {
        if new.log_delivery {
            let call = s3
                .put_bucket_policy()
                .bucket(bucket)
                .policy(policy_of(cx, bucket, &cx.base).await?);
            let answer = call.expected_bucket_owner(us).send().await;
            answer.explain("s3:PutBucketPolicy", bucket)?;
        } else {
            let call = s3.delete_bucket_policy().bucket(bucket).expected_bucket_owner(us);
            call.send().await.explain("s3:DeleteBucketPolicy", bucket)?;
        }
    }
    Ok(())
}

/// The policy that lets the load balancers of the service write to it, with whatever prefixes.
async fn policy_of(cx: &Cx, bucket: &str, base: &str) -> Result<String> {
    let us = cx.aws.identity().await?;
    let named = format!("app/{base}-");
    let ours = Balancers { us, region: cx.aws.region(), named: &named };
    let keys = format!("*AWSLogs/{}/*", us.account);
    Ok(ours.policy(&ours.objects(bucket, &keys)))
}
