//! How AWS knows us: by the name of the package, in the user agent of each call and in the sessions of a
//! role, so that an account's audit log shows what we did.

use aws_config::FrameworkMetadata;

/// The package, as AWS sees it.
pub(super) const NAME: &str = "pulumi-fargate";

/// `lib/pulumi-fargate/0.1.0`. `lib/` is for libraries; `app/` belongs to the user, who sets it with
/// AWS_SDK_UA_APP_ID (AWS SDKs and Tools Reference Guide, "Application ID").
pub(super) fn metadata() -> Option<FrameworkMetadata> {
    FrameworkMetadata::new(NAME, Some(env!("CARGO_PKG_VERSION"))).ok()
}

#[cfg(test)]
mod tests {
    use super::metadata;

    #[test]
    fn name_and_version_fit_into_a_user_agent() {
        let expected = format!("lib/pulumi-fargate/{}", env!("CARGO_PKG_VERSION"));
        assert_eq!(metadata().map(|it| it.to_string()), Some(expected));
    }
}
