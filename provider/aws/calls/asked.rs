//! What a signed request asks, read off itself: the connection is below all clients and sees no more.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextMut;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, Metadata};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

use crate::aws::services::signed;

/// Not sent: it is taken out again where the call is made.
const OPERATION: &str = "x-fargate-operation";

/// Says in each request of a client which operation it is: a request of a REST protocol does not say it.
#[derive(Debug)]
pub(in crate::aws) struct Named;

impl Intercept for Named {
    fn name(&self) -> &'static str {
        "Named"
    }

    /// After it was signed.
    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(operation) = config.load::<Metadata>() {
            context.request_mut().headers_mut().insert(OPERATION, operation.name().to_owned());
        }
        Ok(())
    }
}

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
    pub(super) fn of(request: &mut HttpRequest) -> Option<Self> {
        let named = request.headers_mut().remove(OPERATION);
        let headers = request.headers();
        // AWS4-HMAC-SHA256 Credential=<key>/<date>/<region>/<service>/aws4_request, …
        let (_, scope) = headers.get("authorization")?.split_once("Credential=")?;
        let mut scope = scope.split([',', ' ']).next()?.split('/').skip(2);
        let (region, service) = (scope.next()?.to_owned(), scope.next()?.to_owned());
        // The SDK assumes a role with a client of its own, of which the body tells the operation.
        let operation = named.or_else(|| in_body(request.body().bytes().unwrap_or_default()))?;
        Some(Self { service, region, operation })
    }

    /// Whether the call, made twice, creates two things, and nothing in it shows AWS that it is the same:
    /// the caller has to look first whether it was done.
    pub(super) fn may_double(&self) -> bool {
        const DOUBLING: [&str; 4] =
            ["RegisterTaskDefinition", "CreateVpc", "CreateInternetGateway", "AllocateAddress"];
        DOUBLING.contains(&self.operation.as_str())
    }

    /// As an IAM action: what people know it by.
    pub(super) fn action(&self) -> String {
        let service = signed(&self.service).map_or(self.service.as_str(), |it| it.iam);
        format!("{service}:{}", self.operation)
    }
}

/// `Action=DescribeTags&Version=…`
fn in_body(body: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?;
    let action = text.split('&').find_map(|pair| pair.strip_prefix("Action="))?;
    Some(action.to_owned())
}

#[cfg(test)]
mod tests {
    use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
    use aws_smithy_types::body::SdkBody;

    use super::Asked;

    fn message(service: &str, named: Option<&str>, body: &'static str) -> Option<String> {
        let mut request = HttpRequest::new(SdkBody::from(body));
        let headers = request.headers_mut();
        let scope = format!("AKIA/20260101/eu-west-1/{service}/aws4_request");
        headers.insert(
            "authorization",
            format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"),
        );
        if let Some(operation) = named {
            headers.insert(super::OPERATION, operation.to_owned());
        }
        Asked::of(&mut request).map(|asked| asked.action())
    }

    #[test]
    fn a_call_is_called_as_iam_calls_it() {
        let message = [
            message("elasticloadbalancing", Some("DescribeTags"), "Action=Others"),
            message("monitoring", Some("DescribeAlarms"), "cbor"),
            message("sts", None, "Action=AssumeRole&Version=2011-06-15"),
        ];
        let message = message.map(|it| it.expect("an operation"));
        assert_eq!(
            message,
            ["elasticloadbalancing:DescribeTags", "cloudwatch:DescribeAlarms", "sts:AssumeRole"]
        );
    }

    #[test]
    fn what_is_not_signed_is_no_call() {
        assert_eq!(Asked::of(&mut HttpRequest::empty()), None);
    }
}
