//! Who may enter: the action before the last one, as Elastic Load Balancing spells it, and read back.

use std::collections::BTreeMap;

use aws_sdk_elasticloadbalancingv2::types::{
    Action, ActionTypeEnum, AuthenticateCognitoActionConditionalBehaviorEnum as CognitoBehavior,
    AuthenticateCognitoActionConfig, AuthenticateOidcActionConditionalBehaviorEnum as OidcBehavior,
    AuthenticateOidcActionConfig, JwtValidationActionAdditionalClaim,
    JwtValidationActionAdditionalClaimFormatEnum, JwtValidationActionConfig,
};
use serde::{Deserialize, Serialize};

use super::client_secret::ClientSecret;
use crate::aws::numbers::natural;
use crate::property::{Form, Output, Plain, Wire, sorted};

/// One of the three ways in which it is found out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Authentication<F: Form = Plain> {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cognito: Option<Cognito<F>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oidc: Option<Oidc<F>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwt: Option<Jwt<F>>,
}

/// Users of a user pool sign in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Cognito<F: Form = Plain> {
    pub user_pool_arn: F::Of<String>,
    pub user_pool_client_id: F::Of<String>,
    pub user_pool_domain: F::Of<String>,
    pub session: Session<F>,
}

/// Users of an identity provider sign in. Its client's secret goes separately.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Oidc<F: Form = Plain> {
    pub issuer: F::Of<String>,
    pub authorization_endpoint: F::Of<String>,
    pub token_endpoint: F::Of<String>,
    pub user_info_endpoint: F::Of<String>,
    pub client_id: F::Of<String>,
    pub session: Session<F>,
}

/// Names to texts.
type Texts<F> = <F as Form>::Of<BTreeMap<String, <F as Form>::Of<String>>>;

/// What both have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Session<F: Form = Plain> {
    pub scope: F::Of<String>,
    pub cookie_name: F::Of<String>,
    /// Seconds.
    pub timeout: F::Of<u32>,
    /// `authenticate`, `deny` or `allow`.
    pub on_unauthenticated_request: F::Of<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extra_params: Option<Texts<F>>,
}

/// The request brings a token.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Jwt<F: Form = Plain> {
    pub issuer: F::Of<String>,
    pub jwks_endpoint: F::Of<String>,
    /// In the order of their names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claims: Option<F::Of<Vec<Claim<F>>>>,
}

/// What a token must say.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Claim<F: Form = Plain> {
    pub name: F::Of<String>,
    /// `single-string`, `string-array` or `space-separated-values`.
    pub format: F::Of<String>,
    /// In order.
    pub values: F::Of<Vec<F::Of<String>>>,
}

/// What holds where nothing is said (botocore, AuthenticateOidcActionConfig and AuthenticateCognitoActionConfig).
const SCOPE: &str = "openid";
const COOKIE: &str = "AWSELBAuthSessionCookie";
const A_WEEK: u32 = 604_800;
const AUTHENTICATE: &str = "authenticate";

impl Authentication<Wire> {
    /// Lists that have no order are read in theirs.
    pub(super) fn checked(self) -> Self {
        let in_order = |claims: Output<Vec<Claim<Wire>>>| {
            let unknown = |all: &Vec<Claim<Wire>>| all.iter().any(|it| it.name.known().is_none());
            if claims.known().is_some_and(unknown) {
                return claims;
            }
            claims.map(|mut all| {
                for claim in &mut all {
                    claim.values = sorted(claim.values.clone());
                }
                all.sort_by_cached_key(|it| it.name.known().cloned());
                all
            })
        };
        let jwt = self.jwt.map(|jwt| Jwt {
            claims: jwt
                .claims
                .filter(|it| it.known().is_none_or(|it| !it.is_empty()))
                .map(in_order),
            ..jwt
        });
        let session = |session: Session<Wire>| Session {
            extra_params: session
                .extra_params
                .filter(|it| it.known().is_none_or(|it| !it.is_empty())),
            ..session
        };
        Self {
            cognito: self.cognito.map(|it| Cognito { session: session(it.session), ..it }),
            oidc: self.oidc.map(|it| Oidc { session: session(it.session), ..it }),
            jwt,
        }
    }
}

impl Authentication {
    fn action(&self, secret: &ClientSecret) -> Option<Action> {
        let action = Action::builder();
        if let Some(it) = &self.cognito {
            let session = &it.session;
            let params = session.extra_params.clone().map(|it| it.into_iter().collect());
            let behavior = CognitoBehavior::from(session.on_unauthenticated_request.as_str());
            let config = AuthenticateCognitoActionConfig::builder()
                .user_pool_arn(&it.user_pool_arn)
                .user_pool_client_id(&it.user_pool_client_id)
                .user_pool_domain(&it.user_pool_domain)
                .scope(&session.scope)
                .session_cookie_name(&session.cookie_name)
                .session_timeout(i64::from(session.timeout))
                .on_unauthenticated_request(behavior)
                .set_authentication_request_extra_params(params);
            let action = action.r#type(ActionTypeEnum::AuthenticateCognito);
            return Some(action.authenticate_cognito_config(config.build()).build());
        }
        if let Some(it) = &self.oidc {
            let session = &it.session;
            let params = session.extra_params.clone().map(|it| it.into_iter().collect());
            let behavior = OidcBehavior::from(session.on_unauthenticated_request.as_str());
            let text = secret.text();
            let config = AuthenticateOidcActionConfig::builder()
                .issuer(&it.issuer)
                .authorization_endpoint(&it.authorization_endpoint)
                .token_endpoint(&it.token_endpoint)
                .user_info_endpoint(&it.user_info_endpoint)
                .client_id(&it.client_id)
                .set_client_secret(text.map(str::to_owned))
                .set_use_existing_client_secret(text.is_none().then_some(true))
                .scope(&session.scope)
                .session_cookie_name(&session.cookie_name)
                .session_timeout(i64::from(session.timeout))
                .on_unauthenticated_request(behavior)
                .set_authentication_request_extra_params(params);
            let action = action.r#type(ActionTypeEnum::AuthenticateOidc);
            return Some(action.authenticate_oidc_config(config.build()).build());
        }
        let it = self.jwt.as_ref()?;
        let claim = |it: &Claim| {
            let format = JwtValidationActionAdditionalClaimFormatEnum::from(it.format.as_str());
            let claim = JwtValidationActionAdditionalClaim::builder().name(&it.name).format(format);
            claim.set_values(Some(it.values.clone())).build()
        };
        let claims = it.claims.as_ref().map(|all| all.iter().map(claim).collect());
        let config = JwtValidationActionConfig::builder()
            .issuer(&it.issuer)
            .jwks_endpoint(&it.jwks_endpoint)
            .set_additional_claims(claims);
        let action = action.r#type(ActionTypeEnum::JwtValidation);
        Some(action.jwt_validation_config(config.build()).build())
    }
}

/// All actions of a listener or a rule. Several need an order (API reference, Action).
pub(super) fn before(
    authentication: Option<&Authentication>,
    secret: &ClientSecret,
    mut end: Action,
) -> Vec<Action> {
    let Some(mut first) = authentication.and_then(|it| it.action(secret)) else {
        end.order = None;
        return vec![end];
    };
    first.order = Some(1);
    end.order = Some(2);
    vec![first, end]
}

/// Who may enter, as the actions say.
pub(super) fn read(actions: &[Action]) -> Option<Authentication> {
    let text = |it: Option<&str>| it.unwrap_or_default().to_owned();
    let session = |scope: Option<&str>,
                   cookie: Option<&str>,
                   timeout: Option<i64>,
                   behavior: Option<&str>| Session {
        scope: scope.unwrap_or(SCOPE).to_owned(),
        cookie_name: cookie.unwrap_or(COOKIE).to_owned(),
        timeout: natural(timeout.and_then(|it| i32::try_from(it).ok())).unwrap_or(A_WEEK),
        on_unauthenticated_request: behavior.unwrap_or(AUTHENTICATE).to_owned(),
        extra_params: None,
    };
    let params = |it: Option<&std::collections::HashMap<String, String>>| {
        let all = it.filter(|it| !it.is_empty())?;
        Some(all.iter().map(|(name, value)| (name.clone(), value.clone())).collect())
    };
    let cognito = actions.iter().find_map(Action::authenticate_cognito_config).map(|it| {
        let behavior = it.on_unauthenticated_request().map(CognitoBehavior::as_str);
        let session = session(it.scope(), it.session_cookie_name(), it.session_timeout(), behavior);
        Cognito {
            user_pool_arn: text(it.user_pool_arn()),
            user_pool_client_id: text(it.user_pool_client_id()),
            user_pool_domain: text(it.user_pool_domain()),
            session: Session {
                extra_params: params(it.authentication_request_extra_params()),
                ..session
            },
        }
    });
    let oidc = actions.iter().find_map(Action::authenticate_oidc_config).map(|it| {
        let behavior = it.on_unauthenticated_request().map(OidcBehavior::as_str);
        let session = session(it.scope(), it.session_cookie_name(), it.session_timeout(), behavior);
        Oidc {
            issuer: text(it.issuer()),
            authorization_endpoint: text(it.authorization_endpoint()),
            token_endpoint: text(it.token_endpoint()),
            user_info_endpoint: text(it.user_info_endpoint()),
            client_id: text(it.client_id()),
            session: Session {
                extra_params: params(it.authentication_request_extra_params()),
                ..session
            },
        }
    });
    let jwt = actions.iter().find_map(Action::jwt_validation_config).map(|it| Jwt {
        issuer: text(it.issuer()),
        jwks_endpoint: text(it.jwks_endpoint()),
        claims: claims(it.additional_claims()),
    });
    let found = Authentication { cognito, oidc, jwt };
    (found != Authentication::default()).then_some(found)
}

fn claims(shown: &[JwtValidationActionAdditionalClaim]) -> Option<Vec<Claim>> {
    let claim = |it: &JwtValidationActionAdditionalClaim| {
        let mut values = it.values().to_vec();
        values.sort();
        Claim {
            name: it.name().unwrap_or_default().to_owned(),
            format: it
                .format()
                .map_or("", JwtValidationActionAdditionalClaimFormatEnum::as_str)
                .to_owned(),
            values,
        }
    };
    let mut all: Vec<Claim> = shown.iter().map(claim).collect();
    all.sort_by(|one, other| one.name.cmp(&other.name));
    Some(all).filter(|it| !it.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{
        Action, Authentication, Claim, ClientSecret, Cognito, Jwt, Oidc, Session, before, read,
    };

    fn session() -> Session {
        Session {
            scope: "openid email".to_owned(),
            cookie_name: "Shop".to_owned(),
            timeout: 3600,
            on_unauthenticated_request: "deny".to_owned(),
            extra_params: Some([("prompt".to_owned(), "login".to_owned())].into()),
        }
    }

    fn oidc() -> Authentication {
        let oidc = Oidc {
            issuer: "https://id.example.com".to_owned(),
            authorization_endpoint: "https://id.example.com/authorize".to_owned(),
            token_endpoint: "https://id.example.com/token".to_owned(),
            user_info_endpoint: "https://id.example.com/userinfo".to_owned(),
            client_id: "shop".to_owned(),
            session: session(),
        };
        Authentication { oidc: Some(oidc), ..Authentication::default() }
    }

    #[test]
    fn what_is_sent_is_read_back_as_what_was_asked_for() {
        let cognito = Cognito {
            user_pool_arn: "arn:pool".to_owned(),
            user_pool_client_id: "1".to_owned(),
            user_pool_domain: "shop".to_owned(),
            session: session(),
        };
        let claim = |name: &str| Claim {
            name: name.to_owned(),
            format: "string-array".to_owned(),
            values: vec!["a".to_owned(), "b".to_owned()],
        };
        let jwt = Jwt {
            issuer: "https://id.example.com".to_owned(),
            jwks_endpoint: "https://id.example.com/jwks".to_owned(),
            claims: Some(vec![claim("aud"), claim("scope")]),
        };
        let all = [
            Authentication { cognito: Some(cognito), ..Authentication::default() },
            oidc(),
            Authentication { jwt: Some(jwt), ..Authentication::default() },
        ];
        let end = || Action::builder().target_group_arn("arn:group").build();
        for asked in all {
            let sent = before(Some(&asked), &ClientSecret::Sent("hunter2".to_owned()), end());
            assert_eq!(sent.iter().map(Action::order).collect::<Vec<_>>(), [Some(1), Some(2)]);
            assert_eq!(read(&sent), Some(asked));
        }
        let alone = before(None, &ClientSecret::Kept, end());
        assert_eq!((alone.len(), alone[0].order(), read(&alone)), (1, None, None));
    }

    #[test]
    fn a_secret_is_sent_or_kept() {
        let sent = |secret: ClientSecret| {
            let sent = before(Some(&oidc()), &secret, Action::builder().build());
            let config = sent[0].authenticate_oidc_config().cloned().expect("OpenID Connect");
            (config.client_secret, config.use_existing_client_secret)
        };
        assert_eq!(sent(ClientSecret::Kept), (None, Some(true)));
        assert_eq!(
            sent(ClientSecret::Sent("hunter2".to_owned())),
            (Some("hunter2".to_owned()), None)
        );
    }
}
