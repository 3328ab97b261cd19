//! What the load balancer writes down of requests, connections and health checks.

use crate::component::Args;
use crate::component::inputs::complaints::Complaints;
use crate::component::inputs::declare::inputs;
use crate::property::Output;

const PREFIX: &str = "The value is secret, but the load balancer shows it to everyone who may see that. Use a prefix without a secret.";

inputs! {
    /// A line for each request.
    pub struct AccessLogsArgs at "loadBalancer.accessLogs" {
        /// Whether they go to the bucket that the component creates for the load balancer's logs (`logsBucket`). Default {default}.
        own: bool = false;
        /// A bucket of yours instead, in the service's region; its policy must let Elastic Load Balancing write to it.
        bucket: Output<String>, is complain_of_bucket;
        /// What the objects' keys begin with, before `AWSLogs/`. Default: nothing; in the component's bucket `access-logs`.
        prefix: Output<String>, is complain_of_prefix, shown PREFIX;
    }
}

inputs! {
    /// A line for each connection.
    pub struct ConnectionLogsArgs at "loadBalancer.connectionLogs" {
        /// Whether they go to the bucket that the component creates for the load balancer's logs (`logsBucket`). Default {default}.
        own: bool = false;
        /// A bucket of yours instead, in the service's region; its policy must let Elastic Load Balancing write to it.
        bucket: Output<String>, is complain_of_bucket;
        /// What the objects' keys begin with, before `AWSLogs/`. Default: nothing; in the component's bucket `connection-logs`.
        prefix: Output<String>, is complain_of_prefix, shown PREFIX;
    }
}

inputs! {
    /// A line for each health check.
    pub struct HealthCheckLogsArgs at "loadBalancer.healthCheckLogs" {
        /// Whether they go to the bucket that the component creates for the load balancer's logs (`logsBucket`). Default {default}.
        own: bool = false;
        /// A bucket of yours instead, in the service's region; its policy must let Elastic Load Balancing write to it.
        bucket: Output<String>, is complain_of_bucket;
        /// What the objects' keys begin with, before `AWSLogs/`. Default: nothing; in the component's bucket `health-check-logs`.
        prefix: Output<String>, is complain_of_prefix, shown PREFIX;
    }
}

inputs! {
    /// The bucket that the component creates for the load balancer's logs.
    pub struct LogsBucketArgs at "loadBalancer.logsBucket" {
        /// Days after which a log is deleted, {limits}. The default is that of `logRetentionInDays`:
        retention_in_days: Output<u32> => log_retention_in_days, in 1..=2_147_483_647 "";
        /// Whether the bucket may be deleted with the logs in it. With false a destroy is refused while it has logs.
        force_delete: Output<bool> => force_delete;
    }
}

pub(super) fn problems(args: &Args, found: &mut Complaints) {
    let balancer = args.balancer.load_balancer();
    for target in balancer.logs().iter().flatten() {
        let path = format!("loadBalancer.{}", target.name);
        let both = target.own && target.bucket.is_some();
        found.useless(
            &format!("{path}.bucket"),
            both,
            "with `own` the logs go to the component's own bucket",
        );
        // `false` says that there are none.
        let off = target.prefix.is_none() && !target.own && target.said;
        if !target.is_on() && !off {
            found.add(
                &path,
                "It names no bucket. Set it to true, so that the component creates one, or name yours: `{bucket: \"…\"}`.",
            );
        }
    }
    for path in balancer.logs_bucket.iter().flat_map(LogsBucketArgs::given) {
        found.useless(
            &path,
            !balancer.has_logs_bucket(),
            "no logs go to a bucket of the component: `accessLogs`, `connectionLogs` or `healthCheckLogs` must be true",
        );
    }
}

/// S3 user guide, "General purpose bucket naming rules".
fn complain_of_bucket(name: &str) -> Option<String> {
    let allowed = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || "-.".contains(it);
    let at_an_end = |it: Option<char>| it.is_some_and(|it| "-.".contains(it));
    let wrong = !(3..=63).contains(&name.len())
        || !name.chars().all(allowed)
        || at_an_end(name.chars().next())
        || at_an_end(name.chars().last())
        || name.contains("..");
    wrong.then(|| {
        format!(
            "\"{name}\" is not a valid bucket name: 3 to 63 lower case letters, digits, hyphens and single dots, with a \
             letter or digit at both ends."
        )
    })
}

/// User guide, "Enable access logs for your Application Load Balancer".
fn complain_of_prefix(prefix: &str) -> Option<String> {
    if prefix.is_empty() {
        return Some("It is empty. Remove it.".to_owned());
    }
    if prefix.contains("AWSLogs") {
        return Some(format!(
            "\"{prefix}\" contains `AWSLogs`, which the load balancer appends itself. Remove that part."
        ));
    }
    let slash = prefix.starts_with('/') || prefix.ends_with('/');
    slash.then(|| format!("\"{prefix}\" begins or ends with `/`. Write it without: the load balancer appends `/AWSLogs/`."))
}
