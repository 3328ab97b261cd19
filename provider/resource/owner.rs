//! Whose object is it? Tags that tell, and what follows from them.
//!
//! Every taggable object carries `fargate:owner = <base name>/<child name>/<token>` and
//! `fargate:service = <base name>`. The token is fresh for every create and kept in the state, so
//! that "the object that this entry of the state made" is a question with an answer: a crashed
//! run's object is found again, and a delete never takes what a newer entry owns.

use super::Tags;

/// The tag that names the entry of the state which owns an object.
pub const OWNER_TAG: &str = "fargate:owner";
/// The tag that all objects of one service share.
pub const SERVICE_TAG: &str = "fargate:service";

/// Who owns an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    pub base: String,
    pub child: String,
    pub token: String,
}

impl Owner {
    /// A new owner of an object for this child: with a token that nobody had before.
    #[must_use]
    pub fn fresh(base: &str, child: &str) -> Self {
        let token = uuid::Uuid::new_v4().simple().to_string();
        Self { base: base.to_owned(), child: child.to_owned(), token: token[..12].to_owned() }
    }

    /// The owner that an object's tags name.
    #[must_use]
    pub fn of(tags: &Tags) -> Option<Self> {
        let mut parts = tags.get(OWNER_TAG)?.splitn(3, '/');
        Some(Self {
            base: parts.next()?.to_owned(),
            child: parts.next()?.to_owned(),
            token: parts.next()?.to_owned(),
        })
    }

    /// The tags that say so.
    #[must_use]
    pub fn tags(&self) -> Tags {
        [
            (OWNER_TAG.to_owned(), format!("{}/{}/{}", self.base, self.child, self.token)),
            (SERVICE_TAG.to_owned(), self.base.clone()),
        ]
        .into()
    }
}

/// Whether a tag is one of ours or of AWS's, and so nothing that a program declares.
#[must_use]
pub fn is_reserved(key: &str) -> bool {
    key == OWNER_TAG || key == SERVICE_TAG || key.to_ascii_lowercase().starts_with("aws:")
}

#[cfg(test)]
mod tests {
    use super::Owner;

    #[test]
    fn an_owner_is_found_in_the_tags_that_it_set() {
        let owner = Owner::fresh("web-abc1234", "web-cluster");
        assert_eq!(Owner::of(&owner.tags()), Some(owner.clone()));
        assert_ne!(Owner::fresh("web-abc1234", "web-cluster").token, owner.token);
    }
}
