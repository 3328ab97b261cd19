//! The operation that AWS is called for: where to show that it takes long, and when to stop.
//!
//! A call is made deep below the operation that needs it, through the SDK. So the asker is kept in the
//! task: whatever is asked within [`asked_by`] is asked for that one.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use crate::error::in_words;

tokio::task_local! {
    static ASKER: Arc<Asking>;
}

/// The asker, and the calls that have ended and whose object is not known yet: below the SDK nothing
/// sees it, and the code that makes the call names it a moment later ([`about`]).
struct Asking {
    asker: Arc<dyn Asker>,
    ended: Mutex<Vec<Called>>,
}

impl Asking {
    /// Shows the calls to `action` as what they were about, and without one those that were never named.
    fn show(&self, about: Option<(&str, &str)>) {
        let mut ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        for mut call in std::mem::take(&mut *ended) {
            match about {
                Some((action, object)) if call.what == action => {
                    object.clone_into(&mut call.object);
                }
                Some(_) => {
                    ended.push(call);
                    continue;
                }
                None => {}
            }
            self.asker.called(&call);
        }
    }
}

/// Who asks.
pub trait Asker: Send + Sync {
    /// A call takes long. It comes about every five
    /// seconds until the call is done, and must neither wait nor fail.
    fn waiting(&self, waiting: &Waiting<'_>);

    /// A call has ended. It must neither wait nor fail.
    fn called(&self, call: &Called);

    /// Ends what has not been sent yet.
    fn cancelled(&self) -> CancellationToken;

    /// When the operation's own time is up, if the user has set one.
    fn until(&self) -> Option<Instant>;

    /// The service that it is about, by its base name, if that is known. Where AWS lets few calls
    /// through, those of one service go before those of the next.
    fn service(&self) -> Option<&str>;
}

/// A call that is not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting<'a> {
    /// What is asked: `ecs:DescribeServices`.
    pub what: &'a str,
    /// Why it is not done.
    pub why: Why<'a>,
    /// For how long it has been asked.
    pub since: Duration,
    /// For how long it will be asked from now on, at the most.
    pub until: Duration,
}

/// A call that has ended, well or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Called {
    /// What was asked: `ecs:DescribeServices`.
    pub what: String,
    /// What it was about; empty for calls that no child makes, such as those for credentials.
    pub object: String,
    /// What came of it: `status 200`.
    pub outcome: String,
    /// AWS's id of the request.
    pub request: Option<String>,
    /// How long it took, with waiting for its turn and with the attempts that failed.
    pub took: Duration,
    /// How often it was sent.
    pub attempts: u32,
}

impl Called {
    /// The line that `pulumi up --debug` shows.
    #[must_use]
    pub fn line(&self) -> String {
        let Self { what, object, outcome, request, took, attempts } = self;
        let object = if object.is_empty() { String::new() } else { format!(" for {object}") };
        let attempts =
            if *attempts > 1 { format!(" in {attempts} attempts") } else { String::new() };
        let request = request.as_ref().map_or_else(String::new, |id| format!(", request {id}"));
        format!("{what}{object}: {outcome} after {} ms{attempts}{request}", took.as_millis())
    }
}

/// Why a call is not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why<'a> {
    /// AWS takes so many calls of this kind in a second and no more.
    RateLimit,
    /// The call failed in a way that passes, and is made again: with what it failed.
    Failed(&'a str),
    /// It was sent, and nothing has come back yet.
    NoAnswer,
}

impl Waiting<'_> {
    /// As a person reads it.
    #[must_use]
    pub fn rendered(&self) -> String {
        let Self { what, why, since, until } = self;
        let why = match why {
            Why::RateLimit => format!("waiting for AWS's rate limit: {what} was called too often"),
            Why::Failed(how) => format!("retrying {what}, which failed ({how})"),
            Why::NoAnswer => format!("waiting for AWS's answer to {what}"),
        };
        format!("{why}; {} so far, {} more at the most", in_words(*since), in_words(*until))
    }
}

/// Does `work`; what it asks AWS is asked for `asker`.
pub async fn asked_by<F: Future>(asker: Arc<dyn Asker>, work: F) -> F::Output {
    let asking = Arc::new(Asking { asker, ended: Mutex::default() });
    let done = ASKER.scope(Arc::clone(&asking), work).await;
    asking.show(None);
    done
}

/// A call of this task has ended. Earlier ones to another operation are not named any more: the code
/// that makes a call names it at once.
pub(super) fn called(call: Called) {
    let _ = ASKER.try_with(|asking| {
        let ended = || asking.ended.lock().unwrap_or_else(PoisonError::into_inner);
        let others = ended().iter().any(|it| it.what != call.what);
        if others {
            asking.show(None);
        }
        ended().push(call);
    });
}

/// The calls to `action` that have just ended in this task were about `object`.
pub(super) fn about(action: &str, object: &str) {
    let _ = ASKER.try_with(|asking| asking.show(Some((action, object))));
}

/// The asker of this task, if there is one.
#[must_use]
pub fn asker() -> Option<Arc<dyn Asker>> {
    ASKER.try_with(|asking| Arc::clone(&asking.asker)).ok()
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};
    use std::time::{Duration, Instant};

    use expect_test::expect;
    use tokio_util::sync::CancellationToken;

    use super::{Asker, Called, Waiting, Why, about, asked_by, called};

    /// Keeps the lines.
    #[derive(Default)]
    struct Reader(Mutex<Vec<String>>);

    impl Asker for Reader {
        fn waiting(&self, _: &Waiting<'_>) {}

        fn called(&self, call: &Called) {
            self.0.lock().expect("lines").push(call.line());
        }

        fn cancelled(&self) -> CancellationToken {
            CancellationToken::new()
        }

        fn until(&self) -> Option<Instant> {
            None
        }

        fn service(&self) -> Option<&str> {
            None
        }
    }

    fn call(what: &str, outcome: &str, attempts: u32) -> Called {
        Called {
            what: what.to_owned(),
            object: String::new(),
            outcome: outcome.to_owned(),
            request: outcome.starts_with("status").then(|| "7a6b".to_owned()),
            took: Duration::from_millis(35),
            attempts,
        }
    }

    #[tokio::test]
    async fn each_call_is_shown_with_what_it_was_about() {
        let reader = Arc::new(Reader::default());
        asked_by(Arc::clone(&reader) as Arc<dyn Asker>, async {
            called(call("sts:AssumeRole", "status 200", 1));
            called(call("ecs:DescribeClusters", "status 400 ClusterNotFoundException", 1));
            about("ecs:DescribeClusters", "web");
            // Two pages of one answer.
            called(call("iam:ListAttachedRolePolicies", "status 200", 1));
            called(call("iam:ListAttachedRolePolicies", "status 200", 3));
            about("ecs:DescribeClusters", "an earlier one");
            about("iam:ListAttachedRolePolicies", "web-task");
            called(call("ecs:CreateCluster", "connection reset by peer", 8));
        })
        .await;
        expect![[r"
            sts:AssumeRole: status 200 after 35 ms, request 7a6b
            ecs:DescribeClusters for web: status 400 ClusterNotFoundException after 35 ms, request 7a6b
            iam:ListAttachedRolePolicies for web-task: status 200 after 35 ms, request 7a6b
            iam:ListAttachedRolePolicies for web-task: status 200 after 35 ms in 3 attempts, request 7a6b
            ecs:CreateCluster: connection reset by peer after 35 ms in 8 attempts"]]
        .assert_eq(&reader.0.lock().expect("lines").join("\n"));
    }

    #[test]
    fn a_call_that_takes_long_is_told_with_why_and_until_when() {
        let why = [Why::RateLimit, Why::Failed("InternalFailure, 500"), Why::NoAnswer];
        let rendered = why.map(|why| {
            let since = Duration::from_secs(7);
            let until = Duration::from_secs(95);
            Waiting { what: "ecs:CreateService", why, since, until }.rendered()
        });
        expect![[r"
            waiting for AWS's rate limit: ecs:CreateService was called too often; 7 s so far, 1 min 35 s more at the most
            retrying ecs:CreateService, which failed (InternalFailure, 500); 7 s so far, 1 min 35 s more at the most
            waiting for AWS's answer to ecs:CreateService; 7 s so far, 1 min 35 s more at the most"]]
        .assert_eq(&rendered.join("\n"));
    }
}
