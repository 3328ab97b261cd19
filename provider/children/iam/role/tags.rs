//! Tags of a role: it shows them itself, and they are changed by its name.

pub(super) use crate::aws::tags::{read, write};

use crate::aws::Explain;
use crate::error::Result;
use crate::resource::{Cx, Tagged, Tags};

/// The role with a name.
pub(super) struct Object<'a>(pub(super) &'a Cx, pub(super) &'a str);

impl Tagged for Object<'_> {
    /// IAM takes keys for the same that differ in the case of their letters only (user guide, "Tags for
    /// IAM resources"), and would remove what was just set.
    const REMOVES_FIRST: bool = true;

    async fn set(&self, tags: &Tags) -> Result<()> {
        let Self(cx, role) = self;
        let call = cx.aws.iam().await?.tag_role().role_name(*role);
        call.set_tags(Some(write(tags)?)).send().await.explain("iam:TagRole", role).map(drop)
    }

    async fn remove(&self, keys: Vec<String>) -> Result<()> {
        let Self(cx, role) = self;
        let call = cx.aws.iam().await?.untag_role().role_name(*role);
        call.set_tag_keys(Some(keys)).send().await.explain("iam:UntagRole", role).map(drop)
    }
}
