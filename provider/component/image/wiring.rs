//! What runs: the repository, and the image in it or from elsewhere.

use crate::children::ecr::image_reference::InEcr;
use crate::children::ecr::{built_image, given_image, image, repository};
use crate::children::ecs::running_image;
use crate::component::inputs::choices::{Warning, word};
use crate::component::inputs::warnings::how_to_silence;
use crate::component::wiring::{Node, Wanted, Wiring};
use crate::property::{Output, Wire};

/// What runs.
#[derive(Clone)]
pub(in crate::component) struct ImageToRun {
    pub uri: Output<String>,
    /// As far as it is known.
    pub digest: Option<Output<String>>,
    /// Whether it was there when it was looked for.
    found: Output<bool>,
}

/// Where the image comes from.
pub(in crate::component) enum ImageSource {
    /// From elsewhere, taken as it is named.
    Given(Output<String>),
    /// From elsewhere, by a tag in an ECR registry.
    Resolved(Output<String>),
    /// The image with this tag in the service's own repository.
    Own { tag: Output<String> },
    /// The image that is built and pushed to the service's own repository.
    Built,
    /// A pipeline deploys the images; this is the first one.
    External(Option<Output<String>>),
    /// One that is named, and may be in the service's own repository by any of the registry's names: then it has to be
    /// kept there.
    GivenBesideOwn(Output<String>),
}

/// What other slices need of the image.
pub(in crate::component) struct Image<'a> {
    pub repository: Node<'a, Option<repository::Outputs<Wire>>>,
    pub to_run: Node<'a, ImageToRun>,
    /// Whether there is an image to run.
    pub found: Node<'a, Output<bool>>,
}

pub(in crate::component) fn wire<'a>(
    wiring: &mut Wiring<'a>,
    cluster: &Node<'a, Output<String>>,
) -> Image<'a> {
    let (parent, want) = (wiring.parent, wiring.want);
    let repository = wiring.node(async move {
        let Some(inputs) = want.repository() else { return Ok(None) };
        parent.make::<repository::Repository>("repository", inputs).await.map(Some)
    });
    let own = repository.clone();
    let to_run = wiring.node(async move {
        let (given, tag) = match want.image_source() {
            ImageSource::Given(uri) | ImageSource::External(Some(uri)) => {
                return Ok(from_elsewhere(uri));
            }
            ImageSource::External(None) => {
                let url = own.await?.map_or_else(Output::unknown, |it| it.url);
                return Ok(from_elsewhere(placeholder(url)));
            }
            ImageSource::Resolved(uri) => {
                let inputs = want.given_image(uri);
                let it = parent.make::<given_image::GivenImage>("given-image", inputs).await?;
                let digest = Some(it.digest);
                return Ok(ImageToRun { uri: it.uri, digest, found: true.into() });
            }
            ImageSource::Built => {
                let Some(it) = own.await? else { return Ok(from_elsewhere(Output::unknown())) };
                let Some(inputs) = want.built_image(it.name, it.url) else {
                    return Ok(from_elsewhere(Output::unknown()));
                };
                let built = parent.make::<built_image::BuiltImage>("built-image", inputs).await?;
                let digest = Some(built.digest);
                return Ok(ImageToRun { uri: built.uri, digest, found: true.into() });
            }
            ImageSource::Own { tag } => (None, tag),
            ImageSource::GivenBesideOwn(uri) => (Some(uri), want.args.image.image_tag()),
        };
        let Some(repository) = own.await? else { return Ok(from_elsewhere(Output::unknown())) };
        let inputs = image::Inputs {
            repository_name: repository.name,
            repository_url: repository.url,
            tag,
            image: given.clone(),
            architecture: want.args.container.architecture().map(word),
        };
        let image = parent.make::<image::Image>("image", inputs).await?;
        Ok(match given {
            // What cannot be in it need not wait for it.
            Some(uri) if !may_be_in_ecr(&uri) => from_elsewhere(uri),
            _ => ImageToRun { uri: image.uri, digest: Some(image.digest), found: image.found },
        })
    });
    let (image, cluster) = (to_run.clone(), cluster.clone());
    let found = wiring.node(async move {
        let ImageSource::External(None) = want.image_source() else {
            return Ok(image.await?.found);
        };
        let (image, cluster) = tokio::try_join!(image, cluster)?;
        let inputs = want.running_image(image.uri, cluster);
        Ok(parent.make::<running_image::RunningImage>("running-image", inputs).await?.found)
    });
    Image { repository, to_run, found }
}

impl Wanted {
    pub(in crate::component) fn image_source(&self) -> ImageSource {
        match (self.args.image.image(), self.repository()) {
            (first, _) if self.args.image.external_image() => ImageSource::External(first),
            (Some(uri), Some(_)) => ImageSource::GivenBesideOwn(uri),
            (Some(uri), None) if self.resolves(&uri) => ImageSource::Resolved(uri),
            (Some(uri), None) => ImageSource::Given(uri),
            (None, _) if self.args.image.build.is_some() => ImageSource::Built,
            (None, _) => ImageSource::Own { tag: self.args.image.image_tag() },
        }
    }

    /// Whether the tag of this image is resolved to a digest: what the program says, else if it names a tag in ECR itself. One that
    /// comes from a resource may be unknown in a preview, and what is there may not depend on that.
    fn resolves(&self, image: &Output<String>) -> bool {
        let is_tag = |image: &String| InEcr::read(image).is_some_and(|it| it.digest.is_none());
        let itself = !image.is_dependent() && image.known().is_some_and(is_tag);
        self.args.image.resolve_image.unwrap_or(itself)
    }

    fn given_image(&self, image: Output<String>) -> given_image::Inputs<Wire> {
        let warning = Warning::ImageByTag;
        let silenced = self.args.general.silence.as_deref().unwrap_or_default();
        let is_silenced = silenced.contains(&warning);
        let warning = (!is_silenced).then(|| how_to_silence(warning).into());
        given_image::Inputs { image, warning }
    }

    pub(in crate::component) fn repository(&self) -> Option<repository::Inputs<Wire>> {
        let given = self.args.image.repository();
        given.enabled.unwrap_or(self.args.image.image.is_none()).then(|| repository::Inputs {
            image_tag_mutability: given.image_tag_mutability(&self.defaults).map(word),
            scan_on_push: given.scan_on_push(),
            keep_images: self.kept(given.keep_images.as_ref(), given.keep_images()),
            keep_untagged_images: self
                .kept(given.keep_untagged_images.as_ref(), given.keep_untagged_images()),
            force_delete: given.force_delete(&self.defaults),
            kms_key_arn: given.kms_key_arn(),
        })
    }

    /// How many images stay: all where it is not known which ones run, unless the program says.
    fn kept(&self, given: Option<&Output<u32>>, usual: Output<u32>) -> Output<u32> {
        if given.is_none() && self.args.image.external_image() {
            return usual.map(|_| repository::ALL_IMAGES);
        }
        usual
    }

    fn running_image(
        &self,
        placeholder: Output<String>,
        cluster_arn: Output<String>,
    ) -> running_image::Inputs<Wire> {
        running_image::Inputs {
            cluster_arn,
            container_name: self.args.container.container_name(),
            placeholder,
        }
    }
}

/// What the first task definition names while others have deployed nothing.
fn placeholder(repository_url: Output<String>) -> Output<String> {
    repository_url.map(|url| format!("{url}:latest"))
}

fn from_elsewhere(uri: Output<String>) -> ImageToRun {
    ImageToRun { uri, digest: None, found: true.into() }
}

/// Whether the image may be in the service's own repository.
fn may_be_in_ecr(uri: &Output<String>) -> bool {
    uri.known().is_none_or(|image| InEcr::read(image).is_some())
}

/// Nothing runs while there is no image.
pub(in crate::component) fn if_found(found: &Output<bool>, number: Output<u32>) -> Output<u32> {
    number.zip(found.clone()).map(|(number, found)| if found { number } else { 0 })
}
