//! What the SDK fails with, in our error: operation, object, code, request id, and a hint where
//! we know one.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::display::DisplayErrorContext;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::error::{Error, Result};

/// Codes that say that the credentials are no good, not the request (all AWS services).
const BAD_CREDENTIALS: [&str; 7] = [
    "ExpiredToken",
    "ExpiredTokenException",
    "RequestExpired",
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "AuthFailure",
    "SignatureDoesNotMatch",
];
/// Codes that say that the caller may not do this (all AWS services).
const DENIED: [&str; 5] = [
    "AccessDenied",
    "AccessDeniedException",
    "UnauthorizedOperation",
    "NotAuthorized",
    "UnauthorizedException",
];

/// Says of a failed call what was called, and for what.
pub trait Explain<T> {
    /// `action` is the IAM action (`ecs:CreateCluster`), `object` what it was about.
    ///
    /// # Errors
    /// The SDK's error, translated.
    fn explain(self, action: &str, object: &str) -> Result<T>;
}

impl<T, E> Explain<T> for std::result::Result<T, SdkError<E, HttpResponse>>
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    fn explain(self, action: &str, object: &str) -> Result<T> {
        self.map_err(|error| translate(action, object, &error))
    }
}

/// Turns the codes that mean "there is no such thing" into nothing.
pub trait OrGone<T> {
    /// `None` if AWS refused with one of `codes`.
    ///
    /// # Errors
    /// Every other error.
    fn or_gone(self, codes: &[&str]) -> Result<Option<T>>;
}

impl<T> OrGone<T> for Result<T> {
    fn or_gone(self, codes: &[&str]) -> Result<Option<T>> {
        match self {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.code().is_some_and(|code| codes.contains(&code)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn translate<E>(action: &str, object: &str, error: &SdkError<E, HttpResponse>) -> Error
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    if let SdkError::ServiceError(refused) = error {
        let meta = refused.err().meta();
        let code = meta.code().unwrap_or("no code");
        let message = meta.message().unwrap_or("AWS gave no reason").trim_end_matches('.');
        let request =
            meta.extra("aws_request_id").map_or_else(String::new, |id| format!(", request {id}"));
        let told = format!("{action} for {object}: {message} ({code}{request})");
        if BAD_CREDENTIALS.contains(&code) {
            return Error::configuration(told).hinted(
                "AWS does not accept the credentials: renew them, or use another profile.",
            );
        }
        let refused = Error::aws(code, told);
        return if DENIED.contains(&code) {
            refused.hinted(format!("The caller needs the permission `{action}`."))
        } else {
            refused
        };
    }
    let context = DisplayErrorContext(error).to_string();
    let told = format!("{action} for {object}: {}", brief(&context));
    if context.contains("credential") {
        return Error::configuration(told).hinted(
            "No usable AWS credentials were found: log in (`aws sso login`), set AWS_PROFILE or \
             AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or configure `fargate:profile`.",
        );
    }
    Error::unreachable(told).hinted("AWS could not be reached or did not answer; try again.")
}

/// The SDK's chain of causes without its debug output.
fn brief(context: &str) -> &str {
    context.find(" (").map_or(context, |end| &context[..end])
}
