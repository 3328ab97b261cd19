//! docs/troubleshooting.md: the messages that the plugin can print, as its tests show them.

use std::fmt::Write;
use std::path::Path;

use expect_test::expect_file;

use crate::scan::{Source, sources};
use crate::text;

/// A subject of the page: what goes wrong there and what to do in general, and where its messages come from.
struct Subject {
    title: &'static str,
    about: &'static str,
    /// Beginnings of paths below `provider/`.
    from: &'static [&'static str],
}

const SUBJECTS: &[Subject] = &[
    Subject {
        title: "Inputs that the preview rejects",
        about: "The program is wrong in one way or several, and all of them are reported at once. Nothing was created or changed. Correct the \
            inputs that are named, and run the command again. The programs and their messages:",
        from: &["component/"],
    },
    Subject {
        title: "Settings of the provider",
        about: "A setting in the stack's configuration (`fargate:…`) or of an explicit provider is wrong, or the region or the account is not \
            what it should be. docs/configuration.md has all settings.",
        from: &["server/configuration/", "server/regions", "aws/settings", "arguments"],
    },
    Subject {
        title: "Credentials, connections and AWS's refusals",
        about: "AWS could not be called, or refused a call. The last line says who has to act: you, your network, or AWS. After an outage, \
            run the command again: it continues where it stopped.",
        from: &["aws/"],
    },
    Subject {
        title: "Network",
        about: "Subnets, zones or security groups cannot work together. The preview reports most of it.",
        from: &["children/ec2/"],
    },
    Subject {
        title: "Image and repository",
        about: "The image is not there, cannot be built, is built for another processor, or is in a repository that cannot be read.",
        from: &["children/ecr/", "build_context/"],
    },
    Subject {
        title: "Load balancer",
        about: "The balancer or its listener could not be created or changed, or a bucket refuses its logs.",
        from: &["children/elb/", "children/s3/", "children/wafv2/"],
    },
    Subject {
        title: "Domain",
        about: "The hosted zone of a name cannot be chosen, a record is in the way, or ACM does not issue the certificate. docs/how-to/domains.md has the \
            whole of it.",
        from: &["children/acm/", "children/route53/"],
    },
    Subject {
        title: "Deployment",
        about: "The revision that you asked for does not serve. The message has the stopped tasks' reasons, their exit codes and last log lines. \
            The service runs what ran before, if there was something. Correct the cause and run `pulumi up` again; the next preview shows \
            the service as unsettled until it is well.",
        from: &["children/ecs/", "children/autoscaling/"],
    },
    Subject {
        title: "Roles, logs, alarms and dashboard",
        about: "A role, a key or a log group is not as the service needs it.",
        from: &["children/iam/", "children/logs/", "children/cloudwatch/"],
    },
    Subject {
        title: "Secret values",
        about: "The secret or the parameters of `secretValues` could not be written or read.",
        from: &["children/secretsmanager/", "children/ssm/"],
    },
    Subject {
        title: "Names, owners, replacement and removal",
        about: "An object with the name is there already, belongs to another service or state, is protected, or was deleted by others.",
        from: &["children/ours/", "children/mod.rs", "resource/"],
    },
    Subject {
        title: "The engine and the plugin",
        about: "The run was stopped, the engine is too old, or something is wrong in the provider itself: then please report it.",
        from: &["server/", "error"],
    },
];

/// Tests of these show no messages to users, but how they are put together.
const NOT_SHOWN: &[&str] = &[
    "property/",
    "component/mod.rs",
    "component/tests.rs",
    "component/inputs/declare.rs",
    "component/inputs/presets.rs",
    "component/pages/",
    "server/fuzz",
];

/// The texts with which tests of a file compare.
fn compared(source: &Source) -> Vec<String> {
    let tokens = &source.tokens;
    let mut found = Vec::new();
    for index in 0..tokens.len() {
        let begin = [&["expect", "!", "[", "["][..], &["expect", "!", "["]];
        let Some(begin) = begin.into_iter().find(|it| source.reads(index, it)) else { continue };
        if let Some(text) = tokens.get(index + begin.len()).and_then(|it| literal(&it.text)) {
            found.push(text);
        }
    }
    found
}

/// What a literal says; one over several lines without its indentation, as expect-test reads it.
fn literal(token: &str) -> Option<String> {
    let Some(raw) = token.strip_prefix('r') else {
        return serde_json::from_str(token).ok();
    };
    let raw = raw.trim_matches('#').strip_prefix('"')?.strip_suffix('"')?;
    let Some(block) = raw.strip_prefix('\n') else { return Some(raw.to_owned()) };
    let depth = |line: &str| line.len() - line.trim_start().len();
    let least = block.lines().filter(|it| !it.trim().is_empty()).map(depth).min()?;
    let lines = block.lines().map(|line| line.get(least..).unwrap_or_default());
    // A single word is no message, but what a test puts in for another's.
    let lines = lines.filter(|line| line.is_empty() || line.contains(' '));
    Some(lines.collect::<Vec<_>>().join("\n"))
}

/// Whether the path is one of these, or below one.
fn is_of(path: &str, beginnings: &[&str]) -> bool {
    beginnings.iter().any(|it| path.starts_with(it))
}

fn page() -> String {
    let mut page = text("provider/tests/troubleshooting.md");
    let sources = sources();
    let shown: Vec<_> = sources.iter().filter(|it| !is_of(&it.path, NOT_SHOWN)).collect();
    for Subject { title, about, from } in SUBJECTS {
        // Writing to a string never fails.
        let _ = write!(page, "\n## {title}\n\n{about}\n");
        let wrong = wrong_programs().into_iter().filter(|it| is_of(it, from));
        let wrong = wrong.map(|path| text(&format!("provider/{path}")));
        let programs =
            wrong.map(|it| it.rsplit_once("\n\n").map_or(String::new(), |it| it.0.to_owned()));
        let messages = shown.iter().filter(|it| is_of(&it.path, from)).flat_map(|it| compared(it));
        for text in programs.chain(messages).filter(|it| it.split_whitespace().count() > 3) {
            let _ = write!(page, "\n```\n{}\n```\n", text.trim_end());
        }
    }
    page
}

/// The wrong programs of each slice, by their path.
fn wrong_programs() -> Vec<String> {
    let component = Path::new(env!("CARGO_MANIFEST_DIR")).join("provider/component");
    let slices = std::fs::read_dir(&component).expect("the slices");
    let slices = slices.map(|it| it.expect("an entry").file_name().into_string().expect("text"));
    let told = slices.map(|it| format!("component/{it}/wrong_programs.txt"));
    let mut told: Vec<String> =
        told.filter(|it| component.parent().expect("a parent").join(it).exists()).collect();
    told.sort();
    told
}

#[test]
fn the_committed_troubleshooting_is_what_the_tests_show() {
    expect_file!["../../docs/troubleshooting.md"].assert_eq(&page());
}

#[test]
fn each_message_has_a_subject() {
    for source in &sources() {
        let subject = SUBJECTS.iter().any(|it| is_of(&source.path, it.from));
        let known = subject || is_of(&source.path, NOT_SHOWN) || compared(source).is_empty();
        assert!(known, "{} shows messages and belongs to no subject of the page", source.path);
    }
}
