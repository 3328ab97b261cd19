//! Inputs of which only certain words are right. In the SDKs each is an enum that takes its words as
//! text too.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The processor that an image is built for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Architecture {
    /// Intel and AMD.
    #[serde(rename = "X86_64")]
    X8664,
    /// AWS Graviton.
    #[serde(rename = "ARM64")]
    Arm64,
}

/// Fargate Spot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Spot {
    /// All tasks on demand.
    None,
    /// The first task on demand, the rest half and half.
    Mixed,
    /// All tasks on Spot.
    All,
}

/// CloudWatch Container Insights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ContainerInsights {
    /// Nothing.
    Disabled,
    /// Figures of cluster and service.
    Enabled,
    /// Figures of each task and container too.
    Enhanced,
}

/// What runs tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CapacityProvider {
    /// On demand.
    Fargate,
    /// Interrupted at two minutes' notice.
    FargateSpot,
}

/// Whether a tag can be moved to another image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ImageTagMutability {
    /// It can.
    Mutable,
    /// It cannot: a second push of the same tag is refused.
    Immutable,
}

/// How tasks in private subnets reach the internet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Nat {
    /// Not at all: tasks run in the public subnets, with public addresses.
    None,
    /// Through one NAT gateway, in the first zone.
    Single,
    /// Through a NAT gateway in each zone.
    PerZone,
}

/// Where secret values are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum SecretStore {
    /// One secret in Secrets Manager for all of them.
    SecretsManager,
    /// A SecureString parameter in the SSM Parameter Store for each.
    ParameterStore,
}

/// How a new revision gets the traffic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum DeploymentStrategy {
    /// Tasks are replaced a few at a time, and all traffic goes to whatever is healthy.
    Rolling,
    /// All tasks of the new revision start beside the old ones, then all traffic moves at once.
    BlueGreen,
    /// A small share of the traffic moves first, then the rest.
    Canary,
    /// The traffic moves in equal steps.
    Linear,
}

impl DeploymentStrategy {
    /// Whether ECS moves traffic between two target groups.
    #[must_use]
    pub(in crate::component) fn shifts(self) -> bool {
        self != Self::Rolling
    }

    /// As ECS writes it.
    #[must_use]
    pub(in crate::component) fn of_ecs(self) -> &'static str {
        match self {
            Self::Rolling => "ROLLING",
            Self::BlueGreen => "BLUE_GREEN",
            Self::Canary => "CANARY",
            Self::Linear => "LINEAR",
        }
    }
}

/// Whether a deployment waits for a person before traffic moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Pause {
    /// It does not.
    None,
    /// It waits until a person approves.
    Approve,
}

/// When a lifecycle hook runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LifecycleStage {
    /// Only when several revisions run at the beginning: before they become one.
    ReconcileService,
    /// Before new tasks start.
    PreScaleUp,
    /// All new tasks are healthy.
    PostScaleUp,
    /// Test traffic moves to the new revision.
    TestTrafficShift,
    /// Test traffic is at the new revision.
    PostTestTrafficShift,
    /// Before production traffic moves; with `canary` and `linear` before each step.
    PreProductionTrafficShift,
    /// Production traffic moves; with `canary` and `linear` at each step.
    ProductionTrafficShift,
    /// All production traffic is at the new revision.
    PostProductionTrafficShift,
}

/// What becomes of a deployment whose lifecycle hook took too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TimeoutAction {
    /// It goes back.
    Rollback,
    /// It goes on.
    Continue,
}

/// How the number of failures is counted after which a deployment is given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ThresholdType {
    /// So many.
    Count,
    /// A percentage of the desired count, at least 3 and at most 200.
    BoundedPercent,
    /// A percentage of the desired count.
    UnboundedPercent,
}

/// What becomes of a deployment when the run that watches it is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum OnCancel {
    /// ECS is asked to go back to what ran before.
    Rollback,
    /// ECS goes on.
    Leave,
}

/// A warning, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
// Python has a `Warning` of its own.
#[schemars(rename = "WarningName")]
pub enum Warning {
    /// Only one task is sure to run.
    OneTask,
    /// The service speaks plain HTTP.
    PlainHttp,
    /// The certificate does not cover the load balancer's own name, which `url` shows.
    UrlNotCovered,
    /// A certificate has more names than AWS allows without a raised quota.
    ManyNames,
    /// The service creates no record that leads to it.
    RecordsElsewhere,
    /// Nobody may connect.
    NoClients,
    /// The load balancer has IPv6 addresses, and nobody may connect to them.
    NoIpv6Clients,
    /// More rules for clients than a security group may have, unless its quota was raised.
    ManyRules,
    /// `latest` can be pushed only once.
    LatestOnce,
    /// The digest of an image in ECR is not known, so its tag is deployed.
    ImageByTag,
    /// The folder that an image is built from is large.
    LargeContext,
    /// The health check asks another port than the container's.
    HealthCheckPort,
    /// A route gets no requests, because an earlier one takes them.
    HiddenRoute,
    /// A public address in private subnets.
    PublicIpInPrivateSubnets,
    /// No public address in public subnets.
    NoPublicIp,
    /// The run does not wait for the tasks.
    NotWaiting,
    /// A resource option has no effect.
    OptionWithoutEffect,
}

/// The word as programs write it.
#[must_use]
pub(crate) fn word<T: Serialize>(choice: T) -> String {
    let written = serde_json::to_value(choice).ok();
    written.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Architecture, CapacityProvider, ImageTagMutability, Nat, Spot, word};

    #[test]
    fn a_choice_is_written_as_aws_writes_it() {
        assert_eq!(word(Architecture::X8664), "X86_64");
        assert_eq!(word(CapacityProvider::FargateSpot), "FARGATE_SPOT");
        assert_eq!(word(ImageTagMutability::Immutable), "IMMUTABLE");
        assert_eq!(word(Nat::PerZone), "perZone");
        assert_eq!(word(Spot::None), "none");
    }
}
