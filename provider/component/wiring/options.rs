//! Resource options on the component, for the children.
//!
//! The engine hands `protect`, `retainOnDelete`, `deletedWith` and providers down to the children by itself, and
//! derives their aliases. `ignoreChanges` and `replaceOnChanges` it applies to the component's recorded inputs only; what a
//! user means is something about AWS, so they are handed to the children's properties that come from the input: each
//! value knows from which (`property/origins.rs`). What can have no effect is told: nothing is silently ignored.

use std::collections::BTreeSet;

use crate::component::Args;
use crate::component::inputs::choices::Warning;
use crate::component::inputs::warnings::Unmeant;
use crate::property::Map;
use crate::property::origins::origins;
use crate::property::words::did_you_mean;

/// The options of one component that do not reach its children by themselves.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub struct Options {
    /// Paths of inputs whose changes the user wants ignored.
    pub ignore_changes: Vec<String>,
    /// Paths of inputs whose changes the user wants to replace what they change.
    pub replace_on_changes: Vec<String>,
    /// Outputs that the user wants to be secret.
    pub additional_secret_outputs: Vec<String>,
    /// Whether the user said in which order things are replaced.
    pub delete_before_replace: bool,
    /// Whether the user wants the component to be replaced with something else or at some change.
    pub replaced_with_others: bool,
    /// Whether the user retains the service's objects in AWS when their entries go.
    pub retained: bool,
    /// Whether the user protects the service from deletion.
    pub protected: bool,
}

/// Paths that every child has.
fn is_everywhere(path: &str) -> bool {
    path == "*" || below(path, "tags").is_some()
}

/// What stands behind `of` in `path`: nothing if they are the same; `None` if it is another path.
fn below<'a>(path: &'a str, of: &str) -> Option<&'a str> {
    path.strip_prefix(of).filter(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// Whether `path` is the input `origin`, or a group of inputs that it belongs to.
fn covers(path: &str, origin: &str) -> bool {
    below(origin, path).is_some()
}

/// The properties of a child with these inputs that `paths` of the component reach: those that come from
/// such an input. Of paths that [`effective`] has left.
pub(in crate::component) fn reached(paths: &[String], inputs: &Map) -> Vec<String> {
    if paths.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<String> = paths.iter().filter(|path| is_everywhere(path)).cloned().collect();
    for (property, from) in origins(inputs) {
        if from.iter().any(|origin| paths.iter().any(|path| covers(path, origin))) {
            found.push(property);
            continue;
        }
        for path in paths {
            let inside = from.iter().find_map(|origin| below(path, origin));
            found.extend(inside.map(|rest| format!("{property}{rest}")));
        }
    }
    found
}

/// Where a value of a child comes from.
struct Way<'a> {
    /// `execution-role.statements`.
    place: String,
    /// The inputs that it comes from and that are given, or all of them if none is.
    from: Vec<&'a str>,
}

/// The paths that have an effect on all that comes from them, and why others have none. What comes from
/// several inputs that are given is treated differently only with all of them: to ignore one would
/// tear the service apart.
fn effective(
    paths: &[String],
    origins: &[(String, BTreeSet<String>)],
    given: &BTreeSet<String>,
) -> (Vec<String>, Vec<(String, String)>) {
    let ways: Vec<Way<'_>> = origins
        .iter()
        .map(|(place, from)| {
            let some: Vec<&str> =
                from.iter().filter(|it| given.contains(*it)).map(String::as_str).collect();
            let all = from.iter().map(String::as_str).collect();
            Way { place: place.clone(), from: if some.is_empty() { all } else { some } }
        })
        .collect();
    let mut kept = paths.to_vec();
    let mut idle = Vec::new();
    loop {
        let found = kept
            .iter()
            .enumerate()
            .find_map(|(index, path)| Some((index, why_idle(path, &kept, &ways, given)?)));
        let Some((index, why)) = found else { return (kept, idle) };
        idle.push((kept.remove(index), why));
    }
}

/// Why a path has no effect; `None` if it has one.
fn why_idle(
    path: &str,
    paths: &[String],
    ways: &[Way<'_>],
    given: &BTreeSet<String>,
) -> Option<String> {
    if is_everywhere(path) {
        return None;
    }
    let is_input = |it: &str| covers(path, it) || below(path, it).is_some();
    if !Args::facts().iter().any(|fact| is_input(&fact.path)) {
        let names = Args::names();
        let meant = did_you_mean(path, names.iter().copied()).unwrap_or_default();
        return Some(format!("there is no such input.{meant}"));
    }
    let mut reaches = false;
    for way in ways {
        let covered = way.from.iter().any(|origin| covers(path, origin));
        reaches |= covered || way.from.iter().any(|origin| below(path, origin).is_some());
        let other = way.from.iter().find(|it| !paths.iter().any(|path| covers(path, it)));
        if let Some(other) = other.filter(|_| covered) {
            return Some(format!(
                "`{}` comes from `{other}` too, and cannot be treated differently for one of them.",
                way.place
            ));
        }
    }
    // What is not given now is treated differently when it is.
    let is_given = given.iter().any(|it| is_input(it));
    (!reaches && is_given)
        .then(|| "it decides which resources there are, or several of their properties.".to_owned())
}

impl Options {
    /// The options with those paths only that have an effect on these children, by the children's parts,
    /// and what has none, for the user to know.
    pub(in crate::component) fn effective<'a>(
        mut self,
        children: impl Iterator<Item = (&'a str, &'a Map)>,
        given: &BTreeSet<String>,
    ) -> (Self, Vec<Unmeant>) {
        let mut ways = Vec::new();
        for (part, inputs) in children {
            ways.extend(
                origins(inputs).into_iter().map(|(at, from)| (format!("{part}.{at}"), from)),
            );
        }
        let mut warnings: Vec<String> = Vec::new();
        for (option, paths) in [
            ("ignoreChanges", &mut self.ignore_changes),
            ("replaceOnChanges", &mut self.replace_on_changes),
        ] {
            let (kept, idle) = effective(paths, &ways, given);
            *paths = kept;
            warnings.extend(
                idle.into_iter()
                    .map(|(path, why)| format!("`{option}` of `{path}` has no effect: {why}")),
            );
        }
        if self.delete_before_replace {
            warnings.push(
                "`deleteBeforeReplace` has no effect: what is replaced gets another name in AWS, so \
                 the new one is created before the old one is deleted."
                    .to_owned(),
            );
        }
        if self.replaced_with_others {
            warnings.push(
                "`replaceWith` and `replacementTrigger` have no effect on what is in AWS. To start a new \
                 deployment, change `triggers`; to replace a resource, use `pulumi up --replace <urn>`."
                    .to_owned(),
            );
        }
        let warnings = warnings.into_iter().map(|text| (Warning::OptionWithoutEffect, text));
        let warnings = warnings.collect();
        (self, warnings)
    }
}
