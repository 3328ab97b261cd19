//! A load balancer's attributes, which have calls of their own: keys and values, all of them text.

use aws_sdk_elasticloadbalancingv2::types::LoadBalancerAttribute as Attribute;

use crate::aws::Explain;
pub(super) use crate::aws::looks::DELETION_PROTECTION;
use crate::error::Result;
use crate::resource::Cx;

pub(super) const IDLE_TIMEOUT: &str = "idle_timeout.timeout_seconds";
pub(super) const DROP_INVALID: &str = "routing.http.drop_invalid_header_fields.enabled";

/// One attribute's value; empty if AWS did not tell it.
pub(super) fn value<'a>(attributes: &'a [Attribute], key: &str) -> &'a str {
    let found = attributes.iter().find(|it| it.key() == Some(key));
    found.and_then(Attribute::value).unwrap_or_default()
}

/// Switches the protection off.
pub(super) async fn release(cx: &Cx, arn: &str) -> Result<()> {
    let off = Attribute::builder().key(DELETION_PROTECTION).value("false").build();
    write(cx, arn, vec![off]).await
}

/// Sends these attributes, if there are any.
pub(super) async fn write(cx: &Cx, arn: &str, attributes: Vec<Attribute>) -> Result<()> {
    if attributes.is_empty() {
        return Ok(());
    }
    cx.aws
        .elb()
        .await?
        .modify_load_balancer_attributes()
        .load_balancer_arn(arn)
        .set_attributes(Some(attributes))
        .send()
        .await
        .explain("elasticloadbalancing:ModifyLoadBalancerAttributes", arn)
        .map(drop)
}
