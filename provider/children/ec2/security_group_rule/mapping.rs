//! A rule as EC2 spells it: made of what was asked for, and read back as that.

use aws_sdk_ec2::types::{
    IpPermission, IpRange, Ipv6Range, PrefixListId, SecurityGroupRule as Described,
    SecurityGroupRuleRequest, UserIdGroupPair,
};

use super::Inputs;

/// The rule, for the call that makes it.
pub(super) fn permission(inputs: &Inputs) -> IpPermission {
    let description = &inputs.description;
    let v4 = inputs
        .cidr_ipv4
        .as_ref()
        .map(|cidr| vec![IpRange::builder().cidr_ip(cidr).description(description).build()]);
    let v6 = inputs
        .cidr_ipv6
        .as_ref()
        .map(|cidr| vec![Ipv6Range::builder().cidr_ipv6(cidr).description(description).build()]);
    let group = inputs
        .referenced_security_group_id
        .as_ref()
        .map(|id| vec![UserIdGroupPair::builder().group_id(id).description(description).build()]);
    let list = inputs.prefix_list_id.as_ref().map(|id| {
        vec![PrefixListId::builder().prefix_list_id(id).description(description).build()]
    });
    IpPermission::builder()
        .ip_protocol(&inputs.protocol)
        .set_from_port(inputs.from_port)
        .set_to_port(inputs.to_port)
        .set_ip_ranges(v4)
        .set_ipv6_ranges(v6)
        .set_user_id_group_pairs(group)
        .set_prefix_list_ids(list)
        .build()
}

/// The rule, for the call that changes it.
pub(super) fn request(inputs: &Inputs) -> SecurityGroupRuleRequest {
    SecurityGroupRuleRequest::builder()
        .ip_protocol(&inputs.protocol)
        .set_from_port(inputs.from_port)
        .set_to_port(inputs.to_port)
        .set_cidr_ipv4(inputs.cidr_ipv4.clone())
        .set_cidr_ipv6(inputs.cidr_ipv6.clone())
        .set_prefix_list_id(inputs.prefix_list_id.clone())
        .set_referenced_group_id(inputs.referenced_security_group_id.clone())
        .description(&inputs.description)
        .build()
}

/// A rule read back: with all protocols EC2 says port -1 where none was given.
pub(super) fn inputs(rule: &Described) -> Inputs {
    let port = |port: Option<i32>| port.filter(|port| *port >= 0);
    Inputs {
        security_group_id: rule.group_id().unwrap_or_default().to_owned(),
        direction: if rule.is_egress() == Some(true) { "egress" } else { "ingress" }.to_owned(),
        protocol: rule.ip_protocol().unwrap_or_default().to_owned(),
        from_port: port(rule.from_port()),
        to_port: port(rule.to_port()),
        cidr_ipv4: rule.cidr_ipv4().map(str::to_owned),
        cidr_ipv6: rule.cidr_ipv6().map(str::to_owned),
        prefix_list_id: rule.prefix_list_id().map(str::to_owned),
        referenced_security_group_id: rule
            .referenced_group_info()
            .and_then(|group| group.group_id())
            .map(str::to_owned),
        description: rule.description().unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::ReferencedSecurityGroup;

    use super::{Described, Inputs, inputs, permission};

    fn between_groups() -> Inputs {
        Inputs {
            security_group_id: "sg-1".to_owned(),
            direction: "ingress".to_owned(),
            protocol: "tcp".to_owned(),
            from_port: Some(8080),
            to_port: Some(8080),
            cidr_ipv4: None,
            cidr_ipv6: None,
            prefix_list_id: None,
            referenced_security_group_id: Some("sg-2".to_owned()),
            description: "From the load balancer".to_owned(),
        }
    }

    #[test]
    fn the_description_goes_to_the_one_source() {
        let asked = between_groups();
        let sent = permission(&asked);
        let pair = sent.user_id_group_pairs().first().expect("a pair");
        assert_eq!((sent.from_port(), sent.to_port()), (Some(8080), Some(8080)));
        assert_eq!(pair.group_id(), Some("sg-2"));
        assert_eq!(pair.description(), Some("From the load balancer"));
        assert!(sent.ip_ranges().is_empty() && sent.ipv6_ranges().is_empty());

        let asked = Inputs {
            cidr_ipv6: Some("::/0".to_owned()),
            referenced_security_group_id: None,
            ..asked
        };
        let sent = permission(&asked);
        assert_eq!(sent.ipv6_ranges().first().and_then(|it| it.cidr_ipv6()), Some("::/0"));
        assert!(sent.user_id_group_pairs().is_empty());
    }

    #[test]
    fn what_aws_shows_is_read_as_what_was_asked_for() {
        let shown = Described::builder()
            .group_id("sg-1")
            .is_egress(false)
            .ip_protocol("tcp")
            .from_port(8080)
            .to_port(8080)
            .referenced_group_info(ReferencedSecurityGroup::builder().group_id("sg-2").build())
            .description("From the load balancer")
            .build();
        assert_eq!(inputs(&shown), between_groups());
    }

    #[test]
    fn all_protocols_means_no_ports() {
        let shown = Described::builder()
            .group_id("sg-1")
            .is_egress(true)
            .ip_protocol("-1")
            .from_port(-1)
            .to_port(-1)
            .cidr_ipv4("0.0.0.0/0")
            .build();
        let expected = Inputs {
            prefix_list_id: None,
            security_group_id: "sg-1".to_owned(),
            direction: "egress".to_owned(),
            protocol: "-1".to_owned(),
            from_port: None,
            to_port: None,
            cidr_ipv4: Some("0.0.0.0/0".to_owned()),
            cidr_ipv6: None,
            referenced_security_group_id: None,
            description: String::new(),
        };
        assert_eq!(inputs(&shown), expected);
    }
}
