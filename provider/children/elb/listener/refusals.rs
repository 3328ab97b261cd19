//! Why a certificate is refused, in the program's words.

use crate::error::Error;

pub(super) fn is_fresh_certificate(error: &Error) -> bool {
    error.code() == Some("CertificateNotFound")
}

/// Why a certificate is refused, in the program's words.
pub(super) fn explain_certificate(error: Error) -> Error {
    match error.code() {
        Some("CertificateNotFound") => error.hinted(
            "Check that `certificateArn` is the ARN of a certificate of this account and region: \
             `aws acm list-certificates` lists them.",
        ),
        Some("UnsupportedCertificate") => error.hinted(
            "A load balancer takes an ACM certificate when its status is ISSUED (its domain is \
             validated) and its key is of a kind that ELB supports.",
        ),
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{Error, explain_certificate};

    #[test]
    fn a_certificate_that_does_not_fit_is_told_with_what_fits() {
        let message = ["CertificateNotFound", "UnsupportedCertificate", "Throttling"]
            .map(|code| explain_certificate(Error::aws(code, code)).to_string());
        expect![[r"
            CertificateNotFound
              Check that `certificateArn` is the ARN of a certificate of this account and region: `aws acm list-certificates` lists them.
            UnsupportedCertificate
              A load balancer takes an ACM certificate when its status is ISSUED (its domain is validated) and its key is of a kind that ELB supports.
            Throttling"]].assert_eq(&message.join("\n"));
    }
}
