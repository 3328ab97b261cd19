//! The provider's configuration, in pulumi-aws's names.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;

use super::service_names;
use crate::error::{Error, Result};

/// How the provider reaches AWS. Everything is optional: without any of it the AWS SDK's usual
/// places are read (environment, profile, SSO, container and instance roles).
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Settings {
    /// The AWS region, such as `eu-central-1`. Default: the stack's `aws:region`, then the
    /// environment (`AWS_REGION`, `AWS_DEFAULT_REGION`), then the profile, then the EC2 instance.
    pub region: Option<String>,
    /// The profile of the shared AWS configuration files. It wins over keys of the environment, and
    /// goes with neither `accessKey` nor `secretKey`. Default: `AWS_PROFILE`, then `default`, if the
    /// environment has no keys.
    pub profile: Option<String>,
    /// The access key, together with `secretKey`. Prefer a profile or the environment. Default:
    /// `AWS_ACCESS_KEY_ID`.
    pub access_key: Option<String>,
    /// The secret key that belongs to `accessKey`. Default: `AWS_SECRET_ACCESS_KEY`.
    pub secret_key: Option<Hidden>,
    /// The session token of temporary credentials, beside `accessKey` and `secretKey`. Default:
    /// `AWS_SESSION_TOKEN`.
    pub token: Option<Hidden>,
    /// A role to assume with the credentials found. Default: none.
    pub assume_role: Option<AssumeRole>,
    /// Other addresses for AWS services.
    #[schemars(description = endpoints())]
    pub endpoints: BTreeMap<String, String>,
    /// Account ids in which the provider may work; in any other it refuses before the first call.
    /// Default: any.
    pub allowed_account_ids: Vec<String>,
    /// Account ids in which the provider must not work. Default: none.
    pub forbidden_account_ids: Vec<String>,
    /// Tags for every object of every service; a service's own `tags` win. Default: none.
    pub default_tags: BTreeMap<String, String>,
    /// The lineage of services that another state made and that shall become this stack's: the error
    /// about a taken name shows it. For one run, after that state was lost or given up.
    pub take_over: Option<String>,
    /// How often a call is made again that failed on AWS's side or got no answer. Default 7. One that
    /// AWS throttled waits for its turn, and is not counted.
    pub max_retries: Option<u32>,
}

/// A role to assume.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AssumeRole {
    /// ARN of the role; its trust policy must name the caller.
    pub role_arn: String,
    /// Name of the session in AWS's audit logs, 2 to 64 letters, digits and `_+=,.@-`. Default
    /// `pulumi-fargate`.
    pub session_name: Option<String>,
    /// The external id that the role's trust policy asks for. Default: none.
    pub external_id: Option<String>,
}

/// Text that must not be printed.
#[derive(Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline)]
pub struct Hidden(String);

impl Hidden {
    /// The text itself: for the SDK only.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("[secret]")
    }
}

fn endpoints() -> String {
    let names: Vec<String> = service_names().iter().map(|it| format!("`{it}`")).collect();
    format!(
        "Other addresses for AWS services, by pulumi-aws's service name ({}). Default: for all at once \
         the environment variable `AWS_ENDPOINT_URL`, for one such as `AWS_ENDPOINT_URL_ECS`; then \
         AWS's own.",
        names.join(", ")
    )
}

/// How it is called that the configuration excludes the account.
const EXCLUDED: &str = "the configuration excludes this account";

impl Settings {
    /// Whether the provider may work in this account.
    ///
    /// # Errors
    /// When the configuration excludes it.
    pub fn allow(&self, account: &str) -> Result<()> {
        let listed = |ids: &[String]| ids.iter().any(|id| id == account);
        if listed(&self.forbidden_account_ids) {
            return Err(Error::configuration(EXCLUDED, format!(
                "the credentials belong to AWS account {account}, which `forbiddenAccountIds` excludes"
            ))
            .hinted("Use another profile, or another stack."));
        }
        if !self.allowed_account_ids.is_empty() && !listed(&self.allowed_account_ids) {
            return Err(Error::configuration(EXCLUDED, format!(
                "the credentials belong to AWS account {account}, which is not in `allowedAccountIds`"
            ))
            .hinted("Use another profile, or another stack."));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Settings;

    #[test]
    fn an_account_must_be_allowed_and_not_forbidden() {
        let settings = |allowed: &[&str], forbidden: &[&str]| Settings {
            allowed_account_ids: allowed.iter().map(|&id| id.to_owned()).collect(),
            forbidden_account_ids: forbidden.iter().map(|&id| id.to_owned()).collect(),
            ..Settings::default()
        };
        assert!(settings(&[], &[]).allow("1").is_ok());
        assert!(settings(&["1"], &[]).allow("1").is_ok());
        assert!(settings(&["2"], &[]).allow("1").is_err());
        assert!(settings(&["1"], &["1"]).allow("1").is_err());
    }

    #[test]
    fn an_account_that_is_excluded_is_named_with_the_setting() {
        let message =
            |settings: &Settings| settings.allow("111111111111").expect_err("no").to_string();
        let forbidden = Settings {
            forbidden_account_ids: vec!["111111111111".to_owned()],
            ..Settings::default()
        };
        let allowed = Settings {
            allowed_account_ids: vec!["222222222222".to_owned()],
            ..Settings::default()
        };
        expect_test::expect![[r"
            the credentials belong to AWS account 111111111111, which `forbiddenAccountIds` excludes
              Use another profile, or another stack."]]
        .assert_eq(&message(&forbidden));
        expect_test::expect![[r"
            the credentials belong to AWS account 111111111111, which is not in `allowedAccountIds`
              Use another profile, or another stack."]]
        .assert_eq(&message(&allowed));
    }
}
