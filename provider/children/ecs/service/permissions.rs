//! What the caller needs for services.

use crate::resource::permission::{HAS_RULES, MOVES_TRAFFIC};
use crate::resource::{EVERYWHERE, Needed, Permission};

pub(super) const ALL: &[Permission] = &[
    Permission {
        sid: "Service",
        to: "create, change, watch and delete the service",
        actions: &[
            "ecs:CreateService",
            "ecs:UpdateService",
            "ecs:DescribeServices",
            "ecs:DeleteService",
            "ecs:ListServiceDeployments",
            "ecs:TagResource",
            "ecs:UntagResource",
        ],
        on: &["arn:aws:ecs:*:*:service/*/{name}*"],
        ..EVERYWHERE
    },
    // AWS asks for the deployment, or the revision, as well as for the service.
    Permission {
        sid: "ServiceDeployments",
        to: "watch its deployments, stop hopeless ones, and keep what they can go back to",
        actions: &[
            "ecs:DescribeServiceDeployments",
            "ecs:DescribeServiceRevisions",
            "ecs:StopServiceDeployment",
        ],
        on: &[
            "arn:aws:ecs:*:*:service/*/{name}*",
            "arn:aws:ecs:*:*:service-deployment/*/{name}*",
            "arn:aws:ecs:*:*:service-revision/*/{name}*",
        ],
        ..EVERYWHERE
    },
    Permission {
        sid: "ServiceClusters",
        to: "find a service that an interrupted run left in some cluster",
        actions: &["ecs:ListClusters"],
        ..EVERYWHERE
    },
    Permission {
        sid: "ServiceLoadBalancer",
        to: "wait until the load balancer is ready",
        actions: &["elasticloadbalancing:DescribeLoadBalancers"],
        ..EVERYWHERE
    },
    Permission {
        sid: "ServiceRule",
        to: "find the target group that has the traffic",
        needed: Needed::If(MOVES_TRAFFIC),
        actions: &["elasticloadbalancing:DescribeRules"],
        ..EVERYWHERE
    },
    Permission {
        sid: "ServiceTargetsFind",
        to: "find the rules that forward to a target group which the service gives up",
        needed: Needed::If(HAS_RULES),
        actions: &[
            "elasticloadbalancing:DescribeTargetGroups",
            "elasticloadbalancing:DescribeListeners",
            "elasticloadbalancing:DescribeRules",
            "elasticloadbalancing:DescribeTags",
        ],
        ..EVERYWHERE
    },
    Permission {
        sid: "ServiceTargets",
        to: "lead requests away from a target group that the service gives up",
        needed: Needed::If(HAS_RULES),
        actions: &["elasticloadbalancing:ModifyRule"],
        on: &["arn:aws:elasticloadbalancing:*:*:listener-rule/app/{name}*"],
        ..EVERYWHERE
    },
    Permission {
        sid: "ServicePassRole",
        to: "hand the infrastructure role to ECS, and to nothing else",
        needed: Needed::If(MOVES_TRAFFIC),
        actions: &["iam:PassRole"],
        on: &["arn:aws:iam::*:role/{name}*-infrastructure"],
        only_if: Some(("StringEquals", "iam:PassedToService", "ecs.amazonaws.com")),
    },
    // ECS looks at the alarms as the caller (developer guide, "How CloudWatch alarms detect Amazon ECS deployment
    // failures").
    Permission {
        sid: "ServiceAlarms",
        to: "name alarms by which deployments go back",
        needed: Needed::If("it has `deployment.rollbackAlarms`"),
        actions: &["cloudwatch:DescribeAlarms"],
        ..EVERYWHERE
    },
    Permission {
        sid: "EvidenceFind",
        to: "find the stopped tasks, and the health of the targets",
        needed: Needed::If("a deployment is to be explained"),
        actions: &["ecs:ListTasks", "elasticloadbalancing:DescribeTargetHealth"],
        ..EVERYWHERE
    },
    Permission {
        sid: "EvidenceTasks",
        to: "report why tasks stopped",
        needed: Needed::If("a failed deployment is to be explained"),
        actions: &["ecs:DescribeTasks"],
        on: &["arn:aws:ecs:*:*:task/*"],
        ..EVERYWHERE
    },
    Permission {
        sid: "EvidenceLogs",
        to: "show the last log lines",
        needed: Needed::If("a failed deployment is to be explained"),
        actions: &["logs:GetLogEvents"],
        on: &["arn:aws:logs:*:*:log-group:/fargate/{name}*:log-stream:*"],
        ..EVERYWHERE
    },
];
