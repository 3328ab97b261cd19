//! How Elastic Load Balancing gets to write its logs to a bucket: by a statement of the bucket's policy.

use serde_json::{Value as Json, json};

use crate::aws::Identity;

/// Who writes (ELB user guide, "Enable access logs for your Application Load Balancer", step 2). The policies of former years name an
/// account of Elastic Load Balancing instead, and still count.
pub(super) const WRITER: &str = "logdelivery.elasticloadbalancing.amazonaws.com";
const ACTION: &str = "s3:PutObject";

/// Whose load balancers write: those of this account and region whose names begin so.
pub(super) struct Balancers<'a> {
    pub(super) us: &'a Identity,
    pub(super) region: &'a str,
    pub(super) named: &'a str,
}

impl Balancers<'_> {
    fn arn(&self) -> String {
        let Self { us, region, named } = self;
        let (partition, account) = (&us.partition, &us.account);
        format!("arn:{partition}:elasticloadbalancing:{region}:{account}:loadbalancer/{named}")
    }

    /// The ARN of what they write to the bucket, which may end in a wildcard.
    pub(super) fn objects(&self, bucket: &str, keys: &str) -> String {
        format!("arn:{}:s3:::{bucket}/{keys}", self.us.partition)
    }

    /// The statement that lets them write there.
    pub(super) fn statement(&self, objects: &str) -> Json {
        json!({
            "Sid": "ElasticLoadBalancingLogs",
            "Effect": "Allow",
            "Principal": { "Service": WRITER },
            "Action": ACTION,
            "Resource": objects,
            "Condition": { "ArnLike": { "aws:SourceArn": format!("{}*", self.arn()) } },
        })
    }

    /// A policy of nothing but that statement.
    pub(super) fn policy(&self, objects: &str) -> String {
        json!({ "Version": "2012-10-17", "Statement": [self.statement(objects)] }).to_string()
    }

    /// Whether one of these statements may let them write the object. What cannot be judged here, such as a condition on something
    /// else, may: Elastic Load Balancing itself tries it.
    pub(super) fn may_write(&self, policy: &Json, object: &str) -> bool {
        listed(&policy["Statement"]).into_iter().any(|it| self.lets(it, object))
    }

    fn lets(&self, statement: &Json, object: &str) -> bool {
        let among = |name: &str, wanted: &str| match statement.get(name) {
            None => true,
            Some(all) => texts(all).iter().any(|it| like(it, wanted)),
        };
        statement["Effect"] == "Allow"
            && self.is_writer(statement)
            && among("Action", ACTION)
            && among("Resource", object)
            && self.fits(&statement["Condition"])
    }

    fn is_writer(&self, statement: &Json) -> bool {
        let Some(principal) = statement.get("Principal") else { return true };
        // An account of Elastic Load Balancing, as policies of former years name it; our own cannot be one.
        let is_other = |it: &&str| *it == "*" || !it.contains(&self.us.account);
        principal == "*"
            || texts(&principal["Service"]).contains(&WRITER)
            || texts(&principal["AWS"]).iter().any(is_other)
    }

    /// Whether the condition may hold for one of them: only what it says of whose they are is judged.
    fn fits(&self, condition: &Json) -> bool {
        let operators = condition.as_object().into_iter().flatten();
        let positive = operators.filter(|(operator, _)| !operator.contains("Not"));
        let pairs = positive.flat_map(|(_, pairs)| pairs.as_object().into_iter().flatten());
        pairs.into_iter().all(|(key, wanted)| match key.to_lowercase().as_str() {
            "aws:sourcearn" => texts(wanted).iter().any(|it| self.may_be(it)),
            "aws:sourceaccount" => texts(wanted).iter().any(|it| like(it, &self.us.account)),
            _ => true,
        })
    }

    /// Whether a pattern may match an ARN of which the end is not known yet.
    fn may_be(&self, pattern: &str) -> bool {
        let known = self.arn();
        let literal = pattern.split(['*', '?']).next().unwrap_or_default();
        literal.starts_with(&known) || (known.starts_with(literal) && literal != pattern)
    }
}

fn listed(value: &Json) -> Vec<&Json> {
    value.as_array().map_or_else(|| vec![value], |all| all.iter().collect())
}

fn texts(value: &Json) -> Vec<&str> {
    listed(value).into_iter().filter_map(Json::as_str).collect()
}

/// Whether a text fits a pattern with `*` and `?`.
fn like(pattern: &str, text: &str) -> bool {
    match pattern.chars().next() {
        None => text.is_empty(),
        Some('*') => {
            let rest = &pattern[1..];
            text.char_indices()
                .map(|(at, _)| at)
                .chain([text.len()])
                .any(|at| like(rest, &text[at..]))
        }
        Some(one) => text.chars().next().is_some_and(|it| {
            (one == '?' || one.eq_ignore_ascii_case(&it))
                && like(&pattern[one.len_utf8()..], &text[it.len_utf8()..])
        }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Balancers, Identity, Json, WRITER};

    fn us() -> Identity {
        Identity { account: "123456789012".to_owned(), partition: "aws".to_owned() }
    }

    fn may_write(change: &Json) -> bool {
        let us = us();
        let ours = Balancers { us: &us, region: "eu-west-1", named: "app/web-" };
        let object = ours.objects("logs", "shop/AWSLogs/123456789012/a");
        let mut statement = ours.statement(&ours.objects("logs", "shop/AWSLogs/123456789012/*"));
        for (name, value) in change.as_object().expect("members") {
            statement[name] = value.clone();
        }
        ours.may_write(&json!({ "Statement": [statement] }), &object)
    }

    #[test]
    fn what_aws_tells_to_paste_lets_a_load_balancer_write() {
        assert!(may_write(&json!({})));
        let of_account = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/*";
        for (name, value) in [
            ("Resource", json!(["arn:aws:s3:::others/*", "arn:aws:s3:::logs/*"])),
            ("Action", json!("s3:*")),
            ("Principal", json!({"AWS": "arn:aws:iam::156460612806:root"})),
            ("Principal", json!({"Service": ["delivery.logs.amazonaws.com", WRITER]})),
            ("Condition", json!({"ArnLike": {"aws:SourceArn": of_account}})),
            ("Condition", json!({"StringEquals": {"aws:SourceAccount": "123456789012"}})),
            ("Condition", json!({"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}})),
            ("Condition", Json::Null),
        ] {
            assert!(may_write(&json!({ name: value })), "{name} {value}");
        }
    }

    #[test]
    fn what_lets_others_write_or_to_another_place_does_not() {
        let elsewhere = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/*";
        let of_another =
            "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/shop/*";
        for (name, value) in [
            ("Effect", json!("Deny")),
            ("Resource", json!("arn:aws:s3:::logs/AWSLogs/123456789012/*")),
            ("Resource", json!("arn:aws:s3:::logs/shop/AWSLogs/210987654321/*")),
            ("Action", json!(["s3:GetObject", "s3:PutObjectAcl"])),
            ("Principal", json!({"Service": "delivery.logs.amazonaws.com"})),
            ("Principal", json!({"AWS": "arn:aws:iam::123456789012:root"})),
            ("Condition", json!({"ArnLike": {"aws:SourceArn": elsewhere}})),
            ("Condition", json!({"ArnLike": {"aws:SourceArn": of_another}})),
            ("Condition", json!({"StringEquals": {"aws:SourceAccount": "210987654321"}})),
        ] {
            assert!(!may_write(&json!({ name: value })), "{name} {value}");
        }
    }
}
