//! ECS: clusters, services and their deployments.

use aws_sdk_ecs::types::{
    Cluster, ClusterField, Service, ServiceDeployment, ServiceField, SortOrder, Tag,
    TaskDefinition, TaskDefinitionField, TaskDefinitionStatus,
};

use super::{ALL, named, unless_gone};
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
        let found = self.looks().clusters.look("", id, is, ask).await?;
        Ok(found.into_iter().next())
    }

    /// The ARNs of all clusters.
    pub async fn clusters(&self) -> Result<Vec<String>> {
        let aws = self.clone();
        let ask = move |_| {
            let aws = aws.clone();
            async move {
                let pages = aws.ecs().await?.list_clusters().into_paginator().items().send();
                let all: Result<Vec<_>, _> = pages.collect().await;
                all.explain("ecs:ListClusters", "all clusters")
            }
        };
        self.looks().all_clusters.look("", ALL, |_, _| true, ask).await
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
        let found = self.looks().services.look(cluster, id, is, ask).await?;
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
        let found = self.looks().deployments.look("", arn, is, ask).await?;
        Ok(found.into_iter().next())
    }

    /// The ARNs of all revisions of the family with this status, newest first.
    pub async fn revisions(
        &self,
        family: &str,
        status: TaskDefinitionStatus,
    ) -> Result<Vec<String>> {
        let ecs = self.ecs().await?;
        let pages = ecs
            .list_task_definitions()
            .family_prefix(family)
            .status(status)
            .sort(SortOrder::Desc)
            .into_paginator()
            .items()
            .send();
        let all: Result<Vec<String>, _> = pages.collect().await;
        let all = all.explain("ecs:ListTaskDefinitions", family)?;
        Ok(all.into_iter().filter(|arn| family_of(arn) == family).collect())
    }

    /// The revision with this ARN, or the newest ACTIVE one of this family, and its tags.
    pub async fn revision(&self, revision: &str) -> Result<Option<(TaskDefinition, Vec<Tag>)>> {
        let ecs = self.ecs().await?;
        let call = ecs.describe_task_definition().task_definition(revision);
        let call = call.include(TaskDefinitionField::Tags);
        let answer = match call.send().await.explain("ecs:DescribeTaskDefinition", revision) {
            // The one spelling of "there is none" (moto and terraform agree on it).
            Err(error) if error.message().contains("Unable to describe task definition") => {
                return Ok(None);
            }
            other => other?,
        };
        let tags = answer.tags.unwrap_or_default();
        Ok(answer.task_definition.map(|definition| (definition, tags)))
    }

    /// What the ACTIVE revisions of the family run, also those that others registered: all that a deployment can
    /// name.
    pub async fn images_of_family(&self, family: &str) -> Result<Vec<String>> {
        let mut images = Vec::new();
        for arn in self.revisions(family, TaskDefinitionStatus::Active).await? {
            let Some((definition, _)) = self.revision(&arn).await? else { continue };
            let containers = definition.container_definitions.unwrap_or_default();
            images.extend(containers.into_iter().filter_map(|it| it.image));
        }
        Ok(images)
    }
}

/// `arn:…:task-definition/<family>:<revision>` names its family.
#[must_use]
pub fn family_of(arn: &str) -> &str {
    let name = arn.rsplit('/').next().unwrap_or_default();
    name.split(':').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::family_of;

    #[test]
    fn a_revisions_arn_names_its_family() {
        assert_eq!(family_of("arn:aws:ecs:eu-west-1:1:task-definition/web-abc:7"), "web-abc");
    }
}
