//! What ACM lacks or refuses, and what to do.

use aws_sdk_acm::types::{CertificateDetail, RenewalStatus};

use crate::children::acm::described::{Needed, missing};
use crate::error::Error;

pub(super) const NO_RECORDS: &str = "ACM has not chosen them yet";

/// What to know of a certificate that ACM cannot renew.
pub(super) fn unrenewed(found: &CertificateDetail) -> Option<String> {
    let renewal = found.renewal_summary()?;
    (*renewal.renewal_status() == RenewalStatus::PendingValidation).then(|| {
        let missing = missing(renewal.domain_validation_options());
        let missing: Vec<String> = missing.iter().map(Needed::line).collect();
        format!(
            "ACM cannot renew the certificate {}: a validation record is missing. Create it again, or \
             clients refuse the service when the certificate expires:\n{}",
            found.certificate_arn().unwrap_or_default(),
            missing.join("\n")
        )
    })
}

pub(super) fn explain_quota(error: Error) -> Error {
    match error.code() {
        Some("LimitExceededException") => error.hinted(
            "ACM has quotas for names of a certificate (10, if they were not raised), for certificates, and for \
             requests in a year: `aws service-quotas list-service-quotas --service-code acm` lists them.",
        ),
        _ => error,
    }
}

pub(super) fn explain_use(error: Error) -> Error {
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
    use aws_sdk_acm::types::RenewalSummary;
    use expect_test::expect;

    use super::super::mapping::tests::{detail, option};
    use super::{Error, NO_RECORDS, RenewalStatus, explain_quota, explain_use, unrenewed};

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
