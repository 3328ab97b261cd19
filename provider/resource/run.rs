//! What one run knows of base names. What the process forgets (it ends, or another engine comes)
//! is known to no one else, so each name here has to be safe to forget.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

/// The base names of one run.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// Drawn at random and not used before: nothing in AWS can bear them. A create looks first,
    /// since an earlier run may have made the object, or somebody else. Under a name of seven random
    /// letters that came into being in this very run there is nothing to find, so the first `up` of
    /// a service makes its objects without a look before each.
    pub drawn: BaseNames,
    /// The program has a service of this name. What bears it is in use, also when an old entry of
    /// the name goes: a replaced one leaves its name to its successor.
    pub declared: BaseNames,
}

/// Some base names.
#[derive(Clone, Debug, Default)]
pub struct BaseNames(Arc<Mutex<HashSet<String>>>);

impl BaseNames {
    /// From now on this is one of them.
    pub fn add(&self, base: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(base.to_owned());
    }

    /// Whether this is one of them.
    #[must_use]
    pub fn contains(&self, base: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(base)
    }
}
