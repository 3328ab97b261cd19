//! What is wrong with a bucket for logs, with what to do about it.

use aws_sdk_s3::types::ServerSideEncryptionConfiguration;
use serde_json::Value as Json;

use super::{Inputs, path};
use crate::children::s3::delivery::Balancers;

pub(super) fn unless_changed(inputs: &Inputs, wrong: &str) -> String {
    format!(
        "`{}`: {wrong} Unless this run changes it, the load balancer is not created.",
        path(inputs)
    )
}

/// ELB user guide, "Enable access logs for your Application Load Balancer": SSE-S3 only.
pub(super) fn complain_of_encryption(
    bucket: &str,
    live: &ServerSideEncryptionConfiguration,
) -> Option<String> {
    let by_default =
        live.rules().iter().find_map(|it| it.apply_server_side_encryption_by_default())?;
    let algorithm = by_default.sse_algorithm().as_str();
    (algorithm != "AES256").then(|| {
        format!(
            "The bucket {bucket} is encrypted with {algorithm} by default, and Elastic Load Balancing writes to buckets with SSE-S3 \
             (AES256) only. Change the bucket's default encryption, or name another bucket."
        )
    })
}

pub(super) fn complain_of_policy(
    of_service: &Balancers<'_>,
    of_account: &Balancers<'_>,
    inputs: &Inputs,
    live: Option<&str>,
) -> Option<String> {
    let bucket = &inputs.bucket;
    let begin = inputs.prefix.as_ref().map(|it| format!("{it}/")).unwrap_or_default();
    let keys = format!("{begin}AWSLogs/{}/", of_service.us.account);
    let policy: Option<Json> = live.and_then(|text| serde_json::from_str(text).ok());
    let object = of_service.objects(bucket, &format!("{keys}ELBAccessLogTestFile"));
    if policy.as_ref().is_some_and(|it| of_service.may_write(it, &object)) {
        return None;
    }
    let objects = of_account.objects(bucket, &format!("{keys}*"));
    let (seen, add) = match policy {
        None => {
            ("has no policy, so", format!("Give it this one: `{}`", of_account.policy(&objects)))
        }
        Some(_) => (
            "has a policy by which",
            format!("Add this to its statements: `{}`", of_account.statement(&objects)),
        ),
    };
    Some(format!(
        "The bucket {bucket} {seen} Elastic Load Balancing may not write to `{keys}` in it. If this program creates the policy, take \
         the bucket's name from that resource, such as `policy.bucket`. {add}"
    ))
}

pub(super) fn missing(bucket: &str) -> String {
    format!("There is no bucket {bucket}. Create it first, or check its name.")
}

pub(super) fn elsewhere(bucket: &str, region: &str, ours: &str) -> String {
    format!(
        "The bucket {bucket} is in {region}, and a load balancer writes its logs to buckets of its own region only, which is {ours}. \
         Name a bucket in {ours}."
    )
}

pub(super) fn unseen(inputs: &Inputs, permissions: &[&str]) -> String {
    format!(
        "`{}`: the bucket {} shows itself only in part, because the caller has no permission `{}` on it. If it refuses logs, the load \
         balancer reports that when it is created.",
        path(inputs),
        inputs.bucket,
        permissions.join("`, `"),
    )
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{
        Balancers, Inputs, complain_of_encryption, complain_of_policy, elsewhere, missing,
        unless_changed, unseen,
    };
    use crate::aws::Identity;

    fn inputs(prefix: Option<&str>) -> Inputs {
        Inputs {
            bucket: "logs".to_owned(),
            prefix: prefix.map(str::to_owned),
            logs: "accessLogs".to_owned(),
            declared: false,
        }
    }

    fn policy(prefix: Option<&str>, live: Option<&str>) -> Option<String> {
        let us = Identity { account: "123456789012".to_owned(), partition: "aws".to_owned() };
        let of_service = Balancers { us: &us, region: "eu-west-1", named: "app/web-" };
        let of_account = Balancers { us: &us, region: "eu-west-1", named: "" };
        complain_of_policy(&of_service, &of_account, &inputs(prefix), live)
    }

    #[test]
    fn a_bucket_that_would_refuse_is_told_with_what_to_paste() {
        let none = policy(Some("shop"), None).unwrap_or_default();
        let other = policy(None, Some(r#"{"Statement": []}"#)).unwrap_or_default();
        let hidden = unseen(&inputs(None), &["s3:ListBucket", "s3:GetBucketPolicy"]);
        let seen = [
            missing("logs"),
            elsewhere("logs", "us-east-1", "eu-west-1"),
            none,
            other,
            hidden,
            unless_changed(&inputs(None), "It has no policy."),
        ];
        expect![[r#"
            There is no bucket logs. Create it first, or check its name.
            The bucket logs is in us-east-1, and a load balancer writes its logs to buckets of its own region only, which is eu-west-1. Name a bucket in eu-west-1.
            The bucket logs has no policy, so Elastic Load Balancing may not write to `shop/AWSLogs/123456789012/` in it. If this program creates the policy, take the bucket's name from that resource, such as `policy.bucket`. Give it this one: `{"Statement":[{"Action":"s3:PutObject","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/*"}},"Effect":"Allow","Principal":{"Service":"logdelivery.elasticloadbalancing.amazonaws.com"},"Resource":"arn:aws:s3:::logs/shop/AWSLogs/123456789012/*","Sid":"ElasticLoadBalancingLogs"}],"Version":"2012-10-17"}`
            The bucket logs has a policy by which Elastic Load Balancing may not write to `AWSLogs/123456789012/` in it. If this program creates the policy, take the bucket's name from that resource, such as `policy.bucket`. Add this to its statements: `{"Action":"s3:PutObject","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/*"}},"Effect":"Allow","Principal":{"Service":"logdelivery.elasticloadbalancing.amazonaws.com"},"Resource":"arn:aws:s3:::logs/AWSLogs/123456789012/*","Sid":"ElasticLoadBalancingLogs"}`
            `loadBalancer.accessLogs.bucket`: the bucket logs shows itself only in part, because the caller has no permission `s3:ListBucket`, `s3:GetBucketPolicy` on it. If it refuses logs, the load balancer reports that when it is created.
            `loadBalancer.accessLogs.bucket`: It has no policy. Unless this run changes it, the load balancer is not created."#]].assert_eq(&seen.join("\n"));
    }

    #[test]
    fn what_it_is_told_to_paste_is_enough() {
        let told = policy(Some("shop"), None).unwrap_or_default();
        let pasted = told.split('`').rfind(|it| it.starts_with('{')).unwrap_or_default();
        assert_eq!(policy(Some("shop"), Some(pasted)), None);
        assert!(policy(Some("other"), Some(pasted)).is_some());
    }

    #[test]
    fn a_bucket_with_a_key_of_kms_is_refused() {
        use aws_sdk_s3::types::{
            ServerSideEncryptionByDefault as ByDefault, ServerSideEncryptionConfiguration as Live,
            ServerSideEncryptionRule as Rule,
        };
        let of = |algorithm: &str| {
            let by_default = ByDefault::builder().sse_algorithm(algorithm.into()).build().ok();
            let rule = Rule::builder().set_apply_server_side_encryption_by_default(by_default);
            Live::builder().rules(rule.build()).build().expect("rules")
        };
        assert_eq!(complain_of_encryption("logs", &of("AES256")), None);
        let told = complain_of_encryption("logs", &of("aws:kms")).unwrap_or_default();
        expect!["The bucket logs is encrypted with aws:kms by default, and Elastic Load Balancing writes to buckets with SSE-S3 (AES256) only. Change the bucket's default encryption, or name another bucket."].assert_eq(&told);
    }
}
