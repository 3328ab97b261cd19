//! What would come of it: differences, and the state after a create or an update that is only asked
//! about.

use super::state::{
    Common, REGION, changed, context, moves, outputs_of, plain_inputs, plain_outputs, split,
};
use super::{Difference, Old, Outcome, Site};
use crate::error::{Error, Result};
use crate::property::diff::diff;
use crate::property::names::names_of;
use crate::property::{Map, Plain, Value, decode, encode};
use crate::resource::Resource;

/// What an update to `news` would do.
pub(super) async fn difference<R: Resource>(
    site: &Site,
    old: &Old,
    news: &Map,
) -> Result<Difference> {
    let changes = diff(&old.inputs, news);
    let replaces = changes
        .iter()
        .map(|change| change.property.as_str())
        .filter(|name| R::REPLACE_ON.contains(name) || moves(&old.inputs, name))
        .map(str::to_owned)
        .collect();
    let moved = if changes.is_empty() { moved::<R>(site, old).await? } else { vec![] };
    let stables = names_of::<R::Outputs<Plain>>()
        .iter()
        .copied()
        .filter(|name| !R::CHANGES_ON_UPDATE.contains(name))
        .collect();
    let delete_before_replace = R::DELETE_BEFORE_REPLACE;
    Ok(Difference { changes, replaces, moved, stables, delete_before_replace })
}

/// The state after a create, with what is not known yet as unknown.
pub(super) async fn create<R: Resource>(site: &Site, inputs: Map) -> Result<Outcome> {
    let mut state = inputs.clone();
    lay_unknown(&mut state, names_of::<R::Outputs<Plain>>());
    if let Some(known) = foretold::<R>(site, &inputs).await? {
        state.extend(known);
    }
    Ok(Outcome { id: String::new(), state, trouble: None })
}

/// The state after an update: an output that it may change is unknown.
pub(super) async fn update<R: Resource>(
    site: &Site,
    id: String,
    old: Old,
    news: Map,
) -> Result<Outcome> {
    let changed = changed(&old.inputs, &news);
    let mut state = outputs_of(names_of::<R::Outputs<Plain>>(), &old.state);
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
    let common = Common::in_region(region);
    let cx = context(site, &common, None)?;
    let inputs: R::Inputs<Plain> = decode(&own).map_err(Error::input)?;
    match R::preview(&cx, &inputs).await? {
        Some(outputs) => Ok(Some(encode(&outputs)?)),
        None => Ok(None),
    }
}

/// Outputs that would change although no input did: the child may ask AWS.
async fn moved<R: Resource>(site: &Site, old: &Old) -> Result<Vec<&'static str>> {
    let (common, inputs) = plain_inputs::<R>(&old.inputs)?;
    let Ok(outputs) = plain_outputs::<R>(&old.state) else { return Ok(Vec::new()) };
    R::moved(&context(site, &common, None)?, &inputs, &outputs).await
}

fn lay_unknown(state: &mut Map, names: &[&str]) {
    state.extend(names.iter().map(|name| ((*name).to_owned(), Value::unknown())));
}
