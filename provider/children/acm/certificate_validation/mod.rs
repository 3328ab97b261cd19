//! The wait until ACM has issued a certificate: it looks for the validation records in DNS itself.
//!
//! No object of its own. Where the records are created by others (`dns: false`) it shows them, in the preview and while it
//! waits.

mod failures;

use std::time::Duration;

use aws_sdk_acm::types::CertificateStatus;
use serde::{Deserialize, Serialize};

use self::failures::{
    as_lines, ended, failed, gone, not_delegated, not_seen, records_elsewhere, still_pending,
};
use super::described::{describe, pending};
use crate::aws::looks::Delegation;
use crate::error::{Kind, Problem, Result};
use crate::property::{Form, Plain, Wire, sorted};
use crate::resource::gone::nothing_to_import;
use crate::resource::permission::HAS_DOMAIN;
use crate::resource::wait::Seen;
use crate::resource::{
    Asked, Cx, EVERYWHERE, Live, Made, Needed, Permission, Resource, Settled, Standing,
};

/// The wait.
pub struct CertificateValidation;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    pub certificate_arn: F::Of<String>,
    /// The names of the validation records that the service created; none if others do.
    pub record_names: F::Of<Vec<F::Of<String>>>,
    /// The zones that have them.
    pub hosted_zone_ids: F::Of<Vec<F::Of<String>>>,
}

/// What comes of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    /// Of the certificate, which is issued.
    pub certificate_arn: F::Of<String>,
}

/// ACM sees a record within minutes, as a rule, but may take longer (ACM user guide, "DNS validation": 30 minutes and
/// more; terraform-provider-aws, acm/certificate_validation.go waits for 75).
const ISSUED: Duration = Duration::from_mins(75);

impl Resource for CertificateValidation {
    const TYPE: &'static str = "fargate:acm:CertificateValidation";
    const PERMISSIONS: &'static [Permission] = &[Permission {
        sid: "CertificateValidation",
        to: "see whether the certificate is issued",
        needed: Needed::If(HAS_DOMAIN),
        actions: &["acm:DescribeCertificate"],
        on: &["arn:aws:acm:*:*:certificate/*"],
        ..EVERYWHERE
    }];
    const REPLACE_ON: &'static [&'static str] = &["certificateArn"];
    const STATE_ONLY: bool = true;
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    fn check(
        mut inputs: Inputs<Wire>,
        _asked: &Asked<'_>,
        _problems: &mut Vec<Problem>,
    ) -> Inputs<Wire> {
        inputs.record_names = sorted(inputs.record_names);
        inputs.hosted_zone_ids = sorted(inputs.hosted_zone_ids);
        inputs
    }

    /// Of a certificate that an earlier run requested, what is still missing.
    async fn preview(
        cx: &Cx,
        inputs: &Inputs,
        outputs: Option<&Outputs>,
    ) -> Result<Option<Outputs>> {
        if outputs.is_none() && inputs.record_names.is_empty() {
            show(cx, inputs).await?;
        }
        Ok(Some(Outputs { certificate_arn: inputs.certificate_arn.clone() }))
    }

    async fn find(_cx: &Cx, _inputs: &Inputs) -> Result<Option<Standing>> {
        Ok(None)
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let arn = &inputs.certificate_arn;
        if inputs.record_names.is_empty() {
            show(cx, inputs).await?;
        }
        let waited =
            Box::pin(
                cx.wait(&format!("ACM to issue the certificate {arn}"), ISSUED, || look(cx, arn)),
            )
            .await;
        if let Err(error) = waited {
            return Err(match error.kind() {
                Kind::NotReady => explained(cx, inputs, error).await,
                _ => error,
            });
        }
        Ok(Made { id: arn.clone(), outputs: Outputs { certificate_arn: arn.clone() } })
    }

    async fn read(_cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        Err(nothing_to_import("certificate validation", id))
    }

    async fn update(
        _cx: &Cx,
        _id: &str,
        _old: Option<&Inputs>,
        _new: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        Ok(outputs.into())
    }

    async fn delete(_cx: &Cx, _id: &str, _inputs: &Inputs, _outputs: &Outputs) -> Result<()> {
        Ok(())
    }
}

/// Shows the records that others have to create, as long as ACM does not see them.
async fn show(cx: &Cx, inputs: &Inputs) -> Result<()> {
    let found = describe(cx, &inputs.certificate_arn).await?;
    let missing = found.as_ref().map(pending).unwrap_or_default();
    if !missing.is_empty() {
        cx.info(&records_elsewhere(&missing));
    }
    Ok(())
}

async fn look(cx: &Cx, arn: &str) -> Result<Seen<()>> {
    let Some(found) = describe(cx, arn).await? else { return Err(gone(arn)) };
    let names =
        |it: &[super::described::Needed]| it.iter().map(|it| it.domain.clone()).collect::<Vec<_>>();
    match found.status() {
        Some(CertificateStatus::Issued) => Ok(Seen::Done(())),
        Some(CertificateStatus::PendingValidation) | None => {
            let missing = pending(&found);
            let words = if missing.is_empty() { still_pending() } else { not_seen(&missing) };
            Ok(Seen::Pending(words))
        }
        Some(CertificateStatus::Failed) => {
            let all = found.subject_alternative_names();
            Err(failed(arn, found.failure_reason(), all))
        }
        Some(other) => Err(ended(arn, other.as_str(), &names(&pending(&found)))),
    }
}

/// Why a record may not be seen, as far as this account shows it.
async fn explained(cx: &Cx, inputs: &Inputs, error: crate::error::Error) -> crate::error::Error {
    let Ok(Some(found)) = describe(cx, &inputs.certificate_arn).await else { return error };
    let missing = pending(&found);
    let mut error = error.hinted(as_lines(&missing));
    for id in &inputs.hosted_zone_ids {
        let Ok(Some(zone)) = cx.aws.hosted_zone(id).await else { continue };
        let Some(named) = zone.hosted_zone() else { continue };
        let name = crate::aws::looks::dns_name(named.name());
        let servers =
            zone.delegation_set().map(|it| it.name_servers().to_vec()).unwrap_or_default();
        let delegation = cx.aws.delegation(&name, &servers).await.unwrap_or(Delegation::Unknown);
        if let Some(hint) = not_delegated(&name, id, &servers, &delegation) {
            error = error.hinted(hint);
        }
    }
    error
}
