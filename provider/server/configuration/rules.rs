//! Rules on the provider's configuration: what could never work is reported before the first call.

use std::collections::BTreeSet;

use crate::aws::settings::Hidden;
use crate::aws::{Settings, service_names};
use crate::error::Problem;
use crate::property::path::{Key, render_path};
use crate::property::words::{did_you_mean, list};
use crate::resource::{Arn, tags};
use crate::server::regions;

/// Everything that is wrong with settings that could be read. `given` are the names of all that is
/// given, also of what could not be read or is not known yet.
pub(super) fn problems(settings: &Settings, given: &BTreeSet<String>) -> Vec<Problem> {
    let mut found = Vec::new();
    empty(settings, &mut found);
    region(settings, &mut found);
    credentials(settings, given, &mut found);
    role(settings, &mut found);
    endpoints(settings, &mut found);
    accounts(settings, &mut found);
    default_tags(settings, &mut found);
    found
}

fn empty(settings: &Settings, found: &mut Vec<Problem>) {
    for (name, value) in [
        ("region", settings.region.as_deref()),
        ("profile", settings.profile.as_deref()),
        ("accessKey", settings.access_key.as_deref()),
        ("secretKey", settings.secret_key.as_ref().map(Hidden::reveal)),
        ("token", settings.token.as_ref().map(Hidden::reveal)),
    ] {
        if value.is_some_and(|text| text.trim().is_empty()) {
            found.push(Problem::new(name, "It is empty. Set a value, or remove it."));
        }
    }
}

fn region(settings: &Settings, found: &mut Vec<Problem>) {
    let Some(region) = settings.region.as_deref().filter(|it| !it.trim().is_empty()) else {
        return;
    };
    found.extend(regions::complain(region).map(|reason| Problem::new("region", reason)));
}

fn credentials(settings: &Settings, given: &BTreeSet<String>, found: &mut Vec<Problem>) {
    let is = |name: &str| given.contains(name);
    let mut together = |name: &str, missing: &str| {
        let reason = format!("It has no effect without `{missing}`. Set both, or neither.");
        found.push(Problem::new(name, reason));
    };
    match (is("accessKey"), is("secretKey")) {
        (true, false) => together("accessKey", "secretKey"),
        (false, true) => together("secretKey", "accessKey"),
        (false, false) if is("token") => {
            let reason =
                "It has no effect without `accessKey` and `secretKey`. Set all three, or none.";
            found.push(Problem::new("token", reason));
        }
        _ => {}
    }
    if is("profile") && (is("accessKey") || is("secretKey")) {
        let seen = settings.profile.as_deref().unwrap_or("…");
        let reason = format!(
            "The profile \"{seen}\" and the keys are two answers to one question. Keep `profile`, or \
             `accessKey` and `secretKey`."
        );
        found.push(Problem::new("profile", reason));
    }
}

/// The limits are those of the STS API reference, `AssumeRole`.
fn role(settings: &Settings, found: &mut Vec<Problem>) {
    let Some(role) = &settings.assume_role else { return };
    if !is_role(&role.role_arn) {
        let reason = format!(
            "\"{}\" is not the ARN of an IAM role: it is written like \
             `arn:aws:iam::123456789012:role/deployer`.",
            role.role_arn
        );
        found.push(Problem::new("assumeRole.roleArn", reason));
    }
    if let Some(name) = &role.session_name
        && !fits(name, 2..=64, "_+=,.@-")
    {
        let reason = format!(
            "\"{name}\" is not a valid session name: 2 to 64 letters, digits and `_+=,.@-` are \
             allowed."
        );
        found.push(Problem::new("assumeRole.sessionName", reason));
    }
    if let Some(id) = &role.external_id
        && !fits(id, 2..=1224, "_+=,.@:/-")
    {
        let reason = "It is not a valid external id: 2 to 1224 letters, digits and `_+=,.@:/-` \
                      are allowed.";
        found.push(Problem::new("assumeRole.externalId", reason));
    }
}

fn is_role(text: &str) -> bool {
    Arn::read(text).is_some_and(|arn| {
        (arn.service, arn.region) == ("iam", "")
            && is_account(arn.account)
            && arn.resource.strip_prefix("role/").is_some_and(|name| !name.is_empty())
    })
}

fn fits(text: &str, length: std::ops::RangeInclusive<usize>, others: &str) -> bool {
    length.contains(&text.len())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || others.contains(c))
}

fn endpoints(settings: &Settings, found: &mut Vec<Problem>) {
    let mut names = service_names();
    // In the order in which a person looks for a name.
    names.sort_unstable();
    for (service, url) in &settings.endpoints {
        let path = path("endpoints", Key::Name(service.clone()));
        if !names.contains(&service.as_str()) {
            let meant = did_you_mean(service, names.iter().copied()).unwrap_or_default();
            let reason = format!(
                "The provider calls no service of this name.{meant} It calls {}.",
                list(&names)
            );
            found.push(Problem::new(&path, reason));
        }
        if !is_address(url) {
            let reason = format!(
                "\"{url}\" is not an address: it begins with `https://` or `http://`, such as \
                 `http://localhost:4566`."
            );
            found.push(Problem::new(path, reason));
        }
    }
}

fn is_address(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        !rest.starts_with(['/', ':', '?'])
            && !rest.is_empty()
            && url.parse::<tonic::transport::Uri>().is_ok()
    })
}

fn accounts(settings: &Settings, found: &mut Vec<Problem>) {
    let lists = [
        ("allowedAccountIds", &settings.allowed_account_ids),
        ("forbiddenAccountIds", &settings.forbidden_account_ids),
    ];
    for (name, ids) in lists {
        for (index, id) in ids.iter().enumerate().filter(|(_, id)| !is_account(id)) {
            let reason = format!(
                "\"{id}\" is not the id of an AWS account: it has 12 digits and no hyphens, such as \
                 \"123456789012\"."
            );
            found.push(Problem::new(path(name, Key::Index(index)), reason));
        }
    }
    for (index, id) in settings.forbidden_account_ids.iter().enumerate() {
        if settings.allowed_account_ids.contains(id) {
            let reason = format!(
                "The account {id} is allowed and forbidden. Remove it here, or from \
                 `allowedAccountIds`."
            );
            found.push(Problem::new(path("forbiddenAccountIds", Key::Index(index)), reason));
        }
    }
}

fn default_tags(settings: &Settings, found: &mut Vec<Problem>) {
    for (key, value) in &settings.default_tags {
        let reasons = [tags::complain_of_key(key), tags::complain_of_value(value)];
        let path = path("defaultTags", Key::Name(key.clone()));
        found.extend(reasons.into_iter().flatten().map(|reason| Problem::new(&path, reason)));
    }
    for (key, twin) in tags::twins(settings.default_tags.keys()) {
        let path = path("defaultTags", Key::Name(key.clone()));
        found.push(Problem::new(path, tags::complain_of_twin(twin)));
    }
    let (many, most) = (settings.default_tags.len(), tags::MOST - tags::OWNERS);
    if many > most {
        let reason = format!(
            "{many} tags are too many: AWS allows {} on a resource, and the provider adds {} of its own.",
            tags::MOST,
            tags::OWNERS
        );
        found.push(Problem::new("defaultTags", reason));
    }
}

fn is_account(id: &str) -> bool {
    id.len() == 12 && id.chars().all(|c| c.is_ascii_digit())
}

fn path(name: &str, member: Key) -> String {
    render_path(&[Key::Name(name.to_owned()), member])
}
