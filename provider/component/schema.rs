//! The package schema, from the types: inputs, outputs and configuration.
//!
//! schemars tells JSON Schema; Pulumi's dialect is close, and what it does not know stops the
//! generator instead of being dropped. The committed file is the one that is served and that the
//! SDKs are made of; a test holds it against this generator.

use std::collections::BTreeSet;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value as Json, json};

use super::presets::{DECIDED, default_in_words};
use super::{Args, Outputs, TOKEN};
use crate::aws::Settings;
use crate::error::{Error, Result};
use crate::property::output::SCHEMA_MARK;

/// `schema.json`, as committed.
pub const COMMITTED: &str = include_str!("../../schema.json");

/// The schema as it should be committed.
///
/// # Errors
/// A bug of ours: a type uses something that Pulumi's schema cannot say.
pub fn generate() -> Result<String> {
    let mut types = Map::new();
    let mut inputs = object::<Args>(&mut types, true)?;
    let outputs = object::<Outputs>(&mut types, false)?;
    let config = object::<Settings>(&mut types, false)?;
    add_presets(&mut inputs.properties, &mut types)?;
    let secrets = ["secretKey", "token"];
    let mut variables = config.properties;
    for name in secrets {
        if let Some(variable) = variables.get_mut(name).and_then(Json::as_object_mut) {
            variable.insert("secret".to_owned(), true.into());
        }
    }
    let languages = json!({
        "nodejs": {"packageName": "pulumi-fargate", "respectSchemaVersion": true},
        "python": {"packageName": "pulumi_fargate", "respectSchemaVersion": true, "pyproject": {"enabled": true}},
        "go": {"respectSchemaVersion": true, "generateResourceContainerTypes": true},
        "csharp": {"respectSchemaVersion": true},
        "java": {"respectSchemaVersion": true},
    });
    let schema = json!({
        "name": "fargate",
        "displayName": "Fargate Web Service",
        "version": env!("CARGO_PKG_VERSION"),
        "description": "A load-balanced web service on AWS Fargate as one resource.",
        "keywords": ["pulumi", "aws", "ecs", "fargate", "kind/component", "category/cloud"],
        "license": "Apache-2.0",
        "meta": {"supportPack": true},
        "language": languages,
        "config": {"variables": variables.clone(), "defaults": []},
        "provider": {
            "description": "How the fargate package reaches AWS.",
            "inputProperties": variables,
        },
        "types": types,
        "resources": {
            TOKEN: {
                "isComponent": true,
                "description": description(),
                "inputProperties": inputs.properties,
                "properties": outputs.properties,
                "required": outputs.required,
            },
        },
    });
    let mut text = serde_json::to_string_pretty(&schema).map_err(Error::bug)?;
    text.push('\n');
    Ok(text)
}

const DESCRIPTION: &str = "A web service on AWS Fargate behind an Application Load Balancer: \
cluster, image repository, task definition, service, load balancer, roles, security groups, logs, \
autoscaling, alarms and a dashboard, as one resource.\n\nA run succeeds when the revision that you \
asked for serves, and fails with the reason when it does not.";

/// The same program in each language, as the Pulumi registry and the SDKs want it: each SDK's help
/// keeps its own. A story runs the first three.
const EXAMPLES: [(&str, &str); 6] = [
    ("typescript", include_str!("../../examples/typescript/index.ts")),
    ("python", include_str!("../../examples/python/__main__.py")),
    ("yaml", include_str!("../../examples/yaml/Pulumi.yaml")),
    ("go", include_str!("examples/main.go")),
    ("java", include_str!("examples/App.java")),
    ("csharp", include_str!("examples/Program.cs")),
];

fn description() -> String {
    let fenced = EXAMPLES.map(|(language, program)| format!("```{language}\n{program}```\n"));
    format!(
        "{DESCRIPTION}\n\n{{{{% examples %}}}}\n## Example Usage\n{{{{% example %}}}}\n\n{}\
         {{{{% /example %}}}}\n{{{{% /examples %}}}}\n",
        fenced.concat()
    )
}

/// Adds to the descriptions what the presets' table says of defaults.
fn add_presets(inputs: &mut Map<String, Json>, types: &mut Map<String, Json>) -> Result<()> {
    for (path, of) in DECIDED {
        let input = match path.split_once('.') {
            None => inputs.get_mut(path),
            Some((group, name)) => types
                .get_mut(&format!("fargate:index:{}", upper_first(group)))
                .and_then(|it| it["properties"].get_mut(name)),
        };
        let input = input.ok_or_else(|| Error::bug(format!("no input is called {path}")))?;
        let description = input["description"].as_str().unwrap_or_default();
        input["description"] = format!("{description} {}", default_in_words(of)).into();
    }
    Ok(())
}

struct Object {
    properties: Map<String, Json>,
    required: Json,
}

fn object<T: JsonSchema>(types: &mut Map<String, Json>, plain: bool) -> Result<Object> {
    let settings = SchemaSettings::draft2020_12().with(|it| it.meta_schema = None);
    let mut generator: SchemaGenerator = settings.into_generator();
    let root = T::json_schema(&mut generator).to_value();
    for (name, definition) in generator.take_definitions(true) {
        let token = format!("fargate:index:{}", public_name(&name));
        let translated = type_definition(&definition, plain)?;
        types.insert(token, translated);
    }
    let properties = properties(&root, plain)?;
    let required = root.get("required").cloned().unwrap_or_else(|| json!([]));
    Ok(Object { properties, required })
}

/// `HealthCheckArgs` is called `HealthCheck` by users: SDKs add the suffix themselves.
fn public_name(name: &str) -> &str {
    name.strip_suffix("Args").unwrap_or(name)
}

fn type_definition(definition: &Json, plain: bool) -> Result<Json> {
    if let Some(values) = enumeration(definition) {
        let values: Vec<Json> = values
            .into_iter()
            .map(|(value, description)| json!({"name": upper_first(&value), "value": value, "description": description}))
            .collect();
        return Ok(json!({"type": "string", "enum": values, "description": words(definition)}));
    }
    if definition.get("type") != Some(&"object".into()) {
        return Err(Error::bug(format!("Pulumi's schema names only objects: {definition}")));
    }
    let mut translated = Map::new();
    translated.insert("type".to_owned(), "object".into());
    if let Some(description) = words(definition) {
        translated.insert("description".to_owned(), description);
    }
    translated.insert("properties".to_owned(), Json::Object(properties(definition, plain)?));
    if let Some(required) = definition.get("required") {
        translated.insert("required".to_owned(), required.clone());
    }
    Ok(Json::Object(translated))
}

/// An enum whose variants are documented one by one.
fn enumeration(definition: &Json) -> Option<Vec<(String, Option<Json>)>> {
    let variants = definition.get("oneOf")?.as_array()?;
    variants
        .iter()
        .map(|variant| {
            let value = variant.get("const")?.as_str()?.to_owned();
            Some((value, words(variant)))
        })
        .collect()
}

fn upper_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn properties(object: &Json, plain: bool) -> Result<Map<String, Json>> {
    let none = Map::new();
    let properties = object.get("properties").and_then(Json::as_object).unwrap_or(&none);
    properties
        .iter()
        .map(|(name, schema)| {
            let mut property = type_spec(schema, plain)?;
            if let Some(description) = words(schema) {
                property.insert("description".to_owned(), description);
            }
            Ok((name.clone(), Json::Object(property)))
        })
        .collect()
}

/// Keywords whose meaning lives elsewhere: rules check ranges, serde knows defaults.
const SPOKEN_ELSEWHERE: [&str; 6] =
    ["description", "format", "minimum", "maximum", "default", "additionalProperties"];

fn type_spec(schema: &Json, plain: bool) -> Result<Map<String, Json>> {
    let Some(keywords) = schema.as_object() else {
        return Err(Error::bug(format!("the schema {schema} says nothing")));
    };
    let mut spec = Map::new();
    let mut known: BTreeSet<&str> = SPOKEN_ELSEWHERE.into();
    known.insert(SCHEMA_MARK);
    if let Some(target) = reference(schema) {
        known.extend(["$ref", "anyOf"]);
        spec.insert(
            "$ref".to_owned(),
            format!("#/types/fargate:index:{}", public_name(target)).into(),
        );
    } else {
        known.insert("type");
        let kind = kind(schema)?;
        spec.insert("type".to_owned(), kind.into());
        if kind == "array" {
            known.insert("items");
            let items = schema.get("items").unwrap_or(&Json::Null);
            spec.insert("items".to_owned(), Json::Object(type_spec(items, plain)?));
        }
        if kind == "object" {
            let values = schema.get("additionalProperties").filter(|it| it.is_object());
            let values =
                values.ok_or_else(|| Error::bug(format!("{schema} is an object of what?")))?;
            spec.insert("additionalProperties".to_owned(), Json::Object(type_spec(values, plain)?));
        }
    }
    if let Some(unknown) = keywords.keys().find(|keyword| !known.contains(keyword.as_str())) {
        return Err(Error::bug(format!("Pulumi's schema has no `{unknown}`: {schema}")));
    }
    if plain && !is_output(schema) {
        spec.insert("plain".to_owned(), true.into());
    }
    Ok(spec)
}

/// The definition that a schema, optional or not, refers to.
fn reference(schema: &Json) -> Option<&str> {
    let direct = schema.get("$ref").and_then(Json::as_str);
    let optional = || {
        let choices = schema.get("anyOf")?.as_array()?;
        choices.iter().find_map(|choice| choice.get("$ref")?.as_str())
    };
    direct.or_else(optional)?.strip_prefix("#/$defs/")
}

fn is_output(schema: &Json) -> bool {
    let marked = |it: &Json| it.get(SCHEMA_MARK) == Some(&Json::Bool(true));
    marked(schema)
        || schema.get("anyOf").and_then(Json::as_array).is_some_and(|all| all.iter().any(marked))
}

/// The type; "or null" is how schemars says optional.
fn kind(schema: &Json) -> Result<&str> {
    let named = match schema.get("type") {
        Some(Json::String(name)) => Some(name.as_str()),
        Some(Json::Array(names)) => names.iter().filter_map(Json::as_str).find(|it| *it != "null"),
        _ => None,
    };
    named.ok_or_else(|| Error::bug(format!("{schema} has no type")))
}

/// A doc comment as one paragraph a line.
fn words(schema: &Json) -> Option<Json> {
    let text = schema.get("description")?.as_str()?;
    let paragraphs: Vec<String> =
        text.split("\n\n").map(|paragraph| paragraph.replace('\n', " ")).collect();
    Some(paragraphs.join("\n\n").into())
}

#[cfg(test)]
mod tests {
    use super::generate;

    #[test]
    fn the_committed_schema_is_the_one_that_the_types_say() {
        let generated = generate().expect("the types have a schema");
        expect_test::expect_file!["../../schema.json"].assert_eq(&generated);
    }
}
