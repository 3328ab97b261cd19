//! Why a rule cannot have its place, and whose it is.

use crate::error::Error;
use crate::resource::Tags;
use crate::resource::owner::Owner;

pub(super) const TAKEN: &str = "PriorityInUse";

/// Whose the rule is, as far as its tags say.
fn owner_in_words(tags: &Tags) -> String {
    let of_stack = |it: &Tags| {
        let (project, stack) = (it.get("pulumi:project")?, it.get("pulumi:stack")?);
        Some(format!(" (project {project}, stack {stack})"))
    };
    match Owner::of(tags) {
        Some(owner) => {
            let stack = of_stack(tags).unwrap_or_default();
            format!("belongs to `{}` of the service `{}`{stack}", owner.child, owner.base)
        }
        None if tags.is_empty() => "has no tags".to_owned(),
        None => {
            let tags: Vec<String> =
                tags.iter().map(|(key, value)| format!("{key}={value}")).collect();
            format!("has the tags {}", tags.join(", "))
        }
    }
}

pub(super) fn taken(number: u32, arn: &str, tags: &Tags) -> Error {
    let whose = owner_in_words(tags);
    let message =
        format!("the priority {number} is in use on this listener: the rule {arn} {whose}");
    Error::aws(TAKEN, message)
        .hinted("Set another `priority`, or remove it from all routes: then free ones are chosen.")
}

pub(super) fn same_requests(arn: &str, number: u32, tags: &Tags) -> Error {
    let whose = owner_in_words(tags);
    let message = format!(
        "another rule of this listener takes the same requests: {arn}, with the priority {number}, {whose}"
    );
    Error::aws("SameRequests", message)
        .hinted("Use another host or path, or let the owner of that rule delete it.")
}

pub(super) fn full() -> Error {
    Error::aws("NoPriority", "all priorities of this listener are in use")
        .hinted("Delete rules of the listener that nothing needs any more.")
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{Owner, Tags, full, same_requests, taken};

    #[test]
    fn who_has_the_number_or_the_requests_is_named() {
        let mut tags = Owner::fresh("shop-abc1234", "shop-route-api", "l1").tags();
        tags.insert("pulumi:project".to_owned(), "shop".to_owned());
        tags.insert("pulumi:stack".to_owned(), "prod".to_owned());
        let others = Tags::from([("team".to_owned(), "payments".to_owned())]);
        let told = [
            taken(10, "arn:rule", &tags).to_string(),
            taken(10, "arn:rule", &others).to_string(),
            taken(10, "arn:rule", &Tags::new()).to_string(),
            same_requests("arn:rule", 10, &tags).to_string(),
            full().to_string(),
        ];
        expect![[r"
            the priority 10 is in use on this listener: the rule arn:rule belongs to `shop-route-api` of the service `shop-abc1234` (project shop, stack prod)
              Set another `priority`, or remove it from all routes: then free ones are chosen.
            the priority 10 is in use on this listener: the rule arn:rule has the tags team=payments
              Set another `priority`, or remove it from all routes: then free ones are chosen.
            the priority 10 is in use on this listener: the rule arn:rule has no tags
              Set another `priority`, or remove it from all routes: then free ones are chosen.
            another rule of this listener takes the same requests: arn:rule, with the priority 10, belongs to `shop-route-api` of the service `shop-abc1234` (project shop, stack prod)
              Use another host or path, or let the owner of that rule delete it.
            all priorities of this listener are in use
              Delete rules of the listener that nothing needs any more."]].assert_eq(&told.join("\n"));
    }
}
