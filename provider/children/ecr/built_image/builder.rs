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
    Nerdctl,
}

/// All of them, in the order in which they are looked for. Finch is none: it hands no other configuration on to the
/// virtual machine in which it builds (runfinch/finch, the variables that it passes), so it could only push with
/// credentials in the user's own.
pub const BUILDERS: [Builder; 4] =
    [Builder::Docker, Builder::Podman, Builder::Buildah, Builder::Nerdctl];

impl Builder {
    /// The program's usual name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Docker => "docker",
            Self::Podman => "podman",
            Self::Buildah => "buildah",
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
            Self::Podman => &[&["info"]],
            Self::Buildah | Self::Nerdctl => &[&["version"]],
        }
    }
}

/// A builder that can build.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Found {
    pub(super) kind: Builder,
    pub(super) program: String,
}

/// Why a builder cannot be used.
#[derive(Debug, PartialEq)]
pub(super) struct Missing {
    pub(super) name: &'static str,
    /// In its own words; nothing if it is not installed.
    pub(super) why: Option<String>,
}

/// How long a builder may take to say that it is there.
const PROBE: Duration = Duration::from_secs(30);

/// The builder that is named, or the first that can build.
pub(super) async fn find(cx: &Cx, named: Option<&str>) -> Result<Found> {
    let named = named.and_then(|program| {
        Builder::of(program).map(|kind| Found { kind, program: program.to_owned() })
    });
    let candidates = match named.clone() {
        Some(it) => vec![it],
        None => BUILDERS.map(|kind| Found { kind, program: kind.name().to_owned() }).to_vec(),
    };
    let mut missing = Vec::new();
    for it in candidates {
        match cannot(cx, &it).await? {
            None => return Ok(it),
            Some(why) => missing.push(Missing { name: it.kind.name(), why }),
        }
    }
    Err(failures::no_builder(named.as_ref().map(|it| it.program.as_str()), &missing))
}

/// Why it cannot build: in its own words, or nothing if it is not installed. `None` if it can.
async fn cannot(cx: &Cx, it: &Found) -> Result<Option<Option<String>>> {
    for probe in it.kind.probes() {
        let mut command = Command::new(&it.program);
        command.args(*probe);
        match program::run(cx, "the builder's version", PROBE, command, |_| ()).await {
            Ok(ended) if ended.status.success() => {}
            Ok(ended) => {
                let last = ended.lines.into_iter().rfind(|line| !line.starts_with("Run '"));
                return Ok(Some(Some(last.unwrap_or_else(|| ended.status.to_string()))));
            }
            Err(Failed::ToStart(_)) => return Ok(Some(None)),
            Err(Failed::Stopped(error)) => return Err(error),
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::Builder;

    #[test]
    fn a_builder_is_known_by_its_name() {
        for (program, kind) in [
            ("docker", Some(Builder::Docker)),
            ("/usr/local/bin/podman", Some(Builder::Podman)),
            (r"C:\Program Files\Docker\docker.exe", Some(Builder::Docker)),
            ("./tools/buildah", Some(Builder::Buildah)),
            ("finch", None),
            ("docker-compose", None),
        ] {
            assert_eq!(Builder::of(program), kind, "{program}");
        }
    }
}
