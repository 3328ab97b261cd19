//! docs/reference.md: all inputs and outputs, from the schema and the presets' table.
//!
//! The schema says types and descriptions, serde the order in which `args.rs` has them.

use std::fmt::Write;

use serde_json::Value as Json;

use super::args::{
    AutoscalingArgs, CircuitBreakerArgs, ContainerHealthCheckArgs, DeploymentArgs, HealthCheckArgs,
    LoadBalancerArgs, MonitoringArgs, RepositoryArgs, StatementArgs, StrategyArgs,
};
use super::presets::{DECIDED, Defaults, PRESETS};
use super::{Args, Outputs, schema};
use crate::error::{Error, Result};
use crate::property::names::names_of;

const INTRODUCTION: &str = "\
# Inputs and outputs of `FargateWebService`

Everything is optional, but a service needs a network: subnets, or `useDefaultVpc`. Names are written
here as in TypeScript and YAML; Python writes `desired_count`, Go and C# `DesiredCount`.

* *plain*: the value must be known in every preview, so it cannot be the output of a resource that is
  yet to be made. An object that is plain is known as such; what is in it may be an output, unless
  it is plain itself. All other inputs take outputs.
* A change is made in place, without an interruption, unless it is said what is replaced.
* Wrong inputs are told in the preview, all at once.

Examples: [examples/](../examples). Resource options, imports and outputs of other stacks work as
Pulumi says. What the caller must be allowed: [permissions.md](permissions.md).
";

/// Where each part of `args.rs` begins.
const PARTS: [(&str, &str); 9] = [
    ("Shape", "name"),
    ("Container", "image"),
    ("Load balancer", "internal"),
    ("Network", "vpcId"),
    ("Cluster and service", "clusterArn"),
    ("Repository", "repository"),
    ("Scaling and logs", "autoscaling"),
    ("Monitoring", "monitoring"),
    ("Permissions and tags", "taskRoleArn"),
];

/// The names of a group's inputs in their order.
fn members(kind: &str) -> &'static [&'static str] {
    match kind {
        "Autoscaling" => names_of::<AutoscalingArgs>(),
        "CircuitBreaker" => names_of::<CircuitBreakerArgs>(),
        "ContainerHealthCheck" => names_of::<ContainerHealthCheckArgs>(),
        "Deployment" => names_of::<DeploymentArgs>(),
        "HealthCheck" => names_of::<HealthCheckArgs>(),
        "LoadBalancer" => names_of::<LoadBalancerArgs>(),
        "Monitoring" => names_of::<MonitoringArgs>(),
        "Repository" => names_of::<RepositoryArgs>(),
        "Statement" => names_of::<StatementArgs>(),
        "Strategy" => names_of::<StrategyArgs>(),

        _ => &[],
    }
}

/// The page as it should be committed.
///
/// # Errors
/// A bug of ours: the schema does not have what the types have.
pub fn page() -> Result<String> {
    let schema: Json = serde_json::from_str(&schema::generate()?).map_err(Error::bug)?;
    let resource = &schema["resources"][super::TOKEN];
    let mut page = format!("{INTRODUCTION}\n## Presets\n\n{}", presets());
    for name in names_of::<Args>() {
        if let Some((title, _)) = PARTS.iter().find(|(_, first)| first == name) {
            // Writing to a string never fails.
            let _ = write!(page, "\n## {title}\n\n");
        }
        input(&mut page, &schema, &resource["inputProperties"], name, 0)?;
    }
    page.push_str("\n## Outputs\n\n");
    for name in names_of::<Outputs>() {
        input(&mut page, &schema, &resource["properties"], name, 0)?;
    }
    Ok(page)
}

/// One input or output, and below it those of its group.
fn input(page: &mut String, schema: &Json, all: &Json, name: &str, depth: usize) -> Result<()> {
    let property = all
        .get(name)
        .ok_or_else(|| Error::bug(format!("the schema does not have the property {name}")))?;
    let kind = kind(schema, property);
    let plain = if property["plain"] == true { ", plain" } else { "" };
    let description = property["description"].as_str().unwrap_or_default();
    let indent = "  ".repeat(depth);
    let _ = writeln!(page, "{indent}* **`{name}`** ({kind}{plain}): {description}");
    let Some(group) = group(property) else { return Ok(()) };
    let below = &schema["types"][format!("fargate:index:{group}")]["properties"];
    let all = below.as_object().map_or(0, serde_json::Map::len);
    if members(group).len() != all {
        return Err(Error::bug(format!("`{group}` needs its line in members()")));
    }
    for member in members(group) {
        input(page, schema, below, member, depth + 1)?;
    }
    Ok(())
}

/// The type of which a property, or each member of its list, is.
fn group(property: &Json) -> Option<&str> {
    let named = property["$ref"].as_str().or_else(|| property["items"]["$ref"].as_str())?;
    named.strip_prefix("#/types/fargate:index:")
}

/// The type in words.
#[must_use]
pub fn kind(schema: &Json, property: &Json) -> String {
    if property["$ref"].is_string() {
        return "object".to_owned();
    }
    if let Some(choice) = property["oneOf"][1]["$ref"].as_str() {
        let values = schema["types"][choice.trim_start_matches("#/types/")]["enum"].as_array();
        let values: Vec<_> =
            values.into_iter().flatten().map(|it| format!("`{}`", text(it))).collect();
        return values.join(" or ");
    }
    match property["type"].as_str().unwrap_or_default() {
        "array" => format!("list of {}", kind(schema, &property["items"])),
        "object" => format!("map to {}", kind(schema, &property["additionalProperties"])),
        plain => plain.to_owned(),
    }
}

fn text(value: &Json) -> &str {
    value["value"].as_str().unwrap_or_default()
}

/// The presets' table, and what it does not show.
fn presets() -> String {
    let names = PRESETS
        .map(|(name, _)| if name == "none" { "no preset".into() } else { format!("`{name}`") });
    let mut table = format!("| | {} |\n|---|---|---|---|---|\n", names.join(" | "));
    for (path, of) in DECIDED {
        let values = PRESETS.map(|(_, preset)| of(&Defaults::of(preset)));
        let _ = writeln!(table, "| `{path}` | {} |", values.join(" | "));
    }
    let https =
        PRESETS.map(|(_, preset)| if Defaults::of(preset).https { "demanded" } else { "possible" });
    let _ = writeln!(table, "| HTTPS (`certificateArn`) | {} |", https.join(" | "));
    table
}

#[cfg(test)]
mod tests {
    use expect_test::expect_file;

    use super::{PARTS, page};
    use crate::component::Args;
    use crate::property::names::names_of;

    #[test]
    fn the_committed_reference_is_what_the_schema_says() {
        let page = page().expect("the schema has all of it");
        expect_file!["../../docs/reference.md"].assert_eq(&page);
    }

    #[test]
    fn each_part_begins_with_an_input() {
        let names = names_of::<Args>();
        let begins: Vec<_> = PARTS
            .iter()
            .map(|(_, first)| names.iter().position(|name| name == first).expect("an input"))
            .collect();
        assert!(begins.is_sorted() && begins[0] == 0, "{begins:?}");
    }
}
