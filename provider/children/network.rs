//! Where balancer and tasks stand: the answer to a few questions, asked once and kept.
//!
//! No object in AWS; the answer stands in the state, so a run without changes asks nothing, and a
//! new subnet in the default VPC moves no service. A preview asks too: a network that cannot work
//! is told there.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::{Filter, Subnet};
use serde::{Deserialize, Serialize};

use super::ec2_tags::filter;
use crate::aws::Explain;
use crate::error::{Error, Problem, Result};
use crate::property::{Form, Plain, Wire};
use crate::resource::{
    Asked, Cx, EVERYWHERE, Live, Made, Needed, Permission, Resource, Settled, Standing,
};

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
pub const MOST_TASK_SUBNETS: usize = 16;

impl Resource for Network {
    const TYPE: &'static str = "fargate:ec2:Network";
    const PERMISSIONS: &'static [Permission] = &[
        Permission {
            sid: "Network",
            to: "find the subnets and their zones",
            actions: &["ec2:DescribeSubnets"],
            ..EVERYWHERE
        },
        Permission {
            sid: "NetworkDefault",
            to: "find the default VPC",
            needed: Needed::If("it has `useDefaultVpc`"),
            actions: &["ec2:DescribeVpcs"],
            ..EVERYWHERE
        },
    ];
    const REPLACE_ON: &'static [&'static str] = &[];
    const CHANGES_ON_UPDATE: &'static [&'static str] =
        &["vpcId", "balancerSubnetIds", "taskSubnetIds", "assignPublicIp"];
    const KEEPS_ITSELF: bool = true;
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    /// The order of subnets means nothing, so another order is no change.
    fn check(
        mut inputs: Inputs<Wire>,
        _asked: &Asked<'_>,
        _problems: &mut Vec<Problem>,
    ) -> Inputs<Wire> {
        inputs.public_subnet_ids = inputs.public_subnet_ids.map(super::ours::sorted);
        inputs.private_subnet_ids = inputs.private_subnet_ids.map(super::ours::sorted);
        inputs
    }

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
    let mut all: Vec<String> =
        given(inputs).iter().flat_map(|list| list.ids.iter().cloned()).collect();
    all.sort();
    all.dedup();
    // Asked for no subnet at all, EC2 refuses the filter instead of finding none.
    let found = if all.is_empty() { Vec::new() } else { describe(cx, &all).await? };
    arrange(inputs, &found)
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
        return Err(no_default_vpc(cx.aws.region()));
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
        return Err(too_few_default_subnets(vpc, subnets.len()));
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

/// One of the two lists of subnets, under its name.
#[derive(Clone, Copy)]
struct Given<'a> {
    path: &'static str,
    ids: &'a [String],
}

/// The public subnets and the private ones.
fn given(inputs: &Inputs) -> [Given<'_>; 2] {
    let public = inputs.public_subnet_ids.as_deref().unwrap_or_default();
    let private = inputs.private_subnet_ids.as_deref().unwrap_or_default();
    [
        Given { path: "publicSubnetIds", ids: public },
        Given { path: "privateSubnetIds", ids: private },
    ]
}

/// Who stands where, or everything that is wrong with it.
fn arrange(inputs: &Inputs, found: &[Subnet]) -> Result<Outputs> {
    let [public, private] = given(inputs);
    let balancer = if inputs.internal && !private.ids.is_empty() { private } else { public };
    let tasks = if private.ids.is_empty() { public } else { private };
    let mut problems = complain_of_missing(&[public, private], found);
    problems.extend(complain_of_vpcs(inputs, &[public, private], found));
    problems.extend(complain_of_zones(balancer, found));
    if tasks.ids.len() > MOST_TASK_SUBNETS {
        problems.push(Problem::new(tasks.path, complain_of_many(tasks.ids.len())));
    }
    if !problems.is_empty() {
        return Err(Error::input(problems));
    }
    Ok(Outputs {
        vpc_id: found.first().and_then(Subnet::vpc_id).unwrap_or_default().to_owned(),
        balancer_subnet_ids: sorted(balancer.ids),
        task_subnet_ids: sorted(tasks.ids),
        // Public subnets have no NAT: without an address nothing could be pulled.
        assign_public_ip: inputs.assign_public_ip.unwrap_or(private.ids.is_empty()),
    })
}

fn complain_of_missing(lists: &[Given<'_>], found: &[Subnet]) -> Vec<Problem> {
    let exists = |id: &str| found.iter().any(|subnet| subnet.subnet_id() == Some(id));
    let missing = |list: &Given<'_>| {
        let path = list.path;
        let ids: Vec<String> = list.ids.iter().filter(|id| !exists(id)).cloned().collect();
        ids.into_iter().map(move |id| {
            Problem::new(path, format!("There is no subnet \"{id}\" in this account and region."))
        })
    };
    lists.iter().flat_map(missing).collect()
}

/// All subnets stand in one VPC, and in the one that was named.
fn complain_of_vpcs(inputs: &Inputs, lists: &[Given<'_>], found: &[Subnet]) -> Option<Problem> {
    let vpcs_of = |ids: &[String]| -> BTreeMap<String, String> {
        let place =
            |subnet: &Subnet| Some((subnet.vpc_id()?.to_owned(), subnet.subnet_id()?.to_owned()));
        let known = found.iter().filter_map(place);
        known.filter(|(_, subnet)| ids.contains(subnet)).collect()
    };
    let all = vpcs_of(&lists.iter().flat_map(|list| list.ids.to_vec()).collect::<Vec<_>>());
    if all.len() > 1 {
        // The list that is in disorder by itself; else the last one disagrees with the first.
        let mixed = lists.iter().find(|list| vpcs_of(list.ids).len() > 1).or(lists.last())?;
        let each: Vec<String> =
            all.iter().map(|(vpc, subnet)| format!("{subnet} is in {vpc}")).collect();
        let reason = format!("All subnets must be in one VPC, but {}.", each.join(" and "));
        return Some(Problem::new(mixed.path, reason));
    }
    let (asked, vpc) = (inputs.vpc_id.as_ref()?, all.keys().next()?);
    (asked != vpc)
        .then(|| Problem::new("vpcId", format!("The subnets are in {vpc}, not in {asked}.")))
}

/// A load balancer stands in two zones or more, in one subnet of each.
fn complain_of_zones(balancer: Given<'_>, found: &[Subnet]) -> Vec<Problem> {
    let mut zones: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for subnet in found {
        if let (Some(zone), Some(id)) = (subnet.availability_zone(), subnet.subnet_id())
            && balancer.ids.iter().any(|wanted| wanted == id)
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
            problems.push(Problem::new(balancer.path, reason));
        }
    }
    // While some are missing nobody knows in which zones they would be.
    let all_found = zones.values().map(Vec::len).sum::<usize>() == balancer.ids.len();
    if all_found && zones.len() < 2 {
        let reason = match zones.keys().next() {
            Some(zone) => format!("All subnets are in {zone}; a load balancer needs two zones."),
            None => "None is given; a load balancer needs subnets in two zones.".to_owned(),
        };
        problems.push(Problem::new(balancer.path, reason));
    }
    problems
}

/// What is said of too many subnets for the tasks.
#[must_use]
pub fn complain_of_many(subnets: usize) -> String {
    format!("{subnets} subnets are given for the tasks; a service has {MOST_TASK_SUBNETS} at most.")
}

fn sorted(ids: &[String]) -> Vec<String> {
    let mut ids = ids.to_vec();
    ids.sort();
    ids.dedup();
    ids
}

fn no_default_vpc(region: &str) -> Error {
    Error::input(vec![Problem::new(
        "useDefaultVpc",
        format!(
            "There is no default VPC in {region}. Give `publicSubnetIds` (and `privateSubnetIds`) \
             of another VPC instead."
        ),
    )])
}

fn too_few_default_subnets(vpc: &str, subnets: usize) -> Error {
    let zones = if subnets == 1 { "one zone" } else { "no zone" };
    Error::input(vec![Problem::new(
        "useDefaultVpc",
        format!(
            "The default VPC {vpc} has default subnets in {zones}, but a load balancer needs two. \
             Make them (`aws ec2 create-default-subnet`), or give `publicSubnetIds` instead."
        ),
    )])
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::Subnet;
    use expect_test::{Expect, expect};

    use super::{Inputs, arrange, in_default_vpc, no_default_vpc, too_few_default_subnets};

    fn subnet(id: &str, vpc: &str, zone: &str) -> Subnet {
        Subnet::builder().subnet_id(id).vpc_id(vpc).availability_zone(zone).build()
    }

    fn inputs(public: &[&str], private: &[&str]) -> Inputs {
        let ids = |list: &[&str]| Some(list.iter().map(|id| (*id).to_owned()).collect());
        Inputs {
            vpc_id: None,
            public_subnet_ids: ids(public),
            private_subnet_ids: ids(private),
            use_default_vpc: false,
            internal: false,
            assign_public_ip: None,
        }
    }

    /// Public p1, p2 and private q1, q2 in the zones a and b.
    fn four() -> [Subnet; 4] {
        [
            subnet("p1", "v", "a"),
            subnet("p2", "v", "b"),
            subnet("q1", "v", "a"),
            subnet("q2", "v", "b"),
        ]
    }

    fn check(given: &Inputs, found: &[Subnet], expected: &Expect) {
        let told = match arrange(given, found) {
            Ok(it) => format!(
                "{}: balancer {}, tasks {}, public IP {}",
                it.vpc_id,
                it.balancer_subnet_ids.join(" "),
                it.task_subnet_ids.join(" "),
                it.assign_public_ip
            ),
            Err(error) => error.to_string(),
        };
        expected.assert_eq(&told);
    }

    #[test]
    fn the_balancer_is_public_and_the_tasks_are_private_where_there_is_a_choice() {
        let both = inputs(&["p2", "p1"], &["q1", "q2"]);
        check(&both, &four(), &expect!["v: balancer p1 p2, tasks q1 q2, public IP false"]);
        let internal = Inputs { internal: true, ..both };
        check(&internal, &four(), &expect!["v: balancer q1 q2, tasks q1 q2, public IP false"]);
    }

    #[test]
    fn tasks_in_public_subnets_have_no_other_way_out_than_an_address() {
        let public = inputs(&["p1", "p2"], &[]);
        check(&public, &four(), &expect!["v: balancer p1 p2, tasks p1 p2, public IP true"]);
        let internal = Inputs { internal: true, ..public.clone() };
        check(&internal, &four(), &expect!["v: balancer p1 p2, tasks p1 p2, public IP true"]);
        let own = Inputs { assign_public_ip: Some(false), ..public };
        check(&own, &four(), &expect!["v: balancer p1 p2, tasks p1 p2, public IP false"]);
    }

    #[test]
    fn a_public_balancer_needs_public_subnets() {
        check(
            &inputs(&[], &["q1", "q2"]),
            &four(),
            &expect![
                "`publicSubnetIds`: None is given; a load balancer needs subnets in two zones."
            ],
        );
    }

    #[test]
    fn two_zones_are_needed_with_one_subnet_each() {
        let found = [subnet("p1", "v", "a"), subnet("p2", "v", "a")];
        check(
            &inputs(&["p1", "p2"], &[]),
            &found,
            &expect![[r"
                `publicSubnetIds`: A load balancer stands in one subnet of each zone, but p1 and p2 are all in a.
                `publicSubnetIds`: All subnets are in a; a load balancer needs two zones."]],
        );
    }

    #[test]
    fn all_subnets_stand_in_one_vpc_and_in_the_one_that_was_named() {
        let mut found = four();
        let other = Inputs { vpc_id: Some("x".to_owned()), ..inputs(&["p1", "p2"], &[]) };
        check(&other, &found, &expect!["`vpcId`: The subnets are in v, not in x."]);
        found[3] = subnet("q2", "w", "b");
        check(
            &inputs(&["p1", "p2"], &["q1", "q2"]),
            &found,
            &expect![
                "`privateSubnetIds`: All subnets must be in one VPC, but q1 is in v and q2 is in w."
            ],
        );
    }

    #[test]
    fn missing_subnets_are_named_and_nothing_is_said_of_their_zones() {
        check(
            &inputs(&["p1", "p3"], &["q9"]),
            &four(),
            &expect![[r#"
                `privateSubnetIds`: There is no subnet "q9" in this account and region.
                `publicSubnetIds`: There is no subnet "p3" in this account and region."#]],
        );
    }

    #[test]
    fn tasks_stand_in_sixteen_subnets_at_most() {
        let found: Vec<Subnet> =
            (10..27).map(|n| subnet(&format!("p{n}"), "v", &format!("z{n}"))).collect();
        let ids: Vec<&str> = found.iter().filter_map(Subnet::subnet_id).collect();
        check(
            &inputs(&ids, &[]),
            &found,
            &expect![
                "`publicSubnetIds`: 17 subnets are given for the tasks; a service has 16 at most."
            ],
        );
    }

    #[test]
    fn in_the_default_vpc_all_stand_together_and_tasks_have_addresses() {
        let given = Inputs { use_default_vpc: true, internal: true, ..inputs(&[], &[]) };
        let outputs = in_default_vpc(&given, vec![subnet("d2", "v", "b"), subnet("d1", "v", "a")]);
        assert_eq!(outputs.vpc_id, "v");
        assert_eq!(outputs.balancer_subnet_ids, ["d1", "d2"]);
        assert_eq!(outputs.task_subnet_ids, outputs.balancer_subnet_ids);
        assert!(outputs.assign_public_ip);
    }

    #[test]
    fn a_default_vpc_that_does_not_do_is_told_with_the_way_out() {
        let told = [
            no_default_vpc("eu-west-1"),
            too_few_default_subnets("vpc-1", 1),
            too_few_default_subnets("vpc-1", 0),
        ];
        expect![[r"
            `useDefaultVpc`: There is no default VPC in eu-west-1. Give `publicSubnetIds` (and `privateSubnetIds`) of another VPC instead.
            `useDefaultVpc`: The default VPC vpc-1 has default subnets in one zone, but a load balancer needs two. Make them (`aws ec2 create-default-subnet`), or give `publicSubnetIds` instead.
            `useDefaultVpc`: The default VPC vpc-1 has default subnets in no zone, but a load balancer needs two. Make them (`aws ec2 create-default-subnet`), or give `publicSubnetIds` instead."]].assert_eq(&told.map(|error| error.to_string()).join("\n"));
    }
}
