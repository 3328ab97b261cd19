//! What runs, and the repository that it lies in.

use super::build::BuildArgs;
use super::name;
use crate::component::inputs::arns::{KEY, arn};
use crate::component::inputs::choices::ImageTagMutability;
use crate::component::inputs::declare::inputs;
use crate::property::Output;

inputs! {
    /// What runs.
    pub struct ImageArgs at "" {
        /// The container image, such as `public.ecr.aws/nginx/nginx:1.27`. Default: the image with
        /// `imageTag` in the service's own ECR repository. While that repository is still empty the
        /// service has no tasks, and the run prints the commands that push the first image. An image from
        /// elsewhere is taken as it is named, but for tags in ECR (`resolveImage`): that its tag has moved is not seen,
        /// so name a new tag or the digest for each release, or change `triggers` to pull the same tag again.
        image: Output<String>, is name::complain, peers ["containerimage"];
        /// Whether the tag of an `image` in an ECR registry, also of another account or region, is resolved to its digest, so
        /// that a moved tag shows up in the next preview and is rolled out. Needs `ecr:DescribeImages` there; without it
        /// the tag is deployed as it is, with a warning. Default: true if the program names the image itself; an image
        /// that is the output of a resource is taken as it is.
        resolve_image: bool;
        /// Builds the image in `pulumi up`: the folder with the Dockerfile, such as `./app`, or an object that says more. The
        /// image is pushed to the service's own repository and deployed, in the first run too. It is built again only if
        /// the files, the Dockerfile or the arguments change, which a preview sees without building. Needed is Docker
        /// with buildx, Podman, Buildah, Finch or nerdctl. Default: nothing is built.
        build: BuildArgs;
        /// The tag of the image in the service's own repository. The tag is resolved to a digest, so
        /// a moved tag shows up in the next preview and is rolled out. Default {default}.
        image_tag: Output<String> = "latest", is name::complain_of_tag;
        /// Whether a pipeline deploys the images, with `aws ecs update-service` or by other means: this program then
        /// never changes the image that runs, and what it changes else is deployed with that image. `image` is the
        /// first one to run; without it the service has no tasks until the pipeline has deployed one. Default {default}.
        external_image: bool = false;
        /// The service's own ECR repository.
        repository: RepositoryArgs = RepositoryArgs::default();
    }
}

inputs! {
    /// The service's own ECR repository.
    pub struct RepositoryArgs at "repository" {
        /// Whether to create one. Default: if no `image` is set.
        enabled: bool;
        /// `MUTABLE` or `IMMUTABLE`: whether a tag can be moved to another image.
        image_tag_mutability: Output<ImageTagMutability> => image_tag_mutability;
        /// Whether images are scanned for vulnerabilities when they are pushed. Default {default}.
        scan_on_push: Output<bool> = true;
        /// How many tagged images stay, {limits}: the newest by their push; older ones expire within a
        /// day. Default {default}; all with `externalImage`, because then it is not known which ones run. What this service runs and what its last ten task definitions name stays
        /// in any case, kept by a tag that begins with `fargate-keep-`. Images that only others run are
        /// not protected.
        keep_images: Output<u32> = 30, in 1..=10_000 " images";
        /// How many images stay that lost their tag, for instance because `latest` was pushed again, {limits}: the newest by their push. Default {default}; all with `externalImage`. What this service runs and can go back to
        /// stays beside them, as with `keepImages`.
        keep_untagged_images: Output<u32> = 10, in 1..=10_000 " images";
        /// Whether a repository that still holds images may be deleted.
        force_delete: Output<bool> => force_delete;
        /// ARN of a KMS key for the images, not of an alias, in the service's region. Default: AES-256 with a key of AWS.
        /// Changing it replaces the repository.
        kms_key_arn: Output<String>, is arn(KEY), also same_region;
    }
}
