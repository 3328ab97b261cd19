//! The image: which digest a tag of the repository stands for right now.
//!
//! Images are pushed by others. What is remembered is the digest, so that a task definition names
//! an image that cannot change under it, and a push of the same tag is a change that a preview can
//! see. The image gets a tag of ours, which keeps it ([`kept`]). There need not be an image yet; then
//! `found` says so. Where `image` names one from elsewhere it is handed on as it is.

mod kept;

use aws_sdk_ecr::types::ImageIdentifier;
use serde::{Deserialize, Serialize};

use super::image_reference::InEcr;
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
    /// What the program names instead of a tag; in this repository or elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<F::Of<String>>,
    /// `X86_64` or `ARM64`: what the image has to be built for.
    pub architecture: F::Of<String>,
}

/// What AWS says of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    /// `sha256:…`; empty while the repository has no such image, and for one from elsewhere.
    pub digest: F::Of<String>,
    /// What a container runs: `url@digest`, or `url:tag` while there is no image.
    pub uri: F::Of<String>,
    pub found: F::Of<bool>,
    /// The tag of ours that keeps the image; empty if there is none to keep.
    pub kept_by: F::Of<String>,
}

const NO_IMAGE: [&str; 1] = ["ImageNotFoundException"];

impl Resource for Image {
    const TYPE: &'static str = "fargate:ecr:Image";
    const PERMISSIONS: &'static [Permission] = &[
        Permission {
            sid: "Image",
            to: "see which image a tag stands for",
            needed: Needed::If("it runs an image of its own repository"),
            actions: &["ecr:DescribeImages", "ecr:DescribeRepositories"],
            on: &["arn:aws:ecr:*:*:repository/*"],
            ..EVERYWHERE
        },
        // What the task definitions name is asked with the task definition's own permissions.
        Permission {
            sid: "ImageKept",
            to: "keep the images that it runs or can go back to, by a tag",
            needed: Needed::If("it runs an image of its own repository"),
            actions: &[
                "ecr:BatchGetImage",
                "ecr:PutImage",
                "ecr:ListImages",
                "ecr:BatchDeleteImage",
            ],
            on: &["arn:aws:ecr:*:*:repository/*"],
            ..EVERYWHERE
        },
    ];
    const REPLACE_ON: &'static [&'static str] = &[];
    /// Another tag, or a push: all of them go with the digest.
    const CHANGES_ON_UPDATE: &'static [&'static str] = &["digest", "uri", "found", "keptBy"];
    /// It is a look at a repository, and [`Resource::moved`] looks again: the id says only where it
    /// looked first.
    const KEEPS_ITSELF: bool = true;
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    async fn preview(cx: &Cx, inputs: &Inputs) -> Result<Option<Outputs>> {
        Ok(Some(look(cx, inputs).await?.outputs))
    }

    async fn moved(cx: &Cx, inputs: &Inputs, outputs: &Outputs) -> Result<Vec<&'static str>> {
        let now = look(cx, inputs).await?;
        Ok(changed(outputs, &now))
    }

    async fn find(_cx: &Cx, _inputs: &Inputs) -> Result<Option<Standing>> {
        Ok(None)
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let id = format!("{}:{}", inputs.repository_name, inputs.tag);
        let seen = look_patiently(cx, inputs).await?;
        keep(cx, inputs, &seen).await?;
        Ok(Made { id, outputs: seen.outputs })
    }

    async fn read(cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        let (repository, tag) = parts(id)?;
        let known = registry::repository(cx, repository).await?;
        let Some(url) = known.and_then(|it| it.repository_uri) else { return Ok(None) };
        let inputs = Inputs {
            repository_name: repository.to_owned(),
            repository_url: url,
            tag: tag.to_owned(),
            image: None,
            architecture: "X86_64".to_owned(),
        };
        let outputs = look(cx, &inputs).await?.outputs;
        Ok(Some(Live { inputs, outputs, tags: None }))
    }

    async fn update(
        cx: &Cx,
        _id: &str,
        _old: Option<&Inputs>,
        new: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        let seen = look_patiently(cx, new).await?;
        keep(cx, new, &seen).await?;
        let now = &seen.outputs.digest;
        if !now.is_empty() && *now != outputs.digest {
            kept::release(cx, &new.repository_name, now, &outputs.digest).await?;
        }
        Ok(seen.outputs.into())
    }

    async fn delete(_cx: &Cx, _id: &str, _inputs: &Inputs, _outputs: &Outputs) -> Result<()> {
        Ok(())
    }
}

/// The image as it is, and whether it bears our tag already.
struct Seen {
    outputs: Outputs,
    kept: bool,
}

/// The image as it is now; none if even the repository is gone.
async fn look(cx: &Cx, inputs: &Inputs) -> Result<Seen> {
    Ok(ask(cx, inputs).await.or_gone(&NO_REPOSITORY)?.unwrap_or_else(|| seen(inputs, None)))
}

/// The image in a repository that was perhaps made only now.
async fn look_patiently(cx: &Cx, inputs: &Inputs) -> Result<Seen> {
    // ECR may not see at once what it has just made (SETTLING).
    let seen = cx.retry(SETTLING, super::ours::is(&NO_REPOSITORY), || ask(cx, inputs)).await?;
    if !seen.outputs.found {
        cx.warn(&how_to_push(inputs, cx.aws.region()));
    }
    Ok(seen)
}

async fn keep(cx: &Cx, inputs: &Inputs, seen: &Seen) -> Result<()> {
    if seen.kept {
        return Ok(());
    }
    kept::keep(cx, &inputs.repository_name, &seen.outputs.digest).await
}

/// What to do about a repository that does not hold the image yet.
fn how_to_push(inputs: &Inputs, region: &str) -> String {
    let url = &inputs.repository_url;
    let registry = url.split('/').next().unwrap_or_default();
    let tag = match wanted(inputs) {
        Wanted::Digest(digest) => {
            return format!(
                "There is no image {url}@{digest}, so the service has no tasks. Name one that is there, \
                 by its tag or its digest, and run `pulumi up` again."
            );
        }
        Wanted::Tag(tag) | Wanted::Elsewhere(tag) => tag,
    };
    let platform = if inputs.architecture == "ARM64" { "linux/arm64" } else { "linux/amd64" };
    format!(
        "There is no image {url}:{tag} yet, so the service has no tasks. Push it, and run `pulumi up` \
         again:\n  \
         aws ecr get-login-password --region {region} | docker login --username AWS \
         --password-stdin {registry}\n  \
         docker build --platform {platform} --tag {url}:{tag} .\n  \
         docker push {url}:{tag}"
    )
}

/// Where the image is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted<'a> {
    Tag(&'a str),
    Digest(&'a str),
    /// In another registry or repository, of which nothing is asked.
    Elsewhere(&'a str),
}

fn wanted(inputs: &Inputs) -> Wanted<'_> {
    let Some(image) = &inputs.image else { return Wanted::Tag(&inputs.tag) };
    match (InEcr::read(image), InEcr::read(&inputs.repository_url)) {
        (Some(it), Some(own)) if it.beside(&own) => match it.digest {
            Some(digest) => Wanted::Digest(digest),
            None => Wanted::Tag(it.tag.unwrap_or("latest")),
        },
        _ => Wanted::Elsewhere(image),
    }
}

async fn ask(cx: &Cx, inputs: &Inputs) -> Result<Seen> {
    let id = ImageIdentifier::builder();
    let id = match wanted(inputs) {
        Wanted::Elsewhere(_) => return Ok(seen(inputs, None)),
        Wanted::Tag(tag) => id.image_tag(tag),
        Wanted::Digest(digest) => id.image_digest(digest),
    };
    let answer = cx
        .aws
        .ecr()
        .await?
        .describe_images()
        .repository_name(&inputs.repository_name)
        .image_ids(id.build())
        .send()
        .await
        .explain("ecr:DescribeImages", &inputs.repository_name)
        .or_gone(&NO_IMAGE)?;
    let image = answer.and_then(|answer| answer.image_details?.into_iter().next());
    let digest = image.as_ref().and_then(|image| image.image_digest());
    let tags = image.as_ref().map_or(&[][..], |image| image.image_tags());
    Ok(seen(inputs, digest.map(|digest| (digest, tags))))
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

/// What it is that was found in the repository, by digest and tags.
fn seen(inputs: &Inputs, found: Option<(&str, &[String])>) -> Seen {
    let url = &inputs.repository_url;
    if let Some((digest, tags)) = found {
        let kept_by = kept::tag_of(digest);
        let kept = tags.contains(&kept_by);
        let (uri, digest) = (format!("{url}@{digest}"), digest.to_owned());
        return Seen { outputs: Outputs { digest, uri, found: true, kept_by }, kept };
    }
    let (uri, found) = match wanted(inputs) {
        Wanted::Elsewhere(image) => (image.to_owned(), true),
        Wanted::Tag(tag) => (format!("{url}:{tag}"), false),
        Wanted::Digest(digest) => (format!("{url}@{digest}"), false),
    };
    let outputs = Outputs { digest: String::new(), uri, found, kept_by: String::new() };
    Seen { outputs, kept: true }
}

/// Names of the outputs that an update would change.
fn changed(old: &Outputs, now: &Seen) -> Vec<&'static str> {
    let Seen { outputs, kept } = now;
    [
        ("digest", old.digest != outputs.digest),
        ("uri", old.uri != outputs.uri),
        ("found", old.found != outputs.found),
        ("keptBy", old.kept_by != outputs.kept_by || !kept),
    ]
    .into_iter()
    .filter_map(|(name, differs)| differs.then_some(name))
    .collect()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{Inputs, Wanted, changed, how_to_push, kept, parts, seen, wanted};

    const URL: &str = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/web";

    fn inputs() -> Inputs {
        Inputs {
            repository_name: "web".to_owned(),
            repository_url: URL.to_owned(),
            tag: "latest".to_owned(),
            image: None,
            architecture: "X86_64".to_owned(),
        }
    }

    fn with_image(image: &str) -> Inputs {
        Inputs { image: Some(image.to_owned()), ..inputs() }
    }

    #[test]
    fn a_container_runs_the_digest_or_waits_for_the_tag() {
        let found = seen(&inputs(), Some(("sha256:1", &[]))).outputs;
        assert_eq!(found.uri, format!("{URL}@sha256:1"));
        let missing = seen(&inputs(), None).outputs;
        assert_eq!(missing.uri, format!("{URL}:latest"));
        assert_eq!((missing.digest.as_str(), missing.found), ("", false));
    }

    #[test]
    fn an_image_of_this_repository_is_resolved_however_it_is_named() {
        let dual = "123456789012.dkr-ecr.eu-central-1.on.aws/web:v1";
        for (image, expected) in [
            (format!("{URL}:v1"), Wanted::Tag("v1")),
            (URL.to_owned(), Wanted::Tag("latest")),
            (format!("{URL}@sha256:1"), Wanted::Digest("sha256:1")),
            (format!("{URL}:v1@sha256:1"), Wanted::Digest("sha256:1")),
            (dual.to_owned(), Wanted::Tag("v1")),
        ] {
            assert_eq!(wanted(&with_image(&image)), expected, "{image}");
        }
        for image in ["nginx:1.27", &format!("{URL}2:v1"), &format!("{URL}/api:v1")] {
            let inputs = with_image(image);
            assert_eq!(wanted(&inputs), Wanted::Elsewhere(image));
            let outputs = seen(&inputs, None).outputs;
            assert_eq!((outputs.uri.as_str(), outputs.found), (image, true));
        }
    }

    #[test]
    fn a_push_moves_what_it_changes_and_no_more() {
        let kept = |digest: &str| [kept::tag_of(digest)];
        let first = seen(&inputs(), Some(("sha256:1", &kept("sha256:1"))));
        let second = seen(&inputs(), Some(("sha256:2", &[])));
        assert!(changed(&first.outputs, &first).is_empty());
        assert_eq!(changed(&first.outputs, &second), ["digest", "uri", "keptBy"]);
        let none = seen(&inputs(), None).outputs;
        assert_eq!(changed(&none, &first), ["digest", "uri", "found", "keptBy"]);
    }

    #[test]
    fn a_tag_of_ours_that_somebody_took_off_comes_back() {
        let bare = seen(&inputs(), Some(("sha256:1", &["latest".to_owned()])));
        assert_eq!(changed(&bare.outputs, &bare), ["keptBy"]);
    }

    #[test]
    fn an_id_names_repository_and_tag() {
        assert_eq!(parts("team/web:v1"), Ok(("team/web", "v1")));
        assert!(parts("web").is_err());
    }

    #[test]
    fn a_missing_image_is_told_with_the_commands_that_push_it() {
        let arm = Inputs { architecture: "ARM64".to_owned(), ..with_image(&format!("{URL}:v1")) };
        let told = [inputs(), arm, with_image(&format!("{URL}@sha256:1"))]
            .map(|inputs| how_to_push(&inputs, "eu-central-1"));
        expect![[r#"
            There is no image 123456789012.dkr.ecr.eu-central-1.amazonaws.com/web:latest yet, so the service has no tasks. Push it, and run `pulumi up` again:
              aws ecr get-login-password --region eu-central-1 | docker login --username AWS --password-stdin 123456789012.dkr.ecr.eu-central-1.amazonaws.com
              docker build --platform linux/amd64 --tag 123456789012.dkr.ecr.eu-central-1.amazonaws.com/web:latest .
              docker push 123456789012.dkr.ecr.eu-central-1.amazonaws.com/web:latest
            There is no image 123456789012.dkr.ecr.eu-central-1.amazonaws.com/web:v1 yet, so the service has no tasks. Push it, and run `pulumi up` again:
              aws ecr get-login-password --region eu-central-1 | docker login --username AWS --password-stdin 123456789012.dkr.ecr.eu-central-1.amazonaws.com
              docker build --platform linux/arm64 --tag 123456789012.dkr.ecr.eu-central-1.amazonaws.com/web:v1 .
              docker push 123456789012.dkr.ecr.eu-central-1.amazonaws.com/web:v1
            There is no image 123456789012.dkr.ecr.eu-central-1.amazonaws.com/web@sha256:1, so the service has no tasks. Name one that is there, by its tag or its digest, and run `pulumi up` again."#]].assert_eq(&told.join("\n"));
        let error = parts("web").expect_err("no tag").to_string();
        expect!["an image is named `<repository>:<tag>`, such as `web:latest`, not `web`"]
            .assert_eq(&error);
    }
}
