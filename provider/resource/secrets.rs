//! The secret texts of one operation: they are cut from everything that it reports.
//!
//! AWS repeats what it was sent, in refusals and in warnings, and not always as it was written: within
//! JSON, in a URL, in XML. Whatever we pass on of that goes through here. (Nothing that we send is
//! encoded in base64, so AWS has nothing of that kind to repeat.)

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use super::Journal;
use crate::error::{Error, Problem, Result};
use crate::property::{Map, Value};

/// The secret texts that a run has met so far.
#[derive(Clone, Debug, Default)]
pub struct Met(Arc<Mutex<BTreeSet<String>>>);

/// Secret texts, in every spelling in which they may turn up, the longest first.
#[derive(Clone)]
pub struct Secrets(Arc<[String]>);

impl Secrets {
    /// Those in these inputs and states.
    #[must_use]
    pub fn of(trees: &[&Map]) -> Self {
        let secrets = trees.iter().flat_map(|tree| tree.values()).flat_map(Value::secret_texts);
        let mut texts: Vec<String> = secrets.flat_map(with_lines).flat_map(spellings).collect();
        texts.sort_by(|a, b| (Reverse(a.len()), a).cmp(&(Reverse(b.len()), b)));
        texts.dedup();
        Self(texts.into())
    }

    /// This one, in every spelling.
    #[must_use]
    pub fn of_text(text: &str) -> Self {
        let mut texts: Vec<String> =
            with_lines(text.to_owned()).into_iter().flat_map(spellings).collect();
        texts.sort_by_key(|text| Reverse(text.len()));
        Self(texts.into())
    }

    /// These and those that the run has met, which knows these from now on.
    #[must_use]
    pub fn and_those(self, met: &Met) -> Self {
        let mut met = met.0.lock().unwrap_or_else(PoisonError::into_inner);
        met.extend(self.0.iter().cloned());
        let mut texts: Vec<String> = met.iter().cloned().collect();
        texts.sort_by_key(|text| Reverse(text.len()));
        Self(texts.into())
    }

    /// The text without them.
    #[must_use]
    pub fn cut_from(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, secret| {
            // A short number is in many others; a long one is a secret wherever it appears.
            if secret.len() < 6 && secret.bytes().all(|byte| byte.is_ascii_digit()) {
                without_number(&text, secret)
            } else {
                text.replace(secret.as_str(), CUT)
            }
        })
    }

    /// The problems with these inputs, without them; one with something secret says that it is.
    #[must_use]
    pub fn redact_problems(&self, problems: Vec<Problem>, inputs: &Map) -> Vec<Problem> {
        let redact = |problem: Problem| {
            let root = problem.path.split(['.', '[']).next().unwrap_or_default();
            Problem {
                secret: problem.secret || inputs.get(root).is_some_and(Value::has_secret),
                reason: self.cut_from(&problem.reason),
                ..problem
            }
        };
        problems.into_iter().map(redact).collect()
    }

    /// The result, with an error that contains none of them.
    ///
    /// # Errors
    /// The same, without them.
    pub fn redact<T>(&self, done: Result<T>) -> Result<T> {
        done.map_err(|error| self.redact_error(error))
    }

    /// The error without them.
    #[must_use]
    pub fn redact_error(&self, error: Error) -> Error {
        if self.0.is_empty() { error } else { error.with_texts(|text| self.cut_from(text)) }
    }

    /// A journal that writes none of them.
    #[must_use]
    pub fn redacted_journal(&self, journal: Arc<dyn Journal>) -> Arc<dyn Journal> {
        if self.0.is_empty() { journal } else { Arc::new(RedactedJournal(journal, self.clone())) }
    }
}

/// What replaces a secret.
const CUT: &str = "[secret]";

/// A line that is shorter is in too many texts that have nothing to do with it: `{`, `true`.
const SHORTEST_LINE: usize = 6;

/// A secret, and what programs that report line by line show of it: a file's content ends with a line break, and may have
/// several lines.
fn with_lines(secret: String) -> Vec<String> {
    let trimmed = secret.trim().to_owned();
    let several = trimmed.contains('\n');
    let lines = trimmed.lines().map(str::trim).filter(|it| several && it.len() >= SHORTEST_LINE);
    let mut all: Vec<String> = lines.map(str::to_owned).collect();
    all.extend([secret, trimmed].into_iter().filter(|it| !it.is_empty()));
    all
}

/// A secret as it is, and as JSON, URLs and XML have it.
fn spellings(secret: String) -> Vec<String> {
    let in_json = serde_json::to_string(&secret).unwrap_or_default();
    let in_json = in_json.trim_start_matches('"');
    let in_json = in_json.strip_suffix('"').unwrap_or(in_json).to_owned();
    let in_url = |space: &str, hex: fn(u8) -> String| -> String {
        let letter = |byte: u8| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            b' ' => space.to_owned(),
            other => hex(other),
        };
        secret.bytes().map(letter).collect()
    };
    let (upper, lower) = (|byte| format!("%{byte:02X}"), |byte| format!("%{byte:02x}"));
    let in_xml = [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&#39;")]
        .iter()
        .fold(secret.clone(), |text, (character, entity)| text.replace(character, entity));
    let in_urls =
        [in_url("%20", upper), in_url("%20", lower), in_url("+", upper), in_url("+", lower)];
    [secret, in_json, in_xml].into_iter().chain(in_urls).collect()
}

/// The text without the number where it is a number of its own: 80 is not in 8080.
fn without_number(text: &str, number: &str) -> String {
    let is_digit = |c: char| c.is_ascii_digit();
    let (mut cut, mut rest) = (String::new(), text);
    while let Some(at) = rest.find(number) {
        let (before, after) = (&rest[..at], &rest[at + number.len()..]);
        cut.push_str(before);
        let alone = !cut.ends_with(is_digit) && !after.starts_with(is_digit);
        cut.push_str(if alone { CUT } else { number });
        rest = after;
    }
    cut + rest
}

struct RedactedJournal(Arc<dyn Journal>, Secrets);

impl Journal for RedactedJournal {
    fn warn(&self, urn: &str, message: &str) {
        self.0.warn(urn, &self.1.cut_from(message));
    }

    fn info(&self, urn: &str, message: &str) {
        self.0.info(urn, &self.1.cut_from(message));
    }

    fn status(&self, urn: &str, message: &str) {
        self.0.status(urn, &self.1.cut_from(message));
    }

    fn debug(&self, urn: &str, message: &str) {
        self.0.debug(urn, &self.1.cut_from(message));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::{Journal, Met, Secrets};
    use crate::error::{Error, Kind, Problem, Result};
    use crate::property::{Map, Value};

    #[derive(Default)]
    struct Told(Mutex<Vec<String>>);

    impl Journal for Told {
        fn warn(&self, _: &str, message: &str) {
            self.0.lock().expect("no panic").push(message.to_owned());
        }

        fn info(&self, urn: &str, message: &str) {
            self.warn(urn, message);
        }

        fn status(&self, urn: &str, message: &str) {
            self.warn(urn, message);
        }

        fn debug(&self, urn: &str, message: &str) {
            self.warn(urn, message);
        }
    }

    #[test]
    fn what_is_secret_for_one_object_is_secret_for_all_of_the_run() {
        let met = Met::default();
        let task: Map = [("key".to_owned(), Value::from("arn:hunter2").into_secret())].into();
        let _ = Secrets::of(&[&task]).and_those(&met);
        let service = Secrets::of(&[&Map::new()]).and_those(&met);
        assert_eq!(service.cut_from("failed to fetch arn:hunter2"), "failed to fetch [secret]");
    }

    #[test]
    fn a_secret_is_recognised_in_every_spelling() {
        let inputs: Map = [
            ("text".to_owned(), Value::from("a \"b\" & ü/").into_secret()),
            ("port".to_owned(), Value::Number(8080.0).into_secret()),
        ]
        .into();
        let secrets = Secrets::of(&[&inputs]);
        for text in [
            r#"Value 'a "b" & ü/' is wrong"#,
            r#"{"Value": "a \"b\" & ü/"}"#,
            "?value=a%20%22b%22%20%26%20%C3%BC%2F",
            "?value=a+%22b%22+%26+%c3%bc%2f",
            "<Value>a &quot;b&quot; &amp; ü/</Value>",
        ] {
            let cut = secrets.cut_from(text);
            assert!(cut.contains("[secret]") && !cut.contains('b'), "{cut}");
        }
        assert_eq!(secrets.cut_from("8080, 18080 and 80801"), "[secret], 18080 and 80801");
        assert_eq!(secrets.cut_from("port 8080."), "port [secret].");
    }

    #[test]
    fn a_secret_of_several_lines_is_cut_from_each_line() {
        let of = |text: &str| {
            Secrets::of(&[&[("key".to_owned(), Value::from(text).into_secret())].into()])
        };
        let secrets = of("//r/:_authToken=hunter2\n  always=hunter3\n{\n");
        for line in ["//r/:_authToken=hunter2", "npm: always=hunter3 {"] {
            let cut = secrets.cut_from(line);
            assert!(cut.contains("[secret]") && !cut.contains("hunter"), "{cut}");
        }
        assert_eq!(secrets.cut_from("{ stays"), "{ stays");
        assert_eq!(of("pw\n").cut_from("it was pw, with a break"), "it was [secret], with a break");
        assert_eq!(of(" \n").cut_from("a b"), "a b");
    }

    #[test]
    fn a_problem_with_something_secret_says_so_and_shows_nothing_of_it() {
        let inputs: Map = [
            ("days".to_owned(), Value::Number(11.0).into_secret()),
            ("port".to_owned(), Value::Number(1.0)),
        ]
        .into();
        let problems =
            vec![Problem::new("days", "There are no 11 days."), Problem::new("port", "No 1.")];
        let rendered = Secrets::of(&[&inputs]).redact_problems(problems, &inputs);
        assert_eq!(rendered[0].reason, "There are no [secret] days.");
        assert_eq!((rendered[0].secret, rendered[1].secret), (true, false));
        let error =
            Secrets::of(&[&inputs]).redact_error(Error::input(vec![Problem::new("", "11")]));
        assert_eq!(*error.kind(), Kind::Input(vec![Problem::new("", "[secret]")]));
    }

    #[test]
    fn what_is_secret_is_told_neither_meanwhile_nor_in_the_end() {
        let inputs: Map = [("key".to_owned(), Value::from("hunter2").into_secret())].into();
        let state: Map = [("name".to_owned(), Value::from("hunter23").into_secret())].into();
        let secrets = Secrets::of(&[&inputs, &state]);
        let failed: Result<()> = Err(Error::aws("NotFound", "no hunter23").hinted("Make hunter2."));
        let error = secrets.redact(failed).expect_err("it failed");
        assert_eq!(error.to_string(), "no [secret]\n  Make [secret].");

        let problem = Problem::new("subnetIds[0]", "There is no subnet \"hunter2\".");
        let failed: Result<()> = Err(Error::input(vec![problem]));
        let error = secrets.redact(failed).expect_err("it failed");
        let reason = "There is no subnet \"[secret]\".";
        assert_eq!(*error.kind(), Kind::Input(vec![Problem::new("subnetIds[0]", reason)]));

        let rendered = Arc::new(Told::default());
        let journal = secrets.redacted_journal(Arc::clone(&rendered) as Arc<dyn Journal>);
        journal.warn("urn", "a hunter2");
        journal.info("urn", "b hunter23");
        journal.status("urn", "c");
        assert_eq!(*rendered.0.lock().expect("no panic"), ["a [secret]", "b [secret]", "c"]);
    }
}
