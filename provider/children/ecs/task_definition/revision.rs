//! A revision as ECS spells it: made of what was asked for, and read back as that.

use aws_sdk_ecs::types::{
    ContainerDefinition, CpuArchitecture, EphemeralStorage, HealthCheck, KeyValuePair,
    LinuxParameters, LogConfiguration, LogDriver, OsFamily, PortMapping, RuntimePlatform, Secret,
    TaskDefinition as Described,
};

use super::{ContainerHealthCheck, Inputs, Outputs};
use crate::aws::numbers::{natural, port};
use crate::children::ecs::container::{LOG_PREFIX, serving};
use crate::property::IntoMap;

/// The processor that the image is built for.
pub(super) fn platform(inputs: &Inputs) -> RuntimePlatform {
    RuntimePlatform::builder()
        .cpu_architecture(CpuArchitecture::from(inputs.architecture.as_str()))
        .operating_system_family(OsFamily::Linux)
        .build()
}

/// What is more than Fargate's own.
pub(super) fn disk(gib: u32) -> Option<EphemeralStorage> {
    let gib = i32::try_from(gib).ok()?;
    Some(EphemeralStorage::builder().size_in_gib(gib).build())
}

/// The one container.
pub(super) fn container(inputs: &Inputs, region: &str) -> ContainerDefinition {
    let environment = inputs
        .environment
        .iter()
        .map(|(name, value)| KeyValuePair::builder().name(name).value(value).build())
        .collect();
    let secrets = inputs
        .secrets
        .iter()
        .filter_map(|(name, arn)| Secret::builder().name(name).value_from(arn).build().ok())
        .collect();
    let linux =
        LinuxParameters::builder().init_process_enabled(inputs.init_process_enabled).build();
    ContainerDefinition::builder()
        .name(&inputs.container_name)
        .image(&inputs.image)
        .essential(true)
        .set_port_mappings(Some(ports(inputs)))
        .set_environment(Some(environment))
        .set_secrets(Some(secrets))
        .set_docker_labels(inputs.docker_labels.clone().map(|all| all.into_iter().collect()))
        .set_command(inputs.command.clone())
        .set_entry_point(inputs.entry_point.clone())
        .set_user(inputs.user.clone())
        .set_working_directory(inputs.working_directory.clone())
        .readonly_root_filesystem(inputs.readonly_root_filesystem)
        .set_linux_parameters(inputs.init_process_enabled.then_some(linux))
        .set_stop_timeout(inputs.stop_timeout.and_then(|seconds| i32::try_from(seconds).ok()))
        .set_health_check(inputs.health_check.as_ref().and_then(health_check))
        .set_log_configuration(log_configuration(&inputs.log_group_name, region))
        .build()
}

/// The first one is that of the first target group.
fn ports(inputs: &Inputs) -> Vec<PortMapping> {
    let mapping = |port: u16| PortMapping::builder().container_port(i32::from(port)).build();
    let further = inputs.further_ports.iter().flatten().copied();
    std::iter::once(inputs.container_port).chain(further).map(mapping).collect()
}

/// A web service must not stop because CloudWatch does, so logging does not block; the
/// buffer is larger than AWS's 10 MB, since what does not fit is lost (the default mode since June
/// 2025, botocore LogConfiguration). Both are always said, so that a changed default changes nothing.
fn log_configuration(group: &str, region: &str) -> Option<LogConfiguration> {
    LogConfiguration::builder()
        .log_driver(LogDriver::Awslogs)
        .options("awslogs-group", group)
        .options("awslogs-region", region)
        .options("awslogs-stream-prefix", LOG_PREFIX)
        .options("mode", "non-blocking")
        .options("max-buffer-size", "25m")
        .build()
        .ok()
}

fn health_check(check: &ContainerHealthCheck) -> Option<HealthCheck> {
    let whole = |number: u32| i32::try_from(number).ok();
    HealthCheck::builder()
        .set_command(Some(check.command.clone()))
        .set_interval(whole(check.interval))
        .set_timeout(whole(check.timeout))
        .set_retries(whole(check.retries))
        .set_start_period(whole(check.start_period))
        .build()
        .ok()
}

fn further_ports(container: &ContainerDefinition) -> Option<Vec<u16>> {
    let mappings = container.port_mappings().iter().skip(1);
    let mut ports: Vec<u16> = mappings.filter_map(|it| port(it.container_port())).collect();
    ports.sort_unstable();
    (!ports.is_empty()).then_some(ports)
}

/// A revision read back as what was asked for: AWS's defaults are "not given".
pub(super) fn inputs(definition: &Described) -> Option<Inputs> {
    let container = serving(definition)?;
    let number = |text: Option<&str>| text.and_then(|text| text.parse().ok()).unwrap_or_default();
    let filled = |items: &[String]| (!items.is_empty()).then(|| items.to_vec());
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    Some(Inputs {
        cpu: number(definition.cpu()),
        memory: number(definition.memory()),
        ephemeral_storage: natural(
            definition.ephemeral_storage().map(EphemeralStorage::size_in_gib),
        ),
        architecture: definition
            .runtime_platform()
            .and_then(RuntimePlatform::cpu_architecture)
            .map_or("X86_64", CpuArchitecture::as_str)
            .to_owned(),
        execution_role_arn: text(definition.execution_role_arn()),
        task_role_arn: text(definition.task_role_arn()),
        image: text(container.image()),
        keeps_image_in: None,
        container_name: text(container.name()),
        container_port: container
            .port_mappings()
            .first()
            .and_then(|mapping| port(mapping.container_port()))
            .unwrap_or_default(),
        further_ports: further_ports(container),
        environment: container
            .environment()
            .iter()
            .filter_map(|pair| Some((pair.name()?.to_owned(), text(pair.value()))))
            .into_map(),
        secrets: container
            .secrets()
            .iter()
            .map(|secret| (secret.name().to_owned(), secret.value_from().to_owned()))
            .into_map(),
        docker_labels: container
            .docker_labels()
            .filter(|labels| !labels.is_empty())
            .map(|labels| labels.clone().into_iter().into_map()),
        command: filled(container.command()),
        entry_point: filled(container.entry_point()),
        user: container.user().map(str::to_owned),
        working_directory: container.working_directory().map(str::to_owned),
        readonly_root_filesystem: container.readonly_root_filesystem().unwrap_or_default(),
        init_process_enabled: container
            .linux_parameters()
            .and_then(LinuxParameters::init_process_enabled)
            .unwrap_or_default(),
        stop_timeout: natural(container.stop_timeout()),
        health_check: container.health_check().map(|check| ContainerHealthCheck {
            command: check.command().to_vec(),
            interval: natural(check.interval()).unwrap_or(30),
            timeout: natural(check.timeout()).unwrap_or(5),
            retries: natural(check.retries()).unwrap_or(3),
            start_period: natural(check.start_period()).unwrap_or(0),
        }),
        log_group_name: container
            .log_configuration()
            .and_then(|logs| logs.options()?.get("awslogs-group").cloned())
            .unwrap_or_default(),
    })
}

pub(super) fn outputs(definition: &Described) -> Outputs {
    Outputs {
        arn: definition.task_definition_arn().unwrap_or_default().to_owned(),
        family: definition.family().unwrap_or_default().to_owned(),
        revision: u32::try_from(definition.revision()).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::{ContainerHealthCheck, Described, Inputs, container, disk, inputs, platform};

    fn full() -> Inputs {
        Inputs {
            cpu: 256,
            memory: 512,
            ephemeral_storage: Some(50),
            architecture: "ARM64".to_owned(),
            execution_role_arn: "arn:execution".to_owned(),
            task_role_arn: "arn:task".to_owned(),
            image: "nginx".to_owned(),
            keeps_image_in: None,
            container_name: "web".to_owned(),
            container_port: 8080,
            further_ports: Some(vec![9090, 9091]),
            environment: [("A".to_owned(), "1".to_owned())].into(),
            secrets: [("S".to_owned(), "arn:secret".to_owned())].into(),
            docker_labels: Some([("version".to_owned(), "1".to_owned())].into()),
            command: Some(vec!["run".to_owned()]),
            entry_point: None,
            user: Some("1000".to_owned()),
            working_directory: None,
            readonly_root_filesystem: true,
            init_process_enabled: true,
            stop_timeout: Some(60),
            health_check: Some(ContainerHealthCheck {
                command: vec!["CMD".to_owned(), "true".to_owned()],
                interval: 30,
                timeout: 5,
                retries: 3,
                start_period: 0,
            }),
            log_group_name: "/fargate/web".to_owned(),
        }
    }

    #[test]
    fn what_is_registered_is_read_back_as_what_was_asked_for() {
        let shown = Described::builder()
            .cpu("256")
            .memory("512")
            .set_ephemeral_storage(full().ephemeral_storage.and_then(disk))
            .runtime_platform(platform(&full()))
            .execution_role_arn("arn:execution")
            .task_role_arn("arn:task")
            .container_definitions(container(&full(), "eu-west-1"))
            .build();
        assert_eq!(inputs(&shown), Some(full()));
    }

    #[test]
    fn logging_never_holds_up_the_service() {
        let made = container(&full(), "eu-west-1");
        let options = made.log_configuration().and_then(|logs| logs.options()).expect("options");
        assert_eq!(options.get("mode").map(String::as_str), Some("non-blocking"));
    }
}
