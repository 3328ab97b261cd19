//! Tags of ECS objects: cluster, task definition and service have the same two calls.

pub(super) use crate::aws::tags::{read, write};

use crate::aws::Explain;
use crate::error::Result;
use crate::resource::{Cx, Tagged, Tags};

/// The object with an ARN.
pub(super) struct Object<'a>(pub(super) &'a Cx, pub(super) &'a str);

impl Tagged for Object<'_> {
    async fn set(&self, tags: &Tags) -> Result<()> {
        let Self(cx, arn) = self;
        let call = cx.aws.ecs().await?.tag_resource().resource_arn(*arn);
        call.set_tags(Some(write(tags)?)).send().await.explain("ecs:TagResource", arn).map(drop)
    }

    async fn remove(&self, keys: Vec<String>) -> Result<()> {
        let Self(cx, arn) = self;
        let call = cx.aws.ecs().await?.untag_resource().resource_arn(*arn);
        call.set_tag_keys(Some(keys)).send().await.explain("ecs:UntagResource", arn).map(drop)
    }
}
