//! Trees and structs: what every child has beside its own inputs, and the state that is kept.

use std::sync::Arc;

use serde::Deserialize;

use super::kind::{Kind, Own};
use super::{Outcome, Site};
use crate::error::{Error, Problem, Result};
use crate::property::diff::diff;
use crate::property::{IntoMap, Map, Value, decode};
use crate::resource::owner::Owner;
use crate::resource::{Cx, Patience, Tags};

/// The owner's token, in the state.
pub const TOKEN: &str = "ownerToken";
/// In the state of an object that was made or changed, but not to the end.
pub(super) const UNSETTLED: &str = "unsettled";
pub(super) const REGION: &str = "region";
pub(super) const BASE: &str = "baseName";
pub(super) const LINEAGE: &str = "lineage";
pub(super) const TAGS: &str = "tags";
/// Inputs that every child has and no child declares.
pub const COMMON: [&str; 4] = [REGION, BASE, LINEAGE, TAGS];

/// The inputs that every child has.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Common {
    pub(super) region: Option<String>,
    base_name: Option<String>,
    pub(super) lineage: Option<String>,
    pub(super) tags: Tags,
}

impl Common {
    /// What a child needs that only looks: the name of its service if it is known, and no tags.
    pub(super) fn of_a_look(inputs: &Map, region: &str) -> Self {
        let base_name = inputs.get(BASE).and_then(Value::as_str).map(str::to_owned);
        Self { region: Some(region.to_owned()), base_name, ..Self::default() }
    }

    pub(super) fn of(inputs: &Map) -> Result<Self> {
        let (common, _) = split(inputs.clone());
        decode(&known_map(&common)?).map_err(Error::input)
    }

    fn region(&self) -> Result<&str> {
        self.region.as_deref().ok_or_else(|| Error::bug("a child has no region"))
    }
}

/// Whether a change of one of the inputs that every child has can only make another object. An
/// import of what has no tags does not know the base name; to learn it is no change.
pub(super) fn moves(old: &Map, name: &str) -> bool {
    name == REGION || name == BASE && old.contains_key(BASE)
}

pub(super) fn split(inputs: Map) -> (Map, Map) {
    inputs.into_iter().partition(|(name, _)| COMMON.contains(&name.as_str()))
}

fn known_map(map: &Map) -> Result<Map> {
    match Value::Map(map.clone()).unwrapped() {
        Some(Value::Map(known)) => Ok(known),
        _ => Err(Error::bug("a value is unknown outside of a preview")),
    }
}

pub(super) fn plain_inputs(kind: &dyn Kind, inputs: &Map) -> Result<(Common, Own)> {
    let (common, own) = known_inputs(inputs)?;
    Ok((common, kind.inputs(&own).map_err(Error::input)?))
}

fn known_inputs(inputs: &Map) -> Result<(Common, Map)> {
    let (common, own) = split(known_map(inputs)?);
    Ok((decode(&common).map_err(Error::input)?, own))
}

/// The child's own inputs.
pub(super) fn own(inputs: &Map) -> Option<Map> {
    known_inputs(inputs).ok().map(|(_, own)| own)
}

/// Whether the child's own inputs, which are those that AWS gets to see, are others.
pub(super) fn changed(old: &Map, new: &Map) -> bool {
    let own = |map: &Map| split(map.clone()).1;
    !diff(&own(old), &own(new)).is_empty()
}

pub(super) fn plain_outputs(kind: &dyn Kind, state: &Map) -> Result<Own> {
    let outputs = known_map(&outputs_of(kind.output_names(), state))?;
    kind.outputs(&outputs).map_err(|problems| unreadable(kind.facts().token, problems))
}

fn unreadable(token: &str, problems: Vec<Problem>) -> Error {
    Error::bug(format!("the state of a {token} cannot be read: {}", Error::input(problems)))
}

/// The part of a state that is outputs, which have these names.
pub(super) fn outputs_of(names: &[&str], state: &Map) -> Map {
    let known = |name: &&str| Some(((*name).to_owned(), state.get(*name)?.clone()));
    names.iter().filter_map(known).into_map()
}

/// The state to keep: inputs as they came, outputs, marks.
pub(super) fn keep(received: Map, outcome: Outcome, token: Option<String>) -> Outcome {
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

pub(super) fn context(site: &Site, common: &Common, token: Option<String>) -> Result<Cx> {
    let base = common.base_name.clone().unwrap_or_default();
    let lineage = common.lineage.as_deref().unwrap_or_default();
    let mut owner = Owner::fresh(&base, &site.name, lineage);
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
        take_over: site.account.settings().take_over.clone(),
        names: site.names.clone(),
        kinds: site.kinds,
        found: None,
        known: None,
        patience: Patience::new(site.timeout, site.cancelled.clone()),
        journal: Arc::clone(&site.journal),
    })
}
