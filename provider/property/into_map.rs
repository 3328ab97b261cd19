//! Sorted maps from iterators, with little code.

use std::collections::BTreeMap;

/// `collect` into a sorted map sorts what it got, and brings three kilobytes of sorting along wherever it stands. These put in
/// one entry after the other, with code that all maps of a type share.
pub trait IntoMap: Iterator + Sized {
    /// The entries by their keys; of two with one key the later one.
    fn into_map<K: Ord, V>(self) -> BTreeMap<K, V>
    where
        Self: Iterator<Item = (K, V)>,
    {
        let mut map = BTreeMap::new();
        map.extend(self);
        map
    }

    /// The entries by their keys, if there is one for each item.
    ///
    /// # Errors
    /// That of the first item that is one.
    fn try_into_map<K: Ord, V, E>(mut self) -> Result<BTreeMap<K, V>, E>
    where
        Self: Iterator<Item = Result<(K, V), E>>,
    {
        let mut map = BTreeMap::new();
        self.try_for_each(|entry| entry.map(|(key, value)| drop(map.insert(key, value))))?;
        Ok(map)
    }
}

impl<I: Iterator> IntoMap for I {}

#[cfg(test)]
mod tests {
    use super::IntoMap;

    #[test]
    fn the_later_entry_of_a_key_stays() {
        let entries = [("b", 1), ("a", 2), ("b", 3)];
        assert_eq!(entries.into_iter().into_map(), entries.into_iter().collect());
        let good = entries.into_iter().map(Ok::<_, String>).try_into_map();
        assert_eq!(good, Ok(entries.into_iter().collect()));
    }

    #[test]
    fn the_first_error_is_the_answer() {
        let entries = [Ok(("a", 1)), Err("first"), Err("second")];
        assert_eq!(entries.into_iter().try_into_map(), Err("first"));
    }
}
