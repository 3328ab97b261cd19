//! What other tools call our inputs, for hints about unknown properties and for docs/coming-from.md. The table is in
//! `other_tools.txt`; nothing reads it unless a property is unknown.

use crate::property::words::{list, without_spelling};

/// The tools of the table, as it names them and as people do.
pub(in crate::component) const TOOLS: [(&str, &str); 6] = [
    ("awsx", "awsx"),
    ("cdk", "AWS CDK"),
    ("terraform", "terraform-aws-modules"),
    ("copilot", "AWS Copilot"),
    ("sst", "SST"),
    ("express", "ECS Express Mode"),
];

/// What a tool calls something.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::component) struct Word {
    /// As in [`TOOLS`].
    pub tool: &'static str,
    /// The path in its own form.
    pub theirs: &'static str,
    /// The path of the input; `None` if there is no counterpart.
    pub ours: Option<&'static str>,
    /// What differs, or what to do instead; may be empty.
    pub remark: &'static str,
}

impl Word {
    /// The path's names, without the marks of lists.
    fn names(&self) -> impl DoubleEndedIterator<Item = &'static str> {
        self.theirs.split('.').map(|it| it.trim_end_matches("[]"))
    }
}

/// The table, in its order.
pub(in crate::component) fn words() -> impl Iterator<Item = Word> {
    include_str!("other_tools.txt").lines().filter_map(|line| {
        let mut cells = line.split('|').map(str::trim);
        let (tool, theirs, ours) = (cells.next()?, cells.next()?, cells.next()?);
        let remark = cells.next().unwrap_or_default();
        Some(Word { tool, theirs, ours: Some(ours).filter(|it| !it.is_empty()), remark })
    })
}

/// What to say about an unknown property, if other tools have one of that name.
pub(in crate::component) fn hint(typed: &str) -> Option<String> {
    let typed = without_spelling(typed);
    let is = |name: &str| without_spelling(name) == typed;
    let called: Vec<Word> =
        words().filter(|word| word.names().next_back().is_some_and(is)).collect();
    let ours = distinct(called.iter().filter_map(|word| word.ours));
    if !ours.is_empty() {
        let ours: Vec<String> = ours.iter().map(|it| format!("`{it}`")).collect();
        return Some(format!(
            "There is no such property. Here it is called {}.",
            ours.join(" or ")
        ));
    }
    if let Some(word) = called.first() {
        let tool = title(word.tool);
        return Some(format!("There is no such property. {tool} has it; here: {}.", word.remark));
    }
    let within: Vec<Word> = words().filter(|word| word.names().rev().skip(1).any(is)).collect();
    let tool = title(within.first()?.tool);
    let ours = distinct(within.iter().filter_map(|word| word.ours));
    Some(format!("There is no such property. What {tool} has in it is here: {}.", list(&ours)))
}

/// A tool's own name.
fn title(tool: &str) -> &'static str {
    TOOLS.iter().find(|(it, _)| *it == tool).map_or("another tool", |(_, title)| title)
}

fn distinct<'a>(paths: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut found = Vec::new();
    for path in paths {
        if !found.contains(&path) {
            found.push(path);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{TOOLS, hint, words};
    use crate::component::Args;

    #[test]
    fn each_word_of_the_table_means_an_input() {
        let facts = Args::facts();
        let known = |path: &str| facts.iter().any(|fact| fact.path == path);
        for word in words() {
            assert!(TOOLS.iter().any(|(tool, _)| *tool == word.tool), "{word:?}");
            match word.ours {
                Some(ours) => assert!(known(ours), "{word:?}"),
                None => assert!(!word.remark.is_empty(), "{word:?}"),
            }
        }
        let rows = include_str!("other_tools.txt").lines();
        let rows = rows.filter(|line| !line.is_empty() && !line.starts_with('#')).count();
        assert_eq!(words().count(), rows);
    }

    #[test]
    fn a_word_of_another_tool_leads_to_ours() {
        let typed = ["memoryLimitMiB", "primaryContainer", "sidecars", "retention", "http", "wire"];
        let hints = typed.map(|it| hint(it).unwrap_or_default());
        expect![[r"
            There is no such property. Here it is called `memory`.
            There is no such property. What ECS Express Mode has in it is here: `image`, `containerPort`, `environment`, `secrets`, `command`.
            There is no such property. AWS Copilot has it; here: one container.
            There is no such property. Here it is called `logRetentionInDays`.
            There is no such property. What AWS Copilot has in it is here: `healthCheck.path`, `healthCheck.matcher`, `healthCheckGracePeriodSeconds`, `deregistrationDelay`, `allowedCidrBlocks`, `redirectHttp`, `domainName`, `hostedZoneId`.
        "]].assert_eq(&hints.join("\n"));
    }
}
