//! The sources as tokens and as the paths they name: as much of Rust as the rules in `tidy` need.

use std::path::Path;

/// One source file of the crate.
pub(crate) struct Source {
    /// From `provider/`: `children/role.rs`.
    pub(crate) path: String,
    pub(crate) text: String,
    pub(crate) tokens: Vec<Token>,
    /// Every path that begins with `crate` or `super`, written from the crate's root.
    pub(crate) named: Vec<Named>,
}

/// An identifier, `::`, a text as it is written, or one character of punctuation. Comments and
/// other literals are left out.
pub(crate) struct Token {
    pub(crate) text: String,
    pub(crate) line: usize,
}

/// A path as the crate's root sees it: `["children", "ours", "is"]`.
pub(crate) struct Named {
    pub(crate) path: Vec<String>,
    pub(crate) line: usize,
}

impl Source {
    /// The top module: `children` of `children/role.rs`.
    pub(crate) fn layer(&self) -> &str {
        self.path.split(['/', '.']).next().unwrap_or_default()
    }

    /// `<path>:<line>`, as editors understand it.
    pub(crate) fn at(&self, line: usize) -> String {
        format!("provider/{}:{line}", self.path)
    }

    /// Whether the tokens from `index` on are these.
    pub(crate) fn reads(&self, index: usize, expected: &[&str]) -> bool {
        self.tokens[index..]
            .iter()
            .map(|token| token.text.as_str())
            .take(expected.len())
            .eq(expected.iter().copied())
    }
}

/// All sources of the crate, without these tests.
pub(crate) fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("provider");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.strip_prefix(&root).expect("below").to_str().expect("text").to_owned();
            if path.is_dir() && name != "tests" {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(source(name, std::fs::read_to_string(&path).expect("a source")));
            }
        }
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    found
}

fn source(path: String, text: String) -> Source {
    let tokens = tokens(&text);
    let named = named(&path, &tokens);
    Source { path, text, tokens, named }
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let characters: Vec<char> = text.chars().collect();
    let at = |index: usize| characters.get(index).copied().unwrap_or('\0');
    let mut tokens: Vec<Token> = Vec::new();
    let (mut index, mut line) = (0, 1);
    while index < characters.len() {
        let begin = index;
        let mut token = None;
        match at(index) {
            '/' if at(index + 1) == '/' => {
                while index < characters.len() && at(index) != '\n' {
                    index += 1;
                }
            }
            '/' if at(index + 1) == '*' => {
                while index < characters.len() && !(at(index) == '*' && at(index + 1) == '/') {
                    index += 1;
                }
                index += 2;
            }
            '"' => {
                index = after_text(&characters, index + 1);
                token = Some(index);
            }
            'r' if at(index + 1) == '"' || (at(index + 1) == '#' && !is_word(at(index + 2))) => {
                index = after_raw_text(&characters, index + 1);
                token = Some(index);
            }
            // A character; otherwise a lifetime, whose word follows as a token of its own.
            '\'' if at(index + 1) == '\\' => {
                index += 3;
                while index < characters.len() && at(index) != '\'' {
                    index += 1;
                }
                index += 1;
            }
            '\'' if at(index + 2) == '\'' => index += 3,
            character if is_word(character) => {
                while is_word(at(index)) {
                    index += 1;
                }
                token = Some(index);
            }
            ':' if at(index + 1) == ':' => {
                index += 2;
                token = Some(index);
            }
            character => {
                index += 1;
                token = (!character.is_whitespace()).then_some(index);
            }
        }
        let end = index.min(characters.len());
        if let Some(end) = token {
            tokens.push(Token { text: characters[begin..end].iter().collect(), line });
        }
        line += characters[begin..end].iter().filter(|&&character| character == '\n').count();
    }
    tokens
}

fn after_text(characters: &[char], mut index: usize) -> usize {
    while index < characters.len() && characters[index] != '"' {
        index += if characters[index] == '\\' { 2 } else { 1 };
    }
    index + 1
}

fn after_raw_text(characters: &[char], begin: usize) -> usize {
    let hashes = characters[begin..].iter().take_while(|&&character| character == '#').count();
    let mut index = begin + hashes + 1;
    while index < characters.len() {
        let close = characters[index + 1..].iter().take(hashes);
        if characters[index] == '"' && close.filter(|&&it| it == '#').count() == hashes {
            break;
        }
        index += 1;
    }
    index + 1 + hashes
}

/// The paths of a file; `super` is counted from the module that a token stands in.
fn named(path: &str, tokens: &[Token]) -> Vec<Named> {
    let stem = path.trim_end_matches(".rs").trim_end_matches("/mod");
    let mut module: Vec<String> = stem.split('/').map(str::to_owned).collect();
    if matches!(stem, "lib" | "main") {
        module.clear();
    }
    let word = |index: usize| tokens.get(index).map_or("", |token| token.text.as_str());
    let mut inline: Vec<usize> = Vec::new();
    let mut depth = 0;
    let mut found = Vec::new();
    let mut index = 0;
    while index < tokens.len() {
        match word(index) {
            "mod" if word(index + 2) == "{" => {
                module.push(word(index + 1).to_owned());
                depth += 1;
                inline.push(depth);
                index += 2;
            }
            "{" => depth += 1,
            "}" => {
                if inline.last() == Some(&depth) {
                    inline.pop();
                    module.pop();
                }
                depth -= 1;
            }
            "crate" | "super" if word(index.wrapping_sub(1)) != "::" => {
                index = tree(tokens, index, &module, &mut found);
                continue;
            }
            _ => {}
        }
        index += 1;
    }
    found
}

/// Adds the path that begins at `index` to `found`, or the many if it ends in braces, and tells
/// where it ends.
fn tree(tokens: &[Token], begin: usize, prefix: &[String], found: &mut Vec<Named>) -> usize {
    let word = |index: usize| tokens.get(index).map_or("", |token| token.text.as_str());
    let mut path = prefix.to_vec();
    let mut index = begin;
    loop {
        match word(index) {
            "crate" => path.clear(),
            "super" => drop(path.pop()),
            "self" => {}
            "{" => {
                index += 1;
                while !matches!(word(index), "}" | "") {
                    index = tree(tokens, index, &path, found);
                    // What follows a path in braces: `as other`, a comma.
                    while !matches!(word(index), "," | "}" | "") {
                        index += 1;
                    }
                    if word(index) == "," {
                        index += 1;
                    }
                }
                return index + 1;
            }
            name => path.push(name.to_owned()),
        }
        index += 1;
        let goes_on =
            word(index) == "::" && (word(index + 1) == "{" || starts_word(word(index + 1)));
        if !goes_on {
            // Nothing is left of `pub(super)` right below the root.
            if !path.is_empty() {
                found.push(Named { path, line: tokens[begin].line });
            }
            return index;
        }
        index += 1;
    }
}

fn starts_word(text: &str) -> bool {
    text == "*" || text.starts_with(is_word)
}

#[test]
fn paths_are_told_from_the_root() {
    let text = r##"
        //! [`crate::server`]
        use crate::aws::{Explain, error::{self, Gone as Away}};
        fn f<'a>(x: &'a str) -> char { "crate::server"; r#"super::"# ; super::ours::is(x); '"' }
        mod tests { use super::super::expiry; fn g() { crate::property::unknown() } }
        pub(super) fn h() { super::super::server::serve() }
    "##;
    let found = source("children/role.rs".to_owned(), text.to_owned()).named;
    let found: Vec<_> = found.iter().map(|named| named.path.join("::")).collect();
    let expected = [
        "aws::Explain",
        "aws::error",
        "aws::error::Gone",
        "children::ours::is",
        "children::expiry",
        "property::unknown",
        "children",
        "server::serve",
    ];
    assert_eq!(found, expected);
}
