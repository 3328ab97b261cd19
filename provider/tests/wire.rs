//! Our `proto/` against Pulumi's: we may leave fields out, but what we have is what they have.

use std::collections::BTreeSet;

use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto,
};

use crate::text;

/// What `dev/wire` made of the descriptors that Pulumi publishes with its Python SDK.
const PUBLISHED: &str = "provider/tests/pulumi_wire.txt";

/// The envelope of error details under its own name: Pulumi's has none of its own.
fn theirs(name: &str) -> &str {
    match name.trim_start_matches('.') {
        "pulumirpc.RpcStatus" => "google.rpc.Status",
        name => name,
    }
}

fn field(message: &str, field: &FieldDescriptorProto) -> String {
    let scalar = field.r#type().as_str_name().trim_start_matches("TYPE_").to_lowercase();
    let kind = match field.r#type() {
        Type::Message | Type::Enum => theirs(field.type_name()),
        _ => &scalar,
    };
    let label = match field.label() {
        Label::Repeated => "repeated",
        _ if field.proto3_optional() => "optional",
        _ => "single",
    };
    format!("{}.{} = {} {kind} {label}", theirs(message), field.name(), field.number())
}

fn message(parent: &str, message_: &DescriptorProto, lines: &mut Vec<String>) {
    let name = format!("{parent}.{}", message_.name());
    lines.push(format!("message {}", theirs(&name)));
    lines.extend(message_.field.iter().map(|it| field(&name, it)));
    message_.nested_type.iter().for_each(|it| message(&name, it, lines));
    message_.enum_type.iter().for_each(|it| values(&name, it, lines));
}

fn values(parent: &str, it: &EnumDescriptorProto, lines: &mut Vec<String>) {
    let line = |name: &str, number| format!("enum {parent}.{}.{name} = {number}", it.name());
    lines.extend(it.value.iter().map(|value| line(value.name(), value.number())));
}

fn calls(file: &FileDescriptorProto, lines: &mut Vec<String>) {
    let side = |stream: bool, name: &str| {
        format!("({}{})", if stream { "stream " } else { "" }, name.trim_start_matches('.'))
    };
    for service in &file.service {
        for method in &service.method {
            lines.push(format!(
                "rpc {}.{}.{} {} -> {}",
                file.package(),
                service.name(),
                method.name(),
                side(method.client_streaming(), method.input_type()),
                side(method.server_streaming(), method.output_type()),
            ));
        }
    }
}

/// Everything that our files say, in the words of `dev/wire`.
fn ours() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/proto");
    let files = std::fs::read_dir(folder).expect("proto/").map(|it| it.expect("a file").path());
    let compiled = protox::compile(files, [folder]).expect("our protocol compiles");
    let mut lines = Vec::new();
    for file in compiled.file.iter().filter(|file| file.package() == "pulumirpc") {
        file.message_type.iter().for_each(|it| message(file.package(), it, &mut lines));
        file.enum_type.iter().for_each(|it| values(file.package(), it, &mut lines));
        calls(file, &mut lines);
    }
    lines
}

#[test]
fn what_we_send_is_what_pulumi_reads() {
    let published = text(PUBLISHED);
    let known: BTreeSet<&str> = published.lines().collect();
    let ours = ours();
    assert!(ours.len() > 200, "only {} lines of ours were found", ours.len());
    let about = |line: &str| line.rsplit_once(" = ").map(|(name, _)| format!("{name} = "));
    let wrong: Vec<_> = ours
        .iter()
        .filter(|line| !known.contains(line.as_str()))
        .map(|line| {
            let other = about(line).and_then(|name| known.iter().find(|it| it.starts_with(&name)));
            format!("ours:   {line}\ntheirs: {}", other.copied().unwrap_or("nothing of this name"))
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "\n{}\n\nCorrect proto/: names, numbers and types are Pulumi's to choose.\n",
        wrong.join("\n")
    );
}

#[test]
fn the_contract_is_that_of_the_pinned_pulumi() {
    let published = text(PUBLISHED);
    let pinned = text("dev/requirements.txt");
    let pinned = pinned.lines().find(|line| line.starts_with("pulumi==")).expect("a pin of pulumi");
    assert!(
        published.lines().next().is_some_and(|head| head.contains(&format!("{pinned};"))),
        "dev/requirements.txt has {pinned} now: run \"$(dev/python)/bin/python\" dev/wire"
    );
}
