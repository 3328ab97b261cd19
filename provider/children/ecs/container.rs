//! What the task definition and the service must agree on about the one container.

use aws_sdk_ecs::types::{ContainerDefinition, TaskDefinition};

/// The container that serves: the one that has a port.
pub(super) fn serving(definition: &TaskDefinition) -> Option<&ContainerDefinition> {
    definition.container_definitions().iter().find(|it| !it.port_mappings().is_empty())
}

/// First part of every log stream's name: `<prefix>/<container>/<task id>`.
pub(super) const LOG_PREFIX: &str = "app";
