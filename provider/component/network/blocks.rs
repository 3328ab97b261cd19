//! The blocks of a network of the service's own: the VPC's, and those of its subnets.
//!
//! The VPC's block is cut into eighths: the first four are for the public subnets of up to four zones, the
//! others for the private ones. So a zone that is added later moves nothing. A load balancer needs a
//! /27 with eight free addresses (ELB user guide, "Subnets for your load balancer"), which is an eighth of a
//! /24; AWS's largest VPC is a /16 (VPC user guide, "VPC CIDR blocks").

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// Zones that have room.
pub(super) const MOST_ZONES: u32 = 4;
/// The first private block.
const PRIVATE: u32 = MOST_ZONES;
/// Two to this power are the blocks of a VPC.
const BITS: u8 = 3;
const LARGEST: u8 = 16;
const SMALLEST: u8 = 24;

/// What a subnet is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Public,
    Private,
}

impl Side {
    /// The number of the block of this side in the zone with this number, from 0.
    fn block(self, zone: u32) -> u32 {
        match self {
            Self::Public => zone,
            Self::Private => PRIVATE + zone,
        }
    }
}

/// The block of the subnet of this side in the zone with this number, from 0; empty if the VPC's is not a
/// valid one, which a rule refuses.
pub(super) fn subnet(vpc: &str, side: Side, zone: u32) -> String {
    let blocks = vpc.parse::<Ipv4Net>().ok().and_then(|it| it.subnets(it.prefix_len() + BITS).ok());
    nth(blocks, side.block(zone))
}

/// The IPv6 block of that subnet: a /64 of the VPC's, by the same number.
pub(super) fn subnet_v6(vpc: &str, side: Side, zone: u32) -> String {
    const SUBNET: u8 = 64;
    let blocks = vpc.parse::<Ipv6Net>().ok().and_then(|it| it.subnets(SUBNET).ok());
    nth(blocks, side.block(zone))
}

fn nth<T: ToString>(blocks: Option<impl Iterator<Item = T>>, n: u32) -> String {
    let n = usize::try_from(n).unwrap_or(usize::MAX);
    blocks.and_then(|mut it| it.nth(n)).map(|it| it.to_string()).unwrap_or_default()
}

/// What is wrong with the block of a VPC.
pub(super) fn complain_of_cidr(block: &str) -> Option<String> {
    let Ok(IpNet::V4(net)) = block.parse::<IpNet>() else {
        return Some(format!("\"{block}\" is not an IPv4 CIDR block. Write it as `10.0.0.0/16`."));
    };
    if net.trunc() != net {
        let written = net.trunc();
        return Some(format!(
            "\"{block}\" has bits set beyond its prefix. Write it as `{written}`."
        ));
    }
    let prefix = net.prefix_len();
    if !(LARGEST..=SMALLEST).contains(&prefix) {
        return Some(format!(
            "A /{prefix} is not possible: /{LARGEST} to /{SMALLEST} are allowed. AWS allows no larger VPC, \
             and the load balancer needs a /27 in each zone, which is an eighth of a /{SMALLEST}."
        ));
    }
    let start = net.network();
    let unusable = start.is_loopback()
        || start.is_link_local()
        || start.is_multicast()
        || start.octets()[0] == 0
        || start.octets()[0] >= 240;
    unusable.then(|| {
        format!(
            "\"{block}\" cannot be the block of a VPC. Use one of the private ranges: `10.0.0.0/8`, \
             `172.16.0.0/12` or `192.168.0.0/16`."
        )
    })
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::{MOST_ZONES, Side, complain_of_cidr, subnet, subnet_v6};

    fn all(vpc: &str) -> Vec<String> {
        let side = |side| (0..MOST_ZONES).map(move |zone| subnet(vpc, side, zone));
        side(Side::Public).chain(side(Side::Private)).collect()
    }

    #[test]
    fn each_subnet_has_an_eighth_and_none_overlaps_another() {
        assert_eq!(
            all("10.0.0.0/24"),
            [
                "10.0.0.0/27",
                "10.0.0.32/27",
                "10.0.0.64/27",
                "10.0.0.96/27",
                "10.0.0.128/27",
                "10.0.0.160/27",
                "10.0.0.192/27",
                "10.0.0.224/27",
            ]
        );
        assert_eq!(all("10.0.0.0/16")[7], "10.0.224.0/19");
        assert_eq!(subnet("10.0.0.0", Side::Public, 0), "");
        assert_eq!(subnet_v6("2001:db8:0:1a00::/56", Side::Public, 1), "2001:db8:0:1a01::/64");
        assert_eq!(subnet_v6("2001:db8:0:1a00::/56", Side::Private, 0), "2001:db8:0:1a04::/64");
        assert_eq!(subnet_v6("", Side::Private, 0), "");
    }

    #[test]
    fn blocks_that_do_not_do_are_told() {
        let blocks = [
            "10.0.0.0/15",
            "10.0.0.0/25",
            "10.0.1.0/16",
            "2001:db8::/56",
            "ten",
            "127.0.0.0/16",
            "169.254.0.0/16",
            "0.0.0.0/16",
            "224.0.0.0/16",
        ];
        let mut told = String::new();
        for block in blocks {
            writeln!(told, "{}", complain_of_cidr(block).expect(block)).expect("text");
        }
        for block in ["10.0.0.0/16", "172.31.0.0/20", "192.168.1.0/24", "100.64.0.0/16"] {
            assert_eq!(complain_of_cidr(block), None);
        }
        expect_test::expect![[r#"
            A /15 is not possible: /16 to /24 are allowed. AWS allows no larger VPC, and the load balancer needs a /27 in each zone, which is an eighth of a /24.
            A /25 is not possible: /16 to /24 are allowed. AWS allows no larger VPC, and the load balancer needs a /27 in each zone, which is an eighth of a /24.
            "10.0.1.0/16" has bits set beyond its prefix. Write it as `10.0.0.0/16`.
            "2001:db8::/56" is not an IPv4 CIDR block. Write it as `10.0.0.0/16`.
            "ten" is not an IPv4 CIDR block. Write it as `10.0.0.0/16`.
            "127.0.0.0/16" cannot be the block of a VPC. Use one of the private ranges: `10.0.0.0/8`, `172.16.0.0/12` or `192.168.0.0/16`.
            "169.254.0.0/16" cannot be the block of a VPC. Use one of the private ranges: `10.0.0.0/8`, `172.16.0.0/12` or `192.168.0.0/16`.
            "0.0.0.0/16" cannot be the block of a VPC. Use one of the private ranges: `10.0.0.0/8`, `172.16.0.0/12` or `192.168.0.0/16`.
            "224.0.0.0/16" cannot be the block of a VPC. Use one of the private ranges: `10.0.0.0/8`, `172.16.0.0/12` or `192.168.0.0/16`.
        "#]].assert_eq(&told);
    }
}
