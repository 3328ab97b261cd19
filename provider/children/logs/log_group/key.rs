//! The key that encrypts what is logged.

use serde_json::json;

use super::{BUSY, arn, is_busy};
use crate::aws::Explain;
use crate::error::{Error, Result};
use crate::resource::{Arn, Cx};

/// What is wrong with this key, if anything can be seen.
pub(super) fn complain(key: &str) -> Option<String> {
    let rendered = "CloudWatch Logs takes a key by its whole ARN only: `arn:aws:kms:…:key/…`.";
    (!key.starts_with("arn:")).then(|| rendered.to_owned())
}

/// Gives the group this key, or takes the one that it has.
pub(super) async fn set(cx: &Cx, group: &str, key: Option<&str>) -> Result<()> {
    let logs = cx.aws.logs().await?;
    let arn = arn(cx, group).await?;
    cx.retry(BUSY, is_busy, || async {
        match key {
            Some(key) => logs
                .associate_kms_key()
                .log_group_name(group)
                .kms_key_id(key)
                .send()
                .await
                .explain("logs:AssociateKmsKey", group)
                .map_err(|error| explain(error, &arn))
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

/// With these words CloudWatch Logs refuses a key whose policy does not let it in: as an
/// `AccessDeniedException`, though the caller lacks nothing, and the same for a key that is not
/// there. One that is disabled is an `InvalidParameterException` (API reference, AssociateKmsKey).
const REFUSED: &str = "The specified KMS key does not exist or is not allowed to be used with Arn";

/// The refusal of a key for the group with this ARN, with what the key needs.
pub(super) fn explain(error: Error, group: &str) -> Error {
    let refused = error.message().contains(REFUSED);
    let disabled =
        error.code() == Some("InvalidParameterException") && error.message().contains("KMS");
    if !refused && !disabled {
        return error;
    }
    let error = error.without_hints().hinted(
        "`logKmsKeyId`: the key must exist, be enabled, symmetric and in the same region, and \
         its own policy must let CloudWatch Logs use it.",
    );
    if refused {
        error.hinted(format!("Add to that policy: `{}`", statement(group)))
    } else {
        error
    }
}

/// The statement of the key's policy that lets CloudWatch Logs use it for this group only
/// (CloudWatch Logs user guide, "Encrypt log data").
fn statement(group: &str) -> String {
    let region = Arn::read(group).map_or("<region>", |arn| arn.region);
    json!({
        "Effect": "Allow",
        "Principal": {"Service": format!("logs.{region}.amazonaws.com")},
        "Action": [
            "kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*",
        ],
        "Resource": "*",
        "Condition": {"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": group}},
    })
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::{Error, explain};

    #[test]
    fn a_key_that_cloudwatch_may_not_use_is_told_with_what_it_needs() {
        let group = "arn:aws:logs:eu-west-1:123456789012:log-group:/fargate/web";
        let refused = format!(
            "The specified KMS key does not exist or is not allowed to be used with Arn '{group}'"
        );
        let rendered = [
            Error::aws("AccessDeniedException", refused)
                .hinted("The caller needs the permission `logs:CreateLogGroup`."),
            Error::aws("InvalidParameterException", "The KMS key is disabled"),
            Error::aws("InvalidParameterException", "the name is wrong"),
            Error::aws("AccessDeniedException", "User: u is not authorized").hinted("Ask for it."),
        ];
        let rendered = rendered.map(|error| explain(error, group).to_string());
        expect_test::expect![[r#"
            The specified KMS key does not exist or is not allowed to be used with Arn 'arn:aws:logs:eu-west-1:123456789012:log-group:/fargate/web'
              `logKmsKeyId`: the key must exist, be enabled, symmetric and in the same region, and its own policy must let CloudWatch Logs use it.
              Add to that policy: `{"Action":["kms:Encrypt*","kms:Decrypt*","kms:ReEncrypt*","kms:GenerateDataKey*","kms:Describe*"],"Condition":{"ArnEquals":{"kms:EncryptionContext:aws:logs:arn":"arn:aws:logs:eu-west-1:123456789012:log-group:/fargate/web"}},"Effect":"Allow","Principal":{"Service":"logs.eu-west-1.amazonaws.com"},"Resource":"*"}`
            The KMS key is disabled
              `logKmsKeyId`: the key must exist, be enabled, symmetric and in the same region, and its own policy must let CloudWatch Logs use it.
            the name is wrong
            User: u is not authorized
              Ask for it."#]].assert_eq(&rendered.join("\n"));
    }
}
