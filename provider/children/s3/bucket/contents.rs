//! What is in a bucket, and what of it goes with it.

use std::time::Duration;

use aws_sdk_s3::types::{Delete, ObjectIdentifier};

use super::{GONE, NOT_EMPTY};
use crate::aws::looks::is_test_file;
use crate::aws::{Explain, OrGone};
use crate::error::{Error, Result};
use crate::resource::Cx;

/// How long logs may still come after their load balancer is gone: it writes every five minutes (ELB user guide, "Access logs for your
/// Application Load Balancer").
const LATE: Duration = Duration::from_mins(10);

/// Deletes the bucket; with all that is in it, or with nothing but what Elastic Load Balancing wrote to try it.
pub(super) async fn remove_bucket(cx: &Cx, bucket: &str, with_logs: bool) -> Result<()> {
    let us = cx.aws.identity().await?;
    let s3 = cx.aws.s3().await?;
    let came_late = |error: &Error| with_logs && error.code() == Some(NOT_EMPTY);
    let remove = || async {
        if empty(cx, bucket, with_logs).await?.is_none() {
            return Ok(());
        }
        let call = s3.delete_bucket().bucket(bucket).expected_bucket_owner(&us.account);
        let answer = call.send().await.explain("s3:DeleteBucket", bucket);
        answer.or_gone(&GONE).map(drop)
    };
    cx.retry(LATE, came_late, remove).await.map_err(|error| explain(error, bucket))
}

/// Deletes objects, with their earlier versions; `None` if there is no bucket.
async fn empty(cx: &Cx, bucket: &str, with_logs: bool) -> Result<Option<()>> {
    let mut after = None;
    loop {
        let Some(page) = cx.aws.object_versions(bucket, after).await? else { return Ok(None) };
        let going = page.objects.iter().filter(|it| with_logs || is_test_file(&it.key));
        let going = going.map(|it| {
            let version = it.version.clone();
            ObjectIdentifier::builder().key(&it.key).set_version_id(version).build()
        });
        let going: Vec<_> = going.collect::<std::result::Result<_, _>>().map_err(Error::bug)?;
        if !going.is_empty() {
            delete(cx, bucket, going).await?;
        }
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(Some(())),
        }
    }
}

async fn delete(cx: &Cx, bucket: &str, objects: Vec<ObjectIdentifier>) -> Result<()> {
    let us = cx.aws.identity().await?;
    let all = Delete::builder().set_objects(Some(objects)).quiet(true).build();
    let call = cx.aws.s3().await?.delete_objects().bucket(bucket).delete(all.map_err(Error::bug)?);
    let answer = call.expected_bucket_owner(&us.account).send().await;
    let Some(answer) = answer.explain("s3:DeleteObjectVersion", bucket).or_gone(&GONE)? else {
        return Ok(());
    };
    // The call succeeds although objects stay.
    match answer.errors().first() {
        None => Ok(()),
        Some(first) => Err(not_deleted(
            bucket,
            first.key().unwrap_or_default(),
            first.code().unwrap_or_default(),
            first.message().unwrap_or_default(),
        )),
    }
}

fn not_deleted(bucket: &str, key: &str, code: &str, message: &str) -> Error {
    Error::aws(code, format!("{key} in the bucket {bucket} cannot be deleted: {message} ({code})"))
}

/// The refusal of a bucket with logs, with what to do about them.
fn explain(error: Error, bucket: &str) -> Error {
    if error.code() != Some(NOT_EMPTY) {
        return error;
    }
    error.hinted(format!(
        "The logs would be lost. To delete them with the bucket, set `loadBalancer.logsBucket.forceDelete: true` and run `pulumi up` \
         while the service still has the bucket; or delete them yourself (`aws s3 rm s3://{bucket} --recursive`) and run the command \
         again."
    ))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{Error, explain, not_deleted};

    #[test]
    fn a_bucket_with_logs_says_what_to_do() {
        let rendered = [
            explain(Error::aws("BucketNotEmpty", "it is not empty"), "web-logs"),
            explain(Error::aws("Other", "another"), "web-logs"),
            not_deleted("web-logs", "AWSLogs/a.gz", "AccessDenied", "Access Denied"),
        ];
        expect![[r"
            it is not empty
              The logs would be lost. To delete them with the bucket, set `loadBalancer.logsBucket.forceDelete: true` and run `pulumi up` while the service still has the bucket; or delete them yourself (`aws s3 rm s3://web-logs --recursive`) and run the command again.
            another
            AWSLogs/a.gz in the bucket web-logs cannot be deleted: Access Denied (AccessDenied)"]].assert_eq(&rendered.map(|it| it.to_string()).join("\n"));
    }
}
