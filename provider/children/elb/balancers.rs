//! All load balancers of account and region: what balancers and their listeners look through for
//! what belongs to the service.

use aws_sdk_elasticloadbalancingv2::types::LoadBalancer;

use crate::aws::Explain;
use crate::error::Result;
use crate::resource::Cx;

pub(super) async fn all(cx: &Cx) -> Result<Vec<LoadBalancer>> {
    cx.aws
        .elb()
        .await?
        .describe_load_balancers()
        .into_paginator()
        .items()
        .send()
        .collect::<Result<Vec<_>, _>>()
        .await
        .explain("elasticloadbalancing:DescribeLoadBalancers", &cx.base)
}
