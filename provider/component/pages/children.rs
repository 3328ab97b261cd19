//! docs/children.md: what a transform or a policy sees of a service. The names and inputs are those of the plans of
//! a few services, so only tests write this page.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use serde_json::Value as Json;

use crate::children::CHILDREN;
use crate::component::tests::{
    ALL, AUTHENTICATED, BUILT, DOMAIN, EXTERNAL, OWN_NETWORK, SHARED, SHIFTING, plan,
};
use crate::property::decode;
use crate::property::origins::origins;
use crate::resource::Child;
use crate::resource::lifecycle::COMMON;
use crate::resource::registrar::Registration;

/// What the page says before the tables.
const INTRODUCTION: &str = include_str!("children.md");
const PROGRAM: &str = include_str!("../../../examples/transforms/typescript/index.ts");
/// What the code says of each input; `children/mod.rs` writes it.
const FACTS: &str = include_str!("../../children/properties.json");

/// Services that have together each kind of child, and each of its names.
const SERVICES: [&str; 11] = [
    ALL,
    AUTHENTICATED,
    SHIFTING,
    SHARED,
    OWN_NETWORK,
    DOMAIN,
    EXTERNAL,
    r#"{"useDefaultVpc": true, "image": "nginx:1.27", "healthCheck": {"port": "9000"},
        "loadBalancer": {"ipAddressType": "dualstack"}}"#,
    r#"{"useDefaultVpc": true, "image": "nginx:1.27",
        "clusterArn": "arn:aws:ecs:eu-west-1:123456789012:cluster/main"}"#,
    BUILT,
    r#"{"useDefaultVpc": true, "image": "nginx:1.27", "secretStore": "parameterStore",
        "secretValues": {"KEY": "hunter2"}, "secretKmsKeyArn": "arn:aws:kms:eu-west-1:123456789012:key/1"}"#,
];

/// A name in the program as the pattern that it follows.
fn pattern(name: &str) -> String {
    let child = name.trim_start_matches("web-");
    let rule = child.strip_prefix("alb-in-").and_then(|it| it.split_once('-'));
    let child = match child {
        _ if rule.is_some() => "alb-in-<port>-<block>",
        _ if child.starts_with("parameter-") => "parameter-<variable>",
        _ if child.starts_with("schedule-") => "schedule-<name>",
        _ if child.starts_with("validation-") => "validation-<name>",
        _ if child.starts_with("record-") && child.ends_with("-ipv6") => "record-<name>-ipv6",
        _ if child.starts_with("record-") => "record-<name>",
        child => child,
    };
    format!("`<service>-{child}`")
}

/// How a value of the example looks; nothing if another resource decides it, or it is long.
fn example(registration: &Registration, property: &str) -> Option<String> {
    let value =
        registration.inputs.get(property).filter(|value| !value.has_secret())?.unwrapped()?;
    let object = [(property.to_owned(), value)].into();
    let mut read: BTreeMap<String, Json> = decode(&object).ok()?;
    let text = read.remove(property)?.to_string();
    (text.len() <= 120 && !text.contains('|')).then(|| format!("`{text}`"))
}

/// The inputs of the service that a property is made of.
fn inputs(registered: &[&Registration], property: &str) -> String {
    let top = |path: &str| path.split(['.', '[']).next() == Some(property);
    let found: BTreeSet<String> = registered
        .iter()
        .flat_map(|it| origins(&it.inputs))
        .filter(|(path, _)| top(path))
        .flat_map(|(_, inputs)| inputs)
        .map(|input| format!("`{input}`"))
        .collect();
    found.into_iter().collect::<Vec<_>>().join(", ")
}

fn section(page: &mut String, child: &dyn Child, registered: &[&Registration], facts: &Json) {
    let names: BTreeSet<String> = registered.iter().map(|it| pattern(&it.name)).collect();
    let names: Vec<String> = names.into_iter().collect();
    let token = child.token();
    let kind = token.rsplit(':').next().unwrap_or_default();
    // Writing to a string never fails.
    let _ = write!(page, "\n## {kind}\n\n`{token}`, named {}", names.join(", "));
    let of_aws = if child.only_in_the_state() {
        ". It is in the state only: AWS has no such object."
    } else {
        "."
    };
    let _ = writeln!(page, "{of_aws}\n");
    let _ = writeln!(
        page,
        "| property | | from the service's input | for example |\n|---|---|---|---|"
    );
    let (own, outputs) = child.property_names();
    for property in &own {
        let said = facts[token]["inputs"][property].to_string();
        let words = [("\"optional\"", "optional"), ("\"replaces\"", "a change replaces it")];
        let words = words.iter().filter(|(fact, _)| said.contains(fact)).map(|(_, words)| *words);
        let words = words.collect::<Vec<_>>().join("; ");
        let from = inputs(registered, property);
        let example = registered.iter().find_map(|it| example(it, property)).unwrap_or_default();
        let _ = writeln!(page, "| `{property}` | {words} | {from} | {example} |");
    }
    let outputs: Vec<String> =
        outputs.iter().filter(|it| !own.contains(it)).map(|it| format!("`{it}`")).collect();
    if !outputs.is_empty() {
        let _ = writeln!(page, "\nOutputs: {}.", outputs.join(", "));
    }
}

/// The page as it should be committed.
async fn page() -> String {
    let facts: Json = serde_json::from_str(FACTS).expect("JSON");
    let mut registered = Vec::new();
    for service in SERVICES {
        registered.extend(plan(service).await.into_values());
    }
    let common: Vec<String> =
        COMMON.iter().filter(|it| **it != "tags").map(|it| format!("`{it}`")).collect();
    let mut page = INTRODUCTION
        .replace("{program}", PROGRAM.trim_end())
        .replace("{common}", &common.join(", "));
    for child in CHILDREN {
        let of_kind: Vec<&Registration> =
            registered.iter().filter(|it| it.token == child.token()).collect();
        assert!(!of_kind.is_empty(), "none of SERVICES has a {}", child.token());
        section(&mut page, *child, &of_kind, &facts);
    }
    page
}

#[tokio::test]
async fn the_committed_page_about_children_is_what_they_declare() {
    expect_test::expect_file!["../../../docs/children.md"].assert_eq(&Box::pin(page()).await);
}
