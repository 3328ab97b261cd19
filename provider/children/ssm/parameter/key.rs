//! The key that encrypts the value.

use crate::error::Error;

/// AWS's own key, which every SecureString has that names none.
pub(super) const AWS_OWN: &str = "alias/aws/ssm";

/// The refusal of a key, with what the key needs. What KMS says comes back as one code, but for missing
/// permissions (SSM API reference, PutParameter).
pub(super) fn explain(error: Error) -> Error {
    let refused = error.code() == Some("InvalidKeyId") || error.message().contains("kms:");
    if !refused {
        return error;
    }
    error.without_hints().hinted(
        "`secretKmsKeyArn`: the key must exist, be enabled, symmetric and in the same region. Its policy \
         must let the caller use it, or leave that to the account's IAM policies, and the caller needs \
         `kms:Encrypt` and `kms:Decrypt` on it.",
    )
}

#[cfg(test)]
mod tests {
    use super::{Error, explain};

    #[test]
    fn a_key_that_cannot_be_used_is_told_with_what_it_needs() {
        let message = [
            Error::aws("InvalidKeyId", "PutParameter for KEY: the key is disabled"),
            Error::aws(
                "AccessDeniedException",
                "User: u is not authorized to perform: kms:Encrypt",
            )
            .hinted("Ask."),
            Error::aws("ParameterLimitExceeded", "too many parameters"),
        ];
        let message = message.map(|error| explain(error).to_string());
        expect_test::expect![[r"
            PutParameter for KEY: the key is disabled
              `secretKmsKeyArn`: the key must exist, be enabled, symmetric and in the same region. Its policy must let the caller use it, or leave that to the account's IAM policies, and the caller needs `kms:Encrypt` and `kms:Decrypt` on it.
            User: u is not authorized to perform: kms:Encrypt
              `secretKmsKeyArn`: the key must exist, be enabled, symmetric and in the same region. Its policy must let the caller use it, or leave that to the account's IAM policies, and the caller needs `kms:Encrypt` and `kms:Decrypt` on it.
            too many parameters"]].assert_eq(&message.join("\n"));
    }
}
