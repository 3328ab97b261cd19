//! Objects that EC2 knows by an id only: nothing says "taken" when there is one already. What an
//! interrupted run made is found by its tags, which come with the call that creates it.
//!
//! People know them by the tag `Name`: it is the child's name in the program, unless the program
//! declares another, and no property.

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use aws_sdk_ec2::types::{ResourceType, Tag, TagSpecification};

use super::tags;
use crate::aws::in_doubt;
use crate::error::{Error, Kind, Result};
use crate::resource::owner::{self, Owner};
use crate::resource::{Cx, Resource, Tags};

const NAME: &str = "Name";

/// Tags for the call that makes an object of this type.
pub(super) fn specification(cx: &Cx, kind: ResourceType) -> Result<TagSpecification> {
    let mut all = cx.tags.clone();
    if let Some(owner) = Owner::of(&cx.tags) {
        all.entry(NAME.to_owned()).or_insert(owner.child);
    }
    tags::specification(kind, &all)
}

/// The object's tags, without the name that we gave it.
pub(super) fn read(cx: &Cx, shown: &[Tag]) -> Tags {
    let mut tags = tags::read(shown);
    let ours = Owner::of(&tags).is_some_and(|owner| tags.get(NAME) == Some(&owner.child));
    if ours && !cx.tags.contains_key(NAME) {
        tags.remove(NAME);
    }
    tags
}

/// Whether the child made an object with these tags: for this state, or for the one whose service is
/// to become ours.
pub(super) fn is_ours(cx: &Cx, shown: &[Tag]) -> bool {
    owner::created(cx, &tags::read(shown))
}

/// Whether EC2 does not know yet everywhere what was made a moment ago, such as a VPC of which the next
/// call is about (EC2 API reference, "Eventual consistency"; terraform-provider-aws repeats the same
/// codes).
fn is_not_seen_yet(error: &Error) -> bool {
    const NOT_SEEN: [&str; 8] = [
        "InvalidVpcID.NotFound",
        "InvalidSubnetID.NotFound",
        "InvalidRouteTableID.NotFound",
        "InvalidInternetGatewayID.NotFound",
        "InvalidGatewayID.NotFound",
        "InvalidNatGatewayID.NotFound",
        "NatGatewayNotFound",
        "InvalidAllocationID.NotFound",
    ];
    error.code().is_some_and(|code| NOT_SEEN.contains(&code))
}

/// How long what was just created may be unknown.
const PROPAGATION: Duration = Duration::from_mins(5);

/// Makes a call about what was created a moment ago, as often as EC2 does not know that yet.
pub(super) async fn once_seen<T, F>(cx: &Cx, call: impl Fn() -> F + Send + Sync) -> Result<T>
where
    T: Send,
    F: Future<Output = Result<T>> + Send,
{
    cx.retry(PROPAGATION, is_not_seen_yet, call).await
}

/// For how long an address is asked that has never answered.
const NOBODY_ANSWERS: Duration = Duration::from_secs(5);

/// Creates an object with a call that, made twice, creates two. An answer may be lost: so the call is not
/// repeated automatically (`aws/calls`), and before it is made again we look whether it was done. If it was,
/// this is an error, after which the create finds the object.
pub(super) async fn create_once<R: Resource, T, F>(
    cx: &Cx,
    inputs: &R::Inputs<crate::property::Plain>,
    create: impl Fn() -> F + Sync,
) -> Result<T>
where
    F: Future<Output = Result<T>> + Send,
{
    let unanswered = AtomicBool::new(false);
    let begun = Instant::now();
    let passes = |error: &Error| match error.kind() {
        Kind::NoConnection { .. } => begun.elapsed() < NOBODY_ANSWERS,
        _ => in_doubt(error),
    };
    cx.retry(Duration::from_mins(2), passes, || async {
        if unanswered.load(Ordering::Relaxed) && R::find(cx, inputs).await?.is_some() {
            return Err(created(&cx.child));
        }
        create().await.inspect_err(|error| {
            unanswered.fetch_or(in_doubt(error), Ordering::Relaxed);
        })
    })
    .await
}

fn created(child: &str) -> Error {
    Error::aws("Created", format!("{child} was created, and AWS's answer was lost"))
}

/// What a wait for something new sees while it is not ready.
pub(super) const PENDING: &str = "it is pending";

#[cfg(test)]
mod tests {
    use super::{PENDING, created};

    #[test]
    fn what_is_not_ready_and_what_was_lost_are_told() {
        expect_test::expect![[r"
            it is pending
            web-vpc was created, and AWS's answer was lost"]]
        .assert_eq(&format!("{PENDING}\n{}", created("web-vpc")));
    }
}
