//! For what and for whom a child acts, and how it tells the user what is going on.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{KnownNames, Patience, Tags, wait};
use crate::aws::Aws;
use crate::error::{Error, Result};

/// For what and for whom a child acts.
#[derive(Clone)]
pub struct Cx {
    /// Clients for the child's region.
    pub aws: Aws,
    /// The base name that all objects of the service share; physical names are made of it.
    pub base: String,
    /// The child's name in the program, `web-cluster`.
    pub child: String,
    pub urn: String,
    /// Everything that the object must be tagged with: the user's tags and the owner's.
    pub tags: Tags,
    /// The lineage of which the user wants that what it owns becomes ours.
    pub take_over: Option<String>,
    /// What this run knows of base names.
    pub names: KnownNames,
    /// How long waits may take, and whether to give up.
    pub patience: Patience,
    /// Where messages to the user go.
    pub journal: Arc<dyn Journal>,
}

impl Cx {
    /// Tells the user something worth knowing that is no error.
    pub fn warn(&self, message: &str) {
        self.journal.warn(&self.urn, message);
    }

    /// Shows what is going on, in place of what was shown before.
    pub fn status(&self, message: &str) {
        self.journal.status(&self.urn, message);
    }

    /// [`Patience::retry`], which shows why it takes so long once it does.
    ///
    /// # Errors
    /// As there.
    pub async fn retry<T, F, A, P>(&self, usual: Duration, passes: P, act: A) -> Result<T>
    where
        A: FnMut() -> F,
        F: Future<Output = Result<T>>,
        P: Fn(&Error) -> bool,
    {
        let begun = Instant::now();
        let told = |error: &Error| {
            let passes = passes(error);
            if passes && begun.elapsed() > UNREMARKABLE {
                self.status(&refused_for_now(error, usual));
            }
            passes
        };
        self.patience.retry(usual, told, act).await
    }
}

/// What nobody wonders about while it is going on.
const UNREMARKABLE: Duration = Duration::from_secs(5);

fn refused_for_now(error: &Error, usual: Duration) -> String {
    format!("asking again for up to {}, since {}", wait::in_words(usual), error.message())
}

/// Messages to the user that are neither results nor errors. Telling never fails and never waits.
pub trait Journal: Send + Sync {
    /// Something worth knowing, kept in the log.
    fn warn(&self, urn: &str, message: &str);
    /// One kept line of information.
    fn info(&self, urn: &str, message: &str);
    /// What is going on right now: shown in the live display only.
    fn status(&self, urn: &str, message: &str);
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::refused_for_now;
    use crate::error::Error;

    #[test]
    fn a_long_wait_says_why() {
        let error = Error::aws("Busy", "AWS refused it (Busy)").hinted("Wait.");
        expect_test::expect!["asking again for up to 2 min, since AWS refused it (Busy)"]
            .assert_eq(&refused_for_now(&error, Duration::from_mins(2)));
    }
}
