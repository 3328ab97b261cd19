//! Every input of the component, documented for its users: these comments are the schema's
//! descriptions, the SDKs' help and docs/reference.md. They say unit, limit, default and what a
//! change replaces; a default that a preset decides stands in the presets' table only, and is added
//! to the description from there. What says nothing of replacement is changed in place.
//!
//! An input that is not an [`Output`] is *plain*: it decides which children exist, so it must be
//! known in every preview.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::choices::{
    Architecture, CapacityProvider, ContainerInsights, ImageTagMutability, IpAddressType, Spot,
    Warning,
};
use super::presets::{Level, Preset};
use crate::property::Output;

/// Conditions of a statement: operator, key, values.
pub type Conditions = BTreeMap<String, BTreeMap<String, Vec<String>>>;
/// A list whose members may be outputs of other resources.
pub type List = Output<Vec<Output<String>>>;
/// A map whose values may be outputs of other resources.
pub type Dict = Output<BTreeMap<String, Output<String>>>;

/// A web service on AWS Fargate behind an Application Load Balancer.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Args {
    /// The base of all names in AWS: up to 26 lower-case letters, digits and hyphens; no two services
    /// of an account and region can share one. Default: the resource's name and seven random
    /// characters, chosen once. Changing it replaces everything.
    pub name: Option<Output<String>>,
    /// A set of defaults: `dev` is small and cheap (one Spot task, no autoscaling, basic
    /// monitoring), `staging` in between, `prod` adds deletion protection and immutable image
    /// tags, and demands HTTPS. Without a preset the service has two tasks, autoscaling from 2 to
    /// 10, alarms and a dashboard, and nothing that stops you from deleting it. Whatever you give
    /// explicitly wins.
    pub preset: Option<Preset>,
    /// Warnings that you know of and do not want to see again, by name, such as `["plainHttp"]`: each
    /// warning tells its name. Default: none.
    pub silence: Option<Vec<Warning>>,

    /// The container image, such as `public.ecr.aws/nginx/nginx:1.27`. Default: the image with
    /// `imageTag` in the service's own ECR repository. While that repository is still empty the
    /// service has no tasks, and the run prints the commands that push the first image. An image from
    /// elsewhere is taken as it is named: that its tag has moved is not seen, so name a new tag or the
    /// digest for each release, or change `triggers` to pull the same tag again.
    pub image: Option<Output<String>>,
    /// The tag of the image in the service's own repository. The tag is resolved to a digest, so
    /// a moved tag shows up in the next preview and is rolled out. Default `latest`.
    pub image_tag: Option<Output<String>>,
    /// The port on which the container listens, 1 to 65535. Default 80. A change is a new
    /// deployment, without an interruption.
    pub container_port: Option<Output<u16>>,
    /// CPU units of a task: 256, 512, 1024, 2048, 4096, 8192 or 16384 (1024 are one vCPU). If only
    /// `memory` is given and does not go with the default, it is the least that goes with it.
    pub cpu: Option<Output<u32>>,
    /// Memory of a task in MiB; which values are allowed depends on `cpu`: 512, 1024 or 2048 with
    /// 256 CPU units, 1024 to 4096 in steps of 1024 with 512, 2048 to 8192 with 1024, and so on. A
    /// wrong value is told with its neighbours. If only `cpu` is given, it is the least that goes
    /// with it: 2 MiB for each CPU unit.
    pub memory: Option<Output<u32>>,
    /// Disk of a task in GiB, 21 to 200, which also holds the unpacked image. Default: Fargate's own
    /// 20, which cost nothing; each GiB beyond them is paid by the hour. 20 cannot be asked for:
    /// leave it out.
    pub ephemeral_storage: Option<Output<u32>>,
    /// The processor that the image is built for: `X86_64` (default) or `ARM64`, which costs about
    /// a fifth less.
    pub architecture: Option<Output<Architecture>>,
    /// Environment variables, such as `{LOG_LEVEL: info}`. Values are readable by everyone who may
    /// see the task definition, so a secret value is refused here: put it into Secrets Manager and
    /// name its ARN in `secrets`.
    pub environment: Option<Dict>,
    /// Environment variables whose values come from Secrets Manager or the SSM Parameter Store:
    /// the variable's name, and the ARN of the secret (`arn:…:secret:name-AbCdEf`, with
    /// `:jsonKey::` at its end for one key of a JSON secret) or parameter. The execution role may
    /// read these and no others; for a secret's ARN without the hyphen and six characters at its end
    /// it may read the secret of that name. Under a KMS key of your own: `secretsKmsKeyArns`.
    pub secrets: Option<Dict>,
    /// ARNs of the KMS keys under which the `secrets` lie, or `databaseSecretArn`, if they are keys of
    /// your own: the role that reads the secrets may decrypt with these, through Secrets Manager and
    /// the Parameter Store only. Whole ARNs, no aliases. A key that is wrong or missing fails the
    /// deployment. Default: none, for secrets under AWS's own keys.
    pub secrets_kms_key_arns: Option<List>,
    /// ARN of a database secret in Secrets Manager that the application reads by itself: the
    /// container gets it as `DB_SECRET_ARN`, and the task role may read it.
    pub database_secret_arn: Option<Output<String>>,
    /// The command to run instead of the image's own, as a list of arguments, such as
    /// `["server", "--port", "80"]`; not empty, and without secrets, since the task definition shows
    /// it. Default: the image's.
    pub command: Option<List>,
    /// The entry point to use instead of the image's own, as a list of arguments; not empty, and
    /// without secrets. Default: the image's.
    pub entry_point: Option<List>,
    /// The user to run as: `user`, `uid`, or either with a group behind a colon, such as `1000:1000`.
    /// Default: the image's.
    pub user: Option<Output<String>>,
    /// The directory to run in, as an absolute path, such as `/srv`. Default: the image's.
    pub working_directory: Option<Output<String>>,
    /// Whether the container's root file system is read-only. Default false. Not together with
    /// `enableExecuteCommand`, whose agent must write.
    pub readonly_root_filesystem: Option<Output<bool>>,
    /// Whether an init process reaps zombies and passes signals on. Default true.
    pub init_process_enabled: Option<Output<bool>>,
    /// Seconds between SIGTERM and SIGKILL when a task stops, 2 to 120. Default: AWS's, 30.
    pub stop_timeout: Option<Output<u32>>,
    /// A health check that runs inside the container, beside the load balancer's. Default: none.
    pub container_health_check: Option<ContainerHealthCheckArgs>,

    /// Whether the load balancer is reachable from inside the network only. Default false.
    /// Changing it replaces the load balancer, and so its address; the service moves over to the
    /// new one before the old one goes.
    pub internal: Option<Output<bool>>,
    /// The load balancer's rarer settings.
    pub load_balancer: Option<LoadBalancerArgs>,
    /// How the load balancer checks whether a task can serve.
    pub health_check: Option<HealthCheckArgs>,
    /// Seconds for which a starting task's failed health checks do not count, 0 to 2147483647.
    /// Default 60.
    pub health_check_grace_period_seconds: Option<Output<u32>>,
    /// Seconds for which a leaving task may finish its requests, 0 to 3600. Default 30 (AWS's own
    /// default of 300 makes every deployment wait for minutes).
    pub deregistration_delay: Option<Output<u32>>,
    /// Seconds after which an idle connection is closed, 1 to 4000. Default 60.
    pub idle_timeout: Option<Output<u32>>,
    /// ARN of an issued ACM certificate in the service's region: makes the service HTTPS. Default:
    /// none, and plain HTTP. Giving or removing it makes or removes a listener; the address stays.
    /// No certificate covers the load balancer's own name: clients come by a name that yours covers,
    /// whose record (an alias, or a CNAME) points to `loadBalancerDnsName`.
    pub certificate_arn: Option<Output<String>>,
    /// Whether plain HTTP is redirected to HTTPS. Default true when there is a certificate. With
    /// false and a certificate the load balancer does not listen on port 80 at all.
    pub redirect_http: Option<bool>,
    /// The TLS policy of the HTTPS listener. Default `ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09`,
    /// which AWS recommends.
    pub ssl_policy: Option<Output<String>>,
    /// Who may connect, as CIDR blocks, such as `["10.0.0.0/8"]` or `[vpc.cidrBlock]`; IPv6 blocks
    /// need `loadBalancer.ipAddressType` `dualstack`. How many there are must be known in every
    /// preview; each may be an output. Default everyone: `0.0.0.0/0`, with `dualstack` also `::/0`.
    /// Each block is a rule of its own, which is made before an old one goes. With an empty list
    /// nobody may connect until you add rules to the security group yourself.
    pub allowed_cidr_blocks: Option<Vec<Output<String>>>,
    /// Whether AWS refuses to delete the load balancer. To destroy the stack, set it to false and
    /// run `pulumi up` first.
    pub deletion_protection: Option<Output<bool>>,

    /// The VPC. Default: the VPC of the given subnets. Changing it replaces load balancer (and so
    /// its address), target group and security groups; the service moves over before the old ones go.
    pub vpc_id: Option<Output<String>>,
    /// Subnets with a route to the internet, in at least two zones: where the load balancer
    /// stands (unless it is internal), and the tasks if there are no private subnets.
    pub public_subnet_ids: Option<List>,
    /// Subnets without a direct route to the internet, in at least two zones: where the tasks run.
    /// Tasks need a way to the registry and the logs: a NAT gateway or VPC endpoints.
    pub private_subnet_ids: Option<List>,
    /// Whether tasks get a public IP address. Default: only if they run in public subnets.
    pub assign_public_ip: Option<Output<bool>>,
    /// Whether to use the account's default VPC and its public subnets; give no subnets then.
    /// Default false: a service never lands in a network that nobody chose.
    pub use_default_vpc: Option<bool>,
    /// An existing security group for the load balancer, `sg-…`. Its rules are yours then. Default:
    /// one is made that lets `allowedCidrBlocks` in and only the tasks' port out.
    pub alb_security_group_id: Option<Output<String>>,
    /// An existing security group for the tasks, `sg-…`. Its rules are yours then. Default: one is
    /// made that lets only the load balancer in.
    pub service_security_group_id: Option<Output<String>>,

    /// ARN of an existing cluster in the service's region to use; the capacity providers that the tasks
    /// run on (`FARGATE`, and `FARGATE_SPOT` with `spot`) must be associated with it. Default: a cluster
    /// is made. Changing it replaces the service.
    pub cluster_arn: Option<Output<String>>,
    /// CloudWatch Container Insights of the made cluster: `disabled`, `enabled` or `enhanced`. AWS
    /// writes it to a log group of its own, which is removed with the cluster.
    /// Default `enabled` with `monitoring.level` `advanced`, else `disabled`.
    pub container_insights: Option<Output<ContainerInsights>>,
    /// How many tasks to begin with, and for good without autoscaling: 0 to 5000. With autoscaling
    /// the default is `autoscaling.minCapacity`. Later it is sent only if you change it or turn
    /// autoscaling off, and after an update that failed: a count that somebody else set in a service
    /// that is well stays.
    pub desired_count: Option<Output<u32>>,
    /// Fargate Spot, up to 70 % cheaper and interrupted at two minutes' notice: `none`, `mixed` (the
    /// first task on demand, the rest half and half) or `all`.
    pub spot: Option<Output<Spot>>,
    /// Which capacity providers get which share of the tasks; instead of `spot`. Default: what
    /// `spot` says.
    pub capacity_provider_strategies: Option<Output<Vec<StrategyArgs>>>,
    /// How a new revision replaces the old one.
    pub deployment: Option<DeploymentArgs>,
    /// Whether `pulumi up` waits until the new revision serves, and fails if it does not. Default
    /// true; with false a green run means nothing about your tasks.
    pub wait_for_steady_state: Option<Output<bool>>,
    /// Whether `aws ecs execute-command` may open a shell in a task. Default false.
    pub enable_execute_command: Option<Output<bool>>,
    /// Any change in this map starts a new deployment of the same revision, such as a hash of a
    /// configuration that tasks read when they start. Default: none.
    pub triggers: Option<Dict>,
    /// Whether every change of the service starts a new deployment. Default false.
    pub force_new_deployment: Option<Output<bool>>,

    /// The service's own ECR repository.
    pub repository: Option<RepositoryArgs>,
    /// Autoscaling by target tracking.
    pub autoscaling: Option<AutoscalingArgs>,
    /// Days for which logs are kept: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731,
    /// 1096, 1827, 2192, 2557, 2922, 3288 or 3653.
    pub log_retention_in_days: Option<Output<u32>>,
    /// ARN of a KMS key for the logs, in the service's region; its policy must let CloudWatch Logs use it. Default: a key of
    /// AWS. Another key counts for what is logged from then on.
    pub log_kms_key_id: Option<Output<String>>,
    /// Alarms and dashboard.
    pub monitoring: Option<MonitoringArgs>,

    /// An existing role for the application. Default: one is made with exactly what
    /// `databaseSecretArn`, `enableExecuteCommand`, `taskRolePolicyArns` and `taskRoleStatements`
    /// ask for.
    pub task_role_arn: Option<Output<String>>,
    /// An existing role with which ECS pulls the image, writes logs and reads `secrets`. Default:
    /// one is made that may do that for this service's repository, logs and secrets only.
    pub execution_role_arn: Option<Output<String>>,
    /// ARNs of managed policies for the made task role. Default: none.
    pub task_role_policy_arns: Option<List>,
    /// What else the application may do: statements for the made task role, such as
    /// `[{actions: ["s3:GetObject"], resources: ["arn:aws:s3:::orders/*"]}]`. Default: nothing.
    pub task_role_statements: Option<Output<Vec<StatementArgs>>>,
    /// ARN of a permissions boundary for the made roles. Default: none.
    pub permissions_boundary: Option<Output<String>>,
    /// Tags for everything that is made, up to 44, beside the stack's and the provider's
    /// `defaultTags`. Many may read them, so a secret is refused.
    pub tags: Option<Dict>,
}

/// The load balancer's rarer settings.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct LoadBalancerArgs {
    /// `ipv4` (default), or `dualstack` for IPv6 addresses too: then each subnet of the load balancer
    /// needs an IPv6 CIDR block. The tasks are reached over IPv4 in any case.
    pub ip_address_type: Option<IpAddressType>,
}

/// How the load balancer checks a task.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct HealthCheckArgs {
    /// The path to ask for, beginning with `/`; without secrets, since the target group shows it.
    /// Default `/`.
    pub path: Option<Output<String>>,
    /// The port to ask: a number as text, such as `"9090"`, or `traffic-port` (default) for the
    /// container's port.
    pub port: Option<String>,
    /// Status codes that mean healthy, 200 to 499: `200`, `200,302` or `200-299`. Default
    /// `200-399`.
    pub matcher: Option<Output<String>>,
    /// Seconds between checks, 5 to 300. Default 10.
    pub interval: Option<Output<u32>>,
    /// Seconds to wait for an answer, 2 to 120 and less than `interval`. Default 5.
    pub timeout: Option<Output<u32>>,
    /// Good answers in a row that make a task healthy, 2 to 10. Default 2.
    pub healthy_threshold: Option<Output<u32>>,
    /// Bad answers in a row that make a task unhealthy, 2 to 10. Default 3.
    pub unhealthy_threshold: Option<Output<u32>>,
}

/// A health check that runs inside the container.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ContainerHealthCheckArgs {
    /// The command: `["CMD-SHELL", "curl -f http://localhost/ || exit 1"]`, or `["CMD", …]`.
    pub command: Option<List>,
    /// Seconds between checks, 5 to 300. Default 30.
    pub interval: Option<Output<u32>>,
    /// Seconds that a check may take, 2 to 60. Default 5.
    pub timeout: Option<Output<u32>>,
    /// Failures in a row that make the container unhealthy, 1 to 10. Default 3.
    pub retries: Option<Output<u32>>,
    /// Seconds after the start for which failures do not count, 0 to 300. Default 0.
    pub start_period: Option<Output<u32>>,
}

/// One capacity provider's share.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StrategyArgs {
    /// `FARGATE` or `FARGATE_SPOT`.
    pub capacity_provider: Output<CapacityProvider>,
    /// How many tasks run here before shares count, 0 to 100000; for one provider only. Default 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<Output<u32>>,
    /// The share of all further tasks, 0 to 1000. Default 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<Output<u32>>,
}

/// One thing that the application may do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StatementArgs {
    /// A name for the statement: letters and digits. Default: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// Actions to allow, such as `s3:GetObject`.
    pub actions: List,
    /// ARNs to allow them on.
    pub resources: List,
    /// Conditions: operator, key, values, such as `{StringEquals: {"s3:prefix": ["a/"]}}`. Default:
    /// none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conditions: Option<Output<Conditions>>,
}

/// How a new revision replaces the old one.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct DeploymentArgs {
    /// How much of the desired count must stay healthy meanwhile, in percent, 0 to 100, rounded up to
    /// whole tasks. Default 100.
    pub minimum_healthy_percent: Option<Output<u32>>,
    /// How much of the desired count may run meanwhile, in percent, 100 to 200, rounded down to whole
    /// tasks: a single task needs 200, or `minimumHealthyPercent` 0. Default 200.
    pub maximum_percent: Option<Output<u32>>,
    /// What happens when new tasks keep failing.
    pub circuit_breaker: Option<CircuitBreakerArgs>,
}

/// What happens when new tasks keep failing.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct CircuitBreakerArgs {
    /// Whether ECS gives up on a deployment whose tasks keep failing. Default true.
    pub enable: Option<Output<bool>>,
    /// Whether ECS then goes back to the last revision that worked. Default true. The run fails
    /// all the same. Without `enable` nothing goes back.
    pub rollback: Option<Output<bool>>,
}

/// The service's own ECR repository.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RepositoryArgs {
    /// Whether there is one. Default: if no `image` is given.
    pub enabled: Option<bool>,
    /// `MUTABLE` or `IMMUTABLE`: whether a tag can be moved to another image.
    pub image_tag_mutability: Option<Output<ImageTagMutability>>,
    /// Whether images are scanned for vulnerabilities when they are pushed. Default true.
    pub scan_on_push: Option<Output<bool>>,
    /// How many tagged images stay, 1 to 10000: the newest by their push; older ones expire within a
    /// day. Default 30. What this service runs and what its last ten task definitions name stays
    /// in any case, kept by a tag that begins with `fargate-keep-`. Images that only others run are
    /// not known here.
    pub keep_images: Option<Output<u32>>,
    /// How many images stay that lost their tag, for instance because `latest` was pushed again, 1
    /// to 10000: the newest by their push. Default 10. What this service runs and can go back to
    /// stays beside them, as with `keepImages`.
    pub keep_untagged_images: Option<Output<u32>>,
    /// Whether a repository that still holds images may be deleted.
    pub force_delete: Option<Output<bool>>,
    /// ARN of a KMS key for the images, not of an alias, in the service's region. Default: AES-256 with a key of AWS.
    /// Changing it replaces the repository.
    pub kms_key_arn: Option<Output<String>>,
}

/// Autoscaling by target tracking.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct AutoscalingArgs {
    /// Whether the service scales.
    pub enabled: Option<bool>,
    /// The fewest tasks, 0 to 5000.
    pub min_capacity: Option<Output<u32>>,
    /// The most tasks, 0 to 5000.
    pub max_capacity: Option<Output<u32>>,
    /// The average CPU use to aim at, in percent, 1 to 100. Default 70.
    pub cpu_target: Option<Output<f64>>,
    /// The average memory use to aim at, in percent, 1 to 100. Default 80.
    pub memory_target: Option<Output<f64>>,
    /// Requests per task and minute to aim at, more than 0. Default: requests do not count.
    pub request_count_target: Option<Output<f64>>,
    /// Seconds between two scale-outs, 0 to 86400. Default 300.
    pub scale_out_cooldown: Option<Output<u32>>,
    /// Seconds between two scale-ins, 0 to 86400. Default 900.
    pub scale_in_cooldown: Option<Output<u32>>,
}

/// Alarms and dashboard.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct MonitoringArgs {
    /// `none`, `basic` (CPU and memory alarms) or `advanced` (also 5XX, response time and unhealthy
    /// hosts, Container Insights, and a dashboard).
    pub level: Option<Level>,
    /// ARNs to notify when an alarm goes off or recovers, such as an SNS topic in the service's
    /// region; up to 5. Default: nobody.
    pub alarm_actions: Option<List>,
    /// Average CPU use that sets off the alarm, in percent, 1 to 100. Default 80.
    pub cpu_threshold: Option<Output<f64>>,
    /// Average memory use that sets off the alarm, in percent, 1 to 100. Default 80.
    pub memory_threshold: Option<Output<f64>>,
    /// More 5XX answers than this in five minutes set off the alarm. Default 10.
    pub server_error_threshold: Option<Output<f64>>,
    /// An average response time above this, in seconds, sets off the alarm. Default 2.
    pub response_time_threshold: Option<Output<f64>>,
    /// Whether there is a dashboard. Default true with the level `advanced`.
    pub dashboard: Option<bool>,
}
