//! A delete, which takes nothing that a newer entry of the state owns; and the sweep of what still
//! belongs to a service that goes.

use super::kind::Kind;
use super::state::{TOKEN, context, plain_inputs, plain_outputs};
use super::{Old, Site, Swept};
use crate::error::Result;
use crate::property::Value;
use crate::resource::owner::{Owner, mark, same_lineage};
use crate::resource::{Child, Cx, short};

pub(super) async fn delete(kind: &dyn Kind, site: &Site, id: &str, old: &Old) -> Result<()> {
    let (common, inputs) = plain_inputs(kind, &old.inputs)?;
    let token = old.state.get(TOKEN).and_then(Value::as_str).map(str::to_owned);
    let mut cx = context(site, &common, token.clone())?;
    if kind.facts().state_only {
        return kind.delete(&cx, id, &*inputs, &*plain_outputs(kind, &old.state)?).await;
    }
    let Some(tags) = kind.marks(&cx, id).await? else { return Ok(()) };
    let owner = tags.as_ref().and_then(Owner::of);
    if let (Some(owner), Some(token)) = (owner, token)
        && owner.token != token
    {
        // A newer entry of the state has taken the object over.
        return Ok(());
    }
    cx.found = tags;
    let outputs = match plain_outputs(kind, &old.state) {
        Ok(outputs) => outputs,
        Err(_) => match kind.read(&cx, id).await? {
            Some(live) => live.outputs,
            None => return Ok(()),
        },
    };
    if let Err(error) = kind.delete(&cx, id, &*inputs, &*outputs).await {
        // The answer may be lost although AWS did it. Then the object is gone, and what follows its end
        // is still to be done; the engine, which would keep the entry, must not take it for alive.
        let gone = !cx.patience.is_cancelled() && matches!(kind.read(&cx, id).await, Ok(None));
        if !gone {
            return Err(error);
        }
        kind.delete(&cx, id, &*inputs, &*outputs).await?;
    }
    cx.names.removed.add(&format!("{} {id}", cx.of_kind(kind.facts().token)));
    Ok(())
}

/// Removes what an interrupted run left of the service of `cx`, the last kinds first, and says so;
/// of all kinds, or only of `kinds`.
///
/// What uses an object ([`Swept::Holding`]) is debris too: an object is deleted after all that the
/// state knows to use it, so what still uses it is unknown to the state.
///
/// # Errors
/// AWS's: what is left then is found by the next one.
pub async fn remove_debris(cx: &Cx, kinds: Option<&[String]>, swept: Swept<'_>) -> Result<()> {
    let asked = |child: &&&dyn Child| {
        kinds.is_none_or(|kinds| kinds.iter().any(|kind| kind == short(child.token())))
    };
    for child in cx.kinds.iter().rev().filter(asked) {
        child.sweep(cx, swept).await?;
    }
    Ok(())
}

/// Removes those objects of this kind that belong to the service and that `swept` says, and tells
/// each. What is protected, or holds what would be lost, stays: the engine deletes it with what the
/// program says of it, if the state knows it.
pub(super) async fn sweep(kind: &dyn Kind, cx: &Cx, swept: Swept<'_>) -> Result<()> {
    for id in kind.debris(cx).await? {
        let Some(tags) = kind.marks(cx, &id).await? else { continue };
        if tags.as_ref().is_some_and(|tags| !same_lineage(&cx.tags, tags)) {
            continue;
        }
        let owner = tags.as_ref().and_then(Owner::of);
        let mark = mark(kind.facts().token, &id, owner.as_ref().map(|it| it.token.as_str()));
        match swept {
            Swept::But(is_kept) if is_kept(&mark) => continue,
            Swept::Last(is_known) if is_known(&mark) => {
                cx.warn(&retained(&id));
                continue;
            }
            _ => {}
        }
        let Some(live) = kind.read(cx, &id).await? else { continue };
        if let Swept::Holding(of) = swept
            && !names(&Value::Map(live.inputs.encode()?), of)
        {
            continue;
        }
        if let Some(protected) = kind.protected(cx, &*live.outputs).await? {
            cx.warn(&left(&id, &protected.reason));
            continue;
        }
        kind.delete(cx, &id, &*live.inputs, &*live.outputs).await?;
        cx.journal.info(&cx.urn, &removed(&id));
    }
    Ok(())
}

fn removed(id: &str) -> String {
    format!("deleted {id}, which an interrupted run had left behind")
}

fn retained(id: &str) -> String {
    format!(
        "{id} was left in AWS: it was a part of the service, and Pulumi did not have it deleted, as \
         with `retainOnDelete`. If nothing needs it any more, delete it in AWS."
    )
}

fn left(id: &str, reason: &str) -> String {
    format!(
        "{id} is not part of the service any more, but was not deleted: {reason}. If nothing in \
         the stack owns it, delete it in AWS."
    )
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

#[cfg(test)]
mod tests {
    use super::{left, removed, retained};

    #[test]
    fn what_becomes_of_debris_is_told() {
        let message = [
            removed("arn:aws:iam::1:role/web"),
            left("web", "the repository web holds images, which would be lost"),
            retained("/fargate/web"),
        ];
        expect_test::expect![[r"
            deleted arn:aws:iam::1:role/web, which an interrupted run had left behind
            web is not part of the service any more, but was not deleted: the repository web holds images, which would be lost. If nothing in the stack owns it, delete it in AWS.
            /fargate/web was left in AWS: it was a part of the service, and Pulumi did not have it deleted, as with `retainOnDelete`. If nothing needs it any more, delete it in AWS."]].assert_eq(&message.join("\n"));
    }
}
