//! Tags of Elastic Load Balancing objects: balancer, target group and listener have the same calls.

use aws_sdk_elasticloadbalancingv2::types::Tag;

use crate::aws::Explain;
use crate::error::Result;
use crate::resource::owner;
use crate::resource::{Cx, Tags};

/// The tags of the object with this ARN; `None` if it is gone.
pub(super) async fn of(cx: &Cx, arn: &str) -> Result<Option<Tags>> {
    let read = |tag: Tag| Some((tag.key?, tag.value.unwrap_or_default()));
    let tags = cx.aws.elb_tags(arn).await?;
    Ok(tags.map(|tags| tags.into_iter().filter_map(read).collect()))
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

/// Sets and removes tags of the object with this ARN.
pub(super) async fn change(cx: &Cx, arn: &str, set: &Tags, remove: &[String]) -> Result<()> {
    let elb = cx.aws.elb().await?;
    if !set.is_empty() {
        elb.add_tags()
            .resource_arns(arn)
            .set_tags(Some(write(set)))
            .send()
            .await
            .explain("elasticloadbalancing:AddTags", arn)?;
    }
    if !remove.is_empty() {
        elb.remove_tags()
            .resource_arns(arn)
            .set_tag_keys(Some(remove.to_vec()))
            .send()
            .await
            .explain("elasticloadbalancing:RemoveTags", arn)?;
    }
    Ok(())
}

/// Our tags, as the service wants them.
pub(super) fn write(tags: &Tags) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}
