//! EC2: what a network is made of. Each kind is looked at by id, and by the tag of its service.

use aws_sdk_ec2::types::{
    Address, EgressOnlyInternetGateway, InternetGateway, NatGateway, RouteTable, Subnet, Vpc,
};

use super::ec2::{bears, filter, tag, tagged};
use super::{ALL, named};
use crate::aws::{Aws, Explain};
use crate::error::Result;

/// For each kind the two looks, the type, the call with its filters and its answer, the filter by id,
/// and the id. The answers are short: what has an id of ours, or the tag of a service.
macro_rules! looks {
    ($(
        $one:ident, $tagged:ident: $kind:ident in $looks:ident,
        $call:ident.$filters:ident -> $answer:ident, $by:literal $id:ident, $action:literal;
    )*) => {
        impl Aws { $(
            #[doc = $action]
            pub async fn $one(&self, id: &str) -> Result<Option<$kind>> {
                let is = |it: &$kind, id: &str| it.$id() == Some(id);
                let aws = self.clone();
                let ask = move |ids: Vec<String>| {
                    let aws = aws.clone();
                    async move {
                        let call = aws.ec2().await?.$call().$filters(filter($by, ids.clone()));
                        let answer = call.send().await.explain($action, &named(&ids))?;
                        Ok(answer.$answer.unwrap_or_default())
                    }
                };
                let found = self.looks().$looks.look("", id, is, ask).await?;
                Ok(found.into_iter().next())
            }

            #[doc = $action]
            pub async fn $tagged(&self, key: &str, value: &str) -> Result<Vec<$kind>> {
                let is = |it: &$kind, tag: &str| bears(it.tags(), tag);
                let aws = self.clone();
                let ask = move |tags: Vec<String>| {
                    let aws = aws.clone();
                    async move {
                        let call = aws.ec2().await?.$call().$filters(tagged(&tags));
                        let answer = call.send().await.explain($action, &named(&tags))?;
                        Ok(answer.$answer.unwrap_or_default())
                    }
                };
                self.looks().$looks.look(key, &tag(key, value), is, ask).await
            }
        )* }
    };
}

looks! {
    vpc, vpcs_tagged: Vpc in vpcs,
        describe_vpcs.filters -> vpcs, "vpc-id" vpc_id, "ec2:DescribeVpcs";
    subnet, subnets_tagged: Subnet in subnets,
        describe_subnets.filters -> subnets, "subnet-id" subnet_id, "ec2:DescribeSubnets";
    route_table, route_tables_tagged: RouteTable in route_tables,
        describe_route_tables.filters -> route_tables, "route-table-id" route_table_id,
        "ec2:DescribeRouteTables";
    internet_gateway, internet_gateways_tagged: InternetGateway in internet_gateways,
        describe_internet_gateways.filters -> internet_gateways,
        "internet-gateway-id" internet_gateway_id, "ec2:DescribeInternetGateways";
    nat_gateway, nat_gateways_tagged: NatGateway in nat_gateways,
        describe_nat_gateways.filter -> nat_gateways, "nat-gateway-id" nat_gateway_id,
        "ec2:DescribeNatGateways";
    address, addresses_tagged: Address in addresses,
        describe_addresses.filters -> addresses, "allocation-id" allocation_id,
        "ec2:DescribeAddresses";
}

impl Aws {
    /// The route table that this subnet is associated with, if it does not have the VPC's main one.
    pub async fn route_table_of_subnet(&self, subnet: &str) -> Result<Option<RouteTable>> {
        let is = |it: &RouteTable, subnet: &str| {
            it.associations().iter().any(|it| it.subnet_id() == Some(subnet))
        };
        let aws = self.clone();
        let ask = move |ids: Vec<String>| {
            let aws = aws.clone();
            async move {
                let by = filter("association.subnet-id", ids.clone());
                let answer = aws.ec2().await?.describe_route_tables().filters(by).send().await;
                let answer = answer.explain("ec2:DescribeRouteTables", &named(&ids))?;
                Ok(answer.route_tables.unwrap_or_default())
            }
        };
        let found = self.looks().route_tables.look("subnet", subnet, is, ask).await?;
        Ok(found.into_iter().next())
    }

    /// All egress-only internet gateways: EC2 filters them by tags only, and a region has as many as it may
    /// have VPCs, five (VPC user guide, quotas).
    pub async fn egress_only_gateways(&self) -> Result<Vec<EgressOnlyInternetGateway>> {
        const ACTION: &str = "ec2:DescribeEgressOnlyInternetGateways";
        let aws = self.clone();
        let ask = move |_| {
            let aws = aws.clone();
            async move {
                let call = aws.ec2().await?.describe_egress_only_internet_gateways();
                let answer = call.send().await.explain(ACTION, "the region")?;
                Ok(answer.egress_only_internet_gateways.unwrap_or_default())
            }
        };
        self.looks().egress_only_gateways.look(ALL, ALL, |_, _| true, ask).await
    }

    /// The interfaces, security groups, subnets and route tables in a VPC, by their ids: what keeps it from
    /// being deleted. What goes with a VPC (its default group, its main route table) is left out.
    pub async fn inside_vpc(&self, vpc: &str) -> Result<Vec<String>> {
        let by = || filter("vpc-id", vec![vpc.to_owned()]);
        let ec2 = self.ec2().await?;
        let interfaces = self.interfaces_in_vpc(vpc).await?;
        let mut ids: Vec<String> =
            interfaces.into_iter().filter_map(|it| it.network_interface_id).collect();
        let groups = ec2.describe_security_groups().filters(by()).send().await;
        let groups = groups.explain("ec2:DescribeSecurityGroups", vpc)?;
        let groups = groups.security_groups.into_iter().flatten();
        let made = groups.filter(|it| it.group_name() != Some("default"));
        ids.extend(made.filter_map(|it| it.group_id));
        let subnets = ec2.describe_subnets().filters(by()).send().await;
        let subnets = subnets.explain("ec2:DescribeSubnets", vpc)?.subnets.into_iter().flatten();
        ids.extend(subnets.filter_map(|it| it.subnet_id));
        let tables = ec2.describe_route_tables().filters(by()).send().await;
        let tables = tables.explain("ec2:DescribeRouteTables", vpc)?.route_tables;
        let is_main = |it: &RouteTable| it.associations().iter().any(|it| it.main() == Some(true));
        ids.extend(
            tables
                .into_iter()
                .flatten()
                .filter(|it| !is_main(it))
                .filter_map(|it| it.route_table_id),
        );
        Ok(ids)
    }
}
