//! What a repository and an image in it ask ECR in the same words.

use std::time::Duration;

use aws_sdk_ecr::types::Repository;

use crate::aws::{Explain, OrGone};
use crate::error::Result;
use crate::resource::Cx;

pub(super) const NO_REPOSITORY: [&str; 1] = ["RepositoryNotFoundException"];
/// How long ECR may not see a repository that it has just made (terraform, ecr/repository.go).
pub(super) const SETTLING: Duration = Duration::from_mins(2);

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
    Ok(answer.and_then(|answer| answer.repositories().first().cloned()))
}

/// Whether there are images in the repository; none are in one that is gone.
pub(super) async fn holds_images(cx: &Cx, repository: &str) -> Result<bool> {
    let answer = cx
        .aws
        .ecr()
        .await?
        .list_images()
        .repository_name(repository)
        .max_results(1)
        .send()
        .await
        .explain("ecr:ListImages", repository)
        .or_gone(&NO_REPOSITORY)?;
    Ok(answer.is_some_and(|answer| !answer.image_ids().is_empty()))
}
