//! What is wrong with names that AWS gives to things: ARNs and ids.

use crate::resource::Arn;

/// A kind of thing that an ARN names: its words, the service, and how its resource begins.
pub(in crate::component) type Thing = (&'static str, &'static str, &'static [&'static str]);

pub(in crate::component) const CERTIFICATE: Thing =
    ("an ACM certificate", "acm", &["certificate/"]);
pub(in crate::component) const TRUST_STORE: Thing =
    ("a trust store", "elasticloadbalancing", &["truststore/"]);
pub(in crate::component) const WEB_ACL: Thing =
    ("a web ACL of AWS WAF", "wafv2", &["regional/webacl/"]);
pub(in crate::component) const CLUSTER: Thing = ("an ECS cluster", "ecs", &["cluster/"]);
pub(in crate::component) const LISTENER: Thing =
    ("a listener of an application load balancer", "elasticloadbalancing", &["listener/app/"]);
pub(in crate::component) const ROLE: Thing = ("an IAM role", "iam", &["role/"]);
pub(in crate::component) const POLICY: Thing = ("an IAM policy", "iam", &["policy/"]);
pub(in crate::component) const KEY: Thing = ("a KMS key", "kms", &["key/"]);
pub(in crate::component) const SECRET: Thing =
    ("a Secrets Manager secret", "secretsmanager", &["secret:"]);
pub(in crate::component) const USER_POOL: Thing =
    ("a user pool of Amazon Cognito", "cognito-idp", &["userpool/"]);
pub(in crate::component) const PARAMETER: Thing = ("a parameter", "ssm", &["parameter/"]);

pub(in crate::component) const FUNCTION: Thing = ("a Lambda function", "lambda", &["function:"]);

/// What is wrong with an ARN that should name such a thing.
pub(in crate::component) fn arn(thing: Thing) -> impl Fn(&str) -> Option<String> {
    move |text| complain_of_arn(text, thing)
}

/// What is wrong with an id that should begin so, of such a thing.
pub(in crate::component) fn id(
    prefix: &'static str,
    what: &'static str,
) -> impl Fn(&str) -> Option<String> {
    move |id| {
        (!id.starts_with(prefix))
            .then(|| format!("\"{id}\" is not the id of {what}: it begins with `{prefix}`."))
    }
}

/// What is wrong with `text` as the ARN of such a thing.
pub(in crate::component) fn complain_of_arn(
    text: &str,
    (words, service, kinds): Thing,
) -> Option<String> {
    let names_one = |arn: Arn<'_>| {
        let of_kind =
            |kind: &&str| arn.resource.len() > kind.len() && arn.resource.starts_with(kind);
        arn.service == service && kinds.iter().any(of_kind)
    };
    let fits = Arn::read(text).is_some_and(names_one);
    if let Some(alias) = alias_of_a_key(text).filter(|_| service == "kms") {
        return Some(format!(
            "\"{text}\" names an alias, and AWS keeps the key that it points to now. Use the ARN of \
             the key: `aws kms describe-key --key-id {alias} --query KeyMetadata.Arn` shows it."
        ));
    }
    let place = if service == "iam" { ":123456789012:" } else { "eu-west-1:123456789012:" };
    (!fits).then(|| {
        format!(
            "\"{text}\" is not the ARN of {words}, such as `arn:aws:{service}:{place}{}…`.",
            kinds[0]
        )
    })
}

/// The alias that this ARN or word names. ECR tells the key instead, which would be another one than
/// asked for (cloudposse/terraform-aws-ecr#85); CloudWatch Logs refuses it.
fn alias_of_a_key(text: &str) -> Option<&str> {
    let name = Arn::read(text).map_or(text, |arn| arn.resource);
    name.starts_with("alias/").then_some(name)
}
