//! A cluster as ECS spells it: made of what was asked for, and read back as that.

use aws_sdk_ecs::types::{Cluster as Described, ClusterSetting, ClusterSettingName};

use super::{Inputs, Outputs};
use crate::children::ecs::strategy;

pub(super) fn settings(inputs: &Inputs) -> ClusterSetting {
    ClusterSetting::builder()
        .name(ClusterSettingName::ContainerInsights)
        .value(&inputs.container_insights)
        .build()
}

pub(super) fn inputs(cluster: &Described) -> Inputs {
    let insights = cluster
        .settings()
        .iter()
        .find(|setting| setting.name() == Some(&ClusterSettingName::ContainerInsights))
        .and_then(ClusterSetting::value);
    let mut providers = cluster.capacity_providers().to_vec();
    providers.sort();
    Inputs {
        container_insights: insights.unwrap_or("disabled").to_owned(),
        capacity_providers: providers,
        default_strategy: Some(strategy::read(cluster.default_capacity_provider_strategy()))
            .filter(|it| !it.is_empty()),
    }
}

pub(super) fn outputs(cluster: &Described) -> Outputs {
    Outputs {
        arn: cluster.cluster_arn().unwrap_or_default().to_owned(),
        name: cluster.cluster_name().unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::children::ecs::strategy::{self, StrategyItem};

    use super::{ClusterSetting, ClusterSettingName, Described, Inputs, inputs};

    #[test]
    fn what_aws_shows_is_read_as_what_was_asked_for() {
        let shares = [StrategyItem { capacity_provider: "FARGATE".to_owned(), base: 1, weight: 2 }];
        let shown = Described::builder()
            .settings(
                ClusterSetting::builder()
                    .name(ClusterSettingName::ContainerInsights)
                    .value("enhanced")
                    .build(),
            )
            .capacity_providers("FARGATE_SPOT")
            .capacity_providers("FARGATE")
            .set_default_capacity_provider_strategy(strategy::write(&shares).ok())
            .build();
        let expected = Inputs {
            container_insights: "enhanced".to_owned(),
            capacity_providers: vec!["FARGATE".to_owned(), "FARGATE_SPOT".to_owned()],
            default_strategy: Some(shares.to_vec()),
        };
        assert_eq!(inputs(&shown), expected);
    }
}
