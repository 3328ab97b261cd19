//! Who owns a policy, which has no tags: a tag of its target says so, once a newer entry of the
//! state has taken the policy over.

use super::split;
use crate::children::autoscaling::scalable;
use crate::error::Result;
use crate::resource::owner::OWNER_TAG;
use crate::resource::{Cx, Tagged, Tags};

/// The owner of the policy, if it was taken over; otherwise the entry that created it.
pub(super) async fn read(cx: &Cx, id: &str) -> Result<Option<Tags>> {
    let (target, name) = split(id);
    let Some(arn) = target_arn(cx, target).await? else { return Ok(None) };
    let mut tags = scalable::tags(cx, &arn).await?;
    Ok(tags.remove(&tag(name)).map(|owner| {
        tags.insert(OWNER_TAG.to_owned(), owner);
        tags
    }))
}

/// Says that the policy has the owner of these tags now, if its target is still there.
pub(super) async fn mark(cx: &Cx, id: &str, tags: &Tags) -> Result<()> {
    let Some(owner) = tags.get(OWNER_TAG) else { return Ok(()) };
    let (target, name) = split(id);
    let Some(arn) = target_arn(cx, target).await? else { return Ok(()) };
    let tags = Tags::from([(tag(name), owner.clone())]);
    scalable::Object { cx, id, arn: &arn }.change(&tags, &[]).await
}

/// A policy that is gone has no owner, and one of the same name may be created.
pub(super) async fn unmark(cx: &Cx, id: &str) -> Result<()> {
    let (target, name) = split(id);
    let Some(arn) = target_arn(cx, target).await? else { return Ok(()) };
    if !scalable::tags(cx, &arn).await?.contains_key(&tag(name)) {
        return Ok(());
    }
    scalable::Object { cx, id, arn: &arn }.change(&Tags::new(), &[tag(name)]).await
}

/// The tag of the target that says who owns the policy.
fn tag(policy: &str) -> String {
    format!("{OWNER_TAG}:{policy}")
}

async fn target_arn(cx: &Cx, resource_id: &str) -> Result<Option<String>> {
    let target = scalable::target(cx, resource_id).await?;
    Ok(target.and_then(|target| target.scalable_target_arn))
}
