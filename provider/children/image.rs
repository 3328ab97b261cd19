//! The image: which digest a tag of the repository stands for right now.
//!
//! Nothing is made, changed or removed in AWS: images are pushed by others. What is kept is the
//! digest, so that a task definition names an image that cannot change under it, and a push of
//! the same tag is a change that a preview can see. There need not be an image yet; then `found`
//! says so.

use aws_sdk_ecr::types::ImageDetail;
use serde::{Deserialize, Serialize};

use super::registry::{self, NO_REPOSITORY, SETTLING};
use crate::aws::{Explain, OrGone};
use crate::error::{Error, Result};
use crate::property::{Form, Plain};
use crate::resource::{
    Cx, EVERYWHERE, Live, Made, Needed, Permission, Resource, Settled, Standing,
};

/// The image.
pub struct Image;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    pub repository_name: F::Of<String>,
    pub repository_url: F::Of<String>,
    pub tag: F::Of<String>,
}

/// What AWS says of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    /// `sha256:…`; empty while the repository has no such image.
    pub digest: F::Of<String>,
    /// What a container runs: `url@digest`, or `url:tag` while there is no image.
    pub uri: F::Of<String>,
    pub found: F::Of<bool>,
}

const NO_IMAGE: [&str; 1] = ["ImageNotFoundException"];

impl Resource for Image {
    const TYPE: &'static str = "fargate:ecr:Image";
    const PERMISSIONS: &'static [Permission] = &[Permission {
        sid: "Image",
        to: "see which image a tag stands for",
        needed: Needed::If("it runs an image of its own repository"),
        actions: &["ecr:DescribeImages", "ecr:DescribeRepositories"],
        on: &["arn:aws:ecr:*:*:repository/*"],
        ..EVERYWHERE
    }];
    const REPLACE_ON: &'static [&'static str] = &[];
    /// Another tag, or a push: all of them go with the digest.
    const CHANGES_ON_UPDATE: &'static [&'static str] = &["digest", "uri", "found"];
    /// It is a look at a repository, and [`Resource::moved`] looks again: the id says only where it
    /// looked first.
    const KEEPS_ITSELF: bool = true;
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    async fn preview(cx: &Cx, inputs: &Inputs) -> Result<Option<Outputs>> {
        Ok(Some(look(cx, inputs).await?.unwrap_or_else(|| outputs(inputs, None))))
    }

    async fn moved(cx: &Cx, inputs: &Inputs, outputs: &Outputs) -> Result<Vec<&'static str>> {
        let now = look(cx, inputs).await?.unwrap_or_else(|| self::outputs(inputs, None));
        Ok(changed(outputs, &now))
    }

    async fn find(_cx: &Cx, _inputs: &Inputs) -> Result<Option<Standing>> {
        Ok(None)
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let id = format!("{}:{}", inputs.repository_name, inputs.tag);
        Ok(Made { id, outputs: look_patiently(cx, inputs).await? })
    }

    async fn read(cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        let (repository, tag) = parts(id)?;
        let known = registry::repository(cx, repository).await?;
        let Some(url) = known.and_then(|it| it.repository_uri) else { return Ok(None) };
        let inputs = Inputs {
            repository_name: repository.to_owned(),
            repository_url: url,
            tag: tag.to_owned(),
        };
        let found = look(cx, &inputs).await?;
        Ok(found.map(|outputs| Live { inputs, outputs, tags: None }))
    }

    async fn update(
        cx: &Cx,
        _id: &str,
        _old: Option<&Inputs>,
        new: &Inputs,
        _outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        Ok(look_patiently(cx, new).await?.into())
    }

    async fn delete(_cx: &Cx, _id: &str, _inputs: &Inputs, _outputs: &Outputs) -> Result<()> {
        Ok(())
    }
}

/// The image as it is now; `None` if the repository is gone.
async fn look(cx: &Cx, inputs: &Inputs) -> Result<Option<Outputs>> {
    ask(cx, inputs).await.or_gone(&NO_REPOSITORY)
}

/// The image in a repository that was perhaps made only now.
async fn look_patiently(cx: &Cx, inputs: &Inputs) -> Result<Outputs> {
    // ECR may not see at once what it has just made (SETTLING).
    let outputs = cx.retry(SETTLING, super::ours::is(&NO_REPOSITORY), || ask(cx, inputs)).await?;
    if !outputs.found {
        cx.warn(&how_to_push(inputs, cx.aws.region()));
    }
    Ok(outputs)
}

/// What to do about a repository that does not hold the image yet.
fn how_to_push(inputs: &Inputs, region: &str) -> String {
    let Inputs { repository_url: url, tag, .. } = inputs;
    let registry = url.split('/').next().unwrap_or_default();
    format!(
        "There is no image {url}:{tag} yet, so the service has no tasks. Push it, and run `pulumi up` \
         again:\n  \
         aws ecr get-login-password --region {region} | docker login --username AWS \
         --password-stdin {registry}\n  \
         docker build --tag {url}:{tag} .\n  \
         docker push {url}:{tag}"
    )
}

async fn ask(cx: &Cx, inputs: &Inputs) -> Result<Outputs> {
    let tag = aws_sdk_ecr::types::ImageIdentifier::builder().image_tag(&inputs.tag).build();
    let answer = cx
        .aws
        .ecr()
        .await?
        .describe_images()
        .repository_name(&inputs.repository_name)
        .image_ids(tag)
        .send()
        .await
        .explain("ecr:DescribeImages", &format!("{}:{}", inputs.repository_name, inputs.tag))
        .or_gone(&NO_IMAGE)?;
    let tagged = |it: &ImageDetail| it.image_tags().contains(&inputs.tag);
    let found = answer.and_then(|answer| answer.image_details);
    let digest = found.into_iter().flatten().find(tagged).and_then(|it| it.image_digest);
    Ok(outputs(inputs, digest))
}

/// An id is `<repository>:<tag>`; neither part can hold a colon.
fn parts(id: &str) -> Result<(&str, &str)> {
    id.split_once(':')
        .filter(|(repository, tag)| !repository.is_empty() && !tag.is_empty())
        .ok_or_else(|| {
            let told =
                format!("an image is named `<repository>:<tag>`, such as `web:latest`, not `{id}`");
            Error::aws("InvalidId", told)
        })
}

fn outputs(inputs: &Inputs, digest: Option<String>) -> Outputs {
    let url = &inputs.repository_url;
    match digest {
        Some(digest) => Outputs { uri: format!("{url}@{digest}"), digest, found: true },
        None => {
            Outputs { uri: format!("{url}:{}", inputs.tag), digest: String::new(), found: false }
        }
    }
}

/// Names of the outputs that differ.
fn changed(old: &Outputs, now: &Outputs) -> Vec<&'static str> {
    [
        ("digest", old.digest != now.digest),
        ("uri", old.uri != now.uri),
        ("found", old.found != now.found),
    ]
    .into_iter()
    .filter_map(|(name, differs)| differs.then_some(name))
    .collect()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{Inputs, changed, how_to_push, outputs, parts};

    fn inputs() -> Inputs {
        Inputs {
            repository_name: "web".to_owned(),
            repository_url: "123456789012.dkr.ecr.eu-central-1.amazonaws.com/web".to_owned(),
            tag: "latest".to_owned(),
        }
    }

    #[test]
    fn a_container_runs_the_digest_or_waits_for_the_tag() {
        let found = outputs(&inputs(), Some("sha256:1".to_owned()));
        assert_eq!(found.uri, format!("{}@sha256:1", inputs().repository_url));
        let missing = outputs(&inputs(), None);
        assert_eq!(missing.uri, format!("{}:latest", inputs().repository_url));
        assert_eq!((missing.digest.as_str(), missing.found), ("", false));
    }

    #[test]
    fn a_push_moves_what_it_changes_and_no_more() {
        let first = outputs(&inputs(), Some("sha256:1".to_owned()));
        let second = outputs(&inputs(), Some("sha256:2".to_owned()));
        assert!(changed(&first, &first).is_empty());
        assert_eq!(changed(&first, &second), ["digest", "uri"]);
        assert_eq!(changed(&outputs(&inputs(), None), &first), ["digest", "uri", "found"]);
    }

    #[test]
    fn an_id_names_repository_and_tag() {
        assert_eq!(parts("team/web:v1"), Ok(("team/web", "v1")));
        assert!(parts("web").is_err());
    }

    #[test]
    fn a_missing_image_is_told_with_the_commands_that_push_it() {
        expect![[r"
            There is no image 123456789012.dkr.ecr.eu-central-1.amazonaws.com/web:latest yet, so the service has no tasks. Push it, and run `pulumi up` again:
              aws ecr get-login-password --region eu-central-1 | docker login --username AWS --password-stdin 123456789012.dkr.ecr.eu-central-1.amazonaws.com
              docker build --tag 123456789012.dkr.ecr.eu-central-1.amazonaws.com/web:latest .
              docker push 123456789012.dkr.ecr.eu-central-1.amazonaws.com/web:latest"]].assert_eq(&how_to_push(&inputs(), "eu-central-1"));
        let error = parts("web").expect_err("no tag").to_string();
        expect!["an image is named `<repository>:<tag>`, such as `web:latest`, not `web`"]
            .assert_eq(&error);
    }
}
