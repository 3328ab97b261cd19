//! Inputs of the way in of which only certain words are right.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::component::inputs::fact::plain;

plain!(IpAddressType, MutualTlsMode, ProtocolVersion);

/// Which addresses a load balancer has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum IpAddressType {
    /// IPv4 only.
    Ipv4,
    /// IPv4 and IPv6.
    Dualstack,
    /// IPv6, and private IPv4 addresses only.
    #[serde(rename = "dualstack-without-public-ipv4")]
    DualstackWithoutPublicIpv4,
}

/// What the load balancer speaks to the tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum TargetProtocol {
    /// Without encryption.
    Http,
    /// With TLS. The tasks' certificates are not checked.
    Https,
}

/// The version of HTTP in which requests reach the tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum ProtocolVersion {
    /// HTTP/1.1.
    Http1,
    /// HTTP/2.
    Http2,
    /// gRPC.
    Grpc,
}

/// What is asked of clients' certificates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum MutualTlsMode {
    /// They are handed on to the tasks, unchecked.
    Passthrough,
    /// Only those that a trust store's authorities have signed are let in.
    Verify,
}

/// What becomes of a request whose sender has not signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum OnUnauthenticatedRequest {
    /// The user is sent to the sign-in page.
    Authenticate,
    /// It is answered with 401.
    Deny,
    /// It is let in.
    Allow,
}

/// How a token has a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ClaimFormat {
    /// One text.
    SingleString,
    /// A list of texts.
    StringArray,
    /// One text, with several values in it.
    SpaceSeparatedValues,
}

/// What happens to requests that could be read in two ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum DesyncMitigationMode {
    /// They are let through, and counted.
    Monitor,
    /// Those that threaten are refused.
    Defensive,
    /// All that RFC 7230 does not allow are refused.
    Strictest,
}

/// What becomes of the `X-Forwarded-For` header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum XffHeaderProcessing {
    /// The client's address is added.
    Append,
    /// It stays as it came.
    Preserve,
    /// It is taken away.
    Remove,
}

/// Which task gets the next request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Algorithm {
    /// One after the other.
    RoundRobin,
    /// The one with the fewest unanswered requests.
    LeastOutstandingRequests,
    /// Any, by weights.
    WeightedRandom,
}

/// What tells a client whose requests go to the same task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StickinessType {
    /// A cookie of the load balancer.
    LbCookie,
    /// A cookie of the application.
    AppCookie,
}
