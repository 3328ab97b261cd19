//! The package schema, from the types: inputs, outputs and configuration.
//!
//! The committed file is the one that is served and that the
//! SDKs are made of; a test holds it against this generator.

mod dialect;
mod publication;

use serde_json::{Map, Value as Json, json};

use self::dialect::{Object, object, relax, take_also};
use self::publication::OWNER;
use crate::aws::Settings;
use crate::component::inputs::declare::upper_first;
use crate::component::inputs::read::SHORT;
use crate::component::slices::SchemaMaker;
use crate::component::{Args, Outputs, TOKEN};
use crate::error::{Error, Result};

/// `schema.json`, as committed.
pub const COMMITTED: &str = include_str!("../../../../schema.json");

/// The schema as it should be committed.
///
/// # Errors
/// A bug of ours: a type uses something that Pulumi's schema cannot say.
pub fn generate() -> Result<String> {
    let mut types = Map::new();
    let mut inputs = Map::new();
    for slice in Args::schemas(&mut Objects(&mut types)) {
        inputs.extend(slice?.properties);
    }
    let outputs = object::<Outputs>(&mut types, false)?;
    let config = object::<Settings>(&mut types, false)?;
    describe(&mut inputs, &mut types)?;
    relax(&mut inputs, &mut types);
    for (group, _, kind) in SHORT {
        take_also(property(&mut inputs, &mut types, group)?, kind);
    }
    let secrets = ["secretKey", "token"];
    let mut variables = config.properties;
    for name in secrets {
        if let Some(variable) = variables.get_mut(name).and_then(Json::as_object_mut) {
            variable.insert("secret".to_owned(), true.into());
        }
    }
    let mut schema = json!({
        "name": "fargate",
        "displayName": "Fargate Web Service",
        "version": env!("CARGO_PKG_VERSION"),
        "description": "A load-balanced web service on AWS Fargate as one resource.",
        "keywords": ["pulumi", "aws", "ecs", "fargate", "kind/component", "category/cloud"],
        "license": "Apache-2.0",
        "meta": {"supportPack": true},
        "language": publication::languages(OWNER),
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
                "inputProperties": inputs,
                "properties": outputs.properties,
                "required": outputs.required,
            },
        },
    });
    for (name, value) in publication::addresses(OWNER) {
        schema[name] = value.into();
    }
    let mut text = serde_json::to_string_pretty(&schema).map_err(Error::bug)?;
    text.push('\n');
    Ok(text)
}

const DESCRIPTION: &str = "A web service on AWS Fargate behind an Application Load Balancer: \
cluster, image repository, task definition, service, load balancer, roles, security groups, logs, \
autoscaling, alarms and a dashboard, as one resource.\n\nA run succeeds when the revision that you \
asked for serves, and fails with the reason when it does not.";

/// The same program in each language, as the Pulumi registry and the SDKs want it: each SDK's help
/// keeps its own. The one in YAML is the source of the others (`make generate`).
const EXAMPLES: [(&str, &str); 7] = [
    ("typescript", include_str!("../../../../examples/small/typescript/index.ts")),
    ("python", include_str!("../../../../examples/small/python/__main__.py")),
    ("go", include_str!("../../../../examples/small/go/main.go")),
    ("csharp", include_str!("../../../../examples/small/csharp/Program.cs")),
    ("java", include_str!("../../../../examples/small/java/src/main/java/web/App.java")),
    ("yaml", include_str!("../../../../examples/small/yaml/Pulumi.yaml")),
    ("hcl", include_str!("../../../../examples/small/hcl/main.tf")),
];

fn description() -> String {
    let fenced = EXAMPLES.map(|(language, program)| format!("```{language}\n{program}```\n"));
    format!(
        "{DESCRIPTION}\n\n{{{{% examples %}}}}\n## Example Usage\n{{{{% example %}}}}\n\n{}\
         {{{{% /example %}}}}\n{{{{% /examples %}}}}\n",
        fenced.concat()
    )
}

/// Adds to the descriptions what the declarations say of limits and defaults.
fn describe(inputs: &mut Map<String, Json>, types: &mut Map<String, Json>) -> Result<()> {
    for fact in Args::facts() {
        let input = property(inputs, types, &fact.path)?;
        let description = input["description"].as_str().unwrap_or_default();
        input["description"] = fact.described(description).into();
    }
    Ok(())
}

/// What the schema says of the input at a path.
fn property<'a>(
    inputs: &'a mut Map<String, Json>,
    types: &'a mut Map<String, Json>,
    path: &str,
) -> Result<&'a mut Json> {
    let found = match path.rsplit_once('.') {
        None => inputs.get_mut(path),
        Some((group, name)) => {
            let group = upper_first(group.rsplit('.').next().unwrap_or_default());
            types
                .get_mut(&format!("fargate:index:{group}"))
                .and_then(|it| it["properties"].get_mut(name))
        }
    };
    found.ok_or_else(|| Error::bug(format!("no input is called {path}")))
}

/// The properties of slices, whose types go into this map.
struct Objects<'a>(&'a mut Map<String, Json>);

impl SchemaMaker<Result<Object>> for Objects<'_> {
    fn of<S: schemars::JsonSchema>(&mut self) -> Result<Object> {
        object::<S>(self.0, true)
    }
}

#[cfg(test)]
mod tests {
    use super::generate;

    #[test]
    fn the_committed_schema_is_the_one_that_the_types_say() {
        let generated = generate().expect("the types have a schema");
        expect_test::expect_file!["../../../../schema.json"].assert_eq(&generated);
    }
}
