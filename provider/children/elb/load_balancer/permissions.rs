//! What the caller needs for load balancers.

use crate::resource::{EVERYWHERE, Needed, Permission};

pub(super) const ALL: &[Permission] = &[
    Permission {
        sid: "LoadBalancer",
        to: "create, change and delete the load balancer",
        actions: &[
            "elasticloadbalancing:CreateLoadBalancer",
            "elasticloadbalancing:ModifyLoadBalancerAttributes",
            "elasticloadbalancing:ModifyCapacityReservation",
            "elasticloadbalancing:SetIpAddressType",
            "elasticloadbalancing:SetSubnets",
            "elasticloadbalancing:SetSecurityGroups",
            "elasticloadbalancing:DeleteLoadBalancer",
            "elasticloadbalancing:AddTags",
            "elasticloadbalancing:RemoveTags",
        ],
        on: &["arn:aws:elasticloadbalancing:*:*:loadbalancer/app/{name}*"],
        ..EVERYWHERE
    },
    Permission {
        sid: "LoadBalancerFind",
        to: "find the load balancer, and what is left of it after a delete",
        actions: &[
            "ec2:DescribeNetworkInterfaces",
            "elasticloadbalancing:DescribeLoadBalancers",
            "elasticloadbalancing:DescribeLoadBalancerAttributes",
            "elasticloadbalancing:DescribeCapacityReservation",
            "elasticloadbalancing:DescribeTags",
        ],
        ..EVERYWHERE
    },
    // Elastic Load Balancing does it as the caller whenever a balancer or a target group is made,
    // or a balancer's groups change (its user guide, "API permissions";
    // kubernetes-sigs/aws-load-balancer-controller#3917 for GetSecurityGroupsForVpc).
    Permission {
        sid: "LoadBalancerPlace",
        to: "let Elastic Load Balancing read the network and the security groups",
        actions: &[
            "ec2:DescribeAccountAttributes",
            "ec2:DescribeAddresses",
            "ec2:DescribeInternetGateways",
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeSubnets",
            "ec2:DescribeVpcs",
            "ec2:GetSecurityGroupsForVpc",
        ],
        ..EVERYWHERE
    },
    Permission {
        sid: "LoadBalancerFirst",
        to: "let Elastic Load Balancing create its own role in an account that never used it",
        needed: Needed::If("it is the first load balancer of the account"),
        actions: &["iam:CreateServiceLinkedRole"],
        on: &[
            "arn:aws:iam::*:role/aws-service-role/elasticloadbalancing.amazonaws.com/AWSServiceRoleForElasticLoadBalancing",
        ],
        only_if: Some(("StringEquals", "iam:AWSServiceName", "elasticloadbalancing.amazonaws.com")),
    },
];
