//! What whoever runs `pulumi up` must be allowed: policies and the page that explains them, from
//! what the children declare. The committed files are held against this by a test, and the stories
//! show that nothing is missing and nothing too much.

use std::collections::BTreeSet;
use std::fmt::Write;

use serde_json::{Value as Json, json};

use crate::children::CHILDREN;
use crate::resource::permission::{HAS_GIVEN_LISTENER, HAS_RULES, MOVES_TRAFFIC, NAME};
use crate::resource::{Needed, Permission};

/// What the page says before the tables.
const INTRODUCTION: &str = include_str!("iam_policies.md");

/// One policy: a managed policy has a limit, so there are several.
struct Policy {
    /// Its file in `docs/iam`, and in `docs/iam/narrow`.
    file: &'static str,
    /// Its heading on the page.
    title: &'static str,
}

const POLICIES: [Policy; 9] = [
    Policy { file: "service", title: "Every service" },
    Policy { file: "network", title: "Every service: network and load balancer" },
    Policy { file: "features", title: "Some services" },
    Policy { file: "vpc", title: "Services with `network`" },
    Policy {
        file: "routes",
        title: "Services with `routes`, or with another `deployment.strategy` than `rolling`",
    },
    Policy { file: "traffic", title: "Services with another `deployment.strategy` than `rolling`" },
    Policy { file: "values", title: "Some services: `secretValues`" },
    Policy { file: "domains", title: "Services with a `domainName`" },
    Policy { file: "operations", title: "Some services: logs, scaling, alarms and dashboard" },
];

/// The policy of those who have a network of the service's own; nobody else needs any of it.
const VPC: &str = "vpc";

/// The file of a child's permission: who needs it decides, and which AWS service the child is of.
fn file_of(token: &str, needed: Needed) -> &'static str {
    let module = token.split(':').nth(1).unwrap_or_default();
    match (needed, module) {
        (Needed::If(HAS_RULES | HAS_GIVEN_LISTENER), _) => "routes",
        (Needed::If(MOVES_TRAFFIC), _) => "traffic",
        (Needed::If(_), "appautoscaling" | "cloudwatch") => "operations",
        (Needed::If(_), "ec2") => VPC,
        (Needed::If(_), "acm" | "route53") => "domains",
        (Needed::If(_), "secretsmanager" | "ssm") => "values",
        (Needed::If(_), _) => "features",
        (_, "ec2" | "lb") => "network",
        _ => "service",
    }
}

/// For whom a policy is written.
#[derive(Clone, Copy)]
enum Reach {
    /// All accounts, regions and names.
    Wide,
    /// The example's account, region and names.
    Narrow,
}

/// The page.
#[must_use]
pub fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    for policy in &POLICIES {
        section(&mut page, policy);
    }
    page
}

/// Paths below `docs/iam`, and the policy that stands there.
#[must_use]
pub fn policies() -> Vec<(String, String)> {
    let both = |policy: &Policy| {
        let Policy { file, .. } = policy;
        [
            (format!("{file}.json"), document(file, Reach::Wide)),
            (format!("narrow/{file}.json"), document(file, Reach::Narrow)),
        ]
    };
    POLICIES.iter().flat_map(both).collect()
}

/// What `permissions` prints: the policy of this name, or all as one document by their names.
///
/// # Errors
/// There is no policy of this name: which there are.
pub fn print(name: Option<&str>) -> Result<String, String> {
    let policies = policies();
    let Some(name) = name else {
        let all: Json =
            POLICIES.iter().map(|it| (it.file, statements(it.file, Reach::Wide))).collect();
        return Ok(format!("{all:#}\n"));
    };
    let found = policies.into_iter().find(|(path, _)| path.strip_suffix(".json") == Some(name));
    found.map(|(_, policy)| policy).ok_or_else(|| {
        let names = POLICIES.map(|it| format!("`{}`", it.file)).join(", ");
        format!("`{name}` is not a policy; these are: {names}, and each of them as `narrow/<name>`")
    })
}

fn permissions(file: &str) -> impl Iterator<Item = &'static Permission> {
    CHILDREN.iter().flat_map(move |child| {
        let of_file = move |it: &&Permission| file_of(child.token(), it.needed) == file;
        child.permissions().iter().filter(of_file)
    })
}

/// Whether all that have the policy need it, and it only looks at what AWS cannot tell apart: all of these are
/// one statement of a policy, since its characters are counted.
fn looks(file: &str, permission: &Permission) -> bool {
    let reads = |action: &&str| {
        let (_, operation) = action.split_once(':').unwrap_or_default();
        ["Describe", "Get", "List"].iter().any(|verb| operation.starts_with(verb))
    };
    (permission.needed == Needed::Always || file == VPC)
        && permission.on == ["*"]
        && permission.only_if.is_none()
        && permission.actions.iter().all(reads)
}

/// The name of the one statement of all that only looks.
fn look_of(file: &str) -> String {
    format!("{}{}Look", file[..1].to_uppercase(), &file[1..])
}

fn document(file: &str, reach: Reach) -> String {
    format!("{:#}\n", statements(file, reach))
}

fn statements(file: &str, reach: Reach) -> Json {
    let looking: BTreeSet<&str> =
        permissions(file).filter(|it| looks(file, it)).flat_map(|it| it.actions).copied().collect();
    let mut statements = Vec::new();
    if !looking.is_empty() {
        statements.push(json!({
            "Sid": look_of(file), "Effect": "Allow", "Action": looking, "Resource": "*",
        }));
    }
    statements
        .extend(permissions(file).filter(|it| !looks(file, it)).map(|it| statement(it, reach)));
    json!({"Version": "2012-10-17", "Statement": statements})
}

fn statement(permission: &Permission, reach: Reach) -> Json {
    let reach = if OF_OTHERS.contains(&permission.sid) { Reach::Wide } else { reach };
    let on: Vec<String> = permission.on.iter().map(|&it| reaching(it, reach)).collect();
    let mut statement = json!({
        "Sid": permission.sid,
        "Effect": "Allow",
        "Action": one_or_all(permission.actions),
        "Resource": one_or_all(&on),
    });
    if let Some((operator, key, value)) = permission.only_if {
        statement["Condition"] = json!({operator: {key: value}});
    }
    statement
}

/// Statements about what may belong to other accounts.
const OF_OTHERS: [&str; 1] = ["ImageGiven"];

/// A declared ARN as it stands in a policy. Keys may belong to other accounts.
fn reaching(on: &str, reach: Reach) -> String {
    match reach {
        Reach::Wide => on.replace(NAME, ""),
        Reach::Narrow if on.contains(":kms:") => on.to_owned(),
        Reach::Narrow => on
            .replace(":*:*:", ":eu-central-1:123456789012:")
            .replace("::*:", "::123456789012:")
            .replace(NAME, "orders"),
    }
}

/// One alone needs no list, and a policy's characters are counted.
fn one_or_all<T: AsRef<str>>(texts: &[T]) -> Json {
    match texts {
        [one] => json!(one.as_ref()),
        all => all.iter().map(AsRef::as_ref).collect(),
    }
}

fn section(page: &mut String, policy: &Policy) {
    let Policy { file, title } = policy;
    // Writing to a string never fails.
    let _ = write!(page, "\n## {title}\n\nIn [iam/{file}.json](iam/{file}.json):\n");
    let (looking, others): (Vec<_>, Vec<_>) = permissions(file).partition(|it| looks(file, it));
    if !looking.is_empty() {
        let _ = writeln!(page, "\n* **`{}`** lets the provider look, on `*`:", look_of(file));
    }
    for Permission { to, actions, .. } in looking {
        let _ = writeln!(page, "  * to {to}: {}", quoted(actions));
    }
    for permission in others {
        let needed = match permission.needed {
            Needed::Always => String::new(),
            Needed::Unless(what) => format!(" Not needed if {what}."),
            Needed::If(what) => format!(" Needed if {what}."),
        };
        let (sid, to) = (permission.sid, permission.to);
        let _ = write!(page, "\n* **`{sid}`** lets the provider {to}.{needed}\n");
        let _ = writeln!(page, "  * {}", quoted(permission.actions));
        let on: Vec<String> = permission.on.iter().map(|on| reaching(on, Reach::Wide)).collect();
        let _ = write!(page, "  * on {}", quoted(&on));
        if let Some((operator, key, value)) = permission.only_if {
            let _ = write!(page, ", if `{key}` is `{value}` (`{operator}`)");
        }
        page.push('\n');
    }
}

fn quoted<T: AsRef<str>>(texts: &[T]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| format!("`{}`", text.as_ref())).collect();
    texts.join(", ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use expect_test::expect_file;

    use super::{POLICIES, look_of, page, permissions, policies};

    #[test]
    fn the_committed_policies_are_what_the_children_declare() {
        for (path, policy) in policies() {
            let path = format!("{}/docs/iam/{path}", env!("CARGO_MANIFEST_DIR"));
            expect_file![path].assert_eq(&policy);
        }
        expect_file!["../../../docs/permissions.md"].assert_eq(&page());
    }

    /// IAM counts all but white space, up to 6,144 (IAM user guide, quotas); a fifth is to spare.
    #[test]
    fn a_policy_fits_into_a_managed_policy_and_leaves_room() {
        for (path, policy) in policies() {
            let length = policy.chars().filter(|character| !character.is_whitespace()).count();
            let most = 6_144 * 4 / 5;
            assert!(length <= most, "{path} has {length} characters");
        }
    }

    #[test]
    fn each_statement_has_a_name_of_its_own() {
        let mut seen: BTreeSet<String> = POLICIES.iter().map(|it| look_of(it.file)).collect();
        for permission in POLICIES.iter().flat_map(|policy| permissions(policy.file)) {
            let sid = permission.sid;
            assert!(seen.insert(sid.to_owned()), "two statements are called {sid}");
            assert!(!sid.is_empty() && sid.chars().all(|it| it.is_ascii_alphanumeric()), "{sid}");
            assert!(!permission.to.is_empty(), "{sid}");
        }
    }
}
