//! What is said of a large context: the builder copies all of it, and the hash reads all of it in each run.

use std::collections::{BTreeMap, BTreeSet};

use super::BuildContext;
use super::files::Found;

/// From this size on it is told.
const LARGE: u64 = 500_000_000;
/// How many of the largest are named.
const SHOWN: usize = 3;
/// Folders that tools make again, or keep for themselves.
const NEEDLESS: [&str; 12] = [
    ".git",
    ".gradle",
    ".mypy_cache",
    ".next",
    ".pulumi",
    ".pytest_cache",
    ".terraform",
    ".tox",
    ".venv",
    "node_modules",
    "target",
    "venv",
];

/// Sizes of what lies directly in the folder, the largest first.
pub(super) fn by_first_name(found: &[Found]) -> Vec<(String, u64)> {
    let mut sizes: BTreeMap<&str, u64> = BTreeMap::new();
    for file in found {
        let first = file.path.split('/').next().unwrap_or_default();
        *sizes.entry(first).or_default() += file.size;
    }
    let mut sizes: Vec<(String, u64)> =
        sizes.into_iter().map(|(name, size)| (name.to_owned(), size)).collect();
    sizes.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
    sizes.truncate(SHOWN);
    sizes
}

/// Patterns of the folders in it that images seldom need.
pub(super) fn needless(found: &[Found]) -> Vec<String> {
    let folders = found.iter().filter_map(|it| it.path.rsplit_once('/').map(|(folder, _)| folder));
    let names: BTreeSet<&str> = folders.flat_map(|folder| folder.split('/')).collect();
    NEEDLESS.iter().filter(|it| names.contains(*it)).map(|it| format!("**/{it}")).collect()
}

/// What the user should know of a context that is large.
#[must_use]
pub fn warning(context: &BuildContext) -> Option<String> {
    (context.bytes >= LARGE).then(|| {
        let parts: Vec<String> = context
            .largest
            .iter()
            .filter(|(_, size)| *size > 0)
            .map(|(name, size)| format!("`{name}` {}", in_words(*size)))
            .collect();
        let ignore = if context.needless.is_empty() {
            "with a line for each of these that the image does not need".to_owned()
        } else {
            let lines: Vec<String> = context.needless.iter().map(|it| format!("`{it}`")).collect();
            format!("with the lines {}", lines.join(", "))
        };
        format!(
            "The build context {} has {}: {}. Each run reads all of it, and each build copies it. What the image \
             does not need belongs in a `.dockerignore` in that folder, {ignore}.",
            context.folder.display(),
            in_words(context.bytes),
            parts.join(", "),
        )
    })
}

/// A size as a person says it.
fn in_words(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{} kB", bytes.div_ceil(1000)),
        1_000_000..1_000_000_000 => format!("{} MB", bytes / 1_000_000),
        _ => format!("{}.{} GB", bytes / 1_000_000_000, bytes % 1_000_000_000 / 100_000_000),
    }
}

#[cfg(test)]
mod tests {
    use super::super::files::{Found, Kind, Touched};
    use super::{BuildContext, by_first_name, needless, warning};

    fn file(path: &str, size: u64) -> Found {
        let touched = Touched::default();
        Found { path: path.to_owned(), kind: Kind::File, mode: 0o644, size, touched }
    }

    fn context(files: &[Found]) -> BuildContext {
        BuildContext {
            touched: [0; 32],
            folder: "/app".into(),
            dockerfile: "/app/Dockerfile".into(),
            ignore: String::new(),
            hash: String::new(),
            bytes: files.iter().map(|it| it.size).sum(),
            largest: by_first_name(files),
            needless: needless(files),
        }
    }

    #[test]
    fn a_large_context_is_told_with_what_makes_it_large() {
        let mut files = vec![
            file("Dockerfile", 400),
            file("src/main.py", 31_000),
            file("web/node_modules/x/index.js", 1_400_000_000),
            file(".git/objects/pack/a", 620_000_000),
            file("data.csv", 40_000_000),
        ];
        let all = warning(&context(&files)).unwrap_or_default();
        files.truncate(2);
        files.push(file("model.bin", 1_000_000_000));
        let other = warning(&context(&files)).unwrap_or_default();
        expect_test::expect![[r"
            The build context /app has 2.0 GB: `web` 1.4 GB, `.git` 620 MB, `data.csv` 40 MB. Each run reads all of it, and each build copies it. What the image does not need belongs in a `.dockerignore` in that folder, with the lines `**/.git`, `**/node_modules`.
            The build context /app has 1.0 GB: `model.bin` 1.0 GB, `src` 31 kB, `Dockerfile` 1 kB. Each run reads all of it, and each build copies it. What the image does not need belongs in a `.dockerignore` in that folder, with a line for each of these that the image does not need."]].assert_eq(&format!("{all}\n{other}"));
        files.pop();
        assert_eq!(warning(&context(&files)), None);
    }
}
