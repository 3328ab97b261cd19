//! Route 53: hosted zones by name, records, and who answers for a zone.

use aws_sdk_route53::operation::get_hosted_zone::GetHostedZoneOutput;
use aws_sdk_route53::types::{HostedZone, HostedZoneConfig, ResourceRecordSet, RrType};

use crate::aws::{Aws, Explain, OrGone};
use crate::error::Result;

const NO_ZONE: [&str; 1] = ["NoSuchHostedZone"];

/// A name as people write it: `\052.Example.com.` is `*.example.com`. Route 53 writes lower case, a dot at the end, and
/// octal codes (developer guide, "DNS domain name format").
#[must_use]
pub fn dns_name(name: &str) -> String {
    let mut plain = String::new();
    let mut rest = name.trim_end_matches('.');
    while let Some((before, after)) = rest.split_once('\\') {
        plain.push_str(before);
        let code = after.get(..3).and_then(|code| u8::from_str_radix(code, 8).ok());
        match code {
            Some(code) => plain.push(char::from(code)),
            None => plain.push('\\'),
        }
        rest = if code.is_some() { &after[3..] } else { after };
    }
    plain.push_str(rest);
    plain.to_ascii_lowercase()
}

/// The name and the names above it that can be zones, the longest first: never a top level domain alone.
pub fn names_above(name: &str) -> impl Iterator<Item = &str> {
    let name = name.strip_prefix("*.").unwrap_or(name);
    let above = std::iter::successors(Some(name), |it| it.split_once('.').map(|(_, rest)| rest));
    above.filter(|it| it.contains('.'))
}

/// Who answers for the names of a zone, as far as this account shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delegation {
    /// The zone above is in another account, or at a registrar.
    Unknown,
    /// This zone.
    Here,
    /// Nobody: the zone above has no NS record of its name.
    Missing {
        /// The zone above.
        above: String,
    },
    /// Other name servers.
    Elsewhere {
        /// The zone above.
        above: String,
        servers: Vec<String>,
    },
}

impl Aws {
    /// The hosted zones of exactly this name, public and private ones.
    pub async fn hosted_zones_named(&self, name: &str) -> Result<Vec<HostedZone>> {
        let route53 = self.route53().await?;
        let mut found = Vec::new();
        let mut next: Option<(Option<String>, Option<String>)> =
            Some((Some(format!("{name}.")), None));
        while let Some((from, id)) = next.take() {
            let call = route53.list_hosted_zones_by_name();
            let answer = call.set_dns_name(from).set_hosted_zone_id(id).send().await;
            let answer = answer.explain("route53:ListHostedZonesByName", name)?;
            // The list begins at the name and goes on to others.
            let here = answer.hosted_zones().iter().take_while(|it| dns_name(it.name()) == name);
            let here: Vec<_> = here.cloned().collect();
            if here.len() == answer.hosted_zones().len() && answer.is_truncated() {
                next = Some((answer.next_dns_name, answer.next_hosted_zone_id));
            }
            found.extend(here);
        }
        Ok(found)
    }

    /// A hosted zone with its name servers or VPCs; `None` if it is gone.
    pub async fn hosted_zone(&self, id: &str) -> Result<Option<GetHostedZoneOutput>> {
        let call = self.route53().await?.get_hosted_zone().id(id);
        let answer = call.send().await.explain("route53:GetHostedZone", id);
        Ok(answer
            .or_gone(&NO_ZONE)?
            .filter(|it| it.hosted_zone().is_some_and(|zone| zone_id(zone.id()) == zone_id(id))))
    }

    /// The record of a name and type that has no routing policy; `None` if there is none, or no such zone.
    pub async fn dns_record(
        &self,
        zone: &str,
        name: &str,
        kind: &RrType,
    ) -> Result<Option<ResourceRecordSet>> {
        let call = self.route53().await?.list_resource_record_sets().hosted_zone_id(zone);
        let call = call.start_record_name(name).start_record_type(kind.clone()).max_items(1);
        let answer = call.send().await.explain("route53:ListResourceRecordSets", name);
        let Some(answer) = answer.or_gone(&NO_ZONE)? else { return Ok(None) };
        let fits = |it: &ResourceRecordSet| {
            dns_name(it.name()) == name && it.r#type() == kind && it.set_identifier().is_none()
        };
        Ok(answer.resource_record_sets.into_iter().find(fits))
    }

    /// Who answers for the zone `name` with these name servers.
    pub async fn delegation(&self, name: &str, servers: &[String]) -> Result<Delegation> {
        for above in names_above(name).skip(1) {
            let zones = self.hosted_zones_named(above).await?;
            let Some(zone) = zones.iter().find(|it| !is_private(it)) else { continue };
            let record = self.dns_record(zone.id(), name, &RrType::Ns).await?;
            let Some(record) = record else {
                return Ok(Delegation::Missing { above: above.to_owned() });
            };
            let told = record.resource_records().iter().map(|it| dns_name(it.value()));
            let told: Vec<String> = told.collect();
            let here = servers.iter().any(|it| told.contains(&dns_name(it)));
            return Ok(if here {
                Delegation::Here
            } else {
                Delegation::Elsewhere { above: above.to_owned(), servers: told }
            });
        }
        Ok(Delegation::Unknown)
    }
}

/// `/hostedzone/Z1` is `Z1`.
fn zone_id(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or(id)
}

fn is_private(zone: &HostedZone) -> bool {
    zone.config().is_some_and(HostedZoneConfig::private_zone)
}

#[cfg(test)]
mod tests {
    use super::{dns_name, names_above, zone_id};

    #[test]
    fn a_name_is_read_as_people_write_it() {
        for (written, name) in [
            ("\\052.Shop.Example.com.", "*.shop.example.com"),
            ("_x1.example.com", "_x1.example.com"),
            ("a\\100b.example.com.", "a@b.example.com"),
            ("a\\9.example.com", "a\\9.example.com"),
        ] {
            assert_eq!(dns_name(written), name);
        }
        assert_eq!((zone_id("/hostedzone/Z1"), zone_id("Z1")), ("Z1", "Z1"));
    }

    #[test]
    fn a_top_level_domain_is_not_looked_for() {
        let above: Vec<&str> = names_above("*.a.shop.co.uk").collect();
        assert_eq!(above, ["a.shop.co.uk", "shop.co.uk", "co.uk"]);
        assert_eq!(names_above("com").count(), 0);
    }
}
