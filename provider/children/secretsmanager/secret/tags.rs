//! Tags of a secret.

pub(super) use crate::aws::tags::{read, write};

use crate::aws::Explain;
use crate::error::Result;
use crate::resource::{Cx, Tagged, Tags};

/// The secret of this name.
pub(super) struct Object<'a> {
    pub(super) cx: &'a Cx,
    pub(super) id: &'a str,
}

impl Tagged for Object<'_> {
    async fn set(&self, tags: &Tags) -> Result<()> {
        let call = self.cx.aws.secrets_manager().await?.tag_resource().secret_id(self.id);
        let answer = call.set_tags(Some(write(tags)?)).send().await;
        answer.explain("secretsmanager:TagResource", self.id).map(drop)
    }

    async fn remove(&self, keys: Vec<String>) -> Result<()> {
        let call = self.cx.aws.secrets_manager().await?.untag_resource().secret_id(self.id);
        let answer = call.set_tag_keys(Some(keys)).send().await;
        answer.explain("secretsmanager:UntagResource", self.id).map(drop)
    }
}
