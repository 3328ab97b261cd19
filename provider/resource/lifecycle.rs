//! Check, diff, create, read, update and delete for any [`Resource`]; previews are decided here.
//!
//! Trees come in and trees go out: a child sees typed, known values only. The state of a child is
//! its inputs as they were received (so that what came in secret stays secret), its outputs laid
//! over them, and two marks of ours: the owner's token, and whether the object is unsettled.

use std::collections::BTreeSet;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use tokio_util::sync::CancellationToken;

use super::owner::{Owner, is_reserved, same_service};
use super::{
    Asked, Cx, Journal, Live, Patience, Permission, Resource, Run, Settled, Standing, Tags,
};
use crate::aws::Account;
use crate::error::{Error, Problem, Result};
use crate::property::diff::{Change, Kind, diff};
use crate::property::names::names_of;
use crate::property::{Map, Plain, Value, Wire, decode, encode};

/// The owner's token, in the state.
const TOKEN: &str = "ownerToken";
/// In the state of an object that was made or changed, but not to the end.
const UNSETTLED: &str = "unsettled";
const REGION: &str = "region";
const BASE: &str = "baseName";
const TAGS: &str = "tags";
/// Inputs that every child has and no child declares.
const COMMON: [&str; 3] = [REGION, BASE, TAGS];

/// A future behind a pointer: what a table of children of many types needs.
pub type Boxed<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// Where and for whom a child acts, as the engine tells it.
#[derive(Clone)]
pub struct Site {
    pub account: Account,
    pub urn: String,
    /// The child's name in the program.
    pub name: String,
    /// The user's own limit for the operation.
    pub timeout: Option<Duration>,
    pub cancelled: CancellationToken,
    /// What this run knows of base names so far.
    pub run: Run,
    pub journal: Arc<dyn Journal>,
}

/// What has become of an object.
#[derive(Debug)]
pub struct Outcome {
    /// Empty in the preview of a create.
    pub id: String,
    pub state: Map,
    /// It exists but is not well: keep the state, and fail with this.
    pub trouble: Option<Error>,
}

/// What a refresh or an import found.
#[derive(Debug)]
pub struct Found {
    pub id: String,
    pub state: Map,
    pub inputs: Map,
}

/// What an update would do.
#[derive(Debug, Default)]
pub struct Difference {
    pub changes: Vec<Change>,
    /// Changed properties that AWS cannot change in place.
    pub replaces: BTreeSet<String>,
    /// Outputs that would change although no input did.
    pub moved: Vec<&'static str>,
    /// Outputs that keep their value in an update.
    pub stables: Vec<&'static str>,
    pub delete_before_replace: bool,
}

/// One kind of child, whatever its types are.
pub trait Child: Send + Sync {
    /// The type token.
    fn token(&self) -> &'static str;
    /// Checked inputs, or everything that is wrong with them.
    fn check(&self, news: Map, asked: &Asked<'_>) -> Result<Map>;
    /// What an update from the old inputs and state to `news` would do. `looks`: whether AWS may
    /// be asked if the truth has moved.
    fn diff(&self, site: Site, id: String, old: Old, news: Map) -> Boxed<'_, Difference>;
    /// Makes the object, or says what would come of it.
    fn create(&self, site: Site, inputs: Map, preview: bool) -> Boxed<'_, Outcome>;
    /// What AWS has now; `None` if the object is gone. Without old inputs it is an import.
    fn read(&self, site: Site, id: String, old: Old) -> Boxed<'_, Option<Found>>;
    /// Brings the object to `news`, or says what would come of it.
    fn update(
        &self,
        site: Site,
        id: String,
        old: Old,
        news: Map,
        preview: bool,
    ) -> Boxed<'_, Outcome>;
    /// Removes the object, if it is still the one that this state made.
    fn delete(&self, site: Site, id: String, old: Old) -> Boxed<'_, ()>;
    /// Removes the objects of this kind that still belong to the service of `cx`, or only those
    /// whose inputs name the object `holding`; tells their ids.
    fn sweep<'a>(&'a self, cx: &'a Cx, holding: Option<&'a str>) -> Boxed<'a, Vec<String>>;
    /// What the caller must be allowed for this kind.
    fn permissions(&self) -> &'static [Permission];
    /// Names of all properties, inputs and outputs: for tests of the tables.
    fn property_names(&self) -> (Vec<&'static str>, Vec<&'static str>);
    /// The declared rules, for tests of the tables.
    fn replace_on(&self) -> &'static [&'static str];
    /// Whether inputs and outputs lose nothing on the wire, as the dice fall.
    #[cfg(test)]
    fn survives_the_wire(&self, dice: u64);
    /// Inputs and outputs that are of the right types, whatever they say.
    #[cfg(any(test, fuzzing))]
    fn thrown(&self, dice: u64) -> Result<(Map, Map)>;
}

/// What the state knows of an object.
#[derive(Clone, Debug, Default)]
pub struct Old {
    pub inputs: Map,
    pub state: Map,
}

/// A [`Resource`] as a [`Child`].
pub struct Erased<R>(PhantomData<R>);

impl<R> Erased<R> {
    /// The one value of this type.
    pub const NEW: Self = Self(PhantomData);
}

impl<R: Resource> Child for Erased<R> {
    fn token(&self) -> &'static str {
        R::TYPE
    }

    fn check(&self, news: Map, asked: &Asked<'_>) -> Result<Map> {
        let (common, own) = split(news);
        let inputs: R::Inputs<Wire> = decode(&own).map_err(Error::input)?;
        let mut problems = Vec::new();
        let inputs = R::check(inputs, asked, &mut problems);
        if !problems.is_empty() {
            return Err(Error::input(problems));
        }
        let mut checked = encode(&inputs)?;
        checked.extend(common);
        Ok(checked)
    }

    fn diff(&self, site: Site, id: String, old: Old, news: Map) -> Boxed<'_, Difference> {
        Box::pin(async move {
            let changes = diff(&old.inputs, &news);
            let replaces = changes
                .iter()
                .map(|change| change.property.as_str())
                .filter(|name| R::REPLACE_ON.contains(name) || moves(&old.inputs, name))
                .map(str::to_owned)
                .collect();
            let moved =
                if changes.is_empty() { moved::<R>(&site, &id, &old).await? } else { vec![] };
            let stables = names_of::<R::Outputs<Plain>>()
                .iter()
                .copied()
                .filter(|name| !R::CHANGES_ON_UPDATE.contains(name))
                .collect();
            let delete_before_replace = R::DELETE_BEFORE_REPLACE;
            Ok(Difference { changes, replaces, moved, stables, delete_before_replace })
        })
    }

    fn create(&self, site: Site, inputs: Map, preview: bool) -> Boxed<'_, Outcome> {
        Box::pin(async move {
            if preview {
                preview_create::<R>(&site, inputs).await
            } else {
                let secrets = Value::Map(inputs.clone()).secret_texts();
                hushed(create::<R>(&site, inputs).await, &secrets)
            }
        })
    }

    fn read(&self, site: Site, id: String, old: Old) -> Boxed<'_, Option<Found>> {
        Box::pin(async move { read::<R>(&site, &id, old).await })
    }

    fn update(
        &self,
        site: Site,
        id: String,
        old: Old,
        news: Map,
        preview: bool,
    ) -> Boxed<'_, Outcome> {
        Box::pin(async move {
            if preview {
                preview_update::<R>(&site, id, old, news).await
            } else {
                let secrets = Value::Map(news.clone()).secret_texts();
                hushed(update_or_gone::<R>(&site, id, old, news).await, &secrets)
            }
        })
    }

    fn delete(&self, site: Site, id: String, old: Old) -> Boxed<'_, ()> {
        Box::pin(async move { delete::<R>(&site, &id, &old).await })
    }

    fn sweep<'a>(&'a self, cx: &'a Cx, holding: Option<&'a str>) -> Boxed<'a, Vec<String>> {
        Box::pin(async move {
            let mut removed = Vec::new();
            for id in R::debris(cx).await? {
                let Some(live) = R::read(cx, &id).await? else { continue };
                let tags = live.tags.as_ref();
                let foreign = tags.is_some_and(|tags| !same_service(&cx.tags, tags));
                // The service has moved, and lives there.
                let moved = tags.and_then(Owner::of).is_some_and(|owner| {
                    owner.region().is_some_and(|region| region != cx.aws.region())
                });
                let spared = match holding {
                    Some(of) => !names(&Value::Map(encode(&live.inputs)?), of),
                    None => false,
                };
                if !foreign && !moved && !spared {
                    R::delete(cx, &id, &live.inputs, &live.outputs).await?;
                    removed.push(id);
                }
            }
            Ok(removed)
        })
    }

    fn permissions(&self) -> &'static [Permission] {
        R::PERMISSIONS
    }

    fn property_names(&self) -> (Vec<&'static str>, Vec<&'static str>) {
        (names_of::<R::Inputs<Plain>>().to_vec(), names_of::<R::Outputs<Plain>>().to_vec())
    }

    fn replace_on(&self) -> &'static [&'static str] {
        R::REPLACE_ON
    }

    #[cfg(test)]
    fn survives_the_wire(&self, dice: u64) {
        use crate::property::laws::survives_the_wire;
        survives_the_wire::<R::Inputs<Plain>, R::Inputs<Wire>>(dice);
        survives_the_wire::<R::Outputs<Plain>, R::Outputs<Wire>>(dice);
    }

    #[cfg(any(test, fuzzing))]
    fn thrown(&self, dice: u64) -> Result<(Map, Map)> {
        use crate::property::dice::thrown;
        Ok((
            encode(&thrown::<R::Inputs<Plain>>(dice))?,
            encode(&thrown::<R::Outputs<Plain>>(dice))?,
        ))
    }
}

/// What came of it, with secrets cut out of what went wrong: AWS repeats what it was sent.
fn hushed(done: Result<Outcome>, secrets: &[String]) -> Result<Outcome> {
    let outcome = done.map_err(|error| error.hushed(secrets))?;
    let trouble = outcome.trouble.map(|trouble| trouble.hushed(secrets));
    Ok(Outcome { trouble, ..outcome })
}

// What a preview says.

async fn preview_create<R: Resource>(site: &Site, inputs: Map) -> Result<Outcome> {
    let mut state = inputs.clone();
    lay_unknown(&mut state, names_of::<R::Outputs<Plain>>());
    if let Some(known) = foretold::<R>(site, &inputs).await? {
        state.extend(known);
    }
    Ok(Outcome { id: String::new(), state, trouble: None })
}

async fn preview_update<R: Resource>(
    site: &Site,
    id: String,
    old: Old,
    news: Map,
) -> Result<Outcome> {
    let (_, old_own) = split(old.inputs);
    let (_, new_own) = split(news.clone());
    let changed = !diff(&old_own, &new_own).is_empty();
    let mut state = outputs_of::<R>(&old.state);
    state.extend(news.clone());
    if changed {
        lay_unknown(&mut state, R::CHANGES_ON_UPDATE);
    }
    if let Some(known) = foretold::<R>(site, &news).await? {
        state.extend(known);
    }
    Ok(Outcome { id, state, trouble: None })
}

/// The outputs that the child itself can foretell by only looking: when its own inputs are known,
/// whatever the service will be called.
async fn foretold<R: Resource>(site: &Site, inputs: &Map) -> Result<Option<Map>> {
    let (common, own) = split(inputs.clone());
    let (Some(Value::Map(own)), Some(region)) =
        (Value::Map(own).unwrapped(), common.get(REGION).and_then(Value::as_str))
    else {
        return Ok(None);
    };
    let common = Common { region: Some(region.to_owned()), ..Common::default() };
    let cx = context(site, &common, None)?;
    let inputs: R::Inputs<Plain> = decode(&own).map_err(Error::input)?;
    match R::preview(&cx, &inputs).await? {
        Some(outputs) => Ok(Some(encode(&outputs)?)),
        None => Ok(None),
    }
}

async fn moved<R: Resource>(site: &Site, _id: &str, old: &Old) -> Result<Vec<&'static str>> {
    let (common, inputs) = plain_inputs::<R>(&old.inputs)?;
    let Ok(outputs) = plain_outputs::<R>(&old.state) else { return Ok(Vec::new()) };
    R::moved(&context(site, &common, None)?, &inputs, &outputs).await
}

// What really happens.

async fn create<R: Resource>(site: &Site, received: Map) -> Result<Outcome> {
    let (common, inputs) = plain_inputs::<R>(&received)?;
    let cx = context(site, &common, None)?;
    let token = Owner::of(&cx.tags).map(|owner| owner.token);
    let standing =
        if cx.run.drawn.contains(&cx.base) { None } else { R::find(&cx, &inputs).await? };
    let outcome = match standing {
        Some(standing) => take_over::<R>(&cx, standing, &inputs).await?,
        None => make::<R>(&cx, &inputs).await?,
    };
    Ok(keep(received, outcome, token))
}

/// Makes the object. The answer to a create may be lost although the create was done; the SDK asks
/// again, and AWS says that the name is taken: by ourselves.
async fn make<R: Resource>(cx: &Cx, inputs: &R::Inputs<Plain>) -> Result<Outcome> {
    let refused = match R::create(cx, inputs).await {
        Ok(made) => {
            let kept = encode(&made.outputs)?;
            let settled = R::complete(cx, &made.id, inputs, made.outputs).await;
            return settle(made.id, kept, settled);
        }
        Err(refused) => refused,
    };
    let standing = R::find(cx, inputs).await.ok().flatten();
    let ours = |it: &Standing| it.tags.as_ref().and_then(Owner::of) == Owner::of(&cx.tags);
    match standing.filter(ours) {
        Some(standing) => take_over::<R>(cx, standing, inputs).await,
        None => Err(refused),
    }
}

/// An earlier run made this object for the same child and was interrupted before it could tell:
/// it becomes ours, brought to the inputs.
async fn take_over<R: Resource>(
    cx: &Cx,
    standing: Standing,
    inputs: &R::Inputs<Plain>,
) -> Result<Outcome> {
    if let Some(tags) = &standing.tags {
        refuse_foreign(cx, &standing.id, tags)?;
    }
    R::tag(cx, &standing.id, &cx.tags, &[]).await?;
    let id = standing.id;
    let Some(live) = R::read(cx, &id).await? else {
        let told = format!("{id}, which an interrupted run had made, went while it was taken over");
        return Err(Error::not_ready(told).hinted("Run `pulumi up` again: it makes a new one."));
    };
    let kept = encode(&live.outputs)?;
    let settled = finish::<R>(cx, &id, None, inputs, live.outputs).await;
    settle(id, kept, settled)
}

fn refuse_foreign(cx: &Cx, id: &str, tags: &Tags) -> Result<()> {
    foreign(&cx.base, &cx.child, &cx.tags, id, tags).map_or(Ok(()), Err)
}

/// The error for the object `id` with the tags `live`, unless the child `child` of `base` made it.
fn foreign(base: &str, child: &str, ours: &Tags, id: &str, live: &Tags) -> Option<Error> {
    let same = same_service(ours, live);
    let whose = match Owner::of(live) {
        Some(owner) if owner.child == child && same => return None,
        Some(owner) if owner.base == base && !same => {
            format!("it belongs to the service `{}` of another stack", owner.base)
        }
        Some(owner) => format!("it belongs to `{}` of the service `{}`", owner.child, owner.base),
        None => "no FargateWebService made it".to_owned(),
    };
    let told = format!("the name is taken by {id}, and {whose}. Nothing was changed");
    Some(
        Error::aws("NameTaken", told)
            .hinted("Remove or rename that object, or give the FargateWebService another `name`."),
    )
}

/// An update to the end.
async fn finish<R: Resource>(
    cx: &Cx,
    id: &str,
    old: Option<&R::Inputs<Plain>>,
    new: &R::Inputs<Plain>,
    outputs: R::Outputs<Plain>,
) -> Result<Settled<R::Outputs<Plain>>> {
    let settled = R::update(cx, id, old, new, outputs).await?;
    match settled.trouble {
        None if old.is_none() => R::complete(cx, id, new, settled.outputs).await,
        _ => Ok(settled),
    }
}

/// What exists is kept, whatever failed after it came to be.
fn settle<O: crate::property::Property>(
    id: String,
    kept: Map,
    settled: Result<Settled<O>>,
) -> Result<Outcome> {
    match settled {
        Ok(settled) => {
            Ok(Outcome { id, state: encode(&settled.outputs)?, trouble: settled.trouble })
        }
        Err(error) => Ok(Outcome { id, state: kept, trouble: Some(error) }),
    }
}

/// An update; one that AWS refuses because the object is not there any more says that instead.
async fn update_or_gone<R: Resource>(
    site: &Site,
    id: String,
    old: Old,
    received: Map,
) -> Result<Outcome> {
    match update::<R>(site, id.clone(), old, received.clone()).await {
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
    let told = format!("{id} is gone from AWS: somebody else has deleted it");
    let what_to_do = "Run `pulumi refresh`; the next `pulumi up` makes it again.";
    Some(Error::aws("Gone", told).hinted(what_to_do))
}

async fn update<R: Resource>(site: &Site, id: String, old: Old, received: Map) -> Result<Outcome> {
    let (common, new) = plain_inputs::<R>(&received)?;
    let token = old.state.get(TOKEN).and_then(Value::as_str).map(str::to_owned);
    let cx = context(site, &common, token.clone())?;
    let outputs = plain_outputs::<R>(&old.state)?;
    let previous = plain_inputs::<R>(&old.inputs).ok();
    let unsettled = old.state.contains_key(UNSETTLED);

    let (_, old_own) = split(old.inputs);
    let (_, new_own) = split(received.clone());
    let changed = !diff(&old_own, &new_own).is_empty();
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
    let set: Tags = new
        .iter()
        .filter(|(key, value)| old.get(*key) != Some(value))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    let remove: Vec<String> =
        old.keys().filter(|key| !new.contains_key(*key) && !is_reserved(key)).cloned().collect();
    if set.is_empty() && remove.is_empty() {
        return Ok(false);
    }
    R::tag(cx, id, &set, &remove).await?;
    Ok(true)
}

async fn delete<R: Resource>(site: &Site, id: &str, old: &Old) -> Result<()> {
    let (common, inputs) = plain_inputs::<R>(&old.inputs)?;
    let token = old.state.get(TOKEN).and_then(Value::as_str).map(str::to_owned);
    let cx = context(site, &common, token.clone())?;
    if R::KEEPS_ITSELF {
        return R::delete(&cx, id, &inputs, &plain_outputs::<R>(&old.state)?).await;
    }
    let Some(live) = R::read(&cx, id).await? else { return Ok(()) };
    let owner = live.tags.as_ref().and_then(Owner::of);
    if let (Some(owner), Some(token)) = (owner, token)
        && owner.token != token
    {
        // A newer entry of the state has taken the object over.
        return Ok(());
    }
    let outputs = plain_outputs::<R>(&old.state).unwrap_or(live.outputs);
    R::delete(&cx, id, &inputs, &outputs).await
}

async fn read<R: Resource>(site: &Site, id: &str, old: Old) -> Result<Option<Found>> {
    let import = old.inputs.is_empty();
    if R::KEEPS_ITSELF && !import {
        return Ok(Some(Found { id: id.to_owned(), state: old.state, inputs: old.inputs }));
    }
    let mut common = Common::of(&old.inputs)?;
    if common.region.is_none() {
        common.region = Some(site.account.default_region().await?);
    }
    let token = old.state.get(TOKEN).and_then(Value::as_str).map(str::to_owned);
    let cx = context(site, &common, token)?;
    let Some(live) = R::read(&cx, id).await? else { return Ok(None) };
    let Live { inputs, outputs, tags } = live;

    let mut now = encode(&inputs)?;
    if import {
        adopt_common(&mut now, &common, tags.as_ref());
    } else {
        for name in COMMON.iter().chain(R::untold(&outputs)) {
            match old.inputs.get(*name) {
                Some(value) => now.insert((*name).to_owned(), value.clone()),
                None => now.remove(*name),
            };
        }
        if let Some(tags) = &tags {
            let known = common.tags.keys().filter_map(|key| Some((key.clone(), tags.get(key)?)));
            let known: Map = known.map(|(key, value)| (key, value.as_str().into())).collect();
            if !(known.is_empty() && common.tags.is_empty()) {
                now.insert(TAGS.to_owned(), Value::Map(known));
            }
        }
    }
    let merged = Value::Map(old.inputs).with_values_of(&Value::Map(now));
    let Value::Map(inputs) = merged else { return Err(Error::bug("inputs are no object")) };
    let mut state = inputs.clone();
    state.extend(encode(&outputs)?);
    let live_token = tags.as_ref().and_then(Owner::of).map(|owner| Value::from(owner.token));
    for (name, value) in [
        (TOKEN, old.state.get(TOKEN).cloned().or(live_token)),
        (UNSETTLED, old.state.get(UNSETTLED).cloned()),
    ] {
        if let Some(value) = value {
            state.insert(name.to_owned(), value);
        }
    }
    Ok(Some(Found { id: id.to_owned(), state, inputs }))
}

/// What an import says of the inputs that every child has.
fn adopt_common(inputs: &mut Map, common: &Common, tags: Option<&Tags>) {
    if let Some(region) = &common.region {
        inputs.insert(REGION.to_owned(), region.as_str().into());
    }
    let Some(tags) = tags else { return };
    if let Some(owner) = Owner::of(tags) {
        inputs.insert(BASE.to_owned(), owner.base.into());
    }
    let users: Map = tags
        .iter()
        .filter(|(key, _)| !is_reserved(key))
        .map(|(key, value)| (key.clone(), value.as_str().into()))
        .collect();
    if !users.is_empty() {
        inputs.insert(TAGS.to_owned(), Value::Map(users));
    }
}

// Trees and structs.

/// The inputs that every child has.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Common {
    region: Option<String>,
    base_name: Option<String>,
    tags: Tags,
}

impl Common {
    fn of(inputs: &Map) -> Result<Self> {
        let (common, _) = split(inputs.clone());
        decode(&known_map(&common)?).map_err(Error::input)
    }
}

/// Whether a change of one of the inputs that every child has can only make another object. An
/// import of what has no tags does not know the base name; to learn it is no change.
fn moves(old: &Map, name: &str) -> bool {
    name == REGION || name == BASE && old.contains_key(BASE)
}

fn split(inputs: Map) -> (Map, Map) {
    inputs.into_iter().partition(|(name, _)| COMMON.contains(&name.as_str()))
}

fn known_map(map: &Map) -> Result<Map> {
    match Value::Map(map.clone()).unwrapped() {
        Some(Value::Map(known)) => Ok(known),
        _ => Err(Error::bug("a value is unknown outside of a preview")),
    }
}

fn plain_inputs<R: Resource>(inputs: &Map) -> Result<(Common, R::Inputs<Plain>)> {
    let (common, own) = split(known_map(inputs)?);
    let common = decode(&common).map_err(Error::input)?;
    Ok((common, decode(&own).map_err(Error::input)?))
}

fn plain_outputs<R: Resource>(state: &Map) -> Result<R::Outputs<Plain>> {
    decode(&known_map(&outputs_of::<R>(state))?).map_err(|problems| {
        Error::bug(format!("the state of a {} cannot be read: {}", R::TYPE, Error::input(problems)))
    })
}

/// The part of a state that is outputs, with our marks.
fn outputs_of<R: Resource>(state: &Map) -> Map {
    let names = names_of::<R::Outputs<Plain>>();
    state
        .iter()
        .filter(|(name, _)| names.contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
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

fn lay_unknown(state: &mut Map, names: &[&str]) {
    state.extend(names.iter().map(|name| ((*name).to_owned(), Value::unknown())));
}

/// The state to keep: inputs as they came, outputs, marks.
fn keep(received: Map, outcome: Outcome, token: Option<String>) -> Outcome {
    let mut state = received;
    state.extend(outcome.state);
    if let Some(token) = token {
        state.insert(TOKEN.to_owned(), token.into());
    }
    if outcome.trouble.is_some() {
        state.insert(UNSETTLED.to_owned(), Value::Bool(true));
    }
    Outcome { state, ..outcome }
}

impl Common {
    fn region(&self) -> Result<&str> {
        self.region.as_deref().ok_or_else(|| Error::bug("a child has no region"))
    }
}

fn context(site: &Site, common: &impl AsCommon, token: Option<String>) -> Result<Cx> {
    let common = common.as_common()?;
    let base = common.base_name.clone().unwrap_or_default();
    let mut owner = Owner::fresh(&base, &site.name).in_region(common.region()?);
    if let Some(token) = token {
        owner.token = token;
    }
    let mut tags = common.tags.clone();
    if !base.is_empty() {
        tags.extend(owner.tags());
    }
    Ok(Cx {
        aws: site.account.in_region(common.region()?),
        base,
        child: site.name.clone(),
        urn: site.urn.clone(),
        tags,
        run: site.run.clone(),
        patience: Patience::new(site.timeout, site.cancelled.clone()),
        journal: Arc::clone(&site.journal),
    })
}

/// Common inputs, read or still in their tree.
trait AsCommon {
    fn as_common(&self) -> Result<Common>;
}

impl AsCommon for Common {
    fn as_common(&self) -> Result<Common> {
        Ok(self.clone())
    }
}

impl AsCommon for Map {
    fn as_common(&self) -> Result<Common> {
        Common::of(self)
    }
}

/// Kinds of changes in the engine's words are made of these.
pub type ChangeKind = Kind;

/// Inputs that are wrong, with the paths that a child's check gave them.
#[must_use]
pub fn problems_of(error: &Error) -> Option<&[Problem]> {
    match error.kind() {
        crate::error::Kind::Input(problems) => Some(problems),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{Owner, Tags, foreign};

    #[test]
    fn a_taken_name_is_told_with_whose_it_is() {
        let tags = |base: &str, child: &str, stack: &str| -> Tags {
            let stack = [("pulumi:stack".to_owned(), stack.to_owned())];
            Owner::fresh(base, child).tags().into_iter().chain(stack).collect()
        };
        let ours = tags("web", "web-alb", "dev");
        let whose = [
            tags("web", "web-alb", "prod"),
            tags("web", "web-http", "dev"),
            tags("shop", "shop-alb", "dev"),
            Tags::new(),
        ];
        let told = whose.map(|live| {
            foreign("web", "web-alb", &ours, "arn:alb", &live).expect("foreign").to_string()
        });
        expect![[r"
            the name is taken by arn:alb, and it belongs to the service `web` of another stack. Nothing was changed
              Remove or rename that object, or give the FargateWebService another `name`.
            the name is taken by arn:alb, and it belongs to `web-http` of the service `web`. Nothing was changed
              Remove or rename that object, or give the FargateWebService another `name`.
            the name is taken by arn:alb, and it belongs to `shop-alb` of the service `shop`. Nothing was changed
              Remove or rename that object, or give the FargateWebService another `name`.
            the name is taken by arn:alb, and no FargateWebService made it. Nothing was changed
              Remove or rename that object, or give the FargateWebService another `name`."]].assert_eq(&told.join("\n"));
        assert_eq!(
            foreign("web", "web-alb", &ours, "arn:alb", &tags("web", "web-alb", "dev")),
            None
        );
    }
}
