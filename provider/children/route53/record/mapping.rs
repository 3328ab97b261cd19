//! A record as Route 53 spells it: made of what was asked for, and read back as that.

use aws_sdk_route53::types::{AliasTarget, ResourceRecord, ResourceRecordSet, RrType};

use super::Inputs;
use crate::aws::looks::dns_name;
use crate::error::{Error, Result};

pub(super) fn write(inputs: &Inputs) -> Result<ResourceRecordSet> {
    let kind = RrType::from(inputs.r#type.as_str());
    let record = ResourceRecordSet::builder().name(&inputs.name).r#type(kind);
    let record = if let (Some(name), Some(zone)) = (&inputs.alias_name, &inputs.alias_zone_id) {
        let target = AliasTarget::builder().dns_name(name).hosted_zone_id(zone);
        // The load balancer's own health checks decide which of its addresses answer.
        let target = target.evaluate_target_health(true).build().map_err(Error::bug)?;
        record.alias_target(target)
    } else {
        let value = |it: &String| ResourceRecord::builder().value(it).build().map_err(Error::bug);
        let values: Result<Vec<_>> = inputs.values.iter().flatten().map(value).collect();
        record.set_ttl(inputs.ttl.map(i64::from)).set_resource_records(Some(values?))
    };
    record.build().map_err(Error::bug)
}

pub(super) fn read(zone: &str, record: &ResourceRecordSet) -> Inputs {
    let kind = record.r#type().as_str();
    let alias = record.alias_target();
    let plain = alias.is_none();
    let mut values: Vec<String> =
        record.resource_records().iter().map(|it| value(kind, it.value())).collect();
    values.sort_unstable();
    Inputs {
        hosted_zone_id: zone.to_owned(),
        name: dns_name(record.name()),
        r#type: kind.to_owned(),
        ttl: record.ttl().filter(|_| plain).and_then(|ttl| ttl.try_into().ok()),
        values: plain.then_some(values),
        alias_name: alias.map(|it| dns_name(it.dns_name())),
        alias_zone_id: alias.map(|it| it.hosted_zone_id().to_owned()),
    }
}

/// A value as it is compared: that of a CNAME is a name.
pub(super) fn value(kind: &str, value: &str) -> String {
    if kind == "CNAME" { dns_name(value) } else { value.to_owned() }
}

/// What a record has, for people: `192.0.2.1, 192.0.2.2 (TTL 300)`.
pub(super) fn in_words(inputs: &Inputs) -> String {
    if let Some(name) = &inputs.alias_name {
        return format!("an alias of {name}");
    }
    let values = inputs.values.iter().flatten().cloned().collect::<Vec<_>>();
    format!("{} (TTL {})", values.join(", "), inputs.ttl.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::{Inputs, in_words, read, write};

    fn plain() -> Inputs {
        Inputs {
            hosted_zone_id: "Z1".to_owned(),
            name: "_1.shop.example.com".to_owned(),
            r#type: "CNAME".to_owned(),
            ttl: Some(300),
            values: Some(vec!["_2.acm-validations.aws".to_owned()]),
            alias_name: None,
            alias_zone_id: None,
        }
    }

    #[test]
    fn what_is_sent_is_read_back_as_what_was_asked_for() {
        let alias = Inputs {
            name: "*.shop.example.com".to_owned(),
            r#type: "AAAA".to_owned(),
            ttl: None,
            values: None,
            alias_name: Some("web-1.eu-west-1.elb.amazonaws.com".to_owned()),
            alias_zone_id: Some("Z32".to_owned()),
            ..plain()
        };
        for asked in [plain(), alias] {
            assert_eq!(read("Z1", &write(&asked).expect("a record")), asked);
        }
    }

    #[test]
    fn what_a_record_has_is_told() {
        let alias = Inputs { alias_name: Some("a.example.com".to_owned()), ..plain() };
        assert_eq!(in_words(&alias), "an alias of a.example.com");
        assert_eq!(in_words(&plain()), "_2.acm-validations.aws (TTL 300)");
    }
}
