//! Which records are ours, although nothing in them says whose they are.

use super::Inputs;
use crate::property::{Map, Value};
use crate::resource::Cx;

/// Whether what is there is ours by itself: an alias of this service's load balancer, or what the entry had that this one
/// replaces.
pub(super) fn is_ours(cx: &Cx, there: &Inputs) -> bool {
    let target = there.alias_name.as_deref().unwrap_or_default();
    names_balancer_of(target, &cx.base, cx.aws.region())
        || was(&cx.names.replaced.of(&cx.urn, &Map::new()), there)
}

/// Whether an alias names a load balancer of the service: `internal-web-abcde-1234.eu-west-1.elb.amazonaws.com`. Its name is
/// made of the base name and five letters; that of a service `web-two` is another.
fn names_balancer_of(target: &str, base: &str, region: &str) -> bool {
    let name = target.strip_prefix("dualstack.").unwrap_or(target);
    let name = name.strip_prefix("internal-").unwrap_or(name);
    let Some((name, place)) = name.split_once('.') else { return false };
    let rest = name.strip_prefix(base).and_then(|rest| rest.strip_prefix('-'));
    let Some((letters, number)) = rest.and_then(|rest| rest.split_once('-')) else { return false };
    let numbered = number.chars().all(|c| c.is_ascii_digit());
    !base.is_empty()
        && letters.len() == 5
        && numbered
        && place.starts_with(&format!("{region}.elb."))
}

/// Whether an entry with these inputs had this.
fn was(old: &Map, there: &Inputs) -> bool {
    let text = |name: &str| old.get(name).and_then(Value::as_str);
    let same = |name, value: &str| text(name) == Some(value);
    same("hostedZoneId", &there.hosted_zone_id)
        && same("name", &there.name)
        && same("type", &there.r#type)
        && text("aliasName") == there.alias_name.as_deref()
        && (there.values.is_none() || old.contains_key("values"))
}

#[cfg(test)]
mod tests {
    use super::names_balancer_of;

    #[test]
    fn an_alias_of_our_load_balancer_is_ours() {
        let of = |target: &str| names_balancer_of(target, "web-abc", "eu-west-1");
        for ours in ["", "internal-", "dualstack.", "dualstack.internal-"] {
            assert!(of(&format!("{ours}web-abc-x1y2z-1.eu-west-1.elb.amazonaws.com")), "{ours}");
        }
        assert!(!of("web-abc-store-x1y2z-1.eu-west-1.elb.amazonaws.com"));
        assert!(!of("web-abcd-x1y2z-1.eu-west-1.elb.amazonaws.com"));
        assert!(!of("web-abc-x1y2z-1.us-east-1.elb.amazonaws.com"));
        assert!(!of("www.example.com"));
    }
}
