//! What a role may do for a while longer: tasks of the revisions before the present one need it, those that still run and
//! those that a failed deployment goes back to.
//!
//! It is in the same inline policy, in statements of its own, until the service has moved. A read leaves them out.

use crate::children::iam::statement::{self, Statement};

/// How the ids of these statements begin.
const MARK: &str = "FargateUntilDeployed";

fn is_leaving(statement: &Statement) -> bool {
    statement.sid.as_ref().is_some_and(|sid| sid.starts_with(MARK))
}

/// The statements of a policy as IAM hands it back: those that stay, and those that leave.
pub(super) fn read(document: &str) -> (Vec<Statement>, Vec<Statement>) {
    statement::read(document).into_iter().partition(|it| !is_leaving(it))
}

/// The new statements, and what the `former` ones allow beyond them.
pub(super) fn with_former(new: &[Statement], former: Vec<Statement>) -> Vec<Statement> {
    let mut all = new.to_vec();
    for it in former {
        if !all.iter().any(|other| allows_as_much(other, &it)) {
            let number = all.len() - new.len() + 1;
            all.push(Statement { sid: Some(format!("{MARK}{number}")), ..it });
        }
    }
    all
}

/// Whether the one allows all that the other does: its actions on its resources, under the same conditions.
fn allows_as_much(one: &Statement, other: &Statement) -> bool {
    let has = |all: &[String], some: &[String]| some.iter().all(|it| all.contains(it));
    has(&one.actions, &other.actions)
        && has(&one.resources, &other.resources)
        && one.conditions == other.conditions
}

#[cfg(test)]
mod tests {
    use super::{read, with_former};
    use crate::children::iam::statement::{Statement, policy};

    fn reads(sid: &str, resources: &[&str]) -> Statement {
        Statement {
            sid: Some(sid.to_owned()),
            actions: vec!["ssm:GetParameters".to_owned()],
            resources: resources.iter().map(|&it| it.to_owned()).collect(),
            conditions: None,
        }
    }

    #[test]
    fn what_is_not_allowed_any_more_leaves_last() {
        let (old, new) = ([reads("Secrets", &["a", "b"])], [reads("Secrets", &["b", "c"])]);
        let wide = with_former(&new, old.to_vec());
        let document = policy(&wide).to_string();
        let (stays, leaves) = read(&document);
        assert_eq!(stays, new);
        assert_eq!(leaves, [reads("FargateUntilDeployed1", &["a", "b"])]);
        // Another change before the service has moved: all of it may be needed still.
        let third = [reads("Secrets", &["c"])];
        let wider = with_former(&third, [leaves, stays].concat());
        assert_eq!(read(&policy(&wider).to_string()).1.len(), 2);
        // A change that is taken back needs nothing beside.
        assert_eq!(with_former(&old, old.to_vec()), old);
        assert_eq!(with_former(&[], old.to_vec()).len(), 1);
    }
}
