//! Every text that a person can see has been read by one: it stands in a test.
//!
//! Each fixed part of a text in the sources (what is between its `{placeholders}`) must occur in a
//! text of the unit tests, in a file that they compare with, or in a generated page.

use std::path::Path;

use expect_test::expect;

use crate::scan::{Source, Token, sources, tokens};
use crate::text;

/// Calls whose texts are no messages: what must be true, what is compared, what is serde's own, and
/// bugs, which all end in the same request to report them.
const NO_MESSAGES: &[&[&str]] = &[
    &["expect", "("],
    &["contains", "("],
    &["custom", "("],
    &["reason", "="],
    &["bug", "("],
    &["bug", "(", "format", "!", "("],
];

/// How the name of what is waited for is written: `the_waits_read_well` shows these.
const WAIT: &[&str] = &["wait", "(", "&", "format", "!", "("];

/// Where a text that is no message stands for another reason, with its beginning.
const ELSEWHERE: &[(&str, &str)] = &[
    // The SDK's own words, by which its answer is known.
    ("aws/credentials.rs", "no credentials found in chain"),
    // Where credentials came from, for the SDK's logs.
    ("aws/credentials.rs", "the provider's configuration"),
    // What a call is about; the message around it stands in a test of its own (`aws/error.rs`).
    ("aws/looks/elb.rs", "all "),
    // ECS's own words, by which an event is known.
    ("children/ecs/service/watch/evidence/mod.rs", "failed to launch a task"),
    ("children/ecs/service/watch/evidence/mod.rs", "failed to register targets"),
    // Between two functions: what is told has other words.
    ("property/words.rs", "the value, which is secret, is of the wrong type"),
    // Serde's own beginnings, which `property/words.rs` takes off again.
    ("property/misfit.rs", "invalid type: "),
    ("property/misfit.rs", "invalid value: "),
];

/// A text as a person sees it, with the place where it is written.
struct Written {
    at: String,
    text: String,
}

/// What a literal says: without quotes and escapes.
fn said(literal: &str) -> String {
    if let Some(raw) = literal.strip_prefix('r') {
        return raw.trim_matches('#').trim_matches('"').to_owned();
    }
    let mut said = String::new();
    let mut rest = literal.trim_matches('"').chars().peekable();
    while let Some(character) = rest.next() {
        match (character, rest.peek()) {
            ('\\', Some('\n')) => while rest.next_if(|it| it.is_whitespace()).is_some() {},
            ('\\', Some('n')) => {
                rest.next();
                said.push('\n');
            }
            ('\\', Some(_)) => said.extend(rest.next()),
            (other, _) => said.push(other),
        }
    }
    said
}

fn is_literal(token: &Token) -> bool {
    token.text.ends_with(['"', '#']) && token.text.len() > 1
}

/// Where the tests of a file begin.
fn end_of_code(source: &Source) -> usize {
    let tests = ["#", "[", "cfg", "(", "test", ")", "]"];
    let modules: [&[&str]; 3] =
        [&["mod"], &["pub", "(", "super", ")", "mod"], &["pub", "(", "crate", ")", "mod"]];
    let is_module = |index: usize| modules.iter().any(|it| source.reads(index, it));
    let begin = |index: &usize| source.reads(*index, &tests) && is_module(*index + tests.len());
    (0..source.tokens.len()).find(begin).unwrap_or(source.tokens.len())
}

/// Whether a whole file is a test: `#[cfg(test)] mod <name>;` stands above it.
fn is_test(source: &Source) -> bool {
    let stem = source.path.rsplit('/').next().unwrap_or_default();
    matches!(stem, "tests.rs" | "dice.rs" | "laws.rs")
        || source.path.contains("/fuzz/")
        || source.path == "component/pages/children.rs"
}

fn follows(source: &Source, index: usize, call: &[&str]) -> bool {
    index.checked_sub(call.len()).is_some_and(|begin| source.reads(begin, call))
}

/// The texts in the code of all sources, each with its file, its line and what stands before it.
fn texts(wanted: impl Fn(&Source, usize) -> bool) -> Vec<Written> {
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| !is_test(source)) {
        for (index, token) in source.tokens.iter().enumerate().take(end_of_code(source)) {
            if is_literal(token) && wanted(source, index) {
                let written = Written { at: source.at(token.line), text: said(&token.text) };
                found.push(written);
            }
        }
    }
    found
}

/// All that the tests say, and the files that they compare with.
fn seen() -> String {
    let mut seen = String::new();
    for source in &sources() {
        let begin = if is_test(source) { 0 } else { end_of_code(source) };
        let literals = source.tokens[begin..].iter().filter(|token| is_literal(token));
        seen.extend(literals.map(|token| said(&token.text) + "\n"));
    }
    for pages in [
        "docs/installation-configuration.md",
        "docs/permissions.md",
        "docs/reference.md",
        "schema.json",
    ] {
        seen += &text(pages).replace("\\n", "\n").replace("\\\"", "\"");
    }
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("provider")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "txt" || it == "json") {
                let text = std::fs::read_to_string(&path).expect("a text");
                seen += &text.replace("\\n", "\n").replace("\\\"", "\"");
            }
        }
    }
    in_one_line(&seen)
}

fn in_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What is between the placeholders, if it is words: three or more in all, two or more in each.
fn fixed_parts(text: &str) -> Vec<String> {
    let words = |text: &str| {
        text.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic)).count()
    };
    let plain = text.replace("{{", "\u{1}").replace("}}", "\u{2}");
    let parts = plain.split('{').enumerate().map(|(index, part)| match index {
        0 => part,
        _ => part.split_once('}').map_or("", |(_, rest)| rest),
    });
    let parts: Vec<String> = parts
        .flat_map(|part| part.split('\n'))
        .map(|part| in_one_line(part).replace('\u{1}', "{").replace('\u{2}', "}"))
        .collect();
    if parts.iter().map(|part| words(part)).sum::<usize>() < 3 {
        return Vec::new();
    }
    parts.into_iter().filter(|part| words(part) > 1).collect()
}

/// The texts that are messages.
fn messages() -> Vec<Written> {
    texts(|source, index| {
        let known = |(path, begin): &(&str, &str)| {
            source.path == *path && said(&source.tokens[index].text).starts_with(begin)
        };
        !NO_MESSAGES.iter().any(|call| follows(source, index, call))
            && !follows(source, index, WAIT)
            && !ELSEWHERE.iter().any(known)
    })
}

/// Words that make a reader stumble, and what to write in their place (CONTRIBUTING, Style).
const STUMBLES: &[(&str, &str)] = &[
    ("told", "reported, shown, returned"),
    ("tells", "reports, shows, lists"),
    ("whoever", "the name of the person or thing"),
    ("nobody", "the name of the person or thing"),
    ("somebody", "the name of the person or thing"),
    ("anew", "again"),
    ("by itself", "automatically"),
    ("stands", "is, appears"),
    ("mend", "fix"),
    ("cannot be had", "cannot load"),
    ("is no", "is not a valid"),
];

#[test]
fn no_message_makes_its_reader_stumble() {
    let has = |text: &str, words: &str| {
        let fixed = text.split('{').map(|part| part.split_once('}').map_or(part, |(_, rest)| rest));
        let fixed = fixed.collect::<Vec<_>>().join(" ").to_lowercase();
        let text = format!(" {} ", fixed.replace(|it: char| !it.is_alphanumeric(), " "));
        let fine = |text: String, words: &str| text.replace(words, "");
        fine(fine(text, " is no longer"), "there is no ").contains(&format!(" {words} "))
    };
    let found: Vec<_> = messages()
        .iter()
        .flat_map(|written| {
            let stumbles = STUMBLES.iter().filter(|(words, _)| has(&written.text, words));
            stumbles.map(|(words, say)| {
                format!("{}: \"{}\" has \"{words}\". Say: {say}", written.at, written.text)
            })
        })
        .collect();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn each_text_stands_in_a_test() {
    let seen = seen();
    let messages = messages();
    assert!(messages.len() > 1000, "The sources have only {} texts?", messages.len());
    let unseen = messages.iter().flat_map(|written| {
        let parts = fixed_parts(&written.text).into_iter();
        parts.filter(|part| !seen.contains(part)).map(|part| format!("{}: {part}", written.at))
    });
    let unseen: Vec<_> = unseen.collect();
    assert!(
        unseen.is_empty(),
        "\n{}\n\nRead it as somebody at night would, and put it into a test beside it: `expect![[..]]` \
         with the whole message. What is no message belongs into NO_MESSAGES or ELSEWHERE.\n",
        unseen.join("\n")
    );
}

/// What the end of a wait tells, and a stop on the way.
#[test]
fn the_waits_read_well() {
    let waits = texts(|source, index| follows(source, index, WAIT));
    let told: Vec<_> =
        waits.iter().map(|wait| format!("gave up waiting for {}", wait.text)).collect();
    expect![[r"
        gave up waiting for the validation records of certificate {id}
        gave up waiting for ACM to issue the certificate {arn}
        gave up waiting for the end of autoscaling of {id}
        gave up waiting for the deletion of {what} {id}
        gave up waiting for NAT gateway {id}
        gave up waiting for the end of NAT gateway {id}
        gave up waiting for security group {id}
        gave up waiting for the deletion of security group {id}
        gave up waiting for the IPv6 block of subnet {id}
        gave up waiting for subnet {id}
        gave up waiting for VPC {id}
        gave up waiting for the IPv6 block {id}
        gave up waiting for the end of the IPv6 block {id}
        gave up waiting for the deletion of repository {id}
        gave up waiting for the deletion of cluster {}
        gave up waiting for cluster {}
        gave up waiting for service {}
        gave up waiting for the load balancer of service {}
        gave up waiting for the end of service {}
        gave up waiting for the end of load balancer {}
        gave up waiting for all name servers of Route 53 to have record {name}"]]
    .assert_eq(&told.join("\n"));
}

#[test]
fn a_text_is_taken_apart_at_what_is_filled_in() {
    let literal = r#""the \"{name}\" is\n  gone {{from}} AWS, \
        since {why:?}. Try it""#;
    let tokens = tokens(literal);
    assert!(is_literal(&tokens[0]) && tokens.len() == 1);
    assert_eq!(fixed_parts(&said(literal)), ["gone {from} AWS, since", ". Try it"]);
    assert_eq!(fixed_parts("in {place} there"), [""; 0]);
}
