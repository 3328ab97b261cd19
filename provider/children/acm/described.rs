//! What ACM says of a certificate, as both children need it: which records validate it, and which names are still
//! waiting for theirs.

use std::collections::BTreeMap;

use aws_sdk_acm::types::{CertificateDetail, CertificateStatus, DomainStatus, DomainValidation};

use crate::aws::{Explain, OrGone};
use crate::error::Result;
use crate::resource::Cx;

pub(super) const GONE: [&str; 1] = ["ResourceNotFoundException"];

/// The CNAME that shows ACM whose a name is: the same for the name with and without `*.` (ACM user guide, "DNS
/// validation").
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Needed {
    /// Without `*.`.
    pub(super) domain: String,
    pub(super) name: String,
    pub(super) value: String,
}

impl Needed {
    /// As a line of a zone file, which most providers of DNS import, and everybody can read.
    pub(super) fn line(&self) -> String {
        format!("{}. 300 IN CNAME {}.", self.name, self.value)
    }
}

pub(super) async fn describe(cx: &Cx, arn: &str) -> Result<Option<CertificateDetail>> {
    let call = cx.aws.acm().await?.describe_certificate().certificate_arn(arn);
    let answer = call.send().await.explain("acm:DescribeCertificate", arn).or_gone(&GONE)?;
    Ok(answer.and_then(|it| it.certificate).filter(|it| it.certificate_arn() == Some(arn)))
}

/// What failed stays failed: another one has to be requested (ACM user guide, "Troubleshoot certificate requests").
pub(super) fn is_lost(certificate: &CertificateDetail) -> bool {
    use CertificateStatus::{Failed, ValidationTimedOut};
    matches!(certificate.status(), Some(Failed | ValidationTimedOut))
}

/// The records of all names, by the names; `None` while ACM does not know one yet.
pub(super) fn records(certificate: &CertificateDetail) -> Option<Vec<Needed>> {
    let options = certificate.domain_validation_options();
    let all: Option<BTreeMap<String, Needed>> =
        options.iter().map(|it| needed(it).map(|it| (it.domain.clone(), it))).collect();
    all.filter(|all| !all.is_empty()).map(|all| all.into_values().collect())
}

/// Names that are not validated yet, with their records, each once.
pub(super) fn pending(certificate: &CertificateDetail) -> Vec<Needed> {
    missing(certificate.domain_validation_options())
}

/// Those of these that are not validated.
pub(super) fn missing(options: &[DomainValidation]) -> Vec<Needed> {
    let waits = |it: &&DomainValidation| it.validation_status() != Some(&DomainStatus::Success);
    let mut by_domain = BTreeMap::new();
    for it in options.iter().filter(waits).filter_map(needed) {
        by_domain.insert(it.domain.clone(), it);
    }
    by_domain.into_values().collect()
}

fn needed(option: &DomainValidation) -> Option<Needed> {
    let record = option.resource_record()?;
    let plain = |text: &str| text.trim_end_matches('.').to_ascii_lowercase();
    let domain = option.domain_name();
    Some(Needed {
        domain: domain.strip_prefix("*.").unwrap_or(domain).to_owned(),
        name: plain(record.name()),
        value: plain(record.value()),
    })
}
