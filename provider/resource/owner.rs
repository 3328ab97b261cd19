//! Whose object is it? The tags that say so, and what follows from them.
//!
//! Every taggable object carries
//! * `fargate:owner = <base name>/<child>/<token>`: the entry of the state that owns it. The child is
//!   its name in the program, in letters that AWS allows. The token is fresh for every create and
//!   kept in the state, so that "the object that this entry of the state made" is a question with an
//!   answer: a crashed run's object is found again, and a delete never takes what a newer entry owns.
//! * `fargate:service = <base name>`: what all objects of one service share.
//! * `fargate:lineage = <form>/<id>`: the state that owns the service. The id is drawn once, together
//!   with the base name, and kept in the state. Project, stack and name are not enough: two backends
//!   can have the same. `<form>` is the version of the form of all three tags.

use super::physical_names::letters;
use super::tags::may_stand;
use super::{Cx, Standing, Tags};

/// The tag that names the entry of the state which owns an object.
pub const OWNER_TAG: &str = "fargate:owner";
/// The tag that all objects of one service share.
pub const SERVICE_TAG: &str = "fargate:service";
/// The tag that all objects of one state's service share.
pub const LINEAGE_TAG: &str = "fargate:lineage";
/// The version of the form of these tags.
const FORM: &str = "1";

/// Who owns an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    pub base: String,
    pub child: String,
    pub token: String,
    /// Which state the service belongs to; empty if the tags do not say.
    pub lineage: String,
}

/// What an object's tags say of its owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// No FargateWebService's.
    Nobodys,
    Owned(Owner),
    /// A FargateWebService's, in a form that a later version of this plugin writes.
    LaterForm(String),
}

impl Owner {
    /// A new owner of an object for this child: with a token that was never used before.
    #[must_use]
    pub fn fresh(base: &str, child: &str, lineage: &str) -> Self {
        let token = uuid::Uuid::new_v4().simple().to_string();
        Self {
            base: base.to_owned(),
            child: tagged(child),
            token: token[..12].to_owned(),
            lineage: lineage.to_owned(),
        }
    }

    /// The owner that an object's tags name, if they are of a form that we know.
    #[must_use]
    pub fn of(tags: &Tags) -> Option<Self> {
        match Whose::of(tags) {
            Whose::Owned(owner) => Some(owner),
            Whose::Nobodys | Whose::LaterForm(_) => None,
        }
    }

    /// Whether the owner is this child, by its name in the program.
    #[must_use]
    pub fn is(&self, child: &str) -> bool {
        self.child == tagged(child)
    }

    /// The tags that say so.
    #[must_use]
    pub fn tags(&self) -> Tags {
        let owner = format!("{}/{}/{}", self.base, self.child, self.token);
        let mut tags = Tags::from([
            (OWNER_TAG.to_owned(), owner),
            (SERVICE_TAG.to_owned(), self.base.clone()),
        ]);
        if !self.lineage.is_empty() {
            tags.insert(LINEAGE_TAG.to_owned(), format!("{FORM}/{}", self.lineage));
        }
        tags
    }
}

impl Whose {
    /// What these tags say.
    #[must_use]
    pub fn of(tags: &Tags) -> Self {
        let Some(owner) = tags.get(OWNER_TAG) else { return Self::Nobodys };
        let lineage = match tags.get(LINEAGE_TAG).map(|it| it.split_once('/')) {
            None => "",
            Some(Some((FORM, lineage))) => lineage,
            Some(form) => {
                return Self::LaterForm(form.map_or("", |(form, _)| form).to_owned());
            }
        };
        // Neither base name nor token has a slash; a name in a program may.
        let parts =
            owner.split_once('/').and_then(|(base, rest)| Some((base, rest.rsplit_once('/')?)));
        let Some((base, (child, token))) = parts else { return Self::Nobodys };
        Self::Owned(Owner {
            base: base.to_owned(),
            child: child.to_owned(),
            token: token.to_owned(),
            lineage: lineage.to_owned(),
        })
    }
}

/// A tag's value has 256 characters: base name, token and slashes leave this many.
const LONGEST_CHILD: usize = 200;

/// A child's name as it is written in a tag; a hash distinguishes names that do not fit.
fn tagged(child: &str) -> String {
    if child.chars().count() <= LONGEST_CHILD && child.chars().all(may_stand) {
        return child.to_owned();
    }
    let fit = child.chars().map(|c| if may_stand(c) { c } else { '_' });
    let stem: String = fit.take(LONGEST_CHILD - 8).collect();
    format!("{stem}-{}", letters(child.as_bytes(), 7))
}

/// Whether an object with the tags `live` belongs to the same service of the same state as one with
/// `ours`. Two states may use the same explicit name; neither may take from the other.
#[must_use]
pub fn same_lineage(ours: &Tags, live: &Tags) -> bool {
    let same = |key| live.contains_key(key) && live.get(key) == ours.get(key);
    same(SERVICE_TAG) && same(LINEAGE_TAG)
}

/// A few letters that stand for an object of this kind, with this id, and with the owner that these
/// tags name. An object that was made anew under the same name is another: its owner's token is.
#[must_use]
pub fn mark(kind: &str, id: &str, token: Option<&str>) -> String {
    letters(format!("{kind} {id} {}", token.unwrap_or_default()).as_bytes(), 8)
}

/// Whether the child of `cx` created an object with these tags: for this state, or for the one whose service is to
/// become ours. For objects whose name says nothing.
#[must_use]
pub fn created(cx: &Cx, live: &Tags) -> bool {
    let wanted = |owner: &Owner| cx.take_over.as_ref().is_some_and(|it| *it == owner.lineage);
    Owner::of(live).is_some_and(|owner| {
        owner.is(&cx.child)
            && owner.base == cx.base
            && (same_lineage(&cx.tags, live) || wanted(&owner))
    })
}

/// Whether an object carries the tag of the service that `cx` acts for.
#[must_use]
pub fn serves(cx: &Cx, found: &Standing) -> bool {
    found.tags.as_ref().is_some_and(|tags| carries(tags, &cx.base))
}

/// Whether these are the tags of an object of the service `base`.
#[must_use]
pub fn carries(tags: &Tags, base: &str) -> bool {
    tags.get(SERVICE_TAG).is_some_and(|service| service == base)
}

/// The base name of the service that an object with these tags belongs to: an import knows it from
/// the tags only.
#[must_use]
pub fn base(cx: &Cx, tags: &Tags) -> String {
    Owner::of(tags).map_or_else(|| cx.base.clone(), |owner| owner.base)
}

/// Whether a name is made of the base name. Another service's base may begin like ours, so the
/// tag has to say the rest.
#[must_use]
pub fn named(cx: &Cx, name: &str) -> bool {
    name.strip_prefix(cx.base.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// Whether a tag is one of ours.
#[must_use]
pub fn is_owners(key: &str) -> bool {
    [OWNER_TAG, SERVICE_TAG, LINEAGE_TAG].contains(&key)
}

/// Whether a tag is one of ours or of AWS's, and so nothing that a program declares.
#[must_use]
pub fn is_reserved(key: &str) -> bool {
    is_owners(key) || key.to_ascii_lowercase().starts_with("aws:")
}

#[cfg(test)]
mod tests {
    use super::{Owner, Tags, Whose, carries, may_stand, same_lineage};

    #[test]
    fn an_owner_is_found_in_the_tags_that_it_set() {
        let owner = Owner::fresh("web-abc1234", "web-cluster", "l1");
        assert_eq!(Owner::of(&owner.tags()), Some(owner.clone()));
        assert_ne!(Owner::fresh("web-abc1234", "web-cluster", "l1").token, owner.token);
    }

    #[test]
    fn any_name_of_a_program_fits_into_a_tag_and_is_known_again() {
        let long = "x".repeat(300);
        let names = ["team/web-alb", "web (old)-alb", "web [old]-alb", "漢字-alb", &long];
        for name in names {
            let owner = Owner::fresh("web-abc1234", name, "l1");
            let tags = owner.tags();
            assert_eq!(Owner::of(&tags), Some(owner.clone()));
            assert!(tags["fargate:owner"].chars().count() <= 256, "{name}");
            assert!(tags["fargate:owner"].chars().all(may_stand), "{name}");
            let known: Vec<&str> = names.into_iter().filter(|it| owner.is(it)).collect();
            assert_eq!(known, [name]);
        }
    }

    #[test]
    fn a_service_of_the_same_name_in_another_state_is_another_service() {
        let tags = |base: &str, lineage: &str| Owner::fresh(base, "web-cluster", lineage).tags();
        assert!(same_lineage(&tags("web", "l1"), &tags("web", "l1")));
        assert!(!same_lineage(&tags("web", "l1"), &tags("web", "l2")));
        assert!(!same_lineage(&tags("web", "l1"), &tags("site", "l1")));
        assert!(!same_lineage(&tags("web", "l1"), &Tags::new()));
        // Without a lineage, none is shared.
        assert!(!same_lineage(&tags("web", ""), &tags("web", "")));
    }

    #[test]
    fn a_service_knows_its_own_by_the_tag_and_not_by_the_beginning_of_a_name() {
        let tags = Owner::fresh("web-two", "web-two-logs", "l1").tags();
        assert!(carries(&tags, "web-two"));
        assert!(!carries(&tags, "web"));
    }

    #[test]
    fn tags_of_a_later_form_are_told_apart_from_none() {
        let mut tags = Owner::fresh("web", "web-cluster", "l1").tags();
        assert_eq!(tags["fargate:lineage"], "1/l1");
        tags.insert("fargate:lineage".to_owned(), "2/l1/more".to_owned());
        assert_eq!(Whose::of(&tags), Whose::LaterForm("2".to_owned()));
        assert_eq!(Owner::of(&tags), None);
        assert_eq!(Whose::of(&Tags::new()), Whose::Nobodys);
    }
}
