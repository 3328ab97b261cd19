//! From JSON Schema, as schemars tells it, to Pulumi's dialect: it is close, and what it does not know
//! stops the generator instead of being dropped.

use std::collections::BTreeSet;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value as Json, json};

use crate::component::inputs::declare::upper_first;
use crate::error::{Error, Result};
use crate::property::output::SCHEMA_MARK;

pub(super) struct Object {
    pub(super) properties: Map<String, Json>,
    pub(super) required: Json,
}

pub(super) fn object<T: JsonSchema>(types: &mut Map<String, Json>, plain: bool) -> Result<Object> {
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
            .map(|(value, description)| json!({"name": member_name(&value), "value": value, "description": description}))
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

/// The name of an enum's member, from which each SDK makes its own: `Dev`, `FargateSpot`, `X86_64`.
fn member_name(value: &str) -> String {
    let of_words = |is: fn(&char) -> bool| value.chars().all(|c| is(&c) || c == '_');
    if of_words(char::is_ascii_uppercase) || of_words(char::is_ascii_lowercase) {
        return value.split('_').map(|word| upper_first(&word.to_lowercase())).collect();
    }
    upper_first(value)
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

/// A choice is an enum that takes its words as text too: Python's type checkers take no text for an
/// enum.
pub(super) fn relax(inputs: &mut Map<String, Json>, types: &mut Map<String, Json>) {
    let enums: BTreeSet<String> = types
        .iter()
        .filter(|(_, it)| it.get("enum").is_some())
        .map(|(name, _)| format!("#/types/{name}"))
        .collect();
    let groups = types.values_mut().filter_map(|it| it.get_mut("properties"));
    let members = groups.filter_map(Json::as_object_mut).flat_map(|it| it.iter_mut());
    for (_, property) in inputs.iter_mut().chain(members) {
        take_text_for(property, &enums);
        if let Some(items) = property.get_mut("items") {
            take_text_for(items, &enums);
        }
    }
}

fn take_text_for(property: &mut Json, enums: &BTreeSet<String>) {
    let target = property.get("$ref").and_then(Json::as_str);
    if target.is_some_and(|it| enums.contains(it)) {
        take_also(property, "string");
        property["type"] = "string".into();
    }
}

/// What is of a type takes one of these too: a text, or a truth value.
pub(super) fn take_also(property: &mut Json, kind: &str) {
    let Some(property) = property.as_object_mut() else { return };
    if let Some(target) = property.remove("$ref") {
        let mut either = json!([{"type": kind}, {"$ref": target}]);
        if property.contains_key("plain") {
            for one in either.as_array_mut().into_iter().flatten() {
                one["plain"] = true.into();
            }
        }
        property.insert("oneOf".to_owned(), either);
    }
}
