//! For whom AWS is called: whom to tell that it takes long, and when to stop.
//!
//! A call is made deep below the operation that needs it, through the SDK. So the asker stands in the
//! task: whatever is asked within [`asked_by`] is asked for that one.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use crate::error::in_words;

tokio::task_local! {
    static ASKER: Arc<dyn Asker>;
}

/// Who asks.
pub trait Asker: Send + Sync {
    /// A call has not been done for longer than nobody wonders about. It comes about every five
    /// seconds until the call is done, and must neither wait nor fail.
    fn waiting(&self, waiting: &Waiting<'_>);

    /// Ends what has not been sent yet.
    fn cancelled(&self) -> CancellationToken;

    /// When the operation's own time is up, if somebody has set one.
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
    pub fn told(&self) -> String {
        let Self { what, why, since, until } = self;
        let why = match why {
            Why::RateLimit => format!("waiting for AWS's rate limit: {what} is asked too often"),
            Why::Failed(how) => format!("asking AWS again: {what} failed ({how})"),
            Why::NoAnswer => format!("waiting for AWS's answer to {what}"),
        };
        format!("{why}; {} so far, {} more at the most", in_words(*since), in_words(*until))
    }
}

/// Does `work`; what it asks AWS is asked for `asker`.
pub async fn asked_by<F: Future>(asker: Arc<dyn Asker>, work: F) -> F::Output {
    ASKER.scope(asker, work).await
}

/// For whom this task asks, if somebody said so.
#[must_use]
pub fn asker() -> Option<Arc<dyn Asker>> {
    ASKER.try_with(Arc::clone).ok()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use expect_test::expect;

    use super::{Waiting, Why};

    #[test]
    fn a_call_that_takes_long_is_told_with_why_and_until_when() {
        let why = [Why::RateLimit, Why::Failed("InternalFailure, 500"), Why::NoAnswer];
        let told = why.map(|why| {
            let since = Duration::from_secs(7);
            let until = Duration::from_secs(95);
            Waiting { what: "ecs:CreateService", why, since, until }.told()
        });
        expect![[r"
            waiting for AWS's rate limit: ecs:CreateService is asked too often; 7 s so far, 1 min 35 s more at the most
            asking AWS again: ecs:CreateService failed (InternalFailure, 500); 7 s so far, 1 min 35 s more at the most
            waiting for AWS's answer to ecs:CreateService; 7 s so far, 1 min 35 s more at the most"]]
        .assert_eq(&told.join("\n"));
    }
}
