//! A SecureString parameter of the SSM Parameter Store that holds one of `secretValues`.
//!
//! ECS names no version of a parameter and refuses one that is named (aws/containers-roadmap#859), so the task
//! definition has the version in a label: a changed value is a new revision. Only the name cannot change.
//! Standard parameters only, which cost nothing.

mod key;
mod tags;

use std::time::Duration;

use aws_sdk_ssm::types::{ParameterMetadata, ParameterStringFilter, ParameterTier, ParameterType};
use serde::{Deserialize, Serialize};

use crate::aws::{Explain, OrGone};
use crate::error::{Error, Result, refused_with};
use crate::property::{Form, Plain};
use crate::resource::{
    Cx, EVERYWHERE, Live, Made, Needed, Permission, Resource, Settled, Standing, Tagged, Tags,
};

/// The parameter.
pub struct Parameter;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    /// The environment variable: the end of the name.
    pub variable: F::Of<String>,
    pub value: F::Of<String>,
    /// The ARN of the key that encrypts the value; AWS's own if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_id: Option<F::Of<String>>,
}

/// What AWS adds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    pub name: F::Of<String>,
    pub arn: F::Of<String>,
    /// Counts the values; a parameter that is created again begins with 1.
    pub version: F::Of<u32>,
}

const GONE: [&str; 1] = ["ParameterNotFound"];
/// "There are concurrent updates for a resource that you want to update" (SSM API reference, PutParameter).
const BUSY: [&str; 1] = ["TooManyUpdates"];
const USUAL: Duration = Duration::from_mins(1);

impl Resource for Parameter {
    const TYPE: &'static str = "fargate:ssm:Parameter";
    const PERMISSIONS: &'static [Permission] = &[
        Permission {
            sid: "ParameterValues",
            to: "create, read, change and delete the parameters of `secretValues`",
            needed: Needed::If("its `secretStore` is `parameterStore`"),
            actions: &[
                "ssm:PutParameter",
                "ssm:GetParameter",
                "ssm:DeleteParameter",
                "ssm:AddTagsToResource",
                "ssm:RemoveTagsFromResource",
                "ssm:ListTagsForResource",
            ],
            on: &["arn:aws:ssm:*:*:parameter/fargate/{name}*"],
            ..EVERYWHERE
        },
        Permission {
            sid: "ParameterValuesFind",
            to: "find the parameters of `secretValues`",
            needed: Needed::If("its `secretStore` is `parameterStore`"),
            actions: &["ssm:DescribeParameters"],
            ..EVERYWHERE
        },
        // Systems Manager user guide, "KMS encryption for Parameter Store SecureString parameters": standard
        // parameters are encrypted and decrypted with the permissions of the caller.
        Permission {
            sid: "ParameterValuesKey",
            to: "let the Parameter Store use the key of the parameters",
            needed: Needed::If("its parameters have a `secretKmsKeyArn`"),
            actions: &["kms:Decrypt", "kms:Encrypt"],
            on: &["arn:aws:kms:*:*:key/*"],
            only_if: Some(("StringLike", "kms:ViaService", "ssm.*.amazonaws.com")),
        },
    ];
    const REPLACE_ON: &'static [&'static str] = &["variable"];
    const CHANGES_ON_UPDATE: &'static [&'static str] = &["version"];
    const SECRET: &'static [&'static str] = &["value"];
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    async fn find(cx: &Cx, inputs: &Inputs) -> Result<Option<Standing>> {
        let id = name(cx, inputs);
        let tags = tags::of(cx, &id).await?;
        Ok(tags.map(|tags| Standing::of(id, Some(tags))))
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let name = name(cx, inputs);
        let arn = arn(cx, &name).await?;
        let version = put(cx, &name, inputs, true).await?;
        Ok(Made { id: name.clone(), outputs: Outputs { name, arn, version } })
    }

    async fn read(cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        let Some(found) = describe(cx, id).await? else { return Ok(None) };
        let Some(tags) = tags::of(cx, id).await? else { return Ok(None) };
        let ssm = cx.aws.ssm().await?;
        let answer = ssm.get_parameter().name(id).with_decryption(true).send().await;
        let answer = answer.explain("ssm:GetParameter", id).map_err(key::explain).or_gone(&GONE)?;
        let Some(parameter) = answer.and_then(|answer| answer.parameter) else { return Ok(None) };
        let outputs = Outputs {
            name: id.to_owned(),
            arn: arn(cx, id).await?,
            version: u32::try_from(parameter.version()).unwrap_or_default(),
        };
        let inputs = inputs(id, parameter.value(), &found);
        Ok(Some(Live { inputs, outputs, tags: Some(tags) }))
    }

    async fn marks(cx: &Cx, id: &str) -> Result<Option<Option<Tags>>> {
        Ok(tags::of(cx, id).await?.map(Some))
    }

    async fn update(
        cx: &Cx,
        id: &str,
        old: Option<&Inputs>,
        new: &Inputs,
        mut outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        if old.is_none()
            && let Some(live) = Self::read(cx, id).await?
            && live.inputs == *new
        {
            return Ok(live.outputs.into());
        }
        outputs.version = put(cx, id, new, false).await?;
        // Others had deleted it: this call has created it again, which takes no tags then.
        if outputs.version == 1 {
            Self::tag(cx, id, &cx.tags, &[]).await?;
        }
        Ok(outputs.into())
    }

    async fn delete(cx: &Cx, id: &str, _inputs: &Inputs, _outputs: &Outputs) -> Result<()> {
        let ssm = cx.aws.ssm().await?;
        cx.retry(USUAL, refused_with(&BUSY), || async {
            let answer = ssm.delete_parameter().name(id).send().await;
            answer.explain("ssm:DeleteParameter", id).or_gone(&GONE)
        })
        .await
        .map(drop)
    }

    async fn tag(cx: &Cx, id: &str, set: &Tags, remove: &[String]) -> Result<()> {
        tags::Object { cx, id }.change(set, remove).await
    }

    async fn debris(cx: &Cx) -> Result<Vec<String>> {
        let below = filter("Path", "OneLevel", below(cx))?;
        let found = described(cx, below, &self::below(cx)).await?;
        let names = found.into_iter().filter_map(|it| it.name);
        Ok(names.filter(|name| !cx.has_removed(Self::TYPE, name)).collect())
    }
}

/// Where all parameters of the service are.
fn below(cx: &Cx) -> String {
    format!("/fargate/{}", cx.base)
}

fn name(cx: &Cx, inputs: &Inputs) -> String {
    format!("{}/{}", below(cx), inputs.variable)
}

async fn arn(cx: &Cx, name: &str) -> Result<String> {
    let us = cx.aws.identity().await?;
    Ok(format!("arn:{}:ssm:{}:{}:parameter{name}", us.partition, cx.aws.region(), us.account))
}

/// Creates the parameter, or gives it another value: its version. Tags go with a create only (API reference,
/// PutParameter).
async fn put(cx: &Cx, name: &str, inputs: &Inputs, create: bool) -> Result<u32> {
    let ssm = cx.aws.ssm().await?;
    let tags = if create { Some(tags::write(&cx.tags)?) } else { None };
    cx.retry(USUAL, refused_with(&BUSY), || async {
        let answer = ssm
            .put_parameter()
            .name(name)
            .value(&inputs.value)
            .r#type(ParameterType::SecureString)
            .tier(ParameterTier::Standard)
            .key_id(inputs.key_id.as_deref().unwrap_or(key::AWS_OWN))
            .set_overwrite((!create).then_some(true))
            .set_tags(tags.clone())
            .send()
            .await
            .explain("ssm:PutParameter", name)
            .map_err(key::explain)?;
        u32::try_from(answer.version()).map_err(Error::bug)
    })
    .await
}

async fn describe(cx: &Cx, id: &str) -> Result<Option<ParameterMetadata>> {
    let found = described(cx, filter("Name", "Equals", id.to_owned())?, id).await?;
    Ok(found.into_iter().find(|it| it.name() == Some(id)))
}

async fn described(
    cx: &Cx,
    filter: ParameterStringFilter,
    about: &str,
) -> Result<Vec<ParameterMetadata>> {
    let ssm = cx.aws.ssm().await?;
    let mut pages = ssm.describe_parameters().parameter_filters(filter).into_paginator().send();
    let mut found = Vec::new();
    while let Some(page) = pages.next().await {
        found.extend(page.explain("ssm:DescribeParameters", about)?.parameters.unwrap_or_default());
    }
    Ok(found)
}

fn filter(key: &str, option: &str, value: String) -> Result<ParameterStringFilter> {
    let filter = ParameterStringFilter::builder().key(key).option(option).values(value);
    filter.build().map_err(Error::bug)
}

fn inputs(name: &str, value: Option<&str>, found: &ParameterMetadata) -> Inputs {
    Inputs {
        variable: name.rsplit('/').next().unwrap_or_default().to_owned(),
        value: value.unwrap_or_default().to_owned(),
        key_id: found.key_id().filter(|key| *key != key::AWS_OWN).map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::{Inputs, ParameterMetadata, inputs, key};

    #[test]
    fn what_aws_shows_is_read_as_what_was_asked_for() {
        let shown = |key: &str| ParameterMetadata::builder().key_id(key).build();
        let read = inputs("/fargate/web/KEY", Some("hunter2"), &shown("arn:key"));
        assert_eq!(
            read,
            Inputs {
                variable: "KEY".to_owned(),
                value: "hunter2".to_owned(),
                key_id: Some("arn:key".to_owned()),
            }
        );
        assert_eq!(inputs("/fargate/web/KEY", None, &shown(key::AWS_OWN)).key_id, None);
    }
}
