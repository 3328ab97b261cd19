//! A cluster that the program was given: looked at before anything is made for a service that could
//! not run there.
//!
//! No object of ours. Tasks can run only on capacity providers that are associated with the cluster
//! (botocore, `CapacityProviderStrategyItem`), and a cluster that was made without a word about them has
//! none. A run without changes asks nothing.

use aws_sdk_ecs::types::Cluster as Described;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Problem, Result};
use crate::property::sorted;
use crate::property::{Form, Plain, Wire};
use crate::resource::{
    Asked, Cx, EVERYWHERE, Live, Made, Needed, Permission, Resource, Settled, Standing,
};

/// The cluster.
pub struct GivenCluster;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    pub cluster_arn: F::Of<String>,
    /// Those that the service's tasks are to run on.
    pub capacity_providers: F::Of<Vec<F::Of<String>>>,
}

/// What comes of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    pub arn: F::Of<String>,
}

impl Resource for GivenCluster {
    const TYPE: &'static str = "fargate:ecs:GivenCluster";
    const PERMISSIONS: &'static [Permission] = &[Permission {
        sid: "ClusterGiven",
        to: "look whether the tasks can run on the cluster",
        needed: Needed::If("`clusterArn` is given"),
        actions: &["ecs:DescribeClusters"],
        on: &["arn:aws:ecs:*:*:cluster/*"],
        ..EVERYWHERE
    }];
    const REPLACE_ON: &'static [&'static str] = &[];
    const CHANGES_ON_UPDATE: &'static [&'static str] = &["arn"];
    const STATE_ONLY: bool = true;
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    fn check(
        mut inputs: Inputs<Wire>,
        _asked: &Asked<'_>,
        _problems: &mut Vec<Problem>,
    ) -> Inputs<Wire> {
        inputs.capacity_providers = sorted(inputs.capacity_providers);
        inputs
    }

    async fn preview(
        cx: &Cx,
        inputs: &Inputs,
        _outputs: Option<&Outputs>,
    ) -> Result<Option<Outputs>> {
        look(cx, inputs).await.map(Some)
    }

    async fn find(_cx: &Cx, _inputs: &Inputs) -> Result<Option<Standing>> {
        Ok(None)
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let outputs = look(cx, inputs).await?;
        Ok(Made { id: outputs.arn.clone(), outputs })
    }

    async fn read(_cx: &Cx, _id: &str) -> Result<Option<Live<Self>>> {
        Ok(None)
    }

    async fn update(
        cx: &Cx,
        _id: &str,
        old: Option<&Inputs>,
        new: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        if old == Some(new) {
            return Ok(outputs.into());
        }
        look(cx, new).await.map(Into::into)
    }

    async fn delete(_cx: &Cx, _id: &str, _inputs: &Inputs, _outputs: &Outputs) -> Result<()> {
        Ok(())
    }
}

async fn look(cx: &Cx, inputs: &Inputs) -> Result<Outputs> {
    let arn = &inputs.cluster_arn;
    let found = cx.aws.cluster(arn).await?;
    match complain(found.as_ref(), inputs) {
        None => Ok(Outputs { arn: arn.clone() }),
        Some(reason) => Err(Error::input(vec![Problem::new("clusterArn", reason)])),
    }
}

/// Why the service cannot run there.
fn complain(found: Option<&Described>, inputs: &Inputs) -> Option<String> {
    let arn = &inputs.cluster_arn;
    let active =
        found.filter(|it| it.cluster_arn() == Some(arn) && it.status() != Some("INACTIVE"));
    let Some(cluster) = active else {
        return Some(format!(
            "There is no cluster {arn}. Check that it is in this account and was \
                             not deleted."
        ));
    };
    let has = cluster.capacity_providers();
    let lacks: Vec<&str> = inputs
        .capacity_providers
        .iter()
        .filter(|it| !has.contains(it))
        .map(String::as_str)
        .collect();
    if lacks.is_empty() {
        return None;
    }
    // The call replaces the whole list, so those that it has are named too.
    let mut all: Vec<&str> =
        has.iter().map(String::as_str).chain(["FARGATE", "FARGATE_SPOT"]).collect();
    all.sort_unstable();
    all.dedup();
    let name = cluster.cluster_name().unwrap_or(arn);
    Some(format!(
        "The cluster {name} does not have the capacity provider {}, on which the tasks are to \
         run. Let the owner of the cluster associate it, in the program or with `aws ecs \
         put-cluster-capacity-providers --cluster {name} --capacity-providers {} \
         --default-capacity-provider-strategy …` with the default strategy that it has.",
        lacks.join(" and "),
        all.join(" "),
    ))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{Described, Inputs, complain};

    #[test]
    fn a_cluster_on_which_no_task_could_run_is_told_with_the_way_out() {
        let arn = "arn:aws:ecs:eu-west-1:1:cluster/shared";
        let of = |status: &str, providers: &[&str]| {
            Described::builder()
                .cluster_arn(arn)
                .cluster_name("shared")
                .status(status)
                .set_capacity_providers(Some(providers.iter().map(|&it| it.to_owned()).collect()))
                .build()
        };
        let inputs = Inputs {
            cluster_arn: arn.to_owned(),
            capacity_providers: vec!["FARGATE".to_owned(), "FARGATE_SPOT".to_owned()],
        };
        let seen = [
            None,
            Some(of("INACTIVE", &["FARGATE", "FARGATE_SPOT"])),
            Some(of("ACTIVE", &[])),
            Some(of("ACTIVE", &["FARGATE", "machines"])),
        ];
        let message = seen.map(|it| complain(it.as_ref(), &inputs).unwrap_or_default());
        expect![[r"
            There is no cluster arn:aws:ecs:eu-west-1:1:cluster/shared. Check that it is in this account and was not deleted.
            There is no cluster arn:aws:ecs:eu-west-1:1:cluster/shared. Check that it is in this account and was not deleted.
            The cluster shared does not have the capacity provider FARGATE and FARGATE_SPOT, on which the tasks are to run. Let the owner of the cluster associate it, in the program or with `aws ecs put-cluster-capacity-providers --cluster shared --capacity-providers FARGATE FARGATE_SPOT --default-capacity-provider-strategy …` with the default strategy that it has.
            The cluster shared does not have the capacity provider FARGATE_SPOT, on which the tasks are to run. Let the owner of the cluster associate it, in the program or with `aws ecs put-cluster-capacity-providers --cluster shared --capacity-providers FARGATE FARGATE_SPOT machines --default-capacity-provider-strategy …` with the default strategy that it has."]].assert_eq(&message.join("\n"));
        assert_eq!(complain(Some(&of("ACTIVE", &["FARGATE", "FARGATE_SPOT"])), &inputs), None);
    }
}
