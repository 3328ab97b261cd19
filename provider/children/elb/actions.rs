//! What a listener or a rule does with a request, as Elastic Load Balancing spells it, and read back.

use aws_sdk_elasticloadbalancingv2::types::{
    Action, ActionTypeEnum, FixedResponseActionConfig, ForwardActionConfig, RedirectActionConfig,
    RedirectActionStatusCodeEnum, TargetGroupStickinessConfig, TargetGroupTuple,
};
use serde::{Deserialize, Serialize};

use crate::aws::numbers::{natural, whole};
use crate::property::{Form, Output, Plain, Wire};

/// Target groups that get the requests.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Forward<F: Form = Plain> {
    /// In the order of their ARNs.
    pub targets: F::Of<Vec<Target<F>>>,
    /// Seconds for which a client stays with the group that it came to first. None: it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stickiness_duration: Option<F::Of<u32>>,
}

/// A target group that gets a share of the requests.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Target<F: Form = Plain> {
    pub target_group_arn: F::Of<String>,
    /// Its share of the sum of all weights. One that is alone has 1.
    pub weight: F::Of<u32>,
}

/// Clients are sent elsewhere. What is left out stays as it was in the request.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Redirect<F: Form = Plain> {
    /// 301 or 302.
    pub status_code: F::Of<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protocol: Option<F::Of<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<F::Of<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<F::Of<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<F::Of<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<F::Of<String>>,
}

/// The balancer answers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct FixedResponse<F: Form = Plain> {
    pub status_code: F::Of<u32>,
    pub content_type: F::Of<String>,
    /// None: an empty one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_body: Option<F::Of<String>>,
}

/// What a redirect has where nothing is said (API reference, RedirectActionConfig), which is read as not given.
const KEPT: [&str; 5] = ["#{protocol}", "#{port}", "#{host}", "/#{path}", "#{query}"];

fn unless_kept(value: Option<Output<String>>) -> Option<Output<String>> {
    value.filter(|it| it.known().is_none_or(|it| !KEPT.contains(&it.as_str())))
}

impl Redirect<Wire> {
    /// Without what holds anyway.
    pub(super) fn checked(self) -> Self {
        Self {
            status_code: self.status_code,
            protocol: unless_kept(self.protocol),
            port: unless_kept(self.port),
            host: unless_kept(self.host),
            path: unless_kept(self.path),
            query: unless_kept(self.query),
        }
    }
}

impl Forward<Wire> {
    /// In the order in which it is read; a group that stands alone has the weight 1.
    pub(super) fn checked(self) -> Self {
        // Where ARNs are not known, neither is their order.
        let unknown = |all: &Vec<Target<Wire>>| {
            all.len() > 1 && all.iter().any(|it| it.target_group_arn.known().is_none())
        };
        if self.targets.known().is_some_and(unknown) {
            return Self { targets: Output::unknown().after(&self.targets), ..self };
        }
        let targets = self.targets.map(|mut targets| {
            let arn = |it: &Target<Wire>| it.target_group_arn.known().cloned();
            targets.sort_by_cached_key(arn);
            if let [one] = targets.as_mut_slice() {
                one.weight = 1.into();
            }
            targets
        });
        Self { targets, ..self }
    }
}

impl Forward {
    pub(super) fn action(&self) -> Action {
        let target = |it: &Target| {
            let group = TargetGroupTuple::builder().target_group_arn(&it.target_group_arn);
            group.weight(whole(it.weight)).build()
        };
        let stickiness = TargetGroupStickinessConfig::builder()
            .enabled(self.stickiness_duration.is_some())
            .set_duration_seconds(self.stickiness_duration.map(whole))
            .build();
        let forward = ForwardActionConfig::builder()
            .set_target_groups(Some(self.targets.iter().map(target).collect()))
            .target_group_stickiness_config(stickiness);
        Action::builder().r#type(ActionTypeEnum::Forward).forward_config(forward.build()).build()
    }
}

impl Redirect {
    pub(super) fn action(&self) -> Action {
        let code = format!("HTTP_{}", self.status_code);
        let redirect = RedirectActionConfig::builder()
            .status_code(RedirectActionStatusCodeEnum::from(code.as_str()))
            .set_protocol(self.protocol.clone())
            .set_port(self.port.clone())
            .set_host(self.host.clone())
            .set_path(self.path.clone())
            .set_query(self.query.clone());
        Action::builder().r#type(ActionTypeEnum::Redirect).redirect_config(redirect.build()).build()
    }
}

impl FixedResponse {
    pub(super) fn action(&self) -> Action {
        let response = FixedResponseActionConfig::builder()
            .status_code(self.status_code.to_string())
            .content_type(&self.content_type)
            .set_message_body(self.message_body.clone());
        let action = Action::builder().r#type(ActionTypeEnum::FixedResponse);
        action.fixed_response_config(response.build()).build()
    }
}

/// The groups that an action forwards to. A single one comes back in two spellings.
pub(super) fn forward(actions: &[Action]) -> Option<Forward> {
    let is = |it: &&Action| it.r#type() == Some(&ActionTypeEnum::Forward);
    let action = actions.iter().find(is)?;
    let mut targets: Vec<Target> = action
        .forward_config()
        .map(ForwardActionConfig::target_groups)
        .unwrap_or_default()
        .iter()
        .map(|it| Target {
            target_group_arn: it.target_group_arn().unwrap_or_default().to_owned(),
            weight: natural(it.weight()).unwrap_or(1),
        })
        .collect();
    if let (Some(arn), true) = (action.target_group_arn(), targets.is_empty()) {
        targets.push(Target { target_group_arn: arn.to_owned(), weight: 1 });
    }
    targets.sort_by(|one, other| one.target_group_arn.cmp(&other.target_group_arn));
    if let [one] = targets.as_mut_slice() {
        one.weight = one.weight.min(1);
    }
    let stickiness = action.forward_config().and_then(|it| it.target_group_stickiness_config());
    let stickiness = stickiness.filter(|it| it.enabled() == Some(true));
    let stickiness_duration =
        natural(stickiness.and_then(TargetGroupStickinessConfig::duration_seconds));
    Some(Forward { targets, stickiness_duration })
}

pub(super) fn redirect(actions: &[Action]) -> Option<Redirect> {
    let redirect = actions.iter().find_map(Action::redirect_config)?;
    let text = |it: Option<&str>| it.filter(|it| !KEPT.contains(it)).map(str::to_owned);
    let code = redirect.status_code().map_or("", RedirectActionStatusCodeEnum::as_str);
    Some(Redirect {
        status_code: code.trim_start_matches("HTTP_").parse().unwrap_or(0),
        protocol: text(redirect.protocol()),
        port: text(redirect.port()),
        host: text(redirect.host()),
        path: text(redirect.path()),
        query: text(redirect.query()),
    })
}

pub(super) fn fixed_response(actions: &[Action]) -> Option<FixedResponse> {
    let response = actions.iter().find_map(Action::fixed_response_config)?;
    Some(FixedResponse {
        status_code: response.status_code().and_then(|it| it.parse().ok()).unwrap_or(0),
        content_type: response.content_type().unwrap_or_default().to_owned(),
        message_body: response.message_body().filter(|it| !it.is_empty()).map(str::to_owned),
    })
}

#[cfg(test)]
mod tests {
    use super::{
        Action, ActionTypeEnum, FixedResponse, Forward, Redirect, Target, Wire, fixed_response,
        forward, redirect,
    };

    fn target(arn: &str, weight: u32) -> Target {
        Target { target_group_arn: arn.to_owned(), weight }
    }

    #[test]
    fn what_is_sent_is_read_back_as_what_was_asked_for() {
        let shares = Forward {
            targets: vec![target("arn:a", 90), target("arn:b", 0)],
            stickiness_duration: Some(60),
        };
        assert_eq!(forward(&[shares.action()]), Some(shares));
        let elsewhere = Redirect {
            status_code: 302,
            protocol: Some("HTTPS".to_owned()),
            port: Some("8443".to_owned()),
            host: Some("www.#{host}".to_owned()),
            path: Some("/new/#{path}".to_owned()),
            query: Some("a=1&#{query}".to_owned()),
        };
        assert_eq!(redirect(&[elsewhere.action()]), Some(elsewhere));
        let answer = FixedResponse {
            status_code: 503,
            content_type: "text/html".to_owned(),
            message_body: Some("<p>Later.</p>".to_owned()),
        };
        assert_eq!(fixed_response(&[answer.action()]), Some(answer));
    }

    #[test]
    fn a_single_group_is_the_same_in_both_spellings() {
        let plain = Action::builder().r#type(ActionTypeEnum::Forward).target_group_arn("arn:a");
        let one = Forward { targets: vec![target("arn:a", 1)], stickiness_duration: None };
        assert_eq!(forward(&[plain.build()]), Some(one.clone()));
        let heavy = Forward { targets: vec![target("arn:a", 7)], ..one.clone() };
        assert_eq!(forward(&[heavy.action()]), Some(one));
    }

    #[test]
    fn what_stays_as_it_was_is_not_given() {
        let all = Redirect::<Wire> {
            status_code: 301.into(),
            protocol: Some("#{protocol}".into()),
            port: Some("443".into()),
            host: Some("#{host}".into()),
            path: Some("/#{path}".into()),
            query: Some("#{query}".into()),
        };
        let left = all.checked();
        assert_eq!((left.protocol, left.host, left.path, left.query), (None, None, None, None));
        assert_eq!(left.port, Some("443".into()));
    }
}
