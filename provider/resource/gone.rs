//! What is not there: words for it, and for the wait until it is so.

use super::lifecycle::REFRESH;
use super::wait::Seen;
use crate::error::Error;

const STILL_THERE: &str = "AWS still shows it";
/// What a wait for something new sees.
pub const NOT_SHOWN: &str = "AWS does not show it yet";

/// What a wait for the end of something sees while AWS shows it, and then.
#[must_use]
pub fn while_shown(shown: bool) -> Seen<()> {
    if shown { Seen::Pending(STILL_THERE.to_owned()) } else { Seen::Done(()) }
}

/// The error for `what`, which the state has and AWS does not.
#[must_use]
pub fn gone(code: &str, what: &str) -> Error {
    Error::aws(code, format!("{what} is gone from AWS")).hinted(REFRESH)
}

/// The error for an import of a child that is not an object in AWS.
#[must_use]
pub fn nothing_to_import(child: &str, id: &str) -> Error {
    let message = format!("the {child} {id} cannot be imported: it is not an object in AWS");
    Error::aws("NothingToImport", message)
        .hinted("Leave it out of the import: the next `pulumi up` creates it.")
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{NOT_SHOWN, STILL_THERE, gone};

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
