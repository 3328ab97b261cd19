//! What still uses a group that is to be deleted, and whether that ends on its own.

use aws_sdk_ec2::types::NetworkInterface;

use super::IN_USE;
use crate::children::ec2::dependents::described;
use crate::error::{Error, Result};
use crate::resource::Cx;
use crate::resource::wait::Seen;

/// What the delete of the group waits for; an error if that does not end on its own.
pub(super) async fn look(cx: &Cx, id: &str) -> Result<Seen<()>> {
    let users = cx.aws.interfaces_in_group(id).await?;
    let message = message(&users);
    let Some(who) = users.iter().find(|user| stays(user)) else {
        cx.status(&message);
        return Ok(Seen::Pending(message));
    };
    Err(does_not_go(id, &message, who.network_interface_id().unwrap_or_default()))
}

fn does_not_go(id: &str, message: &str, who: &str) -> Error {
    Error::aws(IN_USE[0], format!("the security group {id} cannot be deleted: {message}")).hinted(
        format!(
            "{who} belongs to an instance and is not deleted automatically. Remove the group \
             from it, and run the command again."
        ),
    )
}

/// Whether the group was attached to an instance. Interfaces of balancers and Fargate
/// tasks are attached too, but to no instance that EC2 would name.
fn stays(user: &NetworkInterface) -> bool {
    user.attachment().is_some_and(|attachment| attachment.instance_id().is_some())
}

fn message(users: &[NetworkInterface]) -> String {
    let who = described(users);
    if who.is_empty() {
        "it is still used, perhaps by a rule of another group".to_owned()
    } else {
        format!("it is still used by {}", who.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::{NetworkInterface, NetworkInterfaceAttachment};

    use super::{does_not_go, message, stays};
    use crate::aws::interfaces::is_balancers;

    #[test]
    fn what_keeps_a_group_is_named_and_an_instance_does_not_go_by_itself() {
        let attached = NetworkInterfaceAttachment::builder();
        let balancers = NetworkInterface::builder()
            .network_interface_id("eni-1")
            .description("ELB app/web/50dc6c495c0c9188")
            .attachment(attached.clone().instance_owner_id("amazon-elb").build())
            .build();
        let instances = NetworkInterface::builder()
            .network_interface_id("eni-2")
            .attachment(attached.instance_id("i-1").build())
            .build();
        assert_eq!((is_balancers(&balancers), stays(&balancers)), (true, false));
        assert_eq!((is_balancers(&instances), stays(&instances)), (false, true));
        let used = message(&[balancers, instances]);
        let message = [does_not_go("sg-1", &used, "eni-2").to_string(), message(&[])];
        expect_test::expect![[r"
            the security group sg-1 cannot be deleted: it is still used by eni-1 (ELB app/web/50dc6c495c0c9188), eni-2 (no description)
              eni-2 belongs to an instance and is not deleted automatically. Remove the group from it, and run the command again.
            it is still used, perhaps by a rule of another group"]].assert_eq(&message.join("\n"));
    }
}
