//! The repository's rules about itself. Each failure says what to do.

use std::process::Command;

use fargate::children::CHILDREN;
use serde_json::Value as Json;

use crate::scan::{Source, sources};
use crate::text;

/// The modules in the order in which they may use each other: each only what stands in a lower
/// row. Those of one row do not know each other.
const LAYERS: &[&[&str]] = &[
    &["error"],
    &["property", "aws", "build_context"],
    &["resource"],
    &["children"],
    &["component"],
    &["server"],
];

/// Paths that the order allows and that are still wrong, with the files for which they are right.
const KEPT_APART: &[(&str, &str, &[&str])] = &[
    // The component wires children and asks AWS nothing. Its schema has the provider's settings.
    ("component", "aws", &["component/pages/schema/mod.rs"]),
];

fn row(layer: &str) -> Option<usize> {
    LAYERS.iter().position(|layers| layers.contains(&layer))
}

fn none(found: &[String], what_to_do: &str) {
    assert!(found.is_empty(), "\n{}\n\n{what_to_do}\n", found.join("\n"));
}

/// Every place where a source names something that `wrong` says it must not.
fn named(wrong: impl Fn(&Source, &[String]) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources() {
        let wrongs = source.named.iter().filter(|named| wrong(&source, &named.path));
        found.extend(wrongs.map(|it| format!("{}: {}", source.at(it.line), it.path.join("::"))));
    }
    found
}

#[test]
fn each_module_uses_only_what_stands_below_it() {
    // The binary stands above all layers.
    const ABOVE: &[&str] = &["lib", "main", "arguments", "signals"];
    let of_sources: Vec<_> = sources().iter().map(|it| it.layer().to_owned()).collect();
    for layer in of_sources.iter().filter(|layer| !ABOVE.contains(&layer.as_str())) {
        assert!(row(layer).is_some(), "Give the new module `{layer}` its row in LAYERS.");
    }
    let found = named(|source, path| {
        let (Some(own), Some(other)) = (row(source.layer()), row(&path[0])) else { return false };
        source.layer() != path[0] && other >= own
    });
    none(
        &found,
        "A module may use only those of a lower row in LAYERS (provider/tests/tidy.rs). Move what \
         both need down, or hand it in as an argument or a trait that the upper one implements.",
    );
}

#[test]
fn the_component_does_not_ask_aws() {
    let found = named(|source, path| {
        KEPT_APART.iter().any(|(own, other, but)| {
            source.layer() == *own && path[0] == *other && !but.contains(&source.path.as_str())
        })
    });
    none(&found, "Ask AWS in a child, and give the component what it answers as an output.");
}

/// `children/<service>/<module>…` as service and module.
fn place(path: &str) -> Option<(&str, &str)> {
    let (service, rest) = path.strip_prefix("children/")?.split_once('/')?;
    let module = rest.split(['/', '.']).next().filter(|module| *module != "mod")?;
    Some((service, module))
}

#[test]
fn a_child_names_only_what_its_service_shares() {
    let all = sources();
    let is_child = |service: &str, module: &str| {
        let of = |it: &&Source| place(&it.path) == Some((service, module));
        all.iter().filter(of).any(|it| it.text.contains("impl Resource for"))
    };
    let found = named(|source, path| {
        let Some((service, module)) = place(&source.path) else { return false };
        if path[0] != "children" {
            return false;
        }
        match (path.get(1).map(String::as_str), path.get(2).map(String::as_str)) {
            (Some(other), Some(named)) if other == service => {
                named != module && is_child(service, named)
            }
            // The folder itself.
            (Some(other), None) => other != service,
            _ => true,
        }
    });
    none(
        &found,
        "Children do not know each other, nor what other services share: the component hands one's \
         output to the other. What the things of one service share is a module in its folder that is \
         no child; what those of several share is asked in provider/aws/looks, or stands in \
         provider/resource.",
    );
}

#[test]
fn only_the_server_speaks_grpc() {
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| source.layer() != "server") {
        for (index, token) in source.tokens.iter().enumerate() {
            let wrong = matches!(token.text.as_str(), "tonic" | "prost" | "prost_types" | "proto")
                && source.reads(index + 1, &["::"]);
            if wrong {
                found.push(format!("{}: {}::", source.at(token.line), token.text));
            }
        }
    }
    none(&found, "Protobuf and gRPC stay in provider/server: convert there, call down with ours.");
}

#[test]
fn only_children_and_their_rim_speak_to_aws() {
    let mut found = Vec::new();
    for source in sources().iter().filter(|it| !matches!(it.layer(), "aws" | "children")) {
        for token in source.tokens.iter().filter(|token| token.text.starts_with("aws_")) {
            found.push(format!("{}: {}", source.at(token.line), token.text));
        }
    }
    none(&found, "AWS's clients stay in provider/aws and provider/children.");
}

#[test]
fn signatures_stand_in_one_place() {
    // Spelled out where a test plays the engine: there a changed constant has to be noticed.
    const AGAIN: &[&str] = &["property/wire.rs", "property/output.rs"];
    let all = sources();
    let values = all.iter().find(|source| source.path == AGAIN[0]).expect("the values");
    let is_signature =
        |text: &&str| text.len() == 32 && text.chars().all(|it| it.is_ascii_hexdigit());
    let signatures: Vec<&str> = values.text.split('"').filter(is_signature).collect();
    assert!(signatures.len() >= 3, "The signatures are not in provider/{} any more.", AGAIN[0]);
    let found: Vec<_> = all
        .iter()
        .filter(|source| !AGAIN.contains(&source.path.as_str()))
        .filter(|source| signatures.iter().any(|signature| source.text.contains(signature)))
        .map(|source| format!("provider/{}", source.path))
        .collect();
    none(&found, "How secrets and outputs are written is for provider/property/wire.rs to know.");
}

#[test]
fn errors_become_statuses_in_one_place() {
    // Answers that have no error of ours behind them: what the engine asks is not there.
    const IN_ANSWERS: &[&str] = &["unimplemented", "invalid_argument"];
    const ANSWERING: &[&str] = &["server/mod.rs", "server/provider.rs"];
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| source.layer() == "server") {
        for index in 0..source.tokens.len() {
            if !source.reads(index, &["Status", "::"]) || source.path == "server/status.rs" {
                continue;
            }
            let Some(made) = source.tokens.get(index + 2) else { continue };
            let answers = ANSWERING.contains(&&*source.path) && IN_ANSWERS.contains(&&*made.text);
            if !answers && made.text.starts_with(char::is_lowercase) {
                found.push(format!("{}: Status::{}", source.at(made.line), made.text));
            }
        }
    }
    none(&found, "Return our Error, and let provider/server/status.rs make a Status of it.");
}

#[test]
fn a_file_has_one_subject() {
    /// Without its tests: those are read one by one.
    const LONGEST: usize = 300;
    let code = |it: &Source| {
        let of_tests = it.path.ends_with("tests.rs");
        let code = it.text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        if of_tests { 0 } else { code.lines().count() }
    };
    let all = sources();
    let long = all.iter().filter(|it| code(it) > LONGEST);
    let found: Vec<_> =
        long.map(|it| format!("provider/{}: {} lines", it.path, code(it))).collect();
    none(&found, "Find the two subjects in it, and give each a file that bears its name.");
}

#[test]
fn nobody_sleeps_but_the_wait() {
    // The last two wait for the engine.
    const MAY: &[&str] = &["resource/wait.rs", "aws/calls/mod.rs", "server/monitor.rs", "main.rs"];
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| !MAY.contains(&source.path.as_str())) {
        // A field of a health check is called so, too.
        let ticks = source.text.contains("tokio::time");
        let sleeps =
            |it: &str| matches!(it, "sleep" | "sleep_until") || (ticks && it == "interval");
        for token in source.tokens.iter().filter(|it| sleeps(&it.text)) {
            found.push(format!("{}: {}", source.at(token.line), token.text));
        }
    }
    none(
        &found,
        "Wait with `cx.patience` (provider/resource/wait.rs): it ends when it is told to.",
    );
}

/// Every dependency with its features, as `cargo tree` tells it.
fn dependencies(edges: &str) -> Vec<String> {
    let told = Command::new(env!("CARGO"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["tree", "--offline", "--locked", "--prefix=none", "--format={p} {f}", "--edges"])
        .arg(edges)
        .output()
        .expect("cargo is there");
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let told = String::from_utf8(told.stdout).expect("text");
    told.lines().map(|line| line.trim_end_matches(" (*)").to_owned()).collect()
}

#[test]
fn every_dependency_is_compiled_once() {
    let for_tests = dependencies("no-build");
    let mut other = dependencies("no-build,no-dev");
    other.retain(|it| !for_tests.contains(it));
    none(
        &other,
        "What tests use switches on more features of these, so they and all that stands on them are \
         compiled twice. Ask for the same features under [dependencies] (CONTRIBUTING).",
    );
}

/// The one version in a file of `key = "version"` lines.
fn version_in(path: &str, line_begins: &str) -> String {
    let found = text(path)
        .lines()
        .find_map(|line| line.trim().strip_prefix(line_begins).map(str::to_owned))
        .unwrap_or_else(|| panic!("{path} has no line {line_begins}…"));
    found.trim_matches(|character| !char::is_alphanumeric(character)).to_owned()
}

#[test]
fn versions_agree() {
    const PYTHON_PLUGIN: &str = "sdk/python/pulumi_fargate/pulumi-plugin.json";
    const FORM: &str = ".github/ISSUE_TEMPLATE/bug.yml";
    const INSTALLING: &str = "docs/installing.md";
    let json = |path: &str, pointer: &str| {
        let found: Json = serde_json::from_str(&text(path)).expect("JSON");
        found.pointer(pointer).and_then(Json::as_str).unwrap_or("none").to_owned()
    };
    let after = |path: &str, begin: &str| {
        let text = text(path);
        let rest = text.split_once(begin).map_or("none", |(_, rest)| rest);
        rest.split(|it: char| it.is_whitespace() || it == '`').next().unwrap_or_default().to_owned()
    };
    let crates = version_in("Cargo.toml", "version =");
    // What GetPluginInfo answers.
    assert_eq!(fargate::server::VERSION, crates);
    let others = [
        ("schema.json", json("schema.json", "/version")),
        ("sdk/nodejs/package.json", json("sdk/nodejs/package.json", "/version")),
        ("sdk/nodejs/package.json, pulumi", json("sdk/nodejs/package.json", "/pulumi/version")),
        ("sdk/python/pyproject.toml", version_in("sdk/python/pyproject.toml", "version =")),
        ("sdk/go/fargate", json("sdk/go/fargate/pulumi-plugin.json", "/version")),
        ("sdk/java", json("sdk/java/src/main/resources/pulumi/fargate/plugin.json", "/version")),
        ("sdk/dotnet", json("sdk/dotnet/pulumi-plugin.json", "/version")),
        (PYTHON_PLUGIN, json(PYTHON_PLUGIN, "/version")),
        // In commands and forms, where a person copies or compares it.
        (INSTALLING, after(INSTALLING, "pulumi plugin install resource fargate ")),
        (INSTALLING, after(INSTALLING, "pulumi-fargate-").replace(".tgz", "")),
        ("docs/pipeline.md", after("docs/pipeline.md", "pulumi plugin install resource fargate ")),
        (FORM, after(FORM, "placeholder: ")),
    ];
    let found: Vec<_> = others
        .iter()
        .filter(|(_, version)| *version != crates)
        .map(|(path, version)| format!("{path}: {version}, and Cargo.toml: {crates}"))
        .collect();
    none(
        &found,
        "Set the version in Cargo.toml, run `make generate`, and correct docs/installing.md, docs/pipeline.md and bug.yml.",
    );
    let least = version_in("Cargo.toml", "rust-version =");
    let pinned = version_in("rust-toolchain.toml", "channel =");
    assert!(
        pinned.starts_with(&format!("{least}.")),
        "Cargo.toml asks for Rust {least}, and rust-toolchain.toml has {pinned}: set both."
    );
}

#[test]
fn what_a_child_is_replaced_on_is_an_input_of_it() {
    let mut found = Vec::new();
    for child in CHILDREN {
        let (inputs, _) = child.property_names();
        let unknown = child.replace_on().iter().filter(|name| !inputs.contains(name));
        found.extend(unknown.map(|name| format!("{}: {name}", child.token())));
    }
    none(&found, "Correct the name in REPLACE_ON: it names no property of the child's Inputs.");
}

#[test]
fn each_call_is_one_that_the_caller_is_allowed() {
    // The component always says for how long logs are kept, and that they come.
    const NEVER_COMES: &[&str] = &["logs:DeleteRetentionPolicy", "s3:DeleteBucketPolicy"];
    // Everybody may ask who he is (STS API reference, GetCallerIdentity).
    const ALWAYS: &[&str] = &["sts:GetCallerIdentity"];
    let allowed: Vec<&str> = CHILDREN
        .iter()
        .flat_map(|child| child.permissions())
        .flat_map(|permission| permission.actions.iter().copied())
        .collect();
    let mut found = Vec::new();
    for source in sources().iter().filter(|it| matches!(it.layer(), "children" | "aws")) {
        let calls = source.text.split(".explain(\"").skip(1);
        let actions = calls.filter_map(|rest| rest.split('"').next());
        let missing = actions
            .filter(|it| ![&allowed[..], NEVER_COMES, ALWAYS].iter().any(|list| list.contains(it)));
        found.extend(missing.map(|action| format!("provider/{}: {action}", source.path)));
    }
    none(&found, "Declare it in the child's PERMISSIONS, and run `make generate`.");
}
