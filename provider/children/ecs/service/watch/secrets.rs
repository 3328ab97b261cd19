//! What to try when a task could not have its secrets. The words are those of ECS's agent, Secrets Manager and
//! the Parameter Store.

use super::causes::Why;

/// What could be tried; `secrets` are names and ARNs, of which AWS names the ARN.
pub(super) fn hint(why: Why, words: &str, secrets: &[(String, String)]) -> String {
    let name = named(words, secrets);
    let which =
        name.map_or_else(|| "in `secrets`".to_owned(), |name| format!("of `secrets.{name}`"));
    match why {
        Why::SecretKeyDenied => format!(
            "The secret {which} is encrypted with a KMS key of your own that the execution role may not use: name the \
             key in `secretsKmsKeyArns` (or let the role of `executionRoleArn` call `kms:Decrypt` on it). The key must \
             be enabled, and its policy must let the account's roles use it, or this one."
        ),
        Why::SecretDenied => format!(
            "IAM compares the whole ARN {which}, so check its region, its name, and the hyphen and six characters at its \
             end. An execution role of your own (`executionRoleArn`) needs the permission for it."
        ),
        Why::NoSuchMember => format!(
            "Check the key between the last colons of the ARN {which}: the secret is JSON without it."
        ),
        _ => format!(
            "Check the ARN {which}: its region, its name, and whether the secret was deleted."
        ),
    }
}

/// The variable whose secret these words are about.
fn named<'a>(words: &str, secrets: &'a [(String, String)]) -> Option<&'a str> {
    let key =
        words.split_once("json key ").and_then(|(_, rest)| rest.split([' ', ')', ';']).next());
    let found = secrets.iter().find(|(_, arn)| {
        let parts: Vec<&str> = arn.split(':').collect();
        // `<arn>:<JSON key>:<stage>:<version>` (ECS developer guide, "Pass Secrets Manager secrets"); words name the
        // secret without what is behind it, or the key alone.
        let whole = parts
            .get(..7)
            .map(|parts| parts.join(":"))
            .filter(|it| it.contains(":secretsmanager:"));
        let parameter = arn.rsplit_once(":parameter").map(|(_, name)| name);
        let names = |it: &str| !it.is_empty() && words.contains(it);
        match key {
            Some(key) => parts.get(7) == Some(&key),
            None => whole.is_some_and(|it| names(&it)) || parameter.is_some_and(names),
        }
    });
    found.map(|(name, _)| name.as_str())
}

#[cfg(test)]
mod tests {
    use super::{Why, hint};

    #[test]
    fn a_secret_is_told_by_the_name_of_its_variable() {
        let arn = "arn:aws:secretsmanager:eu-west-1:1:secret:db-AbCdEf";
        let secrets = [
            ("PASSWORD".to_owned(), format!("{arn}:password::")),
            ("USER".to_owned(), format!("{arn}:user::")),
            ("KEY".to_owned(), "arn:aws:ssm:eu-west-1:1:parameter/web/key".to_owned()),
        ];
        let denied = format!("not authorized to perform: secretsmanager:GetSecretValue on {arn}");
        let kms = format!(
            "failed to fetch secret {arn} from secrets manager: Access to KMS is not allowed"
        );
        let told = [
            (Why::SecretKeyDenied, kms.as_str()),
            (Why::SecretDenied, denied.as_str()),
            (Why::NoSuchMember, "did not contain json key user (TaskFailedToStart)"),
            (Why::NoSuchSecret, "invalid parameters: /web/key"),
            (Why::NoSuchSecret, "Secrets Manager can't find the specified secret."),
        ];
        let told = told.map(|(why, words)| hint(why, words, &secrets));
        expect_test::expect![[r"
            The secret of `secrets.PASSWORD` is encrypted with a KMS key of your own that the execution role may not use: name the key in `secretsKmsKeyArns` (or let the role of `executionRoleArn` call `kms:Decrypt` on it). The key must be enabled, and its policy must let the account's roles use it, or this one.
            IAM compares the whole ARN of `secrets.PASSWORD`, so check its region, its name, and the hyphen and six characters at its end. An execution role of your own (`executionRoleArn`) needs the permission for it.
            Check the key between the last colons of the ARN of `secrets.USER`: the secret is JSON without it.
            Check the ARN of `secrets.KEY`: its region, its name, and whether the secret was deleted.
            Check the ARN in `secrets`: its region, its name, and whether the secret was deleted."]].assert_eq(&told.join("\n"));
    }
}
