//! What others have in the place of a record, or need of it.

use aws_sdk_acm::types::CertificateStatus;

use super::Inputs;
use super::mapping::in_words;
use crate::error::{Error, Result};
use crate::resource::known_in_run::in_region;
use crate::resource::owner::{LINEAGE_TAG, SERVICE_TAG};
use crate::resource::{Cx, Tags};

/// CloudFront's certificates are all there.
const OF_CLOUDFRONT: &str = "us-east-1";

/// Whether a certificate of the account that is not this service's needs the validation record: to be issued, or to be
/// renewed. Of the other regions only that of CloudFront is looked at.
pub(super) async fn is_needed_by_others(cx: &Cx, record: &Inputs) -> Result<bool> {
    use CertificateStatus::{Issued, PendingValidation};
    let Some((_, domain)) = record.name.split_once('.') else { return Ok(false) };
    let region = cx.aws.region();
    let is_there = !["cn-", "us-gov-"].iter().any(|it| region.starts_with(it));
    let elsewhere = (is_there && region != OF_CLOUDFRONT).then(|| cx.aws.elsewhere(OF_CLOUDFRONT));
    for aws in [Some(cx.aws.clone()), elsewhere].into_iter().flatten() {
        let all = match aws.certificates(&[PendingValidation, Issued]).await {
            // Who may not look there cannot know, and a record that stays does no harm.
            Err(error) if aws.region() != region && is_refused(&error) => return Ok(true),
            all => all?,
        };
        for it in all {
            let names = it.subject_alternative_name_summaries().iter().map(String::as_str);
            let mut names = names.chain(it.domain_name());
            if !names.any(|name| name.strip_prefix("*.").unwrap_or(name) == domain) {
                continue;
            }
            let Some(arn) = it.certificate_arn() else { continue };
            let tags = aws.certificate_tags(arn).await?;
            // A service whose name changes has certificates under both names, until the old one has gone.
            let ours = |tags: &Tags| {
                let same = |key| tags.contains_key(key) && tags.get(key) == cx.tags.get(key);
                let declared = |it: &String| cx.names.declared.contains(&in_region(it, region));
                let successor = tags.get(SERVICE_TAG).is_some_and(declared);
                same(LINEAGE_TAG) && (same(SERVICE_TAG) || !successor)
            };
            if tags.is_some_and(|tags| !ours(&tags)) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Whether the caller may not do it, by whichever policy.
fn is_refused(error: &Error) -> bool {
    error.code().is_some_and(|code| code.starts_with("AccessDenied"))
}

/// The place has another record.
pub(super) fn taken(there: &Inputs) -> Error {
    let message = format!(
        "the name is taken: the zone {} has a record {} {}, {}, and no FargateWebService created it. Nothing was \
         changed",
        there.hosted_zone_id,
        there.name,
        there.r#type,
        in_words(there)
    );
    Error::aws("NameTaken", message).hinted(
        "To keep it, set `dnsRecords: false`. If the name should lead to this service, delete the record and run `pulumi \
         up` again; or, without a gap, make it an alias of this service's load balancer in Route 53 first: such a \
         record is taken over.",
    )
}

/// It is not as the last run left it.
pub(super) fn was_changed(there: &Inputs) -> Error {
    let message = format!(
        "the record {} {} was changed outside of Pulumi: it is {} now. Nothing was changed",
        there.name,
        there.r#type,
        in_words(there)
    );
    Error::aws("RecordChanged", message).hinted(
        "If this service should change it back, run `pulumi refresh`, and `pulumi up` again.",
    )
}

pub(super) fn left(there: &Inputs) -> String {
    format!(
        "The record {} {} was not deleted: it was changed outside of Pulumi, and is {} now. If nothing needs it, \
         delete it in Route 53.",
        there.name,
        there.r#type,
        in_words(there)
    )
}

pub(super) fn kept(there: &Inputs) -> String {
    format!(
        "kept the record {}: another certificate of the account needs it, or may need it",
        there.name
    )
}

/// What to do about a change that Route 53 refuses.
pub(super) fn explain(error: Error) -> Error {
    match error.code() {
        Some("NoSuchHostedZone") => error.hinted(
            "The zone was deleted. If there is another one, run `pulumi up --replace` with the URN of the \
             service's `HostedZones`: it looks for the zone again.",
        ),
        Some("InvalidChangeBatch") if error.message().contains("CNAME") => error.hinted(
            "A name that has a CNAME record has no others. Delete the one that is there if the name should lead to \
             this service, or set `dnsRecords: false`.",
        ),
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{Error, Inputs, explain, kept, left, taken, was_changed};

    #[test]
    fn what_others_have_is_told_with_what_to_do() {
        let there = Inputs {
            hosted_zone_id: "Z1".to_owned(),
            name: "shop.example.com".to_owned(),
            r#type: "A".to_owned(),
            ttl: Some(300),
            values: Some(vec!["192.0.2.1".to_owned()]),
            alias_name: None,
            alias_zone_id: None,
        };
        let message = [
            taken(&there).to_string(),
            was_changed(&there).to_string(),
            left(&there),
            kept(&there),
            explain(Error::aws("NoSuchHostedZone", "no zone")).to_string(),
            explain(Error::aws("InvalidChangeBatch", "RRSet of type CNAME")).to_string(),
            explain(Error::aws("InvalidChangeBatch", "too long")).to_string(),
        ];
        expect![[r"
            the name is taken: the zone Z1 has a record shop.example.com A, 192.0.2.1 (TTL 300), and no FargateWebService created it. Nothing was changed
              To keep it, set `dnsRecords: false`. If the name should lead to this service, delete the record and run `pulumi up` again; or, without a gap, make it an alias of this service's load balancer in Route 53 first: such a record is taken over.
            the record shop.example.com A was changed outside of Pulumi: it is 192.0.2.1 (TTL 300) now. Nothing was changed
              If this service should change it back, run `pulumi refresh`, and `pulumi up` again.
            The record shop.example.com A was not deleted: it was changed outside of Pulumi, and is 192.0.2.1 (TTL 300) now. If nothing needs it, delete it in Route 53.
            kept the record shop.example.com: another certificate of the account needs it, or may need it
            no zone
              The zone was deleted. If there is another one, run `pulumi up --replace` with the URN of the service's `HostedZones`: it looks for the zone again.
            RRSet of type CNAME
              A name that has a CNAME record has no others. Delete the one that is there if the name should lead to this service, or set `dnsRecords: false`.
            too long"]].assert_eq(&message.join("\n"));
    }
}
