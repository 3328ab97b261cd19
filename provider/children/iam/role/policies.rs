//! The inline policies of a role: one is ours. `PutRolePolicy` overwrites, so it may be repeated.

use std::time::Duration;

use super::leaving;
use crate::aws::{Explain, OrGone};
use crate::children::iam::statement::{self, Statement};
use crate::error::refused_with;
use crate::error::{Error, Result};
use crate::resource::Cx;

/// The name of the inline policy.
const POLICY: &str = "fargate";
pub(super) const GONE: [&str; 1] = ["NoSuchEntity"];
/// IAM works on another change of the same role (terraform-provider-aws, iam/role.go).
pub(super) const BUSY: [&str; 1] = ["ConcurrentModification"];
/// The inline policies of a role have 10,240 characters at most (IAM user guide, "IAM and AWS STS quotas").
const NO_ROOM: &str = "LimitExceeded";
/// How long IAM takes to agree with itself (same source).
pub(super) const USUAL: Duration = Duration::from_mins(2);

/// Makes these statements the inline policy, and keeps what the role may do now until [`narrow`].
pub(super) async fn change(
    cx: &Cx,
    role: &str,
    old: &[Statement],
    new: &[Statement],
) -> Result<()> {
    let now = document(cx, role).await?;
    let mut former = now.as_deref().map(|it| leaving::read(it).1).unwrap_or_default();
    former.extend_from_slice(old);
    match set(cx, role, &leaving::with_former(new, former)).await {
        // Not both have room. What the program says wins.
        Err(error) if error.code() == Some(NO_ROOM) => set(cx, role, new).await,
        done => done,
    }
}

/// Takes away what only earlier revisions of the service needed.
pub(super) async fn narrow(cx: &Cx, role: &str) -> Result<()> {
    let Some(now) = document(cx, role).await? else { return Ok(()) };
    let (stays, leaves) = leaving::read(&now);
    if leaves.is_empty() { Ok(()) } else { set(cx, role, &stays).await }
}

/// Makes these statements the inline policy; without any there is none.
pub(super) async fn set(cx: &Cx, role: &str, statements: &[Statement]) -> Result<()> {
    if statements.is_empty() {
        remove(cx, role, POLICY).await
    } else {
        put(cx, role, statements).await
    }
}

/// Deletes all inline policies of the role, also those of others.
pub(super) async fn clear(cx: &Cx, role: &str) -> Result<()> {
    for policy in names(cx, role).await? {
        remove(cx, role, &policy).await?;
    }
    Ok(())
}

pub(super) async fn put(cx: &Cx, role: &str, statements: &[Statement]) -> Result<()> {
    let iam = cx.aws.iam().await?;
    let document = statement::policy(statements).to_string();
    cx.retry(USUAL, settling, || async {
        iam.put_role_policy()
            .role_name(role)
            .policy_name(POLICY)
            .policy_document(&document)
            .send()
            .await
            .explain("iam:PutRolePolicy", role)
    })
    .await?;
    Ok(())
}

async fn remove(cx: &Cx, role: &str, policy: &str) -> Result<()> {
    let iam = cx.aws.iam().await?;
    cx.retry(USUAL, refused_with(&BUSY), || async {
        let call = iam.delete_role_policy().role_name(role).policy_name(policy);
        call.send().await.explain("iam:DeleteRolePolicy", role).or_gone(&GONE)
    })
    .await?;
    Ok(())
}

/// The text of the inline policy, if there is one.
pub(super) async fn document(cx: &Cx, role: &str) -> Result<Option<String>> {
    let iam = cx.aws.iam().await?;
    let call = iam.get_role_policy().role_name(role).policy_name(POLICY);
    let answer = call.send().await.explain("iam:GetRolePolicy", role).or_gone(&GONE)?;
    Ok(answer.map(|answer| answer.policy_document))
}

/// Names of all inline policies; none if the role is gone.
async fn names(cx: &Cx, role: &str) -> Result<Vec<String>> {
    let iam = cx.aws.iam().await?;
    let mut pages = iam.list_role_policies().role_name(role).into_paginator().send();
    let mut names = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.explain("iam:ListRolePolicies", role).or_gone(&GONE)?;
        names.extend(page.map(|page| page.policy_names).unwrap_or_default());
    }
    Ok(names)
}

/// Another change is going on, or a part of IAM does not see a role yet that was made a moment ago.
/// A policy that does not exist has the same code, and is not retried.
pub(super) fn settling(error: &Error) -> bool {
    refused_with(&BUSY)(error)
        || (refused_with(&GONE)(error) && error.message().contains("The role with name"))
}

#[cfg(test)]
mod tests {
    use super::settling;
    use crate::error::Error;

    #[test]
    fn a_new_role_is_waited_for_and_a_missing_policy_is_not() {
        let role = "The role with name web-task cannot be found";
        assert!(settling(&Error::aws("NoSuchEntity", role)));
        assert!(settling(&Error::aws("ConcurrentModification", "")));
        assert!(!settling(&Error::aws("NoSuchEntity", "Policy arn:… does not exist")));
    }
}
