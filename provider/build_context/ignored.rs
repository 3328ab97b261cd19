//! What the builder does not get to see: `<Dockerfile>.dockerignore`, or else `.dockerignore`.
//!
//! BuildKit looks for the first beside the Dockerfile and for the second in the context (Dockerfile reference, "Filename
//! and location"). Podman and Buildah have names of their own besides; they are told which file is meant.

use std::path::{Path, PathBuf};

use super::pattern::Pattern;
use super::{CONTEXT, files, unreadable};
use crate::error::Problem;

/// Patterns, the last that matches decides.
#[derive(Debug, Default)]
pub(super) struct Ignored(Vec<Pattern>);

/// Which patterns are about a folder: then they are about all that is in it.
pub(super) type About = Vec<bool>;

impl Ignored {
    /// Those of the file that the builder reads.
    pub(super) fn of(folder: &Path, dockerfile: &Path) -> Result<Self, Problem> {
        let mut own = dockerfile.as_os_str().to_owned();
        own.push(".dockerignore");
        for file in [PathBuf::from(own), folder.join(".dockerignore")] {
            match files::text(&file) {
                Ok(text) => return Self::read(&text).map_err(|line| malformed(&file, &line)),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(unreadable(CONTEXT, &file, &error)),
            }
        }
        Ok(Self::default())
    }

    /// The patterns of a text, a line each.
    ///
    /// # Errors
    /// The first line that is no pattern.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let lines = text.lines().filter(|line| !line.starts_with('#')).map(str::trim);
        let patterns = lines
            .filter(|line| !line.is_empty())
            .map(|line| Pattern::of(line).ok_or_else(|| line.to_owned()));
        patterns.collect::<Result<_, _>>().map(Self)
    }

    /// The patterns, for a builder that is told them.
    pub(super) fn text(&self) -> String {
        self.0.iter().flat_map(|pattern| [pattern.to_string(), "\n".to_owned()]).collect()
    }

    /// Whether the path is ignored, and which patterns are about it, from those that are about the folder that it
    /// lies in.
    pub(super) fn look(&self, path: &str, folder: &About) -> (bool, About) {
        let mut ignored = false;
        let mut about = vec![false; self.0.len()];
        for (index, pattern) in self.0.iter().enumerate() {
            about[index] = folder.get(index) == Some(&true);
            if !about[index] {
                // It could change nothing.
                if pattern.exception != ignored {
                    continue;
                }
                about[index] = pattern.is_about(path);
            }
            if about[index] {
                ignored = !pattern.exception;
            }
        }
        (ignored, about)
    }

    /// Whether something in a folder that is ignored may be an exception.
    pub(super) fn has_exceptions_below(&self, folder: &str) -> bool {
        self.0.iter().any(|it| it.exception && it.may_be_below(folder))
    }
}

fn malformed(file: &Path, line: &str) -> Problem {
    Problem::new(
        CONTEXT,
        format!("`{line}` in {} is not a pattern. Correct or remove the line.", file.display()),
    )
}

#[cfg(test)]
mod tests {
    use super::{About, Ignored};

    /// As the walk does it: folder by folder.
    fn ignored(patterns: &[&str], path: &str) -> bool {
        let all = Ignored::read(&patterns.join("\n")).expect("patterns");
        let mut about = About::new();
        let mut ignored = false;
        let path = path.trim_end_matches('/');
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        for end in ends {
            (ignored, about) = all.look(&path[..end], &about);
        }
        ignored
    }

    /// The cases of moby/patternmatcher's own test of matches, but for paths that no file has.
    #[test]
    fn patterns_mean_what_docker_means() {
        for (pattern, path, expected) in [
            ("**", "file", true),
            ("**/", "file", true),
            ("**", "dir/file", true),
            ("**/", "dir/file", true),
            ("**/**", "dir/file", true),
            ("dir/**", "dir/file", true),
            ("dir/**", "dir/dir2/file", true),
            ("**/dir", "dir", true),
            ("**/dir", "dir/file", true),
            ("**/dir2/*", "dir/dir2/file", true),
            ("**/dir2/**", "dir/dir2/dir3/file", true),
            ("**file", "file", true),
            ("**file", "dir/file", true),
            ("**/file", "dir/file", true),
            ("**file", "dir/dir/file", true),
            ("**/file", "dir/dir/file", true),
            ("**/file*", "dir/dir/file", true),
            ("**/file*", "dir/dir/file.txt", true),
            ("**/file*txt", "dir/dir/file.txt", true),
            ("**/file*.txt", "dir/dir/file.txt", true),
            ("**/file*.txt*", "dir/dir/file.txt", true),
            ("**/**/*.txt", "dir/dir/file.txt", true),
            ("**/**/*.txt2", "dir/dir/file.txt", false),
            ("**/*.txt", "file.txt", true),
            ("**/**/*.txt", "file.txt", true),
            ("a**/*.txt", "a/file.txt", true),
            ("a**/*.txt", "a/dir/file.txt", true),
            ("a**/*.txt", "a/dir/dir/file.txt", true),
            ("a/*.txt", "a/dir/file.txt", false),
            ("a/*.txt", "a/file.txt", true),
            ("a/*.txt**", "a/file.txt", true),
            ("a[b-d]e", "ae", false),
            ("a[b-d]e", "ace", true),
            ("a[b-d]e", "aae", false),
            ("a[^b-d]e", "aze", true),
            (".*", ".foo", true),
            (".*", "foo", false),
            ("abc.def", "abcdef", false),
            ("abc.def", "abc.def", true),
            ("abc.def", "abcZdef", false),
            ("abc?def", "abcZdef", true),
            ("abc?def", "abcdef", false),
            (r"a\\", r"a\", true),
            (r"a\*b", "a*b", true),
            (r"a\*b", "ab", false),
            ("**/foo/bar", "foo/bar", true),
            ("**/foo/bar", "dir/foo/bar", true),
            ("**/foo/bar", "dir/dir2/foo/bar", true),
            ("abc/**", "abc", false),
            ("abc/**", "abc/def", true),
            ("abc/**", "abc/def/ghi", true),
            ("**/.foo", ".foo", true),
            ("**/.foo", "bar.foo", false),
            ("a(b)c/def", "a(b)c/def", true),
            ("a(b)c/def", "a(b)c/xyz", false),
            ("a.|)$(}+{bc", "a.|)$(}+{bc", true),
            ("dist/*.whl", "dist/proxy.py-2.4.0rc3.dev36+g08acad9-py3-none-any.whl", true),
            // Go's own cases of `filepath.Match`.
            ("*c", "abc", true),
            ("a*", "ab/c", true),
            ("a*/b", "a/c/b", false),
            ("a*b*c*d*e*/f", "axbxcxdxexxx/f", true),
            ("a*b*c*d*e*/f", "axbxcxdxexxx/fff", false),
            ("a*b?c*x", "abxbbxdbxebxczzx", true),
            ("a*b?c*x", "abxbbxdbxebxczzy", false),
            ("ab[e-g]", "abc", false),
            ("ab[^e-g]", "abc", true),
            ("a?b", "a☺b", true),
            ("a[^a]b", "a☺b", true),
            ("a???b", "a☺b", false),
            ("[a-ζ]*", "α", true),
            ("*[a-ζ]", "A", false),
            (r"[\]a]", "]", true),
            (r"[\-]", "-", true),
            (r"[x\-]", "-", true),
            (r"[x\-]", "z", false),
            // The leading slash, the trailing one, and comments (ignorefile).
            ("/docs", "docs/x", true),
            ("docs/", "docs/x", true),
            ("#docs", "#docs", false),
            ("./docs/../lib", "lib", true),
        ] {
            assert_eq!(ignored(&[pattern], path), expected, "{pattern} of {path}");
        }
    }

    #[test]
    fn the_last_pattern_that_matches_decides() {
        for (patterns, path, expected) in [
            (&["**", "!util/docker/web"][..], "util/docker/web/foo", false),
            (&["**", "!util/docker/web", "util/docker/web/foo"], "util/docker/web/foo", true),
            (&["**", "!dist/*.whl"], "dist/a.whl", false),
            (&["docs", "!docs/README.md"], "docs/README.md", false),
            (&["docs/", "!docs/README.md"], "docs/README.md", false),
            (&["docs/*", "!docs/README.md"], "docs/README.md", false),
            (&["!fileutils.go", "*.go"], "fileutils.go", true),
            (&["*.go", "! fileutils.go"], "fileutils.go", false),
            // Dockerfile reference, the cases of README.md.
            (&["*.md", "!README*.md", "README-secret.md"], "README-secret.md", true),
            (&["*.md", "README-secret.md", "!README*.md"], "README-secret.md", false),
            // A folder below one that is an exception is one too.
            (&["*", "!src"], "src/a/b.rs", false),
        ] {
            assert_eq!(ignored(patterns, path), expected, "{patterns:?} of {path}");
        }
    }

    #[test]
    fn what_is_no_pattern_is_told() {
        for wrong in ["[", "[^", "[^bc", "a[", "[]a]", "[-]", "[x-]", "[-x]", "[a-b-c]", r"\", "!"]
        {
            assert_eq!(Ignored::read(wrong).err().as_deref(), Some(wrong));
        }
        let file = std::path::Path::new("/app/.dockerignore");
        expect_test::expect![
            "`[` in /app/.dockerignore is not a pattern. Correct or remove the line."
        ]
        .assert_eq(&super::malformed(file, "[").reason);
    }

    #[test]
    fn a_text_is_read_with_its_mark_and_written_again() {
        let text = "\u{feff}# a comment\n/target/\n\n  node_modules  \n!  keep/./me\n";
        let read = Ignored::read(text).expect("patterns");
        assert_eq!(read.text(), "target\nnode_modules\n!keep/me\n");
    }
}
