//! Whose turn it is to call AWS, under a limit that AWS does not publish in its answers.
//!
//! As long as AWS takes everything, everybody goes at once. When it says that it is too much, the
//! class gets a rate: the published one at first, less at each further refusal, and more with
//! each call that AWS takes.
//!
//! What waits goes service by service, in the order in which the services came, in all classes
//! alike. If it went in the order in which the calls came, every service would wait in one class until
//! all others are through, and then in the next: the classes would be busy one after another instead
//! of at the same time.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::rates;
use crate::aws::services::Class;

/// How much of the rate is left after a refusal.
const LESS: f64 = 0.8;
/// By how much each call that AWS takes raises it, in calls a second.
const MORE: f64 = 0.05;
/// No class gets slower than this, in calls a second.
const SLOWEST: f64 = 0.2;
/// Refusals within this time have one reason, and lower the rate once.
const ONE_REASON: Duration = Duration::from_secs(1);
/// A limit that has refused no call for so long no longer holds.
const FORGOTTEN: Duration = Duration::from_mins(1);
/// For how many seconds' worth of calls may go at once after a pause.
const SAVED: f64 = 2.0;

/// The buckets of one account, shared by all its calls.
#[derive(Clone, Debug, Default)]
pub(super) struct Turns(Arc<Mutex<All>>);

#[derive(Debug, Default)]
struct All {
    buckets: HashMap<String, Bucket>,
    /// The services in the order in which they came.
    services: HashMap<String, u64>,
    /// The last number given.
    last: u64,
}

/// A call's place in the queue of its class. It is given up when this is dropped.
#[derive(Debug)]
pub(super) struct Place {
    turns: Turns,
    bucket: String,
    class: Class,
    number: Number,
}

/// The service's number and the call's.
type Number = (u64, u64);

#[derive(Debug, Default)]
struct Bucket {
    limit: Option<Limit>,
    /// The numbers of those that wait.
    waiting: BTreeSet<Number>,
}

#[derive(Debug)]
struct Limit {
    /// Calls a second.
    rate: f64,
    /// Calls that may go now; fractions of one grow.
    tokens: f64,
    /// When they were counted.
    at: Instant,
    lowered: Instant,
}

impl Turns {
    /// A place in the queue for this operation. `whose` is the service's base name; what is nobody's
    /// goes first.
    pub(super) fn place(
        &self,
        region: &str,
        service: &str,
        operation: &str,
        whose: Option<&str>,
    ) -> Place {
        let (class, bucket) = rates::of(service, operation);
        let bucket = format!("{region} {bucket}");
        let mut all = self.lock();
        all.last += 1;
        let last = all.last;
        let first = whose.map_or(0, |whose| {
            // The number of its first call.
            *all.services.entry(whose.to_owned()).or_insert(last)
        });
        Place { turns: self.clone(), bucket, class, number: (first, last) }
    }

    fn lock(&self) -> MutexGuard<'_, All> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// Takes the turn if it has come; else tells how long it may be until then.
    pub(super) fn take(&self, now: Instant) -> Result<(), Duration> {
        self.with(|bucket| {
            let Some(limit) = bucket.limit.as_mut().filter(|it| now < it.lowered + FORGOTTEN)
            else {
                bucket.limit = None;
                bucket.waiting.remove(&self.number);
                return Ok(());
            };
            limit.refill(now);
            bucket.waiting.insert(self.number);
            let before = bucket.waiting.range(..self.number).count();
            #[expect(clippy::cast_precision_loss, reason = "nobody queues millions of calls")]
            let needed = before as f64 + 1.0;
            if limit.tokens < needed {
                return Err(Duration::from_secs_f64((needed - limit.tokens) / limit.rate));
            }
            limit.tokens -= 1.0;
            bucket.waiting.remove(&self.number);
            Ok(())
        })
    }

    /// AWS took the call.
    pub(super) fn taken(&self) {
        self.with(|bucket| {
            if let Some(limit) = &mut bucket.limit {
                limit.rate += MORE;
            }
        });
    }

    /// AWS said that it was one too many.
    pub(super) fn refused(&self, now: Instant) {
        self.with(|bucket| {
            let first = Limit { rate: self.class.rate, tokens: 0.0, at: now, lowered: now };
            let Some(limit) = &mut bucket.limit else {
                bucket.limit = Some(first);
                return;
            };
            if now.saturating_duration_since(limit.lowered) >= ONE_REASON {
                limit.rate = (limit.rate * LESS).max(SLOWEST);
                (limit.tokens, limit.at, limit.lowered) = (0.0, now, now);
            }
        });
    }

    fn with<T>(&self, change: impl FnOnce(&mut Bucket) -> T) -> T {
        let mut all = self.turns.lock();
        change(all.buckets.entry(self.bucket.clone()).or_default())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.with(|bucket| bucket.waiting.remove(&self.number));
    }
}

impl Limit {
    fn refill(&mut self, now: Instant) {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.tokens = (self.tokens + passed * self.rate).min((self.rate * SAVED).max(1.0));
        self.at = now;
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Place, Turns};

    fn places(turns: &Turns, many: usize) -> Vec<Place> {
        (0..many).map(|_| turns.place("eu-west-1", "ecs", "RegisterTaskDefinition", None)).collect()
    }

    #[test]
    fn nobody_waits_before_aws_has_refused() {
        let now = Instant::now();
        assert!(places(&Turns::default(), 500).iter().all(|place| place.take(now).is_ok()));
    }

    #[test]
    fn after_a_refusal_they_go_at_the_published_rate_in_their_order() {
        let (turns, now) = (Turns::default(), Instant::now());
        let all = places(&turns, 3);
        all[1].refused(now);
        let waits: Vec<_> = all.iter().map(|place| place.take(now)).collect();
        assert_eq!(waits, [1, 2, 3].map(|seconds| Err(Duration::from_secs(seconds))));
        let later = now + Duration::from_secs(1);
        assert!(all[2].take(later).is_err(), "the first is first");
        assert!(all[0].take(later).is_ok());
        assert!(all[1].take(later).is_err(), "one a second");
        assert!(all[1].take(later + Duration::from_secs(1)).is_ok());
    }

    #[test]
    fn the_calls_of_one_service_go_before_those_of_the_next() {
        let (turns, now) = (Turns::default(), Instant::now());
        let place = |whose| turns.place("eu-west-1", "ecs", "RegisterTaskDefinition", Some(whose));
        let all = [place("a"), place("b"), place("a")];
        all[0].refused(now);
        // They are in the queue when they have asked once.
        assert!(all.iter().all(|place| place.take(now).is_err()));
        let left = all.each_ref().map(|place| place.take(now).expect_err("none is left").as_secs());
        assert_eq!(left, [1, 3, 2]);
    }

    #[test]
    fn who_gives_up_is_waited_for_no_more() {
        let (turns, now) = (Turns::default(), Instant::now());
        let mut all = places(&turns, 2);
        all[0].refused(now);
        assert!(all[0].take(now).is_err() && all[1].take(now).is_err());
        drop(all.remove(0));
        assert!(all[0].take(now + Duration::from_secs(1)).is_ok());
    }

    /// Calls against a bucket that AWS holds: how many seconds it takes, and how many are refused.
    fn against(burst: f64, rate: f64, many: usize) -> (f64, usize) {
        let (turns, begun) = (Turns::default(), Instant::now());
        let mut waiting: Vec<Place> = places(&turns, many);
        let (mut tokens, mut refused) = (burst, 0);
        let step = 0.01;
        let mut now = 0.0;
        while !waiting.is_empty() {
            let at = begun + Duration::from_secs_f64(now);
            waiting.retain(|place| {
                if place.take(at).is_err() {
                    return true;
                }
                let taken = tokens >= 1.0;
                if taken {
                    tokens -= 1.0;
                    place.taken();
                } else {
                    refused += 1;
                    place.refused(at);
                }
                !taken
            });
            now += step;
            tokens = (tokens + rate * step).min(burst);
        }
        (now, refused)
    }

    /// The published rate may be wrong in either direction: quotas are raised, and others call too.
    #[test]
    fn the_time_is_what_the_bucket_itself_demands() {
        for (burst, rate, many) in [(20.0, 1.0, 120), (20.0, 3.0, 300), (10.0, 0.5, 60)] {
            #[expect(clippy::cast_precision_loss, reason = "a few hundred")]
            let demanded = (many as f64 - burst) / rate;
            let (took, refused) = against(burst, rate, many);
            assert!(took < 1.3 * demanded + 2.0, "{took} s, and {demanded} s would do");
            assert!(refused < 3 * many, "{refused} of {many} were refused");
        }
    }
}
