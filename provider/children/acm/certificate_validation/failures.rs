//! Why a certificate is not issued, and what to do.

use std::collections::BTreeSet;

use aws_sdk_acm::types::FailureReason;

use crate::aws::looks::Delegation;
use crate::children::acm::described::Needed;
use crate::error::Error;

/// The records that others have to create.
pub(super) fn records_elsewhere(missing: &[Needed]) -> String {
    format!(
        "To validate the certificate, create {} where your DNS is. They can stay for good: ACM needs them to renew \
         the certificate.\n{}",
        if missing.len() == 1 { "this record" } else { "these records" },
        lines(missing)
    )
}

pub(super) fn not_seen(missing: &[Needed]) -> String {
    let each = missing.iter().map(|it| format!("{} (CNAME {} → {})", it.domain, it.name, it.value));
    format!("ACM does not see the validation record of {}", each.collect::<Vec<_>>().join(", "))
}

pub(super) fn still_pending() -> String {
    "its names are validated, and it is still pending".to_owned()
}

pub(super) fn as_lines(missing: &[Needed]) -> String {
    format!("These records must be visible in public DNS:\n{}", lines(missing))
}

fn lines(missing: &[Needed]) -> String {
    missing.iter().map(Needed::line).collect::<Vec<_>>().join("\n")
}

/// What is wrong with the delegation of a zone of ours, or how to find out.
pub(super) fn not_delegated(
    zone: &str,
    id: &str,
    servers: &[String],
    delegation: &Delegation,
) -> Option<String> {
    let ours = servers.join(", ");
    match delegation {
        Delegation::Here => None,
        Delegation::Missing { above } => Some(format!(
            "The zone {above} has no NS record for {zone}, so its records in the zone {id} are not visible. Create one \
             with its name servers: {ours}."
        )),
        Delegation::Elsewhere { above, servers } => Some(format!(
            "The zone {above} delegates {zone} to {}, and not to the name servers of the zone {id}: {ours}. Change its \
             NS record, or set `hostedZoneId` to the zone that is delegated to.",
            servers.join(", ")
        )),
        Delegation::Unknown => Some(format!(
            "Check that {zone} is delegated to the zone {id}: `dig +short NS {zone}` must show {ours}. If it shows \
             others, set them at the registrar, or set `hostedZoneId`, or `dns: false` if your DNS is elsewhere."
        )),
    }
}

pub(super) fn gone(arn: &str) -> Error {
    crate::resource::gone::gone("ResourceNotFoundException", &format!("the certificate {arn}"))
}

/// What failed stays so; a refresh takes it for gone, and the next run requests another one.
const AGAIN: &str = "Then run `pulumi refresh` and `pulumi up`: it requests a new certificate.";

/// The texts of the reasons: ACM user guide, "Troubleshoot certificate requests".
pub(super) fn failed(arn: &str, reason: Option<&FailureReason>, names: &[String]) -> Error {
    let told = reason.map_or("no reason", FailureReason::as_str);
    let all = names.join(", ");
    let message = format!("ACM did not issue the certificate {arn} for {all}: {told}");
    let hint = match reason {
        Some(FailureReason::CaaError) => caa(names),
        Some(FailureReason::DomainNotAllowed) => {
            "A name is reported as unsafe. Ask the support of AWS to review it.".to_owned()
        }
        Some(FailureReason::InvalidPublicDomain) => {
            "A name does not end with a public top level domain, so no public certificate exists for it. Use a \
             name of a public domain, or `certificateArn` with a certificate that you import."
                .to_owned()
        }
        Some(FailureReason::AdditionalVerificationRequired) => {
            "AWS wants to know more before it issues a certificate for such a name: contact its support. Names of \
             Amazon, such as those below `amazonaws.com`, get none."
                .to_owned()
        }
        Some(FailureReason::DomainValidationDenied) => {
            "The validation of a name was denied. Use a name that is yours.".to_owned()
        }
        _ => "`aws acm describe-certificate` shows what ACM says of it.".to_owned(),
    };
    Error::aws("CertificateFailed", message).hinted(hint).hinted(AGAIN)
}

/// The closest CAA records count, on the way up from a name (RFC 8659); those for wildcards are of their own.
fn caa(names: &[String]) -> String {
    let wild = names.iter().any(|it| it.starts_with("*."));
    let bases: BTreeSet<&str> =
        names.iter().map(|it| it.strip_prefix("*.").unwrap_or(it)).collect();
    let records = bases.iter().flat_map(|base| {
        let issue = format!(r#"{base}. 300 IN CAA 0 issue "amazon.com""#);
        let wildcard = wild.then(|| format!(r#"{base}. 300 IN CAA 0 issuewild "amazon.com""#));
        [Some(issue), wildcard].into_iter().flatten()
    });
    format!(
        "CAA records say who may issue certificates for a name, and they do not allow Amazon. Look for them at the name \
         and at each name above it (`dig CAA <name>`), and add `0 issue \"amazon.com\"`{} to the first that has any; or \
         create:\n{}",
        if wild { " (and `0 issuewild \"amazon.com\"`, if there is any `issuewild`)" } else { "" },
        records.collect::<Vec<_>>().join("\n")
    )
}

/// A status in which nothing comes any more.
pub(super) fn ended(arn: &str, status: &str, pending: &[String]) -> Error {
    let of = if pending.is_empty() { String::new() } else { format!(" of {}", pending.join(", ")) };
    let message = match status {
        "VALIDATION_TIMED_OUT" => format!(
            "ACM gave up the certificate {arn}: it did not see the validation record{of} within 72 hours"
        ),
        _ => format!("the certificate {arn} cannot be used: its status is {status}"),
    };
    Error::aws("CertificateFailed", message).hinted(AGAIN)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{
        Delegation, FailureReason, Needed, as_lines, ended, failed, gone, not_delegated, not_seen,
        records_elsewhere, still_pending,
    };

    fn needed(domain: &str) -> Needed {
        Needed {
            domain: domain.to_owned(),
            name: format!("_1.{domain}"),
            value: "_2.abc.acm-validations.aws".to_owned(),
        }
    }

    #[test]
    fn what_is_missing_is_shown_as_it_is_pasted() {
        let (one, two) = (needed("shop.example.com"), needed("example.org"));
        let message = [
            records_elsewhere(std::slice::from_ref(&one)),
            records_elsewhere(&[one.clone(), two.clone()]),
            not_seen(&[one, two.clone()]),
            as_lines(&[two]),
            still_pending(),
        ];
        expect![[r"
            To validate the certificate, create this record where your DNS is. They can stay for good: ACM needs them to renew the certificate.
            _1.shop.example.com. 300 IN CNAME _2.abc.acm-validations.aws.

            To validate the certificate, create these records where your DNS is. They can stay for good: ACM needs them to renew the certificate.
            _1.shop.example.com. 300 IN CNAME _2.abc.acm-validations.aws.
            _1.example.org. 300 IN CNAME _2.abc.acm-validations.aws.

            ACM does not see the validation record of shop.example.com (CNAME _1.shop.example.com → _2.abc.acm-validations.aws), example.org (CNAME _1.example.org → _2.abc.acm-validations.aws)

            These records must be visible in public DNS:
            _1.example.org. 300 IN CNAME _2.abc.acm-validations.aws.

            its names are validated, and it is still pending"]].assert_eq(&message.join("\n\n"));
    }

    #[test]
    fn each_reason_comes_with_what_to_do() {
        let names = ["*.shop.example.com".to_owned(), "shop.example.com".to_owned()];
        let reasons = [
            FailureReason::CaaError,
            FailureReason::DomainNotAllowed,
            FailureReason::InvalidPublicDomain,
            FailureReason::AdditionalVerificationRequired,
            FailureReason::DomainValidationDenied,
            FailureReason::Other,
        ];
        let mut message: Vec<String> =
            reasons.iter().map(|it| failed("arn:cert", Some(it), &names).to_string()).collect();
        message.push(failed("arn:cert", Some(&FailureReason::CaaError), &names[1..]).to_string());
        message.push(ended("arn:cert", "VALIDATION_TIMED_OUT", &names[1..]).to_string());
        message.push(ended("arn:cert", "REVOKED", &[]).to_string());
        message.push(gone("arn:cert").to_string());
        expect![[r#"
            ACM did not issue the certificate arn:cert for *.shop.example.com, shop.example.com: CAA_ERROR
              CAA records say who may issue certificates for a name, and they do not allow Amazon. Look for them at the name and at each name above it (`dig CAA <name>`), and add `0 issue "amazon.com"` (and `0 issuewild "amazon.com"`, if there is any `issuewild`) to the first that has any; or create:
            shop.example.com. 300 IN CAA 0 issue "amazon.com"
            shop.example.com. 300 IN CAA 0 issuewild "amazon.com"
              Then run `pulumi refresh` and `pulumi up`: it requests a new certificate.
            ACM did not issue the certificate arn:cert for *.shop.example.com, shop.example.com: DOMAIN_NOT_ALLOWED
              A name is reported as unsafe. Ask the support of AWS to review it.
              Then run `pulumi refresh` and `pulumi up`: it requests a new certificate.
            ACM did not issue the certificate arn:cert for *.shop.example.com, shop.example.com: INVALID_PUBLIC_DOMAIN
              A name does not end with a public top level domain, so no public certificate exists for it. Use a name of a public domain, or `certificateArn` with a certificate that you import.
              Then run `pulumi refresh` and `pulumi up`: it requests a new certificate.
            ACM did not issue the certificate arn:cert for *.shop.example.com, shop.example.com: ADDITIONAL_VERIFICATION_REQUIRED
              AWS wants to know more before it issues a certificate for such a name: contact its support. Names of Amazon, such as those below `amazonaws.com`, get none.
              Then run `pulumi refresh` and `pulumi up`: it requests a new certificate.
            ACM did not issue the certificate arn:cert for *.shop.example.com, shop.example.com: DOMAIN_VALIDATION_DENIED
              The validation of a name was denied. Use a name that is yours.
              Then run `pulumi refresh` and `pulumi up`: it requests a new certificate.
            ACM did not issue the certificate arn:cert for *.shop.example.com, shop.example.com: OTHER
              `aws acm describe-certificate` shows what ACM says of it.
              Then run `pulumi refresh` and `pulumi up`: it requests a new certificate.
            ACM did not issue the certificate arn:cert for shop.example.com: CAA_ERROR
              CAA records say who may issue certificates for a name, and they do not allow Amazon. Look for them at the name and at each name above it (`dig CAA <name>`), and add `0 issue "amazon.com"` to the first that has any; or create:
            shop.example.com. 300 IN CAA 0 issue "amazon.com"
              Then run `pulumi refresh` and `pulumi up`: it requests a new certificate.
            ACM gave up the certificate arn:cert: it did not see the validation record of shop.example.com within 72 hours
              Then run `pulumi refresh` and `pulumi up`: it requests a new certificate.
            the certificate arn:cert cannot be used: its status is REVOKED
              Then run `pulumi refresh` and `pulumi up`: it requests a new certificate.
            the certificate arn:cert is gone from AWS
              Run `pulumi refresh`; the next `pulumi up` creates it again."#]].assert_eq(&message.join("\n"));
    }

    #[test]
    fn a_zone_that_nobody_sees_is_told_with_its_name_servers() {
        let servers = ["ns-1.awsdns-00.com".to_owned(), "ns-2.awsdns-01.net".to_owned()];
        let above = || "example.com".to_owned();
        let others = vec!["ns1.other.net".to_owned()];
        let all = [
            Delegation::Missing { above: above() },
            Delegation::Elsewhere { above: above(), servers: others },
            Delegation::Unknown,
        ];
        let message =
            all.map(|it| not_delegated("shop.example.com", "Z1", &servers, &it).expect("a hint"));
        expect![[r"
            The zone example.com has no NS record for shop.example.com, so its records in the zone Z1 are not visible. Create one with its name servers: ns-1.awsdns-00.com, ns-2.awsdns-01.net.
            The zone example.com delegates shop.example.com to ns1.other.net, and not to the name servers of the zone Z1: ns-1.awsdns-00.com, ns-2.awsdns-01.net. Change its NS record, or set `hostedZoneId` to the zone that is delegated to.
            Check that shop.example.com is delegated to the zone Z1: `dig +short NS shop.example.com` must show ns-1.awsdns-00.com, ns-2.awsdns-01.net. If it shows others, set them at the registrar, or set `hostedZoneId`, or `dns: false` if your DNS is elsewhere."]].assert_eq(&message.join("\n"));
        assert_eq!(not_delegated("shop.example.com", "Z1", &servers, &Delegation::Here), None);
    }
}
