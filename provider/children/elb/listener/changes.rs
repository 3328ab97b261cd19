//! What of a listener has a call of its own, and the call for all the rest.

use aws_sdk_elasticloadbalancingv2::types::{ListenerAttribute, ProtocolEnum};

use super::mapping::{actions, certificates, mutual_authentication, policy};
use super::refusals::{explain_certificate, is_fresh_certificate};
use super::{CERTIFICATE, GONE, Inputs};
use crate::aws::{Explain, OrGone};
use crate::children::elb::attributes::Attributed;
use crate::children::elb::client_secret;
use crate::error::Result;
use crate::resource::Cx;

impl Inputs {
    /// Who may enter, and which version of the secret goes with it.
    pub(super) fn entry(&self) -> client_secret::Entry<'_> {
        (self.authentication.as_ref(), self.client_secret_from.as_deref())
    }
}

/// What has no call of its own.
pub(super) fn alone(inputs: &Inputs) -> Inputs {
    let mut alone = Inputs { additional_certificate_arns: None, ..inputs.clone() };
    for attribute in Inputs::ATTRIBUTES {
        (attribute.reset)(&mut alone);
    }
    alone
}

/// The headers, unless it is known that nobody asked for any.
pub(super) async fn attributes_of(
    cx: &Cx,
    id: &str,
    known: Option<&Inputs>,
) -> Result<Option<Vec<ListenerAttribute>>> {
    let fresh = Inputs::unset();
    if known.is_some_and(|known| Inputs::changed(Some(&fresh), known).is_empty()) {
        return Ok(Some(Vec::new()));
    }
    let call = cx.aws.elb().await?.describe_listener_attributes().listener_arn(id);
    let answer = call.send().await;
    let answer = answer.explain("elasticloadbalancing:DescribeListenerAttributes", id);
    Ok(answer.or_gone(&GONE)?.map(|it| it.attributes.unwrap_or_default()))
}

/// Sends all that `ModifyListener` sets.
pub(super) async fn modify(cx: &Cx, id: &str, old: Option<&Inputs>, new: &Inputs) -> Result<()> {
    let secret = client_secret::of(cx, old.map(Inputs::entry), new.entry()).await?;
    let elb = cx.aws.elb().await?;
    cx.retry(CERTIFICATE, is_fresh_certificate, || async {
        elb.modify_listener()
            .listener_arn(id)
            .port(i32::from(new.port))
            .protocol(ProtocolEnum::from(new.protocol.as_str()))
            .set_certificates(certificates(new))
            .set_ssl_policy(policy(new))
            .set_mutual_authentication(mutual_authentication(new))
            .set_default_actions(Some(actions(new, &secret)?))
            .send()
            .await
            .explain("elasticloadbalancing:ModifyListener", id)
            .map_err(explain_certificate)
    })
    .await
    .map_err(|error| secret.cut_from(error))
    .map(drop)
}
