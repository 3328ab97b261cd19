//! Elastic Load Balancing: balancers, target groups, listeners, rules and the tags of all of them. A call about
//! several fails when one of them is missing.

use aws_sdk_elasticloadbalancingv2::types::{
    Listener, LoadBalancer, LoadBalancerAttribute, Rule, Tag, TagDescription, TargetGroup,
};

use super::{ALL, named, unless_gone};
use crate::aws::rules::listener_of;
use crate::aws::{Aws, Explain, OrGone};
use crate::error::Result;

const GONE: [&str; 4] =
    ["LoadBalancerNotFound", "TargetGroupNotFound", "ListenerNotFound", "RuleNotFound"];

/// AWS's name of the attribute that protects a load balancer from deletion.
pub const DELETION_PROTECTION: &str = "deletion_protection.enabled";

impl Aws {
    /// The attributes of the load balancer; `None` if there is no such balancer.
    pub async fn load_balancer_attributes(
        &self,
        arn: &str,
    ) -> Result<Option<Vec<LoadBalancerAttribute>>> {
        let call = self.elb().await?.describe_load_balancer_attributes().load_balancer_arn(arn);
        let answer = call.send().await;
        let answer = answer
            .explain("elasticloadbalancing:DescribeLoadBalancerAttributes", arn)
            .or_gone(&GONE)?;
        Ok(answer.map(|answer| answer.attributes.unwrap_or_default()))
    }

    /// Whether AWS would refuse to delete the load balancer; one that is gone is not protected.
    pub async fn is_protected(&self, arn: &str) -> Result<bool> {
        let attributes = self.load_balancer_attributes(arn).await?.unwrap_or_default();
        let protection = attributes.iter().find(|it| it.key() == Some(DELETION_PROTECTION));
        Ok(protection.and_then(LoadBalancerAttribute::value) == Some("true"))
    }

    /// The load balancer with this ARN.
    pub async fn load_balancer(&self, arn: &str) -> Result<Option<LoadBalancer>> {
        let aws = self.clone();
        let ask = move |arns: Vec<String>| {
            let aws = aws.clone();
            async move {
                let call = aws.elb().await?.describe_load_balancers();
                let answer = call.set_load_balancer_arns(Some(arns.clone())).send().await;
                let answer =
                    answer.explain("elasticloadbalancing:DescribeLoadBalancers", &named(&arns));
                let found = answer.map(|it| it.load_balancers.unwrap_or_default());
                unless_gone(found, arns.len(), &GONE)
            }
        };
        let is = |it: &LoadBalancer, arn: &str| it.load_balancer_arn() == Some(arn);
        let found = self.looks().balancers.look("", arn, is, ask).await?;
        Ok(found.into_iter().next())
    }

    /// All load balancers of account and region.
    pub async fn load_balancers(&self) -> Result<Vec<LoadBalancer>> {
        let aws = self.clone();
        let ask = move |_| {
            let aws = aws.clone();
            async move {
                let pages = aws.elb().await?.describe_load_balancers().into_paginator().items();
                let all: Result<Vec<_>, _> = pages.send().collect().await;
                all.explain("elasticloadbalancing:DescribeLoadBalancers", "all load balancers")
            }
        };
        self.looks().all_balancers.look("", ALL, |_, _| true, ask).await
    }

    /// All target groups of account and region.
    pub async fn target_groups(&self) -> Result<Vec<TargetGroup>> {
        let aws = self.clone();
        let ask = move |_| {
            let aws = aws.clone();
            async move {
                let pages = aws.elb().await?.describe_target_groups().into_paginator().items();
                let all: Result<Vec<_>, _> = pages.send().collect().await;
                all.explain("elasticloadbalancing:DescribeTargetGroups", "all target groups")
            }
        };
        self.looks().all_target_groups.look("", ALL, |_, _| true, ask).await
    }

    /// The target group with this ARN.
    pub async fn target_group(&self, arn: &str) -> Result<Option<TargetGroup>> {
        let aws = self.clone();
        let ask = move |arns: Vec<String>| {
            let aws = aws.clone();
            async move {
                let call = aws.elb().await?.describe_target_groups();
                let answer = call.set_target_group_arns(Some(arns.clone())).send().await;
                let answer =
                    answer.explain("elasticloadbalancing:DescribeTargetGroups", &named(&arns));
                let found = answer.map(|it| it.target_groups.unwrap_or_default());
                unless_gone(found, arns.len(), &GONE)
            }
        };
        let is = |it: &TargetGroup, arn: &str| it.target_group_arn() == Some(arn);
        let found = self.looks().target_groups.look("", arn, is, ask).await?;
        Ok(found.into_iter().next())
    }

    /// The listener with this ARN.
    pub async fn listener(&self, arn: &str) -> Result<Option<Listener>> {
        let aws = self.clone();
        let ask = move |arns: Vec<String>| {
            let aws = aws.clone();
            async move {
                let call = aws.elb().await?.describe_listeners();
                let answer = call.set_listener_arns(Some(arns.clone())).send().await;
                let answer =
                    answer.explain("elasticloadbalancing:DescribeListeners", &named(&arns));
                let found = answer.map(|it| it.listeners.unwrap_or_default());
                unless_gone(found, arns.len(), &GONE)
            }
        };
        let is = |it: &Listener, arn: &str| it.listener_arn() == Some(arn);
        let found = self.looks().listeners.look("", arn, is, ask).await?;
        Ok(found.into_iter().next())
    }

    /// The listener's rule with this ARN.
    pub async fn listener_rule(&self, arn: &str) -> Result<Option<Rule>> {
        let aws = self.clone();
        let ask = move |arns: Vec<String>| {
            let aws = aws.clone();
            async move {
                let call = aws.elb().await?.describe_rules();
                let answer = call.set_rule_arns(Some(arns.clone())).send().await;
                let answer = answer.explain("elasticloadbalancing:DescribeRules", &named(&arns));
                let found = answer.map(|it| it.rules.unwrap_or_default());
                unless_gone(found, arns.len(), &GONE)
            }
        };
        let is = |it: &Rule, arn: &str| it.rule_arn() == Some(arn);
        let found = self.looks().listener_rules.look("", arn, is, ask).await?;
        Ok(found.into_iter().next())
    }

    /// The rules of the listener, with its default one.
    pub async fn listener_rules(&self, listener: &str) -> Result<Vec<Rule>> {
        let (aws, arn) = (self.clone(), listener.to_owned());
        let ask = move |_| {
            let (aws, arn) = (aws.clone(), arn.clone());
            async move {
                let call = aws.elb().await?.describe_rules().listener_arn(&arn);
                let all = call.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
                let all = all.explain("elasticloadbalancing:DescribeRules", &arn);
                unless_gone(all, 1, &GONE)
            }
        };
        let mut rules =
            self.looks().rules_of_listener.look(listener, ALL, |_, _| true, ask).await?;
        rules.retain(|it| it.rule_arn().is_some_and(|arn| listener_of(arn) == listener));
        Ok(rules)
    }

    /// The rules of all listeners of the load balancer, without the default ones.
    pub async fn rules_of_load_balancer(&self, arn: &str) -> Result<Vec<Rule>> {
        let listeners = self.elb().await?.describe_listeners().load_balancer_arn(arn);
        let listeners = listeners.into_paginator().items().send();
        let listeners = listeners.collect::<Result<Vec<_>, _>>().await;
        let listeners =
            listeners.explain("elasticloadbalancing:DescribeListeners", arn).or_gone(&GONE)?;
        let mut rules = Vec::new();
        for listener in listeners.into_iter().flatten().filter_map(|it| it.listener_arn) {
            rules.extend(self.listener_rules(&listener).await?);
        }
        rules.retain(|it| it.is_default() != Some(true));
        Ok(rules)
    }

    /// The tags of the balancer, target group, listener or rule with this ARN; `None` if it is gone.
    pub async fn elb_tags(&self, arn: &str) -> Result<Option<Vec<Tag>>> {
        let aws = self.clone();
        let ask = move |arns: Vec<String>| {
            let aws = aws.clone();
            async move {
                let call = aws.elb().await?.describe_tags();
                let answer = call.set_resource_arns(Some(arns.clone())).send().await;
                let answer = answer.explain("elasticloadbalancing:DescribeTags", &named(&arns));
                let found = answer.map(|it| it.tag_descriptions.unwrap_or_default());
                unless_gone(found, arns.len(), &GONE)
            }
        };
        let is = |it: &TagDescription, arn: &str| it.resource_arn() == Some(arn);
        let found = self.looks().elb_tags.look("", arn, is, ask).await?;
        Ok(found.into_iter().next().map(|it| it.tags.unwrap_or_default()))
    }
}
