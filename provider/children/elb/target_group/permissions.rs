//! What the caller may do with target groups.

use crate::resource::{EVERYWHERE, Permission};

pub(super) const ALL: &[Permission] = &[
    Permission {
        sid: "TargetGroup",
        to: "create, change and delete the target group",
        actions: &[
            "elasticloadbalancing:CreateTargetGroup",
            "elasticloadbalancing:ModifyTargetGroup",
            "elasticloadbalancing:ModifyTargetGroupAttributes",
            "elasticloadbalancing:DeleteTargetGroup",
            "elasticloadbalancing:AddTags",
            "elasticloadbalancing:RemoveTags",
        ],
        on: &["arn:aws:elasticloadbalancing:*:*:targetgroup/{name}*"],
        ..EVERYWHERE
    },
    Permission {
        sid: "TargetGroupFind",
        to: "find the target group",
        actions: &[
            "elasticloadbalancing:DescribeTags",
            "elasticloadbalancing:DescribeTargetGroups",
            "elasticloadbalancing:DescribeTargetGroupAttributes",
        ],
        ..EVERYWHERE
    },
];
