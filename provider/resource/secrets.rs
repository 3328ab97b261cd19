//! The secret texts of one operation: nobody is told them, neither while it goes on nor in the end.
//!
//! AWS repeats what it was sent, in refusals and in warnings. Whatever we pass on of that goes
//! through here.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use super::Journal;
use crate::error::{Error, Result};
use crate::property::{Map, Value};

/// The secret texts that a run has met so far.
#[derive(Clone, Debug, Default)]
pub struct Met(Arc<Mutex<BTreeSet<String>>>);

/// Secret texts, the longest first.
#[derive(Clone)]
pub struct Secrets(Arc<[String]>);

impl Secrets {
    /// Those in these inputs and states.
    #[must_use]
    pub fn of(trees: &[&Map]) -> Self {
        let mut texts: Vec<String> =
            trees.iter().flat_map(|tree| tree.values()).flat_map(Value::secret_texts).collect();
        texts.sort_by_key(|text| Reverse(text.len()));
        texts.dedup();
        Self(texts.into())
    }

    /// These and those that the run has met, which knows these from now on.
    #[must_use]
    pub fn and_those(self, met: &Met) -> Self {
        let mut met = met.0.lock().unwrap_or_else(PoisonError::into_inner);
        met.extend(self.0.iter().cloned());
        let mut texts: Vec<String> = met.iter().cloned().collect();
        texts.sort_by_key(|text| Reverse(text.len()));
        Self(texts.into())
    }

    /// The text without them.
    #[must_use]
    pub fn cut_from(&self, text: &str) -> String {
        self.0
            .iter()
            .fold(text.to_owned(), |text, secret| text.replace(secret.as_str(), "[secret]"))
    }

    /// What came of it, with an error that tells none of them.
    ///
    /// # Errors
    /// The same, without them.
    pub fn hush<T>(&self, done: Result<T>) -> Result<T> {
        done.map_err(|error| self.hush_error(error))
    }

    /// The error without them.
    #[must_use]
    pub fn hush_error(&self, error: Error) -> Error {
        if self.0.is_empty() { error } else { error.with_texts(|text| self.cut_from(text)) }
    }

    /// A journal that tells none of them.
    #[must_use]
    pub fn hush_journal(&self, journal: Arc<dyn Journal>) -> Arc<dyn Journal> {
        if self.0.is_empty() { journal } else { Arc::new(Hushed(journal, self.clone())) }
    }
}

struct Hushed(Arc<dyn Journal>, Secrets);

impl Journal for Hushed {
    fn warn(&self, urn: &str, message: &str) {
        self.0.warn(urn, &self.1.cut_from(message));
    }

    fn info(&self, urn: &str, message: &str) {
        self.0.info(urn, &self.1.cut_from(message));
    }

    fn status(&self, urn: &str, message: &str) {
        self.0.status(urn, &self.1.cut_from(message));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::{Journal, Met, Secrets};
    use crate::error::{Error, Kind, Problem, Result};
    use crate::property::{Map, Value};

    #[derive(Default)]
    struct Told(Mutex<Vec<String>>);

    impl Journal for Told {
        fn warn(&self, _: &str, message: &str) {
            self.0.lock().expect("no panic").push(message.to_owned());
        }

        fn info(&self, urn: &str, message: &str) {
            self.warn(urn, message);
        }

        fn status(&self, urn: &str, message: &str) {
            self.warn(urn, message);
        }
    }

    #[test]
    fn what_is_secret_for_one_object_is_secret_for_all_of_the_run() {
        let met = Met::default();
        let task: Map = [("key".to_owned(), Value::from("arn:hunter2").into_secret())].into();
        let _ = Secrets::of(&[&task]).and_those(&met);
        let service = Secrets::of(&[&Map::new()]).and_those(&met);
        assert_eq!(service.cut_from("failed to fetch arn:hunter2"), "failed to fetch [secret]");
    }

    #[test]
    fn what_is_secret_is_told_neither_meanwhile_nor_in_the_end() {
        let inputs: Map = [("key".to_owned(), Value::from("hunter2").into_secret())].into();
        let state: Map = [("name".to_owned(), Value::from("hunter23").into_secret())].into();
        let secrets = Secrets::of(&[&inputs, &state]);
        let failed: Result<()> = Err(Error::aws("NotFound", "no hunter23").hinted("Make hunter2."));
        let error = secrets.hush(failed).expect_err("it failed");
        assert_eq!(error.to_string(), "no [secret]\n  Make [secret].");

        let problem = Problem::new("subnetIds[0]", "There is no subnet \"hunter2\".");
        let failed: Result<()> = Err(Error::input(vec![problem]));
        let error = secrets.hush(failed).expect_err("it failed");
        let reason = "There is no subnet \"[secret]\".";
        assert_eq!(*error.kind(), Kind::Input(vec![Problem::new("subnetIds[0]", reason)]));

        let told = Arc::new(Told::default());
        let journal = secrets.hush_journal(Arc::clone(&told) as Arc<dyn Journal>);
        journal.warn("urn", "a hunter2");
        journal.info("urn", "b hunter23");
        journal.status("urn", "c");
        assert_eq!(*told.0.lock().expect("no panic"), ["a [secret]", "b [secret]", "c"]);
    }
}
