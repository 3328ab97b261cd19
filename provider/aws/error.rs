//! What the SDK fails with, in our error: operation, object, code, request id, and a hint where
//! we know one.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::answer::Stranger;
use super::asker::about;
use super::calls::{TOO_MANY, Unsent};
use super::connections::NoConnection;
use super::credentials::{self, bad_credentials};
use super::no_answer::{no_answer, nobody_there, not_aws};
use crate::error::{Error, Kind, Result};

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
        about(action, object);
        self.map_err(|error| translate(action, object, &error))
    }
}

/// Turns the codes that mean "not found" into `None`.
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

/// Whether a call may have been done although it failed: there was no answer, or AWS failed (botocore,
/// ServerException; EC2 API reference, "Server error codes").
#[must_use]
pub fn in_doubt(error: &Error) -> bool {
    const FAULTS: [&str; 6] = [
        "ServerException",
        "InternalError",
        "InternalFailure",
        "InternalServerError",
        "ServiceUnavailable",
        "Unavailable",
    ];
    matches!(error.kind(), Kind::Unreachable | Kind::NoConnection { .. })
        || error.code().is_some_and(|code| FAULTS.contains(&code))
}

/// Whether AWS refused a call only because it got too many.
#[must_use]
pub fn is_throttled(error: &Error) -> bool {
    error.code().is_some_and(|code| TOO_MANY.contains(&code))
}

fn translate<E>(action: &str, object: &str, error: &SdkError<E, HttpResponse>) -> Error
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    if let Some(stranger) = error.raw_response().and_then(Stranger::who_sent) {
        return not_aws(action, object, &stranger);
    }
    if let SdkError::ServiceError(refused) = error {
        let meta = refused.err().meta();
        let code = meta.code().unwrap_or("no code");
        let message = meta.message().unwrap_or("AWS gave no reason").trim_end_matches('.');
        let request =
            meta.extra("aws_request_id").map_or_else(String::new, |id| format!(", request {id}"));
        return refusal(action, object, code, message, &request);
    }
    if let Some(nobody) = NoConnection::among(error) {
        return nobody_there(action, object, nobody);
    }
    if let Some(why) = Unsent::among(error) {
        return unsent(action, object, why);
    }
    if let Some(trouble) = credentials::trouble(error) {
        return trouble;
    }
    no_answer(action, object, error)
}

/// A call that was not sent (again), because of others or of the engine.
fn unsent(action: &str, object: &str, why: Unsent) -> Error {
    match why {
        Unsent::Cancelled => Error::cancelled(&format!("asking AWS: {action} for {object}")),
        Unsent::Stale => {
            let rendered = format!(
                "{action} for {object}: AWS's rate limit left no room for it in \
                                time"
            );
            Error::aws(TOO_MANY[0], rendered).hinted(SLOWER)
        }
    }
}

/// What to do when AWS takes no more calls.
const SLOWER: &str = "AWS limits how many calls of this kind an account makes in a second. Run \
                      the command again when less is going on or with a smaller `--parallel`, or \
                      ask AWS for a higher limit (docs/many-services.md).";

fn refusal(action: &str, object: &str, code: &str, message: &str, request: &str) -> Error {
    let rendered = format!("{action} for {object}: {message} ({code}{request})");
    if let Some((cause, hint)) = bad_credentials(code, message) {
        return Error::configuration(cause, rendered).hinted(hint);
    }
    let refused = Error::aws(code, rendered);
    if TOO_MANY.contains(&code) {
        return refused.hinted(SLOWER);
    }
    if is_missing(code, message) {
        return refused.hinted(MISSING);
    }
    if !DENIED.contains(&code) {
        return refused;
    }
    let permission = denied(message).unwrap_or(action);
    refused.hinted(format!(
        "The caller needs the permission `{permission}`. docs/permissions.md has the whole list."
    ))
}

/// What to do when a call names what is not there: the state may think that it is, after a delete whose
/// answer was lost.
const MISSING: &str = "If this stack created what is missing, run `pulumi refresh`: the next `pulumi up` \
    creates it again.";

/// Whether AWS says that what the call names is not there, in the words of its services.
fn is_missing(code: &str, message: &str) -> bool {
    let codes = ["NotFound", "NotFoundException", "NoSuchEntity", "InvalidSecurityGroup"];
    // ECS has no code of its own for a deregistered revision.
    codes.iter().any(|it| code.ends_with(it)) || message.contains("TaskDefinition is inactive")
}

/// The action that AWS itself names: a call may need more than its own.
fn denied(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("to perform: ")?;
    rest.split([' ', ',']).next().filter(|action| action.contains(':'))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::credentials::BAD_CREDENTIALS;
    use super::{DENIED, Unsent, refusal, unsent};

    #[test]
    fn what_is_wrong_with_credentials_is_told_apart() {
        let rendered = |code, message| {
            refusal("sts:GetCallerIdentity", "the caller", code, message, "").to_string()
        };
        let off = [
            "Signature expired: 1 is now earlier than 2",
            "Signature not yet current: 2 is still later than 1",
        ];
        let off = off.map(|message| rendered("InvalidSignatureException", message));
        let rendered = [&BAD_CREDENTIALS.map(|(code, _)| rendered(code, "No"))[..], &off].concat();
        expect![[r"
            sts:GetCallerIdentity for the caller: No (ExpiredToken)
              The credentials have expired: log in again (`aws sso login`), or renew the session token.
            sts:GetCallerIdentity for the caller: No (ExpiredTokenException)
              The credentials have expired: log in again (`aws sso login`), or renew the session token.
            sts:GetCallerIdentity for the caller: No (RequestExpired)
              The credentials have expired: log in again (`aws sso login`), or renew the session token. If they have not, this machine's clock is wrong: correct it.
            sts:GetCallerIdentity for the caller: No (RequestTimeTooSkewed)
              This machine's clock is wrong. Correct it, and run the command again.
            sts:GetCallerIdentity for the caller: No (InvalidClientTokenId)
              AWS does not know the access key, or it is not active, or the region is not enabled for the account: use another profile, key or region. `aws sts get-caller-identity` shows which one is used.
            sts:GetCallerIdentity for the caller: No (UnrecognizedClientException)
              AWS does not know the access key, or it is not active, or the region is not enabled for the account: use another profile, key or region. `aws sts get-caller-identity` shows which one is used.
            sts:GetCallerIdentity for the caller: No (AuthFailure)
              AWS does not know the access key, or it is not active, or there is a typing error in the secret: use another profile, key or secret.
            sts:GetCallerIdentity for the caller: No (OptInRequired)
              AWS does not know the access key, or it is not active, or the region is not enabled for the account: use another profile, key or region. `aws sts get-caller-identity` shows which one is used.
            sts:GetCallerIdentity for the caller: No (SignatureDoesNotMatch)
              The secret key does not belong to the access key: check the secret for a typing error, and this machine's clock.
            sts:GetCallerIdentity for the caller: No (InvalidSignatureException)
              The secret key does not belong to the access key: check the secret for a typing error, and this machine's clock.
            sts:GetCallerIdentity for the caller: Signature expired: 1 is now earlier than 2 (InvalidSignatureException)
              This machine's clock is wrong. Correct it, and run the command again.
            sts:GetCallerIdentity for the caller: Signature not yet current: 2 is still later than 1 (InvalidSignatureException)
              This machine's clock is wrong. Correct it, and run the command again."]].assert_eq(&rendered.join("\n"));
    }

    #[test]
    fn a_missing_permission_is_the_one_that_aws_names() {
        let message = "User: arn:aws:iam::1:user/ci is not authorized to perform: iam:PassRole on resource: r";
        let rendered = [
            refusal("ecs:RegisterTaskDefinition", "web", DENIED[1], message, ", request 1"),
            refusal("ec2:CreateSecurityGroup", "web", DENIED[2], "You are not allowed", ""),
        ];
        let rendered = rendered.map(|error| error.to_string());
        expect![[r"
            ecs:RegisterTaskDefinition for web: User: arn:aws:iam::1:user/ci is not authorized to perform: iam:PassRole on resource: r (AccessDeniedException, request 1)
              The caller needs the permission `iam:PassRole`. docs/permissions.md has the whole list.
            ec2:CreateSecurityGroup for web: You are not allowed (UnauthorizedOperation)
              The caller needs the permission `ec2:CreateSecurityGroup`. docs/permissions.md has the whole list."]].assert_eq(&rendered.join("\n"));
    }

    #[test]
    fn what_a_call_names_and_aws_does_not_have_is_told_with_the_next_step() {
        let told = [
            ("InvalidSecurityGroup", "The security group 'sg-1' does not exist"),
            ("ClientException", "TaskDefinition is inactive"),
        ];
        let told = told.map(|(code, message)| refusal("a:Call", "web", code, message, ""));
        expect![[r"
            a:Call for web: The security group 'sg-1' does not exist (InvalidSecurityGroup)
              If this stack created what is missing, run `pulumi refresh`: the next `pulumi up` creates it again.
            a:Call for web: TaskDefinition is inactive (ClientException)
              If this stack created what is missing, run `pulumi refresh`: the next `pulumi up` creates it again."]].assert_eq(&told.map(|error| error.to_string()).join("\n"));
    }

    #[test]
    fn a_call_whose_turn_does_not_come_is_told_with_what_helps() {
        let rendered = [
            unsent("ecs:DescribeServices", "web", Unsent::Cancelled),
            unsent("ecs:DescribeServices", "web", Unsent::Stale),
            refusal("ecs:DescribeServices", "web", "ThrottlingException", "Rate exceeded", ""),
        ];
        expect![[r"
            stopped on request while asking AWS: ecs:DescribeServices for web
            ecs:DescribeServices for web: AWS's rate limit left no room for it in time
              AWS limits how many calls of this kind an account makes in a second. Run the command again when less is going on or with a smaller `--parallel`, or ask AWS for a higher limit (docs/many-services.md).
            ecs:DescribeServices for web: Rate exceeded (ThrottlingException)
              AWS limits how many calls of this kind an account makes in a second. Run the command again when less is going on or with a smaller `--parallel`, or ask AWS for a higher limit (docs/many-services.md)."]].assert_eq(&rendered.map(|error| error.to_string()).join("\n"));
    }
}
