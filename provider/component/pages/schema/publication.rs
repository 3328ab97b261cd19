//! What of the schema depends on who publishes the package: addresses, and the names that the
//! languages' package registries give to owners.

use serde_json::{Value as Json, json};

use crate::component::inputs::declare::upper_first;

/// The GitHub account or organisation that publishes the package, from a repository that is called
/// `pulumi-fargate`. None is known yet: what needs it is left out of the schema, and the SDKs are
/// installed from their folders. After a change: `make generate`.
pub(super) const OWNER: &str = "";

/// com.pulumi:pulumi of Maven Central, which the Java SDK is compiled with. The generator's own
/// default is 1.0.0, which lacks what today's generated code calls.
const JAVA_SDK: &str = "1.36.1";

/// `language`: a block for each generator.
///
/// Without an owner the generators would take names that belong to others: `example.com` in Go,
/// `com.pulumi` in Java, `Pulumi` in C#. The names here belong to nobody: a Go path without a dot in
/// its first part is never looked up on the network, and works with `replace`.
pub(super) fn languages(owner: &str) -> Json {
    let host = if owner.is_empty() { String::new() } else { format!("github.com/{owner}/") };
    // A Java package and a C# namespace have no hyphens.
    let java = match owner {
        "" => "pulumi".to_owned(),
        owner => format!("io.github.{}", owner.to_lowercase().replace('-', "_")),
    };
    let csharp = match owner {
        "" => "PulumiFargate".to_owned(),
        owner => owner.split('-').map(upper_first).collect(),
    };
    json!({
        "nodejs": {"packageName": "pulumi-fargate", "respectSchemaVersion": true},
        "python": {"packageName": "pulumi_fargate", "respectSchemaVersion": true, "pyproject": {"enabled": true}},
        "go": {
            "importBasePath": format!("{host}pulumi-fargate/sdk/go/fargate"),
            "respectSchemaVersion": true,
            "generateResourceContainerTypes": true,
        },
        "csharp": {
            "rootNamespace": csharp,
            "packageReferences": {"Pulumi": "[3.76.1,4)"},
            "respectSchemaVersion": true,
        },
        // sdkgen adds a project file for Maven; the generator would write one for Gradle.
        "java": {
            "basePackage": java,
            "buildFiles": "none",
            "dependencies": {"com.pulumi:pulumi": JAVA_SDK},
            "respectSchemaVersion": true,
        },
    })
}

/// The fields of the schema that say where the package comes from.
pub(super) fn addresses(owner: &str) -> Vec<(&'static str, String)> {
    if owner.is_empty() {
        return Vec::new();
    }
    let repository = format!("https://github.com/{owner}/pulumi-fargate");
    let logo = format!(
        "https://raw.githubusercontent.com/{owner}/pulumi-fargate/main/sdk/dotnet/logo.png"
    );
    vec![
        ("publisher", owner.to_owned()),
        ("homepage", repository.clone()),
        ("repository", repository),
        ("logoUrl", logo),
        // The engine asks GitHub's API for the release, and takes the repository to be `pulumi-` and
        // the package's name (pulumi/pulumi, sdk/go/common/workspace/plugins.go).
        ("pluginDownloadURL", format!("github://api.github.com/{owner}")),
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{addresses, languages};

    #[test]
    fn without_an_owner_no_name_of_others_is_taken() {
        assert_eq!(addresses(""), []);
        let names = languages("").to_string();
        for other in ["example.com", "github.com", "com.pulumi\"", "io.github"] {
            assert!(!names.contains(other), "{other} in {names}");
        }
    }

    #[test]
    fn an_owner_names_the_packages_and_their_addresses() {
        let languages = languages("acme-Cloud");
        assert_eq!(
            languages["go"]["importBasePath"],
            "github.com/acme-Cloud/pulumi-fargate/sdk/go/fargate"
        );
        assert_eq!(languages["java"]["basePackage"], "io.github.acme_cloud");
        assert_eq!(languages["csharp"]["rootNamespace"], "AcmeCloud");
        let addresses: BTreeMap<_, _> = addresses("acme-Cloud").into_iter().collect();
        let home = "https://github.com/acme-Cloud/pulumi-fargate";
        assert_eq!(addresses["publisher"], "acme-Cloud");
        assert_eq!((&*addresses["homepage"], &*addresses["repository"]), (home, home));
        assert_eq!(addresses["pluginDownloadURL"], "github://api.github.com/acme-Cloud");
        assert!(addresses["logoUrl"].starts_with("https://"));
    }
}
