//! What a name in DNS may be, and what ACM makes of it.

/// RFC 1035: a name and each of its labels.
const LONGEST: usize = 253;
const LONGEST_LABEL: usize = 63;
/// The first name of a certificate (ACM API reference, RequestCertificate, DomainName).
const LONGEST_FIRST: usize = 64;
/// Names that no public certificate exists for (RFC 2606, RFC 6761, and ICANN's `internal`).
const NOT_PUBLIC: [&str; 6] = ["local", "localhost", "test", "invalid", "example", "internal"];
/// Whose names get no certificate of others (ACM user guide, "Troubleshoot certificate requests").
const OF_AMAZON: [&str; 3] = ["amazonaws.com", "cloudfront.net", "elasticbeanstalk.com"];

/// What is wrong with a name that clients may use.
pub(super) fn complain_of_name(name: &str) -> Option<String> {
    let plain = name.trim_end_matches('.').to_ascii_lowercase();
    if plain != name && complain_of_name(&plain).is_none() {
        return Some(format!(
            "\"{name}\" is written in lower case, without a dot at the end: `{plain}`."
        ));
    }
    if name.len() > LONGEST {
        return Some(format!("It has {} characters; {LONGEST} are allowed.", name.len()));
    }
    let labels: Vec<&str> = name.strip_prefix("*.").unwrap_or(name).split('.').collect();
    if labels.iter().any(|it| it.contains('*')) {
        return Some(format!(
            "\"{name}\" is not a name that a certificate covers: `*` is allowed as the whole first label only, such as \
             `*.example.com`."
        ));
    }
    if let Some(long) = labels.iter().find(|it| it.len() > LONGEST_LABEL) {
        return Some(format!(
            "`{long}` has {} characters; between two dots {LONGEST_LABEL} are allowed.",
            long.len()
        ));
    }
    let fits = |label: &&str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    let top = labels.last().copied().unwrap_or_default();
    let whole = labels.len() > 1 && labels.iter().all(fits) && top.len() > 1;
    if whole && !top.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    Some(format!(
        "\"{name}\" is not a domain name, such as `shop.example.com`: labels of letters, digits and inner hyphens with \
         dots between them, without scheme, path and port."
    ))
}

/// What is wrong with a name for which a certificate is requested.
pub(super) fn complain_of_certified(name: &str, is_first: bool) -> Option<String> {
    if is_first && name.len() > LONGEST_FIRST {
        return Some(format!(
            "It has {} characters; ACM allows {LONGEST_FIRST} for the first name of a certificate. Use a shorter name \
             here and the long one in `subjectAlternativeNames`, or set `certificateArn`.",
            name.len()
        ));
    }
    let top = name.rsplit('.').next().unwrap_or_default();
    if NOT_PUBLIC.contains(&top) {
        return Some(format!(
            "`{top}` is not a public top level domain, so ACM issues no certificate for \"{name}\". Use a name of a \
             public domain, or set `certificateArn` to a certificate that you import."
        ));
    }
    let below = |it: &&&str| name == **it || name.ends_with(&format!(".{it}"));
    OF_AMAZON.iter().find(below).map(|of| {
        format!(
            "\"{name}\" is Amazon's (`{of}`), so ACM issues no certificate for it. Use a name of a domain of yours."
        )
    })
}

/// The name without `*.`: ACM wants one record for both.
pub(super) fn base(name: &str) -> &str {
    name.strip_prefix("*.").unwrap_or(name)
}

/// A name as a part of a child's name.
pub(super) fn part(name: &str) -> String {
    // No name has an underscore, so it is none of theirs.
    name.replace('*', "_wildcard")
}

#[cfg(test)]
mod tests {
    use super::{base, complain_of_name, part};

    #[test]
    fn names_that_dns_knows_are_allowed() {
        let long = format!("{}.example.com", "a".repeat(63));
        for name in [
            "a.io",
            "shop.example.com",
            "*.example.co.uk",
            "xn--bcher-kva.example.com",
            "1.2.ab",
            &long,
        ] {
            assert_eq!(complain_of_name(name), None, "{name}");
        }
    }

    #[test]
    fn a_wildcard_has_a_base_and_a_part_of_its_own() {
        assert_eq!((base("*.a.com"), base("a.com")), ("a.com", "a.com"));
        assert_eq!(part("*.a.com"), "_wildcard.a.com");
    }
}
