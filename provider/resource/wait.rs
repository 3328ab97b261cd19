//! Waiting is a value: what for, how long, what was last seen. The only place that sleeps.

use std::future::Future;
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use super::pause::Pause;
use crate::aws::is_throttled;
use crate::error::{Error, Result, in_words};

/// How long waits may take, and whether someone asked to stop.
#[derive(Clone)]
pub struct Patience {
    /// The user's own limit for the whole operation (`customTimeouts`).
    limit: Option<Duration>,
    since: Instant,
    cancelled: CancellationToken,
}

/// What one look found.
pub enum Seen<T> {
    /// What was waited for.
    Done(T),
    /// Not yet; the words say what is still missing.
    Pending(String),
    /// Not yet, but it must come any moment: the next look is not long after.
    Soon(String),
}

impl Patience {
    /// Patience for one operation that begins now.
    #[must_use]
    pub fn new(limit: Option<Duration>, cancelled: CancellationToken) -> Self {
        Self { limit, since: Instant::now(), cancelled }
    }

    /// Looks again and again until the look is done, for `usual` at most (or what is left of the
    /// user's own limit). `what` reads well after "waiting for". Looks come quickly at first, then every
    /// five seconds, at the same moments in all waits, so that they can share a call to AWS.
    ///
    /// # Errors
    /// What `look` fails with; not ready in time, with what was last missing; cancelled.
    pub async fn wait<T, F, L>(&self, what: &str, usual: Duration, look: L) -> Result<T>
    where
        L: FnMut() -> F,
        F: Future<Output = Result<Seen<T>>>,
    {
        self.wait_for(what, || usual, look).await
    }

    /// The same for what only shows on the way how long it may take.
    ///
    /// # Errors
    /// As there.
    pub async fn wait_for<T, F, L, U>(&self, what: &str, usual: U, mut look: L) -> Result<T>
    where
        L: FnMut() -> F,
        F: Future<Output = Result<Seen<T>>>,
        U: Fn() -> Duration,
    {
        let begun = Instant::now();
        let left = self.limit.map(|limit| limit.saturating_sub(self.since.elapsed()));
        let mut pause = Pause::default();
        loop {
            let (missing, soon) = match look().await {
                Ok(Seen::Done(found)) => return Ok(found),
                Ok(Seen::Pending(missing)) => (missing, false),
                Ok(Seen::Soon(missing)) => (missing, true),
                // Not seen is not yet: the next look may have its turn.
                Err(error) if is_throttled(&error) => (THROTTLED.to_owned(), false),
                Err(error) => return Err(error),
            };
            if begun.elapsed() >= left.unwrap_or_else(&usual) {
                return Err(too_late(what, begun.elapsed(), &missing, self.limit.is_some()));
            }
            let pause = if soon { pause.short() } else { pause.next() };
            self.sleep(pause).await.ok_or_else(|| stopped(what))?;
        }
    }

    /// Does it, and does it again while it fails in a way that `passes` calls temporary: for AWS's
    /// eventual consistency, each case named where this is called. The user's own limit makes it
    /// shorter, never longer: a user who allows an hour for a slow deployment does not want to wait an hour
    /// for a certificate that is not there.
    ///
    /// # Errors
    /// What `act` fails with when `passes` says no, or when `usual` (or the user's own limit) has
    /// gone by: then it also says for how long it was tried.
    pub async fn retry<T, F, A, P>(&self, usual: Duration, passes: P, mut act: A) -> Result<T>
    where
        A: FnMut() -> F,
        F: Future<Output = Result<T>>,
        P: Fn(&Error) -> bool,
    {
        let begun = Instant::now();
        let left = self.limit.map(|limit| limit.saturating_sub(self.since.elapsed()));
        let users = left.is_some_and(|left| left < usual);
        let limit = left.map_or(usual, |left| left.min(usual));
        let mut pause = Pause::default();
        loop {
            match act().await {
                Err(error) if passes(&error) => {
                    if begun.elapsed() >= limit {
                        return Err(out_of_patience(error, begun.elapsed(), users));
                    }
                    if self.sleep(pause.next()).await.is_none() {
                        return Err(error);
                    }
                }
                other => return other,
            }
        }
    }

    /// Comes to an end only when someone asked to stop, or when `usual` (or what is left of the user's own limit) has
    /// gone by: with the error to fail with. For what is waited for otherwise, such as a program that runs.
    pub async fn given_up(&self, what: &str, usual: Duration) -> Error {
        let limit = self.limit.map_or(usual, |limit| limit.saturating_sub(self.since.elapsed()));
        match self.sleep(limit).await {
            None => stopped(what),
            Some(()) => too_late(what, limit, STILL_RUNS, self.limit.is_some()),
        }
    }

    /// `None` if someone asked to stop meanwhile.
    async fn sleep(&self, pause: Duration) -> Option<()> {
        tokio::select! {
            () = tokio::time::sleep(pause) => Some(()),
            () = self.cancelled.cancelled() => None,
        }
    }

    /// Whether the engine asked us to stop.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.is_cancelled()
    }
}

const STILL_RUNS: &str = "it is still running";
const THROTTLED: &str = "AWS's rate limit left no room for a look";

fn too_late(what: &str, waited: Duration, missing: &str, user_limit: bool) -> Error {
    let message = format!("gave up waiting for {what} after {}: {missing}", in_words(waited));
    Error::not_ready(message).hinted(if user_limit {
        YOUR_LIMIT
    } else {
        "If it only needs longer, set `customTimeouts` on the FargateWebService."
    })
}

fn stopped(what: &str) -> Error {
    Error::cancelled(&format!("waiting for {what}"))
}

fn out_of_patience(error: Error, tried: Duration, user_limit: bool) -> Error {
    let tried =
        format!("This is usually temporary, but it still failed after {}.", in_words(tried));
    error.hinted(tried).hinted(if user_limit {
        YOUR_LIMIT
    } else {
        "If it only needs longer, run `pulumi up` again: what exists is kept."
    })
}

const YOUR_LIMIT: &str = "The limit comes from `customTimeouts`; set a longer one there.";

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::time::Duration;

    use expect_test::expect;
    use tokio_util::sync::CancellationToken;

    use super::{Patience, Seen, THROTTLED, too_late};
    use crate::error::{Error, Kind, Result};

    fn patience(limit: Option<Duration>) -> Patience {
        Patience::new(limit, CancellationToken::new())
    }

    #[tokio::test]
    async fn it_looks_until_the_thing_is_there() {
        let looks = Cell::new(0);
        let found =
            patience(None)
                .wait("it", Duration::from_secs(9), || {
                    looks.set(looks.get() + 1);
                    let n = looks.get();
                    async move {
                        Ok(if n < 3 { Seen::Pending("more".to_owned()) } else { Seen::Done(n) })
                    }
                })
                .await;
        assert_eq!(found, Ok(3));
    }

    #[tokio::test]
    async fn a_look_that_aws_throttled_is_not_the_end_of_a_wait() {
        let looks = Cell::new(0);
        let throttled = || Error::aws("ThrottlingException", "Rate exceeded");
        let found = patience(None)
            .wait("it", Duration::from_secs(9), || {
                looks.set(looks.get() + 1);
                let n = looks.get();
                async move { if n < 3 { Err(throttled()) } else { Ok(Seen::Done(n)) } }
            })
            .await;
        assert_eq!(found, Ok(3));
        let late = patience(Some(Duration::ZERO))
            .wait("it", Duration::ZERO, || async { Err::<Seen<()>, _>(throttled()) })
            .await;
        let message = late.expect_err("no time").to_string();
        assert!(message.contains(THROTTLED), "{message}");
        expect!["AWS's rate limit left no room for a look"].assert_eq(THROTTLED);
    }

    #[tokio::test]
    async fn a_late_wait_says_what_was_missing() {
        let error = patience(Some(Duration::ZERO))
            .wait("load balancer web", Duration::from_secs(9), || async {
                Ok::<_, Error>(Seen::<()>::Pending("it is still provisioning".to_owned()))
            })
            .await
            .expect_err("no time");
        let usual = too_late("the end of service web", Duration::from_mins(30), "it drains", false);
        expect![[r"
            gave up waiting for load balancer web after 0 s: it is still provisioning
              The limit comes from `customTimeouts`; set a longer one there.
            gave up waiting for the end of service web after 30 min: it drains
              If it only needs longer, set `customTimeouts` on the FargateWebService."]]
        .assert_eq(&format!("{error}\n{usual}"));
    }

    #[tokio::test]
    async fn what_is_waited_for_otherwise_ends_too() {
        let limited = patience(Some(Duration::ZERO));
        let late = limited.given_up("the build of the image", Duration::from_secs(9)).await;
        let late_too = limited.given_up("the builder's version", Duration::from_secs(9)).await;
        let stop = CancellationToken::new();
        stop.cancel();
        let stopped = Patience::new(None, stop);
        let stopped = stopped.given_up("the build of the image", Duration::from_secs(9)).await;
        expect![[r"
            gave up waiting for the build of the image after 0 s: it is still running
              The limit comes from `customTimeouts`; set a longer one there.
            gave up waiting for the builder's version after 0 s: it is still running
              The limit comes from `customTimeouts`; set a longer one there.
            stopped on request while waiting for the build of the image"]]
        .assert_eq(&format!("{late}\n{late_too}\n{stopped}"));
    }

    #[tokio::test]
    async fn a_refusal_that_does_not_pass_says_how_long_it_was_tried() {
        let error = patience(Some(Duration::ZERO))
            .retry(
                Duration::from_secs(9),
                |_| true,
                || async { Err::<(), _>(Error::aws("Busy", "busy")) },
            )
            .await
            .expect_err("no time");
        assert_eq!(
            error.to_string(),
            "busy\n  This is usually temporary, but it still failed after 0 s.\n  \
             The limit comes from `customTimeouts`; set a longer one there."
        );
    }

    #[tokio::test]
    async fn a_long_limit_of_the_user_makes_no_refusal_last_longer() {
        let tries = Cell::new(0);
        let error = patience(Some(Duration::from_hours(1)))
            .retry(
                Duration::ZERO,
                |_| true,
                || {
                    tries.set(tries.get() + 1);
                    async { Err::<(), _>(Error::aws("Busy", "busy")) }
                },
            )
            .await
            .expect_err("no time");
        assert_eq!(
            (tries.get(), error.to_string().as_str()),
            (
                1,
                "busy\n  This is usually temporary, but it still failed after 0 s.\n  \
                 If it only needs longer, run `pulumi up` again: what exists is kept."
            )
        );
    }

    #[tokio::test]
    async fn a_stop_ends_a_wait() {
        let stop = CancellationToken::new();
        stop.cancel();
        let result: Result<()> = Patience::new(None, stop)
            .wait("the end of service web", Duration::from_secs(9), || async {
                Ok(Seen::Pending(String::new()))
            })
            .await;
        let error = result.expect_err("it is stopped");
        assert_eq!(error.kind(), &Kind::Cancelled);
        expect!["stopped on request while waiting for the end of service web"]
            .assert_eq(&error.to_string());
    }

    #[tokio::test]
    async fn only_the_named_failure_is_tried_again() {
        let tries = Cell::new(0);
        let result: Result<()> = patience(None)
            .retry(
                Duration::from_secs(9),
                |error| error.code() == Some("Passing"),
                || {
                    tries.set(tries.get() + 1);
                    let code = if tries.get() == 1 { "Passing" } else { "Final" };
                    async move { Err(Error::aws(code, "no")) }
                },
            )
            .await;
        assert_eq!(
            (tries.get(), result.map_err(|e| e.code().map(str::to_owned))),
            (2, Err(Some("Final".to_owned())))
        );
    }
}
