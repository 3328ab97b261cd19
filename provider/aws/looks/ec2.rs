//! EC2: security groups, their rules, and network interfaces. By filters, which find what is there:
//! asked for by ids, one that is missing is an error for all.

use std::sync::Arc;

use aws_sdk_ec2::types::{Filter, NetworkInterface, SecurityGroup, SecurityGroupRule};

use super::named;
use crate::aws::{Aws, Explain};
use crate::error::Result;

const DESCRIPTION: &str = "description";
const GROUP: &str = "group-id";

fn filter(name: &str, values: Vec<String>) -> Filter {
    Filter::builder().name(name).set_values(Some(values)).build()
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
        let found = Arc::clone(&self.looks().groups).look("", id, is, ask).await?;
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
        let found = Arc::clone(&self.looks().rules).look("", id, is, ask).await?;
        Ok(found.into_iter().next())
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
        Arc::clone(&self.looks().interfaces).look(by, value, is, ask).await
    }
}
