//! Rules on the service as a whole: its name and its tags.

use std::collections::BTreeSet;

use super::complaints::{Complaints, known, member};
use super::general::GeneralArgs;
use super::place::Place;
use crate::property::Output;
use crate::resource::{physical_names, tags};

pub(super) const TAG: &str = "The value is secret, but tags are readable by everyone who may see the objects, and \
    appear in bills. Use one that is not secret, or remove the tag.";

/// The service's own name, which no other of the program may have.
pub(in crate::component) fn name(args: &GeneralArgs, place: &Place<'_>, found: &mut Complaints) {
    found.check("name", args.name.as_ref(), |name| {
        physical_names::complain(name).or_else(|| {
            let (claimed, component) = place.claimed?;
            claimed.claim(name, component)
        })
    });
}

/// The service's own tags, beside those that are set anyway.
pub(in crate::component) fn tags(args: &GeneralArgs, place: &Place<'_>, found: &mut Complaints) {
    for (key, value) in known(args.tags.as_ref()).into_iter().flatten() {
        let path = member("tags", key);
        found.check(&path, Some(&Output::from(key.clone())), |key| tags::complain_of_key(key));
        found.check(&path, Some(value), |value| tags::complain_of_value(value));
    }
    let others = || place.tags.into_iter().flatten().map(|(key, _)| key);
    let own = known(args.tags.as_ref()).into_iter().flatten().map(|(key, _)| key);
    for (key, twin) in tags::twins(others().chain(own)) {
        let path = member("tags", key);
        found
            .check(&path, Some(&Output::from(key.clone())), |_| Some(tags::complain_of_twin(twin)));
    }
    found.check("tags", args.tags.as_ref(), |own| {
        let mut all: BTreeSet<&String> = others().collect();
        let set_anyway = all.len() + tags::OWNERS;
        all.extend(own.keys());
        let many = all.len() + tags::OWNERS;
        (many > tags::MOST).then(|| {
            format!(
                "With the {set_anyway} tags that are set anyway (`defaultTags`, the stack's and the \
                 owner's) it would be {many}; AWS allows {}.",
                tags::MOST
            )
        })
    });
}
