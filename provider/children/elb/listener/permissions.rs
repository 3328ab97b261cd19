//! What the caller needs for listeners.

use crate::resource::permission::HAS_USER_POOL;
use crate::resource::{EVERYWHERE, Needed, Permission};

pub(super) const ALL: &[Permission] = &[
    Permission {
        sid: "ListenerMake",
        to: "add listeners to the load balancer",
        actions: &["elasticloadbalancing:CreateListener"],
        on: &["arn:aws:elasticloadbalancing:*:*:loadbalancer/app/{name}*"],
        ..EVERYWHERE
    },
    Permission {
        sid: "Listener",
        to: "change and delete the listeners",
        actions: &[
            "elasticloadbalancing:ModifyListener",
            "elasticloadbalancing:ModifyListenerAttributes",
            "elasticloadbalancing:AddListenerCertificates",
            "elasticloadbalancing:RemoveListenerCertificates",
            "elasticloadbalancing:DeleteListener",
            "elasticloadbalancing:AddTags",
            "elasticloadbalancing:RemoveTags",
        ],
        on: &["arn:aws:elasticloadbalancing:*:*:listener/app/{name}*"],
        ..EVERYWHERE
    },
    // User guide, "Prepare to use Amazon Cognito": whoever names a client must be able to see it.
    Permission {
        sid: "UserPoolClient",
        to: "let the load balancer see the client of the user pool",
        needed: Needed::If(HAS_USER_POOL),
        actions: &["cognito-idp:DescribeUserPoolClient"],
        on: &["arn:aws:cognito-idp:*:*:userpool/*"],
        ..EVERYWHERE
    },
    Permission {
        sid: "ListenerFind",
        to: "find the listeners",
        actions: &[
            "elasticloadbalancing:DescribeListeners",
            "elasticloadbalancing:DescribeListenerAttributes",
            "elasticloadbalancing:DescribeListenerCertificates",
            "elasticloadbalancing:DescribeLoadBalancers",
            "elasticloadbalancing:DescribeTags",
        ],
        ..EVERYWHERE
    },
];
