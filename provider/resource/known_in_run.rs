//! What one run knows of base names and of its children. What the process forgets (it ends, or
//! another engine comes) is known to no one else, so each of it has to be safe to forget.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use super::secrets::Met;
use crate::property::Map;

/// The base names and children of one run.
#[derive(Clone, Debug, Default)]
pub struct KnownInRun {
    /// Drawn at random and not used before: nothing in AWS can bear them. A create looks first,
    /// because an earlier run, or another owner, may have created the object. Under a name of seven random
    /// letters that came into being in this very run there is nothing to find, so the first `up` of
    /// a service makes its objects without a look before each.
    pub drawn: Known,
    /// The program has a service of this name in this region. What bears it there is in use, also
    /// when an old entry of the name goes: a replaced one leaves its name to its successor.
    pub declared: Known,
    /// URNs of children that the program has: if an object of one goes, it was replaced.
    pub children: Known,
    /// URNs of children whose objects the program allows to be deleted although something protects
    /// them ([`Resource::RELEASED_BY`](super::Resource::RELEASED_BY)). The state of an object that is
    /// replaced knows only what the program said before.
    pub released: Known,
    /// Names of services whose objects the user retains in AWS, or once did.
    pub retained: Known,
    /// [Marks](super::owner::mark) of the objects that the service had when a run of it came to its
    /// end: the state had an entry of each. The last child tells them. Without them a sweep takes a
    /// retained object for one of which no state ever knew.
    pub whole: Known,
    /// Kinds of which an object was, or may have been, made for a service in this run.
    pub made: Known,
    /// Objects that were removed in this run. There is nothing left to look for under the name of one,
    /// unless one of its kind was made since.
    pub removed: Known,
    /// The inputs of the last run, by URN, of children that speak for all. The engine checks what it
    /// replaces a second time, as a new object.
    pub earlier: Earlier,
    /// The states, by URN, of objects that others replace in this run: what they have is given up.
    pub replaced: Earlier,
    /// The secret texts that it has met: AWS repeats in an answer about one object what another was
    /// given, such as the ARN of a task's secret in the end of a deployment.
    pub secrets: Met,
}

/// Inputs of the last run.
#[derive(Clone, Debug, Default)]
pub struct Earlier(Arc<Mutex<HashMap<String, Map>>>);

impl Earlier {
    /// The inputs that the child had: those of this check, or of an earlier check in this run.
    #[must_use]
    pub fn of(&self, urn: &str, current: &Map) -> Map {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !current.is_empty() {
            known.insert(urn.to_owned(), current.clone());
        }
        known.get(urn).cloned().unwrap_or_default()
    }
}

/// Some of one kind: names, URNs, marks.
#[derive(Clone, Debug, Default)]
pub struct Known(Arc<Mutex<HashSet<String>>>);

impl Known {
    /// From now on this is one of them.
    pub fn add(&self, one: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(one.to_owned());
    }

    /// Whether this is one of them.
    #[must_use]
    pub fn contains(&self, one: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(one)
    }
}

/// A base name, as the same one in another region is another.
#[must_use]
pub fn in_region(base: &str, region: &str) -> String {
    format!("{region}/{base}")
}

#[cfg(test)]
mod tests {
    use super::{Known, in_region};

    #[test]
    fn a_name_is_known_in_its_region() {
        let names = Known::default();
        names.add(&in_region("web", "eu-west-1"));
        assert!(names.contains(&in_region("web", "eu-west-1")));
        assert!(!names.contains(&in_region("web", "eu-central-1")));
        assert!(!names.contains(&in_region("site", "eu-west-1")));
    }
}
