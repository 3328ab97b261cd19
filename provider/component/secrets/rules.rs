//! Rules on secret values.

use std::collections::BTreeMap;

use crate::component::Args;
use crate::component::inputs::choices::SecretStore;
use crate::component::inputs::complaints::{Complaints, known, member};
use crate::property::{IntoMap, Output};

pub(in crate::component) fn problems(args: &Args, found: &mut Complaints) {
    let secrets = &args.secrets;
    let store = secrets.secret_store();
    for (path, given) in [
        ("secretStore", secrets.secret_store.is_some()),
        ("secretKmsKeyArn", secrets.secret_kms_key_arn.is_some()),
        ("secretRecoveryDays", secrets.secret_recovery_days.is_some()),
    ] {
        let none = secrets.secret_values.is_none();
        found.useless(path, given && none, "there are no `secretValues`");
    }
    let Some(values) = &secrets.secret_values else { return };
    found.useless(
        "secretRecoveryDays",
        secrets.secret_recovery_days.is_some() && store == SecretStore::ParameterStore,
        "a parameter of the Parameter Store is deleted at once",
    );
    if values.is_empty() {
        found.add("secretValues", "It is empty. Name at least one variable, or remove it.");
    }
    let environment = known(args.container.environment.as_ref());
    let named = known(args.container.secrets.as_ref());
    for (name, value) in values {
        let path = &member("secretValues", name);
        if !fits(name) {
            found.add(path, NO_KEY);
        }
        if environment.is_some_and(|it| it.contains_key(name)) {
            found.add(path, "The same variable is under `environment`. Set it in one place only.");
        }
        if named.is_some_and(|it| it.contains_key(name)) {
            found.add(path, "The same variable is under `secrets`. Set it in one place only.");
        }
        if args.container.database_secret_arn.is_some() && name == "DB_SECRET_ARN" {
            found.add(path, "`databaseSecretArn` sets this variable. Set only one of the two.");
        }
        // SSM API reference, PutParameter; ECS starts no container with an empty secret.
        let size = known(Some(value)).map_or(1, String::len);
        if size == 0 {
            found.add(path, "The value is empty, and ECS has no empty secrets. Use `environment`.");
        }
        if store == SecretStore::ParameterStore && size > LARGEST_PARAMETER {
            found.add(path, TOO_LARGE_PARAMETER);
        }
        let has_reference =
            known(Some(value)).is_some_and(|it| it.contains("{{") || it.contains("}}"));
        if store == SecretStore::ParameterStore && has_reference {
            found.add(path, REFERENCE);
        }
    }
    if store == SecretStore::SecretsManager && written(values) > LARGEST_SECRET {
        found.add("secretValues", TOO_LARGE_SECRET);
    }
}

/// "SecretString: maximum length of 65536" (Secrets Manager API reference, CreateSecret).
const LARGEST_SECRET: usize = 64 << 10;
const TOO_LARGE_SECRET: &str = "Together the values have more than 65536 bytes, which Secrets Manager does not allow in \
    one secret. Let the application read large values itself, from S3 or from secrets of their own.";
/// "Standard parameters have a value limit of 4 KB" (SSM API reference, PutParameter).
const LARGEST_PARAMETER: usize = 4 << 10;
const TOO_LARGE_PARAMETER: &str = "The value has more than 4096 bytes, which a standard parameter cannot have. Use \
    `secretStore: \"secretsManager\"`, which allows 65536 for all values together.";

/// "You can't use {{}} or {{ssm:parameter-name}}" (SSM API reference, PutParameter).
const REFERENCE: &str = "The value has two curly brackets in a row, which the Parameter Store takes for a reference to another parameter. \
    Use `secretStore: \"secretsManager\"`, which allows them.";

/// The JSON's length, if all values are known.
fn written(values: &BTreeMap<String, Output<String>>) -> usize {
    let known = values.iter().map(|(name, value)| Ok((name, value.known().ok_or(())?)));
    let plain: Result<_, ()> = known.try_into_map();
    plain.map_or(0, |plain| serde_json::json!(plain).to_string().len())
}

/// In the reference to a JSON key a colon ends it (ECS developer guide, "Pass Secrets Manager secrets through
/// ECS environment variables"), and parameters have no other letters (SSM API reference, PutParameter).
const NO_KEY: &str = "This cannot name a secret variable: use letters, digits, `_`, `-` and `.`, and up to 255 of them.";

fn fits(name: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    (1..=255).contains(&name.len()) && name.chars().all(is_letter)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::component::{Args, Place};
    use crate::property::written::object;

    /// What is too large to stand in the table of wrong programs.
    #[test]
    fn what_is_too_large_is_told() {
        let refused = |store: &str, size: usize| {
            let values = json!({"ONE": "x".repeat(size), "TWO": "x"});
            let program =
                json!({"useDefaultVpc": true, "secretValues": values, "secretStore": store});
            Args::read(&object(&program.to_string()), &Place::default()).err()
        };
        // With the names and what JSON needs around them.
        assert_eq!(refused("secretsManager", 65_536 - 20), None);
        assert_eq!(refused("parameterStore", 4096), None);
        let told = [refused("secretsManager", 65_536 - 19), refused("parameterStore", 4097)];
        let told = told.map(|error| error.map(|it| it.to_string()).unwrap_or_default());
        expect_test::expect![[r#"
            `secretValues`: Together the values have more than 65536 bytes, which Secrets Manager does not allow in one secret. Let the application read large values itself, from S3 or from secrets of their own.
            `secretValues.ONE`: The value has more than 4096 bytes, which a standard parameter cannot have. Use `secretStore: "secretsManager"`, which allows 65536 for all values together."#]].assert_eq(&told.join("\n"));
    }
}
