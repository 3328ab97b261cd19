//! Routes, further targets, and what no route takes.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::component::balancer::authentication::inputs::{
    AuthenticationArgs, CognitoArgs, JwtArgs, JwtClaimArgs, OidcArgs,
};
use crate::component::balancer::choices::{ProtocolVersion, TargetProtocol};
use crate::component::balancer::inputs::{HealthCheckArgs, StickinessArgs};
use crate::component::inputs::arns::{LISTENER, arn};
use crate::component::inputs::declare::inputs;
use crate::component::inputs::types::List;
use crate::property::Output;
use crate::property::field_names::names_of;

inputs! {
    /// Which requests go where.
    pub struct RoutesArgs at "" {
        /// What becomes of certain requests, such as those to a path or a host, in the order in which the load balancer looks at
        /// them: the first route that fits a request takes it. What none takes goes to `defaultAction`. A new route in the middle
        /// moves no other; another order moves as few as possible, all at once.
        routes: Vec<RouteArgs>, peers ["listenerrules"];
        /// Further ports of the container that requests can be sent to, each with a target group of its own; up to 4. A route
        /// names its target. Not together with a `deployment.strategy` other than `rolling`.
        targets: Vec<TargetArgs>;
        /// ARN of a listener of another stack's application load balancer, which then leads to this service too: such as `httpsListenerArn` of another
        /// `FargateWebService`. The service has no load balancer of its own then; each route needs `hostHeaders` or `pathPatterns`. With
        /// `albSecurityGroupId` that security group of the load balancer gets a rule that lets it reach the tasks. Changing it moves
        /// the service over to the other listener.
        listener_arn: Output<String>, is arn(LISTENER), also same_region, peers ["albingresshttpslistenerarns"];
        /// What becomes of requests that no route takes. Default: they go to the container's port.
        default_action: DefaultActionArgs = DefaultActionArgs::default();
    }
}

inputs! {
    /// What becomes of requests that no route takes: either `redirect` or `fixedResponse`.
    pub struct DefaultActionArgs at "defaultAction" {
        /// Clients are sent elsewhere.
        redirect: RedirectArgs;
        /// The load balancer answers.
        fixed_response: FixedResponseArgs;
    }
}

inputs! {
    /// Where clients are sent. What is left out stays as it was in the request; `#{protocol}`, `#{host}`, `#{port}`, `#{path}` and
    /// `#{query}` stand for parts of the request.
    pub struct RedirectArgs at "defaultAction.redirect" {
        /// 301 (default), which clients remember, or 302.
        status_code: Output<u32> = 301_u32;
        /// `HTTP`, or `HTTPS`. From HTTPS no redirect leads to `HTTP`.
        protocol: Output<String>;
        /// A number from 1 to 65535, as text.
        port: Output<String>;
        /// The host, up to 128 characters, such as `www.#{host}`.
        host: Output<String>;
        /// The path, up to 128 characters, beginning with `/`, such as `/new/#{path}`.
        path: Output<String>;
        /// The query without its `?`, up to 128 characters.
        query: Output<String>;
    }
}

inputs! {
    /// What the load balancer answers.
    pub struct FixedResponseArgs at "defaultAction.fixedResponse" {
        /// 200 to 299 or 400 to 599. Default {default}.
        status_code: Output<u32> = 404_u32;
        /// `text/plain` (default), `text/css`, `text/html`, `application/javascript` or `application/json`.
        content_type: Output<String> = "text/plain";
        /// The body, up to 1024 characters. Default: empty.
        message_body: Output<String>;
    }
}

/// Certain requests, and what becomes of them: `forward` (default), `redirect` or `fixedResponse`. A request fits when each
/// condition that is given does; at least one must be. A condition has at most 3 values (`sourceIps` 5), all of a route
/// together 5 values and 5 wildcards: `*` stands for any characters, `?` for exactly one.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RouteArgs {
    /// What the route is called in the stack: lower-case letters, digits and hyphens, up to 40. Another name is another rule, which
    /// is created before the old one is deleted. Default: made of host and path.
    pub name: Option<String>,
    /// Paths of which one must fit, such as `/api/*`. Upper and lower case are different.
    pub path_patterns: Option<List>,
    /// Hosts of which one must fit, such as `api.example.com` or `*.example.com`.
    pub host_headers: Option<List>,
    /// Headers that must all fit.
    pub http_headers: Option<Vec<HttpHeaderArgs>>,
    /// Parts of the query of which one must fit.
    pub query_strings: Option<Vec<QueryStringArgs>>,
    /// CIDR blocks of which one must have the client's address, such as `10.0.0.0/8`. With a proxy in front of the load balancer it is the
    /// proxy's.
    pub source_ips: Option<List>,
    /// HTTP methods of which one must fit, such as `GET`.
    pub methods: Option<List>,
    /// The priority of the rule, 1 to 49999: of two routes that fit, that with the lower one takes the request. Given for all
    /// routes or for none. Default: chosen in the order of the list, and kept.
    pub priority: Option<u32>,
    /// Requests go to targets. Default: to the container's port.
    pub forward: Option<ForwardArgs>,
    /// Clients are sent elsewhere.
    pub redirect: Option<RedirectArgs>,
    /// The load balancer answers.
    pub fixed_response: Option<FixedResponseArgs>,
    /// Who may enter by this route. Default: for requests that are forwarded as the service's `authentication` says, for all others everyone.
    pub authentication: Option<AuthenticationArgs>,
    /// Another `Host` header for the targets. Conditions see the original one.
    pub rewrite_host: Option<RewriteArgs>,
    /// Another path and query for the targets. Conditions see the original ones.
    pub rewrite_url: Option<RewriteArgs>,
}

/// A header of the request.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HttpHeaderArgs {
    /// Its name, up to 40 characters; not `Host`.
    pub name: Output<String>,
    /// Values of which one must fit, without regard to case.
    pub values: List,
}

/// A part of the query of the request.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct QueryStringArgs {
    /// The key. Default: the value alone must fit.
    #[serde(default)]
    pub key: Option<Output<String>>,
    /// The value, without regard to case. `\*` and `\?` mean the characters themselves.
    pub value: Output<String>,
}

/// Where requests go: to one `target`, or with weights to several `targets`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ForwardArgs {
    /// The name of one of `targets`. Default: the container's port.
    pub target: Option<String>,
    /// Up to 5, each with its share of the requests.
    pub targets: Option<Vec<WeightedTargetArgs>>,
    /// A client stays with the target that it came to first. Default: it does not.
    pub stickiness: Option<ForwardStickinessArgs>,
}

/// A target with its share of the requests.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WeightedTargetArgs {
    /// The name of one of `targets`. Default: the container's port.
    #[serde(default)]
    pub target: Option<String>,
    /// Its share of the sum of all weights, 0 to 999.
    pub weight: Output<u32>,
}

/// For how long a client stays with a target.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ForwardStickinessArgs {
    /// Seconds, 1 to 604800.
    pub duration: Output<u32>,
}

/// What becomes of the text in which `regex` finds something.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RewriteArgs {
    /// A regular expression, up to 1024 characters; without look-around and back references. If it finds nothing, the request stays as it is.
    pub regex: Output<String>,
    /// What stands there instead, up to 1024 characters; `$1` is the first group.
    pub replace: Output<String>,
}

/// A further port of the container, with a target group of its own.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TargetArgs {
    /// What routes call it: lower-case letters, digits and hyphens, up to 40. Another name is another target group.
    pub name: String,
    /// The port on which the container listens, 1 to 65535.
    pub container_port: u16,
    /// Whether requests and health checks reach it without encryption, `HTTP`, or with TLS, `HTTPS`. Default: the service's
    /// `targetGroup.protocol`. Changing it replaces the target group: from then until the first new task is healthy, the load balancer
    /// answers 503.
    #[serde(default)]
    pub protocol: Option<Output<TargetProtocol>>,
    /// In which version of HTTP requests reach it: `HTTP1`, `HTTP2` or `GRPC`; the latter two need HTTPS on the load balancer. Default: the
    /// service's `targetGroup.protocolVersion`. Changing it replaces the target group, as with `protocol`.
    #[serde(default)]
    pub protocol_version: Option<ProtocolVersion>,
    /// How the load balancer checks it. What is left out is as in the service's `healthCheck`, but for `port`.
    #[serde(default)]
    pub health_check: Option<HealthCheckArgs>,
    /// Seconds for which a leaving task may finish its requests, 0 to 3600. Default: the service's `deregistrationDelay`.
    #[serde(default)]
    pub deregistration_delay: Option<Output<u32>>,
    /// Whether a client's requests go to the same task. What is left out is as in `targetGroup.stickiness`.
    #[serde(default)]
    pub stickiness: Option<StickinessArgs>,
}

/// The names of the members of what a route or a target consists of, by the type's name in the schema.
pub(in crate::component) fn members(kind: &str) -> &'static [&'static str] {
    match kind {
        "Route" => names_of::<RouteArgs>(),
        "HttpHeader" => names_of::<HttpHeaderArgs>(),
        "QueryString" => names_of::<QueryStringArgs>(),
        "Forward" => names_of::<ForwardArgs>(),
        "WeightedTarget" => names_of::<WeightedTargetArgs>(),
        "ForwardStickiness" => names_of::<ForwardStickinessArgs>(),
        "Redirect" => names_of::<RedirectArgs>(),
        "FixedResponse" => names_of::<FixedResponseArgs>(),
        "Rewrite" => names_of::<RewriteArgs>(),
        "Target" => names_of::<TargetArgs>(),
        "HealthCheck" => names_of::<HealthCheckArgs>(),
        "Authentication" => names_of::<AuthenticationArgs>(),
        "Cognito" => names_of::<CognitoArgs>(),
        "Oidc" => names_of::<OidcArgs>(),
        "Jwt" => names_of::<JwtArgs>(),
        "JwtClaim" => names_of::<JwtClaimArgs>(),
        "Stickiness" => names_of::<StickinessArgs>(),
        _ => &[],
    }
}

impl TargetArgs {
    /// The port of its own that its health check has.
    pub(in crate::component) fn health_port(&self) -> Option<u16> {
        let port = self.health_check.as_ref()?.port.as_ref()?.parse().ok()?;
        (port != self.container_port).then_some(port)
    }
}
