//! Secret values: what keeps them, and how the container gets them.

use std::collections::BTreeMap;

use futures_util::future::try_join_all;

use crate::children::secretsmanager::secret;
use crate::children::ssm::parameter;
use crate::component::inputs::choices::SecretStore;
use crate::component::wiring::{Node, Wanted, Wiring};
use crate::property::{IntoMap, Output, Wire};
use crate::resource::registrar::Child;

/// What other slices need of what keeps the values.
#[derive(Clone, Default)]
pub(in crate::component) struct Kept {
    /// Variables, and what the task definition says of each: where ECS finds its value.
    pub variables: BTreeMap<String, Output<String>>,
    /// ARNs that the execution role reads.
    pub arns: Vec<Output<String>>,
    /// What changes with a value that the variables do not name: labels of the container.
    pub labels: BTreeMap<String, Output<String>>,
}

pub(in crate::component) type Secrets<'a> = Node<'a, Kept>;

type Values = BTreeMap<String, Output<String>>;

pub(in crate::component) fn wire<'a>(wiring: &mut Wiring<'a>) -> Secrets<'a> {
    let (parent, want) = (wiring.parent, wiring.want);
    wiring.node(async move {
        let secrets = &want.args.secrets;
        let Some(values) = secrets.secret_values.clone() else { return Ok(Kept::default()) };
        match secrets.secret_store() {
            SecretStore::SecretsManager => {
                let names: Vec<String> = values.keys().cloned().collect();
                let made = parent.make::<secret::Secret>("secret", want.secret(values)).await?;
                Ok(in_manager(&names, &made))
            }
            SecretStore::ParameterStore => {
                let parameters = values.into_iter().map(|(name, value)| async move {
                    let (part, inputs) = want.parameter(&name, value);
                    Ok((name, parent.child::<parameter::Parameter>(&part, inputs).await?))
                });
                Ok(in_parameters(try_join_all(parameters).await?))
            }
        }
    })
}

/// `<arn>:<JSON key>:<stage>:<version>` (ECS developer guide, "Pass Secrets Manager secrets through ECS environment
/// variables").
fn in_manager(names: &[String], secret: &secret::Outputs<Wire>) -> Kept {
    let version = secret.arn.clone().zip(secret.version_id.clone());
    let variables = names.iter().map(|name| {
        let place = version.clone().map(|(arn, version)| format!("{arn}:{name}::{version}"));
        (name.clone(), place)
    });
    Kept {
        variables: variables.into_map(),
        arns: vec![secret.arn.clone()],
        labels: BTreeMap::new(),
    }
}

/// ECS names no version of a parameter, so a label does: without it a changed value would be no new revision. One that is
/// created again counts from 1, so the label has a few letters of the entry that created it too.
fn in_parameters(parameters: Vec<(String, Child<parameter::Parameter>)>) -> Kept {
    let mut kept = Kept::default();
    for (name, Child { token, outputs, .. }) in parameters {
        let of = token.unwrap_or_default();
        let version = outputs.version.map(|version| format!("{version}/{of}"));
        kept.labels.insert(format!("fargate.parameter.{name}"), version);
        kept.arns.push(outputs.arn.clone().map(|arn| all_beside(&arn)));
        kept.variables.insert(name, outputs.arn);
    }
    kept
}

/// The parameters of the same service: the role is changed before the service, and a revision that still runs, or that a
/// failed deployment goes back to, needs those too that are no longer in the program.
fn all_beside(parameter: &str) -> String {
    parameter
        .rsplit_once('/')
        .map_or_else(|| parameter.to_owned(), |(service, _)| format!("{service}/*"))
}

impl Wanted {
    fn secret(&self, values: Values) -> secret::Inputs<Wire> {
        let args = &self.args.secrets;
        secret::Inputs {
            values: Output::from(values).from_input("secretValues"),
            kms_key_id: args.secret_kms_key_arn(),
            recovery_days: args.secret_recovery_days(&self.defaults),
        }
    }

    fn parameter(
        &self,
        variable: &str,
        value: Output<String>,
    ) -> (String, parameter::Inputs<Wire>) {
        let inputs = parameter::Inputs {
            variable: variable.into(),
            value: value.from_input(&format!("secretValues.{variable}")),
            key_id: self.args.secrets.secret_kms_key_arn(),
        };
        (format!("parameter-{variable}"), inputs)
    }
}
