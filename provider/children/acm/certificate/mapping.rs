//! A certificate as ACM spells it, read as it was asked for.

use std::collections::BTreeSet;

use aws_sdk_acm::types::{CertificateDetail, CertificateSummary, KeyAlgorithm};

use super::{Inputs, ValidationRecord};
use crate::children::acm::described::records;
use crate::property::{Map, Value};

/// The output of that name.
const RECORDS_OUTPUT: &str = "validationRecords";

/// Whether the certificate is for just these names.
pub(super) fn covers(found: &CertificateSummary, inputs: &Inputs) -> bool {
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

pub(super) fn inputs(found: &CertificateDetail) -> Inputs {
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

pub(super) fn known(found: &CertificateDetail) -> Option<Vec<ValidationRecord>> {
    let records = records(found)?.into_iter();
    let told =
        records.map(|it| ValidationRecord { domain: it.domain, name: it.name, value: it.value });
    Some(told.collect())
}

/// The record of a name is the same in all requests of an account (ACM user guide, "DNS validation"), so those of names that
/// stay do too.
pub(super) fn inherited(inputs: &Inputs, replaced: &Map) -> Map {
    let Some(Value::List(records)) = replaced.get(RECORDS_OUTPUT) else { return Map::new() };
    let names = inputs.subject_alternative_names.iter().chain([&inputs.domain_name]);
    let names: BTreeSet<&str> = names.map(|it| it.strip_prefix("*.").unwrap_or(it)).collect();
    let domain = |it: &Value| match it {
        Value::Map(record) => record.get("domain").and_then(Value::as_str).map(str::to_owned),
        _ => None,
    };
    let of_name = |name: &str| records.iter().find(|it| domain(it).as_deref() == Some(name));
    let records = names.into_iter().map(|it| of_name(it).cloned().unwrap_or_else(Value::unknown));
    let records = records.collect();
    Map::from([(RECORDS_OUTPUT.to_owned(), Value::List(records))])
}

#[cfg(test)]
pub(super) mod tests {
    use aws_sdk_acm::types::{DomainStatus, DomainValidation, RecordType, ResourceRecord};

    use super::{
        CertificateDetail, CertificateSummary, Inputs, KeyAlgorithm, covers, inputs, known,
    };

    pub(in crate::children::acm::certificate) fn option(
        domain: &str,
        record: bool,
    ) -> DomainValidation {
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

    pub(in crate::children::acm::certificate) fn detail(record: bool) -> CertificateDetail {
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
}
