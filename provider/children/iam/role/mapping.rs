//! A role as IAM shows it, read back as what was asked for.

use aws_sdk_iam::types::Role as Described;

use super::{Inputs, Outputs, leaving};

/// A role, the text of its inline policy and the ARNs of the attached ones that are ours, read back:
/// the end of its name is its purpose.
pub(super) fn inputs(role: &Described, policy: Option<&str>, attached: Vec<String>) -> Inputs {
    let boundary = role.permissions_boundary();
    Inputs {
        purpose: role.role_name().rsplit('-').next().unwrap_or_default().to_owned(),
        description: role.description().unwrap_or_default().to_owned(),
        statements: policy.map(|it| leaving::read(it).0).unwrap_or_default(),
        managed_policy_arns: attached,
        permissions_boundary: boundary
            .and_then(|boundary| boundary.permissions_boundary_arn())
            .map(str::to_owned),
    }
}

pub(super) fn outputs(role: &Described) -> Outputs {
    Outputs { arn: role.arn().to_owned(), name: role.role_name().to_owned(), changed: None }
}

#[cfg(test)]
mod tests {
    use aws_sdk_iam::types::AttachedPermissionsBoundary;
    use aws_smithy_types::DateTime;

    use super::{Described, Inputs, inputs};
    use crate::children::iam::statement::{self, Statement};

    #[test]
    fn what_aws_shows_is_read_as_what_was_asked_for() {
        let asked: Inputs = Inputs {
            purpose: "execution".to_owned(),
            description: "Starts the tasks of web.".to_owned(),
            statements: vec![Statement {
                sid: None,
                actions: vec!["logs:CreateLogStream".to_owned(), "logs:PutLogEvents".to_owned()],
                resources: vec!["arn:aws:logs:eu-central-1:1:log-group:web:*".to_owned()],
                conditions: None,
            }],
            managed_policy_arns: vec!["arn:aws:iam::aws:policy/A".to_owned()],
            permissions_boundary: Some("arn:aws:iam::1:policy/B".to_owned()),
        };
        let boundary = AttachedPermissionsBoundary::builder()
            .permissions_boundary_arn("arn:aws:iam::1:policy/B")
            .build();
        let shown = Described::builder()
            .path("/")
            .role_id("AROA")
            .create_date(DateTime::from_secs(0))
            .role_name("web-site-eu-west-1-execution")
            .arn("arn:aws:iam::1:role/web-site-eu-west-1-execution")
            .description("Starts the tasks of web.")
            .permissions_boundary(boundary)
            .build()
            .expect("a role");
        let policy = statement::policy(&asked.statements).to_string();
        assert_eq!(inputs(&shown, Some(&policy), asked.managed_policy_arns.clone()), asked);
    }
}
