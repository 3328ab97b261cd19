//! Tags as the SDKs have them: a type of its own for each service, all of them a key and a value.

use std::collections::BTreeMap;

use crate::error::{Error, Result};

/// A tag as the SDK of one service has it.
pub trait Tag: Sized {
    /// Key and value; a tag without a key says nothing.
    fn pair(&self) -> Option<(&str, &str)>;
    /// The tag with this key and value.
    ///
    /// # Errors
    /// When the SDK wants more of a tag than these two.
    fn of(key: &str, value: &str) -> Result<Self>;
}

/// `complete` for services whose SDK knows that a tag has both, `keyed` where a tag may have no value.
macro_rules! tags {
    ($($sdk:ident $($form:ident)?;)*) => {
        $(impl Tag for $sdk::types::Tag {
            fn pair(&self) -> Option<(&str, &str)> {
                tags!(@pair self $($form)?)
            }

            fn of(key: &str, value: &str) -> Result<Self> {
                let tag = Self::builder().key(key).value(value).build();
                tags!(@built tag $($form)?)
            }
        })*
    };
    (@pair $tag:ident) => { Some(($tag.key()?, $tag.value().unwrap_or_default())) };
    (@pair $tag:ident complete) => { Some(($tag.key(), $tag.value())) };
    (@pair $tag:ident keyed) => { Some(($tag.key(), $tag.value().unwrap_or_default())) };
    (@built $tag:ident) => { Ok($tag) };
    (@built $tag:ident keyed) => { $tag.map_err(Error::bug) };
    (@built $tag:ident complete) => { $tag.map_err(Error::bug) };
}

tags! {
    aws_sdk_acm keyed;
    aws_sdk_cloudwatch;
    aws_sdk_ec2;
    aws_sdk_ecr complete;
    aws_sdk_ecs;
    aws_sdk_elasticloadbalancingv2;
    aws_sdk_iam complete;
    aws_sdk_secretsmanager;
    aws_sdk_ssm complete;
}

/// Tags that AWS shows, as ours.
pub fn read<T: Tag>(tags: &[T]) -> BTreeMap<String, String> {
    let owned = |(key, value): (&str, &str)| (key.to_owned(), value.to_owned());
    // Not gathered by sorting (`property/into_map.rs`), which stands beside this layer and not below it.
    let mut read = BTreeMap::new();
    read.extend(tags.iter().filter_map(Tag::pair).map(owned));
    read
}

/// Our tags, as a service wants them.
///
/// # Errors
/// As [`Tag::of`].
pub fn write<T: Tag>(tags: &BTreeMap<String, String>) -> Result<Vec<T>> {
    tags.iter().map(|(key, value)| T::of(key, value)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{read, write};

    #[test]
    fn tags_are_read_as_they_were_written() {
        let ours = BTreeMap::from([("team", "web"), ("empty", "")]);
        let ours = ours.into_iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
        let as_ecs: Vec<aws_sdk_ecs::types::Tag> = write(&ours).expect("tags");
        let as_iam: Vec<aws_sdk_iam::types::Tag> = write(&ours).expect("tags");
        assert_eq!((read(&as_ecs), read(&as_iam)), (ours.clone(), ours));
    }

    #[test]
    fn a_tag_without_a_value_has_an_empty_one() {
        let shown = aws_sdk_ec2::types::Tag::builder().key("team").build();
        let keyless = aws_sdk_ec2::types::Tag::builder().value("web").build();
        assert_eq!(read(&[shown, keyless]), BTreeMap::from([("team".to_owned(), String::new())]));
    }
}
