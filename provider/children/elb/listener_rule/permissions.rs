//! What the caller may do with rules.

use crate::resource::permission::HAS_RULES;
use crate::resource::{EVERYWHERE, Needed, Permission};

const WHEN: Needed = Needed::If(HAS_RULES);

pub(super) const ALL: &[Permission] = &[
    Permission {
        sid: "RuleMake",
        to: "add rules to the listeners",
        needed: WHEN,
        actions: &["elasticloadbalancing:CreateRule"],
        on: &["arn:aws:elasticloadbalancing:*:*:listener/app/{name}*"],
        ..EVERYWHERE
    },
    Permission {
        sid: "Rule",
        to: "change and delete the rules",
        needed: WHEN,
        actions: &[
            "elasticloadbalancing:ModifyRule",
            "elasticloadbalancing:SetRulePriorities",
            "elasticloadbalancing:DeleteRule",
            "elasticloadbalancing:AddTags",
            "elasticloadbalancing:RemoveTags",
        ],
        on: &["arn:aws:elasticloadbalancing:*:*:listener-rule/app/{name}*"],
        ..EVERYWHERE
    },
    Permission {
        sid: "RuleFind",
        to: "find the rules, and the target group that serves",
        needed: WHEN,
        actions: &[
            "elasticloadbalancing:DescribeRules",
            "elasticloadbalancing:DescribeListeners",
            "elasticloadbalancing:DescribeTags",
            "elasticloadbalancing:DescribeTargetHealth",
        ],
        ..EVERYWHERE
    },
];
