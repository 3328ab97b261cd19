//! Tags of EC2 objects, by which they are marked and found: security groups and their rules have
//! the same calls.

use aws_sdk_ec2::types::{Filter, ResourceType, Tag, TagSpecification};

pub(super) use crate::aws::tags::read;

use crate::aws::Explain;
use crate::aws::tags::write;
use crate::error::Result;
use crate::resource::{Cx, Tagged, Tags};

/// The object with an id.
pub(super) struct Object<'a>(pub(super) &'a Cx, pub(super) &'a str);

impl Tagged for Object<'_> {
    async fn set(&self, tags: &Tags) -> Result<()> {
        let Self(cx, id) = self;
        let call = cx.aws.ec2().await?.create_tags().resources(*id);
        call.set_tags(Some(write(tags)?)).send().await.explain("ec2:CreateTags", id).map(drop)
    }

    async fn remove(&self, keys: Vec<String>) -> Result<()> {
        let Self(cx, id) = self;
        let keys = keys.into_iter().map(|key| Tag::builder().key(key).build()).collect();
        let call = cx.aws.ec2().await?.delete_tags().resources(*id);
        call.set_tags(Some(keys)).send().await.explain("ec2:DeleteTags", id).map(drop)
    }
}

/// Tags for the call that makes an object of this type.
pub(super) fn specification(kind: ResourceType, tags: &Tags) -> Result<TagSpecification> {
    let tags = write(tags)?;
    Ok(TagSpecification::builder().resource_type(kind).set_tags(Some(tags)).build())
}

/// What a describing call looks for: a property by its name.
pub(super) fn filter(name: &str, value: &str) -> Filter {
    Filter::builder().name(name).values(value).build()
}
