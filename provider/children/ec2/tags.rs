//! Tags of EC2 objects, by which they are marked and found: security groups and their rules have
//! the same calls.

use aws_sdk_ec2::types::{Filter, ResourceType, Tag, TagSpecification};

use crate::aws::Explain;
use crate::error::Result;
use crate::resource::{Cx, Tags};

/// Sets and removes tags of the object with this id.
pub(super) async fn change(cx: &Cx, id: &str, set: &Tags, remove: &[String]) -> Result<()> {
    let ec2 = cx.aws.ec2().await?;
    if !set.is_empty() {
        ec2.create_tags()
            .resources(id)
            .set_tags(Some(write(set)))
            .send()
            .await
            .explain("ec2:CreateTags", id)?;
    }
    if !remove.is_empty() {
        let keys = remove.iter().map(|key| Tag::builder().key(key).build()).collect();
        ec2.delete_tags()
            .resources(id)
            .set_tags(Some(keys))
            .send()
            .await
            .explain("ec2:DeleteTags", id)?;
    }
    Ok(())
}

/// Tags for the call that makes an object of this type.
pub(super) fn specification(kind: ResourceType, tags: &Tags) -> TagSpecification {
    TagSpecification::builder().resource_type(kind).set_tags(Some(write(tags))).build()
}

/// Tags as EC2 writes them, as ours.
pub(super) fn read(tags: &[Tag]) -> Tags {
    tags.iter()
        .filter_map(|tag| Some((tag.key()?.to_owned(), tag.value().unwrap_or_default().to_owned())))
        .collect()
}

fn write(tags: &Tags) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

/// What a describing call looks for: a property by its name.
pub(super) fn filter(name: &str, value: &str) -> Filter {
    Filter::builder().name(name).values(value).build()
}
