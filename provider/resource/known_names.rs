//! What one run knows of base names. What the process forgets (it ends, or another engine comes)
//! is known to no one else, so each name here has to be safe to forget.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

/// The base names of one run.
#[derive(Clone, Debug, Default)]
pub struct KnownNames {
    /// Drawn at random and not used before: nothing in AWS can bear them. A create looks first,
    /// since an earlier run may have made the object, or somebody else. Under a name of seven random
    /// letters that came into being in this very run there is nothing to find, so the first `up` of
    /// a service makes its objects without a look before each.
    pub drawn: Names,
    /// The program has a service of this name in this region. What bears it there is in use, also
    /// when an old entry of the name goes: a replaced one leaves its name to its successor.
    pub declared: Names,
}

/// Some names, each of a region.
#[derive(Clone, Debug, Default)]
pub struct Names(Arc<Mutex<HashSet<(String, String)>>>);

impl Names {
    /// From now on this is one of them.
    pub fn add(&self, base: &str, region: &str) {
        let name = (base.to_owned(), region.to_owned());
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name);
    }

    /// Whether this is one of them.
    #[must_use]
    pub fn contains(&self, base: &str, region: &str) -> bool {
        let name = (base.to_owned(), region.to_owned());
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(&name)
    }
}

#[cfg(test)]
mod tests {
    use super::Names;

    #[test]
    fn a_name_is_known_in_its_region() {
        let names = Names::default();
        names.add("web", "eu-west-1");
        assert!(names.contains("web", "eu-west-1"));
        assert!(!names.contains("web", "eu-central-1") && !names.contains("site", "eu-west-1"));
    }
}
