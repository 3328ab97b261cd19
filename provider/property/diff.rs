//! Old tree, new tree: what changed, by path.

use super::path::{Key, render_path};
use super::value::{Map, Value};

/// What happened to one property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Add,
    Delete,
    Update,
}

/// One changed property, at the deepest path where old and new differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The property of the resource that it belongs to.
    pub property: String,
    /// The whole path in Pulumi's syntax: `environment.LOG_LEVEL`.
    pub path: String,
    pub kind: Kind,
}

/// What differs between two objects. Secretness is not a difference; an unknown always is.
#[must_use]
pub fn diff(old: &Map, new: &Map) -> Vec<Change> {
    let mut changes = Vec::new();
    compare_maps(old, new, &mut Vec::new(), &mut changes);
    changes
}

fn compare(old: &Value, new: &Value, keys: &mut Vec<Key>, changes: &mut Vec<Change>) {
    match (old.known(), new.known()) {
        (Some(Value::Map(old)), Some(Value::Map(new))) => compare_maps(old, new, keys, changes),
        (Some(Value::List(old)), Some(Value::List(new))) => {
            for index in 0..old.len().max(new.len()) {
                keys.push(Key::Index(index));
                match (old.get(index), new.get(index)) {
                    // In a list nothing is a member like any other.
                    (Some(old), Some(new)) => compare(old, new, keys, changes),
                    (None, _) => push(Kind::Add, keys, changes),
                    (_, None) => push(Kind::Delete, keys, changes),
                }
                keys.pop();
            }
        }
        (Some(old), Some(new)) if old == new && !old.has_unknown() => {}
        _ => push(Kind::Update, keys, changes),
    }
}

fn compare_maps(old: &Map, new: &Map, keys: &mut Vec<Key>, changes: &mut Vec<Change>) {
    let mut names: Vec<&String> = old.keys().chain(new.keys()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        keys.push(Key::Name(name.clone()));
        compare_members(old.get(name), new.get(name), keys, changes);
        keys.pop();
    }
}

fn compare_members(
    old: Option<&Value>,
    new: Option<&Value>,
    keys: &mut Vec<Key>,
    changes: &mut Vec<Change>,
) {
    let given = |value: &&Value| !value.known().is_some_and(Value::is_null);
    match (old.filter(given), new.filter(given)) {
        (None, None) => {}
        (Some(_), None) => push(Kind::Delete, keys, changes),
        (None, Some(_)) => push(Kind::Add, keys, changes),
        (Some(old), Some(new)) => compare(old, new, keys, changes),
    }
}

fn push(kind: Kind, keys: &[Key], changes: &mut Vec<Change>) {
    let Some(Key::Name(property)) = keys.first() else { return };
    changes.push(Change { property: property.clone(), path: render_path(keys), kind });
}

#[cfg(test)]
mod tests {
    use super::{Change, Kind, Map, Value, diff};

    fn map<const N: usize>(members: [(&str, Value); N]) -> Map {
        members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    fn changes(old: &Map, new: &Map) -> Vec<(String, Kind)> {
        diff(old, new).into_iter().map(|Change { path, kind, .. }| (path, kind)).collect()
    }

    #[test]
    fn equal_trees_do_not_differ_even_if_one_is_secret() {
        let old = map([("a", "x".into()), ("b", Value::List(vec![Value::Number(1.0)]))]);
        let mut new = old.clone();
        assert!(diff(&old, &new).is_empty());
        new.insert("a".to_owned(), Value::from("x").into_secret());
        assert!(diff(&old, &new).is_empty());
    }

    #[test]
    fn differences_are_told_at_the_deepest_path() {
        let old = map([("tags", Value::Map(map([("a.b", "1".into()), ("c", "2".into())])))]);
        let new = map([
            ("tags", Value::Map(map([("a.b", "3".into())]))),
            ("ports", Value::List(vec![Value::unknown()])),
        ]);
        assert_eq!(
            changes(&old, &new),
            [
                ("ports".to_owned(), Kind::Add),
                ("tags[\"a.b\"]".to_owned(), Kind::Update),
                ("tags.c".to_owned(), Kind::Delete),
            ]
        );
    }

    #[test]
    fn an_unknown_may_be_anything_so_it_is_a_change() {
        let old = map([("a", "x".into())]);
        let new = map([("a", Value::unknown())]);
        assert_eq!(changes(&old, &new), [("a".to_owned(), Kind::Update)]);
    }
}
