//! What a signed request asks, read off itself: the connection is below all clients and sees no more.

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;

/// What is asked of AWS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    /// The service's name in signatures: `elasticloadbalancing`.
    pub(super) service: String,
    pub(super) region: String,
    pub(super) operation: String,
}

impl Asked {
    /// `None` for what is not signed: it is not for a service that we call, but on the way to
    /// credentials.
    pub(super) fn of(request: &HttpRequest) -> Option<Self> {
        let headers = request.headers();
        // AWS4-HMAC-SHA256 Credential=<key>/<date>/<region>/<service>/aws4_request, …
        let (_, scope) = headers.get("authorization")?.split_once("Credential=")?;
        let mut scope = scope.split([',', ' ']).next()?.split('/').skip(2);
        let (region, service) = (scope.next()?.to_owned(), scope.next()?.to_owned());
        let operation = match headers.get("x-amz-target") {
            // AmazonEC2ContainerServiceV20141113.DescribeServices
            Some(target) => target.rsplit('.').next()?.to_owned(),
            None => in_body(request.body().bytes().unwrap_or_default())
                .or_else(|| in_path(request.uri()))?,
        };
        Some(Self { service, region, operation })
    }

    /// Whether the call, made twice, creates two things, and nothing in it shows AWS that it is the same:
    /// the caller has to look first whether it was done.
    pub(super) fn may_double(&self) -> bool {
        self.operation == "RegisterTaskDefinition"
    }

    /// As an IAM action: what people know it by.
    pub(super) fn action(&self) -> String {
        let service = match self.service.as_str() {
            "monitoring" => "cloudwatch",
            other => other,
        };
        format!("{service}:{}", self.operation)
    }
}

/// `Action=DescribeTags&Version=…`
fn in_body(body: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?;
    let action = text.split('&').find_map(|pair| pair.strip_prefix("Action="))?;
    Some(action.to_owned())
}

/// `/service/GraniteServiceVersion20100801/operation/DescribeAlarms`
fn in_path(uri: &str) -> Option<String> {
    let (_, operation) = uri.rsplit_once("/operation/")?;
    Some(operation.to_owned())
}

#[cfg(test)]
mod tests {
    use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
    use aws_smithy_types::body::SdkBody;

    use super::Asked;

    fn message(
        service: &str,
        target: Option<&str>,
        path: &str,
        body: &'static str,
    ) -> Option<String> {
        let mut request = HttpRequest::new(SdkBody::from(body));
        request.set_uri(format!("https://example.com{path}")).expect("a URI");
        let headers = request.headers_mut();
        let scope = format!("AKIA/20260101/eu-west-1/{service}/aws4_request");
        headers.insert(
            "authorization",
            format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"),
        );
        if let Some(target) = target {
            headers.insert("x-amz-target", target.to_owned());
        }
        Asked::of(&request).map(|asked| asked.action())
    }

    #[test]
    fn each_protocol_tells_its_operation() {
        let target = "AmazonEC2ContainerServiceV20141113.DescribeServices";
        let message = [
            message("ecs", Some(target), "/", "{}"),
            message("elasticloadbalancing", None, "/", "Action=DescribeTags&Version=2015-12-01"),
            message("monitoring", None, "/service/Granite/operation/DescribeAlarms", "cbor"),
        ];
        let message = message.map(|it| it.expect("an operation"));
        assert_eq!(
            message,
            [
                "ecs:DescribeServices",
                "elasticloadbalancing:DescribeTags",
                "cloudwatch:DescribeAlarms"
            ]
        );
    }

    #[test]
    fn what_is_not_signed_is_no_call() {
        assert_eq!(Asked::of(&HttpRequest::empty()), None);
    }
}
