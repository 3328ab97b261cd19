//! docs/configuration.md and docs/installation-configuration.md: all settings, from their declarations: the schema's descriptions, serde's
//! order, and the examples that the rules are tested with.

use std::fmt::Write;

use serde_json::Value as Json;

use super::{EXAMPLES, SECRETS, TEXTS};
use crate::aws::Settings;
use crate::aws::settings::AssumeRole;
use crate::component::pages::{reference, schema};
use crate::error::{Error, Result};
use crate::property::field_names::names_of;

/// What the page says before the settings.
const INTRODUCTION: &str = include_str!("page.md");
/// What the registry's page says before that.
const INSTALLATION: &str = include_str!("installation.md");

/// The page as it should be committed.
///
/// # Errors
/// A bug of ours: a setting has no description or no example.
pub(super) fn page() -> Result<String> {
    let schema: Json = serde_json::from_str(&schema::generate()?).map_err(Error::bug)?;
    let mut page = INTRODUCTION.to_owned();
    for name in names_of::<Settings>() {
        let setting = &schema["config"]["variables"][name];
        describe(&mut page, &schema, setting, name, "");
        if *name == "assumeRole" {
            for member in names_of::<AssumeRole>() {
                let all = &schema["types"]["fargate:index:AssumeRole"]["properties"];
                describe(&mut page, &schema, &all[member], member, "  ");
            }
        }
        let example = TEXTS.iter().chain(&EXAMPLES).find(|(known, _)| known == name);
        let (_, example) =
            example.ok_or_else(|| Error::bug(format!("the setting {name} has no example")))?;
        let secret = if SECRETS.contains(name) { "--secret " } else { "" };
        let quoted = example.contains(|c: char| !c.is_ascii_alphanumeric() && c != '-');
        let quote = if quoted { "'" } else { "" };
        // Writing to a string never fails.
        let _ = writeln!(
            page,
            "\n  ```\n  pulumi config set {secret}fargate:{name} {quote}{example}{quote}\n  ```\n"
        );
    }
    page.truncate(page.trim_end().len());
    page.push('\n');
    Ok(page)
}

/// What Pulumi's registry shows: how to install the provider, and the same settings.
///
/// # Errors
/// As for the page.
pub(super) fn registry_page() -> Result<String> {
    let settings = page()?;
    let (_, settings) = settings.split_once("\n\n").unwrap_or_default();
    let installation = INSTALLATION.replace("@version@", env!("CARGO_PKG_VERSION"));
    // The registry has no other page of ours that a link could lead to.
    let settings = settings
        .replace("[permissions.md](permissions.md)", "docs/permissions.md in the repository");
    Ok(installation + &settings.replace("\n## ", "\n### "))
}

fn describe(page: &mut String, schema: &Json, setting: &Json, name: &str, indent: &str) {
    let kind = reference::kind(schema, setting);
    let description = setting["description"].as_str().unwrap_or_default();
    let secret = if SECRETS.contains(&name) { ", secret" } else { "" };
    let _ = writeln!(page, "{indent}* **`{name}`** ({kind}{secret}): {description}");
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_committed_configuration_page_is_what_the_settings_declare() {
        let page = super::page().expect("each setting has its example");
        expect_test::expect_file!["../../../docs/configuration.md"].assert_eq(&page);
        let page = super::registry_page().expect("the same");
        expect_test::expect_file!["../../../docs/installation-configuration.md"].assert_eq(&page);
    }
}
