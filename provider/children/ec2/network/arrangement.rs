//! Which subnets each uses: the load balancer one list, the tasks the same or another; or
//! everything that is wrong with the lists.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::Subnet;

use super::ipv6::complain_of_no_ipv6;
use super::{Inputs, Outputs};
use crate::error::{Error, Problem, Result};
use crate::property::IntoMap;

/// A service has 16 subnets at most (botocore, AwsVpcConfiguration).
pub const MOST_TASK_SUBNETS: usize = 16;

/// All subnets that are given, each of them once.
pub(super) fn all_given(inputs: &Inputs) -> Vec<String> {
    sorted(&given(inputs).map(|list| list.ids).concat())
}

/// In the default VPC both use the same subnets.
pub(super) fn in_default_vpc(inputs: &Inputs, subnets: Vec<Subnet>) -> Result<Outputs> {
    if let Some(problem) = complain_of_no_ipv6(inputs, "useDefaultVpc", subnets.iter()) {
        return Err(Error::input(vec![problem]));
    }
    let vpc_id = subnets.first().and_then(|it| it.vpc_id()).unwrap_or_default().to_owned();
    let mut ids: Vec<String> = subnets.into_iter().filter_map(|subnet| subnet.subnet_id).collect();
    ids.sort();
    ids.truncate(MOST_TASK_SUBNETS);
    Ok(Outputs {
        vpc_id,
        balancer_subnet_ids: ids.clone(),
        task_subnet_ids: ids,
        // Its subnets are public and have no NAT: without an address nothing could be pulled.
        assign_public_ip: inputs.assign_public_ip.unwrap_or(true),
    })
}

/// Which subnets each uses, or everything that is wrong with them.
pub(super) fn arrange(inputs: &Inputs, found: &[Subnet]) -> Result<Outputs> {
    let [public, private] = given(inputs);
    let balancer = if inputs.internal && !private.ids.is_empty() { private } else { public };
    let tasks = if private.ids.is_empty() { public } else { private };
    let mut problems = complain_of_missing(&[public, private], found);
    problems.extend(complain_of_vpcs(inputs, &[public, private], found));
    problems.extend(complain_of_zones(balancer, found));
    let stands = |it: &&Subnet| balancer.ids.iter().any(|id| it.subnet_id() == Some(id));
    problems.extend(complain_of_no_ipv6(inputs, balancer.path, found.iter().filter(stands)));
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

/// All subnets are in one VPC, and in the one that was named.
fn complain_of_vpcs(inputs: &Inputs, lists: &[Given<'_>], found: &[Subnet]) -> Option<Problem> {
    let vpcs_of = |ids: &[String]| -> BTreeMap<String, String> {
        let place =
            |subnet: &Subnet| Some((subnet.vpc_id()?.to_owned(), subnet.subnet_id()?.to_owned()));
        let known = found.iter().filter_map(place);
        known.filter(|(_, subnet)| ids.contains(subnet)).into_map()
    };
    let all = vpcs_of(&lists.iter().flat_map(|list| list.ids.to_vec()).collect::<Vec<_>>());
    if all.len() > 1 {
        // The list whose own subnets disagree; otherwise the last list, which disagrees with the first.
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

/// A load balancer uses two zones or more, with one subnet in each.
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
                "A load balancer uses one subnet of each zone, but {} are all in {zone}.",
                ids.join(" and ")
            );
            problems.push(Problem::new(balancer.path, reason));
        }
    }
    // While some are missing their zones are not known.
    let all_found = zones.values().map(Vec::len).sum::<usize>() == balancer.ids.len();
    if all_found && zones.len() < 2 {
        let reason = match zones.keys().next() {
            Some(zone) => format!("All subnets are in {zone}; a load balancer needs two zones."),
            None => "None is set; a load balancer needs subnets in two zones.".to_owned(),
        };
        problems.push(Problem::new(balancer.path, reason));
    }
    problems
}

/// What is said of too many subnets for the tasks.
#[must_use]
pub fn complain_of_many(subnets: usize) -> String {
    format!("{subnets} subnets are set for the tasks; a service has {MOST_TASK_SUBNETS} at most.")
}

fn sorted(ids: &[String]) -> Vec<String> {
    let mut ids = ids.to_vec();
    ids.sort();
    ids.dedup();
    ids
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::Subnet;
    use expect_test::{Expect, expect};

    use super::{Inputs, arrange, in_default_vpc};

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
            dualstack: None,
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
        let message = match arrange(given, found) {
            Ok(it) => format!(
                "{}: balancer {}, tasks {}, public IP {}",
                it.vpc_id,
                it.balancer_subnet_ids.join(" "),
                it.task_subnet_ids.join(" "),
                it.assign_public_ip
            ),
            Err(error) => error.to_string(),
        };
        expected.assert_eq(&message);
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
            &expect!["`publicSubnetIds`: None is set; a load balancer needs subnets in two zones."],
        );
    }

    #[test]
    fn two_zones_are_needed_with_one_subnet_each() {
        let found = [subnet("p1", "v", "a"), subnet("p2", "v", "a")];
        check(
            &inputs(&["p1", "p2"], &[]),
            &found,
            &expect![[r"
                `publicSubnetIds`: A load balancer uses one subnet of each zone, but p1 and p2 are all in a.
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
                "`publicSubnetIds`: 17 subnets are set for the tasks; a service has 16 at most."
            ],
        );
    }

    #[test]
    fn in_the_default_vpc_all_stand_together_and_tasks_have_addresses() {
        let given = Inputs { use_default_vpc: true, internal: true, ..inputs(&[], &[]) };
        let outputs = in_default_vpc(&given, vec![subnet("d2", "v", "b"), subnet("d1", "v", "a")]);
        let outputs = outputs.expect("IPv4 is enough");
        assert_eq!(outputs.vpc_id, "v");
        assert_eq!(outputs.balancer_subnet_ids, ["d1", "d2"]);
        assert_eq!(outputs.task_subnet_ids, outputs.balancer_subnet_ids);
        assert!(outputs.assign_public_ip);
    }
}
