//! The files that the builder gets to see.

use std::fs::{self, Metadata};
use std::io;
use std::path::Path;

use super::ignored::{About, Ignored};
use super::{CONTEXT, unreadable};
use crate::error::Problem;

/// One of them.
#[derive(Debug, PartialEq)]
pub(super) struct Found {
    /// From the folder on, with slashes.
    pub(super) path: String,
    pub(super) kind: Kind,
    /// The bits of permission; those of Windows, which has none, are what builders make of its files.
    pub(super) mode: u32,
    pub(super) size: u64,
    /// Another one after each write, also after one that is taken back.
    pub(super) touched: Touched,
}

/// When a file was written, and by what name the file system knows it; nothing of folders, in which others write what the
/// builder does not get to see.
pub(super) type Touched = [i64; 5];

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    Folder,
    File,
    Link,
}

impl Kind {
    pub(super) fn letter(self) -> u8 {
        match self {
            Self::Folder => b'd',
            Self::File => b'f',
            Self::Link => b'l',
        }
    }
}

/// A text of any encoding.
pub(super) fn text(file: &Path) -> io::Result<String> {
    fs::read(file).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// All of them, in the order of their paths.
pub(super) fn walk(folder: &Path, ignored: &Ignored) -> Result<Vec<Found>, Problem> {
    let mut found = Vec::new();
    enter(folder, "", &About::new(), ignored, &mut found)?;
    found.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(found)
}

/// Adds what is below the folder at `at`; whether there is anything.
fn enter(
    folder: &Path,
    at: &str,
    about: &About,
    ignored: &Ignored,
    found: &mut Vec<Found>,
) -> Result<bool, Problem> {
    let path = folder.join(at);
    let entries = fs::read_dir(&path).map_err(|error| unreadable(CONTEXT, &path, &error))?;
    let before = found.len();
    for entry in entries {
        let entry = entry.map_err(|error| unreadable(CONTEXT, &path, &error))?;
        let Some(name) = entry.file_name().to_str().map(str::to_owned) else {
            return Err(odd(&entry.path(), "has a name that is not valid UTF-8"));
        };
        let at = if at.is_empty() { name } else { format!("{at}/{name}") };
        let (is_ignored, about) = ignored.look(&at, about);
        let kind = entry.file_type().map_err(|error| unreadable(CONTEXT, &entry.path(), &error))?;
        if is_ignored && !(kind.is_dir() && ignored.has_exceptions_below(&at)) {
            continue;
        }
        let data = entry.metadata().map_err(|error| unreadable(CONTEXT, &entry.path(), &error))?;
        let (kind, size) = if kind.is_dir() {
            // One that is ignored is there for what is not.
            if !enter(folder, &at, &about, ignored, found)? && is_ignored {
                continue;
            }
            (Kind::Folder, 0)
        } else if kind.is_file() {
            (Kind::File, data.len())
        } else if kind.is_symlink() {
            (Kind::Link, 0)
        } else {
            return Err(odd(&entry.path(), "is neither a file, a folder nor a link"));
        };
        let touched = if kind == Kind::Folder { Touched::default() } else { touched(&data) };
        found.push(Found { path: at, kind, mode: mode(&data, kind), size, touched });
    }
    Ok(found.len() > before)
}

/// Links have no mode that counts: what they are differs by the operating system.
#[cfg(unix)]
fn mode(data: &Metadata, kind: Kind) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    if kind == Kind::Link { 0 } else { data.permissions().mode() & 0o7777 }
}

/// Docker's builders send files of Windows as executable ones (docker/docker-py#2207).
#[cfg(not(unix))]
fn mode(_data: &Metadata, kind: Kind) -> u32 {
    if kind == Kind::Link { 0 } else { 0o755 }
}

/// Nobody can set the time of a change (stat(2), `st_ctim`), as an archive that is unpacked sets that of a write.
#[cfg(unix)]
pub(super) fn touched(data: &Metadata) -> Touched {
    use std::os::unix::fs::MetadataExt;
    [data.mtime(), data.mtime_nsec(), data.ctime(), data.ctime_nsec(), data.ino().cast_signed()]
}

#[cfg(not(unix))]
pub(super) fn touched(data: &Metadata) -> Touched {
    let written = data.modified().ok().and_then(|it| it.duration_since(std::time::UNIX_EPOCH).ok());
    let written = written.unwrap_or_default();
    [written.as_secs().cast_signed(), written.subsec_nanos().into(), 0, 0, 0]
}

/// A thing that no image can have.
fn odd(path: &Path, what: &str) -> Problem {
    Problem::new(
        CONTEXT,
        format!(
            "{} {what}, and cannot be in an image. Remove it, or exclude it by `.dockerignore`.",
            path.display()
        ),
    )
}
