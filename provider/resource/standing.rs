//! What is there already where a create would make something.

use super::owner::{self, Owner};
use super::{Cx, Tags};

/// An object that already bears the name that we want.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    pub id: String,
    /// Its tags; `None` if the kind has none, which makes it ours if its name is.
    pub tags: Option<Tags>,
    /// Whether another child of the same service has it, which gives it up in this run.
    pub of_another_child: bool,
}

impl Standing {
    /// One that this child, or an earlier run of it, has, or nobody of ours.
    #[must_use]
    pub fn of(id: String, tags: Option<Tags>) -> Self {
        Self { id, tags, of_another_child: false }
    }

    /// One whose place only one child of a service can have: another child of the same service and state passes it on. It sees
    /// another token then, and leaves it alone.
    #[must_use]
    pub fn passed_on(cx: &Cx, id: String, mut tags: Tags) -> Self {
        let owners = (Owner::of(&tags), Owner::of(&cx.tags));
        let mut of_another_child = false;
        if let (Some(owner), Some(ours)) = owners
            && owner::same_lineage(&cx.tags, &tags)
            && owner.base == ours.base
            && owner.child != ours.child
        {
            tags.extend(Owner { child: ours.child, ..owner }.tags());
            of_another_child = true;
        }
        Self { id, tags: Some(tags), of_another_child }
    }
}
