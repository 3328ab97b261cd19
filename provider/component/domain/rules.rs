//! Rules on the names of the service.

use std::collections::BTreeSet;

use super::names::{complain_of_certified, complain_of_name};
use crate::component::Args;
use crate::component::inputs::choices::Warning;
use crate::component::inputs::complaints::Complaints;
use crate::component::inputs::warnings::Unmeant;
use crate::property::Output;

/// Names of a certificate: ACM user guide, "Quotas", and the most to which AWS raises it.
const USUAL_NAMES: usize = 10;
const MOST_NAMES: usize = 100;

/// Z and letters and digits (Route 53 API reference, HostedZone, Id).
pub(super) fn complain_of_zone(id: &str) -> Option<String> {
    let plain = id.strip_prefix("/hostedzone/");
    if let Some(plain) = plain {
        return Some(format!("Write the id of the zone alone: `{plain}`."));
    }
    let fits = id.len() <= 32
        && id.starts_with('Z')
        && id.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    (!fits).then(|| {
        format!("\"{id}\" is not the id of a hosted zone, such as `Z0123456789ABCDEFGHIJ`.")
    })
}

pub(in crate::component) fn problems(args: &Args, found: &mut Complaints) {
    let domain = &args.domain;
    let Some(first) = &domain.domain_name else {
        for path in domain.given() {
            found.add(
                &path,
                "It says more of `domainName`, which is not set. Set it, or remove this.",
            );
        }
        return;
    };
    if first.starts_with("*.") {
        found.add(
            "domainName",
            "Clients cannot connect to a wildcard. Set a name that they use, and add the wildcard to \
             `subjectAlternativeNames`.",
        );
    }
    let mut seen = BTreeSet::new();
    let others = domain.subject_alternative_names.iter().flatten().enumerate();
    let others = others.map(|(index, name)| (format!("subjectAlternativeNames[{index}]"), name));
    let all = std::iter::once(("domainName".to_owned(), first)).chain(others);
    for (index, (path, name)) in all.enumerate() {
        let twice = !seen.insert(name.to_ascii_lowercase());
        found.check(&path, Some(&Output::from(name.clone())), |name| {
            if twice {
                return Some(format!("\"{name}\" is given twice."));
            }
            let certified = || complain_of_certified(name, index == 0);
            complain_of_name(name).or_else(|| certified().filter(|_| args.requests_certificate()))
        });
    }
    if seen.len() > MOST_NAMES && args.requests_certificate() {
        found.add(
            "subjectAlternativeNames",
            "A certificate covers at most 100 names, `domainName` counted. Use a wildcard, or a second service.",
        );
    }
    let useless = "with `dns: false` the service has no zone and creates no record";
    found.useless("hostedZoneId", !domain.dns() && domain.hosted_zone_id.is_some(), useless);
    found.useless("dnsRecords", !domain.dns() && domain.dns_records.is_some(), useless);
    let no_record = domain.dns() && !domain.dns_records() && !args.requests_certificate();
    found.useless(
        "hostedZoneId",
        no_record && domain.hosted_zone_id.is_some(),
        "with `certificateArn` and `dnsRecords: false` the service creates no record",
    );
}

pub(in crate::component) fn warnings(args: &Args) -> Vec<Unmeant> {
    let domain = &args.domain;
    let mut found = Vec::new();
    let Some(first) = &domain.domain_name else { return found };
    let names = 1 + domain.subject_alternative_names.as_ref().map_or(0, Vec::len);
    if names > USUAL_NAMES && args.requests_certificate() {
        found.push((
            Warning::ManyNames,
            format!(
                "The certificate has {names} names. ACM allows {USUAL_NAMES}, unless AWS has raised the quota of the \
                 account: use a wildcard, or ask for a higher quota."
            ),
        ));
    }
    if !domain.dns() {
        let others = if names == 1 { "" } else { " and the other names" };
        found.push((
            Warning::RecordsElsewhere,
            format!(
                "With `dns: false` nothing leads {first}{others} to the service. Where your DNS is, create for each a \
                 CNAME record (at the top of a zone an ALIAS or ANAME record) with the value of the output \
                 `loadBalancerDnsName`."
            ),
        ));
    }
    found
}
