//! Zones in which Fargate runs no tasks, by their ids: names such as `us-west-1a` mean another zone in
//! each account.

/// Regions of which Fargate is in some zones only, and those (ECS developer guide, "Supported Regions
/// for Amazon ECS on AWS Fargate", Linux containers).
const SOME_ZONES: [(&str, &[&str]); 3] = [
    ("ap-northeast-1", &["apne1-az1", "apne1-az2", "apne1-az4"]),
    ("cn-north-1", &["cnn1-az1", "cnn1-az2"]),
    ("us-west-1", &["usw1-az1", "usw1-az3"]),
];

/// Whether Fargate runs tasks in the zone with this id; a zone without an id cannot be checked.
pub(super) fn has_fargate(region: &str, zone_id: Option<&str>) -> bool {
    let Some((_, zones)) = SOME_ZONES.iter().find(|(some, _)| *some == region) else { return true };
    zone_id.is_none_or(|id| zones.contains(&id))
}

#[cfg(test)]
mod tests {
    use super::has_fargate;

    #[test]
    fn fargate_is_not_in_every_zone_of_every_region() {
        assert!(has_fargate("us-west-1", Some("usw1-az3")));
        assert!(!has_fargate("us-west-1", Some("usw1-az2")));
        assert!(!has_fargate("ap-northeast-1", Some("apne1-az3")));
        assert!(has_fargate("eu-west-1", Some("euw1-az2")));
        assert!(has_fargate("us-west-1", None));
    }
}
