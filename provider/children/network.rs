//! Where balancer and tasks stand: the answer to a few questions, asked once and kept.
//!
//! Calls: `ec2:DescribeVpcs` (only for the default VPC), `ec2:DescribeSubnets`. No object in AWS;
//! the answer stands in the state, so a run without changes asks nothing, and a new subnet in the
//! default VPC moves no service. A preview asks too: a network that cannot work is told there.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::{Filter, Subnet};
use serde::{Deserialize, Serialize};

use crate::aws::Explain;
use crate::error::{Error, Problem, Result};
use crate::property::{Form, Plain};
use crate::resource::{Cx, Live, Made, Resource, Settled, Standing};

/// The network.
pub struct Network;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpc_id: Option<F::Of<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_subnet_ids: Option<F::Of<Vec<F::Of<String>>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub private_subnet_ids: Option<F::Of<Vec<F::Of<String>>>>,
    pub use_default_vpc: F::Of<bool>,
    pub internal: F::Of<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assign_public_ip: Option<F::Of<bool>>,
}

/// What comes of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    pub vpc_id: F::Of<String>,
    pub balancer_subnet_ids: F::Of<Vec<String>>,
    pub task_subnet_ids: F::Of<Vec<String>>,
    pub assign_public_ip: F::Of<bool>,
}

/// A service has 16 subnets at most (botocore, AwsVpcConfiguration).
const MOST_TASK_SUBNETS: usize = 16;

impl Resource for Network {
    const TYPE: &'static str = "fargate:ec2:Network";
    const REPLACE_ON: &'static [&'static str] = &[];
    const CHANGES_ON_UPDATE: &'static [&'static str] =
        &["vpcId", "balancerSubnetIds", "taskSubnetIds", "assignPublicIp"];
    const KEEPS_ITSELF: bool = true;
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    async fn preview(cx: &Cx, inputs: &Inputs) -> Result<Option<Outputs>> {
        look(cx, inputs).await.map(Some)
    }

    async fn find(_cx: &Cx, _inputs: &Inputs) -> Result<Option<Standing>> {
        Ok(None)
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let outputs = look(cx, inputs).await?;
        Ok(Made { id: outputs.vpc_id.clone(), outputs })
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
    if inputs.use_default_vpc {
        let subnets = default_subnets(cx).await?;
        return Ok(in_default_vpc(inputs, subnets));
    }
    let ids = |given: &Option<Vec<String>>| given.clone().unwrap_or_default();
    let (public, private) = (ids(&inputs.public_subnet_ids), ids(&inputs.private_subnet_ids));
    let mut all = [public.clone(), private.clone()].concat();
    all.sort();
    all.dedup();
    let found = describe(cx, &all).await?;
    arrange(inputs, &public, &private, &found)
}

/// The default VPC's default subnets, one a zone: the ones that AWS made and that are public.
async fn default_subnets(cx: &Cx) -> Result<Vec<Subnet>> {
    let ec2 = cx.aws.ec2().await?;
    let vpcs = ec2
        .describe_vpcs()
        .filters(filter("is-default", "true"))
        .send()
        .await
        .explain("ec2:DescribeVpcs", "the default VPC")?;
    let Some(vpc) = vpcs.vpcs().first().and_then(|vpc| vpc.vpc_id()) else {
        return Err(wrong(
            "useDefaultVpc",
            format!(
                "There is no default VPC in {}. Give `publicSubnetIds` (and `privateSubnetIds`) of \
                 another VPC instead.",
                cx.aws.region()
            ),
        ));
    };
    let subnets = ec2
        .describe_subnets()
        .filters(filter("vpc-id", vpc))
        .filters(filter("default-for-az", "true"))
        .send()
        .await
        .explain("ec2:DescribeSubnets", vpc)?;
    let subnets = subnets.subnets.unwrap_or_default();
    if subnets.len() < 2 {
        return Err(wrong(
            "useDefaultVpc",
            format!(
                "The default VPC {vpc} has {} default subnets, but a load balancer needs two zones. \
                 Give `publicSubnetIds` instead.",
                subnets.len()
            ),
        ));
    }
    Ok(subnets)
}

fn in_default_vpc(inputs: &Inputs, subnets: Vec<Subnet>) -> Outputs {
    let vpc_id = subnets.first().and_then(|it| it.vpc_id()).unwrap_or_default().to_owned();
    let mut ids: Vec<String> = subnets.into_iter().filter_map(|subnet| subnet.subnet_id).collect();
    ids.sort();
    ids.truncate(MOST_TASK_SUBNETS);
    Outputs {
        vpc_id,
        balancer_subnet_ids: ids.clone(),
        task_subnet_ids: ids,
        // Its subnets are public and have no NAT: without an address nothing could be pulled.
        assign_public_ip: inputs.assign_public_ip.unwrap_or(true),
    }
}

async fn describe(cx: &Cx, ids: &[String]) -> Result<Vec<Subnet>> {
    let ec2 = cx.aws.ec2().await?;
    // By filter: asked for by id, one that is missing would fail the whole question.
    let filter = Filter::builder().name("subnet-id").set_values(Some(ids.to_vec())).build();
    let answer = ec2
        .describe_subnets()
        .filters(filter)
        .send()
        .await
        .explain("ec2:DescribeSubnets", &ids.join(", "))?;
    Ok(answer.subnets.unwrap_or_default())
}

/// Who stands where, or everything that is wrong with it.
fn arrange(
    inputs: &Inputs,
    public: &[String],
    private: &[String],
    found: &[Subnet],
) -> Result<Outputs> {
    let mut problems = Vec::new();
    let subnet = |id: &str| found.iter().find(|subnet| subnet.subnet_id() == Some(id));
    for (path, ids) in [("publicSubnetIds", public), ("privateSubnetIds", private)] {
        for (index, id) in ids.iter().enumerate() {
            if subnet(id).is_none() {
                let reason = format!("There is no subnet \"{id}\" in this account and region.");
                problems.push(Problem::new(format!("{path}[{index}]"), reason));
            }
        }
    }
    let vpcs: BTreeMap<&str, &str> =
        found.iter().filter_map(|it| Some((it.vpc_id()?, it.subnet_id()?))).collect();
    if vpcs.len() > 1 {
        let each: Vec<String> =
            vpcs.iter().map(|(vpc, subnet)| format!("{subnet} is in {vpc}")).collect();
        let reason = format!("All subnets must be in one VPC, but {}.", each.join(", "));
        problems.push(Problem::new("publicSubnetIds", reason));
    }
    let vpc = vpcs.keys().next().copied().unwrap_or_default();
    if let Some(given) = &inputs.vpc_id
        && vpcs.len() == 1
        && given != vpc
    {
        let reason = format!("The subnets are in {vpc}, not in {given}.");
        problems.push(Problem::new("vpcId", reason));
    }
    let internal = inputs.internal && !private.is_empty();
    let (path, balancer) =
        if internal { ("privateSubnetIds", private) } else { ("publicSubnetIds", public) };
    let tasks = if private.is_empty() { public } else { private };
    problems.extend(complain_of_zones(path, balancer, found));
    if tasks.len() > MOST_TASK_SUBNETS {
        let reason = format!("{} subnets are given; a service has 16 at most.", tasks.len());
        problems.push(Problem::new("privateSubnetIds", reason));
    }
    if !problems.is_empty() {
        return Err(Error::input(problems));
    }
    let sorted = |ids: &[String]| {
        let mut ids = ids.to_vec();
        ids.sort();
        ids
    };
    Ok(Outputs {
        vpc_id: vpc.to_owned(),
        balancer_subnet_ids: sorted(balancer),
        task_subnet_ids: sorted(tasks),
        assign_public_ip: inputs.assign_public_ip.unwrap_or(private.is_empty() && !inputs.internal),
    })
}

/// A load balancer stands in two zones or more, in one subnet of each.
fn complain_of_zones(path: &str, ids: &[String], found: &[Subnet]) -> Vec<Problem> {
    let mut zones: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for subnet in found {
        if let (Some(zone), Some(id)) = (subnet.availability_zone(), subnet.subnet_id())
            && ids.iter().any(|wanted| wanted == id)
        {
            zones.entry(zone).or_default().push(id);
        }
    }
    let mut problems = Vec::new();
    for (zone, ids) in &zones {
        if ids.len() > 1 {
            let reason = format!(
                "A load balancer stands in one subnet of each zone, but {} are all in {zone}.",
                ids.join(" and ")
            );
            problems.push(Problem::new(path, reason));
        }
    }
    if zones.len() == 1 {
        let zone = zones.keys().next().copied().unwrap_or_default();
        let reason = format!("All subnets are in {zone}; a load balancer needs two zones.");
        problems.push(Problem::new(path, reason));
    }
    problems
}

fn wrong(path: &str, reason: String) -> Error {
    Error::input(vec![Problem::new(path, reason)])
}

fn filter(name: &str, value: &str) -> Filter {
    Filter::builder().name(name).values(value).build()
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::Subnet;

    use super::{Inputs, arrange};

    fn subnet(id: &str, vpc: &str, zone: &str) -> Subnet {
        Subnet::builder().subnet_id(id).vpc_id(vpc).availability_zone(zone).build()
    }

    fn inputs() -> Inputs {
        Inputs {
            vpc_id: None,
            public_subnet_ids: None,
            private_subnet_ids: None,
            use_default_vpc: false,
            internal: false,
            assign_public_ip: None,
        }
    }

    fn ids(list: &[&str]) -> Vec<String> {
        list.iter().map(|id| (*id).to_owned()).collect()
    }

    #[test]
    fn the_balancer_is_public_and_the_tasks_are_private_where_there_is_a_choice() {
        let found = [
            subnet("p1", "v", "a"),
            subnet("p2", "v", "b"),
            subnet("q1", "v", "a"),
            subnet("q2", "v", "b"),
        ];
        let outputs = arrange(&inputs(), &ids(&["p2", "p1"]), &ids(&["q1", "q2"]), &found).unwrap();
        assert_eq!(outputs.balancer_subnet_ids, ["p1", "p2"]);
        assert_eq!(outputs.task_subnet_ids, ["q1", "q2"]);
        assert!(!outputs.assign_public_ip);
        let outputs = arrange(&inputs(), &ids(&["p1", "p2"]), &[], &found[..2]).unwrap();
        assert_eq!(outputs.task_subnet_ids, ["p1", "p2"]);
        assert!(outputs.assign_public_ip, "public subnets have no other way out");
    }

    #[test]
    fn everything_wrong_with_a_network_is_told_at_once() {
        let found = [subnet("p1", "v", "a"), subnet("p2", "w", "a")];
        let given = Inputs { vpc_id: Some("x".to_owned()), ..inputs() };
        let error = arrange(&given, &ids(&["p1", "p2", "p3"]), &[], &found).unwrap_err();
        expect_test::expect![[r#"
            `publicSubnetIds`: A load balancer stands in one subnet of each zone, but p1 and p2 are all in a.
            `publicSubnetIds`: All subnets are in a; a load balancer needs two zones.
            `publicSubnetIds`: All subnets must be in one VPC, but p1 is in v, p2 is in w.
            `publicSubnetIds[2]`: There is no subnet "p3" in this account and region."#]]
        .assert_eq(&error.to_string());
    }
}
