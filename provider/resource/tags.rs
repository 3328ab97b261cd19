//! Tags, and what AWS allows in them for all our kinds.

use std::collections::BTreeMap;

/// Tags of one object: keys to values.
pub type Tags = BTreeMap<String, String>;

/// How many tags an object may have.
pub const MOST: usize = 50;
/// How many of them say whose it is; a role has one more, which says which of its policies are ours.
pub const OWNERS: usize = 4;

/// Whether AWS allows a character: IAM is the strictest, `[\p{L}\p{Z}\p{N}_.:/=+\-@]*` (API
/// reference, Tag).
#[must_use]
pub fn may_stand(c: char) -> bool {
    c.is_alphanumeric() || c == ' ' || "_.:/=+-@".contains(c)
}

/// What is wrong with the key of a tag that a person declares.
#[must_use]
pub fn complain_of_key(key: &str) -> Option<String> {
    let reserved = key.to_ascii_lowercase().starts_with("aws:") || key.starts_with("fargate:");
    if reserved {
        return Some(format!(
            "\"{key}\" is reserved: tags cannot begin with `aws:` or `fargate:`."
        ));
    }
    let fits = (1..=127).contains(&key.chars().count()) && key.chars().all(may_stand);
    (!fits).then(|| {
        format!(
            "\"{key}\" cannot be a tag's key: 1 to 127 letters, digits, spaces and `_ . : / = + - @`."
        )
    })
}

/// Keys that differ from an earlier one in the case of their letters only, each with that one: IAM
/// takes both for the same (IAM user guide, "Tags for IAM resources").
pub fn twins<'a>(keys: impl Iterator<Item = &'a String>) -> Vec<(&'a String, &'a String)> {
    let mut seen: BTreeMap<String, &String> = BTreeMap::new();
    let mut twins = Vec::new();
    for key in keys {
        match seen.get(&key.to_lowercase()) {
            Some(twin) if *twin != key => twins.push((key, *twin)),
            Some(_) => {}
            None => drop(seen.insert(key.to_lowercase(), key)),
        }
    }
    twins
}

/// What is wrong with a key that has such a twin.
#[must_use]
pub fn complain_of_twin(twin: &str) -> String {
    format!(
        "It differs from the tag \"{twin}\" in the case of its letters only, and the roles of a service \
         cannot have both. Write both alike."
    )
}

/// What is wrong with its value.
#[must_use]
pub fn complain_of_value(value: &str) -> Option<String> {
    let many = value.chars().count();
    if many > 256 {
        return Some(format!("It has {many} characters; AWS allows 256."));
    }
    (!value.chars().all(may_stand)).then(|| {
        format!(
            "\"{value}\" cannot be a tag's value: AWS allows letters, digits, spaces and \
             `_ . : / = + - @`."
        )
    })
}
