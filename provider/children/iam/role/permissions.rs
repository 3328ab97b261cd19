//! What the caller needs for roles.

use crate::resource::{EVERYWHERE, Needed, Permission};

pub(super) const ALL: &[Permission] = &[
    Permission {
        sid: "RolesFind",
        to: "find the roles",
        actions: &["iam:GetRole"],
        on: &[
            "arn:aws:iam::*:role/{name}*-execution",
            "arn:aws:iam::*:role/{name}*-task",
            "arn:aws:iam::*:role/{name}*-infrastructure",
        ],
        ..EVERYWHERE
    },
    Permission {
        sid: "Roles",
        to: "create, change and delete the roles",
        needed: Needed::Unless(
            "`executionRoleArn` and `taskRoleArn` are given and `deployment.strategy` is `rolling`",
        ),
        actions: &[
            "iam:CreateRole",
            "iam:UpdateRole",
            "iam:UpdateAssumeRolePolicy",
            "iam:PutRolePolicy",
            "iam:GetRolePolicy",
            "iam:ListRolePolicies",
            "iam:DeleteRolePolicy",
            "iam:ListAttachedRolePolicies",
            "iam:DetachRolePolicy",
            "iam:DeleteRole",
            "iam:TagRole",
            "iam:UntagRole",
        ],
        on: &[
            "arn:aws:iam::*:role/{name}*-execution",
            "arn:aws:iam::*:role/{name}*-task",
            "arn:aws:iam::*:role/{name}*-infrastructure",
        ],
        ..EVERYWHERE
    },
    Permission {
        sid: "RolePolicies",
        to: "attach managed policies to the task role",
        needed: Needed::If("it has `taskRolePolicyArns`"),
        actions: &["iam:AttachRolePolicy"],
        on: &["arn:aws:iam::*:role/{name}*-task"],
        ..EVERYWHERE
    },
    Permission {
        sid: "RoleBoundary",
        to: "change the permissions boundary of the roles",
        needed: Needed::If("its `permissionsBoundary` changes"),
        actions: &["iam:PutRolePermissionsBoundary", "iam:DeleteRolePermissionsBoundary"],
        on: &[
            "arn:aws:iam::*:role/{name}*-execution",
            "arn:aws:iam::*:role/{name}*-task",
            "arn:aws:iam::*:role/{name}*-infrastructure",
        ],
        ..EVERYWHERE
    },
];
