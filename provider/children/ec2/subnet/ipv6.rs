//! The IPv6 block of a subnet: a /64 of its VPC's.

use std::time::Duration;

use aws_sdk_ec2::types::{Subnet, SubnetCidrBlockStateCode, SubnetIpv6CidrBlockAssociation};

use crate::aws::{Explain, OrGone};
use crate::error::Result;
use crate::resource::Cx;
use crate::resource::wait::Seen;

/// How long a block may take to come and to go (terraform-provider-aws, ec2/wait.go).
const USUAL: Duration = Duration::from_mins(3);

/// The association and the block that a subnet has, unless it is going.
pub(super) fn of(subnet: &Subnet) -> Option<(&str, &str)> {
    subnet
        .ipv6_cidr_block_association_set()
        .iter()
        .find(|it| {
            use SubnetCidrBlockStateCode::{Associated, Associating};
            matches!(state(it), Some(Associated | Associating))
        })
        .and_then(|it| Some((it.association_id()?, it.ipv6_cidr_block()?)))
}

fn state(block: &SubnetIpv6CidrBlockAssociation) -> Option<&SubnetCidrBlockStateCode> {
    block.ipv6_cidr_block_state().and_then(|it| it.state())
}

/// Gives the subnet this block, or none.
pub(super) async fn bring(cx: &Cx, subnet: &Subnet, wanted: Option<&str>) -> Result<()> {
    let id = subnet.subnet_id().unwrap_or_default();
    if let Some((association, block)) = of(subnet)
        && Some(block) != wanted
    {
        let call = cx.aws.ec2().await?.disassociate_subnet_cidr_block();
        let answer = call.association_id(association).send().await;
        answer
            .explain("ec2:DisassociateSubnetCidrBlock", id)
            .or_gone(&["InvalidSubnetCidrBlockAssociationID.NotFound"])?;
        until(cx, id, None).await?;
    }
    let Some(wanted) = wanted else { return Ok(()) };
    if of(subnet).is_none_or(|(_, block)| block != wanted) {
        let call = cx.aws.ec2().await?.associate_subnet_cidr_block().subnet_id(id);
        let answer = call.ipv6_cidr_block(wanted).send().await;
        answer.explain("ec2:AssociateSubnetCidrBlock", id)?;
    }
    until(cx, id, Some(wanted)).await
}

/// Waits until the subnet has this block, or none.
async fn until(cx: &Cx, id: &str, wanted: Option<&str>) -> Result<()> {
    cx.wait(&format!("the IPv6 block of subnet {id}"), USUAL, || async {
        let subnet = cx.aws.subnet(id).await?;
        let blocks = subnet.as_ref().map(Subnet::ipv6_cidr_block_association_set);
        let is = |it: &&SubnetIpv6CidrBlockAssociation| {
            state(it) == Some(&SubnetCidrBlockStateCode::Associated)
        };
        let now = blocks.unwrap_or_default().iter().find(is).and_then(|it| it.ipv6_cidr_block());
        Ok(if now == wanted { Seen::Done(()) } else { Seen::Pending(shown(now)) })
    })
    .await
}

fn shown(now: Option<&str>) -> String {
    format!("AWS shows {}", now.unwrap_or("none"))
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn a_wait_says_what_aws_shows() {
        let told = [shown(None), shown(Some("2001:db8::/64"))];
        expect_test::expect![[r"
            AWS shows none
            AWS shows 2001:db8::/64"]]
        .assert_eq(&told.join("\n"));
    }
}
