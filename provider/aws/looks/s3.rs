//! S3: what a bucket holds.

use aws_sdk_s3::operation::list_object_versions::ListObjectVersionsOutput;

use crate::aws::{Aws, Explain, OrGone};
use crate::error::Result;

const NO_BUCKET: [&str; 1] = ["NoSuchBucket"];

/// An object, or what marks it as deleted, in one of its versions.
#[derive(Debug, PartialEq, Eq)]
pub struct ObjectVersion {
    pub key: String,
    /// `null` in a bucket that keeps no versions.
    pub version: Option<String>,
}

/// Where the next page begins.
#[derive(Debug)]
pub struct Next {
    key: Option<String>,
    version: Option<String>,
}

/// Some of the objects of a bucket.
#[derive(Debug)]
pub struct ObjectVersions {
    pub objects: Vec<ObjectVersion>,
    pub next: Option<Next>,
}

/// Whether it is what Elastic Load Balancing writes to try a bucket: `ELBAccessLogTestFile` (its user guide, "Enable access logs for your
/// Application Load Balancer") and the like.
#[must_use]
pub fn is_test_file(key: &str) -> bool {
    let name = key.rsplit('/').next().unwrap_or_default();
    name.starts_with("ELB") && name.ends_with("TestFile")
}

impl Aws {
    /// The objects of a bucket of this account, with their earlier versions, page by page; `None` if it is gone.
    pub async fn object_versions(
        &self,
        bucket: &str,
        after: Option<Next>,
    ) -> Result<Option<ObjectVersions>> {
        let us = self.identity().await?;
        let (key, version) = after.map_or((None, None), |it| (it.key, it.version));
        let call = self.s3().await?.list_object_versions().bucket(bucket);
        let call = call.expected_bucket_owner(&us.account);
        let answer = call.set_key_marker(key).set_version_id_marker(version).send().await;
        let answer = answer.explain("s3:ListBucketVersions", bucket).or_gone(&NO_BUCKET)?;
        Ok(answer.map(page))
    }

    /// Whether there are logs in the bucket; none are in one that is gone.
    pub async fn holds_logs(&self, bucket: &str) -> Result<bool> {
        let mut after = None;
        while let Some(page) = self.object_versions(bucket, after).await? {
            if page.objects.iter().any(|it| !is_test_file(&it.key)) {
                return Ok(true);
            }
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(false),
            }
        }
        Ok(false)
    }
}

fn page(answer: ListObjectVersionsOutput) -> ObjectVersions {
    let more = answer.is_truncated() == Some(true);
    let next = Next { key: answer.next_key_marker, version: answer.next_version_id_marker };
    let versions = answer.versions.into_iter().flatten().map(|it| (it.key, it.version_id));
    let marks = answer.delete_markers.into_iter().flatten().map(|it| (it.key, it.version_id));
    let objects = versions.chain(marks).filter_map(|(key, version)| Some((key?, version)));
    let objects = objects.map(|(key, version)| ObjectVersion { key, version }).collect();
    ObjectVersions { objects, next: more.then_some(next) }
}

#[cfg(test)]
mod tests {
    use aws_sdk_s3::types::{DeleteMarkerEntry, ObjectVersion as Shown};

    use super::{ListObjectVersionsOutput, is_test_file, page};

    #[test]
    fn what_is_written_for_a_try_is_no_log() {
        assert!(is_test_file("shop/AWSLogs/123456789012/ELBAccessLogTestFile"));
        assert!(is_test_file("ELBConnectionLogTestFile"));
        assert!(!is_test_file("AWSLogs/123456789012/elasticloadbalancing/eu-west-1/a.log.gz"));
        assert!(!is_test_file("ELBTestFile/a"));
    }

    #[test]
    fn a_page_has_what_marks_an_object_as_deleted_too() {
        let answer = ListObjectVersionsOutput::builder()
            .versions(Shown::builder().key("a").version_id("1").build())
            .delete_markers(DeleteMarkerEntry::builder().key("b").version_id("2").build())
            .is_truncated(true)
            .next_key_marker("b")
            .build();
        let page = page(answer);
        let seen: Vec<_> =
            page.objects.iter().map(|it| (&*it.key, it.version.as_deref())).collect();
        assert_eq!(seen, [("a", Some("1")), ("b", Some("2"))]);
        assert_eq!(page.next.and_then(|it| it.key).as_deref(), Some("b"));
    }
}
