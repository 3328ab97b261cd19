//! What the plugin is started with: by the engine, or by a person.
//!
//! The engine gives its address as the last argument, and before it flags of its own (`--logtostderr`,
//! `-v=9`, `--tracing <url>`), of which later engines may have more: with an address all flags are
//! taken as they come. Without one it is a person, who wants to know what this is, asks for what the
//! plugin knows without AWS, made a mistake, or starts a plugin to attach to (`PULUMI_DEBUG_PROVIDERS`).

use std::borrow::Cow;

use fargate::component::pages::{iam_policies, schema};

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// To serve the engine at this address; or, without one, any engine that finds the port.
    Serve(Option<String>),
    /// To print this.
    Say(Cow<'static, str>),
    /// Nothing that can be done: why.
    Wrong(String),
}

const HELP: &str = "\
This is the plugin of the Pulumi package `fargate`. The Pulumi engine starts it; you do not need to.

Usage:
  pulumi-resource-fargate <address of an engine>   serve this engine
  pulumi-resource-fargate                          print a port and serve any engine, such as an
                                                   engine with PULUMI_DEBUG_PROVIDERS=fargate:<port>
  pulumi-resource-fargate schema                   print the schema of the package
  pulumi-resource-fargate permissions              print the IAM policies that the caller of
                                                   `pulumi up` needs, by name
  pulumi-resource-fargate permissions <name>       print one of them, for `aws iam create-policy`:
                                                   service, network, features, vpc, values or operations; with
                                                   `narrow/` before the name, one that is limited
                                                   to an account, a region and a base name
  pulumi-resource-fargate --version
  pulumi-resource-fargate --help

All but the first two work without AWS credentials.

Install it with `pulumi plugin install resource fargate`, or with `--file` from a build of your own.
";

const SEE: &str = "`--help` lists the commands and options";

/// Flags of the engine that have a value, which may be an argument of its own.
const WITH_VALUE: [&str; 2] = ["tracing", "v"];
const WITHOUT_VALUE: [&str; 1] = ["logtostderr"];

pub(crate) fn read(arguments: &[String]) -> Asked {
    if let Some(engine) = arguments.iter().rfind(|argument| is_address(argument)) {
        return Asked::Serve(Some(engine.clone()));
    }
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let Some(flag) = argument.strip_prefix('-') else {
            let rest: Vec<&str> = rest.map(String::as_str).collect();
            return command(argument, &rest).unwrap_or_else(Asked::Wrong);
        };
        let flag = flag.strip_prefix('-').unwrap_or(flag);
        let (name, value) = flag.split_once('=').map_or((flag, None), |(it, v)| (it, Some(v)));
        match name {
            "version" | "V" => {
                return Asked::Say(
                    concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"), "\n").into(),
                );
            }
            "help" | "h" => return Asked::Say(HELP.into()),
            _ if WITH_VALUE.contains(&name) => {
                if value.is_none() {
                    rest.next();
                }
            }
            _ if WITHOUT_VALUE.contains(&name) => {}
            _ => return Asked::Wrong(format!("there is no option `{argument}`; {SEE}")),
        }
    }
    Asked::Serve(None)
}

/// What a person asks for by a word.
fn command(name: &str, arguments: &[&str]) -> Result<Asked, String> {
    let (text, most) = match name {
        "schema" => (schema::COMMITTED.into(), 0),
        "permissions" => (iam_policies::print(arguments.first().copied())?.into(), 1),
        _ => {
            return Err(format!(
                "`{name}` is neither a command nor the address of an engine, such as 127.0.0.1:12345; {SEE}"
            ));
        }
    };
    match arguments.get(most) {
        None => Ok(Asked::Say(text)),
        Some(extra) => Err(format!("`{name}` does not take the argument `{extra}`; {SEE}")),
    }
}

fn is_address(text: &str) -> bool {
    !text.starts_with('-')
        && text.rsplit_once(':').is_some_and(|(host, port)| {
            !host.is_empty() && !host.contains('/') && port.parse::<u16>().is_ok()
        })
}

#[cfg(test)]
mod tests {
    use super::{Asked, HELP, iam_policies, read};

    fn asked(arguments: &[&str]) -> Asked {
        read(&arguments.iter().map(|&argument| argument.to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn the_engine_is_the_last_argument_that_is_an_address() {
        let engine = Asked::Serve(Some("127.0.0.1:4".to_owned()));
        assert_eq!(asked(&["127.0.0.1:4"]), engine);
        let flags = ["--logtostderr", "-v=9", "--tracing", "http://x:1/", "127.0.0.1:4"];
        assert_eq!(asked(&flags), engine);
        assert_eq!(asked(&["--from-2031", "value", "127.0.0.1:4"]), engine);
    }

    #[test]
    fn without_an_engine_it_waits_for_one() {
        for flags in [&[][..], &["--tracing=file:x"], &["-tracing", "file:x", "-v", "9"]] {
            assert_eq!(asked(flags), Asked::Serve(None), "{flags:?}");
        }
    }

    #[test]
    fn a_person_is_told_what_it_is() {
        for flag in ["--version", "-version", "-V"] {
            let Asked::Say(message) = asked(&[flag]) else { panic!("{flag} says nothing") };
            assert_eq!(message, format!("pulumi-resource-fargate {}\n", env!("CARGO_PKG_VERSION")));
        }
        for flag in ["--help", "-help", "-h"] {
            assert_eq!(asked(&[flag]), Asked::Say(HELP.into()));
        }
        expect_test::expect![[r"
            This is the plugin of the Pulumi package `fargate`. The Pulumi engine starts it; you do not need to.

            Usage:
              pulumi-resource-fargate <address of an engine>   serve this engine
              pulumi-resource-fargate                          print a port and serve any engine, such as an
                                                               engine with PULUMI_DEBUG_PROVIDERS=fargate:<port>
              pulumi-resource-fargate schema                   print the schema of the package
              pulumi-resource-fargate permissions              print the IAM policies that the caller of
                                                               `pulumi up` needs, by name
              pulumi-resource-fargate permissions <name>       print one of them, for `aws iam create-policy`:
                                                               service, network, features, vpc, values or operations; with
                                                               `narrow/` before the name, one that is limited
                                                               to an account, a region and a base name
              pulumi-resource-fargate --version
              pulumi-resource-fargate --help

            All but the first two work without AWS credentials.

            Install it with `pulumi plugin install resource fargate`, or with `--file` from a build of your own.
        "]]
        .assert_eq(HELP);
    }

    #[test]
    fn what_the_plugin_knows_without_aws_can_be_printed() {
        let said = |arguments: &[&str]| match asked(arguments) {
            Asked::Say(text) => text.into_owned(),
            other => panic!("{arguments:?}: {other:?}"),
        };
        let committed = |path: &str| {
            let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
            std::fs::read_to_string(path).expect("a committed file")
        };
        assert_eq!(said(&["schema"]), committed("schema.json"));
        let all: serde_json::Value = serde_json::from_str(&said(&["permissions"])).expect("JSON");
        let policies = iam_policies::policies();
        let paths = policies.iter().map(|(path, _)| path.trim_end_matches(".json"));
        let names: Vec<&str> = paths.filter(|path| !path.contains('/')).collect();
        for name in &names {
            for name in [(*name).to_owned(), format!("narrow/{name}")] {
                let file = committed(&format!("docs/iam/{name}.json"));
                assert_eq!(said(&["permissions", &name]), file);
            }
            let one: serde_json::Value =
                serde_json::from_str(&said(&["permissions", name])).expect("JSON");
            assert_eq!(all[name], one, "{name}");
        }
        assert_eq!(all.as_object().map(serde_json::Map::len), Some(names.len()));
    }

    #[test]
    fn a_mistake_is_told() {
        let why = |arguments| match asked(arguments) {
            Asked::Wrong(why) => why,
            other => panic!("{other:?}"),
        };
        expect_test::expect![[r"
            there is no option `--verison`; `--help` lists the commands and options
            `up` is neither a command nor the address of an engine, such as 127.0.0.1:12345; `--help` lists the commands and options
            `schema` does not take the argument `fargate`; `--help` lists the commands and options
            `servce` is not a policy; these are: `service`, `network`, `features`, `vpc`, `routes`, `traffic`, `values`, `domains`, `operations`, and each of them as `narrow/<name>`
            `permissions` does not take the argument `network`; `--help` lists the commands and options"]]
        .assert_eq(
            &[
                why(&["--verison"]),
                why(&["up"]),
                why(&["schema", "fargate"]),
                why(&["permissions", "servce"]),
                why(&["permissions", "service", "network"]),
            ]
            .join("\n"),
        );
    }
}
