//! The certificates that a listener has beside its first one. Each is added and removed by a call of its own; clients that ask for a
//! name get the one that fits it best.

use std::collections::BTreeSet;

use aws_sdk_elasticloadbalancingv2::types::{Certificate, Listener as Described, ProtocolEnum};

use super::refusals::{explain_certificate, is_fresh_certificate};
use super::{CERTIFICATE, GONE, Inputs};
use crate::aws::{Explain, OrGone};
use crate::error::Result;
use crate::resource::Cx;

/// Those of this listener, in order, if there are any; nothing if it is known that nobody asked for one.
pub(super) async fn of(
    cx: &Cx,
    listener: &Described,
    known: Option<&Inputs>,
) -> Result<Option<Vec<String>>> {
    let asked = known.is_none_or(|known| known.additional_certificate_arns.is_some());
    if !asked || listener.protocol() != Some(&ProtocolEnum::Https) {
        return Ok(None);
    }
    let found = present(cx, listener.listener_arn().unwrap_or_default()).await?;
    Ok((!found.is_empty()).then(|| found.into_iter().collect()))
}

/// Adds what is missing, and removes what is too much.
pub(super) async fn set(cx: &Cx, id: &str, inputs: &Inputs) -> Result<()> {
    if inputs.protocol != "HTTPS" {
        return Ok(());
    }
    let wanted: BTreeSet<_> =
        inputs.additional_certificate_arns.iter().flatten().cloned().collect();
    let present = present(cx, id).await?;
    let elb = cx.aws.elb().await?;
    // AWS takes one at a time (botocore, AddListenerCertificates).
    for arn in wanted.difference(&present) {
        cx.retry(CERTIFICATE, is_fresh_certificate, || async {
            elb.add_listener_certificates()
                .listener_arn(id)
                .certificates(Certificate::builder().certificate_arn(arn).build())
                .send()
                .await
                .explain("elasticloadbalancing:AddListenerCertificates", id)
                .map_err(explain_certificate)
        })
        .await?;
    }
    for arn in present.difference(&wanted) {
        elb.remove_listener_certificates()
            .listener_arn(id)
            .certificates(Certificate::builder().certificate_arn(arn).build())
            .send()
            .await
            .explain("elasticloadbalancing:RemoveListenerCertificates", id)
            .or_gone(&["CertificateNotFound"])?;
    }
    Ok(())
}

/// AWS lists the first one twice, once as one of the others.
async fn present(cx: &Cx, id: &str) -> Result<BTreeSet<String>> {
    let call = cx.aws.elb().await?.describe_listener_certificates().listener_arn(id);
    let answer = call.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
    let answer = answer
        .explain("elasticloadbalancing:DescribeListenerCertificates", id)
        .or_gone(&GONE)?
        .unwrap_or_default();
    let (first, others): (Vec<_>, Vec<_>) =
        answer.into_iter().partition(|it| it.is_default() == Some(true));
    let arns = |them: Vec<Certificate>| them.into_iter().filter_map(|it| it.certificate_arn);
    let first: BTreeSet<_> = arns(first).collect();
    Ok(arns(others).filter(|arn| !first.contains(arn)).collect())
}
