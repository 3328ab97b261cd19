//! Base names that were drawn at random and not used before: nothing in AWS can bear them.
//!
//! A create looks first, since an earlier run may have made the object, or somebody else. Under a
//! name of seven random letters that came into being in this very run there is nothing to find, so
//! the first `up` of a service makes its objects without a look before each. What the process
//! forgets (it ends, or another engine comes) costs looks and nothing else.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

/// The base names that one run drew.
#[derive(Clone, Debug, Default)]
pub struct Drawn(Arc<Mutex<HashSet<String>>>);

impl Drawn {
    /// This name was just drawn.
    pub fn add(&self, base: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(base.to_owned());
    }

    /// Whether this name was drawn in this run.
    #[must_use]
    pub fn contains(&self, base: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(base)
    }
}
