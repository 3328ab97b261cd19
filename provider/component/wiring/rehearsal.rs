//! The plan of a service before anything of it is registered: the same diagram, led through a
//! registrar that makes nothing.
//!
//! What the plan says of a service is which parts it has, and what they cannot change: all that can
//! bring a new object into being. Two runs with the same plan make the same objects, so what one that
//! was killed left behind is found by the next; with another plan the next has to look
//! (`children/ours/completion.rs`).

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};

use super::options::{Options, reached};
use crate::children::find;
use crate::children::ours::base_name;
use crate::error::Result;
use crate::property::{Map, Output, Value};
use crate::resource::physical_names::letters;
use crate::resource::registrar::{Registered, Registrar, Registration};
use crate::resource::short;
use crate::resource::{Child, Resource};

/// What the service consists of.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::component) struct Plan {
    /// A short hash; unknown while something that it is made of is.
    pub hash: Output<String>,
    /// The kinds of objects in AWS, without the package.
    pub kinds: Vec<String>,
}

/// Takes registrations and makes nothing of them: all outputs are unknown.
#[derive(Default)]
pub(in crate::component) struct Rehearsal(Mutex<BTreeMap<String, Registration>>);

impl Registrar for Rehearsal {
    fn register(
        &self,
        registration: Registration,
    ) -> Pin<Box<dyn Future<Output = Result<Registered>> + Send + '_>> {
        let urn = registration.name.clone();
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(registration.name.clone(), registration);
        Box::pin(async move { Ok(Registered { urn, id: None, state: None }) })
    }
}

impl Rehearsal {
    /// The children that were registered, by name.
    pub(in crate::component) fn children(self) -> BTreeMap<String, Registration> {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Plan {
    /// The plan of a service that is not rehearsed yet.
    pub(in crate::component) fn unknown() -> Self {
        Self { hash: Output::unknown(), kinds: Vec::new() }
    }

    /// The plan of these children.
    pub(in crate::component) fn of(
        parts: &BTreeMap<String, Registration>,
        component: &str,
        options: &Options,
    ) -> Self {
        let kinds: BTreeSet<&str> = parts
            .values()
            .filter(|part| find(part.token).is_some_and(|kind| !kind.only_in_the_state()))
            .map(|part| short(part.token))
            .collect();
        let kinds = kinds.into_iter().map(str::to_owned).collect();
        Self { hash: hash(parts, component, &options.ignore_changes), kinds }
    }
}

/// The component may be called otherwise, by an alias: its name is nothing of the plan.
/// What is `ignored` brings nothing into being either.
fn hash(
    parts: &BTreeMap<String, Registration>,
    component: &str,
    ignored: &[String],
) -> Output<String> {
    let mut print = String::new();
    let mut asked = BTreeSet::new();
    let mut known = true;
    for (name, part) in parts {
        let Some(kind) = find(part.token) else { continue };
        let ignored = reached(ignored, &part.inputs);
        let fixed = |input: &str| {
            if ignored.iter().any(|it| it == input || it == "*") {
                return false;
            }
            kind.replace_on().contains(&input) && !kind.only_in_the_state()
                || input == "region"
                || part.token == base_name::BaseName::TYPE && input == "name"
        };
        print.push_str(name.strip_prefix(component).unwrap_or(name));
        known &= describe(&mut print, &part.inputs, fixed, parts, &mut asked);
    }
    // What the fixed properties come from, if it is nothing in AWS that has a plan of its own: the
    // network.
    for name in asked.clone() {
        let Some(part) = parts.get(&name) else { continue };
        if find(part.token).is_some_and(Child::only_in_the_state) {
            known &= describe(&mut print, &part.inputs, |_| true, parts, &mut asked);
        }
    }
    if known { letters(print.as_bytes(), 12).into() } else { Output::unknown() }
}

/// Adds the inputs that are `fixed` to `print`, and the parts that unknown ones come from to `asked`;
/// whether all else is known.
fn describe(
    print: &mut String,
    inputs: &Map,
    fixed: impl Fn(&str) -> bool,
    parts: &BTreeMap<String, Registration>,
    asked: &mut BTreeSet<String>,
) -> bool {
    let mut known = true;
    for (name, value) in inputs.iter().filter(|(name, _)| fixed(name)) {
        print.push_str(name);
        if value.has_unknown() {
            let sources = value.dependencies().into_iter().filter(|it| parts.contains_key(it));
            let sources: Vec<String> = sources.collect();
            known &= !sources.is_empty();
            asked.extend(sources);
        } else {
            print.push_str(&written(value));
        }
    }
    known
}

/// A known value as text; secrets too, since nothing but a hash is made of it.
fn written(value: &Value) -> String {
    format!("{:?}", value.clone().unwrapped())
}
