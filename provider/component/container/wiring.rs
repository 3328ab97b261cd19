//! What a task is: the task definition.

use std::collections::BTreeSet;

use super::task_size;
use crate::children::ecs::task_definition;
use crate::component::image::wiring::Image;
use crate::component::inputs::choices::word;
use crate::component::observability::logs::Logs;
use crate::component::roles::wiring::Roles;
use crate::component::secrets::wiring::{Kept, Secrets};
use crate::component::wiring::{Node, Wanted, Wiring};
use crate::property::{IntoMap, Output, Wire};

pub(in crate::component) type Tasks<'a> = Node<'a, task_definition::Outputs<Wire>>;

pub(in crate::component) fn wire<'a>(
    wiring: &mut Wiring<'a>,
    image: &Image<'a>,
    roles: &Roles<'a>,
    logs: &Logs<'a>,
    secrets: &Secrets<'a>,
    cluster: &Node<'a, Output<String>>,
) -> Tasks<'a> {
    let (parent, want) = (wiring.parent, wiring.want);
    let (image, logs, secrets) = (image.to_run.clone(), logs.clone(), secrets.clone());
    let (execution, task) = (roles.execution.clone(), roles.task.clone());
    let cluster = want.args.image.external_image().then(|| cluster.clone());
    wiring.node(async move {
        let (image, execution, task, logs, secrets) =
            tokio::try_join!(image, execution, task, logs, secrets)?;
        let mut inputs = want.task_definition(image.uri, execution, task.arn, logs.name, secrets);
        if let Some(cluster) = cluster {
            inputs.keeps_image_in = Some(cluster.await?);
        }
        parent.make::<task_definition::TaskDefinition>("task-definition", inputs).await
    })
}

impl Wanted {
    /// Those of further targets that are not the container's own.
    fn further_ports(&self) -> Option<Output<Vec<Output<u16>>>> {
        let own = self.args.container.container_port();
        let ports = self.args.routes.further().iter().map(|it| it.container_port);
        let ports: BTreeSet<u16> = ports.filter(|it| own.known() != Some(it)).collect();
        let ports: Vec<Output<u16>> =
            ports.into_iter().map(|it| Output::from(it).from_input("targets")).collect();
        (!ports.is_empty()).then(|| ports.into())
    }

    fn task_definition(
        &self,
        image: Output<String>,
        execution_role_arn: Output<String>,
        task_role_arn: Output<String>,
        log_group_name: Output<String>,
        kept: Kept,
    ) -> task_definition::Inputs<Wire> {
        let args = &self.args.container;
        let mut environment = args.environment();
        if let Some(arn) = args.database_secret_arn() {
            environment = environment.map(|mut all| {
                all.insert("DB_SECRET_ARN".to_owned(), arn);
                all
            });
        }
        let (cpu, memory) = task_size::of(args, &self.defaults);
        task_definition::Inputs {
            cpu,
            memory,
            ephemeral_storage: args.ephemeral_storage(),
            architecture: args.architecture().map(word),
            execution_role_arn,
            task_role_arn,
            image,
            keeps_image_in: None,
            container_name: args.container_name(),
            container_port: args.container_port(),
            further_ports: self.further_ports(),
            environment,
            secrets: args.secrets().map(|given| given.into_iter().chain(kept.variables).into_map()),
            docker_labels: (!kept.labels.is_empty()).then(|| kept.labels.into()),
            command: args.command(),
            entry_point: args.entry_point(),
            user: args.user(),
            working_directory: args.working_directory(),
            readonly_root_filesystem: args.readonly_root_filesystem(),
            init_process_enabled: args.init_process_enabled(),
            stop_timeout: args.stop_timeout(),
            health_check: args.container_health_check().map(|check| {
                task_definition::ContainerHealthCheck {
                    command: check.command(),
                    interval: check.interval(),
                    timeout: check.timeout(),
                    retries: check.retries(),
                    start_period: check.start_period(),
                }
            }),
            log_group_name,
        }
    }
}
