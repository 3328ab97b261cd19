//! Whether subnets have IPv6.

use aws_sdk_ec2::types::{Subnet, SubnetCidrBlockStateCode};

use super::Inputs;
use crate::error::Problem;

/// "You must specify subnets with an associated IPv6 CIDR block", Elastic Load Balancing says of a
/// dual-stack balancer, and not which of them have none.
pub(super) fn complain_of_no_ipv6<'a>(
    inputs: &Inputs,
    path: &str,
    subnets: impl Iterator<Item = &'a Subnet>,
) -> Option<Problem> {
    if inputs.dualstack != Some(true) {
        return None;
    }
    let associated = |subnet: &Subnet| {
        let mut states = subnet.ipv6_cidr_block_association_set().iter();
        states.any(|block| {
            let state = block.ipv6_cidr_block_state().and_then(|it| it.state());
            state == Some(&SubnetCidrBlockStateCode::Associated)
        })
    };
    let mut without: Vec<&str> =
        subnets.filter(|it| !associated(it)).filter_map(Subnet::subnet_id).collect();
    without.sort_unstable();
    (!without.is_empty()).then(|| {
        let reason = format!(
            "With `loadBalancer.ipAddressType` `dualstack` each subnet of the load balancer \
             needs an IPv6 CIDR block, and these have none: {}. Associate one with each (and \
             with the VPC), or keep `ipv4`.",
            without.join(", ")
        );
        Problem::new(path, reason)
    })
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::{SubnetCidrBlockState, SubnetIpv6CidrBlockAssociation};

    use super::{Inputs, Subnet, SubnetCidrBlockStateCode, complain_of_no_ipv6};

    fn subnet(id: &str, state: Option<SubnetCidrBlockStateCode>) -> Subnet {
        let block = state.map(|state| {
            SubnetIpv6CidrBlockAssociation::builder()
                .ipv6_cidr_block("2001:db8::/64")
                .ipv6_cidr_block_state(SubnetCidrBlockState::builder().state(state).build())
                .build()
        });
        Subnet::builder()
            .subnet_id(id)
            .set_ipv6_cidr_block_association_set(block.map(|block| vec![block]))
            .build()
    }

    #[test]
    fn subnets_without_ipv6_are_named() {
        let with = subnet("subnet-1", Some(SubnetCidrBlockStateCode::Associated));
        let going = subnet("subnet-2", Some(SubnetCidrBlockStateCode::Disassociating));
        let without = subnet("subnet-3", None);
        let inputs = Inputs {
            vpc_id: None,
            public_subnet_ids: None,
            private_subnet_ids: None,
            use_default_vpc: false,
            internal: false,
            dualstack: Some(true),
            assign_public_ip: None,
        };
        let complain = |inputs, subnets: &[&Subnet]| {
            complain_of_no_ipv6(inputs, "publicSubnetIds", subnets.iter().copied())
        };
        assert_eq!(complain(&inputs, &[&with]), None);
        let message = complain(&inputs, &[&without, &with, &going]);
        expect_test::expect![
            "With `loadBalancer.ipAddressType` `dualstack` each subnet of the \
                              load balancer needs an IPv6 CIDR block, and these have none: \
                              subnet-2, subnet-3. Associate one with each (and with the VPC), or \
                              keep `ipv4`."
        ]
        .assert_eq(&message.expect("two have none").reason);
        let ipv4 = Inputs { dualstack: None, ..inputs.clone() };
        assert_eq!(complain(&ipv4, &[&without]), None);
    }
}
