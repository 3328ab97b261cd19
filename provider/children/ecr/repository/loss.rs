//! What is said of images that would go with their repository.

use crate::error::Error;

/// What who allows it loses by a replacement.
pub(super) fn lost_images(name: &str) -> String {
    format!(
        "The repository {name} is replaced, and its images are deleted with it. The new one is \
         empty: no task runs until an image is pushed to it and `pulumi up` runs again."
    )
}

/// The refusal of a repository with images, with what to do about them.
pub(super) fn explain_images(error: Error) -> Error {
    if error.code() != Some("RepositoryNotEmptyException") {
        return error;
    }
    error.hinted(
        "The images would be lost. To delete them with the repository, set \
         `repository.forceDelete: true` and run `pulumi up` first; or delete the images \
         yourself.",
    )
}

#[cfg(test)]
mod tests {
    use super::{explain_images, lost_images};
    use crate::error::Error;

    #[test]
    fn who_lets_images_be_lost_is_told() {
        expect_test::expect![
            "The repository web is replaced, and its images are deleted with \
                              it. The new one is empty: no task runs until an image is pushed to \
                              it and `pulumi up` runs again."
        ]
        .assert_eq(&lost_images("web"));
    }

    #[test]
    fn a_repository_with_images_says_what_to_do() {
        let message = explain_images(Error::aws("RepositoryNotEmptyException", "no")).to_string();
        expect_test::expect![[r"
            no
              The images would be lost. To delete them with the repository, set `repository.forceDelete: true` and run `pulumi up` first; or delete the images yourself."]].assert_eq(&message);
    }
}
