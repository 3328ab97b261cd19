//! What a child acts on, for which service, and how it shows the user what is going on.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use super::known_in_run::in_region;
use super::wait::Seen;
use super::{Child, KnownInRun, Patience, Tags};
use serde::de::DeserializeOwned;

use crate::aws::{Asker, Aws, Called, Waiting, asked_by};
use crate::error::{Error, Result, in_words};
use crate::property::{Map, decode};

/// What a child acts on, and for which service.
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
    /// The lineage whose objects the user wants to become ours.
    pub take_over: Option<String>,
    /// What this run knows of base names.
    pub names: KnownInRun,
    /// All kinds of children, in the order in which a service needs them: what a sweep goes through.
    pub kinds: &'static [&'static dyn Child],
    /// In a delete, the tags that the object was found with; see [`super::Resource::marks`].
    pub found: Option<Tags>,
    /// In a refresh, the child's inputs as they are known; see [`Cx::known`].
    pub known: Option<Map>,
    /// How long waits may take, and whether to give up.
    pub patience: Patience,
    /// Where messages to the user go.
    pub journal: Arc<dyn Journal>,
}

impl Cx {
    /// In a refresh, the inputs of the child as they are known: what costs a call of its own and nobody asked for is
    /// not looked at. Nothing in an import, or if they are of another version: then all of it is.
    #[must_use]
    pub fn known<I: DeserializeOwned>(&self) -> Option<I> {
        decode(self.known.as_ref()?).ok()
    }

    /// The service's objects of a kind, as what a run [knows](KnownInRun::made) of them.
    #[must_use]
    pub fn of_kind(&self, kind: &str) -> String {
        format!("{kind} {}", in_region(&self.base, self.aws.region()))
    }

    /// Whether the service's name was [drawn](KnownInRun::drawn) in this run.
    #[must_use]
    pub fn is_drawn(&self) -> bool {
        self.names.drawn.contains(&in_region(&self.base, self.aws.region()))
    }

    /// Whether this run has removed the service's object of this kind and id: then there is nothing
    /// left to look for.
    #[must_use]
    pub fn has_removed(&self, kind: &str, id: &str) -> bool {
        let of_kind = self.of_kind(kind);
        !self.names.made.contains(&of_kind)
            && self.names.removed.contains(&format!("{of_kind} {id}"))
    }

    /// Shows the user something worth knowing that is not an error.
    pub fn warn(&self, message: &str) {
        self.journal.warn(&self.urn, message);
    }

    /// Shows what is going on, in place of what was shown before.
    pub fn status(&self, message: &str) {
        self.journal.status(&self.urn, message);
    }

    /// Shows the user one line of information, which stays.
    pub fn info(&self, message: &str) {
        self.journal.info(&self.urn, message);
    }

    /// Does what must still be done when the engine has asked us to stop: it waits for the answer of what runs. Neither
    /// calls nor waits of `work` are cancelled, but none begins after `limit`.
    pub async fn after_cancel<F: Future>(
        &self,
        limit: Duration,
        work: impl FnOnce(Self) -> F,
    ) -> F::Output {
        let never = CancellationToken::new();
        let asker = Operation {
            urn: self.urn.clone(),
            journal: Arc::clone(&self.journal),
            cancelled: never.clone(),
            until: Instant::now().checked_add(limit),
            service: Some(self.base.clone()),
        };
        let cx = Self { patience: Patience::new(Some(limit), never), ..self.clone() };
        asked_by(Arc::new(asker), work(cx)).await
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
        let rendered = |error: &Error| {
            let passes = passes(error);
            if passes && begun.elapsed() > UNREMARKABLE {
                self.status(&refused_for_now(error, begun.elapsed(), usual));
            }
            passes
        };
        self.patience.retry(usual, rendered, act).await
    }

    /// [`Patience::wait`], which shows what it waits for once it takes long. For looks that do not
    /// show more themselves.
    ///
    /// # Errors
    /// As there.
    pub async fn wait<T, F, L>(&self, what: &str, usual: Duration, mut look: L) -> Result<T>
    where
        L: FnMut() -> F,
        F: Future<Output = Result<Seen<T>>>,
    {
        let begun = Instant::now();
        let looked = || {
            let seen = look();
            async move {
                let seen = seen.await?;
                if let Seen::Pending(missing) | Seen::Soon(missing) = &seen
                    && begun.elapsed() > UNREMARKABLE
                {
                    self.status(&not_yet(what, missing, begun.elapsed(), usual));
                }
                Ok(seen)
            }
        };
        self.patience.wait(what, usual, looked).await
    }
}

/// Retries and waits shorter than this are not shown.
const UNREMARKABLE: Duration = Duration::from_secs(5);

fn refused_for_now(error: &Error, since: Duration, usual: Duration) -> String {
    format!("retrying: {}; {}", error.message(), so_far(since, usual))
}

fn not_yet(what: &str, missing: &str, since: Duration, usual: Duration) -> String {
    format!("waiting for {what}: {missing}; {}", so_far(since, usual))
}

/// Since when and until when, as for a call that is not done.
fn so_far(since: Duration, usual: Duration) -> String {
    let left = in_words(usual.saturating_sub(since));
    format!("{} so far, {left} more at the most", in_words(since))
}

/// Messages to the user that are neither results nor errors. Telling never fails and never waits.
pub trait Journal: Send + Sync {
    /// Something worth knowing, kept in the log.
    fn warn(&self, urn: &str, message: &str);
    /// One kept line of information.
    fn info(&self, urn: &str, message: &str);
    /// What is going on right now: shown in the live display only.
    fn status(&self, urn: &str, message: &str);
    /// For who looks for a mistake: shown by `pulumi up --debug` only.
    fn debug(&self, urn: &str, message: &str);
    /// A call to AWS is not done yet, with what it waits for, since when, and until when.
    fn waiting(&self, urn: &str, waiting: &Waiting<'_>) {
        self.status(urn, &waiting.rendered());
    }
}

/// One operation of the engine, as who asks AWS.
pub(super) struct Operation {
    pub(super) urn: String,
    pub(super) journal: Arc<dyn Journal>,
    pub(super) cancelled: CancellationToken,
    /// When the user's own limit for it (`customTimeouts`) is over.
    pub(super) until: Option<Instant>,
    /// The base name of the service that it is about.
    pub(super) service: Option<String>,
}

impl Asker for Operation {
    fn called(&self, call: &Called) {
        self.journal.debug(&self.urn, &call.line());
    }

    fn waiting(&self, waiting: &Waiting<'_>) {
        self.journal.waiting(&self.urn, waiting);
    }

    fn cancelled(&self) -> CancellationToken {
        self.cancelled.clone()
    }

    fn until(&self) -> Option<Instant> {
        self.until
    }

    fn service(&self) -> Option<&str> {
        self.service.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{not_yet, refused_for_now};
    use crate::error::Error;

    #[test]
    fn a_long_wait_says_why_since_when_and_until_when() {
        let error = Error::aws("Busy", "AWS refused it (Busy)").hinted("Wait.");
        let (since, usual) = (Duration::from_secs(7), Duration::from_mins(2));
        let rendered = [
            refused_for_now(&error, since, usual),
            not_yet("cluster web", "its status is PROVISIONING", since, usual),
        ];
        expect_test::expect![[r"
            retrying: AWS refused it (Busy); 7 s so far, 1 min 53 s more at the most
            waiting for cluster web: its status is PROVISIONING; 7 s so far, 1 min 53 s more at the most"]].assert_eq(&rendered.join("\n"));
    }
}
