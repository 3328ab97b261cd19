//! Every output of the component, documented for its users.

use std::collections::BTreeMap;

use super::balancer::wiring::WayIn;
use super::container::wiring::Tasks;
use super::domain::wiring::Domain;
use super::image::wiring::Image;
use super::network::wiring::Network;
use super::observability::logs::Logs;
use super::observability::wiring::Watch;
use super::roles::wiring::Roles;
use super::service::wiring::Service;
use super::wiring::Wanted;
use crate::error::Result;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::property::Output;

/// What a service tells of itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Outputs {
    /// Where the service answers: `https://` and the `domainName`, if it has one. Else by the load balancer's own name: `https://…` with a
    /// certificate (which does not cover that name), or `http://…`. With the port if that is another than usual. With `listenerArn` it is the host
    /// that the first route names, else the load balancer's name with the first route's path.
    pub url: Output<String>,
    /// The load balancer's DNS name, for a CNAME or alias record.
    pub load_balancer_dns_name: Output<String>,
    /// The hosted zone of the load balancer, for a Route 53 alias record.
    pub load_balancer_zone_id: Output<String>,
    /// ARN of the load balancer.
    pub load_balancer_arn: Output<String>,
    /// Name of the bucket of the load balancer's logs, if the component creates one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logs_bucket_name: Option<Output<String>>,
    /// ARN of the target group.
    pub target_group_arn: Output<String>,
    /// ARN of the listener of plain HTTP, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_listener_arn: Option<Output<String>>,
    /// ARN of the listener of HTTPS, if there is a certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub https_listener_arn: Option<Output<String>>,
    /// ARN of the certificate of HTTPS: the one that was requested for `domainName`, or given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate_arn: Option<Output<String>>,
    /// The CNAME records that validate the certificate which was requested for `domainName`: their names and values. With
    /// `dns: false` you create them where your DNS is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validation_records: Option<Output<BTreeMap<String, String>>>,
    /// ARN of the cluster.
    pub cluster_arn: Output<String>,
    /// Name of the cluster.
    pub cluster_name: Output<String>,
    /// ARN of the ECS service.
    pub service_arn: Output<String>,
    /// Name of the ECS service.
    pub service_name: Output<String>,
    /// ARN of the task definition's revision that serves.
    pub task_definition_arn: Output<String>,
    /// Family of the task definition.
    pub task_definition_family: Output<String>,
    /// Where to push images, if the service has a repository of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repository_url: Option<Output<String>>,
    /// ARN of the repository, if the service has one of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repository_arn: Option<Output<String>>,
    /// Digest of the image that runs, if it comes from the service's own repository; empty while
    /// that holds none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_digest: Option<Output<String>>,
    /// ARN of the role that the application has.
    pub task_role_arn: Output<String>,
    /// Name of the role that the application has, for attaching further policies.
    pub task_role_name: Output<String>,
    /// ARN of the role with which ECS starts tasks.
    pub execution_role_arn: Output<String>,
    /// The VPC that the service is in.
    pub vpc_id: Output<String>,
    /// The public subnets of that VPC: those that the service created, or was given. With `useDefaultVpc`
    /// those that it uses.
    pub public_subnet_ids: Output<Vec<String>>,
    /// The private subnets of that VPC: those that the service created, or was given, if any.
    pub private_subnet_ids: Output<Vec<String>>,
    /// The load balancer's security group.
    pub alb_security_group_id: Output<String>,
    /// The tasks' security group.
    pub service_security_group_id: Output<String>,
    /// Name of the log group.
    pub log_group_name: Output<String>,
    /// Address of the dashboard in the AWS console, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dashboard_url: Option<Output<String>>,
    /// ARNs of the alarms.
    pub alarm_arns: Output<Vec<String>>,
}

impl Outputs {
    /// The outputs of a service whose children are all created.
    #[expect(clippy::too_many_arguments, reason = "one for each slice")]
    pub(super) async fn of(
        want: &Wanted,
        network: Network<'_>,
        logs: Logs<'_>,
        image: Image<'_>,
        roles: Roles<'_>,
        domain: Domain<'_>,
        way_in: WayIn<'_>,
        tasks: Tasks<'_>,
        service: Service<'_>,
        watch: Watch<'_>,
    ) -> Result<Self> {
        let (balancer, https) = (way_in.load_balancer.await?, way_in.https.await?);
        let (repository, task_role) = (image.repository.await?, roles.task.await?);
        let (definition, cluster) = (tasks.await?, service.cluster.await?);
        let service = service.service.await?;
        let (scheme, name, port) = way_in.address;
        let name = name.unwrap_or_else(|| balancer.dns_name.clone());
        let url = match way_in.shared {
            Some(listener) => want.shared_url(listener.await?),
            None => name.map(|name| format!("{scheme}://{name}{port}")),
        };
        Ok(Self {
            url,
            load_balancer_dns_name: balancer.dns_name,
            load_balancer_zone_id: balancer.zone_id,
            load_balancer_arn: balancer.arn,
            logs_bucket_name: way_in.logs_bucket.await?.map(|it| it.name),
            target_group_arn: way_in.target_group.await?.arn,
            http_listener_arn: way_in.http.await?,
            https_listener_arn: https,
            certificate_arn: domain.certificate.await?,
            validation_records: domain.validation.await?,
            cluster_arn: cluster,
            cluster_name: service.cluster_name,
            service_arn: service.arn,
            service_name: service.name,
            task_definition_arn: definition.arn,
            task_definition_family: definition.family,
            repository_url: repository.clone().map(|it| it.url),
            repository_arn: repository.map(|it| it.arn),
            image_digest: image.to_run.await?.digest,
            task_role_arn: task_role.arn,
            task_role_name: task_role.name,
            execution_role_arn: roles.execution.await?,
            vpc_id: network.place.vpc.await?,
            public_subnet_ids: network.place.public.await?,
            private_subnet_ids: network.place.private.await?,
            alb_security_group_id: network.alb_group.await?,
            service_security_group_id: network.service_group.await?,
            log_group_name: logs.await?.name,
            dashboard_url: watch.dashboard_url.await?,
            alarm_arns: watch.alarm_arns.await?,
        })
    }
}
