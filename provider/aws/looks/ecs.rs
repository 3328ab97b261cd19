//! ECS: clusters, services and their deployments.

use std::sync::Arc;

use aws_sdk_ecs::types::{Cluster, ClusterField, Service, ServiceDeployment, ServiceField};

use super::{named, unless_gone};
use crate::aws::{Aws, Explain};
use crate::error::Result;

const NO_CLUSTER: [&str; 1] = ["ClusterNotFoundException"];
const NO_SERVICE: [&str; 2] = ["ClusterNotFoundException", "ServiceNotFoundException"];

impl Aws {
    /// The cluster of this name or ARN, with settings and tags, whatever its status.
    pub async fn cluster(&self, id: &str) -> Result<Option<Cluster>> {
        let aws = self.clone();
        let ask = move |ids: Vec<String>| {
            let aws = aws.clone();
            async move {
                let call = aws.ecs().await?.describe_clusters();
                let call = call.include(ClusterField::Settings).include(ClusterField::Tags);
                let answer = call.set_clusters(Some(ids.clone())).send().await;
                let answer = answer.explain("ecs:DescribeClusters", &named(&ids));
                let found = answer.map(|it| it.clusters.unwrap_or_default());
                unless_gone(found, ids.len(), &NO_CLUSTER)
            }
        };
        let is =
            |it: &Cluster, id: &str| it.cluster_arn() == Some(id) || it.cluster_name() == Some(id);
        let found = Arc::clone(&self.looks().clusters).look("", id, is, ask).await?;
        Ok(found.into_iter().next())
    }

    /// The service of this name or ARN in the cluster, with tags, whatever its status.
    pub async fn service(&self, cluster: &str, id: &str) -> Result<Option<Service>> {
        let (aws, whose) = (self.clone(), cluster.to_owned());
        let ask = move |ids: Vec<String>| {
            let (aws, cluster) = (aws.clone(), whose.clone());
            async move {
                let call = aws.ecs().await?.describe_services().cluster(cluster);
                let call = call.include(ServiceField::Tags).set_services(Some(ids.clone()));
                let answer = call.send().await.explain("ecs:DescribeServices", &named(&ids));
                // "Not found" comes as a failure in a successful answer.
                let found = answer.map(|it| it.services.unwrap_or_default());
                unless_gone(found, ids.len(), &NO_SERVICE)
            }
        };
        let is =
            |it: &Service, id: &str| it.service_arn() == Some(id) || it.service_name() == Some(id);
        let found = Arc::clone(&self.looks().services).look(cluster, id, is, ask).await?;
        Ok(found.into_iter().next())
    }

    /// The service deployment with this ARN.
    pub async fn service_deployment(&self, arn: &str) -> Result<Option<ServiceDeployment>> {
        let aws = self.clone();
        let ask = move |arns: Vec<String>| {
            let aws = aws.clone();
            async move {
                let call = aws.ecs().await?.describe_service_deployments();
                let answer = call.set_service_deployment_arns(Some(arns.clone())).send().await;
                let answer = answer.explain("ecs:DescribeServiceDeployments", &named(&arns))?;
                Ok(answer.service_deployments.unwrap_or_default())
            }
        };
        let is = |it: &ServiceDeployment, arn: &str| it.service_deployment_arn() == Some(arn);
        let found = Arc::clone(&self.looks().deployments).look("", arn, is, ask).await?;
        Ok(found.into_iter().next())
    }
}
