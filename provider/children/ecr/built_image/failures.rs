//! What is said of a build that fails.

use super::builder::{Builder, LEAST_BUILDX, Missing, Why};
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
            Why::NotInstalled => format!("{} is not installed", it.name),
            Why::Says(why) => format!("{} is installed and says \"{why}\"", it.name),
            Why::TooOld(version) => {
                let (major, minor) = LEAST_BUILDX;
                format!("the buildx of {} is {version}, and {major}.{minor} is needed", it.name)
            }
        })
        .collect();
    let reason = match named {
        Some(program) => {
            format!("The builder `{program}` cannot build the image: {}.", each.join("; "))
        }
        None => format!("There is no program that can build the image: {}.", each.join("; ")),
    };
    build(reason)
        .hinted(
            "Install Docker with buildx, Podman, Buildah, Finch or nerdctl with BuildKit, or start or update the one \
             that is installed;",
        )
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
    match hint(program, lines, platform) {
        Some(hint) => error.hinted(hint),
        None => error,
    }
}

/// What to try, for those failures whose lines do not say it.
fn hint(program: &str, lines: &[String], platform: &str) -> Option<String> {
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
    if Builder::of(program) == Some(Builder::Finch) && (says("401") || says("basic auth")) {
        return Some(
            "Finch before 1.15.1 does not pass the login on to its virtual machine. Update it, or set `build.builder` to \
             another builder."
                .to_owned(),
        );
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

/// Somebody wrote to the files, although they are now as they were.
pub(super) fn written_meanwhile(folder: &str) -> Error {
    build(format!(
        "Files in {folder} were written to while the image was built, so it is not known what is in the image, and it is \
         not deployed"
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
    use super::{
        Missing, Why, changed_meanwhile, failed, no_builder, not_pushed, not_started,
        written_meanwhile,
    };

    #[test]
    fn a_build_that_fails_is_told_with_what_to_try() {
        let missing = [
            Missing {
                name: "docker",
                why: Why::Says("docker: unknown command: docker buildx".to_owned()),
            },
            Missing { name: "podman", why: Why::NotInstalled },
        ];
        let old = [Missing { name: "docker", why: Why::TooOld("0.9.1".to_owned()) }];
        let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
        let code = "exit status: 1";
        let told = [
            no_builder(None, &missing),
            no_builder(Some("/opt/podman"), &missing[1..]),
            no_builder(Some("docker"), &old),
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
            failed("finch", "push", code, &lines("unexpected status code 401"), "linux/amd64"),
            changed_meanwhile("/app"),
            written_meanwhile("/app"),
            not_pushed("docker", "123.dkr.ecr.eu-west-1.amazonaws.com/web:src-1"),
            not_started("docker", &std::io::Error::from(std::io::ErrorKind::PermissionDenied)),
        ];
        let told: Vec<String> = told.iter().map(ToString::to_string).collect();
        expect_test::expect![[r#"
            `build`: There is no program that can build the image: docker is installed and says "docker: unknown command: docker buildx"; podman is not installed.
              Install Docker with buildx, Podman, Buildah, Finch or nerdctl with BuildKit, or start or update the one that is installed;
              or build elsewhere: without `build` and `image`, `pulumi up` creates the repository and prints the commands that push to it, and the next `pulumi up` deploys what was pushed.
            `build`: The builder `/opt/podman` cannot build the image: podman is not installed.
              Install Docker with buildx, Podman, Buildah, Finch or nerdctl with BuildKit, or start or update the one that is installed;
              or build elsewhere: without `build` and `image`, `pulumi up` creates the repository and prints the commands that push to it, and the next `pulumi up` deploys what was pushed.
            `build`: The builder `docker` cannot build the image: the buildx of docker is 0.9.1, and 0.10 is needed.
              Install Docker with buildx, Podman, Buildah, Finch or nerdctl with BuildKit, or start or update the one that is installed;
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
            `build`: `finch push` failed with exit status: 1. Its last lines:
              unexpected status code 401
              Finch before 1.15.1 does not pass the login on to its virtual machine. Update it, or set `build.builder` to another builder.
            `build`: The files in /app are not those any more that this run read at its beginning, so what was built is not deployed
              Run `pulumi up` again. If a step of the build writes there, exclude what it writes by `.dockerignore`.
            `build`: Files in /app were written to while the image was built, so it is not known what is in the image, and it is not deployed
              Run `pulumi up` again. If a step of the build writes there, exclude what it writes by `.dockerignore`.
            `build`: `docker` succeeded, and 123.dkr.ecr.eu-west-1.amazonaws.com/web:src-1 is not in the repository
              If `build.extraOptions` say where the image goes (`--output`, `--load`), remove them.
            `build`: The builder `docker` did not start: permission denied"#]].assert_eq(&told.join("\n"));
    }
}
