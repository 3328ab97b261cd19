//! Tags of a bucket: all of them are written at once.

use aws_sdk_s3::types::{Tag, Tagging};

use super::GONE;
use crate::aws::{Explain, OrGone};
use crate::error::{Error, Result};
use crate::resource::{Cx, Tags};

/// What S3 says of a bucket without tags (API reference, GetBucketTagging).
const NONE: &str = "NoSuchTagSet";

pub(super) fn write(tags: &Tags) -> Result<Vec<Tag>> {
    let written = |(key, value): (&String, &String)| Tag::builder().key(key).value(value).build();
    tags.iter().map(written).collect::<std::result::Result<_, _>>().map_err(Error::bug)
}

/// The tags of a bucket of this account; `None` if it is gone.
pub(super) async fn of(cx: &Cx, bucket: &str) -> Result<Option<Tags>> {
    let us = cx.aws.identity().await?;
    let call = cx.aws.s3().await?.get_bucket_tagging().bucket(bucket);
    let answer = call.expected_bucket_owner(&us.account).send().await;
    match answer.explain("s3:GetBucketTagging", bucket).or_gone(&GONE) {
        Err(error) if error.code() == Some(NONE) => Ok(Some(Tags::new())),
        answer => Ok(answer?
            .map(|answer| answer.tag_set.into_iter().map(|tag| (tag.key, tag.value)).collect())),
    }
}

/// Sets these tags and removes others; those that nothing is said of stay.
pub(super) async fn change(cx: &Cx, bucket: &str, set: &Tags, remove: &[String]) -> Result<()> {
    let us = cx.aws.identity().await?;
    let mut tags = of(cx, bucket).await?.unwrap_or_default();
    tags.retain(|key, _| !remove.contains(key));
    tags.extend(set.clone());
    let tagging =
        Tagging::builder().set_tag_set(Some(write(&tags)?)).build().map_err(Error::bug)?;
    let call = cx.aws.s3().await?.put_bucket_tagging().bucket(bucket).tagging(tagging);
    let answer = call.expected_bucket_owner(&us.account).send().await;
    answer.explain("s3:PutBucketTagging", bucket).map(drop)
}
