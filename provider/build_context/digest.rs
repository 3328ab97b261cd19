//! What is in the files: a digest of each, by as many threads as there are cores.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use sha2::{Digest, Sha256};

use super::files::{Found, Kind};
use super::{CONTEXT, unreadable};
use crate::error::{Error, Problem};

/// More do not read faster from one disk.
const THREADS: usize = 8;
/// How much of a file is in memory at once.
const PIECE: usize = 128 * 1024;

/// The digests, in the same order.
pub(super) fn of_all(folder: &Path, found: &[Found]) -> Result<Vec<Vec<u8>>, Problem> {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(THREADS);
    let next = AtomicUsize::new(0);
    let work = || -> Result<Vec<(usize, Vec<u8>)>, Problem> {
        let mut piece = vec![0; PIECE];
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(file) = found.get(index) else { return Ok(done) };
            let path = folder.join(&file.path);
            let digest = of_one(&path, file.kind, &mut piece)
                .map_err(|error| unreadable(CONTEXT, &path, &error))?;
            done.push((index, digest));
        }
    };
    let parts = thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let ended = running.into_iter().map(|it| it.join().unwrap_or_else(|_| Err(panicked())));
        ended.collect::<Result<Vec<_>, Problem>>()
    })?;
    let mut digests = vec![Vec::new(); found.len()];
    for (index, digest) in parts.into_iter().flatten() {
        digests[index] = digest;
    }
    Ok(digests)
}

fn panicked() -> Problem {
    Problem::new(CONTEXT, Error::bug("a thread that reads files ended early").message())
}

fn of_one(path: &Path, kind: Kind, piece: &mut [u8]) -> io::Result<Vec<u8>> {
    match kind {
        Kind::Folder => Ok(Vec::new()),
        Kind::Link => {
            let target = fs::read_link(path)?;
            Ok(target.to_string_lossy().replace('\\', "/").into_bytes())
        }
        Kind::File => {
            let mut file = File::open(path)?;
            let mut hash = Sha256::new();
            loop {
                match file.read(piece)? {
                    0 => return Ok(hash.finalize().to_vec()),
                    read => hash.update(&piece[..read]),
                }
            }
        }
    }
}
