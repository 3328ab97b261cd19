//! Those inputs of a balancer that are attributes: what has to be sent, and how it is read back.

use aws_sdk_elasticloadbalancingv2::types::LoadBalancerAttribute as Attribute;

use super::Inputs;
use crate::children::elb::balancer_attributes::{
    DELETION_PROTECTION, DROP_INVALID, IDLE_TIMEOUT, value,
};

/// A balancer's attributes when nobody has set any (botocore, LoadBalancerAttribute).
pub(super) fn defaults() -> Inputs {
    Inputs {
        internal: false,
        vpc_id: String::new(),
        subnets: Vec::new(),
        security_groups: Vec::new(),
        idle_timeout: 60,
        deletion_protection: false,
        drop_invalid_header_fields: false,
        ip_address_type: "ipv4".to_owned(),
    }
}

/// Attributes of which none is what is asked for.
pub(super) fn opposite(of: &Inputs) -> Inputs {
    Inputs {
        idle_timeout: 0,
        deletion_protection: !of.deletion_protection,
        drop_invalid_header_fields: !of.drop_invalid_header_fields,
        ..of.clone()
    }
}

/// What has to be sent to come from `old` to `new`.
pub(super) fn changed(old: &Inputs, new: &Inputs) -> Vec<Attribute> {
    let texts = |of: &Inputs| {
        [
            (IDLE_TIMEOUT, of.idle_timeout.to_string()),
            (DELETION_PROTECTION, of.deletion_protection.to_string()),
            (DROP_INVALID, of.drop_invalid_header_fields.to_string()),
        ]
    };
    let both = texts(old).into_iter().zip(texts(new));
    both.filter(|(old, new)| old != new)
        .map(|(_, (key, value))| Attribute::builder().key(key).value(value).build())
        .collect()
}

/// What attributes say; nothing is said of the rest.
pub(super) fn inputs(attributes: &[Attribute]) -> Inputs {
    Inputs {
        idle_timeout: value(attributes, IDLE_TIMEOUT).parse().unwrap_or(60),
        deletion_protection: value(attributes, DELETION_PROTECTION) == "true",
        drop_invalid_header_fields: value(attributes, DROP_INVALID) == "true",
        ..defaults()
    }
}

#[cfg(test)]
mod tests {
    use super::{Inputs, changed, defaults, inputs, opposite};

    fn asked() -> Inputs {
        Inputs { deletion_protection: true, idle_timeout: 120, ..defaults() }
    }

    #[test]
    fn only_attributes_that_differ_are_sent() {
        assert!(changed(&defaults(), &defaults()).is_empty());
        assert_eq!(changed(&defaults(), &asked()).len(), 2);
        assert_eq!(changed(&opposite(&asked()), &asked()).len(), 3);
    }

    #[test]
    fn attributes_are_read_back() {
        let sent = changed(&opposite(&asked()), &asked());
        assert_eq!(inputs(&sent), asked());
    }
}
