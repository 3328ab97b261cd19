//! What the user's own configuration says of registries. It is read and never written.

use std::path::PathBuf;

use serde_json::{Map, Value as Json, json};

use super::builder::Builder;

/// Where the user's own configuration is, the first that counts first: one file for Docker (docker/cli) and those who do as it
/// does; for Podman and Buildah each of several (containers-auth.json(5)), unless a variable names the one
/// (containers/common, `GetDefaultAuthFile`).
pub(super) fn places(builder: Builder, variable: impl Fn(&str) -> Option<PathBuf>) -> Vec<PathBuf> {
    let home = variable("HOME").or_else(|| variable("USERPROFILE"));
    let at_home = |folder: &str| home.as_ref().map(|home| home.join(folder));
    let docker = variable("DOCKER_CONFIG");
    let is_docker_set = docker.is_some();
    let usual = if builder == Builder::Finch { ".finch" } else { ".docker" };
    let docker = docker.or_else(|| at_home(usual)).map(|it| it.join("config.json"));
    let places = match builder {
        Builder::Docker | Builder::Finch | Builder::Nerdctl => vec![docker],
        Builder::Podman | Builder::Buildah => {
            let only = variable("REGISTRY_AUTH_FILE");
            if only.is_some() {
                vec![only]
            } else if is_docker_set {
                vec![docker]
            } else {
                let config = variable("XDG_CONFIG_HOME").or_else(|| at_home(".config"));
                let in_folder = |it: PathBuf| it.join("containers/auth.json");
                let session = variable("XDG_RUNTIME_DIR").map(in_folder).or_else(of_no_session);
                vec![session, config.map(in_folder), docker]
            }
        }
    };
    places.into_iter().flatten().collect()
}

/// Where credentials are on Linux for a user without a session.
fn of_no_session() -> Option<PathBuf> {
    #[cfg(target_os = "linux")]
    {
        use std::os::unix::fs::MetadataExt;
        let user = std::fs::metadata("/proc/self").ok()?.uid();
        Some(PathBuf::from(format!("/run/containers/{user}/auth.json")))
    }
    #[cfg(not(target_os = "linux"))]
    None
}

/// What is in all of them.
pub(super) fn read(places: &[PathBuf]) -> Json {
    merged(places.iter().filter_map(|file| {
        let text = std::fs::read_to_string(file).ok()?;
        serde_json::from_str(&text).ok()
    }))
}

/// Several configurations as one. A builder asks the first that knows a registry, or a part of it that the image is in
/// (containers/image, `GetCredentials`): so a later one adds what none before it says.
fn merged(configs: impl Iterator<Item = Json>) -> Json {
    let mut all = Map::new();
    for config in configs {
        let Json::Object(config) = config else { continue };
        let before = all.clone();
        let is_known = |registry: &str| {
            GROUPS.iter().filter_map(|group| before.get(*group)?.as_object()).any(|known| {
                known.keys().any(|it| {
                    registry.strip_prefix(it).is_some_and(|it| it.is_empty() || it.starts_with('/'))
                })
            })
        };
        for (name, value) in config {
            match (GROUPS.contains(&name.as_str()), value) {
                (true, Json::Object(entries)) => {
                    let more = entries.into_iter().filter(|(registry, _)| !is_known(registry));
                    let group = all.entry(name).or_insert_with(|| json!({}));
                    if let Some(group) = group.as_object_mut() {
                        group.extend(more);
                    }
                }
                (true, _) => {}
                (false, value) => drop(all.entry(name).or_insert(value)),
            }
        }
    }
    Json::Object(all)
}

/// What a configuration says of registries: their credentials, and the programs that know them.
const GROUPS: [&str; 2] = ["auths", "credHelpers"];

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use serde_json::json;

    use super::{Builder, merged, places};

    #[test]
    fn each_builder_reads_the_places_that_it_knows() {
        let found = |builder: Builder, set: &[&str]| {
            let variable = |name: &str| {
                let is_set = name == "HOME" || set.contains(&name);
                is_set.then(|| PathBuf::from(format!("/{name}")))
            };
            let places = places(builder, variable);
            let places: Vec<_> = places.iter().map(|it| it.to_string_lossy()).collect();
            places.join(" ")
        };
        let session = "XDG_RUNTIME_DIR";
        let told = [
            found(Builder::Docker, &[]),
            found(Builder::Nerdctl, &["DOCKER_CONFIG", "REGISTRY_AUTH_FILE"]),
            found(Builder::Finch, &[]),
            found(Builder::Podman, &[session]),
            found(Builder::Buildah, &[session, "XDG_CONFIG_HOME"]),
            found(Builder::Podman, &[session, "DOCKER_CONFIG"]),
            found(Builder::Buildah, &[session, "DOCKER_CONFIG", "REGISTRY_AUTH_FILE"]),
        ];
        expect_test::expect![[r"
            /HOME/.docker/config.json
            /DOCKER_CONFIG/config.json
            /HOME/.finch/config.json
            /XDG_RUNTIME_DIR/containers/auth.json /HOME/.config/containers/auth.json /HOME/.docker/config.json
            /XDG_RUNTIME_DIR/containers/auth.json /XDG_CONFIG_HOME/containers/auth.json /HOME/.docker/config.json
            /DOCKER_CONFIG/config.json
            /REGISTRY_AUTH_FILE"]].assert_eq(&told.join("\n"));
    }

    #[test]
    fn the_first_place_that_knows_a_registry_counts() {
        let session = json!({"auths": {"ghcr.io": {"auth": "a"}, "quay.io/team": {"auth": "b"}}});
        let old = json!({
            "auths": {"ghcr.io/team": {"auth": "c"}, "quay.io": {"auth": "d"}, "ghcr.iox": {"auth": "e"}},
            "credHelpers": {"ghcr.io": "f", "gcr.io": "g"},
            "psFormat": "table"
        });
        let all = merged([session, json!([1]), json!({"auths": 1}), old].into_iter());
        assert_eq!(
            all,
            json!({
                "auths": {
                    "ghcr.io": {"auth": "a"}, "ghcr.iox": {"auth": "e"},
                    "quay.io": {"auth": "d"}, "quay.io/team": {"auth": "b"}
                },
                "credHelpers": {"gcr.io": "g"},
                "psFormat": "table"
            })
        );
    }
}
