//! How long it is from one look to the next: short at first, and then the same for all waits.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// Growing pauses between looks: most things in AWS are ready at once or take minutes.
pub(super) struct Pause(Duration);

impl Default for Pause {
    fn default() -> Self {
        Self(Duration::from_millis(150))
    }
}

impl Pause {
    /// How long to wait before the next look.
    pub(super) fn next(&mut self) -> Duration {
        let now = self.0;
        if now >= LONGEST {
            return to_the_common_moment(BEGUN.elapsed(), LONGEST);
        }
        self.0 = (now * 3 / 2).min(LONGEST);
        now
    }

    /// The same before something that must come any moment.
    pub(super) fn short(&mut self) -> Duration {
        if self.0 < SHORT {
            return self.next();
        }
        to_the_common_moment(BEGUN.elapsed(), SHORT)
    }
}

/// The longest pause between two looks.
const LONGEST: Duration = Duration::from_secs(5);
/// The longest pause when the end is near.
const SHORT: Duration = Duration::from_secs(1);
/// The first wait of the process.
static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);

/// How long it is to the next moment, or the one after that if it is near, at which all look.
fn to_the_common_moment(since: Duration, every: Duration) -> Duration {
    #[expect(clippy::cast_possible_truncation, reason = "less than five seconds")]
    let past = (since.as_millis() % every.as_millis()) as u64;
    let left = every.saturating_sub(Duration::from_millis(past));
    if left < every / 4 { left + every } else { left }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{LONGEST, Pause, SHORT, to_the_common_moment};

    #[test]
    fn all_waits_look_at_the_same_moments() {
        let seconds = |of: u64| to_the_common_moment(Duration::from_secs(of), LONGEST).as_secs();
        assert_eq!([0, 1, 3, 4, 5, 12].map(seconds), [5, 4, 2, 6, 5, 3]);
    }

    #[test]
    fn near_the_end_a_look_comes_within_a_second_or_so() {
        let mut pause = Pause::default();
        for _ in 0..20 {
            assert!(pause.short() <= SHORT + SHORT / 4);
        }
        assert!(to_the_common_moment(Duration::from_millis(400), SHORT).as_millis() == 600);
    }
}
