//! The egress rules that AWS adds to a new group.

use aws_sdk_ec2::types::{IpPermission, SecurityGroup as Described};

use crate::aws::{Explain, OrGone};
use crate::error::Result;
use crate::resource::Cx;

/// Takes away what the group lets out to everywhere.
pub(super) async fn revoke(cx: &Cx, id: &str, group: &Described) -> Result<()> {
    let open: Vec<IpPermission> =
        group.ip_permissions_egress().iter().filter_map(everything_out).collect();
    if !open.is_empty() {
        cx.aws
            .ec2()
            .await?
            .revoke_security_group_egress()
            .group_id(id)
            .set_ip_permissions(Some(open))
            .send()
            .await
            .explain("ec2:RevokeSecurityGroupEgress", id)
            .or_gone(&["InvalidPermission.NotFound"])?;
    }
    Ok(())
}

/// Only the part of a permission that lets all protocols out to everywhere: a group in a dual-stack
/// VPC gets one for each IP version.
fn everything_out(permission: &IpPermission) -> Option<IpPermission> {
    if permission.ip_protocol() != Some("-1") {
        return None;
    }
    let v4: Vec<_> = permission
        .ip_ranges()
        .iter()
        .filter(|range| range.cidr_ip() == Some("0.0.0.0/0") && range.description().is_none())
        .cloned()
        .collect();
    let v6: Vec<_> = permission
        .ipv6_ranges()
        .iter()
        .filter(|range| range.cidr_ipv6() == Some("::/0") && range.description().is_none())
        .cloned()
        .collect();
    if v4.is_empty() && v6.is_empty() {
        return None;
    }
    Some(
        IpPermission::builder()
            .ip_protocol("-1")
            .set_ip_ranges((!v4.is_empty()).then_some(v4))
            .set_ipv6_ranges((!v6.is_empty()).then_some(v6))
            .build(),
    )
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::{IpPermission, IpRange, Ipv6Range};

    use super::everything_out;

    #[test]
    fn what_aws_lets_out_by_itself_is_revoked_and_nothing_else() {
        let everywhere = IpRange::builder().cidr_ip("0.0.0.0/0");
        let ours = IpRange::builder().cidr_ip("0.0.0.0/0").description("To the world").build();
        let v6 = Ipv6Range::builder().cidr_ipv6("::/0").build();
        let all = || IpPermission::builder().ip_protocol("-1");

        let dual = all().ip_ranges(everywhere.clone().build()).ipv6_ranges(v6).build();
        assert_eq!(everything_out(&dual), Some(dual));
        assert_eq!(everything_out(&all().ip_ranges(ours).build()), None);
        let tcp = IpPermission::builder().ip_protocol("tcp").ip_ranges(everywhere.build());
        assert_eq!(everything_out(&tcp.build()), None);
    }
}
