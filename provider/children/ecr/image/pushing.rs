//! What to do about a repository that does not hold the image yet.

use super::Inputs;
use super::look::{Wanted, wanted};

/// The commands that push it.
pub(super) fn how_to_push(inputs: &Inputs, region: &str) -> String {
    let url = &inputs.repository_url;
    let registry = url.split('/').next().unwrap_or_default();
    let tag = match wanted(inputs) {
        Wanted::Digest(digest) => {
            return format!(
                "There is no image {url}@{digest}, so the service has no tasks. Set an existing \
                 one, by its tag or its digest, and run `pulumi up` again."
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

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::look::tests::{URL, inputs, with_image};
    use super::{Inputs, how_to_push};

    #[test]
    fn a_missing_image_is_told_with_the_commands_that_push_it() {
        let arm = Inputs { architecture: "ARM64".to_owned(), ..with_image(&format!("{URL}:v1")) };
        let message = [inputs(), arm, with_image(&format!("{URL}@sha256:1"))]
            .map(|inputs| how_to_push(&inputs, "eu-central-1"));
        expect![[r"
            There is no image 123456789012.dkr.ecr.eu-central-1.amazonaws.com/web:latest yet, so the service has no tasks. Push it, and run `pulumi up` again:
              aws ecr get-login-password --region eu-central-1 | docker login --username AWS --password-stdin 123456789012.dkr.ecr.eu-central-1.amazonaws.com
              docker build --platform linux/amd64 --tag 123456789012.dkr.ecr.eu-central-1.amazonaws.com/web:latest .
              docker push 123456789012.dkr.ecr.eu-central-1.amazonaws.com/web:latest
            There is no image 123456789012.dkr.ecr.eu-central-1.amazonaws.com/web:v1 yet, so the service has no tasks. Push it, and run `pulumi up` again:
              aws ecr get-login-password --region eu-central-1 | docker login --username AWS --password-stdin 123456789012.dkr.ecr.eu-central-1.amazonaws.com
              docker build --platform linux/arm64 --tag 123456789012.dkr.ecr.eu-central-1.amazonaws.com/web:v1 .
              docker push 123456789012.dkr.ecr.eu-central-1.amazonaws.com/web:v1
            There is no image 123456789012.dkr.ecr.eu-central-1.amazonaws.com/web@sha256:1, so the service has no tasks. Set an existing one, by its tag or its digest, and run `pulumi up` again."]].assert_eq(&message.join("\n"));
    }
}
