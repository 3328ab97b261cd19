//! Who calls AWS: where the credentials come from, and why there are none.

use std::error::Error as StdError;

use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::{ConfigLoader, Region, SdkConfig};
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, future};
use aws_sdk_sts::config::{Credentials, SharedCredentialsProvider};
use aws_sdk_sts::operation::assume_role::AssumeRoleError;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::causes::causes;
use super::settings::Settings;
use crate::error::Error;

const LOG_IN: &str = "Log in (`aws sso login`), set AWS_PROFILE, or AWS_ACCESS_KEY_ID and \
    AWS_SECRET_ACCESS_KEY, or configure `fargate:profile`.";

/// What the SDK's chain of places says when none of them has any.
const NOWHERE: &str = "no credentials found in chain";

/// Why a call is refused that is right itself: in a few words, and what to do about it.
pub(super) type Cause = (&'static str, &'static str);

/// Codes that say that the credentials are wrong, not the request (all AWS services), and why.
pub(super) const BAD_CREDENTIALS: [(&str, Cause); 10] = [
    ("ExpiredToken", EXPIRED),
    ("ExpiredTokenException", EXPIRED),
    // EC2 has one code for both: "If you're using temporary security credentials, this error can
    // also occur if the credentials have expired" (EC2 API reference, error codes). An expired
    // session is by far the more frequent one (aws-sdk-go-v2#1674, aws-sdk-java#1443).
    ("RequestExpired", EXPIRED_OR_CLOCK),
    ("RequestTimeTooSkewed", CLOCK),
    ("InvalidClientTokenId", UNKNOWN_KEY),
    ("UnrecognizedClientException", UNKNOWN_KEY),
    ("AuthFailure", KEY_OR_SECRET),
    ("OptInRequired", UNKNOWN_KEY),
    ("SignatureDoesNotMatch", WRONG_SECRET),
    // Services that speak JSON say the same in another word (Signature Version 4, troubleshooting).
    ("InvalidSignatureException", WRONG_SECRET),
];
const EXPIRED: Cause = (
    "the credentials have expired",
    "The credentials have expired: log in again (`aws sso login`), or renew the session token.",
);
const EXPIRED_OR_CLOCK: Cause = (
    "the credentials have expired",
    "The credentials have expired: log in again (`aws sso login`), or renew the session token. \
     If they have not, this machine's clock is wrong: correct it.",
);
/// How a message begins that says that the clock is wrong, and not the secret.
const CLOCK_OFF: [&str; 2] = ["Signature expired", "Signature not yet current"];
const CLOCK: Cause = (
    "the clock of this machine is wrong",
    "This machine's clock is wrong. Correct it, and run the command again.",
);
const UNKNOWN_KEY: Cause = (
    "AWS does not accept the credentials",
    "AWS does not know the access key, or it is not active, or the region is not enabled for the \
    account: use another profile, key or region. `aws sts get-caller-identity` shows which one is used.",
);
/// EC2 does not say which of them it is.
const KEY_OR_SECRET: Cause = (
    "AWS does not accept the credentials",
    "AWS does not know the access key, or it is not active, or there is a typing error in the \
    secret: use another profile, key or secret.",
);
const WRONG_SECRET: Cause = (
    "AWS does not accept the credentials",
    "The secret key does not belong to the access key: check the secret for a typing error, and \
     this machine's clock.",
);
/// What to do if AWS refuses to let the caller act as the configured role for no such reason.
const NO_ROLE: Cause = (
    "the role cannot be assumed",
    "Check that the role's ARN is right, that its trust policy names the caller (and the \
     external id), and that the caller has the permission `sts:AssumeRole` on it.",
);
/// How it is called that there are none.
const NO_CREDENTIALS: &str = "there are no credentials";

/// The credentials that the settings name; the SDK's usual places if they name none.
///
/// A profile of the settings wins over keys of the environment, as in pulumi-aws since
/// aws-sdk-go-base 2 (hashicorp/aws-sdk-go-base issue 135): a user who names a profile must not end up
/// in the account of another.
pub(super) async fn named(
    loader: ConfigLoader,
    settings: &Settings,
    http: &SharedHttpClient,
) -> ConfigLoader {
    if let (Some(key), Some(secret)) = (&settings.access_key, &settings.secret_key) {
        return loader.credentials_provider(Credentials::new(
            key,
            secret.reveal(),
            settings.token.as_ref().map(|token| token.reveal().to_owned()),
            None,
            "the provider's configuration",
        ));
    }
    let Some(profile) = &settings.profile else { return loader };
    // Clients that are made on the way know no other than this one.
    let config = ProviderConfig::without_region().with_http_client(http.clone());
    let config = match &settings.region {
        Some(region) => config.with_region(Some(Region::new(region.clone()))),
        None => config.load_default_region().await,
    };
    let provider = ProfileFileCredentialsProvider::builder();
    let provider = provider.profile_name(profile).configure(&config).build();
    loader
        .profile_name(profile)
        .credentials_provider(OfProfile { profile: profile.clone(), provider })
}

/// The credentials of a profile, which says its name if it has none: the SDK does not.
#[derive(Debug)]
struct OfProfile {
    profile: String,
    provider: ProfileFileCredentialsProvider,
}

impl ProvideCredentials for OfProfile {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            self.provider.provide_credentials().await.map_err(|error| match error {
                CredentialsError::CredentialsNotLoaded(_) => {
                    CredentialsError::invalid_configuration(no_profile(&self.profile))
                }
                other => other,
            })
        })
    }
}

/// The same in the role of the settings, if they have one.
pub(super) async fn in_role(base: SdkConfig, settings: &Settings) -> SdkConfig {
    let Some(role) = &settings.assume_role else { return base };
    let mut assume = aws_config::sts::AssumeRoleProvider::builder(&role.role_arn)
        .session_name(role.session_name.as_deref().unwrap_or(super::package::NAME));
    if let Some(id) = &role.external_id {
        assume = assume.external_id(id);
    }
    let provider = assume.configure(&base).build().await;
    base.into_builder().credentials_provider(SharedCredentialsProvider::new(provider)).build()
}

/// What is wrong with the credentials, if that is why a call failed.
pub(super) fn trouble(error: &(dyn StdError + 'static)) -> Option<Error> {
    let why = causes(error).find_map(|it| it.downcast_ref::<CredentialsError>())?;
    let refused = causes(error).find_map(|it| it.downcast_ref::<AssumeRoleError>());
    if let Some(refused) = refused.filter(|it| it.code().is_some()) {
        return Some(role_refused(refused));
    }
    let root = causes(error).last().map_or_else(String::new, ToString::to_string);
    let nowhere = root == why.to_string() || root.starts_with(NOWHERE);
    if nowhere && matches!(why, CredentialsError::CredentialsNotLoaded(_)) {
        return Some(none(|name| std::env::var(name).ok().filter(|it| !it.is_empty())));
    }
    Some(not_given(&root))
}

/// The place where the credentials should come from does not give them.
fn not_given(root: &str) -> Error {
    let rendered = format!("cannot load AWS credentials: {root}");
    Error::configuration(NO_CREDENTIALS, rendered)
        .hinted("Check the profile and its name in ~/.aws/config and ~/.aws/credentials.")
        .hinted(LOG_IN)
}

fn no_profile(name: &str) -> String {
    format!("there is no profile \"{name}\" with credentials")
}

/// There are no credentials at all. The environment may hold the half of what is needed.
fn none(environment: impl Fn(&str) -> Option<String>) -> Error {
    const KEY: &str = "AWS_ACCESS_KEY_ID";
    const SECRET: &str = "AWS_SECRET_ACCESS_KEY";
    let mut error = Error::configuration(NO_CREDENTIALS, "no AWS credentials were found");
    for (there, missing) in [(KEY, SECRET), (SECRET, KEY)] {
        if environment(there).is_some() && environment(missing).is_none() {
            error = error.hinted(format!(
                "The environment has {there} but not {missing}: set both, or neither of them."
            ));
        }
    }
    if let Some(profile) = environment("AWS_PROFILE") {
        error = error.hinted(format!(
            "AWS_PROFILE is \"{profile}\": look for it in ~/.aws/config and ~/.aws/credentials."
        ));
    }
    error.hinted(LOG_IN)
}

fn role_refused(refused: &AssumeRoleError) -> Error {
    let meta = refused.meta();
    let code = meta.code().unwrap_or("no code");
    let message = meta.message().unwrap_or("AWS gave no reason").trim_end_matches('.');
    let rendered = format!("the role cannot be assumed: {message} ({code})");
    let (cause, hint) = bad_credentials(code, message).unwrap_or(NO_ROLE);
    Error::configuration(cause, rendered).hinted(hint)
}

/// Why, if `code` says that the credentials are wrong. A wrong clock makes a wrong signature.
pub(super) fn bad_credentials(code: &str, message: &str) -> Option<Cause> {
    let (_, cause) = BAD_CREDENTIALS.iter().find(|(known, _)| *known == code)?;
    Some(if CLOCK_OFF.iter().any(|it| message.starts_with(it)) { CLOCK } else { *cause })
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::error::ErrorMetadata;
    use aws_smithy_types::error::metadata::Builder as Metadata;

    use super::{
        AssumeRoleError, CLOCK, EXPIRED, NO_CREDENTIALS, NO_ROLE, UNKNOWN_KEY, no_profile, none,
        not_given, role_refused,
    };

    /// What the other resources of a run report, once one has reported the whole error.
    #[test]
    fn causes_are_told_in_a_few_words() {
        let causes = [EXPIRED, CLOCK, UNKNOWN_KEY, NO_ROLE].map(|(brief, _)| brief);
        expect_test::expect![[r"
            the credentials have expired
            the clock of this machine is wrong
            AWS does not accept the credentials
            the role cannot be assumed
            there are no credentials"]]
        .assert_eq(&[&causes[..], &[NO_CREDENTIALS]].concat().join("\n"));
    }

    #[test]
    fn what_is_missing_and_who_refused_is_told() {
        let refused = |meta: Metadata| role_refused(&AssumeRoleError::generic(meta.build()));
        let role = |code: &str, message: &str| {
            refused(ErrorMetadata::builder().code(code).message(message))
        };
        let rendered = [
            not_given(&no_profile("prdo")),
            none(|_| None),
            none(|name| (name == "AWS_ACCESS_KEY_ID").then(|| "AKIA".to_owned())),
            none(|name| (name == "AWS_SECRET_ACCESS_KEY").then(|| "secret".to_owned())),
            none(|name| (name == "AWS_PROFILE").then(|| "prdo".to_owned())),
            role("AccessDenied", "User: u is not authorized to perform: sts:AssumeRole"),
            role("ExpiredToken", "The security token included in the request is expired"),
            refused(ErrorMetadata::builder()),
        ];
        expect_test::expect![[r#"
            cannot load AWS credentials: there is no profile "prdo" with credentials
              Check the profile and its name in ~/.aws/config and ~/.aws/credentials.
              Log in (`aws sso login`), set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or configure `fargate:profile`.
            no AWS credentials were found
              Log in (`aws sso login`), set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or configure `fargate:profile`.
            no AWS credentials were found
              The environment has AWS_ACCESS_KEY_ID but not AWS_SECRET_ACCESS_KEY: set both, or neither of them.
              Log in (`aws sso login`), set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or configure `fargate:profile`.
            no AWS credentials were found
              The environment has AWS_SECRET_ACCESS_KEY but not AWS_ACCESS_KEY_ID: set both, or neither of them.
              Log in (`aws sso login`), set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or configure `fargate:profile`.
            no AWS credentials were found
              AWS_PROFILE is "prdo": look for it in ~/.aws/config and ~/.aws/credentials.
              Log in (`aws sso login`), set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or configure `fargate:profile`.
            the role cannot be assumed: User: u is not authorized to perform: sts:AssumeRole (AccessDenied)
              Check that the role's ARN is right, that its trust policy names the caller (and the external id), and that the caller has the permission `sts:AssumeRole` on it.
            the role cannot be assumed: The security token included in the request is expired (ExpiredToken)
              The credentials have expired: log in again (`aws sso login`), or renew the session token.
            the role cannot be assumed: AWS gave no reason (no code)
              Check that the role's ARN is right, that its trust policy names the caller (and the external id), and that the caller has the permission `sts:AssumeRole` on it."#]].assert_eq(&rendered.map(|error| error.to_string()).join("\n"));
    }
}
