//! The way in: load balancer, listeners, health checks, and who may connect.

use super::authentication::inputs::AuthenticationArgs;
use super::choices::{
    Algorithm, DesyncMitigationMode, IpAddressType, ProtocolVersion, StickinessType,
    TargetProtocol, XffHeaderProcessing,
};
use super::headers::ResponseHeadersArgs;
use super::logs::{AccessLogsArgs, ConnectionLogsArgs, HealthCheckLogsArgs, LogsBucketArgs};
use super::rules::{PATH, complain_of_certificate, complain_of_path, complain_of_policy};
use super::spreading::complain_of_cookie;
use super::tls::MutualTlsArgs;
use crate::component::inputs::arns::{WEB_ACL, complain_of_arn};
use crate::component::inputs::declare::inputs;
use crate::component::inputs::types::List;
use crate::property::Output;

/// AWS's defaults for gRPC (botocore, CreateTargetGroup and Matcher).
const GRPC_PATH: &str = "/AWS.ALB/healthcheck";
const UNIMPLEMENTED: &str = "12";

inputs! {
    /// The way in.
    pub struct BalancerArgs at "" {
        /// Whether the load balancer is reachable from inside the network only. Default {default}.
        /// Changing it replaces the load balancer, and so its address; the service moves over to the
        /// new one before the old one goes.
        internal: Output<bool> = false;
        /// The load balancer's rarer settings.
        load_balancer: LoadBalancerArgs = LoadBalancerArgs::default();
        /// How requests are spread over the tasks.
        target_group: TargetGroupArgs = TargetGroupArgs::default();
        /// How the load balancer checks whether a task can serve.
        health_check: HealthCheckArgs = HealthCheckArgs::default();
        /// Seconds for which a starting task's failed health checks do not count, {limits}.
        /// Default {default}.
        health_check_grace_period_seconds: Output<u32> = 60, in 0..=2_147_483_647 " seconds", peers ["healthcheckgraceperiod", "graceperiod"];
        /// Seconds for which a leaving task may finish its requests, {limits}. Default {default} (AWS's own
        /// default of 300 makes every deployment wait for minutes).
        deregistration_delay: Output<u32> = 30, in 0..=3600 " seconds";
        /// Seconds after which an idle connection is closed, {limits}. Default {default}.
        idle_timeout: Output<u32> = 60, in 1..=4000 " seconds";
        /// ARN of an issued ACM certificate in the service's region: makes the service HTTPS. Default:
        /// none, and plain HTTP. Setting or removing it creates or deletes a listener; the address stays.
        /// No certificate covers the load balancer's own name: clients use a name that yours covers. Set it as `domainName`, which
        /// creates its record, or point it to `loadBalancerDnsName` (an alias, or a CNAME).
        certificate_arn: Output<String>, is complain_of_certificate, also same_region, peers ["certificate"];
        /// Whether plain HTTP is redirected to HTTPS. Default {default} with `domainName` or a certificate. With
        /// false and a certificate the load balancer does not listen on port 80 at all, unless `http` is true.
        redirect_http: bool = true;
        /// Whether port 80 serves plain HTTP beside HTTPS. Needs a certificate, and `redirectHttp: false`. Default
        /// {default}.
        http: bool = false;
        /// The port on which clients connect, 1 to 65535: of HTTPS with a certificate, else of plain HTTP. Default 443,
        /// without a certificate 80. Changing it replaces the listener: both ports serve until the rest of the run is done, then
        /// the old one is closed. With a `deployment.strategy` other than `rolling` the old one answers 503 before that, for about
        /// `deregistrationDelay`. When you add or remove HTTPS, this port changes between HTTP and HTTPS at once.
        listener_port: u16, peers ["lbport"];
        /// The TLS policy of the HTTPS listener. Default {default},
        /// which AWS recommends.
        ssl_policy: Output<String> = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09", is complain_of_policy;
        /// ARNs of further issued certificates in the service's region, at most 25: a client that asks for a name gets the certificate
        /// that has it, else that of `certificateArn`. Default: none.
        additional_certificate_arns: List, each complain_of_certificate, also each_in_same_region, peers ["additionalcertificates"];
        /// Whether clients must have a certificate too. Default: they need none.
        mutual_tls: MutualTlsArgs;
        /// Who may enter: users who sign in with Amazon Cognito or another identity provider, or programs that bring a token. The load balancer finds
        /// it out before a request reaches a task, for all requests that are forwarded; a route may say otherwise. Needs HTTPS, and a
        /// way for the load balancer to reach the identity provider on port 443. Not with a `deployment.strategy` other than `rolling`.
        /// Default: everyone whom the network lets through. Setting, changing or removing it interrupts nothing.
        authentication: AuthenticationArgs;
        /// ARN of a web ACL of AWS WAF, regional and in the service's region: its rules see each request before a task does.
        /// Default: none. A load balancer has one web ACL.
        web_acl_arn: Output<String>, is |arn: &str| complain_of_arn(arn, WEB_ACL), also same_region, peers ["webaclid", "wafaclarn"];
        /// Who may connect, as CIDR blocks, such as `["10.0.0.0/8"]` or `[vpc.cidrBlock]`; IPv6 blocks
        /// need `loadBalancer.ipAddressType` `dualstack`. How many there are must be known in every
        /// preview; each may be an output. Default everyone: `0.0.0.0/0`, with `dualstack` also `::/0`.
        /// Each block is a rule of its own, which is created before an old one is deleted. With an empty list
        /// no client can connect until you add rules to the security group yourself.
        allowed_cidr_blocks: Vec<Output<String>>;
        /// Who may connect, as ids of prefix lists, such as that of CloudFront in your region: each is a rule that counts as many as the list
        /// may have entries. How many there are must be known in every preview; each may be an output. Default: none. With them, and
        /// without `allowedCidrBlocks`, nobody else may connect.
        allowed_prefix_list_ids: Vec<Output<String>>;
        /// Whether AWS refuses to delete the load balancer. To destroy the stack, set it to false and
        /// run `pulumi up` first.
        deletion_protection: Output<bool> => deletion_protection;
    }
}

inputs! {
    /// The load balancer's rarer settings.
    pub struct LoadBalancerArgs at "loadBalancer" {
        /// `ipv4` (default), `dualstack` for IPv6 addresses too, or `dualstack-without-public-ipv4` for IPv6 addresses and
        /// private IPv4 ones, which only clients with IPv6 reach. With both each subnet of the load balancer needs an IPv6 CIDR
        /// block. The tasks are reached over IPv4 in any case.
        ip_address_type: IpAddressType = IpAddressType::Ipv4;
        /// Seconds for which a client's connection is kept at most, {limits}. Default {default}. (`idleTimeout` closes idle ones.)
        client_keep_alive: Output<u32> = 3600, in 60..=604_800 " seconds";
        /// Whether clients may use HTTP/2. Default {default}.
        http2: Output<bool> = true;
        /// Whether headers whose names HTTP does not allow are removed. With false they reach the tasks. Default {default} (AWS's own default
        /// is false).
        drop_invalid_header_fields: Output<bool> = true;
        /// What happens to requests that could be read in two ways (HTTP desync): `monitor` lets them through and counts them,
        /// `defensive` (default) refuses those that threaten, `strictest` all that RFC 7230 does not allow.
        desync_mitigation_mode: Output<DesyncMitigationMode> = DesyncMitigationMode::Defensive;
        /// Whether tasks see the `Host` header as the client sent it, with its port. Default {default}.
        preserve_host_header: Output<bool> = false;
        /// What becomes of the `X-Forwarded-For` header: `append` (default) adds the client's address, `preserve` leaves the header as it
        /// came, `remove` takes it away.
        xff_header_processing: Output<XffHeaderProcessing> = XffHeaderProcessing::Append;
        /// Whether `X-Forwarded-For` has the client's port too. Default {default}.
        xff_client_port: Output<bool> = false;
        /// Whether tasks get the TLS version and the cipher of the client's connection, in the headers `x-amzn-tls-version` and
        /// `x-amzn-tls-cipher-suite`. Default {default}.
        tls_version_and_cipher_headers: Output<bool> = false;
        /// Whether requests reach the tasks when AWS WAF does not answer. With false (default) they are refused then.
        waf_fail_open: Output<bool> = false;
        /// Whether the load balancer can be moved away from a zone with a zonal shift of Amazon Application Recovery Controller. Default
        /// {default}.
        zonal_shift: Output<bool> = false;
        /// Load balancer capacity units that are kept ready in any case, {limits}, for peaks that come at once. Your account needs a
        /// quota for them first. Default: none; the load balancer grows with its load.
        minimum_capacity_units: Output<u32>, in 100..=15_000 " units";
        /// A line for each request: true for a bucket that the component creates, or in which of your buckets. Default: none.
        access_logs: AccessLogsArgs;
        /// A line for each connection: true for a bucket that the component creates, or in which of your buckets. Default: none.
        connection_logs: ConnectionLogsArgs;
        /// A line for each health check: true for a bucket that the component creates, or in which of your buckets. Default: none.
        health_check_logs: HealthCheckLogsArgs;
        /// The bucket that the component creates for these logs, if one of them is true. It is in the service's region, encrypted with
        /// SSE-S3, closed to the public, and lets the service's load balancer write.
        logs_bucket: LogsBucketArgs = LogsBucketArgs::default();
        /// Headers that the load balancer puts into every answer.
        response_headers: ResponseHeadersArgs = ResponseHeadersArgs::default();
    }
}

inputs! {
    /// How requests are spread over the tasks.
    pub struct TargetGroupArgs at "targetGroup" {
        /// Whether requests and health checks reach the tasks without encryption, `HTTP` (default), or with TLS, `HTTPS`: any certificate
        /// of the container will do, it is not checked. Changing it replaces the target group: from then until the first new
        /// task is healthy, the load balancer answers 503.
        protocol: Output<TargetProtocol> = TargetProtocol::Http;
        /// In which version of HTTP requests reach the tasks: `HTTP1` (default), `HTTP2` or `GRPC`; the latter two need HTTPS on the
        /// load balancer. Changing it replaces the target group, as with `protocol`.
        protocol_version: ProtocolVersion = ProtocolVersion::Http1;
        /// Which task gets the next request: `round_robin` (default), `least_outstanding_requests`, or `weighted_random`, which
        /// `anomalyMitigation` needs.
        algorithm: Output<Algorithm> = Algorithm::RoundRobin;
        /// Whether a task whose errors stand out gets fewer requests. Needs `algorithm` `weighted_random`. Default {default}.
        anomaly_mitigation: Output<bool> = false;
        /// Seconds in which a new task comes to its full share of the requests, {limits}. Default {default}: at once. Only with
        /// `algorithm` `round_robin`.
        slow_start: Output<u32> = 0, in 30..=900 " seconds" or 0;
        /// Whether requests go to tasks in all zones. With false a zone without a healthy task answers with 503. Default
        /// {default}.
        cross_zone: Output<bool> = true;
        /// Whether a client's requests go to the same task.
        stickiness: StickinessArgs = StickinessArgs::default();
    }
}

inputs! {
    /// Whether a client's requests go to the same task.
    pub struct StickinessArgs at "targetGroup.stickiness" {
        /// Whether they do. Default {default}.
        enabled: Output<bool> = false;
        /// What tells a client: `lb_cookie` (default), a cookie of the load balancer, or `app_cookie`, one of the application.
        r#type: Output<StickinessType> = StickinessType::LbCookie;
        /// Seconds for which they do, {limits}. Default {default}, a day.
        duration: Output<u32> = 86_400, in 1..=604_800 " seconds";
        /// The name of the application's cookie. Needs `type` `app_cookie`.
        cookie_name: Output<String>, is complain_of_cookie;
    }
}

inputs! {
    /// How the load balancer checks a task.
    pub struct HealthCheckArgs at "healthCheck" {
        /// The path to ask for, beginning with `/`; without secrets, because the target group shows it.
        /// Default {default}. With `targetGroup.protocolVersion` `GRPC` it is a method, such as `/grpc.health.v1.Health/Check`; default
        /// `/AWS.ALB/healthcheck`.
        path: Output<String> = "/", is complain_of_path, shown PATH, peers ["healthcheckpath"];
        /// The port to ask: a number as text, such as `"9090"`, or `traffic-port` (default) for the
        /// container's port.
        port: String = "traffic-port";
        /// Status codes that mean healthy, 200 to 499: `200`, `200,302` or `200-299`. Default
        /// {default}. With `targetGroup.protocolVersion` `GRPC` they are codes of gRPC, 0 to 99; default `12`, the answer of a server that
        /// does not know the method.
        matcher: Output<String> = "200-399";
        /// Seconds between checks, {limits}. Default {default}.
        interval: Output<u32> = 10, in 5..=300 " seconds";
        /// Seconds to wait for an answer, {limits} and less than `interval`. Default {default}.
        timeout: Output<u32> = 5, in 2..=120 " seconds";
        /// Good answers in a row that make a task healthy, {limits}. Default {default}.
        healthy_threshold: Output<u32> = 2, in 2..=10 "";
        /// Bad answers in a row that make a task unhealthy, {limits}. Default {default}.
        unhealthy_threshold: Output<u32> = 3, in 2..=10 "";
    }
}

impl HealthCheckArgs {
    /// The path, or with gRPC the method, to ask for.
    pub(in crate::component) fn path_in(&self, version: ProtocolVersion) -> Output<String> {
        let usual = self.path.is_none() && version == ProtocolVersion::Grpc;
        if usual { GRPC_PATH.into() } else { self.path() }
    }

    /// The codes of healthy answers.
    pub(in crate::component) fn matcher_in(&self, version: ProtocolVersion) -> Output<String> {
        let usual = self.matcher.is_none() && version == ProtocolVersion::Grpc;
        if usual { UNIMPLEMENTED.into() } else { self.matcher() }
    }
}

impl BalancerArgs {
    /// Whether the load balancer has IPv6 addresses too.
    pub(in crate::component) fn is_dualstack(&self) -> bool {
        self.load_balancer().ip_address_type() != IpAddressType::Ipv4
    }

    /// Whether clients reach the load balancer over IPv4.
    pub(in crate::component) fn has_ipv4(&self) -> bool {
        self.load_balancer().ip_address_type() != IpAddressType::DualstackWithoutPublicIpv4
    }

    /// The port of its own that the health check has. It and the container's port are known whenever
    /// this is a number (`rules.rs`), because both decide which rules there are.
    pub(in crate::component) fn health_port(&self) -> Option<u16> {
        self.health_check.as_ref()?.port.as_ref()?.parse().ok()
    }
}
