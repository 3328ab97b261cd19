//! An update to the end, and whether there is still anything to update.

use super::create::{finish, settle};
use super::kind::Kind;
use super::state::{
    Common, LINEAGE, TOKEN, UNSETTLED, changed, context, keep, plain_inputs, plain_outputs,
};
use super::{Old, Outcome, Site};
use crate::error::{Error, Result};
use crate::property::{Map, Value};
use crate::resource::owner::{Owner, is_reserved};
use crate::resource::{Cx, Tags};

/// An update; one that AWS refuses because the object is not there any more says that instead.
pub(super) async fn update(
    kind: &dyn Kind,
    site: &Site,
    id: String,
    old: Old,
    received: Map,
) -> Result<Outcome> {
    match change(kind, site, id.clone(), old, received.clone()).await {
        Err(refused) => Err(gone(kind, site, &id, &received).await.unwrap_or(refused)),
        Ok(Outcome { id, state, trouble: Some(trouble) }) => {
            let trouble = gone(kind, site, &id, &received).await.unwrap_or(trouble);
            Ok(Outcome { id, state, trouble: Some(trouble) })
        }
        done => done,
    }
}

/// That the object is gone, if it is: then every call about it is refused, each in its own words.
async fn gone(kind: &dyn Kind, site: &Site, id: &str, inputs: &Map) -> Option<Error> {
    if kind.facts().state_only {
        return None;
    }
    let cx = context(site, &Common::of(inputs).ok()?, None).ok()?;
    let None = kind.read(&cx, id).await.ok()? else { return None };
    Some(deleted_by_others(id))
}

fn deleted_by_others(id: &str) -> Error {
    let message = format!("{id} is gone from AWS: it was deleted outside of Pulumi");
    Error::aws("Gone", message).hinted(REFRESH)
}

/// What to do about an object that the state has and AWS does not.
pub const REFRESH: &str = "Run `pulumi refresh`; the next `pulumi up` creates it again.";

/// Whatever part of an update fails, the object may be changed by then, and an answer that got lost
/// says nothing of what was done. So from the first call on a failure keeps the object as unsettled:
/// the next update, also one that takes the change back, brings all of it to the inputs.
async fn change(
    kind: &dyn Kind,
    site: &Site,
    id: String,
    old: Old,
    received: Map,
) -> Result<Outcome> {
    let (common, new) = plain_inputs(kind, &received)?;
    let previous = plain_inputs(kind, &old.inputs).ok();
    let another = comes_from_another_state(&old.inputs, &common);
    let token = old.state.get(TOKEN).and_then(Value::as_str).map(str::to_owned);
    let token = if another { None } else { token };
    let cx = context(site, &common, token.clone())?;
    // Which must not take it for its own any more.
    let token = token.or_else(|| Owner::of(&cx.tags).filter(|_| another).map(|it| it.token));
    let outputs = plain_outputs(kind, &old.state)?;
    let unsettled = is_unsettled(&old);

    let kept = outputs.encode()?;
    let settled = async {
        let changed = changed(&old.inputs, &received);
        let mut old_tags = previous.as_ref().map_or_else(Tags::new, |(it, _)| it.tags.clone());
        if unsettled {
            // Those of the update that failed may be there too.
            let tried = Common::of(&old.state).map(|it| it.tags).unwrap_or_default();
            old_tags.extend(tried);
        }
        let all = unsettled || another;
        let retagged = retag(kind, &cx, &id, &old_tags, &common.tags, all).await?;
        if changed && !unsettled {
            let previous = previous.as_ref().map(|(_, inputs)| &**inputs);
            finish(kind, &cx, &id, previous, &*new, outputs).await
        } else if changed || !retagged || unsettled {
            // The engine tries again what failed before, or the truth has moved in AWS.
            finish(kind, &cx, &id, None, &*new, outputs).await
        } else {
            Ok(outputs.into())
        }
    };
    let outcome = settle(id.clone(), kept, settled.await)?;
    Ok(keep(received, outcome, token))
}

/// Whether an earlier run made or changed the object, but not to the end.
pub(super) fn is_unsettled(old: &Old) -> bool {
    old.state.contains_key(UNSETTLED)
}

/// Whether the object bears the tags of another state: an import brought it here, or the base name
/// of this one was drawn again.
fn comes_from_another_state(old: &Map, new: &Common) -> bool {
    let lineage = old.get(LINEAGE).and_then(Value::as_str);
    lineage.is_some_and(|lineage| new.lineage.as_deref() != Some(lineage))
}

/// Brings the user's tags from old to new, and if `all` every tag, by what the object bears now;
/// whether there was anything to do.
async fn retag(
    kind: &dyn Kind,
    cx: &Cx,
    id: &str,
    old: &Tags,
    new: &Tags,
    all: bool,
) -> Result<bool> {
    let (mut set, mut remove) = tag_changes(old, new);
    if all {
        // What has no tags has none to mend.
        let live = if kind.facts().state_only { None } else { kind.marks(cx, id).await?.flatten() };
        let Some(live) = live else { return Ok(false) };
        set = cx.tags.clone();
        set.retain(|key, value| live.get(key) != Some(value));
        remove.retain(|key| live.contains_key(key));
    }
    if set.is_empty() && remove.is_empty() {
        return Ok(false);
    }
    kind.tag(cx, id, &set, &remove).await?;
    Ok(true)
}

/// The tags to set, and the keys of those to remove.
fn tag_changes(old: &Tags, new: &Tags) -> (Tags, Vec<String>) {
    let mut set = new.clone();
    set.retain(|key, value| old.get(key) != Some(value));
    let gone = |key: &&String| !new.contains_key(*key) && !is_reserved(key);
    (set, old.keys().filter(gone).cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::deleted_by_others;

    #[test]
    fn what_somebody_else_deleted_is_told_with_the_next_step() {
        expect_test::expect![[r"
            arn:alb is gone from AWS: it was deleted outside of Pulumi
              Run `pulumi refresh`; the next `pulumi up` creates it again."]]
        .assert_eq(&deleted_by_others("arn:alb").to_string());
    }
}
