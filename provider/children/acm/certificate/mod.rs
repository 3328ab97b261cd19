//! A certificate of ACM, validated by DNS: requested, and complete when ACM has said which records validate it.
//!
//! Nothing of it can change, so another name is another certificate, which is requested first; the old one goes when the
//! listener has moved. A certificate has no name: what an interrupted run requested is found by its tags, which come with
//! the request, and by what it covers. `IdempotencyToken` makes a repeated request the same one for an hour.

mod failures;
mod mapping;

use std::time::Duration;

use aws_sdk_acm::types::{CertificateStatus, CertificateSummary, KeyAlgorithm, ValidationMethod};
use serde::{Deserialize, Serialize};

use self::failures::{NO_RECORDS, explain_quota, explain_use, unrenewed};
use self::mapping::{covers, inherited, inputs, known};
use super::described::{GONE, describe, is_lost};
use super::tags;
use crate::aws::tags::write;
use crate::aws::{Explain, OrGone};
use crate::error::{Error, Problem, Result, refused_with};
use crate::property::{Form, Map, Output, Plain, Wire, sorted};
use crate::resource::known_in_run::in_region;
use crate::resource::owner::{self, Owner};
use crate::resource::permission::HAS_DOMAIN;
use crate::resource::wait::Seen;
use crate::resource::{
    Asked, Cx, EVERYWHERE, Live, Made, Needed, Permission, Resource, Settled, Standing, Tagged,
    Tags,
};

/// The certificate.
pub struct Certificate;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    pub domain_name: F::Of<String>,
    /// The other names that it covers.
    pub subject_alternative_names: F::Of<Vec<F::Of<String>>>,
    /// `RSA_2048`.
    pub key_algorithm: F::Of<String>,
}

/// The record that validates a name, with and without `*.`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ValidationRecord {
    pub domain: String,
    pub name: String,
    pub value: String,
}

/// What AWS adds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    pub arn: F::Of<String>,
    /// By the names.
    pub validation_records: F::Of<Vec<F::Of<ValidationRecord>>>,
}

/// How long ACM may take to say which records it wants: seconds, usually (terraform-provider-aws, acm/certificate.go).
const RECORDS: Duration = Duration::from_mins(5);
/// How long a listener may hold on to a certificate that it has no more (terraform-provider-aws, acm/certificate.go).
const IN_USE: Duration = Duration::from_mins(20);

impl Resource for Certificate {
    const TYPE: &'static str = "fargate:acm:Certificate";
    const PERMISSIONS: &'static [Permission] = &[
        Permission {
            sid: "Certificate",
            to: "request, read and delete the certificate",
            needed: Needed::If(HAS_DOMAIN),
            actions: &[
                "acm:RequestCertificate",
                "acm:DescribeCertificate",
                "acm:DeleteCertificate",
                "acm:AddTagsToCertificate",
                "acm:RemoveTagsFromCertificate",
                "acm:ListTagsForCertificate",
            ],
            on: &["arn:aws:acm:*:*:certificate/*"],
            ..EVERYWHERE
        },
        Permission {
            sid: "CertificateFind",
            to: "find the certificate, and others that need the same validation record",
            needed: Needed::If(HAS_DOMAIN),
            actions: &["acm:ListCertificates"],
            ..EVERYWHERE
        },
    ];
    const REPLACE_ON: &'static [&'static str] =
        &["domainName", "subjectAlternativeNames", "keyAlgorithm"];
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    /// The order of names means nothing, and ACM returns them all in lower case.
    fn check(
        mut inputs: Inputs<Wire>,
        _asked: &Asked<'_>,
        _problems: &mut Vec<Problem>,
    ) -> Inputs<Wire> {
        let lower = |name: Output<String>| name.map(|name| name.to_ascii_lowercase());
        let names = inputs.subject_alternative_names;
        let names = names.map(|names| names.into_iter().map(&lower).collect());
        inputs.subject_alternative_names = sorted(names);
        inputs.domain_name = lower(inputs.domain_name);
        inputs
    }

    fn inherited(inputs: &Inputs, replaced: &Map) -> Map {
        inherited(inputs, replaced)
    }

    async fn find(cx: &Cx, inputs: &Inputs) -> Result<Option<Standing>> {
        for it in
            unused(cx, &[CertificateStatus::PendingValidation, CertificateStatus::Issued]).await?
        {
            let Some(arn) = it.certificate_arn().filter(|_| covers(&it, inputs)) else { continue };
            let Some(tags) = cx.aws.certificate_tags(arn).await? else { continue };
            if owner::created(cx, &tags) {
                return Ok(Some(Standing::of(arn.to_owned(), Some(tags))));
            }
        }
        Ok(None)
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let others = Some(inputs.subject_alternative_names.clone()).filter(|it| !it.is_empty());
        let token = Owner::of(&cx.tags).map(|owner| owner.token);
        let call = cx.aws.acm().await?.request_certificate().domain_name(&inputs.domain_name);
        let answer = call
            .set_subject_alternative_names(others)
            .validation_method(ValidationMethod::Dns)
            .key_algorithm(KeyAlgorithm::from(inputs.key_algorithm.as_str()))
            .set_idempotency_token(token)
            .set_tags(Some(write(&cx.tags)?))
            .send()
            .await;
        let answer = answer.explain("acm:RequestCertificate", &inputs.domain_name);
        let answer = answer.map_err(explain_quota)?;
        let arn = answer.certificate_arn;
        let arn = arn.ok_or_else(|| Error::bug("RequestCertificate gave no certificate"))?;
        let outputs = Outputs { arn: arn.clone(), validation_records: Vec::new() };
        Ok(Made { id: arn, outputs })
    }

    async fn complete(
        cx: &Cx,
        id: &str,
        _inputs: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        let look = || async {
            let found = describe(cx, id).await?;
            Ok(match found.as_ref().and_then(known) {
                Some(records) => Seen::Done(records),
                None => Seen::Pending(NO_RECORDS.to_owned()),
            })
        };
        let validation_records = Box::pin(cx.wait(
            &format!("the validation records of certificate {id}"),
            RECORDS,
            look,
        ))
        .await?;
        if !cx.names.drawn.contains(&in_region(&cx.base, cx.aws.region())) {
            remove_failed(cx, |tags| owner::created(cx, tags)).await?;
        }
        Ok(Outputs { validation_records, ..outputs }.into())
    }

    async fn read(cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        let Some(found) = describe(cx, id).await?.filter(|it| !is_lost(it)) else {
            return Ok(None);
        };
        let Some(tags) = cx.aws.certificate_tags(id).await? else { return Ok(None) };
        if let Some(message) = unrenewed(&found) {
            cx.warn(&message);
        }
        let outputs =
            Outputs { arn: id.to_owned(), validation_records: known(&found).unwrap_or_default() };
        Ok(Some(Live { inputs: inputs(&found), outputs, tags: Some(tags) }))
    }

    /// One that failed is as good as gone, but is deleted all the same.
    async fn marks(cx: &Cx, id: &str) -> Result<Option<Option<Tags>>> {
        Ok(cx.aws.certificate_tags(id).await?.map(Some))
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

    async fn delete(cx: &Cx, id: &str, _inputs: &Inputs, _outputs: &Outputs) -> Result<()> {
        let acm = cx.aws.acm().await?;
        let delete = || async {
            let answer = acm.delete_certificate().certificate_arn(id).send().await;
            answer.explain("acm:DeleteCertificate", id).or_gone(&GONE).map(drop)
        };
        let busy = refused_with(&["ResourceInUseException"]);
        cx.retry(IN_USE, busy, delete).await.map_err(explain_use)
    }

    async fn tag(cx: &Cx, id: &str, set: &Tags, remove: &[String]) -> Result<()> {
        tags::Object(cx, id).change(set, remove).await
    }

    /// What failed is as good as gone, so a sweep would not see it: it goes here.
    async fn debris(cx: &Cx) -> Result<Vec<String>> {
        use CertificateStatus::{Issued, PendingValidation};
        remove_failed(cx, |tags| owner::same_lineage(&cx.tags, tags)).await?;
        let mut ours = Vec::new();
        for it in unused(cx, &[PendingValidation, Issued]).await? {
            let Some(arn) = it.certificate_arn else { continue };
            let tags = cx.aws.certificate_tags(&arn).await?.unwrap_or_default();
            if owner::carries(&tags, &cx.base) {
                ours.push(arn);
            }
        }
        Ok(ours)
    }
}

/// Certificates that nothing uses: those of an interrupted run are among them.
async fn unused(cx: &Cx, statuses: &[CertificateStatus]) -> Result<Vec<CertificateSummary>> {
    let mut all = cx.aws.certificates(statuses).await?;
    all.retain(|it| it.in_use() != Some(true));
    Ok(all)
}

/// Removes those that an earlier run requested, and that failed.
async fn remove_failed(cx: &Cx, is_ours: impl Fn(&Tags) -> bool + Sync) -> Result<()> {
    use CertificateStatus::{Failed, ValidationTimedOut};
    for it in cx.aws.certificates(&[Failed, ValidationTimedOut]).await? {
        let Some(arn) = it.certificate_arn() else { continue };
        let tags = cx.aws.certificate_tags(arn).await?;
        if tags.is_some_and(|tags| is_ours(&tags)) {
            let call = cx.aws.acm().await?.delete_certificate().certificate_arn(arn);
            call.send().await.explain("acm:DeleteCertificate", arn).or_gone(&GONE)?;
        }
    }
    Ok(())
}
