//! What the load balancer writes down of requests, connections and health checks.

use crate::component::Args;
use crate::component::inputs::complaints::Complaints;
use crate::component::inputs::declare::inputs;
use crate::property::Output;

const PREFIX: &str = "The value is secret, but the load balancer shows it to everyone who may see that. Use a prefix without a secret.";

inputs! {
    /// A line for each request.
    pub struct AccessLogsArgs at "loadBalancer.accessLogs" {
        /// The bucket, in the service's region; its policy must let Elastic Load Balancing write to it.
        bucket: Output<String>, is complain_of_bucket;
        /// What the objects' keys begin with, before `AWSLogs/`. Default: nothing.
        prefix: Output<String>, is complain_of_prefix, shown PREFIX;
    }
}

inputs! {
    /// A line for each connection.
    pub struct ConnectionLogsArgs at "loadBalancer.connectionLogs" {
        /// The bucket, in the service's region; its policy must let Elastic Load Balancing write to it.
        bucket: Output<String>, is complain_of_bucket;
        /// What the objects' keys begin with, before `AWSLogs/`. Default: nothing.
        prefix: Output<String>, is complain_of_prefix, shown PREFIX;
    }
}

inputs! {
    /// A line for each health check.
    pub struct HealthCheckLogsArgs at "loadBalancer.healthCheckLogs" {
        /// The bucket, in the service's region; its policy must let Elastic Load Balancing write to it.
        bucket: Output<String>, is complain_of_bucket;
        /// What the objects' keys begin with, before `AWSLogs/`. Default: nothing.
        prefix: Output<String>, is complain_of_prefix, shown PREFIX;
    }
}

pub(super) fn problems(args: &Args, found: &mut Complaints) {
    let balancer = args.balancer.load_balancer();
    let kinds = [
        ("loadBalancer.accessLogs", balancer.access_logs.map(|it| it.bucket.is_some())),
        ("loadBalancer.connectionLogs", balancer.connection_logs.map(|it| it.bucket.is_some())),
        ("loadBalancer.healthCheckLogs", balancer.health_check_logs.map(|it| it.bucket.is_some())),
    ];
    for (path, bucket) in kinds {
        if bucket == Some(false) {
            found.add(
                &format!("{path}.bucket"),
                "It is missing. Name the bucket that the logs go to.",
            );
        }
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
