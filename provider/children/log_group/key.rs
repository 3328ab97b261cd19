//! The key that encrypts what is logged.

use super::{BUSY, is_busy};
use crate::aws::Explain;
use crate::error::{Error, Problem, Result};
use crate::resource::Cx;

/// What is wrong with this key, if anything can be seen.
pub(super) fn complain(key: &str) -> Option<Problem> {
    let told = "CloudWatch Logs takes a key by its whole ARN only: `arn:aws:kms:…:key/…`.";
    (!key.starts_with("arn:")).then(|| Problem::new("kmsKeyId", told))
}

/// Gives the group this key, or takes the one that it has.
pub(super) async fn set(cx: &Cx, group: &str, key: Option<&str>) -> Result<()> {
    let logs = cx.aws.logs().await?;
    cx.retry(BUSY, is_busy, || async {
        match key {
            Some(key) => logs
                .associate_kms_key()
                .log_group_name(group)
                .kms_key_id(key)
                .send()
                .await
                .explain("logs:AssociateKmsKey", group)
                .map_err(explain)
                .map(drop),
            None => logs
                .disassociate_kms_key()
                .log_group_name(group)
                .send()
                .await
                .explain("logs:DisassociateKmsKey", group)
                .map(drop),
        }
    })
    .await
}

/// A key that CloudWatch Logs may not use is refused without the reason.
pub(super) fn explain(error: Error) -> Error {
    if error.code() == Some("InvalidParameterException") && error.message().contains("KMS") {
        error.hinted(
            "The key must be enabled and in the same region, and its policy must allow \
             `logs.<region>.amazonaws.com` to use it.",
        )
    } else {
        error
    }
}

#[cfg(test)]
mod tests {
    use super::{Error, explain};

    #[test]
    fn a_key_that_cloudwatch_may_not_use_is_told_with_what_it_needs() {
        let told = [
            ("InvalidParameterException", "the specified KMS key does not exist"),
            ("InvalidParameterException", "the name is wrong"),
        ]
        .map(|(code, message)| explain(Error::aws(code, message)).to_string());
        expect_test::expect![[r"
            the specified KMS key does not exist
              The key must be enabled and in the same region, and its policy must allow `logs.<region>.amazonaws.com` to use it.
            the name is wrong"]].assert_eq(&told.join("\n"));
    }
}
