//! `inputs.json`: what the declarations say of each input, for the lives of all inputs (`dev/lives`), which change each
//! of them in a living service.

use expect_test::expect_file;
use serde_json::{Value as Json, json};

use super::declare::{Fact, upper_first};
use super::presets::Defaults;
use crate::component::{Args, TOKEN, pages};

/// What the schema says of the input.
fn property<'a>(schema: &'a Json, path: &str) -> &'a Json {
    match path.rsplit_once('.') {
        None => &schema["resources"][TOKEN]["inputProperties"][path],
        Some((group, name)) => {
            let group = upper_first(group.rsplit('.').next().unwrap_or_default());
            &schema["types"][format!("fargate:index:{group}")]["properties"][name]
        }
    }
}

/// A value that the input may have and that is not what holds anyway; nothing for what only a person can think of.
fn sample(schema: &Json, property: &Json, fact: &Fact) -> Option<Json> {
    let default = fact.default.map(|of| of(&Defaults::of(None)));
    let other = |it: &Json| Some(it.to_string()) != default;
    if let Some(choice) = property["oneOf"][1]["$ref"].as_str() {
        let words = schema["types"][choice.trim_start_matches("#/types/")]["enum"].as_array();
        let is_other =
            |it: &&Json| Some(format!("`{}`", it["value"].as_str().unwrap_or_default())) != default;
        return words?.iter().rev().find(is_other).map(|it| it["value"].clone());
    }
    match (property["type"].as_str()?, fact.limits) {
        ("boolean", _) => Some(Json::Bool(default? != "true")),
        ("integer" | "number", Some((least, most, _))) => {
            // Whole numbers, as programs write them.
            let near = [least + 1.0, least + 2.0].map(|it| it.min(most).to_string());
            near.iter().filter_map(|it| serde_json::from_str(it).ok()).find(other)
        }
        _ => None,
    }
}

#[test]
fn what_the_declarations_say_of_each_input_is_written_down() {
    let schema: Json =
        serde_json::from_str(&pages::schema::generate().expect("a schema")).expect("JSON");
    let mut lines = Vec::new();
    for fact in Args::facts().iter().filter(|fact| !fact.is_group) {
        let property = property(&schema, &fact.path);
        let line = json!({
            "path": fact.path,
            "plain": property["plain"] == true,
            "sample": sample(&schema, property, fact),
        });
        lines.push(format!("  {line}"));
    }
    expect_file!["inputs.json"].assert_eq(&format!("[\n{}\n]\n", lines.join(",\n")));
}
