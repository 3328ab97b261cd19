//! Rules on which requests a route takes.
//!
//! Limits: ELB user guide, "Condition types for listener rules" and "Quotas for your Application Load Balancers"; API
//! reference, RuleCondition.

use std::collections::BTreeSet;

use ipnet::IpNet;

use super::inputs::{HttpHeaderArgs, RouteArgs};
use crate::component::balancer::clients::complain_of_cidr;
use crate::component::inputs::complaints::{Complaints, known, members};
use crate::component::inputs::types::List;
use crate::property::Output;

const MOST_VALUES: usize = 5;
const MOST_OF_ONE: usize = 3;
const MOST_WILDCARDS: usize = 5;
const LONGEST: usize = 128;

pub(super) fn problems(path: &str, route: &RouteArgs, found: &mut Complaints) {
    if conditions(route).is_empty() {
        found.add(
            path,
            "It has no condition, so it would take all requests. Set `pathPatterns`, `hostHeaders`, `httpHeaders`, \
             `queryStrings`, `sourceIps` or `methods`; what no route takes is the `defaultAction`.",
        );
    }
    let at = |name: &str| format!("{path}.{name}");
    list(&at("pathPatterns"), route.path_patterns.as_ref(), MOST_OF_ONE, complain_of_path, found);
    list(&at("hostHeaders"), route.host_headers.as_ref(), MOST_OF_ONE, complain_of_host, found);
    list(&at("methods"), route.methods.as_ref(), MOST_OF_ONE, complain_of_method, found);
    list(&at("sourceIps"), route.source_ips.as_ref(), MOST_VALUES, complain_of_source, found);
    for (index, header) in route.http_headers.iter().flatten().enumerate() {
        let at = format!("{path}.httpHeaders[{index}]");
        found.check(&format!("{at}.name"), Some(&header.name), |it| complain_of_header(it));
        list(&format!("{at}.values"), Some(&header.values), MOST_OF_ONE, complain_of_value, found);
    }
    let queries = route.query_strings.as_deref().unwrap_or_default();
    count(&at("queryStrings"), route.query_strings.is_some(), queries.len(), MOST_OF_ONE, found);
    for (index, part) in queries.iter().enumerate() {
        let at = |name: &str| format!("{path}.queryStrings[{index}].{name}");
        found.check(&at("key"), part.key.as_ref(), |it| complain_of_value(it));
        found.check(&at("value"), Some(&part.value), |it| complain_of_value(it));
    }
    whole(path, route, found);
}

/// What is limited for all conditions of a route together.
fn whole(path: &str, route: &RouteArgs, found: &mut Complaints) {
    let all = values(route);
    if all.len() > MOST_VALUES {
        let many = Output::from(all.len());
        found.check(path, Some(&many), |many| {
            Some(format!(
                "Its conditions have {many} values; {MOST_VALUES} are allowed. Use two routes."
            ))
        });
    }
    let wildcards: usize =
        all.iter().filter_map(|it| known(Some(*it))).map(|it| wildcards(it)).sum();
    found.check(path, Some(&Output::from(wildcards)), |many| {
        (*many > MOST_WILDCARDS).then(|| {
            format!("Its conditions have {many} wildcards; {MOST_WILDCARDS} are allowed. Use two routes.")
        })
    });
}

/// `*` and `?` that are not escaped.
fn wildcards(text: &str) -> usize {
    let mut escaped = false;
    text.chars()
        .filter(|c| {
            let counts = !escaped && ['*', '?'].contains(c);
            escaped = *c == '\\' && !escaped;
            counts
        })
        .count()
}

/// The names of the conditions that there are.
pub(super) fn conditions(route: &RouteArgs) -> Vec<&'static str> {
    let given = [
        ("pathPatterns", route.path_patterns.is_some()),
        ("hostHeaders", route.host_headers.is_some()),
        ("httpHeaders", route.http_headers.as_ref().is_some_and(|it| !it.is_empty())),
        ("queryStrings", route.query_strings.as_ref().is_some_and(|it| !it.is_empty())),
        ("sourceIps", route.source_ips.is_some()),
        ("methods", route.methods.is_some()),
    ];
    given.into_iter().filter(|(_, given)| *given).map(|(name, _)| name).collect()
}

/// All values; a part of a query counts once.
fn values(route: &RouteArgs) -> Vec<&Output<String>> {
    let lists = [&route.path_patterns, &route.host_headers, &route.source_ips, &route.methods];
    let plain = lists.into_iter().filter_map(|it| known(it.as_ref())).flatten();
    let headers = route.http_headers.iter().flatten();
    let headers = headers.filter_map(|it: &HttpHeaderArgs| known(Some(&it.values))).flatten();
    let queries = route.query_strings.iter().flatten().map(|it| &it.value);
    plain.chain(headers).chain(queries).collect()
}

fn list(
    path: &str,
    list: Option<&List>,
    most: usize,
    complain: fn(&str) -> Option<String>,
    found: &mut Complaints,
) {
    let Some(all) = known(list) else { return };
    count(path, true, all.len(), most, found);
    let mut seen = BTreeSet::new();
    for (index, value) in members(list) {
        found.check(&format!("{path}[{index}]"), Some(value), |value| {
            let twice = !seen.insert(value.clone());
            complain(value).or_else(|| twice.then(|| format!("\"{value}\" is given twice.")))
        });
    }
}

fn count(path: &str, is_given: bool, many: usize, most: usize, found: &mut Complaints) {
    if is_given && many == 0 {
        found.add(path, "It is empty, so no request fits. Remove it, or set a value.");
    }
    found.check(path, Some(&Output::from(many)), |many| {
        (*many > most).then(|| format!("It has {many} values; {most} are allowed. Use two routes."))
    });
}

fn too_long(text: &str, most: usize) -> Option<String> {
    let many = text.chars().count();
    (many > most || many == 0)
        .then(|| format!("It has {many} characters; 1 to {most} are allowed."))
}

fn wrong_characters(text: &str, allowed: &str, extra: fn(char) -> bool) -> Option<String> {
    let wrong = text.chars().find(|c| !allowed.contains(*c) && !extra(*c))?;
    Some(format!("\"{text}\" has the character \"{wrong}\", which is not allowed here."))
}

/// "A–Z, a–z, 0–9, and `_ - . $ / ~ " ' @ : +`, `&`", with `*` and `?`; case matters.
fn complain_of_path(pattern: &str) -> Option<String> {
    if let Some(long) = too_long(pattern, LONGEST) {
        return Some(long);
    }
    let allowed = "_-.$/~\"'@:+&*?";
    wrong_characters(pattern, allowed, |c| c.is_ascii_alphanumeric()).or_else(|| {
        let begins = pattern.starts_with(['/', '*', '?']);
        (!begins).then(|| format!("\"{pattern}\" fits no path: begin it with `/`."))
    })
}

/// "A–Z, a–z, 0–9, `-`, `.`, `*`, `?`; at least one `.`; only letters after the final `.`".
fn complain_of_host(host: &str) -> Option<String> {
    if let Some(long) = too_long(host, LONGEST) {
        return Some(long);
    }
    if let Some(wrong) = wrong_characters(host, "-.*?", |c| c.is_ascii_alphanumeric()) {
        return Some(wrong);
    }
    let last = host.rsplit_once('.').map(|(_, last)| last);
    let fits = last.is_some_and(|it| {
        !it.is_empty() && it.chars().all(|c| c.is_ascii_alphabetic() || c == '*' || c == '?')
    });
    (!fits).then(|| {
        format!(
            "\"{host}\" is not a host: it needs at least one `.`, and only letters after the last one, as in \
             `api.example.com`."
        )
    })
}

fn complain_of_header(name: &str) -> Option<String> {
    if let Some(long) = too_long(name, 40) {
        return Some(long);
    }
    if name.eq_ignore_ascii_case("host") {
        return Some("For the `Host` header use `hostHeaders`.".to_owned());
    }
    wrong_characters(name, "!#$%&'*+-.^_`|~", |c| c.is_ascii_alphanumeric()).or_else(|| {
        name.contains(['*', '?']).then(|| "A header's name has no wildcards.".to_owned())
    })
}

fn complain_of_value(value: &str) -> Option<String> {
    too_long(value, LONGEST)
        .or_else(|| wrong_characters(value, "", |c| c.is_ascii_graphic() || c == ' '))
}

/// "A–Z, hyphen and underscore"; case matters, no wildcards.
fn complain_of_method(method: &str) -> Option<String> {
    if let Some(long) = too_long(method, 40) {
        return Some(long);
    }
    let fits = method.chars().all(|c| c.is_ascii_uppercase() || c == '-' || c == '_');
    (!fits).then(|| format!("\"{method}\" is not a method: write it in upper case, such as `GET`."))
}

fn complain_of_source(block: &str) -> Option<String> {
    if block == "255.255.255.255/32" {
        return Some("ELB does not take \"255.255.255.255/32\".".to_owned());
    }
    let all = block.parse::<IpNet>().is_ok_and(|it| it.prefix_len() == 0);
    if all {
        return Some(format!("\"{block}\" is every address. Remove it."));
    }
    complain_of_cidr(block)
}
