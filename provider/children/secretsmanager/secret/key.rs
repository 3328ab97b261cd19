//! The key that encrypts the values.

use crate::aws::Explain;
use crate::error::{Error, Result};
use crate::resource::Cx;

/// AWS's own key, which every secret has that names none.
pub(super) const AWS_OWN: &str = "alias/aws/secretsmanager";

/// Gives the secret this key, or AWS's own. Secrets Manager encrypts the current and the previous version
/// with it too (API reference, UpdateSecret).
pub(super) async fn set(cx: &Cx, id: &str, key: Option<&str>) -> Result<()> {
    cx.aws
        .secrets_manager()
        .await?
        .update_secret()
        .secret_id(id)
        .kms_key_id(key.unwrap_or(AWS_OWN))
        .send()
        .await
        .explain("secretsmanager:UpdateSecret", id)
        .map_err(explain)
        .map(drop)
}

/// The refusal of a key, with what the key needs. Secrets Manager has a code for each direction, and says
/// "Access to KMS is not allowed" when the caller may not use the key.
pub(super) fn explain(error: Error) -> Error {
    let of_key = ["EncryptionFailure", "DecryptionFailure"];
    let refused = error.code().is_some_and(|code| of_key.contains(&code))
        || error.message().contains("Access to KMS is not allowed");
    if !refused {
        return error;
    }
    error.without_hints().hinted(
        "`secretKmsKeyArn`: the key must exist, be enabled, symmetric and in the same region. Its policy \
         must let the caller use it, or leave that to the account's IAM policies, and the caller needs \
         `kms:GenerateDataKey`, `kms:Encrypt` and `kms:Decrypt` on it.",
    )
}

#[cfg(test)]
mod tests {
    use super::{Error, explain};

    #[test]
    fn a_key_that_cannot_be_used_is_told_with_what_it_needs() {
        let message = [
            Error::aws("EncryptionFailure", "CreateSecret for web: the key is disabled"),
            Error::aws("AccessDeniedException", "Access to KMS is not allowed").hinted("Ask."),
            Error::aws("LimitExceededException", "too many secrets"),
        ];
        let message = message.map(|error| explain(error).to_string());
        expect_test::expect![[r"
            CreateSecret for web: the key is disabled
              `secretKmsKeyArn`: the key must exist, be enabled, symmetric and in the same region. Its policy must let the caller use it, or leave that to the account's IAM policies, and the caller needs `kms:GenerateDataKey`, `kms:Encrypt` and `kms:Decrypt` on it.
            Access to KMS is not allowed
              `secretKmsKeyArn`: the key must exist, be enabled, symmetric and in the same region. Its policy must let the caller use it, or leave that to the account's IAM policies, and the caller needs `kms:GenerateDataKey`, `kms:Encrypt` and `kms:Decrypt` on it.
            too many secrets"]].assert_eq(&message.join("\n"));
    }
}
