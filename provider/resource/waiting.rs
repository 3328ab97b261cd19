//! What of a change waits until the service has moved ([`Resource::settle`](super::Resource::settle)): a text in the outputs of the
//! object, another for each change.

/// Of an object that was only created: nothing waits.
pub const CREATED: &str = "created";

/// What tells one change from all others.
#[must_use]
pub fn new_change() -> String {
    uuid::Uuid::new_v4().simple().to_string()[..12].to_owned()
}
