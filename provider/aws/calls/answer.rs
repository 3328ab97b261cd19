//! What an answer means for the call, before the caller sees it: AWS takes no more calls, or AWS failed.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::ConnectorError;

use crate::aws::causes::causes;

/// What to do about an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is for the asker, whatever it says.
    Final,
    /// AWS takes no more calls of this kind at the moment.
    TooMany,
    /// AWS failed in a way that passes: with this.
    Failed(String),
}

/// The codes for it, of all services (the SDK's own list, aws-runtime retries/classifiers.rs, without
/// `LimitExceededException`, which is a quota in ECR, Logs and ACM).
pub(in crate::aws) const TOO_MANY: [&str; 12] = [
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottledException",
    "RequestThrottled",
    "TooManyRequestsException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "BandwidthLimitExceeded",
    "SlowDown",
    "PriorRequestNotComplete",
    "EC2ThrottledException",
];
/// Codes that pass although their status says that the caller is wrong (same source).
const PASSING: [&str; 2] = ["RequestTimeout", "RequestTimeoutException"];
/// Statuses that pass (aws-smithy-runtime, `HttpStatusCodeClassifier`).
const PASSING_STATUSES: [u16; 4] = [500, 502, 503, 504];

/// What this answer says. Its body has to be in memory.
pub(super) fn verdict(answer: &HttpResponse) -> Verdict {
    let status = answer.status();
    if status.is_success() {
        return Verdict::Final;
    }
    let code = code(answer);
    if TOO_MANY.contains(&code.as_str()) || status.as_u16() == 429 {
        return Verdict::TooMany;
    }
    if PASSING.contains(&code.as_str()) || PASSING_STATUSES.contains(&status.as_u16()) {
        let number = status.as_u16();
        return Verdict::Failed(if code.is_empty() {
            format!("status {number}")
        } else {
            format!("{code}, status {number}")
        });
    }
    Verdict::Final
}

/// What came of a call, for who looks for a mistake: `status 400 ClusterNotFoundException`.
pub(super) fn outcome(answer: &Result<HttpResponse, ConnectorError>) -> String {
    match answer {
        Ok(answer) if answer.status().is_success() => {
            format!("status {}", answer.status().as_u16())
        }
        Ok(answer) => {
            format!("status {} {}", answer.status().as_u16(), code(answer)).trim_end().to_owned()
        }
        Err(error) => causes(error).last().map_or_else(String::new, ToString::to_string),
    }
}

/// AWS's error code in an answer; empty if there is none.
fn code(answer: &HttpResponse) -> String {
    let named = answer.headers().get("x-amzn-query-error").and_then(|it| it.split(';').next());
    named
        .map(str::to_owned)
        .or_else(|| code_in(answer.body().bytes().unwrap_or_default()))
        .unwrap_or_default()
}

/// AWS's error code: `<Code>…</Code>`, or `__type` in JSON, of which only the part after `#` is the
/// code. CloudWatch, which speaks CBOR, has it in a header.
fn code_in(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(body);
    let code = if let Some((_, rest)) = text.split_once("<Code>") {
        rest.split('<').next()?
    } else {
        let (_, rest) = text.split_once("__type").or_else(|| text.split_once("\"code\""))?;
        let rest = rest.trim_start_matches(|it: char| !it.is_ascii_alphanumeric());
        let end = |it: char| !(it.is_ascii_alphanumeric() || "#.:/".contains(it));
        rest.split(end).next()?
    };
    let code = code.rsplit('#').next()?.split(':').next()?;
    Some(code.to_owned())
}

#[cfg(test)]
mod tests {
    use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
    use aws_smithy_types::body::SdkBody;

    use super::{Verdict, verdict};

    fn of(status: u16, body: &'static str) -> Verdict {
        let status = status.try_into().expect("a status");
        verdict(&HttpResponse::new(status, SdkBody::from(body)))
    }

    #[test]
    fn too_many_calls_are_known_in_every_protocol() {
        let bodies = [
            r#"{"__type": "ThrottlingException", "message": "Rate exceeded"}"#,
            r#"{"__type":"com.amazonaws.ecs#ThrottlingException","message":"Rate exceeded"}"#,
            "<ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>",
            "<Response><Errors><Error><Code>RequestLimitExceeded</Code></Error></Errors></Response>",
        ];
        for body in bodies {
            assert_eq!(of(400, body), Verdict::TooMany, "{body}");
        }
        assert_eq!(of(503, bodies[3]), Verdict::TooMany);
        assert_eq!(of(429, ""), Verdict::TooMany);
    }

    #[test]
    fn a_quota_and_a_refusal_are_the_askers() {
        assert_eq!(of(400, r#"{"__type": "LimitExceededException"}"#), Verdict::Final);
        let message =
            r#"{"__type": "InvalidParameterException", "message": "Throttling is no name"}"#;
        assert_eq!(of(400, message), Verdict::Final);
        assert_eq!(of(200, "<Code>Throttling</Code>"), Verdict::Final);
    }

    #[test]
    fn a_failure_of_aws_says_what_it_was() {
        let failed = |how: &str| Verdict::Failed(how.to_owned());
        assert_eq!(of(500, ""), failed("status 500"));
        let body = "<ErrorResponse><Error><Code>InternalFailure</Code></Error></ErrorResponse>";
        assert_eq!(of(500, body), failed("InternalFailure, status 500"));
    }
}
