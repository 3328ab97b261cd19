//! What the documents name exists: the targets of links, the files, and the tests that hold an
//! invariant. (Code moves, and a page about it says so to nobody.)

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::text;

/// Pages that are put together from Rust types: their links are seen in what comes of them, in
/// `docs/`.
const PARTS_OF_PAGES: &str = "provider/";

/// Pages whose paths are those of the tree, from its root or from `provider/`.
const ABOUT_THE_TREE: &[&str] = &["ARCHITECTURE.md", "CONTRIBUTING.md"];

/// Every file of the repository but what is built in it.
fn files() -> Vec<String> {
    const BUILT: &[&str] = &[".git", "target", "bin", "node_modules", "corpus", "__pycache__"];
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().and_then(|name| name.to_str()).expect("text");
            if !path.is_dir() {
                found.push(
                    path.strip_prefix(root).expect("below").to_str().expect("text").to_owned(),
                );
            } else if !BUILT.contains(&name) {
                folders.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The lines of a page that are no code block, with their numbers.
fn prose(page: &str) -> Vec<(usize, &str)> {
    let mut code = false;
    let mut found = Vec::new();
    for (index, line) in page.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            code = !code;
        } else if !code {
            found.push((index + 1, line));
        }
    }
    found
}

/// What stands between two marks in a line, each time.
fn between<'a>(line: &'a str, begin: &str, end: char) -> Vec<&'a str> {
    line.split(begin).skip(1).filter_map(|rest| rest.split_once(end)).map(|(it, _)| it).collect()
}

/// Texts in backticks.
fn quoted(line: &str) -> Vec<&str> {
    line.split('`').skip(1).step_by(2).collect()
}

/// The anchors of a page, as GitHub makes them of its headings.
fn anchors(page: &str) -> Vec<String> {
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    let mut found = Vec::new();
    for (_, line) in prose(page) {
        let Some((_, heading)) =
            line.split_once("# ").filter(|(it, _)| it.trim_matches('#').is_empty())
        else {
            continue;
        };
        let kept = heading.trim().to_lowercase();
        let kept = kept.chars().filter(|it| it.is_alphanumeric() || matches!(it, ' ' | '-' | '_'));
        let anchor: String = kept.map(|it| if it == ' ' { '-' } else { it }).collect();
        let before = times.entry(anchor.clone()).or_default();
        found.push(if *before == 0 { anchor } else { format!("{anchor}-{before}") });
        *before += 1;
    }
    found
}

/// A path without its `.` and `..`.
fn plain(path: &Path) -> String {
    let mut parts = PathBuf::new();
    for part in path.components() {
        match part.as_os_str().to_str() {
            Some("..") => drop(parts.pop()),
            Some(".") => {}
            _ => parts.push(part),
        }
    }
    parts.to_str().expect("text").to_owned()
}

/// Why a link leads nowhere.
fn broken(page: &str, link: &str, files: &[String]) -> Option<String> {
    if link.contains("://") || link.starts_with("mailto:") {
        return None;
    }
    let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
    let folder = Path::new(page).parent().expect("a folder");
    let path = if path.is_empty() { page.to_owned() } else { plain(&folder.join(path)) };
    let is_folder = files.iter().any(|it| it.starts_with(&format!("{path}/")));
    if !is_folder && !files.contains(&path) {
        return Some("there is no such file".to_owned());
    }
    let there =
        anchor.is_empty() || (!is_folder && anchors(&text(&path)).iter().any(|it| it == anchor));
    (!there).then(|| format!("{path} has no heading #{anchor}"))
}

fn pages(files: &[String]) -> impl Iterator<Item = &String> {
    let is_page = |it: &&String| Path::new(it).extension().is_some_and(|it| it == "md");
    files.iter().filter(is_page).filter(|it| !it.starts_with(PARTS_OF_PAGES))
}

#[test]
fn each_link_leads_somewhere() {
    let files = files();
    let mut found = Vec::new();
    let mut links = 0;
    for page in pages(&files) {
        for (line, said) in prose(&text(page)) {
            for link in between(said, "](", ')') {
                links += 1;
                let wrong = broken(page, link, &files);
                found.extend(wrong.map(|why| format!("{page}:{line}: {link}: {why}")));
            }
        }
    }
    assert!(links > 20, "only {links} links are found: are they written in another way now?");
    assert!(found.is_empty(), "\n{}\n\nCorrect these links, or remove them.\n", found.join("\n"));
}

/// Whether a text in backticks is the path of a source or of a folder of them.
fn is_path(quoted: &str) -> bool {
    const ENDS: &[&str] = &[".rs", ".py", ".json", ".txt", ".toml", ".md", ".proto", "/"];
    let of_path = |it: char| it.is_ascii_alphanumeric() || "_-./".contains(it);
    ENDS.iter().any(|end| quoted.ends_with(end))
        && quoted.chars().all(of_path)
        && !quoted.starts_with(['/', '.'])
}

#[test]
fn each_file_that_is_named_exists() {
    let files = files();
    let mut found = Vec::new();
    for page in ABOUT_THE_TREE {
        for (line, said) in prose(&text(page)) {
            for path in quoted(said).into_iter().filter(|it| is_path(it)) {
                let named = path.trim_end_matches('/');
                let there = files.iter().any(|it| {
                    let it = format!("/{it}");
                    let of_folder = it.contains(&format!("/{named}/"));
                    if path.ends_with('/') { of_folder } else { it.ends_with(&format!("/{named}")) }
                });
                if !there {
                    found.push(format!("{page}:{line}: {path}"));
                }
            }
        }
    }
    assert!(
        found.is_empty(),
        "\n{}\n\nThese files are gone or bear another name: say what is true now.\n",
        found.join("\n")
    );
}

/// The points of the section "Invariants": where each begins, its name, and its whole text.
fn invariants(page: &str) -> Vec<(usize, String, String)> {
    let mut found: Vec<(usize, String, String)> = Vec::new();
    let begin = page.lines().position(|it| it == "## Invariants").expect("the invariants");
    let lines = page.lines().enumerate().skip(begin + 1);
    for (index, line) in lines.take_while(|(_, line)| !line.starts_with("## ")) {
        if let Some(point) = line.strip_prefix("* **") {
            let name = point.split("**").next().unwrap_or_default().to_owned();
            found.push((index + 1, name, point.to_owned()));
        } else if let Some((_, _, point)) = found.last_mut() {
            point.push(' ');
            point.push_str(line.trim());
        }
    }
    found
}

/// What is wrong with the tests that an invariant names after "Held by": functions, each with the
/// file after it in which it stands.
fn not_held(point: &str, files: &[String]) -> Option<String> {
    let Some((_, held)) = point.rsplit_once("Held by ") else {
        return Some("which test holds it? Say \"Held by `function` (`file`)\"".to_owned());
    };
    let mut functions = Vec::new();
    let mut tests = 0;
    for it in quoted(held) {
        if !is_path(it) {
            functions.push(it);
            continue;
        }
        let Some(file) = files.iter().find(|file| format!("/{file}").ends_with(&format!("/{it}")))
        else {
            return Some(format!("there is no {it}"));
        };
        let code = text(file);
        for function in functions.drain(..) {
            if !code.contains(&format!("fn {function}("))
                && !code.contains(&format!("def {function}("))
            {
                return Some(format!("{file} has no test {function}"));
            }
            tests += 1;
        }
    }
    (tests == 0 || !functions.is_empty()).then(|| "name each test, and then its file".to_owned())
}

#[test]
fn each_invariant_names_the_test_that_holds_it() {
    let files = files();
    let points = invariants(&text("ARCHITECTURE.md"));
    assert!(points.len() > 10, "only {} invariants are found", points.len());
    let wrong = points.iter().filter_map(|(line, name, point)| {
        not_held(point, &files).map(|why| format!("ARCHITECTURE.md:{line}: {name}: {why}"))
    });
    let found: Vec<_> = wrong.collect();
    assert!(found.is_empty(), "\n{}\n\nAn invariant without a test is a wish.\n", found.join("\n"));
}

#[test]
fn each_step_that_is_announced_has_its_times() {
    const ANNOUNCE: &[&str] = &[
        "Makefile",
        "dev/engine/build",
        "dev/python",
        "dev/python-sdk",
        "dev/policy",
        "dev/node",
        "dev/go",
        "dev/java",
        "dev/release/lint",
    ];
    let times = text("CONTRIBUTING.md");
    let mut found = Vec::new();
    for page in ANNOUNCE {
        let page_text = text(page);
        let steps = ["step \"", "took \""].map(|it| between(&page_text, it, '"'));
        assert!(!steps.concat().is_empty(), "{page} announces nothing any more");
        let missing =
            steps.concat().into_iter().filter(|it| !times.contains(&format!("\n| {it} | ")));
        found.extend(missing.map(|it| format!("{page}: {it}")));
    }
    assert!(
        found.is_empty(),
        "\n{}\n\nEach needs its row in the table \"Times\" of CONTRIBUTING.md (dev/alive/steps.sh prints it).\n",
        found.join("\n")
    );
}

#[test]
fn a_page_is_read_as_github_reads_it() {
    let page = "# One `two`, three!\n```\n# no heading [no](link.md)\n```\n## One two three\n";
    assert_eq!(anchors(page), ["one-two-three", "one-two-three-1"]);
    assert_eq!(between("see [a](b.md) and [c](d.md#e).", "](", ')'), ["b.md", "d.md#e"]);
    let files = ["README.md", "docs/iam/a.json"].map(str::to_owned);
    assert_eq!(broken("docs/x.md", "../README.md", &files), None);
    assert_eq!(broken("README.md", "docs/iam", &files), None);
    assert_eq!(broken("README.md", "docs/no.md", &files).as_deref(), Some("there is no such file"));
    let wrong = broken("docs/x.md", "../README.md#no", &files);
    assert_eq!(wrong.as_deref(), Some("README.md has no heading #no"));
    let held = "It holds. Held by `each_link_leads_somewhere` (`provider/tests/documents.rs`).";
    let these = ["provider/tests/documents.rs".to_owned()];
    assert_eq!(not_held(held, &these), None);
    assert!(not_held("It holds.", &these).is_some());
    assert!(not_held(&held.replace("somewhere", "nowhere"), &these).is_some());
}
