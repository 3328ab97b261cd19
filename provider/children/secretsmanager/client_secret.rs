//! The secret with which a load balancer identifies itself to an identity provider: which version of it is current.
//!
//! No object of ours, and no value: what is remembered is the version, so that a secret that was rotated is a change that a preview can
//! see. The value is read by the listener or the rule that sends it, at the moment of the call.

use aws_sdk_secretsmanager::operation::describe_secret::DescribeSecretOutput as Described;
use serde::{Deserialize, Serialize};

use crate::aws::Explain;
use crate::error::{Error, Result};
use crate::property::{Form, Plain};
use crate::resource::gone::nothing_to_import;
use crate::resource::permission::HAS_CLIENT_SECRET;
use crate::resource::secret_reference::SecretReference;
use crate::resource::{
    Cx, EVERYWHERE, Live, Made, Needed, Permission, Resource, Settled, Standing,
};

/// The secret.
pub struct ClientSecret;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    /// Its ARN, with the JSON key, the label and the version that may follow it.
    pub secret_arn: F::Of<String>,
}

/// What comes of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    /// The same with the version that is current: `<arn>:<JSON key>::<version>`.
    pub value_from: F::Of<String>,
}

impl Resource for ClientSecret {
    const TYPE: &'static str = "fargate:secretsmanager:ClientSecret";
    const PERMISSIONS: &'static [Permission] = &[
        Permission {
            sid: "ClientSecret",
            to: "see which version of the client secret is current, and read it when it is sent to the load balancer",
            needed: Needed::If(HAS_CLIENT_SECRET),
            actions: &["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
            on: &["arn:aws:secretsmanager:*:*:secret:*"],
            ..EVERYWHERE
        },
        Permission {
            sid: "ClientSecretKey",
            to: "let Secrets Manager decrypt a client secret that has a key of your own",
            needed: Needed::If(HAS_CLIENT_SECRET),
            actions: &["kms:Decrypt"],
            on: &["arn:aws:kms:*:*:key/*"],
            only_if: Some(("StringLike", "kms:ViaService", "secretsmanager.*.amazonaws.com")),
        },
    ];
    const REPLACE_ON: &'static [&'static str] = &[];
    const CHANGES_ON_UPDATE: &'static [&'static str] = &["valueFrom"];
    const STATE_ONLY: bool = true;
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    async fn preview(
        cx: &Cx,
        inputs: &Inputs,
        _outputs: Option<&Outputs>,
    ) -> Result<Option<Outputs>> {
        look(cx, inputs).await.map(Some)
    }

    async fn stale_outputs(
        cx: &Cx,
        inputs: &Inputs,
        outputs: &Outputs,
    ) -> Result<Vec<&'static str>> {
        let now = look(cx, inputs).await?;
        Ok(if now == *outputs { vec![] } else { vec!["valueFrom"] })
    }

    async fn find(_cx: &Cx, _inputs: &Inputs) -> Result<Option<Standing>> {
        Ok(None)
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let outputs = look(cx, inputs).await?;
        Ok(Made { id: inputs.secret_arn.clone(), outputs })
    }

    async fn read(_cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        Err(nothing_to_import("ClientSecret", id))
    }

    async fn update(
        cx: &Cx,
        _id: &str,
        _old: Option<&Inputs>,
        new: &Inputs,
        _outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        look(cx, new).await.map(Into::into)
    }

    async fn delete(_cx: &Cx, _id: &str, _inputs: &Inputs, _outputs: &Outputs) -> Result<()> {
        Ok(())
    }
}

const CURRENT: &str = "AWSCURRENT";

async fn look(cx: &Cx, inputs: &Inputs) -> Result<Outputs> {
    let text = &inputs.secret_arn;
    let reference = SecretReference::read(text)
        .ok_or_else(|| Error::bug("a client secret without the ARN of a secret"))?;
    if let Some(version) = reference.version {
        return Ok(Outputs { value_from: reference.at(version) });
    }
    let manager = cx.aws.secrets_manager().await?;
    let answer = manager.describe_secret().secret_id(reference.arn).send().await;
    let secret = answer.explain("secretsmanager:DescribeSecret", reference.arn)?;
    let stage = reference.stage.unwrap_or(CURRENT);
    let version = version_of(&secret, stage).ok_or_else(|| no_version(reference.arn, stage))?;
    Ok(Outputs { value_from: reference.at(version) })
}

/// The version that has this label.
fn version_of<'a>(secret: &'a Described, stage: &str) -> Option<&'a str> {
    let has = |labels: &Vec<String>| labels.iter().any(|it| it == stage);
    let versions = secret.version_ids_to_stages()?;
    versions.iter().find(|(_, labels)| has(labels)).map(|(version, _)| version.as_str())
}

fn no_version(arn: &str, stage: &str) -> Error {
    let message = format!("the secret {arn} has no version with the label {stage}");
    Error::aws("ResourceNotFoundException", message).hinted(
        "Store the client secret of your identity provider in it: `aws secretsmanager put-secret-value`.",
    )
}

#[cfg(test)]
mod tests {
    use super::{Described, no_version, version_of};

    #[test]
    fn the_version_with_the_label_counts() {
        let secret = Described::builder()
            .version_ids_to_stages("v1", vec!["AWSPREVIOUS".to_owned()])
            .version_ids_to_stages("v2", vec!["AWSCURRENT".to_owned(), "blue".to_owned()])
            .build();
        assert_eq!(version_of(&secret, "AWSCURRENT"), Some("v2"));
        assert_eq!(version_of(&secret, "AWSPREVIOUS"), Some("v1"));
        assert_eq!(version_of(&secret, "green"), None);
        expect_test::expect![[r"
            the secret arn:secret has no version with the label green
              Store the client secret of your identity provider in it: `aws secretsmanager put-secret-value`."]].assert_eq(&no_version("arn:secret", "green").to_string());
    }
}
