//! ECR: what a repository holds.

use crate::aws::{Aws, Explain, OrGone};
use crate::error::Result;

const NO_REPOSITORY: [&str; 1] = ["RepositoryNotFoundException"];

impl Aws {
    /// Whether there are images in the repository; none are in one that is gone.
    pub async fn holds_images(&self, repository: &str) -> Result<bool> {
        let call = self.ecr().await?.list_images().repository_name(repository).max_results(1);
        let answer = call.send().await;
        let answer = answer.explain("ecr:ListImages", repository).or_gone(&NO_REPOSITORY)?;
        Ok(answer.is_some_and(|answer| !answer.image_ids().is_empty()))
    }
}
