//! An update to the end, and whether there is still anything to update.

use super::create::{finish, settle};
use super::state::{Common, TOKEN, UNSETTLED, changed, context, keep, plain_inputs, plain_outputs};
use super::{Old, Outcome, Site};
use crate::error::{Error, Result};
use crate::property::{Map, Value, encode};
use crate::resource::owner::is_reserved;
use crate::resource::{Cx, Resource, Tags};

/// An update; one that AWS refuses because the object is not there any more says that instead.
pub(super) async fn update<R: Resource>(
    site: &Site,
    id: String,
    old: Old,
    received: Map,
) -> Result<Outcome> {
    match change::<R>(site, id.clone(), old, received.clone()).await {
        Err(refused) => Err(gone::<R>(site, &id, &received).await.unwrap_or(refused)),
        Ok(Outcome { id, state, trouble: Some(trouble) }) => {
            let trouble = gone::<R>(site, &id, &received).await.unwrap_or(trouble);
            Ok(Outcome { id, state, trouble: Some(trouble) })
        }
        done => done,
    }
}

/// That the object is gone, if it is: then every call about it is refused, each in its own words.
async fn gone<R: Resource>(site: &Site, id: &str, inputs: &Map) -> Option<Error> {
    if R::KEEPS_ITSELF {
        return None;
    }
    let cx = context(site, &Common::of(inputs).ok()?, None).ok()?;
    let None = R::read(&cx, id).await.ok()? else { return None };
    Some(deleted_by_others(id))
}

fn deleted_by_others(id: &str) -> Error {
    let told = format!("{id} is gone from AWS: somebody else has deleted it");
    Error::aws("Gone", told).hinted(REFRESH)
}

/// What to do about an object of which the state thinks that it is there.
pub const REFRESH: &str = "Run `pulumi refresh`; the next `pulumi up` makes it again.";

async fn change<R: Resource>(site: &Site, id: String, old: Old, received: Map) -> Result<Outcome> {
    let (common, new) = plain_inputs::<R>(&received)?;
    let token = old.state.get(TOKEN).and_then(Value::as_str).map(str::to_owned);
    let cx = context(site, &common, token.clone())?;
    let outputs = plain_outputs::<R>(&old.state)?;
    let previous = plain_inputs::<R>(&old.inputs).ok();
    let unsettled = old.state.contains_key(UNSETTLED);

    let changed = changed(&old.inputs, &received);
    let old_tags = previous.as_ref().map(|(common, _)| common.tags.clone()).unwrap_or_default();
    let retagged = retag::<R>(&cx, &id, &old_tags, &common.tags).await?;

    let kept = encode(&outputs)?;
    let outcome = if changed && !unsettled {
        let previous = previous.as_ref().map(|(_, inputs)| inputs);
        let settled = finish::<R>(&cx, &id, previous, &new, outputs).await?;
        settle(id, kept, Ok(settled))?
    } else if changed || !retagged || unsettled {
        // The engine tries again what failed before, or the truth has moved in AWS.
        let settled = finish::<R>(&cx, &id, None, &new, outputs).await;
        if unsettled { settle(id, kept, settled)? } else { settle(id, kept, Ok(settled?))? }
    } else {
        Outcome { id, state: kept, trouble: None }
    };
    Ok(keep(received, outcome, token))
}

/// Brings the user's tags from old to new; whether there was anything to do.
async fn retag<R: Resource>(cx: &Cx, id: &str, old: &Tags, new: &Tags) -> Result<bool> {
    let (set, remove) = tag_changes(old, new);
    if set.is_empty() && remove.is_empty() {
        return Ok(false);
    }
    R::tag(cx, id, &set, &remove).await?;
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
            arn:alb is gone from AWS: somebody else has deleted it
              Run `pulumi refresh`; the next `pulumi up` makes it again."]]
        .assert_eq(&deleted_by_others("arn:alb").to_string());
    }
}
