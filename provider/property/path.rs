//! Paths into a tree, in Pulumi's syntax.

use serde_json::Value as Json;

/// One step of a path into a tree.
#[derive(Clone, Debug, PartialEq)]
pub enum Key {
    Name(String),
    Index(usize),
}

impl Key {
    pub(super) fn from_json(json: Json) -> Option<Self> {
        match json {
            Json::String(name) => Some(Self::Name(name)),
            other => other.as_u64().and_then(|it| usize::try_from(it).ok()).map(Self::Index),
        }
    }
}

impl From<Key> for Json {
    fn from(key: Key) -> Self {
        match key {
            Key::Name(name) => name.into(),
            Key::Index(index) => index.into(),
        }
    }
}

/// A path in Pulumi's syntax: `ports[0].number`, `tags["a.b"]`.
#[must_use]
pub fn render_path(keys: &[Key]) -> String {
    let mut path = String::new();
    for key in keys {
        match key {
            Key::Index(index) => path.extend(["[", &index.to_string(), "]"]),
            Key::Name(name)
                if !name.is_empty()
                    && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-') =>
            {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(name);
            }
            // Pulumi's paths escape quotes, and nothing else.
            Key::Name(name) => path.extend(["[\"", &name.replace('"', "\\\""), "\"]"]),
        }
    }
    path
}

/// The keys of a path, by Pulumi's grammar (properties_path.go, strict).
#[cfg(any(test, fuzzing))]
pub(crate) fn parse_path(path: &str) -> Option<Vec<Key>> {
    let mut keys = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(quoted) = rest.strip_prefix("[\"") {
            let (mut name, mut characters) = (String::new(), quoted.char_indices().peekable());
            let end = loop {
                match characters.next()? {
                    (_, '\\') if characters.next_if(|(_, next)| *next == '"').is_some() => {
                        name.push('"');
                    }
                    (at, '"') => break at,
                    (_, other) => name.push(other),
                }
            };
            keys.push(Key::Name(name));
            rest = quoted[end + 1..].strip_prefix(']')?;
        } else if let Some(index) = rest.strip_prefix('[') {
            let (index, after) = index.split_once(']')?;
            keys.push(Key::Index(index.parse().ok()?));
            rest = after;
        } else {
            let name = match rest.strip_prefix('.') {
                Some(_) if keys.is_empty() => return None,
                Some(name) => name,
                None => rest,
            };
            let end = name.find(['.', '[']).unwrap_or(name.len());
            if end == 0 {
                return None;
            }
            keys.push(Key::Name(name[..end].to_owned()));
            rest = &name[end..];
        }
    }
    Some(keys)
}
