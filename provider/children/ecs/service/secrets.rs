//! Why a task could not have its secrets, and what to try.

/// What could be tried if these reasons of stopped tasks are about secrets. The words are those of
/// ECS's agent, Secrets Manager and the Parameter Store.
pub(super) fn hint(reasons: &str) -> Option<&'static str> {
    let any = |fragments: &[&str]| fragments.iter().any(|fragment| reasons.contains(fragment));
    if !any(&["ResourceInitializationError"]) {
        return None;
    }
    // Secrets Manager's words for a missing `kms:Decrypt`, and those of the Parameter Store.
    if any(&["Access to KMS is not allowed", "The ciphertext refers to a customer master key"]) {
        return Some(
            "A secret is encrypted with a KMS key of your own that the execution role may not \
             use: name the key in `secretsKmsKeyArns` (or let the role of `executionRoleArn` \
             call `kms:Decrypt` on it). The key must be enabled, and its policy must let the \
             account's roles use it, or this one.",
        );
    }
    if any(&["perform: secretsmanager:GetSecretValue", "perform: ssm:GetParameters"]) {
        return Some(
            "The execution role may not read a secret: IAM compares the whole ARN, so check its \
             region, its name, and the hyphen and six characters at its end; an execution role \
             of your own needs the permission for it.",
        );
    }
    if any(&["did not contain json key"]) {
        return Some(
            "A secret has no such key: check the key between the last colons of its ARN under \
             `secrets`.",
        );
    }
    Some(
        "The task could not fetch its secrets or open its log: check the ARNs under `secrets`, \
         and that the subnets can reach AWS.",
    )
}

#[cfg(test)]
mod tests {
    use super::hint;

    #[test]
    fn what_stands_between_a_task_and_its_secrets_is_told_apart() {
        let asm = "ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve secret";
        let message = [
            "AccessDeniedException: Access to KMS is not allowed",
            "AccessDeniedException: The ciphertext refers to a customer master key that does not exist",
            "User: u is not authorized to perform: secretsmanager:GetSecretValue on resource: r",
            "retrieved secret from Secrets Manager did not contain json key password",
            "context deadline exceeded",
        ];
        let message = message.map(|why| hint(&format!("{asm}: {why}")).unwrap_or_default());
        expect_test::expect![[r"
            A secret is encrypted with a KMS key of your own that the execution role may not use: name the key in `secretsKmsKeyArns` (or let the role of `executionRoleArn` call `kms:Decrypt` on it). The key must be enabled, and its policy must let the account's roles use it, or this one.
            A secret is encrypted with a KMS key of your own that the execution role may not use: name the key in `secretsKmsKeyArns` (or let the role of `executionRoleArn` call `kms:Decrypt` on it). The key must be enabled, and its policy must let the account's roles use it, or this one.
            The execution role may not read a secret: IAM compares the whole ARN, so check its region, its name, and the hyphen and six characters at its end; an execution role of your own needs the permission for it.
            A secret has no such key: check the key between the last colons of its ARN under `secrets`.
            The task could not fetch its secrets or open its log: check the ARNs under `secrets`, and that the subnets can reach AWS."]].assert_eq(&message.join("\n"));
        assert_eq!(hint("OutOfMemoryError"), None);
    }
}
