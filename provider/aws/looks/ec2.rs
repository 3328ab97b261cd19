//! EC2: security groups, their rules, and network interfaces. By filters, which find what is there:
//! asked for by ids, one that is missing is an error for all.

use aws_sdk_ec2::types::{Filter, NetworkInterface, SecurityGroup, SecurityGroupRule, Tag};

use super::named;
use crate::aws::{Aws, Explain};
use crate::error::Result;

const DESCRIPTION: &str = "description";
const GROUP: &str = "group-id";

pub(super) fn filter(name: &str, values: Vec<String>) -> Filter {
    Filter::builder().name(name).set_values(Some(values)).build()
}

/// A tag as one text: neither our keys nor base names have the sign.
pub(super) fn tag(key: &str, value: &str) -> String {
    format!("{key}={value}")
}

/// A filter by tags of one key, each as [`tag`] writes it.
pub(super) fn tagged(tags: &[String]) -> Filter {
    let split =
        |tag: &String| tag.split_once('=').map(|(key, value)| (key.to_owned(), value.to_owned()));
    let (keys, values): (Vec<_>, Vec<_>) = tags.iter().filter_map(split).unzip();
    let key = keys.into_iter().next().unwrap_or_default();
    filter(&format!("tag:{key}"), values)
}

/// Whether one of these tags is this one, as [`tag`] writes it.
pub(super) fn bears(tags: &[Tag], wanted: &str) -> bool {
    let one = |it: &Tag| Some(tag(it.key()?, it.value()?));
    tags.iter().filter_map(one).any(|it| it == wanted)
}

impl Aws {
    /// The security group with this id.
    pub async fn security_group(&self, id: &str) -> Result<Option<SecurityGroup>> {
        let aws = self.clone();
        let ask = move |ids: Vec<String>| {
            let aws = aws.clone();
            async move {
                let call = aws.ec2().await?.describe_security_groups();
                let answer = call.filters(filter(GROUP, ids.clone())).send().await;
                let answer = answer.explain("ec2:DescribeSecurityGroups", &named(&ids))?;
                Ok(answer.security_groups.unwrap_or_default())
            }
        };
        let is = |it: &SecurityGroup, id: &str| it.group_id() == Some(id);
        let found = self.looks().groups.look("", id, is, ask).await?;
        Ok(found.into_iter().next())
    }

    /// The rule of a security group with this id.
    pub async fn security_group_rule(&self, id: &str) -> Result<Option<SecurityGroupRule>> {
        let aws = self.clone();
        let ask = move |ids: Vec<String>| {
            let aws = aws.clone();
            async move {
                let call = aws.ec2().await?.describe_security_group_rules();
                let answer =
                    call.filters(filter("security-group-rule-id", ids.clone())).send().await;
                let answer = answer.explain("ec2:DescribeSecurityGroupRules", &named(&ids))?;
                Ok(answer.security_group_rules.unwrap_or_default())
            }
        };
        let is = |it: &SecurityGroupRule, id: &str| it.security_group_rule_id() == Some(id);
        let found = self.looks().rules.look("", id, is, ask).await?;
        Ok(found.into_iter().next())
    }

    /// The security groups with this tag.
    pub async fn security_groups_tagged(
        &self,
        key: &str,
        value: &str,
    ) -> Result<Vec<SecurityGroup>> {
        let aws = self.clone();
        let ask = move |tags: Vec<String>| {
            let aws = aws.clone();
            async move {
                let pages = aws.ec2().await?.describe_security_groups().filters(tagged(&tags));
                let found: Result<Vec<_>, _> =
                    pages.into_paginator().items().send().collect().await;
                found.explain("ec2:DescribeSecurityGroups", &named(&tags))
            }
        };
        let is = |it: &SecurityGroup, tag: &str| bears(it.tags(), tag);
        let tag = tag(key, value);
        self.looks().groups.look(key, &tag, is, ask).await
    }

    /// The rules of security groups with this tag.
    pub async fn security_group_rules_tagged(
        &self,
        key: &str,
        value: &str,
    ) -> Result<Vec<SecurityGroupRule>> {
        let aws = self.clone();
        let ask = move |tags: Vec<String>| {
            let aws = aws.clone();
            async move {
                let pages = aws.ec2().await?.describe_security_group_rules().filters(tagged(&tags));
                let found: Result<Vec<_>, _> =
                    pages.into_paginator().items().send().collect().await;
                found.explain("ec2:DescribeSecurityGroupRules", &named(&tags))
            }
        };
        let is = |it: &SecurityGroupRule, tag: &str| bears(it.tags(), tag);
        let tag = tag(key, value);
        self.looks().rules.look(key, &tag, is, ask).await
    }

    /// The network interfaces with exactly this description.
    pub async fn interfaces_described(&self, description: &str) -> Result<Vec<NetworkInterface>> {
        self.interfaces(DESCRIPTION, description, |it, description| {
            it.description() == Some(description)
        })
        .await
    }

    /// The network interfaces that use this security group.
    pub async fn interfaces_in_group(&self, group: &str) -> Result<Vec<NetworkInterface>> {
        self.interfaces(GROUP, group, |it, group| {
            it.groups().iter().any(|it| it.group_id() == Some(group))
        })
        .await
    }

    /// The network interfaces in this subnet.
    pub async fn interfaces_in_subnet(&self, subnet: &str) -> Result<Vec<NetworkInterface>> {
        self.interfaces("subnet-id", subnet, |it, subnet| it.subnet_id() == Some(subnet)).await
    }

    /// The network interfaces in this VPC.
    pub async fn interfaces_in_vpc(&self, vpc: &str) -> Result<Vec<NetworkInterface>> {
        self.interfaces("vpc-id", vpc, |it, vpc| it.vpc_id() == Some(vpc)).await
    }

    async fn interfaces(
        &self,
        by: &'static str,
        value: &str,
        is: fn(&NetworkInterface, &str) -> bool,
    ) -> Result<Vec<NetworkInterface>> {
        let aws = self.clone();
        let ask = move |values: Vec<String>| {
            let aws = aws.clone();
            async move {
                let call = aws.ec2().await?.describe_network_interfaces();
                let pages = call.filters(filter(by, values.clone())).into_paginator().items();
                let found: Result<Vec<_>, _> = pages.send().collect().await;
                found.explain("ec2:DescribeNetworkInterfaces", &named(&values))
            }
        };
        self.looks().interfaces.look(by, value, is, ask).await
    }
}
