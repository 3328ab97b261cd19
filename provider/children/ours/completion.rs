//! Says that a run came to its end: the last child to be registered, and not an object in AWS.
//!
//! A run that is killed may leave objects in AWS that the state does not know. The same program
//! finds them by their names; one that wants something else would not. So the base name counts the
//! plans ([`super::base_name`]), and this child keeps the number of the last plan that was carried
//! out whole. If more than one plan came since, one of them was interrupted: then what belongs to the
//! service, and is neither wanted now nor known from the last whole run, is deleted and reported. A run
//! after a clean one asks AWS nothing.
//!
//! What had to wait until the service has moved is done here too, by the kind of what waits ([`Resource::settle`]).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::others;
use crate::error::Result;
use crate::property::{Form, Plain};
use crate::resource::gone::nothing_to_import;
use crate::resource::known_in_run::in_region;
use crate::resource::lifecycle::{Swept, remove_debris};
use crate::resource::{
    CREATED, Cx, EVERYWHERE, Live, Made, Permission, Resource, Settled, Standing,
};

/// The kind that leads to others too.
const BALANCER: &str = "lb:LoadBalancer";

/// The end of a run.
pub struct Completion;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    /// The number of the plan that was carried out.
    pub generation: F::Of<u32>,
    /// The kinds of objects that the service has or had.
    pub kinds: F::Of<Vec<F::Of<String>>>,
    /// The [marks](crate::resource::owner::mark) of all objects that the plan has: what is not debris.
    pub objects: F::Of<Vec<F::Of<String>>>,
    /// Objects that changed in some run and have something left to do, each with its kind, its id, and what tells its changes apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<F::Of<Vec<F::Of<String>>>>,
    /// Whether the user protects or retains what the service has: then nothing is removed here, since
    /// the engine would not have it removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retained: Option<F::Of<bool>>,
}

/// What it remembers of the last whole run. It is in the outputs, which an update that failed
/// leaves as they were.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    /// The number of the last plan that was carried out whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whole_generation: Option<F::Of<u32>>,
    /// The marks of its objects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whole_objects: Option<F::Of<Vec<F::Of<String>>>>,
    /// The marks of objects that only earlier whole runs had. The engine deleted them, or the user
    /// retained them; it does not say which.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub former_objects: Option<F::Of<Vec<F::Of<String>>>>,
    /// What had nothing left to do at its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled: Option<F::Of<Vec<F::Of<String>>>>,
}

impl Resource for Completion {
    const TYPE: &'static str = "fargate:index:Completion";
    const PERMISSIONS: &'static [Permission] = &[Permission {
        sid: "LoadBalancerShared",
        to: "see, before anything is deleted, whether the load balancer leads to other services",
        actions: &["elasticloadbalancing:DescribeListeners", "elasticloadbalancing:DescribeRules"],
        ..EVERYWHERE
    }];
    const REPLACE_ON: &'static [&'static str] = &[];
    const CHANGES_ON_UPDATE: &'static [&'static str] =
        &["wholeGeneration", "wholeObjects", "formerObjects", "settled"];
    const STATE_ONLY: bool = true;
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    async fn find(_cx: &Cx, _inputs: &Inputs) -> Result<Option<Standing>> {
        Ok(None)
    }

    async fn create(cx: &Cx, _inputs: &Inputs) -> Result<Made<Outputs>> {
        let outputs = Outputs {
            whole_generation: None,
            whole_objects: None,
            former_objects: None,
            settled: None,
        };
        Ok(Made { id: cx.base.clone(), outputs })
    }

    /// A run in which nothing of it changes, too, may delete the name of a service that was replaced.
    async fn stale_outputs(
        cx: &Cx,
        _inputs: &Inputs,
        outputs: &Outputs,
    ) -> Result<Vec<&'static str>> {
        tell(cx, outputs);
        Ok(Vec::new())
    }

    async fn complete(
        cx: &Cx,
        _id: &str,
        inputs: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        end(cx, &outputs, inputs).await.map(Settled::from)
    }

    async fn read(_cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        Err(nothing_to_import("Completion", id))
    }

    async fn update(
        cx: &Cx,
        _id: &str,
        old: Option<&Inputs>,
        new: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        // Without the old inputs `complete` follows.
        if old.is_some() { end(cx, &outputs, new).await } else { Ok(outputs) }.map(Settled::from)
    }

    /// It goes before all that others could need.
    async fn delete(cx: &Cx, _id: &str, inputs: &Inputs, outputs: &Outputs) -> Result<()> {
        tell(cx, outputs);
        if !inputs.kinds.iter().any(|it| it == BALANCER) {
            return Ok(());
        }
        // One that the program still has is not the service's end: it goes with a replacement.
        if cx.names.children.contains(&cx.urn) { Ok(()) } else { others::refuse(cx).await }
    }
}

/// Removes what interrupted runs left, if there was one since the last whole run; then this one is it.
async fn end(cx: &Cx, last: &Outputs, new: &Inputs) -> Result<Outputs> {
    tell(cx, last);
    let name = in_region(&cx.base, cx.aws.region());
    let retained = new.retained == Some(true) || cx.names.retained.contains(&name);
    if interrupted(last.whole_generation, new.generation) && !retained {
        let is_kept = |mark: &str| {
            cx.names.whole.contains(mark) || new.objects.iter().any(|object| object == mark)
        };
        remove_debris(cx, Some(&new.kinds), Swept::But(&is_kept)).await?;
    }
    let settled = last.settled.as_deref().unwrap_or_default();
    let waits = |it: &&String| !it.ends_with(CREATED) && !settled.contains(it);
    for object in new.changed.iter().flatten().filter(waits) {
        settle(cx, object).await?;
    }
    Ok(Outputs {
        whole_generation: Some(new.generation),
        whole_objects: Some(new.objects.clone()),
        former_objects: former(last, &new.objects),
        settled: new.changed.clone(),
    })
}

/// How the objects that changed are written: no type, no id and no change of those kinds has a space.
#[must_use]
pub fn change(kind: &str, id: &str, change: &str) -> String {
    format!("{kind} {id} {change}")
}

async fn settle(cx: &Cx, object: &str) -> Result<()> {
    let mut parts = object.split(' ');
    let (Some(kind), Some(id), Some(change)) = (parts.next(), parts.next(), parts.next()) else {
        return Ok(());
    };
    match cx.kinds.iter().find(|it| it.token() == kind) {
        Some(kind) => kind.settle(cx, id, change).await,
        None => Ok(()),
    }
}

/// Tells those who sweep in this run of which objects the state had an entry at the end of some run.
fn tell(cx: &Cx, outputs: &Outputs) {
    for mark in known(outputs) {
        cx.names.whole.add(mark);
    }
}

fn known(outputs: &Outputs) -> impl Iterator<Item = &String> {
    [&outputs.whole_objects, &outputs.former_objects].into_iter().flatten().flatten()
}

/// What whole runs until `last` had, and the one with the objects `now` does not have.
fn former(last: &Outputs, now: &[String]) -> Option<Vec<String>> {
    let former: BTreeSet<&String> = known(last).filter(|mark| !now.contains(mark)).collect();
    (!former.is_empty()).then(|| former.into_iter().cloned().collect())
}

/// Whether a plan between the last whole run and this one was not carried out whole.
fn interrupted(last: Option<u32>, now: u32) -> bool {
    now > last.unwrap_or(0).saturating_add(1)
}

#[cfg(test)]
mod tests {
    use super::{Outputs, former, interrupted, nothing_to_import};

    #[test]
    fn what_a_whole_run_had_once_stays_known() {
        let marks = |all: &[&str]| -> Vec<String> { all.iter().map(|&it| it.to_owned()).collect() };
        let after = |whole: &[&str], earlier: &[&str], now: &[&str]| {
            let last = Outputs {
                whole_generation: Some(1),
                whole_objects: Some(marks(whole)),
                former_objects: Some(marks(earlier)),
                settled: None,
            };
            former(&last, &marks(now))
        };
        assert_eq!(after(&["a", "b"], &[], &["a", "b", "c"]), None);
        assert_eq!(after(&["a", "b"], &["x"], &["a"]), Some(marks(&["b", "x"])));
        assert_eq!(after(&["a"], &["x"], &["a", "x"]), None, "it is there again");
    }

    #[test]
    fn a_plan_that_follows_another_one_was_interrupted_if_that_did_not_end() {
        assert!(!interrupted(None, 1), "the first run");
        assert!(interrupted(None, 2), "the first run did not end");
        assert!(!interrupted(Some(2), 2), "the same plan again");
        assert!(!interrupted(Some(2), 3), "another plan after a whole run");
        assert!(interrupted(Some(2), 4), "plan 3 did not end");
    }

    #[test]
    fn what_is_nothing_in_aws_is_left_out_of_an_import() {
        expect_test::expect![[r"
            the Completion web cannot be imported: it is not an object in AWS
              Leave it out of the import: the next `pulumi up` creates it."]]
        .assert_eq(&nothing_to_import("Completion", "web").to_string());
    }
}
