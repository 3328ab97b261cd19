//! A rule as Elastic Load Balancing spells it: made of what was asked for, and read back as that.

use aws_sdk_elasticloadbalancingv2::types::{
    Action, HostHeaderRewriteConfig, RewriteConfig, Rule as Described, RuleTransform,
    TransformTypeEnum, UrlRewriteConfig,
};

use super::places::LAST;
use super::{Inputs, Rewrite, conditions};
use crate::aws::rules::listener_of;
use crate::children::elb::actions::{self, Forward, Target};
use crate::children::elb::authentication;
use crate::children::elb::client_secret::ClientSecret;
use crate::error::{Error, Result};

/// Who may enter, and what happens to the requests.
pub(super) fn actions(inputs: &Inputs, first: &str, secret: &ClientSecret) -> Result<Vec<Action>> {
    Ok(authentication::before(inputs.authentication.as_ref(), secret, action(inputs, first)?))
}

/// What happens to the requests. `first` gets all of them in the beginning, if ECS moves the traffic.
fn action(inputs: &Inputs, first: &str) -> Result<Action> {
    if let Some(both) = both(inputs, first) {
        return Ok(both.action());
    }
    let action = (inputs.forward.as_ref().map(Forward::action))
        .or_else(|| inputs.redirect.as_ref().map(actions::Redirect::action))
        .or_else(|| inputs.fixed_response.as_ref().map(actions::FixedResponse::action));
    action.ok_or_else(|| Error::bug("a rule neither forwards nor redirects nor answers"))
}

/// All requests to `first`; the other group is named with the weight 0, as ECS wants it.
fn both(inputs: &Inputs, first: &str) -> Option<Forward> {
    let groups = super::groups(inputs)?;
    let targets = [groups.0, groups.1]
        .map(|arn| Target { target_group_arn: arn.to_owned(), weight: u32::from(arn == first) });
    Some(Forward { targets: targets.to_vec(), stickiness_duration: None })
}

/// Whether the rule forwards to these two groups, with whatever weights.
pub(super) fn forwards_to_both(rule: &Described, (main, alternate): (&str, &str)) -> bool {
    let targets = actions::forward(rule.actions()).unwrap_or_default().targets;
    let mut live: Vec<_> = targets.iter().map(|it| it.target_group_arn.as_str()).collect();
    let mut wanted = vec![main, alternate];
    live.sort_unstable();
    wanted.sort_unstable();
    live == wanted
}

/// The group that gets the most requests.
pub(super) fn serving(rule: &Described) -> Option<String> {
    let targets = actions::forward(rule.actions())?.targets;
    targets.into_iter().max_by_key(|it| it.weight).map(|it| it.target_group_arn)
}

pub(super) fn transforms(inputs: &Inputs) -> Vec<RuleTransform> {
    let rewrite = |it: &Rewrite| RewriteConfig::builder().regex(&it.regex).replace(&it.replace);
    let host = inputs.rewrite_host.as_ref().map(|it| {
        let config = HostHeaderRewriteConfig::builder().rewrites(rewrite(it).build()).build();
        let transform = RuleTransform::builder().r#type(TransformTypeEnum::HostHeaderRewrite);
        transform.host_header_rewrite_config(config).build()
    });
    let url = inputs.rewrite_url.as_ref().map(|it| {
        let config = UrlRewriteConfig::builder().rewrites(rewrite(it).build()).build();
        let transform = RuleTransform::builder().r#type(TransformTypeEnum::UrlRewrite);
        transform.url_rewrite_config(config).build()
    });
    [host, url].into_iter().flatten().collect()
}

fn rewrite(rewrites: &[RewriteConfig]) -> Option<Rewrite> {
    let one = rewrites.first()?;
    Some(Rewrite {
        regex: one.regex().unwrap_or_default().to_owned(),
        replace: one.replace().unwrap_or_default().to_owned(),
    })
}

/// Without what AWS does not know.
pub(super) fn inputs(rule: &Described) -> Inputs {
    let transforms = rule.transforms();
    let host = transforms.iter().find_map(RuleTransform::host_header_rewrite_config);
    let url = transforms.iter().find_map(RuleTransform::url_rewrite_config);
    let mut read = Inputs {
        listener_arn: listener_of(rule.rule_arn().unwrap_or_default()),
        priority: Some(priority(rule)).filter(|it| *it != LAST),
        forward: actions::forward(rule.actions()),
        redirect: actions::redirect(rule.actions()),
        fixed_response: actions::fixed_response(rule.actions()),
        authentication: authentication::read(rule.actions()),
        rewrite_host: host.and_then(|it| rewrite(it.rewrites())),
        rewrite_url: url.and_then(|it| rewrite(it.rewrites())),
        ..Inputs::default()
    };
    conditions::read(rule.conditions(), &mut read);
    read
}

/// 0 for the default one, whose priority is a word.
pub(super) fn priority(rule: &Described) -> u32 {
    rule.priority().and_then(|it| it.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::super::{HttpHeader, QueryString};
    use super::{
        ClientSecret, Described, Forward, Inputs, Rewrite, Target, actions, conditions,
        forwards_to_both, inputs, serving, transforms,
    };
    use crate::children::elb::actions::{FixedResponse, Redirect};
    use crate::children::elb::authentication::{Authentication, Jwt};

    const ARN: &str = "arn:aws:elb:eu-west-1:1:listener-rule/app/web/1/2/3";

    fn texts(all: &[&str]) -> Vec<String> {
        all.iter().map(|&it| it.to_owned()).collect()
    }

    fn asked() -> Inputs {
        Inputs {
            listener_arn: "arn:aws:elb:eu-west-1:1:listener/app/web/1/2".to_owned(),
            priority: None,
            path_patterns: Some(texts(&["/*"])),
            target_group_arn: Some("arn:main".to_owned()),
            alternate_target_group_arn: Some("arn:other".to_owned()),
            ..Inputs::default()
        }
    }

    fn shown(asked: &Inputs, first: &str) -> Described {
        Described::builder()
            .rule_arn(ARN)
            .priority(asked.priority.unwrap_or_default().to_string())
            .set_conditions(Some(conditions::write(asked)))
            .set_transforms(Some(transforms(asked)))
            .set_actions(Some(actions(asked, first, &ClientSecret::Kept).expect("actions")))
            .build()
    }

    #[test]
    fn what_is_sent_is_read_back_as_what_was_asked_for() {
        let all = Inputs {
            listener_arn: asked().listener_arn,
            priority: Some(7),
            path_patterns: Some(texts(&["/a/*", "/b"])),
            host_headers: Some(texts(&["*.example.com"])),
            source_ips: Some(texts(&["10.0.0.0/8"])),
            methods: Some(texts(&["GET", "HEAD"])),
            http_headers: Some(vec![
                HttpHeader { name: "X-A".to_owned(), values: texts(&["1", "2"]) },
                HttpHeader { name: "X-B".to_owned(), values: texts(&["3"]) },
            ]),
            query_strings: Some(vec![
                QueryString { key: None, value: "a".to_owned() },
                QueryString { key: Some("b".to_owned()), value: "c".to_owned() },
            ]),
            forward: Some(Forward {
                targets: vec![Target { target_group_arn: "arn:a".to_owned(), weight: 1 }],
                stickiness_duration: None,
            }),
            rewrite_host: Some(Rewrite { regex: "^(.*)$".to_owned(), replace: "in.$1".to_owned() }),
            rewrite_url: Some(Rewrite { regex: "^/a/(.*)$".to_owned(), replace: "/$1".to_owned() }),
            ..Inputs::default()
        };
        assert_eq!(inputs(&shown(&all, "")), all);
        let jwt = Jwt { issuer: "https://id.example.com".to_owned(), ..Jwt::default() };
        let tokens = Authentication { jwt: Some(jwt), ..Authentication::default() };
        let closed = Inputs { authentication: Some(tokens), ..all.clone() };
        assert_eq!(inputs(&shown(&closed, "")), closed);
        let elsewhere = Inputs {
            forward: None,
            redirect: Some(Redirect { status_code: 301, ..Redirect::default() }),
            ..all.clone()
        };
        assert_eq!(inputs(&shown(&elsewhere, "")), elsewhere);
        let answer = FixedResponse { status_code: 404, ..FixedResponse::default() };
        let answers = Inputs { forward: None, fixed_response: Some(answer), ..all };
        assert_eq!(inputs(&shown(&answers, "")), answers);
    }

    #[test]
    fn all_requests_go_to_one_group_and_both_are_named() {
        for first in ["arn:main", "arn:other"] {
            let rule = shown(&asked(), first);
            assert_eq!(serving(&rule).as_deref(), Some(first));
            assert!(forwards_to_both(&rule, ("arn:main", "arn:other")));
            assert!(!forwards_to_both(&rule, ("arn:main", "arn:third")));
        }
    }
}
