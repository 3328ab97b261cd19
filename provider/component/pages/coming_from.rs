//! docs/coming-from.md: other tools' words and ours.

use std::fmt::Write;

use crate::component::inputs::other_tools::{TOOLS, Word, words};

/// The page as it should be committed.
#[must_use]
pub fn page() -> String {
    let mut page = include_str!("coming_from.md").to_owned();
    for (tool, title) in TOOLS {
        let own = words().filter(|word| word.tool == tool);
        page = page.replace(&format!("{{{tool}}}"), table(title, own).trim_end());
    }
    page
}

fn table(title: &str, words: impl Iterator<Item = Word>) -> String {
    let mut table = format!("| {title} | here | |\n|---|---|---|\n");
    for Word { theirs, ours, remark, .. } in words {
        let ours = ours.map_or_else(|| "no counterpart".to_owned(), |it| format!("`{it}`"));
        // Writing to a string never fails.
        let _ = writeln!(table, "| `{theirs}` | {ours} | {remark} |");
    }
    table
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_committed_page_about_other_tools_is_what_the_table_says() {
        expect_test::expect_file!["../../../docs/coming-from.md"].assert_eq(&super::page());
    }
}
