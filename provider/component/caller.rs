//! What whoever runs `pulumi up` must be allowed: two policies and the page that explains them, from
//! what the children declare. The committed files are held against this by a test, and the stories
//! show that nothing is missing and nothing too much.

use std::fmt::Write;

use serde_json::{Value as Json, json};

use crate::children::CHILDREN;
use crate::resource::{Needed, Permission};

/// What the page says before the tables.
const INTRODUCTION: &str = "\
# What the caller must be allowed

These are the permissions that whoever runs `pulumi up`, `refresh` and `destroy` needs in AWS: a
person, or the role of a pipeline. They are not those of the application, which gets a role of its
own. They stand in two policies, each small enough for a managed policy (6,144 characters):

* [iam/service.json](iam/service.json): what every service needs. Some of it only looks: whoever
  destroys a service looks for all that an interrupted run may have left of it.
* [iam/features.json](iam/features.json): what only some services need. Remove the statements of the
  features that you do not use.

```
aws iam create-policy --policy-name fargate-service --policy-document file://docs/iam/service.json
aws iam create-policy --policy-name fargate-features --policy-document file://docs/iam/features.json
```

Both are generated from what the provider's code declares beside its calls. The stories of this
repository run a production service from its first `up` to its end with exactly these policies,
against a local AWS that evaluates them as IAM does; and each action that a policy grants is asked
for by one of them, so nothing is granted in vain. (`sts:GetCallerIdentity` needs no permission.)

## Make them narrower, or fit

* **Account and region.** Put your account's number and region in place of the stars:
  `arn:aws:ecs:eu-central-1:123456789012:cluster/*`. Write `arn:aws-cn:` or `arn:aws-us-gov:` in
  those partitions.
* **Names.** All names begin with the service's base name: its `name`, or the resource's name in the
  program and seven characters. If yours all begin with `orders`, write `cluster/orders*`,
  `role/orders*-task` and so on.
* **Roles.** Whoever may make a role and pass it to a task has, through that task, whatever the role
  may do. The policy lets the caller touch only roles that are called `…-execution` and `…-task`,
  and pass them only to ECS tasks. To limit what such roles may do, give all services a
  `permissionsBoundary`, and demand it with a condition on `iam:CreateRole`, `iam:PutRolePolicy` and
  `iam:AttachRolePolicy`: `\"StringEquals\": {\"iam:PermissionsBoundary\": \"arn:aws:iam::…:policy/…\"}`.
* **Things of your own.** With `taskRoleArn` or `executionRoleArn`, the statement `PassRole` must
  name those roles. With `clusterArn`, security groups or subnets of your own nothing is needed beyond
  what is here. With `taskRolePolicyArns` you may demand them by the condition `iam:PolicyARN`.
* **No conditions on tags.** Everything is tagged with `fargate:service`, but a condition on that
  tag would turn \"there is no such thing\" into \"access denied\", and a second delete into a failure.
* **A role to assume.** With the provider's `assumeRole`, these policies belong to that role, and
  the caller needs `sts:AssumeRole` on it.
* **Whoever pushes images** needs `ecr:GetAuthorizationToken` and the push actions on the
  repository; the provider itself never pushes or pulls.
";

/// The page.
#[must_use]
pub fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    let always = |needed: Needed| !matches!(needed, Needed::If(_));
    section(&mut page, "Every service", "iam/service.json", always);
    section(&mut page, "Some services", "iam/features.json", |needed| !always(needed));
    page
}

/// The policy that every service needs.
#[must_use]
pub fn service() -> String {
    document(|needed| !matches!(needed, Needed::If(_)))
}

/// The policy of features.
#[must_use]
pub fn features() -> String {
    document(|needed| matches!(needed, Needed::If(_)))
}

fn permissions(which: impl Fn(Needed) -> bool) -> impl Iterator<Item = &'static Permission> {
    let all = CHILDREN.iter().flat_map(|child| child.permissions());
    all.filter(move |permission| which(permission.needed))
}

fn document(which: impl Fn(Needed) -> bool) -> String {
    let statements: Vec<Json> = permissions(which).map(statement).collect();
    let document = json!({"Version": "2012-10-17", "Statement": statements});
    format!("{document:#}\n")
}

fn statement(permission: &Permission) -> Json {
    let mut statement = json!({
        "Sid": permission.sid,
        "Effect": "Allow",
        "Action": one_or_all(permission.actions),
        "Resource": one_or_all(permission.on),
    });
    if let Some((operator, key, value)) = permission.only_if {
        statement["Condition"] = json!({operator: {key: value}});
    }
    statement
}

/// One alone needs no list, and a policy's characters are counted.
fn one_or_all(texts: &[&str]) -> Json {
    match texts {
        [one] => json!(one),
        all => json!(all),
    }
}

fn section(page: &mut String, title: &str, file: &str, which: impl Fn(Needed) -> bool) {
    // Writing to a string never fails.
    let _ = write!(page, "\n## {title}\n\nIn [{file}]({file}):\n");
    for permission in permissions(which) {
        let needed = match permission.needed {
            Needed::Always => String::new(),
            Needed::Unless(what) => format!(" Not needed if {what}."),
            Needed::If(what) => format!(" Needed if {what}."),
        };
        let (sid, to) = (permission.sid, permission.to);
        let _ = write!(page, "\n* **`{sid}`** lets the provider {to}.{needed}\n");
        let _ = writeln!(page, "  * {}", quoted(permission.actions));
        let _ = write!(page, "  * on {}", quoted(permission.on));
        if let Some((operator, key, value)) = permission.only_if {
            let _ = write!(page, ", if `{key}` is `{value}` (`{operator}`)");
        }
        page.push('\n');
    }
}

fn quoted(texts: &[&str]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| format!("`{text}`")).collect();
    texts.join(", ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use expect_test::expect_file;

    use super::{features, page, permissions, service};
    use crate::resource::Needed;

    #[test]
    fn the_committed_policies_are_what_the_children_declare() {
        expect_file!["../../docs/iam/service.json"].assert_eq(&service());
        expect_file!["../../docs/iam/features.json"].assert_eq(&features());
        expect_file!["../../docs/permissions.md"].assert_eq(&page());
    }

    #[test]
    fn a_policy_fits_into_a_managed_policy() {
        // IAM counts all but white space, up to 6,144 (IAM user guide, quotas).
        for policy in [service(), features()] {
            let length = policy.chars().filter(|character| !character.is_whitespace()).count();
            assert!(length <= 6144, "{length} characters: {policy}");
        }
    }

    #[test]
    fn each_statement_has_a_name_of_its_own() {
        let mut seen = BTreeSet::new();
        for permission in permissions(|_| true) {
            let sid = permission.sid;
            assert!(seen.insert(sid), "two statements are called {sid}");
            assert!(!sid.is_empty() && sid.chars().all(|it| it.is_ascii_alphanumeric()), "{sid}");
        }
        assert_eq!(permissions(|it| it == Needed::Always).filter(|it| it.to.is_empty()).count(), 0);
    }
}
