//! Tags, and what AWS allows in them for all our kinds.

use std::collections::BTreeMap;
use std::future::Future;

use crate::error::Result;

/// Tags of one object: keys to values.
pub type Tags = BTreeMap<String, String>;

/// An object with tags, which AWS changes by one call that sets and another that removes.
pub trait Tagged: Sync {
    /// Whether tags are removed before others are set. AWS demands it nowhere else than in IAM; set
    /// first, an object is never without an owner.
    const REMOVES_FIRST: bool = false;

    /// Sets these tags.
    fn set(&self, tags: &Tags) -> impl Future<Output = Result<()>> + Send;

    /// Removes the tags with these keys.
    fn remove(&self, keys: Vec<String>) -> impl Future<Output = Result<()>> + Send;

    /// Sets and removes tags, each with a call if there are any.
    fn change(&self, set: &Tags, remove: &[String]) -> impl Future<Output = Result<()>> + Send {
        async move {
            if Self::REMOVES_FIRST && !remove.is_empty() {
                self.remove(remove.to_vec()).await?;
            }
            if !set.is_empty() {
                self.set(set).await?;
            }
            if !Self::REMOVES_FIRST && !remove.is_empty() {
                self.remove(remove.to_vec()).await?;
            }
            Ok(())
        }
    }
}

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

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::{Tagged, Tags};
    use crate::error::Result;

    /// Writes down the calls.
    struct Object<const REMOVES_FIRST: bool>(Mutex<Vec<String>>);

    impl<const REMOVES_FIRST: bool> Tagged for Object<REMOVES_FIRST> {
        const REMOVES_FIRST: bool = REMOVES_FIRST;

        async fn set(&self, tags: &Tags) -> Result<()> {
            self.0.lock().expect("calls").push(format!("set {:?}", tags.keys()));
            Ok(())
        }

        async fn remove(&self, keys: Vec<String>) -> Result<()> {
            self.0.lock().expect("calls").push(format!("remove {keys:?}"));
            Ok(())
        }
    }

    async fn calls<const REMOVES_FIRST: bool>(set: &[&str], remove: &[&str]) -> Vec<String> {
        let object = Object::<REMOVES_FIRST>(Mutex::default());
        let set = set.iter().map(|&key| (key.to_owned(), String::new())).collect();
        let remove: Vec<String> = remove.iter().map(|&key| key.to_owned()).collect();
        object.change(&set, &remove).await.expect("changed");
        object.0.into_inner().expect("calls")
    }

    #[tokio::test]
    async fn tags_are_changed_by_the_calls_that_are_needed_in_the_order_of_the_service() {
        assert!(calls::<false>(&[], &[]).await.is_empty());
        assert_eq!(calls::<false>(&["a"], &[]).await, [r#"set ["a"]"#]);
        assert_eq!(calls::<true>(&[], &["b"]).await, [r#"remove ["b"]"#]);
        let (set, removed) = (r#"set ["a"]"#, r#"remove ["b"]"#);
        assert_eq!(calls::<false>(&["a"], &["b"]).await, [set, removed]);
        assert_eq!(calls::<true>(&["a"], &["b"]).await, [removed, set]);
    }
}
