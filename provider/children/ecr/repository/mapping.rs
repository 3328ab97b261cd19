//! A repository as ECR spells it: made of what was asked for, and read back as that.

use aws_sdk_ecr::types::{
    EncryptionConfiguration, EncryptionType, ImageScanningConfiguration, ImageTagMutability,
    Repository as Described,
};

use super::expiry::Expiry;
use super::{Inputs, Outputs};
use crate::error::{Error, Result};

/// Whether what is pushed is looked at for weaknesses.
pub(super) fn scanning(inputs: &Inputs) -> ImageScanningConfiguration {
    ImageScanningConfiguration::builder().scan_on_push(inputs.scan_on_push).build()
}

/// The user's own key; without one ECR encrypts with its own.
pub(super) fn encryption(inputs: &Inputs) -> Result<Option<EncryptionConfiguration>> {
    let Some(key) = &inputs.kms_key_arn else { return Ok(None) };
    EncryptionConfiguration::builder()
        .encryption_type(EncryptionType::Kms)
        .kms_key(key)
        .build()
        .map(Some)
        .map_err(Error::bug)
}

/// A repository, and the text of its lifecycle policy, read back as what was asked for.
pub(super) fn inputs(repository: &Described, text: Option<&str>) -> Inputs {
    let encryption = repository.encryption_configuration();
    // No policy, or one that is not ours, keeps nothing that a program could ask for.
    let expiry = text.and_then(Expiry::of).unwrap_or_default();
    Inputs {
        image_tag_mutability: repository
            .image_tag_mutability()
            .unwrap_or(&ImageTagMutability::Mutable)
            .as_str()
            .to_owned(),
        scan_on_push: repository
            .image_scanning_configuration()
            .is_some_and(ImageScanningConfiguration::scan_on_push),
        keep_images: expiry.tagged,
        keep_untagged_images: expiry.untagged,
        force_delete: false,
        kms_key_arn: encryption.and_then(EncryptionConfiguration::kms_key).map(str::to_owned),
    }
}

pub(super) fn outputs(repository: &Described) -> Outputs {
    Outputs {
        name: repository.repository_name().unwrap_or_default().to_owned(),
        arn: repository.repository_arn().unwrap_or_default().to_owned(),
        url: repository.repository_uri().unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{
        Described, EncryptionConfiguration, EncryptionType, Expiry, ImageScanningConfiguration,
        ImageTagMutability, Inputs, encryption, inputs,
    };

    fn asked() -> Inputs {
        Inputs {
            image_tag_mutability: "IMMUTABLE".to_owned(),
            scan_on_push: true,
            keep_images: 20,
            keep_untagged_images: 7,
            force_delete: false,
            kms_key_arn: Some("arn:aws:kms:eu-central-1:123456789012:key/1".to_owned()),
        }
    }

    #[test]
    fn what_aws_shows_is_read_as_what_was_asked_for() {
        let shown = Described::builder()
            .image_tag_mutability(ImageTagMutability::Immutable)
            .image_scanning_configuration(
                ImageScanningConfiguration::builder().scan_on_push(true).build(),
            )
            .set_encryption_configuration(encryption(&asked()).expect("an encryption"))
            .build();
        assert_eq!(inputs(&shown, Some(&Expiry::asked(&asked()).policy().to_string())), asked());
    }

    #[test]
    fn a_plain_repository_is_read_with_awss_own_defaults() {
        let aes = EncryptionConfiguration::builder()
            .encryption_type(EncryptionType::Aes256)
            .build()
            .expect("an encryption");
        let read = inputs(&Described::builder().encryption_configuration(aes).build(), None);
        assert_eq!((read.kms_key_arn, read.scan_on_push), (None, false));
        assert_eq!(read.image_tag_mutability, "MUTABLE");
    }

    #[test]
    fn a_policy_that_is_not_ours_is_drift() {
        let read = inputs(&Described::builder().build(), Some("{}"));
        assert_eq!((read.keep_images, read.keep_untagged_images), (0, 0));
    }
}
