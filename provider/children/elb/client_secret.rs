//! The client secret of OpenID Connect: read from Secrets Manager at the moment at which it is sent, and kept nowhere.

use super::authentication::Authentication;
use crate::aws::Explain;
use crate::error::{Error, Result};
use crate::resource::secret_reference::SecretReference;
use crate::resource::{Cx, Secrets};

/// What is sent of it.
pub(super) enum ClientSecret {
    /// Nothing: there is none, or the load balancer keeps the one that it has (API reference, `UseExistingClientSecret`).
    Kept,
    /// This text.
    Sent(String),
}

impl ClientSecret {
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Kept => None,
            Self::Sent(text) => Some(text),
        }
    }

    /// An error of the call that sent it: AWS repeats what it was sent.
    pub(super) fn cut_from(&self, error: Error) -> Error {
        match self {
            Self::Kept => error,
            Self::Sent(text) => Secrets::of_text(text).redact_error(error),
        }
    }
}

/// Who may enter, and which version of the secret goes with it.
pub(super) type Entry<'a> = (Option<&'a Authentication>, Option<&'a str>);

/// What has to be sent: nothing if the load balancer has this version already.
pub(super) async fn of(cx: &Cx, old: Option<Entry<'_>>, new: Entry<'_>) -> Result<ClientSecret> {
    let oidc = |entry: Entry<'_>| entry.0.is_some_and(|it| it.oidc.is_some());
    if !oidc(new) || old.is_some_and(|old| oidc(old) && old.1 == new.1) {
        return Ok(ClientSecret::Kept);
    }
    let from = new.1.ok_or_else(|| Error::bug("OpenID Connect without a client secret"))?;
    read(cx, from).await.map(ClientSecret::Sent)
}

async fn read(cx: &Cx, from: &str) -> Result<String> {
    let wrong = || Error::bug("a client secret without the ARN of a secret");
    let reference = SecretReference::read(from).ok_or_else(wrong)?;
    let call = cx.aws.secrets_manager().await?.get_secret_value().secret_id(reference.arn);
    let call = call.set_version_id(reference.version.map(str::to_owned));
    let answer = call.send().await.explain("secretsmanager:GetSecretValue", reference.arn)?;
    value(answer.secret_string(), reference.key)
        .ok_or_else(|| without_value(reference.arn, reference.key))
}

/// All of the text, or what a key of its JSON object has.
fn value(text: Option<&str>, key: Option<&str>) -> Option<String> {
    let text = text.filter(|it| !it.is_empty())?;
    let Some(key) = key else { return Some(text.to_owned()) };
    let object: serde_json::Value = serde_json::from_str(text).ok()?;
    object.get(key)?.as_str().filter(|it| !it.is_empty()).map(str::to_owned)
}

fn without_value(arn: &str, key: Option<&str>) -> Error {
    let message = match key {
        Some(key) => {
            format!("the secret {arn} is not a JSON object with a text under the key {key}")
        }
        None => format!("the secret {arn} has no text"),
    };
    Error::aws("NoClientSecret", message).hinted(
        "`authentication.oidc.clientSecretArn`: store the client secret as text, or name the key that has it after the ARN: \
         `arn:…:secret:…:clientSecret::`.",
    )
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{ClientSecret, Error, value, without_value};

    #[test]
    fn a_key_names_a_part_of_the_secret() {
        assert_eq!(value(Some("hunter2"), None).as_deref(), Some("hunter2"));
        assert_eq!(value(Some(r#"{"a": "hunter2"}"#), Some("a")).as_deref(), Some("hunter2"));
        for (text, key) in [
            (None, None),
            (Some(""), None),
            (Some("hunter2"), Some("a")),
            (Some(r#"{"a": 1, "b": ""}"#), Some("a")),
            (Some(r#"{"a": 1, "b": ""}"#), Some("b")),
            (Some(r#"{"a": 1}"#), Some("c")),
        ] {
            assert_eq!(value(text, key), None, "{text:?} {key:?}");
        }
        let told = [without_value("arn:s", None), without_value("arn:s", Some("a"))];
        expect![[r"
            the secret arn:s has no text
              `authentication.oidc.clientSecretArn`: store the client secret as text, or name the key that has it after the ARN: `arn:…:secret:…:clientSecret::`.
            the secret arn:s is not a JSON object with a text under the key a
              `authentication.oidc.clientSecretArn`: store the client secret as text, or name the key that has it after the ARN: `arn:…:secret:…:clientSecret::`."]].assert_eq(&told.map(|it| it.to_string()).join("\n"));
    }

    #[test]
    fn what_aws_repeats_of_it_is_cut() {
        let sent = ClientSecret::Sent("hunter2 & co".to_owned());
        let error = sent.cut_from(Error::aws("ValidationError", "hunter2 &amp; co is too long"));
        assert_eq!(error.to_string(), "[secret] is too long");
    }
}
