//! Rules on what becomes of requests.
//!
//! Limits: API reference, ForwardActionConfig, RedirectActionConfig, FixedResponseActionConfig and RuleTransform; ELB user guide,
//! "Action types for listener rules" and "Transforms for listener rules".

use std::collections::BTreeSet;

use super::inputs::{FixedResponseArgs, ForwardArgs, RedirectArgs, RewriteArgs, RouteArgs};
use crate::component::inputs::complaints::{Complaints, known};
use crate::property::Output;

pub(super) fn problems(
    path: &str,
    route: &RouteArgs,
    targets: &[&str],
    tls: bool,
    found: &mut Complaints,
) {
    let given = [
        ("forward", route.forward.is_some()),
        ("redirect", route.redirect.is_some()),
        ("fixedResponse", route.fixed_response.is_some()),
    ];
    if given.iter().filter(|(_, given)| *given).count() > 1 {
        found.add(
            path,
            "It has several of `forward`, `redirect` and `fixedResponse`. Set only one.",
        );
    }
    if let Some(forward) = &route.forward {
        forwards(&format!("{path}.forward"), forward, targets, found);
    }
    if let Some(it) = &route.redirect {
        redirect(&format!("{path}.redirect"), it, tls, found);
    }
    if let Some(it) = &route.fixed_response {
        fixed_response(&format!("{path}.fixedResponse"), it, found);
    }
    for (name, rewrite) in
        [("rewriteHost", &route.rewrite_host), ("rewriteUrl", &route.rewrite_url)]
    {
        let path = format!("{path}.{name}");
        let Some(rewrite) = rewrite else { continue };
        found.useless(&path, !route.forwards(), "the route forwards no requests");
        rewrites(&path, rewrite, found);
    }
}

fn forwards(path: &str, forward: &ForwardArgs, targets: &[&str], found: &mut Complaints) {
    if forward.target.is_some() && forward.targets.is_some() {
        found.add(path, "It has both `target` and `targets`. Set only one.");
    }
    let is_there = |path: String, target: Option<&String>, found: &mut Complaints| {
        let Some(target) = target else { return };
        found.check(&path, Some(&Output::from(target.clone())), |target| {
            let names = targets.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ");
            let there = match names.as_str() {
                "" => "`targets` is not given".to_owned(),
                names => format!("these are: {names}"),
            };
            (!targets.contains(&target.as_str()))
                .then(|| format!("There is no target \"{target}\" in `targets`; {there}."))
        });
    };
    is_there(format!("{path}.target"), forward.target.as_ref(), found);
    let all = forward.targets.as_deref().unwrap_or_default();
    if forward.targets.is_some() && (all.is_empty() || all.len() > 5) {
        found.check(&format!("{path}.targets"), Some(&Output::from(all.len())), |many| {
            Some(format!("It has {many} targets; 1 to 5 are allowed."))
        });
    }
    let mut seen = BTreeSet::new();
    for (index, target) in all.iter().enumerate() {
        let at = |name: &str| format!("{path}.targets[{index}].{name}");
        is_there(at("target"), target.target.as_ref(), found);
        if !seen.insert(target.target.as_deref()) {
            found.add(&at("target"), "This target is given twice. Add the two weights.");
        }
        found.range(&at("weight"), &target.weight, 0..=999, "", None);
    }
    if !all.is_empty() && all.iter().all(|it| known(Some(&it.weight)) == Some(&0)) {
        found.add(
            &format!("{path}.targets"),
            "All weights are 0, so requests would be answered with 503. Set one above 0.",
        );
    }
    if let Some(stickiness) = &forward.stickiness {
        let path = format!("{path}.stickiness.duration");
        found.range(&path, &stickiness.duration, 1..=604_800, " seconds", None);
        found.useless(&path, all.len() < 2, "requests go to one target only");
    }
}

pub(super) fn redirect(path: &str, redirect: &RedirectArgs, tls: bool, found: &mut Complaints) {
    let at = |name: &str| format!("{path}.{name}");
    found.check(&at("statusCode"), redirect.status_code.as_ref(), |code| {
        (![301, 302].contains(code)).then(|| format!("{code} is not allowed: use 301 or 302."))
    });
    found.check(&at("protocol"), redirect.protocol.as_ref(), |protocol| match protocol.as_str() {
        "HTTP" if tls => {
            Some("From HTTPS no redirect leads to `HTTP`. Remove it, or use `HTTPS`.".to_owned())
        }
        "HTTP" | "HTTPS" | "#{protocol}" => None,
        other => Some(format!("\"{other}\" is not allowed: use `HTTP` or `HTTPS`.")),
    });
    found.check(&at("port"), redirect.port.as_ref(), |port| {
        let fits = port == "#{port}" || port.parse::<u16>().is_ok_and(|it| it > 0);
        (!fits).then(|| format!("\"{port}\" is not a port from 1 to 65535."))
    });
    found.check(&at("path"), redirect.path.as_ref(), |path| {
        (!path.starts_with('/')).then(|| format!("\"{path}\" is not a path: it begins with `/`."))
    });
    for (name, text) in
        [("host", &redirect.host), ("path", &redirect.path), ("query", &redirect.query)]
    {
        found.check(&at(name), text.as_ref(), |text| {
            let many = text.chars().count();
            let least = usize::from(name != "query");
            (many > 128 || many < least)
                .then(|| format!("It has {many} characters; {least} to 128 are allowed."))
        });
    }
    found.check(&at("query"), redirect.query.as_ref(), |query| {
        query.starts_with('?').then(|| "Leave the `?` out: the load balancer adds it.".to_owned())
    });
    loops(path, redirect, tls, is_default(path), found);
}

/// A listener's default action takes whatever comes back, whatever its query is.
fn is_default(path: &str) -> bool {
    path.starts_with("defaultAction")
}

/// A redirect that changes nothing leads to itself. What a host or path is, is not known.
fn loops(path: &str, redirect: &RedirectArgs, tls: bool, default: bool, found: &mut Complaints) {
    let scheme = if tls { "HTTPS" } else { "HTTP" };
    let stays = |value: &Option<Output<String>>, same: &[&str]| {
        value.as_ref().is_none_or(|it| it.known().is_some_and(|it| same.contains(&it.as_str())))
    };
    if stays(&redirect.protocol, &["#{protocol}", scheme])
        && stays(&redirect.port, &["#{port}"])
        && stays(&redirect.host, &["#{host}"])
        && stays(&redirect.path, &["/#{path}"])
        && (default || stays(&redirect.query, &["#{query}"]))
    {
        found.add(
            path,
            "It changes nothing of the address, so clients would be sent to the same place for ever. Set `protocol`, \
             `host`, `port` or `path`, or in a route `query`.",
        );
    }
}

pub(super) fn fixed_response(path: &str, response: &FixedResponseArgs, found: &mut Complaints) {
    let at = |name: &str| format!("{path}.{name}");
    found.check(&at("statusCode"), response.status_code.as_ref(), |code| {
        let fits = (200..300).contains(code) || (400..600).contains(code);
        (!fits).then(|| format!("{code} is not allowed: use 200 to 299 or 400 to 599."))
    });
    found.check(&at("contentType"), response.content_type.as_ref(), |kind| {
        let kinds =
            ["text/plain", "text/css", "text/html", "application/javascript", "application/json"];
        (!kinds.contains(&kind.as_str()))
            .then(|| format!("\"{kind}\" is not allowed: use one of {}.", kinds.join(", ")))
    });
    found.check(&at("messageBody"), response.message_body.as_ref(), |body| {
        let many = body.chars().count();
        (many > 1024).then(|| format!("It has {many} characters; 1024 are allowed."))
    });
}

fn rewrites(path: &str, rewrite: &RewriteArgs, found: &mut Complaints) {
    for (name, text) in [("regex", &rewrite.regex), ("replace", &rewrite.replace)] {
        found.check(&format!("{path}.{name}"), Some(text), |text| {
            let many = text.chars().count();
            (many == 0 || many > 1024)
                .then(|| format!("It has {many} characters; 1 to 1024 are allowed."))
        });
    }
    found.check(&format!("{path}.regex"), Some(&rewrite.regex), |regex| {
        let unknown = ["(?=", "(?!", "(?<", "(?>", "*+", "++", "?+", "\\p{", "\\P{"];
        let references = (1..=9).map(|number| format!("\\{number}"));
        let all = unknown.iter().map(|it| (*it).to_owned()).chain(references);
        all.into_iter().find(|it| regex.contains(it.as_str())).map(|it| {
            format!(
                "\"{it}\" is not allowed: the load balancer's regular expressions have no look-around, back \
                 references, atomic groups, possessive quantifiers or classes of Unicode."
            )
        })
    });
}
