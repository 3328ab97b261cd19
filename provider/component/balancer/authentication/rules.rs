//! Rules on who may enter.
//!
//! Sources: API reference, as in `inputs.rs`; user guide, "Authenticate users using an Application Load Balancer" (HTTPS, IPv4) and "Verify
//! JWTs using an Application Load Balancer".

use std::collections::BTreeSet;

use super::inputs::{AuthenticationArgs, JwtArgs, complain_of_length};
use crate::component::Args;
use crate::component::balancer::choices::{ClaimFormat, IpAddressType};
use crate::component::inputs::arns::{SECRET, complain_of_arn};
use crate::component::inputs::complaints::{Complaints, known, members};
use crate::component::inputs::declare::Declared;
use crate::component::inputs::place::Place;
use crate::component::inputs::types::Dict;
use crate::component::routes::inputs::RouteArgs;
use crate::property::Output;
use crate::resource::secret_reference::SecretReference;

const PATH: &str = "authentication";
/// The most parameters of an address, claims of a token, and values of a claim.
const MOST: usize = 10;
/// Claims that are checked in any case.
const ALWAYS: [&str; 4] = ["exp", "iss", "nbf", "iat"];

pub(in crate::component) fn problems(args: &Args, place: &Place<'_>, found: &mut Complaints) {
    if let Some(authentication) = &args.balancer.authentication {
        each(authentication, found);
        let used = args.routes.forwards_by_default() || args.routes.all().iter().any(inherits);
        let why = "each route that forwards requests has an `authentication` of its own";
        found.useless(PATH, !used && !args.routes.all().is_empty(), why);
    }
    if let Some(authentication) = args.entry() {
        together(args, PATH, authentication, true, found);
    }
    for (index, route) in args.routes.all().iter().enumerate() {
        let Some(own) = &route.authentication else { continue };
        found.within(&format!("routes[{index}]."), "", |found| {
            own.check_each(place, found);
            each(own, found);
        });
        let path = format!("routes[{index}].authentication");
        if own.is_on() {
            together(args, &path, own, route.forwards(), found);
        }
    }
    if args.balancer.http() && args.https_port().is_some() && !args.entries().is_empty() {
        found.add(
            "http",
            "Over plain HTTP everyone could enter, because `authentication` needs HTTPS. Remove `http`.",
        );
    }
}

fn inherits(route: &RouteArgs) -> bool {
    route.forwards() && route.authentication.is_none()
}

/// What is wrong with it, wherever it is.
fn each(args: &AuthenticationArgs, found: &mut Complaints) {
    let ways = [args.cognito.is_some(), args.oidc.is_some(), args.jwt.is_some()];
    match ways.iter().filter(|it| **it).count() {
        0 if args.is_on() => found.add(
            PATH,
            "It has none of `cognito`, `oidc` and `jwt`. Set one of them, or set `enabled` to false.",
        ),
        2.. => found.add(PATH, "It has several of `cognito`, `oidc` and `jwt`. Set only one."),
        _ => {}
    }
    if let Some(it) = &args.cognito {
        let needed = [
            ("userPoolArn", it.user_pool_arn.is_none()),
            ("userPoolClientId", it.user_pool_client_id.is_none()),
            ("userPoolDomain", it.user_pool_domain.is_none()),
        ];
        missing("cognito", &needed, found);
        params("cognito", it.authentication_request_extra_params.as_ref(), found);
    }
    if let Some(it) = &args.oidc {
        let needed = [
            ("issuer", it.issuer.is_none()),
            ("authorizationEndpoint", it.authorization_endpoint.is_none()),
            ("tokenEndpoint", it.token_endpoint.is_none()),
            ("userInfoEndpoint", it.user_info_endpoint.is_none()),
            ("clientId", it.client_id.is_none()),
            ("clientSecretArn", it.client_secret_arn.is_none()),
        ];
        missing("oidc", &needed, found);
        params("oidc", it.authentication_request_extra_params.as_ref(), found);
    }
    if let Some(it) = &args.jwt {
        let needed =
            [("issuer", it.issuer.is_none()), ("jwksEndpoint", it.jwks_endpoint.is_none())];
        missing("jwt", &needed, found);
        claims(it, found);
    }
}

fn missing(way: &str, needed: &[(&str, bool)], found: &mut Complaints) {
    for (name, _) in needed.iter().filter(|(_, is_missing)| *is_missing) {
        found.add(&format!("{PATH}.{way}.{name}"), "It is missing, and is needed.");
    }
}

fn params(way: &str, given: Option<&Dict>, found: &mut Complaints) {
    let path = format!("{PATH}.{way}.authenticationRequestExtraParams");
    found.check(&path, given, |it| {
        (it.len() > MOST).then(|| format!("It has {} parameters; {MOST} are allowed.", it.len()))
    });
}

fn claims(jwt: &JwtArgs, found: &mut Complaints) {
    let all = jwt.claims.as_deref().unwrap_or_default();
    let path = format!("{PATH}.jwt.claims");
    found.check(&path, Some(&Output::from(all.len())), |many| {
        (*many > MOST).then(|| format!("It has {many} claims; {MOST} are allowed."))
    });
    let mut seen = BTreeSet::new();
    for (index, claim) in all.iter().enumerate() {
        let at = |name: &str| format!("{path}[{index}].{name}");
        found.check(&at("name"), Some(&claim.name), |name| {
            if ALWAYS.contains(&name.as_str()) {
                return Some(format!("\"{name}\" is checked in any case. Remove this claim."));
            }
            let twice = !seen.insert(name.clone());
            complain_of_nothing(name)
                .or_else(|| twice.then(|| format!("\"{name}\" is given twice.")))
        });
        found.check(&at("values"), Some(&claim.values), |values| {
            let many = values.len();
            (many == 0 || many > MOST)
                .then(|| format!("It has {many} values; 1 to {MOST} are allowed."))
        });
        let separated = known(claim.format.as_ref()) == Some(&ClaimFormat::SpaceSeparatedValues);
        for (number, value) in members(Some(&claim.values)) {
            found.check(&format!("{}[{number}]", at("values")), Some(value), |value| {
                let spaces = separated && value.contains(' ');
                let several = || {
                    "With the format `space-separated-values` a value has no spaces. Make several values of it.".to_owned()
                };
                complain_of_nothing(value)
                    .or_else(|| complain_of_length(value))
                    .or_else(|| spaces.then(several))
            });
        }
    }
}

/// What is wrong with it beside other inputs. Whether the listener of another stack serves HTTPS, its child sees.
fn together(
    args: &Args,
    path: &str,
    authentication: &AuthenticationArgs,
    forwards: bool,
    found: &mut Complaints,
) {
    if args.https_port().is_none() && !args.is_shared() {
        found.add(path, "It needs HTTPS. Set `domainName` or `certificateArn`.");
    }
    let without_ipv4 = args.balancer.load_balancer().ip_address_type()
        == IpAddressType::DualstackWithoutPublicIpv4;
    if without_ipv4 && authentication.signs_in() {
        found.add(
            path,
            "The load balancer asks identity providers over IPv4, so `cognito` and `oidc` need a `loadBalancer.ipAddressType` \
             with public IPv4 addresses. Use `ipv4`, `dualstack` or `jwt`.",
        );
    }
    // ECS developer guide, "Application Load Balancer resources for blue/green deployments", limitations: a deployment fails where a rule
    // has other actions beside a forward. Later texts do not repeat it, and no text says that ECS keeps such an action when it
    // writes the rule, so a service could be open to everyone after a deployment.
    if forwards && args.deployment_strategy().shifts() {
        found.add(
            path,
            "With this `deployment.strategy` ECS writes the rule that forwards requests, and deployments fail where a rule also says \
             who may enter. Set `deployment.strategy` to `rolling`, or remove it.",
        );
    }
}

pub(super) fn complain_of_nothing(text: &str) -> Option<String> {
    text.trim().is_empty().then(|| "It is empty.".to_owned())
}

pub(super) fn complain_of_url(text: &str) -> Option<String> {
    let host = text.strip_prefix("https://").map(|it| it.split('/').next().unwrap_or_default());
    let fits = host.is_some_and(|host| !host.is_empty()) && !text.contains(char::is_whitespace);
    (!fits).then(|| format!("\"{text}\" is not an address that begins with `https://`, such as `https://id.example.com/`."))
}

pub(super) fn complain_of_domain(text: &str) -> Option<String> {
    let fits = !text.is_empty() && !text.contains(['/', ':', ' ']);
    (!fits).then(|| {
        format!(
            "\"{text}\" is not the domain of a user pool: use the prefix of one of Cognito's, such as `shop`, or all of your own, such as \
             `login.example.com`, without `https://`."
        )
    })
}

/// RFC 6265: the name of a cookie is a token.
pub(super) fn complain_of_cookie(text: &str) -> Option<String> {
    let fits = |it: char| it.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(it);
    (text.is_empty() || !text.chars().all(fits)).then(|| {
        format!("\"{text}\" is not the name of a cookie: use letters, digits, `-`, `_` and `.`.")
    })
}

pub(super) fn complain_of_secret(text: &str) -> Option<String> {
    if SecretReference::read(text).is_some() {
        None
    } else {
        complain_of_arn(text, SECRET).or_else(|| {
        Some(format!("\"{text}\" has too many parts: `<arn>:<JSON key>:<label>:<version>` is what may be there."))
    })
    }
}
