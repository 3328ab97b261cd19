//! What the SDK fails with, in our error: operation, object, code, request id, and a hint where
//! we know one.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::answer::Stranger;
use super::calls::{TOO_MANY, Unsent};
use super::connections::{NoConnection, causes};
use super::credentials::{self, bad_credentials};
use crate::error::{Error, Result};

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
        return unanswered(action, object, nobody);
    }
    if let Some(why) = Unsent::among(error) {
        return unsent(action, object, why);
    }
    if let Some(trouble) = credentials::trouble(error) {
        return trouble;
    }
    let root = causes(error).last().map_or_else(String::new, ToString::to_string);
    match error {
        SdkError::TimeoutError(_) => no_answer(action, object, "no answer came in time"),
        SdkError::ResponseError(it) if it.raw().body().bytes().is_none() => {
            no_answer(action, object, &format!("the answer broke off: {root}"))
        }
        SdkError::ResponseError(_) => unreadable(action, object, &root),
        SdkError::DispatchFailure(it) if it.is_timeout() => {
            no_answer(action, object, &format!("no answer came: {root}"))
        }
        _ => no_answer(action, object, &format!("the connection broke: {root}")),
    }
}

/// It has AWS's marks, and is not what AWS documents.
fn unreadable(action: &str, object: &str, why: &str) -> Error {
    Error::unreachable(format!("{action} for {object}: AWS's answer cannot be read: {why}")).hinted(
        "Something between this machine and AWS may have changed it, or what answers is not AWS but \
         an emulator of it. Run it again: what is made stays.",
    )
}

/// Somebody else answered. That is so for all calls, most probably.
fn not_aws(action: &str, object: &str, stranger: &Stranger) -> Error {
    Error::no_connection("AWS", format!("{action} for {object}: {stranger}")).hinted(
        "A proxy or the login page of a network may be answering in place of AWS: open \
         https://aws.amazon.com in a browser on this machine, look at HTTPS_PROXY, and run it again.",
    )
}

/// A call that was not sent (again), because of others or of the engine.
fn unsent(action: &str, object: &str, why: Unsent) -> Error {
    match why {
        Unsent::Cancelled => Error::cancelled(&format!("asking AWS: {action} for {object}")),
        Unsent::Stale => {
            let told = format!("{action} for {object}: its turn has not come");
            Error::aws(TOO_MANY[0], told).hinted(SLOWER)
        }
    }
}

/// What to do when AWS takes no more calls.
const SLOWER: &str = "AWS takes so many calls of this kind in a second, from everybody in the \
    account. Run it again when less is going on, with a smaller `--parallel`, or ask AWS for more \
    (docs/many-services.md).";

fn no_answer(action: &str, object: &str, why: &str) -> Error {
    Error::unreachable(format!("{action} for {object}: {why}"))
        .hinted("Whether AWS did it is not known. Run it again: what is made stays, and is found.")
}

/// Nothing at an address answers. All addresses of AWS are one: what is wrong with the network or
/// the region is wrong with all of them.
fn unanswered(action: &str, object: &str, nobody: &NoConnection) -> Error {
    let told = format!("{action} for {object}: {nobody}");
    let aws = [".amazonaws.", ".api.aws"].iter().any(|end| nobody.address.contains(end));
    let hint = if nobody.cause.starts_with(DISTRUST) {
        "This machine does not trust whoever answers there. If a proxy stands between, name the file \
         with its authority's certificate in the environment variable SSL_CERT_FILE."
    } else if aws {
        "Is the region right, and has this machine a way to AWS (VPN, DNS, HTTPS_PROXY)?"
    } else {
        "This is no address of AWS: it comes from `endpoints` of the provider or from the \
         environment variable AWS_ENDPOINT_URL. Correct it there, or start what should answer."
    };
    Error::no_connection(if aws { "AWS" } else { &nobody.address }, told).hinted(hint)
}

/// How rustls begins when a certificate is no good.
const DISTRUST: &str = "invalid peer certificate";

fn refusal(action: &str, object: &str, code: &str, message: &str, request: &str) -> Error {
    let told = format!("{action} for {object}: {message} ({code}{request})");
    if let Some(hint) = bad_credentials(code, message) {
        return Error::configuration(told).hinted(hint);
    }
    let refused = Error::aws(code, told);
    if TOO_MANY.contains(&code) {
        return refused.hinted(SLOWER);
    }
    if !DENIED.contains(&code) {
        return refused;
    }
    let permission = denied(message).unwrap_or(action);
    refused.hinted(format!(
        "The caller needs the permission `{permission}`. docs/permissions.md has the whole list."
    ))
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
    use super::{DENIED, NoConnection, Unsent, refusal, translate, unanswered, unsent};

    #[test]
    fn an_address_that_does_not_answer_is_told_with_where_it_comes_from() {
        let told = [
            ("https://ecs.eu-central-9.amazonaws.com", "refused"),
            ("http://127.0.0.1:4566", "refused"),
            ("https://ecs.eu-central-1.api.aws", "invalid peer certificate: UnknownIssuer"),
        ];
        let told = told.map(|(address, cause)| {
            let nobody = NoConnection { address: address.to_owned(), cause: cause.to_owned() };
            unanswered("ecs:CreateCluster", "web", &nobody).to_string()
        });
        expect![[r"
            ecs:CreateCluster for web: https://ecs.eu-central-9.amazonaws.com cannot be reached: refused
              Is the region right, and has this machine a way to AWS (VPN, DNS, HTTPS_PROXY)?
            ecs:CreateCluster for web: http://127.0.0.1:4566 cannot be reached: refused
              This is no address of AWS: it comes from `endpoints` of the provider or from the environment variable AWS_ENDPOINT_URL. Correct it there, or start what should answer.
            ecs:CreateCluster for web: https://ecs.eu-central-1.api.aws cannot be reached: invalid peer certificate: UnknownIssuer
              This machine does not trust whoever answers there. If a proxy stands between, name the file with its authority's certificate in the environment variable SSL_CERT_FILE."]].assert_eq(&told.join("\n"));
    }

    #[test]
    fn what_gets_no_answer_that_can_be_used_is_run_again() {
        use aws_sdk_sts::operation::get_caller_identity::GetCallerIdentityError as Refused;
        use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
        use aws_smithy_runtime_api::client::result::{ConnectorError, SdkError};
        use aws_smithy_types::body::SdkBody;

        let answer = |body| {
            let mut answer = HttpResponse::new(200.try_into().expect("a status"), body);
            answer.headers_mut().insert("x-amzn-requestid", "7a6b");
            answer
        };
        let page = HttpResponse::new(200.try_into().expect("a status"), SdkBody::from("<html>"));
        let told: [SdkError<Refused, HttpResponse>; 6] = [
            SdkError::timeout_error("operation attempt timeout"),
            SdkError::dispatch_failure(ConnectorError::timeout("read timed out after 30s".into())),
            SdkError::dispatch_failure(ConnectorError::io("connection reset by peer".into())),
            SdkError::response_error("unexpected end of file", answer(SdkBody::taken())),
            SdkError::response_error("expected object", answer(SdkBody::from("[]"))),
            SdkError::response_error("expected object", page),
        ];
        let told = told.map(|it| translate("ecs:CreateCluster", "web", &it).to_string());
        expect![[r#"
            ecs:CreateCluster for web: no answer came in time
              Whether AWS did it is not known. Run it again: what is made stays, and is found.
            ecs:CreateCluster for web: no answer came: read timed out after 30s
              Whether AWS did it is not known. Run it again: what is made stays, and is found.
            ecs:CreateCluster for web: the connection broke: connection reset by peer
              Whether AWS did it is not known. Run it again: what is made stays, and is found.
            ecs:CreateCluster for web: the answer broke off: unexpected end of file
              Whether AWS did it is not known. Run it again: what is made stays, and is found.
            ecs:CreateCluster for web: AWS's answer cannot be read: expected object
              Something between this machine and AWS may have changed it, or what answers is not AWS but an emulator of it. Run it again: what is made stays.
            ecs:CreateCluster for web: the answer did not come from AWS: HTTP status 200, "<html>"
              A proxy or the login page of a network may be answering in place of AWS: open https://aws.amazon.com in a browser on this machine, look at HTTPS_PROXY, and run it again."#]].assert_eq(&told.join("\n"));
    }

    #[test]
    fn what_is_wrong_with_credentials_is_told_apart() {
        let told = |code, message| {
            refusal("sts:GetCallerIdentity", "the caller", code, message, "").to_string()
        };
        let off = [
            "Signature expired: 1 is now earlier than 2",
            "Signature not yet current: 2 is still later than 1",
        ];
        let off = off.map(|message| told("InvalidSignatureException", message));
        let told = [&BAD_CREDENTIALS.map(|(code, _)| told(code, "No"))[..], &off].concat();
        expect![[r"
            sts:GetCallerIdentity for the caller: No (ExpiredToken)
              The credentials have expired: log in again (`aws sso login`), or renew the session token.
            sts:GetCallerIdentity for the caller: No (ExpiredTokenException)
              The credentials have expired: log in again (`aws sso login`), or renew the session token.
            sts:GetCallerIdentity for the caller: No (RequestExpired)
              AWS sees another time than this machine: set its clock, and run it again.
            sts:GetCallerIdentity for the caller: No (RequestTimeTooSkewed)
              AWS sees another time than this machine: set its clock, and run it again.
            sts:GetCallerIdentity for the caller: No (InvalidClientTokenId)
              AWS does not know the access key, or it is not active, or the region is not enabled for the account: use another profile, key or region. `aws sts get-caller-identity` shows which one is used.
            sts:GetCallerIdentity for the caller: No (UnrecognizedClientException)
              AWS does not know the access key, or it is not active, or the region is not enabled for the account: use another profile, key or region. `aws sts get-caller-identity` shows which one is used.
            sts:GetCallerIdentity for the caller: No (AuthFailure)
              AWS does not know the access key, or it is not active, or there is a typing error in the secret: use another profile, key or secret.
            sts:GetCallerIdentity for the caller: No (OptInRequired)
              AWS does not know the access key, or it is not active, or the region is not enabled for the account: use another profile, key or region. `aws sts get-caller-identity` shows which one is used.
            sts:GetCallerIdentity for the caller: No (SignatureDoesNotMatch)
              The secret key does not belong to the access key: look for a typing error in the secret, or a wrong clock on this machine.
            sts:GetCallerIdentity for the caller: No (InvalidSignatureException)
              The secret key does not belong to the access key: look for a typing error in the secret, or a wrong clock on this machine.
            sts:GetCallerIdentity for the caller: Signature expired: 1 is now earlier than 2 (InvalidSignatureException)
              AWS sees another time than this machine: set its clock, and run it again.
            sts:GetCallerIdentity for the caller: Signature not yet current: 2 is still later than 1 (InvalidSignatureException)
              AWS sees another time than this machine: set its clock, and run it again."]].assert_eq(&told.join("\n"));
    }

    #[test]
    fn a_missing_permission_is_the_one_that_aws_names() {
        let message = "User: arn:aws:iam::1:user/ci is not authorized to perform: iam:PassRole on resource: r";
        let told = [
            refusal("ecs:RegisterTaskDefinition", "web", DENIED[1], message, ", request 1"),
            refusal("ec2:CreateSecurityGroup", "web", DENIED[2], "You are not allowed", ""),
        ];
        let told = told.map(|error| error.to_string());
        expect![[r"
            ecs:RegisterTaskDefinition for web: User: arn:aws:iam::1:user/ci is not authorized to perform: iam:PassRole on resource: r (AccessDeniedException, request 1)
              The caller needs the permission `iam:PassRole`. docs/permissions.md has the whole list.
            ec2:CreateSecurityGroup for web: You are not allowed (UnauthorizedOperation)
              The caller needs the permission `ec2:CreateSecurityGroup`. docs/permissions.md has the whole list."]].assert_eq(&told.join("\n"));
    }

    #[test]
    fn a_call_whose_turn_does_not_come_is_told_with_what_helps() {
        let told = [
            unsent("ecs:DescribeServices", "web", Unsent::Cancelled),
            unsent("ecs:DescribeServices", "web", Unsent::Stale),
            refusal("ecs:DescribeServices", "web", "ThrottlingException", "Rate exceeded", ""),
        ];
        expect![[r#"
            stopped on request while asking AWS: ecs:DescribeServices for web
            ecs:DescribeServices for web: its turn has not come
              AWS takes so many calls of this kind in a second, from everybody in the account. Run it again when less is going on, with a smaller `--parallel`, or ask AWS for more (docs/many-services.md).
            ecs:DescribeServices for web: Rate exceeded (ThrottlingException)
              AWS takes so many calls of this kind in a second, from everybody in the account. Run it again when less is going on, with a smaller `--parallel`, or ask AWS for more (docs/many-services.md)."#]].assert_eq(&told.map(|error| error.to_string()).join("\n"));
    }
}
