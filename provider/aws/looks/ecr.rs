//! ECR: what a repository holds.

use aws_sdk_ecr::types::Repository;

use super::ALL;
use crate::aws::{Aws, Explain, OrGone};
use crate::error::Result;

const NO_REPOSITORY: [&str; 1] = ["RepositoryNotFoundException"];

impl Aws {
    /// All repositories of account and region.
    pub async fn repositories(&self) -> Result<Vec<Repository>> {
        let aws = self.clone();
        let ask = move |_| {
            let aws = aws.clone();
            async move {
                let call = aws.ecr().await?.describe_repositories().max_results(1000);
                let all: Result<Vec<_>, _> = call.into_paginator().items().send().collect().await;
                all.explain("ecr:DescribeRepositories", "all repositories")
            }
        };
        self.looks().all_repositories.look("", ALL, |_, _| true, ask).await
    }

    /// Whether there are images in the repository; none are in one that is gone.
    pub async fn holds_images(&self, repository: &str) -> Result<bool> {
        let call = self.ecr().await?.list_images().repository_name(repository).max_results(1);
        let answer = call.send().await;
        let answer = answer.explain("ecr:ListImages", repository).or_gone(&NO_REPOSITORY)?;
        Ok(answer.is_some_and(|answer| !answer.image_ids().is_empty()))
    }
}
