//! Where an image is looked for, and what is seen of it.

use aws_sdk_ecr::types::{ImageDetail, ImageIdentifier};

use super::{Inputs, Outputs};
use crate::aws::{Explain, OrGone};
use crate::children::ecr::image_reference::InEcr;
use crate::children::ecr::kept;
use crate::children::ecr::registry::NO_REPOSITORY;
use crate::error::{Error, Problem, Result};
use crate::property::words::list;
use crate::resource::Cx;

const NO_IMAGE: [&str; 1] = ["ImageNotFoundException"];

/// The image as it is, and whether it bears our tag already.
pub(super) struct Seen {
    pub(super) outputs: Outputs,
    pub(super) kept: bool,
}

/// The image as it is now; none if even the repository is gone.
pub(super) async fn look(cx: &Cx, inputs: &Inputs) -> Result<Seen> {
    Ok(ask(cx, inputs).await.or_gone(&NO_REPOSITORY)?.unwrap_or_else(|| seen(inputs, None)))
}

/// Where the image is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted<'a> {
    Tag(&'a str),
    Digest(&'a str),
    /// In another registry or repository: not looked up.
    Elsewhere(&'a str),
}

pub(super) fn wanted(inputs: &Inputs) -> Wanted<'_> {
    let Some(image) = &inputs.image else { return Wanted::Tag(&inputs.tag) };
    match (InEcr::read(image), InEcr::read(&inputs.repository_url)) {
        (Some(it), Some(own)) if it.beside(&own) => match it.digest {
            Some(digest) => Wanted::Digest(digest),
            None => Wanted::Tag(it.tag.unwrap_or("latest")),
        },
        _ => Wanted::Elsewhere(image),
    }
}

pub(super) async fn ask(cx: &Cx, inputs: &Inputs) -> Result<Seen> {
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
    let asked_for = |it: &ImageDetail| match wanted(inputs) {
        Wanted::Elsewhere(_) => false,
        Wanted::Tag(tag) => it.image_tags().iter().any(|it| it == tag),
        Wanted::Digest(digest) => it.image_digest() == Some(digest),
    };
    let images = answer.and_then(|answer| answer.image_details);
    let image = images.into_iter().flatten().find(asked_for);
    if image.is_none() {
        refuse_another(cx, inputs).await?;
    }
    let digest = image.as_ref().and_then(|image| image.image_digest());
    let tags = image.as_ref().map_or(&[][..], |image| image.image_tags());
    Ok(seen(inputs, digest.map(|digest| (digest, tags))))
}

/// An empty repository waits for its first image. One that has others was meant for one of these: a service that runs must
/// not stop because a tag was misspelt, or is not pushed yet.
async fn refuse_another(cx: &Cx, inputs: &Inputs) -> Result<()> {
    let name = &inputs.repository_name;
    let ecr = cx.aws.ecr().await?;
    let answer = ecr.describe_images().repository_name(name).send().await;
    let mut others = answer.explain("ecr:DescribeImages", name)?.image_details.unwrap_or_default();
    if others.is_empty() {
        return Ok(());
    }
    others.sort_by_key(|it| std::cmp::Reverse(it.image_pushed_at().copied()));
    let tags = others.iter().flat_map(|it| it.image_tags().iter().map(String::as_str));
    let tags: Vec<&str> = tags.filter(|tag| kept::digest_of(tag).is_none()).collect();
    Err(Error::input(vec![another(inputs, &tags)]))
}

/// That the repository has other images only, which have these tags.
fn another(inputs: &Inputs, tags: &[&str]) -> Problem {
    const SHOWN: usize = 5;
    let path = if inputs.image.is_some() { "image" } else { "imageTag" };
    let what = match wanted(inputs) {
        Wanted::Tag(it) | Wanted::Elsewhere(it) => format!("tag `{it}`"),
        Wanted::Digest(it) => format!("digest `{it}`"),
    };
    let there = match tags.len() {
        0 => "no other image in it has a tag".to_owned(),
        1..=SHOWN => format!("it has {}", list(tags)),
        many => format!("it has {} and {} more", list(&tags[..SHOWN]), many - SHOWN),
    };
    let name = &inputs.repository_name;
    Problem::new(
        path,
        format!(
            "There is no image with the {what} in the repository {name}; {there}. Push it, or set one that is \
             there."
        ),
    )
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
pub(super) fn changed(old: &Outputs, now: &Seen) -> Vec<&'static str> {
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
pub(super) mod tests {
    use super::{Inputs, Wanted, another, changed, seen, wanted};
    use crate::children::ecr::kept;

    pub(in crate::children::ecr::image) const URL: &str =
        "123456789012.dkr.ecr.eu-central-1.amazonaws.com/web";

    pub(in crate::children::ecr::image) fn inputs() -> Inputs {
        Inputs {
            repository_name: "web".to_owned(),
            repository_url: URL.to_owned(),
            tag: "latest".to_owned(),
            image: None,
            architecture: "X86_64".to_owned(),
        }
    }

    pub(in crate::children::ecr::image) fn with_image(image: &str) -> Inputs {
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
    fn a_tag_that_others_have_not_is_told_with_theirs() {
        let many = ["v7", "v6", "v5", "v4", "v3", "v2", "v1"];
        let message = [
            another(&inputs(), &many),
            another(&with_image(&format!("{URL}:v9")), &["latest"]),
            another(&with_image(&format!("{URL}@sha256:1")), &[]),
        ]
        .map(|it| format!("`{}`: {}", it.path, it.reason));
        expect_test::expect![[r"
            `imageTag`: There is no image with the tag `latest` in the repository web; it has `v7`, `v6`, `v5`, `v4`, `v3` and 2 more. Push it, or set one that is there.
            `image`: There is no image with the tag `v9` in the repository web; it has `latest`. Push it, or set one that is there.
            `image`: There is no image with the digest `sha256:1` in the repository web; no other image in it has a tag. Push it, or set one that is there."]].assert_eq(&message.join("\n"));
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
}
