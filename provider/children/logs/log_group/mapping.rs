//! A log group as CloudWatch Logs shows it, read back as what was asked for.

use aws_sdk_cloudwatchlogs::types::LogGroup as Described;

use super::{Inputs, Outputs};
use crate::aws::numbers::natural;

pub(super) fn inputs(group: &Described) -> Inputs {
    Inputs {
        retention_in_days: natural(group.retention_in_days()),
        kms_key_id: group.kms_key_id().map(str::to_owned),
    }
}

pub(super) fn outputs(group: &Described) -> Outputs {
    let arn = group.log_group_arn().or_else(|| group.arn()).unwrap_or_default();
    Outputs {
        name: group.log_group_name().unwrap_or_default().to_owned(),
        arn: arn.trim_end_matches(":*").to_owned(),
        retention_policy_name: group.retention_policy_name().map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::{Described, Inputs, Outputs, inputs, outputs};
    use crate::children::logs::log_group::LogGroup;
    use crate::resource::Resource;

    #[test]
    fn what_aws_shows_is_read_as_what_was_asked_for() {
        let shown = Described::builder()
            .log_group_name("/fargate/web")
            .arn("arn:aws:logs:eu-central-1:123456789012:log-group:/fargate/web:*")
            .retention_in_days(30)
            .kms_key_id("arn:aws:kms:eu-central-1:123456789012:key/1")
            .build();
        let expected = Inputs {
            retention_in_days: Some(30),
            kms_key_id: Some("arn:aws:kms:eu-central-1:123456789012:key/1".to_owned()),
        };
        assert_eq!(inputs(&shown), expected);
        let expected = Outputs {
            name: "/fargate/web".to_owned(),
            arn: "arn:aws:logs:eu-central-1:123456789012:log-group:/fargate/web".to_owned(),
            retention_policy_name: None,
        };
        assert_eq!(outputs(&shown), expected);
        assert!(LogGroup::not_returned(&expected).is_empty());
    }

    #[test]
    fn a_group_without_retention_and_key_is_read_as_neither_given() {
        let bare = inputs(&Described::builder().log_group_name("/fargate/web").build());
        assert_eq!(bare, Inputs { retention_in_days: None, kms_key_id: None });
    }

    #[test]
    fn the_accounts_own_retention_policy_is_no_drift() {
        let shown =
            Described::builder().retention_in_days(7).retention_policy_name("everywhere").build();
        assert_eq!(LogGroup::not_returned(&outputs(&shown)), ["retentionInDays"]);
    }
}
