//! Says that a run came to its end: the last child to be registered, and not an object in AWS.
//!
//! A run that is killed may leave objects in AWS that the state does not know. The same program
//! finds them by their names; one that wants something else would not. So the base name counts the
//! plans ([`super::base_name`]), and this child keeps the number of the last plan that was carried
//! out whole. If more than one plan came since, one of them was interrupted: then what belongs to the
//! service, and is neither wanted now nor known from the last whole run, is deleted and reported. A run
//! after a clean one asks AWS nothing.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::property::{Form, Plain};
use crate::resource::gone::nothing_to_import;
use crate::resource::lifecycle::{Swept, remove_debris};
use crate::resource::{Cx, Live, Made, Permission, Resource, Settled, Standing, naming};

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
    /// The [`mark`]s of all objects that the plan has: what is not debris.
    pub objects: F::Of<Vec<F::Of<String>>>,
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
    /// Whether the user once protected or retained what the service had: some of it may still exist.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub once_retained: Option<F::Of<bool>>,
}

/// A few letters that identify an object of this type and id: the state of a service has enough ids
/// in it, and objects of several kinds have the same.
#[must_use]
pub fn mark(token: &str, id: &str) -> String {
    naming::letters(format!("{token} {id}").as_bytes(), 8)
}

impl Resource for Completion {
    const TYPE: &'static str = "fargate:index:Completion";
    const PERMISSIONS: &'static [Permission] = &[];
    const REPLACE_ON: &'static [&'static str] = &[];
    const CHANGES_ON_UPDATE: &'static [&'static str] = &["wholeGeneration", "wholeObjects"];
    const STATE_ONLY: bool = true;
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    async fn find(_cx: &Cx, _inputs: &Inputs) -> Result<Option<Standing>> {
        Ok(None)
    }

    async fn create(cx: &Cx, _inputs: &Inputs) -> Result<Made<Outputs>> {
        let outputs = Outputs { whole_generation: None, whole_objects: None, once_retained: None };
        Ok(Made { id: cx.base.clone(), outputs })
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

    async fn delete(_cx: &Cx, _id: &str, _inputs: &Inputs, _outputs: &Outputs) -> Result<()> {
        Ok(())
    }
}

/// Removes what interrupted runs left, if there was one since the last whole run; then this one is it.
async fn end(cx: &Cx, last: &Outputs, new: &Inputs) -> Result<Outputs> {
    let retained = new.retained == Some(true) || last.once_retained == Some(true);
    if interrupted(last.whole_generation, new.generation) && !retained {
        let is_kept = |token: &str, id: &str| {
            let mark = mark(token, id);
            new.objects.contains(&mark)
                || last.whole_objects.as_ref().is_some_and(|objects| objects.contains(&mark))
        };
        remove_debris(cx, Some(&new.kinds), Swept::But(&is_kept)).await?;
    }
    Ok(Outputs {
        whole_generation: Some(new.generation),
        whole_objects: Some(new.objects.clone()),
        once_retained: retained.then_some(true),
    })
}

/// Whether a plan between the last whole run and this one was not carried out whole.
fn interrupted(last: Option<u32>, now: u32) -> bool {
    now > last.unwrap_or(0).saturating_add(1)
}

#[cfg(test)]
mod tests {
    use super::{interrupted, nothing_to_import};

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
