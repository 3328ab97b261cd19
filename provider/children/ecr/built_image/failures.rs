//! What is said of a build that fails.

use super::builder::Missing;
use crate::error::{Error, Problem};

/// The error for what is wrong with a build.
fn build(reason: String) -> Error {
    Error::input(vec![Problem::new("build", reason)])
}

/// No program can build.
pub(super) fn no_builder(named: Option<&str>, missing: &[Missing]) -> Error {
    let each: Vec<String> = missing
        .iter()
        .map(|it| match &it.why {
            None => format!("{} is not installed", it.name),
            Some(why) => format!("{} is installed and says \"{why}\"", it.name),
        })
        .collect();
    let reason = match named {
        Some(program) => {
            format!("The builder `{program}` cannot build the image: {}.", each.join("; "))
        }
        None => format!("There is no program that can build the image: {}.", each.join("; ")),
    };
    build(reason)
        .hinted("Install Docker with buildx, Podman, Buildah or nerdctl with BuildKit, or start the one that is installed;")
        .hinted(
            "or build elsewhere: without `build` and `image`, `pulumi up` creates the repository and prints the \
             commands that push to it, and the next `pulumi up` deploys what was pushed.",
        )
}

/// The builder ended with an error.
pub(super) fn failed(
    program: &str,
    step: &str,
    status: &str,
    lines: &[String],
    platform: &str,
) -> Error {
    let last = if lines.is_empty() {
        ". It printed nothing".to_owned()
    } else {
        let lines: Vec<String> = lines.iter().map(|line| format!("\n  {line}")).collect();
        format!(". Its last lines:{}", lines.concat())
    };
    let error = build(format!("`{program} {step}` failed with {status}{last}"));
    match hint(lines, platform) {
        Some(hint) => error.hinted(hint),
        None => error,
    }
}

/// What to try, for those failures whose lines do not say it.
fn hint(lines: &[String], platform: &str) -> Option<String> {
    let says = |text: &str| lines.iter().any(|line| line.to_lowercase().contains(text));
    // The kernel's ENOEXEC, in the words of each builder.
    if says("exec format error")
        || says("no match for platform")
        || says("exec user process caused")
    {
        let architecture = platform.trim_start_matches("linux/");
        return Some(format!(
            "This machine cannot run programs for {platform}, or a base image is not made for it. Install the \
             emulation (`docker run --privileged --rm tonistiigi/binfmt --install {architecture}`, or Debian's \
             qemu-user-static), name base images that are made for {platform}, or set `architecture` to that of \
             this machine."
        ));
    }
    if says("no space left on device") {
        return Some(
            "Free space, for instance by `docker buildx prune` or `buildah prune`.".to_owned(),
        );
    }
    None
}

/// The files changed while the run went on.
pub(super) fn changed_meanwhile(folder: &str) -> Error {
    build(format!(
        "The files in {folder} are not those any more that this run read at its beginning, so what was built is not \
         deployed"
    ))
    .hinted("Run `pulumi up` again. If a step of the build writes there, exclude what it writes by `.dockerignore`.")
}

/// The builder succeeded, and the image is not there.
pub(super) fn not_pushed(program: &str, reference: &str) -> Error {
    build(format!("`{program}` succeeded, and {reference} is not in the repository")).hinted(
        "If `build.extraOptions` say where the image goes (`--output`, `--load`), remove them.",
    )
}

/// The builder could not be started although it was found.
pub(super) fn not_started(program: &str, error: &std::io::Error) -> Error {
    build(format!("The builder `{program}` did not start: {error}"))
}

#[cfg(test)]
mod tests {
    use super::{Missing, changed_meanwhile, failed, no_builder, not_pushed, not_started};

    #[test]
    fn a_build_that_fails_is_told_with_what_to_try() {
        let missing = [
            Missing {
                name: "docker",
                why: Some("docker: unknown command: docker buildx".to_owned()),
            },
            Missing { name: "podman", why: None },
        ];
        let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
        let code = "exit status: 1";
        let told = [
            no_builder(None, &missing),
            no_builder(Some("/opt/podman"), &missing[1..]),
            failed(
                "docker",
                "buildx build",
                code,
                &lines("#5 RUN false\nERROR: failed"),
                "linux/amd64",
            ),
            failed(
                "podman",
                "build",
                code,
                &lines("exec /bin/sh: exec format error"),
                "linux/arm64",
            ),
            failed(
                "buildah",
                "push",
                code,
                &lines("write: no space left on device"),
                "linux/arm64",
            ),
            failed("buildah", "push", code, &[], "linux/arm64"),
            failed(
                "buildah",
                "build",
                code,
                &lines("no match for platform in manifest"),
                "linux/amd64",
            ),
            failed("nerdctl", "build", code, &lines("exec user process caused: x"), "linux/amd64"),
            changed_meanwhile("/app"),
            not_pushed("docker", "123.dkr.ecr.eu-west-1.amazonaws.com/web:src-1"),
            not_started("docker", &std::io::Error::from(std::io::ErrorKind::PermissionDenied)),
        ];
        let told: Vec<String> = told.iter().map(ToString::to_string).collect();
        expect_test::expect![[r#"
            `build`: There is no program that can build the image: docker is installed and says "docker: unknown command: docker buildx"; podman is not installed.
              Install Docker with buildx, Podman, Buildah or nerdctl with BuildKit, or start the one that is installed;
              or build elsewhere: without `build` and `image`, `pulumi up` creates the repository and prints the commands that push to it, and the next `pulumi up` deploys what was pushed.
            `build`: The builder `/opt/podman` cannot build the image: podman is not installed.
              Install Docker with buildx, Podman, Buildah or nerdctl with BuildKit, or start the one that is installed;
              or build elsewhere: without `build` and `image`, `pulumi up` creates the repository and prints the commands that push to it, and the next `pulumi up` deploys what was pushed.
            `build`: `docker buildx build` failed with exit status: 1. Its last lines:
              #5 RUN false
              ERROR: failed
            `build`: `podman build` failed with exit status: 1. Its last lines:
              exec /bin/sh: exec format error
              This machine cannot run programs for linux/arm64, or a base image is not made for it. Install the emulation (`docker run --privileged --rm tonistiigi/binfmt --install arm64`, or Debian's qemu-user-static), name base images that are made for linux/arm64, or set `architecture` to that of this machine.
            `build`: `buildah push` failed with exit status: 1. Its last lines:
              write: no space left on device
              Free space, for instance by `docker buildx prune` or `buildah prune`.
            `build`: `buildah push` failed with exit status: 1. It printed nothing
            `build`: `buildah build` failed with exit status: 1. Its last lines:
              no match for platform in manifest
              This machine cannot run programs for linux/amd64, or a base image is not made for it. Install the emulation (`docker run --privileged --rm tonistiigi/binfmt --install amd64`, or Debian's qemu-user-static), name base images that are made for linux/amd64, or set `architecture` to that of this machine.
            `build`: `nerdctl build` failed with exit status: 1. Its last lines:
              exec user process caused: x
              This machine cannot run programs for linux/amd64, or a base image is not made for it. Install the emulation (`docker run --privileged --rm tonistiigi/binfmt --install amd64`, or Debian's qemu-user-static), name base images that are made for linux/amd64, or set `architecture` to that of this machine.
            `build`: The files in /app are not those any more that this run read at its beginning, so what was built is not deployed
              Run `pulumi up` again. If a step of the build writes there, exclude what it writes by `.dockerignore`.
            `build`: `docker` succeeded, and 123.dkr.ecr.eu-west-1.amazonaws.com/web:src-1 is not in the repository
              If `build.extraOptions` say where the image goes (`--output`, `--load`), remove them.
            `build`: The builder `docker` did not start: permission denied"#]].assert_eq(&told.join("\n"));
    }
}
