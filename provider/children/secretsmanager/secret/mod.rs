//! The secret of Secrets Manager that holds `secretValues`: a JSON object with one key for each variable.
//!
//! Each change of a value is a version of its own, which the task definition names: a revision and its
//! values go together, also on the way back. Only the name cannot change. A secret that waits for its
//! deletion still has its name: if it was this child's, a create restores it.

mod key;
mod restoring;
mod tags;
mod value;

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_secretsmanager::operation::describe_secret::DescribeSecretOutput as Described;
use serde::{Deserialize, Serialize};

use self::value::Current;
use crate::aws::{Explain, OrGone};
use crate::error::{Error, Result};
use crate::property::{Form, Plain};
use crate::resource::owner;
use crate::resource::{
    Cx, EVERYWHERE, Live, Made, Needed, Permission, Resource, Settled, Standing, Tagged, Tags,
};

/// The secret.
pub struct Secret;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    /// Names of variables to their values.
    pub values: F::Of<BTreeMap<String, F::Of<String>>>,
    /// The ARN of the key that encrypts the values; AWS's own if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kms_key_id: Option<F::Of<String>>,
    /// How many days a deleted secret can be restored; 0 for not at all.
    pub recovery_days: F::Of<u32>,
}

/// What AWS adds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    pub name: F::Of<String>,
    /// With the hyphen and six characters that AWS adds.
    pub arn: F::Of<String>,
    /// The version that has the values; empty while a restored secret does not have them yet.
    pub version_id: F::Of<String>,
}

const GONE: [&str; 1] = ["ResourceNotFoundException"];
/// How long an earlier secret of the name may still be in the way (terraform-provider-aws,
/// secretsmanager/secret.go).
const GOING: Duration = Duration::from_mins(2);
/// For how long a secret can be restored that a sweep has deleted: the least that AWS allows. No program
/// says anything of it any more.
const LEAST_RECOVERY_DAYS: u32 = 7;

impl Resource for Secret {
    const TYPE: &'static str = "fargate:secretsmanager:Secret";
    const PERMISSIONS: &'static [Permission] = &[
        Permission {
            sid: "SecretValues",
            to: "create, read, change, delete and restore the secret of `secretValues`",
            needed: Needed::If("it has `secretValues` in Secrets Manager"),
            actions: &[
                "secretsmanager:CreateSecret",
                "secretsmanager:DescribeSecret",
                "secretsmanager:GetSecretValue",
                "secretsmanager:PutSecretValue",
                "secretsmanager:UpdateSecret",
                "secretsmanager:DeleteSecret",
                "secretsmanager:RestoreSecret",
                "secretsmanager:TagResource",
                "secretsmanager:UntagResource",
            ],
            on: &["arn:aws:secretsmanager:*:*:secret:/fargate/{name}*"],
            ..EVERYWHERE
        },
        // Secrets Manager user guide, "Secret encryption and decryption": with the permissions of the
        // caller; `kms:Encrypt` is for versions that are there when the key changes.
        Permission {
            sid: "SecretValuesKey",
            to: "let Secrets Manager use the key of the secret",
            needed: Needed::If("it has a `secretKmsKeyArn`"),
            actions: &["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"],
            on: &["arn:aws:kms:*:*:key/*"],
            only_if: Some(("StringLike", "kms:ViaService", "secretsmanager.*.amazonaws.com")),
        },
    ];
    const REPLACE_ON: &'static [&'static str] = &[];
    const CHANGES_ON_UPDATE: &'static [&'static str] = &["versionId"];
    const CHANGED_BY: &'static [(&'static str, &'static [&'static str])] =
        &[("versionId", &["values"])];
    const WRITE_ONLY: &'static [&'static str] = &["recoveryDays"];
    const SECRET: &'static [&'static str] = &["values"];
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    async fn find(cx: &Cx, _inputs: &Inputs) -> Result<Option<Standing>> {
        let id = name(cx);
        let found = living(describe(cx, &id).await?);
        let tags = |found: &Described| restoring::unless_let_go(cx, tags::read(found.tags()));
        Ok(found.map(|found| Standing::of(id, Some(tags(&found)))))
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let name = name(cx);
        let version = value::new_version();
        cx.retry(GOING, restoring::waits_for_deletion, || async {
            match create(cx, &name, &version, inputs).await {
                // Either it can be restored, or it will soon be gone.
                Err(error) if restoring::waits_for_deletion(&error) => {
                    restoring::restore(cx, &name).await?.ok_or(error)
                }
                created => created,
            }
        })
        .await
        .map(|outputs| Made { id: name.clone(), outputs })
    }

    /// A restored secret has the values of its earlier life.
    async fn complete(
        cx: &Cx,
        id: &str,
        inputs: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        if outputs.version_id.is_empty() {
            return Self::update(cx, id, None, inputs, outputs).await;
        }
        Ok(outputs.into())
    }

    async fn read(cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        let Some(found) = living(describe(cx, id).await?) else { return Ok(None) };
        let current = value::current(cx, id).await?;
        let outputs = outputs(&found, &current.version);
        let tags = Some(tags::read(found.tags()));
        Ok(Some(Live { inputs: inputs(&found, current), outputs, tags }))
    }

    async fn marks(cx: &Cx, id: &str) -> Result<Option<Option<Tags>>> {
        let found = living(describe(cx, id).await?);
        Ok(found.map(|found| Some(tags::read(found.tags()))))
    }

    async fn update(
        cx: &Cx,
        id: &str,
        old: Option<&Inputs>,
        new: &Inputs,
        mut outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        let live = if old.is_none() { Self::read(cx, id).await? } else { None };
        if let Some(live) = &live {
            outputs.version_id.clone_from(&live.outputs.version_id);
        }
        let old = old.or(live.as_ref().map(|live| &live.inputs));
        if old.is_none_or(|old| old.kms_key_id != new.kms_key_id) {
            key::set(cx, id, new.kms_key_id.as_deref()).await?;
        }
        if old.is_none_or(|old| old.values != new.values) {
            outputs.version_id = value::put(cx, id, &new.values).await?;
        }
        Ok(outputs.into())
    }

    async fn delete(cx: &Cx, id: &str, inputs: &Inputs, _outputs: &Outputs) -> Result<()> {
        restoring::delete(cx, id, inputs.recovery_days).await
    }

    async fn tag(cx: &Cx, id: &str, set: &Tags, remove: &[String]) -> Result<()> {
        let remove: Vec<String> =
            remove.iter().cloned().chain(restoring::of_earlier_states(set)).collect();
        tags::Object { cx, id }.change(set, &remove).await
    }

    async fn debris(cx: &Cx) -> Result<Vec<String>> {
        if cx.has_removed(Self::TYPE, &name(cx)) {
            return Ok(Vec::new());
        }
        let id = name(cx);
        let found = living(describe(cx, &id).await?);
        let ours = found.filter(|found| owner::carries(&tags::read(found.tags()), &cx.base));
        Ok(ours.map(|_| id).into_iter().collect())
    }
}

/// The name does not end with a hyphen and six characters, which Secrets Manager would take for the end
/// that it adds itself (API reference, CreateSecret).
fn name(cx: &Cx) -> String {
    format!("/fargate/{}/values", cx.base)
}

const DESCRIPTION: &str = "Values of a FargateWebService's environment variables";

/// Creates the secret with its first version, in one call: there is no secret without values.
async fn create(cx: &Cx, name: &str, version: &str, inputs: &Inputs) -> Result<Outputs> {
    let created = cx
        .aws
        .secrets_manager()
        .await?
        .create_secret()
        .name(name)
        .description(DESCRIPTION)
        .client_request_token(version)
        .secret_string(value::written(&inputs.values))
        .set_kms_key_id(inputs.kms_key_id.clone())
        .set_tags(Some(tags::write(&cx.tags)?))
        .send()
        .await
        .explain("secretsmanager:CreateSecret", name)
        .map_err(key::explain)?;
    let arn = created.arn().ok_or_else(|| Error::bug("CreateSecret gave no ARN"))?;
    Ok(Outputs { name: name.to_owned(), arn: arn.to_owned(), version_id: version.to_owned() })
}

/// What AWS says of the secret, also while it waits for its deletion.
async fn describe(cx: &Cx, id: &str) -> Result<Option<Described>> {
    let manager = cx.aws.secrets_manager().await?;
    let answer = manager.describe_secret().secret_id(id).send().await;
    let found = answer.explain("secretsmanager:DescribeSecret", id).or_gone(&GONE)?;
    // An ARN, or the beginning of one, names a secret too.
    Ok(found.filter(|found| found.name() == Some(id)))
}

/// The secret, unless it is deleted: while it waits for that, nothing can be read of it or changed.
fn living(found: Option<Described>) -> Option<Described> {
    found.filter(|found| found.deleted_date().is_none())
}

fn inputs(found: &Described, current: Current) -> Inputs {
    Inputs {
        values: current.values,
        kms_key_id: found.kms_key_id().filter(|key| *key != key::AWS_OWN).map(str::to_owned),
        recovery_days: LEAST_RECOVERY_DAYS,
    }
}

fn outputs(found: &Described, version: &str) -> Outputs {
    Outputs {
        name: found.name().unwrap_or_default().to_owned(),
        arn: found.arn().unwrap_or_default().to_owned(),
        version_id: version.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Current, DESCRIPTION, Described, Inputs, Outputs, inputs, key, outputs};

    #[test]
    fn a_secret_says_in_aws_what_it_is() {
        expect_test::expect!["Values of a FargateWebService's environment variables"]
            .assert_eq(DESCRIPTION);
    }

    #[test]
    fn what_aws_shows_is_read_as_what_was_asked_for() {
        let shown = |key: &str| {
            Described::builder()
                .name("/fargate/web/values")
                .arn("arn:aws:secretsmanager:eu-west-1:1:secret:/fargate/web/values-AbCdEf")
                .kms_key_id(key)
                .build()
        };
        let values = [("KEY".to_owned(), "hunter2".to_owned())];
        let current = || Current { values: values.clone().into(), version: "v1".to_owned() };
        let read = inputs(&shown("arn:aws:kms:eu-west-1:1:key/1"), current());
        assert_eq!(
            read,
            Inputs {
                values: values.clone().into(),
                kms_key_id: Some("arn:aws:kms:eu-west-1:1:key/1".to_owned()),
                recovery_days: 7,
            }
        );
        assert_eq!(inputs(&shown(key::AWS_OWN), current()).kms_key_id, None);
        assert_eq!(
            outputs(&shown(""), "v1"),
            Outputs {
                name: "/fargate/web/values".to_owned(),
                arn: "arn:aws:secretsmanager:eu-west-1:1:secret:/fargate/web/values-AbCdEf"
                    .to_owned(),
                version_id: "v1".to_owned(),
            }
        );
    }
}
