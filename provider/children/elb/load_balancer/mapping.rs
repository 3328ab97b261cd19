//! A balancer as Elastic Load Balancing shows it, read back as what was asked for.

use aws_sdk_elasticloadbalancingv2::types::{
    LoadBalancer as Described, LoadBalancerAttribute, LoadBalancerSchemeEnum as Scheme,
};

use super::{Inputs, Outputs};
use crate::children::elb::attributes::Attributed;

/// A balancer and its attributes, read back as what was asked for.
pub(super) fn inputs(balancer: &Described, attributes: &[LoadBalancerAttribute]) -> Inputs {
    let mut subnets: Vec<String> = balancer
        .availability_zones()
        .iter()
        .filter_map(|zone| zone.subnet_id().map(str::to_owned))
        .collect();
    subnets.sort();
    let mut security_groups = balancer.security_groups().to_vec();
    security_groups.sort();
    let mut shown =
        Inputs::shown(attributes.iter().filter_map(|it| Some((it.key()?, it.value()?))));
    // Logs that were switched off keep their bucket, which means nothing then.
    for (on, bucket, prefix) in [
        (shown.access_logs, &mut shown.access_logs_bucket, &mut shown.access_logs_prefix),
        (
            shown.connection_logs,
            &mut shown.connection_logs_bucket,
            &mut shown.connection_logs_prefix,
        ),
        (
            shown.health_check_logs,
            &mut shown.health_check_logs_bucket,
            &mut shown.health_check_logs_prefix,
        ),
    ] {
        if !on {
            (*bucket, *prefix) = (None, None);
        }
    }
    Inputs {
        internal: balancer.scheme() == Some(&Scheme::Internal),
        vpc_id: balancer.vpc_id().unwrap_or_default().to_owned(),
        subnets,
        security_groups,
        ip_address_type: balancer.ip_address_type().map_or("ipv4", |it| it.as_str()).to_owned(),
        ..shown
    }
}

pub(super) fn outputs(balancer: &Described) -> Outputs {
    let arn = balancer.load_balancer_arn().unwrap_or_default();
    let suffix = arn.split_once(":loadbalancer/").map_or("", |(_, suffix)| suffix);
    Outputs {
        arn: arn.to_owned(),
        name: balancer.load_balancer_name().unwrap_or_default().to_owned(),
        dns_name: balancer.dns_name().unwrap_or_default().to_owned(),
        zone_id: balancer.canonical_hosted_zone_id().unwrap_or_default().to_owned(),
        arn_suffix: suffix.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_elasticloadbalancingv2::types::{AvailabilityZone, IpAddressType};

    use super::{Attributed, Described, Inputs, Scheme, inputs, outputs};

    #[test]
    fn attributes_that_differ_are_sent_and_read_back() {
        crate::children::elb::attributes::laws::each_is_read_back::<Inputs>();
    }

    #[test]
    fn what_aws_shows_beside_our_attributes_says_nothing() {
        let shown =
            [("ipv6.deny_all_igw_traffic", "true"), ("idle_timeout.timeout_seconds", "soon")];
        assert_eq!(Inputs::shown(shown), Inputs::unset());
    }

    #[test]
    fn lists_without_order_are_read_in_the_order_of_the_alphabet() {
        let zone = |id: &str| AvailabilityZone::builder().subnet_id(id).build();
        let shown = Described::builder()
            .scheme(Scheme::Internal)
            .availability_zones(zone("subnet-2"))
            .availability_zones(zone("subnet-1"))
            .security_groups("sg-2")
            .security_groups("sg-1")
            .ip_address_type(IpAddressType::Dualstack)
            .build();
        let expected = Inputs {
            internal: true,
            subnets: vec!["subnet-1".to_owned(), "subnet-2".to_owned()],
            security_groups: vec!["sg-1".to_owned(), "sg-2".to_owned()],
            ip_address_type: "dualstack".to_owned(),
            ..Inputs::unset()
        };
        assert_eq!(inputs(&shown, &[]), expected);
    }

    #[test]
    fn metrics_name_it_by_the_end_of_its_arn() {
        let arn = "arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/app/web/50dc6c495c0c9188";
        let shown = Described::builder().load_balancer_arn(arn).build();
        assert_eq!(outputs(&shown).arn_suffix, "app/web/50dc6c495c0c9188");
    }
}
