//! Tags of certificates.

use crate::aws::Explain;
use crate::aws::tags::write;
use crate::error::{Error, Result};
use crate::resource::{Cx, Tagged, Tags};

/// The certificate with an ARN.
pub(super) struct Object<'a>(pub(super) &'a Cx, pub(super) &'a str);

impl Tagged for Object<'_> {
    async fn set(&self, tags: &Tags) -> Result<()> {
        let Self(cx, arn) = self;
        let call = cx.aws.acm().await?.add_tags_to_certificate().certificate_arn(*arn);
        let answer = call.set_tags(Some(write(tags)?)).send().await;
        answer.explain("acm:AddTagsToCertificate", arn).map(drop)
    }

    async fn remove(&self, keys: Vec<String>) -> Result<()> {
        let Self(cx, arn) = self;
        let mut call = cx.aws.acm().await?.remove_tags_from_certificate().certificate_arn(*arn);
        for key in keys {
            // Without a value, whatever it is.
            let tag = aws_sdk_acm::types::Tag::builder().key(key).build().map_err(Error::bug)?;
            call = call.tags(tag);
        }
        call.send().await.explain("acm:RemoveTagsFromCertificate", arn).map(drop)
    }
}
