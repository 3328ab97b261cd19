//! A secret of Secrets Manager as ECS names one: `<arn>:<JSON key>:<stage>:<version>`, of which the ARN alone must be there (ECS developer
//! guide, "Pass Secrets Manager secrets through ECS environment variables").

/// The parts of a reference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SecretReference<'a> {
    pub arn: &'a str,
    /// The key of a JSON object. None: all of the secret.
    pub key: Option<&'a str>,
    /// The label of the version. None: `AWSCURRENT`.
    pub stage: Option<&'a str>,
    /// The version's id.
    pub version: Option<&'a str>,
}

impl<'a> SecretReference<'a> {
    /// None if it is no such reference.
    #[must_use]
    pub fn read(text: &'a str) -> Option<Self> {
        let colons: Vec<usize> = text.match_indices(':').map(|(at, _)| at).collect();
        let parts: Vec<&str> = text.split(':').collect();
        // arn:aws:secretsmanager:region:account:secret:name
        let fits = (7..=10).contains(&parts.len())
            && parts[0] == "arn"
            && parts[2] == "secretsmanager"
            && parts[5] == "secret"
            && !parts[6].is_empty();
        let arn = colons.get(6).map_or(text, |end| &text[..*end]);
        let part = |index: usize| parts.get(index).copied().filter(|it| !it.is_empty());
        fits.then(|| Self { arn, key: part(7), stage: part(8), version: part(9) })
    }

    /// The same of this version.
    #[must_use]
    pub fn at(&self, version: &str) -> String {
        format!("{}:{}::{version}", self.arn, self.key.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::SecretReference;

    #[test]
    fn a_reference_has_up_to_four_parts() {
        let arn = "arn:aws:secretsmanager:eu-west-1:1:secret:oidc-AbCdEf";
        let bare = SecretReference { arn, key: None, stage: None, version: None };
        assert_eq!(SecretReference::read(arn), Some(bare));
        let full = format!("{arn}:secret:AWSPREVIOUS:v1");
        let read = SecretReference::read(&full).expect("a reference");
        assert_eq!(
            (read.key, read.stage, read.version),
            (Some("secret"), Some("AWSPREVIOUS"), Some("v1"))
        );
        assert_eq!(read.at("v2"), format!("{arn}:secret::v2"));
        assert_eq!(bare.at("v2"), format!("{arn}:::v2"));
        assert_eq!(SecretReference::read(&bare.at("v2")).and_then(|it| it.version), Some("v2"));
        for wrong in [
            "oidc",
            "arn:aws:ssm:eu-west-1:1:parameter/x",
            "arn:aws:secretsmanager:eu-west-1:1:secret:",
        ] {
            assert_eq!(SecretReference::read(wrong), None, "{wrong}");
        }
    }
}
