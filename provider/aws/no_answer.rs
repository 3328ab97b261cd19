//! Errors for calls that AWS has not answered, or not in a way that can be used.

use std::error::Error as StdError;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;

use super::answer::Stranger;
use super::causes::causes;
use super::connections::NoConnection;
use crate::error::Error;

/// The error for a call whose outcome is not known: the root of it, without the SDK's words for its
/// own layers.
pub(super) fn no_answer<E: StdError + 'static>(
    action: &str,
    object: &str,
    error: &SdkError<E, HttpResponse>,
) -> Error {
    if let Some(stranger) = error.raw_response().and_then(Stranger::who_sent) {
        return not_aws(action, object, &stranger);
    }
    let root = causes(error).last().map_or_else(String::new, ToString::to_string);
    match error {
        SdkError::TimeoutError(_) => not_known(action, object, "no answer came in time"),
        SdkError::ResponseError(it) if it.raw().body().bytes().is_none() => {
            not_known(action, object, &format!("the answer broke off: {root}"))
        }
        SdkError::ResponseError(_) => unreadable(action, object, &root),
        SdkError::DispatchFailure(it) if it.is_timeout() => {
            not_known(action, object, &format!("no answer came: {root}"))
        }
        _ => not_known(action, object, &format!("the connection broke: {root}")),
    }
}

fn not_known(action: &str, object: &str, why: &str) -> Error {
    Error::unreachable(format!("{action} for {object}: {why}")).hinted(
        "It is not known whether AWS did it. Run the command again: what exists is found \
                 and kept.",
    )
}

/// It has AWS's marks, and is not what AWS documents.
fn unreadable(action: &str, object: &str, why: &str) -> Error {
    Error::unreachable(format!("{action} for {object}: AWS's answer cannot be read: {why}")).hinted(
        "A proxy between this machine and AWS may have changed it, or an emulator answers in \
         place of AWS. Run the command again: what exists is kept.",
    )
}

/// Something other than AWS answered, and most probably answers all calls.
pub(super) fn not_aws(action: &str, object: &str, stranger: &Stranger) -> Error {
    Error::no_connection("AWS", format!("{action} for {object}: {stranger}")).hinted(
        "A proxy or the login page of a network may be answering in place of AWS: open \
         https://aws.amazon.com in a browser on this machine, check HTTPS_PROXY, and run the \
         command again.",
    )
}

/// Nothing at an address answers. All addresses of AWS are one: what is wrong with the network or
/// the region is wrong with all of them.
pub(super) fn nobody_there(action: &str, object: &str, nobody: &NoConnection) -> Error {
    let message = format!("{action} for {object}: {nobody}");
    let aws = [".amazonaws.", ".api.aws"].iter().any(|end| nobody.address.contains(end));
    let hint = if nobody.cause.starts_with(DISTRUST) {
        "The server's TLS certificate is not trusted. Behind a TLS-inspecting proxy, set \
         SSL_CERT_FILE to the proxy's CA certificate."
    } else if aws {
        "Check the region, and whether this machine can reach AWS (VPN, DNS, HTTPS_PROXY)."
    } else {
        "This is not an address of AWS: it comes from `endpoints` of the provider or from the \
         environment variable AWS_ENDPOINT_URL. Correct it there, or start the server that \
         should answer."
    };
    Error::no_connection(if aws { "AWS" } else { &nobody.address }, message).hinted(hint)
}

/// How rustls begins when a certificate is not valid.
const DISTRUST: &str = "invalid peer certificate";

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{NoConnection, no_answer, nobody_there};

    #[test]
    fn an_address_that_does_not_answer_is_told_with_where_it_comes_from() {
        let message = [
            ("https://ecs.eu-central-9.amazonaws.com", "refused"),
            ("http://127.0.0.1:4566", "refused"),
            ("https://ecs.eu-central-1.api.aws", "invalid peer certificate: UnknownIssuer"),
        ];
        let message = message.map(|(address, cause)| {
            let nobody = NoConnection { address: address.to_owned(), cause: cause.to_owned() };
            nobody_there("ecs:CreateCluster", "web", &nobody).to_string()
        });
        expect![[r"
            ecs:CreateCluster for web: cannot reach https://ecs.eu-central-9.amazonaws.com: refused
              Check the region, and whether this machine can reach AWS (VPN, DNS, HTTPS_PROXY).
            ecs:CreateCluster for web: cannot reach http://127.0.0.1:4566: refused
              This is not an address of AWS: it comes from `endpoints` of the provider or from the environment variable AWS_ENDPOINT_URL. Correct it there, or start the server that should answer.
            ecs:CreateCluster for web: cannot reach https://ecs.eu-central-1.api.aws: invalid peer certificate: UnknownIssuer
              The server's TLS certificate is not trusted. Behind a TLS-inspecting proxy, set SSL_CERT_FILE to the proxy's CA certificate."]].assert_eq(&message.join("\n"));
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
        let errors: [SdkError<Refused, HttpResponse>; 6] = [
            SdkError::timeout_error("operation attempt timeout"),
            SdkError::dispatch_failure(ConnectorError::timeout("read timed out after 30s".into())),
            SdkError::dispatch_failure(ConnectorError::io("connection reset by peer".into())),
            SdkError::response_error("unexpected end of file", answer(SdkBody::taken())),
            SdkError::response_error("expected object", answer(SdkBody::from("[]"))),
            SdkError::response_error("expected object", page),
        ];
        let message = errors.map(|it| no_answer("ecs:CreateCluster", "web", &it).to_string());
        expect![[r#"
            ecs:CreateCluster for web: no answer came in time
              It is not known whether AWS did it. Run the command again: what exists is found and kept.
            ecs:CreateCluster for web: no answer came: read timed out after 30s
              It is not known whether AWS did it. Run the command again: what exists is found and kept.
            ecs:CreateCluster for web: the connection broke: connection reset by peer
              It is not known whether AWS did it. Run the command again: what exists is found and kept.
            ecs:CreateCluster for web: the answer broke off: unexpected end of file
              It is not known whether AWS did it. Run the command again: what exists is found and kept.
            ecs:CreateCluster for web: AWS's answer cannot be read: expected object
              A proxy between this machine and AWS may have changed it, or an emulator answers in place of AWS. Run the command again: what exists is kept.
            ecs:CreateCluster for web: the answer did not come from AWS: HTTP status 200, "<html>"
              A proxy or the login page of a network may be answering in place of AWS: open https://aws.amazon.com in a browser on this machine, check HTTPS_PROXY, and run the command again."#]].assert_eq(&message.join("\n"));
    }
}
