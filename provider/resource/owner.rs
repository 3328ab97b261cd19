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

    /// The same owner, who says in which region it is. Some objects (roles, dashboards) are in none,
    /// and a service that has moved keeps them.
    #[must_use]
    pub fn in_region(mut self, region: &str) -> Self {
        self.token = format!("{}@{region}", self.token);
        self
    }

    /// The region that the owner was in when it made the object, if it says so.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        self.token.split_once('@').map(|(_, region)| region)
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

/// Tags that name the stack: every object carries them, since the component puts them into `tags`.
const STACK_TAGS: [&str; 2] = ["pulumi:project", "pulumi:stack"];

/// Whether an object with the tags `live` belongs to the same service of the same stack as one with
/// `ours`. Two stacks may use the same explicit name; neither may take from the other.
#[must_use]
pub fn same_service(ours: &Tags, live: &Tags) -> bool {
    live.contains_key(SERVICE_TAG)
        && live.get(SERVICE_TAG) == ours.get(SERVICE_TAG)
        && STACK_TAGS.iter().all(|key| live.get(*key) == ours.get(*key))
}

/// Whether a tag is one of ours or of AWS's, and so nothing that a program declares.
#[must_use]
pub fn is_reserved(key: &str) -> bool {
    key == OWNER_TAG || key == SERVICE_TAG || key.to_ascii_lowercase().starts_with("aws:")
}

#[cfg(test)]
mod tests {
    use super::{Owner, same_service};

    #[test]
    fn an_owner_is_found_in_the_tags_that_it_set() {
        let owner = Owner::fresh("web-abc1234", "web-cluster");
        assert_eq!(Owner::of(&owner.tags()), Some(owner.clone()));
        assert_ne!(Owner::fresh("web-abc1234", "web-cluster").token, owner.token);
        assert_eq!(owner.region(), None);
        let moved = Owner::of(&owner.in_region("eu-west-1").tags()).expect("an owner");
        assert_eq!(moved.region(), Some("eu-west-1"));
    }

    #[test]
    fn a_service_of_the_same_name_in_another_stack_is_another_service() {
        let tags = |stack: &str| {
            let mut tags = Owner::fresh("web", "web-cluster").tags();
            tags.insert("pulumi:stack".to_owned(), stack.to_owned());
            tags
        };
        assert!(same_service(&tags("dev"), &tags("dev")));
        assert!(!same_service(&tags("dev"), &tags("prod")));
        assert!(!same_service(&tags("dev"), &[].into()));
    }
}
