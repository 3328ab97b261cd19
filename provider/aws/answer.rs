//! Whether it was AWS that answered: a proxy or a network's login page may, too, and with status 200.
//!
//! Many calls have no result, and the SDK takes any answer with status 200 for the success of those.
//! So an answer must carry what each of AWS's does before it is believed.

use std::error::Error as StdError;
use std::fmt;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::AfterDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

/// The headers that hold a request's id. Each AWS service gives one ("Troubleshooting: request IDs" in the
/// guides of the SDKs; `aws-types` and botocore look for these), EC2 in the body as well.
const REQUEST_ID: [&str; 3] = ["x-amzn-requestid", "x-amzn-request-id", "x-amz-request-id"];
/// How it begins in XML, in whatever letters a service writes it.
const IN_BODY: &[u8] = b"<requestid>";
/// Content types that only AWS protocols use.
const CONTENT_TYPES: [&str; 1] = ["application/x-amz-json"];
/// Much more than the beginning of any error.
const LOOKED_THROUGH: usize = 64 << 10;
/// As much of a page as says what it is.
const SHOWN: usize = 100;

/// Fails calls that never reached AWS, although a successful answer came.
#[derive(Debug)]
pub(super) struct Genuine;

impl Intercept for Genuine {
    fn name(&self) -> &'static str {
        "Genuine"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let answer = context.response();
        // An answer that is not a success needs no check; the SDK knows what to send again.
        match Stranger::who_sent(answer) {
            Some(stranger) if answer.status().is_success() => Err(Box::new(stranger)),
            _ => Ok(()),
        }
    }
}

/// An answer that did not come from AWS.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stranger {
    status: u16,
    content_type: String,
    /// The beginning, on one line.
    said: String,
}

impl Stranger {
    /// The answer, if it did not come from AWS. One that broke off may well be AWS's.
    pub(super) fn who_sent(answer: &HttpResponse) -> Option<Self> {
        let header = |name: &&str| answer.headers().get(*name).is_some_and(|it| !it.is_empty());
        if REQUEST_ID.iter().any(header) {
            return None;
        }
        let content_type = answer.headers().get("content-type").unwrap_or_default();
        if CONTENT_TYPES.iter().any(|aws| content_type.starts_with(aws)) {
            return None;
        }
        let body = answer.body().bytes()?;
        let body = &body[..body.len().min(LOOKED_THROUGH)];
        if body.windows(IN_BODY.len()).any(|it| it.eq_ignore_ascii_case(IN_BODY)) {
            return None;
        }
        let words = String::from_utf8_lossy(body);
        let said = words.split_whitespace().collect::<Vec<_>>().join(" ");
        let status = answer.status().as_u16();
        Some(Self { status, content_type: content_type.to_owned(), said: beginning(&said) })
    }
}

/// AWS's id of the request that this answers, by which its support finds it.
pub(super) fn request_id(answer: &HttpResponse) -> Option<String> {
    let header = |name: &&str| answer.headers().get(*name).filter(|it| !it.is_empty());
    if let Some(id) = REQUEST_ID.iter().find_map(header) {
        return Some(id.to_owned());
    }
    let body = answer.body().bytes()?;
    let body = &body[..body.len().min(LOOKED_THROUGH)];
    let at = body.windows(IN_BODY.len()).position(|it| it.eq_ignore_ascii_case(IN_BODY))?;
    let id = String::from_utf8_lossy(&body[at + IN_BODY.len()..]);
    Some(id.split('<').next()?.to_owned())
}

fn beginning(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

impl fmt::Display for Stranger {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { status, content_type, said } = self;
        write!(out, "the answer did not come from AWS: HTTP status {status}")?;
        if !content_type.is_empty() {
            write!(out, ", {content_type}")?;
        }
        match said.as_str() {
            "" => write!(out, ", and nothing else"),
            said => write!(out, ", \"{said}\""),
        }
    }
}

impl StdError for Stranger {}

#[cfg(test)]
mod tests {
    use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
    use aws_smithy_types::body::SdkBody;
    use expect_test::expect;

    use super::Stranger;

    fn answer(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> HttpResponse {
        let status = status.try_into().expect("a status");
        let mut answer = HttpResponse::new(status, SdkBody::from(body));
        for (name, value) in headers {
            answer.headers_mut().insert(*name, *value);
        }
        answer
    }

    #[test]
    fn what_aws_sends_is_believed() {
        let id = ("x-amzn-RequestId", "7a6b");
        for genuine in [
            answer(200, &[id, ("content-type", "application/x-amz-json-1.1")], ""),
            answer(200, &[("content-type", "application/x-amz-json-1.1")], ""),
            answer(200, &[id, ("smithy-protocol", "rpc-v2-cbor")], ""),
            answer(200, &[id], "<html>"),
            answer(
                200,
                &[("content-type", "text/xml")],
                "<DescribeVpcsResponse><requestId>7a6b</requestId></DescribeVpcsResponse>",
            ),
            answer(403, &[], "<Response><Errors/><RequestID>7a6b</RequestID></Response>"),
        ] {
            assert_eq!(Stranger::who_sent(&genuine), None, "{genuine:?}");
        }
    }

    #[test]
    fn what_others_send_is_told_by_its_beginning() {
        let page =
            "<!DOCTYPE html>\n<html>\n  <head><title>Hôtel</title></head>\n  <body>Log in</body>";
        let long = format!("{page}{}", " ü".repeat(1 << 20));
        let html = ("content-type", "text/html");
        let message = [
            answer(200, &[html], page),
            answer(200, &[], ""),
            answer(502, &[html], &long),
            answer(200, &[("x-amzn-requestid", ""), ("content-type", "application/json")], "{}"),
        ];
        let message = message.map(|it| Stranger::who_sent(&it).expect("a stranger").to_string());
        expect![[r#"
            the answer did not come from AWS: HTTP status 200, text/html, "<!DOCTYPE html> <html> <head><title>Hôtel</title></head> <body>Log in</body>"
            the answer did not come from AWS: HTTP status 200, and nothing else
            the answer did not come from AWS: HTTP status 502, text/html, "<!DOCTYPE html> <html> <head><title>Hôtel</title></head> <body>Log in</body> ü ü ü ü ü ü ü ü ü ü ü ü…"
            the answer did not come from AWS: HTTP status 200, application/json, "{}""#]].assert_eq(&message.join("\n"));
    }
}
