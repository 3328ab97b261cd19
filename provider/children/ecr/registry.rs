//! What a repository and an image in it ask ECR in the same words.

use std::time::Duration;

use aws_sdk_ecr::types::Repository;

use crate::aws::{Explain, OrGone};
use crate::error::Result;
use crate::resource::Cx;

pub(super) const NO_REPOSITORY: [&str; 1] = ["RepositoryNotFoundException"];
/// How long ECR may not see a repository that it has just made (terraform, ecr/repository.go).
pub(super) const SETTLING: Duration = Duration::from_mins(2);

/// How the tags begin that keep an image, whatever else is let go.
pub(super) const KEPT: &str = "fargate-keep-";

/// The repository of this name, if there is one.
pub(super) async fn repository(cx: &Cx, name: &str) -> Result<Option<Repository>> {
    let answer = cx
        .aws
        .ecr()
        .await?
        .describe_repositories()
        .repository_names(name)
        .send()
        .await
        .explain("ecr:DescribeRepositories", name)
        .or_gone(&NO_REPOSITORY)?;
    let named = |it: &Repository| it.repository_name() == Some(name);
    let found = answer.and_then(|answer| answer.repositories);
    Ok(found.into_iter().flatten().find(named))
}
