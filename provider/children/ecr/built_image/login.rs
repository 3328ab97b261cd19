//! How the builder reaches the registry: by a configuration of its own, which exists while it runs.
//!
//! It is the user's configuration, so that base images come from where the user's credentials lead, and one entry more.
//! The user's own files are read and never written; the password is on no command line and in no variable.

use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value as Json, json};

use super::builder::Builder;
use super::users_config;
use crate::aws::Explain;
use crate::error::{Error, Result};
use crate::resource::Cx;
use crate::resource::private_folder::PrivateFolder;

/// The configuration; gone when this is dropped.
pub(super) struct Login {
    /// Where it is, and what else the builder needs for a while.
    pub(super) folder: PrivateFolder,
    /// Variables by which the builder finds it.
    pub(super) env: Vec<(String, String)>,
}

/// What the builder needs for the registry of this repository.
pub(super) async fn log_in(cx: &Cx, builder: Builder, repository_url: &str) -> Result<Login> {
    let registry = repository_url.split('/').next().unwrap_or_default();
    let answer = cx
        .aws
        .ecr()
        .await?
        .get_authorization_token()
        .send()
        .await
        .explain("ecr:GetAuthorizationToken", registry)?;
    let token = answer.authorization_data().iter().find_map(|it| it.authorization_token());
    let token = token.ok_or_else(|| Error::bug("GetAuthorizationToken gave no token"))?;
    write(builder, registry, token).map_err(|error| not_written(&error))
}

fn not_written(error: &io::Error) -> Error {
    Error::not_ready(format!(
        "the configuration for the builder cannot be written to {}: {error}",
        std::env::temp_dir().display()
    ))
    .hinted("Set TMPDIR (on Windows TEMP) to a folder that this user may write to.")
}

/// Only the builder's commands without a registry need none of it.
pub(super) fn nowhere() -> Result<PrivateFolder> {
    PrivateFolder::create().map_err(|error| not_written(&error))
}

fn write(builder: Builder, registry: &str, token: &str) -> io::Result<Login> {
    let folder = PrivateFolder::create()?;
    let variable =
        |name: &str| std::env::var_os(name).filter(|it| !it.is_empty()).map(PathBuf::from);
    let places = users_config::places(builder, variable);
    let users = users_config::read(&places);
    let is_docker = !matches!(builder, Builder::Podman | Builder::Buildah);
    let mut config = with_login(users, registry, token, is_docker);
    let file = folder.path().join("config.json");
    let path = |it: &Path| it.to_string_lossy().into_owned();
    let mut env = Vec::new();
    if is_docker {
        if let Some(home) = places.first().and_then(|file| file.parent()) {
            keep_reachable(&mut config, home, folder.path())?;
            if std::env::var_os("BUILDX_CONFIG").is_none() {
                env.push(("BUILDX_CONFIG".to_owned(), path(&home.join("buildx"))));
            }
        }
        env.push(("DOCKER_CONFIG".to_owned(), path(folder.path())));
    } else {
        env.push(("REGISTRY_AUTH_FILE".to_owned(), path(&file)));
    }
    write_private(&file, &Json::Object(config).to_string())?;
    Ok(Login { folder, env })
}

/// The configuration with the registry's credentials. A helper would win over them: Docker takes an empty one for none
/// (docker/cli, getConfiguredCredentialStore), the others want no entry.
fn with_login(users: Json, registry: &str, token: &str, is_docker: bool) -> Map<String, Json> {
    let mut config = match users {
        Json::Object(config) => config,
        _ => Map::new(),
    };
    let mut group = |name: &str, change: &dyn Fn(&mut Map<String, Json>)| {
        let entry = config.entry(name).or_insert_with(|| json!({}));
        if !entry.is_object() {
            *entry = json!({});
        }
        if let Some(entry) = entry.as_object_mut() {
            change(entry);
        }
    };
    group("auths", &|it| drop(it.insert(registry.to_owned(), json!({"auth": token}))));
    group("credHelpers", &|it| {
        if is_docker {
            it.insert(registry.to_owned(), "".into());
        } else {
            it.remove(registry);
        }
    });
    config
}

/// What Docker looks for beside its configuration: plugins such as buildx, and the engines that are set up.
fn keep_reachable(config: &mut Map<String, Json>, home: &Path, folder: &Path) -> io::Result<()> {
    let plugins = home.join("cli-plugins");
    if plugins.is_dir() {
        let dirs = config.entry("cliPluginsExtraDirs").or_insert_with(|| json!([]));
        if let Some(dirs) = dirs.as_array_mut() {
            dirs.push(plugins.to_string_lossy().into());
        }
    }
    let contexts = home.join("contexts");
    if contexts.is_dir() {
        link(&contexts, &folder.join("contexts"))?;
    }
    Ok(())
}

#[cfg(unix)]
fn link(from: &Path, to: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(from, to)
}

/// Links need a right on Windows; what is copied are a few small files.
#[cfg(not(unix))]
fn link(from: &Path, to: &Path) -> io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            link(&entry.path(), &to)?;
        } else {
            std::fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}

/// Writes a file that only this user can read.
pub(super) fn write_private(file: &Path, text: &str) -> io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    io::Write::write_all(&mut options.open(file)?, text.as_bytes())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::{not_written, with_login};

    #[test]
    fn the_users_configuration_gets_one_entry_more() {
        let users = json!({
            "auths": {"ghcr.io": {"auth": "theirs"}, "ecr": {}},
            "credsStore": "desktop",
            "credHelpers": {"ecr": "ecr-login", "gcr.io": "gcloud"},
            "currentContext": "remote"
        });
        let docker = Json::Object(with_login(users.clone(), "ecr", "ours", true));
        assert_eq!(
            docker,
            json!({
                "auths": {"ghcr.io": {"auth": "theirs"}, "ecr": {"auth": "ours"}},
                "credsStore": "desktop",
                "credHelpers": {"ecr": "", "gcr.io": "gcloud"},
                "currentContext": "remote"
            })
        );
        let podman = Json::Object(with_login(users, "ecr", "ours", false));
        assert_eq!(podman["credHelpers"], json!({"gcr.io": "gcloud"}));
        // What is no configuration is none.
        let none = with_login(json!([1]), "ecr", "ours", false);
        assert_eq!(Json::Object(none)["auths"], json!({"ecr": {"auth": "ours"}}));
    }

    #[test]
    fn what_cannot_be_written_is_told() {
        let error = std::io::Error::from(std::io::ErrorKind::PermissionDenied);
        let told = not_written(&error).to_string();
        let told = told.replace(std::env::temp_dir().to_str().expect("text"), "/tmp");
        expect_test::expect![[r"
            the configuration for the builder cannot be written to /tmp: permission denied
              Set TMPDIR (on Windows TEMP) to a folder that this user may write to."]]
        .assert_eq(&told);
    }
}
