//! Which subnets load balancer and tasks use: asked once and kept.
//!
//! Not an object in AWS; the answer is kept in the state, so a run without changes asks nothing, and a
//! new subnet in the default VPC moves no service. A preview asks too: a network that cannot work
//! is told there.

mod arrangement;
mod ipv6;
mod zones;

use aws_sdk_ec2::types::{Filter, Subnet};
use serde::{Deserialize, Serialize};

pub use self::arrangement::{MOST_TASK_SUBNETS, complain_of_many};
use self::arrangement::{all_given, arrange, in_default_vpc};
use crate::aws::Explain;
use crate::children::ec2::fargate_zones::has_fargate;
use crate::children::ec2::tags::filter;
use crate::error::{Error, Problem, Result};
use crate::property::sorted;
use crate::property::{Form, Plain, Wire};
use crate::resource::{Asked, Cx, EVERYWHERE, Live, Made, Permission, Resource, Settled, Standing};

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
    /// Whether the load balancer has IPv6 addresses, which its subnets then need too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dualstack: Option<F::Of<bool>>,
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

impl Resource for Network {
    const TYPE: &'static str = "fargate:ec2:Network";
    const PERMISSIONS: &'static [Permission] = &[Permission {
        sid: "Network",
        to: "find the default VPC, the subnets and their zones",
        actions: &["ec2:DescribeSubnets", "ec2:DescribeVpcs"],
        ..EVERYWHERE
    }];
    const REPLACE_ON: &'static [&'static str] = &[];
    const CHANGES_ON_UPDATE: &'static [&'static str] =
        &["vpcId", "balancerSubnetIds", "taskSubnetIds", "assignPublicIp"];
    const STATE_ONLY: bool = true;
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    /// The order of subnets means nothing, so another order is no change.
    fn check(
        mut inputs: Inputs<Wire>,
        _asked: &Asked<'_>,
        _problems: &mut Vec<Problem>,
    ) -> Inputs<Wire> {
        inputs.public_subnet_ids = inputs.public_subnet_ids.map(sorted);
        inputs.private_subnet_ids = inputs.private_subnet_ids.map(sorted);
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
        Ok(Made { id: outputs.vpc_id.clone(), outputs })
    }

    /// For an import, by the id of the VPC: a refresh does not ask. Which of its subnets the service uses is in
    /// the program only; without them these are other inputs, and an update looks at those of the program.
    async fn read(cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        let Some(is_default) = vpc(cx, id).await? else { return Ok(None) };
        let inputs = Inputs {
            vpc_id: (!is_default).then(|| id.to_owned()),
            public_subnet_ids: None,
            private_subnet_ids: None,
            use_default_vpc: is_default,
            internal: false,
            dualstack: None,
            assign_public_ip: None,
        };
        let outputs = if is_default {
            look(cx, &inputs).await?
        } else {
            Outputs {
                vpc_id: id.to_owned(),
                balancer_subnet_ids: Vec::new(),
                task_subnet_ids: Vec::new(),
                assign_public_ip: false,
            }
        };
        Ok(Some(Live { inputs, outputs, tags: None }))
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
        return in_default_vpc(inputs, default_subnets(cx).await?);
    }
    let all = all_given(inputs);
    // Asked for no subnet at all, EC2 refuses the filter instead of finding none.
    let found = if all.is_empty() { Vec::new() } else { describe(cx, &all).await? };
    let outputs = arrange(inputs, &found)?;
    if let Some(warning) = zones::warning(cx.aws.region(), &outputs, &found) {
        cx.warn(&warning);
    }
    Ok(outputs)
}

/// Whether the VPC with this id is the default one; `None` if there is no such VPC.
async fn vpc(cx: &Cx, id: &str) -> Result<Option<bool>> {
    let answer = cx.aws.ec2().await?.describe_vpcs().filters(filter("vpc-id", id)).send().await;
    let found = answer.explain("ec2:DescribeVpcs", id)?;
    let vpc = found.vpcs().iter().find(|vpc| vpc.vpc_id() == Some(id));
    Ok(vpc.map(|vpc| vpc.is_default() == Some(true)))
}

/// The default VPC's default subnets, one a zone: the ones that AWS created and that are public. Those in
/// zones without Fargate are left out. Only a default VPC has default subnets (VPC user guide, "Default
/// subnets"), so the VPC is asked for only if something is missing.
async fn default_subnets(cx: &Cx) -> Result<Vec<Subnet>> {
    let subnets = cx
        .aws
        .ec2()
        .await?
        .describe_subnets()
        .filters(filter("default-for-az", "true"))
        .send()
        .await
        .explain("ec2:DescribeSubnets", "the default VPC")?;
    let is_default = |it: &Subnet| it.default_for_az() == Some(true);
    let mut subnets: Vec<_> = subnets.subnets.into_iter().flatten().filter(is_default).collect();
    subnets.retain(|it| has_fargate(cx.aws.region(), it.availability_zone_id()));
    if subnets.len() < 2 {
        let vpc = default_vpc(cx).await?.ok_or_else(|| no_default_vpc(cx.aws.region()))?;
        return Err(too_few_default_subnets(&vpc, subnets.len()));
    }
    Ok(subnets)
}

async fn default_vpc(cx: &Cx) -> Result<Option<String>> {
    let ec2 = cx.aws.ec2().await?;
    let answer = ec2.describe_vpcs().filters(filter("is-default", "true")).send().await;
    let vpcs = answer.explain("ec2:DescribeVpcs", "the default VPC")?.vpcs.unwrap_or_default();
    let default = vpcs.into_iter().find(|vpc| vpc.is_default() == Some(true));
    Ok(default.and_then(|vpc| vpc.vpc_id))
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
    let asked = |it: &Subnet| it.subnet_id().is_some_and(|id| ids.iter().any(|it| it == id));
    Ok(answer.subnets.into_iter().flatten().filter(asked).collect())
}

fn no_default_vpc(region: &str) -> Error {
    Error::input(vec![Problem::new(
        "useDefaultVpc",
        format!(
            "There is no default VPC in {region}. Set `publicSubnetIds` (and `privateSubnetIds`) \
             of another VPC instead."
        ),
    )])
}

fn too_few_default_subnets(vpc: &str, subnets: usize) -> Error {
    let zones = if subnets == 1 { "one zone" } else { "no zone" };
    Error::input(vec![Problem::new(
        "useDefaultVpc",
        format!(
            "The default VPC {vpc} has default subnets in {zones} where Fargate is, but a load \
             balancer needs two. Create them (`aws ec2 create-default-subnet`), or set \
             `publicSubnetIds` instead."
        ),
    )])
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{no_default_vpc, too_few_default_subnets};

    #[test]
    fn a_default_vpc_that_does_not_do_is_told_with_the_way_out() {
        let message = [
            no_default_vpc("eu-west-1"),
            too_few_default_subnets("vpc-1", 1),
            too_few_default_subnets("vpc-1", 0),
        ];
        expect![[r"
            `useDefaultVpc`: There is no default VPC in eu-west-1. Set `publicSubnetIds` (and `privateSubnetIds`) of another VPC instead.
            `useDefaultVpc`: The default VPC vpc-1 has default subnets in one zone where Fargate is, but a load balancer needs two. Create them (`aws ec2 create-default-subnet`), or set `publicSubnetIds` instead.
            `useDefaultVpc`: The default VPC vpc-1 has default subnets in no zone where Fargate is, but a load balancer needs two. Create them (`aws ec2 create-default-subnet`), or set `publicSubnetIds` instead."]].assert_eq(&message.map(|error| error.to_string()).join("\n"));
    }
}
