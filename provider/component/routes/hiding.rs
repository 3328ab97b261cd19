//! Whether a route takes all that another one would.

use super::inputs::RouteArgs;
use crate::component::inputs::complaints::known;
use crate::component::inputs::types::List;
use crate::property::Output;

/// Whether no request that fits `later` comes past `earlier`. False where it is not known.
pub(super) fn hides(earlier: &RouteArgs, later: &RouteArgs) -> bool {
    let lists: [(&Option<List>, &Option<List>, Fits); 4] = [
        (&earlier.path_patterns, &later.path_patterns, covers),
        (&earlier.host_headers, &later.host_headers, covers_in_any_case),
        (&earlier.methods, &later.methods, |one, other| one == other),
        (&earlier.source_ips, &later.source_ips, contains),
    ];
    lists.iter().all(|(one, other, fits)| within(one.as_ref(), other.as_ref(), *fits))
        && headers(earlier, later)
        && queries(earlier, later)
}

/// Whether the first value takes all that the second one does.
type Fits = fn(&str, &str) -> bool;

fn within(one: Option<&List>, other: Option<&List>, fits: Fits) -> bool {
    if one.is_none() {
        return true;
    }
    let (Some(one), Some(other)) = (texts(one), texts(other)) else { return false };
    !other.is_empty() && other.iter().all(|it| one.iter().any(|mine| fits(mine, it)))
}

/// The values, if all of them are known and open.
fn texts(list: Option<&List>) -> Option<Vec<&str>> {
    known(list)?.iter().map(text).collect()
}

fn text(value: &Output<String>) -> Option<&str> {
    if value.is_secret() { None } else { value.known().map(String::as_str) }
}

fn headers(earlier: &RouteArgs, later: &RouteArgs) -> bool {
    earlier.http_headers.iter().flatten().all(|one| {
        later.http_headers.iter().flatten().any(|other| {
            let (Some(mine), Some(theirs)) = (text(&one.name), text(&other.name)) else {
                return false;
            };
            mine.eq_ignore_ascii_case(theirs)
                && within(Some(&one.values), Some(&other.values), covers_in_any_case)
        })
    })
}

fn queries(earlier: &RouteArgs, later: &RouteArgs) -> bool {
    let Some(one) = &earlier.query_strings else { return true };
    let theirs = later.query_strings.as_deref().unwrap_or_default();
    !theirs.is_empty()
        && theirs.iter().all(|other| {
            one.iter().any(|mine| {
                let key = match (&mine.key, &other.key) {
                    (None, None) => true,
                    (Some(one), Some(other)) => fit(one, other),
                    _ => false,
                };
                key && fit(&mine.value, &other.value)
            })
        })
}

fn fit(one: &Output<String>, other: &Output<String>) -> bool {
    matches!((text(one), text(other)), (Some(one), Some(other)) if covers_in_any_case(one, other))
}

fn covers_in_any_case(one: &str, other: &str) -> bool {
    covers(&one.to_ascii_lowercase(), &other.to_ascii_lowercase())
}

/// Whether the pattern fits all that the other pattern fits. A wildcard of the other one is covered by one that is as wide.
fn covers(pattern: &str, other: &str) -> bool {
    let (pattern, other): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), other.chars().collect());
    // reached[i]: the pattern's first i characters cover what was looked at of the other one.
    let mut reached = vec![false; pattern.len() + 1];
    reached[0] = true;
    skip_stars(&pattern, &mut reached);
    for c in other {
        let mut next = vec![false; pattern.len() + 1];
        for (index, mine) in pattern.iter().enumerate() {
            if !reached[index] {
                continue;
            }
            match mine {
                '*' => next[index] = true,
                '?' if c != '*' => next[index + 1] = true,
                mine if *mine == c => next[index + 1] = true,
                _ => {}
            }
        }
        reached = next;
        skip_stars(&pattern, &mut reached);
    }
    reached[pattern.len()]
}

/// A star may stand for nothing.
fn skip_stars(pattern: &[char], reached: &mut [bool]) {
    for (index, mine) in pattern.iter().enumerate() {
        if reached[index] && *mine == '*' {
            reached[index + 1] = true;
        }
    }
}

fn contains(one: &str, other: &str) -> bool {
    let (Ok(one), Ok(other)) = (one.parse::<ipnet::IpNet>(), other.parse::<ipnet::IpNet>()) else {
        return false;
    };
    one.contains(&other)
}

#[cfg(test)]
mod tests {
    use super::{contains, covers};

    #[test]
    fn a_pattern_covers_what_is_narrower() {
        let covered = [
            ("/*", "/api/*"),
            ("*", "/a"),
            ("/api/*", "/api/v?/x"),
            ("/a?", "/ab"),
            ("/a*c", "/a*bc"),
        ];
        for (one, other) in covered {
            assert!(covers(one, other), "{one} {other}");
        }
        for (one, other) in [("/api/*", "/*"), ("/a?", "/a*"), ("/API/*", "/api/x"), ("/a", "/ab")]
        {
            assert!(!covers(one, other), "{one} {other}");
        }
        assert!(contains("10.0.0.0/8", "10.1.0.0/16") && !contains("10.1.0.0/16", "10.0.0.0/8"));
    }
}
