//! Folders that only this user can read, for what a program of the user's needs for a while, credentials among them.
//!
//! A folder goes with its value, and with the process when that is told to end. One that is killed leaves its own; so each
//! new folder looks for such first. A folder's process lives while it holds the lock on a file in it: processes in other
//! containers have other numbers, and numbers come again, but a lock goes with its process.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// How the names of the folders begin.
const MARK: &str = "fargate-";
const LOCK: &str = "lock";

/// Those of this process.
static OPEN: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn open<T>(change: impl FnOnce(&mut Vec<PathBuf>) -> T) -> T {
    change(&mut OPEN.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Removes all folders of this process, which ends at once.
pub(super) fn remove_all() {
    for folder in open(std::mem::take) {
        let _ = fs::remove_dir_all(folder);
    }
}

/// A folder that only this user can read, and that is gone when this is dropped.
pub struct PrivateFolder {
    path: PathBuf,
    /// Whose lock says that the folder's process lives.
    lock: Option<File>,
}

impl PrivateFolder {
    /// One in the machine's folder for what is temporary, from which those of processes that were killed go.
    ///
    /// # Errors
    /// It cannot be created.
    pub fn create() -> io::Result<Self> {
        Self::create_in(&std::env::temp_dir())
    }

    fn create_in(temporary: &Path) -> io::Result<Self> {
        let name = format!("{MARK}{}-{}", std::process::id(), uuid::Uuid::new_v4().simple());
        let path = temporary.join(name);
        let mut folder = DirBuilder::new();
        folder.recursive(false);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
        folder.create(&path)?;
        open(|it| it.push(path.clone()));
        let mut created = Self { path, lock: None };
        // Under another name until it is locked: what has no lock yet is not taken for a leftover.
        let file = created.path.join("locking");
        let lock = File::create_new(&file)?;
        lock.try_lock()?;
        fs::rename(&file, created.path.join(LOCK))?;
        created.lock = Some(lock);
        remove_left(temporary, &created.path);
        Ok(created)
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for PrivateFolder {
    fn drop(&mut self) {
        // Windows removes no file that is open.
        drop(self.lock.take());
        let _ = fs::remove_dir_all(&self.path);
        open(|it| it.retain(|folder| *folder != self.path));
    }
}

/// Removes the folders of this user's processes that are gone. One that cannot be removed is left to the next time.
fn remove_left(temporary: &Path, own: &Path) {
    let Ok(entries) = fs::read_dir(temporary) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let is_named = entry.file_name().to_str().is_some_and(is_ours);
        if is_named && path != own && is_of_this_user(&path, own) && is_left(&path) {
            let _ = fs::remove_dir_all(path);
        }
    }
}

/// Whether a folder has such a name: the mark, a number, and 32 hexadecimal digits.
fn is_ours(name: &str) -> bool {
    let parts = name.strip_prefix(MARK).and_then(|it| it.split_once('-'));
    parts.is_some_and(|(process, random)| {
        process.parse::<u32>().is_ok()
            && random.len() == 32
            && random.bytes().all(|it| it.is_ascii_hexdigit())
    })
}

/// Whether it is a folder, no link to one, of the same user as another.
fn is_of_this_user(path: &Path, own: &Path) -> bool {
    let (Ok(it), Ok(own)) = (path.symlink_metadata(), own.symlink_metadata()) else { return false };
    #[cfg(unix)]
    let is_same = {
        use std::os::unix::fs::MetadataExt;
        it.uid() == own.uid()
    };
    // A folder for what is temporary is a user's own there.
    #[cfg(not(unix))]
    let is_same = own.is_dir();
    it.is_dir() && is_same
}

/// Whether its process is gone: then nobody holds its lock.
fn is_left(path: &Path) -> bool {
    File::open(path.join(LOCK)).is_ok_and(|it| it.try_lock().is_ok())
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};

    use super::{PrivateFolder, is_ours};

    #[test]
    fn a_private_folder_is_gone_with_its_value() {
        let folder = PrivateFolder::create().expect("created");
        let path = folder.path().to_owned();
        fs::write(path.join("config.json"), "{}").expect("written");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(&path).expect("there").permissions().mode();
            assert_eq!(mode & 0o777, 0o700);
        }
        drop(folder);
        assert!(!path.exists());
    }

    #[test]
    fn what_a_killed_process_left_goes_and_nothing_else() {
        let temporary = tempfile::tempdir().expect("a folder");
        let random = "0123456789abcdef0123456789abcdef";
        let folder = |name: &str, lock: &str| {
            let path = temporary.path().join(name);
            fs::create_dir(&path).expect("created");
            fs::write(path.join("config.json"), "{}").expect("written");
            fs::write(path.join(lock), "").expect("written");
            path
        };
        let left = folder(&format!("fargate-1-{random}"), "lock");
        // Of a process that lives, of one that is just beginning, and of other programs.
        let alive = PrivateFolder::create_in(temporary.path()).expect("created");
        let begun = folder(&format!("fargate-2-{random}"), "locking");
        let others =
            [folder("fargate-builder", "lock"), folder(&format!("other-1-{random}"), "lock")];
        let locked = folder(&format!("fargate-3-{random}"), "lock");
        let lock = File::open(locked.join("lock")).expect("there");
        lock.lock().expect("locked");
        #[cfg(unix)]
        let link = {
            let link = temporary.path().join(format!("fargate-4-{random}"));
            std::os::unix::fs::symlink(&others[0], &link).expect("linked");
            link
        };
        // It was removed when the second began already.
        assert!(!left.exists());
        let left = folder(&format!("fargate-5-{random}"), "lock");
        let new = PrivateFolder::create_in(temporary.path()).expect("created");
        assert!(!left.exists());
        for kept in [alive.path(), &begun, &others[0], &others[1], &locked, new.path()] {
            assert!(kept.exists(), "{}", kept.display());
        }
        #[cfg(unix)]
        assert!(link.exists());
        drop(lock);
        drop(PrivateFolder::create_in(temporary.path()).expect("created"));
        assert!(!locked.exists());
    }

    #[test]
    fn a_name_of_ours_has_a_number_and_what_is_random() {
        assert!(is_ours("fargate-17-0123456789abcdef0123456789abcdef"));
        for name in
            ["fargate-17", "fargate-17-x", "fargate-a-0123456789abcdef0123456789abcdef", "tmp"]
        {
            assert!(!is_ours(name), "{name}");
        }
    }
}
