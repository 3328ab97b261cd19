//! Which zone it is, in words: what was found, and what the program should say.

use crate::aws::looks::{Delegation, names_above};

/// A hosted zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Zone {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) private: bool,
}

pub(super) fn not_there(id: &str) -> String {
    format!(
        "There is no hosted zone {id} in this account: `aws route53 list-hosted-zones` lists them. If the zone is in \
         another account, set `dns: false`."
    )
}

pub(super) fn chosen_elsewhere(zone: &Zone, names: &[String]) -> String {
    format!(
        "The zone {} is that of {}, and none of the service's names is in it: {}. Remove `hostedZoneId`, or set the \
         id of another zone.",
        zone.id,
        zone.name,
        names.join(", ")
    )
}

/// Two zones of a name are a question that only the user can answer.
pub(super) fn ambiguous(name: &str, zones: &[Zone]) -> String {
    let ids: Vec<&str> = zones.iter().map(|it| it.id.as_str()).collect();
    let zone = zones.first().map_or("", |it| it.name.as_str());
    format!(
        "For {name} there are {} public hosted zones {zone}: {}. Set `hostedZoneId` to the one that `dig +short NS \
         {zone}` shows the name servers of (`aws route53 get-hosted-zone --id` shows those of a zone).",
        zones.len(),
        ids.join(" and ")
    )
}

pub(super) fn no_zone(name: &str, private: &[Zone]) -> String {
    let looked: Vec<&str> = names_above(name).collect();
    let ids: Vec<String> = private.iter().map(|it| format!("{} ({})", it.id, it.name)).collect();
    let found = match ids.as_slice() {
        [] => String::new(),
        ids => format!(
            " Private zones, which are only seen inside of their VPCs, exist: {}.",
            ids.join(", ")
        ),
    };
    format!(
        "There is no public hosted zone for {name} in this account: {} {} not exist.{found} Create one, or set \
         `dns: false` if the DNS of the name is in another account or at another provider.",
        looked.join(" and "),
        if looked.len() == 1 { "does" } else { "do" }
    )
}

/// A zone that nobody is sent to.
pub(super) fn unseen(zone: &Zone, servers: &[String], delegation: &Delegation) -> Option<String> {
    let Zone { id, name, .. } = zone;
    let told = match delegation {
        Delegation::Missing { above } => format!("{above} has no NS record for {name}"),
        Delegation::Elsewhere { above, servers } => {
            format!("{above} delegates {name} to {}", servers.join(", "))
        }
        Delegation::Here | Delegation::Unknown => return None,
    };
    Some(format!(
        "The records of the hosted zone {id} ({name}) are not visible: the zone {told}. Its name servers are {}. Create the \
         NS record, or set `hostedZoneId` to the zone that answers.",
        servers.join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{Delegation, Zone, ambiguous, chosen_elsewhere, no_zone, not_there, unseen};

    #[test]
    fn what_was_found_is_told_with_what_to_set() {
        let zone = |id: &str, private: bool| Zone {
            id: id.to_owned(),
            name: "example.com".to_owned(),
            private,
        };
        let servers = ["ns-1.awsdns-00.com".to_owned()];
        let missing = Delegation::Missing { above: "example.com".to_owned() };
        let others = Delegation::Elsewhere {
            above: "example.com".to_owned(),
            servers: vec!["ns1.other.net".to_owned()],
        };
        let shop = Zone { name: "shop.example.com".to_owned(), ..zone("Z2", false) };
        let message = [
            not_there("Z0"),
            chosen_elsewhere(&zone("Z1", false), &["shop.example.org".to_owned()]),
            ambiguous("shop.example.com", &[zone("Z1", false), zone("Z2", false)]),
            no_zone("shop.example.com", &[]),
            no_zone("example.com", &[zone("Z3", true)]),
            unseen(&shop, &servers, &missing).unwrap_or_default(),
            unseen(&shop, &servers, &others).unwrap_or_default(),
        ];
        expect![[r"
            There is no hosted zone Z0 in this account: `aws route53 list-hosted-zones` lists them. If the zone is in another account, set `dns: false`.
            The zone Z1 is that of example.com, and none of the service's names is in it: shop.example.org. Remove `hostedZoneId`, or set the id of another zone.
            For shop.example.com there are 2 public hosted zones example.com: Z1 and Z2. Set `hostedZoneId` to the one that `dig +short NS example.com` shows the name servers of (`aws route53 get-hosted-zone --id` shows those of a zone).
            There is no public hosted zone for shop.example.com in this account: shop.example.com and example.com do not exist. Create one, or set `dns: false` if the DNS of the name is in another account or at another provider.
            There is no public hosted zone for example.com in this account: example.com does not exist. Private zones, which are only seen inside of their VPCs, exist: Z3 (example.com). Create one, or set `dns: false` if the DNS of the name is in another account or at another provider.
            The records of the hosted zone Z2 (shop.example.com) are not visible: the zone example.com has no NS record for shop.example.com. Its name servers are ns-1.awsdns-00.com. Create the NS record, or set `hostedZoneId` to the zone that answers.
            The records of the hosted zone Z2 (shop.example.com) are not visible: the zone example.com delegates shop.example.com to ns1.other.net. Its name servers are ns-1.awsdns-00.com. Create the NS record, or set `hostedZoneId` to the zone that answers."]].assert_eq(&message.join("\n"));
        assert_eq!(unseen(&shop, &servers, &Delegation::Here), None);
    }
}
