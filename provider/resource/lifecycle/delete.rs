//! A delete, which takes nothing that a newer entry of the state owns; and the sweep of what still
//! belongs to a service that goes.

use super::state::{TOKEN, context, plain_inputs, plain_outputs};
use super::{Old, Site, Swept};
use crate::error::Result;
use crate::property::{Value, encode};
use crate::resource::owner::{Owner, same_lineage};
use crate::resource::{Cx, Resource};

pub(super) async fn delete<R: Resource>(site: &Site, id: &str, old: &Old) -> Result<()> {
    let (common, inputs) = plain_inputs::<R>(&old.inputs)?;
    let token = old.state.get(TOKEN).and_then(Value::as_str).map(str::to_owned);
    let mut cx = context(site, &common, token.clone())?;
    if R::KEEPS_ITSELF {
        return R::delete(&cx, id, &inputs, &plain_outputs::<R>(&old.state)?).await;
    }
    let Some(tags) = R::marks(&cx, id).await? else { return Ok(()) };
    let owner = tags.as_ref().and_then(Owner::of);
    if let (Some(owner), Some(token)) = (owner, token)
        && owner.token != token
    {
        // A newer entry of the state has taken the object over.
        return Ok(());
    }
    cx.found = tags;
    let outputs = match plain_outputs::<R>(&old.state) {
        Ok(outputs) => outputs,
        Err(_) => match R::read(&cx, id).await? {
            Some(live) => live.outputs,
            None => return Ok(()),
        },
    };
    R::delete(&cx, id, &inputs, &outputs).await
}

/// Removes those objects of this kind that belong to the service and that `swept` says; tells their
/// ids.
pub(super) async fn sweep<R: Resource>(cx: &Cx, swept: Swept<'_>) -> Result<Vec<String>> {
    let mut removed = Vec::new();
    for id in R::debris(cx).await? {
        if let Swept::But(is_kept) = swept
            && is_kept(R::TYPE, &id)
        {
            continue;
        }
        let Some(live) = R::read(cx, &id).await? else { continue };
        let tags = live.tags.as_ref();
        let foreign = tags.is_some_and(|tags| !same_lineage(&cx.tags, tags));
        let spared = match swept {
            Swept::Holding(of) => !names(&Value::Map(encode(&live.inputs)?), of),
            Swept::All | Swept::But(_) => false,
        };
        if !foreign && !spared {
            R::delete(cx, &id, &live.inputs, &live.outputs).await?;
            removed.push(id);
        }
    }
    Ok(removed)
}

/// Whether a value, or anything in it, is this text.
fn names(value: &Value, text: &str) -> bool {
    match value {
        Value::String(it) => it == text,
        Value::List(items) => items.iter().any(|item| names(item, text)),
        Value::Map(map) => map.values().any(|item| names(item, text)),
        _ => false,
    }
}
