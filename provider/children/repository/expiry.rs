//! When a repository lets images go, as ECR's lifecycle policy says it.
//!
//! Untagged images go by age, then all of them by number: the rule for `any` must have the highest
//! number of all (ECR user guide, lifecycle policy parameters). ECR hands the text back as it got
//! it, and it is compared as JSON.

use serde_json::{Value as Json, json};

use super::Inputs;
use crate::aws::{Explain, OrGone};
use crate::error::Result;
use crate::resource::Cx;

const NO_POLICY: [&str; 2] = ["LifecyclePolicyNotFoundException", "RepositoryNotFoundException"];

/// When images go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Expiry {
    /// Older images than this many go.
    pub keep_images: u32,
    /// Images that lost their tag go after this many days.
    pub untagged_days: u32,
}

impl Expiry {
    /// What is asked for.
    pub(super) fn asked(inputs: &Inputs) -> Self {
        Self { keep_images: inputs.keep_images, untagged_days: inputs.expire_untagged_after_days }
    }

    /// The policy that says so.
    pub(super) fn policy(self) -> Json {
        json!({
            "rules": [
                {
                    "rulePriority": 1,
                    "description": "images that lost their tag",
                    "selection": {
                        "tagStatus": "untagged",
                        "countType": "sinceImagePushed",
                        "countUnit": "days",
                        "countNumber": self.untagged_days,
                    },
                    "action": { "type": "expire" },
                },
                {
                    "rulePriority": 2,
                    "description": "more images than are kept",
                    "selection": {
                        "tagStatus": "any",
                        "countType": "imageCountMoreThan",
                        "countNumber": self.keep_images,
                    },
                    "action": { "type": "expire" },
                },
            ],
        })
    }

    /// What this policy says, if it is one that we would write.
    pub(super) fn of(text: &str) -> Option<Self> {
        let mut live: Json = serde_json::from_str(text).ok()?;
        let rules = live.get_mut("rules")?.as_array_mut()?;
        rules.sort_by_key(|rule| rule["rulePriority"].as_u64());
        let count = |rule: usize| {
            let number = rules.get(rule)?.pointer("/selection/countNumber")?.as_u64()?;
            u32::try_from(number).ok()
        };
        let read = Self { untagged_days: count(0)?, keep_images: count(1)? };
        (read.policy() == live).then_some(read)
    }
}

/// Gives the repository the policy that says so.
pub(super) async fn put(cx: &Cx, name: &str, expiry: Expiry) -> Result<()> {
    cx.aws
        .ecr()
        .await?
        .put_lifecycle_policy()
        .repository_name(name)
        .lifecycle_policy_text(expiry.policy().to_string())
        .send()
        .await
        .explain("ecr:PutLifecyclePolicy", name)
        .map(drop)
}

/// The text of the repository's policy, if it has one.
pub(super) async fn get(cx: &Cx, name: &str) -> Result<Option<String>> {
    let answer = cx
        .aws
        .ecr()
        .await?
        .get_lifecycle_policy()
        .repository_name(name)
        .send()
        .await
        .explain("ecr:GetLifecyclePolicy", name)
        .or_gone(&NO_POLICY)?;
    Ok(answer.and_then(|answer| answer.lifecycle_policy_text))
}

#[cfg(test)]
mod tests {
    use super::Expiry;

    const EXPIRY: Expiry = Expiry { keep_images: 20, untagged_days: 7 };

    #[test]
    fn our_policy_is_known_again_in_any_order() {
        let mut policy = EXPIRY.policy();
        assert_eq!(Expiry::of(&policy.to_string()), Some(EXPIRY));
        policy["rules"].as_array_mut().expect("rules").reverse();
        assert_eq!(Expiry::of(&policy.to_string()), Some(EXPIRY));
    }

    #[test]
    fn a_policy_with_more_or_other_rules_is_not_ours() {
        let mut longer = EXPIRY.policy();
        longer["rules"].as_array_mut().expect("rules").push(serde_json::json!({"rulePriority": 3}));
        assert_eq!(Expiry::of(&longer.to_string()), None);
        let mut other = EXPIRY.policy();
        other["rules"][1]["selection"]["tagStatus"] = "tagged".into();
        assert_eq!(Expiry::of(&other.to_string()), None);
        assert_eq!(Expiry::of("no JSON"), None);
    }

    #[test]
    fn the_policy_has_a_length_that_ecr_takes() {
        assert!((100..=30720).contains(&EXPIRY.policy().to_string().len()));
    }

    /// Its words stand in ECR's console.
    #[test]
    fn the_policy_as_ecr_shows_it() {
        expect_test::expect![[r#"{"rules":[{"action":{"type":"expire"},"description":"images that lost their tag","rulePriority":1,"selection":{"countNumber":7,"countType":"sinceImagePushed","countUnit":"days","tagStatus":"untagged"}},{"action":{"type":"expire"},"description":"more images than are kept","rulePriority":2,"selection":{"countNumber":20,"countType":"imageCountMoreThan","tagStatus":"any"}}]}"#]].assert_eq(&EXPIRY.policy().to_string());
    }
}
