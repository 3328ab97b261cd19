//! Which route table a subnet has.

use super::GONE;
use crate::aws::{Explain, OrGone};
use crate::error::Result;
use crate::resource::Cx;
use crate::resource::gone::gone;

/// What a subnet that has a table already is refused with (EC2 API reference, "Error codes").
const ASSOCIATED: &str = "Resource.AlreadyAssociated";

/// Gives the subnet this table, whichever it has now: never none meanwhile.
pub(super) async fn bring(cx: &Cx, subnet: &str, table: &str) -> Result<()> {
    match association(cx, subnet).await? {
        Some((now, _)) if now == table => Ok(()),
        Some((_, association)) => replace(cx, &association, table).await,
        None => associate(cx, subnet, table).await,
    }
}

/// The table that is associated with the subnet, and the association.
async fn association(cx: &Cx, subnet: &str) -> Result<Option<(String, String)>> {
    let Some(table) = cx.aws.route_table_of_subnet(subnet).await? else { return Ok(None) };
    let all = table.associations.unwrap_or_default();
    let ours = all.into_iter().find(|it| it.subnet_id() == Some(subnet));
    Ok(table.route_table_id.zip(ours.and_then(|it| it.route_table_association_id)))
}

async fn associate(cx: &Cx, subnet: &str, table: &str) -> Result<()> {
    let call = cx.aws.ec2().await?.associate_route_table().route_table_id(table);
    let answer = call.subnet_id(subnet).send().await.explain("ec2:AssociateRouteTable", subnet);
    let Err(refused) = answer else { return Ok(()) };
    match refused.code() {
        // An attempt whose answer was lost has associated it.
        Some(ASSOCIATED) => match association(cx, subnet).await? {
            Some((now, _)) if now == table => Ok(()),
            Some((_, association)) => replace(cx, &association, table).await,
            None => Err(refused),
        },
        Some(code) if GONE.contains(&code) && cx.aws.subnet(subnet).await?.is_none() => {
            Err(gone(code, &format!("the subnet {subnet}")))
        }
        _ => Err(refused),
    }
}

async fn replace(cx: &Cx, association: &str, table: &str) -> Result<()> {
    let call = cx.aws.ec2().await?.replace_route_table_association();
    let answer = call.association_id(association).route_table_id(table).send().await;
    let answer = answer.explain("ec2:ReplaceRouteTableAssociation", association);
    // An attempt whose answer was lost has replaced it: the association has another id.
    let done = answer.or_gone(&["InvalidAssociationID.NotFound"])?;
    done.map(drop).ok_or_else(|| gone("InvalidAssociationID.NotFound", association))
}
