//! A certificate of ACM, validated by DNS: requested, and complete when ACM has said which records validate it.
//!
//! Nothing of it can change, so another name is another certificate, which is requested first; the old one goes when the
//! listener has moved. A certificate has no name: what an interrupted run requested is found by its tags, which come with
//! the request, and by what it covers. `IdempotencyToken` makes a repeated request the same one for an hour.

use std::collections::BTreeSet;
use std::time::Duration;

use aws_sdk_acm::types::{
    CertificateDetail, CertificateStatus, CertificateSummary, KeyAlgorithm, RenewalStatus,
    ValidationMethod,
};
use serde::{Deserialize, Serialize};

use super::described::{GONE, describe, is_lost, missing, records};
use super::tags;
use crate::aws::tags::write;
use crate::aws::{Explain, OrGone};
use crate::error::{Error, Problem, Result, refused_with};
use crate::property::{Form, Map, Output, Plain, Value, Wire, sorted};
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
        inputs.domain_name = lower(inputs.domain_name);
        let names = inputs.subject_alternative_names;
        let names = names.map(|names| names.into_iter().map(lower).collect());
        inputs.subject_alternative_names = sorted(names);
        inputs
    }

    /// The record of a name is the same in all requests of an account (ACM user guide, "DNS validation"), so those of names that
    /// stay do too.
    fn inherited(inputs: &Inputs, replaced: &Map) -> Map {
        let Some(Value::List(records)) = replaced.get(RECORDS_OUTPUT) else { return Map::new() };
        let names = inputs.subject_alternative_names.iter().chain([&inputs.domain_name]);
        let names: BTreeSet<&str> = names.map(|it| it.strip_prefix("*.").unwrap_or(it)).collect();
        let domain = |it: &Value| match it {
            Value::Map(record) => record.get("domain").and_then(Value::as_str).map(str::to_owned),
            _ => None,
        };
        let of_name = |name: &str| records.iter().find(|it| domain(it).as_deref() == Some(name));
        let records =
            names.into_iter().map(|it| of_name(it).cloned().unwrap_or_else(Value::unknown));
        let records = records.collect();
        Map::from([(RECORDS_OUTPUT.to_owned(), Value::List(records))])
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
        let what = format!("the validation records of the certificate {id}");
        let validation_records = cx.wait(&what, RECORDS, look).await?;
        if !cx.names.drawn.contains(&in_region(&cx.base, cx.aws.region())) {
            remove_failed(cx).await?;
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

    async fn debris(cx: &Cx) -> Result<Vec<String>> {
        use CertificateStatus::{Failed, Issued, PendingValidation, ValidationTimedOut};
        let mut ours = Vec::new();
        for it in unused(cx, &[PendingValidation, Issued, Failed, ValidationTimedOut]).await? {
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

/// Removes those that an earlier run requested for the same child, and that failed.
async fn remove_failed(cx: &Cx) -> Result<()> {
    use CertificateStatus::{Failed, ValidationTimedOut};
    for it in cx.aws.certificates(&[Failed, ValidationTimedOut]).await? {
        let Some(arn) = it.certificate_arn() else { continue };
        let tags = cx.aws.certificate_tags(arn).await?;
        if tags.is_some_and(|tags| owner::created(cx, &tags)) {
            let call = cx.aws.acm().await?.delete_certificate().certificate_arn(arn);
            call.send().await.explain("acm:DeleteCertificate", arn).or_gone(&GONE)?;
        }
    }
    Ok(())
}

/// Whether the certificate is for just these names.
fn covers(found: &CertificateSummary, inputs: &Inputs) -> bool {
    let mut names = found.subject_alternative_name_summaries().to_vec();
    names.retain(|name| *name != inputs.domain_name);
    names.sort_unstable();
    found.domain_name() == Some(&inputs.domain_name)
        && names == inputs.subject_alternative_names
        && found.key_algorithm().is_some_and(|it| key(it) == inputs.key_algorithm)
}

/// `RSA-2048` in answers, `RSA_2048` in requests (terraform-provider-aws, acm/certificate.go).
fn key(algorithm: &KeyAlgorithm) -> String {
    algorithm.as_str().replace('-', "_")
}

fn inputs(found: &CertificateDetail) -> Inputs {
    let first = found.domain_name().unwrap_or_default();
    // ACM names the first one among the others too, in any order.
    let mut others = found.subject_alternative_names().to_vec();
    others.retain(|name| name != first);
    others.sort_unstable();
    let key = found.key_algorithm().map(key);
    Inputs {
        domain_name: first.to_owned(),
        subject_alternative_names: others,
        key_algorithm: key.unwrap_or_default(),
    }
}

fn known(found: &CertificateDetail) -> Option<Vec<ValidationRecord>> {
    let records = records(found)?.into_iter();
    let told =
        records.map(|it| ValidationRecord { domain: it.domain, name: it.name, value: it.value });
    Some(told.collect())
}

const RECORDS_OUTPUT: &str = "validationRecords";
const NO_RECORDS: &str = "ACM has not chosen them yet";

/// What to know of a certificate that ACM cannot renew.
fn unrenewed(found: &CertificateDetail) -> Option<String> {
    let renewal = found.renewal_summary()?;
    (*renewal.renewal_status() == RenewalStatus::PendingValidation).then(|| {
        let missing = missing(renewal.domain_validation_options());
        let missing: Vec<String> = missing.iter().map(super::described::Needed::line).collect();
        format!(
            "ACM cannot renew the certificate {}: a validation record is missing. Create it again, or \
             clients refuse the service when the certificate expires:\n{}",
            found.certificate_arn().unwrap_or_default(),
            missing.join("\n")
        )
    })
}

fn explain_quota(error: Error) -> Error {
    match error.code() {
        Some("LimitExceededException") => error.hinted(
            "ACM has quotas for names of a certificate (10, if they were not raised), for certificates, and for \
             requests in a year: `aws service-quotas list-service-quotas --service-code acm` lists them.",
        ),
        _ => error,
    }
}

fn explain_use(error: Error) -> Error {
    match error.code() {
        Some("ResourceInUseException") => error.hinted(
            "Something that is not in this program uses the certificate: `aws acm describe-certificate` lists it \
             under `InUseBy`. Give it another certificate, or keep this one with `retainOnDelete`.",
        ),
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_acm::types::{
        CertificateDetail, DomainStatus, DomainValidation, RecordType, RenewalSummary,
        ResourceRecord,
    };
    use expect_test::expect;

    use super::{
        CertificateSummary, Error, Inputs, KeyAlgorithm, NO_RECORDS, RenewalStatus, covers,
        explain_quota, explain_use, inputs, known, unrenewed,
    };

    fn option(domain: &str, record: bool) -> DomainValidation {
        let base = domain.trim_start_matches("*.");
        let record = record.then(|| {
            let record = ResourceRecord::builder().name(format!("_1.{base}."));
            let record = record.r#type(RecordType::Cname).value("_2.abc.acm-validations.aws.");
            record.build().expect("a record")
        });
        let option = DomainValidation::builder().domain_name(domain);
        let option = option.validation_status(DomainStatus::PendingValidation);
        option.set_resource_record(record).build().expect("an option")
    }

    fn detail(record: bool) -> CertificateDetail {
        let names = ["shop.example.com", "example.com", "*.shop.example.com"];
        CertificateDetail::builder()
            .certificate_arn("arn:cert")
            .domain_name(names[0])
            .set_subject_alternative_names(Some(names.map(str::to_owned).to_vec()))
            .key_algorithm(KeyAlgorithm::from("RSA-2048"))
            .set_domain_validation_options(Some(names.map(|it| option(it, record)).to_vec()))
            .build()
    }

    #[test]
    fn what_acm_returns_is_read_as_it_was_asked_for() {
        let asked = Inputs {
            domain_name: "shop.example.com".to_owned(),
            subject_alternative_names: ["*.shop.example.com", "example.com"]
                .map(str::to_owned)
                .into(),
            key_algorithm: "RSA_2048".to_owned(),
        };
        assert_eq!(inputs(&detail(true)), asked);
        let summary = |names: &[&str]| {
            let names = names.iter().map(|&it| it.to_owned()).collect();
            let summary = CertificateSummary::builder().domain_name("shop.example.com");
            let summary = summary.key_algorithm(KeyAlgorithm::from("RSA_2048"));
            summary.set_subject_alternative_name_summaries(Some(names)).build()
        };
        let all = ["shop.example.com", "example.com", "*.shop.example.com"];
        assert!(covers(&summary(&all), &asked));
        assert!(!covers(&summary(&all[..2]), &asked));
    }

    #[test]
    fn a_name_and_its_wildcard_have_one_record() {
        let records = known(&detail(true)).expect("records");
        let domains: Vec<&str> = records.iter().map(|it| it.domain.as_str()).collect();
        assert_eq!(domains, ["example.com", "shop.example.com"]);
        assert_eq!(records[0].name, "_1.example.com");
        assert_eq!(known(&detail(false)), None);
    }

    #[test]
    fn what_acm_lacks_or_refuses_is_told_with_what_to_do() {
        let summary = RenewalSummary::builder()
            .renewal_status(RenewalStatus::PendingValidation)
            .set_domain_validation_options(Some(vec![option("shop.example.com", true)]))
            .updated_at(aws_smithy_types::DateTime::from_secs(0))
            .build()
            .expect("a summary");
        let mut lost = detail(true);
        lost.renewal_summary = Some(summary);
        let message = [
            NO_RECORDS.to_owned(),
            unrenewed(&lost).expect("a warning"),
            explain_quota(Error::aws("LimitExceededException", "too many domains")).to_string(),
            explain_use(Error::aws("ResourceInUseException", "in use")).to_string(),
        ];
        expect![[r"
            ACM has not chosen them yet
            ACM cannot renew the certificate arn:cert: a validation record is missing. Create it again, or clients refuse the service when the certificate expires:
            _1.example.com. 300 IN CNAME _2.abc.acm-validations.aws.
            _1.shop.example.com. 300 IN CNAME _2.abc.acm-validations.aws.
            too many domains
              ACM has quotas for names of a certificate (10, if they were not raised), for certificates, and for requests in a year: `aws service-quotas list-service-quotas --service-code acm` lists them.
            in use
              Something that is not in this program uses the certificate: `aws acm describe-certificate` lists it under `InUseBy`. Give it another certificate, or keep this one with `retainOnDelete`."]].assert_eq(&message.join("\n"));
        assert_eq!(unrenewed(&detail(true)), None);
        let other = Error::aws("Throttling", "no");
        assert_eq!(explain_use(explain_quota(other.clone())), other);
    }
}
