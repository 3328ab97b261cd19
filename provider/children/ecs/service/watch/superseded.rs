//! A deployment that another one replaced: by whom, as far as AWS says.

use aws_sdk_ecs::types::ServiceDeploymentBrief as Brief;
use aws_smithy_types::DateTime;

use super::super::live::{cluster_of, describe};
use super::history::id_tail;
use super::stages::moment;
use crate::error::{Error, Result};
use crate::resource::Cx;

/// The deployment that took the place of ours.
pub(super) struct Newer {
    begun: Option<DateTime>,
    task_definition: Option<String>,
    /// Who registered that task definition.
    registered_by: Option<String>,
}

/// The deployment that began after ours, which deploys the task definition `ours`, if there is one. ECS lists it only after some
/// seconds; the service itself shows it at once.
pub(super) async fn by(
    cx: &Cx,
    service: &str,
    revision: Option<&str>,
    ours: &str,
) -> Result<Option<Newer>> {
    let Some(now) = describe(cx, cluster_of(service), service).await? else { return Ok(None) };
    let primary = now.deployments().iter().find(|it| it.status() == Some("PRIMARY"));
    let Some(primary) = primary.filter(|it| id_tail(it.id()) != revision) else { return Ok(None) };
    let mut newer = Newer {
        begun: primary.created_at().copied(),
        task_definition: primary.task_definition().map(str::to_owned),
        registered_by: None,
    };
    if let Some(definition) = newer.task_definition.as_deref().filter(|it| *it != ours) {
        let described = cx.aws.revision(definition).await.ok().flatten();
        newer.registered_by = described.and_then(|(it, _)| it.registered_by);
    }
    Ok(Some(newer))
}

/// The error for a deployment of the task definition `ours` that another one replaced.
pub(super) fn superseded(service: &str, ours: &str, newer: &Newer) -> Error {
    let name = |arn: &str| arn.rsplit('/').next().unwrap_or_default().to_owned();
    let begun = newer.begun.as_ref().map_or_else(String::new, |at| format!(" at {}", moment(at)));
    let what = match newer.task_definition.as_deref() {
        Some(same) if same == ours => format!(" of the same task definition {}", name(same)),
        Some(other) => {
            let by = newer.registered_by.as_deref();
            let by = by.map_or_else(String::new, |by| format!(", which {by} registered,"));
            format!(" of the task definition {}{by}", name(other))
        }
        None => String::new(),
    };
    let message = format!(
        "the deployment of service {service} was superseded: another deployment{what} began{begun}, and it is not of \
         this run"
    );
    Error::aws("DeploymentSuperseded", message).hinted(
        "Something else deploys this service too, such as a pipeline or a second run. The next `pulumi up` deploys \
         what this program says.",
    )
}

/// Whether any deployment of the list is one to which ECS could go back from the one with this ARN.
pub(super) fn has_way_back(all: &[Brief], arn: &str) -> bool {
    use aws_sdk_ecs::types::ServiceDeploymentStatus::Successful;
    all.iter()
        .any(|it| it.service_deployment_arn() != Some(arn) && it.status() == Some(&Successful))
}

#[cfg(test)]
mod tests {
    use aws_sdk_ecs::types::ServiceDeploymentStatus as Status;

    use super::{Brief, DateTime, Newer, has_way_back, superseded};

    #[test]
    fn a_newer_deployment_is_told_as_far_as_aws_knows_it() {
        let newer = |definition: Option<&str>, by: Option<&str>| Newer {
            begun: Some(DateTime::from_secs(1_790_000_000)),
            task_definition: definition.map(str::to_owned),
            registered_by: by.map(str::to_owned),
        };
        let unknown = Newer { begun: None, task_definition: None, registered_by: None };
        let told = [
            newer(Some("arn:task-definition/web:7"), Some("arn:aws:iam::1:user/ci")),
            newer(Some("arn:task-definition/web:7"), None),
            newer(Some("arn:task-definition/web:6"), None),
            unknown,
        ];
        let told = told.map(|it| superseded("web", "arn:task-definition/web:6", &it).to_string());
        expect_test::expect![[r"
            the deployment of service web was superseded: another deployment of the task definition web:7, which arn:aws:iam::1:user/ci registered, began at 2026-09-21 14:13:20 UTC, and it is not of this run
              Something else deploys this service too, such as a pipeline or a second run. The next `pulumi up` deploys what this program says.
            the deployment of service web was superseded: another deployment of the task definition web:7 began at 2026-09-21 14:13:20 UTC, and it is not of this run
              Something else deploys this service too, such as a pipeline or a second run. The next `pulumi up` deploys what this program says.
            the deployment of service web was superseded: another deployment of the same task definition web:6 began at 2026-09-21 14:13:20 UTC, and it is not of this run
              Something else deploys this service too, such as a pipeline or a second run. The next `pulumi up` deploys what this program says.
            the deployment of service web was superseded: another deployment began, and it is not of this run
              Something else deploys this service too, such as a pipeline or a second run. The next `pulumi up` deploys what this program says."]].assert_eq(&told.join("\n"));
    }

    #[test]
    fn there_is_a_way_back_only_to_what_succeeded() {
        let brief = |arn: &str, status: Status| {
            Brief::builder().service_deployment_arn(arn).status(status).build()
        };
        let ours = brief("ours", Status::InProgress);
        assert!(!has_way_back(&[ours.clone(), brief("a", Status::Stopped)], "ours"));
        assert!(has_way_back(&[ours, brief("a", Status::Successful)], "ours"));
        assert!(!has_way_back(&[brief("ours", Status::Successful)], "ours"));
    }
}
