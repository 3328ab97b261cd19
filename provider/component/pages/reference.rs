//! docs/reference.md: all inputs and outputs, from the schema and the presets' table.
//!
//! The schema says types and descriptions, the declarations their order.

use std::fmt::Write;

use serde_json::Value as Json;

use super::schema;
use crate::component::balancer::authentication::inputs::JwtClaimArgs;
use crate::component::inputs::presets::{Defaults, PRESETS};
use crate::component::roles::inputs::StatementArgs;
use crate::component::service::inputs::StrategyArgs;
use crate::component::service::schedules::ScheduleArgs;
use crate::component::service::strategy::HookArgs;
use crate::component::{Args, Outputs, TOKEN, routes};
use crate::error::{Error, Result};
use crate::property::field_names::names_of;

const INTRODUCTION: &str = "\
# Inputs and outputs of `FargateWebService`

Everything is optional, but a service needs a network: subnets, or `useDefaultVpc`. Names are written
here as in TypeScript and YAML; Python writes `desired_count`, Go and C# `DesiredCount`.

* *plain*: the value must be known in every preview, so it cannot be the output of a resource that is
  not created yet. An object that is plain is known as such; what is in it may be an output, unless
  it is plain itself. All other inputs take outputs.
* A change is made in place, without an interruption, unless the description says what is replaced.
* The preview reports all invalid inputs at once.

Examples: [examples/](../examples). Imports and outputs of other stacks work as Pulumi says;
resource options too, with differences between languages: [resource-options.md](resource-options.md). The permissions that a deployment needs: [permissions.md](permissions.md).
";

/// The names of a group's inputs in their order: those of an input that is a group, or of the members of a
/// list.
fn members(path: &str, kind: &str) -> Vec<String> {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    match kind {
        "Hook" => owned(names_of::<HookArgs>()),
        "Schedule" => owned(names_of::<ScheduleArgs>()),
        "Statement" => owned(names_of::<StatementArgs>()),
        "JwtClaim" => owned(names_of::<JwtClaimArgs>()),
        "Strategy" => owned(names_of::<StrategyArgs>()),
        _ if path.starts_with("routes") || path.starts_with("targets") => {
            owned(routes::inputs::members(kind))
        }
        _ => Args::facts()
            .iter()
            .filter_map(|fact| fact.path.rsplit_once('.'))
            .filter(|(group, _)| *group == path)
            .map(|(_, name)| name.to_owned())
            .collect(),
    }
}

/// The page as it should be committed.
///
/// # Errors
/// A bug of ours: the schema does not have what the types have.
pub fn page() -> Result<String> {
    let schema: Json = serde_json::from_str(&schema::generate()?).map_err(Error::bug)?;
    let resource = &schema["resources"][TOKEN];
    let mut page = format!("{INTRODUCTION}\n## Presets\n\n{}", presets());
    for (title, names) in Args::parts() {
        // Writing to a string never fails.
        let _ = write!(page, "\n## {title}\n\n");
        for name in names {
            input(&mut page, &schema, &resource["inputProperties"], name)?;
        }
    }
    page.push_str("\n## Outputs\n\n");
    for name in names_of::<Outputs>() {
        input(&mut page, &schema, &resource["properties"], name)?;
    }
    Ok(page)
}

/// One input or output, and below it those of its group.
fn input(page: &mut String, schema: &Json, all: &Json, path: &str) -> Result<()> {
    let (depth, name) = (path.matches('.').count(), path.rsplit('.').next().unwrap_or(path));
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
    let members = members(path, group);
    if members.len() != all {
        return Err(Error::bug(format!("`{group}` is not declared by `inputs!`")));
    }
    for member in members {
        input(page, schema, below, &format!("{path}.{member}"))?;
    }
    Ok(())
}

/// The type of which a property, or each member of its list, is.
fn group(property: &Json) -> Option<&str> {
    let named = property["$ref"].as_str().or_else(|| property["items"]["$ref"].as_str());
    // A group that may be a text; where it is only a text, it is a choice of words.
    let or_text = || property["oneOf"][1]["$ref"].as_str().filter(|_| property["type"].is_null());
    let named = named.or_else(or_text)?;
    named.strip_prefix("#/types/fargate:index:")
}

/// The type in words.
#[must_use]
pub fn kind(schema: &Json, property: &Json) -> String {
    if property["$ref"].is_string() {
        return "object".to_owned();
    }
    if let Some(choice) = property["oneOf"][1]["$ref"].as_str() {
        if property["type"].is_null() {
            let short = property["oneOf"][0]["type"].as_str().unwrap_or_default();
            return format!("{short} or object");
        }
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
    for fact in Args::facts() {
        let (path, Some(of)) = (&fact.path, fact.by_preset()) else { continue };
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

    use super::page;

    #[test]
    fn the_committed_reference_is_what_the_schema_says() {
        let page = page().expect("the schema has all of it");
        expect_file!["../../../docs/reference.md"].assert_eq(&page);
    }
}
