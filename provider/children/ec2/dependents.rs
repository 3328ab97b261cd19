//! What keeps a subnet, a gateway or a VPC from being deleted, and for how long that is worth waiting.

use std::future::Future;

use aws_sdk_ec2::types::NetworkInterface;

use crate::aws::interfaces::LINGER;
use crate::error::{Error, Result};
use crate::resource::Cx;
use crate::resource::lifecycle::{Boxed, Swept, remove_debris};
use crate::resource::wait::Seen;

const VIOLATED: &str = "DependencyViolation";

/// Deletes `what`, whose id is `id`, and waits while EC2 refuses it because of what depends on it: debris of
/// interrupted runs is removed, and interfaces of load balancers and tasks go after a while
/// (terraform-provider-aws waits as long for them). `left` says what is still there.
pub(super) fn delete_when_free<'a, D, L>(
    cx: &'a Cx,
    what: &'a str,
    id: &'a str,
    delete: impl Fn() -> D + Send + Sync + 'a,
    left: impl Fn() -> L + Send + Sync + 'a,
) -> Boxed<'a, ()>
where
    D: Future<Output = Result<()>> + Send + 'a,
    L: Future<Output = Result<Vec<String>>> + Send + 'a,
{
    Box::pin(async move {
        match delete().await {
            Err(refused) if is_violated(&refused) => {}
            other => return other,
        }
        remove_debris(cx, None, Swept::Holding(id)).await?;
        cx.wait(&format!("the deletion of {what} {id}"), LINGER, || async {
            match delete().await {
                Err(refused) if is_violated(&refused) => Ok(Seen::Pending(message(&left().await?))),
                other => other.map(Seen::Done),
            }
        })
        .await
    })
}

fn is_violated(error: &Error) -> bool {
    error.code() == Some(VIOLATED)
}

/// Interfaces, each with what AWS says of it.
pub(super) fn described(interfaces: &[NetworkInterface]) -> Vec<String> {
    let one = |it: &NetworkInterface| {
        let id = it.network_interface_id().unwrap_or_default();
        let what = it.description().filter(|it| !it.is_empty()).unwrap_or("no description");
        format!("{id} ({what})")
    };
    interfaces.iter().map(one).collect()
}

fn message(left: &[String]) -> String {
    const SHOWN: usize = 10;
    if left.is_empty() {
        return "AWS says that something still depends on it, and shows nothing that does"
            .to_owned();
    }
    let more = left.len().saturating_sub(SHOWN);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    let some: Vec<&str> = left.iter().take(SHOWN).map(String::as_str).collect();
    format!("these still depend on it: {}{more}", some.join(", "))
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::NetworkInterface;

    use super::{described, message};

    #[test]
    fn what_keeps_an_object_is_named() {
        let interface = NetworkInterface::builder().network_interface_id("eni-1");
        let balancers = interface.clone().description("ELB app/web/50dc6c495c0c9188").build();
        let many: Vec<String> = (1..=12).map(|n| format!("sg-{n}")).collect();
        let told = [
            message(&described(&[balancers, interface.description("").build()])),
            message(&many),
            message(&[]),
        ];
        expect_test::expect![[r"
            these still depend on it: eni-1 (ELB app/web/50dc6c495c0c9188), eni-1 (no description)
            these still depend on it: sg-1, sg-2, sg-3, sg-4, sg-5, sg-6, sg-7, sg-8, sg-9, sg-10 and 2 more
            AWS says that something still depends on it, and shows nothing that does"]]
        .assert_eq(&told.join("\n"));
    }
}
