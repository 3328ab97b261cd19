//! One pattern of a `.dockerignore`, with the meaning that Docker's builders give it.
//!
//! Source: moby/patternmatcher (BuildKit, Buildah and Podman use it), and the table of cases in its tests.

use regex_lite::Regex;

/// A pattern.
#[derive(Debug)]
pub(super) struct Pattern {
    /// Begins with `!`: what it matches is not ignored after all.
    pub(super) exception: bool,
    /// Cleaned.
    text: String,
    matches: Matches,
}

#[derive(Debug)]
enum Matches {
    Exactly,
    /// What follows this.
    Prefix(String),
    /// What ends so, or is all of it without its first slash.
    Suffix(String),
    Regex(Regex),
}

impl Pattern {
    /// Of one line that is no comment; `None` if it is not a pattern.
    pub(super) fn of(line: &str) -> Option<Self> {
        let (exception, rest) = match line.strip_prefix('!') {
            Some(rest) => (true, rest.trim()),
            None => (false, line),
        };
        if rest.is_empty() {
            return None;
        }
        let cleaned = clean(rest);
        let text = cleaned.strip_prefix('/').filter(|it| !it.is_empty()).unwrap_or(&cleaned);
        let text = text.to_owned();
        if is_malformed(&text) {
            return None;
        }
        let matches = compile(&text)?;
        Some(Self { exception, text, matches })
    }

    /// Whether it is about this path itself; what is below a folder goes with it.
    pub(super) fn is_about(&self, path: &str) -> bool {
        match &self.matches {
            Matches::Exactly => path == self.text,
            Matches::Prefix(prefix) => path.starts_with(prefix.as_str()),
            Matches::Suffix(suffix) => {
                path.ends_with(suffix.as_str()) || suffix.strip_prefix('/') == Some(path)
            }
            Matches::Regex(regex) => regex.is_match(path),
        }
    }

    /// Whether it can be about something below this folder.
    pub(super) fn may_be_below(&self, folder: &str) -> bool {
        match self.matches {
            Matches::Exactly => {
                self.text.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
            }
            _ => true,
        }
    }
}

impl std::fmt::Display for Pattern {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}{}", if self.exception { "!" } else { "" }, self.text)
    }
}

/// The shortest name of the same path (Go's `filepath.Clean`).
fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            ".." if rooted => {}
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    match (rooted, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

/// Whether brackets or a backslash are not closed (Go's `filepath.Match`).
fn is_malformed(pattern: &str) -> bool {
    let mut rest = pattern.chars().peekable();
    while let Some(it) = rest.next() {
        match it {
            '\\' if rest.next().is_none() => return true,
            '[' => {
                rest.next_if_eq(&'^');
                let mut ranges = 0;
                loop {
                    if ranges > 0 && rest.next_if_eq(&']').is_some() {
                        break;
                    }
                    if !is_member(&mut rest)
                        || rest.next_if_eq(&'-').is_some() && !is_member(&mut rest)
                    {
                        return true;
                    }
                    ranges += 1;
                }
            }
            _ => {}
        }
    }
    false
}

/// Takes one character of a class; whether there is one, and something after it.
fn is_member(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> bool {
    match rest.next() {
        None | Some('-' | ']') => return false,
        Some('\\') => {
            if rest.next().is_none() {
                return false;
            }
        }
        Some(_) => {}
    }
    rest.peek().is_some()
}

/// As moby's `compile` does it: a regular expression, where no simpler comparison does.
fn compile(pattern: &str) -> Option<Matches> {
    enum Simple {
        Exactly,
        Prefix,
        Suffix,
        None,
    }
    let mut regex = "^".to_owned();
    let mut simple = Simple::Exactly;
    let mut first = true;
    let mut rest = pattern.chars().peekable();
    while let Some(it) = rest.next() {
        match it {
            '*' if rest.next_if_eq(&'*').is_some() => {
                // `**/` is `**`.
                rest.next_if_eq(&'/');
                if rest.peek().is_none() {
                    if matches!(simple, Simple::Exactly) {
                        simple = Simple::Prefix;
                    } else {
                        regex.push_str(".*");
                        simple = Simple::None;
                    }
                } else {
                    regex.push_str("(.*/)?");
                    simple = Simple::None;
                }
                if first {
                    simple = Simple::Suffix;
                }
            }
            '*' => {
                regex.push_str("[^/]*");
                simple = Simple::None;
            }
            '?' => {
                regex.push_str("[^/]");
                simple = Simple::None;
            }
            '.' | '+' | '(' | ')' | '|' | '{' | '}' | '$' => {
                regex.push('\\');
                regex.push(it);
            }
            '\\' => {
                let escaped = rest.next()?;
                // A letter after a backslash would be a class of its own.
                if !escaped.is_alphanumeric() {
                    regex.push('\\');
                }
                regex.push(escaped);
                simple = Simple::None;
            }
            '[' | ']' => {
                regex.push(it);
                simple = Simple::None;
            }
            it => regex.push(it),
        }
        first = false;
    }
    Some(match simple {
        Simple::Exactly => Matches::Exactly,
        Simple::Prefix => {
            Matches::Prefix(pattern.trim_end_matches('/').strip_suffix("**")?.to_owned())
        }
        Simple::Suffix => Matches::Suffix(pattern.strip_prefix("**")?.to_owned()),
        Simple::None => Matches::Regex(Regex::new(&format!("{regex}$")).ok()?),
    })
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn a_path_is_written_in_its_shortest_form() {
        for (path, short) in [
            ("a/./b//c/", "a/b/c"),
            ("a/../b", "b"),
            ("../a", "../a"),
            ("/../a", "/a"),
            ("./", "."),
            ("/", "/"),
        ] {
            assert_eq!(clean(path), short, "{path}");
        }
    }
}
