//! Whose object is it? Tags that tell, and what follows from them.
//!
//! Every taggable object carries `fargate:owner = <base name>/<child>/<token>` and
//! `fargate:service = <base name>`. The child is its name in the program, in letters that AWS
//! allows. The token is fresh for every create and kept in the state, so that "the object that this
//! entry of the state made" is a question with an answer: a crashed run's object is found again, and
//! a delete never takes what a newer entry owns.

use super::Tags;
use super::naming::letters;
use super::tags::may_stand;

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
        Self { base: base.to_owned(), child: tagged(child), token: token[..12].to_owned() }
    }

    /// The owner that an object's tags name.
    #[must_use]
    pub fn of(tags: &Tags) -> Option<Self> {
        // Neither base name nor token has a slash; a name in a program may.
        let (base, rest) = tags.get(OWNER_TAG)?.split_once('/')?;
        let (child, token) = rest.rsplit_once('/')?;
        Some(Self { base: base.to_owned(), child: child.to_owned(), token: token.to_owned() })
    }

    /// Whether the owner is this child, by its name in the program.
    #[must_use]
    pub fn is(&self, child: &str) -> bool {
        self.child == tagged(child)
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

/// A tag's value has 256 characters: base name, token and slashes leave this many.
const LONGEST_CHILD: usize = 200;

/// A child's name as it stands in a tag; what does not fit in there is told apart by a hash.
fn tagged(child: &str) -> String {
    if child.chars().count() <= LONGEST_CHILD && child.chars().all(may_stand) {
        return child.to_owned();
    }
    let fit = child.chars().map(|c| if may_stand(c) { c } else { '_' });
    let stem: String = fit.take(LONGEST_CHILD - 8).collect();
    format!("{stem}-{}", letters(child.as_bytes(), 7))
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
    use super::{Owner, may_stand, same_service};

    #[test]
    fn an_owner_is_found_in_the_tags_that_it_set() {
        let owner = Owner::fresh("web-abc1234", "web-cluster");
        assert_eq!(Owner::of(&owner.tags()), Some(owner.clone()));
        assert_ne!(Owner::fresh("web-abc1234", "web-cluster").token, owner.token);
    }

    #[test]
    fn any_name_of_a_program_fits_into_a_tag_and_is_known_again() {
        let long = "x".repeat(300);
        let names = ["team/web-alb", "web (old)-alb", "web [old]-alb", "漢字-alb", &long];
        for name in names {
            let owner = Owner::fresh("web-abc1234", name);
            let tags = owner.tags();
            assert_eq!(Owner::of(&tags), Some(owner.clone()));
            assert!(tags["fargate:owner"].chars().count() <= 256, "{name}");
            assert!(tags["fargate:owner"].chars().all(may_stand), "{name}");
            let known: Vec<&str> = names.into_iter().filter(|it| owner.is(it)).collect();
            assert_eq!(known, [name]);
        }
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
