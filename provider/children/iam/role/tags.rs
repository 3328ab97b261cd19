//! Tags of a role: it shows them itself, and they are changed by its name.

use aws_sdk_iam::types::Tag;

use crate::aws::Explain;
use crate::error::{Error, Result};
use crate::resource::{Cx, Tags};

/// Removes and sets tags of the role, in this order: IAM takes keys for the same that differ in the
/// case of their letters only (user guide, "Tags for IAM resources"), and would remove what was
/// just set.
pub(super) async fn change(cx: &Cx, role: &str, set: &Tags, remove: &[String]) -> Result<()> {
    let iam = cx.aws.iam().await?;
    if !remove.is_empty() {
        let call = iam.untag_role().role_name(role).set_tag_keys(Some(remove.to_vec()));
        call.send().await.explain("iam:UntagRole", role)?;
    }
    if !set.is_empty() {
        let call = iam.tag_role().role_name(role).set_tags(Some(write(set)?));
        call.send().await.explain("iam:TagRole", role)?;
    }
    Ok(())
}

/// Tags as IAM writes them, as ours.
pub(super) fn read(tags: &[Tag]) -> Tags {
    tags.iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect()
}

/// Our tags, as IAM wants them.
pub(super) fn write(tags: &Tags) -> Result<Vec<Tag>> {
    tags.iter()
        .map(|(key, value)| Tag::builder().key(key).value(value).build().map_err(Error::bug))
        .collect()
}
