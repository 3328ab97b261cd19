//! What runs, and what it may do: repository, image, roles, task definition.

use std::collections::BTreeMap;

use super::{Wanted, or};
use crate::children::ecr::image_reference::InEcr;
use crate::children::ecr::repository;
use crate::children::ecs::task_definition;
use crate::children::iam::role;
use crate::children::iam::statement::Statement;
use crate::component::args::List;
use crate::component::choices::{Architecture, word};
use crate::component::task_size;
use crate::property::{Output, Wire};

/// What runs.
#[derive(Clone)]
pub(in crate::component) struct ImageToRun {
    pub uri: Output<String>,
    /// Of the service's own repository.
    pub digest: Option<Output<String>>,
    /// Whether there is an image to run.
    pub found: Output<bool>,
}

impl Wanted {
    pub(in crate::component) fn repository(&self) -> Option<repository::Inputs<Wire>> {
        let given = self.args.repository.clone().unwrap_or_default();
        given.enabled.unwrap_or(self.args.image.is_none()).then(|| repository::Inputs {
            image_tag_mutability: or(
                given.image_tag_mutability.as_ref(),
                self.defaults.image_tag_mutability,
            )
            .map(word),
            scan_on_push: or(given.scan_on_push.as_ref(), true),
            keep_images: or(given.keep_images.as_ref(), 30),
            keep_untagged_images: or(given.keep_untagged_images.as_ref(), 10),
            force_delete: or(given.force_delete.as_ref(), self.defaults.force_delete),
            kms_key_arn: given.kms_key_arn,
        })
    }

    pub(in crate::component) fn image_tag(&self) -> Output<String> {
        or(self.args.image_tag.as_ref(), "latest")
    }

    /// What the image has to be built for.
    pub(in crate::component) fn architecture(&self) -> Output<String> {
        or(self.args.architecture.as_ref(), Architecture::X8664).map(word)
    }

    /// Whether the image may lie in the service's own repository.
    pub(in crate::component) fn is_in_ecr(&self) -> bool {
        let given = self.args.image.as_ref().and_then(Output::known);
        given.is_none_or(|image| InEcr::read(image).is_some())
    }

    /// An image from elsewhere is taken as given.
    pub(in crate::component) fn foreign_image(&self) -> ImageToRun {
        let uri = self.args.image.clone().unwrap_or_else(Output::unknown);
        ImageToRun { uri, digest: None, found: true.into() }
    }

    pub(in crate::component) fn role(
        &self,
        purpose: &str,
        statements: Output<Vec<Statement<Wire>>>,
        managed_policy_arns: List,
    ) -> role::Inputs<Wire> {
        let description = match purpose {
            "execution" => "Lets ECS start the tasks of a FargateWebService",
            _ => "The application of a FargateWebService",
        };
        role::Inputs {
            purpose: purpose.into(),
            description: description.into(),
            statements,
            managed_policy_arns,
            permissions_boundary: self.args.permissions_boundary.clone(),
        }
    }

    pub(in crate::component) fn task_role_policies(&self) -> List {
        or(self.args.task_role_policy_arns.as_ref(), Vec::new())
    }

    pub(in crate::component) fn task_definition(
        &self,
        image: Output<String>,
        execution_role_arn: Output<String>,
        task_role_arn: Output<String>,
        log_group_name: Output<String>,
    ) -> task_definition::Inputs<Wire> {
        let args = &self.args;
        let mut environment = or(args.environment.as_ref(), BTreeMap::new());
        if let Some(arn) = args.database_secret_arn.clone() {
            environment = environment.map(|mut all| {
                all.insert("DB_SECRET_ARN".to_owned(), arn);
                all
            });
        }
        let (cpu, memory) = task_size::of(args, &self.defaults);
        task_definition::Inputs {
            cpu,
            memory,
            ephemeral_storage: args.ephemeral_storage.clone(),
            architecture: self.architecture(),
            execution_role_arn,
            task_role_arn,
            image,
            container_port: self.container_port(),
            environment,
            secrets: or(args.secrets.as_ref(), BTreeMap::new()),
            command: args.command.clone(),
            entry_point: args.entry_point.clone(),
            user: args.user.clone(),
            working_directory: args.working_directory.clone(),
            readonly_root_filesystem: or(args.readonly_root_filesystem.as_ref(), false),
            init_process_enabled: or(args.init_process_enabled.as_ref(), true),
            stop_timeout: args.stop_timeout.clone(),
            health_check: args.container_health_check.clone().map(|check| {
                task_definition::ContainerHealthCheck {
                    command: or(check.command.as_ref(), Vec::new()),
                    interval: or(check.interval.as_ref(), 30),
                    timeout: or(check.timeout.as_ref(), 5),
                    retries: or(check.retries.as_ref(), 3),
                    start_period: or(check.start_period.as_ref(), 0),
                }
            }),
            log_group_name,
        }
    }
}
