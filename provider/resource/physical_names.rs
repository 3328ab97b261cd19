//! Physical names: functions of the base name, and of properties that cannot change.
//!
//! A name holds a short hash of the immutable properties of its kind. So a replacement always
//! gets another name (the new object can exist beside the old one), and a repeated create always
//! gets the same one (an interrupted run is found again).

use serde::Serialize;
use sha2::{Digest, Sha256};

/// The longest base name: with `-` and a hash of five it fits load balancers and target groups,
/// which have 32 characters (elbv2 API reference, CreateLoadBalancer, `Name`).
pub const LONGEST_BASE: usize = 26;

/// No load balancer's name begins with `internal-` (elbv2 API reference, CreateLoadBalancer), and no
/// security group's with `sg-` (EC2 API reference, CreateSecurityGroup).
const RESERVED: [&str; 2] = ["internal-", "sg-"];

const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// `count` (at most 32) letters and digits that depend on `bytes` and nothing else.
#[must_use]
pub fn letters(bytes: &[u8], count: usize) -> String {
    Sha256::digest(bytes)
        .iter()
        .take(count)
        .map(|byte| char::from(ALPHABET[usize::from(byte % 32)]))
        .collect()
}

/// `<base>-<5 characters>`: the characters depend on the immutable properties.
#[must_use]
pub fn with_hash(base: &str, immutable: impl Serialize) -> String {
    let bytes = serde_json::to_vec(&immutable).unwrap_or_default();
    format!("{base}-{}", letters(&bytes, 5))
}

/// `<base>-<region>`, for what has one name in all regions (roles, dashboards): two stacks that give
/// their service the same `name` in two regions do not meet.
#[must_use]
pub fn in_region(base: &str, region: &str) -> String {
    format!("{base}-{region}")
}

/// The base name for a component: its name, made fit for AWS (all of [`complain`]), and seven
/// characters of the seed.
#[must_use]
pub fn base_name(component: &str, seed: &[u8]) -> String {
    let suffix = letters(seed, 7);
    let mut stem: String = component
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' })
        .collect::<String>()
        .split('-')
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("-");
    if !stem.starts_with(|c: char| c.is_ascii_lowercase()) {
        stem.insert(0, 's');
    }
    // With the suffix behind it "internal" alone would be the beginning that is refused.
    if RESERVED.iter().any(|begin| format!("{stem}-").starts_with(begin)) {
        stem.insert_str(0, "s-");
    }
    stem.truncate(LONGEST_BASE - 1 - suffix.len());
    format!("{}-{suffix}", stem.trim_end_matches('-'))
}

/// What is wrong with a base name that the user chose: `None` if it can be used.
#[must_use]
pub fn complain(base: &str) -> Option<String> {
    let fits = base.len() <= LONGEST_BASE
        && base.starts_with(|c: char| c.is_ascii_lowercase())
        && !base.ends_with('-')
        && !base.contains("--")
        && base.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        && !RESERVED.iter().any(|begin| base.starts_with(begin));
    (!fits).then(|| {
        format!(
            "\"{base}\" cannot be the base of all names in AWS. Use up to {LONGEST_BASE} lower-case \
             letters, digits and single hyphens, beginning with a letter, not ending with a hyphen, \
             and not beginning with \"internal-\" or \"sg-\" (load balancer, repository and security \
             group names allow no more)."
        )
    })
}

#[cfg(test)]
mod tests {
    use super::{base_name, complain, with_hash};

    #[test]
    fn a_name_depends_on_its_base_and_its_immutable_properties_only() {
        assert_eq!(with_hash("web", (80, "vpc-1")), with_hash("web", (80, "vpc-1")));
        assert_ne!(with_hash("web", (80, "vpc-1")), with_hash("web", (81, "vpc-1")));
        assert!(with_hash(&"x".repeat(26), ()).len() <= 32);
    }

    #[test]
    fn base_names_fit_aws_whatever_the_component_is_called() {
        for component in [
            "web",
            "Web_App",
            "9lives",
            "-",
            "",
            "ünïcode",
            "internal",
            "internal-api",
            "Internal_API",
            "sg",
            "sg-web",
            "sgw",
            "a-very-long-name-indeed",
            "internal-very-long-name-indeed",
        ] {
            let base = base_name(component, &[7; 32]);
            assert_eq!(complain(&base), None, "{component} gives {base}");
        }
        assert_eq!(base_name("web", &[1; 32]).len(), "web-1234567".len());
    }

    #[test]
    fn a_chosen_name_must_fit_all_that_is_made_of_it() {
        for bad in ["", "Web", "web-", "a--b", "1web", "internal-x", &"x".repeat(27)] {
            assert!(complain(bad).is_some(), "{bad} should be refused");
        }
        assert_eq!(complain("orders"), None);
    }
}
