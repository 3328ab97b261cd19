//! What would come of it: differences, and the state after a create or an update that is only asked
//! about.

use std::collections::BTreeSet;

use super::kind::Kind;
use super::state::{
    Common, LINEAGE, REGION, TOKEN, UNSETTLED, changed, context, moves, outputs_of, plain_inputs,
    plain_outputs, split,
};
use super::update::is_unsettled;
use super::{Difference, Old, Outcome, Site};
use crate::error::{Error, Result};
use crate::property::diff::diff;
use crate::property::{Map, Value};
use crate::resource::Protected;

/// What an update to `news` would do.
pub(super) async fn difference(
    kind: &dyn Kind,
    site: &Site,
    old: &Old,
    news: &Map,
) -> Result<Difference> {
    let facts = kind.facts();
    let mut changes = diff(&old.inputs, news);
    if changes.iter().all(|it| facts.no_difference.contains(&it.property.as_str())) {
        changes.clear();
    }
    if !changes.is_empty() && !kind.reads(&split(news.clone()).1) {
        // These inputs lack an output of a resource that failed, and the run goes on without both.
        return Ok(Difference::default());
    }
    let replaces = changes
        .iter()
        .map(|change| change.property.as_str())
        .filter(|name| facts.replace_on.contains(name) || moves(&old.inputs, name))
        .map(str::to_owned)
        .collect::<BTreeSet<_>>();
    if facts.speaks_for_all
        && let Some(message) = another_region(&old.inputs, news)
    {
        site.journal.warn(&site.urn, &message);
    }
    if !replaces.is_empty() {
        drop(site.names.replaced.of(&site.urn, &old.state));
        allow_replacement(kind, site, old, news, &replaces).await?;
    }
    let mut stale =
        if changes.is_empty() { stale_outputs(kind, site, old, news).await? } else { vec![] };
    if changes.is_empty() && is_unsettled(old) {
        stale.push(UNSETTLED);
    }
    let stables = kind
        .output_names()
        .iter()
        .copied()
        .filter(|name| !facts.changes_on_update.contains(name))
        .collect();
    let delete_before_replace = facts.delete_before_replace;
    Ok(Difference { changes, replaces, stale, stables, delete_before_replace })
}

/// What the user should know whose environment, profile or configuration names another region than
/// before: all of the service is replaced.
fn another_region(old: &Map, news: &Map) -> Option<String> {
    let region = |inputs: &Map| inputs.get(REGION).and_then(Value::as_str).map(str::to_owned);
    let (old, new) = (region(old)?, region(news)?);
    (old != new).then(|| {
        format!(
            "The service is in {old}, and the region is now {new}: all of it is created again in \
             {new}, and deleted from {old}. If that is not what you want, set `fargate:region` \
             to {old}: without it the region comes from `aws:region`, AWS_REGION or the profile."
        )
    })
}

/// Whether these inputs allow that a protected object is deleted.
pub(super) fn releases(kind: &dyn Kind, inputs: &Map) -> bool {
    kind.facts().released_by.is_some_and(|(name, value)| {
        inputs.get(name).and_then(Value::known) == Some(&Value::Bool(value))
    })
}

/// A protected object is not replaced: its replacement would exist, and the old one could not be deleted. A user who
/// allows it is shown what is lost.
async fn allow_replacement(
    kind: &dyn Kind,
    site: &Site,
    old: &Old,
    news: &Map,
    replaces: &BTreeSet<String>,
) -> Result<()> {
    if kind.facts().released_by.is_none() {
        return Ok(());
    }
    let (common, _) = plain_inputs(kind, &old.inputs)?;
    let Ok(outputs) = plain_outputs(kind, &old.state) else { return Ok(()) };
    let cx = context(site, &common, None)?;
    let Some(protected) = kind.protected(&cx, &*outputs).await? else { return Ok(()) };
    if !releases(kind, news) {
        return Err(not_replaced(&protected, replaces));
    }
    if let Some(loss) = &protected.loss {
        cx.warn(loss);
    }
    Ok(())
}

fn not_replaced(protected: &Protected, replaces: &BTreeSet<String>) -> Error {
    let names: Vec<String> = replaces.iter().map(|name| format!("`{name}`")).collect();
    let names = names.join(", ");
    let Protected { reason, release, .. } = protected;
    let release = release.unwrap_or_default();
    let message = format!("a change of {names} replaces it, and {reason}. Nothing was changed");
    Error::aws("Protected", message)
        .hinted(format!(
            "Either set `{release}` together with this change, and change it back \
                         afterwards;"
        ))
        .hinted(
            "or undo the change: to move without a loss, declare a second FargateWebService, \
             move to it, and then remove this one.",
        )
}

/// The state after a create, with what is not known yet as unknown.
pub(super) async fn create(kind: &dyn Kind, site: &Site, inputs: Map) -> Result<Outcome> {
    let mut state = inputs.clone();
    lay_unknown(&mut state, kind.output_names());
    let replaced = site.names.replaced.of(&site.urn, &Map::new());
    if let (false, Some(Value::Map(own))) =
        (replaced.is_empty(), Value::Map(split(inputs.clone()).1).unwrapped())
    {
        let inputs = kind.inputs(&own).map_err(Error::input)?;
        state.extend(kind.inherited(&*inputs, &replaced)?);
    }
    if let Some(known) = foretold(kind, site, &inputs, None).await? {
        state.extend(known);
    }
    Ok(Outcome { id: String::new(), state, trouble: None })
}

/// The state after an update: an output that it may change is unknown.
pub(super) async fn update(
    kind: &dyn Kind,
    site: &Site,
    id: String,
    old: Old,
    news: Map,
) -> Result<Outcome> {
    let facts = kind.facts();
    let changes = diff(&old.inputs, &news);
    let (unsettled, differs) = (is_unsettled(&old), changed(&old.inputs, &news));
    let moves = |output: &&'static str| {
        let by = facts.changed_by.iter().find(|(name, _)| name == output);
        let counts = |input: &str| by.is_none_or(|(_, inputs)| inputs.contains(&input));
        unsettled || differs && changes.iter().any(|it| counts(&it.property))
    };
    let unknown: Vec<_> = facts.changes_on_update.iter().copied().filter(moves).collect();
    let mut state = outputs_of(kind.output_names(), &old.state);
    state.extend(news.clone());
    // What comes from another state gets a token of its own.
    let another = old
        .inputs
        .get(LINEAGE)
        .and_then(Value::as_str)
        .is_some_and(|lineage| news.get(LINEAGE).and_then(Value::as_str) != Some(lineage));
    if let Some(token) = old.state.get(TOKEN).filter(|_| !another) {
        state.insert(TOKEN.to_owned(), token.clone());
    }
    lay_unknown(&mut state, &unknown);
    if let Some(known) = foretold(kind, site, &news, Some(&old.state)).await? {
        state.extend(known);
    }
    Ok(Outcome { id, state, trouble: None })
}

/// The outputs that the child itself can foretell by only looking: when its own inputs are known,
/// whatever the service will be called.
async fn foretold(
    kind: &dyn Kind,
    site: &Site,
    inputs: &Map,
    state: Option<&Map>,
) -> Result<Option<Map>> {
    let (common, own) = split(inputs.clone());
    let (Some(Value::Map(own)), Some(region)) =
        (Value::Map(own).unwrapped(), common.get(REGION).and_then(Value::as_str))
    else {
        return Ok(None);
    };
    let common = Common::of_a_look(&common, region);
    let cx = context(site, &common, None)?;
    let inputs = kind.inputs(&own).map_err(Error::input)?;
    let outputs = state.and_then(|state| plain_outputs(kind, state).ok());
    let foretold = kind.preview(&cx, &*inputs, outputs.as_deref()).await?;
    foretold.map(|outputs| outputs.encode()).transpose()
}

/// Outputs that would change although no input did: the child may ask AWS.
async fn stale_outputs(
    kind: &dyn Kind,
    site: &Site,
    old: &Old,
    news: &Map,
) -> Result<Vec<&'static str>> {
    // The new ones differ at most in what makes no difference, and that may be unknown.
    let (common, inputs) = plain_inputs(kind, news).or_else(|_| plain_inputs(kind, &old.inputs))?;
    let Ok(outputs) = plain_outputs(kind, &old.state) else { return Ok(Vec::new()) };
    kind.stale_outputs(&context(site, &common, None)?, &*inputs, &*outputs).await
}

fn lay_unknown(state: &mut Map, names: &[&str]) {
    state.extend(names.iter().map(|name| ((*name).to_owned(), Value::unknown())));
}

#[cfg(test)]
mod tests {
    use super::{Map, Protected, another_region, not_replaced};

    #[test]
    fn another_region_is_told() {
        let of = |region: &str| Map::from([("region".to_owned(), region.into())]);
        let (ireland, ohio) = (of("eu-west-1"), of("us-east-2"));
        expect_test::expect!["The service is in eu-west-1, and the region is now us-east-2: all of it is created again in us-east-2, and deleted from eu-west-1. If that is not what you want, set `fargate:region` to eu-west-1: without it the region comes from `aws:region`, AWS_REGION or the profile."].assert_eq(&another_region(&ireland, &ohio).unwrap_or_default());
        assert_eq!(another_region(&ireland, &ireland), None);
    }

    #[test]
    fn a_protected_object_is_told_with_the_two_ways() {
        let protected = Protected {
            reason: "the load balancer web-abcde is protected against deletion".to_owned(),
            release: Some("deletionProtection: false"),
            loss: None,
        };
        let replaces = ["internal", "vpcId"].map(str::to_owned).into();
        expect_test::expect![[r"
            a change of `internal`, `vpcId` replaces it, and the load balancer web-abcde is protected against deletion. Nothing was changed
              Either set `deletionProtection: false` together with this change, and change it back afterwards;
              or undo the change: to move without a loss, declare a second FargateWebService, move to it, and then remove this one."]].assert_eq(&not_replaced(&protected, &replaces).to_string());
    }
}
