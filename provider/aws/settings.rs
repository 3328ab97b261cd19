//! The provider's configuration, in pulumi-aws's names.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::error::{Error, Result};

/// How the provider reaches AWS. Everything is optional: without any of it the AWS SDK's usual
/// places are read (environment, profile, SSO, container and instance roles).
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Settings {
    /// The AWS region, such as `eu-central-1`. Default: the stack's `aws:region`, then the
    /// environment (`AWS_REGION`), then the profile.
    pub region: Option<String>,
    /// The profile of the shared AWS configuration files. It wins over keys of the environment.
    /// Default: `AWS_PROFILE`, then `default`.
    pub profile: Option<String>,
    /// The access key. Prefer a profile or the environment.
    pub access_key: Option<String>,
    /// The secret key that belongs to `accessKey`.
    pub secret_key: Option<Hidden>,
    /// The session token of temporary credentials.
    pub token: Option<Hidden>,
    /// A role to assume with the credentials found.
    pub assume_role: Option<AssumeRole>,
    /// Other addresses for AWS services, by pulumi-aws's service name (`ecs`, `ecr`, `elbv2`,
    /// `ec2`, `iam`, `logs`, `cloudwatch`, `appautoscaling`, `sts`). For all at once set the
    /// environment variable `AWS_ENDPOINT_URL`.
    pub endpoints: BTreeMap<String, String>,
    /// Account ids in which the provider may work; in any other it refuses before the first call.
    pub allowed_account_ids: Vec<String>,
    /// Account ids in which the provider must not work.
    pub forbidden_account_ids: Vec<String>,
    /// Tags for every object of every service; a service's own `tags` win.
    pub default_tags: BTreeMap<String, String>,
    /// The lineage of services that another state made and that shall become this stack's: the error
    /// about a taken name tells it. For one run, after that state was lost or given up.
    pub take_over: Option<String>,
    /// How often a call is made again that failed on AWS's side or got no answer. Default 7. One that
    /// AWS throttled waits for its turn, and is not counted.
    pub max_retries: Option<u32>,
}

/// A role to assume.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AssumeRole {
    /// ARN of the role.
    pub role_arn: String,
    /// Name of the session in AWS's audit logs. Default `pulumi-fargate`.
    pub session_name: Option<String>,
    /// The external id that the role's trust policy asks for.
    pub external_id: Option<String>,
}

/// Text that nobody may print.
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

impl Settings {
    /// Whether the provider may work in this account.
    ///
    /// # Errors
    /// When the configuration excludes it.
    pub fn allow(&self, account: &str) -> Result<()> {
        let listed = |ids: &[String]| ids.iter().any(|id| id == account);
        if listed(&self.forbidden_account_ids) {
            return Err(Error::configuration(format!(
                "the credentials belong to AWS account {account}, which `forbiddenAccountIds` excludes"
            ))
            .hinted("Use another profile, or another stack."));
        }
        if !self.allowed_account_ids.is_empty() && !listed(&self.allowed_account_ids) {
            return Err(Error::configuration(format!(
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
        let told =
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
        .assert_eq(&told(&forbidden));
        expect_test::expect![[r"
            the credentials belong to AWS account 111111111111, which is not in `allowedAccountIds`
              Use another profile, or another stack."]]
        .assert_eq(&told(&allowed));
    }
}
