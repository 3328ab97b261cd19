//! What the builders are told.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::builder::{Builder, Found};
use super::{Inputs, failures, login};
use crate::build_context::BuildContext;
use crate::error::Result;
use crate::resource::private_folder::PrivateFolder;

/// One command of a builder.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Step {
    pub(super) args: Vec<String>,
    /// Variables with the secrets of the build: nothing else has them, unless the builder is elsewhere.
    pub(super) env: Vec<(String, String)>,
}

/// `linux/amd64`.
#[must_use]
pub fn platform(architecture: &str) -> &'static str {
    if architecture == "ARM64" { "linux/arm64" } else { "linux/amd64" }
}

/// What the builder calls the image.
pub(super) fn reference(inputs: &Inputs, tag: &str) -> String {
    format!("{}:{tag}", inputs.repository_url)
}

/// What the builder reads while it works: in a folder that only this user may read, and that is gone afterwards.
pub(super) struct Files {
    ignore: PathBuf,
    /// The secrets of the build by their ids, for a builder that does not hand its variables on.
    secrets: BTreeMap<String, PathBuf>,
}

impl Files {
    pub(super) fn write(
        folder: &PrivateFolder,
        builder: &Found,
        inputs: &Inputs,
        context: &BuildContext,
    ) -> Result<Self> {
        let written = |name: String, text: &str| {
            let file = folder.path().join(name);
            login::write_private(&file, text)
                .map_err(|error| failures::not_started(&builder.program, &error))?;
            Ok(file)
        };
        let ignore = written("ignore".to_owned(), &context.ignore)?;
        let mut secrets = BTreeMap::new();
        for (number, (id, value)) in inputs.secrets.iter().enumerate() {
            if builder.is_remote {
                secrets.insert(id.clone(), written(format!("secret-{number}"), value)?);
            }
        }
        Ok(Self { ignore, secrets })
    }
}

/// The command that builds the image. Docker's also pushes it if it is to be pushed, since its builders keep nothing
/// that another command could push.
pub(super) fn build(
    builder: &Found,
    inputs: &Inputs,
    context: &BuildContext,
    files: &Files,
    reference: &str,
    push: bool,
) -> Step {
    let mut step = Step::default();
    let mut say = |words: &[&str]| step.args.extend(words.iter().map(|it| (*it).to_owned()));
    match builder.kind {
        // Provenance would be a second manifest, which a lifecycle policy counts, and an index around both.
        Builder::Docker => say(&["buildx", "build", "--progress=plain", "--provenance=false"]),
        Builder::Buildah => say(&["build", "--layers"]),
        Builder::Podman | Builder::Finch | Builder::Nerdctl => say(&["build"]),
    }
    if builder.kind == Builder::Docker && push {
        say(&["--push"]);
    }
    // The files of theirs that only Podman and Buildah read are not in the hash.
    if matches!(builder.kind, Builder::Podman | Builder::Buildah) {
        say(&["--ignorefile", &files.ignore.to_string_lossy()]);
    }
    say(&["--platform", platform(&inputs.architecture)]);
    say(&["--file", &context.dockerfile.to_string_lossy()]);
    say(&["--tag", reference]);
    if let Some(target) = &inputs.target {
        say(&["--target", target]);
    }
    for (name, value) in &inputs.args {
        say(&["--build-arg", &format!("{name}={value}")]);
    }
    let mut env = Vec::new();
    for (number, (id, value)) in inputs.secrets.iter().enumerate() {
        if let Some(file) = files.secrets.get(id) {
            say(&["--secret", &format!("id={id},src={}", file.display())]);
        } else {
            let variable = format!("FARGATE_BUILD_SECRET_{number}");
            say(&["--secret", &format!("id={id},env={variable}")]);
            env.push((variable, value.clone()));
        }
    }
    for (option, places) in [("--cache-from", &inputs.cache_from), ("--cache-to", &inputs.cache_to)]
    {
        for place in places {
            say(&[option, place]);
        }
    }
    for option in &inputs.extra_options {
        say(&[option]);
    }
    say(&[&context.folder.to_string_lossy()]);
    step.env = env;
    step
}

/// The command that pushes what was built, if that is one of its own.
pub(super) fn push(builder: &Found, inputs: &Inputs, reference: &str) -> Option<Step> {
    let reference = reference.to_owned();
    let args = match builder.kind {
        Builder::Docker => return None,
        Builder::Podman | Builder::Buildah => vec!["push".to_owned(), reference],
        Builder::Finch | Builder::Nerdctl => {
            let platform = platform(&inputs.architecture).to_owned();
            vec!["push".to_owned(), "--platform".to_owned(), platform, reference]
        }
    };
    Some(Step { args, env: Vec::new() })
}

#[cfg(test)]
pub(super) mod tests {
    use std::fmt::Write;

    use super::{Files, Inputs, build, push, reference};
    use crate::build_context::{Wanted, read};
    use crate::children::ecr::built_image::builder::{BUILDERS, Builder, Found};
    use crate::resource::private_folder::PrivateFolder;

    pub(in crate::children::ecr::built_image) fn inputs(context: &str) -> Inputs {
        Inputs {
            repository_name: "web".to_owned(),
            repository_url: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/web".to_owned(),
            hash: "0123".to_owned(),
            context: context.to_owned(),
            dockerfile: None,
            target: Some("release".to_owned()),
            args: [("VERSION".to_owned(), "1.2 beta".to_owned())].into(),
            secrets: [("npm".to_owned(), "hunter2".to_owned())].into(),
            architecture: "ARM64".to_owned(),
            builder: None,
            cache_from: vec!["type=gha".to_owned()],
            cache_to: vec!["type=gha,mode=max".to_owned()],
            extra_options: vec!["--network=host".to_owned()],
            on_preview: false,
        }
    }

    #[test]
    fn each_builder_is_told_the_same_in_its_words() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("Dockerfile"), "FROM scratch").expect("written");
        let context = folder.path().to_str().expect("text");
        let inputs = inputs(context);
        let wanted = Wanted {
            context,
            dockerfile: None,
            target: None,
            args: &inputs.args,
            platform: "linux/arm64",
            options: &[],
        };
        let read = read(&wanted).expect("readable");
        let mut told = String::new();
        let reference = reference(&inputs, "build-4567");
        let each = BUILDERS.into_iter().map(|kind| (kind, kind == Builder::Finch));
        for (kind, is_remote) in each.chain([(Builder::Podman, true)]) {
            let builder = Found { kind, program: kind.name().to_owned(), is_remote };
            let temporary = PrivateFolder::create().expect("a folder");
            let files = Files::write(&temporary, &builder, &inputs, &read).expect("written");
            let built = build(&builder, &inputs, &read, &files, &reference, true);
            let variable = ("FARGATE_BUILD_SECRET_0".to_owned(), "hunter2".to_owned());
            assert_eq!(built.env, if is_remote { vec![] } else { vec![variable] });
            let temporary = temporary.path().to_str().expect("text");
            let pushed = push(&builder, &inputs, &reference);
            for mut step in [Some(built), pushed].into_iter().flatten() {
                step.args = step.args.iter().map(|it| it.replace(temporary, "/tmp")).collect();
                writeln!(told, "{} {}", builder.program, step.args.join(" ")).expect("text");
            }
        }
        let told = told.replace(read.folder.to_str().expect("text"), "/app");
        assert!(!told.contains("hunter2"));
        expect_test::expect![[r"
            docker buildx build --progress=plain --provenance=false --push --platform linux/arm64 --file /app/Dockerfile --tag 123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:build-4567 --target release --build-arg VERSION=1.2 beta --secret id=npm,env=FARGATE_BUILD_SECRET_0 --cache-from type=gha --cache-to type=gha,mode=max --network=host /app
            podman build --ignorefile /tmp/ignore --platform linux/arm64 --file /app/Dockerfile --tag 123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:build-4567 --target release --build-arg VERSION=1.2 beta --secret id=npm,env=FARGATE_BUILD_SECRET_0 --cache-from type=gha --cache-to type=gha,mode=max --network=host /app
            podman push 123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:build-4567
            buildah build --layers --ignorefile /tmp/ignore --platform linux/arm64 --file /app/Dockerfile --tag 123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:build-4567 --target release --build-arg VERSION=1.2 beta --secret id=npm,env=FARGATE_BUILD_SECRET_0 --cache-from type=gha --cache-to type=gha,mode=max --network=host /app
            buildah push 123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:build-4567
            finch build --platform linux/arm64 --file /app/Dockerfile --tag 123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:build-4567 --target release --build-arg VERSION=1.2 beta --secret id=npm,src=/tmp/secret-0 --cache-from type=gha --cache-to type=gha,mode=max --network=host /app
            finch push --platform linux/arm64 123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:build-4567
            nerdctl build --platform linux/arm64 --file /app/Dockerfile --tag 123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:build-4567 --target release --build-arg VERSION=1.2 beta --secret id=npm,env=FARGATE_BUILD_SECRET_0 --cache-from type=gha --cache-to type=gha,mode=max --network=host /app
            nerdctl push --platform linux/arm64 123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:build-4567
            podman build --ignorefile /tmp/ignore --platform linux/arm64 --file /app/Dockerfile --tag 123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:build-4567 --target release --build-arg VERSION=1.2 beta --secret id=npm,src=/tmp/secret-0 --cache-from type=gha --cache-to type=gha,mode=max --network=host /app
            podman push 123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:build-4567
        "]].assert_eq(&told);
    }
}
