//! ACM: certificates by the names that they cover.

use aws_sdk_acm::types::{CertificateStatus, CertificateSummary, Filters, KeyAlgorithm};

use crate::aws::tags::read;
use crate::aws::{Aws, Explain, OrGone};
use crate::error::Result;

const GONE: [&str; 1] = ["ResourceNotFoundException"];
/// Without a filter ACM lists only those whose keys are RSA of 1024 and 2048 bits (API reference, Filters).
const KEYS: [KeyAlgorithm; 7] = [
    KeyAlgorithm::Rsa1024,
    KeyAlgorithm::Rsa2048,
    KeyAlgorithm::Rsa3072,
    KeyAlgorithm::Rsa4096,
    KeyAlgorithm::EcPrime256v1,
    KeyAlgorithm::EcSecp384r1,
    KeyAlgorithm::EcSecp521r1,
];

impl Aws {
    /// All certificates of account and region that have one of these states.
    pub async fn certificates(
        &self,
        statuses: &[CertificateStatus],
    ) -> Result<Vec<CertificateSummary>> {
        let keys = Filters::builder().set_key_types(Some(KEYS.to_vec())).build();
        let call = self.acm().await?.list_certificates().includes(keys);
        let call = call.set_certificate_statuses(Some(statuses.to_vec()));
        let all: Result<Vec<_>, _> = call.into_paginator().items().send().collect().await;
        all.explain("acm:ListCertificates", "all certificates")
    }

    /// The tags of a certificate; `None` if it is gone.
    pub async fn certificate_tags(
        &self,
        arn: &str,
    ) -> Result<Option<std::collections::BTreeMap<String, String>>> {
        let call = self.acm().await?.list_tags_for_certificate().certificate_arn(arn);
        let answer = call.send().await.explain("acm:ListTagsForCertificate", arn);
        Ok(answer.or_gone(&GONE)?.map(|answer| read(answer.tags())))
    }
}
