//! The names that the components of one run were given: no two may have the same.
//!
//! All objects in AWS are called after it. Without this the second component would find the first
//! one's objects in the middle of the run, and be refused part by part.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Each name, and the component that has it.
#[derive(Clone, Debug, Default)]
pub struct ClaimedNames(Arc<Mutex<BTreeMap<String, String>>>);

impl ClaimedNames {
    /// Claims `name` for a component, if no other has it; else the reason why not.
    pub(in crate::component) fn claim(&self, name: &str, component: &str) -> Option<String> {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let owner = names.entry(name.to_owned()).or_insert_with(|| component.to_owned());
        (owner != component).then(|| {
            format!(
                "\"{name}\" is also the `name` of `{owner}` in this program. All objects in AWS are \
                 named after it, so each FargateWebService needs its own."
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::ClaimedNames;

    #[test]
    fn a_name_belongs_to_one_component_of_a_run() {
        let named = ClaimedNames::default();
        assert_eq!(named.claim("orders", "web"), None);
        assert_eq!(named.claim("orders", "web"), None, "a component may be constructed again");
        assert_eq!(named.claim("shop", "site"), None);
        expect_test::expect![[r#"
            "orders" is also the `name` of `web` in this program. All objects in AWS are named after it, so each FargateWebService needs its own."#]]
        .assert_eq(&named.claim("orders", "site").unwrap_or_default());
    }
}
