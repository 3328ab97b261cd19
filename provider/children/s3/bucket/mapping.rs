//! What is asked for as S3 spells it: made of that, and read back as that.

use aws_sdk_s3::types::{
    BucketLifecycleConfiguration, ExpirationStatus, LifecycleExpiration, LifecycleRule,
    LifecycleRuleFilter, PublicAccessBlockConfiguration, ServerSideEncryption,
    ServerSideEncryptionByDefault, ServerSideEncryptionConfiguration, ServerSideEncryptionRule,
};
use serde_json::Value as Json;

use crate::aws::numbers::{natural, whole};
use crate::error::{Error, Result};

/// The one rule of the bucket.
const RULE: &str = "fargate-retention";

/// Objects go after so many days.
pub(super) fn lifecycle(days: u32) -> Result<BucketLifecycleConfiguration> {
    let rule = LifecycleRule::builder()
        .id(RULE)
        .status(ExpirationStatus::Enabled)
        .filter(LifecycleRuleFilter::builder().prefix("").build())
        .expiration(LifecycleExpiration::builder().days(whole(days)).build())
        .build()
        .map_err(Error::bug)?;
    BucketLifecycleConfiguration::builder().rules(rule).build().map_err(Error::bug)
}

/// For how many days these rules keep objects; 0 if they are not ours.
pub(super) fn days_of(rules: &[LifecycleRule]) -> u32 {
    let [rule] = rules else { return 0 };
    let ours = rule.id() == Some(RULE) && rule.status() == &ExpirationStatus::Enabled;
    let days = rule.expiration().filter(|_| ours).and_then(LifecycleExpiration::days);
    natural(days).unwrap_or_default()
}

/// All four ways in which a bucket can be public, closed or open.
pub(super) fn access_block(closed: bool) -> PublicAccessBlockConfiguration {
    PublicAccessBlockConfiguration::builder()
        .block_public_acls(closed)
        .ignore_public_acls(closed)
        .block_public_policy(closed)
        .restrict_public_buckets(closed)
        .build()
}

/// How new objects are encrypted.
pub(super) fn encryption(algorithm: &str) -> Result<ServerSideEncryptionConfiguration> {
    let by_default =
        ServerSideEncryptionByDefault::builder().sse_algorithm(algorithm.into()).build();
    let rule = ServerSideEncryptionRule::builder()
        .apply_server_side_encryption_by_default(by_default.map_err(Error::bug)?)
        .build();
    ServerSideEncryptionConfiguration::builder().rules(rule).build().map_err(Error::bug)
}

/// `AES256`, which every bucket has since 2023 if nothing else is said (S3 user guide, "Setting default server-side encryption").
pub(super) fn algorithm_of(live: Option<&ServerSideEncryptionConfiguration>) -> String {
    let rules = live.map(ServerSideEncryptionConfiguration::rules).unwrap_or_default();
    let by_default = rules.iter().find_map(|it| it.apply_server_side_encryption_by_default());
    let algorithm = by_default.map_or(&ServerSideEncryption::Aes256, |it| it.sse_algorithm());
    algorithm.as_str().to_owned()
}

/// Whether both policies say the same: a single member may stand without its list.
pub(super) fn same_policy(one: &str, other: &str) -> bool {
    let read = |text: &str| serde_json::from_str(text).map(plain).ok();
    read(one).is_some_and(|it: Json| Some(it) == read(other))
}

fn plain(value: Json) -> Json {
    match value {
        Json::Array(mut all) if all.len() == 1 => all.pop().map(plain).unwrap_or_default(),
        Json::Array(all) => all.into_iter().map(plain).collect(),
        Json::Object(all) => all.into_iter().map(|(name, it)| (name, plain(it))).collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::{access_block, algorithm_of, days_of, encryption, lifecycle, same_policy};

    #[test]
    fn what_is_sent_is_read_back() {
        let sent = lifecycle(30).expect("a lifecycle");
        assert_eq!(days_of(sent.rules()), 30);
        for algorithm in ["AES256", "aws:kms"] {
            assert_eq!(algorithm_of(encryption(algorithm).ok().as_ref()), algorithm);
        }
        assert_eq!(algorithm_of(None), "AES256");
        assert_ne!(access_block(true), access_block(false));
    }

    #[test]
    fn rules_of_others_are_drift() {
        let mut sent = lifecycle(30).expect("a lifecycle");
        let ours = sent.rules[0].clone();
        sent.rules[0].id = Some("theirs".to_owned());
        assert_eq!(days_of(sent.rules()), 0);
        assert_eq!(days_of(&[ours.clone(), ours]), 0);
        assert_eq!(days_of(&[]), 0);
    }

    #[test]
    fn a_policy_is_compared_by_what_it_says() {
        let one = r#"{"Statement": [{"Action": "s3:PutObject", "Effect": "Allow"}]}"#;
        assert!(same_policy(
            one,
            r#"{"Statement": {"Effect": "Allow", "Action": ["s3:PutObject"]}}"#
        ));
        assert!(!same_policy(one, r#"{"Statement": []}"#));
        assert!(!same_policy("no JSON", "no JSON"));
    }
}
