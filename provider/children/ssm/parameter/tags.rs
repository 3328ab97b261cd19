//! Tags of a parameter: they have calls of their own, by its name.

pub(super) use crate::aws::tags::write;

use aws_sdk_ssm::types::ResourceTypeForTagging::Parameter;

use crate::aws::tags::read;
use crate::aws::{Explain, OrGone};
use crate::error::Result;
use crate::resource::{Cx, Tagged, Tags};

/// So SSM says of tags that there is no such parameter (API reference, ListTagsForResource).
const NO_PARAMETER: [&str; 1] = ["InvalidResourceId"];

/// The tags of the parameter; `None` if it is gone.
pub(super) async fn of(cx: &Cx, id: &str) -> Result<Option<Tags>> {
    let ssm = cx.aws.ssm().await?;
    let answer = ssm.list_tags_for_resource().resource_type(Parameter).resource_id(id).send().await;
    let answer = answer.explain("ssm:ListTagsForResource", id).or_gone(&NO_PARAMETER)?;
    Ok(answer.map(|answer| read(answer.tag_list())))
}

/// The parameter of this name.
pub(super) struct Object<'a> {
    pub(super) cx: &'a Cx,
    pub(super) id: &'a str,
}

impl Tagged for Object<'_> {
    async fn set(&self, tags: &Tags) -> Result<()> {
        let call = self.cx.aws.ssm().await?.add_tags_to_resource().resource_type(Parameter);
        let answer = call.resource_id(self.id).set_tags(Some(write(tags)?)).send().await;
        answer.explain("ssm:AddTagsToResource", self.id).map(drop)
    }

    async fn remove(&self, keys: Vec<String>) -> Result<()> {
        let call = self.cx.aws.ssm().await?.remove_tags_from_resource().resource_type(Parameter);
        let answer = call.resource_id(self.id).set_tag_keys(Some(keys)).send().await;
        answer.explain("ssm:RemoveTagsFromResource", self.id).map(drop)
    }
}
