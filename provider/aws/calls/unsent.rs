//! Calls that were not sent, and the one reason for which the SDK makes a call again.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::retries::ErrorKind;
use aws_smithy_runtime_api::client::retries::classifiers::{
    ClassifyRetry, RetryAction, RetryClassifierPriority,
};

use crate::aws::causes::causes;

/// Why a call was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::aws) enum Unsent {
    /// The engine asked us to stop.
    Cancelled,
    /// Its turn came too late for its signature.
    Stale,
}

impl Unsent {
    /// The one among the causes of an error.
    pub(in crate::aws) fn among(error: &(dyn StdError + 'static)) -> Option<Self> {
        causes(error).find_map(|error| error.downcast_ref()).copied()
    }
}

impl fmt::Display for Unsent {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Cancelled => "not sent: the run was stopped",
            Self::Stale => "not sent: its signature became too old",
        })
    }
}

impl StdError for Unsent {}

/// The SDK makes a call again for one reason only: to sign it again.
#[derive(Debug)]
pub(in crate::aws) struct SignAgain;

impl ClassifyRetry for SignAgain {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let failed = context.output_or_error().and_then(Result::err);
        match failed.and_then(|error| Unsent::among(error)) {
            Some(Unsent::Stale) => RetryAction::retryable_error_with_explicit_delay(
                ErrorKind::TransientError,
                Duration::ZERO,
            ),
            _ => RetryAction::RetryForbidden,
        }
    }

    fn name(&self) -> &'static str {
        "sign again"
    }

    fn priority(&self) -> RetryClassifierPriority {
        RetryClassifierPriority::run_after(RetryClassifierPriority::transient_error_classifier())
    }
}

#[cfg(test)]
mod tests {
    use super::Unsent;

    #[test]
    fn a_call_that_was_not_sent_says_why() {
        expect_test::expect![[r"
            not sent: the run was stopped
            not sent: its signature became too old"]]
        .assert_eq(&[Unsent::Cancelled, Unsent::Stale].map(|it| it.to_string()).join("\n"));
    }
}
