//! The one error type: its kinds say who must act, its words are for the person at the keyboard.
//!
//! Nothing here knows gRPC or AWS. `aws/error.rs` makes errors from what the SDK returns, and
//! `server/status.rs` turns them into what the engine understands, as the last step.

use std::fmt;
use std::time::Duration;

/// What every fallible function of the provider returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Something went wrong: its kind, its message, and what to try next.
#[derive(Clone, Debug, PartialEq)]
pub struct Error {
    kind: Kind,
    message: String,
    hints: Vec<String>,
}

/// Kinds by who must act.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// The user, in the program: these inputs are wrong.
    Input(Vec<Problem>),
    /// The user, in the AWS account: AWS refused. Nothing was changed by the refused call.
    Aws {
        /// AWS's error code, such as `AccessDeniedException`.
        code: String,
    },
    /// The user, in the configuration or environment: no credentials, wrong region, wrong account.
    Configuration {
        /// In a few words, what every other call fails for too: `the credentials have expired`.
        cause: &'static str,
    },
    /// The user, in the network or the configuration: nothing at this address answers.
    NoConnection {
        /// Scheme, host and port.
        address: String,
    },
    /// Perhaps no one: AWS did not answer, or answered with a fault of its own.
    Unreachable,
    /// Time is up, and what was waited for has not come.
    NotReady,
    /// The engine asked us to stop.
    Cancelled,
    /// We must act: this is a bug of the provider.
    Bug,
}

/// One wrong input.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The property's path in the user's own spelling: `healthCheck.interval`, `tags["a b"]`.
    pub path: String,
    /// What was seen, what is allowed, and what to try: a full sentence.
    pub reason: String,
    /// The value is secret, so it must not be printed beside the reason.
    pub secret: bool,
}

impl Problem {
    /// A wrong input at `path`; `reason` is a full sentence.
    pub fn new(path: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { path: path.into(), reason: reason.into(), secret: false }
    }
}

impl Error {
    /// Wrong inputs, all of them at once.
    #[must_use]
    pub fn input(mut problems: Vec<Problem>) -> Self {
        problems.sort();
        problems.dedup();
        let message = problems
            .iter()
            .map(|problem| match problem.path.as_str() {
                "" => problem.reason.clone(),
                path => format!("`{path}`: {}", problem.reason),
            })
            .collect::<Vec<_>>()
            .join("\n");
        Self::new(Kind::Input(problems), message)
    }

    /// AWS refused a call, with its error code.
    pub fn aws(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Kind::Aws { code: code.into() }, message)
    }

    /// The provider's configuration or the environment is not enough to call AWS.
    pub fn configuration(cause: &'static str, message: impl Into<String>) -> Self {
        Self::new(Kind::Configuration { cause }, message)
    }

    /// Nothing at `address` answers.
    pub fn no_connection(address: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Kind::NoConnection { address: address.into() }, message)
    }

    /// AWS did not answer, or failed.
    pub fn unreachable(message: impl Into<String>) -> Self {
        Self::new(Kind::Unreachable, message)
    }

    /// A wait ended without what was waited for.
    pub fn not_ready(message: impl Into<String>) -> Self {
        Self::new(Kind::NotReady, message)
    }

    /// The engine asked us to stop while `doing` was going on.
    #[must_use]
    pub fn cancelled(doing: &str) -> Self {
        Self::new(Kind::Cancelled, format!("stopped on request while {doing}"))
    }

    /// An invariant of ours does not hold.
    pub fn bug(message: impl fmt::Display) -> Self {
        Self::new(
            Kind::Bug,
            format!("{message}. This is a bug in the fargate provider; please report it."),
        )
    }

    fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hints: Vec::new() }
    }

    /// What the person could try next, a full sentence each.
    #[must_use]
    pub fn hints(&self) -> &[String] {
        &self.hints
    }

    /// Adds what the person could try next: a full sentence.
    #[must_use]
    pub fn hinted(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// The same without what was advised so far: for an error that means something else than its code
    /// says.
    #[must_use]
    pub fn without_hints(mut self) -> Self {
        self.hints.clear();
        self
    }

    /// Puts what was being done before the message: `creating the cluster "web": …`.
    #[must_use]
    pub fn while_doing(mut self, doing: impl fmt::Display) -> Self {
        self.message = format!("{doing}: {}", self.message);
        self
    }

    /// Adds to the message what was found out later; the hints stay at its end.
    #[must_use]
    pub fn further(mut self, more: &str) -> Self {
        self.message.push_str(more);
        self
    }

    /// The same with other words: message, hints and reasons as `change` makes them.
    #[must_use]
    pub fn with_texts(mut self, change: impl Fn(&str) -> String) -> Self {
        let problems = match &mut self.kind {
            Kind::Input(problems) => problems.as_mut_slice(),
            _ => &mut [],
        };
        let reasons = problems.iter_mut().map(|problem| &mut problem.reason);
        for text in std::iter::once(&mut self.message).chain(&mut self.hints).chain(reasons) {
            *text = change(text);
        }
        self
    }

    /// The kind: who must act.
    #[must_use]
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// AWS's error code, if AWS refused.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match &self.kind {
            Kind::Aws { code } => Some(code),
            _ => None,
        }
    }

    /// The message without the hints.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)?;
        for hint in &self.hints {
            write!(out, "\n  {hint}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

/// A time as a person says it.
#[must_use]
pub fn in_words(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..60 => format!("{seconds} s"),
        seconds if seconds % 60 == 0 => format!("{} min", seconds / 60),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

/// Whether AWS refused with one of `codes`: what a retry asks.
pub fn refused_with<const N: usize>(codes: &'static [&'static str; N]) -> impl Fn(&Error) -> bool {
    |error| error.code().is_some_and(|code| codes.contains(&code))
}

#[cfg(test)]
mod tests {
    use super::{Error, Problem};

    #[test]
    fn wrong_inputs_are_told_together_sorted_and_once() {
        let error = Error::input(vec![
            Problem::new("memory", "Too small."),
            Problem::new("cpu", "Too big."),
            Problem::new("cpu", "Too big."),
        ]);
        assert_eq!(error.to_string(), "`cpu`: Too big.\n`memory`: Too small.");
    }

    #[test]
    fn a_hint_stands_on_a_line_of_its_own() {
        let error = Error::aws("AccessDenied", "no").hinted("Ask for the right.");
        assert_eq!(error.to_string(), "no\n  Ask for the right.");
        assert_eq!(error.code(), Some("AccessDenied"));
    }

    #[test]
    fn a_bug_and_a_stop_say_what_they_are() {
        let rendered =
            [Error::bug("a child has no region"), Error::cancelled("waiting for role web")];
        expect_test::expect![[r"
            a child has no region. This is a bug in the fargate provider; please report it.
            stopped on request while waiting for role web"]]
        .assert_eq(&rendered.map(|it| it.to_string()).join("\n"));
    }
}
