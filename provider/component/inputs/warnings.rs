//! What works but may not be meant. Each warning has a name, by which it is silenced.

use super::choices::{Warning, word};

/// Something that may not be meant: its name, and the words for it.
pub(in crate::component) type Unmeant = (Warning, String);

/// The warnings without those that are silenced, each with its name.
pub(in crate::component) fn in_words(found: Vec<Unmeant>, silenced: &[Warning]) -> Vec<String> {
    let told = found.into_iter().filter(|(name, _)| !silenced.contains(name));
    told.map(|(name, text)| format!("{text} {}", how_to_silence(name))).collect()
}

/// How a warning of this name ends.
pub(in crate::component) fn how_to_silence(name: Warning) -> String {
    format!("Silence this with `silence: [\"{}\"]`.", word(name))
}
