//! The image that the service runs, whoever deployed it.

use aws_sdk_ecs::types::TaskDefinition;

use crate::children::ecs::container::serving;
use crate::error::Result;
use crate::resource::Cx;

/// The image of the service of this name in the cluster: of what was deployed last, by whatever tool. None without a
/// service.
pub(super) async fn image(cx: &Cx, cluster: &str, container: &str) -> Result<Option<String>> {
    let service = cx.aws.service(cluster, &cx.base).await?;
    let service = service.filter(|it| it.status() == Some("ACTIVE"));
    let Some(revision) = service.and_then(|it| it.task_definition) else { return Ok(None) };
    let found = cx.aws.revision(&revision).await?;
    Ok(found.and_then(|(definition, _)| image_of(&definition, container)))
}

/// What the container of this name has, or else the one that serves.
fn image_of(definition: &TaskDefinition, container: &str) -> Option<String> {
    let named = definition.container_definitions().iter().find(|it| it.name() == Some(container));
    named.or_else(|| serving(definition)).and_then(|it| it.image()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use aws_sdk_ecs::types::{ContainerDefinition, PortMapping, TaskDefinition};

    use super::image_of;

    #[test]
    fn the_image_is_that_of_our_container_or_of_the_one_that_serves() {
        let container =
            |name: &str, image: &str| ContainerDefinition::builder().name(name).image(image);
        let port = PortMapping::builder().container_port(80).build();
        let definition = TaskDefinition::builder()
            .container_definitions(container("agent", "agent:1").build())
            .container_definitions(container("app", "shop:2").port_mappings(port).build())
            .build();
        let found = ["app", "agent", "renamed"].map(|name| image_of(&definition, name));
        let expected = ["shop:2", "agent:1", "shop:2"].map(|it| Some(it.to_owned()));
        assert_eq!(found, expected);
    }
}
