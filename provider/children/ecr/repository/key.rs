//! The key that encrypts the images.

use crate::error::Error;

/// What KMS says to ECR comes back as one code (ECR API reference, `KmsException`).
const REFUSED: &str = "KmsException";

/// The refusal of a key, with what the key needs (ECR user guide, "Encryption at rest").
pub(super) fn explain(error: Error) -> Error {
    if error.code() != Some(REFUSED) {
        return error;
    }
    error.hinted(
        "`repository.kmsKeyArn`: the key must exist, be enabled, symmetric and in the same \
         region. Its policy must let the caller use it, or leave that to the account's IAM \
         policies, and the caller needs `kms:DescribeKey`, `kms:CreateGrant` and \
         `kms:RetireGrant` on it.",
    )
}

#[cfg(test)]
mod tests {
    use super::{Error, explain};

    #[test]
    fn a_key_that_ecr_may_not_use_is_told_with_what_it_needs() {
        let message = [
            Error::aws("KmsException", "ecr:CreateRepository for web: the key is disabled"),
            Error::aws("LimitExceededException", "too many repositories"),
        ];
        let message = message.map(|error| explain(error).to_string());
        expect_test::expect![[r"
            ecr:CreateRepository for web: the key is disabled
              `repository.kmsKeyArn`: the key must exist, be enabled, symmetric and in the same region. Its policy must let the caller use it, or leave that to the account's IAM policies, and the caller needs `kms:DescribeKey`, `kms:CreateGrant` and `kms:RetireGrant` on it.
            too many repositories"]].assert_eq(&message.join("\n"));
    }
}
