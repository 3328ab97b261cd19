//! What an image is built from, and the hash that decides whether it has to be built again.
//!
//! The hash is one of the files that the builder gets to see (paths, modes, contents), of the Dockerfile, and of what is
//! said to the builder: target, arguments, platform, further options. Not of it are times and owners, which builders
//! replace; and where the base images of the Dockerfile are today, which nobody can know without asking all registries.
//! Nothing here knows AWS or a builder.

mod digest;
mod files;
mod ignored;
mod large;
mod pattern;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::error::Problem;
pub use large::warning;

/// Where the folder is named in the program.
pub const CONTEXT: &str = "build.context";
/// Where the Dockerfile is named in the program.
pub const DOCKERFILE: &str = "build.dockerfile";

/// What is to be built.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    /// The folder that the builder gets to see.
    pub context: &'a str,
    /// `Dockerfile` in the folder if not given.
    pub dockerfile: Option<&'a str>,
    pub target: Option<&'a str>,
    pub args: &'a BTreeMap<String, String>,
    /// `linux/amd64`.
    pub platform: &'a str,
    /// What else the builder is told.
    pub options: &'a [String],
}

/// What was read of it.
#[derive(Clone, Debug)]
pub struct BuildContext {
    /// The folder, without links.
    pub folder: PathBuf,
    pub dockerfile: PathBuf,
    /// The patterns of what the builder does not get to see, a line each.
    pub ignore: String,
    /// 32 hexadecimal digits.
    pub hash: String,
    /// Another one after each write to one of the files, also after one that is taken back.
    touched: [u8; 32],
    /// The size of all files in it.
    pub bytes: u64,
    /// The size of each folder and file directly in it.
    largest: Vec<(String, u64)>,
    /// Folders in it that images seldom need, as patterns.
    needless: Vec<String>,
}

impl BuildContext {
    /// Whether nobody has written to any of the files between this reading of them and a later one. Equal hashes do not say
    /// it: a builder in between may have read what was changed and changed back.
    #[must_use]
    pub fn is_untouched(&self, later: &Self) -> bool {
        self.hash == later.hash && self.touched == later.touched
    }
}

/// Reads the folder, with all of the machine's cores.
///
/// # Errors
/// What cannot be read, by its path.
pub fn read(wanted: &Wanted<'_>) -> Result<BuildContext, Problem> {
    let folder = folder(wanted.context)?;
    let dockerfile = dockerfile(&folder, wanted)?;
    let text =
        files::text(&dockerfile).map_err(|error| unreadable(DOCKERFILE, &dockerfile, &error))?;
    let ignored = ignored::Ignored::of(&folder, &dockerfile)?;
    let found = files::walk(&folder, &ignored)?;
    let touched = touched(&dockerfile, &ignored.text(), &found)
        .map_err(|error| unreadable(DOCKERFILE, &dockerfile, &error))?;
    let digests = digest::of_all(&folder, &found)?;

    let mut hash = Sha256::new();
    let mut say = |part: &[u8]| {
        // With its length, so that no two lists of parts look alike.
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    };
    say(FORM);
    say(text.as_bytes());
    say(wanted.platform.as_bytes());
    say(wanted.target.unwrap_or_default().as_bytes());
    say(&(wanted.args.len() as u64).to_be_bytes());
    for (name, value) in wanted.args {
        say(name.as_bytes());
        say(value.as_bytes());
    }
    say(&(wanted.options.len() as u64).to_be_bytes());
    for option in wanted.options {
        say(option.as_bytes());
    }
    for (file, digest) in found.iter().zip(&digests) {
        say(file.path.as_bytes());
        say(&[file.kind.letter()]);
        say(&file.mode.to_be_bytes());
        say(digest);
    }
    let hash = hash.finalize();
    let hash: Vec<String> = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let hash = hash.concat();
    let bytes = found.iter().map(|it| it.size).sum();
    Ok(BuildContext {
        folder,
        dockerfile,
        ignore: ignored.text(),
        hash,
        touched,
        bytes,
        largest: large::by_first_name(&found),
        needless: large::needless(&found),
    })
}

/// When the files were written, before they are read.
fn touched(dockerfile: &Path, ignore: &str, found: &[files::Found]) -> std::io::Result<[u8; 32]> {
    let mut hash = Sha256::new();
    hash.update(ignore);
    let times = found.iter().map(|it| it.touched);
    for part in times.chain([files::touched(&dockerfile.metadata()?)]).flatten() {
        hash.update(part.to_be_bytes());
    }
    Ok(hash.finalize().into())
}

/// Of what the hash is made, in which order. Another form is another number: then each image is built once more.
const FORM: &[u8] = b"fargate build 1";

/// The folder without links, so that the builder and the hash mean the same.
fn folder(given: &str) -> Result<PathBuf, Problem> {
    let wrong = |reason: String| Problem::new(CONTEXT, reason);
    if given.contains("://") || given.starts_with("git@") || given == "-" {
        return Err(wrong(format!(
            "`{given}` is not a folder. What decides about a new build is a hash of the files, so only folders on \
             this machine can be built: check the repository out, or build it elsewhere and set `image`."
        )));
    }
    let path = Path::new(given);
    match path.canonicalize() {
        Ok(folder) if folder.is_dir() => Ok(folder),
        Ok(file) => Err(wrong(format!(
            "{} is a file. Set the folder that it lies in, and the file as `build.dockerfile`.",
            file.display()
        ))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(wrong(format!(
            "There is no folder `{given}` in {}, where the program runs. Correct the path, or use an absolute one.",
            here()
        ))),
        Err(error) => Err(unreadable(CONTEXT, path, &error)),
    }
}

fn here() -> String {
    std::env::current_dir().map_or_else(|_| "this folder".to_owned(), |it| it.display().to_string())
}

/// The Dockerfile, which may lie outside of the folder.
fn dockerfile(folder: &Path, wanted: &Wanted<'_>) -> Result<PathBuf, Problem> {
    let Some(given) = wanted.dockerfile else {
        // Podman and Buildah look for a Containerfile first; what all builders know is this name.
        let usual = folder.join("Dockerfile");
        if usual.is_file() {
            return Ok(usual);
        }
        return Err(Problem::new(
            CONTEXT,
            format!(
                "There is no Dockerfile in {}. Write one, or set `build.dockerfile` to the one that is meant.",
                folder.display()
            ),
        ));
    };
    let path = Path::new(given);
    // As it is named, since a builder looks for its `.dockerignore` beside this name, also if it is a link.
    match (path.metadata(), std::path::absolute(path)) {
        (Ok(data), Ok(file)) if data.is_file() => Ok(file),
        (Ok(_), _) => {
            Err(Problem::new(DOCKERFILE, format!("`{given}` is a folder. Set the file in it.")))
        }
        (Err(_), _) => {
            let meant = if folder.join(given).is_file() {
                format!(
                    " There is one in the context: write `{}`.",
                    Path::new(wanted.context).join(given).display()
                )
            } else {
                String::new()
            };
            Err(Problem::new(
                DOCKERFILE,
                format!(
                    "There is no file `{given}` in {}, where the program runs. The path is relative to that \
                     folder, as `build.context` is.{meant}",
                    here()
                ),
            ))
        }
    }
}

/// What to say of something that cannot be read.
fn unreadable(input: &str, path: &Path, error: &std::io::Error) -> Problem {
    Problem::new(
        input,
        format!(
            "{} cannot be read: {error}. Let it be readable, or exclude it by `.dockerignore`.",
            path.display()
        ),
    )
}

#[cfg(test)]
mod tests;
