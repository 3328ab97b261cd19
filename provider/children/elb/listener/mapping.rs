//! A listener as Elastic Load Balancing spells it: made of what was asked for, and read back as
//! that.

use aws_sdk_elasticloadbalancingv2::types::{
    Action, ActionTypeEnum, AdvertiseTrustStoreCaNamesEnum, Certificate, Listener as Described,
    ListenerAttribute, MutualAuthenticationAttributes, ProtocolEnum, RedirectActionConfig,
    RedirectActionStatusCodeEnum,
};

use super::{Inputs, MutualTls};
use crate::aws::numbers::port;
use crate::children::elb::actions::{self, Redirect};
use crate::children::elb::attributes::Attributed;
use crate::children::elb::authentication;
use crate::children::elb::client_secret::ClientSecret;
use crate::error::{Error, Result};

/// What HTTPS gets when no policy is sent (botocore, CreateListener); a change without one keeps the
/// old.
const DEFAULT_POLICY: &str = "ELBSecurityPolicy-2016-08";

pub(super) fn certificates(inputs: &Inputs) -> Option<Vec<Certificate>> {
    let arn = inputs.certificate_arn.as_ref()?;
    Some(vec![Certificate::builder().certificate_arn(arn).build()])
}

pub(super) fn policy(inputs: &Inputs) -> Option<String> {
    let default = || (inputs.protocol == "HTTPS").then(|| DEFAULT_POLICY.to_owned());
    inputs.ssl_policy.clone().or_else(default)
}

/// Sent with HTTPS only, and to take it away as well.
pub(super) fn mutual_authentication(inputs: &Inputs) -> Option<MutualAuthenticationAttributes> {
    if inputs.protocol != "HTTPS" {
        return None;
    }
    let sent = MutualAuthenticationAttributes::builder();
    let Some(asked) = &inputs.mutual_tls else { return Some(sent.mode("off").build()) };
    if asked.mode != VERIFY {
        return Some(sent.mode(&asked.mode).build());
    }
    let advertised = if asked.advertise_trust_store_ca_names { "on" } else { "off" };
    let sent = sent
        .mode(&asked.mode)
        .set_trust_store_arn(asked.trust_store_arn.clone())
        .ignore_client_certificate_expiry(asked.ignore_client_certificate_expiry)
        .advertise_trust_store_ca_names(advertised.into());
    Some(sent.build())
}

/// The mode with a trust store (botocore, MutualAuthenticationAttributes).
const VERIFY: &str = "verify";

fn mutual_tls(shown: &MutualAuthenticationAttributes) -> Option<MutualTls> {
    let mode = shown.mode().filter(|mode| *mode != "off")?;
    Some(MutualTls {
        mode: mode.to_owned(),
        trust_store_arn: shown.trust_store_arn().map(str::to_owned),
        ignore_client_certificate_expiry: shown.ignore_client_certificate_expiry() == Some(true),
        advertise_trust_store_ca_names: shown.advertise_trust_store_ca_names()
            == Some(&AdvertiseTrustStoreCaNamesEnum::On),
    })
}

/// Who may enter, and what happens to requests.
pub(super) fn actions(inputs: &Inputs, secret: &ClientSecret) -> Result<Vec<Action>> {
    Ok(authentication::before(inputs.authentication.as_ref(), secret, action(inputs)?))
}

/// What happens to requests.
fn action(inputs: &Inputs) -> Result<Action> {
    if let Some(redirect) = &inputs.redirect {
        return Ok(redirect.action());
    }
    if let Some(response) = &inputs.fixed_response {
        return Ok(response.action());
    }
    let action = match (&inputs.target_group_arn, inputs.redirect_port) {
        (_, Some(port)) => {
            let redirect = RedirectActionConfig::builder()
                .protocol("HTTPS")
                .port(port.to_string())
                .status_code(RedirectActionStatusCodeEnum::Http301)
                .build();
            Action::builder().r#type(ActionTypeEnum::Redirect).redirect_config(redirect)
        }
        (Some(group), None) => {
            Action::builder().r#type(ActionTypeEnum::Forward).target_group_arn(group)
        }
        (None, None) => return Err(Error::bug("a listener neither forwards nor redirects")),
    };
    Ok(action.build())
}

/// But for further certificates, which the listener does not show.
pub(super) fn inputs(listener: &Described, attributes: &[ListenerAttribute]) -> Inputs {
    let is_forward = |it: &&Action| it.r#type() == Some(&ActionTypeEnum::Forward);
    let action = listener.default_actions().iter().find(is_forward);
    let redirect = actions::redirect(listener.default_actions());
    let to_https = redirect.as_ref().and_then(only_to_https);
    // A single forward comes back in two spellings.
    let weighted = action
        .and_then(|action| action.forward_config())
        .and_then(|forward| forward.target_groups().first())
        .and_then(|group| group.target_group_arn());
    let group = action.and_then(|action| action.target_group_arn()).or(weighted);
    let certificate = listener.certificates().first().and_then(|it| it.certificate_arn());
    let https = listener.protocol() == Some(&ProtocolEnum::Https);
    Inputs {
        load_balancer_arn: listener.load_balancer_arn().unwrap_or_default().to_owned(),
        port: port(listener.port()).unwrap_or(0),
        protocol: listener.protocol().map_or("", ProtocolEnum::as_str).to_owned(),
        certificate_arn: certificate.map(str::to_owned),
        ssl_policy: listener
            .ssl_policy()
            .filter(|policy| https && *policy != DEFAULT_POLICY)
            .map(str::to_owned),
        target_group_arn: group.filter(|_| redirect.is_none()).map(str::to_owned),
        redirect_port: to_https,
        redirect: redirect.filter(|_| to_https.is_none()),
        fixed_response: actions::fixed_response(listener.default_actions()),
        authentication: authentication::read(listener.default_actions()),
        mutual_tls: listener.mutual_authentication().and_then(mutual_tls),
        ..Inputs::shown(attributes.iter().filter_map(|it| Some((it.key()?, it.value()?))))
    }
}

/// The port, if the redirect is that from plain HTTP to HTTPS.
fn only_to_https(redirect: &Redirect) -> Option<u16> {
    let port = redirect.port.as_ref()?.parse().ok()?;
    let all = Redirect {
        status_code: 301,
        protocol: Some("HTTPS".to_owned()),
        port: redirect.port.clone(),
        ..Redirect::default()
    };
    (*redirect == all).then_some(port)
}

#[cfg(test)]
mod tests {
    use crate::children::elb::actions::{FixedResponse, Redirect};

    use crate::children::elb::authentication::{Authentication, Jwt};

    use super::{
        Attributed, ClientSecret, Described, Inputs, MutualTls, ProtocolEnum, actions,
        certificates, inputs, mutual_authentication, policy,
    };

    #[test]
    fn headers_that_differ_are_sent_and_read_back() {
        crate::children::elb::attributes::laws::each_is_read_back::<Inputs>();
    }

    fn check_read_back(asked: &Inputs) {
        let shown = Described::builder()
            .load_balancer_arn(&asked.load_balancer_arn)
            .port(i32::from(asked.port))
            .protocol(ProtocolEnum::from(asked.protocol.as_str()))
            .set_certificates(certificates(asked))
            .set_ssl_policy(policy(asked))
            .set_mutual_authentication(mutual_authentication(asked))
            .set_default_actions(Some(actions(asked, &ClientSecret::Kept).expect("actions")))
            .build();
        assert_eq!(inputs(&shown, &[]), *asked);
    }

    #[test]
    fn what_is_sent_is_read_back_as_what_was_asked_for() {
        let forward = Inputs {
            load_balancer_arn: "arn:lb".to_owned(),
            port: 443,
            protocol: "HTTPS".to_owned(),
            certificate_arn: Some("arn:cert".to_owned()),
            ssl_policy: Some("ELBSecurityPolicy-TLS13-1-2-2021-06".to_owned()),
            target_group_arn: Some("arn:tg".to_owned()),
            ..Inputs::unset()
        };
        check_read_back(&forward);
        let passes = MutualTls { mode: "passthrough".to_owned(), ..MutualTls::default() };
        let verifies = MutualTls {
            mode: "verify".to_owned(),
            trust_store_arn: Some("arn:store".to_owned()),
            ignore_client_certificate_expiry: true,
            advertise_trust_store_ca_names: true,
        };
        for mutual_tls in [passes, verifies] {
            check_read_back(&Inputs { mutual_tls: Some(mutual_tls), ..forward.clone() });
        }
        let elsewhere = Redirect {
            status_code: 302,
            host: Some("www.example.com".to_owned()),
            ..Redirect::default()
        };
        check_read_back(&Inputs {
            target_group_arn: None,
            redirect: Some(elsewhere),
            ..forward.clone()
        });
        let nothing = FixedResponse {
            status_code: 404,
            content_type: "text/plain".to_owned(),
            message_body: Some("Nothing here.".to_owned()),
        };
        check_read_back(&Inputs {
            target_group_arn: None,
            fixed_response: Some(nothing),
            ..forward.clone()
        });
        check_read_back(&Inputs { ssl_policy: None, ..forward.clone() });
        let jwt = Jwt { issuer: "https://id.example.com".to_owned(), ..Jwt::default() };
        let tokens = Authentication { jwt: Some(jwt), ..Authentication::default() };
        check_read_back(&Inputs { authentication: Some(tokens), ..forward.clone() });
        check_read_back(&Inputs {
            port: 80,
            protocol: "HTTP".to_owned(),
            certificate_arn: None,
            ssl_policy: None,
            target_group_arn: None,
            redirect_port: Some(443),
            ..forward
        });
    }
}
