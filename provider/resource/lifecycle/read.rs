//! What AWS has now, in the words of the inputs: for a refresh and for an import.

use super::kind::{Kind, Looked};
use super::state::{BASE, COMMON, Common, LINEAGE, REGION, TAGS, TOKEN, UNSETTLED, context, own};
use super::{Found, Old, Site};
use crate::error::{Error, Result};
use crate::property::{IntoMap, Map, Value};
use crate::resource::owner::{Owner, is_owners, is_reserved};
use crate::resource::{Cx, Tags};

pub(super) async fn read(
    kind: &dyn Kind,
    site: &Site,
    id: &str,
    old: Old,
) -> Result<Option<Found>> {
    let import = old.inputs.is_empty();
    if kind.facts().state_only && !import {
        return Ok(Some(Found { id: id.to_owned(), state: old.state, inputs: old.inputs }));
    }
    let mut common = Common::of(&old.inputs)?;
    if common.region.is_none() {
        common.region = Some(site.account.default_region().await?);
    }
    let token = old.state.get(TOKEN).and_then(Value::as_str).map(str::to_owned);
    let cx = context(site, &common, token)?;
    let cx = Cx { known: own(&old.inputs).filter(|_| !import), ..cx };
    let Some(live) = kind.read(&cx, id).await? else { return Ok(None) };
    let Looked { inputs, outputs, tags, not_returned } = live;

    let mut now = inputs.encode()?;
    let mut stripped = false;
    if import {
        adopt_common(&mut now, &common, tags.as_ref());
    } else {
        let others = kind.facts().left_to_others.iter();
        let is_set =
            |by| old.inputs.get(by).is_some_and(|it| it.known() != Some(&Value::Bool(false)));
        let others = others.filter(|(_, by)| is_set(*by)).map(|(name, _)| name);
        let not_returned = COMMON.iter().chain(not_returned).chain(others).copied();
        let not_returned = not_returned.collect::<Vec<_>>();
        keep_not_returned(&mut now, &not_returned, &old.inputs);
        if let Some(tags) = &tags {
            tell_known_tags(&mut now, &common.tags, tags);
            stripped = lacks_our_tags(&cx.tags, tags);
        }
    }
    let mut outputs = outputs.encode()?;
    keep_not_returned(&mut outputs, kind.facts().own_outputs, &old.state);
    let now = Read { inputs: now, outputs, secret: kind.facts().secret };
    for name in kind.facts().reported_by_refresh {
        let text = |state: &Map| state.get(*name).and_then(Value::as_str).map(str::to_owned);
        if let (Some(was), Some(is)) = (text(&old.state), text(&now.outputs))
            && was != is
        {
            site.journal.info(&site.urn, &changed(name, &was, &is));
        }
    }
    found(id, now, old, tags.as_ref(), stripped).map(Some)
}

fn changed(name: &str, was: &str, is: &str) -> String {
    format!("`{name}` is {is} now; it was {was}.")
}

/// Whether tags of ours that say whose the object is are missing. Tags that name another owner
/// were set on purpose, by the child that took the object over.
fn lacks_our_tags(ours: &Tags, live: &Tags) -> bool {
    ours.keys().any(|key| is_owners(key) && !live.contains_key(key))
}

/// What AWS does not return is taken from what is known.
fn keep_not_returned(now: &mut Map, not_returned: &[&str], old: &Map) {
    for name in not_returned {
        match old.get(*name) {
            Some(value) => now.insert((*name).to_owned(), value.clone()),
            None => now.remove(*name),
        };
    }
}

/// The tags that the program declares, as AWS has them.
fn tell_known_tags(now: &mut Map, declared: &Tags, live: &Tags) {
    let known = declared.keys().filter_map(|key| Some((key.clone(), live.get(key)?)));
    let known: Map = known.map(|(key, value)| (key, value.as_str().into())).into_map();
    if !(known.is_empty() && declared.is_empty()) {
        now.insert(TAGS.to_owned(), Value::Map(known));
    }
}

/// What AWS has now.
struct Read {
    inputs: Map,
    outputs: Map,
    /// The inputs that are secret whatever was known of them.
    secret: &'static [&'static str],
}

fn found(id: &str, now: Read, old: Old, tags: Option<&Tags>, stripped: bool) -> Result<Found> {
    let merged = Value::Map(old.inputs).with_values_of(&Value::Map(now.inputs));
    let Value::Map(mut inputs) = merged else { return Err(Error::bug("inputs are no object")) };
    for name in now.secret {
        if let Some(value) = inputs.remove(*name) {
            inputs.insert((*name).to_owned(), value.with_secret_members());
        }
    }
    let mut state = inputs.clone();
    state.extend(now.outputs);
    let live_token = tags.and_then(Owner::of).map(|owner| Value::from(owner.token));
    for (name, value) in [
        (TOKEN, old.state.get(TOKEN).cloned().or(live_token)),
        (UNSETTLED, old.state.get(UNSETTLED).cloned().or(stripped.then_some(Value::Bool(true)))),
    ] {
        if let Some(value) = value {
            state.insert(name.to_owned(), value);
        }
    }
    Ok(Found { id: id.to_owned(), state, inputs })
}

/// What an import says of the inputs that every child has.
fn adopt_common(inputs: &mut Map, common: &Common, tags: Option<&Tags>) {
    if let Some(region) = &common.region {
        inputs.insert(REGION.to_owned(), region.as_str().into());
    }
    let Some(tags) = tags else { return };
    if let Some(owner) = Owner::of(tags) {
        inputs.insert(BASE.to_owned(), owner.base.into());
        if !owner.lineage.is_empty() {
            inputs.insert(LINEAGE.to_owned(), owner.lineage.into());
        }
    }
    let users: Map = tags
        .iter()
        .filter(|(key, _)| !is_reserved(key))
        .map(|(key, value)| (key.clone(), value.as_str().into()))
        .into_map();
    if !users.is_empty() {
        inputs.insert(TAGS.to_owned(), Value::Map(users));
    }
}

#[cfg(test)]
mod tests {
    use super::changed;

    #[test]
    fn an_output_that_others_changed_is_reported_with_both_values() {
        let (was, is) = ("arn:task-definition/web:1", "arn:task-definition/web:2");
        expect_test::expect!["`deployedTaskDefinitionArn` is arn:task-definition/web:2 now; it was arn:task-definition/web:1."]
            .assert_eq(&changed("deployedTaskDefinitionArn", was, is));
    }
}
