//! Tags of Elastic Load Balancing objects: balancer, target group and listener have the same calls.

pub(super) use crate::aws::tags::write;

use crate::aws::Explain;
use crate::aws::tags::read;
use crate::error::Result;
use crate::resource::owner;
use crate::resource::{Cx, Tagged, Tags};

/// The object with an ARN.
pub(super) struct Object<'a>(pub(super) &'a Cx, pub(super) &'a str);

impl Tagged for Object<'_> {
    async fn set(&self, tags: &Tags) -> Result<()> {
        let Self(cx, arn) = self;
        let call = cx.aws.elb().await?.add_tags().resource_arns(*arn);
        let answer = call.set_tags(Some(write(tags)?)).send().await;
        answer.explain("elasticloadbalancing:AddTags", arn).map(drop)
    }

    async fn remove(&self, keys: Vec<String>) -> Result<()> {
        let Self(cx, arn) = self;
        let call = cx.aws.elb().await?.remove_tags().resource_arns(*arn);
        let answer = call.set_tag_keys(Some(keys)).send().await;
        answer.explain("elasticloadbalancing:RemoveTags", arn).map(drop)
    }
}

/// The tags of the object with this ARN; `None` if it is gone.
pub(super) async fn of(cx: &Cx, arn: &str) -> Result<Option<Tags>> {
    Ok(cx.aws.elb_tags(arn).await?.as_deref().map(read))
}

/// Of objects with these names and ARNs, the ARNs of those that belong to the service of `cx`.
pub(super) async fn of_service(
    cx: &Cx,
    objects: impl IntoIterator<Item = (Option<String>, Option<String>)>,
) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for (name, arn) in objects {
        if name.is_some_and(|name| owner::named(cx, &name))
            && let Some(arn) = arn
            && owner::carries(&of(cx, &arn).await?.unwrap_or_default(), &cx.base)
        {
            found.push(arn);
        }
    }
    Ok(found)
}
