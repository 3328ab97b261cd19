//! When a repository lets images go, as ECR's lifecycle policy says it.
//!
//! ECR times and counts images by their push, never by the loss of a tag, so no number of days and
//! no number of images alone can spare what a service runs. What can is the order of the rules: an
//! image that a rule is about is expired by none of lower priority (ECR user guide, lifecycle
//! policy evaluation rules). So the first rule is about the images that bear our tag, and lets none
//! of them go. ECR hands the text back as it got it, and it is compared as JSON.

use serde_json::{Value as Json, json};

use super::Inputs;
use crate::aws::{Explain, OrGone};
use crate::children::ecr::registry::KEPT;
use crate::error::Result;
use crate::resource::Cx;

const NO_POLICY: [&str; 2] = ["LifecyclePolicyNotFoundException", "RepositoryNotFoundException"];
/// More images than a repository can hold (ECR service quotas), so that a rule lets none go.
pub const ALL_IMAGES: u32 = 100_000;

/// How many images stay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Expiry {
    /// Of those that have a tag.
    pub tagged: u32,
    /// Of those that lost theirs.
    pub untagged: u32,
}

impl Expiry {
    /// What is asked for.
    pub(super) fn asked(inputs: &Inputs) -> Self {
        Self { tagged: inputs.keep_images, untagged: inputs.keep_untagged_images }
    }

    /// The policy that says so.
    pub(super) fn policy(self) -> Json {
        let rule = |priority: u32, description: &str, images: Json, count: u32| {
            let mut selection = images;
            selection["countType"] = "imageCountMoreThan".into();
            selection["countNumber"] = count.into();
            json!({
                "rulePriority": priority,
                "description": description,
                "selection": selection,
                "action": { "type": "expire" },
            })
        };
        let kept = json!({ "tagStatus": "tagged", "tagPrefixList": [KEPT] });
        let untagged = json!({ "tagStatus": "untagged" });
        let tagged = json!({ "tagStatus": "tagged", "tagPatternList": ["*"] });
        json!({
            "rules": [
                rule(1, "what the service runs or can go back to stays", kept, ALL_IMAGES),
                rule(2, "more untagged images than are kept", untagged, self.untagged),
                rule(3, "more tagged images than are kept", tagged, self.tagged),
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
        let read = Self { untagged: count(1)?, tagged: count(2)? };
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

    const EXPIRY: Expiry = Expiry { tagged: 20, untagged: 7 };

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
        longer["rules"].as_array_mut().expect("rules").push(serde_json::json!({"rulePriority": 4}));
        assert_eq!(Expiry::of(&longer.to_string()), None);
        let mut other = EXPIRY.policy();
        other["rules"][2]["selection"]["tagStatus"] = "any".into();
        assert_eq!(Expiry::of(&other.to_string()), None);
        assert_eq!(Expiry::of("no JSON"), None);
    }

    #[test]
    fn the_policy_has_a_length_that_ecr_takes() {
        assert!((100..=30720).contains(&EXPIRY.policy().to_string().len()));
    }

    /// ECR's console shows its words.
    #[test]
    fn the_policy_as_ecr_shows_it() {
        expect_test::expect![[r#"{"rules":[{"action":{"type":"expire"},"description":"what the service runs or can go back to stays","rulePriority":1,"selection":{"countNumber":100000,"countType":"imageCountMoreThan","tagPrefixList":["fargate-keep-"],"tagStatus":"tagged"}},{"action":{"type":"expire"},"description":"more untagged images than are kept","rulePriority":2,"selection":{"countNumber":7,"countType":"imageCountMoreThan","tagStatus":"untagged"}},{"action":{"type":"expire"},"description":"more tagged images than are kept","rulePriority":3,"selection":{"countNumber":20,"countType":"imageCountMoreThan","tagPatternList":["*"],"tagStatus":"tagged"}}]}"#]].assert_eq(&EXPIRY.policy().to_string());
    }
}
