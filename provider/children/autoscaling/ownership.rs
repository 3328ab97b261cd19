//! Who owns a policy or a scheduled action, which have no tags: a tag of the target says so, once a newer entry of the
//! state has taken it over.

use crate::children::autoscaling::scalable;
use crate::error::Result;
use crate::resource::owner::OWNER_TAG;
use crate::resource::{Cx, Tagged, Tags};

/// What hangs below a target, and the beginning of its name in the target's tag.
#[derive(Clone, Copy)]
pub(super) struct Below(pub(super) &'static str);

/// `<resource id>/<name>`.
pub(super) fn split(id: &str) -> (&str, &str) {
    id.rsplit_once('/').unwrap_or(("", id))
}

impl Below {
    /// Its owner, if it was taken over; otherwise the entry that created it.
    pub(super) async fn read(self, cx: &Cx, id: &str) -> Result<Option<Tags>> {
        let (target, name) = split(id);
        let Some(arn) = target_arn(cx, target).await? else { return Ok(None) };
        let mut tags = scalable::tags(cx, &arn).await?;
        Ok(tags.remove(&self.tag(name)).map(|owner| {
            tags.insert(OWNER_TAG.to_owned(), owner);
            tags
        }))
    }

    /// Says that it has the owner of these tags now, if its target is still there.
    pub(super) async fn mark(self, cx: &Cx, id: &str, tags: &Tags) -> Result<()> {
        let Some(owner) = tags.get(OWNER_TAG) else { return Ok(()) };
        let (target, name) = split(id);
        let Some(arn) = target_arn(cx, target).await? else { return Ok(()) };
        let tags = Tags::from([(self.tag(name), owner.clone())]);
        scalable::Object { cx, id, arn: &arn }.change(&tags, &[]).await
    }

    /// One that is gone has no owner, and one of the same name may be created.
    pub(super) async fn unmark(self, cx: &Cx, id: &str) -> Result<()> {
        let (target, name) = split(id);
        let Some(arn) = target_arn(cx, target).await? else { return Ok(()) };
        if !scalable::tags(cx, &arn).await?.contains_key(&self.tag(name)) {
            return Ok(());
        }
        scalable::Object { cx, id, arn: &arn }.change(&Tags::new(), &[self.tag(name)]).await
    }

    /// The tag of the target that says who owns it.
    fn tag(self, name: &str) -> String {
        format!("{OWNER_TAG}:{}{name}", self.0)
    }
}

async fn target_arn(cx: &Cx, resource_id: &str) -> Result<Option<String>> {
    let target = scalable::target(cx, resource_id).await?;
    Ok(target.and_then(|target| target.scalable_target_arn))
}
