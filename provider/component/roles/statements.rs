//! Least privilege: what the two roles may do, derived from what is declared.

use crate::children::ecr::image_reference::InEcr;
use crate::children::iam::statement::{Conditions, Statement};
use crate::component::wiring::Wanted;
use crate::property::{Output, Wire};

pub(super) type Statements = Output<Vec<Statement<Wire>>>;

/// What ECS needs to start the tasks: pull this image, write these logs, read these secrets.
pub(super) fn execution(
    want: &Wanted,
    log_group_arn: Output<String>,
    repository_arn: Option<Output<String>>,
    own_secrets: Vec<Output<String>>,
) -> Statements {
    let arn_of = |image: String| InEcr::read(&image).map(|it| it.arn());
    // Not known to come from the input: an image whose changes are ignored is deployed by others, with
    // other tags of the same repository.
    let image = want.args.image.image.clone().map(|image| image.map(arn_of));
    let foreign = image.unwrap_or(Output::from(None));
    let own: Output<Option<String>> =
        repository_arn.map_or(Output::from(None), |arn| arn.map(Some));
    let secrets = want.args.container.secrets().map(|map| map.into_values().collect());
    let secrets: Output<Vec<String>> = flatten(secrets);
    let own_secrets: Output<Vec<String>> = own_secrets.into_iter().collect();
    let secrets = secrets.zip(own_secrets).map(|(given, own)| [given, own].concat());
    let own_key: Output<Vec<String>> = want.args.secrets.secret_kms_key_arn().into_iter().collect();
    let keys = keys(want).zip(own_key).map(|(given, own)| [given, own].concat());
    let declared = log_group_arn.zip(own).zip(foreign).zip(secrets).zip(keys);
    declared.map(|((((logs, own), foreign), secrets), keys)| {
        let mut statements = vec![allow(
            "Logs",
            &["logs:CreateLogStream", "logs:PutLogEvents"],
            vec![format!("{logs}:*")],
        )];
        let foreign = foreign.filter(|arn| Some(arn) != own.as_ref());
        let repositories: Vec<String> = [own, foreign.clone()].into_iter().flatten().collect();
        if !repositories.is_empty() {
            // The one action that knows no resources (IAM's service authorization reference).
            statements.push(allow(
                "Registry",
                &["ecr:GetAuthorizationToken"],
                vec!["*".to_owned()],
            ));
            statements.push(allow(
                "Image",
                &[
                    "ecr:BatchCheckLayerAvailability",
                    "ecr:BatchGetImage",
                    "ecr:GetDownloadUrlForLayer",
                ],
                repositories,
            ));
        }
        if let Some(foreign) = foreign {
            // No image tells whether its repository is a pull-through cache's, which the first pull makes
            // and fills with the rights of who pulls (ECR user guide, IAM permissions for pull through
            // cache). If it is none it is there already, and nothing can be imported into it.
            statements.push(allow(
                "PullThroughCache",
                &["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"],
                vec![foreign],
            ));
        }
        let (of_manager, parameters): (Vec<_>, Vec<_>) = secrets
            .iter()
            .map(|arn| whole_secret(arn))
            .partition(|arn| arn.contains(":secretsmanager:"));
        let mut through = Vec::new();
        if !of_manager.is_empty() {
            through.push(MANAGER);
            statements.push(allow("Secrets", &["secretsmanager:GetSecretValue"], of_manager));
        }
        if !parameters.is_empty() {
            through.push(PARAMETERS);
            statements.push(allow("Parameters", &["ssm:GetParameters"], parameters));
        }
        statements.extend(decrypt("SecretsKeys", keys, &through));
        statements
    })
}

/// What the application may do: what it was declared to need, and nothing by default.
pub(super) fn task(want: &Wanted) -> Statements {
    let users = want.args.roles.task_role_statements();
    let database: Output<Option<String>> =
        want.args.container.database_secret_arn().map_or(Output::from(None), |arn| arn.map(Some));
    let exec = want.args.service.enable_execute_command();
    users.zip(database).zip(exec).zip(keys(want)).map(|(((users, database), exec), keys)| {
        let mut statements: Vec<Statement<Wire>> = users
            .into_iter()
            .map(|it| Statement {
                sid: it.sid,
                actions: it.actions,
                resources: it.resources,
                conditions: it.conditions,
            })
            .collect();
        if let Some(arn) = database {
            statements.push(allow(
                "Database",
                &["secretsmanager:GetSecretValue"],
                vec![whole_secret(&arn)],
            ));
            statements.extend(decrypt("DatabaseKeys", keys, &[MANAGER]));
        }
        if exec {
            statements.push(allow(
                "Exec",
                &[
                    "ssmmessages:CreateControlChannel",
                    "ssmmessages:CreateDataChannel",
                    "ssmmessages:OpenControlChannel",
                    "ssmmessages:OpenDataChannel",
                ],
                vec!["*".to_owned()],
            ));
        }
        statements
    })
}

pub(super) fn allow(sid: &str, actions: &[&str], mut resources: Vec<String>) -> Statement<Wire> {
    resources.sort();
    resources.dedup();
    Statement {
        sid: Some(sid.to_owned()),
        actions: actions.iter().map(|action| Output::from(*action)).collect::<Vec<_>>().into(),
        resources: resources.into_iter().map(Output::from).collect::<Vec<_>>().into(),
        conditions: None,
    }
}

/// Names of the statements of the task role that are not the user's, and so taken.
pub(super) const DATABASE: &[&str] = &["Database", "DatabaseKeys"];
pub(super) const EXEC: &[&str] = &["Exec"];

/// How KMS calls the services that decrypt for somebody (KMS developer guide, `kms:ViaService`).
const MANAGER: &str = "secretsmanager.*";
const PARAMETERS: &str = "ssm.*";

/// The keys under which the secrets lie.
fn keys(want: &Wanted) -> Output<Vec<String>> {
    flatten(want.args.container.secrets_kms_key_arns())
}

/// The use of these keys by these services, and by no other way; none without keys or services.
fn decrypt(sid: &str, keys: Vec<String>, through: &[&str]) -> Option<Statement<Wire>> {
    if keys.is_empty() || through.is_empty() {
        return None;
    }
    let through = through.iter().map(|&service| service.to_owned()).collect();
    let conditions: Conditions =
        [("StringLike".to_owned(), [("kms:ViaService".to_owned(), through)].into())].into();
    let statement = allow(sid, &["kms:Decrypt"], keys);
    Some(Statement { conditions: Some(conditions.into()), ..statement })
}

/// A secret's ARN without the JSON key, stage and version that may follow it, and with the six
/// characters at its end: Secrets Manager finds a secret without them, but IAM compares the whole ARN
/// (Secrets Manager user guide, "Secret ARN").
fn whole_secret(arn: &str) -> String {
    if !arn.contains(":secretsmanager:") {
        return arn.to_owned();
    }
    let arn = arn.splitn(8, ':').take(7).collect::<Vec<_>>().join(":");
    let ends = |end: &str| end.len() == 6 && end.chars().all(|c| c.is_ascii_alphanumeric());
    let whole = arn.rsplit_once('-').is_some_and(|(_, end)| ends(end));
    if whole { arn } else { format!("{arn}-??????") }
}

fn flatten(list: Output<Vec<Output<String>>>) -> Output<Vec<String>> {
    let members: Option<Output<Vec<String>>> =
        list.known().map(|members| members.iter().cloned().collect());
    match members {
        None => list.map(|_| Vec::new()),
        Some(members) => list.zip(members).map(|(_, members)| members),
    }
}

#[cfg(test)]
mod tests {
    use super::whole_secret;

    #[test]
    fn a_role_reads_the_whole_secret_of_which_a_variable_names_a_key() {
        let arn = "arn:aws:secretsmanager:eu-west-1:1:secret:db-AbCdEf";
        assert_eq!(whole_secret(&format!("{arn}:password::")), arn);
        assert_eq!(whole_secret(arn), arn);
        let short = arn.trim_end_matches("-AbCdEf");
        assert_eq!(whole_secret(short), format!("{short}-??????"));
        assert_eq!(whole_secret(&format!("{short}:password::")), format!("{short}-??????"));
        assert_eq!(
            whole_secret("arn:aws:ssm:eu-west-1:1:parameter/x"),
            "arn:aws:ssm:eu-west-1:1:parameter/x"
        );
    }
}
