//! What several children ask in the same words: is this the service's, and in which order?

use crate::error::Error;
use crate::property::Output;
use crate::resource::lifecycle::REFRESH;
use crate::resource::owner::{Owner, SERVICE_TAG};
use crate::resource::wait::Seen;
use crate::resource::{Cx, Standing, Tags};

/// Whether an object carries the tag of the service that `cx` acts for.
pub(super) fn serves(cx: &Cx, found: &Standing) -> bool {
    found.tags.as_ref().is_some_and(|tags| carries(tags, &cx.base))
}

/// Whether these are the tags of an object of the service `base`.
pub(super) fn carries(tags: &Tags, base: &str) -> bool {
    tags.get(SERVICE_TAG).is_some_and(|service| service == base)
}

/// The base name of the service that an object with these tags belongs to: an import knows it from
/// the tags only.
pub(super) fn base(cx: &Cx, tags: &Tags) -> String {
    Owner::of(tags).map_or_else(|| cx.base.clone(), |owner| owner.base)
}

/// Whether a name is made of the base name. Another service's base may begin like ours, so the
/// tag has to say the rest.
pub(super) fn named(cx: &Cx, name: &str) -> bool {
    name.strip_prefix(cx.base.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// What a wait for the end of something sees while AWS shows it, and then.
pub(super) fn while_shown(shown: bool) -> Seen<()> {
    if shown { Seen::Pending(STILL_THERE.to_owned()) } else { Seen::Done(()) }
}

const STILL_THERE: &str = "AWS still shows it";
/// What a wait for something new sees.
pub(super) const NOT_SHOWN: &str = "AWS does not show it yet";

/// The error for `what`, of which the state thinks that it is there.
pub(super) fn gone(code: &str, what: &str) -> Error {
    Error::aws(code, format!("{what} is gone from AWS")).hinted(REFRESH)
}

/// The error for an import of a child that is no object in AWS.
pub(super) fn nothing_to_import(child: &str, id: &str) -> Error {
    let told = format!("the {child} {id} cannot be imported: it is no object in AWS");
    Error::aws("NothingToImport", told)
        .hinted("Leave it out of the import: the next `pulumi up` makes it by itself.")
}

/// Whether AWS refused with one of `codes`: what a retry asks.
pub(super) fn is<const N: usize>(codes: &'static [&'static str; N]) -> impl Fn(&Error) -> bool {
    |error| error.code().is_some_and(|code| codes.contains(&code))
}

/// A list whose order means nothing, in the order in which AWS's answer is sorted too. Values
/// that are not known yet come first, and find their place when they are.
pub(super) fn sorted<T: Ord>(list: Output<Vec<Output<T>>>) -> Output<Vec<Output<T>>> {
    list.map(|mut list| {
        list.sort_by(|one, other| one.known().cmp(&other.known()));
        list
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{NOT_SHOWN, Owner, STILL_THERE, carries, gone, sorted};
    use crate::property::Output;

    #[test]
    fn lists_without_order_are_sorted_as_far_as_they_are_known() {
        let list: Output<Vec<Output<&str>>> =
            vec![Output::from("b"), Output::from("a"), Output::unknown()].into();
        let expected: Vec<Output<&str>> =
            vec![Output::unknown(), Output::from("a"), Output::from("b")];
        assert_eq!(sorted(list).known(), Some(&expected));
    }

    #[test]
    fn a_service_knows_its_own_by_the_tag_and_not_by_the_beginning_of_a_name() {
        let tags = Owner::fresh("web-two", "web-two-logs", "l1").tags();
        assert!(carries(&tags, "web-two"));
        assert!(!carries(&tags, "web"));
    }

    #[test]
    fn waits_say_what_aws_shows() {
        expect![[r"
            AWS still shows it
            AWS does not show it yet"]]
        .assert_eq(&[STILL_THERE, NOT_SHOWN].join("\n"));
    }

    #[test]
    fn what_is_gone_comes_with_the_next_step() {
        expect![[r"
            the role web-task is gone from AWS
              Run `pulumi refresh`; the next `pulumi up` makes it again."]]
        .assert_eq(&gone("NoSuchEntity", "the role web-task").to_string());
    }
}
