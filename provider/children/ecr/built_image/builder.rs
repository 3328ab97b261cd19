//! The programs that build images, and which of them is there.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::failures;
use crate::error::Result;
use crate::resource::Cx;
use crate::resource::program::{self, Failed};

/// A kind of builder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Builder {
    /// Docker with buildx.
    Docker,
    Podman,
    Buildah,
    /// AWS's nerdctl in a virtual machine; on Linux nerdctl itself.
    Finch,
    Nerdctl,
}

/// All of them, in the order in which they are looked for.
pub const BUILDERS: [Builder; 5] =
    [Builder::Docker, Builder::Podman, Builder::Buildah, Builder::Finch, Builder::Nerdctl];

impl Builder {
    /// The program's usual name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Docker => "docker",
            Self::Podman => "podman",
            Self::Buildah => "buildah",
            Self::Finch => "finch",
            Self::Nerdctl => "nerdctl",
        }
    }

    /// The kind of a program, by its name or path.
    #[must_use]
    pub fn of(program: &str) -> Option<Self> {
        let name = program.rsplit(['/', '\\']).next()?;
        let stem = Path::new(name).file_stem()?.to_str()?;
        BUILDERS.into_iter().find(|it| it.name().eq_ignore_ascii_case(stem))
    }

    /// Commands that succeed only if it can build: its client, and what does the work. Docker's buildx is a program of
    /// its own, and the engines of Docker, Podman (on macOS and Windows) and nerdctl may not be running.
    fn probes(self) -> &'static [&'static [&'static str]] {
        match self {
            Self::Docker => &[&["buildx", "version"], &["version"]],
            Self::Podman => &[&["info", "--format", "{{.Host.ServiceIsRemote}}"]],
            Self::Buildah | Self::Finch | Self::Nerdctl => &[&["version"]],
        }
    }
}

/// A builder that can build.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Found {
    pub(super) kind: Builder,
    pub(super) program: String,
    /// Whether what does the work sees no variables of the program, but files that the program names: it is in a virtual
    /// machine, or elsewhere.
    pub(super) is_remote: bool,
}

/// Why a builder cannot be used.
#[derive(Debug, PartialEq)]
pub(super) struct Missing {
    pub(super) name: &'static str,
    pub(super) why: Why,
}

/// What is in the way.
#[derive(Debug, PartialEq)]
pub(super) enum Why {
    NotInstalled,
    /// In its own words.
    Says(String),
    /// This version of buildx.
    TooOld(String),
}

/// How long a builder may take to say that it is there.
const PROBE: Duration = Duration::from_secs(30);
/// The first buildx that knows `--provenance` (docker/buildx, release notes of 0.10.0).
pub(super) const LEAST_BUILDX: (u32, u32) = (0, 10);

/// The builder that is named, or the first that can build.
pub(super) async fn find(cx: &Cx, named: Option<&str>) -> Result<Found> {
    let named = named.and_then(|program| Builder::of(program).map(|kind| (kind, program)));
    let candidates = match named {
        Some(it) => vec![it],
        None => BUILDERS.map(|kind| (kind, kind.name())).to_vec(),
    };
    let mut missing = Vec::new();
    for (kind, program) in candidates {
        match look_at(cx, kind, program).await? {
            Ok(it) => return Ok(it),
            Err(why) => missing.push(Missing { name: kind.name(), why }),
        }
    }
    Err(failures::no_builder(named.map(|(_, program)| program), &missing))
}

/// What this program is, or why it cannot build.
async fn look_at(cx: &Cx, kind: Builder, program: &str) -> Result<Result<Found, Why>> {
    let mut lines = match asked(cx, kind, program).await? {
        Ok(lines) => lines,
        Err(why) => return Ok(Err(why)),
    };
    let kind = if kind == Builder::Docker && is_podman(&lines) {
        lines = match asked(cx, Builder::Podman, program).await? {
            Ok(lines) => lines,
            Err(why) => return Ok(Err(why)),
        };
        Builder::Podman
    } else {
        kind
    };
    if let Some(version) = old_buildx(&lines).filter(|_| kind == Builder::Docker) {
        return Ok(Err(Why::TooOld(version)));
    }
    let is_remote = match kind {
        Builder::Podman => lines.iter().any(|line| line.trim() == "true"),
        // Its list of variables that reach the virtual machine is fixed (runfinch/finch, nerdctl_remote.go).
        Builder::Finch => true,
        _ => false,
    };
    Ok(Ok(Found { kind, program: program.to_owned(), is_remote }))
}

/// The lines of its probes, or why it cannot build.
async fn asked(cx: &Cx, kind: Builder, program: &str) -> Result<Result<Vec<String>, Why>> {
    let mut lines = Vec::new();
    for probe in kind.probes() {
        let mut command = Command::new(program);
        command.args(*probe);
        match program::run(cx, "the builder's version", PROBE, command, |_| ()).await {
            Ok(ended) if ended.status.success() => lines.extend(ended.lines),
            Ok(ended) => {
                let last = ended.lines.into_iter().rfind(|line| !line.starts_with("Run '"));
                return Ok(Err(Why::Says(last.unwrap_or_else(|| ended.status.to_string()))));
            }
            Err(Failed::ToStart(_)) => return Ok(Err(Why::NotInstalled)),
            Err(Failed::Stopped(error)) => return Err(error),
        }
    }
    Ok(Ok(lines))
}

/// Whether what is called `docker` is Podman, as the package podman-docker makes it: its `buildx version` names Buildah, and
/// its `version` itself (containers/podman, cmd/podman/images/version.go, cmd/podman/system/version.go).
fn is_podman(lines: &[String]) -> bool {
    lines.iter().any(|line| line.starts_with("buildah ") || line.contains("Podman Engine"))
}

/// The version of buildx, if it is too old: `github.com/docker/buildx v0.9.1 ed00243a…`, in Debian without the `v`.
fn old_buildx(lines: &[String]) -> Option<String> {
    let line = lines.iter().find(|line| line.contains("/buildx "))?;
    let version = line.split_whitespace().nth(1)?.trim_start_matches('v');
    let mut numbers = version.split(|it: char| !it.is_ascii_digit()).map(str::parse);
    let (Some(Ok(major)), Some(Ok(minor))) = (numbers.next(), numbers.next()) else { return None };
    ((major, minor) < LEAST_BUILDX).then(|| version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Builder, is_podman, old_buildx};

    #[test]
    fn a_builder_is_known_by_its_name() {
        for (program, kind) in [
            ("docker", Some(Builder::Docker)),
            ("/usr/local/bin/podman", Some(Builder::Podman)),
            (r"C:\Program Files\Docker\docker.exe", Some(Builder::Docker)),
            ("./tools/buildah", Some(Builder::Buildah)),
            ("finch", Some(Builder::Finch)),
            ("docker-compose", None),
        ] {
            assert_eq!(Builder::of(program), kind, "{program}");
        }
    }

    #[test]
    fn an_old_buildx_is_known_by_its_version() {
        for (line, old) in [
            ("github.com/docker/buildx v0.9.1 ed00243a", Some("0.9.1")),
            ("github.com/docker/buildx 0.5.1+ds1-1 abc", Some("0.5.1+ds1-1")),
            ("github.com/docker/buildx v0.10.0 abc", None),
            ("github.com/docker/buildx v0.21.2-desktop.1 abc", None),
            ("github.com/docker/buildx v1.0.0", None),
            // One that was built by hand.
            ("github.com/docker/buildx 2f1c4e1", None),
            ("buildah 1.33.7", None),
        ] {
            assert_eq!(old_buildx(&[line.to_owned()]).as_deref(), old, "{line}");
        }
    }

    #[test]
    fn podman_is_known_under_dockers_name() {
        let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
        assert!(is_podman(&lines(
            "buildah 1.28.2\nClient:       Podman Engine\nVersion:      4.3.1"
        )));
        assert!(!is_podman(&lines("github.com/docker/buildx v0.12.1 x\nClient: Docker Engine")));
    }
}
