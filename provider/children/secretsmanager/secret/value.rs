//! The values: what is in the secret's current version.

use std::collections::BTreeMap;

use super::{GONE, key};
use crate::aws::{Explain, OrGone};
use crate::error::Result;
use crate::resource::Cx;

type Values = BTreeMap<String, String>;

/// The version with the label AWSCURRENT.
#[derive(Default)]
pub(super) struct Current {
    pub(super) values: Values,
    /// Empty if there is none.
    pub(super) version: String,
}

/// The id of a version that is yet to be created: 32 to 64 characters (API reference, PutSecretValue).
pub(super) fn new_version() -> String {
    uuid::Uuid::new_v4().to_string()
}

pub(super) fn written(values: &Values) -> String {
    serde_json::json!(values).to_string()
}

/// What others wrote in another form has no values that we know, and no program asks for that: so the next
/// update writes ours.
fn read(text: Option<&str>) -> Values {
    text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

/// The current values; none if the secret has no version, or was deleted meanwhile.
pub(super) async fn current(cx: &Cx, id: &str) -> Result<Current> {
    let manager = cx.aws.secrets_manager().await?;
    let answer = manager.get_secret_value().secret_id(id).send().await;
    let found =
        answer.explain("secretsmanager:GetSecretValue", id).map_err(key::explain).or_gone(&GONE)?;
    Ok(found.map_or_else(Current::default, |found| Current {
        values: read(found.secret_string()),
        version: found.version_id().unwrap_or_default().to_owned(),
    }))
}

/// Adds a version with these values, which is the current one from then on: its id. To repeat it with the same id
/// is no other version (API reference, PutSecretValue, `ClientRequestToken`), which UpdateSecret would refuse.
pub(super) async fn put(cx: &Cx, id: &str, values: &Values) -> Result<String> {
    let version = new_version();
    cx.aws
        .secrets_manager()
        .await?
        .put_secret_value()
        .secret_id(id)
        .client_request_token(&version)
        .secret_string(written(values))
        .send()
        .await
        .explain("secretsmanager:PutSecretValue", id)
        .map_err(key::explain)?;
    Ok(version)
}

#[cfg(test)]
mod tests {
    use super::{Values, new_version, read, written};

    #[test]
    fn values_are_read_as_they_were_written() {
        let values: Values =
            [("KEY", "hunter2"), ("TEXT", "a \"b\"\n{}")].map(|(k, v)| (k.into(), v.into())).into();
        assert_eq!(read(Some(&written(&values))), values);
        for others in ["hunter2", "[]", r#"{"KEY": 1}"#] {
            assert!(read(Some(others)).is_empty(), "{others}");
        }
        assert!(read(None).is_empty());
    }

    #[test]
    fn a_version_has_an_id_that_aws_takes_and_that_no_other_has() {
        assert!((32..=64).contains(&new_version().len()));
        assert_ne!(new_version(), new_version());
    }
}
