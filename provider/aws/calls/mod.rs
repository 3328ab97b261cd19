//! Every call to AWS passes here: it waits for its turn, and it is made again when AWS could not take
//! it. One place knows of all calls of the process, so that they share what AWS allows.
//!
//! * AWS says that it is too much: the call goes back into the queue of its class (`turns.rs`). That is
//!   no failure, and ends with the operation's own time only.
//! * AWS failed, or no answer came: it is sent again after a growing pause, as often as
//!   the configuration says.
//!
//! Cancel ends both at once. What was sent is waited for: its answer may be that something was made.
//! The asker is shown when it takes long ([`Asker::waiting`]), and how each call ended
//! ([`Asker::called`]).

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use aws_smithy_runtime_api::client::http::HttpConnectorFuture;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;

mod answer;
mod asked;
mod rates;
#[cfg(test)]
mod tests;
mod turns;
mod unsent;

pub(super) use self::answer::TOO_MANY;
use self::answer::{Verdict, outcome, verdict};
use self::asked::Asked;
pub(super) use self::asked::Named;
use self::turns::{Place, Turns};
pub(super) use self::unsent::{SignAgain, Unsent};
use super::answer::request_id;
use super::asker::{Asker, Called, Waiting, Why, asker, called};
use super::causes::{address, causes};

/// For how long a call waits for its turn when the user has set no time (`customTimeouts`).
const PATIENCE: Duration = Duration::from_mins(15);
/// A call that is never answered must not hold a deployment for ever.
const ANSWER: Duration = Duration::from_mins(1);
/// AWS takes a signature for five minutes (IAM user guide, Signature Version 4).
const SIGNATURE: Duration = Duration::from_mins(4);
/// How often the SDK signs a call: together, about [`PATIENCE`].
pub(super) const SIGNATURES: u32 = 4;
/// The longest pause before a failed call is made again; the first is about a second.
const LONGEST_PAUSE: Duration = Duration::from_secs(20);
/// How often a call that waits for its turn checks again: the rate may have changed.
const LOOK: Duration = Duration::from_millis(200);
/// Waits shorter than this are not shown; longer ones are shown this often.
const UNREMARKABLE: Duration = Duration::from_secs(5);

/// All calls of one account.
#[derive(Clone, Debug)]
pub(super) struct Calls {
    turns: Turns,
    /// How often a call is made again that failed.
    retries: u32,
    /// About how long the first pause is.
    pub(super) pause: Duration,
}

impl Calls {
    pub(super) fn new(retries: u32) -> Self {
        Self { turns: Turns::default(), retries, pause: Duration::from_secs(1) }
    }

    /// Makes the call, with `send` for each attempt.
    pub(super) async fn make<S>(
        self,
        mut request: HttpRequest,
        send: S,
    ) -> Result<HttpResponse, ConnectorError>
    where
        S: Fn(HttpRequest) -> HttpConnectorFuture + Send + Sync,
    {
        let (begun, mut attempts) = (Instant::now(), 1);
        let (what, answer) = if let Some(asked) = Asked::of(&mut request) {
            let mut call = Call::new(&self, &asked);
            let answer = call.attempts(&asked, request, send, &mut attempts).await;
            (call.what, answer)
        } else {
            // On the way to credentials. Its path may hold a secret.
            let what = format!("{} {}", request.method(), address(request.uri()));
            (what, send(request).await)
        };
        called(Called {
            what,
            object: String::new(),
            outcome: outcome(&answer),
            request: answer.as_ref().ok().and_then(request_id),
            took: begun.elapsed(),
            attempts,
        });
        answer
    }
}

/// One call on its way.
struct Call {
    what: String,
    place: Place,
    asker: Option<Arc<dyn Asker>>,
    begun: Instant,
    until: Instant,
    reported: Instant,
    failed: u32,
    retries: u32,
    first_pause: Duration,
}

impl Call {
    /// Sends it until AWS has answered or nothing more is to be had; counts how often.
    async fn attempts<S>(
        &mut self,
        asked: &Asked,
        request: HttpRequest,
        send: S,
        attempts: &mut u32,
    ) -> Result<HttpResponse, ConnectorError>
    where
        S: Fn(HttpRequest) -> HttpConnectorFuture + Send + Sync,
    {
        let call = self;
        loop {
            call.turn().await?;
            // What cannot be sent twice is sent once.
            let Some(copy) = request.try_clone() else { return send(request).await };
            let answer = call.answer(whole(send(copy))).await;
            let verdict = match &answer {
                Ok(answer) => verdict(answer),
                Err(error) if error.is_io() || error.is_timeout() => Verdict::Failed(root(error)),
                Err(_) => Verdict::Final,
            };
            match verdict {
                Verdict::Final => {
                    call.place.taken();
                    return answer;
                }
                Verdict::TooMany => {
                    call.place.refused(Instant::now());
                    if Instant::now() >= call.until {
                        return answer;
                    }
                }
                Verdict::Failed(how) => {
                    if asked.may_double() || !call.pause(&how).await? {
                        return answer;
                    }
                }
            }
            *attempts += 1;
        }
    }

    fn new(calls: &Calls, asked: &Asked) -> Self {
        let who = asker();
        let begun = Instant::now();
        let until = who.as_ref().and_then(|it| it.until());
        let whose = who.as_ref().and_then(|it| it.service());
        let place = calls.turns.place(&asked.region, &asked.service, &asked.operation, whose);
        Self {
            what: asked.action(),
            place,
            asker: who,
            begun,
            until: until.unwrap_or(begun + PATIENCE),
            reported: begun,
            failed: 0,
            retries: calls.retries,
            first_pause: calls.pause,
        }
    }

    /// Waits until it may be sent.
    async fn turn(&mut self) -> Result<(), ConnectorError> {
        loop {
            self.goes_on()?;
            let now = Instant::now();
            match self.place.take(now) {
                Ok(()) => return Ok(()),
                Err(_) if now >= self.until => return Ok(()),
                Err(left) => {
                    self.sleep(left.min(LOOK)).await;
                    self.report(Why::RateLimit, self.until);
                }
            }
        }
    }

    /// Waits for the answer, and says so while none comes.
    async fn answer<A>(&mut self, answer: A) -> Result<HttpResponse, ConnectorError>
    where
        A: Future<Output = Result<HttpResponse, ConnectorError>>,
    {
        let end = Instant::now() + ANSWER;
        let mut answer = std::pin::pin!(answer);
        while Instant::now() < end {
            tokio::select! {
                answer = &mut answer => return answer,
                () = tokio::time::sleep(UNREMARKABLE) => self.report(Why::NoAnswer, end),
            }
        }
        Err(ConnectorError::timeout("no whole answer within a minute".into()))
    }

    /// The pause after a failure; `false` if it has failed often enough.
    async fn pause(&mut self, how: &str) -> Result<bool, ConnectorError> {
        if self.failed >= self.retries || Instant::now() >= self.until {
            return Ok(false);
        }
        let most = self.first_pause.saturating_mul(1 << self.failed.min(16)).min(LONGEST_PAUSE);
        self.failed += 1;
        // Half of it at least, so that what failed is left alone for a while.
        let end = Instant::now() + most.mul_f64(0.5 + 0.5 * by_chance());
        while Instant::now() < end {
            self.goes_on()?;
            self.report(Why::Failed(how), self.until.min(end + ANSWER));
            self.sleep(end.saturating_duration_since(Instant::now()).min(UNREMARKABLE)).await;
        }
        Ok(true)
    }

    /// An error if the call must not be sent (again) as it is.
    fn goes_on(&self) -> Result<(), ConnectorError> {
        if self.asker.as_ref().is_some_and(|asker| asker.cancelled().is_cancelled()) {
            return Err(ConnectorError::other(Box::new(Unsent::Cancelled), None));
        }
        if self.begun.elapsed() > SIGNATURE {
            return Err(ConnectorError::other(Box::new(Unsent::Stale), None));
        }
        Ok(())
    }

    fn report(&mut self, why: Why<'_>, until: Instant) {
        let now = Instant::now();
        let Some(asker) = &self.asker else { return };
        if now.saturating_duration_since(self.reported) < UNREMARKABLE {
            return;
        }
        self.reported = now;
        let since = now.saturating_duration_since(self.begun);
        let until = until.saturating_duration_since(now);
        asker.waiting(&Waiting { what: &self.what, why, since, until });
    }

    /// Ends early on Cancel.
    async fn sleep(&self, time: Duration) {
        let Some(asker) = &self.asker else { return tokio::time::sleep(time).await };
        let cancelled = asker.cancelled();
        tokio::select! {
            () = tokio::time::sleep(time) => {}
            () = cancelled.cancelled() => {}
        }
    }
}

/// The answer with its body in memory: an answer that stops half-way is none.
async fn whole(answer: HttpConnectorFuture) -> Result<HttpResponse, ConnectorError> {
    let mut answer = answer.await?;
    let body = ByteStream::new(answer.take_body());
    let body = body.collect().await.map_err(|error| ConnectorError::io(error.into()))?;
    *answer.body_mut() = SdkBody::from(body.into_bytes());
    Ok(answer)
}

fn root(error: &ConnectorError) -> String {
    causes(error).last().map_or_else(String::new, ToString::to_string)
}

/// Between 0 and 1.
fn by_chance() -> f64 {
    f64::from(uuid::Uuid::new_v4().as_bytes()[15]) / 255.0
}
